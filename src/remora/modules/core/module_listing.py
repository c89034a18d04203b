"""Get-Module."""

from __future__ import annotations

import os
from collections.abc import Iterator

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.module.analysis import described_file
from remora.engine.module.builtin import engine_modules
from remora.engine.module.finding import at_path, available, is_path, module_paths
from remora.engine.module.info import PSModuleInfo
from remora.engine.module.specification import ModuleSpecification
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.modules.common import as_list, has_wildcard, matcher, wildcard
from remora.modules.core.module_common import MODULE, SPECIFICATIONS, loaded_modules


@cmdlet("Get-Module", aliases=("gmo",), default_set="Loaded", module=MODULE,
        output_type=("System.Management.Automation.PSModuleInfo",))  # fmt: skip
class GetModule(Cmdlet):
    """Shows the modules that are loaded, or those that could be."""

    name = Parameter("string[]", position=0, pipeline=True)
    fully_qualified_name = Parameter(SPECIFICATIONS, by_property=True)
    all_ = Parameter("switch", name="All", sets=("Loaded", "Available"))
    list_available = Parameter("switch", sets={"Available": {"mandatory": True}})
    ps_edition = Parameter("string", name="PSEdition", sets=("Available",))
    skip_edition_check = Parameter("switch")
    refresh = Parameter("switch")
    ps_session = Parameter(
        "object", name="PSSession", sets={"PsSession": {"mandatory": True}}, validate=(ValidateNotNull(),)
    )
    cim_session = Parameter("object", sets={"CimSession": {"mandatory": True}}, validate=(ValidateNotNull(),))
    cim_resource_uri = Parameter("uri", sets=("CimSession",), validate=(ValidateNotNull(),))
    cim_namespace = Parameter("string", sets=("CimSession",), validate=(ValidateNotNullOrEmpty(),))

    def begin(self) -> None:
        for given in ("PSSession", "CimSession"):
            if given in self.bound:
                raise self.runtime.not_supported(f"Get-Module -{given}")
        if self.name is not None and self.fully_qualified_name is not None:
            raise self.throw(
                error(
                    "The parameters Name and FullyQualifiedName cannot be used together.",
                    "ArgumentException",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )
        if "SkipEditionCheck" in self.bound and not self.list_available:
            raise self.throw(
                error(
                    "The -SkipEditionCheck switch parameter cannot be used without the -ListAvailable switch "
                    "parameter.",
                    "SkipEditionCheckNotSupportedWithoutListAvailable",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )

    def process(self) -> None:
        wanted = [ModuleSpecification.of(value) for value in as_list(self.fully_qualified_name)]
        names = [one.name for one in wanted] or self.name
        found = self._available(names, wanted) if self.list_available else self._loaded(names)
        for module in found:
            if wanted and not any(_fits(one, module) for one in wanted):
                continue
            if self.ps_edition and not _of_edition(module, self.ps_edition):
                continue
            self.emit(module)

    def _loaded(self, names: list[str] | None) -> Iterator[PSModuleInfo]:
        for name in names or ():
            if "/" in name or "\\" in name:
                self.fail(
                    "Running the Get-Module cmdlet without ListAvailable parameter is not supported for module names "
                    f"that include a path. Name parameter has this element '{name}' which resolves to a path. Update "
                    "the Name parameter to not have path elements, and then try again.",
                    "Modules_ModuleDiscoveryForLoadedModulesWorksOnlyForUnQualifiedNames",
                    "InvalidArgument",
                    name,
                    type_name="System.ArgumentException",
                )
                return
        test = matcher(names)
        for module in loaded_modules(self, everything=bool(self.all_)):
            if test(module.name):
                yield module

    def _available(self, names: list[str] | None, wanted: list[ModuleSpecification]) -> Iterator[PSModuleInfo]:
        context = self.session.context
        paths = [name for name in names or () if is_path(name) or "/" in name or "\\" in name]
        plain = None if names is None else [name for name in names if name not in paths]
        for path in paths:
            found = [module for file in self._at(path) if (module := self._described(file)) is not None]
            if not found and not has_wildcard(path):
                self.fail(
                    f"The specified module '{path}' was not found. Update the Name parameter to point to a valid "
                    "path, and then try again.",
                    "Modules_ModuleNotFoundForGetModule",
                    "ResourceUnavailable",
                    path,
                    type_name="System.IO.FileNotFoundException",
                )
            if wanted:
                for module in found:
                    if any(one.name == path and one.accepts(module) for one in wanted):
                        self.emit(module)
            else:
                yield from found
        if plain is not None and not plain:
            return
        test = matcher(plain)
        for directory in module_paths():
            for file in available(directory, everything=bool(self.all_)):
                if test(os.path.splitext(os.path.basename(file))[0]) and (found_one := self._described(file)):
                    yield found_one
        home = str(context.global_scope.get("pshome") or "")
        if os.path.join(home, "Modules") in module_paths():
            for module in engine_modules(context).values():
                if test(module.name):
                    yield module

    def _at(self, path: str) -> Iterator[str]:
        """Module files a path means; its last part may have wildcards."""
        context = self.session.context
        if not has_wildcard(path):
            found = at_path(context, path)
            folders = {os.path.dirname(file) for file in found}
            yield from found if self.all_ or len(folders) == len(found) else found[:1]
            return
        parent, _, pattern = context.drives.resolve(path).path.rpartition("/")
        test = wildcard(pattern)
        try:
            names = sorted(name for name in os.listdir(parent or "/") if test(name))
        except OSError:
            return
        for name in names:
            full = os.path.join(parent, name)
            if os.path.isdir(full):
                yield from (
                    (file for file in available(parent) if file.startswith(full + "/"))
                    if not self.all_
                    else available(full, everything=True)
                )
            elif full.lower().endswith((".psd1", ".psm1")):
                yield full

    def _described(self, file: str) -> PSModuleInfo | None:
        try:
            return described_file(self.session.context, file)
        except PSError as problem:
            self.write_verbose(problem.record.message)
            return None


def _fits(wanted: ModuleSpecification, module: PSModuleInfo) -> bool:
    same = wildcard(wanted.name)(module.name) if not ("/" in wanted.name or "\\" in wanted.name) else False
    return same and wanted.accepts(module)


def _of_edition(module: PSModuleInfo, edition: str) -> bool:
    editions = (module.manifest.texts("CompatiblePSEditions") if module.manifest is not None else None) or []
    return any(one.lower() == edition.lower() for one in editions)


CMDLETS = (GetModule,)

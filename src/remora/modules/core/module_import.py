"""Import-Module and Remove-Module."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.module.builtin import EngineModule
from remora.engine.module.custom import as_custom_object
from remora.engine.module.exports import ImportRequest
from remora.engine.module.info import PSModuleInfo
from remora.engine.module.loading import ModuleLoader
from remora.engine.module.removal import remove_module
from remora.engine.module.specification import ModuleSpecification, maximum_version
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty, ValidateSet
from remora.modules.common import as_list, has_wildcard, matcher
from remora.modules.core.module_common import MODULE, SPECIFICATIONS, loaded_modules, report

_BY_NAME = ("Name", "PSSession", "CimSession", "WinCompat")
_QUALIFIED = ("FullyQualifiedName", "FullyQualifiedNameAndPSSession", "FullyQualifiedNameAndWinCompat")
_IN_SESSION: dict[str, Any] = {
    "PSSession": {"mandatory": True},
    "FullyQualifiedNameAndPSSession": {"mandatory": True},
}
_IN_WINDOWS: dict[str, Any] = {
    "WinCompat": {"mandatory": True},
    "FullyQualifiedNameAndWinCompat": {"mandatory": True},
}


@cmdlet("Import-Module", aliases=("ipmo",), default_set="Name", module=MODULE,
        output_type=("System.Management.Automation.PSModuleInfo",))  # fmt: skip
class ImportModule(Cmdlet):
    """Adds modules to the current session."""

    global_ = Parameter("switch", name="Global")
    prefix = Parameter("string", validate=(ValidateNotNull(),))
    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, sets=_BY_NAME)
    fully_qualified_name = Parameter(SPECIFICATIONS, position=0, mandatory=True, pipeline=True, sets=_QUALIFIED)
    assembly = Parameter("System.Reflection.Assembly[]", position=0, mandatory=True, pipeline=True, sets=("Assembly",))
    module_info = Parameter("psmoduleinfo[]", position=0, mandatory=True, pipeline=True, sets=("ModuleInfo",))
    function = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    cmdlet = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    variable = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    alias = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    force = Parameter("switch")
    skip_edition_check = Parameter("switch")
    pass_thru = Parameter("switch")
    as_custom_object = Parameter("switch")
    minimum_version = Parameter("version", sets=_BY_NAME, aliases=("Version",))
    maximum_version = Parameter("string", sets=_BY_NAME)
    required_version = Parameter("version", sets=_BY_NAME)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True)
    disable_name_checking = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    scope = Parameter("string", validate=(ValidateSet("Local", "Global"),))
    ps_session = Parameter("object", name="PSSession", sets=_IN_SESSION, validate=(ValidateNotNull(),))
    cim_session = Parameter("object", sets={"CimSession": {"mandatory": True}}, validate=(ValidateNotNull(),))
    cim_resource_uri = Parameter("uri", sets=("CimSession",), validate=(ValidateNotNull(),))
    cim_namespace = Parameter("string", sets=("CimSession",), validate=(ValidateNotNullOrEmpty(),))
    use_windows_power_shell = Parameter("switch", name="UseWindowsPowerShell", aliases=("UseWinPS",), sets=_IN_WINDOWS)

    def begin(self) -> None:
        for given, feature in (
            ("Assembly", "Import-Module -Assembly"),
            ("PSSession", "Import-Module -PSSession"),
            ("CimSession", "Import-Module -CimSession"),
            ("UseWindowsPowerShell", "Import-Module -UseWindowsPowerShell"),
        ):
            if given in self.bound:
                raise self.runtime.not_supported(feature)
        if self.global_ and "Scope" in self.bound:
            raise self.throw(
                error(
                    "The 'Global' and 'Scope' parameters cannot be specified together. Remove one of these parameters, "
                    "and then try running the command again.",
                    "Modules_GlobalAndScopeParameterCannotBeSpecifiedTogether",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )
        self._maximum()

    def _maximum(self) -> None:
        if self.maximum_version is None:
            return
        try:
            upper = maximum_version(self.maximum_version)
        except PSError as problem:
            raise self.throw(problem) from None
        if self.minimum_version is not None and self.minimum_version > upper:
            raise self.throw(
                error(
                    f"The MinimumVersion '{self.minimum_version}' should not be greater than MaximumVersion "
                    f"'{self.maximum_version}'.",
                    "ArgumentOutOfRange",
                    "InvalidArgument",
                    self.minimum_version,
                    type_name="System.ArgumentOutOfRangeException",
                )
            )

    def _loader(self) -> ModuleLoader:
        frame = self.runtime.frame
        own = frame.scope.session
        outer = frame.context.global_scope.session
        everywhere = self.global_ or (self.scope or "").lower() == "global"
        request = ImportRequest(
            functions=self.function,
            cmdlets=self.cmdlet,
            variables=self.variable,
            aliases=self.alias,
            prefix=self.prefix or "",
            no_clobber=bool(self.no_clobber),
            local=(self.scope or "").lower() == "local",
            check_names=not self.disable_name_checking,
        )
        return ModuleLoader(
            frame,
            self.runtime.pipes,
            outer if everywhere else own,
            request,
            report=lambda problem: report(self, problem),
            say=self.write_verbose,
            warn=self.write_warning,
            arguments=as_list(self.argument_list),
            force=bool(self.force),
        )

    def process(self) -> None:
        if "ModuleInfo" in self.bound:
            for info in as_list(self.module_info):
                self._guarded(lambda info=info: self._again(info))
        elif "FullyQualifiedName" in self.bound:
            for value in as_list(self.fully_qualified_name):
                self._guarded(lambda value=value: self._loader().load(ModuleSpecification.of(value)))
        else:
            for name in as_list(self.name):
                self._guarded(lambda name=name: self._loader().load(self._wanted(name)))

    def _wanted(self, name: str) -> ModuleSpecification:
        return ModuleSpecification(
            name, minimum=self.minimum_version, maximum=self.maximum_version, required=self.required_version
        )

    def _again(self, info: Any) -> PSModuleInfo | None:
        """Import from a module object: loaded, found by Get-Module -ListAvailable, or dynamic."""
        if not isinstance(info, PSModuleInfo):
            return self._loader().load(ModuleSpecification(to_text(info)))
        loader = self._loader()
        known = self.session.context.modules.get(info.key)
        alive = info.session is not None and (known is info or not info.base)
        again = self.force and info.base and info.session is not None
        if isinstance(info, EngineModule) or (alive and not again):
            loader.import_from(info)
            return info
        return loader.load(ModuleSpecification(info.file))

    def _guarded(self, load: Any) -> None:
        try:
            module = load()
        except PSError as problem:
            report(self, problem)
            return
        if module is None:
            return
        if self.as_custom_object:
            if module.kind != "Script":
                self.fail(
                    f"No custom object was returned for module '{module.path}' because the -AsCustomObject parameter "
                    "can only be used with script modules.",
                    "Modules_CantUseAsCustomObjectWithBinaryModule",
                    "PermissionDenied",
                    type_name="System.InvalidOperationException",
                )
                return
            self.emit(as_custom_object(module))
        elif self.pass_thru:
            self.emit(module)


@cmdlet("Remove-Module", aliases=("rmo",), default_set="name", module=MODULE, should_process=True)
class RemoveModule(Cmdlet):
    """Takes modules out of the current session."""

    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, sets=("name",))
    fully_qualified_name = Parameter(
        SPECIFICATIONS, position=0, mandatory=True, pipeline=True, sets=("FullyQualifiedName",)
    )
    module_info = Parameter("psmoduleinfo[]", position=0, mandatory=True, pipeline=True, sets=("ModuleInfo",))
    force = Parameter("switch")

    def begin(self) -> None:
        self._asked = self._done = 0
        self._wild = False

    def process(self) -> None:
        known = loaded_modules(self, everything=True)
        chosen: list[PSModuleInfo] = []
        for name in as_list(self.name):
            test = matcher([name])
            self._wild = self._wild or has_wildcard(name)
            chosen.extend(m for m in known if test(m.name) or m.file.lower() == name.lower())
        for value in as_list(self.fully_qualified_name):
            wanted = ModuleSpecification.of(value)
            chosen.extend(m for m in known if m.name.lower() == wanted.name.lower() and wanted.accepts(m))
        chosen.extend(m for m in as_list(self.module_info) if isinstance(m, PSModuleInfo))
        self._asked += 1
        for module in chosen:
            if self._may_go(module, chosen):
                self._done += 1
                self._remove(module)
            else:
                self._wild = True

    def _may_go(self, module: PSModuleInfo, chosen: list[PSModuleInfo]) -> bool:
        name = module.name
        if module.access_mode == "Constant":
            self._refuse(
                f"Unable to remove the module '{name}' because it is marked as 'constant.' A module cannot be removed "
                "if it is marked 'constant.'",
                "Modules_ModuleIsConstant",
                module,
            )
            return False
        if module.access_mode == "ReadOnly" and not self.force:
            self._refuse(
                f"Unable to remove the module '{name}' because it is read-only. Add the Force parameter to your "
                "command to remove read-only modules.",
                "Modules_ModuleIsReadOnly",
                module,
            )
            return False
        user = next(
            (m for m in self.session.context.modules.values() if module in m.required and m not in chosen), None
        )
        if user is not None and not self.force:
            self._refuse(
                f"Unable to remove the module '{name}' because it is required by '{user.name}'. Add the Force "
                "parameter to your command to remove the module.",
                "Modules_ModuleIsRequired",
                module,
            )
            return False
        return self.should_process(f"{name} (Path: '{module.path}')", "Remove-Module")

    def _refuse(self, message: str, id: str, module: PSModuleInfo) -> None:
        self.fail(message, id, "PermissionDenied", module, type_name="System.InvalidOperationException")

    def _remove(self, module: PSModuleInfo) -> None:
        if isinstance(module, EngineModule):
            module.removed = True
            return
        remove_module(self.runtime.frame, module, self.write_verbose)

    def end(self) -> None:
        if self._done == 0 and not self._wild and "WhatIf" not in self.bound:
            self.fail(
                "No modules were removed. Verify that the specification of modules to remove is correct and those "
                "modules exist in the runspace.",
                "Modules_NoModulesRemoved",
                "ResourceUnavailable",
                type_name="System.InvalidOperationException",
            )


CMDLETS = (ImportModule, RemoveModule)

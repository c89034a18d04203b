"""New-ModuleManifest and Test-ModuleManifest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.module.analysis import described_file
from remora.engine.module.finding import EXTENSIONS, at_path, candidates
from remora.engine.module.info import PSModuleInfo
from remora.engine.module.manifest import Manifest
from remora.engine.module.manifest_text import manifest_text
from remora.engine.module.specification import ModuleSpecification
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateSet
from remora.modules.core.module_common import MODULE, loaded_modules
from remora.values import Version

_GIVEN = (ValidateNotNullOrEmpty(),)
_INVALID_OPERATION = "System.InvalidOperationException"
_URIS = ("ProjectUri", "LicenseUri", "IconUri")


def _invalid_path(path: str) -> PSError:
    return error(
        f"The module manifest path '{path}' is not valid. The value of the Path argument must resolve to a single file "
        "that has a '.psd1' extension. Change the value of the Path argument to point to a valid psd1 file, and then "
        "try again.",
        "Modules_InvalidModuleManifestPath",
        "InvalidArgument",
        path,
        type_name=_INVALID_OPERATION,
    )


@cmdlet("New-ModuleManifest", module=MODULE, should_process=True, confirm_impact="Low", output_type=("System.String",))
class NewModuleManifest(Cmdlet):
    """Writes a manifest for a module."""

    path = Parameter("string", position=0, mandatory=True)
    nested_modules = Parameter("object[]", allow_empty=True)
    guid = Parameter("guid")
    author = Parameter("string", allow_empty=True)
    company_name = Parameter("string", allow_empty=True)
    copyright = Parameter("string", allow_empty=True)
    root_module = Parameter("string", aliases=("ModuleToProcess",), allow_empty=True, allow_null=True)
    module_version = Parameter("version", default=Version(0, 0, 1))
    description = Parameter("string", allow_empty=True)
    processor_architecture = Parameter("string", validate=(ValidateSet("None", "MSIL", "X86", "IA64", "Amd64", "Arm"),))
    power_shell_version = Parameter("version", name="PowerShellVersion")
    clr_version = Parameter("version")
    dot_net_framework_version = Parameter("version")
    power_shell_host_name = Parameter("string", name="PowerShellHostName")
    power_shell_host_version = Parameter("version", name="PowerShellHostVersion")
    required_modules = Parameter("object[]")
    types_to_process = Parameter("string[]", allow_empty=True)
    formats_to_process = Parameter("string[]", allow_empty=True)
    scripts_to_process = Parameter("string[]", allow_empty=True)
    required_assemblies = Parameter("string[]", allow_empty=True)
    file_list = Parameter("string[]", allow_empty=True)
    module_list = Parameter("object[]", allow_empty=True)
    functions_to_export = Parameter("string[]", allow_empty=True)
    aliases_to_export = Parameter("string[]", allow_empty=True)
    variables_to_export = Parameter("string[]", allow_empty=True)
    cmdlets_to_export = Parameter("string[]", allow_empty=True)
    dsc_resources_to_export = Parameter("string[]", allow_empty=True)
    compatible_ps_editions = Parameter(
        "string[]", name="CompatiblePSEditions", allow_empty=True, validate=(ValidateSet("Desktop", "Core"),)
    )
    private_data = Parameter("object", allow_null=True)
    tags = Parameter("string[]", validate=_GIVEN)
    project_uri = Parameter("uri", validate=_GIVEN)
    license_uri = Parameter("uri", validate=_GIVEN)
    icon_uri = Parameter("uri", validate=_GIVEN)
    release_notes = Parameter("string", validate=_GIVEN)
    prerelease = Parameter("string", validate=_GIVEN)
    require_license_acceptance = Parameter("switch")
    external_module_dependencies = Parameter("string[]", validate=_GIVEN)
    help_info_uri = Parameter("string", allow_null=True)
    pass_thru = Parameter("switch")
    default_command_prefix = Parameter("string", allow_null=True)

    def end(self) -> None:
        if (self.processor_architecture or "").lower() == "ia64":
            raise self.throw(
                error(
                    f"The processor architecture value of {self.processor_architecture} is not supported. Run the "
                    "New-ModuleManifest command again, specifying one of the following supported enumeration values "
                    "for processor architecture: None, MSIL, X86, Amd64, Arm",
                    "Modules_InvalidProcessorArchitectureInManifest",
                    "InvalidArgument",
                    self.processor_architecture,
                    type_name=_INVALID_OPERATION,
                )
            )
        target = self.session.resolve_path(self.path)
        if not target.is_file_system or not target.path.lower().endswith(".psd1"):
            raise self.throw(_invalid_path(self.path))
        uris = {key: self._uri(key, getattr(self, key.replace("Uri", "_uri").lower())) for key in _URIS}
        editions = [one.lower() for one in self.compatible_ps_editions or ()]
        if len(set(editions)) != len(editions):
            raise self.throw(
                error(
                    f"The specified value '{','.join(self.compatible_ps_editions)}' for CompatiblePSEditions contains "
                    "duplicate PowerShell Edition names. Try again after removing the duplicate PowerShell Edition "
                    "names.",
                    "Modules_DuplicateEntriesInCompatiblePSEditions",
                    "InvalidArgument",
                    self.compatible_ps_editions,
                    type_name=_INVALID_OPERATION,
                )
            )
        values = self._values()
        if not self.should_process(target.path, f'Creating the "{target.path}" module manifest file.'):
            return
        name = os.path.splitext(os.path.basename(target.path))[0]
        date = datetime.now().astimezone()
        text = manifest_text(
            name, values["Author"], f"{date.month}/{date.day}/{date.year}", values, {**uris, **self._data()}
        )
        with open(target.path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if self.pass_thru:
            self.emit(text)

    def _uri(self, key: str, value: Any) -> Any:
        if value is None:
            return None
        text = str(value)
        if "://" not in text:
            raise self.throw(
                error(
                    f"The value '{text}' of {key} is not an absolute URI.",
                    _INVALID_OPERATION,
                    "InvalidOperation",
                    type_name=_INVALID_OPERATION,
                )
            )
        return text.replace(" ", "%20")

    def _values(self) -> dict[str, Any]:
        """Members that have a value."""
        author = self.author or self.session.context.user
        inside = [self.root_module, self.nested_modules, self.required_modules]
        default = ["*"] if any(value is not None for value in inside) else []
        exported = {
            "FunctionsToExport": self.functions_to_export,
            "CmdletsToExport": self.cmdlets_to_export,
            "AliasesToExport": self.aliases_to_export,
        }
        values: dict[str, Any] = {
            "RootModule": self.root_module or None,
            "ModuleVersion": self.module_version,
            "CompatiblePSEditions": self.compatible_ps_editions or None,
            "GUID": self.guid or uuid4(),
            "Author": author,
            "CompanyName": self.company_name or "Unknown",
            "Copyright": self.copyright or f"(c) {author}. All rights reserved.",
            "Description": self.description or None,
            "PowerShellVersion": self.power_shell_version,
            "PowerShellHostName": self.power_shell_host_name,
            "PowerShellHostVersion": self.power_shell_host_version,
            "DotNetFrameworkVersion": self.dot_net_framework_version,
            "ClrVersion": self.clr_version,
            "ProcessorArchitecture": self.processor_architecture,
            "RequiredModules": self._specifications(self.required_modules),
            "RequiredAssemblies": self.required_assemblies,
            "ScriptsToProcess": self.scripts_to_process,
            "TypesToProcess": self.types_to_process,
            "FormatsToProcess": self.formats_to_process,
            "NestedModules": self._specifications(self.nested_modules),
            **{key: default if names is None else names for key, names in exported.items()},
            "VariablesToExport": ["*"] if self.variables_to_export is None else self.variables_to_export,
            "DscResourcesToExport": self.dsc_resources_to_export or None,
            "ModuleList": self._specifications(self.module_list),
            "FileList": self.file_list,
            "PrivateData": self.private_data,
            "HelpInfoURI": self._uri("HelpInfoUri", self.help_info_uri or None),
            "DefaultCommandPrefix": self.default_command_prefix or None,
        }
        return values

    def _specifications(self, values: Any) -> list[ModuleSpecification] | None:
        return None if values is None else [ModuleSpecification.of(value) for value in values]

    def _data(self) -> dict[str, Any]:
        return {
            "Tags": self.tags,
            "ReleaseNotes": self.release_notes,
            "Prerelease": self.prerelease,
            "RequireLicenseAcceptance": True if self.require_license_acceptance else None,
            "ExternalModuleDependencies": self.external_module_dependencies,
        }


@cmdlet("Test-ModuleManifest", module=MODULE, output_type=("System.Management.Automation.PSModuleInfo",))
class TestModuleManifest(Cmdlet):
    """Checks a module manifest and the files it names."""

    path = Parameter("string", position=0, mandatory=True, pipeline=True, by_property=True)

    def process(self) -> None:
        path = self.session.file_path(self.path)
        if not os.path.isfile(path):
            self.fail(
                f"The specified module '{self.path}' was not loaded because no valid module file was found in any "
                "module directory.",
                "Modules_ModuleNotFound",
                "ResourceUnavailable",
                self.path,
                type_name="System.IO.FileNotFoundException",
            )
            return
        if not path.lower().endswith(".psd1"):
            raise self.throw(_invalid_path(self.path))
        try:
            module = described_file(self.session.context, path)
            manifest = module.manifest
            assert manifest is not None
            for message, id, category in self._problems(module, manifest):
                self.fail(message, id, category, self.path, type_name="System.IO.DirectoryNotFoundException")
            self._check_folder(module)
        except PSError as problem:
            if problem.record.error_id == "Modules_InvalidModuleManifestVersion":
                raise self.throw(problem) from None
            self.write_error(problem.record)
            return
        module.nested = [PSModuleInfo(_base(one.name), one.name) for one in manifest.specifications("NestedModules")]
        self.emit(module)

    def _exists(self, manifest: Manifest, name: str) -> bool:
        name = name.replace("\\", "/")
        return os.path.exists(os.path.join(manifest.base, name))

    def _problems(self, module: PSModuleInfo, manifest: Manifest) -> Iterator[tuple[str, str, str]]:
        path = module.file
        again = "Try again after updating this entry with valid values."
        for key in ("TypesToProcess", "FormatsToProcess", "ScriptsToProcess"):
            extension = ".ps1" if key == "ScriptsToProcess" else ".ps1xml"
            for name in manifest.texts(key) or ():
                if not self._exists(manifest, name) or not name.lower().endswith(extension):
                    message = f"The '{key}' member is not valid in the module manifest file '{path}': {name}"
                    yield message, "Modules_InvalidManifest", "ResourceUnavailable"
        for name in manifest.texts("RequiredAssemblies") or ():
            if not self._exists(manifest, name) and not name.startswith(("System", "Microsoft")):
                message = (
                    f"The specified RequiredAssemblies entry '{name}' in the module manifest '{path}' is invalid. "
                )
                yield message + again, "Modules_InvalidRequiredAssembliesInModuleManifest", "ObjectNotFound"
        root = manifest.root
        if root and root.lower().endswith(".psd1"):
            message = f"The module manifest '{path}' could not be processed: its root module '{root}' is a manifest."
            yield message, "Modules_InvalidManifest", "ResourceUnavailable"
        elif root and not self._module_file(manifest, root):
            message = f"The module manifest '{path}' could not be processed: its root module '{root}' does not exist."
            yield message, "Modules_InvalidRootModuleInModuleManifest", "InvalidArgument"
        for name in manifest.texts("FileList") or ():
            if not self._exists(manifest, name):
                message = f"The specified FileList entry '{name}' in the module manifest '{path}' is invalid. "
                yield message + again, "Modules_InvalidFilePathinModuleManifest", "ObjectNotFound"
        yield from self._missing_modules(manifest, path, again)
        if module.manifest is not None and module.manifest.texts("CompatiblePSEditions"):
            wanted = module.manifest.version("PowerShellVersion")
            if wanted is None or wanted < Version(5, 1):
                message = (
                    f"The module manifest '{path}' is specified with the CompatiblePSEditions key which is supported "
                    "only on PowerShell version '5.1' or higher. Update the value of the PowerShellVersion key to "
                    "'5.1' or higher, and try again."
                )
                yield message, "Modules_InvalidPowerShellVersionInModuleManifest", "InvalidArgument"

    def _missing_modules(self, manifest: Manifest, path: str, again: str) -> Iterator[tuple[str, str, str]]:
        known = {module.name.lower() for module in loaded_modules(self, everything=True)}
        for key, id in (
            ("NestedModules", "Modules_InvalidNestedModuleinModuleManifest"),
            ("RequiredModules", "Modules_InvalidRequiredModulesinModuleManifest"),
            ("ModuleList", "Modules_InvalidModuleListinModuleManifest"),
        ):
            for one in manifest.specifications(key):
                here = key != "RequiredModules" and self._module_file(manifest, one.name)
                loaded = key != "NestedModules" and one.name.lower() in known
                if not here and not loaded and next(candidates(one.name), None) is None:
                    message = f"The specified {key} entry '{one.name}' in the module manifest '{path}' is invalid. "
                    yield message + again, id, "ObjectNotFound"

    def _module_file(self, manifest: Manifest, name: str) -> bool:
        local = name if name.startswith("/") else os.path.join(manifest.base, name.replace("\\", "/"))
        found = at_path(self.session.context, local)
        return bool(found) or any(os.path.isfile(local + extension) for extension in (*EXTENSIONS, ".exe"))

    def _check_folder(self, module: PSModuleInfo) -> None:
        folder = os.path.basename(module.base)
        try:
            named = Version.parse(folder)
        except ValueError:
            return
        if named != module.version:
            raise error(
                f"The ModuleVersion key in module manifest '{module.file}' specifies module version '{module.version}' "
                f"which does not match its version folder name at '{module.base}'. Change the value of the "
                "ModuleVersion key to match the version folder name.",
                "Modules_InvalidModuleManifestVersion",
                "InvalidArgument",
                self.path,
                type_name=_INVALID_OPERATION,
            )
        self.write_verbose("Version specified in ModuleVersion key is equal to version folder name.")


def _base(name: str) -> str:
    return os.path.splitext(os.path.basename(to_text(name).replace("\\", "/")))[0]


CMDLETS = (NewModuleManifest, TestModuleManifest)

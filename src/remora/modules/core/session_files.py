"""New-PSSessionConfigurationFile, Test-PSSessionConfigurationFile, New-PSRoleCapabilityFile."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Final
from uuid import uuid4

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.language.session_file import (
    CAPABILITIES,
    CONFIGURATION,
    LANGUAGES,
    POLICIES,
    SESSION_TYPES,
    problems_of,
    read_table,
)
from remora.engine.module.manifest import read_text
from remora.engine.module.manifest_text import literal
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateSet
from remora.values import Version

_MODULE = "Microsoft.PowerShell.Core"
_BASIC: Final = ("Description", "TranscriptDirectory", "RunAsVirtualAccount", "ScriptsToProcess", "RoleDefinitions")


class _DataFile(Cmdlet):
    """What both kinds of files say."""

    extension = ""
    keys: ClassVar[dict[str, str]] = CAPABILITIES

    path = Parameter("string", position=0, mandatory=True)
    guid = Parameter("guid")
    author = Parameter("string")
    description = Parameter("string")
    company_name = Parameter("string")
    copyright = Parameter("string")
    modules_to_import = Parameter("object[]")
    visible_aliases = Parameter("string[]")
    visible_cmdlets = Parameter("object[]")
    visible_functions = Parameter("object[]")
    visible_external_commands = Parameter("string[]")
    visible_providers = Parameter("string[]")
    scripts_to_process = Parameter("string[]")
    alias_definitions = Parameter("hashtable[]")
    function_definitions = Parameter("hashtable[]")
    variable_definitions = Parameter("object")
    environment_variables = Parameter("hashtable")
    types_to_process = Parameter("string[]")
    formats_to_process = Parameter("string[]")
    assemblies_to_load = Parameter("string[]")

    def _defaults(self) -> dict[str, Any]:
        author = self.author or self.session.context.user
        return {
            "GUID": self.guid or uuid4(),
            "Author": author,
            "CompanyName": self.company_name or "Unknown",
            "Copyright": self.copyright or f"(c) {author}. All rights reserved.",
        }

    def end(self) -> None:
        target = self.session.resolve_path(self.path)
        if not target.is_file_system or not target.path.lower().endswith(self.extension):
            raise self.throw(
                error(
                    f"The path '{self.path}' is not valid. It must name a file with the extension '{self.extension}'.",
                    f"Invalid{'RoleCapability' if self.extension == '.psrc' else 'PSSessionConfiguration'}FilePath",
                    "InvalidArgument",
                    self.path,
                    type_name="System.InvalidOperationException",
                )
            )
        values = {**self._defaults(), **self._given()}
        out = ["@{\n\n"]
        for key, comment in self.keys.items():
            if key not in values and not self._always(key):
                continue
            mark = "" if key in values else "# "
            shown = literal(values[key]) if key in values else "''"
            out.append(f"# {comment}\n{mark}{key} = {shown}\n\n")
        out.append("}\n")
        with open(target.path, "w", encoding="utf-8", newline="") as file:
            file.write("".join(out))

    def _always(self, key: str) -> bool:
        """Whether a key that was not given has its line, as a comment."""
        return True

    def _given(self) -> dict[str, Any]:
        """Values of the parameters that were bound, by key."""
        names = {parameter.name: parameter.attribute for parameter in self.spec.parameters}
        return {
            key: _plain(getattr(self, names[name]))
            for key in self.keys
            for name in names
            if name.lower() == key.lower() and name in self.bound and key != "GUID"
        }


def _plain(value: Any) -> Any:
    value = unwrap(value)
    return to_text(value) if isinstance(value, Version) else value


@cmdlet("New-PSRoleCapabilityFile", module=_MODULE)
class NewPSRoleCapabilityFile(_DataFile):
    """Writes a file that says what a role may do in restricted sessions."""

    extension = ".psrc"


@cmdlet("New-PSSessionConfigurationFile", module=_MODULE)
class NewPSSessionConfigurationFile(_DataFile):
    """Writes a file that says what sessions of a configuration are like."""

    extension = ".pssc"
    keys = CONFIGURATION

    schema_version = Parameter("version", default=Version(2, 0, 0, 0))
    session_type = Parameter("string", validate=(ValidateSet(*SESSION_TYPES),), default="Default")
    transcript_directory = Parameter("string")
    run_as_virtual_account = Parameter("switch")
    run_as_virtual_account_groups = Parameter("string[]")
    mount_user_drive = Parameter("switch")
    user_drive_maximum_size = Parameter("int64")
    group_managed_service_account = Parameter("string")
    role_definitions = Parameter("object")
    required_groups = Parameter("object")
    language_mode = Parameter("string", validate=(ValidateSet(*LANGUAGES),))
    execution_policy = Parameter("string", validate=(ValidateSet(*POLICIES),))
    power_shell_version = Parameter("version", name="PowerShellVersion")
    full = Parameter("switch")

    def _defaults(self) -> dict[str, Any]:
        found = super()._defaults()
        basic = {"SchemaVersion": to_text(self.schema_version), "SessionType": self.session_type, "GUID": found["GUID"]}
        mode = {"LanguageMode": "FullLanguage" if self.session_type == "Default" else "NoLanguage"}
        return {"Author": found["Author"], **basic, **({**found, **mode} if self.full else {})}

    def _always(self, key: str) -> bool:
        return bool(self.full) or key in _BASIC


@cmdlet("Test-PSSessionConfigurationFile", module=_MODULE, output_type=("System.Boolean",))
class TestPSSessionConfigurationFile(Cmdlet):
    """Tells whether the keys and values of a session configuration file are valid."""

    path = Parameter("string", position=0, mandatory=True, pipeline=True, by_property=True)

    def process(self) -> None:
        path = self.session.file_path(self.path)
        if not os.path.isfile(path):
            raise self.throw(
                error(
                    f"The file '{self.path}' was not found.", "PSSessionConfigurationFileNotFound", "ObjectNotFound",
                    self.path, type_name="System.IO.FileNotFoundException",
                )
            )  # fmt: skip
        try:
            problems = problems_of(read_table(self.session.context, read_text(path), path))
        except PSError as problem:
            problems = [problem.record.message]
        for text in problems:
            self.write_verbose(text)
        self.emit(not problems)


CMDLETS = (NewPSRoleCapabilityFile, NewPSSessionConfigurationFile, TestPSSessionConfigurationFile)

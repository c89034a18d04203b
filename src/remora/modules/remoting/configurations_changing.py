"""What Register- and Set-PSSessionConfiguration make of their parameters, and what they refuse."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from remora.config import Backend, SessionConfiguration
from remora.config.sddl import parse_sddl
from remora.config.session_changes import ACCESS_MODES, descriptor_for, with_access, with_options
from remora.config.settings import merged
from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.language.session_file import Table, folded, listed
from remora.engine.language.session_plan import check_definition
from remora.engine.module.manifest import read_text
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateSet
from remora.errors import ConfigError
from remora.modules.credentials import CREDENTIAL
from remora.modules.remoting.configurations_common import ChangingCmdlet, unsupported, wrong
from remora.values.tables import Hashtable

SETS: Final = ("NameParameterSet", "AssemblyNameParameterSet")
ASSEMBLY: Final = "AssemblyNameParameterSet"
FILE: Final = "SessionConfigurationFile"
_ASSEMBLY: Final = "the host of this machine serves PowerShell sessions only"
_ONE_PROCESS: Final = "every session has a process of its own"
_REFUSED: Final = {
    "ApplicationBase": _ASSEMBLY,
    "AssemblyName": _ASSEMBLY,
    "ConfigurationTypeName": _ASSEMBLY,
    "SessionTypeOption": "there are no workflow sessions",
    "UseSharedProcess": _ONE_PROCESS,
}
_NUMBERS: Final = {
    "MaximumReceivedDataSizePerCommandMB": "PSMaximumReceivedDataSizePerCommandMB",
    "MaximumReceivedObjectSizeMB": "PSMaximumReceivedObjectSizeMB",
}
_DEFAULTS: Final = {"PSMaximumReceivedDataSizePerCommandMB": 50, "PSMaximumReceivedObjectSizeMB": 10}


class ConfiguringCmdlet(ChangingCmdlet):
    """The parameters that Register and Set have in common."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)
    assembly_name = Parameter("string", position=1, mandatory=True, sets=(ASSEMBLY,))
    configuration_type_name = Parameter("string", position=2, mandatory=True, sets=(ASSEMBLY,))
    application_base = Parameter("string", sets=SETS)
    run_as_credential = Parameter(CREDENTIAL)
    thread_apartment_state = Parameter("string", validate=(ValidateSet("STA", "MTA", "Unknown"),))
    thread_options = Parameter(
        "string", validate=(ValidateSet("Default", "UseNewThread", "ReuseThread", "UseCurrentThread"),)
    )
    access_mode = Parameter("string", validate=(ValidateSet(*ACCESS_MODES),), default="Remote")
    use_shared_process = Parameter("switch")
    startup_script = Parameter("string", allow_empty=True, allow_null=True)
    maximum_received_data_size_per_command_mb = Parameter(
        "System.Nullable[System.Double]", name="MaximumReceivedDataSizePerCommandMB", allow_null=True
    )
    maximum_received_object_size_mb = Parameter(
        "System.Nullable[System.Double]", name="MaximumReceivedObjectSizeMB", allow_null=True
    )
    security_descriptor_sddl = Parameter("string", allow_empty=True, allow_null=True)
    show_security_descriptor_ui = Parameter("switch", name="ShowSecurityDescriptorUI")
    ps_version = Parameter("version", name="PSVersion", aliases=("PowerShellVersion",), sets=SETS)
    session_type_option = Parameter("object", sets=SETS)
    transport_option = Parameter("System.Management.Automation.Remoting.PSTransportOption")
    modules_to_import = Parameter("object[]", sets=SETS, allow_empty=True, allow_null=True)
    path = Parameter("string", mandatory=True, sets=(FILE,))

    def refuse(self) -> None:
        """What contradicts itself, or what no session of this host can have. Raises what ends the cmdlet."""
        given = self.bound
        if self.show_security_descriptor_ui:
            if "SecurityDescriptorSddl" in given:
                message = "ShowSecurityDescriptorUI and SecurityDescriptorSddl cannot be given together."
                raise self.throw(wrong(message, "ShowUIAndSDDLCannotExist"))
            raise self.throw(unsupported("ShowSecurityDescriptorUI", "there is no dialog; give SecurityDescriptorSddl"))
        if self._option("ProcessIdleTimeoutSec") and not self.use_shared_process:
            message = "ProcessIdleTimeoutSec counts only for configurations with UseSharedProcess."
            raise self.throw(wrong(message, "InvalidConfigurationXMLAttribute"))
        for name, why in _REFUSED.items():
            if name in given and unwrap(getattr(self, self._attribute(name))) not in (None, False, ""):
                raise self.throw(unsupported(name, why))
        self._refuse_threads()
        if self.ps_version is not None and (self.ps_version.major, max(self.ps_version.minor, 0)) > (7, 4):
            raise self.throw(wrong(f"There is no PowerShell {to_text(self.ps_version)} here.", "InvalidPSVersion"))

    def _refuse_threads(self) -> None:
        if self.thread_apartment_state == "STA":
            raise self.throw(unsupported("ThreadApartmentState", "threads have no apartments on this system"))
        if self.thread_options == "UseNewThread":
            raise self.throw(unsupported("ThreadOptions", "the pipelines of a runspace share a thread"))
        wanted = getattr(self, "processor_architecture", None)
        if wanted is not None and (wanted == "x86") == (platform.machine() in ("x86_64", "AMD64")):
            raise self.throw(unsupported("ProcessorArchitecture", f"this machine is {platform.machine()}"))

    def _attribute(self, name: str) -> str:
        return next(one.attribute for one in self.spec.parameters if one.name == name)

    def _option(self, name: str) -> Any:
        return self.transport_option.values.get(name) if self.transport_option is not None else None

    def configured(self, item: SessionConfiguration) -> SessionConfiguration:
        """The configuration with what was given. Raises what ends the cmdlet."""
        steps: tuple[Callable[[SessionConfiguration], SessionConfiguration], ...] = (
            self._file,
            self._script,
            self._modules,
            self._numbers,
            self._options,
            self._access,
            self._run_as,
        )
        for step in steps:
            item = self.attempt(lambda step=step, item=item: step(item))  # type: ignore[misc]
        return item

    def _script(self, item: SessionConfiguration) -> SessionConfiguration:
        if "StartupScript" not in self.bound:
            return item
        if not self.startup_script:
            return replace(item, startup_script=None)
        path = self.session.file_path(self.startup_script)
        if not path.lower().endswith(".ps1"):
            raise self.throw(wrong(f"The start-up script '{path}' is no .ps1 file.", "StartupScriptNotCorrect"))
        return replace(item, startup_script=path)

    def _modules(self, item: SessionConfiguration) -> SessionConfiguration:
        if "ModulesToImport" not in self.bound:
            return item
        names: list[str] = []
        for one in listed(self.modules_to_import):
            if not isinstance(one, str):
                message = "Give a session configuration file for modules with versions."
                raise self.throw(wrong(message, "InvalidModulesToImport", one))
            names.append(self.session.file_path(one) if "/" in one else one)
        backend = Backend.ENGINE if names else item.backend
        return replace(item, modules=tuple(names), backend=backend)

    def _numbers(self, item: SessionConfiguration) -> SessionConfiguration:
        changed: dict[str, int] = {}
        for name, wire in _NUMBERS.items():
            if name not in self.bound:
                continue
            value = getattr(self, self._attribute(name))
            number = _DEFAULTS[wire] if value is None else float(value)
            if number != int(number) or not 1 <= number <= 4096:
                raise self.throw(wrong(f"{name} is a whole number from 1 to 4096.", "InvalidConfigurationXMLAttribute"))
            changed[wire] = int(number)
        return replace(item, quotas=merged(item.quotas, changed)) if changed else item

    def _options(self, item: SessionConfiguration) -> SessionConfiguration:
        if self.transport_option is None:
            return item
        values = {name: to_text(value) if value is not None else None for name, value in
                  self.transport_option.values.items()}  # fmt: skip
        return with_options(item, values)

    def _access(self, item: SessionConfiguration) -> SessionConfiguration:
        if "SecurityDescriptorSddl" in self.bound:
            default = SessionConfiguration(name=item.name).security_descriptor
            text = descriptor_of(self, self.security_descriptor_sddl) or default
            item = replace(item, security_descriptor=text)
        return with_access(item, self.access_mode) if "AccessMode" in self.bound else item

    def _run_as(self, item: SessionConfiguration) -> SessionConfiguration:
        """The account that all sessions run as; its password is checked, and not kept."""
        if "RunAsCredential" not in self.bound:
            return item
        given = unwrap(self.run_as_credential)
        if given is None:
            return replace(item, run_as_user="")
        try:
            return replace(item, run_as_user=self.store.account_of(given.username, given.password.reveal()))
        except ConfigError as problem:
            raise self.throw(wrong(str(problem), "InvalidRunAsCredential", given.username)) from None

    def _file(self, item: SessionConfiguration) -> SessionConfiguration:
        if self.path is None:
            return item
        path = self.session.file_path(self.path)
        if not path.lower().endswith(".pssc") or not os.path.isfile(path):
            message = f"The path '{self.path}' is not valid. It must name a file with the extension '.pssc'."
            raise self.throw(wrong(message, "InvalidPSSessionConfigurationFilePath", self.path))
        text = read_text(path)
        try:
            table = check_definition(self.session.context, text, path)
        except PSError as problem:
            raise self.throw(self._bad_file(problem)) from None
        if to_text(table.get("executionpolicy")).lower() == "allsigned":
            self.write_warning("Scripts have no signatures on this system: AllSigned lets users run no script file.")
        kept = self.store.keep(item.name, text)
        access = self._descriptor_for(table) or item.security_descriptor
        return replace(item, definition_file=kept, backend=Backend.ENGINE, security_descriptor=access)

    def _bad_file(self, problem: PSError) -> PSError:
        if "System.Management.Automation.ParseException" in problem.record.exception.net_type_names():
            return wrong(problem.record.message, "InvalidPSSessionConfigurationFile", self.path)
        return problem

    def _descriptor_for(self, table: Table) -> str:
        """A descriptor that lets in who has a role and is in the required groups; "" when the file names nobody."""
        roles, required = table.get("roledefinitions"), table.get("requiredgroups")
        if not isinstance(roles, Hashtable) and required is None:
            return ""
        condition = f"({self._condition(required)})" if required is not None else ""
        sids = [self._sid(to_text(name)) for name in roles] if isinstance(roles, Hashtable) else ["WD"]
        return descriptor_for(sids, condition)

    def _condition(self, required: Any) -> str:
        if isinstance(required, str):
            return f"Member_of {{SID({self._sid(required)})}}"
        ((operator, value),) = folded(required).items()
        parts = [f"({self._condition(one)})" for one in listed(value)]
        return (" && " if operator == "and" else " || ").join(parts)

    def _sid(self, name: str) -> str:
        try:
            return self.store.sid_of(name)
        except ConfigError:
            message = f"The host has no user or group '{name}'."
            raise self.throw(wrong(message, "CouldNotResolveRoleDefinitionPrincipal", name)) from None


def descriptor_of(cmdlet: Cmdlet, text: str | None) -> str:
    """A security descriptor that was given, checked; "" for none. Raises what ends the cmdlet."""
    if not text:
        return ""
    try:
        return str(parse_sddl(text))
    except ConfigError as problem:
        raise cmdlet.throw(wrong(str(problem), "InvalidSDDL", text)) from None

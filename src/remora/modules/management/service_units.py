"""Set-Service, New-Service and Remove-Service: unit files of systemd, and drop-ins that change them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateSet
from remora.modules.credentials import credential
from remora.modules.management.services import (
    MODULE,
    SERVICE,
    SERVICE_ERROR,
    Service,
    ServiceCommand,
    systemctl,
)

UNITS = Path("/etc/systemd/system")
_STARTUP = "Microsoft.PowerShell.Commands.ServiceStartupType"
_STARTUP_WORDS = {
    "Automatic": ("enable",),
    "AutomaticDelayedStart": ("enable",),
    "Manual": ("disable",),
    "Disabled": ("mask",),
}
_STATUS_WORDS = {"paused": "freeze", "running": "start", "stopped": "stop"}
_DROP_IN = "50-set-service.conf"
_GIVEN = (ValidateNotNullOrEmpty(),)
_ONE: dict[str, Any] = {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}
Settings = dict[str, dict[str, str]]


def unit_text(settings: Settings) -> str:
    """The text of a unit file: section -> key -> value. What systemd would expand or read as a line end is escaped."""
    lines = []
    for section, values in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{key}={' '.join(value.split(chr(10))).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join((*lines, ""))


def read_unit(path: Path) -> Settings:
    """The inverse of `unit_text`; nothing where there is no such file. Raises OSError."""
    found: Settings = {}
    section: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        if line.startswith("["):
            section = found.setdefault(line.strip("[] "), {})
        elif "=" in line:
            key, _, value = line.partition("=")
            section[key] = value.replace("%%", "%")
    return found


class _OnUnit(ServiceCommand):
    """Cmdlets that change one service."""

    name: Any = None
    input_object: Any = None

    def chosen(self) -> Service | None:
        """The service meant; None after an error was written."""
        wanted = self.input_object.name if isinstance(self.input_object, Service) else self.name
        found = next((one for one in self.known() if one.name == wanted), None)
        if found is None:
            self.missing(wanted)
        return found

    def broken(self, service: Service, reason: str, what: str, error_id: str) -> None:
        """Report what could not be done."""
        self.fail(
            f"Service '{service.display_name} ({service.name})' cannot be {what} due to the following error: "
            f"{reason.strip()}", error_id, "PermissionDenied", service, type_name=SERVICE_ERROR,
        )  # fmt: skip


@cmdlet("Set-Service", aliases=("ssv",), default_set="Name", module=MODULE, should_process=True,
        output_type=(SERVICE,))  # fmt: skip
class SetService(_OnUnit):
    """Changes what a service is called, as whom and when it starts, and whether it runs."""

    name = Parameter("string", sets={"Name": _ONE}, aliases=("ServiceName", "SN"))
    input_object = Parameter(SERVICE, sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}})
    display_name = Parameter("string", aliases=("DN",), validate=_GIVEN)
    credential = credential()
    description = Parameter("string", validate=_GIVEN)
    startup_type = Parameter(_STARTUP, aliases=("StartMode", "SM", "ST", "StartType"), validate=_GIVEN)
    security_descriptor_sddl = Parameter("string", aliases=("sd",), refused=True)
    status = Parameter("string", validate=(ValidateSet("Running", "Stopped", "Paused"),))
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        service = self.chosen()
        if service is None or not self.should_process(f"{service.display_name} ({service.name})", "Set-Service"):
            return
        if self._configure(service) and self._start_when(service) and self._run(service) and self.pass_thru:
            self.emit(self.fresh(service))

    def _configure(self, service: Service) -> bool:
        """Write the drop-in of the texts and the account."""
        text = self.description or self.display_name
        changes: Settings = {"Unit": {"Description": text} if text else {}}
        changes["Service"] = {"User": self.credential.username} if self.credential is not None else {}
        if not any(changes.values()):
            return True
        path = UNITS / f"{service.name}.service.d" / _DROP_IN
        try:
            settings = read_unit(path)
            for section, values in changes.items():
                settings.setdefault(section, {}).update(values)
            path.parent.mkdir(exist_ok=True)
            path.write_text(unit_text(settings), "utf-8")
        except OSError as problem:
            self.broken(service, problem.strerror or str(problem), "configured", "CouldNotSetService")
            return False
        done = systemctl("daemon-reload")
        return done is not None and done.returncode == 0

    def _start_when(self, service: Service) -> bool:
        if self.startup_type is None or (kind := str(self.startup_type)) not in _STARTUP_WORDS:
            return True
        if kind != "Disabled":
            self.unit(service, "CouldNotSetService", "configured", "unmask")
        return self.unit(service, "CouldNotSetService", "configured", *_STARTUP_WORDS[kind])

    def _run(self, service: Service) -> bool:
        if self.status is None:
            return True
        if self.status.lower() == "stopped" and not self.may_stop(service):
            return False
        return self.unit(service, "CouldNotSetService", "configured", _STATUS_WORDS[self.status.lower()])


@cmdlet("New-Service", module=MODULE, should_process=True, output_type=(SERVICE,))
class NewService(_OnUnit):
    """Makes a service: a unit that runs a program."""

    name = Parameter("string", position=0, mandatory=True, aliases=("ServiceName",))
    binary_path_name = Parameter("string", position=1, mandatory=True, aliases=("Path",))
    display_name = Parameter("string", validate=_GIVEN)
    description = Parameter("string", validate=_GIVEN)
    startup_type = Parameter(_STARTUP, default="Automatic")
    credential = credential()
    security_descriptor_sddl = Parameter("string", aliases=("sd",), refused=True)
    depends_on = Parameter("string[]")

    def begin(self) -> None:
        self._service = Service(self.name, self.display_name or self.name, "Stopped", str(self.startup_type))

    def process(self) -> None:
        path = UNITS / f"{self.name}.service"
        if not self.should_process(self.name, "New-Service"):
            return
        if "/" in self.name or "\n" in self.binary_path_name or os.path.lexists(path):
            self._refused("The specified service already exists or its name is not valid.")
            return
        try:
            path.write_text(unit_text(self._settings()), "utf-8")
        except OSError as problem:
            self._refused(problem.strerror or str(problem))
            return
        words = _STARTUP_WORDS.get(str(self.startup_type), ("enable",))
        for line in (("daemon-reload",), *(((*words, path.name),) if words != ("disable",) else ())):
            done = systemctl(*line)
            if done is None or done.returncode:
                self._refused("systemd does not answer" if done is None else done.stderr.decode("utf-8", "replace"))
                return
        self.emit(self._service)

    def _settings(self) -> Settings:
        after = " ".join(f"{other}.service" for other in self.depends_on or ())
        unit = {"Description": self.description or self.display_name or self.name}
        unit |= {"Requires": after, "After": after} if after else {}
        service = {"ExecStart": self.binary_path_name}
        service |= {"User": self.credential.username} if self.credential is not None else {}
        return {"Unit": unit, "Service": service, "Install": {"WantedBy": "multi-user.target"}}

    def _refused(self, reason: str) -> None:
        self.broken(self._service, reason, "created", "CouldNotNewService")


@cmdlet("Remove-Service", default_set="Name", module=MODULE, should_process=True)
class RemoveService(_OnUnit):
    """Stops a service and takes its unit away."""

    name = Parameter("string", sets={"Name": _ONE}, aliases=("ServiceName", "SN"))
    input_object = Parameter(SERVICE, sets={"InputObject": {"pipeline": True}})

    def process(self) -> None:
        service = self.chosen()
        if service is None or not self.should_process(f"{service.display_name} ({service.name})", "Remove-Service"):
            return
        if self.unit(service, "CouldNotRemoveService", "removed", "disable", "--now"):
            try:
                (UNITS / f"{service.name}.service").unlink()
                shutil.rmtree(UNITS / f"{service.name}.service.d", ignore_errors=True)
            except OSError as problem:
                self.broken(service, problem.strerror or str(problem), "removed", "CouldNotRemoveService")
            systemctl("daemon-reload")


CMDLETS = (NewService, RemoveService, SetService)

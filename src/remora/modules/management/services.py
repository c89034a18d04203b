"""The service cmdlets: units of systemd, by systemctl."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.validators import ValidateSet
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, declare_attributes, matcher

_MODULE = "Microsoft.PowerShell.Management"
_STATES = {
    "active": "Running", "activating": "StartPending", "deactivating": "StopPending", "reloading": "Running",
}  # fmt: skip
_STARTUP = {"enabled": "Automatic", "enabled-runtime": "Automatic", "disabled": "Manual", "masked": "Disabled"}
_STARTUP_WORDS = {
    "automatic": ("enable",),
    "automaticdelayedstart": ("enable",),
    "manual": ("disable",),
    "disabled": ("mask",),
}
_STATUS_WORDS = {"paused": "freeze", "running": "start", "stopped": "stop"}
_TIMEOUT = 60
_SERVICE = "System.ServiceProcess.ServiceController"
_ERROR = "Microsoft.PowerShell.Commands.ServiceCommandException"
_UNITS = Path("/etc/systemd/system")


@dataclass(slots=True)
class Service(NetObject):
    """One unit of type service."""

    name: str
    display_name: str
    status: str
    startup: str = ""

    def net_text(self) -> str:
        return self.name


Service.net_type = NetType(_SERVICE, NetType("System.ComponentModel.Component", OBJECT))
declare_attributes(
    Service.net_type,
    ("Name", "name", "System.String"),
    ("DisplayName", "display_name", "System.String"),
    ("Status", "status", "System.String"),
    ("ServiceName", "name", "System.String"),
    ("StartType", "startup", "System.String"),
)
register(Service.net_type)
Service.net_type.property("CanStop", "System.Boolean")(lambda service: service.status == "Running")
Service.net_type.property("MachineName", "System.String")(lambda service: ".")


def systemctl(*words: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run systemctl; None where it is missing or does not answer."""
    program = shutil.which("systemctl")
    if program is None:
        return None
    try:
        return subprocess.run(
            [program, *words], capture_output=True, timeout=_TIMEOUT, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def services() -> list[Service] | None:
    """All loaded services by name; None without systemd."""
    listed = systemctl("list-units", "--type=service", "--all", "--no-legend", "--plain", "--no-pager")
    if listed is None or listed.returncode:
        return None
    startup = _startup_types()
    found: list[Service] = []
    for line in listed.stdout.decode("utf-8", "replace").splitlines():
        words = line.split(None, 4)
        if len(words) >= 4:
            name = words[0].removesuffix(".service")
            title = words[4] if len(words) > 4 else name
            found.append(Service(name, title, _STATES.get(words[2], "Stopped"), startup.get(name, "Manual")))
    return sorted(found, key=lambda service: service.name.lower())


def _startup_types() -> dict[str, str]:
    listed = systemctl("list-unit-files", "--type=service", "--no-legend", "--plain", "--no-pager")
    if listed is None or listed.returncode:
        return {}
    rows = (line.split() for line in listed.stdout.decode("utf-8", "replace").splitlines())
    return {row[0].removesuffix(".service"): _STARTUP.get(row[1], "Manual") for row in rows if len(row) >= 2}


class _OnServices(Cmdlet):
    """Cmdlets that take services by name, by display name or as objects."""

    name = Parameter(
        "string[]",
        sets={"Default": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        aliases=("ServiceName",),
    )
    display_name = Parameter("string[]", sets={"DisplayName": {"mandatory": True}})
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    input_object = Parameter(
        f"{_SERVICE}[]", sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}}
    )

    def chosen(self) -> list[Service]:
        """The services meant; those that are not there are reported. Raises NotSupported without systemd."""
        known = services()
        if known is None:
            raise self.throw(self.runtime.not_supported(f"{self.spec.name} without systemd"))
        if self.input_object is not None:
            wanted = {service.name for service in as_list(self.input_object) if isinstance(service, Service)}
            return [service for service in known if service.name in wanted]
        excluded = matcher(self.exclude) if self.exclude else lambda name: False
        included = matcher(self.include)
        by_title = self.display_name is not None
        out: list[Service] = []
        for pattern in as_list(self.display_name if by_title else self.name) or ["*"]:
            test = matcher([pattern])
            found = [service for service in known if test(service.display_name if by_title else service.name)]
            out.extend(service for service in found if included(service.name) and not excluded(service.name))
            if not found and not has_wildcard(pattern):
                self._missing(pattern, by_title=by_title)
        return out

    def _missing(self, pattern: Any, *, by_title: bool) -> None:
        self.fail(
            f"Cannot find any service with {'display' if by_title else 'service'} name '{pattern}'.",
            "NoServiceFoundForGivenDisplayName" if by_title else "NoServiceFoundForGivenName",
            "ObjectNotFound",
            pattern,
            type_name=_ERROR,
        )

    def unit(self, service: Service, failure: str, what: str, *words: str) -> bool:
        """Ask systemd to do something with a unit; False after an error was written."""
        done = systemctl(*words, f"{service.name}.service")
        if done is not None and done.returncode == 0:
            return True
        told = "" if done is None else done.stderr.decode("utf-8", "replace").strip()
        self.fail(
            f"Service '{service.display_name} ({service.name})' cannot be {what} due to the following error: "
            f"{told or 'systemd does not answer'}", failure, "OpenError", service, type_name=_ERROR,
        )  # fmt: skip
        return False

    def fresh(self, service: Service) -> Service:
        """The service as it is now."""
        return next((one for one in services() or () if one.name == service.name), service)


@cmdlet("Get-Service", aliases=("gsv",), default_set="Default", module=_MODULE, output_type=(_SERVICE,))
class GetService(_OnServices):
    """Shows services."""

    name = Parameter(
        "string[]", sets={"Default": {"position": 0, "pipeline": True, "by_property": True}}, aliases=("ServiceName",)
    )
    input_object = Parameter(f"{_SERVICE}[]", sets={"InputObject": {"pipeline": True}})
    dependent_services = Parameter("switch", aliases=("DS",))
    required_services = Parameter("switch", aliases=("SDO", "ServicesDependedOn"))

    def process(self) -> None:
        for service in self.chosen():
            if not (self.dependent_services or self.required_services):
                self.emit(service)
                continue
            related: list[str] = []
            if self.dependent_services:
                related += self._related(service, "--reverse")
            if self.required_services:
                related += self._related(service)
            for other in services() or ():
                if other.name in related:
                    self.emit(other)

    def _related(self, service: Service, *options: str) -> list[str]:
        done = systemctl("list-dependencies", *options, "--plain", "--no-pager", f"{service.name}.service")
        lines = [] if done is None else done.stdout.decode("utf-8", "replace").splitlines()
        names = [line.strip().removesuffix(".service") for line in lines if line.strip().endswith(".service")]
        return [name for name in names if name != service.name]


class _Acting(_OnServices):
    """Cmdlets that change the state of services. action: word of systemctl."""

    pass_thru = Parameter("switch")
    action = ""
    failure = ""
    what = ""

    def process(self) -> None:
        for service in self.chosen():
            if not self.should_process(f"{service.display_name} ({service.name})", self.spec.name):
                continue
            if self.act(service) and self.pass_thru:
                self.emit(self.fresh(service))

    def act(self, service: Service) -> bool:
        """Do it; True when it is done."""
        return self.unit(service, self.failure, self.what, self.action)


@cmdlet("Start-Service", aliases=("sasv",), default_set="InputObject", module=_MODULE, should_process=True,
        output_type=(_SERVICE,))  # fmt: skip
class StartService(_Acting):
    """Starts services."""

    action, failure, what = "start", "StartServiceFailed", "started"


@cmdlet("Stop-Service", aliases=("spsv",), default_set="InputObject", module=_MODULE, should_process=True,
        output_type=(_SERVICE,))  # fmt: skip
class StopService(_Acting):
    """Stops services."""

    force = Parameter("switch")
    no_wait = Parameter("switch")
    action, failure, what = "stop", "StopServiceFailed", "stopped"

    def act(self, service: Service) -> bool:
        waiting = ("--no-block",) if self.no_wait else ()
        return self.unit(service, self.failure, self.what, *waiting, self.action)


@cmdlet("Restart-Service", default_set="InputObject", module=_MODULE, should_process=True, output_type=(_SERVICE,))
class RestartService(_Acting):
    """Stops services and starts them again."""

    force = Parameter("switch")
    action, failure, what = "restart", "StartServiceFailed", "started"


@cmdlet("Suspend-Service", default_set="InputObject", module=_MODULE, should_process=True, output_type=(_SERVICE,))
class SuspendService(_Acting):
    """Freezes the processes of services."""

    action, failure, what = "freeze", "SuspendServiceFailed", "suspended"


@cmdlet("Resume-Service", default_set="InputObject", module=_MODULE, should_process=True, output_type=(_SERVICE,))
class ResumeService(_Acting):
    """Lets services go on that were suspended."""

    action, failure, what = "thaw", "ResumeServiceFailed", "resumed"


@cmdlet("Set-Service", aliases=("ssv",), default_set="Name", module=_MODULE, should_process=True,
        output_type=(_SERVICE,))  # fmt: skip
class SetService(_OnServices):
    """Changes when services start, and whether they run."""

    name = Parameter(
        "string[]",
        sets={"Name": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        aliases=("ServiceName", "SN"),
    )
    input_object = Parameter(
        f"{_SERVICE}[]", sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}}
    )
    startup_type = Parameter(
        "string", aliases=("StartMode", "SM", "ST", "StartType"),
        validate=(ValidateSet("Automatic", "Manual", "Disabled", "AutomaticDelayedStart"),),
    )  # fmt: skip
    status = Parameter("string", by_property=True, validate=(ValidateSet("Paused", "Running", "Stopped"),))
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        for service in self.chosen():
            if not self.should_process(f"{service.display_name} ({service.name})", "Set-Service"):
                continue
            done = True
            if self.startup_type is not None:
                if self.startup_type.lower() != "disabled":
                    self.unit(service, "CouldNotSetService", "configured", "unmask")
                done = self.unit(
                    service, "CouldNotSetService", "configured", *_STARTUP_WORDS[self.startup_type.lower()]
                )
            if done and self.status is not None:
                done = self.unit(service, "CouldNotSetService", "configured", _STATUS_WORDS[self.status.lower()])
            if done and self.pass_thru:
                self.emit(self.fresh(service))


@cmdlet("New-Service", module=_MODULE, should_process=True, output_type=(_SERVICE,))
class NewService(Cmdlet):
    """Makes a service: a unit that runs a program."""

    name = Parameter("string", position=0, mandatory=True, aliases=("ServiceName",))
    binary_path_name = Parameter("string", position=1, mandatory=True, aliases=("Path",))
    display_name = Parameter("string")
    description = Parameter("string")
    startup_type = Parameter("string", default="Automatic", validate=(ValidateSet("Automatic", "Manual", "Disabled"),))
    depends_on = Parameter("string[]")

    def process(self) -> None:
        path = _UNITS / f"{self.name}.service"
        if not self.should_process(self.name, "New-Service"):
            return
        if "/" in self.name or "\n" in self.binary_path_name or os.path.lexists(path):
            self._refused("The specified service already exists or its name is not valid.")
            return
        after = " ".join(f"{other}.service" for other in self.depends_on or ())
        lines = ["[Unit]", f"Description={self.description or self.display_name or self.name}"]
        lines += [f"Requires={after}", f"After={after}"] if after else []
        lines += ["[Service]", f"ExecStart={self.binary_path_name}", "[Install]", "WantedBy=multi-user.target", ""]
        try:
            path.write_text("\n".join(lines))
        except OSError as problem:
            self._refused(problem.strerror or str(problem))
            return
        for words in (("daemon-reload",), *((("enable", path.name),) if self.startup_type == "Automatic" else ())):
            done = systemctl(*words)
            if done is None or done.returncode:
                self._refused("systemd does not answer" if done is None else done.stderr.decode("utf-8", "replace"))
                return
        self.emit(Service(self.name, self.display_name or self.name, "Stopped", self.startup_type))

    def _refused(self, reason: str) -> None:
        self.fail(
            f"Service '{self.display_name or self.name} ({self.name})' cannot be created due to the following error: "
            f"{reason.strip()}", "CouldNotNewService", "PermissionDenied", self.name, type_name=_ERROR,
        )  # fmt: skip


@cmdlet("Remove-Service", default_set="Name", module=_MODULE, should_process=True)
class RemoveService(_OnServices):
    """Stops a service and takes its unit away."""

    name = Parameter(
        "string[]", sets={"Name": {"position": 0, "mandatory": True, "by_property": True}},
        aliases=("ServiceName", "SN"),
    )  # fmt: skip

    def process(self) -> None:
        for service in self.chosen():
            if not self.should_process(f"{service.display_name} ({service.name})", "Remove-Service"):
                continue
            if self.unit(service, "CouldNotRemoveService", "removed", "disable", "--now"):
                try:
                    (_UNITS / f"{service.name}.service").unlink()
                except OSError as problem:
                    self.fail(
                        f"Service '{service.display_name} ({service.name})' cannot be removed due to the following "
                        f"error: {problem.strerror}", "CouldNotRemoveService", "PermissionDenied", service,
                        type_name=_ERROR,
                    )  # fmt: skip
                systemctl("daemon-reload")


CMDLETS = (
    GetService, NewService, RemoveService, RestartService, ResumeService, SetService, StartService, StopService,
    SuspendService,
)  # fmt: skip

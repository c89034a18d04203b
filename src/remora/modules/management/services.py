"""The service cmdlets: units of systemd, by systemctl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, declare_attributes, matcher

MODULE = "Microsoft.PowerShell.Management"
_STATES = {
    "active": "Running", "activating": "StartPending", "deactivating": "StopPending", "reloading": "Running",
}  # fmt: skip
_STARTUP = {"enabled": "Automatic", "enabled-runtime": "Automatic", "disabled": "Manual", "masked": "Disabled"}
_STATUS = "System.ServiceProcess.ServiceControllerStatus"
_TIMEOUT = 60
_GIVEN = (ValidateNotNullOrEmpty(),)
SERVICE = "System.ServiceProcess.ServiceController"
SERVICE_ERROR = "Microsoft.PowerShell.Commands.ServiceCommandException"


@dataclass(slots=True)
class Service(NetObject):
    """One unit of type service."""

    name: str
    display_name: str
    status: str
    startup: str = ""

    def net_text(self) -> str:
        return self.name


Service.net_type = NetType(SERVICE, NetType("System.ComponentModel.Component", OBJECT))
declare_attributes(
    Service.net_type,
    ("Name", "name", "System.String"),
    ("DisplayName", "display_name", "System.String"),
    ("ServiceName", "name", "System.String"),
    ("StartType", "startup", "System.String"),
)
register(Service.net_type)
Service.net_type.property("Status", _STATUS)(lambda service: convert_to(service.status, _STATUS))
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


def dependents(name: str) -> set[str]:
    """Names of the services that need a service to run."""
    told = systemctl("show", "--property=RequiredBy,BoundBy", "--value", f"{name}.service")
    words = [] if told is None else told.stdout.decode("utf-8", "replace").split()
    return {word.removesuffix(".service") for word in words if word.endswith(".service")}


def _startup_types() -> dict[str, str]:
    listed = systemctl("list-unit-files", "--type=service", "--no-legend", "--plain", "--no-pager")
    if listed is None or listed.returncode:
        return {}
    rows = (line.split() for line in listed.stdout.decode("utf-8", "replace").splitlines())
    return {row[0].removesuffix(".service"): _STARTUP.get(row[1], "Manual") for row in rows if len(row) >= 2}


class ServiceCommand(Cmdlet):
    """Cmdlets that ask systemd."""

    def known(self) -> list[Service]:
        """All services. Raises NotSupported without systemd."""
        known = services()
        if known is None:
            raise self.throw(self.runtime.not_supported(f"{self.spec.name} without systemd"))
        return known

    def missing(self, pattern: Any, *, by_title: bool = False) -> None:
        """Report a service that is not there."""
        self.fail(
            f"Cannot find any service with {'display' if by_title else 'service'} name '{pattern}'.",
            "NoServiceFoundForGivenDisplayName" if by_title else "NoServiceFoundForGivenName",
            "ObjectNotFound",
            pattern,
            type_name=SERVICE_ERROR,
        )

    def may_stop(self, service: Service) -> bool:
        """False after an error: services that need this one run, and -Force was not given."""
        if getattr(self, "force", True) or not (needed := dependents(service.name)):
            return True
        if not any(one.name in needed and one.status == "Running" for one in services() or ()):
            return True
        self.fail(
            f"Cannot stop service '{service.display_name} ({service.name})' because it has dependent services. It can "
            "only be stopped if the Force flag is set.", "ServiceHasDependentServices", "InvalidOperation", service,
            type_name=SERVICE_ERROR,
        )  # fmt: skip
        return False

    def unit(self, service: Service, failure: str, what: str, *words: str) -> bool:
        """Ask systemd to do something with a unit; False after an error was written."""
        done = systemctl(*words, f"{service.name}.service")
        if done is not None and done.returncode == 0:
            return True
        told = "" if done is None else done.stderr.decode("utf-8", "replace").strip()
        self.fail(
            f"Service '{service.display_name} ({service.name})' cannot be {what} due to the following error: "
            f"{told or 'systemd does not answer'}", failure, "OpenError", service, type_name=SERVICE_ERROR,
        )  # fmt: skip
        return False

    def fresh(self, service: Service) -> Service:
        """The service as it is now."""
        return next((one for one in services() or () if one.name == service.name), service)


class _OnServices(ServiceCommand):
    """Cmdlets that take services by name, by display name or as objects."""

    name = Parameter(
        "string[]",
        sets={"Default": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        aliases=("ServiceName",),
    )
    display_name = Parameter("string[]", sets={"DisplayName": {"mandatory": True}})
    include = Parameter("string[]", validate=_GIVEN)
    exclude = Parameter("string[]", validate=_GIVEN)
    input_object = Parameter(f"{SERVICE}[]", sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}})

    def chosen(self) -> list[Service]:
        """The services meant; those that are not there are reported. Raises NotSupported without systemd."""
        known = self.known()
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
                self.missing(pattern, by_title=by_title)
        return out


@cmdlet("Get-Service", aliases=("gsv",), default_set="Default", module=MODULE, output_type=(SERVICE,))
class GetService(_OnServices):
    """Shows services."""

    name = Parameter(
        "string[]", sets={"Default": {"position": 0, "pipeline": True, "by_property": True}}, aliases=("ServiceName",)
    )
    input_object = Parameter(f"{SERVICE}[]", sets={"InputObject": {"pipeline": True}})
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


@cmdlet("Start-Service", aliases=("sasv",), default_set="InputObject", module=MODULE, should_process=True,
        output_type=(SERVICE,))  # fmt: skip
class StartService(_Acting):
    """Starts services."""

    action, failure, what = "start", "StartServiceFailed", "started"


@cmdlet("Stop-Service", aliases=("spsv",), default_set="InputObject", module=MODULE, should_process=True,
        output_type=(SERVICE,))  # fmt: skip
class StopService(_Acting):
    """Stops services."""

    force = Parameter("switch")
    no_wait = Parameter("switch")
    action, failure, what = "stop", "StopServiceFailed", "stopped"

    def act(self, service: Service) -> bool:
        if not self.may_stop(service):
            return False
        waiting = ("--no-block",) if self.no_wait else ()
        return self.unit(service, self.failure, self.what, *waiting, self.action)


@cmdlet("Restart-Service", default_set="InputObject", module=MODULE, should_process=True, output_type=(SERVICE,))
class RestartService(_Acting):
    """Stops services and starts them again."""

    force = Parameter("switch")
    action, failure, what = "restart", "StartServiceFailed", "started"

    def act(self, service: Service) -> bool:
        return self.may_stop(service) and super().act(service)


@cmdlet("Suspend-Service", default_set="InputObject", module=MODULE, should_process=True, output_type=(SERVICE,))
class SuspendService(_Acting):
    """Freezes the processes of services."""

    action, failure, what = "freeze", "SuspendServiceFailed", "suspended"


@cmdlet("Resume-Service", default_set="InputObject", module=MODULE, should_process=True, output_type=(SERVICE,))
class ResumeService(_Acting):
    """Lets services go on that were suspended."""

    action, failure, what = "thaw", "ResumeServiceFailed", "resumed"


CMDLETS = (GetService, RestartService, ResumeService, StartService, StopService, SuspendService)

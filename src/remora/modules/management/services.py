"""Get-Service: units of systemd, as far as there is one."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, declare_attributes, matcher

_MODULE = "Microsoft.PowerShell.Management"
_STATES = {
    "active": "Running", "activating": "StartPending", "deactivating": "StopPending", "reloading": "Running",
}  # fmt: skip
_TIMEOUT = 10


@dataclass(slots=True)
class Service(NetObject):
    """One unit of type service."""

    name: str
    display_name: str
    status: str

    def net_text(self) -> str:
        return self.name


Service.net_type = NetType(
    "System.ServiceProcess.ServiceController", NetType("System.ComponentModel.Component", OBJECT)
)
declare_attributes(
    Service.net_type,
    ("Name", "name", "System.String"),
    ("DisplayName", "display_name", "System.String"),
    ("Status", "status", "System.String"),
    ("ServiceName", "name", "System.String"),
)


def services() -> list[Service] | None:
    """All loaded services by name; None without systemd."""
    program = shutil.which("systemctl")
    if program is None:
        return None
    command = [program, "list-units", "--type=service", "--all", "--no-legend", "--plain", "--no-pager"]
    try:
        listed = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if listed.returncode:
        return None
    found: list[Service] = []
    for line in listed.stdout.decode("utf-8", "replace").splitlines():
        words = line.split(None, 4)
        if len(words) >= 4:
            name = words[0].removesuffix(".service")
            found.append(Service(name, words[4] if len(words) > 4 else name, _STATES.get(words[2], "Stopped")))
    return sorted(found, key=lambda service: service.name.lower())


@cmdlet("Get-Service", aliases=("gsv",), default_set="Default", module=_MODULE,
        output_type=("System.ServiceProcess.ServiceController",))  # fmt: skip
class GetService(Cmdlet):
    """Shows services."""

    name = Parameter(
        "string[]", sets={"Default": {"position": 0, "pipeline": True, "by_property": True}}, aliases=("ServiceName",)
    )
    display_name = Parameter("string[]", sets={"DisplayName": {"mandatory": True}})
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    input_object = Parameter("object[]", sets={"InputObject": {"pipeline": True}})

    def process(self) -> None:
        known = services()
        if known is None:
            raise self.throw(self.runtime.not_supported("Get-Service without systemd"))
        excluded = matcher(self.exclude) if self.exclude else lambda name: False
        included = matcher(self.include)
        by_title = self.display_name is not None
        for pattern in as_list(self.display_name if by_title else self.name) or ["*"]:
            test = matcher([pattern])
            found = [service for service in known if test(service.display_name if by_title else service.name)]
            for service in found:
                if included(service.name) and not excluded(service.name):
                    self.emit(service)
            if not found and not has_wildcard(pattern):
                self._missing(pattern, by_title=by_title)

    def _missing(self, pattern: Any, *, by_title: bool) -> None:
        self.fail(
            f"Cannot find any service with service {'display ' if by_title else ''}name '{pattern}'.",
            "NoServiceFoundForGivenDisplayName" if by_title else "NoServiceFoundForGivenName",
            "ObjectNotFound",
            pattern,
            type_name="Microsoft.PowerShell.Commands.ServiceCommandException",
        )


CMDLETS = (GetService,)

"""Set-WSManQuickConfig."""

from __future__ import annotations

from typing import Final

from remora import _xml
from remora._xml import Element
from remora.client.management import Management, Resource
from remora.client.resource_uris import resource
from remora.engine.cmdlet import Parameter, cmdlet
from remora.modules.wsman import way
from remora.modules.wsman.reaching import WSManCmdlet

_READY: Final = "WinRM is already set up for remote management on this computer."


@cmdlet("Set-WSManQuickConfig", module=way.MODULE, class_name=way.class_name("SetWSManQuickConfig"),
        output_type=("System.String",))  # fmt: skip
class SetWSManQuickConfig(WSManCmdlet):
    """Makes this machine's host listen on every address, when the user agrees."""

    use_ssl = way.use_ssl()
    force = Parameter("switch")
    skip_network_profile_check = Parameter("switch")

    @property
    def is_remote(self) -> bool:
        """It is always about this machine."""
        return False

    def process(self) -> None:
        service = resource("winrm/config/service")
        found = self.call(lambda machine: _analyzed(machine, service, "https" if self.use_ssl else "http"))
        if _text(found, "RemotingEnabled") == "true":
            self.emit(_READY)
            return
        changes = _text(found, "Results")
        query = f"WinRM is not set up to let other machines manage this one. What has to be done:\n{changes}\nDo it?"
        if not self.force and not self.runtime.should_continue(query, "WinRM Quick Configuration"):
            return
        step = next(child for child in found if _xml.local_name(child) == "EnableRemoting_INPUT")
        self.call(lambda machine: machine.invoke(service, "EnableRemoting", step))
        self.emit("WinRM has been updated for remote management.")
        self.emit(changes)


async def _analyzed(machine: Management, service: Resource, transport: str) -> Element:
    body = _xml.element(f"{{{service.uri}}}Analyze_INPUT", nsmap={"cfg": service.uri})
    _xml.sub(body, f"{{{service.uri}}}Transport", transport)
    found = await machine.invoke(service, "Analyze", body)
    assert found is not None
    return found


def _text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if _xml.local_name(child) == name), "")


CMDLETS = (SetWSManQuickConfig,)

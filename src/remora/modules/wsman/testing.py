"""Test-WSMan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from remora.auth.policy import Authentication
from remora.engine.cmdlet import cmdlet
from remora.errors import RemoraError
from remora.modules.wsman import way
from remora.modules.wsman.failures import wsman_error
from remora.modules.wsman.reaching import WSManCmdlet, connection, remote
from remora.modules.wsman.xml_objects import xml_object
from remora.wsman.identify import identified_element


@cmdlet("Test-WSMan", module=way.MODULE, class_name=way.class_name("TestWSMan"), output_type=(way.XML_ELEMENT,))
class TestWSMan(WSManCmdlet):
    """Asks a WS-Management service who it is; without -Authentication nobody logs on."""

    computer_name = way.computer_name(position=0, pipeline=True)
    port = way.port(("ComputerName",))
    use_ssl = way.use_ssl(("ComputerName",))
    application_name = way.application_name(("ComputerName",))

    def process(self) -> None:
        try:
            self.emit(xml_object(identified_element(self.ask(lambda machine: machine.identify()))))
        except RemoraError as failure:
            self.write_error(wsman_error(failure, self.machine_name, self.computer_name).record)

    def reach(self) -> Any:
        """The service itself, of this machine too: whether it answers is the question."""
        anonymous = not {"Authentication", "Credential", "CertificateThumbprint"} & self.bound
        info = connection(self, Authentication.NONE if anonymous else None)
        return remote(replace(info, option=info.option.with_changes(max_retry_time=0)))


CMDLETS = (TestWSMan,)

"""Connect-WSMan and Disconnect-WSMan: which machines are on the WSMan: drive."""

from __future__ import annotations

from urllib.parse import urlsplit

from remora.client.resource_uris import resource
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.errors import RemoraError
from remora.modules.remoting.common import PORTAL, Caller
from remora.modules.wsman import way
from remora.modules.wsman.failures import refused, wsman_error
from remora.modules.wsman.machines import LOCAL, machines_of
from remora.modules.wsman.reaching import Way, WSManCmdlet, connection, remote
from remora.modules.wsman.way import WayParameters

_COMPUTER = ("ComputerName",)


@cmdlet("Connect-WSMan", default_set="ComputerName", module=way.MODULE, class_name=way.class_name("ConnectWSMan"))
class ConnectWSMan(WSManCmdlet):
    """Puts a machine on the WSMan: drive."""

    application_name = way.application_name(_COMPUTER)
    computer_name = way.computer_name({"ComputerName": {"position": 0}})
    connection_uri = way.connection_uri(("URI",))
    option_set = way.option_set()
    port = way.port(_COMPUTER)
    session_option = way.session_option()
    use_ssl = way.use_ssl(_COMPUTER)

    def begin(self) -> None:
        if self.is_remote:
            connect(self, self)


def connect(command: Cmdlet, given: WayParameters | Way) -> str:
    """Reach the machine that the parameters mean and put it on the drive; the name that it has there."""
    name = _name(given)
    try:
        machine = remote(connection(given))
        try:
            Caller(command).wait(machine.get(resource("winrm/config")))
        except BaseException:
            PORTAL.run(machine.close())
            raise
    except RemoraError as failure:
        raise command.throw(wsman_error(failure, name, name)) from None
    machines_of(command.session).add(name, machine)
    return name


def _name(given: WayParameters | Way) -> str:
    """What a machine is called on the drive: as its name, or the host of its URI."""
    if given.connection_uri is not None:
        return urlsplit(to_text(given.connection_uri)).hostname or ""
    return given.computer_name or LOCAL


@cmdlet("Disconnect-WSMan", module=way.MODULE, class_name=way.class_name("DisconnectWSMan"))
class DisconnectWSMan(Cmdlet):
    """Takes a machine from the WSMan: drive."""

    computer_name = Parameter("string", position=0)

    def begin(self) -> None:
        name = self.computer_name or LOCAL
        if name.casefold() == LOCAL:
            raise self.throw(refused("localhost is always on the WSMan: drive and cannot be disconnected.", name))
        if not machines_of(self.session).remove(name):
            self.write_error(refused(f"The computer {name} is not on the WSMan: drive.", name).record)


CMDLETS = (ConnectWSMan, DisconnectWSMan)

"""PSSession as scripts see it. Nothing of the network is imported for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.wire import from_wire

if TYPE_CHECKING:
    from remora.client.pssession import PSSession

_R: Final = "System.Management.Automation.Runspaces."


class SessionObject(NetObject):
    """A session of this process in the hands of a script."""

    __slots__ = ("session",)
    net_type = NetType(_R + "PSSession", OBJECT)

    def __init__(self, session: PSSession) -> None:
        self.session = session

    def net_text(self) -> str:
        return str(self.session)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionObject) and other.session is self.session

    def __hash__(self) -> int:
        return hash(self.session.instance_id)


def register_types() -> None:
    """Make the type known by its name."""
    register(SessionObject.net_type)


def _reader(attribute: str) -> Callable[[Any], Any]:
    return lambda self: getattr(self.session, attribute)


def _declare() -> None:
    declare = SessionObject.net_type.property
    for name, attribute, type_name in (
        ("Id", "id", "System.Int32"),
        ("Name", "name", "System.String"),
        ("InstanceId", "instance_id", "System.Guid"),
        ("ComputerName", "computer_name", "System.String"),
        ("ConfigurationName", "configuration_name", "System.String"),
        ("Transport", "transport", "System.String"),
        ("IdleTimeout", "idle_timeout", "System.Int32"),
        ("DisconnectedOn", "disconnected_on", "System.DateTime"),
        ("ExpiresOn", "expires_on", "System.DateTime"),
    ):
        declare(name, type_name)(_reader(attribute))
    for name, attribute, type_name in (
        ("ComputerType", "computer_type", _R + "TargetMachineType"),
        ("State", "state", _R + "RunspaceState"),
        ("Availability", "availability", _R + "RunspaceAvailability"),
        ("OutputBufferingMode", "output_buffering_mode", _R + "OutputBufferingMode"),
    ):
        declare(name, type_name)(_enum(attribute, type_name))
    declare("ContainerId", "System.String")(lambda self: "")
    declare("VMName", "System.String")(lambda self: "")
    declare("VMId", "System.Nullable[System.Guid]")(lambda self: None)
    declare("ApplicationPrivateData", "System.Management.Automation.PSPrimitiveDictionary")(
        lambda self: from_wire(self.session.application_private_data)
    )
    SessionObject.net_type.setter("Name")(lambda self, value: setattr(self.session, "name", str(value)))


def _enum(attribute: str, type_name: str) -> Callable[[Any], Any]:
    return lambda self: convert_to(str(getattr(self.session, attribute)), type_name)


_declare()

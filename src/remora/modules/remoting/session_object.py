"""PSSession and PSSessionOption as scripts see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.client.options import OutputBufferingMode, PSSessionOption
from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.wire import from_wire
from remora.values import EnumValue, Int64

_R: Final = "System.Management.Automation.Runspaces."
_R_STATES: Final = tuple(RunspaceState)
_R_AVAILABILITIES: Final = tuple(RunspaceAvailability)


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


class OptionObject(NetObject):
    """What New-PSSessionOption returns."""

    __slots__ = ("option",)
    net_type = NetType("System.Management.Automation.Remoting.PSSessionOption", OBJECT)

    def __init__(self, option: PSSessionOption) -> None:
        self.option = option


def _enum(name: str, members: tuple[Any, ...], value: Any) -> EnumValue:
    return EnumValue(members.index(value), _R + name, value.value)


def _reader(holder: str, attribute: str, kind: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    def read(self: Any) -> Any:
        value = getattr(getattr(self, holder), attribute)
        return value if kind is None else kind(value)

    return read


def _declare() -> None:
    declare = SessionObject.net_type.property
    for name, attribute, type_name in (
        ("Id", "id", "System.Int32"),
        ("Name", "name", "System.String"),
        ("InstanceId", "instance_id", "System.Guid"),
        ("ComputerName", "computer_name", "System.String"),
        ("ComputerType", "computer_type", _R + "TargetMachineType"),
        ("ConfigurationName", "configuration_name", "System.String"),
        ("Transport", "transport", "System.String"),
        ("IdleTimeout", "idle_timeout", "System.Int32"),
        ("DisconnectedOn", "disconnected_on", "System.DateTime"),
        ("ExpiresOn", "expires_on", "System.DateTime"),
    ):
        declare(name, type_name)(_reader("session", attribute))
    declare("State", _R + "RunspaceState")(lambda self: _enum("RunspaceState", _R_STATES, self.session.state))
    declare("Availability", _R + "RunspaceAvailability")(
        lambda self: _enum("RunspaceAvailability", _R_AVAILABILITIES, self.session.availability)
    )
    declare("OutputBufferingMode", _R + "OutputBufferingMode")(
        lambda self: buffering(self.session.output_buffering_mode)
    )
    declare("ApplicationPrivateData")(lambda self: from_wire(self.session.application_private_data))
    SessionObject.net_type.setter("Name")(lambda self, value: setattr(self.session, "name", str(value)))
    option = OptionObject.net_type.property
    for name, attribute in (
        ("IdleTimeout", "idle_timeout"),
        ("OpenTimeout", "open_timeout"),
        ("OperationTimeout", "operation_timeout"),
        ("CancelTimeout", "cancel_timeout"),
        ("MaximumReceivedObjectSize", "maximum_received_object_size"),
    ):
        option(name, "System.Int64")(_reader("option", attribute, Int64))
    for name, attribute in (
        ("SkipCACheck", "skip_ca_check"),
        ("SkipCNCheck", "skip_cn_check"),
        ("NoEncryption", "no_encryption"),
        ("NoMachineProfile", "no_machine_profile"),
    ):
        option(name, "System.Boolean")(_reader("option", attribute))
    option("OutputBufferingMode")(lambda self: buffering(self.option.output_buffering_mode))


def buffering(mode: OutputBufferingMode) -> EnumValue:
    """An OutputBufferingMode as an enum value of the engine."""
    return EnumValue(int(mode), _R + "OutputBufferingMode", str(mode))


_declare()

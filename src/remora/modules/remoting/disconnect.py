"""Disconnect-PSSession."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.client.commands import leaving
from remora.client.options import product
from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceState
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.validators import ValidateRange
from remora.errors import ConfigError
from remora.modules.remoting import way
from remora.modules.remoting.common import remoting_error
from remora.modules.remoting.session_cmdlet import SessionCmdlet
from remora.modules.remoting.session_object import SessionObject

if TYPE_CHECKING:
    from remora.engine.frame import Frame


def read_product(frame: Frame, value: Any) -> Any:
    """Read ``60*60*15`` as it is meant, though as an argument it is text; not when the reading is strict."""
    if frame.context.strict_reading or not isinstance(value, str) or "*" not in value:
        return value
    try:
        return product(value)
    except ConfigError:
        return value


@cmdlet(
    "Disconnect-PSSession",
    aliases=("dnsn",),
    default_set="Session",
    module=way.MODULE,
    output_type=(way.SESSION_TYPE,),
    should_process=True,
)
class DisconnectPSSession(SessionCmdlet):
    """Leaves sessions; what runs in them goes on."""

    session_ = way.sessions({"Session": way.FIRST_FROM_PIPELINE})
    idle_timeout_sec = Parameter("int", validate=(ValidateRange(0, 2_147_483_647),), transform=read_product)
    output_buffering_mode = Parameter(way.OUTPUT_BUFFERING)
    throttle_limit = way.throttle_limit()
    id = Parameter("int[]", sets={"Id": way.FIRST_BY_PROPERTY}, validate=way.NOT_NULL)
    instance_id = Parameter("guid[]", sets={"InstanceId": way.NAMED_BY_PROPERTY}, validate=way.NOT_NULL)
    name = Parameter("string[]", sets={"Name": way.NAMED_BY_PROPERTY}, validate=way.NOT_EMPTY)

    def begin(self) -> None:
        self._chosen: list[PSSession] = []

    def process(self) -> None:
        found = self.local()
        if len({id(session) for session in found}) != len(found):
            twice = "A session is given twice."
            raise self.throw(
                error(twice, "System.ArgumentException", "NotSpecified", type_name="System.ArgumentException")
            )
        for session in found:
            if session not in self._chosen and self.should_process(session.name, "Disconnect"):
                self._chosen.append(session)

    def end(self) -> None:
        self._warn()
        mode = to_text(self.output_buffering_mode) if self.output_buffering_mode is not None else None
        outcomes = leaving(
            self._chosen, self.throttle_limit, idle_timeout_sec=self.idle_timeout_sec, output_buffering_mode=mode
        )
        for outcome in self.remote.each(outcomes):
            if outcome.error is None:
                self.put(outcome.target)
                continue
            target = SessionObject(outcome.target)
            failed = remoting_error(outcome.error, "PSSessionDisconnectFailed", target, "InvalidOperation")
            self.write_error(failed.record)

    def _warn(self) -> None:
        names = [s.name for s in self._chosen if s.uses_network_token and s.state is RunspaceState.OPENED]
        if names:
            self.write_warning(
                f"These sessions were made with EnableNetworkAccess on this computer: {', '.join(names)}. Only this "
                "computer can connect to them again."
            )


CMDLETS = (DisconnectPSSession,)

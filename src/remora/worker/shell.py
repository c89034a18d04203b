"""One shell: states, SessionId rules, commands, Receives and clocks (MS-WSMV 3.1.4; wire-protocol 4 and 5.1)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Literal

from remora.errors import InvalidState, WSManFault
from remora.states import Machine
from remora.worker import protocol as p
from remora.worker.backend import Backend
from remora.worker.buffers import Batch, ReceiveKey
from remora.worker.description import describe
from remora.worker.outlet import Gate, Outlet
from remora.worker.receives import PendingReceive, Receives, Reply, output_of
from remora.worker.sequences import Sequences
from remora.wsman import faults
from remora.wsman.states import SHELL, ShellState, ShellTrigger

_REMEMBERED_ANSWERS: Final = 128
_KEPT_DONE: Final = 256  # finished commands whose last answer nobody acknowledged,
_KEPT_DONE_BUFFERS: Final = 4  # and how many full buffers they may hold together


@dataclass(slots=True)
class _Command:
    line: str
    outlet: Outlet

    @property
    def state(self) -> Literal["Running", "Done"]:
        return "Done" if self.outlet.buffer.complete else "Running"


class Shell:
    """Everything a client can ask of one shell. Single-threaded: all methods run on the reactor's thread.

    clock: monotonic seconds. closed: called once, when the shell has ended by Delete, idleness, lifetime or failure.
    """

    def __init__(
        self,
        request: p.Open,
        caller: p.Caller,
        backend: Backend,
        gate: Gate,
        *,
        clock: Callable[[], float],
        closed: Callable[[], None],
    ) -> None:
        self._machine = Machine(ShellState.CONNECTED, SHELL)
        self._limits = request.limits
        self.request = request
        self.session_id = caller.session_id
        self._backend = backend
        self._gate = gate
        self._clock = clock
        self._closed = closed
        self._disconnectable = backend.disconnectable and request.shell.client_chose_id
        self.buffer_mode: p.BufferMode = request.shell.buffer_mode or "Block"
        self.idle_timeout = self._checked_idle(request.shell.idle_timeout)
        self._outlet = Outlet(gate)
        self._commands: OrderedDict[str, _Command] = OrderedDict()
        self._receives = Receives(request.limits.coalesce)
        self._sequences = Sequences()
        self._answers: OrderedDict[str, p.Result] = OrderedDict()
        self.created = self.active = clock()
        backend.open(self._outlet)

    @property
    def state(self) -> ShellState:
        return self._machine.state

    def describe(self) -> p.Description:
        """What Get and Enumerate show of this shell."""
        return describe(self, self._clock())

    # --- calls ------------------------------------------------------------------------------------

    def handle(self, call: p.Call, token: Hashable, reply: Reply) -> None:
        """Carry out a call; ``reply`` gets the result now or, for a Receive, later. token: what `cancel` names."""
        try:
            if isinstance(call.request, p.Receive):
                self._receive(call.request, call.caller, token, reply)
            elif isinstance(call.request, p.Send) and any(c.position is not None for c in call.request.chunks[:1]):
                self._send_in_order(call.request, call.caller, token, reply)
            else:
                reply(self._operate(call.request, call.caller))
        except WSManFault as fault:
            reply(p.Fault.of(fault))

    def _send_in_order(self, request: p.Send, caller: p.Caller, token: Hashable, reply: Reply) -> None:
        """Carry out a Send when those before it were; its answer tells its client that it was its turn."""
        chunk = request.chunks[0]

        def carry_out() -> bool:
            try:
                reply(self._operate(request, caller))
            except WSManFault as fault:
                reply(p.Fault.of(fault))
                return False
            return True

        if chunk.command_id not in self._commands:
            carry_out()
        elif not self._sequences.arrive(chunk, token, carry_out):
            reply(p.Ok())

    def _operate(self, request: p.Request, caller: p.Caller) -> p.Result:
        if isinstance(request, p.Describe):
            return self.describe()
        if isinstance(request, p.ListCommands):
            return self._list()
        if isinstance(request, p.Delete):
            self.close(ShellTrigger.DELETE, faults.OperationAborted())
            return p.Ok()
        known = self._answers.get(caller.message_id) if caller.message_id is not None else None
        if known is not None:
            return known
        result = self._change(request, caller)
        self.active = self._clock()
        if caller.message_id is not None:
            self._answers[caller.message_id] = result
            if len(self._answers) > _REMEMBERED_ANSWERS:
                self._answers.popitem(last=False)
        return result

    def _change(self, request: p.Request, caller: p.Caller) -> p.Result:
        match request:
            case p.RunCommand():
                return self._command(request, caller)
            case p.Send():
                self._check_operate(caller)
                for chunk in request.chunks:
                    if chunk.command_id is not None and chunk.command_id not in self._commands:
                        raise faults.UnexpectedSelectors.command()
                    self._backend.send(chunk)
            case p.Signal():
                self._signal(request, caller)
            case p.Disconnect():
                self._disconnect(request, caller)
            case p.Reconnect():
                self._reconnect(request, caller)
            case p.Connect():
                return self._connect(request, caller)
            case _:
                raise faults.ActionNotSupported()
        return p.Ok()

    def cancel(self, token: Hashable) -> None:
        """The client connection behind a call without an answer vanished."""
        self._sequences.cancel(token)
        if self._receives.cancel(token):
            self.active = self._clock()

    # --- who may ----------------------------------------------------------------------------------

    def _is_connected_client(self, caller: p.Caller) -> bool:
        if self.session_id is None or not self._backend.disconnectable:
            return True
        return caller.session_id is not None and caller.session_id.lower() == self.session_id.lower()

    def _check(self, trigger: ShellTrigger) -> None:
        try:
            self._machine.check(trigger)
        except InvalidState:
            raise faults.shell_refusal(self._machine.state, trigger) from None

    def _check_operate(self, caller: p.Caller) -> None:
        self._check(ShellTrigger.OPERATE)
        if not self._is_connected_client(caller):
            raise faults.ClientSessionIdMismatch()

    def _known(self, command_id: str) -> _Command:
        command = self._commands.get(command_id)
        if command is None:
            raise faults.UnexpectedSelectors.command()
        return command

    # --- commands ---------------------------------------------------------------------------------

    def _command(self, request: p.RunCommand, caller: p.Caller) -> p.Result:
        self._check_operate(caller)
        if request.command_id is not None and request.command_id in self._commands:
            raise faults.CommandIdInUse()
        running = sum(command.state == "Running" for command in self._commands.values())
        if running >= self._limits.max_commands:
            raise faults.make_fault(0x803381E9)
        outlet = Outlet(self._gate, keeps_done=self._backend.keeps_done)
        command_id = self._backend.command(request.command_id, request, outlet)
        self._commands[command_id] = _Command(request.command_line, outlet)
        self._forget_done()
        return p.CommandAccepted(command_id=command_id)

    def _forget_done(self) -> None:
        """Clients need not acknowledge the last answer of a command: keep only so many of them."""
        told = [
            (key, command.outlet.buffer) for key, command in self._commands.items() if command.outlet.buffer.told_done
        ]
        held = sum(buffer.held for _, buffer in told)
        excess = len(told) - _KEPT_DONE
        for number, (command_id, buffer) in enumerate(told):
            if number >= excess and held <= _KEPT_DONE_BUFFERS * self._gate.limit:
                return
            held -= buffer.held
            self._remove(command_id)

    def _remove(self, command_id: str) -> None:
        del self._commands[command_id]
        self._sequences.forget(command_id)
        self._backend.forget(command_id)

    def _signal(self, request: p.Signal, caller: p.Caller) -> None:
        self._check_operate(caller)
        command_id = request.command_id
        if command_id is None or command_id not in self._commands:
            if self._backend.keeps_done and command_id is not None:
                raise faults.UnexpectedSelectors.command()
            return
        if self._backend.signal(command_id, request.code):  # a Receive that waits still hears how the command ends
            self._remove(command_id)

    def _receive(self, request: p.Receive, caller: p.Caller, token: object, reply: Reply) -> None:
        if (parted := self._parted(request, caller)) is not None:
            reply(output_of(parted, request.command_id))
            return
        self._check_operate(caller)
        self._backend.check_receive(request.command_id, request.streams)
        now = self.active = self._clock()
        command = None if request.command_id is None else self._known(request.command_id)
        outlet = self._outlet if command is None else command.outlet
        receive = PendingReceive(
            token=token,
            command_id=request.command_id,
            outlet=outlet,
            key=_key(caller),
            budget=request.budget,
            deadline=now + request.timeout,
            reply=self._counted(reply),
        )
        self._receives.ask(receive, now)
        if request.command_id is not None and outlet.buffer.finished:  # Done was said and is now acknowledged
            self._remove(request.command_id)
            self._receives.end(request.command_id, faults.UnexpectedSelectors.command())

    def _parted(self, request: p.Receive, caller: p.Caller) -> Batch | None:
        """Return the answer that was on its way when the client left, if its Receive is asked again."""
        if self.state is not ShellState.DISCONNECTED or not self._is_connected_client(caller):
            return None
        if request.command_id is None:
            return self._outlet.repeat_parted(_key(caller))
        command = self._commands.get(request.command_id)
        return command.outlet.repeat_parted(_key(caller)) if command is not None else None

    def _counted(self, reply: Reply) -> Reply:
        def counted(result: p.Result) -> None:
            self.active = self._clock()
            reply(result)

        return counted

    def _list(self) -> p.Commands:
        return p.Commands(
            items=tuple(
                p.CommandEntry(command_id=command_id, command_line=command.line, state=command.state)
                for command_id, command in self._commands.items()
                if not command.outlet.buffer.finished
            )
        )

    # --- leaving and coming back ------------------------------------------------------------------

    def _outlets(self) -> list[Outlet]:
        return [self._outlet, *(command.outlet for command in self._commands.values())]

    def _checked_idle(self, asked: float | None) -> float:
        if asked is None:
            return self._limits.idle_timeout
        if not self._limits.min_idle_timeout <= asked <= self._limits.max_idle_timeout:
            raise faults.IdleTimeoutOutOfBounds()
        return asked

    def _disconnect(self, request: p.Disconnect, caller: p.Caller) -> None:
        if not self._disconnectable:
            raise faults.DisconnectNotSupported()
        self._check(ShellTrigger.DISCONNECT)
        if not self._is_connected_client(caller):
            raise faults.ClientSessionIdMismatch()
        if request.idle_timeout is not None:
            self.idle_timeout = self._checked_idle(request.idle_timeout)
        self.buffer_mode = request.buffer_mode or self.buffer_mode
        self._machine.fire(ShellTrigger.DISCONNECT)
        self._sequences.release()
        self._receives.end_all(faults.StreamDisconnected())
        for outlet in self._outlets():
            outlet.part()
        self._machine.fire(ShellTrigger.SUSPENDED)
        self._gate.set_dropping(self.buffer_mode == "Drop")

    def _forget_finished(self) -> None:
        """Nobody asks any more for the end of commands that was told before a Disconnect."""
        for command_id in [key for key, command in self._commands.items() if command.outlet.buffer.finished]:
            self._remove(command_id)

    def _reconnect(self, request: p.Reconnect, caller: p.Caller) -> None:
        if not self._disconnectable:
            raise faults.DisconnectNotSupported()
        if request.command_id is not None:
            self._check_operate(caller)
            self._known(request.command_id)
            return
        self._check(ShellTrigger.RECONNECT)
        connected = self.state is ShellState.CONNECTED
        if not self._is_connected_client(caller):
            raise faults.ConnectedToDifferentClient() if connected else faults.ClientSessionIdMismatch()
        if connected:
            return
        self._forget_finished()
        self.buffer_mode = request.buffer_mode or self.buffer_mode
        for outlet in self._outlets():
            outlet.resume()
        self._machine.fire(ShellTrigger.RECONNECT)
        self._gate.set_dropping(False)

    def _connect(self, request: p.Connect, caller: p.Caller) -> p.Result:
        if not self._disconnectable:
            raise faults.DisconnectNotSupported()
        if request.command_id is not None:
            self._check_operate(caller)
            self._known(request.command_id)
            return p.Connected()
        self._check(ShellTrigger.CONNECT)
        response = self._backend.connect(request.connect_xml, request.options)
        self._forget_finished()
        self.buffer_mode = request.buffer_mode or self.buffer_mode
        self.session_id = caller.session_id
        for outlet in self._outlets():
            outlet.rewind()
        self._backend.connected()
        self._machine.fire(ShellTrigger.CONNECT)
        self._gate.set_dropping(False)
        shell = self.request.shell
        return p.Connected(
            input_streams=shell.input_streams, output_streams=shell.output_streams, connect_response_xml=response
        )

    # --- time -------------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When `tick` has something to do by time alone, on the shell's clock; None once the shell is closed."""
        if self.state is ShellState.CLOSED:
            return None
        times = [self._receives.next_deadline(), self._expiry()]
        if not self._receives:
            times.append(self.active + self.idle_timeout)
            if self.state is ShellState.CONNECTED and self._disconnectable:
                times.append(self.active + self._limits.implicit_disconnect)
        return min(time for time in times if time is not None)

    def _expiry(self) -> float | None:
        return self.created + self._limits.lifetime if self._limits.lifetime else None

    def tick(self) -> None:
        """Answer Receives that have something to say; disconnect or end what has been idle too long."""
        if self.state is ShellState.CLOSED:
            return
        now = self._clock()
        self._receives.look(now)
        expiry = self._expiry()
        if expiry is not None and now >= expiry:
            self.close(ShellTrigger.DELETE, faults.OperationAborted())
            return
        if self._receives:
            return
        if now >= self.active + self.idle_timeout:
            self.close(ShellTrigger.IDLE_TIMEOUT, faults.OperationAborted())
        elif (
            self._disconnectable
            and self.state is ShellState.CONNECTED
            and now >= self.active + self._limits.implicit_disconnect
        ):
            self._machine.fire(ShellTrigger.IMPLICIT_DISCONNECT)
            self._gate.set_dropping(self.buffer_mode == "Drop")

    def close(self, trigger: ShellTrigger, fault: WSManFault) -> None:
        """End the shell and everything in it; waiting Receives get the fault."""
        if self.state is ShellState.CLOSED:
            return
        self._machine.fire(trigger)
        self._receives.end_all(fault)
        self._sequences.release()
        self._gate.close()
        self._backend.close()
        self._closed()


def _key(caller: p.Caller) -> ReceiveKey:
    return ReceiveKey(message_id=caller.message_id, operation_id=caller.operation_id, sequence_id=caller.sequence_id)

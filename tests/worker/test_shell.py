from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from remora.worker import protocol as p
from remora.worker.buffers import Item
from remora.worker.outlet import Gate, Outlet
from remora.worker.shell import Shell
from remora.wsman import faults, uris
from remora.wsman.states import ShellState

ME = "uuid:11111111-1111-1111-1111-111111111111"
OTHER = "uuid:22222222-2222-2222-2222-222222222222"
_messages = itertools.count()


@dataclass
class FakeBackend:
    """Commands do nothing until the test makes them."""

    disconnectable: bool = True
    keeps_done: bool = False
    outlets: dict[str | None, Outlet] = field(default_factory=dict)
    sent: list[p.Chunk] = field(default_factory=list)
    signals: list[tuple[str | None, str]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    refuse_connect: bool = False
    taken_over: int = 0
    closed: bool = False

    def open(self, outlet: Outlet) -> None:
        self.outlets[None] = outlet

    def command(self, command_id: str | None, request: p.RunCommand, outlet: Outlet) -> str:
        command_id = command_id or f"NEW-{len(self.outlets)}"
        self.outlets[command_id] = outlet
        return command_id

    def send(self, chunk: p.Chunk) -> None:
        self.sent.append(chunk)

    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None:
        if streams == ("nonsense",):
            raise faults.make_fault(0x80540BC0)

    def signal(self, command_id: str | None, code: str) -> bool:
        self.signals.append((command_id, code))
        return code == uris.SIGNAL_TERMINATE

    def forget(self, command_id: str) -> None:
        self.forgotten.append(command_id)

    def connect(self, connect_xml: bytes | None, options: tuple[p.Option, ...]) -> bytes:
        if self.refuse_connect:
            raise faults.ConnectFailed()
        return b"response"

    def connected(self) -> None:
        self.taken_over += 1

    def close(self) -> None:
        self.closed = True


class Desk:
    """A shell, its clock and what it answers."""

    def __init__(
        self,
        *,
        spec: p.ShellSpec | None = None,
        limits: p.Limits | None = None,
        session: str | None = ME,
        **backend: Any,
    ) -> None:
        self.now = 1000.0
        self.backend = FakeBackend(**backend)
        self.answers: list[p.Result] = []
        self.ended = 0
        self.woken = 0
        limits = limits or p.Limits()
        self.gate = Gate(limits.buffer_bytes, self._wake)
        request = p.Open(
            shell_id="S",
            kind="powershell",
            resource_uri="u",
            shell=spec or p.ShellSpec(client_chose_id=True),
            sender=p.Sender(name="me"),
            limits=limits,
        )
        self.shell = Shell(
            request,
            p.Caller(session_id=session),
            self.backend,
            self.gate,
            clock=lambda: self.now,
            closed=self._closed,
        )

    def _wake(self) -> None:
        self.woken += 1

    def _closed(self) -> None:
        self.ended += 1

    def ask(
        self,
        request: p.Request,
        *,
        session: str | None = ME,
        message: str | None = None,
        token: object = None,
        **ids: Any,
    ) -> list[p.Result]:
        """Send a request; return what it (and others) got answered."""
        caller = p.Caller(session_id=session, message_id=message or f"uuid:{next(_messages)}", **ids)
        self.shell.handle(
            p.Call(id=0, request=request, caller=caller), token, lambda answer: self.answers.append(answer)
        )
        answers, self.answers = self.answers, []
        return answers

    def one(self, request: p.Request, **more: Any) -> p.Result:
        (answer,) = self.ask(request, **more)
        return answer

    def fault(self, request: p.Request, **more: Any) -> int:
        answer = self.one(request, **more)
        assert isinstance(answer, p.Fault)
        return answer.number

    def pass_time(self, seconds: float) -> list[p.Result]:
        end = self.now + seconds
        while (deadline := self.shell.next_deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            self.shell.tick()
        self.now = end
        self.shell.tick()
        answers, self.answers = self.answers, []
        return answers

    def put(self, command_id: str | None, body: bytes, number: int = 1, **more: Any) -> None:
        self.backend.outlets[command_id].put(Item(body=body, object_id=number, **more))


def receive(command_id: str | None = None, timeout: float = 20.0, budget: int = 100_000) -> p.Receive:
    return p.Receive(command_id=command_id, streams=("stdout",), budget=budget, timeout=timeout)


# --- Receive --------------------------------------------------------------------------------------------


def test_a_short_command_needs_one_receive() -> None:
    desk = Desk()
    assert desk.one(p.RunCommand(command_id="C")) == p.CommandAccepted(command_id="C")
    desk.put("C", b"2")
    assert desk.ask(receive("C")) == []
    desk.backend.outlets["C"].finish()
    (answer,) = desk.pass_time(0)
    assert isinstance(answer, p.Output)
    assert (answer.state, answer.exit_code, answer.command_id) == ("Done", 0, "C")
    assert len(answer.chunks) == 1


def test_output_of_a_long_command_waits_a_few_milliseconds_for_company() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    desk.ask(receive("C"))
    desk.put("C", b"1")
    assert desk.woken
    assert desk.pass_time(0.001) == []
    desk.put("C", b"2", 2)
    (answer,) = desk.pass_time(0.01)
    assert isinstance(answer, p.Output)
    assert answer.state == "Running"
    assert len(answer.chunks[0].data) == 2 * 22


def test_pool_output_is_urgent() -> None:
    desk = Desk()
    desk.ask(receive())
    desk.backend.outlets[None].put(Item(body=b"opened", object_id=1), urgent=True)
    (answer,) = desk.pass_time(0)
    assert isinstance(answer, p.Output)
    assert answer.state is None


def test_time_out_repeat_and_duplicate() -> None:
    desk = Desk()
    desk.ask(receive(), message="m1")
    assert desk.ask(receive(), message="m1") == [p.Fault.of(faults.DuplicateMessage())]
    (answer,) = desk.pass_time(20)
    assert isinstance(answer, p.Fault)
    assert answer.number == 0x80338029
    desk.put(None, b"x")
    desk.ask(receive(), message="m2")
    (first,) = desk.pass_time(1)
    assert desk.ask(receive(), message="m2") == [first]
    assert desk.ask(receive(), message="m3") == []


def test_a_second_receive_on_one_stream_ends_the_first() -> None:
    desk = Desk()
    desk.ask(receive())
    (answer,) = desk.ask(receive())
    assert isinstance(answer, p.Fault)
    assert answer.number == 995


def test_done_acknowledged_frees_a_powershell_command() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    desk.backend.outlets["C"].finish()
    desk.one(receive("C"))
    assert desk.one(p.ListCommands()) == p.Commands(items=(p.CommandEntry(command_id="C", state="Done"),))
    assert desk.fault(receive("C")) == 0x8033805B
    assert desk.backend.forgotten == ["C"]
    assert desk.one(p.ListCommands()) == p.Commands()
    assert desk.one(p.Signal(command_id="C", code=uris.SIGNAL_TERMINATE)) == p.Ok()


def test_a_cmd_command_stays_done_until_it_is_signalled() -> None:
    desk = Desk(disconnectable=False, keeps_done=True)
    desk.one(p.RunCommand(command_id="C"))
    desk.backend.outlets["C"].finish(3)
    for _ in range(2):
        answer = desk.one(receive("C"))
        assert isinstance(answer, p.Output)
        assert answer.exit_code == 3
    assert desk.one(p.Signal(command_id="C", code=uris.SIGNAL_TERMINATE)) == p.Ok()
    assert desk.fault(receive("C")) == 0x8033805B
    assert desk.fault(p.Signal(command_id="C", code=uris.SIGNAL_TERMINATE)) == 0x8033805B


def test_terminate_lets_the_waiting_receive_hear_the_end_and_frees_the_id() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    desk.ask(receive("C"))
    assert desk.one(p.Signal(command_id="C", code=uris.SIGNAL_TERMINATE)) == p.Ok()
    desk.put("C", b"stopped")
    desk.backend.outlets["C"].finish()
    (answer,) = desk.pass_time(0)
    assert isinstance(answer, p.Output)
    assert answer.state == "Done"
    assert desk.one(p.RunCommand(command_id="C")) == p.CommandAccepted(command_id="C")


def test_refused_receives() -> None:
    desk = Desk()
    assert desk.fault(receive("unknown")) == 0x8033805B
    assert desk.fault(p.Receive(streams=("nonsense",), budget=100, timeout=1.0)) == 0x80540BC0


def test_finished_commands_that_nobody_acknowledges_do_not_pile_up() -> None:
    desk = Desk()
    for number in range(300):
        desk.one(p.RunCommand(command_id=f"C{number}"))
        desk.backend.outlets[f"C{number}"].finish()
        if number != 7:
            desk.one(receive(f"C{number}"))
    listed = desk.one(p.ListCommands())
    assert isinstance(listed, p.Commands)
    assert len(listed.items) <= 258
    assert "C7" in {entry.command_id for entry in listed.items}  # its end was never told to anybody


# --- commands -------------------------------------------------------------------------------------------


def test_quota_and_ids_of_commands() -> None:
    desk = Desk(limits=p.Limits(max_commands=2))
    desk.one(p.RunCommand(command_id="A"))
    assert desk.fault(p.RunCommand(command_id="A")) == 0x803381D6
    desk.one(p.RunCommand(command_id="B"))
    assert desk.fault(p.RunCommand(command_id="C")) == 0x803381E9
    desk.backend.outlets["A"].finish()
    assert desk.one(p.RunCommand()) == p.CommandAccepted(command_id="NEW-3")


def test_a_repeated_command_or_send_is_carried_out_once() -> None:
    desk = Desk()
    for _ in range(2):
        assert desk.one(p.RunCommand(command_id="A"), message="same") == p.CommandAccepted(command_id="A")
        assert desk.one(p.Send(chunks=(p.Chunk(name="stdin", command_id="A"),)), message="send") == p.Ok()
    assert len(desk.backend.sent) == 1
    assert desk.fault(p.Send(chunks=(p.Chunk(name="stdin", command_id="X"),))) == 0x8033805B


# --- table 5.1 ------------------------------------------------------------------------------------------

OPERATIONS = [
    p.RunCommand(),
    p.Send(chunks=(p.Chunk(name="stdin"),)),
    receive(),
    p.Signal(code="x"),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: type(o).__name__)
def test_operations_by_state_and_session(operation: p.Request) -> None:
    desk = Desk()
    assert desk.fault(operation, session=OTHER) == 0x803381C6
    assert desk.fault(operation, session=None) == 0x803381C6
    desk.one(p.Disconnect())
    assert desk.fault(operation) == 0x803381C4
    assert desk.fault(operation, session=OTHER) == 0x803381C4


def test_disconnect_and_reconnect() -> None:
    desk = Desk()
    assert desk.fault(p.Disconnect(), session=OTHER) == 0x803381C6
    assert desk.one(p.Reconnect()) == p.Ok()
    assert desk.fault(p.Reconnect(), session=OTHER) == 0x803381CD
    desk.ask(receive())
    ended, answer = desk.ask(p.Disconnect(idle_timeout=3600.0, buffer_mode="Drop"))
    assert (ended, answer) == (p.Fault.of(faults.StreamDisconnected()), p.Ok())
    assert desk.shell.state is ShellState.DISCONNECTED
    described = desk.one(p.Describe(), session=None)
    assert isinstance(described, p.Description)
    assert (described.state, described.idle_timeout, described.buffer_mode) == ("Disconnected", 3600.0, "Drop")
    assert desk.fault(p.Disconnect()) == 0x803381C4
    assert desk.fault(p.Reconnect(), session=OTHER) == 0x803381C6
    assert desk.one(p.Reconnect(), session=ME.upper()) == p.Ok()
    assert desk.shell.state is ShellState.CONNECTED


def test_connect_takes_the_session_over() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    assert desk.fault(p.Connect(connect_xml=b"x"), session=OTHER) == 0x803381CD
    desk.one(p.Disconnect())
    desk.backend.refuse_connect = True
    assert desk.fault(p.Connect(connect_xml=b"x"), session=OTHER) == 0x80540FA3
    assert desk.shell.state is ShellState.DISCONNECTED
    desk.backend.refuse_connect = False
    answer = desk.one(p.Connect(connect_xml=b"x"), session=OTHER, message="m")
    assert isinstance(answer, p.Connected)
    assert answer.connect_response_xml == b"response"
    assert desk.one(p.Connect(connect_xml=b"x"), session=OTHER, message="m") is answer
    assert desk.backend.taken_over == 1
    assert desk.fault(receive()) == 0x803381C6
    assert desk.one(p.Connect(command_id="C"), session=OTHER) == p.Connected()
    assert desk.fault(p.Connect(command_id="X"), session=OTHER) == 0x8033805B
    assert desk.one(p.Reconnect(command_id="C"), session=OTHER) == p.Ok()
    assert desk.one(p.Disconnect(), session=OTHER) == p.Ok()


@pytest.mark.parametrize("request_", [p.Disconnect(), p.Reconnect(), p.Connect()])
def test_shells_that_cannot_be_disconnected(request_: p.Request) -> None:
    assert Desk(disconnectable=False).fault(request_) == 0x803381C5
    assert Desk(spec=p.ShellSpec(client_chose_id=False)).fault(request_) == 0x803381C5


def test_clients_without_session_id_are_served() -> None:
    desk = Desk(session=None, disconnectable=False)
    assert isinstance(desk.one(p.RunCommand(), session=None), p.CommandAccepted)
    assert isinstance(desk.one(p.RunCommand(), session=OTHER), p.CommandAccepted)


def test_output_is_delivered_again_after_an_unclean_end_only() -> None:
    for clean in (True, False):
        desk = Desk()
        desk.one(p.RunCommand(command_id="C"))
        desk.put("C", b"first")
        desk.ask(receive("C"))
        (answer,) = desk.pass_time(1)
        if clean:
            desk.one(p.Disconnect())
        else:
            desk.pass_time(60)
        assert desk.shell.state is ShellState.DISCONNECTED
        desk.put("C", b"second", 2)
        desk.one(p.Connect(connect_xml=b""), session=OTHER)
        desk.ask(receive("C"), session=OTHER)
        (again,) = desk.pass_time(1)
        assert isinstance(answer, p.Output)
        assert isinstance(again, p.Output)
        assert again.chunks[0].data.startswith(answer.chunks[0].data) is not clean
        assert again.chunks[0].data.endswith(b"second")


# --- clocks ---------------------------------------------------------------------------------------------


def test_implicit_disconnect_needs_silence() -> None:
    desk = Desk()
    desk.pass_time(59)
    desk.one(p.RunCommand(command_id="C"))
    desk.pass_time(59)
    assert desk.shell.state is ShellState.CONNECTED
    desk.ask(receive(timeout=300.0))
    desk.pass_time(299)
    assert desk.shell.state is ShellState.CONNECTED
    desk.pass_time(60)
    assert desk.shell.state is ShellState.CONNECTED
    desk.pass_time(2)
    assert desk.shell.state is ShellState.DISCONNECTED
    assert desk.one(p.Reconnect()) == p.Ok()


def test_a_vanished_client_connection_starts_the_clock() -> None:
    desk = Desk()
    desk.ask(receive(timeout=3600.0), token="t")
    desk.pass_time(1000)
    desk.shell.cancel("t")
    assert desk.pass_time(59) == []
    assert desk.shell.state is ShellState.CONNECTED
    assert desk.pass_time(1) == []
    assert desk.shell.state is ShellState.DISCONNECTED


def test_idle_timeout_deletes_and_describe_does_not_count() -> None:
    desk = Desk(spec=p.ShellSpec(client_chose_id=True, idle_timeout=120.0))
    desk.pass_time(119)
    described = desk.one(p.Describe())
    assert isinstance(described, p.Description)
    assert described.inactivity == 119
    desk.pass_time(1)
    assert desk.shell.state is ShellState.CLOSED
    assert desk.ended == 1
    assert desk.backend.closed
    assert desk.shell.next_deadline() is None


def test_idle_timeout_bounds() -> None:
    for seconds in (59.0, 2_147_484.0):
        with pytest.raises(faults.IdleTimeoutOutOfBounds):
            Desk(spec=p.ShellSpec(idle_timeout=seconds))
        assert Desk().fault(p.Disconnect(idle_timeout=seconds)) == 0x803381F2


def test_cmd_shells_are_idle_too_and_lifetimes_end_any_shell() -> None:
    desk = Desk(disconnectable=False, spec=p.ShellSpec(idle_timeout=60.0))
    desk.pass_time(60)
    assert desk.ended
    desk = Desk(limits=p.Limits(lifetime=100.0))
    desk.ask(receive(timeout=3600.0))
    (answer,) = desk.pass_time(100)
    assert isinstance(answer, p.Fault)
    assert answer.number == 995
    assert desk.ended


def test_delete_ends_waiting_receives_first() -> None:
    desk = Desk()
    desk.ask(receive())
    aborted, answer = desk.ask(p.Delete(), session=OTHER)
    assert (aborted, answer) == (p.Fault.of(faults.OperationAborted()), p.Ok())
    assert desk.ended == 1
    assert desk.gate.closed


# --- Block and Drop -------------------------------------------------------------------------------------


def test_drop_counts_only_while_disconnected() -> None:
    desk = Desk(limits=p.Limits(buffer_bytes=1000), spec=p.ShellSpec(client_chose_id=True, buffer_mode="Drop"))
    desk.one(p.RunCommand(command_id="C"))
    desk.one(p.Disconnect())
    for number in range(1, 40):
        desk.put("C", bytes([number]) * 80, number, droppable=True)
    assert desk.backend.outlets["C"].buffer.held <= 1000
    desk.backend.outlets["C"].put(Item(body=b"state", object_id=40))
    desk.backend.outlets["C"].finish()
    desk.one(p.Connect(connect_xml=b""), session=OTHER)
    answer = desk.one(receive("C"), session=OTHER)
    assert isinstance(answer, p.Output)
    assert answer.chunks[0].data.endswith(b"state")
    assert bytes([39]) * 80 in answer.chunks[0].data
    assert bytes([1]) * 80 not in answer.chunks[0].data
    assert not desk.gate.dropping


def placed(position: int, command_id: str = "A") -> p.Send:
    return p.Send(chunks=(p.Chunk(name="stdin", data=b"%d" % position, command_id=command_id, position=position),))


def test_sends_are_carried_out_by_their_positions() -> None:
    desk = Desk()
    desk.ask(p.RunCommand(command_id="A"))
    assert desk.ask(placed(2)) == desk.ask(placed(1), message="one") == []
    assert desk.ask(placed(0)) == [p.Ok()] * 3
    assert [chunk.data for chunk in desk.backend.sent] == [b"0", b"1", b"2"]
    assert desk.ask(placed(1), message="one") == [p.Ok()]
    assert desk.ask(placed(1), message="its answer was forgotten") == [p.Ok()]
    assert len(desk.backend.sent) == 3


def test_a_send_whose_caller_is_gone_may_come_again() -> None:
    desk = Desk()
    desk.ask(p.RunCommand(command_id="A"))
    desk.ask(placed(1), token="first", message="one")
    desk.shell.cancel("first")
    assert desk.ask(placed(0)) == [p.Ok()]
    assert desk.ask(placed(1), message="one") == [p.Ok()]
    assert [chunk.data for chunk in desk.backend.sent] == [b"0", b"1"]


def test_sends_that_wait_are_refused_when_the_shell_is_left_or_ends() -> None:
    for end in (p.Disconnect(), p.Delete()):
        desk = Desk()
        desk.ask(p.RunCommand(command_id="A"))
        assert desk.ask(placed(1)) == []
        answers = desk.ask(end)
        assert sorted(type(answer).__name__ for answer in answers) == ["Fault", "Ok"]
        assert desk.backend.sent == []


def test_a_refused_send_comes_again_before_the_others() -> None:
    desk = Desk()
    desk.ask(p.RunCommand(command_id="A"))
    assert desk.ask(placed(1)) == []
    assert isinstance(desk.one(placed(0), session=OTHER), p.Fault)
    assert desk.backend.sent == []
    assert desk.ask(placed(0)) == [p.Ok()] * 2
    assert [chunk.data for chunk in desk.backend.sent] == [b"0", b"1"]

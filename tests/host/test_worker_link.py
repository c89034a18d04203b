"""The front end's end of the worker channel, against workers that answer, hang up, lie and say nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from remora.errors import RemoraError, RemoteProtocolError, TransportError, WSManFault
from remora.host.worker_link import WorkerLink
from remora.worker import protocol as p
from remora.worker.frames import encode, worker_decoder
from remora.wsman.faults import EncodingLimit, OperationAborted, OperationTimedOut, UnexpectedSelectors

ID = "908EA449-5553-4150-8A78-020057C8772A"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
RECEIVE = p.Receive(streams=("stdout",), budget=1000, timeout=30)


class Script:
    """A worker that does with each call what the test says."""

    def __init__(self, on_call: Callable[[p.Call], p.Answer | bytes | None]) -> None:
        self._on_call = on_call
        self.heard: list[object] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = worker_decoder()
        writer.write(encode(p.Hello(shell_id=ID, opened=True)))
        while data := await reader.read(65536):
            for message in decoder.feed(data):
                self.heard.append(message)
                if not isinstance(message, p.Call):
                    continue
                answer = self._on_call(message)
                if answer == b"":
                    writer.close()
                    return
                if answer is not None:
                    writer.write(answer if isinstance(answer, bytes) else encode(answer))


@asynccontextmanager
async def worker(path: Path, talk: Talk) -> AsyncIterator[None]:
    talks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            with contextlib.suppress(ConnectionError):
                await talk(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield
    finally:
        for _ in range(10):  # a connection that was dropped at once is accepted only now
            await asyncio.sleep(0)
        server.close()
        await asyncio.gather(*(task for task in talks if task is not None))
        await asyncio.sleep(0)


async def _link(path: Path, lost: list[WorkerLink] | None = None) -> WorkerLink:
    return await WorkerLink.connect(path, ID, uid=os.getuid(), lost=(lost if lost is not None else []).append)


def _ok(call: p.Call) -> p.Answer:
    return p.Answer(id=call.id, result=p.Ok())


async def test_answers_find_their_calls_in_any_order(tmp_path: Path) -> None:
    held: list[p.Call] = []

    def on_call(call: p.Call) -> bytes | None:
        held.append(call)
        if len(held) < 3:
            return None
        return b"".join(
            encode(p.Answer(id=c.id, result=p.CommandAccepted(command_id=c.request.command_id)))  # type: ignore[union-attr]
            for c in reversed(held)
        )

    async with worker(tmp_path / "w", Script(on_call)):
        link = await _link(tmp_path / "w")
        calls = [link.call(p.RunCommand(command_id=name), seconds=5) for name in "abc"]
        answers = await asyncio.gather(*calls)
        assert [answer.command_id for answer in answers] == ["a", "b", "c"]  # type: ignore[union-attr]
        await link.close()


async def test_faults_come_as_their_classes(tmp_path: Path) -> None:
    faults = iter([p.Fault(number=0x8033805B, message="gone"), p.Fault(number=77, message="odd")])

    async with worker(tmp_path / "w", Script(lambda call: p.Answer(id=call.id, result=next(faults)))):
        link = await _link(tmp_path / "w")
        with pytest.raises(UnexpectedSelectors, match="gone"):
            await link.call(p.Describe(), seconds=5)
        with pytest.raises(WSManFault, match="odd") as caught:
            await link.call(p.Describe(), seconds=5)
        assert caught.value.code == 77
        await link.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\xff\xff\xff\xff",
        struct.pack(">I", 3) + b"abc",
        encode(p.Hello(shell_id=ID)),
    ],
    ids=["hangs up", "announces too much", "no message", "a second Hello"],
)
async def test_a_worker_that_fails_ends_its_calls_with_a_fault(tmp_path: Path, nonsense: bytes) -> None:
    lost: list[WorkerLink] = []
    async with worker(tmp_path / "w", Script(lambda _call: nonsense)):
        link = await _link(tmp_path / "w", lost)
        with pytest.raises(OperationAborted, match="ended unexpectedly"):
            await link.call(p.Describe(), seconds=5)
        assert lost == [link]
        assert link.crashed
        with pytest.raises(OperationAborted):
            await link.call(p.Describe(), seconds=5)


async def test_a_call_that_takes_too_long_is_cancelled(tmp_path: Path) -> None:
    script = Script(lambda _call: None)
    async with worker(tmp_path / "w", script):
        link = await _link(tmp_path / "w")
        with pytest.raises(OperationTimedOut):
            await link.call(p.Describe(), seconds=0.05)
        await _until(lambda: any(isinstance(message, p.Cancel) for message in script.heard))
        await link.close()


async def test_a_client_that_is_gone_cancels_its_receive(tmp_path: Path) -> None:
    script = Script(lambda _call: None)
    async with worker(tmp_path / "w", script):
        link = await _link(tmp_path / "w")
        pending = await link.begin(RECEIVE, p.Caller())
        link.cancel(pending)
        with pytest.raises(WSManFault):
            await pending.result()
        await _until(lambda: p.Cancel(id=pending.id) in script.heard)
        await link.close()


async def test_withdraw_times_receives_out_but_delivers_what_was_answered(tmp_path: Path) -> None:
    late = p.Output(chunks=(p.Chunk(name="stdout", data=b"x"),))
    receives: list[p.Call] = []

    def on_call(call: p.Call) -> bytes | None:
        if isinstance(call.request, p.Receive):
            receives.append(call)
            return None
        answered = p.Answer(id=receives[0].id, result=late)  # had left before the Cancel came
        return encode(answered) + encode(p.Answer(id=call.id, result=p.Ok()))

    async with worker(tmp_path / "w", Script(on_call)):
        link = await _link(tmp_path / "w")
        first, second = await link.begin(RECEIVE, p.Caller()), await link.begin(RECEIVE, p.Caller())
        await link.withdraw()
        assert await first.result() == late
        with pytest.raises(OperationTimedOut):
            await second.result()
        await link.close()


async def test_a_request_beyond_the_channels_bounds_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    script = Script(_ok)
    async with worker(tmp_path / "w", script):
        link = await _link(tmp_path / "w")
        with pytest.raises(EncodingLimit):
            await link.call(p.Describe(), p.Caller(message_id="x" * 300), seconds=5)
        await link.call(p.Describe(), seconds=5)
        assert len([message for message in script.heard if isinstance(message, p.Call)]) == 1
        await link.close()


async def _greets(hello: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(hello)
    await reader.read()


@pytest.mark.parametrize(
    ("hello", "error"),
    [
        (encode(p.Hello(shell_id=ID, version=9)), RemoteProtocolError),
        (encode(p.Hello(shell_id=ID[::-1])), RemoteProtocolError),
        (b"GET / HTTP/1.1\r\n\r\n", RemoraError),
        (encode(p.Answer(id=1, result=p.Ok())), RemoteProtocolError),
    ],
    ids=["version", "another shell", "nonsense", "no Hello"],
)
async def test_a_worker_must_greet_as_the_worker_of_its_shell(
    tmp_path: Path, hello: bytes, error: type[Exception]
) -> None:
    async with worker(tmp_path / "w", lambda reader, writer: _greets(hello, reader, writer)):
        with pytest.raises(error):
            await _link(tmp_path / "w")


async def test_a_worker_of_another_user_is_not_spoken_to(tmp_path: Path) -> None:
    script = Script(_ok)
    async with worker(tmp_path / "w", script):
        with pytest.raises(TransportError, match="runs as uid"):
            await WorkerLink.connect(tmp_path / "w", ID, uid=os.getuid() + 1, lost=lambda _link: None)
        assert not script.heard
    with pytest.raises(TransportError):
        await _link(tmp_path / "nobody")


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)

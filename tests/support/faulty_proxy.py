"""A relay between client and host that breaks HTTP exchanges: what it does to each is drawn from one seed."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_ACTION = re.compile(rb"Action[^>]*>[^<]*/([A-Za-z]+)</")
_CONNECTED = re.compile(rb"\r\nauthorization:[ \t]*basic ", re.IGNORECASE)


class Fault(StrEnum):
    """What may happen to one exchange. RESET_* end with a TCP reset where CUT_* end the stream."""

    NONE = "none"
    CUT_BEFORE = "the request never reaches the host"
    CUT_INSIDE = "half of the request reaches the host"
    CUT_AFTER = "the answer is lost"
    CUT_ANSWER = "half of the answer arrives"
    RESET_BEFORE = "reset before the request reaches the host"
    RESET_AFTER = "reset in place of the answer"
    RESET_ANSWER = "reset in the middle of the answer"
    DELAY_REQUEST = "the request is slow"
    DELAY_ANSWER = "the answer is slow"
    STALL = "the answer stops in the middle for a while"
    DUPLICATE = "the request reaches the host twice"
    SWALLOW_REQUEST = "the request disappears and nobody says so"
    SWALLOW_ANSWER = "the answer disappears and nobody says so"


_ENDS_BEFORE = (Fault.CUT_BEFORE, Fault.RESET_BEFORE)
_ENDS_AFTER = (Fault.CUT_AFTER, Fault.RESET_AFTER)
_ENDS_INSIDE = (Fault.CUT_ANSWER, Fault.RESET_ANSWER)
_SILENT = (Fault.SWALLOW_REQUEST, Fault.SWALLOW_ANSWER)
_RESETS = (Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.RESET_ANSWER)


@dataclass
class Plan:
    """Which fault meets the next exchange. rate: how likely one is; most: how many there are in all."""

    dice: random.Random
    rate: float = 0.2
    most: int = 8
    faults: tuple[Fault, ...] = tuple(fault for fault in Fault if fault is not Fault.NONE)
    notes: list[str] = field(default_factory=list)
    refusals: int = 0

    def draw(self, request: bytes) -> Fault:
        """Choose what happens to this request, and note it."""
        if self.most <= 0 or self.dice.random() >= self.rate:
            return Fault.NONE
        fault = self.dice.choice(self.faults)
        if fault in _SILENT and self.dice.random() < 0.7:
            fault = Fault.DELAY_ANSWER  # each silence costs seconds
        if fault is Fault.DUPLICATE and not _CONNECTED.search(request):
            return Fault.NONE  # the steps of a logon belong to one connection
        self.most -= 1
        if fault in (*_ENDS_BEFORE, *_ENDS_AFTER) and self.dice.random() < 0.3:
            self.refusals = self.dice.randint(1, 3)
        action = _ACTION.search(request)
        self.notes.append(f"{action[1].decode() if action else 'logon or sealed'}: {fault}")
        return fault

    def refuse(self) -> bool:
        """Tell whether a new connection is turned away: the network stays down for a few tries after some cuts."""
        if self.refusals <= 0:
            return False
        self.refusals -= 1
        self.notes.append("connection refused")
        return True


class FaultyProxy:
    """Relays 127.0.0.1:port to a target port as a plan says."""

    def __init__(self, target: int, plan: Plan) -> None:
        self.plan = plan
        self.port = 0
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FaultyProxy]:
        """Listen until the block ends; whatever is still under way ends with it."""
        server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=1 << 24)
        self.port = int(server.sockets[0].getsockname()[1])
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self.plan.refuse():
                _end(writer, reset=True)
                return
            host_reader, host_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=1 << 24)
            try:
                while (request := await _message(reader)) is not None:
                    if not await self._exchange(request, writer, host_reader, host_writer):
                        break
            finally:
                _end(host_writer)
                with suppress(OSError):
                    await host_writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            _end(writer)
            with suppress(OSError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _exchange(
        self,
        request: bytes,
        client: asyncio.StreamWriter,
        host_reader: asyncio.StreamReader,
        host: asyncio.StreamWriter,
    ) -> bool:
        """Carry one request and its answer; False when the connection ends with it."""
        fault = self.plan.draw(request)
        if fault in _ENDS_BEFORE:
            return _end(client, reset=fault in _RESETS)
        if fault is Fault.SWALLOW_REQUEST:
            return await _silence(client)
        if fault is Fault.CUT_INSIDE:
            host.write(request[: len(request) // 2])
            await host.drain()
            return _end(client)
        if fault is Fault.DELAY_REQUEST:
            await asyncio.sleep(self.plan.dice.uniform(0.01, 0.2))
        host.write(request)
        await host.drain()
        answer = await _message(host_reader)
        if answer is None:
            return False
        if fault is Fault.DUPLICATE:
            await self._again(request)
        return await self._answer(answer, client, fault)

    async def _answer(self, answer: bytes, client: asyncio.StreamWriter, fault: Fault) -> bool:
        if fault in _ENDS_AFTER:
            return _end(client, reset=fault in _RESETS)
        if fault is Fault.SWALLOW_ANSWER:
            return await _silence(client)
        if fault is Fault.DELAY_ANSWER:
            await asyncio.sleep(self.plan.dice.uniform(0.01, 0.2))
        half = len(answer) // 2
        client.write(answer[:half])
        await client.drain()
        if fault in _ENDS_INSIDE:
            return _end(client, reset=fault in _RESETS)
        if fault is Fault.STALL:
            await asyncio.sleep(self.plan.dice.uniform(0.05, 0.3))
        client.write(answer[half:])
        await client.drain()
        return True

    async def _again(self, request: bytes) -> None:
        """Let the host have the request once more, on a connection of its own; nobody reads the second answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target, limit=1 << 24)
        try:
            writer.write(request)
            await writer.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await _message(reader)
        finally:
            _end(writer)
            with suppress(OSError):
                await writer.wait_closed()


async def _message(reader: asyncio.StreamReader) -> bytes | None:
    """Read one HTTP message with its body; None at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return None
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _silence(client: asyncio.StreamWriter) -> bool:
    """Say nothing more on this connection until the client gives it up."""
    await client.wait_closed() if client.is_closing() else await asyncio.sleep(60)
    return False


def _end(writer: asyncio.StreamWriter, *, reset: bool = False) -> bool:
    sock: socket.socket | None = writer.get_extra_info("socket")
    if reset and sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    return False

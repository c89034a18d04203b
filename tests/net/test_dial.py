"""How a connection comes about: one address or several, and what is left of those that lost."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from remora.errors import TransportError
from remora.net import dial as subject
from remora.net.dial import Address, dial, interleaved, race, why
from remora.net.http_client import HttpConnection


def at(number: int, family: int = socket.AF_INET) -> Address:
    return family, (f"host-{number}", 1)


class Ways:
    """Attempts that end when the test says so. closed: the numbers whose socket was closed."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.sockets: dict[str, socket.socket] = {}
        self.ends: dict[str, asyncio.Future[None]] = {}
        self.begun = asyncio.Condition()

    async def reach(self, address: Address) -> socket.socket:
        name = address[1][0]
        self.ends[name] = asyncio.get_running_loop().create_future()
        self.started.append(name)
        async with self.begun:
            self.begun.notify_all()
        with suppress(asyncio.CancelledError):  # one that has just succeeded cannot be cancelled any more
            await self.ends[name]
        self.sockets[name] = socket.socket()
        return self.sockets[name]

    async def until_started(self, count: int) -> None:
        async with self.begun:
            await self.begun.wait_for(lambda: len(self.started) >= count)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ways]:
    found = Ways()
    monkeypatch.setattr(subject, "_reach", found.reach)
    yield found
    for sock in found.sockets.values():
        sock.close()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_second_address_starts_beside_a_slow_first_and_the_loser_is_closed(ways: Ways) -> None:
    running = asyncio.create_task(race([at(1), at(2)], stagger=0.001))
    await ways.until_started(2)
    ways.ends["host-2"].set_result(None)
    winner = await running
    await settled()
    assert winner is ways.sockets["host-2"]
    assert winner.fileno() >= 0
    assert ways.sockets["host-1"].fileno() == -1


async def test_an_address_that_fails_makes_room_for_the_next_at_once(ways: Ways) -> None:
    running = asyncio.create_task(race([at(1), at(2)], stagger=3600))
    await ways.until_started(1)
    ways.ends["host-1"].set_exception(ConnectionResetError(errno.ECONNRESET, "reset"))
    await ways.until_started(2)
    ways.ends["host-2"].set_result(None)
    assert await running is ways.sockets["host-2"]


async def test_two_that_succeed_together_leave_one(ways: Ways) -> None:
    running = asyncio.create_task(race([at(1), at(2)], stagger=0.001))
    await ways.until_started(2)
    for end in ways.ends.values():
        end.set_result(None)
    winner = await running
    assert [sock.fileno() >= 0 for sock in ways.sockets.values()].count(True) == 1
    assert winner.fileno() >= 0


async def test_one_that_is_cancelled_leaves_nothing(ways: Ways) -> None:
    running = asyncio.create_task(race([at(1), at(2)], stagger=0.001))
    await ways.until_started(2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await settled()
    assert [sock.fileno() for sock in ways.sockets.values()] == [-1, -1]


async def test_when_all_fail_the_first_address_is_told(ways: Ways) -> None:
    running = asyncio.create_task(race([at(1), at(2)], stagger=3600))
    await ways.until_started(1)
    ways.ends["host-1"].set_exception(ConnectionRefusedError(errno.ECONNREFUSED, "first"))
    await ways.until_started(2)
    ways.ends["host-2"].set_exception(OSError(errno.ENETUNREACH, "second"))
    with pytest.raises(ConnectionRefusedError, match="first"):
        await running


async def test_a_reset_among_several_addresses_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full, socket.socket() as listening:
        for sock in (full, listening):
            sock.bind(("127.0.0.1", 0))
        listening.listen()  # the other one is bound only: whoever connects to it is reset
        monkeypatch.setattr(
            asyncio.get_running_loop(),
            "getaddrinfo",
            _found([("127.0.0.1", full.getsockname()[1]), ("127.0.0.1", listening.getsockname()[1])]),
        )
        with await dial("name", 1) as found:
            assert found.getpeername() == listening.getsockname()
        gc.collect()  # a socket that was left open is a ResourceWarning here, which is an error


def _found(addresses: list[tuple[str, int]]) -> object:
    async def getaddrinfo(*_arguments: object, **_keywords: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    return getaddrinfo


def test_families_take_turns() -> None:
    six = socket.AF_INET6
    addresses = [at(1, six), at(2, six), at(3, six), at(4), at(5)]
    assert interleaved(addresses) == [at(1, six), at(4), at(2, six), at(5), at(3, six)]
    assert interleaved([]) == []


async def test_literal_addresses_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", _found([]))
    with socket.create_server(("127.0.0.1", 0)) as server:
        (await dial("127.0.0.1", server.getsockname()[1])).close()
    with pytest.raises(OSError, match="no address"):
        await dial("name", 1)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('10.0.0.1', 5985)"), "nothing listens there"),
        (TimeoutError(errno.ETIMEDOUT, "Connect call failed"), "no answer: check that the machine is on"),
        (TimeoutError(), "no answer: check that the machine is on"),
        (OSError(errno.EHOSTUNREACH, "Connect call failed"), "no way to it"),
        (socket.gaierror(-2, "Name or service not known"), "the name is not known"),
        (OSError(errno.EMFILE, "x"), "lower the throttle limit"),
        (OSError(errno.EACCES, "Connect call failed"), "permission denied"),
        (OSError("said so"), "said so"),
    ],
)
def test_errors_are_told_in_plain_words(error: OSError, told: str) -> None:
    assert told in why(error)
    assert "Connect call" not in why(error)


async def test_the_client_tells_them() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        async with HttpConnection(f"http://127.0.0.1:{port}/wsman") as connection:
            with pytest.raises(TransportError) as caught:
                await connection.post((), b"")
    assert str(caught.value).startswith(f"cannot connect to 127.0.0.1:{port}: nothing listens there: check the port")

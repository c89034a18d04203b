"""The client's way to a TCP connection: names, several addresses, and why it did not come about in plain words."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

Address = tuple[int, tuple[Any, ...]]
"""A socket family and what its connect takes."""

STAGGER: Final = 0.25
"""Seconds that one address has before the next one is tried beside it (RFC 8305, Connection Attempt Delay)."""


async def dial(host: str, port: int) -> socket.socket:
    """Return a connected socket that does not block. Raises OSError: that of the first address."""
    addresses = _literal(host, port)
    if not addresses:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = interleaved([(family, address) for family, _kind, _protocol, _name, address in found])
    if len(addresses) == 1:
        return await _reach(addresses[0])
    return await race(addresses)


def _literal(host: str, port: int) -> list[Address]:
    """Return an address that needs no look-up, or nothing."""
    for family, address in ((socket.AF_INET, (host, port)), (socket.AF_INET6, (host, port, 0, 0))):
        try:
            socket.inet_pton(family, host)
        except (OSError, UnicodeError, ValueError):
            continue
        return [(family, address)]
    return []


def interleaved(addresses: Sequence[Address]) -> list[Address]:
    """Return the addresses with the families in turn, the first one's first (RFC 8305 4)."""
    if not addresses:
        return []
    first = deque(address for address in addresses if address[0] == addresses[0][0])
    others = deque(address for address in addresses if address[0] != addresses[0][0])
    turns: list[Address] = []
    while first or others:
        turns.extend(queue.popleft() for queue in (first, others) if queue)
    return turns


async def race(addresses: Sequence[Address], stagger: float = STAGGER) -> socket.socket:
    """Return the first connection that comes about; every other socket is closed, whatever happens meanwhile."""
    waiting, errors = deque(addresses), list[OSError]()
    running: set[asyncio.Task[socket.socket]] = set()
    winner: socket.socket | None = None
    try:
        while winner is None and (waiting or running):
            if waiting:
                running.add(asyncio.create_task(_reach(waiting.popleft())))
            pause = stagger if waiting else None
            done, running = await asyncio.wait(running, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                error = task.exception()
                if isinstance(error, OSError):
                    errors.append(error)
                elif winner is None:
                    winner = task.result()
                else:
                    task.result().close()
    finally:
        for task in running:
            task.cancel()
            task.add_done_callback(_closed)
    if winner is not None:
        return winner
    raise errors[0] if errors else OSError("there is no address to connect to")


def _closed(task: asyncio.Task[socket.socket]) -> None:
    """Close what an attempt that nobody waits for has brought."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()


async def _reach(address: Address) -> socket.socket:
    family, where = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


_WORDS: Final = {
    errno.ECONNREFUSED: "nothing listens there: check the port (5985 for HTTP, 5986 for HTTPS) and that the service "
    "runs ('winrm quickconfig' on Windows, 'remora host run' here)",
    errno.ETIMEDOUT: "no answer: check that the machine is on and that no firewall closes the port",
    errno.EHOSTUNREACH: "there is no way to it from here: check the address, the network and the firewall",
    errno.ENETUNREACH: "there is no way to it from here: check the address, the network and the firewall",
    errno.ECONNRESET: "the other side hung up",
    errno.EPIPE: "the other side hung up",
    errno.EMFILE: "this process may open no more files: lower the throttle limit, or raise the limit (ulimit -n)",
    errno.EADDRNOTAVAIL: "no local port or address is left for it: lower the throttle limit",
}


def why(error: OSError) -> str:
    """Say in plain words what went wrong with a connection, and what to do."""
    if isinstance(error, socket.gaierror):
        return "the name is not known: check how it is written, or give an address"
    if isinstance(error, TimeoutError):
        return _WORDS[errno.ETIMEDOUT]
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return os.strerror(error.errno).lower() if error.errno else str(error) or type(error).__name__

"""Logon sessions: one a connection and user, as long as the connection or a shell of it lives."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from remora.auth.principal import Principal, RunAs
from remora.host.gate import Peer
from remora.host.logon_sessions import LogonSessions
from remora.host.peers import PeerWatch
from remora.host.records import ShellRecord

ANN = Principal(
    name="ann",
    sid="S-1",
    authentication="Negotiate",
    run_as=RunAs(user="ann", uid=1000, gid=1000, home="/", dynamic=False),
    groups=(),
)


def _peer(number: int) -> Peer:
    return Peer(address=f"10.0.0.{number}", port=1, secure=False, connection=number, gone=asyncio.Event())


async def test_one_logon_a_connection() -> None:
    watch = PeerWatch()
    logons = LogonSessions(watch, now=lambda: 1000.0)
    first, second = _peer(1), _peer(2)
    logon = logons.logon_of(ANN, first)
    assert logons.logon_of(ANN, first) is logon
    other = logons.logon_of(replace(ANN, authentication="Basic"), second)
    assert (logon.logon_type, other.logon_type) == (3, 8)
    assert other.logon_id > logon.logon_id
    assert (logon.address, logon.start_time, logon.user) == ("10.0.0.1", 1000.0, "ann")
    assert logons.all([]) == (logon, other)
    first.gone.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert logons.all([]) == (other,)
    await watch.close()


async def test_a_shell_keeps_its_logon() -> None:
    watch = PeerWatch()
    logons = LogonSessions(watch, now=lambda: 1000.0)
    peer = _peer(1)
    logon = logons.logon_of(ANN, peer)
    record = ShellRecord(
        shell_id="x",
        owner_sid=ANN.sid,
        owner_name=ANN.name,
        uid=1000,
        kind="cmd",
        resource_uri="r",
        configuration="cmd",
        client_ip=peer.address,
        logon_id=logon.logon_id,
        logon_type=logon.logon_type,
        authentication=logon.authentication,
        created=1000.0,
    )
    peer.gone.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert logons.all([record]) == (logon,)
    assert LogonSessions(watch, now=lambda: 2000.0).all([record]) == (logon,)
    await watch.close()


async def test_the_watch_calls_back_once_and_only_who_still_waits() -> None:
    watch = PeerWatch()
    peer = _peer(1)
    called: list[str] = []

    def first() -> None:
        called.append("first")

    def second() -> None:
        called.append("second")

    watch.add(peer, first)
    watch.add(peer, second)
    watch.discard(peer, second)
    peer.gone.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert called == ["first"]
    watch.add(peer, second)
    assert called == ["first", "second"]
    await watch.close()

"""The logon sessions of this host: one for each authenticated connection, kept as long as it or a shell of it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from remora.auth.principal import Principal
from remora.host.gate import Peer
from remora.host.peers import PeerWatch
from remora.host.records import ShellRecord


class LogonType(IntEnum):
    """The kinds of logons, as Win32_LogonSession numbers them; connections make NETWORK and NETWORK_CLEARTEXT ones."""

    SYSTEM = 0
    INTERACTIVE = 2
    NETWORK = 3
    BATCH = 4
    SERVICE = 5
    PROXY = 6
    UNLOCK = 7
    NETWORK_CLEARTEXT = 8
    NEW_CREDENTIALS = 9
    REMOTE_INTERACTIVE = 10
    CACHED_INTERACTIVE = 11
    CACHED_REMOTE_INTERACTIVE = 12
    CACHED_UNLOCK = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class LogonSession:
    """One logon. logon_type: a LogonType. start_time: seconds since the epoch."""

    logon_id: int
    logon_type: int
    user: str
    sid: str
    authentication: str
    start_time: float
    address: str


class LogonSessions:
    """The table. now: seconds since the epoch."""

    def __init__(self, watch: PeerWatch, *, now: Callable[[], float]) -> None:
        self._watch = watch
        self._now = now
        self._last_id = int(now() * 1_000_000)
        self._by_connection: dict[tuple[int, str, str], LogonSession] = {}

    def logon_of(self, principal: Principal, peer: Peer) -> LogonSession:
        """Return the logon session of a caller on its connection; the first request makes it."""
        key = (peer.connection, principal.sid, principal.authentication)
        known = self._by_connection.get(key)
        if known is not None:
            return known
        self._last_id = max(self._last_id + 1, int(self._now() * 1_000_000))
        cleartext = principal.authentication.lower() == "basic"
        session = LogonSession(
            logon_id=self._last_id,
            logon_type=LogonType.NETWORK_CLEARTEXT if cleartext else LogonType.NETWORK,
            user=principal.name,
            sid=principal.sid,
            authentication=principal.authentication,
            start_time=self._now(),
            address=peer.address,
        )
        self._by_connection[key] = session
        self._watch.add(peer, lambda: self._forget(key))
        return session

    def _forget(self, key: tuple[int, str, str]) -> None:
        self._by_connection.pop(key, None)

    def all(self, records: Iterable[ShellRecord]) -> tuple[LogonSession, ...]:
        """Return every logon session, those among them that live on in shells only."""
        found = {session.logon_id: session for session in self._by_connection.values()}
        for record in records:
            if record.logon_id and record.logon_id not in found:
                found[record.logon_id] = LogonSession(
                    logon_id=record.logon_id,
                    logon_type=record.logon_type,
                    user=record.owner_name,
                    sid=record.owner_sid,
                    authentication=record.authentication,
                    start_time=record.created,
                    address=record.client_ip,
                )
        return tuple(found[logon_id] for logon_id in sorted(found))

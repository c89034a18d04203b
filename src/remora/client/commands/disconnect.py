"""Disconnect-PSSession."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias
from uuid import UUID

from remora.client.commands.common import gather, in_order, selected
from remora.client.fleet import SessionList
from remora.client.options import OutputBufferingMode
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository
from remora.client.throttle import Outcome, throttled

Left: TypeAlias = Outcome[PSSession, None]


async def disconnect_pssession(
    session: SessionRef | Sequence[SessionRef] | None = None,
    *,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    idle_timeout_sec: int | None = None,
    output_buffering_mode: OutputBufferingMode | str | int | None = None,
    throttle_limit: int | None = None,
    repository: PSSessionRepository | None = None,
) -> PSSession | SessionList:
    """Leave sessions; what runs in them goes on. One session gives a PSSession, several a SessionList.

    idle_timeout_sec: how long the server keeps it from now on, at least 60. output_buffering_mode: Block or Drop.
    Raises PSSessionError, such as CannotDisconnectSessionWithInvalidIdleTimeout.
    """
    sessions, many = selected(session, name, id, instance_id, repository)
    outcomes = leaving(
        sessions,
        throttle_limit,
        idle_timeout_sec=idle_timeout_sec,
        output_buffering_mode=output_buffering_mode,
    )
    return gather(await in_order(sessions, outcomes), many)


async def leaving(
    sessions: Sequence[PSSession],
    throttle_limit: int | None = None,
    *,
    idle_timeout_sec: int | None = None,
    output_buffering_mode: OutputBufferingMode | str | int | None = None,
) -> AsyncIterator[Left]:
    """Leave the sessions, so many at a time, and yield each as it is left or has failed."""

    async def leave(session: PSSession) -> None:
        await session.disconnect(idle_timeout_sec=idle_timeout_sec, output_buffering_mode=output_buffering_mode)

    async for outcome in throttled(sessions, leave, throttle_limit):
        yield outcome

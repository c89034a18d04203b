"""Remove-PSSession."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias
from uuid import UUID

from remora.client.commands.common import in_order, selected
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository
from remora.client.throttle import Outcome, throttled

Removed: TypeAlias = Outcome[PSSession, None]


async def remove_pssession(
    session: SessionRef | Sequence[SessionRef] | None = None,
    *,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    throttle_limit: int | None = None,
    repository: PSSessionRepository | None = None,
) -> None:
    """End sessions on their servers and forget them. Raises the first error, after all were tried."""
    sessions = selected(session, name, id, instance_id, repository)[0]
    for outcome in await in_order(sessions, removing(sessions, throttle_limit)):
        if outcome.error is not None:
            raise outcome.error


async def removing(sessions: Sequence[PSSession], throttle_limit: int | None = None) -> AsyncIterator[Removed]:
    """End the sessions, so many at a time, and yield each as it is gone or has failed."""
    async for outcome in throttled(sessions, lambda item: item.close(), throttle_limit):
        yield outcome

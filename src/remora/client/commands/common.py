"""What the functions share: whom a selector means, and what becomes of one target and of several."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from remora.client.fleet import SessionList
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository, as_list, current_repository
from remora.client.throttle import Outcome, throttled
from remora.errors import PSSessionError, RemoraError


def selected(
    session: SessionRef | Sequence[SessionRef] | None,
    name: str | Sequence[str] | None,
    number: int | Sequence[int] | None,
    instance_id: UUID | str | Sequence[UUID | str] | None,
    repository: PSSessionRepository | None,
) -> tuple[list[PSSession], bool]:
    """Return the sessions a local selector names, and whether the caller spoke of several.

    Raises PSSessionError when nothing was selected, or a selector matches nothing.
    """
    if session is not None:
        return inner(session), isinstance(session, list | tuple)
    if name is None and number is None and instance_id is None:
        raise PSSessionError(
            "which session? Give a session, a name, an id or a computer",
            error_id="AmbiguousParameterSet",
            category="InvalidArgument",
        )
    chosen = repository if repository is not None else current_repository()
    found = chosen.select(name=name, id=number, instance_id=instance_id)
    return found, len(found) != 1


def inner(session: SessionRef | Sequence[SessionRef] | None) -> list[PSSession]:
    """Return the sessions behind what stands for them."""
    return [item.inner for item in as_list(session)]


async def each(
    targets: Sequence[Any], action: Callable[[Any], Awaitable[Any]], throttle_limit: int | None
) -> list[Outcome[Any, Any]]:
    """Run the action for all targets; the outcomes come back in the order of the targets."""
    return await in_order(targets, throttled(targets, action, throttle_limit))


async def in_order(targets: Sequence[Any], outcomes: AsyncIterator[Outcome[Any, Any]]) -> list[Outcome[Any, Any]]:
    """Wait for all outcomes and return them in the order of the targets."""
    order = {id(target): position for position, target in enumerate(targets)}
    return sorted([outcome async for outcome in outcomes], key=lambda outcome: order[id(outcome.target)])


def gather(outcomes: Sequence[Outcome[PSSession, Any]], many: bool) -> PSSession | SessionList:
    """One target: itself or its error. Several: a SessionList, or the first error when none succeeded."""
    failures = [outcome for outcome in outcomes if outcome.error is not None]
    if failures and (not many or len(failures) == len(outcomes)):
        error: RemoraError | None = failures[0].error
        assert error is not None
        raise error
    sessions = [outcome.target for outcome in outcomes if outcome.ok]
    return SessionList(sessions, failures) if many else sessions[0]

"""The sessions a process knows, as an object the caller can see: Get-PSSession without a computer lists it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import UUID

from remora.engine.errors import PSError
from remora.engine.wildcard import has_wildcard, like
from remora.errors import PSSessionError

if TYPE_CHECKING:
    from remora.client.jobs import Job
    from remora.client.pssession import PSSession


class PSSessionRepository:
    """Sessions by instance id, in the order they were added, and the jobs started in them. Ids are never used twice."""

    def __init__(self) -> None:
        self._sessions: dict[UUID, PSSession] = {}
        self._last_id = 0
        self._last_job_id = 0
        self.jobs: list[Job] = []

    def next_id(self) -> int:
        """Allot the next session id of this repository."""
        self._last_id += 1
        return self._last_id

    def next_job_id(self) -> int:
        self._last_job_id += 1
        return self._last_job_id

    def add(self, session: PSSession) -> None:
        """Add the session, or replace the one with the same instance id."""
        self._sessions[session.instance_id] = session

    def remove(self, session: PSSession) -> None:
        """Forget the session; one that is not here is no error."""
        if self._sessions.get(session.instance_id) is session:
            del self._sessions[session.instance_id]

    def get(self, instance_id: UUID) -> PSSession | None:
        return self._sessions.get(instance_id)

    def __iter__(self) -> Iterator[PSSession]:
        return iter(list(self._sessions.values()))

    def __len__(self) -> int:
        return len(self._sessions)

    def select(
        self,
        *,
        name: str | Sequence[str] | None = None,
        id: int | Sequence[int] | None = None,  # the cmdlets' parameter
        instance_id: UUID | str | Sequence[UUID | str] | None = None,
    ) -> list[PSSession]:
        """Return the sessions a selector names, each once; without a selector, all of them.

        name: wildcards, any case. Raises PSSessionError for an id, instance id or literal name that matches nothing.
        """
        chosen: dict[UUID, PSSession] = {}
        if name is None and id is None and instance_id is None:
            return list(self)
        for pattern in as_list(name):
            found = [session for session in self if matches(pattern, session.name)]
            if not found and not is_pattern(pattern):
                raise _missing(f"no session has the name {pattern!r}", "Name")
            chosen.update((session.instance_id, session) for session in found)
        for number in as_list(id):
            found = [session for session in self if session.id == number]
            if not found:
                raise _missing(f"no session has the id {number}", "SessionId")
            chosen.update((session.instance_id, session) for session in found)
        for wanted in as_list(instance_id):
            session = self.get(as_uuid(wanted))
            if session is None:
                raise _missing(f"no session has the instance id {wanted}", "RunspaceId")
            chosen[session.instance_id] = session
        return list(chosen.values())


DEFAULT = PSSessionRepository()
"""The repository of a process that did not choose another one."""

_current: ContextVar[PSSessionRepository] = ContextVar("remora_repository", default=DEFAULT)


def current_repository() -> PSSessionRepository:
    """Return the repository the functions of this context use when none is passed."""
    return _current.get()


@contextmanager
def use_repository(repository: PSSessionRepository) -> Iterator[PSSessionRepository]:
    """Make this repository the default of the context for the duration of the block."""
    token = _current.set(repository)
    try:
        yield repository
    finally:
        _current.reset(token)


def matches(pattern: str, text: str) -> bool:
    """Compare as PowerShell's wildcards do: ``*``, ``?``, ``[a-z]`` and escapes with a backtick, any case.

    Raises PSSessionError for a set that is not closed.
    """
    try:
        return like(text, pattern)
    except PSError as problem:
        raise PSSessionError(
            problem.record.message, error_id=problem.record.error_id, category="InvalidArgument"
        ) from None


def is_pattern(text: str) -> bool:
    """Tell whether a name has wildcard characters that are not escaped."""
    return has_wildcard(text)


def as_list(value: Any) -> list[Any]:
    """Turn None, one value or a sequence of values into a list; a text is one value."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def as_uuid(value: UUID | str) -> UUID:
    """Return the UUID; a text that is none raises PSSessionError."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError:
        raise PSSessionError(f"{value!r} is not an instance id", error_id="CannotConvertArgumentNoMessage") from None


def _missing(message: str, what: str) -> PSSessionError:
    return PSSessionError(message, error_id=f"RemoteRunspaceNotAvailableForSpecified{what}", category="InvalidArgument")

"""What the PSSession cmdlets have in common: whom a selector means, what is written, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remora.client.commands import find_sessions
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import SessionFilterState, configuration_uri
from remora.client.pssession import PSSession
from remora.client.repository import current_repository
from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.errors import ConfigError, PSSessionError, RemoraError
from remora.modules.common import as_list
from remora.modules.remoting.common import Caller, remoting_error, sessions_of
from remora.modules.remoting.session_object import SessionObject


def texts(value: Any) -> list[str] | None:
    """The values of a parameter as texts; None when it was not given."""
    return None if value is None else [to_text(item) for item in as_list(value)]


class SessionCmdlet(Cmdlet):
    """Cmdlets about sessions."""

    session_: Any = None
    name: Any = None
    id: Any = None
    instance_id: Any = None

    @property
    def remote(self) -> Caller:
        return Caller(self)

    @property
    def is_remote(self) -> bool:
        """Whether a computer name or a URI was given."""
        return getattr(self, "computer_name", None) is not None or getattr(self, "connection_uri", None) is not None

    def place(self) -> dict[str, Any]:
        """The computers or URIs as keywords of the client API."""
        if getattr(self, "connection_uri", None) is not None:
            return {"connection_uri": texts(self.connection_uri)}  # type: ignore[attr-defined]
        names = getattr(self, "computer_name", None)
        return {"computer_name": texts(names)} if names is not None else {}

    def put(self, session: PSSession) -> None:
        """Write a session."""
        self.emit(SessionObject(session))

    def find(self, state: SessionFilterState = SessionFilterState.ALL, *, every: bool = False) -> list[PSSession]:
        """The sessions of the computers or URIs that the selectors mean; what fails is an error of its own.

        every: whatever the selectors say.
        """
        keywords = self.remote.way(self, creates=False)
        throttle_limit = keywords.pop("throttle_limit", None)
        configuration = keywords.get("configuration_name")
        try:
            infos = connection_infos(**self.place(), **keywords)
        except PSSessionError as failure:
            raise self.throw(remoting_error(failure, failure.error_id, self.first_place())) from None
        except ConfigError as failure:
            raise self.throw(remoting_error(failure, "RemotePSSessionQueryFailed", self.first_place())) from None
        found = self.remote.wait(
            find_sessions(
                infos,
                name=None if every else texts(self.name),
                instance_id=None if every else texts(self.instance_id),
                state=state,
                configuration=configuration_uri(configuration) if configuration is not None else None,
                throttle_limit=throttle_limit,
                repository=current_repository(),
            )
        )
        for outcome in found.failures:
            if outcome.error is not None:
                self._not_found(outcome.target, outcome.error)
        return list(found)

    def _not_found(self, target: Any, failure: RemoraError) -> None:
        name = target.computer_name if isinstance(target, ConnectionInfo) else target
        self.write_error(remoting_error(failure, "RemotePSSessionQueryFailed", name, "InvalidOperation").record)

    def first_place(self) -> Any:
        """The first computer or URI."""
        return next(iter(self.place().values()))[0]

    def local(self, *, keep_twice: bool = False) -> list[PSSession]:
        """The sessions of this process that the selectors mean; one that is missing is an error of its own.

        keep_twice: one that two patterns mean comes twice.
        """
        if self.session_ is not None:
            return sessions_of(self.session_)
        chosen: list[PSSession] = []
        selectors: Mapping[str, Any] = {"name": self.name, "id": self.id, "instance_id": self.instance_id}
        for key, values in selectors.items():
            for value in as_list(values):
                try:
                    wanted: dict[str, Any] = {key: value if key == "id" else to_text(value)}
                    found = current_repository().select(**wanted)
                except PSSessionError as missing:
                    self.write_error(remoting_error(missing, missing.error_id, value).record)
                    continue
                chosen += [session for session in found if keep_twice or session not in chosen]
        return chosen

"""A conversation with one WS-Management endpoint: one SessionId, as many connections as there are pending requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from remora.client.connection import Connection
from remora.client.connection_info import ConnectionInfo
from remora.client.redirects import Redirected, location_of, redirected
from remora.client.remedies import remedy_of
from remora.client.retry import PAUSE, Notice, Retry, already_done
from remora.errors import ConnectionLost, RemoraError, WSManFault
from remora.wsman import faults, replies, requests, uris
from remora.wsman.attachments import MAX_ATTACHED
from remora.wsman.client import ClientSession, Outgoing
from remora.wsman.headers import SelectorSet

POLL_SECONDS = 30.0
"""How long the server may hold a Receive; a loss of the connection without a sign is noticed this late at most."""
NETWORK_SECONDS = 10.0
"""What an answer may take beyond the operation timeout (NetworkDelayms and a slow machine)."""
MAX_IDLE_LANES = 4
MAX_ENVELOPE_SIZE = 512_000


@dataclass(slots=True)
class Prepared:
    """A request on its way: asked, and perhaps asked again. limit: seconds one HTTP exchange may take.

    outgoing: without its document, which is made whenever the request is sent: while a thousand sessions wait for their
    logon or their answer, documents would be most of what they hold.
    """

    outgoing: Outgoing
    limit: float | None
    operation_timeout: float | None
    asked: bool = False


class WSManSession:
    """Sends requests and returns replies; faults are raised as their classes.

    Every pending request has a connection ("lane") of its own; idle lanes are used again, the last used one first, so
    that a client that asks one thing after the other stays on one connection. retry_seconds: for how long a lost
    connection is reopened and the request repeated; 0 until the caller has something worth keeping. last_activity: loop
    time of the last answer; pending, requests: how many are under way, how many there were. repeats_sends: the server
    drops a Send that it has had already. orders_sends: it puts the Sends of a stream in order by their positions.
    """

    def __init__(self, info: ConnectionInfo, *, session_id: UUID | None = None) -> None:
        self.info = info
        self.session_id = session_id or uuid4()
        self.retry_seconds = 0.0
        self.repeats_sends = False
        self.orders_sends = False
        self.on_notice: Callable[[Notice], None] | None = None
        self.last_activity = 0.0
        self.pending = 0
        self.requests = 0
        self._protocol = self._talk()
        self._lanes: list[Connection] = []
        self._busy: set[Connection] = set()
        self._closed = False
        self._released = False
        self._retired_exchanges = 0

    def _talk(self) -> ClientSession:
        option = self.info.option
        return ClientSession(
            self.info.url,
            new_id=uuid4,
            session_id=self.session_id,
            max_envelope_size=MAX_ENVELOPE_SIZE,
            locale=option.ui_culture or "en-US",
            data_locale=option.culture,
            encoding="utf-16" if option.use_utf16 else "utf-8",
        )

    @property
    def exchanges(self) -> int:
        """How many HTTP requests were sent so far, handshakes included."""
        return self._retired_exchanges + sum(lane.exchanges for lane in (*self._lanes, *self._busy))

    @property
    def attachable(self) -> int:
        """Bytes that may travel beside an envelope; 0: the server knows no attachments."""
        return self._protocol.attachable

    def attach(self, size: int) -> None:
        """The server takes and sends data beside the envelope, up to ``size`` bytes with one message."""
        self._protocol.attachable = min(size, MAX_ATTACHED)

    def payload_limit(self, request: requests.Request) -> int:
        """Return how many raw bytes fit, as base64, into one envelope of this request."""
        return self._protocol.payload_limit(request)

    async def request(self, request: requests.Request, *, operation_timeout: float | None = None) -> replies.Reply:
        """Send one request and return its reply.

        operation_timeout: seconds the server may take, sent along; None takes the session option. Raises WSManFault,
        AuthError, TransportError (ConnectionLost when the connection is gone and all repeats failed).
        """
        return await self.ask(self.prepare(request, operation_timeout=operation_timeout))

    def prepare(self, request: requests.Request, *, operation_timeout: float | None = None) -> Prepared:
        """Return a request ready to be asked, and to be asked again with the same MessageID."""
        if operation_timeout is None:
            operation_timeout = self.info.operation_seconds
        outgoing = self._protocol.named(request)
        limit = None if operation_timeout is None else operation_timeout + NETWORK_SECONDS
        return Prepared(outgoing, limit, operation_timeout)

    async def ask(self, prepared: Prepared) -> replies.Reply:
        """Send a prepared request and return its reply; raises as ``request``.

        A Receive whose asking was cancelled may be asked again: the server repeats the answer that was lost.
        """
        request = prepared.outgoing.request
        retry: Retry | None = None
        repeated = prepared.asked
        prepared.asked = True
        self.pending += 1
        self.requests += 1
        try:
            while True:
                lane = self._take()
                was_idle = lane.exchanges > 0
                try:
                    document = partial(self.document, prepared)
                    parcel = await lane.exchange(document, prepared.outgoing.attachments, limit=prepared.limit)
                except ConnectionLost as lost:
                    self._retire(lane)
                    self._drop_idle()
                    retry = retry or Retry(
                        self.info.computer_name, self.retry_seconds, self._tell, sends=self.repeats_sends
                    )
                    await retry.wait(request, lost, was_idle=was_idle)
                    repeated = True
                    continue
                except Redirected as elsewhere:
                    self._retire(lane)
                    self._follow(elsewhere.location, prepared)
                    continue
                except BaseException:
                    self._retire(lane)  # the answer may still come: nothing else can be asked here
                    raise
                self._give_back(lane)
                if retry is not None:
                    retry.succeeded()
                try:
                    return self._protocol.receive(prepared.outgoing, *parcel)
                except faults.RedirectRequested as fault:
                    self._follow(location_of(fault), prepared)
                except WSManFault as fault:
                    reply = await self._judge(request, fault, repeated=repeated)
                    if reply is not None:
                        return reply
        except RemoraError as error:
            if error.hint is None and not isinstance(error, faults.OperationTimedOut):
                error.hint = remedy_of(error, self.info)
            raise
        finally:
            self.pending -= 1
            self.last_activity = asyncio.get_running_loop().time()

    def document(self, prepared: Prepared) -> bytes:
        """Return the envelope of a prepared request; its MessageID is always the same."""
        outgoing = prepared.outgoing
        made = self._protocol.send(
            outgoing.request, operation_timeout=prepared.operation_timeout, message_id=outgoing.message_id
        )
        return made.body

    def _follow(self, location: str, prepared: Prepared) -> None:
        """Go where the server sends us, and prepare the request for there. Raises RedirectError."""
        self.info = redirected(self.info, location)
        self._drop_idle()
        attachable = self._protocol.attachable
        self._protocol = self._talk()
        self._protocol.attachable = attachable
        self._tell(Notice(kind="URIRedirectWarning", message=f"The connection was redirected to {self.info.url}"))
        if self.info.on_redirect is not None:
            self.info.on_redirect(self.info.url)
        attachments = prepared.outgoing.attachments
        prepared.outgoing = replace(self._protocol.named(prepared.outgoing.request), attachments=attachments)

    async def look(self, shell_id: str) -> replies.ShellInfo | None:
        """Ask for the server's view of one shell; None when it is gone."""
        selectors = SelectorSet.shell(shell_id)
        try:
            reply = await self.request(requests.Get(resource_uri=uris.RESOURCE_SHELL, selectors=selectors))
        except faults.InvalidSelectors:
            return None
        assert isinstance(reply, replies.Got)
        return reply.shell

    async def close(self) -> None:
        """Close every idle connection for good; a pending request closes its own when it ends."""
        self._closed = True
        self._drop_idle()

    def release(self) -> None:
        """Keep no connection idle until ``keep``: each is closed when its request ends. Requests stay possible."""
        self._released = True
        self._drop_idle()

    def keep(self) -> None:
        """Keep idle connections (again), for the requests that will follow."""
        self._released = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _take(self) -> Connection:
        lane = self._lanes.pop() if self._lanes else Connection(self.info)
        self._busy.add(lane)
        return lane

    def _give_back(self, lane: Connection) -> None:
        if self._closed or self._released or len(self._lanes) >= MAX_IDLE_LANES:
            self._retire(lane)
        else:
            self._busy.discard(lane)
            self._lanes.append(lane)

    def _retire(self, lane: Connection) -> None:
        self._busy.discard(lane)
        self._retired_exchanges += lane.exchanges
        lane.close()

    def _drop_idle(self) -> None:
        while self._lanes:
            self._retire(self._lanes.pop())

    async def _judge(self, request: requests.Request, fault: WSManFault, *, repeated: bool) -> replies.Reply | None:
        """Judge a fault: for a repeated request it may be the echo of its own first try. None: ask again."""
        if not repeated:
            raise fault
        if isinstance(request, requests.Receive) and isinstance(fault, faults.DuplicateMessage):
            await asyncio.sleep(PAUSE)
            return None
        if isinstance(request, requests.Connect) and isinstance(fault, faults.ConnectedToDifferentClient):
            # the lost reply had connected us: leave, so that the repeat finds the shell free
            await self.request(requests.Disconnect(resource_uri=request.resource_uri, shell_id=request.shell_id))
            return None
        reply = already_done(request, fault)
        if reply is None:
            raise fault
        return reply

    def _tell(self, notice: Notice) -> None:
        if self.on_notice is not None:
            self.on_notice(notice)

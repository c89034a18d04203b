"""Answers our requests with what a Windows server once answered to requests of the same kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from remora.client.connection_info import ConnectionInfo
from remora.client.logon import Attachments, Document, made
from remora.errors import ConnectionLost
from remora.psrp import messages
from remora.psrp.fragments import Defragmenter
from remora.psrp.message_types import MessageType
from remora.wsman import faults, replies, requests, uris
from remora.wsman.attachments import Parcel
from remora.wsman.client import ClientSession
from remora.wsman.server import Incoming, ServerSession
from tests.support.vectors import Exchange, Recording

Key = tuple[str, str | None, str | None]
STREAMS = {
    MessageType.PIPELINE_OUTPUT: "output",
    MessageType.ERROR_RECORD: "error",
    MessageType.WARNING_RECORD: "warning",
    MessageType.VERBOSE_RECORD: "verbose",
    MessageType.DEBUG_RECORD: "debug",
    MessageType.INFORMATION_RECORD: "information",
    MessageType.PROGRESS_RECORD: "progress",
}
ENDS = {3: "Stopped", 4: "Completed", 5: "Failed"}


@dataclass
class Recorded:
    """One recorded exchange with its request decoded; used: it answered a request of ours."""

    incoming: Incoming
    exchange: Exchange
    key: Key
    used: bool = False


@dataclass
class Outcome:
    """What one recorded command wrote, counted by stream, and how it ended."""

    counts: Counter[str] = field(default_factory=Counter)
    state: str = ""


class Replay:
    """One recording. ``connection`` makes what stands in for Connection; it answers by kind, shell and command."""

    def __init__(self, recording: Recording) -> None:
        self.server = ServerSession(new_id=uuid4, machine="replay", max_envelope_size=64 * 1024 * 1024)
        self.recorded = [self._recorded(exchange) for exchange in recording.exchanges]
        self.asked: list[Key] = []

    def _recorded(self, exchange: Exchange) -> Recorded:
        incoming = self.server.receive(exchange.request.encode("utf-8"))
        return Recorded(incoming, exchange, key_of(incoming.request))

    @property
    def shell_ids(self) -> list[str]:
        created = [item.incoming.request for item in self.recorded]
        return [request.shell.shell_id or "" for request in created if isinstance(request, requests.CreateShell)]

    def commands(self, shell_id: str) -> list[str]:
        """The ids of the commands of one shell, in the order they first appear."""
        found = [
            item.key[2] for item in self.recorded if item.key[1] == shell_id and item.key[2] and item.key[0] != "Signal"
        ]
        return list(dict.fromkeys(command_id for command_id in found if command_id is not None))

    def outcomes(self) -> dict[str, Outcome]:
        """Decode the recorded output of every PowerShell command, apart from the client's machines."""
        session = ClientSession("http://replay/wsman", new_id=uuid4)
        found: dict[str, Outcome] = {}
        boxes: dict[str, Defragmenter] = {}
        for item in self.recorded:
            request = item.incoming.request
            if not isinstance(request, requests.Receive) or item.exchange.status != 200:
                continue
            if not request.resource_uri.startswith(uris.RESOURCE_POWERSHELL_PREFIX):
                continue
            reply = self._decoded(session, item)
            for chunk in reply.streams:
                if chunk.command_id is None:
                    continue
                outcome = found.setdefault(chunk.command_id, Outcome())
                box = boxes.setdefault(chunk.command_id, Defragmenter())
                for blob in box.feed(chunk.data):
                    kind = messages.parse_header(blob)[1]
                    if kind in STREAMS:
                        outcome.counts[STREAMS[kind]] += 1
                    elif kind is MessageType.PIPELINE_STATE:
                        outcome.state = ENDS[messages.decode(blob).message.state.value]  # type: ignore[union-attr]
        return found

    @staticmethod
    def _decoded(session: ClientSession, item: Recorded) -> replies.Received:
        outgoing = session.send(item.incoming.request, message_id=item.incoming.headers.message_id)
        reply = session.receive(outgoing, item.exchange.response.encode("utf-8"))
        assert isinstance(reply, replies.Received)
        return reply

    def connection(self, _info: ConnectionInfo) -> ReplayConnection:
        return ReplayConnection(self)

    def answer(self, body: bytes) -> bytes:
        incoming = self.server.receive(body)
        key = key_of(incoming.request)
        self.asked.append(key)
        waiting = [item for item in self.recorded if item.key == key and not item.used]
        if not waiting and key[0] == "Enumerate":
            waiting = [item for item in self.recorded if item.key == key][-1:]
        if not waiting:
            return self._made_up(incoming)
        chosen = waiting[0]
        if chosen.exchange.status is None:
            raise ConnectionLost("recorded as lost", sent=True)
        chosen.used = True
        old, new = chosen.incoming.headers.message_id or "", incoming.headers.message_id or ""
        return re.sub(re.escape(old), new, chosen.exchange.response, flags=re.IGNORECASE).encode("utf-8")

    def _made_up(self, incoming: Incoming) -> bytes:
        """Answer what was not recorded in the simplest way a server could."""
        reply: replies.Reply
        match incoming.request:
            case requests.Command(command_id=str(command_id)):
                reply = replies.CommandAccepted(command_id=command_id)
            case requests.Send():
                reply = replies.Sent()
            case requests.Signal():
                reply = replies.Signalled()
            case requests.Disconnect():
                reply = replies.Disconnected()
            case requests.Delete():
                reply = replies.Deleted()
            case requests.Receive():
                return self.server.fault(incoming.headers, faults.OperationTimedOut())
            case _:
                return self.server.fault(
                    incoming.headers, faults.UnexpectedSelectors.shell(incoming.headers.action or "")
                )
        return self.server.reply(incoming, reply)


class ReplayConnection:
    """Has what WSManSession uses of a Connection."""

    exchanges = 0

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    async def exchange(self, soap: Document, attachments: Attachments = (), *, limit: float | None = None) -> Parcel:
        assert not attachments  # Windows knows none
        self.exchanges += 1
        return Parcel(self._replay.answer(made(soap)))

    def close(self) -> None:
        pass


def key_of(request: requests.Request) -> Key:
    """Kind, shell and command of a request."""
    kind = type(request).__name__
    match request:
        case requests.CreateShell(shell=shell):
            return kind, shell.shell_id, None
        case requests.Send(shell_id=shell_id, streams=streams):
            return kind, shell_id, streams[0].command_id if streams else None
        case requests.Enumerate(filter=requests.Filter(selectors=selectors)):
            return kind, selectors.shell_id, None
        case requests.Get(selectors=selectors) | requests.Delete(selectors=selectors):
            return kind, selectors.shell_id, None
        case _:
            return kind, getattr(request, "shell_id", None), getattr(request, "command_id", None)


def is_powershell(replay: Replay) -> bool:
    """Tell whether the recording opens a PowerShell shell."""
    return any(
        (getattr(item.incoming.request, "resource_uri", "") or "").startswith(uris.RESOURCE_POWERSHELL_PREFIX)
        for item in replay.recorded
    )

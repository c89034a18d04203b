"""Every PSRP byte of the recorded dialogues: decoded, encoded again, rebuilt by our client, driving our client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from remora.psrp import clixml
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client import ClientPool, CommandMetadataSpec, PipelineSpec
from remora.psrp.fragments import Defragmenter
from remora.psrp.states import RunspacePoolState
from remora.values import EnumValue, PSObject
from tests.psrp.dialogues import Turn, psrp_recordings, turns
from tests.support.recorded_key import RecordedKey
from tests.support.vectors import Recording, needs_recordings

pytestmark = needs_recordings
RECORDINGS = psrp_recordings()
by_name = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)


class Streams:
    """Defragmenters of one dialogue, one per shell, side, command and stream."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[Any, ...], Defragmenter] = {}

    def blobs(self, turn: Turn) -> Iterator[tuple[UUID | None, str, bytes]]:
        """Yield (command id, stream, message) of what a turn completes."""
        for kind, stream, owner, data in turn.parts:
            fresh = kind in ("creationXml", "connectXml", "connectResponseXml")
            key = (turn.shell_id, turn.request, owner, stream, kind if fresh else "")
            if fresh:
                self._boxes[key] = self._boxes[turn.shell_id, turn.request, None, stream, ""] = Defragmenter(
                    lenient=True
                )
            box = self._boxes.setdefault(key, Defragmenter(lenient=True))
            for blob in box.feed(data):
                yield owner, stream, blob


@by_name
def test_every_message_is_decoded_and_encoded_again(recording: Recording) -> None:
    streams = Streams()
    count, version = 0, (2, 3)
    for turn in turns(recording):
        for _, _, blob in streams.blobs(turn):
            count += 1
            found = m.decode(blob)
            if isinstance(found.message, m.SessionCapability):
                version = (2, found.message.protocol_version.minor)
            assert found.destination is (m.Destination.SERVER if turn.request else m.Destination.CLIENT)
            body = m.encode_body(found.message, None, version)
            assert m.decode_body(found.message.type, body) == found.message
            recorded = blob[m.HEADER_SIZE :].removeprefix(m.BOM)
            assert_equivalent(canonical(value_of(body)), canonical(value_of(recorded)), version)
            if not turn.request:
                assert value_of(body) == value_of(recorded), "nothing of Windows' own messages may change"
    assert count or recording.name.startswith("wsman_")


def assert_equivalent(ours: Any, recorded: Any, version: tuple[int, int]) -> None:
    if version < (2, 2) and isinstance(recorded, dict) and "powershell" in recorded:
        recorded.pop("isnested")  # pypsrp sends it to servers that do not know it
    assert ours == recorded


def value_of(body: bytes) -> Any:
    return clixml.loads(body) if body else None


def canonical(value: Any) -> Any:
    """Reduce a value to what its reader looks at: names without case, no nulls, numbers of enums, bare lists."""
    if isinstance(value, EnumValue):
        return int(value)
    if isinstance(value, PSObject):
        members = {name.lower(): canonical(member) for name, member in value.properties().items()}
        return {name: member for name, member in members.items() if member is not None}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {str(key): canonical(item) for key, item in value.items()}
    return value


EXCHANGE_KEY = RecordedKey()


class Replay:
    """Our client in the place of the recorded one: it asks what was asked, and gets what was answered."""

    def __init__(self) -> None:
        self.pools: dict[UUID, ClientPool] = {}
        self.events: dict[UUID, list[ev.Event]] = {}
        self._asked: dict[UUID | None, list[ev.HostCallReceived]] = {}
        self.rebuilt = 0

    def request(self, turn: Turn, messages: list[tuple[UUID | None, m.Message]]) -> None:
        """Ask the same and check that our messages are equivalent to the recorded ones."""
        assert turn.shell_id is not None
        match turn.action:
            case "Create":
                self._create(turn.shell_id, messages)
            case "Connect" if turn.command_id is None:
                pool = self.pools[turn.shell_id] = ClientPool(turn.shell_id, new_exchange_key=lambda: EXCHANGE_KEY)
                pool.connect()
            case "Connect":
                assert turn.command_id is not None
                self.pools[turn.shell_id].attach_pipeline(turn.command_id)
            case "Disconnect":
                self.pools[turn.shell_id].disconnect()
            case "Delete" if turn.shell_id in self.pools:
                self.pools[turn.shell_id].close()
            case _:
                for owner, message in messages:
                    self._ask(self.pools[turn.shell_id], owner, message)
        if messages:
            self._compare(self.pools[turn.shell_id], [message for _, message in messages])

    def _create(self, shell_id: UUID, messages: list[tuple[UUID | None, m.Message]]) -> None:
        (_, hello), (_, init) = messages
        assert isinstance(hello, m.SessionCapability)
        assert isinstance(init, m.InitRunspacePool)
        pool = self.pools[shell_id] = ClientPool(
            shell_id,
            host_info=init.host_info,
            application_arguments=init.application_arguments,
            min_runspaces=init.min_runspaces,
            max_runspaces=init.max_runspaces,
            protocol_version=str(hello.protocol_version),
            thread_options=init.thread_options,
            apartment_state=init.apartment_state,
            new_exchange_key=lambda: EXCHANGE_KEY,
        )
        self._created = pool
        self.events[shell_id] = []
        pool.open()

    def _ask(self, pool: ClientPool, owner: UUID | None, message: m.Message) -> None:
        match message:
            case m.CreatePipeline(spec):
                assert owner is not None
                assert isinstance(spec, PipelineSpec)
                pool.create_pipeline(spec, owner)
            case m.GetCommandMetadata(spec):
                assert owner is not None
                assert isinstance(spec, CommandMetadataSpec)
                pool.get_command_metadata(spec, owner)
            case m.PipelineInput(value):
                assert owner is not None
                pool.pipelines[owner].send_input(value)
            case m.EndOfPipelineInput():
                assert owner is not None
                pool.pipelines[owner].end_input()
            case m.SetMinRunspaces(count=count):
                pool.set_min_runspaces(count)
            case m.SetMaxRunspaces(count=count):
                pool.set_max_runspaces(count)
            case m.GetAvailableRunspaces():
                pool.get_available_runspaces()
            case m.ResetRunspaceState():
                pool.reset_runspace_state()
            case m.PublicKey():
                pool.request_key()
            case m.PipelineHostResponse(response) | m.RunspacePoolHostResponse(response):
                asked = self._asked[pool.pool_id]
                (call,) = [one for one in asked if one.call.call_id == response.call_id]
                pool.respond(call, response.value, error=response.error)
            case _:
                raise AssertionError(f"{message.type.name} in a request")

    def _compare(self, pool: ClientPool, recorded: list[m.Message]) -> None:
        ours: list[m.Message] = []
        for owner, stream in list(pool.pending_streams()):
            data = pool.take(owner, 10**7, stream)
            ours += [m.decode(blob).message for blob in Defragmenter().feed(data)]
        assert [comparable(message) for message in ours] == [comparable(message) for message in recorded]
        self.rebuilt += len(ours)

    def response(self, turn: Turn) -> None:
        """Give our client what was answered."""
        assert turn.shell_id is not None
        if turn.action == "CreateResponse":
            self.pools[turn.shell_id] = self._created  # an old server chooses the id of the shell
        pool = self.pools[turn.shell_id]
        match turn.action:
            case "DisconnectResponse":
                pool.disconnected()
            case "DeleteResponse":
                pool.closed()
        for _, _, owner, data in turn.parts:
            for event in pool.receive(data, owner):
                self.events[pool.pool_id].append(event)
                if isinstance(event, ev.HostCallReceived):
                    self._asked.setdefault(pool.pool_id, []).append(event)


def comparable(message: m.Message) -> Any:
    """Ids of calls and secrets differ from client to client."""
    match message:
        case m.SetMinRunspaces() | m.SetMaxRunspaces():
            return type(message), message.count
        case m.GetAvailableRunspaces() | m.ResetRunspaceState() | m.PublicKey():
            return type(message)
        case m.PipelineHostResponse(response):
            secret = response.value is not None and type(response.value).__name__ in ("SecureString", "PSCredential")
            return type(message), response.call_id, response.method, type(response.value) if secret else response.value
        case _:
            return message


def sides(recording: Recording) -> Iterator[tuple[Turn, list[tuple[UUID | None, m.Message]]]]:
    """Iterate over the turns with their messages.

    The shell id of a response is that of its request. A server that chose the id of a command itself is translated.
    """
    streams, shell_id, last = Streams(), None, None
    chosen: dict[UUID | None, UUID | None] = {}
    for turn in turns(recording):
        if turn.request:
            shell_id = turn.shell_id
        elif turn.action != "CreateResponse":
            turn = replace(turn, shell_id=shell_id)
        messages = []
        for owner, _, blob in streams.blobs(turn):
            found = m.decode(blob)
            if turn.action == "Command":
                owner = last = turn.command_id
            messages.append((chosen.get(owner, owner), found.message))
        if turn.action == "CommandResponse" and last is not None:
            chosen[turn.command_id] = last
        parts = tuple((kind, stream, chosen.get(owner, owner), data) for kind, stream, owner, data in turn.parts)
        yield replace(turn, parts=parts), messages


@by_name
def test_our_client_is_driven_to_the_recorded_outcome(recording: Recording) -> None:
    replay, expected = Replay(), Counter[str]()
    states: dict[UUID, list[Any]] = {}
    for turn, messages in sides(recording):
        if turn.request:
            replay.request(turn, messages)
            continue
        for _, message in messages:
            expected[message.type.name] += 1
            if isinstance(message, m.PipelineStateInfo):
                assert turn.shell_id is not None
                states.setdefault(replay.pools[turn.shell_id].pool_id, []).append((message.state, str(message.error)))
        replay.response(turn)
    happened = [event for events in replay.events.values() for event in events]
    kinds = Counter(type(event).__name__ for event in happened)
    records = sum(expected[name] for name in expected if name.endswith("_RECORD"))
    assert kinds["PipelineOutput"] == expected["PIPELINE_OUTPUT"]
    assert kinds["PipelineRecord"] == records
    assert kinds["HostCallReceived"] == expected["PIPELINE_HOST_CALL"] + expected["RUNSPACEPOOL_HOST_CALL"]
    assert kinds["RunspaceAvailability"] == expected["RUNSPACE_AVAILABILITY"]
    assert kinds["ApplicationPrivateDataReceived"] == expected["APPLICATION_PRIVATE_DATA"]
    for shell_id, events in replay.events.items():
        ended = [e for e in events if isinstance(e, ev.PipelineStateChanged) and e.state.terminal]
        assert [(e.state, str(e.error)) for e in ended if e.state] == states.get(shell_id, [])
        opened = [e for e in events if isinstance(e, ev.PoolStateChanged) and e.state is RunspacePoolState.OPENED]
        assert opened or not expected["RUNSPACEPOOL_STATE"]
    if recording.exchanges[-1].request.find("transfer/Delete") > 0 and recording.exchanges[-1].status == 200:
        assert any(pool.state is RunspacePoolState.CLOSED for pool in replay.pools.values())
    assert replay.rebuilt or not expected


def test_the_recordings_cover_what_we_think() -> None:
    kinds: Counter[str] = Counter()
    for recording in RECORDINGS:
        streams = Streams()
        for turn in turns(recording):
            kinds.update(m.parse_header(blob)[1].name for _, _, blob in streams.blobs(turn))
    assert sum(kinds.values()) > 400
    assert {"PIPELINE_HOST_CALL", "PIPELINE_HOST_RESPONSE", "CONNECT_RUNSPACEPOOL", "ENCRYPTED_SESSION_KEY"} <= set(
        kinds
    )

from __future__ import annotations

import struct
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import LimitExceeded, RemoteProtocolError, WSManFault
from remora.worker import frames
from remora.worker import protocol as p

CALLS = [
    p.Hello(shell_id="A", opened=True),
    p.Call(
        id=1,
        caller=p.Caller(session_id="uuid:S", message_id="uuid:M", operation_id="uuid:O", sequence_id=7),
        request=p.Open(
            shell_id="A",
            kind="powershell",
            resource_uri="http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
            shell=p.ShellSpec(name="ITTask", environment=(p.Variable(name="a", value="b"),)),
            sender=p.Sender(name="admin"),
            options=(p.Option(name="protocolversion", value="2.3", must_comply=True),),
            creation_xml=b"\0\xff",
        ),
    ),
    p.Call(id=2, request=p.RunCommand(command_id="C", command_line="x", arguments=("a", "b"))),
    p.Call(id=3, request=p.Send(chunks=(p.Chunk(name="stdin", data=b"x", end=True),))),
    p.Call(id=4, request=p.Receive(budget=1000, timeout=20.0, streams=("stdout",))),
    p.Call(id=5, request=p.Signal(code="u", command_id="C")),
    p.Call(id=6, request=p.Disconnect(idle_timeout=60.0, buffer_mode="Drop")),
    p.Call(id=7, request=p.Reconnect()),
    p.Call(id=8, request=p.Connect(connect_xml=b"1")),
    p.Call(id=9, request=p.Delete()),
    p.Call(id=10, request=p.Describe()),
    p.Call(id=11, request=p.ListCommands()),
    p.Cancel(id=4),
]
DESCRIPTION = p.Description(
    shell_id="A", resource_uri="u", state="Connected", process_id=3, idle_timeout=60.0, max_idle_timeout=61.5
)
ANSWERS = [
    p.Answer(id=1, result=p.Opened(description=DESCRIPTION)),
    p.Answer(id=2, result=p.Output(chunks=(p.Chunk(name="stdout", data=b"y"),), state="Done", exit_code=-1)),
    p.Answer(id=3, result=p.Fault.of(WSManFault("no", provider="winrscmd", provider_path="x"))),
    p.Answer(id=4, result=p.Commands(items=(p.CommandEntry(command_id="C"),))),
    p.Answer(id=5, result=p.Connected(connect_response_xml=b"1")),
    p.Answer(id=6, result=p.CommandAccepted(command_id="C")),
    p.Answer(id=7, result=p.Ok()),
    p.Answer(id=8, result=DESCRIPTION),
]


def test_every_message_survives_the_channel() -> None:
    assert frames.worker_decoder().feed(b"".join(map(frames.encode, CALLS))) == CALLS
    assert frames.front_end_decoder().feed(b"".join(map(frames.encode, ANSWERS))) == ANSWERS


@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=20))
def test_any_cut_of_the_bytes_gives_the_same_messages(cuts: list[int]) -> None:
    data = b"".join(map(frames.encode, CALLS))
    decoder = frames.worker_decoder()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    got = [message for a, b in pairwise(edges) for message in decoder.feed(data[a:b])]
    assert got == CALLS


@given(st.binary(max_size=200))
def test_garbage_raises_only_our_errors(body: bytes) -> None:
    try:
        frames.front_end_decoder().feed(struct.pack(">I", len(body)) + body)
    except RemoteProtocolError:
        return


def test_a_frame_that_announces_too_much_is_refused_before_it_arrives() -> None:
    with pytest.raises(LimitExceeded):
        frames.front_end_decoder().feed(struct.pack(">I", frames.MAX_FRAME + 1))


@pytest.mark.parametrize(
    "answer",
    [
        p.Answer(id=1, result=p.CommandAccepted(command_id="x" * 257)),
        p.Answer(id=-1, result=p.Ok()),
        p.Answer(id=1, result=p.Fault(number=2**32)),
        p.Answer(id=1, result=p.Output(exit_code=2**33)),
        p.Answer(id=1, result=p.Output(chunks=(p.Chunk(name="stdout", data=bytes(25 * 1024 * 1024)),))),
    ],
)
def test_what_exceeds_a_bound_is_refused(answer: p.Answer) -> None:
    with pytest.raises(RemoteProtocolError):
        frames.front_end_decoder().feed(frames.encode(answer))


def test_a_call_is_no_message_for_the_front_end() -> None:
    with pytest.raises(RemoteProtocolError):
        frames.front_end_decoder().feed(frames.encode(p.Call(id=1, request=p.Delete())))


def test_hello_of_another_version_is_refused() -> None:
    assert frames.check_hello(p.Hello()).version == p.PROTOCOL_VERSION
    with pytest.raises(RemoteProtocolError, match="version 2"):
        frames.check_hello(p.Hello(version=2))
    with pytest.raises(RemoteProtocolError, match="Hello"):
        frames.check_hello(p.Cancel(id=1))


def test_new_fields_with_defaults_do_not_break_an_older_peer() -> None:
    short = msgspec.msgpack.encode(["answer", 5, ["output"]])
    assert frames.front_end_decoder().feed(struct.pack(">I", len(short)) + short) == [p.Answer(id=5, result=p.Output())]

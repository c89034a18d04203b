"""Both roles against each other: every request and reply arrives as it was sent, in UTF-8 and UTF-16."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.wsman import (
    BufferMode,
    Command,
    CommandAccepted,
    CommandInfo,
    CommandState,
    Connect,
    Connected,
    CreateShell,
    Delete,
    Deleted,
    Disconnect,
    Disconnected,
    Enumerate,
    Enumerated,
    EnumerationMode,
    Filter,
    Get,
    Got,
    Identified,
    Identify,
    Option,
    OptionSet,
    Pull,
    Receive,
    Received,
    Reconnect,
    Reconnected,
    RefusedRequest,
    Release,
    Released,
    ResourceCreated,
    SelectorSet,
    Send,
    Sent,
    ShellInfo,
    ShellSpec,
    Signal,
    Signalled,
    StreamChunk,
    uris,
)
from remora.wsman.faults import MaxEnvelopeSizeExceeded
from remora.wsman.server import CHUNK_OVERHEAD
from tests.support.wsman import COMMAND_ID, RESOURCE, SHELL_ID, client, server

SHELL = {"resource_uri": RESOURCE, "shell_id": SHELL_ID}
CHUNK = StreamChunk(name="stdout", data=bytes(range(256)), command_id=COMMAND_ID, end=True)
INFO = ShellInfo(
    shell_id=SHELL_ID,
    name="IT <Task>",
    resource_uri=RESOURCE,
    owner=r"HOST\ann",
    client_ip="::1",
    process_id=7,
    working_directory="/tmp",
    idle_timeout=7200.0,
    input_streams=("stdin", "pr"),
    output_streams=("stdout",),
    max_idle_timeout=2147483.647,
    locale="en-US",
    data_locale="de-DE",
    compression_mode="NoCompression",
    profile_loaded=True,
    encoding="UTF8",
    buffer_mode="Block",
    state="Connected",
    shell_run_time=61.0,
    shell_inactivity=2.0,
    memory_used="46MB",
    child_processes=0,
)
_FULL = ShellSpec(
    shell_id=SHELL_ID,
    name="n & m",
    input_streams=("stdin", "pr"),
    output_streams=("stdout",),
    idle_timeout=60.0,
    lifetime=90.5,
    working_directory="/home/x",
    environment={"A": "1", "B": " <2> "},
    buffer_mode=BufferMode.DROP,
    creation_xml=b"\x00\x01\xff",
)
_VERSION = OptionSet((Option(name="protocolversion", value="2.3", must_comply=True),))

PAIRS = [
    (Identify(), Identified(protocol_version="p", product_vendor="v", product_version="Stack: 3.0")),
    (Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(SHELL_ID)), Got(shell=INFO)),
    (Delete.shell(RESOURCE, SHELL_ID), Deleted()),
    (
        CreateShell(resource_uri=RESOURCE, shell=_FULL, options=_VERSION),
        ResourceCreated(shell_id=SHELL_ID, address="http://host:5985/wsman", resource_uri=RESOURCE, shell=INFO),
    ),
    (
        CreateShell(resource_uri=uris.RESOURCE_CMD, shell=ShellSpec()),
        ResourceCreated(shell_id=SHELL_ID, address="x", resource_uri=uris.RESOURCE_CMD),
    ),
    (Command(**SHELL, command_id=COMMAND_ID, arguments=("QUJD",)), CommandAccepted(command_id=COMMAND_ID)),
    (
        Command(**SHELL, command_line=" dir <x> ", arguments=("/b", " a b "), options=OptionSet.of(WINRS_X="1")),
        CommandAccepted(command_id=COMMAND_ID),
    ),
    (Send(**SHELL, streams=(CHUNK, StreamChunk(name="pr", data=b""))), Sent()),
    (Receive(**SHELL, command_id=COMMAND_ID, streams=("stdout", "stderr")), Received(command_id=COMMAND_ID)),
    (
        Receive(**SHELL, keepalive=False, options=OptionSet.of(OTHER="x")),
        Received(streams=(CHUNK,) * 3, state=CommandState.DONE, exit_code=-1073741510, command_id=COMMAND_ID),
    ),
    (Signal(**SHELL, code=uris.SIGNAL_TERMINATE, command_id=COMMAND_ID), Signalled()),
    (Disconnect(**SHELL), Disconnected()),
    (Disconnect(**SHELL, idle_timeout=54000.0, buffer_mode=BufferMode.DROP), Disconnected()),
    (Reconnect(**SHELL), Reconnected()),
    (Reconnect(**SHELL, command_id=COMMAND_ID, buffer_mode=BufferMode.BLOCK), Reconnected()),
    (
        Connect(**SHELL, connect_xml=b"ab", options=_VERSION),
        Connected(input_streams=("stdin", "pr"), output_streams=("stdout",), connect_response_xml=b"\xff"),
    ),
    (Connect(**SHELL, command_id=COMMAND_ID), Connected()),
    (Enumerate(resource_uri=uris.RESOURCE_SHELL), Enumerated(items=(INFO, ShellInfo(shell_id="x")))),
    (
        Enumerate.commands(SHELL_ID),
        Enumerated(
            items=(CommandInfo(command_id=COMMAND_ID, command_line="dir", state=CommandState.DONE),),
            context="uuid:1",
            end=False,
        ),
    ),
    (
        Enumerate(
            resource_uri="x",
            optimize=False,
            max_elements=None,
            mode=EnumerationMode.EPR,
            filter=Filter(dialect="d", text="t"),
        ),
        Enumerated(),
    ),
    (Pull(resource_uri=uris.RESOURCE_SHELL, context="uuid:1", max_elements=3), Enumerated(items=(INFO,))),
    (Pull(resource_uri=uris.RESOURCE_SHELL, context="c"), Enumerated(items=(INFO,), context="uuid:2", end=False)),
    (Release(resource_uri=uris.RESOURCE_SHELL, context="uuid:1"), Released()),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("request_", "reply"), PAIRS, ids=[type(pair[0]).__name__ for pair in PAIRS])
def test_request_and_reply_arrive_as_sent(request_, reply, encoding: str) -> None:
    ours, theirs = client(encoding=encoding), server()
    outgoing = ours.send(request_, operation_timeout=20, operation_id=UUID(int=5), sequence_id=3)
    incoming = theirs.receive(outgoing.body, encoding)
    assert incoming.request == request_
    body = theirs.reply(incoming, reply)
    assert ours.receive(outgoing, body) == reply
    if not isinstance(request_, Identify):
        text = body.decode(encoding)
        assert f">uuid:{str(UUID(int=5)).upper()}</p:OperationID>" in text
        assert ">3</p:SequenceId>" in text
        assert incoming.headers.operation_timeout == 20


def test_headers_of_a_request() -> None:
    session = client(session_id=UUID(int=9), max_envelope_size=512000, locale="de-DE", data_locale="fr-FR")
    headers = server().receive(session.send(Get(resource_uri="r"), operation_timeout=0.6).body).headers
    assert headers.to == "http://host:5985/wsman"
    assert headers.session_id == "uuid:00000000-0000-0000-0000-000000000009"
    assert (headers.max_envelope_size, headers.locale, headers.data_locale) == (512000, "de-DE", "fr-FR")
    assert headers.operation_timeout == 0.6
    assert headers.compression is None
    with pytest.raises(LocalProtocolError):
        session.send(Get(resource_uri="r"), operation_timeout=0)
    with pytest.raises(LocalProtocolError):
        session.send(Get(resource_uri="bad\x00"))


def test_a_repeated_request_keeps_its_message_id() -> None:
    session = client()
    first = session.send(Receive(**SHELL))
    again = session.send(Receive(**SHELL), message_id=first.message_id)
    assert again.body == first.body


def test_a_reply_to_another_request_is_refused() -> None:
    ours, theirs = client(), server()
    first, second = ours.send(Delete.shell(RESOURCE, SHELL_ID)), ours.send(Delete.shell(RESOURCE, SHELL_ID))
    body = theirs.reply(theirs.receive(first.body), Deleted())
    with pytest.raises(RemoteProtocolError):
        ours.receive(second, body)
    assert ours.receive(first, body) == Deleted()


def test_the_spelling_of_ids_is_kept() -> None:
    lower = SHELL_ID.lower()
    ours, theirs = client(), server()
    outgoing = ours.send(Receive(resource_uri=RESOURCE, shell_id=lower, command_id="any-Text"))
    incoming = theirs.receive(outgoing.body)
    assert isinstance(incoming.request, Receive)
    assert (incoming.request.shell_id, incoming.request.command_id) == (lower, "any-Text")


def test_a_reply_never_exceeds_what_the_request_takes() -> None:
    ours, theirs = client(max_envelope_size=8192), server(max_envelope_size=20000)
    incoming = theirs.receive(ours.send(Receive(**SHELL)).body)
    with pytest.raises(MaxEnvelopeSizeExceeded):
        theirs.reply(incoming, Received(streams=(StreamChunk(name="stdout", data=bytes(7000)),)))
    big = theirs.receive(client().send(Receive(**SHELL)).body)
    with pytest.raises(Exception, match="largest envelope of this service") as caught:
        theirs.reply(big, Received(streams=(StreamChunk(name="stdout", data=bytes(16000)),)))
    assert caught.value.code == 0x80338049  # type: ignore[attr-defined]


@given(
    size=st.integers(8192, 60000),
    weights=st.lists(st.integers(0, 5000), max_size=40),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_whatever_fits_the_budget_fits_the_envelope(size: int, weights: list[int], encoding: str) -> None:
    ours, theirs = client(max_envelope_size=size, encoding=encoding), server()
    incoming = theirs.receive(
        ours.send(Receive(**SHELL, command_id=COMMAND_ID), operation_id=UUID(int=1)).body, encoding
    )
    budget = theirs.receive_budget(incoming.headers, incoming.charset)
    chunks = []
    for weight in [*weights, 10**6]:
        room = budget - CHUNK_OVERHEAD
        if room <= 0:
            break
        data = bytes(min(weight, room))
        chunks.append(StreamChunk(name="stdout", data=data, command_id=COMMAND_ID, end=True))
        budget -= len(data) + CHUNK_OVERHEAD
    reply = Received(streams=tuple(chunks), state=CommandState.DONE, exit_code=-1, command_id=COMMAND_ID)
    assert len(theirs.reply(incoming, reply)) <= size


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_payload_limit_fills_the_envelope_and_not_more(encoding: str) -> None:
    ours = client(encoding=encoding)
    empty = Send(**SHELL, streams=(StreamChunk(name="stdin", data=b"", command_id=COMMAND_ID),))
    limit = ours.payload_limit(empty)
    full = Send(**SHELL, streams=(StreamChunk(name="stdin", data=bytes(limit), command_id=COMMAND_ID),))
    size = len(ours.send(full, operation_timeout=180, operation_id=UUID(int=1), sequence_id=1).body)
    assert 0.97 * ours.max_envelope_size < size <= ours.max_envelope_size


def test_put_and_custom_carry_any_element() -> None:
    from remora.wsman import Custom, CustomReply, Put, Stored

    ours, theirs = client(), server()
    tree = _xml.element("{urn:x}Thing", "text")
    for request, reply in (
        (Put(resource_uri="urn:x", body=tree), Stored(body=tree)),
        (Custom(action="urn:x/Do", resource_uri="urn:x", body=tree), CustomReply(body=tree)),
    ):
        outgoing = ours.send(request)
        incoming = theirs.receive(outgoing.body)
        assert isinstance(incoming.request, Put | Custom)
        assert incoming.request.body is not None
        assert incoming.request.body.text == "text"
        answer = ours.receive(outgoing, theirs.reply(incoming, reply))
        assert isinstance(answer, Stored | CustomReply)
        assert answer.body is not None
        assert answer.body.tag == "{urn:x}Thing"
        assert tree.getparent() is None


def test_compression_is_refused_at_the_host() -> None:
    request = CreateShell(resource_uri=RESOURCE, shell=_FULL)
    body = client().send(request).body
    marked = body.replace(b"<w:OperationTimeout", b"<w:OperationTimeout", 1).replace(
        b"</s:Header>", b'<rsp:CompressionType s:mustUnderstand="true">xpress</rsp:CompressionType></s:Header>'
    )
    with pytest.raises(RefusedRequest) as caught:
        server().receive(marked)
    assert caught.value.fault.code == 0x80338010
    wished = marked.replace(b'CompressionType s:mustUnderstand="true"', b"CompressionType")
    incoming = server().receive(wished)
    assert isinstance(incoming.request, CreateShell)
    assert incoming.request.compression == "xpress"

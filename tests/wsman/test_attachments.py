"""Data of streams beside the envelope: taken out and put back, by client and host, in every kind of body."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import RemoteProtocolError
from remora.wsman.attachments import LEAST_ATTACHED, MAX_ATTACHED, Parcel, attach, detach
from remora.wsman.client import ClientSession
from remora.wsman.faults import SchemaValidationError
from remora.wsman.headers import OptionSet
from remora.wsman.packages import is_package, pack, unpack
from remora.wsman.replies import CommandAccepted, Received
from remora.wsman.requests import Receive, Send, StreamChunk
from remora.wsman.server import RefusedRequest, attachable
from tests.support.wsman import RESOURCE as URI
from tests.support.wsman import client as client_session
from tests.support.wsman import server as server_session

SHELL = "0A1B2C3D-0000-0000-0000-000000000001"
COMMAND = "0A1B2C3D-0000-0000-0000-000000000002"
LARGE = bytes(range(256)) * 64


def chunk(data: bytes, **more: object) -> StreamChunk:
    return StreamChunk(name="stdin", data=data, command_id=COMMAND, **more)  # type: ignore[arg-type]


def send(*chunks: StreamChunk) -> Send:
    return Send(resource_uri=URI, shell_id=SHELL, streams=chunks)


def attaching() -> ClientSession:
    session = client_session()
    session.attachable = MAX_ATTACHED
    return session


@given(st.lists(st.sampled_from([b"", b"small", LARGE, LARGE[:LEAST_ATTACHED], LARGE[: LEAST_ATTACHED - 1]])))
def test_what_is_detached_is_attached_again(data: list[bytes]) -> None:
    chunks = tuple(chunk(item) for item in data)
    kept, attachments = detach(chunks)
    assert [len(item) >= LEAST_ATTACHED for item in data] == [item.attached is not None for item in kept]
    assert attach(kept, attachments) == chunks


@pytest.mark.parametrize("numbers", [(), (2,), (1, 1), (1, 2, 3), (0, 1)])
def test_each_attachment_belongs_to_one_stream(numbers: tuple[int, ...]) -> None:
    with pytest.raises(SchemaValidationError):
        attach([chunk(b"", attached=number) for number in numbers], (LARGE, LARGE))


def test_a_send_travels_with_its_data_beside_it() -> None:
    session, server = attaching(), server_session()
    for position in (None, 0, 7, 7):
        request = send(chunk(LARGE, position=position))
        outgoing = session.send(request)
        assert outgoing.attachments == (LARGE,)
        assert len(outgoing.body) < 3000
        incoming = server.receive(outgoing.body, None, outgoing.attachments)
        assert incoming.request == replace(request, options=OptionSet())


@pytest.mark.parametrize("position", [None, 0, 41])
def test_small_data_stay_in_the_envelope(position: int | None) -> None:
    session = attaching()
    for data in (b"few", b"others"):
        outgoing = session.send(send(chunk(data, position=position)))
        assert outgoing.attachments == ()
        found = server_session().receive(outgoing.body).request
        assert isinstance(found, Send)
        assert found.streams == (chunk(data, position=position),)


def test_more_than_the_server_takes_stays_in_the_envelope() -> None:
    session = attaching()
    session.attachable = len(LARGE) - 1
    assert session.send(send(chunk(LARGE))).attachments == ()
    assert session.payload_limit(send(chunk(b""))) == len(LARGE) - 1


def test_without_an_agreement_nothing_is_attached() -> None:
    session = client_session()
    assert session.send(send(chunk(LARGE))).attachments == ()
    receive = session.send(Receive(resource_uri=URI, shell_id=SHELL, command_id=COMMAND))
    assert attachable(server_session().receive(receive.body).request) == 0


def test_an_answer_has_attachments_when_it_was_asked_for_them() -> None:
    session, server = attaching(), server_session()
    outgoing = session.send(Receive(resource_uri=URI, shell_id=SHELL, command_id=COMMAND))
    incoming = server.receive(outgoing.body)
    assert attachable(incoming.request) == MAX_ATTACHED
    reply = Received(streams=(replace(chunk(LARGE), name="stdout"), replace(chunk(b"x"), name="stdout")))
    parcel = server.parcel(incoming, reply)
    assert parcel.attachments == (LARGE,)
    found = session.receive(outgoing, *parcel)
    assert isinstance(found, Received)
    assert found.streams == reply.streams
    with pytest.raises(RemoteProtocolError):
        session.receive(outgoing, parcel.document)
    with pytest.raises(RemoteProtocolError):
        session.receive(outgoing, parcel.document, (LARGE, LARGE))


def test_attachments_nobody_includes_are_refused() -> None:
    session, server = attaching(), server_session()
    outgoing = session.send(send(chunk(LARGE)))
    for attachments in ((), (LARGE, LARGE)):
        with pytest.raises(RefusedRequest) as refused:
            server.receive(outgoing.body, None, attachments)
        assert isinstance(refused.value.fault, SchemaValidationError)
    other = session.send(Receive(resource_uri=URI, shell_id=SHELL, command_id=COMMAND))
    with pytest.raises(RefusedRequest):
        server.receive(other.body, None, (LARGE,))


@pytest.mark.parametrize(
    "inside",
    [
        b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:first"/>',
        b'<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="http://elsewhere/"/>',
        b'<x:Include xmlns:x="urn:other" href="cid:1"/>',
        b"<a/><a/>",
    ],
)
def test_a_stream_holds_nothing_else(inside: bytes) -> None:
    outgoing = client_session().send(send(chunk(b"abc")))
    with pytest.raises(RefusedRequest):
        server_session().receive(outgoing.body.replace(b"YWJj", inside))


@pytest.mark.parametrize("position", [b"-1", b"x", b"1" * 16, b""])
def test_a_position_is_a_number(position: bytes) -> None:
    outgoing = client_session().send(send(chunk(b"abc", position=5)))
    with pytest.raises(RefusedRequest):
        server_session().receive(outgoing.body.replace(b'Position="5"', b'Position="' + position + b'"'))


@given(st.binary(max_size=3000), st.lists(st.binary(max_size=3000), max_size=4), st.sampled_from(["UTF-8", "UTF-16"]))
def test_packages_there_and_back(document: bytes, attachments: list[bytes], charset: str) -> None:
    content_type, body = pack(Parcel(document, tuple(attachments)), charset)
    assert is_package(content_type)
    assert unpack(body) == (Parcel(document, tuple(attachments)), charset.lower())


@given(st.data())
def test_a_damaged_package_is_refused_or_read(data: st.DataObject) -> None:
    _, body = pack(Parcel(b"<document/>", (b"first", b"")), "UTF-8")
    start = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(start, min(start + 40, len(body))))
    damaged = body[:start] + data.draw(st.binary(max_size=8)) + body[end:]
    try:
        parcel, _ = unpack(damaged)
    except RemoteProtocolError:
        return
    assert isinstance(parcel.document, bytes)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--remora-part--\r\n",
        b"--remora-part\r\nContent-Length: 1\r\nContent-ID: <0>\r\n\r\nx\r\n--remora-part--\r\n",
        b"--remora-part\r\nContent-Type: application/xop+xml\r\nContent-ID: <0>\r\n\r\nx\r\n--remora-part--\r\n",
        b"--remora-part\r\nContent-Type: application/xop+xml\r\nContent-Length: 9\r\nContent-ID: <0>\r\n\r\nx\r\n",
        b"--remora-part\r\nContent-Type: application/xop+xml\r\nContent-Length: 1\r\nContent-ID: <1>\r\n\r\nx\r\n",
    ],
)
def test_what_is_no_package(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        unpack(body)


def test_only_receive_asks() -> None:
    assert attachable(send(chunk(b"x"))) == 0
    receive = Receive(resource_uri=URI, shell_id=SHELL)
    for text, size in (("100", 100), ("x", 0), ("9" * 10, MAX_ATTACHED), ("9" * 11, 0)):
        asked = replace(receive, options=OptionSet().with_option("RemoraAttachments", text))
        assert attachable(asked) == size
    reply = CommandAccepted(command_id=str(UUID(int=1)))
    session, server = attaching(), server_session()
    incoming = server.receive(session.send(receive).body)
    assert server.parcel(incoming, Received()).attachments == ()
    assert reply.command_id

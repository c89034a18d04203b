from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.errors import LocalProtocolError
from remora.wsman.client import ClientSession
from remora.wsman.headers import OptionSet
from remora.wsman.requests import Command, Receive, Request, Send, StreamChunk
from remora.wsman.server import ServerSession

URI = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
ID = "0A1B2C3D-0000-0000-0000-00000000000F"
texts = st.text(max_size=30).filter(_xml.is_writable)


def session() -> ClientSession:
    numbers = count(1)
    return ClientSession("http://h/wsman", new_id=lambda: UUID(int=next(numbers)), session_id=UUID(int=99))


def received(body: bytes) -> Request:
    return ServerSession(new_id=lambda: UUID(int=1), machine="m").receive(body).request


@given(
    command_ids=st.lists(texts.filter(str.strip), min_size=2, max_size=4),
    line=texts,
    argument=texts,
    data=st.binary(max_size=40),
    timeout=st.sampled_from([None, 1.0, 30.0]),
)
def test_a_filled_envelope_is_the_built_one(
    command_ids: list[str], line: str, argument: str, data: bytes, timeout: float | None
) -> None:
    client = session()
    for command_id in command_ids:
        command = Command(
            resource_uri=URI, shell_id="S", command_id=command_id, command_line=line, arguments=(argument,)
        )
        of_pipeline = Receive(resource_uri=URI, shell_id="S", command_id=command_id)
        of_pool = Receive(resource_uri=URI, shell_id="S", options=OptionSet.of(x="1"))
        chunk = StreamChunk(name="stdin", data=data, command_id=command_id)
        send = Send(resource_uri=URI, shell_id="S", streams=(chunk,))
        for request in (command, of_pipeline, of_pool, send):
            sent = client.send(request, operation_timeout=timeout)
            built = client._envelope(request, sent.message_id, timeout)
            assert _canonical(sent.body) == _canonical(built)


def _canonical(body: bytes) -> list[tuple[str, dict[str, str], str]]:
    root = _xml.parse(body, max_size=10**6)
    return [(str(node.tag), dict(node.attrib), node.text or "") for node in root.iter()]


def test_the_server_reads_what_was_filled_in() -> None:
    client = session()
    request = Command(
        resource_uri=URI, shell_id=ID, command_id=ID, command_line='a < b & "c" > d\té€', arguments=("QUJD",)
    )
    for _ in range(2):
        assert received(client.send(request).body) == request


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "a\x0bb"])
def test_what_xml_cannot_hold_is_refused(bad: str) -> None:
    client = session()
    client.send(Command(resource_uri=URI, shell_id="S", command_id="C", command_line="x", arguments=("",)))
    with pytest.raises(LocalProtocolError):
        client.send(Command(resource_uri=URI, shell_id="S", command_id="C", command_line=bad, arguments=("",)))
    with pytest.raises(LocalProtocolError):
        client.send(Receive(resource_uri=URI, shell_id=bad, command_id="C"))


def test_the_envelope_size_is_part_of_what_is_kept() -> None:
    client = session()
    request = Receive(resource_uri=URI, shell_id="S", command_id="C")
    small = client.send(request).body
    client.max_envelope_size = 512000
    assert b">153600<" in small
    assert b">512000<" in client.send(request).body


def test_a_template_without_its_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="no mark"):
        _xml.Template(b"<a/>", ["mark"])

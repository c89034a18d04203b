from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.errors import LocalProtocolError
from remora.wsman.client import ClientSession, _utf8_envelope
from remora.wsman.headers import OptionSet
from remora.wsman.requests import Command, CreateShell, Delete, Receive, Request, Send, ShellSpec, StreamChunk
from remora.wsman.server import ServerSession

URI = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
ID = "0A1B2C3D-0000-0000-0000-00000000000F"
texts = st.text(max_size=30).filter(_xml.is_writable)


def session(to: str = "http://h/wsman", session_number: int = 99) -> ClientSession:
    numbers = count(1)
    return ClientSession(to, new_id=lambda: UUID(int=next(numbers)), session_id=UUID(int=session_number))


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
    for number, command_id in enumerate(command_ids):
        client = session(f"http://h{number}/wsman?a&b", number)  # the template is the first one's
        command = Command(
            resource_uri=URI, shell_id="S", command_id=command_id, command_line=line, arguments=(argument,)
        )
        of_pipeline = Receive(resource_uri=URI, shell_id="S", command_id=command_id)
        of_pool = Receive(resource_uri=URI, shell_id="S", options=OptionSet.of(x="1"))
        chunk = StreamChunk(name="stdin", data=data, command_id=command_id)
        send = Send(resource_uri=URI, shell_id="S", streams=(chunk,))
        spec = ShellSpec(shell_id=command_id, name=argument or None, creation_xml=data, idle_timeout=timeout)
        create = CreateShell(resource_uri=URI, shell=spec, options=OptionSet.of(protocolversion="2.3"))
        delete = Delete.shell(URI, command_id)
        for request in (command, of_pipeline, of_pool, send, create, delete):
            sent = client.send(request, operation_timeout=timeout)
            conversation = client._conversation
            built = _utf8_envelope(conversation, request, sent.message_id, timeout, client.max_envelope_size)
            assert _canonical(sent.body) == _canonical(built)


def _canonical(body: bytes) -> list[tuple[str, dict[str, str], str]]:
    root = _xml.parse(body, max_size=10**6)
    return [(str(node.tag), dict(node.attrib), node.text or "") for node in root.iter()]


def test_what_a_template_was_made_for_is_in_no_other_envelope() -> None:
    first, second = session("http://first/wsman", 1), session("http://second/wsman", 2)
    for shell_id, client in (("SHELL-1", first), ("SHELL-2", second)):
        create = CreateShell(resource_uri=URI, shell=ShellSpec(shell_id=shell_id, creation_xml=shell_id.encode()))
        bodies = [
            client.send(request).body
            for request in (create, Receive(resource_uri=URI, shell_id=shell_id), Delete.shell(URI, shell_id))
        ]
    for body in bodies:
        assert b"http://second/wsman" in body
        assert str(UUID(int=2)).encode() in body
        assert b"SHELL-2" in body
        assert b"first" not in body
        assert b"SHELL-1" not in body
        assert b"remora-" not in body


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

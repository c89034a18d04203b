from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.bindings.winrs_wsman import TextShell, codec_of, error_text
from remora.errors import LocalProtocolError
from remora.psrp import clixml
from remora.values import ErrorRecord
from remora.wsman import uris
from remora.wsman.client import ClientSession
from remora.wsman.replies import Received
from remora.wsman.requests import Receive, StreamChunk
from remora.wsman.states import CommandState
from tests.support.vectors import needs_recordings, recordings

C1 = "5312EA72-F75E-409A-8950-BE4CD921563C"
SESSION = ClientSession("http://h/wsman", new_id=uuid4, max_envelope_size=8192)


def shell(codepage: int = 65001) -> TextShell:
    made = TextShell(payload_limit=SESSION.payload_limit, codepage=codepage)
    made.shell_id = C1
    return made


def test_create_and_command() -> None:
    text = shell(437)
    request = text.create(working_directory="C:\\", environment={"A": "b"}, no_profile=True, idle_timeout=60)
    assert request.resource_uri == uris.RESOURCE_CMD
    assert request.options.get("WINRS_CODEPAGE") == "437"
    assert request.options.get("WINRS_NOPROFILE") == "TRUE"
    assert dict(request.shell.environment) == {"A": "b"}
    command = text.command("echo", ("hi", "there"), console_stdin=False, skip_cmd_shell=True)
    assert (command.command_line, command.arguments) == ("echo", ("hi", "there"))
    assert command.options.get("WINRS_CONSOLEMODE_STDIN") == "FALSE"
    assert command.options.get("WINRS_SKIP_CMD_SHELL") == "TRUE"
    assert text.receive(C1).streams == ("stdout", "stderr")
    assert text.terminate(C1).code.endswith("/terminate")
    assert text.interrupt(C1).code.endswith("/ctrl_c")
    assert text.delete().shell_id == C1


def test_requests_need_the_shell() -> None:
    with pytest.raises(LocalProtocolError):
        TextShell(payload_limit=SESSION.payload_limit).command("x")


@given(st.binary(max_size=20_000), st.booleans())
def test_input_fits_envelopes(data: bytes, end: bool) -> None:
    sends = list(shell().stdin(C1, data, end=end))
    assert b"".join(send.streams[0].data for send in sends) == data
    assert [send.streams[0].end for send in sends] == [False] * (len(sends) - 1) + [end]
    assert all(len(SESSION.send(send, operation_timeout=60).body) <= 8192 for send in sends)


def test_text_input_is_encoded_in_the_code_page() -> None:
    (send,) = shell(437).stdin(C1, "é")
    assert send.streams[0].data == b"\x82"


def chunk(name: str, data: bytes, *, end: bool = False) -> StreamChunk:
    return StreamChunk(name=name, data=data, command_id=C1, end=end)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 5))
def test_characters_cut_between_answers_are_whole(out: str, err: str, size: int) -> None:
    text = shell()
    pieces = [(name, value.encode()) for name, value in (("stdout", out), ("stderr", err))]
    got = {"stdout": "", "stderr": ""}
    for name, raw in pieces:
        for start in range(0, len(raw), size):
            found = text.received(Received(streams=(chunk(name, raw[start : start + size]),)), C1)
            assert not found.done
            got["stdout"] += found.stdout
            got["stderr"] += found.stderr
    last = text.received(Received(state=CommandState.DONE, exit_code=3, command_id=C1), C1)
    assert (last.done, last.exit_code) == (True, 3)
    assert got["stdout"] + last.stdout == out
    assert got["stderr"] + last.stderr == err


def test_a_character_that_never_ends_is_replaced() -> None:
    text = shell()
    assert text.received(Received(streams=(chunk("stdout", b"a\xc3"),)), C1).stdout == "a"
    assert text.received(Received(streams=(chunk("stdout", b"", end=True),)), C1).stdout == "\ufffd"
    done = text.received(Received(state=CommandState.DONE), C1)
    assert (done.stdout, done.exit_code) == ("", 0)


@pytest.mark.parametrize(("codepage", "codec"), [(65001, "utf-8"), (437, "cp437"), (850, "cp850"), (1252, "cp1252")])
def test_code_pages(codepage: int, codec: str) -> None:
    assert codec_of(codepage) == codec
    with pytest.raises(LocalProtocolError):
        codec_of(12345)


def test_errors_of_powershell_on_stderr() -> None:
    plain = (
        "#< CLIXML\r\n" + clixml.dumps_stream([("Error", "bad\n"), ("progress", "busy"), ("Error", "worse\n")]).decode()
    )
    assert error_text(plain) == "bad\nworse\n"
    assert error_text("#< CLIXML\r\n" + clixml.dumps_stream([("Error", ErrorRecord.of("boom"))]).decode()) == "boom"
    assert error_text("just text") == "just text"
    assert error_text("#< CLIXML\r\n<Objs") == "#< CLIXML\r\n<Objs"


@needs_recordings
def test_recorded_output_is_read() -> None:
    (recording,) = [found for found in recordings() if found.name == "winrs_standard"]
    text, seen = shell(), []
    for exchange in recording.exchanges:
        if "shell/Receive<" not in exchange.request or exchange.status != 200:
            continue
        request = Receive(resource_uri=uris.RESOURCE_CMD, shell_id=C1, command_id=C1)
        outgoing = SESSION.send(request, message_id=_message_id(exchange.request))
        seen.append(text.received(SESSION.receive(outgoing, exchange.response.encode()), C1))  # type: ignore[arg-type]
    assert seen[-1].done
    assert "".join(found.stdout for found in seen)


def _message_id(request: str) -> str:
    return request.partition("MessageID>")[2].partition("<")[0]

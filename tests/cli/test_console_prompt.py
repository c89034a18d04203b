"""The prompt on a real terminal (a pty), and its parts."""

from __future__ import annotations

import os
import stat
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.styles import Style

from remora.cli.console_colors import STYLE, PromptColours, coloured
from remora.cli.console_history import open_history
from remora.cli.console_prompt import is_complete
from tests.support.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    os.close(made.descriptor)


def test_lines_blocks_and_the_exit_code(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b"'a' + 'b'\r")
    terminal.expect(b"ab")
    terminal.expect(b"PS ")
    terminal.type(b"foreach ($i in 1..2) {\r")
    terminal.type(b'"line$i" }\r')
    terminal.expect(b"line1")
    terminal.expect(b"line2")
    terminal.expect(b"PS ")
    terminal.type(b"exit 5\r")
    assert terminal.code() == 5


def test_programs_have_the_terminal_and_pipelines_their_output(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b'sh -c \'test -t 0 && test -t 1 && echo has"" it; exit 3\'; "code $LASTEXITCODE"\r')
    terminal.expect(b"has it")
    terminal.expect(b"code 3")
    terminal.expect(b"PS ")
    terminal.type(b"$x = sh -c 'test -t 1 || echo pi\"\"ped'; $x.ToUpper()\r")
    terminal.expect(b"PIPED")
    terminal.type(b"exit\r")
    assert terminal.code() == 0


def test_ctrl_c_is_the_affair_of_a_program_that_has_the_terminal(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(
        b"sh -c 'trap \"echo cau\"\"ght; exit 7\" INT; echo rea\"\"dy; while :; do sleep 0.05; done'; 'nev' + 'er'\r"
    )
    terminal.expect(b"ready")
    terminal.type(b"\x03")
    terminal.expect(b"caught")
    terminal.expect(b"PS ")
    assert b"never" not in terminal.seen
    terminal.type(b"exit $LASTEXITCODE\r")
    assert terminal.code() == 7


def test_tab_completes(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "xterm")
    try:
        terminal.expect(b"PS ")
        terminal.type(b"'re' + [math]::Trunc\t")
        terminal.expect(b"ate(")
        terminal.type(b"1.5)\r")
        terminal.expect(b"re1\r\n")
        terminal.type(b"exit 6\r")
        assert terminal.code() == 6
    finally:
        os.close(terminal.descriptor)


def test_a_prompt_function_of_the_user(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b"function prompt { 'mi' + 'ne> ' }\r")
    terminal.expect(b"mine> ")
    terminal.type(b"exit 2\r")
    assert terminal.code() == 2


def test_ctrl_c_stops_what_runs_and_comes_back(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b"'be' + 'gun'; Start-Sleep 60\r")
    terminal.expect(b"begun")
    terminal.type(b"\x03")
    terminal.expect(b"PS ")
    terminal.type(b"exit 3\r")
    assert terminal.code() == 3


@pytest.mark.parametrize(
    ("command", "question"),
    [
        (b"Read-Host na''me", b": "),
        (b"New-Item $HOME/never -Confirm", b"(default is"),
        (b"Read-Host -AsSecureString 'secret'", b"secret: "),
        (b"'wait' + 'ing'; $null = $Host.UI.RawUI.ReadKey()", b"waiting"),
    ],
)
def test_ctrl_c_ends_a_question(terminal: Terminal, command: bytes, question: bytes) -> None:
    terminal.expect(b"PS ")
    terminal.type(command + b"; 'af' + 'ter'\r")
    terminal.expect(b"\n")
    terminal.expect(question)
    terminal.type(b"\x03")
    terminal.expect(b"PS ", 5)
    assert b"after" not in terminal.seen
    terminal.type(b"'still ' + 'here'\r")
    terminal.expect(b"still here", 5)
    terminal.type(b"exit 4\r")
    assert terminal.code() == 4


def test_secrets_are_read_without_echo(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b"$s = Read-Host -AsSecureString 'secret'; 'long ' + $s.Length\r")
    terminal.expect(b"\n")
    terminal.expect(b"secret: ")
    deadline = time.monotonic() + 10
    while termios.tcgetattr(terminal.descriptor)[3] & termios.ECHO and time.monotonic() < deadline:
        time.sleep(0.01)
    terminal.type(b"hush\r")
    shown = terminal.seen
    while b"long 4" not in shown:
        shown += os.read(terminal.descriptor, 4096)
    assert b"hush" not in shown
    terminal.type(b"exit\r")
    assert terminal.code() == 0


def test_a_nested_prompt_runs_inside_the_pipeline(terminal: Terminal) -> None:
    terminal.expect(b"PS ")
    terminal.type(b"& { $local = 'inner'; $Host.EnterNestedPrompt(); 'le' + 'ft' }\r")
    terminal.expect(b">> ")
    terminal.type(b"'level ' + $NestedPromptLevel\r")
    terminal.expect(b"level 1")
    terminal.expect(b">> ")
    terminal.type(b"exit\r")
    terminal.expect(b"left")
    terminal.expect(b"PS ")
    terminal.type(b"exit\r")
    assert terminal.code() == 0


def test_history_is_kept_without_secrets(terminal: Terminal, tmp_path: Path) -> None:
    for line in (b"'first line'", b"$password = 'geheim'"):
        terminal.expect(b"PS ")
        terminal.type(line + b"\r")
    terminal.expect(b"PS ")
    terminal.type(b"exit\r")
    assert terminal.code() == 0
    kept = tmp_path / "remora" / "console_history"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "first line" in kept.read_text()
    assert "geheim" not in kept.read_text()


def test_history_where_no_file_can_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(open_history(tmp_path / "file" / "history"), InMemoryHistory)


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("1", True), ("if ($x) {", False), ("'abc", False), ("@'\nabc", False), ("1 +", False), ("1 |", False),
        ("a `", False), ("if (", False), (")", True), ("1 1", True), ("<# a", False), ("", True),
    ],
)  # fmt: skip
def test_incomplete_is_told_from_wrong(text: str, complete: bool) -> None:
    assert is_complete(text) is complete


def test_colours() -> None:
    text = "if ($x -eq 5) { Get-Item '~' -Force } # all [int]"
    kinds = {piece.strip(): style for style, piece in coloured(text) if style}
    assert kinds == {
        "if": STYLE["keyword"], "$x": STYLE["variable"], "-eq": STYLE["parameter"], "5": STYLE["number"],
        "Get-Item": STYLE["command"], "'~'": STYLE["string"], "-Force": STYLE["parameter"],
        "# all [int]": STYLE["comment"],
    }  # fmt: skip
    assert "".join(piece for _style, piece, *_ in coloured(text)) == text
    lines = PromptColours().lex_document(Document('"a\nb" + 1'))
    assert lines(0) == [(STYLE["string"], '"a')]
    assert lines(1)[0] == (STYLE["string"], 'b"')
    assert lines(7) == []
    for style in STYLE.values():
        Style.from_dict({"x": style})

"""Commands from standard input, line by line."""

from __future__ import annotations

import io

import pytest

from remora.cli.console_host import ConsoleHost
from remora.cli.console_lines import is_complete, run_lines
from remora.cli.console_session import ConsoleSession


def ran(text: str, *, prompts: bool = False) -> tuple[str, str, int]:
    """Standard output, standard error and the exit code."""
    out, err = io.StringIO(), io.StringIO()
    session = ConsoleSession(ConsoleHost(out, err, io.StringIO(text), interactive=False))
    session.run_text("function prompt { 'P> ' }")
    code = run_lines(session, prompts=prompts)
    return out.getvalue(), err.getvalue(), code


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1+1\n'a'\n", "2\na\n"),
        ("'no end of line'", "no end of line\n"),
        ("if (0) {\n  1\n}\nelse {\n  2\n}\n\n3\n", "2\n3\n"),
        ("@'\na\n\nb\n'@\n", "a\n\nb\n"),
        ("function f {\n  5\n}\nf", "5\n"),
        ("$x = Read-Host\nanswer\n$x.ToUpper()\n", "ANSWER\n"),
        ("1; return; 2\n3\n", "1\n3\n"),
        ("exit 3\n1\n", ""),
    ],
)
def test_what_runs(text: str, wanted: str) -> None:
    assert ran(text)[0] == wanted


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("exit 3\n1\n", 3, ""), ("throw 'oh'\n1\n", 0, "Exception: oh"), ("1\nthrow 'oh'\n", 1, "Exception: oh"),
        ("if (\n", 1, "Missing"), ("if (1) {\n2\n", 1, "Missing closing"), ("", 0, ""),
    ],
)  # fmt: skip
def test_exit_codes(text: str, code: int, said: str) -> None:
    done = ran(text)
    assert (done[2], said in done[1]) == (code, True)


def test_with_prompts() -> None:
    said = ran("1+1\n\nif (1) {\n 'in'\n}\n\n'end'", prompts=True)[0]
    assert said == "P> 1+1\n2\nP> \nP> if (1) {\n>>  'in'\n>> }\n>> \nin\nP> 'end'\nend\nP> \n"


def test_incomplete_is_told_from_wrong() -> None:
    assert [is_complete(text) for text in ("1", "if (1) {", ")", "a `", "@'\nx")] == [True, False, True, False, False]

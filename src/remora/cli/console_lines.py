"""Commands from standard input, line by line, as pwsh reads them: ``-Command -`` silently, ``-File -`` with prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from remora.engine.parser import parse
from remora.engine.source import ParseError

if TYPE_CHECKING:
    from remora.cli.console_host import ConsoleHost


class LineSession(Protocol):
    """What runs lines. interrupted: Ctrl-C ended the last one."""

    host: ConsoleHost

    @property
    def interrupted(self) -> bool: ...
    def prompt_text(self) -> str: ...
    def run_text(self, text: str, *, history: bool = False) -> int:
        """Run a line; its exit code. One that ends the session puts the code into the host."""


def is_complete(text: str) -> bool:
    """Is the text a whole script, right or wrong? False asks for another line."""
    try:
        parse(text)
    except ParseError as problem:
        return not problem.incomplete
    return not text.endswith("`")


def run_lines(session: LineSession, *, prompts: bool) -> int:
    """Run each line as a command; the exit code of the last one, or what ``exit`` says.

    A line that begins something longer waits for an empty line after its end, or for the end of the input. prompts:
    the prompt and the lines are shown, as if they were typed.
    """
    host, code = session.host, 0
    block: list[str] = []
    while True:
        if prompts:
            host.write(">> " if block else session.prompt_text())
        line = host.next_line()
        if prompts:
            host.write((line or "").rstrip("\r\n") + "\n")
        text = (line or "").rstrip("\r\n")
        if line is not None and block and text.strip():
            block.append(text)
            continue
        whole = "\n".join([*block, text])
        block = [] if line is None or is_complete(whole) else whole.split("\n")
        if not block and whole.strip():
            code = session.run_text(whole, history=True)
        if line is None or session.host.exit_code is not None or session.interrupted:
            return code

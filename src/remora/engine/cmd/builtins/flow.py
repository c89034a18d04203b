"""exit, goto, call, shift, pause, and nested shells (``cmd /c``, ``cmd`` at a prompt, ``start``)."""

from __future__ import annotations

import re
from contextlib import suppress

from remora.engine.cmd.batch import Batch, run_batch
from remora.engine.cmd.context import Builtin, Context, split_words
from remora.engine.cmd.executor import BatchEnd, CmdExit, Executor, Goto
from remora.engine.cmd.expand import expand_line
from remora.engine.cmd.parser import Parser
from remora.engine.cmd.streams import read_line
from remora.engine.cmd.syntax import CmdSyntaxError

_SWITCHES = re.compile(r"\s*(/[a-bd-jl-z?](?::\w*)?)", re.IGNORECASE)
_RUN = re.compile(r"\s*/([ckr])", re.IGNORECASE)


def leave(context: Context) -> int | None:
    """``exit [/b] [CODE]``: /b leaves the batch file only (outside of one it leaves everything)."""
    switches, operands = context.options(r"/b")
    code = context.environment.errorlevel
    if operands:
        digits = re.match(r"[-+]?\d+", operands[0])
        code = (int(digits[0]) + 0x80000000) % 0x100000000 - 0x80000000 if digits else 0
    context.environment.errorlevel = code
    if switches and context.executor.batch is not None:
        raise BatchEnd("exit /b")
    raise CmdExit(code)


def goto(context: Context) -> int | None:
    """Go on at a label of the batch file; ``:eof`` ends it. Outside a batch file cmd ignores it."""
    words = context.text.split()
    if context.executor.batch is None or not words:
        return None
    if words[0].lower() == ":eof":
        raise BatchEnd("goto :eof")
    raise Goto(words[0].lstrip(":"))


def call(context: Context) -> int | None:
    """Run a batch file, a label of this one (``call :label``), or any command; its variables are expanded once more."""
    text = expand_line(context.text.strip(), context.environment.get)
    batch = context.executor.batch
    if text.startswith(":"):
        words = split_words(text)
        if batch is None:
            return context.error("Invalid attempt to call batch label outside of batch script.")
        target = batch.find_label(words[0].lstrip(":"))
        if target is None:
            return context.error(f"The system cannot find the batch label specified - {words[0].lstrip(':')}")
        nested = Batch(lines=batch.lines, arguments=words, position=target)
        return run_batch(nested, context.streams, context.executor)
    context.executor.run_text(text, context.streams)
    return None


def shift(context: Context) -> int | None:
    """Move the arguments of the batch file down by one."""
    batch = context.executor.batch
    if batch is not None:
        del batch.arguments[0 if len(batch.arguments) == 1 else 1 : 2]
    return None


def pause(context: Context) -> int | None:
    """Wait for a line of input (there are no single keys on a pipe)."""
    context.line("Press any key to continue . . . ")
    read_line(context.streams.stdin)
    return None


def command_shell(context: Context) -> int | None:
    """``cmd /c TEXT`` and ``cmd`` with lines from standard input; the caller's variables stay as they are."""
    text = context.text
    while match := _SWITCHES.match(text):
        text = text[match.end() :]
    inner = context.executor.part()
    inner.batch = None
    inner.enter()
    run = _RUN.match(text)
    try:
        if run:
            _run_text(_outer_quotes_off(text[run.end() :].strip()), inner, context)
            if run[1].lower() == "k":
                _prompt_loop(inner, context)
        else:
            _prompt_loop(inner, context)
    except CmdExit as left:
        return left.code
    return inner.environment.errorlevel


def _outer_quotes_off(text: str) -> str:
    """cmd /c drops the first and the last quote unless the two enclose nothing but a program's name."""
    if not text.startswith('"'):
        return text
    inside = text[1:].partition('"')[0]
    if text.count('"') == 2 and not re.search(r"[&<>()@^|]", inside) and text.endswith('"') and " " not in inside:
        return inside
    end = text.rfind('"')
    if text.count('"') == 2 and end < len(text) - 1:
        return text
    return text[1:end] + text[end + 1 :] if end > 0 else text[1:]


def _run_text(text: str, inner: Executor, context: Context) -> None:
    lines = iter(text.splitlines())

    def next_line() -> str | None:
        return next(lines, None)

    _statements(Parser(next_line), inner, context)


def _statements(parser: Parser, inner: Executor, context: Context) -> None:
    while True:
        try:
            command = parser.statement()
            if command is None:
                return
            inner.run(command, context.streams)
        except CmdSyntaxError as error:
            inner.environment.errorlevel = context.error(str(error))


def _prompt_loop(inner: Executor, context: Context) -> None:
    """Lines from standard input, each shown after the prompt as cmd does for redirected input."""
    environment = inner.environment

    def next_line() -> str | None:
        context.control.check()
        if environment.echo:
            context.write(f"\r\n{environment.directory}>")
        data = read_line(context.streams.stdin)
        if data is None:
            return None
        line = environment.decode(data)
        if environment.echo:
            context.line(line)
        return expand_line(line, environment.get)

    with suppress(BatchEnd):
        _statements(Parser(next_line), inner, context)


COMMANDS: dict[str, Builtin] = {
    "call": call,
    "cmd": command_shell,
    "exit": leave,
    "goto": goto,
    "pause": pause,
    "shift": shift,
}

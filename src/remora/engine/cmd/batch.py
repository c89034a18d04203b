"""Batch files: their lines, labels, arguments and the settings ``setlocal`` opens."""

from __future__ import annotations

from dataclasses import dataclass, field

from remora.engine.cmd.context import split_words
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.executor import BatchEnd, Executor, Goto
from remora.engine.cmd.expand import expand_batch
from remora.engine.cmd.parser import Parser
from remora.engine.cmd.streams import Streams, write_all
from remora.engine.cmd.syntax import CmdSyntaxError

_MAX_SIZE = 16 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Batch:
    """A running batch file. position: index of the next line. arguments: the file's name, then what it was given."""

    lines: list[str]
    arguments: list[str]
    position: int = 0
    saved: list[CmdEnvironment] = field(default_factory=list)

    def find_label(self, label: str) -> int | None:
        """Index of the line after a label: searched from here to the end, then from the start."""
        wanted = label.lower()
        order: list[int] = [*range(self.position, len(self.lines)), *range(self.position)]
        for index in order:
            words = self.lines[index].strip().lstrip(":").split(maxsplit=1)
            if self.lines[index].lstrip().startswith(":") and words and words[0].lower() == wanted:
                return index + 1
        return None


def run_file(path: str, rest: str, streams: Streams, executor: Executor) -> int:
    """Run a batch file to its end; errorlevel. Raises CmdExit, CmdStopped, OSError."""
    with open(path, "rb") as file:
        data = file.read(_MAX_SIZE)
    text = data.removeprefix(b"\xef\xbb\xbf")
    lines = executor.environment.decode(text).splitlines()
    return run_batch(Batch(lines=lines, arguments=[path, *split_words(rest)]), streams, executor)


def run_batch(batch: Batch, streams: Streams, executor: Executor) -> int:
    """Run from the batch's position; the caller's batch is current again afterwards."""
    executor.enter()
    outer, executor.batch = executor.batch, batch
    variables, executor.loop_variables = executor.loop_variables, {}
    environment = executor.environment
    try:
        _statements(batch, streams, executor)
    finally:
        executor.batch, executor.loop_variables = outer, variables
        executor.depth -= 1
        if batch.saved:
            environment.restore(batch.saved[0])
    return environment.errorlevel


def _statements(batch: Batch, streams: Streams, executor: Executor) -> None:
    environment = executor.environment

    def next_line() -> str | None:
        if batch.position >= len(batch.lines):
            return None
        line = batch.lines[batch.position]
        batch.position += 1
        return expand_batch(line, environment.get, batch.arguments)

    parser = Parser(next_line)
    while True:
        executor.control.check()
        try:
            command = parser.statement()
            if command is None:
                return
            executor.run(command, streams)
        except Goto as jump:
            target = batch.find_label(str(jump))
            if target is None:
                message = f"The system cannot find the batch label specified - {jump}\r\n"
                write_all(streams.stderr, environment.encode(message))
                environment.errorlevel = 1
                return
            batch.position = target
        except BatchEnd:
            return
        except CmdSyntaxError as error:
            write_all(streams.stderr, environment.encode(f"{error}\r\n"))
            environment.errorlevel = 255
            return

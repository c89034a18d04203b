"""Runs parsed commands: pipes, chains, conditions, loops, redirections, and the choice between built-in and program."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from remora.engine.cmd import loops
from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.control import CmdStopped, Control
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.expand import expand_delayed, expand_loop
from remora.engine.cmd.paths import matches, to_local, unquote
from remora.engine.cmd.powershell import PowerShellLauncher, is_powershell
from remora.engine.cmd.programs import find_program, is_batch, run_program, split_arguments
from remora.engine.cmd.streams import Streams, redirected, write_all
from remora.engine.cmd.syntax import Chain, CmdSyntaxError, Command, For, Group, If, Pipe, Simple
from remora.errors import EngineError

if TYPE_CHECKING:
    from remora.engine.cmd.batch import Batch

NOT_FOUND = 9009
_NAME_ENDS = " \t,;=\r\n"
_BUILTIN_ENDS = _NAME_ENDS + '/\\.:+[]("'
_MAX_CALLS = 64


class CmdExit(EngineError):
    """``exit`` left the interpreter with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit {code}")
        self.code = code


class BatchEnd(EngineError):
    """``exit /b`` or ``goto :eof`` left the batch file."""


class Goto(EngineError):
    """``goto`` asks the batch file to go on at a label."""


class Executor:
    """One flow of execution. The parts of a pipe get their own, with a copy of the environment."""

    def __init__(
        self,
        environment: CmdEnvironment,
        control: Control,
        builtins: dict[str, Builtin],
        launcher: PowerShellLauncher | None,
    ) -> None:
        self.environment = environment
        self.control = control
        self.builtins = builtins
        self.launcher = launcher
        self.loop_variables: dict[str, str] = {}
        self.batch: Batch | None = None
        self.run_batch: Callable[[str, str, Streams, Executor], int] | None = None
        self.depth = 0

    def part(self) -> Executor:
        """An executor for one side of a pipe."""
        other = Executor(self.environment.snapshot(), self.control, self.builtins, self.launcher)
        other.loop_variables = dict(self.loop_variables)
        other.batch, other.run_batch, other.depth = self.batch, self.run_batch, self.depth
        return other

    def late(self, text: str) -> str:
        """Expansion at run time: loop variables, then ``!NAME!`` when it is switched on."""
        text = expand_loop(text, self.loop_variables)
        return expand_delayed(text, self.environment.get) if self.environment.delayed_expansion else text

    def run(self, command: Command, streams: Streams) -> int:
        """Run to the end; 0 means success for ``&&`` and ``||``. Raises CmdExit, BatchEnd, Goto, CmdStopped."""
        self.control.check()
        match command:
            case Simple():
                return self._simple(command, streams)
            case Group():
                return self._group(command, streams)
            case Chain():
                return self._chain(command, streams)
            case Pipe():
                return self._pipe(command, streams)
            case If():
                if self._test(command) != command.negate:
                    return self.run(command.then, streams)
                return self.run(command.otherwise, streams) if command.otherwise else 0
            case For():
                return self._for(command, streams)

    # -- structure ---------------------------------------------------------------------------------------------

    def _group(self, group: Group, streams: Streams) -> int:
        code = 0
        try:
            with redirected(streams, group.redirections, self.environment.directory, self.late) as inner:
                for command in group.body:
                    code = self.run(command, inner)
        except OSError as error:
            return self.fail(streams, error)
        return code

    def _chain(self, chain: Chain, streams: Streams) -> int:
        code = self.run(chain.left, streams)
        if chain.operator == "&" or (chain.operator == "&&") == (code == 0):
            return self.run(chain.right, streams)
        return code

    def _pipe(self, pipe: Pipe, streams: Streams) -> int:
        """All parts at once, each on its own thread; errorlevel is the last part's."""
        last = len(pipe.parts) - 1
        executors = [self.part() for _ in pipe.parts]
        codes = [0] * len(pipe.parts)
        threads: list[threading.Thread] = []
        read_end = streams.stdin
        for index, part in enumerate(pipe.parts):
            following, write_end = (-1, streams.stdout) if index == last else os.pipe()
            mine = [end for end in (read_end, write_end) if end not in (streams.stdin, streams.stdout)]
            inner = Streams(stdin=read_end, stdout=write_end, stderr=streams.stderr)
            threads.append(
                threading.Thread(
                    target=_run_part, args=(executors[index], part, inner, mine, codes, index), daemon=True
                )
            )
            read_end = following
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.control.check()
        self.environment.errorlevel = executors[last].environment.errorlevel
        return codes[last]

    def _for(self, loop: For, streams: Streams) -> int:
        code = 0
        saved = dict(self.loop_variables)
        try:
            for values in loops.iterations(loop, self, streams):
                self.control.check()
                self.loop_variables.update(values)
                code = self.run(loop.body, streams)
        finally:
            self.loop_variables = saved
        return code

    def _test(self, test: If) -> bool:
        operands = [self.late(operand) for operand in test.operands]
        match test.test:
            case "exist":
                operand = unquote(operands[0])
                if operand.endswith(("\\", "/")):
                    return os.path.isdir(to_local(operand, self.environment.directory))
                return any(True for _ in matches(operand, self.environment.directory))
            case "defined":
                return self.environment.get(operands[0]) is not None
            case "errorlevel":
                return self.environment.errorlevel >= _number(operands[0], 0)
            case "cmdextversion":
                return _number(operands[0], 0) <= 2
        return _compare(test.test, operands[0], operands[1], ignore_case=test.ignore_case)

    # -- commands ----------------------------------------------------------------------------------------------

    def _simple(self, command: Simple, streams: Streams) -> int:
        text = self.late(command.text)
        try:
            with redirected(streams, command.redirections, self.environment.directory, self.late) as inner:
                return self.run_text(text, inner)
        except OSError as error:
            return self.fail(streams, error)

    def run_text(self, text: str, streams: Streams) -> int:
        """Run one command given as text, variables already expanded; sets errorlevel, returns the condition."""
        text = text.lstrip(_NAME_ENDS)
        if not text:
            return 0
        name, rest = self._builtin_name(text)
        builtin = self.builtins.get(name)
        if builtin is not None:
            context = Context(
                environment=self.environment,
                streams=streams,
                control=self.control,
                executor=self,
                name=name,
                text=rest,
            )
            code = builtin(context)
            if code is None:
                return 0
        else:
            name, rest = _program_name(text)
            code = self.run_named(name, rest, streams)
        self.environment.errorlevel = code
        return code

    def _builtin_name(self, text: str) -> tuple[str, str]:
        end = next((at for at, char in enumerate(text) if char in _BUILTIN_ENDS), len(text))
        name = text[:end].lower()
        if end < len(text) and text[end] not in _NAME_ENDS and name not in self.builtins:
            end = next((at for at, char in enumerate(text) if char in _NAME_ENDS), len(text))
            name = text[:end].lower()
        elif end < len(text) and text[end] == "." and text[end + 1 : end + 4].lower() in ("exe", "com"):
            return name, text[end + 4 :]
        elif end < len(text) and text[end] == "." and name not in ("echo", "cd", "chdir"):
            return "", text
        return name, text[end:]

    def run_named(self, name: str, rest: str, streams: Streams) -> int:
        """Run PowerShell, a batch file or a program; 9009 when there is none of that name."""
        if is_powershell(name) and self.launcher is not None:
            return self.launcher(
                [unquote(name), *split_arguments(rest)],
                environment=self.environment.exported(),
                directory=self.environment.directory,
                stdin=streams.stdin,
                stdout=streams.stdout,
                stderr=streams.stderr,
                stop=self.control.stopped,
                code_page=self.environment.code_page,
            )
        path = find_program(name, self.environment)
        if path is None:
            message = (
                f"'{unquote(name)}' is not recognized as an internal or external command,\r\n"
                "operable program or batch file.\r\n"
            )
            write_all(streams.stderr, self.environment.encode(message))
            return NOT_FOUND
        if is_batch(path) and self.run_batch is not None:
            return self.run_batch(path, rest, streams, self)
        return run_program(path, split_arguments(rest), self.environment, streams, self.control)

    def run_direct(self, text: str, streams: Streams) -> int:
        """Start the program a line names without cmd's language; its exit code."""
        name, rest = _program_name(text.lstrip())
        return self.run_named(name, rest, streams)

    def enter(self) -> None:
        """Count one nested call. Raises CmdSyntaxError when there are too many."""
        if self.depth >= _MAX_CALLS:
            raise CmdSyntaxError("Maximum setlocal recursion level reached.")
        self.depth += 1

    def fail(self, streams: Streams, error: OSError) -> int:
        """Report a system error the way cmd words it; errorlevel 1."""
        if isinstance(error, BrokenPipeError):
            self.control.check()
        else:
            with suppress(OSError):
                write_all(streams.stderr, self.environment.encode(system_message(error) + "\r\n"))
        self.environment.errorlevel = 1
        return 1


def system_message(error: OSError) -> str:
    """cmd's sentence for a system error."""
    if isinstance(error, FileNotFoundError):
        missing = error.filename
        if isinstance(missing, str) and not os.path.isdir(os.path.dirname(missing) or "."):
            return "The system cannot find the path specified."
        return "The system cannot find the file specified."
    if isinstance(error, NotADirectoryError):
        return "The directory name is invalid."
    if isinstance(error, PermissionError | IsADirectoryError):
        return "Access is denied."
    if isinstance(error, FileExistsError):
        return "Cannot create a file when that file already exists."
    return f"{error.strerror or error}."


def _run_part(
    executor: Executor, command: Command, streams: Streams, owned: list[int], codes: list[int], index: int
) -> None:
    try:
        codes[index] = executor.run(command, streams)
    except CmdExit as left:
        codes[index] = executor.environment.errorlevel = left.code
    except (BatchEnd, Goto, CmdStopped):
        codes[index] = 1
    except CmdSyntaxError as error:
        codes[index] = executor.environment.errorlevel = 1
        write_all(streams.stderr, executor.environment.encode(f"{error}\r\n"))
    finally:
        for descriptor in owned:
            os.close(descriptor)


def _program_name(text: str) -> tuple[str, str]:
    """The first word (it may contain quotes) and everything after it."""
    quoted = False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in _NAME_ENDS:
            return text[:at], text[at:]
    return text, ""


def _number(text: str, default: int) -> int:
    try:
        return int(unquote(text), 0)
    except ValueError:
        return default


def _compare(operator: str, left: str, right: str, *, ignore_case: bool) -> bool:
    if ignore_case:
        left, right = left.lower(), right.lower()
    if operator == "==":
        return left == right
    a: int | str
    b: int | str
    try:
        a, b = int(left, 0), int(right, 0)
    except ValueError:
        a, b = left, right
    order = (a > b) - (a < b)  # type: ignore[operator]
    return {
        "equ": order == 0,
        "neq": order != 0,
        "lss": order < 0,
        "leq": order <= 0,
        "gtr": order > 0,
        "geq": order >= 0,
    }[operator]

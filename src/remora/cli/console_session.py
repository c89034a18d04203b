"""One engine behind the console: runs texts and scripts on a thread of its own; Ctrl-C stops them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from remora.cli.console_host import ConsoleHost
from remora.cli.console_sink import ConsoleSink
from remora.engine.errors import PSError
from remora.engine.jobs import JobHandle
from remora.engine.profiles import profile_paths
from remora.engine.runspace import InitialSessionState, PipelineResult, Runspace
from remora.engine.threads import start_engine_thread
from remora.engine.transcript import close_transcripts
from remora.modules import builtin_commands

if TYPE_CHECKING:
    from remora.cli.console_remote import RemotePrompt
    from remora.cli.console_xml import XmlSink
    from remora.engine.hosting.debugger import DebuggerStop, Resume
    from remora.engine.hosting.prompts import NestedPrompts

INTERRUPTED: Final = 130


class FileCommand:
    """A script's text with its arguments, as a pipeline of one command. file: where the text came from, if from one."""

    __slots__ = ("file", "is_script", "name", "parameters", "use_local_scope")

    def __init__(
        self,
        name: str,
        parameters: tuple[tuple[str | None, Any], ...],
        file: str | None,
        is_script: bool = True,
        use_local_scope: bool | None = False,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.file = file
        self.is_script = is_script
        self.use_local_scope = use_local_scope


class JobProcesses:
    """JobHost whose means are loaded with the first job."""

    def start(self, script: str, arguments: Sequence[Any], name: str, **more: Any) -> JobHandle:
        """Run script text in a new process, as ``modules.job_host`` does."""
        from remora.modules.job_host import ProcessJobHost

        return ProcessJobHost().start(script, arguments, name, **more)


class ConsoleSession:
    """A runspace with its host. strict: Set-StrictMode -Version Latest before anything else, and no lenient
    reading of arguments.

    xml_sink: takes what is put out, when that is CLIXML. reader: reads a command at the terminal, once there is one.
    interrupted: Ctrl-C ended what ran last. remote: the prompt in another machine's session, None at home.
    """

    def __init__(self, host: ConsoleHost, *, strict: bool = False) -> None:
        self.host = host
        self.runspace = Runspace(
            host=host,
            job_host=JobProcesses(),
            state=InitialSessionState(commands=builtin_commands(), variables={"PROFILE": profile_paths()}),
        )
        host.nested_prompt = lambda: self._prompts().enter()
        self.runspace.context.on_debugger_stop = self._debug
        host.pop = self.leave
        self.remote: RemotePrompt | None = None
        self.reader: Callable[[str], str] | None = None
        self.interrupted = False
        self._nested: NestedPrompts | None = None
        self._sink: ConsoleSink | XmlSink | None = None
        self.xml_sink: XmlSink | None = None
        host.check_stop = self.runspace.context.check_stop
        if strict:
            self.runspace.context.global_scope.strict = 3
            self.runspace.context.strict = True
            self.runspace.context.strict_reading = True
            self.runspace.context.global_scope.set("PSSessionView", "7")

    def run_text(
        self,
        text: str,
        *,
        history: bool = False,
        parameters: tuple[tuple[str | None, Any], ...] = (),
        input: Iterator[Any] | None = None,
    ) -> int:
        """Run text; the exit code of ``pwsh -Command``: exit n, 1 for a failure, else 0. input: what $input gives.

        What was typed (history) runs in the session that the prompt is in.
        """
        if history and (remote := self._entered()) is not None:
            remote.run(text)
            self.interrupted = remote.interrupted
            if not remote.usable:
                self.leave()
            return remote.code
        script = [[FileCommand(text, parameters, None)]] if parameters else text
        result = self._run(script, history=history, input=input)
        code = self._code(result)
        return code if code is not None else int(not self.runspace.context.success)

    def run_profile(self, path: str) -> None:
        """Run a profile in the global scope; an error that ends it is shown."""
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            self._run([[FileCommand(file.read(), (), path)]])

    def run_file(self, path: str, text: str, arguments: Sequence[str], *, input: Iterator[Any] | None = None) -> int:
        """Run the text of a script file; the code of ``pwsh -File``: exit n, 1 for an error ending it, else 0."""
        from remora.engine.cmd.script_arguments import file_parameters

        code = self._code(self._run([[FileCommand(text, file_parameters(arguments), path)]], input=input))
        return 0 if code is None else code

    def end(self) -> None:
        """The session ends: PowerShell.Exiting for whoever subscribed to it, and the end of its transcripts."""
        self.leave()
        if "events" in self.runspace.context.store:
            self._run("$null = New-Event PowerShell.Exiting")
        close_transcripts(self.runspace.context)

    def leave(self) -> bool:
        """The prompt comes home from another machine's session, if it is in one; tells whether it was."""
        remote = self._entered()
        self.remote = self.host.pushed = None
        if remote is not None:
            remote.end()
            if remote.failure is not None and (advice := remote.how_to_return()):
                self.host.write_warning_line(advice)
        return remote is not None

    def propose(self, text: str, cursor: int) -> tuple[int, list[tuple[str, str]]]:
        """What may stand at an offset of a text: where it begins, and each proposal with how it is shown."""
        if (remote := self._entered()) is not None:
            return remote.propose(text, cursor)
        try:
            found = self.runspace.complete(text, cursor)
        except PSError:
            return cursor, []
        return found.start, [(match.text, match.shown) for match in found.matches]

    def _entered(self) -> RemotePrompt | None:
        """The prompt in the session that Enter-PSSession chose, if it is in one."""
        if self.host.pushed is not None and self.remote is None:
            from remora.cli.console_remote import RemotePrompt
            from remora.modules.remoting.common import PORTAL

            self.remote = RemotePrompt(self.host.pushed, self.host, PORTAL)
        return self.remote

    def _prompts(self) -> NestedPrompts:
        if self._nested is None:
            from remora.engine.hosting.prompts import NestedPrompts

            self._nested = NestedPrompts(self)
        if self._sink is not None:
            self._sink.flush()
        return self._nested

    def _debug(self, stop: DebuggerStop) -> Resume:
        return self._prompts().stop(stop)

    def read_command(self, prompt: str) -> str:
        """One command of a nested prompt. Raises EOFError or PSError when there is none."""
        if not (self.host.interactive and self.host.is_terminal and sys.stdin.isatty()):
            self.host.write(prompt)
            line = self.host.read_line()
            self.host.write_line(line)
            return line
        if self.reader is None:
            from remora.cli.console_prompt import line_reader

            self.reader = line_reader(self)
        while True:
            try:
                return self.reader(prompt)
            except KeyboardInterrupt:
                continue

    def prompt_text(self) -> str:
        """What the session's ``prompt`` function says, else ``PS /home/user> ``; of the session that it is in."""
        if (remote := self._entered()) is not None:
            if (there := remote.prompt_text()) is not None:
                return there
            self.leave()
        from remora.engine.hosting.prompts import prompt_text

        return prompt_text(self.runspace)

    def shown_sink(self) -> ConsoleSink:
        """Where a nested prompt's command shows what it puts out."""
        return ConsoleSink(self.host)

    def said_exit(self) -> None:
        """``exit`` ended a nested prompt, not the console."""
        self.host.exit_code = None

    def _code(self, result: PipelineResult) -> int | None:
        if result.exit_code is not None:
            return result.exit_code
        if self.host.exit_code is not None:
            return self.host.exit_code
        if result.state == "Stopped":
            return INTERRUPTED
        return 1 if result.state == "Failed" else None

    def _run(self, script: Any, *, history: bool = False, input: Iterator[Any] | None = None) -> PipelineResult:
        """Run on a thread with a big stack while this one waits for it and for Ctrl-C."""
        outcome: list[PipelineResult | BaseException] = []
        sink = self._sink = ConsoleSink(self.host) if self.xml_sink is None else self.xml_sink
        terminal = self.host.interactive and self.host.is_terminal and isinstance(sink, ConsoleSink)
        self.runspace.context.terminal = sink if terminal else None

        def work() -> None:
            try:
                outcome.append(self.runspace.invoke(script, sink=sink, add_to_history=history, input=input))
            except BaseException as problem:
                outcome.append(problem)

        with self._interrupts():
            thread = start_engine_thread(work, "console")
            while thread.is_alive():
                thread.join(0.5)
        sink.flush()
        result = outcome[0]
        if isinstance(result, PSError):
            result = PipelineResult(state="Failed", error=result.record, had_errors=True)
        if isinstance(result, BaseException):
            raise result
        if result.state == "Failed" and result.error is not None:
            sink.error(result.error)
        sink.finish()
        self.interrupted = result.state == "Stopped"
        return result

    @contextmanager
    def _interrupts(self) -> Iterator[None]:
        """Ctrl-C stops the pipeline while it runs."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: Callable[[int, FrameType | None], Any] | int | None = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, lambda number, frame: self.runspace.stop())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

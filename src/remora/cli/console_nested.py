"""Prompts inside a running pipeline: ``$Host.EnterNestedPrompt()``, Suspend, and the debugger's ``[DBG]:``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from remora.cli.console_sink import ConsoleSink
from remora.engine.errors import PSError
from remora.engine.hosting.debug_commands import DebugCommands
from remora.engine.hosting.debugger import DebuggerStop, Resume

if TYPE_CHECKING:
    from remora.cli.console_session import ConsoleSession
    from remora.engine.scopes import Scope

_YELLOW: Final = 14
_CALLS: Final = "k"


class NestedPrompts:
    """The nested prompts of one session; they run on the thread of the pipeline that they interrupt."""

    def __init__(self, session: ConsoleSession) -> None:
        self._session = session
        self._commands = DebugCommands()
        self._told = False

    def enter(self) -> None:
        """Read and run lines until ``exit`` or ExitNestedPrompt."""
        self._loop(self._session.runspace.context.active_frame().scope, None)

    def stop(self, stop: DebuggerStop) -> Resume:
        """A script stops: show where, read and run lines; how it goes on. It does where no line can be read."""
        if not self._told:
            self._told = True
            self._say("Entering debug mode. Use h or ? for help.\n")
        for one in stop.breakpoints:
            self._say(f"Hit {one.net_text()}")
        if stop.breakpoints:
            self._say("")
        self._say(stop.invocation.position_message())
        return self._loop(stop.frame.scope, stop)

    def _say(self, text: str) -> None:
        self._session.host.write_line(text, _YELLOW)

    def _loop(self, scope: Scope, stop: DebuggerStop | None) -> Resume:
        session, host = self._session, self._session.host
        context = session.runspace.context
        top = context.global_scope
        level = top.get("nestedpromptlevel", 0)
        top.set("NestedPromptLevel", level + 1)
        try:
            with context.apart():
                while not host.leave_nested:
                    text = self._line(stop)
                    if text is None:
                        break
                    answer = self._commands.answer(text, stop) if stop is not None else None
                    if isinstance(answer, Resume):
                        return answer
                    if answer is not None:
                        host.write(answer)
                    elif self._run(text, scope):
                        break
            return Resume.CONTINUE
        finally:
            host.leave_nested = False
            top.set("NestedPromptLevel", level)

    def _line(self, stop: DebuggerStop | None) -> str | None:
        """What is typed; None where nothing more can be."""
        prompt = self._session.prompt_text()
        try:
            return self._session.read_command(prompt if stop is None else f"[DBG]: {prompt}")
        except (EOFError, PSError):
            self._session.host.write_line()
            return None

    def _run(self, text: str, scope: Scope) -> bool:
        """Run a command where the script stands; tells whether it said ``exit``."""
        session = self._session
        if text.strip().lower() == _CALLS:
            text = "Get-PSCallStack"
        sink = ConsoleSink(session.host)
        result = session.runspace.invoke(text, sink=sink, add_to_history=True, scope=scope)
        sink.finish()
        if result.state == "Failed" and result.error is not None:
            sink.error(result.error)
        if result.state == "Stopped":
            session.runspace.context.fresh()
        if result.exit_code is None:
            return False
        session.host.exit_code = None
        return True

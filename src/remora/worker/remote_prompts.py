"""Prompts inside a remote pipeline: nested ones and the debugger's, their lines asked for at the client's host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from remora.engine.hosting.debugger import DebuggerStop, Resume
from remora.engine.hosting.prompts import NestedPrompts, prompt_text
from remora.engine.runspace import Runspace
from remora.worker.remote_host import RemoteHost
from remora.worker.text_console import TextSink


class RemotePrompts:
    """The prompts of one runspace; what a client may ask of it, it may ask there too, and no more.

    A session in which not every command is shown, or whose language is limited, has none: lines of a prompt see what
    the interrupted code sees.
    """

    def __init__(self, host: RemoteHost, runspace: Runspace) -> None:
        self.host = host
        self.runspace = runspace
        self._prompts = NestedPrompts(self)

    def attach(self) -> None:
        """A pipeline begins, and with it perhaps another client's host: who can be asked is asked."""
        context = self.runspace.context
        usable = self.host.has_ui and context.visibility is None and not context.mode.limited
        self.host.nested_prompt = self._enter if usable else None
        context.on_debugger_stop = self._stop if usable else None

    def _enter(self) -> None:
        with self._prompting():
            self._prompts.enter()

    def _stop(self, stop: DebuggerStop) -> Resume:
        with self._prompting():
            return self._prompts.stop(stop)

    @contextmanager
    def _prompting(self) -> Iterator[None]:
        before, self.host.prompting = self.host.prompting, True
        try:
            yield
        finally:
            self.host.prompting = before

    # -- what the prompts want -----------------------------------------------------------------------------------------

    def prompt_text(self) -> str:
        """What the session's ``prompt`` function says."""
        return prompt_text(self.runspace)

    def read_command(self, prompt: str) -> str:
        """A line of the client's. Raises PSError where it has none."""
        self.host.write(prompt)
        return self.host.read_line()

    def shown_sink(self) -> TextSink:
        """Where a command shows what it puts out."""
        return TextSink(self.host)

    def said_exit(self) -> None:
        """``exit`` ended the prompt; the host was not told."""

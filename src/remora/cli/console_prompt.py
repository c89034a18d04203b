"""The console's prompt on a terminal: several lines for what is not finished, history, completion of command names."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from remora.cli.console_session import ConsoleSession
from remora.engine.parser import parse
from remora.engine.source import ParseError


def is_complete(text: str) -> bool:
    """Is the text a whole script, right or wrong? False asks for another line."""
    try:
        parse(text)
    except ParseError as problem:
        return not problem.incomplete
    return not text.endswith("`")


class CommandCompleter(Completer):
    """Names of commands at the beginning of a line or after a pipe."""

    def __init__(self, session: ConsoleSession) -> None:
        self._session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Cmdlets, functions and aliases that begin with the word before the cursor."""
        before = document.text_before_cursor
        word = document.get_word_before_cursor(WORD=True)
        head = before[: len(before) - len(word)].rstrip()
        if not word or (head and head[-1] not in "|;{("):
            return
        context = self._session.runspace.context
        names = {*context.commands.names(), *(context.global_scope.functions or ())}
        for name in sorted(names, key=str.lower):
            if name.lower().startswith(word.lower()):
                yield Completion(name, start_position=-len(word))


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def prompt_text(session: ConsoleSession) -> str:
    """``PS /home/user> ``."""
    return f"PS {session.runspace.context.drives.location}> "


def loop(session: ConsoleSession) -> int:
    """Read and run until ``exit`` or the end of input; the exit code."""
    prompt: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        multiline=True,
        key_bindings=_keys(),
        completer=CommandCompleter(session),
        complete_while_typing=False,
        prompt_continuation=">> ",
    )
    while True:
        try:
            text = prompt.prompt(prompt_text(session))
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if text.strip():
            session.run_text(text, history=True)
            if session.host.exit_code is not None:
                return session.host.exit_code

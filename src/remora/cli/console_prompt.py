"""The console's prompt on a terminal: lines that wait for their end, history, completion, colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

from remora.cli.console_colors import PromptColours
from remora.cli.console_history import history_path, open_history
from remora.cli.console_lines import LineSession, is_complete

Propose = Callable[[str, int], tuple[int, Sequence[tuple[str, str]]]]
"""Takes a text and an offset; returns where what is replaced begins, and what may stand there with how it is shown."""


class EngineCompleter(Completer):
    """Proposals of an engine: commands, parameters, arguments, variables, members, types, paths."""

    def __init__(self, propose: Propose) -> None:
        self._propose = propose

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What may stand at the cursor."""
        start, found = self._propose(document.text, document.cursor_position)
        for text, shown in found:
            yield Completion(text, start_position=start - document.cursor_position, display=shown)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif is_complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class PromptedSession(LineSession, Protocol):
    """What a prompt stands before. leave: the end of input leaves what can be left, which it tells."""

    def propose(self, text: str, cursor: int) -> tuple[int, list[tuple[str, str]]]: ...
    def leave(self) -> bool: ...


def make_prompt(propose: Propose, *, color: bool, keys: KeyBindings | None = None) -> PromptSession[str]:
    """The reader of lines. Enter runs what is whole, Alt-Enter begins a new line, Tab completes. keys: more of them."""
    return PromptSession(
        history=open_history(history_path()),
        multiline=True,
        key_bindings=merge_key_bindings([_keys(), *([keys] if keys is not None else [])]),
        completer=EngineCompleter(propose),
        complete_while_typing=False,
        lexer=PromptColours() if color else None,
        prompt_continuation=">> ",
        enable_history_search=True,
    )


def line_reader(session: PromptedSession, keys: KeyBindings | None = None) -> Callable[[str], str]:
    """Reads one command after a prompt. Raises EOFError at the end of input, KeyboardInterrupt for Ctrl-C."""
    prompt = make_prompt(session.propose, color=session.host.color, keys=keys)
    return lambda text: prompt.prompt(ANSI(text))


def loop(session: PromptedSession, keys: KeyBindings | None = None) -> int:
    """Read and run until ``exit`` or the end of input; the exit code. keys: more of them."""
    read = line_reader(session, keys)
    while True:
        try:
            text = read(session.prompt_text())
        except KeyboardInterrupt:
            continue
        except EOFError:
            if session.leave():
                continue
            return 0
        if text.strip():
            session.run_text(text, history=True)
            if session.host.exit_code is not None:
                return session.host.exit_code

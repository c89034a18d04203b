"""The words of the debugger's prompt: steps, ``list``, help. Source: about_Debuggers."""

from __future__ import annotations

from typing import Final

from remora.engine.hosting.debugger import DebuggerStop, Resume

_RESUMES: Final = {
    "s": Resume.INTO, "stepinto": Resume.INTO,
    "v": Resume.OVER, "stepover": Resume.OVER,
    "o": Resume.OUT, "stepout": Resume.OUT,
    "c": Resume.CONTINUE, "continue": Resume.CONTINUE,
    "q": Resume.STOP, "quit": Resume.STOP,
    "d": Resume.DETACH, "detach": Resume.DETACH,
}  # fmt: skip
_REPEATED: Final = (Resume.INTO, Resume.OVER)
_LINES: Final = 16
_BEFORE: Final = 5
HELP: Final = """
 s, stepInto         Run the next statement, stop inside what it calls
 v, stepOver         Run the next statement with all that it calls
 o, stepOut          Run to the end of this function or script

 c, continue         Go on
 q, quit             End what runs and leave the debugger
 d, detach           Go on without stopping again

 k, Get-PSCallStack  Show the calls that led here

 l, list             Show the source around this place; "list <m>" from line
                     <m>, "list <m> <n>" only <n> lines of it

 <enter>             Repeat stepInto, stepOver or list

 ?, h                Show this

Anything else runs as a command, here, with the variables of this place.
"""


class DebugCommands:
    """One user's words at one prompt after the other; an empty line repeats the last step or list."""

    def __init__(self) -> None:
        self._last = ""
        self._next = 0

    def answer(self, line: str, stop: DebuggerStop) -> Resume | str | None:
        """How to go on, or a text to show; None: the line is a command for the engine."""
        words = line.strip().lower().split()
        repeats = not words
        if repeats:
            words = self._last.split()
        self._last = ""
        if not words:
            return ""
        name = words[0]
        if name in ("l", "list"):
            return self._list(words[1:], stop, repeats=repeats)
        if len(words) > 1:
            return None
        if name in ("?", "h"):
            return HELP
        resume = _RESUMES.get(name)
        if resume in _REPEATED:
            self._last = name
        if resume is not None:
            self._next = 0
        return resume

    def _list(self, numbers: list[str], stop: DebuggerStop, *, repeats: bool) -> str | None:
        source, here = stop.extent.source, stop.extent.start_line
        last = len(source.line_starts())
        if len(numbers) > 2 or not all(number.isdecimal() for number in numbers):
            return None
        start = int(numbers[0]) if numbers else self._next if repeats and self._next else max(1, here - _BEFORE)
        count = int(numbers[1]) if len(numbers) == 2 else _LINES
        self._last = "l"
        if not 1 <= start <= last:
            self._next = 0
            return f"The source has {last} lines; there is nothing to show from line {start} on."
        end = min(last, start + count - 1)
        self._next = end + 1
        rows = [f"{n:>5}:{'*' if n == here else ' '} {source.line(n)}" for n in range(start, end + 1)]
        return "\n" + "\n".join(rows) + "\n"

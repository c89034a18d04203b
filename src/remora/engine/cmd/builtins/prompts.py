"""Questions cmd asks before it overwrites or deletes."""

from __future__ import annotations

from remora.engine.cmd.context import Context
from remora.engine.cmd.streams import read_line


def confirmed(context: Context, question: str) -> bool:
    """Ask and read one line; anything but Y (the end of the input too) means no."""
    context.write(question)
    answer = read_line(context.streams.stdin)
    context.line()
    return answer is not None and answer.strip()[:1].lower() == b"y"

"""Errors as people read them: the ConciseView of PowerShell 7, and the NormalView older clients know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.errors import ErrorRecord

if TYPE_CHECKING:
    from remora.engine.invocation import InvocationInfo


def error_text(record: Any) -> str:
    """The text of an error among output."""
    from remora.engine.convert import to_text

    return concise(record) if isinstance(record, ErrorRecord) else to_text(record)


def concise(record: ErrorRecord) -> str:
    """``Get-Item: message``; in a file or a script of several lines with the marked line. What a program wrote to
    its error stream is shown as it is.
    """
    if record.from_native:
        return record.message
    invocation = record.invocation
    title = _title(record)
    text = record.message.rstrip()
    if record.recommended_action:
        text += f"\n  Recommendation: {record.recommended_action}"
    if invocation is None or not _shows_position(invocation):
        return f"{title}: {text}"
    number = max(len(str(invocation.line_number)), 4)
    bar = " " * number + " | "
    line = invocation.line.rstrip("\r\n")
    lead = len(line) - len(line.lstrip())
    start = max(invocation.offset - 1 - lead, 0)
    span = invocation.extent.text.splitlines() if invocation.extent is not None else []
    length = max(min(len(span[0]) if span else 1, len(line) - lead - start), 1)
    place = f"{invocation.script_name}:{invocation.line_number}" if invocation.script_name else ""
    body = "\n".join(bar + part for part in text.splitlines() or [""])
    return (
        f"{title}: {place}".rstrip() + f"\nLine |\n{invocation.line_number:>{number}} |  {line.lstrip()}\n"
        f"{bar} {' ' * start}{'~' * length}\n{body}"
    )


def _title(record: ErrorRecord) -> str:
    if record.activity and "-" in record.activity:
        return record.activity
    invocation = record.invocation
    if invocation is not None and invocation.command is not None and record.activity == invocation.command.name:
        return invocation.command.name
    reason = record.reason or record.exception.short_name
    if record.error_id == "CommandNotFoundException" and record.target is not None:
        return str(record.target)
    return reason.removesuffix("Exception") + "Exception" if reason.endswith("Exception") else reason


def _shows_position(invocation: InvocationInfo) -> bool:
    return bool(invocation.script_name) or invocation.line_number > 1


def normal(record: ErrorRecord) -> str:
    """Message, position, CategoryInfo and FullyQualifiedErrorId, as PowerShell 5.1 prints them."""
    lines = [record.message]
    if record.invocation is not None:
        if record.activity and "-" in record.activity:
            lines[0] = f"{record.activity} : {record.message}"
        lines.extend(record.invocation.position_message().splitlines())
    from remora.engine.format import access

    category = access.get(record, "CategoryInfo")
    lines.append(f"    + CategoryInfo          : {category.net_text() if category is not None else record.category}")
    lines.append(f"    + FullyQualifiedErrorId : {record.fully_qualified_id}")
    return "\n".join([*lines, " "])

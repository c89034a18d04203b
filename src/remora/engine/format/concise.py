"""Errors as people read them: the ConciseView of PowerShell 7, the NormalView before it, and the shorter and longer
views that $ErrorView may name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert import to_text
from remora.engine.errors import ErrorRecord
from remora.engine.format import access
from remora.engine.types.registry import unwrap

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

WIDTH: Final = 120
_NUMBER_WIDTH: Final = 4
_NATIVE: Final = ("NativeCommandErrorMessage", "NativeCommandError")


def error_text(record: Any, context: EngineContext | None = None) -> str:
    """The text of an error in the view that $ErrorView names. context: the session, by default the one that runs."""
    if not isinstance(record, ErrorRecord):
        return to_text(record)
    if record.from_native or record.error_id in _NATIVE:
        return record.message
    from remora.engine.context import running

    context = context or running()
    view, width = "conciseview", WIDTH
    if context is not None:
        scope = context.frames[-1].scope if context.frames else context.global_scope
        view = to_text(scope.get("errorview", "ConciseView")).lower()
        width = context.host.get_buffer_size()[0]
    if view == "categoryview":
        return to_text(access.get(record, "CategoryInfo"))
    if view == "detailedview":
        from remora.engine.format.library.extended_error import details

        return details(record)
    return normal(record) if view == "normalview" else concise(record, width)


def concise(record: ErrorRecord, width: int = WIDTH) -> str:
    """``Get-Item: message``; in a file or a script of several lines with the marked line. What a program wrote to
    its error stream is shown as it is. width: columns that a message under a line may take.
    """
    if record.from_native:
        return record.message
    place, prefix = _place(record)
    text = _message(record)
    invocation = record.invocation
    if record.recommended_action and record.recommended_action.strip():
        text += f"\n  Recommendation: {record.recommended_action}"
    if (invocation is not None and invocation.script_name) or record.category == "ParserError":
        text = _fitted(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "), prefix, width)
    else:
        text = prefix + text.rstrip()
    return f"{_title(record)}: {place}{text}"


def _message(record: ErrorRecord) -> str:
    """The message; of a parse error what stands below its position."""
    message = record.message
    if record.category == "ParserError" and record.details is None and "~\n" in message:
        return message.split("~\n", 1)[1].split("\n\n")[0]
    return message


def _place(record: ErrorRecord) -> tuple[str, str]:
    """The lines that show where, with what stands before the message under them; empty where nothing is shown."""
    target = unwrap(record.target)
    if isinstance(target, Mapping) and "Line" in target and "LineText" in target:
        return _target_place(target)
    invocation = record.invocation
    if invocation is None or not invocation.position_message():
        return "", ""
    if not (invocation.script_name or invocation.line_number > 1 or record.category == "ParserError"):
        return "", ""
    if invocation.script_name.endswith(".psm1"):
        return "", ""
    shown = invocation.position_message().split("\n")
    line = shown[1][1:] if len(shown) > 1 else ""
    marks = shown[-1][1:] if len(shown) > 2 else ""
    where = f"{invocation.script_name}:{invocation.line_number}" if invocation.script_name else ""
    return _lines(where, str(invocation.line_number), line, marks)


def _lines(where: str, number: str, line: str, marks: str) -> tuple[str, str]:
    extra = " " * max(len(number) - _NUMBER_WIDTH, 0)
    prefix = f"{extra}     | "
    text = f"{where}\n{extra}Line |\n{number.rjust(_NUMBER_WIDTH)} | {line}\n"
    if marks:
        text += f"{prefix}{marks}\n"
    return text, prefix


def _target_place(target: Mapping[Any, Any]) -> tuple[str, str]:
    """A place that the record's target names: Line, LineText, File, and StartColumn and EndColumn counted from one."""
    line = to_text(target["LineText"]).strip()
    start, end = _column(target, "StartColumn"), _column(target, "EndColumn")
    marks = ""
    if start is not None and 0 < start <= len(line):
        last = end if end is not None and start < end <= len(line) + 1 else len(line) + 1
        marks = " " * (start - 1) + "~" * (last - start)
    where = to_text(target["File"]) if "File" in target else ""
    return _lines(where, to_text(target["Line"]), line, marks)


def _column(target: Mapping[Any, Any], name: str) -> int | None:
    from remora.engine.convert.conversion import try_convert
    from remora.engine.types.typeref import require

    if name not in target:
        return None
    done, number = try_convert(target[name], require("int"))
    return int(number) if done and number is not None else None


def _fitted(message: str, prefix: str, width: int) -> str:
    """The message behind its prefix, cut at blanks into lines of the width."""
    whole = prefix + message
    if width <= 0 or len(whole) <= width:
        return whole
    first = _cut(whole, width)
    lines = [first]
    rest = whole[len(first) :].strip()
    while len(rest) + len(prefix) > width:
        line = _cut(prefix + rest, width)
        if len(line) <= len(prefix):
            break
        lines.append(line)
        rest = rest[len(line) - len(prefix) :].strip()
    return "\n".join([*lines, prefix + rest])


def _cut(text: str, width: int) -> str:
    """At most width characters, ended before the last blank among them."""
    if len(text) <= width:
        return text
    head = text[:width]
    blanks = list(re.finditer(r"\s", head))
    return head[: blanks[-1].start()] if blanks else head


def _title(record: ErrorRecord) -> str:
    """Who says it: the command, else the kind of error."""
    invocation = record.invocation
    command = invocation.command if invocation is not None else None
    if record.exception.thrown:
        return "Exception"
    if record.fully_qualified_id == "CommandNotFoundException" and record.target is not None:
        return to_text(record.target)
    if command is not None and command.name:
        return command.name
    if record.activity:
        return record.activity
    if command is not None:
        return ""
    if invocation is not None and invocation.invocation_name:
        return invocation.invocation_name
    if record.category != "NotSpecified":
        return record.category
    return record.reason or record.exception.short_name or "Error"


def normal(record: ErrorRecord) -> str:
    """Command, message, position, CategoryInfo and FullyQualifiedErrorId under each other."""
    invocation = record.invocation
    prefix = ""
    if invocation is not None:
        name = invocation.invocation_name
        if name in ("", "&", ".") and invocation.command is not None:
            name = invocation.command.name
        prefix = f"{name} : " if name else ""
    position = invocation.position_message() if invocation is not None else ""
    lines = [prefix + record.message, *([position] if position else [])]
    lines.append(f"+ CategoryInfo          : {to_text(access.get(record, 'CategoryInfo'))}")
    lines.append(f"+ FullyQualifiedErrorId : {record.fully_qualified_id}")
    origin = getattr(record, "origin", None)
    if origin is not None:
        lines.append(f"+ PSComputerName        : {origin.computer}")
    return "\n".join(lines)

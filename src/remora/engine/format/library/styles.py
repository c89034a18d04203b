"""Views of $PSStyle: each sequence shown in itself, with its letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.decorated import ESC, RESET
from remora.engine.format.views import listing, views

_STYLE = "System.Management.Automation.PSStyle"
_COLORS = (
    "Black", "BrightBlack", "White", "BrightWhite", "Red", "BrightRed", "Magenta", "BrightMagenta", "Blue",
    "BrightBlue", "Cyan", "BrightCyan", "Green", "BrightGreen", "Yellow", "BrightYellow",
)  # fmt: skip
_ATTRIBUTES = (
    "Reset", "BlinkOff", "Blink", "BoldOff", "Bold", "DimOff", "Dim", "Hidden", "HiddenOff", "Reverse", "ReverseOff",
    "ItalicOff", "Italic", "UnderlineOff", "Underline", "StrikethroughOff", "Strikethrough",
)  # fmt: skip
_FORMATTING = (
    "FormatAccent", "ErrorAccent", "Error", "Warning", "Verbose", "Debug", "TableHeader", "CustomTableHeaderLabel",
    "FeedbackName", "FeedbackText", "FeedbackAction",
)  # fmt: skip


def _letters(sequence: str) -> str:
    return sequence.replace(ESC, "`e")


def _shown(path: str) -> tuple[str, Callable[[Any], str]]:
    def value(style: Any) -> str:
        found = style
        for name in path.split("."):
            found = get(found, name)
        sequence = to_text(found)
        return f"{sequence}{_letters(sequence)}{RESET}"

    return path, value


def _extensions(owner: Any) -> str:
    table = get(owner, "Extension")
    pairs = list(table.items()) if hasattr(table, "items") else []
    width = max((len(extension) for extension, _ in pairs), default=0)
    return "".join(f'{name.ljust(width)} = "{style}{_letters(style)}{RESET}"\n' for name, style in pairs)


VIEWS = (
    *views(
        _STYLE,
        list=listing(
            *map(_shown, _ATTRIBUTES),
            "OutputRendering",
            *(_shown(f"Formatting.{name}") for name in _FORMATTING[:8]),
            _shown("Progress.Style"),
            ("Progress.MaxWidth", lambda style: get(get(style, "Progress"), "MaxWidth")),
            ("Progress.View", lambda style: get(get(style, "Progress"), "View")),
            ("Progress.UseOSCIndicator", lambda style: get(get(style, "Progress"), "UseOSCIndicator")),
            _shown("FileInfo.Directory"),
            _shown("FileInfo.SymbolicLink"),
            _shown("FileInfo.Executable"),
            ("FileInfo.Extension", lambda style: ",".join(_keys(get(get(style, "FileInfo"), "Extension")))),
            *(_shown(f"Foreground.{name}") for name in _COLORS),
            *(_shown(f"Background.{name}") for name in _COLORS),
        ),
    ),
    *views(_STYLE + "+FormattingData", list=listing(*map(_shown, _FORMATTING))),
    *views(_STYLE + "+ProgressConfiguration", list=listing(_shown("Style"), "MaxWidth", "View", "UseOSCIndicator")),
    *views(
        _STYLE + "+FileInfoFormatting",
        list=listing(_shown("Directory"), _shown("SymbolicLink"), _shown("Executable"), ("Extension", _extensions)),
    ),
    *views(_STYLE + "+ForegroundColor", list=listing(*map(_shown, _COLORS))),
    *views(_STYLE + "+BackgroundColor", list=listing(*map(_shown, _COLORS))),
)


def _keys(table: Any) -> list[str]:
    return [extension for extension, _ in table.items()] if hasattr(table, "items") else []

"""MatchInfo: one matching line of Select-String, with the lines around it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.modules.common import declare_attributes
from remora.values import TypedArray, UInt64

INPUT: Final = "InputStream"
_C: Final = "Microsoft.PowerShell.Commands."
_REVERSE, _RESET = "\x1b[7m", "\x1b[0m"


@dataclass(slots=True, kw_only=True)
class MatchContext(NetObject):
    """Lines before and after. shown_*: those that no other match shows already."""

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    shown_before: list[str] = field(default_factory=list)
    shown_after: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class MatchInfo(NetObject):
    """One matching line. path: InputStream for objects from the pipeline. marks: (start, length) of what stands out."""

    line: str
    number: int
    path: str
    pattern: str
    ignore_case: bool
    matches: list[Any]
    context: MatchContext | None = None
    marks: tuple[tuple[int, int], ...] = ()

    def net_text(self) -> str:
        return self.shown(None)

    def shown(self, folder: str | None, *, emphasize: bool = False) -> str:
        """``path:number:line``, its context around it; paths below the folder are relative to it."""
        path = self.path if folder is None else self.relative(folder)
        line = self._marked() if emphasize else self.line
        if self.context is None:
            return self._formatted(line, self.number, path, "")
        before, after = self.context.shown_before, self.context.shown_after
        first = self.number - len(before)
        rows = [
            *((text, "  ") for text in before),
            (line, "> "),
            *((text, "  ") for text in after),
        ]
        return "\n".join(self._formatted(text, first + at, path, prefix) for at, (text, prefix) in enumerate(rows))

    def _formatted(self, line: str, number: int, path: str, prefix: str) -> str:
        return prefix + line if self.path == INPUT else f"{prefix}{path}:{number}:{line}"

    def _marked(self) -> str:
        parts: list[str] = []
        at = 0
        for start, length in self.marks:
            parts += [self.line[at:start], _REVERSE, self.line[start : start + length], _RESET]
            at = start + length
        return "".join(parts) + self.line[at:]

    def relative(self, folder: str) -> str:
        """The path below a folder."""
        prefix = folder.rstrip("/") + "/"
        return self.path.removeprefix(prefix) if self.path != INPUT else self.path

    def filtered(self) -> MatchInfo:
        """The same match as a later Select-String passes it on: its context is kept and no longer shown."""
        if self.context is None:
            return self
        return replace(self, context=replace(self.context, shown_before=[], shown_after=[]))


def _texts(lines: list[str]) -> TypedArray:
    return TypedArray(lines, "System.String")


def _declare() -> None:
    kind = MatchInfo.net_type = NetType(_C + "MatchInfo", OBJECT)
    declare_attributes(kind, ("IgnoreCase", "ignore_case", "System.Boolean"))
    kind.property("LineNumber", "System.UInt64")(lambda v: UInt64(v.number))
    declare_attributes(kind, ("Line", "line", "System.String"))
    kind.property("Filename", "System.String")(lambda v: posixpath.basename(v.path))
    declare_attributes(
        kind,
        ("Path", "path", "System.String"),
        ("Pattern", "pattern", "System.String"),
        ("Context", "context", _C + "MatchInfoContext"),
    )
    kind.property("Matches", "System.Text.RegularExpressions.Match[]")(
        lambda v: TypedArray(v.matches, "System.Text.RegularExpressions.Match")
    )
    kind.method("RelativePath(string)", returns="string")(lambda v, folder: v.relative(folder))
    kind.method("ToString()", "ToString(string)", returns="string")(lambda v, folder=None: v.shown(folder))
    kind.method("ToEmphasizedString(string)", returns="string")(lambda v, folder: v.shown(folder, emphasize=True))
    context = MatchContext.net_type = NetType(_C + "MatchInfoContext", OBJECT)
    rows = (("PreContext", "before"), ("PostContext", "after"), ("DisplayPreContext", "shown_before"),
            ("DisplayPostContext", "shown_after"))  # fmt: skip
    for name, attribute in rows:
        context.property(name, "System.String[]")(_lines_of(attribute))
    register(kind, context)


def _lines_of(attribute: str) -> Any:
    return lambda v: _texts(getattr(v, attribute))


_declare()

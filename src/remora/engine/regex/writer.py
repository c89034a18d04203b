"""A pattern as text for the libraries: ``regex``, which has nearly all of .NET's, and ``re`` for what means the same
there, in ASCII texts.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from remora.engine.regex import nodes as n
from remora.engine.regex.charset import CharSet, mask_text
from remora.engine.regex.groups import Groups

_ANCHORS: Final = {
    n.BEGIN: r"\A",
    n.LINE_BEGIN: "(?m:^)",
    n.END: r"\Z",
    n.LAST_LINE_END: "$",
    n.LINE_END: "(?m:$)",
    n.START: r"\G",
    n.BOUNDARY: r"\b",
    n.NO_BOUNDARY: r"\B",
}
_NEVER_ONE: Final = (n.Alternation, n.Sequence, n.Anchor, n.Look, n.Repeat, n.Backreference, n.Condition)
_NO_CASE_OF: Final = {"\u0131": "iI", "\u017f": "sS"}  # the library takes them for cases of these, .NET does not
_ECMA_WORD: Final = r"[0-9A-Z_a-z\u0130]"


class Style(Enum):
    """For whom to write: the standard library and ASCII; the library and ASCII, or any text."""

    NATIVE = 0
    ASCII = 1
    EXACT = 2


def is_native(node: n.Node, repeated: bool = False, seen: set[int | str] | None = None) -> bool:
    """Tell whether ``re`` means the same by this part: no group that captures twice, nothing that it does not have."""
    seen = seen if seen is not None else set()
    if isinstance(node, (n.Backreference, n.Condition)) or (isinstance(node, n.Look) and node.behind):
        return False
    if isinstance(node, n.Anchor):
        return node.kind not in (n.START, n.NO_BOUNDARY) and not node.ascii_only
    if isinstance(node, n.Capture):
        if repeated or node.key in seen:
            return False
        seen.add(node.key)
    if isinstance(node, n.Repeat):
        if n.least_width(node.child) == 0:
            return False
        repeated = repeated or node.high != 1
    return all(is_native(child, repeated, seen) for child in n.children(node))


def ignores_case(node: n.Node) -> set[bool]:
    """Whether the parts ignore case; both when some do and some do not."""
    if isinstance(node, (n.Chars, n.Backreference)):
        return {node.ignore_case}
    return set().union(*(ignores_case(child) for child in n.children(node)))


class Writer:
    """Writes one pattern. ignore_case: whether the whole is compiled to ignore case."""

    def __init__(self, groups: Groups, style: Style, ignore_case: bool) -> None:
        self.groups = groups
        self.style = style
        self.ignore_case = ignore_case

    def write(self, node: n.Node) -> str:
        """The text of a part."""
        if isinstance(node, n.Chars):
            return self._chars(node)
        if isinstance(node, n.Anchor):
            return _ecma_boundary(node.kind) if node.ascii_only and node.kind >= n.BOUNDARY else _ANCHORS[node.kind]
        if isinstance(node, n.Sequence):
            return "".join(
                f"(?:{self.write(item)})" if isinstance(item, n.Alternation) else self.write(item)
                for item in node.items
            )
        if isinstance(node, n.Alternation):
            return "|".join(self.write(branch) for branch in node.branches)
        if isinstance(node, n.Capture):
            return f"(?P<{self._name(node.key)}>{self.write(node.child)})"
        if isinstance(node, n.Atomic):
            return f"(?>{self.write(node.child)})"
        if isinstance(node, n.Look):
            return f"(?{'<' if node.behind else ''}{'!' if node.negative else '='}{self.write(node.child)})"
        if isinstance(node, n.Repeat):
            return self._repeat(node)
        if isinstance(node, n.Backreference):
            return self._reference(node)
        assert isinstance(node, n.Condition)
        return self._condition(node)

    def _name(self, key: int | str) -> str:
        return f"g{self.groups.number(key)}"

    def _chars(self, node: n.Chars) -> str:
        if self.style is Style.NATIVE:
            return mask_text(node.chars.mask(node.ignore_case))
        text = self._cased(node.chars.text(node.ignore_case, self.style is Style.EXACT), node.ignore_case)
        if self.style is Style.EXACT and node.ignore_case:
            unwanted = [char for char, cases in _NO_CASE_OF.items() if _spurious(node.chars, char, cases)]
            if unwanted:
                return f"(?:(?-i:(?![{''.join(unwanted)}])){text})"
        return text

    def _cased(self, text: str, ignore_case: bool) -> str:
        if ignore_case == self.ignore_case or self.style is Style.NATIVE:
            return text
        return f"(?i:{text})" if ignore_case else f"(?-i:{text})"

    def _enclosed(self, node: n.Node, *kinds: type[n.Node]) -> str:
        """The text of a part, in a group when it is of a kind that needs one."""
        text = self.write(node)
        return f"(?:{text})" if isinstance(node, kinds) else text

    def _repeat(self, node: n.Repeat) -> str:
        text = self._enclosed(node.child, *_NEVER_ONE)
        low, high = node.low, node.high
        times = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((low, high))
        if times is None:
            times = f"{{{low}}}" if low == high else f"{{{low},{'' if high is None else high}}}"
        return text + times + ("?" if node.lazy else "")

    def _reference(self, node: n.Backreference) -> str:
        if node.key == 0:
            return "(?!)"
        name = self._name(node.key)
        text = f"(?({name})(?P={name}))" if node.or_nothing else f"(?P={name})"
        return self._cased(text, node.ignore_case)

    def _condition(self, node: n.Condition) -> str:
        yes, no = self._enclosed(node.yes, n.Alternation), self._enclosed(node.no, n.Alternation)
        if node.test == 0:
            return f"(?:{no})"
        test = f"?={self.write(node.test)}" if isinstance(node.test, n.Node) else self._name(node.test)
        return f"(?({test}){yes}|{no})"


def _spurious(chars: CharSet, char: str, cases: str) -> bool:
    """Tell whether the library would take a character for one of the set that .NET does not."""
    return any(map(chars.has, cases)) and not chars.has(char)


def _ecma_boundary(kind: int) -> str:
    at = rf"(?<={_ECMA_WORD})(?!{_ECMA_WORD})|(?<!{_ECMA_WORD})(?={_ECMA_WORD})"
    return f"(?:{at})" if kind == n.BOUNDARY else f"(?!{at})"

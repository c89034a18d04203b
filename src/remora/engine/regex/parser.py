"""Patterns as .NET reads them. Source: .NET's grammar of regular expressions and its parser's errors."""

from __future__ import annotations

from typing import Final

from remora.engine.regex import nodes as n
from remora.engine.regex import options as o
from remora.engine.regex.charset import LAST, CharSet
from remora.engine.regex.failures import not_beside, unsupported_pattern
from remora.engine.regex.groups import Groups
from remora.engine.regex.reader import Reader, is_word
from remora.engine.regex.sets import read_set

_ANCHORS: Final = {
    "b": n.BOUNDARY, "B": n.NO_BOUNDARY, "A": n.BEGIN, "G": n.START, "Z": n.LAST_LINE_END, "z": n.END,
}  # fmt: skip
_BAD_NAME: Final = "Invalid group name: Group names must begin with a word character."
_TESTED_GROUP: Final = (
    "captured group conditional (?( name ) yes-pattern | no-pattern ) or (?( number ) yes-pattern| no-pattern )"
)
TOO_DEEP: Final = "a pattern with so many groups in each other"
_LOOKS: Final = {"=": (False, False), "!": (False, True)}


class Parser(Reader):
    """One reading of a pattern. groups: those that it has; None on the first reading, which finds them: until then any
    name may be one.
    """

    def __init__(self, pattern: str, options: int, groups: Groups | None = None) -> None:
        super().__init__(pattern, options)
        self.groups = groups
        self.unnamed = 0
        self.numbers: set[int] = set()
        self.names: list[str] = []
        self.refers = False

    def parse(self) -> n.Node:
        """The whole pattern. Raises PSError."""
        node = self._branches()
        if self.pos < self.end:
            self.pos += 1
            raise self.wrong("Too many )'s.")
        return node

    def _branches(self) -> n.Node:
        branches = self._alternatives()
        return branches[0] if len(branches) == 1 else n.Alternation(branches)

    def _alternatives(self) -> list[n.Node]:
        branches = [self._sequence()]
        while self.peek() == "|":
            self.pos += 1
            branches.append(self._sequence())
        return branches

    def _sequence(self) -> n.Node:
        items: list[n.Node] = []
        quantified = False
        while True:
            self.blank()
            char = self.peek()
            if char in ("", "|", ")"):
                return items[0] if len(items) == 1 else n.Sequence(items)
            if self.at_quantifier():
                self.pos += 1
                reason = f"Nested quantifier '{char}'." if quantified else f"Quantifier '{char}' following nothing."
                raise self.wrong(reason)
            atom = self._atom(self.take())
            quantified = False
            if atom is None:
                continue
            self.blank()
            if self.at_quantifier():
                low, high, lazy = self.quantifier()
                atom = n.Repeat(atom, low, high, lazy)
                quantified = True
            items.append(atom)

    # -- atoms ---------------------------------------------------------------------------------------------------------

    def _atom(self, char: str) -> n.Node | None:
        if char == "\\":
            return self._backslash()
        if char == "[":
            return n.Chars(read_set(self), self.has(o.IGNORE_CASE))
        if char == "(":
            return self._group()
        if char == "^":
            return n.Anchor(n.LINE_BEGIN if self.has(o.MULTILINE) else n.BEGIN)
        if char == "$":
            return n.Anchor(n.LINE_END if self.has(o.MULTILINE) else n.LAST_LINE_END)
        if char == ".":
            return n.Chars(CharSet([(0, LAST)] if self.has(o.SINGLELINE) else [(0, 9), (11, LAST)]), False)
        return self._char(char)

    def _char(self, char: str) -> n.Node:
        return n.Chars(CharSet.of(char), self.has(o.IGNORE_CASE))

    def _backslash(self) -> n.Node:
        char = self.peek()
        ascii_only = self.has(o.ECMA_SCRIPT)
        if char == "":
            raise self.wrong(r"Illegal \\ at end of pattern.")
        if char in _ANCHORS:
            self.pos += 1
            if char == "G":
                self._needs_backtracking("contiguous matches (\\G)")
            return n.Anchor(_ANCHORS[char], ascii_only)
        if char in "dDsSwWpP":
            self.pos += 1
            chars = CharSet()
            if char in "pP":
                chars.add_property(self.property_name(), char == "P")
            else:
                chars.add_class(char, ascii_only)
            return n.Chars(chars, self.has(o.IGNORE_CASE))
        reference = self._reference()
        return reference if reference is not None else self._char(self.escaped())

    # -- references ----------------------------------------------------------------------------------------------------

    def _reference(self) -> n.Node | None:
        """A back reference, if one comes after the backslash."""
        begin = self.pos
        close = self._reference_quote()
        char = self.peek()
        key: int | str | None = None
        if close and "0" <= char <= "9":
            number = self.number()
            key = number if self._closed(close) else None
            if key is not None and not self._is_group(number):
                raise self.wrong(f"Reference to undefined group number {number}.")
        elif not close and "1" <= char <= "9":
            key = self._plain_number()
        elif close and is_word(char):
            name = self.name()
            key = name if self._closed(close) else None
            if key is not None and not self._is_group(name):
                raise self.wrong(f"Reference to undefined group name '{name}'.")
        if key is None:
            self.pos = begin
            return None
        self.refers = True
        self._needs_backtracking("backreference (\\ number)")
        return n.Backreference(key, self.has(o.IGNORE_CASE), self.has(o.ECMA_SCRIPT))

    def _reference_quote(self) -> str:
        """What closes the name of ``\\k<name>`` or ``\\<name>``; empty when it is neither."""
        explicit = self.peek() == "k"
        if explicit:
            quote = self.peek(1)
            self.pos += 2 if quote else 0
            if quote not in ("<", "'") or self.pos >= self.end:
                raise self.wrong(r"Malformed \\k<...> named back reference.")
        else:
            quote = self.peek() if self.peek() in ("<", "'") and self.peek(1) else ""
            self.pos += len(quote)
        return {"<": ">", "'": "'"}.get(quote, "")

    def _closed(self, close: str) -> bool:
        return self.pos < self.end and self.take() == close

    def _plain_number(self) -> int | None:
        """The group of ``\\1``. ECMAScript takes as many digits as make a group that began before."""
        if not self.has(o.ECMA_SCRIPT):
            number = self.number()
            if self._is_group(number):
                return number
            if number <= 9:
                raise self.wrong(f"Reference to undefined group number {number}.")
            return None
        found, end, value = None, self.pos, 0
        while "0" <= self.peek() <= "9":
            value = value * 10 + int(self.take())
            if value > self.unnamed and value not in self.numbers:
                break
            found, end = value, self.pos
        self.pos = end
        return found

    def _is_group(self, key: int | str) -> bool:
        self.refers = True
        return self.groups is None or key in self.groups

    # -- groups --------------------------------------------------------------------------------------------------------

    def _group(self, captures: bool = True) -> n.Node | None:
        """What begins with a parenthesis that is read; None when it only sets options."""
        outer = self.options
        if self.peek() != "?" or self.peek(1) == ")":
            if self.has(o.EXPLICIT_CAPTURE) or not captures:
                return self._inside(outer)
            self.unnamed += 1
            return self._capture(self.unnamed, outer)
        self.pos += 1
        char = self.peek()
        if char == "":
            raise self._unknown()
        if char in (":", ">", "=", "!"):
            self.pos += 1
            return self._plain_group(char, outer)
        if char in ("<", "'"):
            self.pos += 1
            return self._angled_group(char, outer)
        if char == "(":
            return self._condition(outer)
        if captures:
            self._set_options()
        if self.pos < self.end:
            close = self.take()
            if close == ")":
                return None
            if close == ":":
                return self._inside(outer)
        raise self._unknown()

    def _unknown(self) -> Exception:
        return self.wrong("Unrecognized grouping construct.")

    def _inside(self, outer: int) -> n.Node:
        node = self._branches()
        self._close(outer)
        return node

    def _close(self, outer: int) -> None:
        if self.pos == self.end:
            raise self.wrong("Not enough )'s.")
        self.pos += 1
        self.options = outer

    def _plain_group(self, kind: str, outer: int) -> n.Node:
        if kind == ":":
            return self._inside(outer)
        if kind == ">":
            self._needs_backtracking("atomic subexpressions (?> pattern)")
            return n.Atomic(self._inside(outer))
        behind, negative = _LOOKS[kind]
        return self._look(behind, negative, outer)

    def _look(self, behind: bool, negative: bool, outer: int) -> n.Node:
        word, sign = ("negative", "!") if negative else ("positive", "=")
        self._needs_backtracking(f"{word} lookahead (?{sign} pattern) or {word} lookbehind (?<{sign} pattern)")
        self.options = self.options & ~o.RIGHT_TO_LEFT | (o.RIGHT_TO_LEFT if behind else 0)
        return n.Look(self._inside(outer), behind, negative)

    def _angled_group(self, quote: str, outer: int) -> n.Node:
        char = self.peek()
        if char == "":
            raise self._unknown()
        if char in _LOOKS:
            self.pos += 1
            if quote == "'":
                raise self._unknown()
            return self._look(True, _LOOKS[char][1], outer)
        close = ">" if quote == "<" else "'"
        key = self._group_name(close, ends="-")
        if self.peek() == "-":
            self._balancing(key, close)
        if self.pos == self.end or self.take() != close or (key is None and self.groups is not None):
            raise self._unknown()
        return self._inside(outer) if key is None else self._capture(key, outer)

    def _group_name(self, close: str, ends: str = "") -> int | str | None:
        """The name or number of a group; None when it begins with what ends it."""
        char = self.peek()
        key: int | str | None = None
        if "0" <= char <= "9":
            key = self.number()
        elif is_word(char):
            key = self.name()
        elif char != ends:
            raise self.wrong(_BAD_NAME)
        if self.pos < self.end and self.peek() not in (close, ends):
            raise self.wrong(_BAD_NAME)
        if key == 0:
            raise self.wrong("Capture number cannot be zero.")
        return key

    def _balancing(self, key: int | str | None, close: str) -> None:
        begin = self.pos
        self.pos += 1
        other = self._group_name(close)
        if other is not None and self._is_group(other):
            if self.groups is None:
                return
            name = f"{'' if key is None else key}{self.pattern[begin : self.pos]}"
            raise unsupported_pattern(self.pattern, f"the balancing group '{name}'")
        kind = "number" if isinstance(other, int) else "name"
        raise self.wrong(f"Reference to undefined group {kind} " + (f"{other}." if kind == "number" else f"'{other}'."))

    def _capture(self, key: int | str, outer: int) -> n.Node:
        if isinstance(key, int):
            self.numbers.add(key)
        elif key not in self.names:
            self.names.append(key)
        return n.Capture(self._inside(outer), key)

    def _set_options(self) -> None:
        off = False
        while self.pos < self.end:
            char = self.peek()
            if char in "+-":
                off = char == "-"
            else:
                bit = o.INLINE.get(char.lower(), 0)
                if not bit:
                    return
                self.options = self.options & ~bit if off else self.options | bit
            self.pos += 1

    # -- conditions ----------------------------------------------------------------------------------------------------

    def _condition(self, outer: int) -> n.Node:
        """``(?(test)yes|no)``, at the parenthesis of the test."""
        begin = self.pos
        self.pos += 1
        test: int | str | n.Node | None = self._tested_group()
        if test is None:
            self.pos = begin
            test = self._test()
            self._needs_backtracking("test conditional (?( test-pattern ) yes-pattern | no-pattern )")
        else:
            self._needs_backtracking(_TESTED_GROUP)
        branches = self._alternatives()
        self._close(outer)
        if len(branches) > 2:
            raise self.wrong("Too many | in (?()|).")
        return n.Condition(test, branches[0], branches[1] if len(branches) > 1 else n.Sequence([]))

    def _tested_group(self) -> int | str | None:
        char = self.peek()
        if "0" <= char <= "9":
            number = self.number()
            if not self._closed(")"):
                raise self.wrong(f"(?({number}) ) malformed.")
            if not self._is_group(number):
                raise self.wrong(f"(?({number}) ) reference to undefined group.")
            return number
        if not is_word(char):
            return None
        name = self.name()
        return name if self._is_group(name) and self._closed(")") else None

    def _test(self) -> n.Node:
        if self.peek(1) == "?":
            if self.peek(2) == "#":
                raise self.wrong("Alternation conditions cannot be comments.")
            if self.peek(2) == "'" or (self.peek(2) == "<" and self.peek(3) not in ("", "!", "=")):
                raise self.wrong("Alternation conditions do not capture and cannot be named.")
        self.pos += 1
        node = self._group(captures=False)
        assert node is not None
        return node

    def _needs_backtracking(self, what: str) -> None:
        if self.has(o.NON_BACKTRACKING):
            raise not_beside(self.pattern, what)


def parse(pattern: str, options: int) -> tuple[n.Node, Groups]:
    """A pattern and its groups. Raises PSError."""
    try:
        first = Parser(pattern, options)
        node = first.parse()
        groups = Groups(first.unnamed, first.numbers, first.names)
        if first.refers:
            node = Parser(pattern, options, groups).parse()
    except RecursionError:
        raise unsupported_pattern(pattern, TOO_DEEP) from None
    return node, groups

"""Translation of .NET regular expressions to the syntax of Python's ``re``. What cannot be done says so."""

from __future__ import annotations

import re
from typing import Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.regex_classes import property_ranges

_NAME: Final = re.compile(r"[^\W\d]\w*|\d+")
_INLINE: Final = re.compile(r"\(\?([imnsx]*)(?:-([imnsx]*))?(\)|:)")
_PROPERTY: Final = re.compile(r"\\([pP])\{([A-Za-z0-9-]+)\}")
_NAMED: Final = re.compile(r"\(\?(?:<([^=!>][^>]*)>|'([^']+)')")
_BACKREFERENCE: Final = re.compile(r"\\k(?:<(\w+)>|'(\w+)'|\{(\w+)\})")
_BRACES: Final = re.compile(r"\{\d+(?:,\d*)?\}")
_SIMPLE_ESCAPES: Final = {"e": r"\x1b", "z": r"\Z", "Z": r"(?=\n?\Z)"}
_KNOWN_ESCAPES: Final = "abBdDsSwWfnrtvxuA"


def invalid_pattern(pattern: str, reason: str) -> PSError:
    """The error of a pattern that is not one."""
    inner = exception(f"Invalid pattern '{pattern}'. {reason}", "System.Text.RegularExpressions.RegexParseException")
    return error(
        f"The regular expression pattern {pattern} is not valid.",
        "InvalidRegularExpression",
        "InvalidOperation",
        pattern,
        inner=inner,
    )


def unsupported_pattern(pattern: str, feature: str) -> PSError:
    """The error of a pattern with something that Python's ``re`` cannot do."""
    return error(
        f"The regular expression pattern {pattern} is not valid: {feature} is not supported by this engine.",
        "InvalidRegularExpression",
        "InvalidOperation",
        pattern,
        inner=exception(f"{feature} is not supported by this engine.", "System.NotSupportedException"),
    )


class Translator:
    """One pass over a .NET pattern. groups: the names of the capturing groups in their order, None for those without;
    explicit: groups without names do not capture.
    """

    def __init__(self, pattern: str, *, explicit: bool = False, verbose: bool = False) -> None:
        self.pattern = pattern
        self.pos = 0
        self.out: list[str] = []
        self.groups: list[str | None] = []
        self.explicit = explicit
        self.verbose = verbose
        self._levels: list[_Level] = [_Level("", explicit)]
        self._quantified = False
        self._begins = True

    def run(self) -> str:
        """The translated pattern."""
        pattern = self.pattern
        while self.pos < len(pattern):
            char = pattern[self.pos]
            quantifier = self._quantifier(char)
            if quantifier:
                self._take_quantifier(quantifier)
                continue
            self._quantified = False
            if char == "\\":
                self._escape()
            elif char == "[":
                self._set()
            elif char == "(":
                self._group()
            elif char == ")":
                self._close()
            elif char == "|":
                self._alternative()
            elif char == "#" and self.verbose:
                self._comment()
            else:
                self._emit("\\{" if char == "{" else char, 1)
        if len(self._levels) > 1:
            raise invalid_pattern(pattern, "Not enough )'s.")
        return "".join(self.out) + self._levels[0].suffix

    def _emit(self, text: str, length: int, *, begins: bool = False) -> None:
        self.out.append(text)
        self.pos += length
        self._begins = begins

    def _quantifier(self, char: str) -> str:
        if char in "*+?":
            return char
        found = _BRACES.match(self.pattern, self.pos) if char == "{" else None
        return found[0] if found is not None else ""

    def _take_quantifier(self, text: str) -> None:
        if self._quantified:
            raise invalid_pattern(self.pattern, f"Nested quantifier '{text}'.")
        if self._begins:
            raise invalid_pattern(self.pattern, f"Quantifier '{text}' following nothing.")
        self._emit(text, len(text))
        if self.pattern[self.pos : self.pos + 1] == "?":
            self._emit("?", 1)
        self._quantified = True

    def _comment(self) -> None:
        end = self.pattern.find("\n", self.pos)
        self.pos = len(self.pattern) if end < 0 else end

    def _alternative(self) -> None:
        """Options set inside one branch go on in the next."""
        level = self._levels[-1]
        self._emit(f"{')' * len(level.options)}|{''.join(level.options)}", 1, begins=True)

    def _close(self) -> None:
        if len(self._levels) == 1:
            raise invalid_pattern(self.pattern, "Too many )'s.")
        level = self._levels.pop()
        self.explicit = self._levels[-1].explicit
        self._emit(level.suffix, 1)

    def _open(self, text: str, length: int) -> None:
        self._levels.append(_Level(")", self.explicit))
        self._emit(text, length, begins=True)

    def _escape(self) -> None:
        pattern = self.pattern
        after = pattern[self.pos + 1 : self.pos + 2]
        if after == "":
            raise invalid_pattern(pattern, r"Illegal \ at end of pattern.")
        match = _PROPERTY.match(pattern, self.pos)
        if match is not None:
            self._emit(f"(?-i:[{'^' if match[1] == 'P' else ''}{self._ranges(match[2])}])", len(match[0]))
        elif after == "k":
            self._named_reference()
        elif after == "G":
            self._emit(r"\A", 2)
        elif after == "c" and self.pos + 2 < len(pattern):
            self._emit(f"\\x{ord(pattern[self.pos + 2].upper()) ^ 64:02x}", 3)
        elif after in _SIMPLE_ESCAPES:
            self._emit(_SIMPLE_ESCAPES[after], 2)
        elif after.isalpha() and after not in _KNOWN_ESCAPES:
            raise invalid_pattern(pattern, f"Unrecognized escape sequence \\{after}.")
        elif after.isdigit() and after != "0":
            self._number_reference()
        else:
            self._emit("\\" + after, 2)

    def _ranges(self, name: str, negated: bool = False) -> str:
        found = property_ranges(name, negated)
        if not found:
            raise invalid_pattern(self.pattern, f"Unknown property '{name}'.")
        return found

    def _named_reference(self) -> None:
        named = _BACKREFERENCE.match(self.pattern, self.pos)
        if named is None:
            raise invalid_pattern(self.pattern, r"Malformed \k<...> named back reference.")
        name = named[1] or named[2] or named[3]
        if name not in self.groups:
            raise invalid_pattern(self.pattern, f"Reference to undefined group name '{name}'.")
        self._emit(f"(?P={python_name(name)})", len(named[0]))

    def _number_reference(self) -> None:
        """A back reference by .NET's number; more digits than there are groups are octal as in Python."""
        digits = re.match(r"\d{1,2}", self.pattern[self.pos + 1 :])
        assert digits is not None
        number = int(digits[0])
        unnamed = [index for index, name in enumerate(self.groups, 1) if name is None]
        index = unnamed[number - 1] if number <= len(unnamed) else number
        if number > len(self.groups) and number < 10:
            raise invalid_pattern(self.pattern, f"Reference to undefined group number {number}.")
        self._emit(f"(?:\\{index})", len(digits[0]) + 1)

    def _set(self) -> None:
        text, end, subtracted = self._read_set(self.pos)
        self._emit(f"(?!{subtracted}){text}" if subtracted else text, end - self.pos)

    def _read_set(self, start: int) -> tuple[str, int, str]:
        pattern = self.pattern
        index = start + 1
        out = ["["]
        if pattern[index : index + 1] == "^":
            out.append("^")
            index += 1
        first = index
        while index < len(pattern):
            char = pattern[index]
            if char == "]" and index > first:
                return "".join(out) + "]", index + 1, ""
            if char == "-" and pattern[index + 1 : index + 2] == "[" and index > first:
                inner, end, nested = self._read_set(index + 1)
                if pattern[end : end + 1] != "]":
                    raise invalid_pattern(pattern, "A subtraction must be the last element in a character class.")
                return "".join(out) + "]", end + 1, f"(?!{nested}){inner}" if nested else inner
            if char == "\\":
                text, length = self._set_escape(index)
                out.append(text)
                index += length
                continue
            out.append("\\" + char if char in "[&|~" or (char == "]" and index == first) else char)
            index += 1
        raise invalid_pattern(pattern, "Unterminated [] set.")

    def _set_escape(self, index: int) -> tuple[str, int]:
        """An escape inside a set: its translation and its length."""
        match = _PROPERTY.match(self.pattern, index)
        if match is not None:
            return self._ranges(match[2], match[1] == "P"), len(match[0])
        after = self.pattern[index + 1 : index + 2]
        return _SIMPLE_ESCAPES["e"] if after == "e" else "\\" + after, 2

    def _group(self) -> None:
        pattern = self.pattern
        if not pattern.startswith("(?", self.pos):
            if self.explicit:
                self._open("(?:", 1)
            else:
                self.groups.append(None)
                self._open("(", 1)
            return
        if pattern.startswith("(?#", self.pos):
            end = pattern.find(")", self.pos)
            self.pos = len(pattern) if end < 0 else end + 1
            return
        named = _NAMED.match(pattern, self.pos)
        if named is not None:
            self._named_group(named)
            return
        inline = _INLINE.match(pattern, self.pos)
        if inline is not None:
            self._options(inline)
            return
        head = re.match(r"\(\?(?:<=|<!|[:=!>(])?", pattern[self.pos :])
        assert head is not None
        if head[0] == "(?":
            raise invalid_pattern(pattern, "Unrecognized grouping construct.")
        if head[0] == "(?(":
            self._condition()
            return
        self._open(head[0], len(head[0]))

    def _named_group(self, named: re.Match[str]) -> None:
        name = named[1] or named[2]
        if "-" in name:
            raise unsupported_pattern(self.pattern, f"the balancing group '{name}'")
        if not _NAME.fullmatch(name):
            raise invalid_pattern(self.pattern, "Invalid group name: Group names must begin with a word character.")
        again = self.groups.count(name)
        self.groups.append(name)
        self._open(f"(?P<{python_name(name, again)}>", len(named[0]))

    def _condition(self) -> None:
        """``(?(name)yes|no)``; an expression as condition is a look ahead."""
        found = re.match(r"\(\?\((\w+)\)", self.pattern[self.pos :])
        if found is None:
            raise unsupported_pattern(self.pattern, "a condition that is an expression")
        name = found[1] if found[1].isdigit() else python_name(found[1])
        self._open(f"(?({name})", len(found[0]))

    def _options(self, inline: re.Match[str]) -> None:
        on, off = inline[1], inline[2] or ""
        kept = "".join(letter for letter in on if letter != "n")
        dropped = "".join(letter for letter in off if letter != "n")
        flags = kept + (f"-{dropped}" if dropped else "")
        explicit = "n" in on or (self.explicit and "n" not in off)
        self.verbose = "x" in on or (self.verbose and "x" not in off)
        if inline[3] == ":":
            self._open(f"(?{flags}:", len(inline[0]))
            self._levels[-1].explicit = self.explicit = explicit
            return
        level = self._levels[-1]
        level.explicit = self.explicit = explicit
        if flags:
            level.options.append(f"(?{flags}:")
            self.out.append(f"(?{flags}:")
        self.pos = inline.end()


class _Level:
    """One open parenthesis. close: what ends it; options: the groups that inline options opened inside."""

    __slots__ = ("close", "explicit", "options")

    def __init__(self, close: str, explicit: bool) -> None:
        self.close = close
        self.explicit = explicit
        self.options: list[str] = []

    @property
    def suffix(self) -> str:
        return ")" * len(self.options) + self.close


def python_name(name: str, again: int = 0) -> str:
    """The name of a group in the translated pattern; a name used again gets a number."""
    plain = f"_{name}" if name.isdigit() else name
    return f"{plain}__{again}" if again else plain

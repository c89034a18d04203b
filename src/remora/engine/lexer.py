"""The lexer: one token at a time, in the mode the parser asks for. It never looks further than the token.

Expression mode: numbers are numbers, ``-eq`` is an operator. Argument mode: words are texts, ``-name`` is a parameter.
Strings with
expansions are finished by the parser, which alone can read the ``$( )`` inside them. Source: about_Parsing,
about_Special_Characters.
"""

from __future__ import annotations

import re
from typing import Final

from remora.engine.numbers import LITERAL
from remora.engine.source import Extent, ParseError, Source

DASHES: Final = "-–—―"
SINGLE_QUOTES: Final = "'‘’‚‛"
DOUBLE_QUOTES: Final = '"“”„'
BLANKS: Final = (
    " \t\f\v\u00a0\u0085\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\ufeff"
)
NEWLINES: Final = "\r\n"
WORD_END: Final = frozenset(BLANKS + NEWLINES + "(){};,|&<>")
MAX_DEPTH: Final = 200

_BLANK_RUN: Final = re.compile(f"[{BLANKS}]+")
_COMMENT: Final = re.compile(r"#[^\r\n]*")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_VARIABLE: Final = re.compile(r"(?:[\w?]+:(?!:)(?=[\w?]))?[\w?]+|[$^]")
_DRIVE_ONLY: Final = re.compile(r"[\w?]+:")
_PARAMETER: Final = re.compile(rf"[{DASHES}]([^\W\d]|[?])[^\s(){{}};,|&<>.\[:\u00a0]*")
_REDIRECT: Final = re.compile(r"([1-6*])?>(>)?(?:(&)([1-6]))?")
_WORD_OPERATOR: Final = re.compile(rf"[{DASHES}]([A-Za-z]+)(?!\w)")
_ESCAPES: Final = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

_COMPARE = [
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "like",
    "notlike",
    "match",
    "notmatch",
    "replace",
    "contains",
    "notcontains",
    "in",
    "notin",
    "split",
]
WORD_OPERATORS: Final[dict[str, str]] = {
    **{word: word for word in _COMPARE},
    **{"i" + word: word for word in _COMPARE},
    **{"c" + word: "c" + word for word in _COMPARE},
    **{w: w for w in ["join", "is", "isnot", "as", "shl", "shr", "band", "bor", "bxor", "and", "or", "xor", "f"]},
}

LOGICAL, BITWISE, COMPARISON, COALESCE, ADDITIVE, MULTIPLICATIVE, FORMAT, RANGE = range(1, 9)
PRECEDENCE: Final[dict[str, int]] = {
    **dict.fromkeys(WORD_OPERATORS.values(), COMPARISON),
    **dict.fromkeys(("and", "or", "xor"), LOGICAL),
    **dict.fromkeys(("band", "bor", "bxor"), BITWISE),
    "??": COALESCE,
    **dict.fromkeys(("+", "-"), ADDITIVE),
    **dict.fromkeys(("*", "/", "%"), MULTIPLICATIVE),
    "f": FORMAT,
    "..": RANGE,
}
ASSIGNMENTS: Final = ("??=", "+=", "-=", "*=", "/=", "%=", "=")


class Lexer:
    """A position in a source and what can be read there. Offsets are code points."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.size = len(source.text)
        self.pos = 0
        self.depth = 0

    # -- errors --------------------------------------------------------------------------------------------------------

    def extent(self, start: int, end: int | None = None) -> Extent:
        """The span from start to end, or to where the lexer stands."""
        return Extent(self.source, start, self.pos if end is None else end)

    def fail(
        self, id: str, message: str, start: int | None = None, end: int | None = None, *, incomplete: bool = False
    ) -> ParseError:
        """A ParseError here, or for the given span; incomplete: more text might repair it."""
        begin = self.pos if start is None else start
        stop = min(begin + 1, self.size) if end is None else end
        return ParseError(
            id,
            message,
            Extent(self.source, min(begin, self.size), max(stop, min(begin, self.size))),
            incomplete=incomplete,
        )

    def at_end(self) -> bool:
        return self.pos >= self.size

    def peek(self, offset: int = 0) -> str:
        """The character at the position, "" at the end."""
        index = self.pos + offset
        return self.text[index] if index < self.size else ""

    # -- white space ---------------------------------------------------------------------------------------------------

    def skip_blanks(self) -> None:
        """Skip blanks, comments and continued lines, but no newline."""
        text, size = self.text, self.size
        while self.pos < size:
            char = text[self.pos]
            if char in BLANKS:
                self.pos = _BLANK_RUN.match(text, self.pos).end()  # type: ignore[union-attr]
            elif char == "`" and self._continued():
                continue
            elif char == "#":
                self.pos = _COMMENT.match(text, self.pos).end()  # type: ignore[union-attr]
            elif char == "<" and text.startswith("<#", self.pos):
                self._block_comment()
            else:
                return

    def _continued(self) -> bool:
        after = self.pos + 1
        if self.text.startswith("\r\n", after):
            self.pos = after + 2
            return True
        if after < self.size and self.text[after] in NEWLINES:
            self.pos = after + 1
            return True
        return False

    def _block_comment(self) -> None:
        end = self.text.find("#>", self.pos + 2)
        if end < 0:
            raise self.fail(
                "MissingTerminatorMultiLineComment",
                "The terminator '#>' is missing from the multiline comment.",
                self.pos,
                self.size,
                incomplete=True,
            )
        self.pos = end + 2

    def skip_lines(self) -> None:
        """Skip blanks, comments and newlines."""
        self.skip_blanks()
        while self.pos < self.size and self.text[self.pos] in NEWLINES:
            self.pos += 1
            self.skip_blanks()

    def skip_separators(self) -> None:
        """Skip blanks, comments, newlines and semicolons."""
        self.skip_blanks()
        while self.pos < self.size and self.text[self.pos] in "\r\n;":
            self.pos += 1
            self.skip_blanks()

    # -- both modes ----------------------------------------------------------------------------------------------------

    def take(self, symbol: str) -> bool:
        """Step over the symbol when it stands here."""
        if self.text.startswith(symbol, self.pos):
            self.pos += len(symbol)
            return True
        return False

    def name(self) -> str:
        """An identifier here, or ""; does not move."""
        match = _NAME.match(self.text, self.pos)
        return match[0] if match else ""

    def keyword(self) -> str:
        """The lower-case word here when it ends where a keyword must end, else ""; does not move."""
        match = _NAME.match(self.text, self.pos)
        if match is None:
            return ""
        after = self.text[match.end() : match.end() + 1]
        if after and after not in WORD_END and after not in "{[@$\"'`#=":
            return ""
        return match[0].lower()

    def number(self) -> re.Match[str] | None:
        """A number literal here; does not move."""
        return LITERAL.match(self.text, self.pos)

    def ends_word(self, offset: int) -> bool:
        """Tell whether an argument word ends at this offset."""
        return offset >= self.size or self.text[offset] in WORD_END

    def variable(self, start: int) -> tuple[str, str]:
        """Read a variable's name after its ``$`` or ``@`` sigil: (prefix, name). start: offset of the sigil."""
        if self.peek() == "{":
            return self._braced_variable(start)
        match = _VARIABLE.match(self.text, self.pos)
        if match is None:
            raise self.fail(
                "UnexpectedToken",
                f"Unexpected token '{self.text[start : start + 1]}' in expression or statement.",
                start,
            )
        self.pos = match.end()
        prefix, _, name = match[0].rpartition(":")
        return prefix.lower(), name

    def drive_without_name(self) -> bool:
        """Tell whether ``name:`` without anything after it stands here (invalid in a text)."""
        match = _DRIVE_ONLY.match(self.text, self.pos)
        if match is None:
            return False
        after = self.text[match.end() : match.end() + 1]
        return (after != ":" and not (after.isalnum() or after in ("_", "?"))) or after == ""

    def _braced_variable(self, start: int) -> tuple[str, str]:
        self.pos += 1
        out: list[str] = []
        while True:
            if self.at_end():
                raise self.fail(
                    "IncompleteDollarSubexpressionReference",
                    "The closing '}' of the braced variable name is missing.",
                    start,
                    self.size,
                    incomplete=True,
                )
            char = self.text[self.pos]
            if char == "}":
                self.pos += 1
                break
            if char == "`":
                out.append(self.escape())
                continue
            if char == "{":
                raise self.fail(
                    "OpenBraceNeedsToBeBackTickedInVariableName", "The '{' in the variable name must be escaped."
                )
            out.append(char)
            self.pos += 1
        text = "".join(out)
        if not text:
            raise self.fail("EmptyVariableReference", "The variable reference '${}' is empty.", start)
        prefix, colon, name = text.partition(":")
        if colon and name and prefix:
            return prefix.lower(), name
        return "", text

    def escape(self) -> str:
        """Read a backtick escape here and return its text; a backtick before a newline is nothing."""
        self.pos += 1
        char = self.peek()
        if char == "":
            return ""
        self.pos += 1
        if char == "u" and self.peek() == "{":
            return self._unicode_escape()
        if char in NEWLINES:
            if char == "\r" and self.peek() == "\n":
                self.pos += 1
            return ""
        return _ESCAPES.get(char, char)

    def _unicode_escape(self) -> str:
        end = self.text.find("}", self.pos, self.pos + 10)
        digits = self.text[self.pos + 1 : end] if end >= 0 else ""
        if (
            not digits
            or len(digits) > 6
            or any(c not in "0123456789abcdefABCDEF" for c in digits)
            or int(digits, 16) > 0x10FFFF
        ):
            raise self.fail("InvalidUnicodeEscapeSequence", "The Unicode escape sequence is not valid. A valid "
                                                            "sequence is `u{ followed "
                            "by one to six hex digits and a closing '}'.", self.pos - 2)  # fmt: skip
        self.pos = end + 1
        return chr(int(digits, 16))

    def redirection(self) -> re.Match[str] | None:
        """A redirection operator here (groups: stream, append, merge, target stream); does not move."""
        return _REDIRECT.match(self.text, self.pos)

    # -- expression mode -----------------------------------------------------------------------------------------------

    def operator(self) -> tuple[str, int] | None:
        """A binary operator here: (canonical operator, offset after it); does not move."""
        char = self.peek()
        if char == "" or char in ")}];,":
            return None
        if char in DASHES:
            match = _WORD_OPERATOR.match(self.text, self.pos)
            if match is not None:
                op = WORD_OPERATORS.get(match[1].lower())
                return (op, match.end()) if op is not None else None
            after = self.peek(1)
            return ("-", self.pos + 1) if after not in ("=", *DASHES) else None
        if char in "+*/%":
            return (char, self.pos + 1) if self.peek(1) != "=" and not self.text.startswith("++", self.pos) else None
        if char == "." and self.peek(1) == ".":
            return ("..", self.pos + 2)
        if char == "?" and self.text.startswith("??", self.pos) and self.peek(2) != "=":
            return ("??", self.pos + 2)
        return None

    def assignment(self) -> str | None:
        """An assignment operator here (dashes normalised); does not move."""
        char = self.peek()
        if char and char in DASHES and self.peek(1) == "=":
            return "-="
        for op in ASSIGNMENTS:
            if self.text.startswith(op, self.pos):
                return None if op == "=" and self.peek(1) == "=" else op
        return None

    # -- argument mode -------------------------------------------------------------------------------------------------

    def parameter(self) -> re.Match[str] | None:
        """A ``-name`` token here (without colon); does not move."""
        return _PARAMETER.match(self.text, self.pos)

"""The lexer: one token at a time, in the mode the parser asks for. It never looks further than the token.

Expression mode: numbers are numbers, ``-eq`` is an operator. Argument mode: words are texts, ``-name`` is a parameter.
Strings with
expansions are finished by the parser, which alone can read the ``$( )`` inside them. Source: about_Parsing,
about_Special_Characters.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from remora.engine.numbers import LITERAL
from remora.engine.source import Source

DASHES: Final = "-–—―"
SINGLE_QUOTES: Final = "'‘’‚‛"
DOUBLE_QUOTES: Final = '"“”„'
BLANKS: Final = (
    " \t\f\v\u00a0\u0085\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\ufeff"
)
NEWLINES: Final = "\r\n"
WORD_END: Final = frozenset(BLANKS + NEWLINES + "(){};,|&")
AFTER_NUMBER: Final = WORD_END | frozenset("!#%*+./<=>]" + DASHES)
MAX_DEPTH: Final = 200

_BLANK_RUN: Final = re.compile(f"[{BLANKS}]+")
_COMMENT: Final = re.compile(r"#[^\r\n]*")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_VARIABLE: Final = re.compile(r"[$^?]|(?:\w|:(?!:))(?:[\w?]|:(?!:))*")
_WORD: Final = re.compile(rf"[^{re.escape(BLANKS + NEWLINES)}(){{}};,|&]+")
_PARAMETER: Final = re.compile(rf"[{DASHES}]([^\W\d]|[?])[^\s(){{}};,|&.\[:\u00a0]*")
_REDIRECT: Final = re.compile(r"([1-6*])?>(?:(>)|(&)([12]))?")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_WORD_OPERATOR: Final = re.compile(rf"[{DASHES}]([A-Za-z]+)")
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


class Report(Protocol):
    """Notes an error in the span [start, end)."""

    def __call__(self, id: str, start: int, end: int, *args: object, incomplete: bool = False) -> None: ...


class Lexer:
    """A position in a source and what can be read there. Offsets are code points."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report
        self.text = source.text
        self.size = len(source.text)
        self.pos = 0
        self.block_comments: list[tuple[int, int]] = []

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
        """Step over a backtick that stands before a newline, white space or the end; tell whether it did."""
        after = self.pos + 1
        if self.text.startswith("\r\n", after):
            self.pos = after + 2
        elif after < self.size and (self.text[after] in NEWLINES or self.text[after] in BLANKS):
            self.pos = after + 1
        elif after >= self.size:
            self.report("IncompleteString", self.size, self.size, incomplete=True)
            self.pos = self.size
        else:
            return False
        return True

    def _block_comment(self) -> None:
        end = self.text.find("#>", self.pos + 2)
        if end < 0:
            self.report("MissingTerminatorMultiLineComment", self.pos, self.size, incomplete=True)
        after = end + 2 if end >= 0 else self.size
        self.block_comments.append((self.pos, after))
        self.pos = after

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
        end = match.end()
        return match[0].lower() if end >= self.size or self.text[end] in WORD_END else ""

    def number(self) -> re.Match[str] | None:
        """A number literal here; does not move."""
        return LITERAL.match(self.text, self.pos)

    def ends_word(self, offset: int) -> bool:
        """Tell whether an argument word ends at this offset."""
        return offset >= self.size or self.text[offset] in WORD_END

    def starts_variable(self, offset: int) -> bool:
        """Tell whether a variable's name stands at this offset, right after its sigil."""
        return self.text.startswith("{", offset) or _VARIABLE.match(self.text, offset) is not None

    def variable(self, start: int) -> tuple[str, str]:
        """Read a variable's name after its ``$`` or ``@`` sigil: (prefix, name). start: offset of the sigil. The caller
        saw that it starts one.
        """
        if self.peek() == "{":
            return self._braced_variable(start)
        match = _VARIABLE.match(self.text, self.pos)
        assert match is not None
        self.pos = match.end()
        prefix, colon, name = match[0].partition(":")
        if not colon:
            return "", prefix
        if not name:
            id = "InvalidVariableReferenceWithDrive" if prefix else "InvalidVariableReference"
            self.report(id, start, self.pos)
        return prefix.lower(), name

    def _braced_variable(self, start: int) -> tuple[str, str]:
        self.pos += 1
        begin = self.pos
        out: list[str] = []
        while not self.at_end():
            char = self.text[self.pos]
            if char == "}":
                break
            if char == "`":
                out.append(self.escape())
                continue
            if char == "{":
                self.report("OpenBraceNeedsToBeBackTickedInVariableName", self.pos + 1, self.pos + 2)
            out.append(char)
            self.pos += 1
        text = "".join(out)
        if self.at_end():
            self.report("IncompleteDollarVariableReference", begin - 1, self.size, incomplete=True)
        elif not text:
            self.report("EmptyVariableReference", self.pos, self.pos + 1)
        self.pos = min(self.pos + 1, self.size)
        prefix, colon, name = text.partition(":")
        if not (colon and prefix):
            return "", text
        if not name:
            self.report("InvalidBracedVariableReference", start, self.pos)
        return prefix.lower(), name

    def escape(self) -> str:
        """Read a backtick escape here and return its text."""
        self.pos += 1
        char = self.peek()
        if char == "":
            return ""
        self.pos += 1
        if char == "u":
            return self._unicode_escape()
        return _ESCAPES.get(char, char)

    def _unicode_escape(self) -> str:
        start = self.pos - 2
        if self.peek() != "{":
            self.report("InvalidUnicodeEscapeSequence", start, self.pos)
            return ""
        digits = self.pos + 1
        self.pos = digits
        while self.peek() in _HEX and self.peek() and self.pos - digits < 6:
            self.pos += 1
        after = self.peek()
        if after == "}" and self.pos > digits:
            value = int(self.text[digits : self.pos], 16)
            self.pos += 1
            if value <= 0x10FFFF:
                return chr(value)
            self.report("InvalidUnicodeEscapeSequenceValue", digits, self.pos - 1)
        elif after == "}":
            self.pos += 1
            self.report("InvalidUnicodeEscapeSequence", start, self.pos)
        elif self.pos - digits < 6:
            self.report("InvalidUnicodeEscapeSequence", self.pos, self.pos + 1)
        elif after and after in _HEX:
            self.report("TooManyDigitsInUnicodeEscapeSequence", self.pos, self.pos + 1)
        else:
            self.report("MissingUnicodeEscapeSequenceTerminator", self.pos, self.pos + 1)
        return ""

    def token_end(self) -> int:
        """Where the token here ends, for error messages; any token of argument mode will do."""
        text, pos = self.text, self.pos
        char = self.peek()
        if char == "" or char in "(){};,":
            return min(pos + 1, self.size)
        if char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            quotes = SINGLE_QUOTES if char in SINGLE_QUOTES else DOUBLE_QUOTES
            end = pos + 1
            while end < self.size and text[end] not in quotes:
                end += 2 if text[end] == "`" and quotes is DOUBLE_QUOTES else 1
            return min(end + 1, self.size)
        if char in "|&":
            return pos + (2 if self.peek(1) == char else 1)
        if char in "$@" and self.peek(1) and self.peek(1) in "({":
            return pos + 2
        if char == "$" and (found := _VARIABLE.match(text, pos + 1)):
            return found.end()
        if found := _REDIRECT.match(text, pos):
            return found.end()
        found = _PARAMETER.match(text, pos) or _WORD.match(text, pos)
        return found.end() if found else min(pos + 1, self.size)

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
        if char == "*" and self.peek(1) == ">":
            return None
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

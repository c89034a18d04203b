"""Where the cursor stands: the word under it, and the command whose argument that word is. Wrong and unfinished text is
the normal case here, so this reads words, not statements.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_ENDS: Final = frozenset("|;\n\r{}()&")
_QUOTES: Final = "'\"‘’‚‛“”„"
_DOUBLE: Final = '"“”„'
_NAME: Final = frozenset("_?:")


@dataclass(slots=True)
class Word:
    """A piece of text without white space outside of quotes. quote: the quote it began with and has not closed. listed:
    a comma stands before it.
    """

    text: str
    start: int
    quote: str = ""
    listed: bool = False

    @property
    def content(self) -> str:
        """The text without quotes and escapes."""
        out = self.text
        if out[:1] in _QUOTES and out:
            out = out[1:]
            if not self.quote and out[-1:] in _QUOTES:
                out = out[:-1]
        return out.replace("`", "")

    @property
    def member(self) -> str:
        """``.``, ``?.`` or ``::`` when the word ends in the beginning of a member name, else nothing."""
        return self._split()[1]

    @property
    def member_name(self) -> str:
        """The part after the dot."""
        return self._split()[2]

    @property
    def owner(self) -> str:
        """The expression before the dot."""
        return self._split()[0]

    def _split(self) -> tuple[str, str, str]:
        first = self.text[:1]
        if self.quote or not first or not (first in "$[(@\"'" or first.isdigit()):
            return "", "", ""
        if first == "[" and self.text.count("[") > self.text.count("]"):
            return "", "", ""  # a type's name is being written
        end = len(self.text)
        at = end
        while at > 0 and (self.text[at - 1].isalnum() or self.text[at - 1] in "_*"):
            at -= 1
        head, name = self.text[:at], self.text[at:]
        for mark in ("::", "?.", "."):
            if head.endswith(mark) and len(head) > len(mark):
                return head[: -len(mark)], mark, name
        return "", "", ""


@dataclass(slots=True)
class Place:
    """word: what is to be completed. command: the words before it in the same command, its name first; empty where the
    word itself is the command's name (at_command) or part of an expression. before: the command that pipes into it.
    text: all that stands before the cursor. relative: whether paths are told from here (./a) or as a whole; None: as
    the word begins.
    """

    word: Word
    command: list[Word] = field(default_factory=list)
    before: list[Word] = field(default_factory=list)
    at_command: bool = False
    in_comment: bool = False
    text: str = ""
    relative: bool | None = None


def place_at(text: str, cursor: int) -> Place:
    """Read the text up to the cursor."""
    scanner = _Scanner(text[:cursor])
    scanner.run()
    place = scanner.place()
    place.text = scanner.text
    return place


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        self.before: list[Word] = []
        self.outer: list[tuple[list[Word], list[Word]]] = []
        self.at = 0
        self.open = False  # the last word reaches the cursor
        self.in_comment = False
        self.comma = False  # the next word follows one

    def run(self) -> None:
        text, end = self.text, len(self.text)
        while self.at < end:
            char = text[self.at]
            self.open = False
            if char in "|;\n\r" or (char == "&" and not self._call()):
                self._ended(char)
            elif char.isspace() or char == ",":
                self.comma = self.comma or char == ","
                self.at += 1
            elif char == "#" or text.startswith("<#", self.at):
                self._comment()
            elif char in "({":
                self._enter(1)
            elif char in ")}":
                self._leave()
            elif char == "&":
                self.at += 1
            elif char == "=" and len(self.words) == 1:
                self.at += 1
                self.words = []
            else:
                self._word()

    def _call(self) -> bool:
        """``&`` in front of a command's name."""
        return not self.words and not self.text.startswith("&&", self.at)

    def _ended(self, char: str) -> None:
        self.at += 1
        self.comma = False
        piped = char == "|" and not self.text.startswith("|", self.at)
        if self.text.startswith(char, self.at) and char in "|&":
            self.at += 1
        self.before = self.words if piped else []
        self.words = []

    def _comment(self) -> None:
        text = self.text
        block = text.startswith("<#", self.at)
        close = text.find("#>", self.at) if block else text.find("\n", self.at)
        self.in_comment = close < 0
        self.at = len(text) if close < 0 else close + (2 if block else 0)

    def _enter(self, length: int) -> None:
        self.outer.append((self.words, self.before))
        self.words, self.before = [], []
        self.at += length

    def _leave(self) -> None:
        """A closed group is a word of the command around it: its own words are done with."""
        self.at += 1
        inner = self.words
        if self.outer:
            self.words, self.before = self.outer.pop()
        else:
            self.words, self.before = [], []
        start = inner[0].start - 1 if inner else self.at - 2
        if self.text[self.at - 1 : self.at] == ")":
            begin = self.text.rfind("(", 0, start + 1)
            word = Word(self.text[begin : self.at], begin)
            self._tail(word)
            self.words.append(word)
        self.open = self.at >= len(self.text) and self.text[-1:] not in ")}"

    def _tail(self, word: Word) -> None:
        """Member names and indexes right behind a closed group belong to its word."""
        text = self.text
        at = self.at
        while at < len(text) and (text[at].isalnum() or text[at] in "._:*"):
            at += 1
        word.text += text[self.at : at]
        self.at = at
        self.open = at >= len(text)

    def _word(self) -> None:
        text, begin = self.text, self.at
        at, quote = self._end_of_word(begin)
        opened = text[begin:at] in ("$", "@") or (quote in _DOUBLE and text.startswith("$(", at))
        if opened and text[at : at + 1] in ("(", "{", "$") and not text.startswith("${", begin):
            self.at = at + (1 if text[at] == "$" else 0)
            self._enter(1)
            return
        if text.startswith("${", begin):
            close = text.find("}", at)
            at = len(text) if close < 0 else close + 1
        self.at = at
        self.words.append(Word(text[begin:at], begin, quote, self.comma))
        self.comma = False
        self.open = at >= len(text)

    def _end_of_word(self, begin: int) -> tuple[int, str]:
        """Where the word that begins there ends, and the quote that is open at that place."""
        text, end, at = self.text, len(self.text), begin
        quote, depth = "", 0
        ends = _ENDS | {"="} if text[begin] == "$" else _ENDS
        while at < end:
            char = text[at]
            if quote:
                if char == "`" and quote in _DOUBLE:
                    at += 1
                elif quote in _DOUBLE and self._unclosed(at):
                    return at, quote
                elif char == quote or (char in _DOUBLE and quote in _DOUBLE):
                    quote = ""
            elif char == "`":
                at += 1
            elif char in _QUOTES:
                quote = char
            elif char in "[]":
                depth += 1 if char == "[" else -1
            elif char.isspace() or char in ends or (char == "," and depth <= 0):
                break
            at += 1
        return min(at, end), quote

    def _unclosed(self, at: int) -> bool:
        """A subexpression of a text begins here and is not closed before the cursor."""
        if not self.text.startswith("$(", at):
            return False
        depth = 0
        for char in self.text[at + 1 :]:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return False
        return True

    def place(self) -> Place:
        if self.in_comment:
            return Place(Word("", len(self.text)), in_comment=True)
        if self.open and self.words:
            *command, word = self.words
        else:
            command, word = self.words, Word("", len(self.text), listed=self.comma)
        head = command[0].text if command else ""
        if head[:1].isdigit() or (head[:1] and head[0] in "$[\"'"):
            return Place(word)
        return Place(word, command, self.before, at_command=not command)

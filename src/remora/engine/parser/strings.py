"""Quoted texts, here-strings, and texts with expansions."""

from __future__ import annotations

import re

from remora.engine import ast
from remora.engine.lexer import DOUBLE_QUOTES, NEWLINES, SINGLE_QUOTES, WORD_END
from remora.engine.parser.base import ParserBase

_PLAIN = re.compile(rf"[^{DOUBLE_QUOTES}`$]+")
_PLAIN_HERE = re.compile(r"[^`$\r\n]+")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_SINGLE = re.compile(rf"[^{SINGLE_QUOTES}]+")
_PLAIN_WORD = re.compile(rf"[^{re.escape(''.join(sorted(WORD_END)))}`${SINGLE_QUOTES}{DOUBLE_QUOTES}]+")


class StringParser(ParserBase):
    """Reads every kind of text literal at the lexer's position."""

    def parse_string(self) -> ast.Expr:
        """A quoted text or here-string that starts here."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "@":
            return self._here_string(start, lexer.peek(1) in SINGLE_QUOTES)
        lexer.pos += 1
        if char in SINGLE_QUOTES:
            text = self._single(start)
            return ast.StringConstant(self.extent(start), text, "single")
        parts = self._expandable(start)
        return self._text_node(start, parts, "double")

    def _text_node(self, start: int, parts: list[str | ast.Expr], kind: str) -> ast.Expr:
        if all(isinstance(part, str) for part in parts):
            return ast.StringConstant(self.extent(start), "".join(str(part) for part in parts), kind)
        return ast.ExpandableString(self.extent(start), tuple(parts), kind)

    def _single(self, start: int) -> str:
        lexer = self.lexer
        out: list[str] = []
        while not lexer.at_end():
            plain = _SINGLE.match(lexer.text, lexer.pos)
            if plain is not None:
                out.append(plain[0])
                lexer.pos = plain.end()
                continue
            quote = lexer.peek()
            lexer.pos += 1
            if not (lexer.peek() and lexer.peek() in SINGLE_QUOTES):
                return "".join(out)
            out.append(quote)
            lexer.pos += 1
        self._unterminated(start, "'")
        return "".join(out)

    def _unterminated(self, start: int, quote: str) -> None:
        size = self.lexer.size
        self.lexer.pos = size
        self.report("TerminatorExpectedAtEndOfString", start, size, quote, incomplete=True)

    def _expandable(self, start: int) -> list[str | ast.Expr]:
        """Parts of a double-quoted text up to and with its closing quote."""
        lexer = self.lexer
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        while True:
            plain = _PLAIN.match(lexer.text, lexer.pos)
            if plain is not None:
                literal.append(plain[0])
                lexer.pos = plain.end()
            if lexer.at_end():
                self._unterminated(start, '"')
                break
            char = lexer.text[lexer.pos]
            if char == "`":
                literal.append(lexer.escape())
            elif char == "$":
                self._dollar_in_text(parts, literal)
            else:
                lexer.pos += 1
                if not (lexer.peek() and lexer.peek() in DOUBLE_QUOTES):
                    break
                literal.append(char)
                lexer.pos += 1
        if literal:
            parts.append("".join(literal))
        return parts

    def _dollar_in_text(self, parts: list[str | ast.Expr], literal: list[str]) -> None:
        """Read what follows a ``$`` inside a text: a variable, a subexpression, or the dollar itself."""
        lexer = self.lexer
        start = lexer.pos
        node: ast.Expr
        if lexer.peek(1) == "(":
            lexer.pos += 2
            node = self.sub_expression(start)
        elif self._variable_in_text(start + 1):
            lexer.pos += 1
            prefix, name = lexer.variable(start)
            node = ast.Variable(self.extent(start), name, prefix)
        else:
            literal.append("$")
            lexer.pos += 1
            return
        if literal:
            parts.append("".join(literal))
            literal.clear()
        parts.append(node)

    def _variable_in_text(self, offset: int) -> bool:
        lexer = self.lexer
        char = lexer.text[offset] if offset < lexer.size else ""
        if char == "$":
            after = lexer.text[offset + 1 : offset + 2]
            return after not in ("(", "{", "$") or after == ""
        return char != ":" and lexer.starts_variable(offset)

    def sub_expression(self, start: int) -> ast.SubExpr:
        """The rest of ``$( ... )`` after its opening."""
        lexer = self.lexer
        outer, self.no_comma = self.no_comma, False
        self.deeper()
        body = self.parse_body(lexer.pos, ")")
        self.depth -= 1
        self.no_comma = outer
        if not lexer.take(")"):
            begin, end = self.token_span()
            self.lacking("MissingEndParenthesisInSubexpression", begin, end=end, seen=lexer.pos)
        return ast.SubExpr(self.extent(start), body)

    # -- here-strings --------------------------------------------------------------------------------------------------

    def _here_string(self, start: int, single: bool) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 2
        while lexer.peek() in (" ", "\t"):
            lexer.pos += 1
        if not (lexer.peek() and lexer.peek() in NEWLINES):
            return self._wrong_header(start, single)
        lexer.pos += 2 if lexer.text.startswith("\r\n", lexer.pos) else 1
        if single:
            return self._single_here(start)
        return self._double_here(start)

    def _wrong_header(self, start: int, single: bool) -> ast.Expr:
        """Characters after the header: they are skipped up to the footer, or to the end of the line without one."""
        lexer = self.lexer
        if lexer.at_end():
            self._unterminated(start, "'@" if single else '"@')
            return ast.StringConstant(self.extent(start), "", "here")
        self.report("UnexpectedCharactersAfterHereStringHeader", lexer.pos, lexer.pos + 1)
        quotes = SINGLE_QUOTES if single else DOUBLE_QUOTES
        footer = re.compile(rf"^[{quotes}]@", re.MULTILINE).search(lexer.text, lexer.pos)
        if footer is not None:
            lexer.pos = footer.end()
        else:
            while not lexer.at_end() and lexer.peek() not in NEWLINES:
                lexer.pos += 1
        return ast.StringConstant(self.extent(start), "", "here")

    def _single_here(self, start: int) -> ast.Expr:
        lexer = self.lexer
        begin = lexer.pos
        while not self._closes_here(SINGLE_QUOTES):
            newline = _NEWLINE.search(lexer.text, lexer.pos)
            if newline is None:
                self._unterminated_here(start, begin, "'@", SINGLE_QUOTES)
                return ast.StringConstant(self.extent(start), lexer.text[begin:], "here")
            lexer.pos = newline.end()
        text = lexer.text[begin : lexer.pos]
        lexer.pos += 2
        return ast.StringConstant(self.extent(start), _without_last_newline(text), "here")

    def _unterminated_here(self, start: int, begin: int, footer: str, quotes: str) -> None:
        """A footer behind white space is named as what is wrong."""
        found = re.compile(rf"^[ \t]+[{quotes}]@", re.MULTILINE).search(self.lexer.text, begin)
        if found is None:
            self._unterminated(start, footer)
            return
        self.report("WhitespaceBeforeHereStringFooter", found.start(), found.end())
        self.lexer.pos = self.lexer.size

    def _closes_here(self, quotes: str) -> bool:
        lexer = self.lexer
        return bool(lexer.peek()) and lexer.peek() in quotes and lexer.peek(1) == "@"

    def _double_here(self, start: int) -> ast.Expr:
        lexer = self.lexer
        begin = lexer.pos
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        at_line_start = True
        while True:
            if at_line_start and self._closes_here(DOUBLE_QUOTES):
                lexer.pos += 2
                break
            plain = _PLAIN_HERE.match(lexer.text, lexer.pos)
            if plain is not None:
                literal.append(plain[0])
                lexer.pos = plain.end()
            if lexer.at_end():
                self._unterminated_here(start, begin, '"@', DOUBLE_QUOTES)
                break
            char = lexer.text[lexer.pos]
            at_line_start = char == "\n" or (char == "\r" and lexer.peek(1) != "\n")
            if char == "`":
                literal.append(lexer.escape())
            elif char == "$":
                self._dollar_in_text(parts, literal)
            else:
                literal.append(char)
                lexer.pos += 1
        text = _without_last_newline("".join(literal))
        if text:
            parts.append(text)
        return self._text_node(start, parts, "here")

    # -- argument words ------------------------------------------------------------------------------------------------

    def parse_word(self) -> ast.Expr | None:
        """A generic token of argument mode: literal characters, escapes, inner quotes and expansions up to its end."""
        lexer = self.lexer
        start = lexer.pos
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        while not lexer.ends_word(lexer.pos):
            plain = _PLAIN_WORD.match(lexer.text, lexer.pos)
            if plain is not None:
                literal.append(plain[0])
                lexer.pos = plain.end()
                continue
            char = lexer.text[lexer.pos]
            if char == "`":
                literal.append(lexer.escape())
            elif char in SINGLE_QUOTES:
                quote = lexer.pos
                lexer.pos += 1
                literal.append(self._single(quote))
            elif char in DOUBLE_QUOTES:
                quote = lexer.pos
                lexer.pos += 1
                _join(parts, literal, self._expandable(quote))
            else:
                self._dollar_in_text(parts, literal)
        if lexer.pos == start:
            return None
        if literal:
            parts.append("".join(literal))
        return self._text_node(start, parts, "bare")


def _join(parts: list[str | ast.Expr], literal: list[str], inner: list[str | ast.Expr]) -> None:
    for part in inner:
        if isinstance(part, str):
            literal.append(part)
            continue
        if literal:
            parts.append("".join(literal))
            literal.clear()
        parts.append(part)


def _without_last_newline(text: str) -> str:
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if text.endswith(("\n", "\r")) else text

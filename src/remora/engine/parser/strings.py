"""Quoted texts, here-strings, and texts with expansions."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DOUBLE_QUOTES, NEWLINES, SINGLE_QUOTES
from remora.engine.parser.base import ParserBase
from remora.engine.source import ParseError


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
        parts = self._expandable(start, DOUBLE_QUOTES)
        return self._text_node(start, parts, "double")

    def _text_node(self, start: int, parts: list[str | ast.Expr], kind: str) -> ast.Expr:
        if all(isinstance(part, str) for part in parts):
            return ast.StringConstant(self.extent(start), "".join(str(part) for part in parts), kind)
        return ast.ExpandableString(self.extent(start), tuple(parts), kind)

    def _single(self, start: int) -> str:
        lexer = self.lexer
        out: list[str] = []
        while True:
            if lexer.at_end():
                raise self.unterminated(start, "'")
            char = lexer.text[lexer.pos]
            lexer.pos += 1
            if char in SINGLE_QUOTES:
                if lexer.peek() and lexer.peek() in SINGLE_QUOTES:
                    lexer.pos += 1
                else:
                    return "".join(out)
            out.append(char)

    def unterminated(self, start: int, quote: str) -> ParseError:
        """The error of a text without its end."""
        lexer = self.lexer
        return lexer.fail(
            "TerminatorExpectedAtEndOfString",
            f"The string is missing the terminator: {quote}.",
            start,
            lexer.size,
            incomplete=True,
        )

    def _expandable(self, start: int, quotes: str) -> list[str | ast.Expr]:
        """Parts of a double-quoted text up to and with its closing quote."""
        lexer = self.lexer
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        while True:
            if lexer.at_end():
                raise self.unterminated(start, '"')
            char = lexer.text[lexer.pos]
            if char in quotes:
                lexer.pos += 1
                if not (lexer.peek() and lexer.peek() in quotes):
                    break
                literal.append(char)
                lexer.pos += 1
            elif char == "`":
                literal.append(lexer.escape())
            elif char == "$":
                self.expand_dollar(parts, literal)
            else:
                literal.append(char)
                lexer.pos += 1
        if literal:
            parts.append("".join(literal))
        return parts

    def expand_dollar(self, parts: list[str | ast.Expr], literal: list[str]) -> None:
        """Read what follows a ``$`` inside a text: a variable, a subexpression, or the dollar itself."""
        lexer = self.lexer
        start = lexer.pos
        after = lexer.peek(1)
        node: ast.Expr
        if after == "(":
            lexer.pos += 2
            node = self.sub_expression(start)
        elif after == "{" or after == "_" or after.isalnum() or after in ("?", "$", "^", ":"):
            lexer.pos += 1
            if after in ("$", "^") or after == ":":
                if after != "$" or lexer.peek(1) in ("(", "{", "$"):
                    literal.append("$")
                    return
                lexer.pos += 1
                node = ast.Variable(self.extent(start), after)
            else:
                node = self._variable_in_text(start)
        else:
            literal.append("$")
            lexer.pos += 1
            return
        if literal:
            parts.append("".join(literal))
            literal.clear()
        parts.append(node)

    def _variable_in_text(self, start: int) -> ast.Expr:
        lexer = self.lexer
        if lexer.peek() != "{" and lexer.drive_without_name():
            raise lexer.fail(
                "InvalidVariableReferenceWithDrive",
                "Variable reference is not valid. ':' was not followed by a valid variable name character. "
                "Consider using ${} to "
                "delimit the name.",
                start,
            )
        prefix, name = lexer.variable(start)
        return ast.Variable(self.extent(start), name, prefix)

    def sub_expression(self, start: int) -> ast.SubExpr:
        """The rest of ``$( ... )`` after its opening."""
        with self.inside():
            body = self.parse_statements(")")
            self.close(")", "MissingEndParenthesisInSubexpression", start)
        return ast.SubExpr(self.extent(start), body)

    # -- here-strings --------------------------------------------------------------------------------------------------

    def _here_string(self, start: int, single: bool) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 2
        while lexer.peek() in (" ", "\t"):
            lexer.pos += 1
        if not (lexer.peek() and lexer.peek() in NEWLINES):
            if lexer.at_end():
                raise self.unterminated(start, "'@" if single else '"@')
            raise lexer.fail(
                "UnexpectedCharactersAfterHereStringHeader",
                "No characters are allowed after a here-string header but before the end of the line.",
            )
        lexer.pos += 2 if lexer.text.startswith("\r\n", lexer.pos) else 1
        if single:
            return self._single_here(start)
        return self._double_here(start)

    def _single_here(self, start: int) -> ast.Expr:
        lexer = self.lexer
        begin = lexer.pos
        while True:
            if self._closes_here(SINGLE_QUOTES):
                text = lexer.text[begin : lexer.pos]
                lexer.pos += 2
                return ast.StringConstant(self.extent(start), _without_last_newline(text), "here")
            newline = lexer.text.find("\n", lexer.pos)
            if newline < 0:
                raise self.unterminated(start, "'@")
            lexer.pos = newline + 1

    def _closes_here(self, quotes: str) -> bool:
        lexer = self.lexer
        return bool(lexer.peek()) and lexer.peek() in quotes and lexer.peek(1) == "@"

    def _double_here(self, start: int) -> ast.Expr:
        lexer = self.lexer
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        at_line_start = True
        while True:
            if lexer.at_end():
                raise self.unterminated(start, '"@')
            if at_line_start and self._closes_here(DOUBLE_QUOTES):
                lexer.pos += 2
                break
            char = lexer.text[lexer.pos]
            at_line_start = char == "\n"
            if char == "`":
                literal.append(lexer.escape())
            elif char == "$":
                self.expand_dollar(parts, literal)
            else:
                literal.append(char)
                lexer.pos += 1
        text = _without_last_newline("".join(literal))
        if text:
            parts.append(text)
        return self._text_node(start, parts, "here")

    # -- argument words ------------------------------------------------------------------------------------------------

    def parse_word(self) -> ast.Expr:
        """A generic token of argument mode: literal characters, escapes, inner quotes and expansions up to its end."""
        lexer = self.lexer
        start = lexer.pos
        parts: list[str | ast.Expr] = []
        literal: list[str] = []
        while not lexer.ends_word(lexer.pos):
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
                inner = self._expandable(quote, DOUBLE_QUOTES)
                _join(parts, literal, inner)
            elif char == "$":
                self.expand_dollar(parts, literal)
            else:
                literal.append(char)
                lexer.pos += 1
        if lexer.pos == start:
            raise self.unexpected()
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
    return text.removesuffix("\n")

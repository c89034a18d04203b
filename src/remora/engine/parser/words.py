"""Arguments of commands."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DASHES, DOUBLE_QUOTES, SINGLE_QUOTES
from remora.engine.numbers import literal_value
from remora.engine.parser.base import ParserBase


class ArgumentParser(ParserBase):
    """Argument mode."""

    def parse_argument(self) -> ast.Expr:
        """One argument, with the array that commas make."""
        lexer = self.lexer
        start = lexer.pos
        first = self.single_argument()
        end = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() != ",":
            lexer.pos = end
            return first
        items = [first]
        while lexer.take(","):
            lexer.skip_lines()
            if self.command_ends():
                raise lexer.fail(
                    "MissingExpressionAfterToken",
                    "Missing expression after ','.",
                    lexer.pos - 1,
                    incomplete=lexer.at_end(),
                )
            items.append(self.single_argument())
            end = lexer.pos
            lexer.skip_blanks()
        lexer.pos = end
        return ast.ArrayLiteral(self.extent(start), tuple(items))

    def single_argument(self) -> ast.Expr:
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        after = lexer.peek(1)
        if char == "$":
            return self._dollar_argument(start)
        if char == "@" and (after.isalpha() or after in ("_", "?")):
            lexer.pos += 1
            prefix, name = lexer.variable(start)
            return ast.Variable(self.extent(start), name, prefix, True)
        quoted = char in SINGLE_QUOTES or char in DOUBLE_QUOTES
        bracket = char in "({" or (
            char == "@" and after and (after in "({" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES)
        )
        if quoted or bracket:
            outer, self.no_comma = self.no_comma, False
            try:
                return self.parse_postfix(self.parse_primary(), argument=True)
            finally:
                self.no_comma = outer
        if char.isdigit() or (char == "." and after.isdigit()) or (char in DASHES and after.isdigit()):
            number = self._number_argument(start)
            if number is not None:
                return number
        if char == "<":
            raise self.no_input_redirection()
        return self.parse_word()

    def _number_argument(self, start: int) -> ast.Expr | None:
        lexer = self.lexer
        negative = lexer.peek() in DASHES
        if negative:
            lexer.pos += 1
        match = lexer.number()
        if match is None or not lexer.ends_word(match.end()):
            lexer.pos = start
            return None
        value = literal_value(match, negative)
        if value is None:
            lexer.pos = start
            return None
        lexer.pos = match.end()
        return ast.Constant(self.extent(start), value)

    def _dollar_argument(self, start: int) -> ast.Expr:
        """``$x``, ``$x.y``, ``$x[0]``, ``$( )``; or a word such as ``$x/bar`` that begins with an expansion."""
        lexer = self.lexer
        after = lexer.peek(1)
        if after == "(" or after == "{" or after == "_" or after.isalnum() or after in ("?", "$", "^"):
            node = self.parse_primary()
            char = lexer.peek()
            if lexer.ends_word(lexer.pos):
                return node
            if char in ".[:?" and self._postfix_follows(char):
                return self.parse_postfix(node, argument=True)
            if isinstance(node, ast.SubExpr):
                return node
        lexer.pos = start
        return self.parse_word()

    def _postfix_follows(self, char: str) -> bool:
        after = self.lexer.peek(1)
        if char == "[":
            return True
        if char == ".":
            return after.isalnum() or after in ("_", "$", "(", "'", '"')
        return after == ":" if char == ":" else after in (".", "[")

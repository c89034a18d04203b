"""Arguments of commands."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DASHES, DOUBLE_QUOTES, SINGLE_QUOTES
from remora.engine.numbers import literal_value
from remora.engine.parser.base import ParserBase


class ArgumentParser(ParserBase):
    """Argument mode."""

    def parse_argument(self) -> ast.Expr | None:
        """One argument, with the array that commas make; None when no argument begins here."""
        lexer = self.lexer
        first = self.single_argument()
        if first is None:
            return None
        end = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() != ",":
            lexer.pos = end
            return first
        items = [first]
        while lexer.peek() == ",":
            comma = lexer.pos
            lexer.pos += 1
            lexer.skip_lines()
            item = None if lexer.peek() == "," else self.single_argument()
            if item is None:
                self.lacking("MissingExpression", comma + 1, ",")
                lexer.pos = comma + 1
                return self.error_expr(first.extent.start, comma + 1, *items)
            items.append(item)
            end = lexer.pos
            lexer.skip_blanks()
        lexer.pos = end
        for item in items:
            if isinstance(item, ast.Variable) and item.splat:
                self.later(item.extent.start, "splat_in_list", item)
        return ast.ArrayLiteral(self.extent(first.extent.start), tuple(items))

    def single_argument(self) -> ast.Expr | None:
        """One argument without commas; None where a command's elements end, at a redirection and at ``--``."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "$":
            return self._dollar_argument(start)
        if char == "" or char == ",":
            return None
        after = lexer.peek(1)
        if char == "@" and (after.isalpha() or after in ("_", "?", "$", "^", ":")) and after:
            lexer.pos += 1
            prefix, name = lexer.variable(start)
            node: ast.Expr = ast.Variable(self.extent(start), name, prefix, True)
            return self.parse_postfix(node, argument=True)
        quoted = char in SINGLE_QUOTES or char in DOUBLE_QUOTES
        if quoted or char in "({" or (char == "@" and self._opens(after)):
            outer, self.no_comma = self.no_comma, False
            primary = self.parse_primary()
            assert primary is not None
            found = self.parse_postfix(primary, argument=True)
            self.no_comma = outer
            return found
        if char.isdigit() or (after.isdigit() and (char == "." or char in DASHES)):
            number = self._number_argument(start)
            if number is not None:
                return number
        if char == "<" or lexer.redirection() is not None:
            return None
        if char in DASHES and after and after in DASHES and lexer.ends_word(start + 2):
            return None
        return self.parse_word()

    def _opens(self, after: str) -> bool:
        return bool(after) and (after in "({" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES)

    def _number_argument(self, start: int) -> ast.Expr | None:
        lexer = self.lexer
        negative = lexer.peek() in DASHES
        if negative:
            lexer.pos += 1
        match = lexer.number()
        value = literal_value(match, negative) if match is not None and lexer.ends_word(match.end()) else None
        if match is None or value is None:
            lexer.pos = start
            return None
        lexer.pos = match.end()
        return ast.Constant(self.extent(start), value)

    def _dollar_argument(self, start: int) -> ast.Expr | None:
        """``$x``, ``$x.y``, ``$x[0]``, ``$( )``; or a word such as ``$x/bar`` that begins with an expansion."""
        lexer = self.lexer
        errors = len(self.errors)
        node = self.parse_primary()
        if node is not None:
            char = lexer.peek()
            goes_on = char in ".[=" or (char == ":" and lexer.peek(1) == ":")
            if isinstance(node, ast.SubExpr) or lexer.ends_word(lexer.pos) or goes_on or self._null_safe(start):
                return self.parse_postfix(node, argument=True)
            del self.errors[errors:]
        lexer.pos = start
        return self.parse_word()

    def _null_safe(self, start: int) -> bool:
        """Tell whether ``?.`` or ``?[`` follows a variable in braces."""
        lexer = self.lexer
        return lexer.text.startswith("${", start) and self.postfix_follows(argument=True, index=True)

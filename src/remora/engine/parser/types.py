"""Type names, type literals, casts and attributes."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import BLANKS, DASHES, DOUBLE_QUOTES, SINGLE_QUOTES
from remora.engine.parser.base import ParserBase


class TypeParser(ParserBase):
    """What stands in square brackets at an operand's place."""

    def bracket(self, start: int) -> ast.Expr:
        """``[type]``, ``[type]operand`` or ``[Attribute()]operand``."""
        lexer = self.lexer
        lexer.pos += 1
        lexer.skip_lines()
        name = self.parse_type_name()
        lexer.skip_lines()
        if lexer.peek() == "(":
            attribute = self.attribute_rest(start, name)
            lexer.skip_lines()
            with self.nested():
                operand = self.parse_unary()
            return ast.AttributedExpr(self.extent(start), attribute, operand)
        self.close("]", "EndSquareBracketExpectedAtEndOfType", start)
        end = lexer.pos
        lexer.skip_blanks()
        if self._starts_cast_operand():
            with self.nested():
                operand = self.parse_unary()
            return ast.Cast(self.extent(start), name, operand)
        lexer.pos = end
        return self.parse_postfix(ast.TypeLiteral(self.extent(start), name), argument=False)

    def _starts_cast_operand(self) -> bool:
        lexer = self.lexer
        char, after = lexer.peek(), lexer.peek(1)
        if char == "":
            return False
        if char in "$({[!" or char.isdigit() or char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            return True
        if char == "@":
            return after != "" and (after in "({" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES)
        if char in DASHES or char == "+":
            if after.isalpha():
                return lexer.text[lexer.pos + 1 : lexer.pos + 5].lower() in ("not ", "not(", "bnot")
            return after != "=" and after not in BLANKS
        return char == "." and after.isdigit()

    def parse_type_name(self) -> ast.TypeName:
        """A type name with generic arguments and array ranks, inside its brackets."""
        lexer = self.lexer
        start = lexer.pos
        text = lexer.text
        while lexer.pos < lexer.size and (text[lexer.pos].isalnum() or text[lexer.pos] in "_.`+"):
            lexer.pos += 1
        name = text[start : lexer.pos]
        if not name:
            raise lexer.fail(
                "MissingTypename", "Missing type name after '['.", max(start - 1, 0), incomplete=lexer.at_end()
            )
        arguments: tuple[ast.TypeName, ...] = ()
        ranks: list[int] = []
        while True:
            lexer.skip_blanks()
            if lexer.peek() != "[":
                break
            lexer.pos += 1
            lexer.skip_lines()
            if lexer.peek() in ("]", ","):
                ranks.append(self._rank(start))
                continue
            if arguments or ranks:
                raise self.unexpected()
            with self.nested():
                arguments = self._generic_arguments(start)
        return ast.TypeName(self.extent(start), name, arguments, tuple(ranks))

    def _rank(self, start: int) -> int:
        rank = 1
        while self.lexer.take(","):
            rank += 1
        self.close("]", "EndSquareBracketExpectedAtEndOfAttribute", start)
        return rank

    def _generic_arguments(self, start: int) -> tuple[ast.TypeName, ...]:
        lexer = self.lexer
        out: list[ast.TypeName] = []
        while True:
            lexer.skip_lines()
            wrapped = lexer.take("[")
            out.append(self.parse_type_name())
            if wrapped:
                if lexer.take(","):
                    while lexer.peek() not in ("]", ""):
                        lexer.pos += 1
                self.close("]", "EndSquareBracketExpectedAtEndOfType", start)
            lexer.skip_lines()
            if not lexer.take(","):
                break
        self.close("]", "EndSquareBracketExpectedAtEndOfType", start)
        return tuple(out)

    def attribute_rest(self, start: int, name: ast.TypeName) -> ast.AttributeNode:
        """``(arguments)]`` of an attribute whose name was read."""
        lexer = self.lexer
        lexer.pos += 1
        positional: list[ast.Expr] = []
        named: list[tuple[str, ast.Expr | None]] = []
        lexer.skip_lines()
        while lexer.peek() != ")":
            key = lexer.name()
            if key:
                lexer.pos += len(key)
                lexer.skip_lines()
                value: ast.Expr | None = None
                if lexer.take("="):
                    lexer.skip_lines()
                    value = self.parse_no_comma()
                named.append((key, value))
            else:
                positional.append(self.parse_no_comma())
            lexer.skip_lines()
            if not lexer.take(","):
                break
            lexer.skip_lines()
        self.close(")", "MissingEndParenthesisInExpression", start)
        lexer.skip_lines()
        self.close("]", "EndSquareBracketExpectedAtEndOfAttribute", start)
        return ast.AttributeNode(self.extent(start), name, tuple(positional), tuple(named))

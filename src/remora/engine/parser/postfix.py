"""What follows an operand: members, calls, indexes, ``++`` and ``--``."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import BLANKS, DASHES, DOUBLE_QUOTES, SINGLE_QUOTES
from remora.engine.parser.base import ParserBase


class PostfixParser(ParserBase):
    """Postfix operators. In argument mode only those without white space before them belong to the operand."""

    def parse_postfix(self, target: ast.Expr, *, argument: bool) -> ast.Expr:
        """Extend the operand as far as it goes."""
        lexer = self.lexer
        start = target.extent.start
        while True:
            char = lexer.peek()
            if char == "." and self._member_follows():
                lexer.pos += 1
                target = self._member(start, target, static=False, null_safe=False)
            elif char == ":" and lexer.peek(1) == ":":
                lexer.pos += 2
                target = self._member(start, target, static=True, null_safe=False)
            elif char == "[" and not isinstance(target, ast.Postfix):
                lexer.pos += 1
                target = self._index(start, target, null_safe=False)
            elif char == "?" and lexer.peek(1) == "." and not lexer.peek(2).isdigit():
                lexer.pos += 2
                target = self._member(start, target, static=False, null_safe=True)
            elif char == "?" and lexer.peek(1) == "[":
                lexer.pos += 2
                target = self._index(start, target, null_safe=True)
            elif not argument and char in BLANKS and char and self._dot_after_blanks():
                continue
            else:
                break
        return target if argument else self._increment(start, target)

    def _member_follows(self) -> bool:
        after = self.lexer.peek(1)
        if after in ("", "."):
            return False
        return (
            after.isalnum() or after in "_$({\"'" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES or after in "\r\n"
        )

    def _dot_after_blanks(self) -> bool:
        """Step over blanks when a member access follows them on the same line."""
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_blanks()
        after = lexer.peek(1)
        if lexer.peek() == "." and (after.isalpha() or after == "_"):
            return True
        lexer.pos = here
        return False

    def _increment(self, start: int, target: ast.Expr) -> ast.Expr:
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_blanks()
        char, after = lexer.peek(), lexer.peek(1)
        plus = char == "+" and after == "+"
        minus = bool(char and after and char in DASHES and after in DASHES)
        if not (plus or minus):
            lexer.pos = here
            return target
        if not isinstance(target, (ast.Variable, ast.Member, ast.Index)):
            raise lexer.fail(
                "OperatorRequiresVariableOrProperty",
                f"The '{'++' if plus else '--'}' operator works only on variables or on properties.",
                lexer.pos,
                lexer.pos + 2,
            )
        lexer.pos += 2
        return ast.Postfix(self.extent(start), "++" if plus else "--", target)

    def _member(self, start: int, target: ast.Expr, *, static: bool, null_safe: bool) -> ast.Expr:
        lexer = self.lexer
        lexer.skip_lines()
        name = self._member_name()
        if lexer.peek() == "(":
            arguments = self._arguments()
            return ast.Invoke(self.extent(start), target, name, arguments, static, null_safe)
        if lexer.peek() == "{" and not static:
            with self.nested():
                block = self.parse_primary()
            return ast.Invoke(self.extent(start), target, name, (block,), static, null_safe)
        return ast.Member(self.extent(start), target, name, static, null_safe)

    def _member_name(self) -> ast.Expr:
        lexer = self.lexer
        start = lexer.pos
        text = lexer.text
        char = lexer.peek()
        if char.isalnum() or char == "_":
            while lexer.pos < lexer.size and (text[lexer.pos].isalnum() or text[lexer.pos] == "_"):
                lexer.pos += 1
            return ast.StringConstant(self.extent(start), text[start : lexer.pos], "bare")
        if char and (char in SINGLE_QUOTES or char in DOUBLE_QUOTES or char in "$({"):
            with self.nested():
                return self.parse_primary()
        raise lexer.fail(
            "MissingPropertyName",
            "Missing property name after reference operator.",
            max(start - 1, 0),
            incomplete=lexer.at_end(),
        )

    def _arguments(self) -> tuple[ast.Expr, ...]:
        """``(a, b)`` of a method call; commas separate."""
        lexer = self.lexer
        start = lexer.pos
        lexer.pos += 1
        out: list[ast.Expr] = []
        lexer.skip_lines()
        with self.inside():
            while lexer.peek() != ")":
                if lexer.at_end():
                    break
                out.append(self.parse_no_comma())
                lexer.skip_lines()
                if not lexer.take(","):
                    break
                lexer.skip_lines()
                if lexer.peek() == ")":
                    raise lexer.fail("MissingExpressionAfterToken", "Missing expression after ','.", lexer.pos - 1)
            if lexer.peek() != ")":
                raise lexer.fail(
                    "MissingEndParenthesisInMethodCall",
                    "Missing ')' in method call.",
                    incomplete=lexer.at_end(),
                )
            lexer.pos += 1
        if lexer.pos <= start:
            raise self.unexpected(start)
        return tuple(out)

    def _index(self, start: int, target: ast.Expr, *, null_safe: bool) -> ast.Expr:
        lexer = self.lexer
        lexer.skip_lines()
        if lexer.peek() == "]" or lexer.at_end():
            raise lexer.fail(
                "MissingArrayIndexExpression",
                "Array index expression is missing or not valid.",
                incomplete=lexer.at_end(),
            )
        with self.inside():
            index = self.parse_expression()
            lexer.skip_lines()
        if not lexer.take("]"):
            raise lexer.fail(
                "MissingEndSquareBracket", "Missing ']' after array index expression.", incomplete=lexer.at_end()
            )
        return ast.Index(self.extent(start), target, index, null_safe)

"""What follows an operand: members, calls, indexes, ``++`` and ``--``."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import BLANKS, DASHES, NEWLINES
from remora.engine.parser.base import ParserBase


class PostfixParser(ParserBase):
    """Postfix operators. Only those without white space before them belong to the operand; ``++`` may stand apart."""

    def postfix_follows(self, *, argument: bool, index: bool) -> bool:
        """Tell whether a member access (or an index) begins here. argument: in argument mode, where a dot before white
        space is none.
        """
        lexer = self.lexer
        char, after = lexer.peek(), lexer.peek(1)
        if char == ".":
            return after != "." and not (argument and (after == "" or after in BLANKS or after in NEWLINES))
        if char == ":":
            after_both = lexer.peek(2)
            blank = after_both == "" or after_both in BLANKS or after_both in NEWLINES
            return after == ":" and not (argument and blank)
        if char == "[":
            return index
        return char == "?" and (after == "." or (after == "[" and index))

    def parse_postfix(self, target: ast.Expr, *, argument: bool) -> ast.Expr:
        """Extend the operand as far as it goes."""
        lexer = self.lexer
        start = target.extent.start
        while True:
            char = lexer.peek()
            if char == "" or char not in ".:[?<" or not self._follows(char, argument):
                return target
            null_safe = lexer.take("?")
            if lexer.take("["):
                target = self._index(start, target, null_safe=null_safe)
                continue
            static = lexer.peek() == ":"
            lexer.pos += 2 if static else 1
            target = self._member(start, target, static=static, null_safe=null_safe)

    def _follows(self, char: str, argument: bool) -> bool:
        lexer = self.lexer
        if char == "<":
            here = lexer.pos
            if lexer.peek(1) == "#":
                lexer.skip_blanks()
                if lexer.peek() and lexer.peek() in ".:[?" and self.postfix_follows(argument=argument, index=True):
                    return True
            lexer.pos = here
            return False
        return self.postfix_follows(argument=argument, index=True)

    def increment(self, target: ast.Expr) -> ast.Expr:
        """``++`` or ``--`` behind an operand."""
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_blanks()
        char, after = lexer.peek(), lexer.peek(1)
        plus = char == "+" and after == "+"
        if not (plus or (char and after and char in DASHES and after in DASHES)):
            lexer.pos = here
            return target
        lexer.pos += 2
        op = "++" if plus else "--"
        node = ast.Postfix(self.extent(target.extent.start), op, target)
        if not isinstance(target, ast.Variable):
            self.later(target.extent.start, "target", target, "OperatorRequiresVariableOrProperty", op)
        return node

    def _member(self, start: int, target: ast.Expr, *, static: bool, null_safe: bool) -> ast.Expr:
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        name = self._member_name()
        if name is None:
            self.lacking("MissingPropertyName", after)
            lexer.pos = after
            found = None if self.command_ends() else self.single_argument()
            name = found or self.error_expr(start, after)
            return ast.Member(self.span(start, name.extent.end), target, name, static, null_safe)
        types: tuple[ast.TypeName, ...] = ()
        if lexer.peek() == "[":
            types = self._generic_method()
            if lexer.text[lexer.pos - 1] != "]" and types:
                return ast.Member(self.span(start, name.extent.end), target, name, static, null_safe)
        if lexer.peek() == "(":
            arguments = self._arguments()
            return ast.Invoke(self.extent(start), target, name, arguments, static, null_safe, types)
        if lexer.peek() == "{":
            block = self.parse_primary()
            assert block is not None
            return ast.Invoke(self.extent(start), target, name, (block,), static, null_safe, types)
        return ast.Member(self.extent(start), target, name, static, null_safe)

    def _generic_method(self) -> tuple[ast.TypeName, ...]:
        """``[types]`` between a method's name and its parenthesis; not moved over when it is an index."""
        lexer = self.lexer
        here = lexer.pos
        lexer.pos += 1
        lexer.skip_lines()
        char = lexer.peek()
        if char.isalpha() or char == "_":
            types = self.generic_arguments("EndSquareBracketExpectedAtEndOfType")
            closed = lexer.text[lexer.pos - 1] == "]"
            if not closed or lexer.peek() in ("(", "{"):
                return types
        lexer.pos = here
        return ()

    def _member_name(self) -> ast.Expr | None:
        lexer = self.lexer
        start = lexer.pos
        text = lexer.text
        char = lexer.peek()
        if char.isalpha() or char == "_":
            while lexer.pos < lexer.size and (text[lexer.pos].isalnum() or text[lexer.pos] == "_"):
                lexer.pos += 1
            return ast.StringConstant(self.extent(start), text[start : lexer.pos], "bare")
        self.deeper()
        name = self.parse_unary() if char and char in "+-!,[" else self.parse_primary()
        self.depth -= 1
        return name

    def _arguments(self) -> tuple[ast.Expr, ...]:
        """``(a, b)`` of a method call; commas separate."""
        lexer = self.lexer
        lexer.pos += 1
        after = lexer.pos
        out: list[ast.Expr] = []
        comma = -1
        reported = False
        self.deeper()
        while True:
            lexer.skip_lines()
            argument = self.parse_no_comma()
            if argument is None:
                if comma >= 0:
                    self.lacking("MissingExpressionAfterToken", comma + 1, ",")
                    reported = True
                break
            out.append(argument)
            lexer.skip_lines()
            comma = lexer.pos
            if not lexer.take(","):
                break
        self.depth -= 1
        lexer.skip_lines()
        if not lexer.take(")"):
            end = out[-1].extent.end if out else after
            if not reported:
                self.lacking("MissingEndParenthesisInMethodCall", end)
            lexer.pos = max(end, comma + 1 if reported else 0)
        return tuple(out)

    def _index(self, start: int, target: ast.Expr, *, null_safe: bool) -> ast.Expr:
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        outer, self.no_comma = self.no_comma, False
        self.deeper()
        index = self.parse_expression()
        self.depth -= 1
        self.no_comma = outer
        if index is None:
            self.lacking("MissingArrayIndexExpression", after)
            index = self.error_expr(after - 1, after)
        end = index.extent.end
        lexer.skip_lines()
        if lexer.take("]"):
            end = lexer.pos
        else:
            if not isinstance(index, ast.ErrorExpr):
                self.lacking("MissingEndSquareBracket", end)
            lexer.pos = end
        return ast.Index(self.span(start, end), target, index, null_safe)

"""Expressions: operators by precedence, operands, literals of arrays and hashtables.

Every rule returns None, and stays where it is, when no expression begins at the position.
"""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import AFTER_NUMBER, DASHES, DOUBLE_QUOTES, LOGICAL, NEWLINES, PRECEDENCE, SINGLE_QUOTES
from remora.engine.numbers import literal_value
from remora.engine.parser.base import ParserBase

_UNARY_WORDS = {"not": "not", "bnot": "bnot", "split": "split", "isplit": "split", "csplit": "csplit", "join": "join"}
_NO_OPERATOR = frozenset(")}];\r\n,")


class ExpressionParser(ParserBase):
    """Expression mode."""

    def parse_expression(self) -> ast.Expr | None:
        """Ternary level: the whole expression, without assignment."""
        lexer = self.lexer
        self.deeper()
        condition = self._binary(LOGICAL)
        if condition is not None and lexer.peek() == "?" and not lexer.text.startswith("??", lexer.pos):
            condition = self._ternary(condition)
        self.depth -= 1
        return condition

    def _ternary(self, condition: ast.Expr) -> ast.Expr:
        lexer = self.lexer
        start = condition.extent.start
        lexer.pos += 1
        yes = self._branch(lexer.pos, "?")
        here = lexer.pos
        lexer.skip_lines()
        if lexer.peek() != ":" or lexer.peek(1) == ":":
            where = lexer.pos
            lexer.pos = here
            if isinstance(yes, ast.ErrorExpr):
                return self.error_expr(start, max(here, yes.extent.end), condition)
            lexer.pos = where
            start_token, end_token = self.token_span()
            lexer.pos = here
            self.lacking("MissingColonInTernaryExpression", start_token, end=end_token, seen=where)
            return self.error_expr(start, here, condition, yes)
        lexer.pos += 1
        no = self._branch(lexer.pos, ":")
        return ast.Ternary(self.span(start, no.extent.end), condition, yes, no)

    def _branch(self, after: int, token: str) -> ast.Expr:
        """The expression after ``?`` or ``:``."""
        lexer = self.lexer
        lexer.skip_lines()
        branch = self.parse_expression()
        if branch is None:
            lexer.pos = after
            self.lacking("ExpectedValueExpression", after, token)
            branch = self.error_expr(after, after)
        return branch

    def parse_no_comma(self) -> ast.Expr | None:
        """An expression in which a comma ends it (method arguments, parameter defaults)."""
        outer, self.no_comma = self.no_comma, True
        found = self.parse_expression()
        self.no_comma = outer
        return found

    def _binary(self, lowest: int) -> ast.Expr | None:
        """Precedence climbing; all operators are left associative. Steps over blanks behind the expression only before
        what can continue it.
        """
        lexer = self.lexer
        left = self._array()
        if left is None:
            return None
        start = left.extent.start
        while True:
            here = lexer.pos
            lexer.skip_blanks()
            char = lexer.peek()
            if char == "" or char in _NO_OPERATOR:
                lexer.pos = here
                return left
            found = lexer.operator()
            if found is None:
                if char in DASHES and lexer.parameter() is not None:
                    left = self._parameter_in_expression(left)
                elif char != "?":
                    lexer.pos = here
                return left
            if PRECEDENCE[found[0]] < lowest:
                lexer.pos = here
                return left
            op, after = found
            token = lexer.text[lexer.pos : after]
            lexer.pos = after
            lexer.skip_lines()
            right = self._binary(PRECEDENCE[op] + 1)
            if right is None:
                lexer.pos = after
                self.lacking("ExpectedValueExpression", after, token)
                right = self.error_expr(after, after)
            left = ast.Binary(self.span(start, right.extent.end), op, left, right)

    def _parameter_in_expression(self, left: ast.Expr) -> ast.Expr:
        lexer = self.lexer
        start = lexer.pos
        match = lexer.parameter()
        assert match is not None
        lexer.pos = match.end()
        self.report("UnexpectedToken", start, lexer.pos, match[0])
        parameter = ast.CommandParameter(self.extent(start), match[0][1:], None, False)
        return self.error_expr(left.extent.start, lexer.pos, left, parameter)

    def _array(self) -> ast.Expr | None:
        """Comma level: ``a, b``."""
        lexer = self.lexer
        first = self.parse_unary()
        if self.no_comma or first is None:
            return first
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
            item = self.parse_unary()
            if item is None:
                self.lacking("MissingExpressionAfterToken", comma + 1, ",")
                items.append(self.error_expr(comma, comma + 1))
                end = comma + 1
                break
            items.append(item)
            end = lexer.pos
            lexer.skip_blanks()
        lexer.pos = end
        return ast.ArrayLiteral(self.extent(first.extent.start), tuple(items))

    def parse_unary(self) -> ast.Expr | None:
        """Prefix operators, casts, and operands with what follows them."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "$" or char == "(":
            node = self.parse_primary()
        elif char == "," and not self.no_comma:
            return self._prefix(start, ",", 1)
        elif char == "!":
            if lexer.peek(1).isalpha() or lexer.peek(1) == "_":
                return None
            return self._prefix(start, "not", 1)
        elif char == "+":
            after = lexer.peek(1)
            if after == "=":
                return None
            node = self._prefix(start, "++", 2) if after == "+" else self._signed(start, "+")
        elif char and char in DASHES:
            node = self._dash(start)
        elif char == "[":
            node = self.bracket()
        else:
            node = self.parse_primary()
        if node is None:
            return None
        return self.increment(self.parse_postfix(node, argument=False) if _takes_postfix(node, char) else node)

    def _signed(self, start: int, op: str) -> ast.Expr | None:
        lexer = self.lexer
        after = lexer.peek(1)
        if after.isdigit() or (after == "." and lexer.peek(2).isdigit()):
            lexer.pos += 1
            number = self._number(start, negative=op == "-")
            if number is not None:
                return number
            lexer.pos = start
            return None
        return self._prefix(start, op, 1)

    def _dash(self, start: int) -> ast.Expr | None:
        lexer = self.lexer
        after = lexer.peek(1)
        if after and after in DASHES:
            return self._prefix(start, "--", 2)
        if after == "=":
            return None
        if after.isalpha() or after in ("_", "?"):
            lexer.pos += 1
            word = lexer.name()
            lexer.pos = start
            op = _UNARY_WORDS.get(word.lower())
            return self._prefix(start, op, 1 + len(word)) if op is not None else None
        return self._signed(start, "-")

    def _prefix(self, start: int, op: str, length: int) -> ast.Expr:
        lexer = self.lexer
        after = start + length
        lexer.pos = after
        lexer.skip_lines()
        self.deeper()
        operand = self.parse_unary()
        self.depth -= 1
        if operand is None:
            lexer.pos = after
            self.lacking("MissingExpressionAfterOperator", after, lexer.text[start:after])
            return self.error_expr(start, after)
        extent = self.span(start, operand.extent.end)
        if op == ",":
            return ast.ArrayLiteral(extent, (operand,))
        if op in ("++", "--") and not isinstance(operand, ast.Variable):
            self.later(operand.extent.start, "target", operand, "OperatorRequiresVariableOrProperty", op)
        return ast.Unary(extent, op, operand)

    # -- operands ------------------------------------------------------------------------------------------------------

    def parse_primary(self) -> ast.Expr | None:
        """An operand without prefix or postfix."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "$":
            return self._dollar(start)
        if char == "":
            return None
        if char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            return self.parse_string()
        if char == "(":
            return self._paren(start)
        if char == "@":
            return self._at(start)
        if char == "{":
            return self._script_block(start)
        if char.isdigit() or (char == "." and lexer.peek(1).isdigit()):
            return self._number(start, negative=False)
        return None

    def _script_block(self, start: int) -> ast.Expr:
        outer, self.no_comma = self.no_comma, False
        self.lexer.pos += 1
        script = self.parse_block_script(start)
        self.no_comma = outer
        return ast.ScriptBlockExpr(self.extent(start), script)

    def _number(self, start: int, *, negative: bool) -> ast.Expr | None:
        """A number; in a statement's first place ``1?2`` is a word, elsewhere the number ends before the ``?``."""
        lexer = self.lexer
        match = lexer.number()
        if match is None:
            return None
        end = match.end()
        after = lexer.text[end] if end < lexer.size else ""
        if after and after not in AFTER_NUMBER and after not in "?:":
            return None
        lexer.pos = end
        value = literal_value(match, negative)
        if value is None:
            self.report("BadNumericConstant", start, end, lexer.text[start:end])
            value = 0
        return ast.Constant(self.extent(start), value)

    def _dollar(self, start: int) -> ast.Expr | None:
        lexer = self.lexer
        if lexer.peek(1) == "(":
            lexer.pos += 2
            return self.sub_expression(start)
        if not lexer.starts_variable(start + 1):
            return None
        lexer.pos += 1
        prefix, name = lexer.variable(start)
        return ast.Variable(self.extent(start), name, prefix)

    def _paren(self, start: int) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 1
        lexer.skip_lines()
        outer, self.no_comma = self.no_comma, False
        self.deeper()
        pipeline = self.parse_pipeline()
        if pipeline is None:
            self.lacking("ExpectedExpression", start + 1)
            pipeline = self.error_statement(start + 1, start + 1)
        end = pipeline.extent.end
        self.depth -= 1
        self.no_comma = outer
        lexer.skip_lines()
        if lexer.take(")"):
            end = lexer.pos
        else:
            self.lacking("MissingEndParenthesisInExpression", end)
            lexer.pos = max(end, start + 1)
        return ast.Paren(self.span(start, end), pipeline)

    def _at(self, start: int) -> ast.Expr | None:
        lexer = self.lexer
        after = lexer.peek(1)
        if after == "(":
            lexer.pos += 2
            body = self.sub_expression(start)
            return ast.ArrayExpr(body.extent, body.body)
        if after == "{":
            return self._hash(start)
        if after and (after in SINGLE_QUOTES or after in DOUBLE_QUOTES):
            return self.parse_string()
        if lexer.starts_variable(start + 1):
            lexer.pos += 1
            prefix, name = lexer.variable(start)
            node = ast.Variable(self.extent(start), name, prefix, True)
            self.later(start, "splat", node)
            return node
        self.report("UnrecognizedToken", start, start + 1)
        return None

    def _hash(self, start: int) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 2
        pairs: list[tuple[ast.Expr, ast.Statement]] = []
        outer, self.no_comma = self.no_comma, False
        self.deeper()
        lexer.skip_lines()
        while (key := self.parse_key()) is not None:
            pairs.append((key, self._hash_value(key)))
            here = lexer.pos
            lexer.skip_blanks()
            if not (lexer.peek() and lexer.peek() in "\r\n;"):
                lexer.pos = here
                break
            lexer.skip_separators()
        self.depth -= 1
        self.no_comma = outer
        here = lexer.pos
        lexer.skip_lines()
        if not lexer.take("}"):
            self.lacking("MissingEndCurlyBrace", start + 2, end=lexer.pos, seen=lexer.pos)
            lexer.pos = here
        node = ast.HashLiteral(self.extent(start), tuple(pairs))
        if len(pairs) > 1:
            self.later(start, "duplicate_keys", node)
        return node

    def _hash_value(self, key: ast.Expr) -> ast.Statement:
        lexer = self.lexer
        end = key.extent.end
        lexer.skip_blanks()
        if lexer.peek() != "=":
            self.report("MissingEqualsInHashLiteral", end, end)
            self.sync("};" + NEWLINES, consume=False)
            return self.error_statement(end, end)
        lexer.pos += 1
        after = lexer.pos
        lexer.skip_lines()
        value = self.parse_statement()
        if value is None:
            self.lacking("MissingStatementInHashLiteral", after)
            return self.error_statement(after, after)
        return value

    def parse_key(self) -> ast.Expr | None:
        """A simple name, else an operand without comma: a hashtable's key or the label of break."""
        lexer = self.lexer
        lexer.skip_blanks()
        start = lexer.pos
        name = lexer.name()
        if name:
            lexer.pos += len(name)
            return ast.StringConstant(self.extent(start), name, "bare")
        if lexer.peek() and lexer.peek() in "\r\n;":
            return None
        outer, self.no_comma = self.no_comma, True
        found = self.parse_unary()
        self.no_comma = outer
        return found


def _takes_postfix(node: ast.Expr, char: str) -> bool:
    """Tell whether members can follow: prefix operators and casts have taken theirs with their operand."""
    return (
        not isinstance(node, (ast.Unary, ast.Cast, ast.AttributedExpr, ast.ArrayLiteral, ast.ErrorExpr)) and char != "["
    )

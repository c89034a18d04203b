"""Expressions: operators by precedence, operands, members, indexes, calls, literals of arrays and hashtables."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DASHES, DOUBLE_QUOTES, LOGICAL, NEWLINES, PRECEDENCE, SINGLE_QUOTES
from remora.engine.numbers import literal_value
from remora.engine.parser.base import ParserBase
from remora.values.strings import Char

_UNARY_WORDS = {"not": "not", "bnot": "bnot", "split": "split", "isplit": "split", "csplit": "csplit", "join": "join"}


class ExpressionParser(ParserBase):
    """Expression mode."""

    def parse_expression(self) -> ast.Expr:
        """Ternary level: the whole expression, without assignment."""
        lexer = self.lexer
        with self.nested():
            start = lexer.pos
            condition = self._binary(LOGICAL)
            lexer.skip_blanks()
            if lexer.peek() != "?" or lexer.text.startswith("??", lexer.pos):
                return condition
            lexer.pos += 1
            lexer.skip_lines()
            yes = self.parse_expression()
            lexer.skip_lines()
            if not lexer.take(":"):
                raise lexer.fail(
                    "MissingColonInTernaryExpression",
                    "Missing ':' in the ternary expression.",
                    incomplete=lexer.at_end(),
                )
            lexer.skip_lines()
            no = self.parse_expression()
            return ast.Ternary(self.extent(start), condition, yes, no)

    def parse_no_comma(self) -> ast.Expr:
        """An expression in which a comma ends it (method arguments, parameter defaults)."""
        outer, self.no_comma = self.no_comma, True
        try:
            return self.parse_expression()
        finally:
            self.no_comma = outer

    def _binary(self, lowest: int) -> ast.Expr:
        """Precedence climbing; all operators are left associative."""
        lexer = self.lexer
        start = lexer.pos
        left = self._array()
        while True:
            lexer.skip_blanks()
            found = lexer.operator()
            if found is None or PRECEDENCE[found[0]] < lowest:
                return left
            op, lexer.pos = found
            token = lexer.text[found[1] - len(op) : found[1]]
            lexer.skip_lines()
            self._expect_operand(token if op in ("+", "-", "*", "/", "%", "..", "??") else "-" + op, found[1])
            right = self._binary(PRECEDENCE[op] + 1)
            left = ast.Binary(self.extent(start), op, left, right)

    def _expect_operand(self, token: str, after: int) -> None:
        lexer = self.lexer
        if lexer.at_end() or lexer.peek() in ")}];|&":
            raise lexer.fail(
                "ExpectedValueExpression",
                f"You must provide a value expression following the '{token}' operator.",
                max(after - 1, 0),
                after,
                incomplete=lexer.at_end(),
            )

    def _array(self) -> ast.Expr:
        """Comma level: ``a, b``."""
        lexer = self.lexer
        start = lexer.pos
        first = self.parse_unary()
        if self.no_comma:
            return first
        end = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() != ",":
            lexer.pos = end
            return first
        items = [first]
        while lexer.peek() == ",":
            lexer.pos += 1
            lexer.skip_lines()
            if lexer.at_end() or lexer.peek() in ")}];|":
                raise lexer.fail(
                    "MissingExpressionAfterToken",
                    "Missing expression after ','.",
                    lexer.pos - 1 if lexer.pos else 0,
                    incomplete=lexer.at_end(),
                )
            items.append(self.parse_unary())
            end = lexer.pos
            lexer.skip_blanks()
        if lexer.peek() != ",":
            lexer.pos = end
        return ast.ArrayLiteral(self.extent(start), tuple(items))

    def parse_unary(self) -> ast.Expr:
        """Prefix operators and casts."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "," and not self.no_comma:
            lexer.pos += 1
            lexer.skip_lines()
            with self.nested():
                operand = self.parse_unary()
            return ast.ArrayLiteral(self.extent(start), (operand,))
        if char == "!":
            lexer.pos += 1
            return self._prefix(start, "not", "!")
        if char == "+":
            if lexer.peek(1) == "+":
                lexer.pos += 2
                return self._prefix(start, "++", "++")
            lexer.pos += 1
            return self._prefix(start, "+", "+")
        if char and char in DASHES:
            return self._dash(start)
        if char == "[":
            return self.bracket(start)
        return self.parse_postfix(self.parse_primary(), argument=False)

    def _dash(self, start: int) -> ast.Expr:
        lexer = self.lexer
        after = lexer.peek(1)
        if after and after in DASHES:
            lexer.pos += 2
            return self._prefix(start, "--", "--")
        if after.isalpha():
            lexer.pos += 1
            word = lexer.name()
            op = _UNARY_WORDS.get(word.lower())
            if op is None:
                lexer.pos = start
                raise self.unexpected()
            lexer.pos += len(word)
            return self._prefix(start, op, "-" + word)
        if after.isdigit() or (after == "." and lexer.peek(2).isdigit()):
            lexer.pos += 1
            number = self._number(start, negative=True)
            return self.parse_postfix(number, argument=False)
        lexer.pos += 1
        return self._prefix(start, "-", "-")

    def _prefix(self, start: int, op: str, token: str) -> ast.Expr:
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        if lexer.at_end() or lexer.peek() in ")}];|&":
            raise lexer.fail(
                "MissingExpressionAfterOperator",
                f"Missing expression after unary operator '{token}'.",
                start,
                after,
                incomplete=lexer.at_end(),
            )
        with self.nested():
            operand = self.parse_unary()
        if op in ("++", "--") and not _assignable(operand):
            raise lexer.fail(
                "OperatorRequiresVariableOrProperty",
                f"The '{token}' operator works only on variables or on properties.",
                start,
            )
        return ast.Unary(self.extent(start), op, operand)

    # -- types, casts, attributes --------------------------------------------------------------------------------------

    # -- operands ------------------------------------------------------------------------------------------------------

    def parse_primary(self) -> ast.Expr:
        """An operand without prefix or postfix."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "$":
            return self._dollar(start)
        if char and (char in SINGLE_QUOTES or char in DOUBLE_QUOTES):
            return self.parse_string()
        if char == "(":
            return self._paren(start)
        if char == "@":
            return self._at(start)
        if char == "{":
            lexer.pos += 1
            with self.inside():
                script = self.parse_script_inside("}")
                self.close("}", "MissingEndCurlyBrace", start)
            return ast.ScriptBlockExpr(self.extent(start), script)
        if char.isdigit() or (char == "." and lexer.peek(1).isdigit()):
            return self._number(start, negative=False)
        if char == "[":
            return self.bracket(start)
        if char == "":
            raise lexer.fail("ExpectedExpression", "An expression was expected.", incomplete=True)
        raise self.unexpected()

    def _number(self, start: int, *, negative: bool) -> ast.Expr:
        lexer = self.lexer
        match = lexer.number()
        if match is None:
            raise self.unexpected(start)
        lexer.pos = match.end()
        after = lexer.peek()
        if after.isalnum() or after == "_":
            raise self.unexpected(start)
        value = literal_value(match, negative)
        if value is None:
            raise lexer.fail("BadNumericConstant", f"The numeric constant {match[0]} is not valid.", start, match.end())
        return ast.Constant(self.extent(start), value)

    def _dollar(self, start: int) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 1
        if lexer.peek() == "(":
            lexer.pos += 1
            return self.sub_expression(start)
        prefix, name = lexer.variable(start)
        return ast.Variable(self.extent(start), name, prefix)

    def _paren(self, start: int) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 1
        lexer.skip_lines()
        with self.inside():
            if lexer.peek() == ")":
                raise lexer.fail("ExpectedExpression", "An expression was expected after '('.")
            if lexer.at_end():
                raise lexer.fail(
                    "MissingEndParenthesisInExpression", "Missing closing ')' in expression.", start, incomplete=True
                )
            pipeline = self.parse_pipeline()
            lexer.skip_lines()
            self.close(")", "MissingEndParenthesisInExpression", start)
        return ast.Paren(self.extent(start), pipeline)

    def _at(self, start: int) -> ast.Expr:
        lexer = self.lexer
        after = lexer.peek(1)
        if after == "(":
            lexer.pos += 2
            with self.inside():
                body = self.parse_statements(")")
                self.close(")", "MissingEndParenthesisInSubexpression", start)
            return ast.ArrayExpr(self.extent(start), body)
        if after == "{":
            return self._hash(start)
        if after and (after in SINGLE_QUOTES or after in DOUBLE_QUOTES):
            return self.parse_string()
        if after.isalpha() or after == "_":
            raise lexer.fail(
                "SplattingNotPermitted",
                "The splatting operator '@' cannot be used to reference variables in an expression. "
                f"'@{lexer.text[start + 1 : start + 20]}'"
                " can be used only as an argument to a command.",
                start,
            )
        raise lexer.fail("UnrecognizedToken", "Unrecognized token in source text.", start)

    def _hash(self, start: int) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 2
        pairs: list[tuple[ast.Expr, ast.Statement]] = []
        seen: set[object] = set()
        with self.inside():
            lexer.skip_separators()
            while lexer.peek() not in ("}", ""):
                key = self._hash_key()
                self._check_duplicate(key, seen)
                lexer.skip_lines()
                if lexer.peek() != "=":
                    raise lexer.fail(
                        "MissingEqualsInHashLiteral",
                        "Missing '=' operator after key in hash literal.",
                        incomplete=lexer.at_end(),
                    )
                lexer.pos += 1
                lexer.skip_lines()
                if lexer.at_end() or lexer.peek() in "};":
                    raise lexer.fail(
                        "MissingStatementInHashLiteral",
                        "Missing statement after '=' in hash literal.",
                        incomplete=lexer.at_end(),
                    )
                pairs.append((key, self.parse_statement()))
                lexer.skip_blanks()
                if lexer.peek() not in ("}", "", ";", *NEWLINES):
                    raise lexer.fail("IncompleteHashLiteral", "The hash literal was incomplete.")
                lexer.skip_separators()
            if lexer.at_end():
                raise lexer.fail(
                    "MissingEndCurlyBrace", "Missing closing '}' in hash literal.", start, start + 2, incomplete=True
                )
            lexer.pos += 1
        return ast.HashLiteral(self.extent(start), tuple(pairs))

    def _hash_key(self) -> ast.Expr:
        lexer = self.lexer
        start = lexer.pos
        name = lexer.name()
        if name:
            lexer.pos += len(name)
            while lexer.peek() and (lexer.peek().isalnum() or lexer.peek() in "_-"):
                lexer.pos += 1
            return ast.StringConstant(self.extent(start), lexer.text[start : lexer.pos], "bare")
        return self.parse_unary()

    def _check_duplicate(self, key: ast.Expr, seen: set[object]) -> None:
        if isinstance(key, ast.StringConstant):
            mark: object = (Char, key.value.lower())
        elif isinstance(key, ast.Constant):
            mark = (type(key.value), key.value)
        else:
            return
        if mark in seen:
            text = key.extent.text
            raise self.lexer.fail(
                "DuplicateKeyInHashLiteral",
                f"Duplicate keys '{text}' are not allowed in hash literals.",
                key.extent.start,
                key.extent.end,
            )
        seen.add(mark)


def _assignable(node: ast.Expr) -> bool:
    if isinstance(node, (ast.Variable, ast.Member, ast.Index)):
        return True
    return isinstance(node, ast.Cast) and _assignable(node.operand)

"""Commands in argument mode, redirections, pipelines and pipeline chains."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DASHES, DOUBLE_QUOTES, NEWLINES, SINGLE_QUOTES, WORD_END
from remora.engine.parser.base import ParserBase


class CommandParser(ParserBase):
    """Pipelines and what they are made of."""

    def parse_pipeline(self) -> ast.Statement:
        """An assignment, or pipelines joined by ``&&`` and ``||``."""
        lexer = self.lexer
        start = lexer.pos
        left: ast.Statement = self._simple_pipeline()
        while True:
            here = lexer.pos
            self._skip_to_chain()
            op = lexer.text[lexer.pos : lexer.pos + 2]
            if op not in ("&&", "||") or isinstance(left, ast.Assignment):
                lexer.pos = here
                return left
            lexer.pos += 2
            lexer.skip_lines()
            if lexer.at_end() or lexer.peek() in ")};|":
                raise lexer.fail(
                    "EmptyPipelineChainElement",
                    f"An element is missing after the '{op}' operator.",
                    incomplete=lexer.at_end(),
                )
            right = self._chain_operand()
            left = ast.Chain(self.extent(start), op, left, right)

    def _chain_operand(self) -> ast.Statement:
        if self.lexer.keyword() in ("throw", "return", "exit", "break", "continue"):
            return self.parse_statement()
        return self._simple_pipeline()

    def _skip_to_chain(self) -> None:
        """Step to ``|``, ``||`` or ``&&`` even when it begins one of the next lines."""
        lexer = self.lexer
        lexer.skip_blanks()
        if not (lexer.peek() and lexer.peek() in NEWLINES):
            return
        here = lexer.pos
        lexer.skip_lines()
        if lexer.peek() != "|" and not lexer.text.startswith("&&", lexer.pos):
            lexer.pos = here

    def _simple_pipeline(self) -> ast.Statement:
        lexer = self.lexer
        start = lexer.pos
        first = self._first_element()
        if isinstance(first, ast.Statement):
            return first
        elements = [first]
        while True:
            here = lexer.pos
            self._skip_to_chain()
            if lexer.peek() != "|" or lexer.peek(1) == "|":
                lexer.pos = here
                break
            lexer.pos += 1
            lexer.skip_lines()
            if lexer.at_end() or lexer.peek() in "|;)}" or (lexer.peek() == "&" and lexer.peek(1) == "&"):
                raise lexer.fail("EmptyPipeElement", "An empty pipe element is not allowed.", incomplete=lexer.at_end())
            elements.append(self._later_element())
        end = lexer.pos
        lexer.skip_blanks()
        background = lexer.peek() == "&" and lexer.peek(1) != "&"
        if background:
            lexer.pos += 1
        else:
            lexer.pos = end
        return ast.Pipeline(self.extent(start), tuple(elements), background)

    def _first_element(self) -> ast.Command | ast.CommandExpr | ast.Assignment:
        lexer = self.lexer
        start = lexer.pos
        if not self._starts_expression():
            return self._command()
        outer, self.no_comma = self.no_comma, False
        try:
            expression = self.parse_expression()
        finally:
            self.no_comma = outer
        end = lexer.pos
        lexer.skip_blanks()
        op = lexer.assignment()
        if op is not None:
            return self._assignment(start, expression, op)
        redirections = self._redirections()
        if not redirections:
            lexer.pos = end
        return ast.CommandExpr(self.extent(start), expression, redirections)

    def _later_element(self) -> ast.Command | ast.CommandExpr:
        start = self.lexer.pos
        if self._starts_expression():
            self.parse_expression()
            raise self.lexer.fail(
                "ExpressionsMustBeFirstInPipeline",
                "Expressions are only allowed as the first element of a pipeline.",
                start,
                self.lexer.pos,
            )
        return self._command()

    def _starts_expression(self) -> bool:
        """Decide the mode of a pipeline element by its first characters."""
        lexer = self.lexer
        char = lexer.peek()
        after = lexer.peek(1)
        if char == "":
            return True
        if char in "$({[!,+" or char in SINGLE_QUOTES or char in DOUBLE_QUOTES or char in DASHES:
            return True
        if char == "@":
            return True
        if char.isdigit() or (char == "." and after.isdigit()):
            match = lexer.number()
            if match is None:
                return False
            follow = lexer.text[match.end() : match.end() + 1]
            return not (follow.isalpha() or follow == "_")
        return False

    def _assignment(self, start: int, left: ast.Expr, op: str) -> ast.Assignment:
        lexer = self.lexer
        if not _is_target(left):
            raise lexer.fail(
                "InvalidLeftHandSide",
                "The assignment expression is not valid. The input to an assignment operator must be an object "
                "that is able to "
                "accept assignments, such as a variable or a property.",
                left.extent.start,
                left.extent.end,
            )
        lexer.pos += len(op)
        lexer.skip_lines()
        if lexer.at_end() or lexer.peek() in ")};|":
            raise lexer.fail(
                "ExpectedValueExpression",
                f"You must provide a value expression following the '{op}' operator.",
                incomplete=lexer.at_end(),
            )
        with self.nested():
            right = self.parse_statement()
        return ast.Assignment(self.extent(start), op, left, right)

    # -- commands ------------------------------------------------------------------------------------------------------

    def _command(self) -> ast.Command:
        lexer = self.lexer
        start = lexer.pos
        operator = ""
        if lexer.peek() == "&" or (lexer.peek() == "." and self._is_dot_operator()):
            operator = lexer.peek()
            lexer.pos += 1
            lexer.skip_blanks()
        redirections: list[ast.Redirection | ast.MergeRedirection] = list(self._redirections())
        name = self._command_name(operator)
        elements: list[ast.Expr | ast.CommandParameter] = []
        verbatim: str | None = None
        parameters_ended = False
        while True:
            end = lexer.pos
            lexer.skip_blanks()
            if self.command_ends():
                lexer.pos = end
                break
            found = self._redirections()
            if found:
                redirections.extend(found)
                continue
            if lexer.text.startswith("--%", lexer.pos) and lexer.ends_word(lexer.pos + 3):
                verbatim = self._verbatim()
                break
            if lexer.peek() in DASHES and lexer.peek(1) in DASHES and lexer.peek(1) and lexer.ends_word(lexer.pos + 2):
                lexer.pos += 2
                if parameters_ended:
                    elements.append(ast.StringConstant(self.extent(lexer.pos - 2), "--", "bare"))
                parameters_ended = True
                continue
            elements.append(self._element(parameters_ended))
        return ast.Command(self.extent(start), operator, name, tuple(elements), tuple(redirections), verbatim)

    def _is_dot_operator(self) -> bool:
        after = self.lexer.peek(1)
        return after == "" or after in WORD_END or after in "$\"'" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES

    def _command_name(self, operator: str) -> ast.Expr:
        lexer = self.lexer
        char = lexer.peek()
        if lexer.at_end() or char in ";)}|&" or char in NEWLINES:
            if operator:
                raise lexer.fail(
                    "MissingExpression",
                    f"The expression after '{operator}' in a pipeline element produced an object that was not valid.",
                    incomplete=lexer.at_end(),
                )
            raise self.unexpected()
        if char == "<":
            raise self.no_input_redirection()
        if not operator:
            return self.parse_word()
        return self.single_argument()

    def _element(self, parameters_ended: bool) -> ast.Expr | ast.CommandParameter:
        lexer = self.lexer
        if lexer.peek() == "<":
            raise self.no_input_redirection()
        match = lexer.parameter()
        if match is None or parameters_ended:
            return self.parse_argument()
        start = lexer.pos
        lexer.pos = match.end()
        name = match[0][1:]
        if lexer.peek() == ":":
            lexer.pos += 1
            after = lexer.pos
            lexer.skip_blanks()
            if self.command_ends():
                raise lexer.fail(
                    "ParameterRequiresArgument",
                    f"The parameter '-{name}' requires an argument.",
                    start,
                    after,
                    incomplete=lexer.at_end(),
                )
            argument = self.parse_argument()
            return ast.CommandParameter(self.extent(start), name, argument, True)
        return ast.CommandParameter(self.extent(start), name, None, False)

    def _verbatim(self) -> str:
        """The rest of the line after ``--%``, up to a pipe or separator outside quotes."""
        lexer = self.lexer
        lexer.pos += 3
        begin = lexer.pos
        quoted = False
        while not lexer.at_end():
            char = lexer.peek()
            if char in NEWLINES or (not quoted and (char == "|" or lexer.text.startswith("&&", lexer.pos))):
                break
            if char == '"':
                quoted = not quoted
            lexer.pos += 1
        return lexer.text[begin : lexer.pos].strip()

    def _redirections(self) -> tuple[ast.Redirection | ast.MergeRedirection, ...]:
        lexer = self.lexer
        out: list[ast.Redirection | ast.MergeRedirection] = []
        while True:
            here = lexer.pos
            lexer.skip_blanks()
            start = lexer.pos
            match = lexer.redirection()
            if match is None:
                lexer.pos = here
                return tuple(out)
            lexer.pos = match.end()
            stream = 0 if match[1] == "*" else int(match[1] or 1)
            if match[3]:
                if match[4] != "1" or stream == 1:
                    raise lexer.fail(
                        "RedirectionNotSupported",
                        f"The '{match[0]}' operator is reserved for future use.",
                        start,
                        match.end(),
                    )
                out.append(ast.MergeRedirection(self.extent(start), stream))
                continue
            lexer.skip_blanks()
            if self.command_ends():
                raise lexer.fail(
                    "MissingFileSpecification",
                    "Missing file specification after redirection operator.",
                    start,
                    incomplete=lexer.at_end(),
                )
            target = self.single_argument()
            out.append(ast.Redirection(self.extent(start), stream, bool(match[2]), target))


def _is_target(node: ast.Expr) -> bool:
    if isinstance(node, ast.ArrayLiteral):
        return all(_is_target(item) for item in node.items)
    if isinstance(node, (ast.Cast, ast.AttributedExpr)):
        return _is_target(node.operand)
    if isinstance(node, ast.Paren):
        pipeline = node.pipeline
        if isinstance(pipeline, ast.Pipeline) and len(pipeline.elements) == 1:
            only = pipeline.elements[0]
            return isinstance(only, ast.CommandExpr) and _is_target(only.expression)
        return False
    return isinstance(node, (ast.Variable, ast.Index)) or (isinstance(node, ast.Member) and not node.null_safe)

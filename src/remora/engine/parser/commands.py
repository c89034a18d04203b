"""Commands in argument mode, redirections, pipelines and pipeline chains."""

from __future__ import annotations

import re

from remora.engine import ast
from remora.engine.lexer import AFTER_NUMBER, BLANKS, DASHES, DOUBLE_QUOTES, NEWLINES, SINGLE_QUOTES, WORD_END
from remora.engine.parser.base import ParserBase

Redirects = tuple[ast.Redirection | ast.MergeRedirection, ...]
_ENDS = frozenset(";)}\r\n")
_WORD_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_%?*/\\~.&")
_BLANKS = f"[{re.escape(BLANKS)}]*"
_CONTINUED = re.compile(
    rf"(?:\r\n|\r|\n)(?:{_BLANKS}(?:\#[^\r\n]*|<\#.*?\#>{_BLANKS})(?:\r\n|\r|\n))*{_BLANKS}(?:<\#.*?\#>{_BLANKS})*"
    r"(?=\||&&)",
    re.DOTALL,
)
"""A newline, lines with nothing but comments, and the pipe or chain operator that begins the next line."""
STREAMS = ("*", "output", "error", "warning", "verbose", "debug", "information")


class CommandParser(ParserBase):
    """Pipelines and what they are made of. Every rule returns None where nothing of its kind begins."""

    def parse_pipeline(self) -> ast.Statement | None:
        """An assignment, or pipelines joined by ``&&`` and ``||``."""
        lexer = self.lexer
        start = lexer.pos
        expression = self._leading_expression()
        if expression is not None:
            end = lexer.pos
            lexer.skip_blanks()
            op = lexer.assignment()
            if op is not None:
                return self._assignment(start, expression, op)
            lexer.pos = end
        first = self._elements(expression)
        if first is None:
            return None
        left: ast.Statement = first
        while True:
            here = lexer.pos
            self._skip_to_chain()
            op = lexer.text[lexer.pos : lexer.pos + 2]
            if op not in ("&&", "||"):
                lexer.pos = here
                return self._backgrounded(left)
            at = lexer.pos
            lexer.pos += 2
            lexer.skip_lines()
            right = self._chain_operand(left, op, at)
            if right is None:
                return left if lexer.at_end() else self.error_statement(start, at + 2, left)
            left = ast.Chain(self.span(start, right.extent.end), op, left, right)

    def _chain_operand(self, left: ast.Statement, op: str, at: int) -> ast.Statement | None:
        lexer = self.lexer
        if lexer.at_end():
            self.lacking("EmptyPipelineChainElement", at + 2, op)
            return None
        where = lexer.pos
        calls = lexer.peek() == "&" or lexer.peek() == "."
        right = self._elements(self._leading_expression())
        if right is None and not calls:
            self.report("EmptyPipelineChainElement", at, max(lexer.token_end(), where), op)
        return right

    def _backgrounded(self, left: ast.Statement) -> ast.Statement:
        """Take a ``&`` that ends the statement."""
        lexer = self.lexer
        end = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() != "&":
            lexer.pos = end
            return left
        lexer.pos += 1
        after = lexer.pos
        lexer.skip_blanks()
        if lexer.text[lexer.pos : lexer.pos + 2] in ("&&", "||"):
            self.report("BackgroundOperatorInPipelineChain", lexer.pos, lexer.pos + 2)
            lexer.pos += 2
            return self.error_statement(left.extent.start, lexer.pos)
        lexer.pos = after
        if isinstance(left, ast.Pipeline):
            return left.replaced(background=True, extent=self.extent(left.extent.start))
        if isinstance(left, ast.Chain):
            return left.replaced(background=True, extent=self.extent(left.extent.start))
        return left

    def _skip_to_chain(self) -> None:
        """Step to ``|``, ``||`` or ``&&`` even when it begins one of the next lines."""
        lexer = self.lexer
        lexer.skip_blanks()
        if not (lexer.peek() and lexer.peek() in NEWLINES):
            return
        here = lexer.pos
        match = _CONTINUED.match(lexer.text, here)
        lexer.pos = match.end() if match is not None else here

    def _elements(self, expression: ast.Expr | None) -> ast.Pipeline | None:
        """The elements of one pipeline, the first perhaps read already."""
        lexer = self.lexer
        elements: list[ast.Command | ast.CommandExpr] = []
        pipe = -1
        while True:
            element = self._element(expression, first=not elements and pipe < 0)
            expression = None
            if element is not None:
                elements.append(element)
            elif elements or lexer.peek() == "|":
                where = pipe + 1 if pipe >= 0 else lexer.pos
                self.lacking("EmptyPipeElement", where, end=where if pipe >= 0 else where + 1)
            here = lexer.pos
            self._skip_to_chain()
            char = lexer.peek()
            if char == "|" and lexer.peek(1) != "|":
                pipe = lexer.pos
                lexer.pos += 1
                lexer.skip_lines()
                if not lexer.at_end():
                    expression = self._leading_expression()
                    continue
                self.lacking("EmptyPipeElement", pipe + 1)
            elif char and char not in _ENDS and char not in "|&":
                self.unexpected()
            else:
                lexer.pos = here
            break
        if not elements:
            return None
        last = elements[-1].extent.end
        return ast.Pipeline(self.span(elements[0].extent.start, last), tuple(elements))

    def _element(self, expression: ast.Expr | None, *, first: bool) -> ast.Command | ast.CommandExpr | None:
        if expression is None:
            return self._command()
        start, end = expression.extent.start, expression.extent.end
        if not first:
            self.report("ExpressionsMustBeFirstInPipeline", start, end)
        redirections = self._redirections()
        if redirections:
            end = redirections[-1].extent.end
        return ast.CommandExpr(self.span(start, end), expression, redirections)

    def _leading_expression(self) -> ast.Expr | None:
        """The expression that begins here; None, with nothing read, where a command or nothing begins."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == "" or (char in _WORD_STARTS and not (char == "." and lexer.peek(1).isdigit())):
            return None
        if char.isdigit() or char in ".+" or char in DASHES:
            offset = start if char.isdigit() or char == "." else start + 1
            if self._number_is_word(offset):
                return None
        found = self.parse_expression()
        if found is None:
            lexer.pos = start
        return found

    def _number_is_word(self, offset: int) -> bool:
        """Tell whether a word such as ``7z`` or ``1?2:3`` begins with the number at the offset."""
        lexer = self.lexer
        here, lexer.pos = lexer.pos, offset
        match = lexer.number()
        lexer.pos = here
        if match is None:
            return False
        after = lexer.text[match.end() : match.end() + 1]
        return after != "" and after not in AFTER_NUMBER

    def _assignment(self, start: int, left: ast.Expr, op: str) -> ast.Statement:
        lexer = self.lexer
        lexer.pos += len(op)
        after = lexer.pos
        lexer.skip_lines()
        right = self.parse_statement()
        if right is None:
            lexer.pos = after
            self.lacking("ExpectedValueExpression", after, op)
            right = self.error_statement(after, after)
        node = ast.Assignment(self.span(start, right.extent.end), op, left, right)
        if not isinstance(left, ast.Variable) or left.splat:
            self.assigned.add(start)
            self.later(start, "assignment", node)
        return node

    # -- commands ------------------------------------------------------------------------------------------------------

    def _command(self) -> ast.Command | None:
        lexer = self.lexer
        start = lexer.pos
        operator = ""
        if lexer.peek() == "&" and lexer.peek(1) != "&":
            operator = "&"
        elif lexer.peek() == "." and self._is_dot_operator():
            operator = "."
        if operator:
            lexer.pos += 1
            lexer.skip_blanks()
        name = self._command_name(operator)
        if name is None:
            if operator:
                self.report("MissingExpression", start, start + 1, operator)
            return None
        if isinstance(name, ast.StringConstant) and name.value == "--%" and name.kind == "bare":
            rest = self._verbatim()
            return ast.Command(self.extent(start), operator, name, (), (), rest)
        elements, redirections, verbatim = self._arguments_of()
        return ast.Command(self.extent(start), operator, name, tuple(elements), tuple(redirections), verbatim)

    def _arguments_of(
        self,
    ) -> tuple[list[ast.Expr | ast.CommandParameter], list[ast.Redirection | ast.MergeRedirection], str | None]:
        lexer = self.lexer
        elements: list[ast.Expr | ast.CommandParameter] = []
        redirections: list[ast.Redirection | ast.MergeRedirection] = []
        verbatim: str | None = None
        parameters_ended = False
        while True:
            end = lexer.pos
            lexer.skip_blanks()
            char = lexer.peek()
            if char == "" or char in ";)}|&\r\n":
                lexer.pos = end
                break
            if char in DASHES:
                if lexer.text.startswith("--%", lexer.pos) and lexer.ends_word(lexer.pos + 3):
                    verbatim = self._verbatim()
                    break
                if lexer.peek(1) and lexer.peek(1) in DASHES and lexer.ends_word(lexer.pos + 2):
                    lexer.pos += 2
                    dashes = self.extent(lexer.pos - 2)
                    elements.append(
                        ast.StringConstant(dashes, "--", "bare")
                        if parameters_ended
                        else ast.CommandParameter(dashes, "-", None, False)
                    )
                    parameters_ended = True
                    continue
            elif char == ",":
                self.report("MissingArgument", lexer.pos, lexer.pos + 1)
                lexer.pos += 1
                lexer.skip_lines()
                continue
            elif char in "<>*123456":
                here = lexer.pos
                redirections.extend(self._redirections(tuple(redirections)))
                if lexer.pos > here:
                    continue
            element = self._command_element(parameters_ended)
            if element is not None:
                elements.append(element)
        return elements, redirections, verbatim

    def _is_dot_operator(self) -> bool:
        after = self.lexer.peek(1)
        return after == "" or after in WORD_END or after in "$\"'" or after in SINGLE_QUOTES or after in DOUBLE_QUOTES

    def _command_name(self, operator: str) -> ast.Expr | None:
        lexer = self.lexer
        if self.command_ends() or lexer.peek() == ",":
            if lexer.peek() == "," and not operator:
                self.report("MissingArgument", lexer.pos, lexer.pos + 1)
            return None
        if operator:
            if lexer.peek() == "&":
                return None
            return self.single_argument()
        return self.parse_word()

    def _command_element(self, parameters_ended: bool) -> ast.Expr | ast.CommandParameter | None:
        lexer = self.lexer
        match = lexer.parameter() if self.dash() else None
        if match is None or parameters_ended or self._quoted_inside(match[0]):
            found = self.parse_argument()
            if found is None:
                lexer.pos = self.unexpected()
            return found
        start = lexer.pos
        lexer.pos = match.end()
        name = match[0][1:]
        if lexer.peek() != ":":
            return ast.CommandParameter(self.extent(start), name, None, False)
        lexer.pos += 1
        after = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() == ",":
            lexer.pos = after
            return ast.CommandParameter(self.extent(start), name, None, True)
        argument = None if self.command_ends() else self.parse_argument()
        if argument is None:
            lexer.pos = after
            self.report("ParameterRequiresArgument", after, after, lexer.text[start:after])
        return ast.CommandParameter(self.extent(start), name, argument, True)

    def _quoted_inside(self, token: str) -> bool:
        """Tell whether a quote makes ``-x"y"`` a word."""
        return any(char in SINGLE_QUOTES or char in DOUBLE_QUOTES for char in token)

    def _verbatim(self) -> str:
        """The rest of the line after ``--%``, up to a pipe or separator outside quotes."""
        lexer = self.lexer
        if lexer.text.startswith("--%", lexer.pos):
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

    # -- redirections --------------------------------------------------------------------------------------------------

    def _redirections(self, before: Redirects = ()) -> Redirects:
        """All redirections that begin here; nothing is moved when there are none. before: those read already."""
        lexer = self.lexer
        out: list[ast.Redirection | ast.MergeRedirection] = []
        seen = {one.stream for one in before}
        while True:
            here = lexer.pos
            lexer.skip_blanks()
            start = lexer.pos
            if lexer.peek() == "<":
                self._input_redirection(start)
                continue
            match = lexer.redirection()
            if match is None:
                lexer.pos = here
                return tuple(out)
            lexer.pos = match.end()
            stream = 0 if match[1] == "*" else int(match[1] or 1)
            one: ast.Redirection | ast.MergeRedirection
            if match[3]:
                if match[4] != "1" or stream == 1:
                    self.report("RedirectionNotSupported", start, match.end(), match[0])
                one = ast.MergeRedirection(self.extent(start), stream)
            else:
                one = ast.Redirection(self.extent(start), stream, bool(match[2]), self._file_name(start))
                one = one.replaced(extent=self.span(start, one.target.extent.end))
            if stream in seen:
                self.report("StreamAlreadyRedirected", start, one.extent.end, f"{STREAMS[stream]} stream")
            seen.add(stream)
            out.append(one)

    def _file_name(self, start: int) -> ast.Expr:
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_blanks()
        target = None if self.command_ends() else self.single_argument()
        if target is None:
            lexer.pos = after
            self.report("MissingFileSpecification", after, after)
            return self.error_expr(start, after)
        return target

    def _input_redirection(self, start: int) -> None:
        lexer = self.lexer
        lexer.pos += 1
        self._file_name(start)
        self.report("RedirectionNotSupported", start, start + 1, "<")

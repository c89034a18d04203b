"""What all parts of the parser share: the lexer, nesting limits, and the hooks the parts call each other by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from remora.engine import ast
from remora.engine.lexer import MAX_DEPTH, NEWLINES, Lexer
from remora.engine.source import Extent, ParseError, Source


class ParserBase:
    """State of one parse. The concrete Parser mixes the parts together; each part reaches the others by these
    methods.
    """

    def __init__(self, source: Source) -> None:
        self.lexer = Lexer(source)
        self.depth = 0
        self.no_comma = False

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Count nesting; too deep is an error of the text, never of Python."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.lexer.fail("ScriptTooComplicated", "The script is too complicated: it is nested too deeply.")
        try:
            yield
        finally:
            self.depth -= 1

    def extent(self, start: int) -> Extent:
        """From start to the end of what was read last."""
        return self.lexer.extent(start)

    def unexpected(self, start: int | None = None) -> ParseError:
        """The error for a token that cannot stand here."""
        lexer = self.lexer
        begin = lexer.pos if start is None else start
        end = begin
        while end < lexer.size and not lexer.ends_word(end):
            end += 1
        end = max(end, min(begin + 1, lexer.size))
        found = lexer.text[begin:end]
        if found == "&":
            return lexer.fail("AmpersandNotAllowed", "The ampersand (&) character is not allowed here.", begin, end)
        return lexer.fail("UnexpectedToken", f"Unexpected token '{found}' in expression or statement.", begin, end)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Inside brackets of any kind: nesting counts, and commas make arrays again."""
        outer, self.no_comma = self.no_comma, False
        try:
            with self.nested():
                yield
        finally:
            self.no_comma = outer

    def close(self, symbol: str, id: str, start: int) -> None:
        """Step over the closing symbol or report it missing; at the end of the text the input is incomplete."""
        lexer = self.lexer
        if lexer.take(symbol):
            return
        what = {"}": "Missing closing '}' in statement block or type definition.", ")": "Missing closing ')' in "
                                                                                        "expression.",
                "]": "Missing ] at end of attribute or type literal."}[symbol]  # fmt: skip
        if lexer.at_end():
            raise lexer.fail(id, what, start, min(start + 1, lexer.size), incomplete=True)
        if symbol == "}":
            raise self.unexpected()
        raise lexer.fail(id, what)

    # -- implemented by the parts --------------------------------------------------------------------------------------

    def parse_statement(self) -> ast.Statement:
        raise self.unexpected()

    def parse_statements(self, closer: str) -> ast.Block:
        raise self.unexpected()

    def parse_block(self, after: str) -> ast.Block:
        raise self.unexpected()

    def parse_pipeline(self) -> ast.Statement:
        raise self.unexpected()

    def parse_expression(self) -> ast.Expr:
        raise self.unexpected()

    def parse_no_comma(self) -> ast.Expr:
        raise self.unexpected()

    def parse_unary(self) -> ast.Expr:
        raise self.unexpected()

    def parse_primary(self) -> ast.Expr:
        raise self.unexpected()

    def parse_argument(self) -> ast.Expr:
        raise self.unexpected()

    def parse_postfix(self, target: ast.Expr, *, argument: bool) -> ast.Expr:
        raise self.unexpected()

    def parse_type_name(self) -> ast.TypeName:
        raise self.unexpected()

    def parse_attributes(self) -> tuple[list[ast.AttributeNode], list[ast.TypeName]]:
        raise self.unexpected()

    def parse_script_inside(
        self, closer: str, *, is_filter: bool = False, params: ast.ParamBlock | None = None
    ) -> ast.ScriptNode:
        raise self.unexpected()

    def parse_string(self) -> ast.Expr:
        raise self.unexpected()

    def sub_expression(self, start: int) -> ast.SubExpr:
        raise self.unexpected(start)

    def bracket(self, start: int) -> ast.Expr:
        raise self.unexpected(start)

    def single_argument(self) -> ast.Expr:
        raise self.unexpected()

    def condition(self, keyword: str, id: str) -> ast.Statement:
        raise self.unexpected()

    def command_ends(self) -> bool:
        """Tell whether a command's elements end here."""
        char = self.lexer.peek()
        return char == "" or char in ";)}|&" or char in NEWLINES

    def no_input_redirection(self) -> ParseError:
        """The error of ``<``."""
        return self.lexer.fail("RedirectionNotSupported", "The '<' operator is reserved for future use.")

    def parse_word(self) -> ast.Expr:
        raise self.unexpected()

    def attribute_rest(self, start: int, name: ast.TypeName) -> ast.AttributeNode:
        raise self.unexpected(start)

    def block_ends(self, closer: str) -> bool:
        raise self.unexpected()

    def parse_parameters(self, start: int, closer: str) -> tuple[ast.ParameterNode, ...]:
        raise self.unexpected()

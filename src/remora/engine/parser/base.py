"""What all parts of the parser share: the lexer, the errors found, and the hooks the parts call each other by.

The parser never stops at an error: it reports it, leaves an error node and goes on where the next statement can begin.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from remora.engine import ast
from remora.engine.lexer import DASHES, DOUBLE_QUOTES, MAX_DEPTH, NEWLINES, SINGLE_QUOTES, Lexer
from remora.engine.source import Extent, ParseError, Source

TypeOrAttribute = tuple[int, int, ast.TypeName | ast.AttributeNode]
Check = tuple[int, str, tuple[Any, ...]]


class ParserBase(ABC):
    """State of one parse. The concrete Parser mixes the parts together; each part reaches the others by these
    methods.

    no_comma: a comma ends the expression. finally_depth: finally blocks around the position that ``return`` and the
    like would leave, loops_in_finally: the labels of the loops inside the innermost. checks: what is looked at once all
    is read, by the offset where it stands. assigned: offsets of targets of assignments. handlers: by keyword. defines:
    the text has classes or enums.
    """

    def __init__(self, source: Source) -> None:
        self.errors: list[ParseError] = []
        self._reported: dict[tuple[str, int, int], int] = {}
        self.lexer = Lexer(source, self.report)
        self.depth = 0
        self.no_comma = False
        self.finally_depth = 0
        self.loops_in_finally: list[str] = []
        self.checks: list[Check] = []
        self.assigned: set[int] = set()
        self.defines = False
        self.handlers: dict[str, Callable[[int, str], ast.Statement]] = {}

    # -- errors --------------------------------------------------------------------------------------------------------

    def report(self, id: str, start: int, end: int, *args: object, incomplete: bool = False) -> None:
        """Note an error in the span [start, end); the same error twice counts once."""
        from remora.engine.parser.messages import MESSAGES

        key = (id, start, end)
        found = self._reported.get(key, len(self.errors))
        if found < len(self.errors):
            other = self.errors[found]
            if (other.id, other.extent.start, other.extent.end) == key:
                return
        self._reported[key] = len(self.errors)
        extent = Extent(self.lexer.source, start, end)
        self.errors.append(ParseError(id, MESSAGES[id].format(*args), extent, incomplete=incomplete))

    def lacking(self, id: str, start: int, *args: object, end: int | None = None, seen: int | None = None) -> bool:
        """Note that something is missing at start (or in the span up to end); it is incomplete input when nothing but
        blanks follows the span, or the place ``seen`` where the missing thing was looked for.
        """
        stop = start if end is None else end
        incomplete = self.only_blanks_after(stop if seen is None else seen)
        self.report(id, start, stop, *args, incomplete=incomplete)
        return incomplete

    def only_blanks_after(self, offset: int) -> bool:
        """Tell whether only white space and comments stand between the offset and the end of the text."""
        lexer = self.lexer
        here, lexer.pos = lexer.pos, offset
        lexer.skip_lines()
        end, lexer.pos = lexer.at_end(), here
        return end

    def unexpected(self) -> int:
        """Report the token here as unexpected; the offset of its end."""
        lexer = self.lexer
        end = lexer.token_end()
        self.report("UnexpectedToken", lexer.pos, end, lexer.text[lexer.pos : end])
        return end

    def token_span(self) -> tuple[int, int]:
        """Where the token here begins and ends; the end of the text is a token that stands behind the text."""
        lexer = self.lexer
        return (lexer.size + 1, lexer.size + 1) if lexer.at_end() else (lexer.pos, lexer.token_end())

    def later(self, start: int, check: str, *subjects: Any) -> None:
        """Have something looked at once the whole text is read. check: a name of the table in ``checks``."""
        self.checks.append((start, check, subjects))

    def deeper(self) -> None:
        """Count nesting; too deep ends the parse: it is an error of the text, never of Python."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            from remora.engine.parser.messages import MESSAGES

            extent = Extent(self.lexer.source, self.lexer.pos, self.lexer.pos)
            raise ParseError("ScriptTooComplicated", MESSAGES["ScriptTooComplicated"], extent)

    def sync(self, stops: str, *, consume: bool) -> None:
        """Skip tokens to one of the characters outside brackets opened meanwhile, and over it when it is consumed."""
        lexer = self.lexer
        level = 0
        while not lexer.at_end():
            lexer.skip_blanks()
            char = lexer.peek()
            if level == 0 and char and char in stops:
                lexer.pos += consume
                return
            if char and char in "([{":
                level += 1
            elif char and char in ")]}":
                level -= 1
            lexer.pos = lexer.token_end() if char in SINGLE_QUOTES or char in DOUBLE_QUOTES else lexer.pos + 1

    # -- places --------------------------------------------------------------------------------------------------------

    def extent(self, start: int) -> Extent:
        """From start to the end of what was read last."""
        return Extent(self.lexer.source, start, self.lexer.pos)

    def span(self, start: int, end: int) -> Extent:
        """The span [start, end)."""
        return Extent(self.lexer.source, start, end)

    def error_expr(self, start: int, end: int, *parts: ast.Node) -> ast.ErrorExpr:
        """The node for an expression that could not be read."""
        return ast.ErrorExpr(Extent(self.lexer.source, start, end), parts)

    def error_statement(self, start: int, end: int, *parts: ast.Node | None) -> ast.ErrorStatement:
        """The node for a statement that could not be read."""
        known = tuple(part for part in parts if part is not None)
        return ast.ErrorStatement(Extent(self.lexer.source, start, end), known)

    def command_ends(self) -> bool:
        """Tell whether a command's elements end here."""
        char = self.lexer.peek()
        return char == "" or char in ";)}|&" or char in NEWLINES

    def dash(self) -> bool:
        """Tell whether a dash of any kind stands here."""
        char = self.lexer.peek()
        return bool(char) and char in DASHES

    # -- implemented by the parts --------------------------------------------------------------------------------------

    @abstractmethod
    def parse_statement(self) -> ast.Statement | None: ...

    @abstractmethod
    def parse_statements(self, closer: str) -> tuple[list[ast.Statement], list[ast.Trap]]: ...

    @abstractmethod
    def parse_body(self, start: int, closer: str) -> ast.Block: ...

    @abstractmethod
    def parse_block(self) -> ast.Block | None: ...

    @abstractmethod
    def parse_pipeline(self) -> ast.Statement | None: ...

    @abstractmethod
    def parse_expression(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_no_comma(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_unary(self) -> ast.Expr | None: ...

    @abstractmethod
    def increment(self, target: ast.Expr) -> ast.Expr: ...

    @abstractmethod
    def parse_key(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_primary(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_argument(self) -> ast.Expr | None: ...

    @abstractmethod
    def single_argument(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_postfix(self, target: ast.Expr, *, argument: bool) -> ast.Expr: ...

    @abstractmethod
    def postfix_follows(self, *, argument: bool, index: bool) -> bool: ...

    @abstractmethod
    def parse_type_name(self) -> ast.TypeName | None: ...

    @abstractmethod
    def generic_arguments(self, id: str = "") -> tuple[ast.TypeName, ...]: ...

    @abstractmethod
    def attribute_list(self, *, expression: bool) -> list[TypeOrAttribute]: ...

    @abstractmethod
    def bracket(self) -> ast.Expr | None: ...

    @abstractmethod
    def parse_block_script(self, opening: int, *, is_filter: bool = False) -> ast.ScriptNode: ...

    @abstractmethod
    def parse_parameters(self, opening: int) -> tuple[tuple[ast.ParameterNode, ...], bool]: ...

    @abstractmethod
    def parse_string(self) -> ast.Expr: ...

    @abstractmethod
    def parse_word(self) -> ast.Expr | None: ...

    @abstractmethod
    def sub_expression(self, start: int) -> ast.SubExpr: ...

    @abstractmethod
    def using_statement(self, start: int) -> ast.Statement: ...

    @abstractmethod
    def block_statement(self, start: int, word: str) -> ast.Statement: ...

"""The using statements at the beginning of a script."""

from __future__ import annotations

from typing import Final

from remora.engine import ast
from remora.engine.lexer import NEWLINES
from remora.engine.parser.base import ParserBase

KINDS: Final = ("namespace", "type", "module", "command", "assembly")


class UsingReader:
    """Reads ``using namespace``, ``using module`` and ``using assembly`` for a parser."""

    def __init__(self, parser: ParserBase) -> None:
        self.parser = parser
        self.lexer = parser.lexer

    def statement(self, start: int) -> ast.Statement:
        """The rest of a using statement after its keyword."""
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_blanks()
        kind = lexer.name().lower()
        if kind not in KINDS:
            lexer.pos = after
            self.parser.lacking("MissingUsingStatementDirective", after)
            return self.parser.error_statement(start, after)
        lexer.pos += len(kind)
        after = lexer.pos
        name = self._item(after, "MissingUsingItemName", "MissingUsingItemName")
        if not isinstance(name, ast.StringConstant) and not (kind == "module" and isinstance(name, ast.HashLiteral)):
            return self._wrong(start, after, name)
        end = lexer.pos
        alias = ""
        lexer.skip_blanks()
        if lexer.peek() == "=" and kind != "assembly" and isinstance(name, ast.StringConstant):
            lexer.pos += 1
            equals = lexer.pos
            item = self._item(equals, "MissingNamespaceAlias", "UnexpectedUnaryOperator")
            if not isinstance(item, (ast.StringConstant, ast.HashLiteral)):
                return self._wrong(start, equals, item)
            alias, name, end = name.value, item, lexer.pos
        elif kind in ("type", "command"):
            lexer.pos = end
            self.parser.lacking("MissingEqualsInUsingAlias", end)
            return self.parser.error_statement(start, end, name)
        lexer.pos = end
        node = ast.Using(self.parser.span(start, end), kind, name, alias)
        self._terminator()
        self._check(node)
        return node

    def _item(self, after: int, missing: str, comma: str) -> ast.Expr | None:
        """The name, or None with the error reported, or an expression that is no name."""
        lexer = self.lexer
        lexer.skip_blanks()
        char = lexer.peek()
        if char == "," and comma != missing:
            lexer.pos += 1
            self.parser.report(comma, lexer.pos - 1, lexer.pos, ",")
            return self.parser.error_expr(lexer.pos - 1, lexer.pos)
        if char == "" or char in NEWLINES or char in ",;":
            lexer.pos = after
            self.parser.lacking(missing, after)
            return self.parser.error_expr(after, after)
        return self.parser.single_argument()

    def _wrong(self, start: int, after: int, name: ast.Expr | None) -> ast.Statement:
        lexer = self.lexer
        if isinstance(name, ast.ErrorExpr):
            return self.parser.error_statement(start, lexer.pos)
        if name is not None:
            extent = name.extent
            self.parser.report("InvalidValueForUsingItemName", extent.start, extent.end, extent.text)
            return self.parser.error_statement(start, extent.end)
        end = lexer.token_end()
        self.parser.report("InvalidValueForUsingItemName", lexer.pos, end, lexer.text[lexer.pos : end])
        return self.parser.error_statement(start, lexer.pos)

    def _terminator(self) -> None:
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() and lexer.peek() not in NEWLINES and lexer.peek() != ";":
            self.parser.report("MissingStatementTerminator", here, here)

    def _check(self, node: ast.Using) -> None:
        extent = node.extent
        if node.alias or node.kind in ("type", "command"):
            self.parser.report("UsingStatementNotSupported", extent.start, extent.end)
        elif node.kind == "namespace" and isinstance(node.name, ast.StringConstant):
            parts = node.name.value.split(".")
            self.lexer.source.namespaces.append(node.name.value)
            if any(not part or not all(char.isalnum() or char == "_" for char in part) for part in parts):
                self.parser.report("InvalidNamespaceValue", node.name.extent.start, node.name.extent.end)

"""switch, try and trap."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DASHES
from remora.engine.parser.base import ParserBase


class ControlParser(ParserBase):
    """Statements with clauses."""

    def switch_statement(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        flags: set[str] = set()
        condition: ast.Statement | ast.Expr | None = None
        lexer.skip_lines()
        while lexer.peek() and lexer.peek() in DASHES:
            lexer.pos += 1
            word = lexer.name()
            matching = [
                f
                for f in ("exact", "wildcard", "regex", "casesensitive", "file", "parallel")
                if word and f.startswith(word.lower())
            ]
            if len(matching) != 1 or matching[0] == "parallel":
                raise lexer.fail(
                    "InvalidSwitchFlag",
                    f"The '-{word}' parameter of the switch statement is not valid.",
                    lexer.pos - 1,
                    lexer.pos + len(word),
                )
            lexer.pos += len(word)
            flags.add(matching[0])
            lexer.skip_lines()
            if matching[0] == "file":
                condition = self.parse_argument()
                lexer.skip_lines()
        if condition is None:
            condition = self.condition("switch", "MissingEndParenthesisInSwitchStatement")
        lexer.skip_lines()
        opening = lexer.pos
        if not lexer.take("{"):
            raise lexer.fail(
                "MissingCurlyBraceInSwitchStatement",
                "Missing opening '{' in switch statement.",
                incomplete=lexer.at_end(),
            )
        clauses, default = self._switch_clauses(opening)
        return ast.Switch(self.extent(start), label, frozenset(flags), condition, clauses, default)

    def _switch_clauses(self, opening: int) -> tuple[tuple[ast.SwitchClause, ...], ast.Block | None]:
        lexer = self.lexer
        clauses: list[ast.SwitchClause] = []
        default: ast.Block | None = None
        with self.inside():
            lexer.skip_separators()
            while lexer.peek() not in ("}", ""):
                start = lexer.pos
                if lexer.keyword() == "default":
                    lexer.pos += 7
                    if default is not None:
                        raise lexer.fail(
                            "MultipleSwitchDefaultClauses",
                            "A switch statement can have only one default clause.",
                            start,
                            lexer.pos,
                        )
                    default = self.parse_block("default")
                else:
                    test = self.parse_argument()
                    body = self.parse_block("switch clause")
                    clauses.append(ast.SwitchClause(self.extent(start), test, body))
                lexer.skip_separators()
            self.close("}", "MissingEndCurlyBrace", opening)
        return tuple(clauses), default

    def try_statement(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        body = self.parse_block("try")
        catches: list[ast.CatchClause] = []
        final: ast.Block | None = None
        while True:
            end = lexer.pos
            lexer.skip_lines()
            begin = lexer.pos
            word = lexer.keyword()
            if word == "catch":
                lexer.pos += 5
                types = self._catch_types()
                handler = self.parse_block("catch")
                catches.append(ast.CatchClause(self.extent(begin), types, handler))
                continue
            if word == "finally":
                lexer.pos += 7
                final = self.parse_block("finally")
                break
            lexer.pos = end
            break
        if not catches and final is None:
            lexer.skip_lines()
            raise lexer.fail(
                "MissingCatchOrFinally",
                "The Try statement is missing its Catch or Finally block.",
                start,
                start + 3,
                incomplete=lexer.at_end(),
            )
        return ast.Try(self.extent(start), body, tuple(catches), final)

    def _catch_types(self) -> tuple[ast.TypeName, ...]:
        lexer = self.lexer
        out: list[ast.TypeName] = []
        while True:
            lexer.skip_lines()
            if lexer.peek() != "[":
                return tuple(out)
            start = lexer.pos
            lexer.pos += 1
            out.append(self.parse_type_name())
            self.close("]", "EndSquareBracketExpectedAtEndOfType", start)
            lexer.skip_lines()
            if not lexer.take(","):
                return tuple(out)

    def trap_statement(self, start: int, label: str) -> ast.Statement:
        types = self._catch_types()
        body = self.parse_block("trap")
        return ast.Trap(self.extent(start), types[0] if types else None, body)

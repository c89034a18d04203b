"""The switch statement."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.parser.base import ParserBase

_FLAGS = ("regex", "wildcard", "exact", "casesensitive", "parallel", "file")


class _Reading:
    """What was read of one switch so far. end: where the error statement would end."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.flags: dict[str, ast.Node | None] = {}
        self.condition: ast.Statement | ast.Expr | None = None
        self.in_parentheses = False
        self.clauses: list[ast.SwitchClause] = []
        self.default: ast.Block | None = None
        self.bodies: list[ast.Node] = []
        self.failed = False
        self.incomplete = False


class SwitchReader:
    """Reads ``switch -flags (condition) { clauses }`` for a parser."""

    def __init__(self, parser: ParserBase) -> None:
        self.parser = parser
        self.lexer = parser.lexer

    def statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a switch after its keyword."""
        lexer = self.lexer
        reading = _Reading(start, lexer.pos)
        self._switch_flags(reading)
        lexer.skip_blanks()
        if lexer.peek() == "(":
            self._switch_condition(reading)
        elif reading.condition is None and "file" not in reading.flags:
            self._fail(reading, "PipelineValueRequired")
        lexer.pos = max(lexer.pos, reading.end) if not reading.failed else lexer.pos
        lexer.skip_lines()
        if lexer.peek() == "{":
            self.parser.loops_in_finally.append(label)
            self._switch_clauses(reading)
            self.parser.loops_in_finally.pop()
        elif not reading.incomplete:
            lexer.pos = reading.end
            self._fail(reading, "MissingCurlyBraceInSwitchStatement")
        if reading.failed or reading.condition is None:
            return ast.ErrorStatement(
                self.parser.span(start, reading.end),
                (),
                "switch",
                tuple(reading.flags.items()),
                (reading.condition,) if reading.condition is not None and reading.in_parentheses else (),
                tuple(reading.bodies),
            )
        flags = frozenset(reading.flags)
        node = ast.Switch(
            self.parser.extent(start), label, flags, reading.condition, tuple(reading.clauses), reading.default
        )
        if "parallel" in flags:
            self.parser.later(start, "reserved_flag", node.extent, "switch", "parallel")
        return node

    def _fail(self, reading: _Reading, id: str) -> None:
        reading.failed = True
        reading.incomplete = self.parser.lacking(id, reading.end)

    def _switch_flags(self, reading: _Reading) -> None:
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_lines()
        while self.parser.dash() and (match := lexer.parameter()) is not None:
            start = lexer.pos
            lexer.pos = match.end()
            reading.end = here = lexer.pos
            word = match[0][1:].lower()
            found = next((flag for flag in _FLAGS if flag.startswith(word)), None)
            if found is None:
                reading.failed = True
                self.parser.report("InvalidSwitchFlag", start, match.end(), match[0][1:])
            else:
                self._switch_flag(reading, found)
                here = lexer.pos
            lexer.skip_blanks()
        if lexer.peek() != "(":
            lexer.pos = here

    def _switch_flag(self, reading: _Reading, flag: str) -> None:
        lexer = self.lexer
        for other in {"regex": ("wildcard",), "wildcard": ("regex",), "exact": ("regex", "wildcard")}.get(flag, ()):
            reading.flags.pop(other, None)
        reading.flags.setdefault(flag, None)
        if flag != "file":
            return
        lexer.skip_lines()
        name = self.parser.single_argument()
        if name is None:
            self._fail(reading, "MissingFilenameOption")
            return
        reading.end = name.extent.end
        reading.condition = reading.flags["file"] = name

    def _switch_condition(self, reading: _Reading) -> None:
        lexer = self.lexer
        opening = lexer.pos
        lexer.pos += 1
        reading.end = lexer.pos
        reading.in_parentheses = True
        if "file" in reading.flags:
            reading.failed = True
            self.parser.report("PipelineValueRequired", opening, opening + 1)
        lexer.skip_lines()
        outer, self.parser.no_comma = self.parser.no_comma, False
        condition = self.parser.parse_pipeline()
        self.parser.no_comma = outer
        reading.condition = condition
        if condition is None:
            self._fail(reading, "PipelineValueRequired")
        else:
            reading.end = condition.extent.end
        lexer.skip_lines()
        if lexer.take(")"):
            reading.end = lexer.pos
        elif not reading.incomplete:
            lexer.pos = reading.end
            self._fail(reading, "MissingEndParenthesisInSwitchStatement")

    def _switch_clauses(self, reading: _Reading) -> None:
        lexer = self.lexer
        opening = lexer.pos
        lexer.pos += 1
        reading.end = lexer.pos
        lexer.skip_lines()
        self.parser.deeper()
        while self._switch_clause(reading):
            lexer.skip_separators()
            if lexer.take("}"):
                break
            if lexer.at_end():
                if not reading.incomplete:
                    reading.failed = True
                    self.parser.lacking("MissingEndCurlyBrace", opening, end=opening + 1, seen=lexer.pos)
                break
        self.parser.depth -= 1

    def _switch_clause(self, reading: _Reading) -> bool:
        """One condition with its block; False when there is none."""
        lexer = self.lexer
        start = lexer.pos
        is_default = lexer.keyword() == "default"
        condition: ast.Expr | None
        if is_default:
            lexer.pos += 7
            condition = ast.StringConstant(self.parser.extent(start), lexer.text[start : lexer.pos], "bare")
        else:
            condition = self.parser.single_argument()
        if condition is None:
            self._fail(reading, "MissingSwitchConditionExpression")
            lexer.take("}")
            return False
        reading.bodies.append(condition)
        reading.end = condition.extent.end
        body = self.parser.parse_block()
        if body is None:
            self._fail(reading, "MissingSwitchStatementClause")
            return True
        reading.bodies.append(body)
        reading.end = body.extent.end
        if not is_default:
            reading.clauses.append(ast.SwitchClause(self.parser.extent(start), condition, body))
        elif reading.default is not None:
            reading.failed = True
            self.parser.report("MultipleSwitchDefaultClauses", start, start + 7)
        else:
            reading.default = body
        return True

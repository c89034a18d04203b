"""foreach, try, trap, data and the blocks of keywords that PowerShell 7 no longer supports."""

from __future__ import annotations

from abc import abstractmethod

from remora.engine import ast
from remora.engine.parser.base import ParserBase


class ControlParser(ParserBase):
    """Statements with clauses."""

    @abstractmethod
    def loop_body(self, label: str) -> ast.Block | None:
        """The body of a loop; StatementParser implements it."""

    def foreach_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a foreach loop."""
        lexer = self.lexer
        after = lexer.pos
        flags = self._foreach_flags()
        if not lexer.take("("):
            lexer.pos = max(after, lexer.pos if flags else after)
            self.lacking("MissingOpenParenthesisAfterKeyword", after, "foreach")
            return self.error_statement(start, after)
        opened = lexer.pos
        lexer.skip_lines()
        begin = lexer.pos
        if not (lexer.peek() and lexer.peek() in "$@" and lexer.starts_variable(begin + 1)):
            lexer.pos = opened
            self.lacking("MissingVariableNameAfterForeach", opened)
            return self.error_statement(start, opened)
        splat = lexer.peek() == "@"
        lexer.pos += 1
        prefix, name = lexer.variable(begin)
        variable = ast.Variable(self.extent(begin), name, prefix, splat)
        if splat:
            self.later(begin, "splat", variable)
        found = self._foreach_rest(start, label, variable)
        if flags:
            self.later(start, "foreach_flags", found.extent, flags)
        return found.replaced(flags=flags) if flags and isinstance(found, ast.ForEach) else found

    def _foreach_flags(self) -> frozenset[str]:
        lexer = self.lexer
        flags: set[str] = set()
        lexer.skip_lines()
        while self.dash() and (match := lexer.parameter()) is not None:
            start = lexer.pos
            lexer.pos = match.end()
            word = match[0][1:].lower()
            if "parallel".startswith(word):
                flags.add("parallel")
            elif "throttlelimit".startswith(word):
                flags.add("throttlelimit")
                lexer.skip_lines()
                if lexer.peek() == "(" or self.single_argument() is None:
                    self.lacking("MissingThrottleLimit", match.end())
            else:
                self.report("InvalidForeachFlag", start, match.end(), match[0][1:])
            lexer.skip_lines()
        return frozenset(flags)

    def _foreach_rest(self, start: int, label: str, variable: ast.Variable) -> ast.Statement:
        lexer = self.lexer
        end = lexer.pos
        lexer.skip_lines()
        if lexer.keyword() != "in":
            lexer.pos = end
            self.lacking("MissingInInForeach", end)
            return self.error_statement(start, end, variable)
        lexer.pos += 2
        end = lexer.pos
        lexer.skip_lines()
        items = self.parse_pipeline()
        if items is None:
            lexer.pos = end
            self.lacking("MissingForeachExpression", end)
            return self.error_statement(start, end, variable)
        end = items.extent.end
        lexer.skip_lines()
        if not lexer.take(")"):
            lexer.pos = end
            self.lacking("MissingEndParenthesisAfterForeach", end)
            return self.error_statement(start, end, variable, items)
        end = lexer.pos
        body = self.loop_body(label)
        if body is None:
            self.lacking("MissingForeachStatement", end)
            return self.error_statement(start, end, variable, items)
        return ast.ForEach(self.extent(start), label, variable, items, body)

    # -- try and trap --------------------------------------------------------------------------------------------------

    def try_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a try."""
        lexer = self.lexer
        after = lexer.pos
        body = self.parse_block()
        if body is None:
            self.lacking("MissingTryStatementBlock", after)
            return self.error_statement(start, after)
        end = lexer.pos
        catches: list[ast.CatchClause] = []
        bad: list[ast.TypeName] = []
        broken = -1
        while True:
            lexer.skip_lines()
            if lexer.keyword() != "catch":
                break
            failed = self._catch(catches, bad)
            if failed >= 0:
                broken = failed
                break
            end = lexer.pos
        word = lexer.keyword()
        final: ast.Block | None = None
        if word == "finally":
            lexer.pos += 7
            after = lexer.pos
            final = self._finally()
            if final is None:
                self.lacking("MissingFinallyStatementBlock", after, "finally")
                broken = after
            end = lexer.pos
        elif broken < 0:
            lexer.pos = end
        if not catches and final is None and broken < 0:
            broken = end
            self.lacking("MissingCatchOrFinally", end)
        if broken >= 0:
            return self.error_statement(start, broken, body, *catches, *bad)
        if len(catches) > 1:
            self.later(start, "catches", tuple(catches))
        return ast.Try(self.span(start, end), body, tuple(catches), final)

    def _finally(self) -> ast.Block | None:
        loops, self.loops_in_finally = self.loops_in_finally, []
        self.finally_depth += 1
        block = self.parse_block()
        self.finally_depth -= 1
        self.loops_in_finally = loops
        return block

    def _catch(self, catches: list[ast.CatchClause], bad: list[ast.TypeName]) -> int:
        """Read one clause; the end of the error statement when it fails, else -1."""
        lexer = self.lexer
        begin = lexer.pos
        lexer.pos += 5
        types: list[ast.TypeName] = []
        end = lexer.pos
        failed = -1
        while True:
            lexer.skip_lines()
            one = self._type_constraint()
            if one is None:
                if end == failed:
                    self.lacking("MissingTypeLiteralToken", end)
                break
            types.append(one)
            end = lexer.pos
            lexer.skip_lines()
            if not lexer.take(","):
                break
            end = failed = lexer.pos
        if end != failed:
            lexer.pos = end
        handler = self.parse_block()
        if handler is None:
            if end != failed:
                self.lacking("MissingCatchHandlerBlock", end)
            lexer.pos = end
            bad.extend(types)
            return end
        catches.append(ast.CatchClause(self.extent(begin), tuple(types), handler))
        return end if end == failed else -1

    def _type_constraint(self) -> ast.TypeName | None:
        """``[type]``; nothing is moved when an attribute stands here."""
        lexer = self.lexer
        here = lexer.pos
        if lexer.peek() != "[":
            return None
        errors, checked = len(self.errors), len(self.checks)
        lexer.pos += 1
        lexer.skip_lines()
        after = lexer.pos
        name = self.parse_type_name()
        if name is None:
            lexer.pos = here
            self.lacking("MissingTypename", after)
            return None
        lexer.skip_blanks()
        if lexer.peek() == "(":
            del self.errors[errors:], self.checks[checked:]
            lexer.pos = here
            return None
        if not lexer.take("]"):
            self.report("EndSquareBracketExpectedAtEndOfAttribute", lexer.pos, lexer.pos)
        return name

    def trap_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a trap."""
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        name = self._type_constraint()
        end = lexer.pos if name is not None else after
        lexer.pos = end
        outer, self.finally_depth = self.finally_depth, 0
        body = self.parse_block()
        self.finally_depth = outer
        if body is None:
            self.lacking("MissingTrapStatement", end)
            return self.error_statement(start, end, name)
        return ast.Trap(self.extent(start), name, body)

    # -- data and others -----------------------------------------------------------------------------------------------

    def data_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a data section."""
        lexer = self.lexer
        end = lexer.pos
        lexer.skip_lines()
        name = lexer.name()
        if name:
            lexer.pos += len(name)
            end = lexer.pos
        lexer.skip_lines()
        commands: list[ast.Expr] = []
        match = lexer.parameter() if self.dash() else None
        if match is not None:
            failed, end = self._supported_commands(match[0][1:], match.end(), commands)
            if failed:
                lexer.pos = max(end, lexer.pos)
                return self.error_statement(start, end, *commands)
        lexer.pos = end
        body = self.parse_block()
        if body is None:
            self.lacking("MissingStatementBlockForDataSection", end)
            return self.error_statement(start, end, *commands)
        node = ast.Data(self.extent(start), name, tuple(commands), body)
        self.later(start, "data_section", node)
        return node

    def _supported_commands(self, parameter: str, end: int, commands: list[ast.Expr]) -> tuple[bool, int]:
        """Read the names after ``-SupportedCommand``: (whether that failed, the end of what was read)."""
        lexer = self.lexer
        start, lexer.pos = lexer.pos, end
        failed = not "supportedcommand".startswith(parameter.lower())
        if failed:
            self.report("InvalidParameterForDataSectionStatement", start, end, parameter)
        last = end
        while True:
            lexer.skip_lines()
            command = None if lexer.peek() in ("{", "") and failed else self.single_argument()
            if command is None:
                if not failed:
                    self.lacking("MissingValueForSupportedCommandInDataSectionStatement", last)
                return True, last if not failed else end
            commands.append(command)
            last = lexer.pos
            lexer.skip_blanks()
            if lexer.peek() != ",":
                return failed, last if not failed else end
            lexer.pos += 1
            last = lexer.pos

    def block_statement(self, start: int, word: str) -> ast.Statement:
        """``parallel { }``, ``sequence { }`` and ``configuration name { }``: keywords of what PowerShell 7 has not."""
        lexer = self.lexer
        after = lexer.pos
        if word == "configuration":
            lexer.skip_blanks()
            self.parse_word()
        body = self.parse_block()
        if word == "configuration":
            self.report("ConfigurationNotSupportedInPowerShellCore", start, after)
        elif body is None:
            self.lacking("MissingStatementAfterKeyword", after, word)
            return self.error_statement(start, after)
        else:
            self.report("UnexpectedKeyword", start, after, word)
        return self.error_statement(start, lexer.pos, body)

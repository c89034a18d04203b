"""Statements: keywords, blocks, if and the loops, and the statements that leave them."""

from __future__ import annotations

from abc import abstractmethod

from remora.engine import ast
from remora.engine.lexer import NEWLINES
from remora.engine.parser.base import ParserBase
from remora.engine.source import Extent

RESERVED = frozenset(["from", "define", "var"])
_LABELED = frozenset(["switch", "foreach", "for", "while", "do"])


class StatementParser(ParserBase):
    """Statements and the blocks they stand in."""

    _definitions: bool | None = None

    def parse_body(self, start: int, closer: str) -> ast.Block:
        """Statements without braces up to the closing symbol, which is left standing."""
        statements, traps = self.parse_statements(closer)
        every = sorted((*statements, *traps), key=lambda node: node.extent.start)
        extent = self.span(every[0].extent.start, every[-1].extent.end) if every else self.span(start, start)
        return ast.Block(extent, tuple(statements), tuple(traps))

    def parse_statements(self, closer: str) -> tuple[list[ast.Statement], list[ast.Trap]]:
        """Statements up to a closing symbol, whichever it is, or the end of the text."""
        lexer = self.lexer
        statements: list[ast.Statement] = []
        traps: list[ast.Trap] = []
        while True:
            lexer.skip_separators()
            char = lexer.peek()
            if char == "" or char in ")}":
                return statements, traps
            here = lexer.pos
            statement = self.parse_statement()
            if statement is None or lexer.pos == here:
                return statements, traps
            if isinstance(statement, ast.Trap):
                traps.append(statement)
            else:
                statements.append(statement)

    def parse_statement(self) -> ast.Statement | None:
        """One statement at the position, or None."""
        lexer = self.lexer
        start = lexer.pos
        char = lexer.peek()
        if char == ":":
            return self._labeled(start)
        if char == "[" and self._may_define() and (definition := self._attributed_definition()) is not None:
            return definition
        word = lexer.keyword() if char.isalpha() else ""
        handler = self.handlers.get(word) if word else None
        self.deeper()
        if handler is not None:
            lexer.pos += len(word)
            found: ast.Statement | None = handler(start, "")
        elif word:
            found = self._other_keyword(start, word)
        else:
            found = self.parse_pipeline()
        self.depth -= 1
        return found

    def _labeled(self, start: int) -> ast.Statement | None:
        lexer = self.lexer
        lexer.pos += 1
        label = lexer.name()
        lexer.pos += len(label)
        lexer.skip_lines()
        word = lexer.keyword()
        if label and word in _LABELED:
            lexer.pos += len(word)
            self.deeper()
            found = self.handlers[word](start, label.lower())
            self.depth -= 1
            return found
        lexer.pos = start
        return self.parse_pipeline()

    def _other_keyword(self, start: int, word: str) -> ast.Statement | None:
        lexer = self.lexer
        end = start + len(word)
        if word in RESERVED:
            lexer.pos = end
            self.report("ReservedKeywordNotAllowed", start, end, word)
            return self.error_statement(start, end)
        if word in ("parallel", "sequence", "configuration"):
            lexer.pos = end
            return self.block_statement(start, word)
        if word in ("else", "elseif", "catch", "until") and self.errors:
            lexer.pos = end
            lexer.skip_lines()
            return self.parse_statement()
        if word == "using":
            lexer.pos = end
            found = self.using_statement(start)
            self.report("UsingMustBeAtStartOfScript", start, found.extent.end)
            return found
        return self.parse_pipeline()

    def _may_define(self) -> bool:
        """Tell whether the text has a word that can begin a definition."""
        if self._definitions is None:
            text = self.lexer.text.lower()
            self._definitions = "class" in text or "enum" in text
        return self._definitions

    def _attributed_definition(self) -> ast.Statement | None:
        from remora.engine.parser.definitions import DefinitionReader

        self.deeper()
        found = DefinitionReader(self).attributed()
        self.depth -= 1
        return found

    def class_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a class after its keyword."""
        from remora.engine.parser.definitions import DefinitionReader

        return DefinitionReader(self).statement(start, "class", [])

    def enum_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of an enum after its keyword."""
        from remora.engine.parser.definitions import DefinitionReader

        return DefinitionReader(self).statement(start, "enum", [])

    def parse_block(self) -> ast.Block | None:
        """``{ statements }``; None, with only newlines read, when no brace opens here."""
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_lines()
        start = lexer.pos
        if not lexer.take("{"):
            lexer.pos = here
            return None
        outer, self.no_comma = self.no_comma, False
        self.deeper()
        statements, traps = self.parse_statements("}")
        self.depth -= 1
        self.no_comma = outer
        if not lexer.take("}"):
            self.lacking("MissingEndCurlyBrace", start, end=start + 1, seen=lexer.pos)
        return ast.Block(self.extent(start), tuple(statements), tuple(traps))

    # -- if and loops --------------------------------------------------------------------------------------------------

    def if_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of an if after its keyword."""
        lexer = self.lexer
        clauses: list[tuple[ast.Statement, ast.Block]] = []
        parts: list[ast.Node] = []
        keyword = lexer.text[start : lexer.pos]
        while True:
            failed = self._if_clause(start, keyword, clauses, parts)
            if failed is not None:
                return failed
            end = lexer.pos
            lexer.skip_lines()
            word = lexer.keyword()
            if word == "elseif":
                keyword = lexer.text[lexer.pos : lexer.pos + 6]
                lexer.pos += 6
                continue
            if word != "else":
                lexer.pos = end
                return ast.If(self.extent(start), tuple(clauses), None)
            lexer.pos += 4
            after = lexer.pos
            otherwise = self.parse_block()
            if otherwise is None:
                self.lacking("MissingStatementBlockAfterElse", after)
                return self.error_statement(start, after, *parts)
            return ast.If(self.extent(start), tuple(clauses), otherwise)

    def _if_clause(
        self, start: int, keyword: str, clauses: list[tuple[ast.Statement, ast.Block]], parts: list[ast.Node]
    ) -> ast.Statement | None:
        """Read ``( condition ) { }``; an error statement when that fails."""
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        if not lexer.take("("):
            lexer.pos = after
            self.lacking("MissingOpenParenthesisInIfStatement", after, keyword)
            return self.error_statement(start, after, *parts)
        opened = lexer.pos
        lexer.skip_lines()
        condition = self.parse_pipeline()
        if condition is None:
            self.lacking("IfStatementMissingCondition", opened, keyword)
        else:
            parts.append(condition)
        end = lexer.pos if condition is not None else opened
        lexer.skip_lines()
        close = lexer.pos
        if not lexer.take(")"):
            if condition is not None:
                begin, stop = self.token_span()
                self.lacking("MissingEndParenthesisAfterStatement", begin, keyword, end=stop, seen=close)
            lexer.pos = end
            return self.error_statement(start, end, *parts)
        body = self.parse_block()
        if body is None:
            self.lacking("MissingStatementBlock", close, keyword, end=close + 1)
            return self.error_statement(start, close + 1, *parts)
        parts.append(body)
        clauses.append((condition if condition is not None else self.error_statement(opened, opened), body))
        return None

    def while_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a while loop."""
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        if not lexer.take("("):
            lexer.pos = after
            self.lacking("MissingOpenParenthesisAfterKeyword", after, "while")
            return self.error_statement(start, after)
        opened = lexer.pos
        lexer.skip_lines()
        condition = self.parse_pipeline()
        if condition is None:
            self.lacking("MissingExpressionAfterKeyword", opened, "while")
        end = condition.extent.end if condition is not None else opened
        lexer.skip_lines()
        if not lexer.take(")"):
            if condition is not None:
                self.lacking("MissingEndParenthesisAfterStatement", end, "while")
            lexer.pos = end
            return self.error_statement(start, end, condition)
        closed = lexer.pos
        body = self.loop_body(label)
        if body is None:
            self.lacking("MissingLoopStatement", closed, "while")
            return self.error_statement(start, closed, condition)
        test = condition if condition is not None else self.error_statement(opened, opened)
        return ast.While(self.extent(start), label, test, body)

    def do_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a do loop."""
        lexer = self.lexer
        after = lexer.pos
        body = self.loop_body(label)
        if body is None:
            self.lacking("MissingLoopStatement", after, "do")
            return self.error_statement(start, after)
        lexer.skip_lines()
        word = lexer.keyword()
        if word not in ("while", "until"):
            lexer.pos = body.extent.end
            self.lacking("MissingWhileOrUntilInDoWhile", body.extent.end)
            return self.error_statement(start, body.extent.end, body)
        lexer.pos += 5
        after = lexer.pos
        lexer.skip_lines()
        if not lexer.take("("):
            lexer.pos = after
            self.lacking("MissingOpenParenthesisAfterKeyword", after, word)
            return self.error_statement(start, after, body)
        opened = lexer.pos
        lexer.skip_lines()
        condition = self.parse_pipeline()
        if condition is None:
            self.lacking("MissingExpressionAfterKeyword", opened, word)
        end = condition.extent.end if condition is not None else opened
        lexer.skip_lines()
        if lexer.take(")"):
            if condition is None:
                return self.error_statement(start, end, body)
            return ast.DoLoop(self.extent(start), label, body, condition, word == "until")
        if condition is not None:
            self.lacking("MissingEndParenthesisAfterStatement", end, word)
        lexer.pos = end
        return self.error_statement(start, end, body, condition)

    def for_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a for loop."""
        lexer = self.lexer
        after = lexer.pos
        lexer.skip_lines()
        if not lexer.take("("):
            lexer.pos = after
            self.lacking("MissingOpenParenthesisAfterKeyword", after, "for")
            return self.error_statement(start, after)
        end = lexer.pos
        parts: list[ast.Statement | None] = []
        for index in range(3):
            lexer.skip_lines()
            part = self.parse_pipeline()
            parts.append(part)
            end = part.extent.end if part is not None else end
            lexer.skip_blanks()
            if index < 2 and lexer.peek() == ";":
                lexer.pos += 1
                end = lexer.pos
        lexer.skip_lines()
        if not lexer.take(")"):
            lexer.pos = end
            self.lacking("MissingEndParenthesisAfterStatement", end, "for")
            return self.error_statement(start, end, *parts)
        closed = lexer.pos
        body = self.loop_body(label)
        if body is None:
            self.lacking("MissingLoopStatement", closed, "for")
            return self.error_statement(start, closed, *parts)
        return ast.For(self.extent(start), label, parts[0], parts[1], parts[2], body)

    def loop_body(self, label: str) -> ast.Block | None:
        """The body of a loop: inside, ``break`` leaves it and no finally block around it."""
        self.loops_in_finally.append(label)
        body = self.parse_block()
        self.loops_in_finally.pop()
        return body

    def switch_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a switch after its keyword."""
        from remora.engine.parser.switches import SwitchReader

        return SwitchReader(self).statement(start, label)

    # -- leaving -------------------------------------------------------------------------------------------------------

    def throw_statement(self, start: int, label: str) -> ast.Statement:
        """``throw value``."""
        value = self._value()
        return ast.Throw(self.extent(start), value)

    def return_statement(self, start: int, label: str) -> ast.Statement:
        """``return value``."""
        value = self._value()
        if self.finally_depth:
            self.later(start, "leaving_finally", self.extent(start))
        return ast.Return(self.extent(start), value)

    def exit_statement(self, start: int, label: str) -> ast.Statement:
        """``exit code``."""
        value = self._value()
        return ast.Exit(self.extent(start), value)

    def _value(self) -> ast.Statement | None:
        lexer = self.lexer
        end = lexer.pos
        lexer.skip_blanks()
        value = self.parse_pipeline()
        if value is None:
            lexer.pos = end
        return value

    def break_statement(self, start: int, label: str) -> ast.Statement:
        """``break label``."""
        return ast.Break(*self._leave(start))

    def continue_statement(self, start: int, label: str) -> ast.Statement:
        """``continue label``."""
        return ast.Continue(*self._leave(start))

    def _leave(self, start: int) -> tuple[Extent, ast.Expr | None]:
        lexer = self.lexer
        end = lexer.pos
        lexer.skip_blanks()
        if not lexer.peek() or lexer.peek() in NEWLINES:
            lexer.pos = end
        target = self.parse_key()
        if target is None:
            lexer.pos = end
        if self.finally_depth and not self._inner_loop(target):
            self.later(start, "leaving_finally", self.extent(start))
        return self.extent(start), target

    def _inner_loop(self, target: ast.Expr | None) -> bool:
        """Tell whether a loop inside the finally block takes the break."""
        if target is not None and not isinstance(target, ast.StringConstant):
            return True
        loops = self.loops_in_finally
        return bool(loops) if target is None else target.value.lower() in loops

    def function_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a function."""
        return self.parse_function(start, is_filter=False)

    def filter_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a filter."""
        return self.parse_function(start, is_filter=True)

    def workflow_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a workflow, which no longer exists."""
        found = self.parse_function(start, is_filter=False)
        self.later(start, "workflow", found)
        return found

    @abstractmethod
    def parse_function(self, start: int, *, is_filter: bool) -> ast.Statement:
        """The rest of a function or filter after its keyword; the script part implements it."""

"""Statements: keywords, blocks, loops, switch, try, flow."""

from __future__ import annotations

from collections.abc import Callable

from remora.engine import ast
from remora.engine.lexer import NEWLINES
from remora.engine.parser.base import ParserBase

RESERVED = frozenset(["from", "define", "var", "parallel", "sequence", "inlinescript", "workflow", "configuration"])
LATER = {
    "class": "Class definitions",
    "enum": "Enum definitions",
    "using": "The using statement",
    "data": "Data sections",
    "dynamickeyword": "Dynamic keywords",
}
_NO_TERMINATOR = (ast.If, ast.While, ast.For, ast.ForEach, ast.Switch, ast.Try, ast.Trap, ast.FunctionDef)


class StatementParser(ParserBase):
    """Statements and the blocks they stand in."""

    def parse_statements(self, closer: str) -> ast.Block:
        """Statements up to the closing symbol ("" for the end of the text), which is left standing."""
        lexer = self.lexer
        start = lexer.pos
        statements: list[ast.Statement] = []
        traps: list[ast.Trap] = []
        lexer.skip_separators()
        while not self.block_ends(closer):
            statement = self.parse_statement()
            if isinstance(statement, ast.Trap):
                traps.append(statement)
            else:
                statements.append(statement)
            self._terminate(statement, closer)
            lexer.skip_separators()
        return ast.Block(self.extent(start), tuple(statements), tuple(traps))

    def block_ends(self, closer: str) -> bool:
        """Tell whether the block ends here; a foreign closing symbol is an error."""
        char = self.lexer.peek()
        if char == "":
            return True
        if char in ")}":
            if char != closer:
                raise self.unexpected()
            return True
        return False

    def _terminate(self, statement: ast.Statement, closer: str) -> None:
        lexer = self.lexer
        lexer.skip_blanks()
        char = lexer.peek()
        if char == "" or char in "\r\n;" or char == closer or isinstance(statement, _NO_TERMINATOR):
            return
        if isinstance(statement, ast.DoLoop) or (isinstance(statement, ast.Pipeline) and statement.background):
            return
        raise self.unexpected()

    def parse_statement(self) -> ast.Statement:
        """One statement at the position."""
        with self.nested():
            lexer = self.lexer
            label = ""
            start = lexer.pos
            if lexer.peek() == ":" and (lexer.peek(1).isalpha() or lexer.peek(1) == "_"):
                lexer.pos += 1
                label = lexer.name()
                lexer.pos += len(label)
                lexer.skip_lines()
            word = lexer.keyword()
            handler = self._keywords().get(word) if word else None
            if handler is not None:
                lexer.pos += len(word)
                return handler(start, label.lower())
            if word in RESERVED:
                raise lexer.fail("ReservedKeywordNotAllowed", f"The '{word}' keyword is not supported in this "
                                                              "version of the language.",
                                 lexer.pos, lexer.pos + len(word))  # fmt: skip
            if word in LATER and self._is_definition(word):
                raise lexer.fail(
                    "NotSupported", f"{LATER[word]} are not supported by this engine.", lexer.pos, lexer.pos + len(word)
                )
            return self.parse_pipeline()

    def _is_definition(self, word: str) -> bool:
        lexer = self.lexer
        after = lexer.text[lexer.pos + len(word) :].lstrip(" \t")
        return after[:1].isalpha() or after[:1] in ("_", "{")

    def _keywords(self) -> dict[str, Callable[[int, str], ast.Statement]]:
        return {
            "if": self._if,
            "while": self._while,
            "do": self._do,
            "for": self._for,
            "foreach": self._foreach,
            "switch": self.switch_statement,
            "try": self.try_statement,
            "trap": self.trap_statement,
            "throw": self._throw,
            "return": self._return,
            "exit": self._exit,
            "break": self._break,
            "continue": self._continue,
            "function": self._function,
            "filter": self._filter,
        }

    def parse_block(self, after: str) -> ast.Block:
        """``{ statements }``; after: the keyword for the error message."""
        lexer = self.lexer
        lexer.skip_lines()
        start = lexer.pos
        if not lexer.take("{"):
            raise lexer.fail(
                "MissingStatementBlock",
                f"Missing statement block after '{after}'.",
                incomplete=lexer.at_end(),
            )
        with self.inside():
            body = self.parse_statements("}")
            self.close("}", "MissingEndCurlyBrace", start)
        return body

    def condition(self, keyword: str, id: str) -> ast.Statement:
        """``( pipeline )`` of if and the loops."""
        lexer = self.lexer
        lexer.skip_lines()
        start = lexer.pos
        if not lexer.take("("):
            raise lexer.fail(
                "MissingOpenParenthesisInIfStatement"
                if keyword in ("if", "elseif")
                else "MissingOpenParenthesisAfterKeyword",
                f"Missing opening '(' after keyword '{keyword}'.",
                incomplete=lexer.at_end(),
            )
        with self.inside():
            lexer.skip_lines()
            if lexer.peek() in (")", ""):
                raise lexer.fail(
                    "IfStatementMissingCondition" if keyword in ("if", "elseif") else "MissingExpressionAfterKeyword",
                    f"Missing condition in {keyword} statement after '{keyword} ('.",
                    incomplete=lexer.at_end(),
                )
            condition = self.parse_pipeline()
            lexer.skip_lines()
            self.close(")", id, start)
        return condition

    def _if(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        clauses = [(self.condition("if", "MissingEndParenthesisAfterStatement"), self.parse_block("if ( condition )"))]
        otherwise: ast.Block | None = None
        while True:
            end = lexer.pos
            lexer.skip_lines()
            word = lexer.keyword()
            if word == "elseif":
                lexer.pos += 6
                clauses.append(
                    (
                        self.condition("elseif", "MissingEndParenthesisAfterStatement"),
                        self.parse_block("elseif ( condition )"),
                    )
                )
                continue
            if word == "else":
                lexer.pos += 4
                otherwise = self.parse_block("else")
                break
            lexer.pos = end
            break
        return ast.If(self.extent(start), tuple(clauses), otherwise)

    def _while(self, start: int, label: str) -> ast.Statement:
        condition = self.condition("while", "MissingEndParenthesisAfterStatement")
        body = self.parse_block("while")
        return ast.While(self.extent(start), label, condition, body)

    def _do(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        body = self.parse_block("do")
        lexer.skip_lines()
        word = lexer.keyword()
        if word not in ("while", "until"):
            raise lexer.fail(
                "MissingWhileOrUntilInDoWhile", "Missing while or until keyword in do loop.", incomplete=lexer.at_end()
            )
        lexer.pos += 5
        condition = self.condition(word, "MissingEndParenthesisAfterStatement")
        return ast.DoLoop(self.extent(start), label, body, condition, word == "until")

    def _for(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        lexer.skip_lines()
        opening = lexer.pos
        if not lexer.take("("):
            raise lexer.fail(
                "MissingOpenParenthesisAfterKeyword",
                "Missing opening '(' after keyword 'for'.",
                incomplete=lexer.at_end(),
            )
        parts: list[ast.Statement | None] = []
        with self.inside():
            for _ in range(3):
                lexer.skip_lines()
                parts.append(None if lexer.peek() in (";", ")", "") else self.parse_pipeline())
                lexer.skip_blanks()
                if lexer.peek() and lexer.peek() in NEWLINES:
                    lexer.skip_lines()
                    lexer.take(";")
                elif not lexer.take(";"):
                    break
            lexer.skip_lines()
            self.close(")", "MissingEndParenthesisAfterStatement", opening)
        parts += [None] * (3 - len(parts))
        body = self.parse_block("for")
        return ast.For(self.extent(start), label, parts[0], parts[1], parts[2], body)

    def _foreach(self, start: int, label: str) -> ast.Statement:
        lexer = self.lexer
        lexer.skip_lines()
        if lexer.peek() == "-":
            raise lexer.fail("KeywordParameterReservedForFutureUse", "The parameter is reserved for future use.")
        opening = lexer.pos
        if not lexer.take("("):
            raise lexer.fail(
                "MissingOpenParenthesisAfterKeyword",
                "Missing opening '(' after keyword 'foreach'.",
                incomplete=lexer.at_end(),
            )
        with self.inside():
            lexer.skip_lines()
            begin = lexer.pos
            if not lexer.take("$"):
                raise lexer.fail(
                    "MissingVariableNameAfterForeach", "Missing variable name after foreach.", incomplete=lexer.at_end()
                )
            prefix, name = lexer.variable(begin)
            variable = ast.Variable(self.extent(begin), name, prefix)
            lexer.skip_lines()
            if lexer.keyword() != "in":
                raise lexer.fail(
                    "MissingInInForeach", "Missing 'in' after variable in foreach loop.", incomplete=lexer.at_end()
                )
            lexer.pos += 2
            lexer.skip_lines()
            if lexer.peek() in (")", ""):
                raise lexer.fail(
                    "MissingForeachExpression",
                    "Missing expression after 'in' in foreach loop.",
                    incomplete=lexer.at_end(),
                )
            items = self.parse_pipeline()
            lexer.skip_lines()
            self.close(")", "MissingEndParenthesisAfterForeach", opening)
        body = self.parse_block("foreach")
        return ast.ForEach(self.extent(start), label, variable, items, body)

    # -- switch --------------------------------------------------------------------------------------------------------

    # -- errors and flow -----------------------------------------------------------------------------------------------

    def _optional_value(self) -> ast.Statement | None:
        lexer = self.lexer
        lexer.skip_blanks()
        char = lexer.peek()
        if char == "" or char in "\r\n;})" or (char in "|&" and lexer.peek(1) == char):
            return None
        return self.parse_pipeline()

    def _throw(self, start: int, label: str) -> ast.Statement:
        value = self._optional_value()
        return ast.Throw(self.extent(start), value)

    def _return(self, start: int, label: str) -> ast.Statement:
        value = self._optional_value()
        return ast.Return(self.extent(start), value)

    def _exit(self, start: int, label: str) -> ast.Statement:
        value = self._optional_value()
        return ast.Exit(self.extent(start), value)

    def _label(self) -> ast.Expr | None:
        lexer = self.lexer
        here = lexer.pos
        lexer.skip_blanks()
        char = lexer.peek()
        if char == "" or char in "\r\n;})|&":
            lexer.pos = here
            return None
        return self.parse_argument()

    def _break(self, start: int, label: str) -> ast.Statement:
        value = self._label()
        return ast.Break(self.extent(start), value)

    def _continue(self, start: int, label: str) -> ast.Statement:
        value = self._label()
        return ast.Continue(self.extent(start), value)

    def _function(self, start: int, label: str) -> ast.Statement:
        return self.parse_function(start, is_filter=False)

    def _filter(self, start: int, label: str) -> ast.Statement:
        return self.parse_function(start, is_filter=True)

    def switch_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a switch; ControlParser implements it."""
        raise self.unexpected(start)

    def try_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a try; ControlParser implements it."""
        raise self.unexpected(start)

    def trap_statement(self, start: int, label: str) -> ast.Statement:
        """The rest of a trap; ControlParser implements it."""
        raise self.unexpected(start)

    def parse_function(self, start: int, *, is_filter: bool) -> ast.Statement:
        """The rest of a function or filter after its keyword; the script part implements it."""
        raise self.unexpected(start)

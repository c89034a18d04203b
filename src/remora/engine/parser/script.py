"""Scripts, functions, param blocks and named blocks; and the Parser that mixes all parts."""

from __future__ import annotations

import re

from remora.engine import ast
from remora.engine.lexer import WORD_END
from remora.engine.parser.commands import CommandParser
from remora.engine.parser.control import ControlParser
from remora.engine.parser.expressions import ExpressionParser
from remora.engine.parser.postfix import PostfixParser
from remora.engine.parser.statements import StatementParser
from remora.engine.parser.strings import StringParser
from remora.engine.parser.types import TypeParser
from remora.engine.parser.words import ArgumentParser
from remora.engine.source import ParseError, Source

_REQUIRES = re.compile(r"^[ \t]*#requires[ \t]+([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_NAMED = ("dynamicparam", "begin", "process", "end", "clean")
MAX_SOURCE = 32 * 1024 * 1024


class Parser(
    ControlParser,
    StatementParser,
    CommandParser,
    ArgumentParser,
    ExpressionParser,
    TypeParser,
    PostfixParser,
    StringParser,
):
    """The whole parser."""

    def parse_script_file(self) -> ast.ScriptNode:
        """The whole text."""
        lexer = self.lexer
        if lexer.text.startswith("#!"):
            lexer.skip_blanks()
        script = self.parse_script_inside("")
        if not lexer.at_end():
            raise self.unexpected()
        if "#" in lexer.text and (found := _REQUIRES.findall(lexer.text)):
            return script.replaced(requires=tuple(text.strip() for text in found))
        return script

    def parse_script_inside(
        self, closer: str, *, is_filter: bool = False, params: ast.ParamBlock | None = None
    ) -> ast.ScriptNode:
        """param block, then named blocks or statements, up to the closing symbol, which is left standing."""
        lexer = self.lexer
        start = lexer.pos
        lexer.skip_separators()
        if params is None:
            params = self._param_block()
        lexer.skip_separators()
        word = lexer.keyword()
        if word in _NAMED and self._opens_block(word):
            return self._named_blocks(start, closer, params, is_filter)
        body = self.parse_statements(closer)
        extent = lexer.extent(start)
        if is_filter:
            return ast.ScriptNode(extent, params, None, None, body, None, None, False, True)
        return ast.ScriptNode(extent, params, None, None, None, body, None, False)

    def _opens_block(self, word: str) -> bool:
        lexer = self.lexer
        here = lexer.pos
        lexer.pos += len(word)
        lexer.skip_lines()
        opens = lexer.peek() == "{"
        lexer.pos = here
        return opens

    def _named_blocks(self, start: int, closer: str, params: ast.ParamBlock | None, is_filter: bool) -> ast.ScriptNode:
        lexer = self.lexer
        blocks: dict[str, ast.Block] = {}
        while not self.block_ends(closer):
            word = lexer.keyword()
            if word not in _NAMED:
                raise self.unexpected()
            if word in blocks:
                raise lexer.fail("DuplicateScriptCommandClause", f"Script command clause '{word}' has already "
                                                                 "been defined.",
                                 lexer.pos, lexer.pos + len(word))  # fmt: skip
            lexer.pos += len(word)
            blocks[word] = self.parse_block(word)
            lexer.skip_separators()
        get = blocks.get
        return ast.ScriptNode(
            lexer.extent(start),
            params,
            get("dynamicparam"),
            get("begin"),
            get("process"),
            get("end"),
            get("clean"),
            True,
            is_filter,
        )

    # -- parameters ----------------------------------------------------------------------------------------------------

    def _param_block(self) -> ast.ParamBlock | None:
        """``[attributes] param( )`` when it stands here."""
        lexer = self.lexer
        start = lexer.pos
        if lexer.peek() == "[" and not self._attributes_before_param():
            return None
        attributes: list[ast.AttributeNode] = []
        while lexer.peek() == "[":
            begin = lexer.pos
            lexer.pos += 1
            name = self.parse_type_name()
            lexer.skip_lines()
            if lexer.peek() != "(":
                raise self.unexpected(begin)
            attributes.append(self.attribute_rest(begin, name))
            lexer.skip_separators()
        if lexer.keyword() != "param" and lexer.text[lexer.pos : lexer.pos + 6].lower() != "param(":
            return None
        here = lexer.pos
        lexer.pos += 5
        lexer.skip_lines()
        if lexer.peek() != "(":
            if attributes:
                raise lexer.fail(
                    "MissingOpenParenthesisAfterKeyword",
                    "Missing opening '(' after keyword 'param'.",
                    incomplete=lexer.at_end(),
                )
            lexer.pos = here
            return None
        lexer.pos += 1
        with self.inside():
            parameters = self.parse_parameters(lexer.pos - 1, ")")
        return ast.ParamBlock(self.extent(start), tuple(attributes), parameters)

    def _attributes_before_param(self) -> bool:
        """Look ahead: attributes and then ``param``."""
        lexer = self.lexer
        here = lexer.pos
        try:
            while lexer.peek() == "[":
                begin = lexer.pos
                lexer.pos += 1
                name = self.parse_type_name()
                lexer.skip_lines()
                if lexer.peek() != "(":
                    return False
                self.attribute_rest(begin, name)
                lexer.skip_separators()
            return lexer.text[lexer.pos : lexer.pos + 5].lower() == "param"
        except ParseError:
            return False
        finally:
            lexer.pos = here

    def parse_parameters(self, start: int, closer: str) -> tuple[ast.ParameterNode, ...]:
        """Comma-separated parameter declarations up to and with the closing parenthesis."""
        lexer = self.lexer
        out: list[ast.ParameterNode] = []
        names: set[str] = set()
        lexer.skip_lines()
        while lexer.peek() != closer:
            parameter = self._parameter()
            if parameter.name.lower() in names:
                raise lexer.fail("DuplicateFormalParameter", f"Duplicate parameter ${parameter.name} in "
                                                             "parameter list.",
                                 parameter.extent.start, parameter.extent.end)  # fmt: skip
            names.add(parameter.name.lower())
            out.append(parameter)
            lexer.skip_lines()
            if not lexer.take(","):
                break
            lexer.skip_lines()
            if lexer.peek() == closer:
                raise lexer.fail("MissingExpressionAfterToken", "Missing expression after ','.", lexer.pos - 1)
        self.close(closer, "MissingEndParenthesisInFunctionParameterList", start)
        return tuple(out)

    def _parameter(self) -> ast.ParameterNode:
        lexer = self.lexer
        start = lexer.pos
        attributes: list[ast.AttributeNode] = []
        types: list[ast.TypeName] = []
        while lexer.peek() == "[":
            begin = lexer.pos
            lexer.pos += 1
            lexer.skip_lines()
            name = self.parse_type_name()
            lexer.skip_lines()
            if lexer.peek() == "(":
                attributes.append(self.attribute_rest(begin, name))
            else:
                self.close("]", "EndSquareBracketExpectedAtEndOfAttribute", begin)
                types.append(name)
            lexer.skip_lines()
        if not lexer.take("$"):
            if lexer.at_end():
                raise lexer.fail(
                    "MissingEndParenthesisInFunctionParameterList",
                    "Missing ')' in function parameter list.",
                    incomplete=True,
                )
            raise lexer.fail("MissingEndParenthesisInFunctionParameterList", "Missing ')' in function parameter list.")
        _, variable = lexer.variable(lexer.pos - 1)
        end = lexer.pos
        lexer.skip_lines()
        default: ast.Expr | None = None
        if lexer.peek() == "=":
            lexer.pos += 1
            lexer.skip_lines()
            if lexer.at_end() or lexer.peek() in ",)":
                raise lexer.fail(
                    "MissingExpressionAfterToken", "Missing expression after '='.", incomplete=lexer.at_end()
                )
            default = self.parse_no_comma()
            end = lexer.pos
        lexer.pos = end
        return ast.ParameterNode(self.extent(start), variable, tuple(attributes), tuple(types), default)

    # -- functions -----------------------------------------------------------------------------------------------------

    def parse_function(self, start: int, *, is_filter: bool) -> ast.Statement:
        """Name, optional parameters in parentheses, body."""
        lexer = self.lexer
        lexer.skip_lines()
        begin = lexer.pos
        while lexer.pos < lexer.size and lexer.text[lexer.pos] not in WORD_END:
            lexer.pos += 1
        name = lexer.text[begin : lexer.pos]
        if not name:
            raise lexer.fail(
                "MissingNameAfterKeyword",
                f"Missing name after {'filter' if is_filter else 'function'} keyword.",
                incomplete=lexer.at_end(),
            )
        lexer.skip_lines()
        params: ast.ParamBlock | None = None
        if lexer.peek() == "(":
            opening = lexer.pos
            lexer.pos += 1
            with self.inside():
                parameters = self.parse_parameters(opening, ")")
            params = ast.ParamBlock(self.extent(opening), (), parameters)
            lexer.skip_lines()
        opening = lexer.pos
        if not lexer.take("{"):
            raise lexer.fail(
                "MissingFunctionBody", "Missing function body in function declaration.", incomplete=lexer.at_end()
            )
        with self.inside():
            script = self.parse_script_inside("}", is_filter=is_filter, params=params)
            self.close("}", "MissingEndCurlyBrace", opening)
        return ast.FunctionDef(self.extent(start), name, is_filter, script)


def parse(text: str, file: str | None = None) -> ast.ScriptNode:
    """Parse a script. Raises ParseError (the first error found), and nothing else, for any text."""
    source = Source(text, file)
    parser = Parser(source)
    if len(text) > MAX_SOURCE:
        raise parser.lexer.fail("ScriptTooComplicated", "The script is too long.")
    try:
        return parser.parse_script_file()
    except RecursionError:
        raise parser.lexer.fail(
            "ScriptTooComplicated", "The script is too complicated: it is nested too deeply."
        ) from None

"""Scripts, functions, param blocks and named blocks."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import DOUBLE_QUOTES, SINGLE_QUOTES, WORD_END
from remora.engine.parser.base import ParserBase, TypeOrAttribute

_NAMED = ("dynamicparam", "begin", "process", "end", "clean")


class ScriptParser(ParserBase):
    """What a script block is made of."""

    def parse_script_file(self) -> ast.ScriptNode:
        """The whole text."""
        self.lexer.skip_lines()
        usings = self._usings()
        return self._script(0, "", usings=usings)

    def parse_block_script(self, opening: int, *, is_filter: bool = False) -> ast.ScriptNode:
        """The inside of a script block whose brace was read, and the closing brace."""
        lexer = self.lexer
        outer = self.finally_depth, self.loops_in_finally
        self.finally_depth, self.loops_in_finally = 0, []
        self.deeper()
        script = self._script(lexer.pos, "}", is_filter=is_filter)
        self.depth -= 1
        self.finally_depth, self.loops_in_finally = outer
        if not lexer.take("}"):
            self.lacking("MissingEndCurlyBrace", opening, end=opening + 1, seen=lexer.pos)
        return script

    def _script(
        self, start: int, closer: str, *, is_filter: bool = False, usings: tuple[ast.Using, ...] = ()
    ) -> ast.ScriptNode:
        """param block, then named blocks or statements, up to the closing symbol, which is left standing."""
        lexer = self.lexer
        lexer.skip_lines()
        params = self._param_block()
        lexer.skip_separators()
        word = lexer.keyword()
        if word in _NAMED:
            return self._named_blocks(start, params, is_filter, closer, usings)
        body = self._unnamed_block(closer, params)
        extent = self.extent(start)
        process, end = (body, None) if is_filter else (None, body)
        return ast.ScriptNode(extent, params, None, None, process, end, None, False, is_filter, usings=usings)

    def _unnamed_block(self, closer: str, params: ast.ParamBlock | None) -> ast.Block:
        lexer = self.lexer
        begin = params.extent.start if params is not None else lexer.pos
        block = self.parse_body(begin, closer)
        statements, traps = list(block.statements), list(block.traps)
        lexer.skip_separators()
        while not closer and not lexer.at_end():
            lexer.pos = self.unexpected()
            more = self.parse_body(lexer.pos, closer)
            statements.extend(more.statements)
            traps.extend(more.traps)
        if params is None and len(statements) == len(block.statements) and len(traps) == len(block.traps):
            return block
        every = sorted((*statements, *traps), key=lambda node: node.extent.start)
        if params is None:
            begin = every[0].extent.start if every else begin
        end = every[-1].extent.end if every else (params.extent.end if params is not None else begin)
        return ast.Block(self.span(begin, max(begin, end)), tuple(statements), tuple(traps))

    def _named_blocks(
        self, start: int, params: ast.ParamBlock | None, is_filter: bool, closer: str, usings: tuple[ast.Using, ...]
    ) -> ast.ScriptNode:
        lexer = self.lexer
        blocks: dict[str, ast.Block] = {}
        while not (lexer.at_end() or lexer.peek() == "}"):
            word = lexer.keyword()
            if word not in _NAMED:
                end = lexer.token_end()
                self.report("MissingNamedBlocks", lexer.pos, end, lexer.text[lexer.pos : end])
                self._skip_blocks(closer)
                break
            begin = lexer.pos
            lexer.pos += len(word)
            after = lexer.pos
            block = self.parse_block()
            if block is None:
                self.lacking("MissingNamedStatementBlock", after, word)
                block = ast.Block(self.span(begin, after), ())
            else:
                block = block.replaced(extent=self.span(begin, block.extent.end))
            if word in blocks:
                self.report("DuplicateScriptCommandClause", begin, block.extent.end, word)
            else:
                blocks[word] = block
            lexer.skip_separators()
        if not closer and not lexer.at_end():
            self.unexpected()
            lexer.pos = lexer.size
        get = blocks.get
        return ast.ScriptNode(
            self.extent(start),
            params,
            get("dynamicparam"),
            get("begin"),
            get("process"),
            get("end"),
            get("clean"),
            True,
            is_filter,
            usings=usings,
        )

    def _skip_blocks(self, closer: str) -> None:
        """After what is no named block: on to the brace that closes this one, or to the end."""
        if closer:
            self.sync("}", consume=False)
        else:
            self.lexer.pos = self.lexer.size

    def using_statement(self, start: int) -> ast.Statement:
        """The rest of a using statement after its keyword."""
        from remora.engine.parser.usings import UsingReader

        return UsingReader(self).statement(start)

    def _usings(self) -> tuple[ast.Using, ...]:
        lexer = self.lexer
        found: list[ast.Using] = []
        while lexer.keyword() == "using":
            start = lexer.pos
            lexer.pos += 5
            statement = self.using_statement(start)
            if isinstance(statement, ast.Using):
                found.append(statement)
            lexer.skip_separators()
        return tuple(found)

    # -- parameters ----------------------------------------------------------------------------------------------------

    def _param_block(self) -> ast.ParamBlock | None:
        """``[attributes] param( )`` when it stands here; else nothing is moved or reported."""
        lexer = self.lexer
        here, errors, checked = lexer.pos, len(self.errors), len(self.checks)
        attributes = self.attribute_list(expression=False) if lexer.peek() == "[" else []
        lexer.skip_lines()
        start = lexer.pos
        found = lexer.keyword() == "param"
        if found:
            lexer.pos += 5
            lexer.skip_lines()
        if not found or lexer.peek() != "(":
            del self.errors[errors:], self.checks[checked:]
            lexer.pos = here
            return None
        opening = lexer.pos
        lexer.pos += 1
        parameters, closed = self.parse_parameters(opening)
        if not closed:
            end = parameters[-1].extent.end if parameters else opening + 1
            self.lacking("MissingEndParenthesisInFunctionParameterList", end)
            lexer.pos = end
        nodes: list[ast.AttributeNode] = []
        for begin, end, node in attributes:
            if isinstance(node, ast.AttributeNode):
                nodes.append(node)
            else:
                self.report("TypeNotAllowedBeforeParam", begin, end, node.full())
        return ast.ParamBlock(self.extent(attributes[0][0] if attributes else start), tuple(nodes), parameters)

    def parse_parameters(self, opening: int) -> tuple[tuple[ast.ParameterNode, ...], bool]:
        """Parameter declarations and the closing parenthesis; whether that one stood there."""
        lexer = self.lexer
        out: list[ast.ParameterNode] = []
        comma = -1
        outer, self.no_comma = self.no_comma, True
        self.deeper()
        while True:
            parameter = self._parameter()
            if parameter is None:
                if comma >= 0:
                    self.lacking("MissingExpressionAfterToken", comma + 1, ",")
                break
            out.append(parameter)
            lexer.skip_lines()
            comma = lexer.pos
            if not lexer.take(","):
                break
        self.depth -= 1
        self.no_comma = outer
        lexer.skip_lines()
        if len(out) > 1:
            self.later(opening, "duplicate_parameters", tuple(out))
        return tuple(out), lexer.take(")")

    def _parameter(self) -> ast.ParameterNode | None:
        lexer = self.lexer
        lexer.skip_lines()
        start = lexer.pos
        items = self.attribute_list(expression=False)
        lexer.skip_lines()
        begin = lexer.pos
        if not (lexer.peek() and lexer.peek() in "$@" and lexer.starts_variable(begin + 1)):
            return self._no_variable(items) if items else None
        splat = lexer.peek() == "@"
        lexer.pos += 1
        prefix, name = lexer.variable(begin)
        variable = ast.Variable(self.extent(begin), name, prefix, splat)
        if splat:
            self.later(begin, "splat", variable)
        end = lexer.pos
        default: ast.Expr | None = None
        lexer.skip_lines()
        if lexer.peek() == "=":
            lexer.pos += 1
            after = lexer.pos
            lexer.skip_lines()
            default = self.parse_expression()
            if default is None:
                self.lacking("MissingExpressionAfterToken", after, "=")
                lexer.pos = after
            else:
                end = default.extent.end
        if default is None and lexer.pos > end and lexer.text[end : lexer.pos].strip() != "=":
            lexer.pos = end
        attributes = tuple(item for _, _, item in items if isinstance(item, ast.AttributeNode))
        types = tuple(item for _, _, item in items if isinstance(item, ast.TypeName))
        return ast.ParameterNode(self.span(start, end), name, attributes, types, default, variable)

    def _no_variable(self, items: list[TypeOrAttribute]) -> ast.ParameterNode:
        """Attributes without a parameter: everything up to the closing parenthesis is skipped."""
        start, end = items[0][0], items[-1][1]
        self.lacking("InvalidFunctionParameter", end)
        self.sync(")", consume=False)
        return ast.ParameterNode(self.span(start, end), "__error__", (), (), None, None)

    # -- functions -----------------------------------------------------------------------------------------------------

    def parse_function(self, start: int, *, is_filter: bool) -> ast.Statement:
        """Name, optional parameters in parentheses, body."""
        lexer = self.lexer
        keyword_end = lexer.pos
        keyword = lexer.text[start:keyword_end]
        lexer.skip_lines()
        begin = lexer.pos
        char = lexer.peek()
        if char == "" or char in "$@|(){}&;,<>" or char in SINGLE_QUOTES or char in DOUBLE_QUOTES:
            lexer.pos = keyword_end
            self.lacking("MissingNameAfterKeyword", keyword_end, keyword)
            return self.error_statement(start, keyword_end)
        while lexer.pos < lexer.size and lexer.text[lexer.pos] not in WORD_END:
            lexer.pos += 1
        name = lexer.text[begin : lexer.pos]
        if "`" in name or "'" in name or '"' in name:
            lexer.pos = begin
            word = self.parse_word()
            name = word.value if isinstance(word, ast.StringConstant) else name
        end = lexer.pos
        lexer.skip_lines()
        params: ast.ParamBlock | None = None
        if lexer.peek() == "(":
            opening = lexer.pos
            lexer.pos += 1
            parameters, closed = self.parse_parameters(opening)
            if not closed:
                end = parameters[-1].extent.end if parameters else opening + 1
                self.lacking("MissingEndParenthesisInFunctionParameterList", end)
                lexer.pos = end
                return self.error_statement(start, end, *parameters)
            params = ast.ParamBlock(self.extent(opening), (), parameters)
            end = lexer.pos
            lexer.skip_lines()
        return self._function_body(start, end, name, params, is_filter)

    def _function_body(
        self, start: int, end: int, name: str, params: ast.ParamBlock | None, is_filter: bool
    ) -> ast.Statement:
        lexer = self.lexer
        opening = lexer.pos
        if not lexer.take("{"):
            lexer.pos = end
            self.lacking("MissingFunctionBody", end)
            return self.error_statement(start, end, *(params.parameters if params is not None else ()))
        outer, self.no_comma = self.no_comma, False
        script = self.parse_block_script(opening, is_filter=is_filter)
        self.no_comma = outer
        if params is not None and (params.parameters or script.params is None):
            if script.params is not None:
                self.later(script.params.extent.start, "two_parameter_lists", script.params.extent)
            script = script.replaced(params=params)
        return ast.FunctionDef(self.extent(start), name, is_filter, script)

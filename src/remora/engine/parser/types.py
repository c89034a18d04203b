"""Type names, type literals, casts and attributes."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.lexer import NEWLINES
from remora.engine.parser.base import ParserBase, TypeOrAttribute

MAX_RANK = 32
REFERENCES = frozenset(["ref", "psreference", "system.management.automation.psreference"])


class TypeParser(ParserBase):
    """What stands in square brackets at an operand's place."""

    def bracket(self) -> ast.Expr | None:
        """``[type]``, ``[type]operand`` or ``[Attribute()]operand``."""
        items = self.attribute_list(expression=True)
        if not items:
            return None
        self.deeper()
        start, end, last = items[-1]
        if isinstance(last, ast.AttributeNode):
            self.lexer.skip_lines()
            operand = self.parse_unary()
            if operand is None:
                self.lacking("UnexpectedAttribute", start, last.type.full(), end=end)
                self.depth -= 1
                return self.error_expr(items[0][0], end, *(item for _, _, item in items))
            marked = ast.AttributedExpr(self.extent(start), last, operand)
            self.later(start, "attributed", marked)
            node: ast.Expr = marked
        else:
            node = self._type_expression(start, end, last)
        if len(items) > 1 and any(_is_reference(item) for _, _, item in items):
            self.later(items[0][0], "references", items)
        for begin, _, item in reversed(items[:-1]):
            node = self._applied(begin, item, node)
        self.depth -= 1
        return node

    def _type_expression(self, start: int, end: int, name: ast.TypeName) -> ast.Expr:
        literal = ast.TypeLiteral(self.span(start, end), name)
        if self.postfix_follows(argument=False, index=False):
            return self.parse_postfix(literal, argument=False)
        lexer = self.lexer
        lexer.skip_blanks()
        char = lexer.peek()
        if char and char not in NEWLINES and char not in ",)}];|&=":
            operand = self.parse_unary()
            if operand is not None:
                return self._applied(start, name, operand)
        lexer.pos = end
        return literal

    def _applied(self, start: int, item: ast.TypeName | ast.AttributeNode, operand: ast.Expr) -> ast.Expr:
        extent = self.span(start, operand.extent.end)
        if isinstance(item, ast.AttributeNode):
            marked = ast.AttributedExpr(extent, item, operand)
            self.later(start, "attributed", marked)
            return marked
        node = ast.Cast(extent, item, operand)
        if item.name.lower() == "ordered":
            self.later(start, "ordered", node)
        return node

    def attribute_list(self, *, expression: bool) -> list[TypeOrAttribute]:
        """Types and attributes in brackets, with the offsets of their beginnings and ends."""
        lexer = self.lexer
        items: list[TypeOrAttribute] = []
        while lexer.peek() == "[":
            item = self._attribute()
            if item is None:
                break
            items.append(item)
            end = lexer.pos
            if expression and isinstance(item[2], ast.TypeName):
                lexer.skip_blanks()
                if lexer.peek() != "[":
                    lexer.pos = end
                    break
            else:
                lexer.skip_lines()
                if lexer.peek() != "[":
                    lexer.pos = end
                    break
        return items

    def _attribute(self) -> TypeOrAttribute | None:
        lexer = self.lexer
        start = lexer.pos
        lexer.pos += 1
        after = lexer.pos
        lexer.skip_lines()
        name = self.parse_type_name()
        if name is None:
            lexer.pos = start
            self.lacking("MissingTypename", after)
            return None
        end = lexer.pos
        lexer.skip_blanks()
        if lexer.peek() == "(":
            return self._attribute_rest(start, name)
        if lexer.take("]"):
            return start, lexer.pos, name
        self.report("EndSquareBracketExpectedAtEndOfAttribute", lexer.pos, lexer.pos)
        return start, end, name

    # -- names ---------------------------------------------------------------------------------------------------------

    def parse_type_name(self) -> ast.TypeName | None:
        """A type name with generic arguments, array ranks and assembly; None when there is none."""
        return self._type_name(inner=False)

    def _type_name(self, *, inner: bool) -> ast.TypeName | None:
        """inner: a generic argument without brackets of its own, which no assembly's name can follow."""
        lexer = self.lexer
        lexer.skip_blanks()
        start = lexer.pos
        text = lexer.text
        if not (lexer.peek().isalpha() or lexer.peek() == "_"):
            return None
        while lexer.pos < lexer.size and (text[lexer.pos].isalnum() or text[lexer.pos] in "_.`+#"):
            lexer.pos += 1
        name = text[start : lexer.pos]
        end = lexer.pos
        arguments: tuple[ast.TypeName, ...] = ()
        ranks: list[int] = []
        assembly = ""
        while True:
            lexer.skip_blanks()
            char = lexer.peek()
            if char == "[":
                lexer.pos += 1
                lexer.skip_lines()
                if lexer.peek() and lexer.peek() in "],":
                    ranks.append(self._rank())
                elif arguments or ranks or not self._starts_name():
                    self._wrong_rank(lexer.pos)
                else:
                    self.deeper()
                    arguments = self.generic_arguments()
                    self.depth -= 1
                end = lexer.pos
                continue
            if char == "," and not inner:
                assembly = self._assembly()
                end = lexer.pos
            lexer.pos = end
            return ast.TypeName(self.extent(start), name, arguments, tuple(ranks), assembly)

    def _starts_name(self) -> bool:
        char = self.lexer.peek()
        return bool(char) and (char.isalpha() or char in "_[")

    def _wrong_rank(self, after: int) -> None:
        lexer = self.lexer
        if lexer.at_end():
            self.lacking("MissingTypename", after)
            return
        lexer.pos = self.unexpected()
        self.sync("]", consume=True)

    def _rank(self) -> int:
        lexer = self.lexer
        first = lexer.pos
        rank = 1
        end = first
        while lexer.take(","):
            rank += 1
            end = lexer.pos
            lexer.skip_blanks()
        if rank > MAX_RANK:
            self.report("ArrayHasTooManyDimensions", first, end, rank)
            lexer.take("]")
            return rank
        if not lexer.take("]"):
            self.report("EndSquareBracketExpectedAtEndOfAttribute", end, end)
        return rank

    def generic_arguments(self, id: str = "EndSquareBracketExpectedAtEndOfAttribute") -> tuple[ast.TypeName, ...]:
        """Types up to and with the closing bracket. id: of the error when that is missing."""
        lexer = self.lexer
        out: list[ast.TypeName] = []
        while True:
            lexer.skip_lines()
            before = lexer.pos
            wrapped = lexer.take("[")
            name = self._type_name(inner=not wrapped)
            if name is None:
                self.lacking("MissingTypename", before)
                break
            out.append(name)
            if wrapped:
                lexer.skip_blanks()
                if not lexer.take("]"):
                    self.lacking("EndSquareBracketExpectedAtEndOfType", lexer.pos)
            lexer.skip_lines()
            if not lexer.take(","):
                break
        if not lexer.take("]"):
            self.lacking(id, lexer.pos)
        return tuple(out)

    def _assembly(self) -> str:
        lexer = self.lexer
        comma = lexer.pos
        end = lexer.text.find("]", comma)
        end = lexer.size if end < 0 else end
        name = lexer.text[comma + 1 : end].strip()
        if not name:
            self.report("MissingAssemblyNameSpecification", comma + 1, comma + 1)
        lexer.pos = end
        return name

    # -- attributes ----------------------------------------------------------------------------------------------------

    def _attribute_rest(self, start: int, name: ast.TypeName) -> TypeOrAttribute:
        """``(arguments)]`` of an attribute whose name was read."""
        lexer = self.lexer
        lexer.pos += 1
        outer, self.no_comma = self.no_comma, True
        positional: list[ast.Expr] = []
        named: list[tuple[str, ast.Expr | None]] = []
        keys: list[int] = []
        last = self._attribute_arguments(positional, named, keys)
        self.no_comma = outer
        lexer.skip_lines()
        closed = lexer.take(")")
        if not closed:
            self.lacking("MissingEndParenthesisInExpression", last)
        end = lexer.pos if closed else last
        lexer.skip_lines()
        if lexer.take("]"):
            end = lexer.pos
        elif closed:
            self.lacking("EndSquareBracketExpectedAtEndOfAttribute", end)
        node = ast.AttributeNode(self.span(start, end), name, tuple(positional), tuple(named), tuple(keys))
        if positional or named:
            self.later(start, "attribute", node)
        return start, end, node

    def _attribute_arguments(
        self, positional: list[ast.Expr], named: list[tuple[str, ast.Expr | None]], keys: list[int]
    ) -> int:
        """Read the arguments; the offset after the last one."""
        lexer = self.lexer
        last = lexer.pos
        comma = -1
        while True:
            lexer.skip_lines()
            start = lexer.pos
            key = lexer.name()
            value: ast.Expr | None
            if key:
                lexer.pos += len(key)
                after = lexer.pos
                lexer.skip_blanks()
                value = None
                if lexer.peek() == "=":
                    value = self._attribute_value()
                    last = value.extent.end
                else:
                    lexer.pos = last = after
                if any(key == name for name, _ in named):
                    self.report("DuplicateNamedArgument", start, start + len(key), key)
                else:
                    named.append((key, value))
                    keys.append(start)
            elif (value := self.parse_expression()) is not None:
                positional.append(value)
                last = value.extent.end
            elif comma >= 0:
                self.lacking("MissingExpressionAfterToken", comma + 1, ",")
                last = comma + 1
            lexer.skip_lines()
            comma = lexer.pos
            if not lexer.take(","):
                return last
            last = lexer.pos

    def _attribute_value(self) -> ast.Expr:
        lexer = self.lexer
        lexer.pos += 1
        after = lexer.pos
        lexer.skip_lines()
        value = self.parse_expression()
        if value is None:
            self.lacking("MissingExpressionInNamedArgument", after)
            value = self.error_expr(after, after)
            self.sync(",)]" + NEWLINES, consume=False)
        return value


def _is_reference(node: ast.Node) -> bool:
    return isinstance(node, ast.TypeName) and node.name.lower() in REFERENCES

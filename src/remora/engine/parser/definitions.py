"""Classes and enums."""

from __future__ import annotations

import re
from typing import Final

from remora.engine import ast
from remora.engine.lexer import NEWLINES
from remora.engine.parser.base import ParserBase, TypeOrAttribute

_DRIVE_ONLY: Final = re.compile(r"\$[\w?]+:(?![\w?:])")
_MEMBER_ENDS: Final = frozenset(("", ";", "}", *NEWLINES))


class _Head:
    """What was read before a member's name."""

    __slots__ = ("attributes", "end", "hidden", "start", "static", "types")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.attributes: list[ast.AttributeNode] = []
        self.types: list[tuple[int, int, ast.TypeName]] = []
        self.static = False
        self.hidden = False

    @property
    def names(self) -> tuple[ast.TypeName, ...]:
        """The types as written."""
        return tuple(name for _, _, name in self.types)


class DefinitionReader:
    """Reads ``class`` and ``enum`` statements for a parser."""

    def __init__(self, parser: ParserBase) -> None:
        self.parser = parser
        self.lexer = parser.lexer

    def attributed(self) -> ast.Statement | None:
        """Attributes and the definition they belong to; None, with nothing moved or reported, when there is none."""
        parser, lexer = self.parser, self.lexer
        here, errors, checks = lexer.pos, len(parser.errors), len(parser.checks)
        items = self._attribute_list()
        lexer.skip_lines()
        word = lexer.keyword()
        if items and word in ("class", "enum"):
            lexer.pos += len(word)
            return self.statement(here, word, [item for _, _, item in items if isinstance(item, ast.AttributeNode)])
        del parser.errors[errors:], parser.checks[checks:]
        lexer.pos = here
        return None

    def _attribute_list(self) -> list[TypeOrAttribute]:
        """Types and attributes here. What their arguments may be is checked with the rest of the definition."""
        parser = self.parser
        noted = len(parser.checks)
        items = parser.attribute_list(expression=False)
        parser.checks[noted:] = [check for check in parser.checks[noted:] if check[1] != "attribute"]
        return items

    def statement(self, start: int, word: str, attributes: list[ast.AttributeNode]) -> ast.Statement:
        """The rest of a definition after its keyword."""
        parser, lexer = self.parser, self.lexer
        end = lexer.pos
        lexer.skip_lines()
        name = lexer.name()
        if not name:
            lexer.pos = end
            parser.lacking("MissingNameAfterKeyword", end, word)
            return parser.error_statement(start, end, *attributes)
        lexer.pos += len(name)
        bases, end = self._bases()
        lexer.skip_lines()
        if not lexer.take("{"):
            lexer.pos = end
            parser.lacking("MissingTypeBody", end, word)
            return parser.error_statement(start, end, *attributes, *bases)
        parser.defines = True
        opening = lexer.pos
        outer, parser.no_comma = parser.no_comma, False
        parser.deeper()
        members = self._members(name if word == "class" else "")
        parser.depth -= 1
        parser.no_comma = outer
        if not lexer.take("}"):
            parser.lacking("MissingEndCurlyBrace", opening, seen=lexer.pos)
        return ast.TypeDefinition(
            parser.extent(start), name, word, tuple(attributes), tuple(bases), tuple(members), ast.TypeBinding()
        )

    def _bases(self) -> tuple[list[ast.TypeName], int]:
        """``: type, type``; the offset where what was read ends."""
        lexer = self.lexer
        out: list[ast.TypeName] = []
        end = lexer.pos
        lexer.skip_lines()
        more = lexer.take(":")
        while more:
            end = lexer.pos
            lexer.skip_lines()
            name = self._base_name()
            if name is None:
                self.parser.lacking("TypeNameExpected", end)
                break
            out.append(name)
            end = lexer.pos
            lexer.skip_lines()
            more = lexer.take(",")
        if not more:
            lexer.pos = end
        return out, end

    def _base_name(self) -> ast.TypeName | None:
        """A type's name, which a comma and another one may follow, but no assembly."""
        source = self.lexer.source
        name = self.parser.parse_type_name()
        if name is None or not name.assembly:
            return name
        self.lexer.pos = source.text.index(",", name.arguments[-1].extent.end if name.arguments else name.extent.start)
        return name.replaced(extent=self.parser.span(name.extent.start, self.lexer.pos), assembly="")

    # -- members -------------------------------------------------------------------------------------------------------

    def _members(self, owner: str) -> list[ast.PropertyMember | ast.MethodMember]:
        """The members up to the closing brace; owner: the class, or "" for an enum."""
        lexer = self.lexer
        out: list[ast.PropertyMember | ast.MethodMember] = []
        while True:
            lexer.skip_separators()
            if lexer.at_end() or lexer.peek() == "}":
                return out
            here = lexer.pos
            member = self._member(owner) if owner else self._label()
            if member is not None:
                out.append(member)
            elif lexer.pos == here:
                return out

    def _member(self, owner: str) -> ast.PropertyMember | ast.MethodMember | None:
        lexer = self.lexer
        head = self._head()
        if lexer.peek() == "$":
            return self._property(head)
        name = lexer.name()
        if name:
            lexer.pos += len(name)
            return self._method(head, name, owner)
        if head.end > head.start:
            self.parser.lacking("IncompleteMemberDefinition", head.end)
        else:
            lexer.pos = self.parser.unexpected()
        self.parser.sync(";}" + NEWLINES, consume=False)
        return None

    def _head(self) -> _Head:
        lexer = self.lexer
        head = _Head(lexer.pos)
        while True:
            start = lexer.pos
            word = lexer.keyword()
            if lexer.peek() == "[":
                if not self._types(head):
                    return head
            elif word in ("static", "hidden"):
                if getattr(head, word):
                    self.parser.report("DuplicateQualifier", start, start + len(word), word)
                setattr(head, word, True)
                lexer.pos += len(word)
            else:
                return head
            head.end = lexer.pos
            lexer.skip_lines()

    def _types(self, head: _Head) -> bool:
        items = self._attribute_list()
        for start, end, item in items:
            if isinstance(item, ast.AttributeNode):
                head.attributes.append(item)
                continue
            if head.types:
                self.parser.report("TooManyTypes", start, end)
            head.types.append((start, end, item))
        return bool(items)

    def _property(self, head: _Head) -> ast.PropertyMember | None:
        parser, lexer = self.parser, self.lexer
        begin = lexer.pos
        wrong = _DRIVE_ONLY.match(lexer.text, begin)
        if wrong is not None or not lexer.starts_variable(begin + 1):
            parser.report("InvalidVariableReference", begin, begin + 1)
            lexer.pos = wrong.end() if wrong is not None else begin + 1
            return None
        lexer.pos += 1
        _, name = lexer.variable(begin)
        end = lexer.pos
        initial = self._initial("MissingExpressionAfterToken")
        self._terminator(end if initial is None else initial.extent.end)
        return ast.PropertyMember(
            parser.extent(head.start), name, tuple(head.attributes), head.names, initial, head.static, head.hidden
        )

    def _initial(self, missing: str) -> ast.Expr | None:
        """``= value``."""
        lexer = self.lexer
        lexer.skip_blanks()
        if not lexer.take("="):
            return None
        after = lexer.pos
        lexer.skip_lines()
        value = self.parser.parse_expression()
        if value is None:
            lexer.pos = after
            self.parser.lacking(missing, after, "=")
        return value

    def _terminator(self, end: int) -> None:
        """A member ends with its line, a semicolon or the class."""
        lexer = self.lexer
        end = max(end, lexer.pos) if lexer.text[end : lexer.pos].strip() else end
        lexer.skip_blanks()
        if lexer.peek() not in _MEMBER_ENDS:
            lexer.pos = self.parser.unexpected()
            self.parser.sync(";}" + NEWLINES, consume=False)
            return
        lexer.pos = end

    def _method(self, head: _Head, name: str, owner: str) -> ast.MethodMember | None:
        parser, lexer = self.parser, self.lexer
        end = lexer.pos
        name_start = end - len(name)
        lexer.skip_lines()
        opening = lexer.pos
        if not lexer.take("("):
            return self._no_method("MissingMethodParameterList", end)
        parameters, closed = parser.parse_parameters(opening)
        if not closed:
            return self._no_method("MissingEndParenthesisInMethodCall", lexer.pos)
        end = lexer.pos
        constructor = name.lower() == owner.lower()
        base: tuple[ast.Expr, ...] | None = None
        lexer.skip_lines()
        if constructor and not head.static and lexer.peek() == ":":
            base = self._base_call(end)
            if base is None:
                return None
            end = max(end, lexer.pos)
            lexer.skip_lines()
        brace = lexer.pos
        if not lexer.take("{"):
            return self._no_method("MissingFunctionBody", end)
        outer, parser.no_comma = parser.no_comma, False
        script = parser.parse_block_script(brace)
        parser.no_comma = outer
        return ast.MethodMember(
            parser.extent(head.start),
            name,
            tuple(head.attributes),
            head.names,
            parameters,
            script,
            head.static,
            head.hidden,
            base,
            name_start,
        )

    def _no_method(self, id: str, place: int) -> ast.MethodMember | None:
        """Report what a method lacks and go on at the next member."""
        self.parser.lacking(id, place)
        self.lexer.pos = max(place, self.lexer.pos)
        self.parser.sync("}" + NEWLINES, consume=False)
        return None

    def _base_call(self, after: int) -> tuple[ast.Expr, ...] | None:
        """``: base(arguments)``; None when it cannot be read. after: offset where the parameter list ended."""
        parser, lexer = self.parser, self.lexer
        lexer.pos += 1
        end = lexer.pos
        lexer.skip_lines()
        if lexer.name().lower() != "base":
            self._no_method("MissingBaseCtorCall", end)
            return None
        lexer.pos += 4
        end = lexer.pos
        lexer.skip_lines()
        if not lexer.take("("):
            parser.report("MissingMethodParameterList", end, end)
            lexer.pos = lexer.token_end()
            return None
        out: list[ast.Expr] = []
        outer, parser.no_comma = parser.no_comma, True
        end = lexer.pos
        while True:
            lexer.skip_lines()
            one = parser.parse_expression()
            if one is None:
                break
            out.append(one)
            end = lexer.pos
            lexer.skip_lines()
            if not lexer.take(","):
                break
        parser.no_comma = outer
        lexer.skip_lines()
        if not lexer.take(")"):
            parser.lacking("MissingEndParenthesisInMethodCall", end)
            parser.lacking("MissingFunctionBody", after)
            parser.sync("}" + NEWLINES, consume=False)
            return None
        return tuple(out)

    def _label(self) -> ast.PropertyMember | None:
        """``name`` or ``name = value`` of an enum."""
        parser, lexer = self.parser, self.lexer
        start = lexer.pos
        items = self._attribute_list() if lexer.peek() == "[" else []
        lexer.skip_lines()
        name = lexer.name()
        if not name:
            lexer.pos = parser.unexpected()
            parser.sync(";}" + NEWLINES, consume=False)
            return None
        lexer.pos += len(name)
        end = lexer.pos
        initial = self._initial("ExpectedValueExpression")
        self._terminator(end if initial is None else initial.extent.end)
        attributes = tuple(item for _, _, item in items if isinstance(item, ast.AttributeNode))
        return ast.PropertyMember(parser.extent(start), name, attributes, (), initial, True, False)

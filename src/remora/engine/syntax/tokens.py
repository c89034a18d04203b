"""Tokens of a parsed text.

The tree knows where its leaves stand: variables, numbers, texts, words, names of types and parameters. Whatever lies
between them is punctuation, operators, keywords, comments and newlines, which need no modes to be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from remora.engine import ast
from remora.engine.lexer import BLANKS, DASHES, SINGLE_QUOTES
from remora.engine.nettype import NetObject
from remora.engine.source import Extent, Source
from remora.engine.syntax.enums import TOKEN_FLAGS, TOKEN_KINDS, traits
from remora.engine.syntax.kinds import KINDS
from remora.engine.syntax.nodes import AstObject, Pair, VariablePath
from remora.engine.syntax.operators import SYMBOLS, WORDS, kind_name

_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*")
_KEYWORDS: Final = {name.lower(): name for name, number in TOKEN_KINDS.items() if number >= 119}
_GAP: Final = re.compile(
    rf"(?P<NewLine>\r\n|\n|\r)|(?P<LineContinuation>`(?:\r\n|\n|\r))|(?P<Comment><#.*?(?:#>|\Z)|\#[^\r\n]*)"
    rf"|(?P<Variable>\$(?:\{{[^}}]*\}}|[\w?]+))|(?P<Redirection>[1-6*]?>(?:>|&[12])?)|(?P<dash>[{DASHES}][A-Za-z]+)|(?P<Label>:[^\W\d]\w*)|(?P<word>[^\W\d]\w*)"
    rf"|(?P<symbol>\?\?=|&&|\|\||\+\+|[{DASHES}]{{2}}|\+=|[{DASHES}]=|\*=|/=|%=|\?\?|\?\.|\?\[|::|\.\.|@\(|@\{{|\$\("
    rf"|[()\[\]{{}};&|,.!*/%+=:?<]|[{DASHES}])",
    re.DOTALL,
)
_CLASSES: Final = {
    "Number": "NumberToken",
    "Parameter": "ParameterToken",
    "Variable": "VariableToken",
    "SplattedVariable": "VariableToken",
    "StringLiteral": "StringLiteralToken",
    "HereStringLiteral": "StringLiteralToken",
    "StringExpandable": "StringExpandableToken",
    "HereStringExpandable": "StringExpandableToken",
    "Generic": "StringLiteralToken",
    "Label": "LabelToken",
    "RedirectInStd": "InputRedirectionToken",
}


class Token(NetObject):
    """One token. kind_name: of its TokenKind; flags: beside those of its kind; data: what its class adds (the value,
    the name, nested tokens).
    """

    __slots__ = ("data", "flags", "kind", "kind_name", "span")

    def __init__(self, kind: str, span: Extent, flags: int = 0, data: dict[str, Any] | None = None) -> None:
        self.kind_name = kind
        self.span = span
        self.flags = flags
        self.data = data or {}
        name = _CLASSES.get(kind, "Token")
        if kind == "Redirection":
            name = "MergingRedirectionToken" if "&" in span.text else "FileRedirectionToken"
        elif kind == "Generic" and "NestedTokens" in self.data:
            name = "StringExpandableToken"
        self.kind = KINDS[name]

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return "" if self.kind_name == "EndOfInput" else self.span.text


def all_flags(token: Token) -> int:
    """The flags of the token and its kind; a keyword that is an argument or a command's name is none."""
    found = traits(token.kind_name) | token.flags
    if token.flags & TOKEN_FLAGS["CommandName"]:
        found &= ~TOKEN_FLAGS["Keyword"]
    return found


def flag_pair(node: ast.ErrorStatement, name: str, value: AstObject | None) -> Any:
    """What the Flags of a broken switch hold for one flag."""
    text = node.extent.source.text
    start = max(text.lower().find("-" + name, node.extent.start), node.extent.start)
    token = Token("Parameter", Extent(node.extent.source, start, start + 1 + len(name)), 0, {"ParameterName": name})
    return Pair(token, value)  # type: ignore[arg-type]


class _Leaves:
    """Collects the leaves of a tree."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[int, Token] = {}

    def add(self, kind: str, start: int, end: int, flags: int = 0, **data: Any) -> None:
        if end > start:
            self.found[start] = Token(kind, Extent(self.source, start, end), flags, data)

    def visit(self, node: ast.Node) -> None:
        make = getattr(self, "on_" + type(node).__name__.lower(), None)
        if make is None or make(node):
            for child in node.children():
                self.visit(child)

    def on_variable(self, node: ast.Variable) -> bool:
        start, end = node.extent.start, node.extent.end
        name = f"{node.prefix}:{node.name}" if node.prefix else node.name
        kind = "SplattedVariable" if node.splat else "Variable"
        self.add(kind, start, end, VariablePath=VariablePath(name), Name=node.name)
        return False

    def on_constant(self, node: ast.Constant) -> bool:
        self.add("Number", node.extent.start, node.extent.end, Value=node.value)
        return False

    def on_stringconstant(self, node: ast.StringConstant) -> bool:
        self.text(node, node.value)
        return False

    def on_expandablestring(self, node: ast.ExpandableString) -> bool:
        nested = _Leaves(self.source)
        for part in node.parts:
            if not isinstance(part, str):
                nested.visit(part)
        inner = [nested.found[start] for start in sorted(nested.found)]
        value = "".join(part if isinstance(part, str) else part.extent.text for part in node.parts)
        self.text(node, value, NestedTokens=inner)
        return False

    def text(self, node: ast.StringConstant | ast.ExpandableString, value: str, flags: int = 0, **data: Any) -> None:
        start, end = node.extent.start, node.extent.end
        text = node.extent.text
        if node.kind != "bare":
            kind = "StringLiteral" if text.lstrip("@")[:1] in SINGLE_QUOTES else "StringExpandable"
            self.add("Here" + kind if node.kind == "here" else kind, start, end, flags, Value=value, **data)
        elif _IDENTIFIER.fullmatch(text) and text.lower() not in _KEYWORDS:
            self.add("Identifier", start, end, flags)
        else:
            self.add("Generic", start, end, flags, Value=value, **data)

    def name(self, node: ast.Node, flags: int) -> None:
        """A word that names a member, a key or a label; other expressions are visited."""
        if isinstance(node, ast.StringConstant) and node.kind == "bare":
            self.add("Identifier", node.extent.start, node.extent.end, flags)
        else:
            self.visit(node)

    def on_typename(self, node: ast.TypeName) -> bool:
        start = node.extent.start
        self.add("Identifier", start, start + len(node.name), TOKEN_FLAGS["TypeName"])
        return True

    def on_command(self, node: ast.Command) -> bool:
        name = node.name
        if isinstance(name, ast.StringConstant) and name.kind == "bare":
            flags = TOKEN_FLAGS["CommandName"]
            keyword = _KEYWORDS.get(name.extent.text.lower())
            if keyword is not None:
                self.add(keyword, name.extent.start, name.extent.end, flags)
            else:
                self.text(name, name.value, flags)
        else:
            self.visit(name)
        for part in (*node.elements, *node.redirections):
            self.visit(part)
        if node.verbatim is not None:
            self._verbatim(node)
        return False

    def _verbatim(self, node: ast.Command) -> None:
        text = self.source.text
        start = text.find("--%", node.name.extent.start)
        if start >= 0 and node.verbatim:
            self.add("Generic", start, start + 3, Value="--%")
            begin = text.find(node.verbatim, start + 3)
            self.add("Generic", begin, begin + len(node.verbatim), Value=node.verbatim)

    def on_commandparameter(self, node: ast.CommandParameter) -> bool:
        start = node.extent.start
        end = start + 1 + len(node.name) + node.colon
        self.add("Parameter", start, end, ParameterName=node.name, UsedColon=node.colon)
        return True

    def on_member(self, node: ast.Member | ast.Invoke) -> bool:
        self.visit(node.target)
        self.name(node.name, TOKEN_FLAGS["MemberName"])
        if isinstance(node, ast.Invoke):
            for part in (*node.types, *node.arguments):
                self.visit(part)
        return False

    on_invoke = on_member

    def on_hashliteral(self, node: ast.HashLiteral) -> bool:
        for key, value in node.pairs:
            self.name(key, TOKEN_FLAGS["MemberName"])
            self.visit(value)
        return False

    def on_break(self, node: ast.Break | ast.Continue) -> bool:
        if node.label is not None:
            self.name(node.label, TOKEN_FLAGS["MemberName"])
        return False

    on_continue = on_break

    def on_attributenode(self, node: ast.AttributeNode) -> bool:
        start = node.type.extent.start
        self.add("Identifier", start, start + len(node.type.name), TOKEN_FLAGS["AttributeName"])
        for key, (name, value) in zip(node.keys, node.named, strict=False):
            self.add("Identifier", key, key + len(name), TOKEN_FLAGS["MemberName"])
            if value is not None:
                self.visit(value)
        for argument in node.positional:
            self.visit(argument)
        return False

    def on_functiondef(self, node: ast.FunctionDef) -> bool:
        text = self.source.text
        start = text.find(node.name, node.extent.start + (6 if node.is_filter else 8))
        if start >= 0:
            end = start + len(node.name)
            self.add("Identifier" if _IDENTIFIER.fullmatch(node.name) else "Generic", start, end, Value=node.name)
        return True

    def on_using(self, node: ast.Using) -> bool:
        return True


def tokens_of(script: ast.ScriptNode) -> list[Token]:
    """All tokens of the text, the end of input last."""
    source = script.extent.source
    leaves = _Leaves(source)
    leaves.visit(script)
    out: list[Token] = []
    position = 0
    for start in sorted(leaves.found):
        if start < position:
            continue
        out.extend(_gap(source, position, start))
        token = leaves.found[start]
        out.append(token)
        position = token.span.end
    out.extend(_gap(source, position, len(source.text)))
    size = len(source.text)
    out.append(Token("EndOfInput", Extent(source, size, size)))
    return out


def _gap(source: Source, start: int, end: int) -> Iterator[Token]:
    text = source.text
    while start < end:
        if text[start] in BLANKS:
            start += 1
            continue
        match = _GAP.match(text, start, end)
        if match is None:
            stop = start + 1
            yield Token("Unknown", Extent(source, start, stop))
        else:
            stop = match.end()
            yield _between(match, Extent(source, start, stop))
        start = stop


def _between(match: re.Match[str], span: Extent) -> Token:
    group, text = match.lastgroup or "", match[0]
    if group == "word":
        keyword = _KEYWORDS.get(text.lower())
        return Token(keyword or ("Identifier" if _IDENTIFIER.fullmatch(text) else "Generic"), span)
    if group == "dash":
        word = text[1:].lower()
        known = word in WORDS or kind_name(word) in TOKEN_KINDS
        return Token(kind_name(word), span) if known else Token("Parameter", span, 0, {"ParameterName": text[1:]})
    if group == "symbol":
        plain = "".join("-" if char in DASHES else char for char in text)
        return Token("MinusEquals" if plain == "-=" else SYMBOLS[plain], span)
    if group == "Variable":
        name = text.strip("${}")
        return Token(group, span, 0, {"VariablePath": VariablePath(name), "Name": name})
    return Token(group, span, 0, {"LabelText": text[1:]} if group == "Label" else None)

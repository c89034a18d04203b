"""``[Parser]::ParseInput`` and ``ParseFile``, parse errors as objects, and the older ``[PSParser]::Tokenize``."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.compile import OUTSIDE
from remora.engine.errors import error
from remora.engine.invocation import position_message
from remora.engine.nettype import NetObject
from remora.engine.parser import Parsed, parse_tolerant
from remora.engine.patient import open_text
from remora.engine.source import ParseError
from remora.engine.syntax.enums import TOKEN_FLAGS
from remora.engine.syntax.kinds import KINDS, PS_PARSE_ERROR, PS_PARSER, PS_TOKEN
from remora.engine.syntax.nodes import AstObject
from remora.engine.syntax.positions import ScriptExtent
from remora.engine.syntax.tokens import Token, all_flags, tokens_of
from remora.engine.types.reference import Reference
from remora.values.collections import GenericList, TypedArray
from remora.values.enums import EnumValue

_TYPES: Final = (
    "Unknown",
    "Command",
    "CommandParameter",
    "CommandArgument",
    "Number",
    "String",
    "Variable",
    "Member",
    "LoopLabel",
    "Attribute",
    "Type",
    "Operator",
    "GroupStart",
    "GroupEnd",
    "Keyword",
    "Comment",
    "StatementSeparator",
    "NewLine",
    "LineContinuation",
    "Position",
)
_BY_FLAG: Final = {
    "CommandName": "Command",
    "MemberName": "Member",
    "AttributeName": "Attribute",
    "TypeName": "Type",
    "Keyword": "Keyword",
}
_TYPE_OF: Final = {
    "Variable": "Variable",
    "SplattedVariable": "Variable",
    "Parameter": "CommandParameter",
    "Number": "Number",
    "Label": "LoopLabel",
    "Identifier": "CommandArgument",
    "Generic": "CommandArgument",
    "NewLine": "NewLine",
    "LineContinuation": "LineContinuation",
    "Comment": "Comment",
    "StringLiteral": "String",
    "StringExpandable": "String",
    "HereStringLiteral": "String",
    "HereStringExpandable": "String",
    "LParen": "GroupStart",
    "LCurly": "GroupStart",
    "AtParen": "GroupStart",
    "AtCurly": "GroupStart",
    "DollarParen": "GroupStart",
    "RParen": "GroupEnd",
    "RCurly": "GroupEnd",
    "Semi": "StatementSeparator",
}


class ParseErrorObject(NetObject):
    """A ParseError."""

    __slots__ = ("problem",)
    net_type = KINDS["ParseError"]

    def __init__(self, problem: ParseError) -> None:
        self.problem = problem

    def net_text(self) -> str:
        return f"{position_message(self.problem.extent)}\n{self.problem.message}"


class PSToken(NetObject):
    """A token of the older tokenizer."""

    __slots__ = ("token",)
    net_type = PS_TOKEN

    def __init__(self, token: Token) -> None:
        self.token = token


class PSParseError(NetObject):
    """An error of the older tokenizer."""

    __slots__ = ("problem",)
    net_type = PS_PARSE_ERROR

    def __init__(self, problem: ParseError) -> None:
        self.problem = problem


def error_objects(errors: tuple[ParseError, ...]) -> TypedArray:
    """Parse errors as an array of objects."""
    return TypedArray([ParseErrorObject(one) for one in errors], KINDS["ParseError"].name)


def _give(target: Any, value: Any) -> None:
    if isinstance(target, Reference):
        target.value = value


def _result(parsed: Parsed, tokens: Any, errors: Any) -> AstObject:
    from remora.engine.syntax.build import tree_of

    if isinstance(tokens, Reference):
        tokens.value = TypedArray(tokens_of(parsed.script), KINDS["Token"].name)
    _give(errors, error_objects(parsed.errors))
    tree = tree_of(parsed.script)
    tree.broken = bool(parsed.errors)
    return tree


def parse_text(text: str) -> AstObject:
    """The tree of a text, as far as it can be read."""
    return _result(parse_tolerant(text, None, outside=OUTSIDE), None, None)


def _parse_input(text: Any, *rest: Any) -> AstObject:
    file = str(rest[0]) if len(rest) == 3 and rest[0] is not None else None
    return _result(parse_tolerant(text, file, outside=OUTSIDE), *rest[-2:])


def _parse_file(name: str, tokens: Any, errors: Any) -> AstObject:
    from remora.engine.context import current

    path = current().drives.resolve(name).path
    try:
        with open_text(path) as stream:
            text = stream.read()
    except OSError:
        raise error(
            f"Could not find file '{path}'.", "FileNotFoundException", type_name="System.IO.FileNotFoundException"
        ) from None
    return _result(parse_tolerant(text, path, outside=OUTSIDE), tokens, errors)


def _tokenize(script: Any, errors: Any) -> GenericList:
    from remora.engine.convert.text import to_text

    lines = script if isinstance(script, (list, tuple)) else [script]
    parsed = parse_tolerant("\n".join(to_text(line) for line in lines))
    _give(errors, GenericList([PSParseError(one) for one in parsed.errors], PS_PARSE_ERROR.name))
    shown = [PSToken(token) for token in tokens_of(parsed.script) if token.kind_name != "EndOfInput"]
    return GenericList(shown, PS_TOKEN.name)


def _ps_type(token: Token) -> EnumValue:
    flags = all_flags(token)
    marked = next((name for flag, name in _BY_FLAG.items() if flags & TOKEN_FLAGS[flag]), None)
    name = marked or _TYPE_OF.get(token.kind_name, "Operator")
    return EnumValue(_TYPES.index(name), "System.Management.Automation.PSTokenType", name)


def _content(token: Token) -> str:
    kind = token.kind_name
    if kind in ("Variable", "SplattedVariable"):
        return token.data["VariablePath"].path  # type: ignore[no-any-return]
    if "String" in kind or (kind == "Generic" and token.data.get("Value")):
        return str(token.data["Value"])
    return token.span.text


def declare() -> None:
    """Declare the members of parsers, parse errors and old tokens."""
    p = KINDS["Parser"]
    p.static("ParseInput(string, object, object)")(_parse_input)
    p.static("ParseInput(string, string, object, object)")(_parse_input)
    p.static("ParseFile(string, object, object)")(_parse_file)
    e = KINDS["ParseError"]
    e.property("Extent")(lambda x: ScriptExtent(x.problem.extent))
    e.property("ErrorId", "System.String")(lambda x: x.problem.id)
    e.property("Message", "System.String")(lambda x: x.problem.message)
    e.property("IncompleteInput", "System.Boolean")(lambda x: x.problem.incomplete)
    e.method("ToString()", returns="string")(lambda x: x.net_text())
    KINDS["CodeGeneration"].static("EscapeSingleQuotedStringContent(string)", returns="string")(
        lambda text: (text or "").replace("'", "''")
    )
    KINDS["CodeGeneration"].static("EscapeFormatStringContent(string)", returns="string")(
        lambda text: (text or "").replace("{", "{{").replace("}", "}}")
    )
    PS_PARSER.static("Tokenize(object, object)")(_tokenize)
    t = PS_TOKEN
    t.property("Content", "System.String")(lambda x: _content(x.token))
    t.property("Type")(lambda x: _ps_type(x.token))
    t.property("Start", "System.Int32")(lambda x: x.token.span.start)
    t.property("Length", "System.Int32")(lambda x: x.token.span.end - x.token.span.start)
    t.property("StartLine", "System.Int32")(lambda x: x.token.span.start_line)
    t.property("StartColumn", "System.Int32")(lambda x: x.token.span.start_column)
    t.property("EndLine", "System.Int32")(lambda x: x.token.span.end_line)
    t.property("EndColumn", "System.Int32")(lambda x: x.token.span.end_column)
    q = PS_PARSE_ERROR
    q.property("Message", "System.String")(lambda x: x.problem.message)
    q.property("Token")(lambda x: PSToken(Token("Unknown", x.problem.extent)))

"""The enumerations of System.Management.Automation.Language: token kinds and their traits, and the smaller ones."""

from __future__ import annotations

from functools import cache
from typing import Final

from remora.engine.nettype import NetType
from remora.engine.types.registry import ENUM
from remora.values.enums import EnumValue


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_L: Final = "System.Management.Automation.Language."
_FIRST_KEYWORD: Final = 119
_KINDS: Final = _words(
    """
    Unknown Variable SplattedVariable Parameter Number Label Identifier Generic NewLine LineContinuation Comment
    EndOfInput StringLiteral StringExpandable HereStringLiteral HereStringExpandable LParen RParen LCurly RCurly
    LBracket RBracket AtParen AtCurly DollarParen Semi AndAnd OrOr Ampersand Pipe Comma MinusMinus PlusPlus DotDot
    ColonColon Dot Exclaim Multiply Divide Rem Plus Minus Equals PlusEquals MinusEquals MultiplyEquals DivideEquals
    RemainderEquals Redirection RedirectInStd Format Not Bnot And Or Xor Band Bor Bxor Join Ieq Ine Ige Igt Ilt Ile
    Ilike Inotlike Imatch Inotmatch Ireplace Icontains Inotcontains Iin Inotin Isplit Ceq Cne Cge Cgt Clt Cle Clike
    Cnotlike Cmatch Cnotmatch Creplace Ccontains Cnotcontains Cin Cnotin Csplit Is IsNot As PostfixPlusPlus
    PostfixMinusMinus Shl Shr Colon QuestionMark QuestionQuestionEquals QuestionQuestion QuestionDot
    QuestionLBracket
    """
)
_KEYWORDS: Final = _words(
    """
    Begin Break Catch Class Continue Data Define Do Dynamicparam Else ElseIf End Exit Filter Finally For Foreach
    From Function If In Param Process Return Switch Throw Trap Try Until Using Var While Workflow Parallel Sequence
    InlineScript Configuration DynamicKeyword Public Private Static Interface Enum Namespace Module Type Assembly
    Command Hidden Base Default Clean
    """
)
TOKEN_KINDS: Final[dict[str, int]] = {
    **{name: number for number, name in enumerate(_KINDS)},
    **{name: number for number, name in enumerate(_KEYWORDS, _FIRST_KEYWORD)},
}
TOKEN_FLAGS: Final[dict[str, int]] = {
    "None": 0,
    "BinaryPrecedenceLogical": 1,
    "BinaryPrecedenceBitwise": 2,
    "BinaryPrecedenceComparison": 5,
    "BinaryPrecedenceCoalesce": 7,
    "BinaryPrecedenceAdd": 9,
    "BinaryPrecedenceMultiply": 10,
    "BinaryPrecedenceFormat": 12,
    "BinaryPrecedenceRange": 13,
    "BinaryPrecedenceMask": 15,
    "Keyword": 0x10,
    "ScriptBlockBlockName": 0x20,
    "BinaryOperator": 0x100,
    "UnaryOperator": 0x200,
    "CaseSensitiveOperator": 0x400,
    "TernaryOperator": 0x800,
    "SpecialOperator": 0x1000,
    "AssignmentOperator": 0x2000,
    "ParseModeInvariant": 0x8000,
    "TokenInError": 0x10000,
    "DisallowedInRestrictedMode": 0x20000,
    "PrefixOrPostfixOperator": 0x40000,
    "CommandName": 0x80000,
    "MemberName": 0x100000,
    "TypeName": 0x200000,
    "AttributeName": 0x400000,
    "CanConstantFold": 0x800000,
    "StatementDoesntSupportAttributes": 0x1000000,
}
KIND: Final = NetType(_L + "TokenKind", ENUM, enum=TOKEN_KINDS)
FLAGS: Final = NetType(_L + "TokenFlags", ENUM, enum=TOKEN_FLAGS, flags=True)
STRING_TYPE: Final = NetType(
    _L + "StringConstantType",
    ENUM,
    enum={
        "SingleQuoted": 0,
        "SingleQuotedHereString": 1,
        "DoubleQuoted": 2,
        "DoubleQuotedHereString": 3,
        "BareWord": 4,
    },
)
STREAM: Final = NetType(
    _L + "RedirectionStream",
    ENUM,
    enum={"All": 0, "Output": 1, "Error": 2, "Warning": 3, "Verbose": 4, "Debug": 5, "Information": 6},
)
SWITCH_FLAGS: Final = NetType(
    _L + "SwitchFlags",
    ENUM,
    enum={"None": 0, "File": 1, "Regex": 2, "Wildcard": 4, "Exact": 8, "CaseSensitive": 16, "Parallel": 32},
    flags=True,
)
FOREACH_FLAGS: Final = NetType(_L + "ForEachFlags", ENUM, enum={"None": 0, "Parallel": 1}, flags=True)
USING_KIND: Final = NetType(
    _L + "UsingStatementKind",
    ENUM,
    enum={"Assembly": 0, "Command": 1, "Module": 2, "Namespace": 3, "Type": 4},
)
VISIT: Final = NetType(_L + "AstVisitAction", ENUM, enum={"Continue": 0, "SkipChildren": 1, "StopVisit": 2})
ENUMS: Final = (KIND, FLAGS, STRING_TYPE, STREAM, SWITCH_FLAGS, FOREACH_FLAGS, USING_KIND, VISIT)


@cache
def value(net: NetType, name: str) -> EnumValue:
    """The value of that name."""
    assert net.enum is not None
    return EnumValue(net.enum[name], type_names=net.names, name=name)


def combined(net: NetType, number: int) -> EnumValue:
    """The value of several flags."""
    names: list[str] = []
    rest = number
    for name, bits in sorted((net.enum or {}).items(), key=lambda pair: pair[1], reverse=True):
        if bits and rest & bits == bits:
            names.insert(0, name)
            rest -= bits
    return EnumValue(number, type_names=net.names, name=", ".join(names) or "None")


_BINARY: Final = _words(
    "Multiply Divide Rem Plus Minus Format And Or Xor Band Bor Bxor Join DotDot Is IsNot As Shl Shr QuestionQuestion"
)
_PRECEDENCE: Final = {
    **dict.fromkeys(("And", "Or", "Xor"), 1),
    **dict.fromkeys(("Band", "Bor", "Bxor"), 2),
    "QuestionQuestion": 7,
    **dict.fromkeys(("Plus", "Minus"), 9),
    **dict.fromkeys(("Multiply", "Divide", "Rem"), 10),
    "Format": 12,
    "DotDot": 13,
}
_UNARY: Final = _words(
    "Comma MinusMinus PlusPlus Exclaim Plus Minus Not Bnot Join Isplit Csplit PostfixPlusPlus PostfixMinusMinus"
)
_FOLDED: Final = _words(
    """
    Exclaim Multiply Divide Rem Plus Minus Not Bnot And Or Xor Band Bor Bxor Shl Shr
    """
)
_RESTRICTED: Final = _words(
    """
    MinusMinus PlusPlus DotDot ColonColon Dot Redirection RedirectInStd Format Join Imatch Inotmatch Ireplace Isplit
    Cmatch Cnotmatch Creplace Csplit As PostfixPlusPlus PostfixMinusMinus Colon QuestionMark QuestionDot
    """
)
_INVARIANT: Final = _words(
    """
    NewLine LineContinuation Comment EndOfInput StringLiteral StringExpandable HereStringLiteral
    HereStringExpandable LParen RParen LCurly RCurly RBracket AtParen AtCurly DollarParen Semi AndAnd OrOr Ampersand
    Pipe Comma RedirectInStd
    """
)
_SPECIAL: Final = ["Ampersand", "Pipe", "ColonColon", "Dot", "Colon", "QuestionDot"]
_NO_ATTRIBUTES: Final = _words(
    """
    Break Continue Data Define Do Exit Filter For Foreach From Function If Return Switch Throw Trap Try Using Var
    While Workflow Parallel Sequence InlineScript
    """
)
_BLOCK_NAMES: Final = ["Begin", "Dynamicparam", "End", "Process", "Clean"]


@cache
def traits(kind: str) -> int:
    """The flags every token of the kind has."""
    bits = TOKEN_FLAGS
    comparison = kind[0] in "IC" and kind[1:2].islower() and 60 <= TOKEN_KINDS[kind] <= 91
    found = 0
    if TOKEN_KINDS[kind] >= _FIRST_KEYWORD:
        found |= bits["Keyword"]
    if kind in _BINARY or comparison:
        found |= bits["BinaryOperator"] | _PRECEDENCE.get(kind, 5)
    if comparison and kind[0] == "C":
        found |= bits["CaseSensitiveOperator"]
    if kind == "Equals" or (kind.endswith("Equals") and kind != "Equals"):
        found |= bits["AssignmentOperator"]
    if kind == "QuestionMark":
        found |= bits["TernaryOperator"]
    for names, flag in (
        (_UNARY, "UnaryOperator"),
        (_FOLDED, "CanConstantFold"),
        (_RESTRICTED, "DisallowedInRestrictedMode"),
        (_INVARIANT, "ParseModeInvariant"),
        (_SPECIAL, "SpecialOperator"),
        (_NO_ATTRIBUTES, "StatementDoesntSupportAttributes"),
        (_BLOCK_NAMES, "ScriptBlockBlockName"),
        (("MinusMinus", "PlusPlus", "PostfixPlusPlus", "PostfixMinusMinus"), "PrefixOrPostfixOperator"),
    ):
        if kind in names:
            found |= bits[flag]
    return found

"""Token kinds of operators."""

from __future__ import annotations

from typing import Final

from remora.engine.syntax import enums
from remora.values.enums import EnumValue

SYMBOLS: Final[dict[str, str]] = {
    "(": "LParen",
    ")": "RParen",
    "{": "LCurly",
    "}": "RCurly",
    "[": "LBracket",
    "]": "RBracket",
    "@(": "AtParen",
    "@{": "AtCurly",
    "$(": "DollarParen",
    ";": "Semi",
    "&&": "AndAnd",
    "||": "OrOr",
    "&": "Ampersand",
    "|": "Pipe",
    ",": "Comma",
    "--": "MinusMinus",
    "++": "PlusPlus",
    "..": "DotDot",
    "::": "ColonColon",
    ".": "Dot",
    "!": "Exclaim",
    "*": "Multiply",
    "/": "Divide",
    "%": "Rem",
    "+": "Plus",
    "-": "Minus",
    "=": "Equals",
    "+=": "PlusEquals",
    "-=": "MinusEquals",
    "*=": "MultiplyEquals",
    "/=": "DivideEquals",
    "%=": "RemainderEquals",
    ":": "Colon",
    "?": "QuestionMark",
    "??": "QuestionQuestion",
    "??=": "QuestionQuestionEquals",
    "?.": "QuestionDot",
    "?[": "QuestionLBracket",
    "<": "RedirectInStd",
}
WORDS: Final[dict[str, str]] = {
    "f": "Format",
    "isnot": "IsNot",
    **{
        word: word.capitalize()
        for word in ("not", "bnot", "and", "or", "xor", "band", "bor", "bxor", "join", "is", "as", "shl", "shr")
    },
}


def kind_name(op: str) -> str:
    """The name of an operator's kind. op: its canonical form, without the dash of words."""
    found = SYMBOLS.get(op) or WORDS.get(op)
    if found is not None:
        return found
    if "C" + op[1:] in enums.TOKEN_KINDS and op[0] == "c" and "I" + op[1:] in enums.TOKEN_KINDS:
        return "C" + op[1:]
    if "I" + op[1:] in enums.TOKEN_KINDS and op[0] == "i" and op != "in":
        return "I" + op[1:]
    return "I" + op


def kind_of(op: str) -> EnumValue:
    """The TokenKind of an operator."""
    return enums.value(enums.KIND, kind_name(op))

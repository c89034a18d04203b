"""The integer language of ``set /a``: 32-bit numbers, C's operators, assignments, several expressions with commas."""

from __future__ import annotations

import re
from collections.abc import Callable

from remora.engine.cmd.environment import CmdEnvironment

_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_$#@][\w$#@.]*)|(<<=|>>=|<<|>>|[-+*/%&^|]=|[-+*/%&^|~!()=,]))"
)
_LEVELS = (("|",), ("^",), ("&",), ("<<", ">>"), ("+", "-"), ("*", "/", "%"))
_ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>="})
_MAX_LENGTH = 8192
_MAX_DEPTH = 100


def evaluate(text: str, environment: CmdEnvironment) -> int:
    """Value of the last expression, variables assigned. Raises ValueError with cmd's message, ZeroDivisionError."""
    tokens: list[str] = []
    at = 0
    text = text.rstrip()
    if len(text) > _MAX_LENGTH:
        raise ValueError("Missing operator.")
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError("Missing operator.")
        tokens.append(match[0].strip())
        at = match.end()
    return _Evaluator(tokens, environment).run()


class _Evaluator:
    def __init__(self, tokens: list[str], environment: CmdEnvironment) -> None:
        self._tokens, self._environment = tokens, environment
        self._at = self._depth = 0

    def run(self) -> int:
        value = self._assignment()
        while self._take(","):
            value = self._assignment()
        if self._at < len(self._tokens):
            raise ValueError("Missing operator." if self._peek() != ")" else "Unbalanced parenthesis.")
        return value

    def _peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index] if index < len(self._tokens) else ""

    def _take(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _assignment(self) -> int:
        name, operator = self._peek(), self._peek(1)
        if not name or operator not in _ASSIGNMENTS or not (name[0].isalpha() or name[0] in "_$#@"):
            return self._binary(0)
        self._at += 2
        value = self._assignment()
        if operator != "=":
            value = _apply(operator[:-1], self._variable(name), value)
        self._environment.set(name, str(value))
        return value

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _LEVELS[level]:
            operator = self._peek()
            self._at += 1
            left = _apply(operator, left, self._binary(level + 1))
        return left

    def _unary(self) -> int:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError("Unbalanced parenthesis.")
        try:
            if self._take("("):
                value = self._assignment()
                while self._take(","):
                    value = self._assignment()
                if not self._take(")"):
                    raise ValueError("Unbalanced parenthesis.")
                return value
            token = self._peek()
            self._at += 1
            if token in _UNARY:
                return _wrap(_UNARY[token](self._unary()))
            if not token or not (token[0].isalnum() or token[0] in "_$#@"):
                raise ValueError("Missing operand.")
            return _constant(token) if token[0].isdigit() else self._variable(token)
        finally:
            self._depth -= 1

    def _variable(self, name: str) -> int:
        value = (self._environment.get(name) or "0").strip()
        sign = -1 if value.startswith("-") else 1
        match = re.match(r"0[xX][0-9a-fA-F]+|\d+", value.lstrip("+-"))
        return sign * _constant(match[0]) if match else 0


_UNARY: dict[str, Callable[[int], int]] = {
    "-": lambda value: -value,
    "+": lambda value: value,
    "~": lambda value: ~value,
    "!": lambda value: int(not value),
}


def _constant(text: str) -> int:
    try:
        value = int(text, 16) if text[:2].lower() == "0x" else int(text, 8 if text[0] == "0" and len(text) > 1 else 10)
    except ValueError:
        raise ValueError(
            "Invalid number.  Numeric constants are either decimal (17),\r\nhexadecimal (0x11), or octal (021)."
        ) from None
    if value > 0xFFFFFFFF or (text[:2].lower() != "0x" and value > 0x7FFFFFFF):
        raise ValueError("Invalid number.  Numbers are limited to 32-bits of precision.")
    return _wrap(value)


def _apply(operator: str, left: int, right: int) -> int:
    if operator in "/%":
        if right == 0:
            raise ZeroDivisionError
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return _wrap(quotient if operator == "/" else left - quotient * right)
    if operator == "<<":
        return _wrap(left << right) if 0 <= right < 32 else 0
    if operator == ">>":
        return left >> min(max(right, 0), 31)
    return _wrap(
        {
            "+": left + right,
            "-": left - right,
            "*": left * right,
            "&": left & right,
            "|": left | right,
            "^": left ^ right,
        }[operator]
    )


def _wrap(value: int) -> int:
    return (value + 0x80000000) % 0x100000000 - 0x80000000

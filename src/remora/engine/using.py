"""``$using:`` across a session: the values of the caller's variables travel beside the script that names them.

On the wire they are one parameter of the script, named ``--%``: a dictionary from the expression (``$using:name`` in
lower case, UTF-16, base64) to its value.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from remora.engine.errors import error
from remora.engine.scopes import Scope
from remora.engine.scriptblock import ScriptBlock

PARAMETER: Final = "--%"
_PREFIX: Final = "$using:"


def using_values(session: Any, block: ScriptBlock) -> dict[str, Any]:
    """Values of the ``$using:`` variables of a block by name. Raises PSError for one that is not set."""
    values: dict[str, Any] = {}
    for name in block.code.using_variables():
        cell = session.find_cell(name)
        if cell is None:
            raise error(
                f"The value of the using variable '$using:{name}' cannot be retrieved because it has not been set "
                "in the local session.",
                "UsingVariableIsUndefined",
                "InvalidOperation",
                name,
            )
        values[name] = cell.value
    return values


def to_parameter(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dictionary that travels."""
    return {_encoded(f"{_PREFIX}{name}".lower()): value for name, value in values.items()}


def from_parameters(parameters: Sequence[tuple[str | None, Any]]) -> dict[str, Any]:
    """Return the values by name from a script's parameters; keys that name no variable are passed over."""
    values: dict[str, Any] = {}
    for name, given in parameters:
        if name == PARAMETER and hasattr(given, "items"):
            for key, value in given.items():
                if (variable := _variable(key)) is not None:
                    values[variable] = value
    return values


def _variable(key: object) -> str | None:
    try:
        text = binascii.a2b_base64(str(key), strict_mode=True).decode("utf-16-le")
    except (binascii.Error, ValueError):
        return None
    return text[len(_PREFIX) :] if text.lower().startswith(_PREFIX) else None


@contextmanager
def visible(scope: Scope, values: Mapping[str, Any]) -> Iterator[None]:
    """Let ``$using:name`` be read in a scope for as long as the script runs."""
    for name, value in values.items():
        scope.put(f"using:{name}", value)
    try:
        yield
    finally:
        for name in values:
            scope.remove(f"using:{name.lower()}")


def _encoded(text: str) -> str:
    return binascii.b2a_base64(text.encode("utf-16-le"), newline=False).decode("ascii")

"""-Attributes of Get-ChildItem: ``!Directory+Hidden,ReadOnly`` and the switches that stand for parts of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.types.typeref import require
from remora.modules.common import as_list

DIRECTORY, HIDDEN, READ_ONLY, SYSTEM = 16, 2, 1, 4
_SHORT = {"d": DIRECTORY, "h": HIDDEN, "r": READ_ONLY, "s": SYSTEM}
_EVERY: dict[str, int] = dict(require("System.IO.FileAttributes").net.enum or {})

Test = Callable[[int], bool]


def attribute_test(expression: Any) -> tuple[Test, bool]:
    """A test of attribute bits, and whether the expression names Hidden: ``,`` is or, ``+`` and, ``!`` not.

    Raises PSError for names that are no attributes.
    """
    text = ",".join(to_text(part) for part in as_list(expression))
    groups: list[list[tuple[int, bool]]] = []
    names_hidden = False
    for alternative in text.split(","):
        terms: list[tuple[int, bool]] = []
        for word in alternative.split("+"):
            name = word.strip()
            bit = _bit(name.lstrip("!").strip(), text)
            names_hidden = names_hidden or bit == HIDDEN
            terms.append((bit, not name.startswith("!")))
        groups.append(terms)
    return (lambda bits: any(all(bool(bits & bit) is on for bit, on in terms) for terms in groups)), names_hidden


def _bit(name: str, whole: str) -> int:
    folded = name.lower()
    if folded in _SHORT:
        return _SHORT[folded]
    for known, bit in _EVERY.items():
        if known.lower() == folded:
            return bit
    found = [bit for known, bit in _EVERY.items() if folded and known.lower().startswith(folded)]
    if len(found) == 1:
        return found[0]
    raise error(
        f"Cannot bind parameter 'Attributes'. Cannot convert value \"{whole}\" to type \"FlagsExpression\". The "
        f"identifier name {name} cannot be processed due to the inability to match or to choose among the attributes.",
        "CannotConvertArgumentNoMessage", "InvalidArgument", whole,
        type_name="System.Management.Automation.ParameterBindingException",
    )  # fmt: skip

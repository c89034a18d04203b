"""Options of Create and Command: an option that must be complied with has to be known and well-formed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from remora.wsman import uris
from remora.wsman.faults import make_fault
from remora.wsman.headers import OptionSet

_BOOLEANS: Final = frozenset({"true", "false", "1", "0"})
_CREATE: Final = (uris.OPTION_NO_PROFILE, uris.OPTION_CODEPAGE)
_COMMAND: Final = (uris.OPTION_CONSOLE_STDIN, uris.OPTION_SKIP_CMD_SHELL)


def check_unknown_options(options: OptionSet, known: Iterable[str]) -> None:
    """Raise WSMAN_OPTIONS_NOT_SUPPORTED for an option with MustComply that is not known.

    Options that begin with ``PS_`` are the plug-in's own to refuse.
    """
    names = frozenset(known)
    for option in options:
        if option.must_comply and option.name not in names and not option.name.startswith("PS_"):
            raise make_fault(0x80338051, f"The option {option.name[:80]} is not known to this resource. ")


def check_cmd_create(options: OptionSet) -> None:
    """Check the options of a cmd shell's Create. Raises the faults of w:InvalidOptions."""
    check_unknown_options(options, _CREATE)
    _check_boolean(options, uris.OPTION_NO_PROFILE)
    codepage = options.get(uris.OPTION_CODEPAGE)
    if codepage is not None and not (codepage.strip().isascii() and codepage.strip().isdigit()):
        raise make_fault(0x80338053, "The value of WINRS_CODEPAGE is not a number. ")


def check_cmd_command(options: OptionSet) -> None:
    """Check the options of a cmd shell's Command. Raises the faults of w:InvalidOptions."""
    check_unknown_options(options, _COMMAND)
    for name in _COMMAND:
        _check_boolean(options, name)


def _check_boolean(options: OptionSet, name: str) -> None:
    value = options.get(name)
    if value is not None and value.strip().lower() not in _BOOLEANS:
        raise make_fault(0x80338053, f"The value of {name} is neither TRUE nor FALSE. ")

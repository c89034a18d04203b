"""Errors of definitions that only their making shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.parser.messages import MESSAGES
from remora.engine.source import ParseError

if TYPE_CHECKING:
    from remora.engine.errors import PSError
    from remora.engine.source import Extent


def definition_error(id: str, extent: Extent, *args: object) -> PSError:
    """A parse error raised at run time, as types are made then."""
    from remora.engine.compile import parse_failure

    return parse_failure(ParseError(id, MESSAGES[id].format(*args), extent))

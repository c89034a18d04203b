"""What many targets write, as it comes: the items of a stream with the computer they are from."""

from __future__ import annotations

from typing import Any, NamedTuple


class FleetItem(NamedTuple):
    """A StreamItem with its computer.

    stream: a name of STREAMS, or ``end`` once for each target, whose value is an InvokeResult with state, exit code and
    failure and without output.
    """

    computer_name: str
    stream: str
    value: Any

"""Between engine values and the closed set that CLIXML encodes."""

from __future__ import annotations

from remora.engine.wire.decode import from_wire, remoting_error_from_wire
from remora.engine.wire.encode import to_wire

__all__ = ["from_wire", "remoting_error_from_wire", "to_wire"]

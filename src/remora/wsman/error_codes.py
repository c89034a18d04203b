"""What the numbers of WinRM's errors mean, and what to change: the rows of the reference, by number and by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from remora.wsman import error_code_rows, error_code_rows_service

_ROW: Final = re.compile(r"0x([0-9A-F]{8}) ([A-Z_]+)\n +(\S.*)\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error. number: unsigned 32 bits. constant: its name in wsmerror.h without ``ERROR_``."""

    number: int
    constant: str
    message: str

    @property
    def signed(self) -> int:
        """The number as an HRESULT is printed."""
        return self.number - (1 << 32) if self.number >= 1 << 31 else self.number


@cache
def error_codes() -> Mapping[int, ErrorCode]:
    """Return the rows of the reference by number; read when they are first asked for."""
    found = _ROW.finditer(error_code_rows.ROWS + error_code_rows_service.ROWS)
    rows = (ErrorCode(int(match[1], 16), match[2], match[3]) for match in found)
    return MappingProxyType({row.number: row for row in rows})

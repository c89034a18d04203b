"""Get-Error."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import ErrorRecord, NetException
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names, unwrap
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.values import PSObject

_RECORD = "System.Management.Automation.ErrorRecord"
_EXCEPTION = "System.Exception"
_MARK = "#PSExtendedError"


@cmdlet("Get-Error", aliases=("gerr",), default_set="Newest", output_type=(_RECORD + _MARK, _EXCEPTION + _MARK))
class GetErrorCommand(Cmdlet):
    """The newest errors of the session, or one that is given, shown with everything in them."""

    input_object = Parameter(
        "psobject",
        sets={"Error": {"position": 0, "pipeline": True}},
        default=NOTHING,
        validate=(ValidateNotNullOrEmpty(),),
    )
    newest = Parameter("int", sets=("Newest",), aliases=("Last",), default=1, validate=(ValidateRange(1, 2147483647),))

    def process(self) -> None:
        if self.input_object is NOTHING:
            found: list[Any] = list(self.session.errors[: self.newest])
        else:
            given = self.input_object
            found = [given] if isinstance(unwrap(given), ErrorRecord | NetException) else []
        for index, record in enumerate(found):
            self.emit(_extended(record, index if len(found) > 1 else None))


def _extended(record: Any, index: int | None) -> PSObject:
    """The error under the type names that have the full view."""
    names = list(type_names(record))
    for plain in (_RECORD, _EXCEPTION):
        if plain in names:
            names.remove(plain)
            names.insert(0, plain + _MARK)
    made = PSObject(names, base=unwrap(record))
    if index is not None:
        made.extended["PSErrorIndex"] = index
    return made


CMDLETS = (GetErrorCommand,)

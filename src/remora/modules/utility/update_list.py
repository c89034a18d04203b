"""Update-List."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.format.access import ABSENT, find
from remora.engine.members.calls import invoke_member
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.values import Hashtable

_MISSING = "You must specify the {} parameter when the {} parameter is specified."
_GIVEN = (ValidateNotNullOrEmpty(),)
_SET, _REPLACE = "AddRemoveSet", "ReplaceSet"


@cmdlet("Update-List", default_set=_SET, output_type=("System.Object",))
class UpdateList(Cmdlet):
    """Adds items to a property that holds a list, takes items out of it, or replaces them all."""

    add = Parameter("object[]", sets=(_SET,), validate=_GIVEN)
    remove = Parameter("object[]", sets=(_SET,), validate=_GIVEN)
    replace = Parameter("object[]", sets={_REPLACE: {"mandatory": True}}, validate=_GIVEN)
    input_object = Parameter("psobject", pipeline=True, default=NOTHING, validate=_GIVEN)
    property = Parameter("string", position=0, validate=_GIVEN)

    def process(self) -> None:
        if self.property is None:
            if self.input_object is not NOTHING:
                raise self.throw(_refused("MissingPropertyParameter", _MISSING.format("Property", "InputObject")))
            self.emit(self._description())
            return
        if self.input_object is NOTHING:
            raise self.throw(_refused("MissingInputObjectParameter", _MISSING.format("InputObject", "Property")))
        held = find(self.input_object, self.property)
        if held is ABSENT:
            text = f"The property '{self.property}' cannot be found on this object"
            self.runtime.write_error(_refused("MemberDoesntExist", text, self.input_object).record)
            return
        try:
            self._change(held)
        except PSError as problem:
            self.runtime.write_error(_refused("ApplyFailed", problem.record.exception.message).record)
            return
        self.emit(self.input_object)

    def _description(self) -> Hashtable:
        """What is to be done, for a parameter that takes it."""
        given = (("Add", self.add), ("Remove", self.remove), ("Replace", self.replace))
        return Hashtable({name: list(items) for name, items in given if items})

    def _change(self, held: Any) -> None:
        """A list is changed itself, through the methods any script would call."""
        target = unwrap(held)
        if not isinstance(target, list):
            raise _refused("ApplyFailed", "The value of the property is not a list.")
        if self.replace is not None:
            invoke_member(target, "Clear", [])
        for item in self.remove or ():
            invoke_member(target, "Remove", [item])
        for item in (self.replace if self.replace is not None else self.add) or ():
            invoke_member(target, "Add", [item])


def _refused(error_id: str, message: str, target: Any = None) -> PSError:
    return error(message, error_id, "InvalidOperation", target, type_name="System.InvalidOperationException")


CMDLETS = (UpdateList,)

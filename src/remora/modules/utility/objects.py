"""New-Object, New-Guid, New-TemporaryFile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.modules.common import as_list
from remora.values import PSObject

_PLAIN = frozenset(
    {"psobject", "pscustomobject", "object", "system.object", "management.automation.psobject",
     "system.management.automation.psobject", "system.management.automation.pscustomobject"}
)  # fmt: skip


@cmdlet("New-Object", default_set="Net", output_type=("System.Object",))
class NewObject(Cmdlet):
    """Makes an object of a .NET type."""

    type_name = Parameter("string", sets={"Net": {"mandatory": True, "position": 0}})
    argument_list = Parameter("object[]", sets={"Net": {"position": 1}}, aliases=("Args",), default=())
    com_object = Parameter("string", sets={"Com": {"mandatory": True, "position": 0}})
    property = Parameter("object")
    strict = Parameter("switch", sets=("Com",))

    def begin(self) -> None:
        if self.com_object is not None:
            raise self.runtime.not_supported("New-Object -ComObject")
        made = self._make()
        if isinstance(self.property, Mapping):
            made = self._with_properties(made)
        self.emit(made)

    def _make(self) -> Any:
        from remora.engine.members.calls import construct
        from remora.engine.types.typeref import type_from_text

        if self.type_name.strip("[]").lower() in _PLAIN and not self.argument_list:
            return PSObject.custom({})
        target = type_from_text(self.type_name)
        if target is None:
            raise self.throw(
                error(
                    f"Cannot find type [{self.type_name}]: verify that the assembly containing this type is loaded.",
                    "TypeNotFound",
                    "InvalidType",
                    type_name="System.Management.Automation.PSArgumentException",
                )
            )
        try:
            return construct(target, as_list(self.argument_list))
        except PSError as problem:
            raise self.throw(self._wrapped(problem)) from problem

    def _wrapped(self, problem: PSError) -> PSError:
        inner = problem.record.exception
        kind = problem.record.error_id
        wrong = kind == "MethodCountCouldNotFindBest"
        return error(
            inner.message,
            "CannotFindAppropriateCtor" if wrong else "ConstructorInvokedThrowException",
            "InvalidOperation" if not wrong else "ObjectNotFound",
            type_name="System.Management.Automation.MethodInvocationException"
            if not wrong
            else "System.Management.Automation.PSArgumentException",
            inner=inner,
        )

    def _with_properties(self, made: Any) -> Any:
        if isinstance(made, PSObject):
            for key, value in self.property.items():
                made.extended[to_text(key)] = value
            return made
        from remora.engine.members.properties import set_member

        for key, value in self.property.items():
            set_member(made, to_text(key), value)
        return made


@cmdlet("New-Guid", default_set="Default", output_type=("System.Guid",))
class NewGuid(Cmdlet):
    """Makes a new GUID."""

    empty = Parameter("switch", sets=("Empty",))
    input_object = Parameter("string", sets={"InputObject": {"position": 0, "pipeline": True}})

    def process(self) -> None:
        if self.empty:
            self.emit(UUID(int=0))
        elif self.input_object is not None:
            try:
                self.emit(UUID(self.input_object))
            except ValueError:
                self.fail(
                    "Unrecognized Guid format.", "StringNotRecognizedAsGuid", "InvalidArgument", self.input_object,
                    type_name="System.FormatException",
                )  # fmt: skip
        else:
            self.emit(uuid4())


@cmdlet("New-TemporaryFile", output_type=("System.IO.FileInfo",), should_process=True, confirm_impact="Low")
class NewTemporaryFile(Cmdlet):
    """Makes an empty file in the temporary directory."""

    def end(self) -> None:
        from remora.engine.types.files import file_info

        if not self.should_process(tempfile.gettempdir(), "Create File"):
            return
        descriptor, path = tempfile.mkstemp(prefix="tmp", suffix=".tmp")
        os.close(descriptor)
        self.emit(file_info(path))


CMDLETS = (NewGuid, NewObject, NewTemporaryFile)

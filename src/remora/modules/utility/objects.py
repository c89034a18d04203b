"""New-Object, New-Guid, New-TemporaryFile."""

from __future__ import annotations

import os
import tempfile
from typing import Any
from uuid import UUID, uuid4

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.members.calls import construct, invoke_member
from remora.engine.members.properties import set_member
from remora.engine.nettype import Method
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import type_from_text
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
    property = Parameter("System.Collections.IDictionary")

    def begin(self) -> None:
        made = self._make()
        if self.property is not None:
            made = self._with_properties(made)
        self.emit(made)

    def _make(self) -> Any:
        if self.type_name.strip("[]").lower() in _PLAIN and not self.argument_list:
            return PSObject.custom({})
        target = type_from_text(self.type_name)
        if target is None:
            raise self.throw(
                error(
                    f"Cannot find type [{self.type_name}]: verify that the assembly containing this type is loaded. "
                    "(Parameter 'TypeName')",
                    "TypeNotFound",
                    "InvalidType",
                    type_name="System.Management.Automation.PSArgumentException",
                )
            )
        if self.runtime.frame.context.mode.limited:
            from remora.engine.language.checks import is_core, type_refused

            if not is_core(target):
                raise self.throw(type_refused())
        try:
            return construct(target, as_list(self.argument_list))
        except PSError as problem:
            raise self.throw(self._wrapped(problem)) from problem

    def _wrapped(self, problem: PSError) -> PSError:
        inner = problem.record.exception
        if problem.record.error_id == "MethodCountCouldNotFindBest" and not self.argument_list:
            return error(
                "A constructor was not found. Cannot find an appropriate constructor for type "
                f"{self.type_name}. (Parameter 'TypeName')",
                "CannotFindAppropriateCtor",
                "ObjectNotFound",
                type_name="System.Management.Automation.PSArgumentException",
            )
        bad_call = inner.kind.name == "System.Management.Automation.MethodException"
        return error(
            inner.message,
            "ConstructorInvokedThrowException",
            "InvalidOperation",
            type_name=inner.kind.name if bad_call else "System.Management.Automation.MethodInvocationException",
            inner=inner,
        )

    def _with_properties(self, made: Any) -> Any:
        """Give the new object what -Property says: values of properties, or the argument of a method."""
        for key, value in unwrap(self.property).items():
            name = to_text(key)
            if isinstance(made, PSObject):
                made.extended[name] = value
                continue
            node = type_of(made).find(name.lower())
            try:
                if isinstance(node, Method):
                    invoke_member(made, name, [value])
                else:
                    set_member(made, name, value)
            except PSError as problem:
                raise self.throw(self._not_set(name, node, problem)) from problem
        return made

    def _not_set(self, name: str, node: Any, problem: PSError) -> PSError:
        if node is None:
            return error(
                f'The member "{name}" was not found for the specified .NET object.',
                "InvalidOperationException",
                "InvalidOperation",
                type_name="System.InvalidOperationException",
            )
        return error(
            "The value supplied is not valid, or the property is read-only. Change the value, and then try again.",
            "SetValueException",
            "InvalidData",
            type_name="System.Exception",
            inner=problem.record.exception,
        )


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

"""ForEach-Object with a member's name: the value of a property or key, or what a method returns."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.convert.text import to_text
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.format.access import ABSENT, find
from remora.engine.language.guard import guard
from remora.engine.members.calls import invoke_member
from remora.engine.members.methodvalue import MethodValue
from remora.engine.members.properties import get_member
from remora.engine.nettype import Method
from remora.engine.types.registry import type_of, unwrap
from remora.engine.wildcard import has_wildcard
from remora.modules.common import matcher, names
from remora.values.tables import Hashtable

_BINDING = "System.Management.Automation.PSArgumentException"


class MemberAccess:
    """Takes the member of each object for one command. arguments: of a method; None: a property comes first."""

    def __init__(self, command: Cmdlet, name: str, arguments: list[Any] | None) -> None:
        self._command = command
        self._name = name
        self._arguments = arguments or None
        self._test = matcher([name]) if has_wildcard(name) else None
        runtime, scope = command.runtime, command.session.scope
        low = to_text(scope.get("confirmpreference", "High")).lower() == "low"
        self._asks = bool(runtime.what_if or runtime.confirm or low or scope.get("whatifpreference", False))

    def __call__(self, value: Any) -> None:
        if value is None:
            self._of_null()
        elif self._arguments is not None:
            if (name := self._resolved(value, called=True)) is not None:
                self._method(value, name, self._arguments)
        else:
            self._plain(value)

    def _allowed(self, value: Any, action: str) -> bool:
        return not self._asks or self._command.should_process(f"InputObject: {to_text(value)}", action)

    def _wrong(self, message: str, id: str, value: Any, category: str = "InvalidArgument") -> None:
        self._command.write_error(error(message, id, category, value, type_name=_BINDING).record)

    def _of_null(self) -> None:
        if self._arguments is not None:
            self._wrong("You cannot call a method on a null-valued expression.", "InvokeMethodOnNull", None)
        elif self._allowed(None, f"Retrieve the value for property '{self._name}'"):
            if self._command.runtime.is_strict(2):
                self._wrong("Cannot operate on a 'null' input object.", "InputObjectIsNull", None)
            else:
                self._command.emit(None)

    def _plain(self, value: Any) -> None:
        inner = unwrap(value)
        if isinstance(inner, Hashtable | dict) and self._test is None and self._name in inner:
            if self._allowed(value, f"Retrieve the value for key '{self._name}'"):
                self._command.emit_all(inner[self._name])
            return
        name = self._resolved(value)
        if name is None:
            return
        found = find(value, name)
        if found is not ABSENT and not isinstance(found, MethodValue):
            if self._allowed(value, f"Retrieve the value for property '{name}'"):
                self._command.emit_all(get_member(value, name))
            return
        self._method(value, name, [])

    def _resolved(self, value: Any, *, called: bool = False) -> str | None:
        """The one member the name means, a method when it is called; an ambiguous one is reported."""
        if self._test is None:
            return self._name
        own = [one.name for one in type_of(unwrap(value)).all_members().values() if not called or type(one) is Method]
        found = [known for known in dict.fromkeys(own if called else [*names(value), *own]) if self._test(known)]
        if len(found) > 1:
            listed = "".join(f" {name}" for name in found)
            self._wrong(
                f'Input name "{self._name}" is ambiguous. It can be resolved to multiple matched '
                f"{'methods' if called else 'members'}. Possible matches include:{listed}.",
                "AmbiguousMethodName" if called else "AmbiguousPropertyOrMethodName",
                value,
            )
            return None
        return found[0] if found else self._name

    def _method(self, value: Any, name: str, arguments: list[Any]) -> None:
        shown = f"Invoke method '{name}'"
        if arguments:
            shown += f" with arguments: {', '.join(to_text(argument) for argument in arguments)}"
        if not self._allowed(value, shown):
            return
        guard(value)
        try:
            self._command.emit_all(invoke_member(value, name, arguments))
        except PSError as problem:
            self._failed(value, name, problem, called=bool(arguments))

    def _failed(self, value: Any, name: str, problem: PSError, *, called: bool) -> None:
        if problem.record.error_id == "MethodCountCouldNotFindBest" and not called:
            self._command.emit(get_member(value, name))
        elif problem.record.error_id != "MethodNotFound":
            record = ErrorRecord(problem.record.exception, "MethodInvocationError", "InvalidOperation", value)
            self._command.write_error(record)
        elif called:
            self._wrong(f'Input name "{name}" cannot be resolved to a method.', "MethodNotFound", value)
        elif self._command.runtime.is_strict(2):
            self._wrong(f'The input name "{name}" cannot be resolved to a member.', "PropertyOrMethodNotFound", value)
        else:
            self._command.emit(None)

"""Frame: the state that closures of one running block share. CallInfo: what belongs to one call of a function or
script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remora.engine.code import ScriptCode
    from remora.engine.context import EngineContext
    from remora.engine.invocation import InvocationInfo
    from remora.engine.pipes import Pipes, Sinks
    from remora.engine.scopes import Scope


class CallInfo:
    """One call: ``$args $input $PSBoundParameters $MyInvocation $PSCmdlet`` and the source it runs. given: the values
    that the table of bound parameters is made of when somebody asks for it. section: the named block that runs.
    """

    __slots__ = (
        "_bound",
        "args",
        "cmdlet",
        "code",
        "failed",
        "given",
        "input",
        "invocation",
        "name",
        "pipes",
        "section",
    )

    def __init__(self, name: str, code: ScriptCode | None, invocation: InvocationInfo) -> None:
        self.name = name
        self.code = code
        self.invocation = invocation
        self.args: list[Any] = []
        self._bound: Any = None
        self.given: dict[str, Any] | None = None
        self.input: Any = None
        self.cmdlet: Any = None
        self.failed = False
        self.pipes: Pipes | None = None
        self.section = ""

    @property
    def bound(self) -> Any:
        """$PSBoundParameters."""
        if self._bound is None and self.given is not None:
            from remora.engine.pipeline.parameters import BoundTable

            self._bound = BoundTable(self.given)
        return self._bound

    @bound.setter
    def bound(self, table: Any) -> None:
        self._bound = table


class Frame:
    """scope: where variables live. emit: one object to the current output. sinks: the other streams."""

    __slots__ = ("context", "emit", "scope", "sinks")

    def __init__(self, context: EngineContext, scope: Scope, emit: Callable[[Any], None], sinks: Sinks) -> None:
        self.context = context
        self.scope = scope
        self.emit = emit
        self.sinks = sinks

    def call(self) -> CallInfo | None:
        """The nearest call outward."""
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.call is not None:
                return scope.call
            scope = scope.parent
        return None

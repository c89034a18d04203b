"""PSPropertyExpression: what -Property parameters take, a name, a pattern or a script block."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.exception_types import NetException
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register

_C = "Microsoft.PowerShell.Commands."


class PropertyExpression(NetObject):
    """PSPropertyExpression. resolved: the name is meant as it is written."""

    __slots__ = ("resolved", "source")
    net_type = NetType(_C + "PSPropertyExpression", OBJECT)

    def __init__(self, source: Any, resolved: bool = False) -> None:
        plain = unwrap(source)
        self.resolved = resolved
        self.source: str | ScriptBlock = plain if isinstance(plain, ScriptBlock) else to_text(source)
        if not self.source:
            raise error(
                "Value cannot be null. (Parameter 's')",
                type_name="System.Management.Automation.PSArgumentNullException",
            )

    def net_text(self) -> str:
        return self.source.text if isinstance(self.source, ScriptBlock) else self.source

    @property
    def has_wildcard(self) -> bool:
        """It is a pattern."""
        from remora.engine.wildcard import has_wildcard

        return isinstance(self.source, str) and not self.resolved and has_wildcard(self.source)

    def names(self, target: Any) -> list[PropertyExpression]:
        """Itself, or one for each property that the pattern means."""
        return [self if one.name is None else PropertyExpression(one.name, True) for one in self._specs(target)]

    def values(self, target: Any) -> list[ExpressionResult]:
        """What the object has for each of them."""
        from remora.engine.format.access import ABSENT

        found: list[ExpressionResult] = []
        for one in self._specs(target):
            resolved = self if one.name is None else PropertyExpression(one.name, True)
            try:
                value = one.evaluate(target)
            except PSError as problem:
                found.append(ExpressionResult(None, resolved, problem.record.exception))
                continue
            if value is not ABSENT:
                found.append(ExpressionResult(None if value is NOTHING else value, resolved, None))
        return found

    def _specs(self, target: Any) -> list[Any]:
        from remora.engine.format.generate import evaluate_block
        from remora.engine.format.shaping import named, parse_property

        if self.resolved:
            return [named(str(self.source))]
        return parse_property(self.source, evaluate_block).expand(target)


class ExpressionResult(NetObject):
    """PSPropertyExpressionResult."""

    __slots__ = ("expression", "problem", "value")
    net_type = NetType(_C + "PSPropertyExpressionResult", OBJECT)

    def __init__(self, value: Any, expression: PropertyExpression, problem: NetException | None) -> None:
        self.value = value
        self.expression = expression
        self.problem = problem


def register_types() -> None:
    """The types by name."""
    p, r = PropertyExpression.net_type, ExpressionResult.net_type
    p.constructor("(string)", "(scriptblock)", "(string, bool)")(PropertyExpression)
    p.property("Script", "System.Management.Automation.ScriptBlock")(
        lambda x: x.source if isinstance(x.source, ScriptBlock) else None
    )
    p.property("HasWildCardCharacters", "System.Boolean")(lambda x: x.has_wildcard)
    p.method("ResolveNames(psobject)", "ResolveNames(psobject, bool)")(lambda x, target, expand=True: x.names(target))
    p.method("GetValues(psobject)", "GetValues(psobject, bool, bool)")(
        lambda x, target, expand=True, eat=True: x.values(target)
    )
    r.property("Result")(lambda x: x.value)
    r.property("ResolvedExpression", p.name)(lambda x: x.expression)
    r.property("Exception", "System.Exception")(lambda x: x.problem)
    register(p, r)

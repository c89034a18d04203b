"""Enums that scripts define."""

from __future__ import annotations

from typing import Any, Final

from remora.engine import ast
from remora.engine.classes.problems import definition_error
from remora.engine.compile.core import single_expression
from remora.engine.convert.conversion import try_convert
from remora.engine.convert.numbers import INTEGERS
from remora.engine.nettype import NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, find_type, resolve

_OPERATORS: Final = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "bor": lambda a, b: a | b,
    "band": lambda a, b: a & b,
    "bxor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << (b & 63),
    "shr": lambda a, b: a >> (b & 63),
}
_MAX_SHIFT: Final = 1 << 64


def enum_shell(definition: ast.TypeDefinition) -> TypeRef:
    """The type without its labels."""
    underlying = "System.Int32"
    if definition.bases:
        name = definition.bases[0]
        found = resolve(name)
        if found is None or found.name not in INTEGERS:
            raise definition_error("InvalidUnderlyingType", name.extent, name.full())
        underlying = found.name
    flags = any(one.type.name.lower() in _FLAGS for one in definition.attributes)
    net = NetType(definition.name, r.ENUM, is_value_type=True, enum={}, flags=flags, underlying=underlying)
    net.scripted = definition
    net.type_ref = TypeRef(net.name, net)
    r.register_enum(net)
    return net.type_ref  # type: ignore[no-any-return]


_FLAGS: Final = ("flags", "flagsattribute", "system.flags", "system.flagsattribute")


def define_enum(definition: ast.TypeDefinition) -> None:
    """Give the type its labels."""
    _Values(definition, []).fill()


class _Values:
    """The labels of one enum; those it refers to are filled first. busy: the enums being filled."""

    def __init__(self, definition: ast.TypeDefinition, busy: list[ast.TypeDefinition]) -> None:
        self.definition = definition
        self.kind: TypeRef = definition.binding.type
        self.busy = busy

    def fill(self) -> None:
        """Fill the table of the type, unless it is full."""
        table: dict[str, int] = {}
        known = self.kind.net.enum
        nodes = self.definition.properties()
        if known or not nodes:
            return
        if self.definition in self.busy:
            raise definition_error("CycleInEnumInitializers", self.definition.extent)
        self.busy.append(self.definition)
        cls, low, high = INTEGERS[self.kind.net.underlying]
        value = -1
        folded: set[str] = set()
        for node in nodes:
            if node.name.lower() in folded:
                raise definition_error("MemberAlreadyDefined", node.extent, node.name)
            folded.add(node.name.lower())
            value = value + 1 if node.initial is None else self._value(node.initial)
            if not low <= value <= high:
                where = node.extent if node.initial is None else node.initial.extent
                raise definition_error("EnumeratorValueOutOfBounds", where, cls.__name__)
            table[node.name] = value
        self.kind.net.enum = table

    def _value(self, node: ast.Expr) -> int:
        value = self._constant(node)
        target = find_type("long") if self.kind.net.underlying != "System.UInt64" else find_type("ulong")
        assert target is not None
        ok, number = try_convert(value, target)
        if not ok:
            if isinstance(value, (int, float)):
                raise definition_error("EnumeratorValueOutOfBounds", node.extent, self.kind.net.underlying)
            raise definition_error("CannotConvertValue", node.extent, self.kind.net.underlying)
        return int(number)

    def _constant(self, node: ast.Expr) -> Any:
        if isinstance(node, (ast.Constant, ast.StringConstant)):
            return node.value
        if isinstance(node, ast.Paren) and (inner := single_expression(node.pipeline)) is not None:
            return self._constant(inner)
        if isinstance(node, ast.Unary) and node.op in ("-", "+", "bnot"):
            return self._unary(node)
        if isinstance(node, ast.Binary) and node.op in _OPERATORS:
            left, right = self._number(node.left), self._number(node.right)
            if abs(left) > _MAX_SHIFT or abs(right) > _MAX_SHIFT:
                raise definition_error("EnumeratorValueOutOfBounds", node.extent, self.kind.net.underlying)
            return _OPERATORS[node.op](left, right)
        if isinstance(node, ast.Member) and node.static and isinstance(node.target, ast.TypeLiteral):
            return self._static(node, node.target.type)
        if isinstance(node, ast.Cast):
            return self._cast(node)
        raise definition_error("EnumeratorValueMustBeConstant", node.extent)

    def _unary(self, node: ast.Unary) -> int:
        number = self._number(node.operand)
        return {"-": -number, "+": number, "bnot": ~number}[node.op]

    def _number(self, node: ast.Expr) -> int:
        value = self._constant(node)
        ok, number = try_convert(value, _LONG)
        if not ok:
            raise definition_error("CannotConvertValue", node.extent, self.kind.net.underlying)
        return int(number)

    def _cast(self, node: ast.Cast) -> Any:
        target = resolve(node.type)
        ok, value = try_convert(self._constant(node.operand), target) if target is not None else (False, None)
        if not ok:
            raise definition_error("EnumeratorValueMustBeConstant", node.extent)
        return value

    def _static(self, node: ast.Member, name: ast.TypeName) -> Any:
        from remora.engine.members import get_static

        found = resolve(name)
        if found is None:
            raise definition_error("TypeNotFound", name.extent, name.full())
        if found is self.kind:
            raise definition_error("CycleInEnumInitializers", self.definition.extent)
        if isinstance(found.net.scripted, ast.TypeDefinition):
            _Values(found.net.scripted, self.busy).fill()
        label = node.name.value if isinstance(node.name, ast.StringConstant) else ""
        value = get_static(found, label)
        if value is None or (found.net.enum is None and not isinstance(value, int)):
            raise definition_error("EnumeratorValueMustBeConstant", node.extent)
        return value


_LONG = TypeRef("System.Int64", r.INT64)

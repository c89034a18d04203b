"""Making types of class definitions, when the script block that has them begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remora.engine import ast
from remora.engine.classes.enums import define_enum, enum_shell
from remora.engine.classes.instance import copied
from remora.engine.classes.interfaces import check_interfaces
from remora.engine.classes.members import ClassMethod, ClassOverload, ClassProperty
from remora.engine.classes.methods import Body
from remora.engine.classes.problems import definition_error
from remora.engine.classes.properties import declare_property
from remora.engine.classes.scriptclass import ScriptClass
from remora.engine.frame import Frame
from remora.engine.nettype import OBJECT, Method, NetType, Overload
from remora.engine.scopes import Scope
from remora.engine.types.typeref import VOID, TypeRef, find_type, resolve
from remora.engine.types.visible import SHADOWED


def define_types(f: Frame, local: ast.LocalTypes) -> None:
    """Make the types of a script block, unless they are made, and let the scope know them."""
    made = [one for one in local.definitions if one.binding.type is None]
    if made:
        _make(made, f.scope.script_scope())
    scope = f.scope
    if scope.types is None:
        scope.types = {}
    for definition in local.definitions:
        folded = definition.name.lower()
        scope.types[folded] = definition.binding.type
        SHADOWED.add(folded)


def _make(definitions: Sequence[ast.TypeDefinition], home: Scope) -> None:
    try:
        for definition in definitions:
            _shell(definition, home)
        for definition in definitions:
            if definition.kind == "enum":
                define_enum(definition)
        for definition in definitions:
            if definition.kind == "class":
                _members(definition)
    except BaseException:
        for definition in definitions:
            definition.binding.type = None
        raise


def _shell(definition: ast.TypeDefinition, home: Scope) -> None:
    """The type with its bases and without members."""
    if definition.kind == "enum":
        definition.binding.type = enum_shell(definition)
        return
    base_ref, interfaces = _bases(definition)
    base = base_ref.net
    names = tuple(dict.fromkeys(name for one in interfaces for name in (one.name, *one.net.interfaces)))
    net = NetType(definition.name, base, interfaces=names)
    native = base.scripted.native if isinstance(base.scripted, ScriptClass) else base_ref
    net.scripted = ScriptClass(definition, net, home, native)
    net.type_ref = definition.binding.type = TypeRef(net.name, net)


def _bases(definition: ast.TypeDefinition) -> tuple[TypeRef, list[TypeRef]]:
    base = TypeRef(OBJECT.name, OBJECT)
    interfaces: list[TypeRef] = []
    for index, name in enumerate(definition.bases):
        extent = name.extent
        if name.ranks:
            raise definition_error("SubtypeArray", extent, name.full())
        found = resolve(name)
        if found is None:
            raise definition_error("TypeNotFound", extent, name.full())
        if found.is_definition:
            raise definition_error("SubtypeUnclosedGeneric", extent, name.full())
        if found.net.form == "interface":
            interfaces.append(found)
            continue
        if index > 0:
            raise definition_error("InterfaceNameExpected", extent, name.full())
        if found.net.is_value_type or found.net.form in ("enum", "static", "delegate") or found.name in _SEALED:
            raise definition_error("SealedBaseClass", extent, found.name)
        base = found
    return base, interfaces


_SEALED = frozenset(
    ("System.String", "System.Array", "System.Version", "System.Uri", "System.Text.StringBuilder", "System.DBNull",
     "System.Management.Automation.PSCredential", "System.Security.SecureString")
)  # fmt: skip


# -- members -----------------------------------------------------------------------------------------------------------


def _members(definition: ast.TypeDefinition) -> None:
    kind: TypeRef = definition.binding.type
    scripted: ScriptClass = kind.net.scripted
    net = kind.net
    seen: set[str] = set()
    for node in definition.properties():
        folded = node.name.lower()
        if folded in seen:
            raise definition_error("MemberAlreadyDefined", node.extent, node.name)
        seen.add(folded)
        prop = declare_property(scripted, node, _declared(node.types))
        (scripted.static_properties if node.static else scripted.instance_properties).append((prop, node))
    for method in definition.methods():
        if method.name.lower() == net.name.lower():
            _constructor(scripted, method)
        else:
            _method(scripted, method)
    if not net.constructors:
        _default_constructor(scripted)
    if scripted.base is None:
        clone = net.members["memberwiseclone"] = ClassMethod("MemberwiseClone", returns=OBJECT.name, hidden=True)
        clone.overloads.append(Overload((), copied))
    net.settable_bag = any(not one.parameters for one in net.constructors)
    _inherit_overloads(net)
    check_interfaces(definition, net)
    net.load = scripted.initialize_statics


def _declared(types: Sequence[ast.TypeName]) -> TypeRef | None:
    if not types:
        return None
    found = resolve(types[-1])
    if found is None:
        raise definition_error("TypeNotFound", types[-1].extent, types[-1].full())
    return found


def _parameter_types(node: ast.MethodMember) -> tuple[TypeRef, ...]:
    anything = find_type("object")
    assert anything is not None
    return tuple(_declared(one.types) or anything for one in node.parameters)


def _signature_taken(overloads: Sequence[Any], types: tuple[TypeRef, ...]) -> bool:
    return any(isinstance(one, ClassOverload) and one.types == types for one in overloads)


def _constructor(scripted: ScriptClass, node: ast.MethodMember) -> None:
    types = _parameter_types(node)
    if node.static:
        if types:
            raise definition_error("StaticConstructorCantHaveParameters", node.extent)
        scripted.static_constructor = Body(node, (), scripted.home)
        return
    if _signature_taken(scripted.net.constructors, types):
        raise definition_error("MemberAlreadyDefined", node.extent, node.name)
    if node.base is None:
        _need_default_base(scripted, node)
    scripted.net.constructors.append(scripted.constructor(node, types))


def _default_constructor(scripted: ScriptClass) -> None:
    _need_default_base(scripted, scripted.definition)
    scripted.net.constructors.append(scripted.constructor(None, ()))


def _need_default_base(scripted: ScriptClass, node: ast.Node) -> None:
    base = scripted.net.base
    if base is None:
        return
    definition = base.scripted.definition if base.scripted is not None else None
    if definition is not None:
        own = [one for one in definition.methods() if one.name.lower() == base.name.lower() and not one.static]
        lacking = bool(own) and all(one.parameters for one in own)
    else:
        lacking = bool(base.constructors) and all(one.parameters for one in base.constructors)
    if lacking:
        raise definition_error("BaseClassNoDefaultCtor", node.extent, base.name)


def _method(scripted: ScriptClass, node: ast.MethodMember) -> None:
    types = _parameter_types(node)
    returns = _declared(node.types)
    if returns is not None and returns.net is VOID:
        returns = None
    table = scripted.net.statics if node.static else scripted.net.members
    folded = node.name.lower()
    method = table.get(folded)
    if isinstance(method, ClassProperty):
        raise definition_error("MemberAlreadyDefined", node.extent, node.name)
    if not isinstance(method, ClassMethod):
        label = returns.name if returns is not None else "void"
        method = table[folded] = ClassMethod(node.name, returns=label, hidden=node.hidden, static=node.static)
    if _signature_taken(method.overloads, types):
        raise definition_error("MemberAlreadyDefined", node.extent, node.name)
    method.overloads.append(_overload(scripted, node, types, returns))


def _overload(
    scripted: ScriptClass, node: ast.MethodMember, types: tuple[TypeRef, ...], returns: TypeRef | None
) -> ClassOverload:
    from remora.engine.convert.conversion import converter_of
    from remora.engine.nothing import NOTHING

    body = Body(node, types, scripted.home)

    def call(this: Any, *arguments: Any) -> Any:
        value = body.activation(this, arguments).statements()
        return NOTHING if returns is None else converter_of(returns)(value)

    def call_static(*arguments: Any) -> Any:
        return call(NOTHING, *arguments)

    return ClassOverload(types, call_static if node.static else call, scripted.net, node, returns)


def _inherit_overloads(net: NetType) -> None:
    """A method of the same name hides those of the base with the same parameters only."""
    base = net.base
    if base is None:
        return
    for folded, method in net.members.items():
        inherited = base.find(folded)
        if isinstance(method, ClassMethod) and isinstance(inherited, Method):
            own = {tuple(name.lower() for name in one.parameters) for one in method.overloads}
            method.overloads.extend(
                one for one in inherited.overloads if tuple(name.lower() for name in one.parameters) not in own
            )


__all__ = ["define_types"]

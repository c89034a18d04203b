"""Members of types as values: System.Type."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.assemblies import assembly_of
from remora.engine.types.collections import failure
from remora.engine.types.memberviews import declare_lookups
from remora.engine.types.typeref import (
    NULLABLE,
    RUNTIME_TYPE,
    TypeRef,
    array_of,
    construct_type,
    find_type,
    require,
    type_from_text,
    type_ref,
)
from remora.values.collections import TypedArray

_NEVER: Final = (
    "IsByRefLike", "IsGenericParameter", "IsGenericTypeParameter", "IsGenericMethodParameter", "IsSecuritySafeCritical",
    "IsSecurityTransparent", "IsImport", "IsSpecialName", "IsNestedAssembly", "IsNestedFamANDAssem", "IsNestedFamily",
    "IsNestedFamORAssem", "IsNestedPrivate", "IsExplicitLayout", "IsAutoClass", "IsUnicodeClass", "IsContextful",
    "IsSignatureType",
)  # fmt: skip
"""What no type that scripts reach is."""
_PRIMITIVES: Final = frozenset(
    "System." + name
    for name in (
        "Boolean",
        "Byte",
        "SByte",
        "Int16",
        "UInt16",
        "Int32",
        "UInt32",
        "Int64",
        "UInt64",
        "IntPtr",
        "UIntPtr",
        "Char",
        "Double",
        "Single",
    )
)
_CODES: Final = {
    "System." + name: name
    for name in (
        "Boolean", "Char", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double",
        "Decimal", "DateTime", "String",
    )
}  # fmt: skip


def _flags() -> None:
    t = RUNTIME_TYPE
    tests: dict[str, Any] = {
        "IsArray": lambda k: k.element is not None,
        "IsValueType": _is_value_type,
        "IsEnum": lambda k: k.net.enum is not None,
        "IsClass": lambda k: not _is_value_type(k) and k.net.form != "interface",
        "IsInterface": lambda k: k.net.form == "interface",
        "IsAbstract": lambda k: k.net.form in ("interface", "abstract", "static"),
        "IsSealed": lambda k: _is_value_type(k) or k.net.form in ("static", "delegate") or k.element is not None
        or k.name == "System.String",
        "IsGenericType": lambda k: bool(k.arguments) or k.is_definition,
        "IsGenericTypeDefinition": lambda k: k.is_definition,
        "IsConstructedGenericType": lambda k: bool(k.arguments),
        "ContainsGenericParameters": lambda k: k.is_definition,
        "IsPrimitive": lambda k: k.name in _PRIMITIVES,
        "IsPublic": lambda k: "+" not in k.name,
        "IsNotPublic": lambda k: False,
        "IsVisible": lambda k: True,
        "IsNested": lambda k: "+" in k.name,
        "IsNestedPublic": lambda k: "+" in k.name,
        "IsByRef": lambda k: False,
        "IsPointer": lambda k: False,
        "IsCOMObject": lambda k: False,
        "IsSZArray": lambda k: k.element is not None and k.rank == 1,
        "IsSerializable": lambda k: k.net.enum is not None,
        "IsCollectible": lambda k: k.net.scripted is not None,
        "IsTypeDefinition": lambda k: k.element is None and (not k.arguments or k.is_definition),
        "IsVariableBoundArray": lambda k: k.element is not None and k.rank > 1,
        "IsSecurityCritical": lambda k: True,
        "IsAnsiClass": lambda k: True,
        "IsLayoutSequential": lambda k: k.net.is_value_type and k.net.enum is None,
        "IsAutoLayout": lambda k: not k.net.is_value_type or k.net.enum is not None,
        "IsMarshalByRef": lambda k: k.net.is_a("System.MarshalByRefObject"),
        "HasElementType": lambda k: k.element is not None,
    }  # fmt: skip
    for name, test in tests.items():
        t.property(name, "System.Boolean")(test)
    for name in _NEVER:
        t.property(name, "System.Boolean")(lambda k: False)


def _is_value_type(kind: TypeRef) -> bool:
    return kind.net.is_value_type or kind.net.enum is not None


def _names() -> None:
    t = RUNTIME_TYPE
    t.property("Name", "System.String")(lambda k: k.short_name)
    t.property("FullName", "System.String")(lambda k: k.name)
    t.property("Namespace", "System.String")(lambda k: k.name.partition("[")[0].rpartition(".")[0] or None)
    t.property("BaseType", "System.Type")(_base)
    t.property("AssemblyQualifiedName", "System.String")(lambda k: f"{k.name}, {assembly_of(k.name)}")
    t.property("Assembly", "System.Reflection.Assembly")(_assembly)
    t.property("UnderlyingSystemType", "System.Type")(lambda k: k)
    t.property("DeclaringType", "System.Type")(
        lambda k: find_type(k.name.rpartition("+")[0]) if "+" in k.name else None
    )
    t.property("ReflectedType", "System.Type")(lambda k: None)
    t.property("MemberType")(lambda k: "NestedType" if "+" in k.name else "TypeInfo")
    t.property("GenericTypeArguments", "System.Type[]")(lambda k: _types(k.arguments))
    t.property("GenericTypeParameters", "System.Type[]", hidden=True)(lambda k: _types(()))
    t.property("ImplementedInterfaces", "System.Type[]", hidden=True)(_interfaces)
    t.method("ToString()", returns="string")(lambda k: k.display)
    t.method("GetTypeInfo()")(lambda k: k)
    t.method("GetElementType()", returns="type")(lambda k: k.element)
    t.method("GetArrayRank()", returns="int")(_rank)
    t.method("GetGenericArguments()", returns="type[]")(lambda k: _types(k.arguments))
    t.method("GetGenericTypeDefinition()", returns="type")(_definition)
    t.method("MakeGenericType(*type typeArguments)", returns="type")(_construct)
    t.method("MakeArrayType()", "MakeArrayType(int rank)", returns="type")(lambda k, rank=1: array_of(k, rank))
    t.method("GetInterfaces()", returns="type[]")(_interfaces)
    t.method("GetInterface(string name)", "GetInterface(string name, bool ignoreCase)", returns="type")(_interface)
    t.method("IsAssignableFrom(type c)", returns="bool")(lambda k, other: other is not None and _assignable(other, k))
    t.method("IsAssignableTo(type targetType)", returns="bool")(
        lambda k, other: other is not None and _assignable(k, other)
    )
    t.method("IsInstanceOfType(object o)", returns="bool")(_is_instance)
    t.method("IsSubclassOf(type c)", returns="bool")(lambda k, other: k.name != other.name and k.net.is_a(other.name))
    t.method("IsEquivalentTo(type other)", "Equals(type o)", returns="bool")(lambda k, other: k == other)
    t.method("GetCustomAttributes(bool inherit)", "GetCustomAttributes(type attributeType, bool inherit)")(_attributes)
    s = RUNTIME_TYPE.base or t
    s.static("GetType(string typeName)", "GetType(string typeName, bool throwOnError)",
             "GetType(string typeName, bool throwOnError, bool ignoreCase)", returns="type")(_get_type)  # fmt: skip
    s.static("GetTypeCode(type type)")(type_code)
    s.static_property("EmptyTypes", "System.Type[]")(lambda: _types(()))


def _base(kind: TypeRef) -> TypeRef | None:
    if kind.element is not None:
        return type_ref(r.ARRAY)
    if kind.net.base is None or kind.net.form == "interface":
        return None
    if kind.net.is_value_type and kind.net.base is OBJECT:
        return type_ref(r.VALUE_TYPE)
    return type_ref(kind.net.base)


def _attributes(kind: TypeRef, *given: Any) -> TypedArray:
    from remora.engine.types.cmdlets import attributes_of

    return attributes_of(kind, *given)


def _assembly(kind: TypeRef) -> Any:
    from remora.engine.types.assemblyobjects import Assembly

    return Assembly(assembly_of(kind.name))


def _types(kinds: Any) -> TypedArray:
    return TypedArray(kinds, "System.Type")


def _rank(kind: TypeRef) -> int:
    if kind.element is None:
        raise failure("Must be an array type.", "System.ArgumentException")
    return kind.rank


def _definition(kind: TypeRef) -> TypeRef:
    if kind.is_definition:
        return kind
    if kind.net.definition is None:
        raise failure("This operation is only valid on generic types.", "System.InvalidOperationException")
    return type_ref(kind.net.definition)


def _construct(kind: TypeRef, *arguments: TypeRef) -> TypeRef:
    made = construct_type(kind.net, arguments) if kind.is_definition else None
    if made is None:
        raise failure(
            f"{kind.display} is not a GenericTypeDefinition. MakeGenericType may only be called on a type for which "
            "Type.IsGenericTypeDefinition is true."
            if not kind.is_definition
            else "The number of generic arguments provided doesn't equal the arity of the generic type definition.",
            "System.ArgumentException" if kind.is_definition else "System.InvalidOperationException",
        )
    return made


def _interface_names(kind: TypeRef) -> list[str]:
    out: list[str] = []
    node: NetType | None = kind.net
    while node is not None:
        out.extend(name for name in node.interfaces if name not in out)
        node = node.base
    return out


def _interfaces(kind: TypeRef) -> TypedArray:
    return _types([found for name in _interface_names(kind) if (found := find_type(name)) is not None])


def _interface(kind: TypeRef, name: str, ignore_case: bool = False) -> TypeRef | None:
    for one in _interfaces(kind):
        for label in (one.name, one.short_name):
            if label == name or (ignore_case and label.lower() == name.lower()):
                return one  # type: ignore[no-any-return]
    return None


def _assignable(source: TypeRef, target: TypeRef | None) -> bool:
    if target is None:
        return False
    if target.net.definition is NULLABLE:
        return source == target or source == target.arguments[0]
    if source.element is not None and target.element is not None:
        plain = _is_value_type(source.element) or _is_value_type(target.element)
        return source == target or (not plain and _assignable(source.element, target.element))
    return target.name == "System.Object" or source == target or source.net.is_a(target.name)


def _is_instance(kind: TypeRef, value: Any) -> bool:
    inner = r.unwrap(value)
    return inner is not None and _assignable(type_ref(r.type_of(inner)), kind)


def _get_type(name: str, throw: bool = False, ignore_case: bool = False) -> TypeRef | None:
    found = type_from_text(name) if "." in name or "[" in name else None
    if found is None and throw:
        raise failure(f"Could not load type '{name}' from assembly.", "System.TypeLoadException")
    return found


def type_code(kind: TypeRef | None) -> Any:
    """The TypeCode of a type."""
    if kind is None:
        label = "Empty"
    else:
        name = kind.net.underlying if kind.net.enum is not None else kind.name
        label = _CODES.get(name, "Object")
    return convert(label, require("System.TypeCode"))


_flags()
_names()
declare_lookups(RUNTIME_TYPE)

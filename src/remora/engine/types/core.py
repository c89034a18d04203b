"""Members of the basic types: String, Char, numbers, Boolean, arrays, Type, Guid, Version, Uri; conversion class
Convert.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import RUNTIME_TYPE, VOID, TypeRef, register, require, type_ref
from remora.values.collections import TypedArray

_S = r.STRING


def argument_error(message: str, type_name: str = "System.ArgumentException") -> Exception:
    """An exception a method throws."""
    return error(message, "ArgumentException", type_name=type_name)


def try_parse(out: Any, parse: Any, text: Any, fallback: Any) -> bool:
    """TryParse: the parsed value into a [ref], or the fallback."""
    from remora.engine.errors import PSError

    try:
        out.value = parse(text)
        return True
    except PSError:
        out.value = fallback
        return False


def _type_members() -> None:
    t = RUNTIME_TYPE
    t.property("Name", "System.String")(_type_name)
    t.property("FullName", "System.String")(lambda k: k.name)
    t.property("Namespace", "System.String")(lambda k: k.name.partition("[[")[0].rpartition(".")[0])
    t.property("BaseType")(lambda k: type_ref(k.net.base) if k.net.base is not None else None)
    t.property("IsArray", "System.Boolean")(lambda k: k.element is not None)
    t.property("IsValueType", "System.Boolean")(lambda k: k.net.is_value_type or k.net.enum is not None)
    t.property("IsEnum", "System.Boolean")(lambda k: k.net.enum is not None)
    t.property("IsClass", "System.Boolean")(lambda k: not k.net.is_value_type)
    t.property("IsGenericType", "System.Boolean")(lambda k: bool(k.arguments))
    t.property("IsPrimitive", "System.Boolean")(
        lambda k: k.net.is_value_type and k.name.startswith("System.") and k.name.count(".") == 1
    )
    t.property("AssemblyQualifiedName", "System.String")(lambda k: f"{k.name}, System.Private.CoreLib")
    t.property("UnderlyingSystemType")(lambda k: k)
    t.method("GetElementType()")(lambda k: k.element)
    t.method("IsAssignableFrom(type)", returns="bool")(lambda k, other: other.net.is_a(k.name))
    t.method("IsInstanceOfType(object)", returns="bool")(lambda k, value: r.type_of(r.unwrap(value)).is_a(k.name))
    t.method("IsSubclassOf(type)", returns="bool")(lambda k, other: k.name != other.name and k.net.is_a(other.name))
    t.method("GetEnumNames()", returns="string[]")(lambda k: TypedArray(k.net.enum or {}, "System.String"))
    t.static("GetType(string)")(_get_type)
    enum = r.ENUM
    enum.static("GetNames(type)", returns="string[]")(lambda k: TypedArray(k.net.enum or {}, "System.String"))
    enum.static("GetValues(type)")(_enum_values)
    enum.static("Parse(type, string)", "Parse(type, string, bool)")(lambda k, text, _=True: convert_value(text, k))
    enum.static("GetUnderlyingType(type)")(lambda k: require(k.net.underlying))
    enum.static("IsDefined(type, object)", returns="bool")(
        lambda k, v: v in (k.net.enum or {}) if isinstance(v, str) else v in (k.net.enum or {}).values()
    )
    enum.property("value__", "System.Int32", hidden=True, wire=False)(int)
    enum.method("HasFlag(object)", returns="bool")(lambda v, flag: int(v) & int(flag) == int(flag))


def _type_name(kind: TypeRef) -> str:
    return kind.short_name


def _get_type(name: str) -> Any:
    from remora.engine.types.typeref import type_from_text

    return type_from_text(name)


def convert_value(value: Any, kind: TypeRef) -> Any:
    """Convert to a type."""
    from remora.engine.convert.conversion import convert

    return convert(value, kind)


def _enum_values(kind: TypeRef) -> list[Any]:
    from remora.engine.convert.conversion import enum_value

    return [enum_value(kind, number) for number in (kind.net.enum or {}).values()]


def _guid_members() -> None:
    g = r.GUID
    g.static("NewGuid()", returns="guid")(uuid4)
    g.static("Parse(string)", returns="guid")(UUID)
    g.static("TryParse(string, ref)", returns="bool")(
        lambda t, out: try_parse(out, lambda x: convert_value(x, require("guid")), t, UUID(int=0))
    )
    g.static_property("Empty")(lambda: UUID(int=0))
    g.property("Guid", "System.String", kind="ScriptProperty", wire=False)(_guid_text)
    g.method("ToByteArray()", returns="byte[]")(lambda v: bytearray(v.bytes_le))
    g.method("ToString()", "ToString(string)", returns="string")(_guid_text)
    g.constructor("(string)")(UUID)
    g.constructor("(byte[])")(lambda data: UUID(bytes_le=bytes(data)))
    g.constructor("()")(lambda: UUID(int=0))


def _guid_text(value: UUID, form: str = "D") -> str:
    return {"D": "{0}", "N": "{1}", "B": "{{{0}}}", "P": "({0})"}.get((form or "D").upper(), "{0}").format(
        value, value.hex
    )


def _version_members() -> None:
    from remora.values.versions import SemanticVersion, Version

    r.VERSION.property("Major", "System.Int32")(lambda v: v.major)
    r.VERSION.property("Minor", "System.Int32")(lambda v: v.minor)
    r.VERSION.property("Build", "System.Int32")(lambda v: v.build)
    r.VERSION.property("Revision", "System.Int32")(lambda v: v.revision)
    r.VERSION.constructor("(string)")(Version.parse)
    r.VERSION.constructor("(int, int)", "(int, int, int)", "(int, int, int, int)")(Version)
    r.VERSION.static("Parse(string)")(Version.parse)
    r.VERSION.method("ToString()", returns="string")(str)
    r.VERSION.method("ToString(int)", returns="string")(lambda v, n: ".".join(str(v).split(".")[:n]))
    r.VERSION.method("CompareTo(version)", returns="int")(lambda a, b: int(a > b) - int(a < b))
    r.SEMVER.property("Major", "System.Int32")(lambda v: v.major)
    r.SEMVER.property("Minor", "System.Int32")(lambda v: v.minor)
    r.SEMVER.property("Patch", "System.Int32")(lambda v: v.patch)
    r.SEMVER.property("PreReleaseLabel", "System.String")(lambda v: v.label)
    r.SEMVER.property("BuildLabel", "System.String")(lambda v: v.build)
    r.SEMVER.constructor("(string)")(SemanticVersion.parse)
    r.SEMVER.constructor("(int, int)", "(int, int, int)")(SemanticVersion)
    r.SEMVER.static("Parse(string)")(SemanticVersion.parse)


def _nullable_and_rest() -> None:
    null = NetType("System.Management.Automation.Language.NullString", OBJECT)
    null.static_property("Value")(lambda: None)
    missing = NetType("System.DBNull", OBJECT)
    missing.static_property("Value")(lambda: None)
    register(null, missing)


def register_types() -> None:
    """Make the members of the basic types available."""
    register(VOID)


_nullable_and_rest()
_type_members()
_guid_members()
_version_members()

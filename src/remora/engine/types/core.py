"""Members of the basic types: String, Char, numbers, Boolean, arrays, Type, Guid, Version, Uri; conversion class Convert."""

from __future__ import annotations

import base64
import unicodedata
from typing import Any
from uuid import UUID, uuid4

from remora.engine.convert import numbers as num
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import RUNTIME_TYPE, VOID, TypeRef, register, require
from remora.values.collections import TypedArray
from remora.values.numbers import Int64
from remora.values.strings import Char

_S = r.STRING


def argument_error(message: str, type_name: str = "System.ArgumentException") -> Exception:
    """An exception a method throws."""
    return error(message, "ArgumentException", type_name=type_name)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _substring(text: str, start: int, length: int | None = None) -> str:
    end = len(text) if length is None else start + length
    if start < 0 or start > len(text):
        raise argument_error(
            "startIndex cannot be larger than length of string. (Parameter 'startIndex')",
            "System.ArgumentOutOfRangeException",
        )
    if end < start or end > len(text):
        raise argument_error("Index and length must refer to a location within the string. (Parameter 'length')",
                             "System.ArgumentOutOfRangeException")  # fmt: skip
    return str(text)[start:end]


def _comparison(flags: Any) -> bool:
    """True when a StringComparison (name or number) ignores case."""
    text = to_text(flags).lower()
    return "ignorecase" in text or text in ("1", "3", "5")


def _split(text: str, separators: Any, limit: int = 0, options: str = "") -> list[str]:
    words = [str(s) for s in (separators if isinstance(separators, list) else [separators]) if s is not None and str(s)]
    out: list[str] = []
    rest = str(text)
    remove = "removeempty" in options.lower() or options in ("1", "3")
    while True:
        if limit and len(out) == limit - 1:
            break
        found = [(rest.find(w), w) for w in words] if words else [(i, c) for i, c in enumerate(rest) if c.isspace()][:1]
        hits = [(position, -len(word), word) for position, word in found if position >= 0]
        if not hits:
            break
        position, _, word = min(hits)
        if position or not remove:
            out.append(rest[:position])
        rest = rest[position + len(word) :]
    if rest or not remove:
        out.append(rest)
    if "trim" in options.lower() or options in ("2", "3"):
        out = [item.strip() for item in out]
        out = [item for item in out if item or not remove]
    return TypedArray(out, "System.String")


def _chars(values: Any) -> str:
    return "".join(str(v) for v in values)


def _trim_set(characters: tuple[Any, ...]) -> str | None:
    joined = "".join(_chars(c) if isinstance(c, list) else str(c) for c in characters)
    return joined or None


def _string_members() -> None:
    s = _S
    s.property("Length", "System.Int32")(_units)
    s.method("Substring(int)", "Substring(int, int)", returns="string")(_substring)
    s.method("IndexOf(string)", "IndexOf(string, int)", returns="int")(lambda t, x, i=0: t.find(str(x), i))
    s.method("IndexOf(string, StringComparison)", returns="int")(
        lambda t, x, c: t.lower().find(x.lower()) if _comparison(c) else t.find(x)
    )
    s.method("LastIndexOf(string)", returns="int")(lambda t, x: t.rfind(str(x)))
    s.method("IndexOfAny(char[])", returns="int")(
        lambda t, cs: min((i for c in cs if (i := t.find(c)) >= 0), default=-1)
    )
    s.method("Contains(string)", returns="bool")(lambda t, x: str(x) in t)
    s.method("Contains(string, StringComparison)", returns="bool")(
        lambda t, x, c: x.lower() in t.lower() if _comparison(c) else x in t
    )
    s.method("StartsWith(string)", returns="bool")(lambda t, x: t.startswith(x))
    s.method("StartsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().startswith(x.lower()) if _comparison(c) else t.startswith(x)
    )
    s.method("EndsWith(string)", returns="bool")(lambda t, x: t.endswith(x))
    s.method("EndsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().endswith(x.lower()) if _comparison(c) else t.endswith(x)
    )
    s.method("Replace(string, string)", returns="string")(_replace)
    s.method("Remove(int)", "Remove(int, int)", returns="string")(remove_text)
    s.method("Insert(int, string)", returns="string")(insert_text)
    s.method("Split(*char)", returns="string[]")(lambda t, *cs: _split(t, [str(c) for c in cs]))
    s.method("Split(string)", returns="string[]")(lambda t, x: _split(t, [x]))
    s.method("Split(string, int)", returns="string[]")(lambda t, x, n: _split(t, [x], n))
    s.method("Split(string, StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, [x], 0, to_text(o)))
    s.method("Split(char[], StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, x, 0, to_text(o)))
    s.method("Split(string[], StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, x, 0, to_text(o)))
    s.method("Split(char[], int)", returns="string[]")(lambda t, x, n: _split(t, x, n))
    s.method("Trim(*char)", returns="string")(lambda t, *c: str(t).strip(_trim_set(c)))
    s.method("TrimStart(*char)", returns="string")(lambda t, *c: str(t).lstrip(_trim_set(c)))
    s.method("TrimEnd(*char)", returns="string")(lambda t, *c: str(t).rstrip(_trim_set(c)))
    s.method("PadLeft(int)", "PadLeft(int, char)", returns="string")(lambda t, n, c=" ": t.rjust(n, str(c)))
    s.method("PadRight(int)", "PadRight(int, char)", returns="string")(lambda t, n, c=" ": t.ljust(n, str(c)))
    for name in ("ToUpper", "ToUpperInvariant"):
        s.method(f"{name}()", returns="string")(lambda t: str(t).upper())
    for name in ("ToLower", "ToLowerInvariant"):
        s.method(f"{name}()", returns="string")(lambda t: str(t).lower())
    s.method("ToString()", returns="string")(str)
    s.method("ToCharArray()", returns="char[]")(lambda t: require_char_array(t))
    s.method("CompareTo(string)", returns="int")(_compare_case)
    s.method("Equals(string)", "Equals(string, StringComparison)", returns="bool")(
        lambda t, x, c="": t.lower() == (x or "").lower() if _comparison(c) else t == x
    )
    s.method("Normalize()", returns="string")(lambda t: unicodedata.normalize("NFC", t))
    s.method("GetEnumerator()")(lambda t: _enumerator(list(require_char_array(t))))
    s.method("get_Chars(int)", returns="char")(lambda t, i: Char(t[i]))
    s.method("Clone()")(lambda t: t)
    s.static_property("Empty")(lambda: "")
    s.static("Join(string, *object)", returns="string")(_join)
    s.static("Format(string, *object)", returns="string")(_format)
    s.static("IsNullOrEmpty(string)", returns="bool")(lambda t: not t)
    s.static("IsNullOrWhiteSpace(string)", returns="bool")(lambda t: not (t or "").strip())
    s.static("Concat(*object)", returns="string")(lambda *xs: "".join(to_text(x) for x in xs))
    s.static("Compare(string, string)", returns="int")(_compare_case)
    s.static("Compare(string, string, bool)", "Compare(string, string, StringComparison)", returns="int")(
        lambda a, b, i: _compare(a, b, i if isinstance(i, bool) else _comparison(i))
    )
    s.static("Equals(string, string)", "Equals(string, string, StringComparison)", returns="bool")(
        lambda a, b, c="": (a or "").lower() == (b or "").lower() if _comparison(c) else a == b
    )
    s.static("new(char, int)", returns="string")(lambda c, n: str(c) * n)
    s.static("new(char[])", returns="string")(_chars)


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        raise argument_error("String cannot be of zero length. (Parameter 'oldValue')")
    return str(text).replace(old, new)


def remove_text(text: str, start: int, count: int | None = None) -> str:
    """String.Remove."""
    end = len(text) if count is None else start + count
    if not 0 <= start <= len(text) or not start <= end <= len(text):
        raise argument_error(
            "Index and count must refer to a location within the string.", "System.ArgumentOutOfRangeException"
        )
    return str(text)[:start] + str(text)[end:]


def insert_text(text: str, index: int, value: str) -> str:
    """String.Insert."""
    if not 0 <= index <= len(text):
        raise argument_error(
            "Specified argument was out of the range of valid values. (Parameter 'startIndex')",
            "System.ArgumentOutOfRangeException",
        )
    return str(text)[:index] + value + str(text)[index:]


def _compare(a: Any, b: Any, ignore_case: bool) -> int:
    from remora.engine.operators.compare import compare_text

    return compare_text(a or "", b or "", ignore_case)


def _compare_case(a: Any, b: Any) -> int:
    return _compare(a, b, False)


def _join(separator: str, *items: Any) -> str:
    flat = items_of(items[0]) if len(items) == 1 else items
    return (separator or "").join(to_text(item) for item in flat)


def _format(template: str, *arguments: Any) -> str:
    from remora.engine.text.composite import format_composite

    return format_composite(template, list(arguments))


def require_char_array(text: str) -> TypedArray:
    """The UTF-16 units of a text as Char[]."""
    from remora.engine.convert.conversion import utf16_units

    return TypedArray([Char(unit) for unit in utf16_units(str(text))], "System.Char")


def _enumerator(items: list[Any]) -> Any:
    from remora.engine.input import InputEnumerator

    return InputEnumerator(items)


def _char_members() -> None:
    c = r.CHAR
    tests = {
        "IsDigit": str.isdecimal, "IsNumber": str.isnumeric, "IsLetter": str.isalpha, "IsLetterOrDigit": lambda t: t.isalpha() or t.isdecimal(),
        "IsUpper": str.isupper, "IsLower": str.islower, "IsWhiteSpace": str.isspace,
        "IsPunctuation": lambda t: unicodedata.category(t).startswith("P"), "IsSymbol": lambda t: unicodedata.category(t).startswith("S"),
        "IsControl": lambda t: unicodedata.category(t) == "Cc", "IsSurrogate": lambda t: 0xD800 <= ord(t) <= 0xDFFF,
    }  # fmt: skip
    for name, test in tests.items():
        c.static(f"{name}(char)", returns="bool")(lambda x, test=test: bool(test(str(x))))
        c.static(f"{name}(string, int)", returns="bool")(lambda x, i, test=test: bool(test(x[i])))
    for suffix in ("", "Invariant"):
        c.static(f"ToUpper{suffix}(char)", returns="char")(lambda x: _one(str(x).upper(), x))
        c.static(f"ToLower{suffix}(char)", returns="char")(lambda x: _one(str(x).lower(), x))
    c.static("GetNumericValue(char)", returns="double")(lambda x: float(unicodedata.numeric(str(x), -1.0)))
    c.static("ConvertFromUtf32(int)", returns="string")(chr)
    c.static("ConvertToUtf32(string, int)", returns="int")(lambda t, i: ord(t[i]))
    c.static("Parse(string)", returns="char")(num.to_char)
    c.static_property("MaxValue")(lambda: Char("\uffff"))
    c.static_property("MinValue")(lambda: Char("\0"))
    c.method("CompareTo(object)", returns="int")(lambda x, y: ord(x) - ord(str(y)))


def _one(text: str, original: str) -> Char:
    return Char(text) if len(text) == 1 and ord(text) <= 0xFFFF else Char(original)


def _number_members() -> None:
    for name, (cls, low, high) in num.INTEGERS.items():
        net = require(name).net
        make = cls
        net.static_property("MaxValue", name)(lambda high=high, make=make: make(high))
        net.static_property("MinValue", name)(lambda low=low, make=make: make(low))
        _parsing(net, num.integer_converter(name), integer=True)
    import math

    d = r.DOUBLE
    _parsing(d, num.to_double, integer=False)
    for label, value in {
        "MaxValue": 1.7976931348623157e308, "MinValue": -1.7976931348623157e308, "NaN": math.nan, "PositiveInfinity": math.inf,
        "NegativeInfinity": -math.inf, "Epsilon": 5e-324,
    }.items():  # fmt: skip
        d.static_property(label, "System.Double")(lambda value=value: value)
    d.static("IsNaN(double)", returns="bool")(math.isnan)
    d.static("IsInfinity(double)", returns="bool")(math.isinf)
    _parsing(r.SINGLE, num.to_single, integer=False)
    _parsing(r.DECIMAL, num.to_decimal, integer=False)
    from decimal import Decimal

    limit = Decimal(79228162514264337593543950335)
    for label, number in {
        "MaxValue": limit,
        "MinValue": -limit,
        "Zero": Decimal(0),
        "One": Decimal(1),
        "MinusOne": Decimal(-1),
    }.items():
        r.DECIMAL.static_property(label, "System.Decimal")(lambda number=number: number)
    r.DECIMAL.static("Round(decimal)", "Round(decimal, int)", returns="decimal")(lambda v, n=0: round(v, n))
    r.DECIMAL.static("Truncate(decimal)", returns="decimal")(lambda v: Decimal(int(v)))
    r.DECIMAL.static("Floor(decimal)", returns="decimal")(lambda v: Decimal(math.floor(v)))
    _parsing(r.BIG, num.to_big, integer=True)
    r.BIG.static("Pow(bigint, int)", returns="bigint")(_big_pow)
    b = r.BOOLEAN
    b.static("Parse(string)", returns="bool")(_parse_bool)
    b.static_property("TrueString")(lambda: "True")
    b.static_property("FalseString")(lambda: "False")
    b.static("TryParse(string, ref)", returns="bool")(lambda t, out: _try(out, _parse_bool, t, False))


def _big_pow(value: Any, power: int) -> Any:
    from remora.values.numbers import BigInteger

    if power < 0 or power * max(int(value).bit_length(), 1) > 1 << 24:
        raise argument_error(
            "The number must be greater than or equal to zero and its result of a reasonable size.",
            "System.ArgumentOutOfRangeException",
        )
    return BigInteger(int(value) ** power)


def _parse_bool(text: str) -> bool:
    folded = (text or "").strip().lower()
    if folded not in ("true", "false"):
        raise argument_error(f"String '{text}' was not recognized as a valid Boolean.", "System.FormatException")
    return folded == "true"


def _strict(text: Any, convert: Any, integer: bool) -> Any:
    """Parse as .NET's Parse does: plain digits only, no PowerShell suffixes."""
    raw = (text or "").strip() if text is not None else ""
    plain = raw.replace(",", "") if not integer else raw
    body = plain.lstrip("+-")
    shaped = (
        body.isdecimal()
        if integer
        else bool(body) and all(ch in "0123456789.eE+-" for ch in body) and body[0] in "0123456789."
    )
    special = not integer and raw in ("NaN", "∞", "-∞", "Infinity", "-Infinity")
    if not raw or not (shaped or special):
        raise argument_error(f"The input string '{text}' was not in a correct format.", "System.FormatException")
    try:
        return convert(plain)
    except Exception as problem:
        inner = getattr(getattr(problem, "record", None), "exception", None)
        name = inner.inner.kind.name if inner is not None and inner.inner is not None else "System.FormatException"
        message = inner.inner.message if inner is not None and inner.inner is not None else str(problem)
        raise argument_error(message, name) from None


def _parsing(net: NetType, convert: Any, *, integer: bool) -> None:
    net.static("Parse(string)", "Parse(string, object)", returns=net.name)(
        lambda t, _=None: _strict(t, convert, integer)
    )
    net.static("TryParse(string, ref)", returns="bool")(
        lambda t, out: _try(out, lambda x: _strict(x, convert, integer), t, convert(None))
    )
    net.method("CompareTo(object)", returns="int")(lambda a, b: int(a > b) - int(a < b))


def _try(out: Any, parse: Any, text: Any, fallback: Any) -> bool:
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
    t.property("BaseType")(lambda k: TypeRef(k.net.base.name, k.net.base) if k.net.base is not None else None)
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
    enum.static("Parse(type, string)", "Parse(type, string, bool)")(lambda k, text, _=True: _convert(text, k))
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


def _convert(value: Any, kind: TypeRef) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(value, kind)


def _enum_values(kind: TypeRef) -> list[Any]:
    from remora.engine.convert.conversion import enum_value

    return [enum_value(kind, number) for number in (kind.net.enum or {}).values()]


def _convert_class() -> NetType:
    c = NetType("System.Convert", OBJECT)
    names = {"ToInt32": "int", "ToInt64": "long", "ToInt16": "int16", "ToByte": "byte", "ToSByte": "sbyte", "ToUInt16": "uint16",
             "ToUInt32": "uint32", "ToUInt64": "uint64", "ToDouble": "double", "ToSingle": "float", "ToDecimal": "decimal", "ToChar": "char",
             "ToBoolean": "bool", "ToDateTime": "datetime"}  # fmt: skip
    for name, target in names.items():
        c.static(f"{name}(object)", returns=target)(lambda value, target=target: _convert_call(value, target))
        if name.startswith(("ToInt", "ToByte", "ToUInt", "ToSByte")):
            c.static(f"{name}(string, int)", returns=target)(
                lambda text, base, target=target: _from_base(text, base, target)
            )
    c.static("ToString(object)", returns="string")(to_text)
    c.static("ToString(long, int)", returns="string")(_to_base)
    c.static("ToBase64String(byte[])", returns="string")(lambda data: base64.b64encode(bytes(data)).decode())
    c.static("FromBase64String(string)", returns="byte[]")(_from_base64)
    c.static("ToHexString(byte[])", returns="string")(lambda data: bytes(data).hex().upper())
    c.static("FromHexString(string)", returns="byte[]")(lambda text: bytearray.fromhex(text))
    c.static("ChangeType(object, type)")(lambda value, kind: _convert(value, kind))
    return c


def _convert_call(value: Any, target: str) -> Any:
    kind = require(target)
    if isinstance(value, str) and not isinstance(value, Char) and kind.name in num.INTEGERS:
        return _strict(value, num.integer_converter(kind.name), True)
    if isinstance(value, str) and kind.name == "System.Boolean":
        return _parse_bool(value)
    return _convert(value, kind)


def _from_base(text: str, base: int, target: str) -> Any:
    if base not in (2, 8, 10, 16):
        raise argument_error("Invalid Base.")
    value = int(text, base)
    bits = {"int": 32, "long": 64, "int16": 16, "sbyte": 8}.get(target)
    if bits and base != 10 and value >> (bits - 1):
        value -= 1 << bits
    return _convert(Int64(value) if -(2**63) <= value < 2**63 else value, require(target))


def _to_base(value: int, base: int) -> str:
    if base == 10:
        return str(int(value))
    width = 32 if -(2**31) <= value < 2**31 else 64
    number = int(value) & ((1 << width) - 1)
    if base not in (2, 8, 16):
        raise argument_error("Invalid Base.")
    return format(number, {2: "b", 8: "o", 16: "x"}[base])


def _from_base64(text: str) -> bytearray:
    compact = "".join((text or "").split())
    try:
        return bytearray(base64.b64decode(compact, validate=True))
    except ValueError:
        raise argument_error(
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an "
            "illegal character among the padding characters.",
            "System.FormatException",
        ) from None


def _guid_members() -> None:
    g = r.GUID
    g.static("NewGuid()", returns="guid")(uuid4)
    g.static("Parse(string)", returns="guid")(UUID)
    g.static("TryParse(string, ref)", returns="bool")(
        lambda t, out: _try(out, lambda x: _convert(x, require("guid")), t, UUID(int=0))
    )
    g.static_property("Empty")(lambda: UUID(int=0))
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

    for name in ("Major", "Minor", "Build", "Revision"):
        r.VERSION.property(name, "System.Int32")(
            lambda v, n=name.lower(): {"major": v.major, "minor": v.minor, "build": v.build, "revision": v.revision}[n]
        )
    r.VERSION.constructor("(string)")(Version.parse)
    r.VERSION.constructor("(int, int)", "(int, int, int)", "(int, int, int, int)")(Version)
    r.VERSION.static("Parse(string)")(Version.parse)
    r.VERSION.method("ToString()", returns="string")(str)
    r.VERSION.method("ToString(int)", returns="string")(lambda v, n: ".".join(str(v).split(".")[:n]))
    r.VERSION.method("CompareTo(version)", returns="int")(lambda a, b: int(a > b) - int(a < b))
    for name in ("Major", "Minor", "Patch"):
        r.SEMVER.property(name, "System.Int32")(
            lambda v, n=name.lower(): {"major": v.major, "minor": v.minor, "patch": v.patch}[n]
        )
    r.SEMVER.property("PreReleaseLabel", "System.String")(lambda v: v.label)
    r.SEMVER.property("BuildLabel", "System.String")(lambda v: v.build)
    r.SEMVER.constructor("(string)")(SemanticVersion.parse)
    r.SEMVER.constructor("(int, int)", "(int, int, int)")(SemanticVersion)
    r.SEMVER.static("Parse(string)")(SemanticVersion.parse)


_BINDING_FLAGS = {
    "Default": 0,
    "IgnoreCase": 1,
    "DeclaredOnly": 2,
    "Instance": 4,
    "Static": 8,
    "Public": 16,
    "NonPublic": 32,
    "FlattenHierarchy": 64,
    "InvokeMethod": 256,
    "GetField": 1024,
    "SetField": 2048,
    "GetProperty": 4096,
    "SetProperty": 8192,
}


def _nullable_and_rest() -> None:
    null = NetType("System.Management.Automation.Language.NullString", OBJECT)
    null.static_property("Value")(lambda: None)
    missing = NetType("System.DBNull", OBJECT)
    missing.static_property("Value")(lambda: None)
    enums = {
        "System.StringComparison": {"CurrentCulture": 0, "CurrentCultureIgnoreCase": 1, "InvariantCulture": 2, "InvariantCultureIgnoreCase": 3,
                                    "Ordinal": 4, "OrdinalIgnoreCase": 5},
        "System.DayOfWeek": {"Sunday": 0, "Monday": 1, "Tuesday": 2, "Wednesday": 3, "Thursday": 4, "Friday": 5, "Saturday": 6},
        "System.ConsoleColor": {n: i for i, n in enumerate(["Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray", "DarkGray", "Blue", "Green", "Cyan", "Red", "Magenta", "Yellow", "White"])},
        "System.DateTimeKind": {"Unspecified": 0, "Utc": 1, "Local": 2},
        "System.MidpointRounding": {"ToEven": 0, "AwayFromZero": 1, "ToZero": 2, "ToNegativeInfinity": 3, "ToPositiveInfinity": 4},
        "System.Management.Automation.ActionPreference": {n: i for i, n in enumerate(["SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend", "Break"])},
    }  # fmt: skip
    for name, values in enums.items():
        register(NetType(name, r.ENUM, enum=values))
    flags = NetType(
        "System.StringSplitOptions", r.ENUM, enum={"None": 0, "RemoveEmptyEntries": 1, "TrimEntries": 2}, flags=True
    )
    binding = NetType("System.Reflection.BindingFlags", r.ENUM, enum=_BINDING_FLAGS, flags=True)
    from remora.engine.errors import CATEGORIES

    categories = NetType(
        "System.Management.Automation.ErrorCategory", r.ENUM, enum={n: i for i, n in enumerate(CATEGORIES)}
    )
    register(null, missing, flags, binding, categories)


def register_types() -> None:
    """Make the members of the basic types available."""
    register(_convert_class(), VOID)


_string_members()
_char_members()
_nullable_and_rest()
_type_members()
_guid_members()
_version_members()
_number_members()

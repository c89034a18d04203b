"""Members of the basic types: String, Char, numbers, Boolean, arrays, Type, Guid, Version, Uri; conversion class
Convert.
"""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID, uuid4

from remora.engine.errors import error
from remora.engine.types import registry as r
from remora.engine.types.typeref import VOID, TypeRef, register

_S = r.STRING
MAX_TEXT: Final = 1 << 28


def argument_error(message: str, type_name: str = "System.ArgumentException") -> Exception:
    """An exception a method throws."""
    return error(message, "ArgumentException", type_name=type_name)


def text_size(size: int) -> int:
    """The size of a text to be made; an exception when it is beyond what texts may have."""
    if size > MAX_TEXT:
        raise argument_error("The text would be too long.", "System.OutOfMemoryException")
    return size


def try_parse(out: Any, parse: Any, text: Any, fallback: Any) -> bool:
    """TryParse: the parsed value into a [ref], or the fallback."""
    from remora.engine.errors import PSError

    try:
        out.value = parse(text)
        return True
    except PSError:
        out.value = fallback
        return False


def convert_value(value: Any, kind: TypeRef) -> Any:
    """Convert to a type."""
    from remora.engine.convert.conversion import convert

    return convert(value, kind)


def _guid_members() -> None:
    g = r.GUID
    g.static("NewGuid()", returns="guid")(uuid4)
    g.static("Parse(string input)", returns="guid")(_parse_guid)
    g.static("ParseExact(string input, string format)", returns="guid")(_parse_guid)
    g.static("TryParse(string input, ref result)", returns="bool")(
        lambda text, out: try_parse(out, _parse_guid, text, UUID(int=0))
    )
    g.static("TryParseExact(string input, string format, ref result)", returns="bool")(
        lambda text, form, out: try_parse(out, lambda given: _parse_guid(given, form), text, UUID(int=0))
    )
    g.method("CompareTo(guid value)", returns="int")(lambda a, b: (a.int > b.int) - (a.int < b.int))
    g.method("Equals(guid g)", "Equals(object o)", returns="bool")(lambda a, b: isinstance(b, UUID) and a == b)
    g.static_property("Empty")(lambda: UUID(int=0))
    g.property("Guid", "System.String", kind="ScriptProperty", wire=False)(_guid_text)
    g.method("ToByteArray()", returns="byte[]")(lambda v: bytearray(v.bytes_le))
    g.method("ToString()", "ToString(string)", returns="string")(_guid_text)
    g.constructor("(string g)")(_parse_guid)
    g.constructor("(byte[])")(lambda data: UUID(bytes_le=bytes(data)))
    g.constructor("()")(lambda: UUID(int=0))


_HEX: Final = "[0-9A-Fa-f]"
_DASHED: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_FORMS: Final = {
    "D": _DASHED,
    "N": f"{_HEX}{{32}}",
    "B": rf"\{{{_DASHED}\}}",
    "P": rf"\({_DASHED}\)",
    "X": rf"\{{0x{_HEX}{{1,8}},0x{_HEX}{{1,4}},0x{_HEX}{{1,4}},\{{(?:0x{_HEX}{{1,2}},?){{8}}\}}\}}",
}


def _parse_guid(text: str, form: str = "") -> UUID:
    """A Guid in one of its forms, or in exactly one. Raises PSError FormatException."""
    given = (text or "").strip()
    if form and form.upper() not in _FORMS:
        raise argument_error(
            'Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".', "System.FormatException"
        )
    known = [form.upper()] if form else list(_FORMS)
    found = next((one for one in known if re.fullmatch(_FORMS[one], given)), None)
    if found is None:
        raise argument_error("Unrecognized Guid format.", "System.FormatException")
    if found == "X":
        a, b, c, *rest = re.findall("0x([0-9A-Fa-f]+)", given)
        given = a.zfill(8) + b.zfill(4) + c.zfill(4) + "".join(one.zfill(2) for one in rest)
    return UUID(given.strip("{}()"))


def _guid_text(value: UUID, form: str = "D") -> str:
    return {"D": "{0}", "N": "{1}", "B": "{{{0}}}", "P": "({0})"}.get((form or "D").upper(), "{0}").format(
        value, value.hex
    )


def register_types() -> None:
    """Make the members of the basic types available."""
    register(VOID)


_guid_members()

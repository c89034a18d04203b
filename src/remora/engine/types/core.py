"""Members of the basic types: String, Char, numbers, Boolean, arrays, Type, Guid, Version, Uri; conversion class
Convert.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from remora.engine.errors import error
from remora.engine.types import registry as r
from remora.engine.types.typeref import VOID, TypeRef, register, require

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


def register_types() -> None:
    """Make the members of the basic types available."""
    register(VOID)


_guid_members()

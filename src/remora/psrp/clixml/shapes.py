"""From a chain of type names to the Python value that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.errors import RemoteProtocolError
from remora.psrp.clixml.records import BUILDERS
from remora.values.collections import ArrayList, GenericList, Queue, Stack, TypedArray
from remora.values.enums import EnumValue, Underlying
from remora.values.exceptions import ExceptionInfo
from remora.values.numbers import (
    BigInteger,
    Byte,
    Int16,
    Int64,
    SByte,
    UInt16,
    UInt32,
    UInt64,
)
from remora.values.objects import MISSING, PSObject
from remora.values.secrets import PSCredential, SecureString
from remora.values.tables import Hashtable, OrderedDictionary, PrimitiveDictionary

OBJECT: Final = "System.Object"
ARRAY_TYPES: Final = ("System.Object[]", "System.Array", OBJECT)
ENUM_TAGS: Final[dict[type, Underlying]] = {
    int: "I32",
    Byte: "By",
    SByte: "SB",
    Int16: "I16",
    UInt16: "U16",
    UInt32: "U32",
    Int64: "I64",
    UInt64: "U64",
}
_GENERIC_PREFIX: Final = "System.Collections.Generic.List`1[["
_HASH_COLLISIONS_MAX: Final = 64

Pairs = list[tuple[Any, Any]]
Shape = Callable[[PSObject], Any]
"""Turns a finished object into its natural value, or returns it unchanged where that would lose something."""


def shape_of(names: tuple[str, ...]) -> Shape | None:
    """Return the shape of a type chain; None when it stays a PSObject."""
    first = names[0] if names else ""
    fixed = _FIXED.get(names)
    if fixed is not None:
        return fixed
    if names[1:] == ("System.Array", OBJECT) and first.endswith("[]"):
        element = first[:-2]
        return lambda found: TypedArray(found.base, element) if _plain(found, list) else found
    if names[1:] == (OBJECT,) and first.startswith(_GENERIC_PREFIX) and first.endswith("]]"):
        item = first[len(_GENERIC_PREFIX) : -2]
        return lambda found: GenericList(found.base, item) if _plain(found, list) else found
    if "System.Enum" in names or "Deserialized.System.Enum" in names:
        return _enum
    if "System.Exception" in names or "Deserialized.System.Exception" in names:
        return _exception
    return BUILDERS.get(first.removeprefix("Deserialized."))


def maker_of(names: tuple[str, ...]) -> Callable[[Any], Any] | None:
    """Return the short cut for a bare container: content to value, or to None where the shape must decide."""
    maker = _MAKERS.get(names)
    if maker is not None:
        return maker
    if names[1:] == ("System.Array", OBJECT) and names[0].endswith("[]"):
        element = names[0][:-2]
        return lambda base: TypedArray(base, element) if type(base) is list else None
    return None


def _plain(found: PSObject, base: type) -> bool:
    return type(found.base) is base and not found.extended and not found.adapted and found.to_string is None


def _enum(found: PSObject) -> Any:
    tag = ENUM_TAGS.get(type(found.base))
    if tag is None or found.extended or found.adapted:
        return found
    return EnumValue(found.base, found.type_names, found.to_string, tag)


def _exception(found: PSObject) -> ExceptionInfo:
    return ExceptionInfo(found.type_names, found.base, found.adapted, found.extended, found.to_string)


def _credential(found: PSObject) -> Any:
    members = found.adapted
    user, password = members.get("UserName"), members.get("Password")
    if (
        tuple(members) != ("UserName", "Password")
        or type(user) is not str
        or type(password) is not SecureString
        or found.extended
        or found.base is not MISSING
        or found.to_string != PSCredential.TYPE_NAME
    ):
        return found
    return PSCredential(user, password)


def big_integer_members(value: int) -> dict[str, Any]:
    """Return the properties System.Numerics.BigInteger shows."""
    return {
        "IsPowerOfTwo": value > 0 and value & (value - 1) == 0,
        "IsZero": value == 0,
        "IsOne": value == 1,
        "IsEven": value % 2 == 0,
        "Sign": (value > 0) - (value < 0),
    }


def _big_integer(found: PSObject) -> Any:
    text = found.to_string or ""
    if not text.removeprefix("-").isdigit() or not text.isascii() or found.extended or found.base is not MISSING:
        return found
    try:
        value = BigInteger(text)
    except OverflowError:
        return found
    same = found.adapted == big_integer_members(value) and str(value) == text
    return value if same and tuple(found.adapted) == tuple(big_integer_members(value)) else found


def natural_dict(pairs: Pairs, cls: type[dict[Any, Any]] = dict) -> dict[Any, Any] | None:
    """Return pairs as a dict, or None where Python would merge or refuse keys. Raises for chosen hash collisions."""
    if len(pairs) > _HASH_COLLISIONS_MAX:
        _refuse_collisions(pairs)
    try:
        table = cls(pairs)
    except TypeError:
        return None
    return table if len(table) == len(pairs) else None


def table_of(pairs: Pairs, cls: type[Hashtable] = Hashtable) -> Hashtable:
    """Return pairs as a Hashtable: case-insensitive, or case-sensitive where keys differ by case only.

    Two equal keys raise RemoteProtocolError.
    """
    if len(pairs) > _HASH_COLLISIONS_MAX:
        _refuse_collisions(pairs)
    table = cls(pairs)
    if len(table) != len(pairs):
        table = cls(pairs, case_sensitive=True)
        if len(table) != len(pairs):
            raise RemoteProtocolError("CLIXML dictionary repeats a key")
    return table


def _refuse_collisions(pairs: Pairs) -> None:
    """Refuse keys picked to share one hash: numbers hash without a secret, so a table of them can be made quadratic."""
    hashes = [hash(key) for key, _ in pairs if type(key) is not str and type(key).__hash__ is not None]
    if len(hashes) - len(set(hashes)) > _HASH_COLLISIONS_MAX:
        raise RemoteProtocolError("CLIXML dictionary with colliding keys")


def _list_shape(cls: type[list[Any]], base: type) -> Shape:
    return lambda found: cls(found.base) if _plain(found, base) else found


def _hashtable(found: PSObject) -> Any:
    return found.base if _plain(found, dict) or _plain(found, Hashtable) else found


def _dictionary_shape(make: Callable[[Pairs], Any]) -> Shape:
    def shape(found: PSObject) -> Any:
        if _plain(found, dict) or _plain(found, Hashtable):
            base = found.base
            made = make(base.added() if isinstance(base, Hashtable) else list(base.items()))
            return found if made is None else made
        return found

    return shape


_FIXED: Final[dict[tuple[str, ...], Shape]] = {
    ARRAY_TYPES: lambda found: found.base if _plain(found, list) else found,
    ("System.Collections.ArrayList", OBJECT): _list_shape(ArrayList, list),
    ("System.Collections.Stack", OBJECT): lambda found: found.base if _plain(found, Stack) else found,
    ("System.Collections.Queue", OBJECT): lambda found: found.base if _plain(found, Queue) else found,
    ("System.Collections.Hashtable", OBJECT): _hashtable,
    (PrimitiveDictionary.TYPE_NAME, "System.Collections.Hashtable", OBJECT): _dictionary_shape(
        lambda pairs: natural_dict(pairs, PrimitiveDictionary)
    ),
    (OrderedDictionary.TYPE_NAME, OBJECT): _dictionary_shape(lambda pairs: table_of(pairs, OrderedDictionary)),
    (PSCredential.TYPE_NAME, OBJECT): _credential,
    (BigInteger.TYPE_NAME, "System.ValueType", OBJECT): _big_integer,
}

_MAKERS: Final[dict[tuple[str, ...], Callable[[Any], Any]]] = {
    ARRAY_TYPES: lambda base: base if type(base) is list else None,
    ("System.Collections.ArrayList", OBJECT): lambda base: ArrayList(base) if type(base) is list else None,
    ("System.Collections.Hashtable", OBJECT): lambda base: base if type(base) in (dict, Hashtable) else None,
}

_KEPT: Final = 1024
_KEPT_LENGTH: Final = 4000
SHAPES: Final[dict[tuple[str, ...], tuple[Callable[[Any], Any] | None, Shape | None]]] = {}
"""Type chains seen before: (maker, shape); bounded, filled by ``learn``."""


def learn(names: tuple[str, ...]) -> tuple[Callable[[Any], Any] | None, Shape | None]:
    """Return maker and shape of a chain and remember them."""
    known = maker_of(names), shape_of(names)
    if len(SHAPES) < _KEPT and sum(map(len, names)) < _KEPT_LENGTH:
        SHAPES[names] = known
    return known


def transfer(value: Any, blank: Any) -> None:
    """Give ``blank`` the content of ``value``, an object of the same type."""
    if isinstance(value, list):
        blank.extend(value)
    elif isinstance(value, dict):
        blank.update(value)
    for cls in type(value).__mro__:
        for name in getattr(cls, "__slots__", ()):
            if name != "__weakref__":
                setattr(blank, name, getattr(value, name))

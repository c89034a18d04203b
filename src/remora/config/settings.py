"""Typed settings: how a field of a configuration node is declared, read from text, checked and written."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar, cast

from remora.errors import ConfigError

T = TypeVar("T")
N = TypeVar("N")

U32: Final = 4294967295
I32: Final = 2147483647
READ_ONLY: Final = 0x8033813F
SCHEMA: Final = 0x80338041
_SETTING: Final = "setting"
_NODE: Final = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The wire name of a field and what its value may be. check: returns what is wrong with a text, or None.

    code: the vendor's HRESULT for a value that is not allowed, where it has one of its own.
    """

    name: str
    minimum: int | None = None
    maximum: int | None = None
    check: Callable[[str], str | None] | None = None
    read_only: bool = False
    code: int = 0

    def describe(self, kind: type[object]) -> str:
        """Say what values are allowed, for an error message."""
        if kind is bool:
            return "true or false"
        if issubclass(kind, Enum):
            return "one of " + ", ".join(str(item.value) for item in kind)
        if kind is int:
            return f"a whole number from {self.minimum} to {self.maximum}"
        return "text"


def setting(
    name: str,
    default: T,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    check: Callable[[str], str | None] | None = None,
    read_only: bool = False,
    code: int = 0,
) -> T:
    """Declare a field with a wire name, a default and a range."""
    declared = Setting(name=name, minimum=minimum, maximum=maximum, check=check, read_only=read_only, code=code)
    return dataclasses.field(default=default, metadata={_SETTING: declared})


def node(name: str, kind: type[N]) -> N:
    """Declare a child node with a wire name."""
    return dataclasses.field(default_factory=kind, metadata={_NODE: name})


def parse(path: str, declared: Setting, kind: type[Any], value: object) -> object:
    """Turn text, or a TOML value, into the field's type; ConfigError names the key and what it may be."""
    wrong = ConfigError(f"{path}: {value!r} is not allowed, it must be {declared.describe(kind)}", code=declared.code)
    if kind is bool:
        if isinstance(value, bool):
            return value
        if str(value).strip().lower() in ("true", "false"):
            return str(value).strip().lower() == "true"
        raise wrong
    if kind is int:
        return _parse_int(declared, value, wrong)
    if issubclass(kind, Enum):
        for item in kind:
            if str(item.value).lower() == str(value).strip().lower():
                return item
        raise wrong
    if not isinstance(value, str):
        raise wrong
    problem = declared.check(value) if declared.check else None
    if problem:
        raise ConfigError(f"{path}: {problem}", code=declared.code)
    return value


def _parse_int(declared: Setting, value: object, wrong: ConfigError) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\s*-?[0-9]{1,20}\s*", str(value), re.ASCII):
        raise wrong
    number = int(str(value))
    if (declared.minimum is not None and number < declared.minimum) or (
        declared.maximum is not None and number > declared.maximum
    ):
        raise wrong
    return number


def shown(value: object) -> str:
    """Return a value as the wire and the command line write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value) if isinstance(value, Enum) else str(value)


@dataclass(frozen=True, slots=True)
class ConfigNode:
    """The neutral tree: a name with a text, or with children in the order of the schema.

    source: who fixed the value, ``GPO`` for a policy, "" for nobody.
    """

    name: str
    text: str | None = None
    children: tuple[ConfigNode, ...] = ()
    source: str = ""


def to_tree(name: str, value: object) -> ConfigNode:
    """Return a node dataclass as a neutral tree."""
    children: list[ConfigNode] = []
    for item in dataclasses.fields(cast(Any, value)):
        held = getattr(value, item.name)
        declared = item.metadata.get(_SETTING)
        if declared is not None:
            children.append(ConfigNode(declared.name, shown(held)))
        elif _NODE in item.metadata:
            children.append(to_tree(item.metadata[_NODE], held))
    return ConfigNode(name, None, tuple(children))


def leaves(node: ConfigNode, prefix: str = "") -> dict[str, str]:
    """Return the settings below a node by name, ``Auth/Basic``."""
    found: dict[str, str] = {}
    for child in node.children:
        if child.text is None:
            found |= leaves(child, f"{prefix}{child.name}/")
        else:
            found[prefix + child.name] = child.text
    return found


def changes(value: object) -> dict[str, object]:
    """Return what differs from the defaults, nested by wire names: what a file has to say."""
    result: dict[str, object] = {}
    for item in dataclasses.fields(cast(Any, value)):
        held = getattr(value, item.name)
        declared = item.metadata.get(_SETTING)
        if declared is not None:
            if held != item.default:
                result[declared.name] = held.value if isinstance(held, Enum) else held
        elif _NODE in item.metadata and (inner := changes(held)):
            result[item.metadata[_NODE]] = inner
    return result


def replaced(value: T, path: str, new: object, *, trail: str = "") -> T:
    """Return a copy with the setting at ``Node/Name`` changed; names compare without regard to case."""
    head, _slash, rest = path.strip("/").partition("/")
    for item in dataclasses.fields(cast(Any, value)):
        declared = item.metadata.get(_SETTING)
        name = declared.name if declared is not None else item.metadata.get(_NODE)
        if name is None or name.lower() != head.lower():
            continue
        here = f"{trail}{name}"
        if declared is None:
            if not rest:
                raise ConfigError(f"{here} is a group of settings: {_names(getattr(value, item.name))}")
            inner = replaced(getattr(value, item.name), rest, new, trail=f"{here}/")
            return cast(T, dataclasses.replace(cast(Any, value), **{item.name: inner}))
        if rest:
            raise ConfigError(f"{here} is a setting, nothing lies below it")
        if declared.read_only:
            raise ConfigError(f"{here} cannot be changed", code=READ_ONLY)
        parsed = parse(here, declared, type(item.default), new)
        return cast(T, dataclasses.replace(cast(Any, value), **{item.name: parsed}))
    raise ConfigError(f"there is no setting {trail}{head}; known here: {_names(value)}", code=SCHEMA)


def merged(value: T, table: Mapping[str, object], *, trail: str = "") -> T:
    """Return a copy with a nested mapping of wire names applied; unknown names and bad values raise ConfigError."""
    result = value
    for path, new in flattened(table):
        result = replaced(result, path, new, trail=trail)
    return result


def flattened(table: Mapping[str, object], prefix: str = "") -> tuple[tuple[str, object], ...]:
    """Return the leaves of a nested mapping as (``Node/Name``, value)."""
    flat: list[tuple[str, object]] = []
    for name, value in table.items():
        flat += flattened(value, f"{prefix}{name}/") if isinstance(value, Mapping) else [(prefix + name, value)]
    return tuple(flat)


def _names(value: object) -> str:
    names: list[str] = []
    for item in dataclasses.fields(cast(Any, value)):
        declared = item.metadata.get(_SETTING)
        names.append(declared.name if declared is not None else item.metadata.get(_NODE, ""))
    return ", ".join(name for name in names if name)

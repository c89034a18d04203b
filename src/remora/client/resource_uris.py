"""Resource URIs as people type them: aliases, and selectors after a question mark (winrm-config-and-auth 5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from remora.client.management import Resource
from remora.errors import ConfigError
from remora.wsman.headers import NO_OPTIONS, Fragment, OptionSet, SelectorSet

_BASE: Final = "http://schemas.microsoft.com/wbem/wsman/1"
ALIASES: Final[Mapping[str, str]] = {
    "wmicimv2": f"{_BASE}/wmi/root/cimv2",
    "wmi": f"{_BASE}/wmi",
    "cimv2": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2",
    "winrm": _BASE,
    "wsman": _BASE,
    "shell": f"{_BASE}/windows/shell",
}
DIALECTS: Final[Mapping[str, str]] = {
    "wql": f"{_BASE}/WQL",
    "selector": "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter",
    "association": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/AssociationFilter",
}
_LAST: Final = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*\Z")


def expanded(text: str) -> str:
    """Return the URI behind an alias such as ``winrm/config``; others stay as they are."""
    head, slash, rest = text.partition("/")
    found = ALIASES.get(head.lower())
    return text if found is None else found + slash + rest


def resource(text: str, *, options: OptionSet = NO_OPTIONS, fragment: Fragment | None = None) -> Resource:
    """Return the resource of ``URI?key=value+key2=value2``. Raises ConfigError."""
    uri, _mark, query = text.partition("?")
    if not uri.strip():
        raise ConfigError("a resource URI is missing")
    return Resource(uri=expanded(uri.strip()), selectors=selectors(query), options=options, fragment=fragment)


def selectors(text: str) -> SelectorSet:
    """Read ``key=value+key2="value 2"``. Raises ConfigError."""
    items: list[tuple[str, str]] = []
    for part in text.split("+") if text else []:
        name, equals, value = part.partition("=")
        if not name.strip() or not equals:
            raise ConfigError(f"{part!r} is no selector: write KEY=VALUE, with + between several")
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = value[1:-1]
        items.append((name.strip(), value))
    if len({name.casefold() for name, _value in items}) != len(items):
        raise ConfigError(f"{text!r} names a selector twice")
    return SelectorSet(tuple(items))


def root_name(uri: str) -> str:
    """Return the name of a representation's root element: the last token of its URI. Raises ConfigError."""
    found = _LAST.search(uri.rstrip("/"))
    if found is None:
        raise ConfigError(f"{uri!r} does not end in a name")
    return found[0]

"""Bodies of requests made of names and values: a new representation, and one that is there with some of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.errors import ConfigError

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = f"{{{_XSI}}}nil"


def new_representation(name: str, uri: str, values: Mapping[str, str | None]) -> Element:
    """Return an element of the name with a child for each value, all in the namespace of the URI; None is xsi:nil."""
    root = _xml.element(f"{{{uri}}}{name}", nsmap={"p": uri, "xsi": _XSI})
    for key, text in values.items():
        child = _xml.sub(root, f"{{{uri}}}{key.rpartition(':')[2]}", text)
        if text is None:
            _xml.set_attribute(child, _NIL, "true")
    return root


def change_representation(body: Element, uri: str, values: Mapping[str, str | None]) -> Element:
    """Lay values over a representation; each must be one child without children of its own. Raises ConfigError.

    What a policy says is left out unless it is to be changed, which the service refuses.
    """
    for key, text in values.items():
        name = key.rpartition(":")[2].lower()
        found = [child for child in body if _xml.local_name(child).lower() == name]
        if len(found) != 1 or len(found[0]):
            wrong = "does not have" if not found else "has several of" if len(found) > 1 else "has below others"
            raise ConfigError(f"{uri} {wrong} {key}")
        found[0].text = text
        if _NIL in found[0].attrib:
            del found[0].attrib[_NIL]
        if text is None:
            _xml.set_attribute(found[0], _NIL, "true")
    named = {key.rpartition(":")[2].lower() for key in values}
    for child in [child for child in body if child.get("Source") == "GPO"]:
        if _xml.local_name(child).lower() not in named:
            body.remove(child)
    return body

"""The configuration tree as XML: every resource in the namespace that is its own URI (winrm-config-and-auth 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.config.settings import SCHEMA, ConfigNode
from remora.errors import ConfigError

CONFIG_URI: Final = "http://schemas.microsoft.com/wbem/wsman/1/config"
WRONG_NAMESPACE: Final = 0x80338058
NOT_FOUND: Final = 0x8033803B
_MAX_LEAVES: Final = 1000


def resource_path(resource_uri: str) -> tuple[str, ...]:
    """Return the names below ``winrm/config``, in lower case. Raises ConfigError for another resource."""
    uri = resource_uri.rstrip("/").lower()
    if uri != CONFIG_URI and not uri.startswith(CONFIG_URI + "/"):
        raise ConfigError(f"{resource_uri!r} is no resource of the configuration", code=NOT_FOUND)
    return tuple(uri[len(CONFIG_URI) :].strip("/").split("/")) if uri != CONFIG_URI else ()


def branch(tree: ConfigNode, path: tuple[str, ...]) -> ConfigNode:
    """Return the group of settings below ``tree`` that a path names. Raises ConfigError."""
    for part in path:
        found = [child for child in tree.children if child.name.lower() == part and child.text is None]
        if not found:
            raise ConfigError(f"there is no resource {'/'.join(path)!r} in the configuration", code=NOT_FOUND)
        tree = found[0]
    return tree


def to_element(node: ConfigNode, namespace: str) -> Element:
    """Return a node and what lies below it, all in one namespace with the prefix ``cfg``."""
    root = _xml.element(f"{{{namespace}}}{node.name}", node.text, nsmap={"cfg": namespace})
    _fill(root, node, namespace)
    return root


def _fill(element: Element, node: ConfigNode, namespace: str) -> None:
    if node.source:
        element.set("Source", node.source)
    for child in node.children:
        _fill(_xml.sub(element, f"{{{namespace}}}{child.name}", child.text or None), child, namespace)


def read_leaves(element: Element, name: str, namespace: str) -> tuple[tuple[str, str], ...]:
    """Return the settings of a representation as (path below it, text), in order. Raises ConfigError.

    The root must be called ``name``; everything must be in the namespace, whose case does not matter.
    """
    if _xml.local_name(element).lower() != name.lower():
        raise ConfigError(f"the body must hold {name}, not {_xml.local_name(element)}", code=SCHEMA)
    leaves = tuple(_walk(element, "", namespace.lower()))
    if len(leaves) > _MAX_LEAVES:
        raise ConfigError(f"the body has more than {_MAX_LEAVES} settings", code=SCHEMA)
    return leaves


def _walk(element: Element, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    if _xml.tag_of(element).rpartition("}")[0].lstrip("{").lower() != namespace:
        raise ConfigError("the configuration has the wrong XML namespace", code=WRONG_NAMESPACE)
    for child in element:
        path = prefix + _xml.local_name(child)
        if len(child):
            yield from _walk(child, path + "/", namespace)
            continue
        if _xml.tag_of(child).rpartition("}")[0].lstrip("{").lower() != namespace:
            raise ConfigError("the configuration has the wrong XML namespace", code=WRONG_NAMESPACE)
        yield path, (child.text or "").strip()

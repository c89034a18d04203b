"""winrm/config over WS-Management: Get and Put of the tree or of a branch of it (wire-protocol 8.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.config import ConfigNode
from remora.errors import ConfigError
from remora.host.calls import HostCall, is_administrator
from remora.host.config_store import HostConfiguration
from remora.wsman import uris
from remora.wsman.faults import (
    AccessDenied,
    InvalidResourceUri,
    SchemaValidationError,
    UnexpectedSelectors,
    make_fault,
)
from remora.wsman.replies import Got, Reply, Stored
from remora.wsman.requests import Get, Put

_CFG: Final = f"{{{uris.NS_CONFIG}}}"
_NSMAP: Final = {"cfg": uris.NS_CONFIG}
Change = Callable[[Callable[[HostConfiguration], HostConfiguration]], HostConfiguration]


def is_config(resource_uri: str) -> bool:
    """Tell whether a resource lies in the configuration tree."""
    uri = resource_uri.lower()
    return uri == uris.RESOURCE_CONFIG or uri.startswith(uris.RESOURCE_CONFIG + "/")


class ConfigResource:
    """Reads and changes the configuration. change: carries out a change for good and returns what is in force then."""

    def __init__(self, *, config: Callable[[], HostConfiguration], change: Change) -> None:
        self._config = config
        self._change = change

    def get(self, call: HostCall, request: Get) -> Reply:
        """Return the tree. Raises AccessDenied for anybody but administrators."""
        _check(call, request)
        config = self._config()
        limit = config.winrm.max_envelope_size_kb * 1024
        if (call.headers.max_envelope_size or 0) > limit:
            raise make_fault(0x80338047)
        return Got(body=_element(_branch(config.winrm.to_tree(), request.resource_uri)))

    def put(self, call: HostCall, request: Put) -> Reply:
        """Change what differs. Raises AccessDenied, SchemaValidationError, or the fault for a value out of range."""
        _check(call, request)
        tree = self._config().winrm.to_tree()
        branch = _branch(tree, request.resource_uri)
        if _xml.local_name(request.body).lower() != branch.name.lower():
            raise SchemaValidationError(f"the body must hold {branch.name}")
        if _xml.tag_of(request.body) != _CFG + _xml.local_name(request.body):
            raise make_fault(0x80338058, "The configuration has the wrong XML namespace. ")
        prefix = "/".join(_path(request.resource_uri))
        present = dict(_node_leaves(branch, ""))
        wanted = [
            (f"{prefix}/{path}" if prefix else path, text)
            for path, text in _leaves(request.body, "")
            if present.get(path.lower()) != text
        ]

        def change(held: HostConfiguration) -> HostConfiguration:
            for path, text in wanted:
                held = held.with_setting(path, text)
            return held

        try:
            current = self._change(change)
        except ConfigError as error:
            raise make_fault(0x8033803A, f"{error} ") from error
        return Stored(body=_element(_branch(current.winrm.to_tree(), request.resource_uri)))


def _check(call: HostCall, request: Get | Put) -> None:
    if not is_administrator(call.principal):
        raise AccessDenied()
    if request.options.items:
        raise make_fault(0x803380A6)
    if request.selectors.items:
        raise UnexpectedSelectors()


def _path(resource_uri: str) -> list[str]:
    return [part for part in resource_uri[len(uris.RESOURCE_CONFIG) :].split("/") if part]


def _branch(tree: ConfigNode, resource_uri: str) -> ConfigNode:
    for part in _path(resource_uri):
        found = [child for child in tree.children if child.name.lower() == part.lower() and child.text is None]
        if not found:
            raise InvalidResourceUri()
        tree = found[0]
    return tree


def _element(node: ConfigNode, parent: Element | None = None) -> Element:
    element = _xml.element(_CFG + node.name, nsmap=_NSMAP) if parent is None else _xml.sub(parent, _CFG + node.name)
    if node.text is not None:
        element.text = node.text
    for child in node.children:
        _element(child, element)
    return element


def _node_leaves(node: ConfigNode, prefix: str) -> Iterator[tuple[str, str]]:
    for child in node.children:
        path = f"{prefix}{child.name.lower()}"
        if child.text is not None:
            yield path, child.text
        else:
            yield from _node_leaves(child, path + "/")


def _leaves(element: Element, prefix: str) -> Iterator[tuple[str, str]]:
    for child in element:
        if not _xml.tag_of(child).startswith(_CFG):
            raise make_fault(0x80338058, "The configuration has the wrong XML namespace. ")
        path = prefix + _xml.local_name(child)
        if len(child):
            yield from _leaves(child, path + "/")
        else:
            yield path, child.text or ""

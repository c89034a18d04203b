"""Changes on the WSMan: drive as requests: a setting is put, one of several is created and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.client.management import Resource
from remora.client.representation import change_representation, new_representation
from remora.engine.errors import PSError
from remora.errors import ConfigError
from remora.modules.management.providers.base import lacks
from remora.modules.wsman.failures import wsman_error
from remora.modules.wsman.machines import Machine
from remora.modules.wsman.tree import (
    CERTIFICATE,
    LISTENER,
    PLUGIN,
    SETTINGS,
    Node,
    dynamic_name,
    instance,
    node_at,
    settings_resource,
)

PARAMETERS: Final = "initializationparameters"
RESOURCES: Final = "resources"
SECURITY: Final = "security"
QUOTAS: Final = "quotas"


def not_here(what: str) -> PSError:
    """The error of an operation that a place of the drive does not have."""
    return lacks(f"{what} is not supported at this level of the path.")


def is_plugin(parts: list[str]) -> bool:
    """Whether a path leads into a plug-in."""
    return parts[0].casefold() == PLUGIN


def set_value(machine: Machine, parts: list[str], text: str) -> None:
    """Give the setting at a path another value. Raises PSError."""
    section = parts[0].casefold()
    if len(parts) == 1 or section in SETTINGS:
        _change(machine, settings_resource(parts[:-1]), {parts[-1]: text})
    elif section in (LISTENER, CERTIFICATE) and len(parts) == 3:
        _change(machine, _resource_at(machine, parts[:2]), {parts[2]: text})
    elif section == PLUGIN and len(parts) > 2:
        what = _resource_at(machine, parts[:2])
        document = machine.get(what)
        element, name = _attribute(document, parts[2:])
        element.set(name, text)
        machine.put(what, document)
    else:
        raise not_here("Set-Item")


def remove(machine: Machine, parts: list[str]) -> None:
    """Take away what is one of several. Raises PSError."""
    section = parts[0].casefold()
    if len(parts) == 2 and section in (LISTENER, CERTIFICATE, PLUGIN):
        machine.delete(_resource_at(machine, parts))
        return
    if section != PLUGIN or len(parts) not in (4, 6):
        raise not_here("Remove-Item")
    what = _resource_at(machine, parts[:2])
    document = machine.get(what)
    element = _element_at(document, parts[2:])
    parent = element.getparent()
    if parent is None or parent is document:
        raise not_here("Remove-Item")
    parent.remove(element)
    machine.put(what, document)


def create(machine: Machine, section: str, keys: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Make a listener or a certificate mapping. Raises PSError."""
    what = instance(section, keys)
    root = "Listener" if section == LISTENER else "CertMapping"
    machine.create(what, new_representation(root, what.uri, values))


def create_plugin(machine: Machine, name: str, document: Element) -> None:
    """Make a plug-in of its whole configuration. Raises PSError."""
    machine.create(instance(PLUGIN, {"Name": name}), document)


def add_to_plugin(machine: Machine, parts: list[str], tag: str, attributes: Mapping[str, str]) -> None:
    """Put an element into a part of a plug-in: an initialization parameter, a resource, or who may use it."""
    what = _resource_at(machine, parts[:2])
    document = machine.get(what)
    parent = _element_at(document, parts[2:4] if len(parts) > 4 else parts[2:3])
    if tag == "Security":
        for known in [one for one in parent if _xml.local_name(one) == tag]:
            if (known.get("Uri") or "").casefold() == attributes["Uri"].casefold():
                parent.remove(known)
    namespace = _xml.tag_of(document).rpartition("}")[0] + "}"
    _xml.sub(parent, namespace + tag, None, dict(attributes))
    machine.put(what, document)


def _change(machine: Machine, what: Resource, values: Mapping[str, str]) -> None:
    try:
        body = change_representation(machine.get(what), what.uri, values)
    except ConfigError as failure:
        raise wsman_error(failure, machine.name) from None
    machine.put(what, body)


def _resource_at(machine: Machine, parts: list[str]) -> Resource:
    node = _present(machine, parts)
    return instance(parts[0].casefold(), node.keys)


def _present(machine: Machine, parts: list[str]) -> Node:
    node = node_at(machine, parts)
    if node is None:
        raise not_here("This")
    return node


def _element_at(document: Element, parts: list[str]) -> Element:
    """The element of a plug-in's configuration that a path below the plug-in names. Raises PSError."""
    element = document
    for position, part in enumerate(parts):
        folded = part.casefold()
        for child in element:
            kind = _xml.local_name(child)
            names = {
                "Param": child.get("Name") or "",
                "Resource": dynamic_name("Resource", [child.get("ResourceUri") or ""]),
                "Security": dynamic_name("Security", [child.get("Uri") or ""]),
            }
            if names.get(kind, kind).casefold() == folded:
                element = child
                break
        else:
            if position and folded == SECURITY:  # Security elements stand in the resource itself
                continue
            raise not_here("This")
    return element


def _attribute(document: Element, parts: list[str]) -> tuple[Element, str]:
    """Where a setting of a plug-in is kept: an element and the name of its attribute. Raises PSError."""
    if parts[0].casefold() == PARAMETERS and len(parts) == 2:
        return _element_at(document, parts), "Value"
    element = _element_at(document, parts[:-1])
    for name in element.attrib:
        if str(name).casefold() == parts[-1].casefold():
            return element, str(name)
    raise not_here("Set-Item")

"""The configuration of a machine as the WSMan: drive shows it (winrm-config-and-auth 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from remora import _xml
from remora._xml import Element
from remora.client.management import Resource
from remora.client.resource_uris import resource
from remora.modules.wsman.machines import Machine
from remora.wsman.headers import SelectorSet

STRING: Final = "System.String"
STRINGS: Final = "System.String[]"
CONFIG: Final = "winrm/config"
SETTINGS: Final = {"client": "client", "service": "service", "shell": "winrs"}
LISTENER: Final = "listener"
PLUGIN: Final = "plugin"
CERTIFICATE: Final = "clientcertificate"
_SECTIONS: Final = ("Client", "Service", "Shell", "Listener", "Plugin", "ClientCertificate")
_KEYS: Final = {LISTENER: ("Transport", "Address"), CERTIFICATE: ("Issuer", "Subject", "URI")}
_URIS: Final = {LISTENER: "listener", PLUGIN: "plugin", CERTIFICATE: "service/certmapping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place on the drive. children: None for a setting, whose value is a text or a list of texts of that kind."""

    name: str
    value: Any = None
    kind: str = STRING
    source: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] | None = None

    def child(self, name: str) -> Node | None:
        """The part of that name in any case."""
        folded = name.casefold()
        return next((one for one in self.children or () if one.name.casefold() == folded), None)


def node_at(machine: Machine, parts: list[str]) -> Node | None:
    """What lies at a path below a machine; None for nothing. Raises PSError for what the machine refuses."""
    if not parts:
        return _top(machine)
    make = _SECTION_NODES.get(parts[0].casefold())
    node = _top(machine).child(parts[0]) if make is None else make(machine)
    for part in parts[1:]:
        if node is None:
            return None
        node = node.child(part)
    return node


def dynamic_name(kind: str, keys: Iterable[str]) -> str:
    """The name of one of several: its kind and a number made of its keys."""
    return f"{kind}_{crc32('+'.join(keys).casefold().encode())}"


def settings_resource(parts: list[str]) -> Resource:
    """The resource of a group of settings: of the machine itself, of Client, Client/Auth ..."""
    names = [part.lower() for part in parts]
    names[:1] = [SETTINGS[name] for name in names[:1]]
    return resource("/".join((CONFIG, *names)))


def collection(section: str) -> Resource:
    """The resource of every listener, plug-in or certificate mapping."""
    return resource(f"{CONFIG}/{_URIS[section]}")


def instance(section: str, keys: Mapping[str, str]) -> Resource:
    """The resource of one of them."""
    return Resource(uri=collection(section).uri, selectors=SelectorSet(tuple(keys.items())))


def _top(machine: Machine) -> Node:
    config = machine.get(resource(CONFIG))
    leaves = tuple(_setting(child) for child in config if not len(child))
    return Node(name=machine.name, children=(*leaves, *(Node(name=name, children=()) for name in _SECTIONS)))


def _setting(element: Element) -> Node:
    """A setting, or a group of them."""
    name = _xml.local_name(element)
    if len(element):
        return Node(name=name, children=tuple(_setting(child) for child in element))
    return Node(name=name, value=element.text or "", source=element.get("Source") or "")


def _settings(section: str) -> Callable[[Machine], Node]:
    name = next(name for name in _SECTIONS if name.lower() == section)

    def made(machine: Machine) -> Node:
        element = machine.get(settings_resource([section]))
        return Node(name=name, children=tuple(_setting(child) for child in element))

    return made


def _listeners(machine: Machine) -> Node:
    items = (_instance(item, LISTENER, "Listener") for item in machine.items(collection(LISTENER)))
    return Node(name="Listener", children=tuple(items))


def _mappings(machine: Machine) -> Node:
    items = (_instance(item, CERTIFICATE, "ClientCertificate") for item in machine.items(collection(CERTIFICATE)))
    return Node(name="ClientCertificate", children=tuple(items))


def _instance(item: Element, section: str, kind: str) -> Node:
    texts = {_xml.local_name(child).casefold(): child.text or "" for child in item}
    keys = {name: texts.get(name.casefold(), "") for name in _KEYS[section]}
    leaves = [_of_several(child) for child in item]
    return Node(name=dynamic_name(kind, keys.values()), keys=keys, children=tuple(leaves))


def _of_several(element: Element) -> Node:
    """A setting of a listener; its addresses have names of their own."""
    leaf = _setting(element)
    if leaf.name != "ListeningOn":
        return leaf
    return Node(name=dynamic_name(leaf.name, [leaf.value]), value=leaf.value)


def _plugins(machine: Machine) -> Node:
    return Node(name="Plugin", children=tuple(_plugin(item) for item in machine.items(collection(PLUGIN))))


def _plugin(item: Element) -> Node:
    parts: dict[str, tuple[Node, ...]] = {"InitializationParameters": (), "Resources": (), "Quotas": ()}
    for child in item:
        match _xml.local_name(child):
            case "InitializationParameters":
                parts["InitializationParameters"] = tuple(
                    Node(name=one.get("Name") or "", value=one.get("Value") or "") for one in child
                )
            case "Resources":
                parts["Resources"] = tuple(_resource(one) for one in child)
            case "Quotas":
                parts["Quotas"] = _attributes(child)
    containers = (Node(name=name, children=children) for name, children in parts.items())
    name = item.get("Name") or ""
    return Node(name=name, keys={"Name": name}, children=(*_attributes(item), *containers))


def _attributes(element: Element) -> tuple[Node, ...]:
    return tuple(Node(name=str(name), value=str(text)) for name, text in element.attrib.items() if "}" not in str(name))


def _resource(element: Element) -> Node:
    uri = element.get("ResourceUri") or ""
    capabilities = [one.get("Type") or "" for one in element if _xml.local_name(one) == "Capability"]
    security = [_security(one) for one in element if _xml.local_name(one) == "Security"]
    return Node(
        name=dynamic_name("Resource", [uri]),
        keys={"Uri": uri},
        children=(
            *_attributes(element),
            Node(name="Capability", value=capabilities, kind=STRINGS),
            Node(name="Security", children=tuple(security)),
        ),
    )


def _security(element: Element) -> Node:
    uri = element.get("Uri") or ""
    return Node(name=dynamic_name("Security", [uri]), keys={"Uri": uri}, children=_attributes(element))


_SECTION_NODES: Final[Mapping[str, Callable[[Machine], Node]]] = {
    **{section: _settings(section) for section in SETTINGS},
    LISTENER: _listeners,
    PLUGIN: _plugins,
    CERTIFICATE: _mappings,
}

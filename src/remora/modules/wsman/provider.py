"""The WSMan: drive: the configuration of this machine's host and client, and of connected machines, as items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from remora.engine.cmdlet import Parameter
from remora.engine.drives import ResolvedPath
from remora.modules.common import as_list
from remora.modules.management.providers.base import ItemCommand, Provider, dynamic
from remora.modules.wsman import changes
from remora.modules.wsman.connecting import connect
from remora.modules.wsman.creating import new_item, new_item_parameters
from remora.modules.wsman.elements import COMPUTER_LEVEL, ConfigElement, ContainerElement, LeafElement
from remora.modules.wsman.failures import refused
from remora.modules.wsman.machines import LOCAL, Machine, machines_of
from remora.modules.wsman.reaching import Way, text_of
from remora.modules.wsman.tree import Node, node_at

TRUSTED_HOSTS: Final = "trustedhosts"
_ROOT: Final = "WSMan"
_SECURITY: Final = "WinRM Security Configuration."
_WARNINGS: Final = {
    TRUSTED_HOSTS: "This changes the list of TrustedHosts of the WinRM client. A computer in it need not prove who it "
    "is, and may be sent what proves who you are. Do you want to change the list?",
    "rootsddl": "This changes the security descriptor of the WinRM service, and with it who may use the service. Do "
    "you want to change it?",
}


class WSManProvider(Provider):
    """Containers are groups of settings and collections; leaves are settings."""

    is_navigable = True
    _listed: tuple[str, dict[str, Node]] | None = None

    # -- looking -------------------------------------------------------------------------------------------------------

    def exists(self, path: str) -> bool:
        self._listed = None
        return not path or self._node(path) is not None

    def is_container(self, path: str) -> bool:
        if not path:
            return True
        node = self._node(path)
        return node is not None and node.children is not None

    def names(self, path: str) -> Iterable[str]:
        if not path:
            return machines_of(self.session).names()
        machine = self._machine(path)
        node = self._node(path) if machine is None else node_at(machine, [])
        children = () if node is None else node.children or ()
        self._listed = (path, {child.name.casefold(): child for child in children})
        return [child.name for child in children]

    def join(self, parent: str, name: str) -> str:
        return f"{parent}/{name}" if parent else name

    def item(self, place: ResolvedPath) -> Any:
        if not place.path:
            return self.with_notes(ConfigElement(_ROOT), place)
        node = self._node(place.path)
        assert node is not None
        return self.with_notes(_element(node), place)

    def with_notes(self, value: Any, place: ResolvedPath) -> Any:
        found = super().with_notes(value, place)
        parent, _, name = place.path.rpartition("/")
        found.extended["PSParentPath"] = place.at(parent).ps_path() if place.path else ""
        found.extended["PSChildName"] = name
        if place.path and not parent:
            found.type_names = (COMPUTER_LEVEL, *ContainerElement.net_type.names)
            found.extended["ComputerName"] = name
        return found

    def _machine(self, name: str) -> Machine | None:
        return machines_of(self.session).find(name)

    def _node(self, path: str) -> Node | None:
        """What lies there: what was listed just now, else what the machine says."""
        parent, _, name = path.rpartition("/")
        if self._listed is not None and self._listed[0] == parent and name.casefold() in self._listed[1]:
            return self._listed[1][name.casefold()]
        host, *parts = path.split("/")
        machine = self._machine(host)
        if machine is None:
            return None
        if not parts:
            return Node(name=machine.name, children=())
        return node_at(machine, parts)

    def has_children(self, path: str) -> bool:
        """A machine is taken from the drive as it is."""
        return "/" in path and super().has_children(path)

    # -- changing ------------------------------------------------------------------------------------------------------

    def dynamic_parameters(self, command: ItemCommand, place: ResolvedPath) -> Sequence[Parameter]:
        match command.spec.name:
            case "Set-Item":
                return (dynamic("concatenate", Parameter("switch")),)
            case "New-Item":
                return new_item_parameters(place.path.split("/") if place.path else [])
        return ()

    def set_item(self, command: ItemCommand, place: ResolvedPath, value: Any) -> None:
        machine, parts = self._changing(place, "Set-Item")
        if value is None:
            raise refused("Set-Item needs -Value; Clear-Item empties a setting.", place.path)
        text = ",".join(text_of(one).strip() for one in as_list(value)) if isinstance(value, list) else text_of(value)
        name = parts[-1].casefold()
        if getattr(command, "concatenate", False) and name == TRUSTED_HOSTS:
            before = (node_at(machine, parts) or Node(name=name)).value
            text = f"{before},{text}" if before else text
        if not self._may(command, place, "Set-Item", _WARNINGS.get(name)):
            return
        changes.set_value(machine, parts, text)
        if changes.is_plugin(parts):
            command.write_warning("New sessions have the change from now on; sessions that are open are not changed.")
        if command.pass_thru:
            command.emit(self.item(place))

    def clear_item(self, command: ItemCommand, place: ResolvedPath) -> None:
        machine, parts = self._changing(place, "Clear-Item")
        if self._may(command, place, "Clear-Item", _WARNINGS.get(parts[-1].casefold())):
            changes.set_value(machine, parts, "")

    def new_item(self, command: ItemCommand, place: ResolvedPath, kind: str | None, value: Any) -> None:
        self._listed = None
        host, *parts = place.path.split("/") if place.path else [""]
        if not parts and self._machine(host) is None:
            self._connect(command, host)
            return
        made = new_item(command, self._machine(host), parts, place)
        if made is not None:
            command.emit(self.item(place.at(made)))

    def _connect(self, command: ItemCommand, host: str) -> None:
        """As Connect-WSMan: the machine of that name, or of -ConnectionURI."""
        way = Way.of(command)
        if way.connection_uri is None:
            way.computer_name = host
        if not (host or way.connection_uri):
            raise refused("New-Item needs -Name or -ConnectionURI here.", host)
        if command.should_process(f"WSMan:/{host}", "New-Item"):
            name = connect(command, way)
            drive = command.session.resolve_path("WSMan:/").drive
            command.emit(self.item(ResolvedPath(drive=drive, path=name)))

    def remove_item(self, command: ItemCommand, place: ResolvedPath, *, recurse: bool) -> None:
        self._listed = None
        host, *parts = place.path.split("/")
        if not parts:
            if host.casefold() == LOCAL or not place.path:
                raise changes.not_here("Remove-Item")
            if command.should_process(place.full(), "Remove-Item"):
                machines_of(self.session).remove(host)
            return
        machine = self._machine(host)
        assert machine is not None
        if self._may(command, place, "Remove-Item", None):
            changes.remove(machine, parts)

    def _changing(self, place: ResolvedPath, what: str) -> tuple[Machine, list[str]]:
        """The machine and the path of a setting below it."""
        self._listed = None
        host, *parts = place.path.split("/")
        machine = self._machine(host)
        node = None if machine is None or not parts else node_at(machine, parts)
        if machine is None or node is None or node.children is not None:
            raise changes.not_here(what)
        return machine, parts

    def _may(self, command: ItemCommand, place: ResolvedPath, action: str, warning: str | None) -> bool:
        if not command.should_process(place.full(), action):
            return False
        return warning is None or bool(command.force) or command.runtime.should_continue(warning, _SECURITY)


def _element(node: Node) -> ConfigElement:
    if node.children is None:
        return LeafElement(node.name, node.kind, node.value, node.source)
    if node.keys:
        return ContainerElement(node.name, tuple(f"{name}={value}" for name, value in node.keys.items()))
    return ConfigElement(node.name)

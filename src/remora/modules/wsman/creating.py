"""New-Item on the WSMan: drive: what each container takes, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from remora import _xml
from remora._xml import Element
from remora.config.plugin import PLUGIN_URI
from remora.engine.cmdlet import Parameter
from remora.engine.drives import ResolvedPath
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.errors import RemoraError
from remora.modules.common import as_list
from remora.modules.management.providers.base import ItemCommand, dynamic
from remora.modules.wsman import changes, way
from remora.modules.wsman.failures import refused
from remora.modules.wsman.machines import Machine
from remora.modules.wsman.reaching import text_of
from remora.modules.wsman.tree import CERTIFICATE, LISTENER, PLUGIN, Node, node_at

MAX_FILE: Final = 1024 * 1024
_ROOT: Final = "root"
_GIVEN: Final = (ValidateNotNullOrEmpty(),)
_CAPTION: Final = "WinRM Security Configuration."
_LISTENER: Final = {"port": "Port", "host_name": "Hostname", "enabled": "Enabled", "url_prefix": "URLPrefix",
                    "certificate_thumb_print": "CertificateThumbprint"}  # fmt: skip
_PLUGIN: Final = {"plugin": "Name", "file_name": "Filename", "sdk_version": "SDKVersion",
                  "xml_rendering_type": "XmlRenderingType", "use_shared_process": "UseSharedProcess",
                  "auto_restart": "AutoRestart", "process_idle_timeout_sec": "ProcessIdleTimeoutSec"}  # fmt: skip


def _text(name: str | None = None, **more: Any) -> Parameter:
    return Parameter("string", name=name, validate=_GIVEN, **more)


def new_item_parameters(path: list[str]) -> Sequence[Parameter]:
    """What New-Item takes at a path of the drive, the name of the machine its first part."""
    kind = _kind(path[1:]) if len(path) > 1 else _ROOT
    table = {
        _ROOT: {
            "connection_uri": Parameter("uri", name="ConnectionURI"),
            "port": way.port(),
            "use_ssl": way.use_ssl(),
            "application_name": way.application_name(),
            "session_option": way.session_option(),
            "authentication": Parameter(way.AUTHENTICATION),
            "certificate_thumbprint": _text(),
        },
        LISTENER: {
            "address": _text(mandatory=True),
            "transport": _text(mandatory=True),
            "port": way.port(),
            "host_name": _text(),
            "enabled": Parameter("bool"),
            "url_prefix": _text("URLPrefix"),
            "certificate_thumb_print": _text(),
        },
        PLUGIN: {
            "plugin": _text(),
            "file_name": _text(),
            "sdk_version": _text("SDKVersion"),
            "resource": Parameter("uri"),
            "capability": Parameter("object[]"),
            "xml_rendering_type": _text("XMLRenderingType"),
            "file": _text(),
            "run_as_credential": Parameter("System.Management.Automation.PSCredential", refused=True),
            "use_shared_process": Parameter("switch"),
            "auto_restart": Parameter("switch"),
            "process_idle_timeout_sec": Parameter("uint32"),
        },
        changes.RESOURCES: {
            "resource_uri": Parameter("uri", mandatory=True),
            "capability": Parameter("object[]", mandatory=True),
        },
        changes.SECURITY: {"sddl": _text(mandatory=True), "uri": Parameter("uri")},
        changes.PARAMETERS: {"param_name": _text(mandatory=True), "param_value": _text(mandatory=True)},
        CERTIFICATE: {
            "issuer": _text(mandatory=True),
            "subject": _text(),
            "uri": _text("URI"),
            "enabled": Parameter("bool"),
        },
    }.get(kind or "", {})
    return [dynamic(attribute, parameter) for attribute, parameter in table.items()]


def _kind(parts: list[str]) -> str | None:
    """Which container a path below a machine is; None for one that takes nothing new."""
    folded = [part.casefold() for part in parts]
    match folded:
        case [one] if one in (LISTENER, PLUGIN, CERTIFICATE):
            return one
        case ["plugin", _, one] if one in (changes.RESOURCES, changes.PARAMETERS):
            return one
        case ["plugin", _, "resources", _, "security"]:
            return changes.SECURITY
    return None


def new_item(command: ItemCommand, machine: Machine | None, parts: list[str], place: ResolvedPath) -> str | None:
    """Make what the parameters say; the path of what was made, None when it was not. Raises PSError."""
    kind = _kind(parts)
    if machine is None or kind is None:
        raise changes.not_here("New-Item")
    make = _MAKERS[kind]
    if not command.should_process(place.full(), "New-Item"):
        return None
    query = "This changes what the WinRM service of the machine offers, and to whom. Do you want to go on?"
    if not command.force and not command.runtime.should_continue(query, _CAPTION):
        return None
    keys = make(command, machine, parts)
    found = _found(node_at(machine, parts), keys)
    return None if found is None else "/".join((place.path, found))


def _found(container: Node | None, keys: Mapping[str, str]) -> str | None:
    """The name of the child with these keys, or of that name."""
    wanted = {name.casefold(): value.casefold() for name, value in keys.items()}
    for child in () if container is None else container.children or ():
        held = {name.casefold(): value.casefold() for name, value in child.keys.items()} or {
            "name": child.name.casefold()
        }
        if held == wanted:
            return child.name
    return None


def _values(command: ItemCommand, names: Mapping[str, str]) -> dict[str, str]:
    given = ((name, getattr(command, attribute, None)) for attribute, name in names.items())
    return {name: text_of(value) for name, value in given if value is not None}


def _listener(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    keys = {"Transport": command.transport.upper(), "Address": command.address}
    changes.create(machine, LISTENER, keys, _values(command, _LISTENER))
    return keys


def _mapping(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    keys = {
        "Issuer": command.issuer,
        **{name: getattr(command, name.lower(), None) or "*" for name in ("Subject", "URI")},
    }
    values = _values(command, {"enabled": "Enabled"})
    if command.credential is not None:
        values |= {"UserName": command.credential.username, "Password": command.credential.password.reveal()}
    changes.create(machine, CERTIFICATE, keys, values)
    return keys


def _plugin(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    given = getattr(command, "file", None)
    document = _read(command, given) if given is not None else _described(command)
    name = getattr(command, "plugin", None) or document.get("Name") or ""
    changes.create_plugin(machine, name, document)
    return {"Name": name}


def _read(command: ItemCommand, path: str) -> Element:
    where = command.session.file_path(path)
    try:
        with open(where, "rb") as file:
            return _xml.parse(file.read(MAX_FILE + 1), max_size=MAX_FILE)
    except (OSError, RemoraError) as problem:
        raise refused(f"{where}: {problem}", path) from None


def _described(command: Any) -> Element:
    for attribute, name in (("plugin", "Plugin"), ("resource", "Resource"), ("capability", "Capability")):
        if getattr(command, attribute, None) is None:
            raise refused(f"New-Item needs -{name} here, or -File.", name)
    namespace = f"{{{PLUGIN_URI}}}"
    root = _xml.element(namespace + "PlugInConfiguration", nsmap={"cfg": PLUGIN_URI})
    for name, text in _values(command, _PLUGIN).items():
        root.set(name, text)
    attributes = {"ResourceUri": text_of(command.resource), "SupportsOptions": "true"}
    resource = _xml.sub(_xml.sub(root, namespace + "Resources"), namespace + "Resource", None, attributes)
    for one in as_list(command.capability):
        _xml.sub(resource, namespace + "Capability", None, {"Type": text_of(one)})
    return root


def _resource(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    uri = text_of(command.resource_uri)
    changes.add_to_plugin(machine, parts, "Resource", {"ResourceUri": uri})
    return {"Uri": uri}


def _security(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    uri = getattr(command, "uri", None)
    if uri is None:
        held = node_at(machine, parts[:4])
        uri = "" if held is None else held.keys["Uri"]
    keys = {"Uri": text_of(uri)}
    changes.add_to_plugin(machine, parts, "Security", {**keys, "ExactMatch": "true", "Sddl": command.sddl})
    return keys


def _parameter(command: Any, machine: Machine, parts: list[str]) -> dict[str, str]:
    attributes = {"Name": command.param_name, "Value": command.param_value}
    changes.add_to_plugin(machine, parts, "Param", attributes)
    return {"Name": command.param_name}


_MAKERS: Final[Mapping[str, Callable[[Any, Machine, list[str]], dict[str, str]]]] = {
    LISTENER: _listener,
    CERTIFICATE: _mapping,
    PLUGIN: _plugin,
    changes.RESOURCES: _resource,
    changes.SECURITY: _security,
    changes.PARAMETERS: _parameter,
}

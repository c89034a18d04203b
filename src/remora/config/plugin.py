"""Session configurations as WS-Management shows them: ``winrm/config/plugin`` (winrm-config-and-auth 4).

A plug-in here is always one session configuration. Its settings are attributes of ``PlugInConfiguration`` and of the
elements below it; what Windows keeps there and this host has no use for is shown with the value that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.config.sddl import parse_sddl
from remora.config.session_changes import PREFIX
from remora.config.sessions import Backend, SessionConfiguration, is_configuration_name
from remora.config.settings import SCHEMA, Setting, merged, parse, shown
from remora.errors import ConfigError

PLUGIN_URI: Final = "http://schemas.microsoft.com/wbem/wsman/1/config/PluginConfiguration"
URI_SECURITY: Final = 0x803381AF
BAD_DESCRIPTOR: Final = 0x8033815C
CANNOT_CHANGE_KEYS: Final = 0x803380ED
UNSUPPORTED: Final = 0x80338042
_NS: Final = f"{{{PLUGIN_URI}}}"
_SHOWN_FIXED: Final[Mapping[str, str]] = {
    "Filename": "remora",
    "SDKVersion": "2",
    "XmlRenderingType": "text",
    "Architecture": "64",
    "UseSharedProcess": "false",
    "ProcessIdleTimeoutSec": "0",
    "RunAsPassword": "",
    "AutoRestart": "false",
}
_ELSEWHERE: Final = ("OutputBufferingMode", "ProcessIdleTimeoutSec")
_SIZES: Final = ("PSMaximumReceivedObjectSizeMB", "PSMaximumReceivedDataSizePerCommandMB")
"""Quotas that are shown as initialization parameters."""
_PARAMETERS: Final = {"startupscript": "startup_script", "configfilepath": "definition_file"}


def plugin_element(item: SessionConfiguration) -> Element:
    """Return the representation of a session configuration."""
    quotas = {node.name: node.text or "" for node in item.quotas.to_tree().children}
    root = _xml.element(_NS + "PlugInConfiguration", nsmap={None: PLUGIN_URI})  # type: ignore[dict-item]
    attributes = {
        "Name": item.name,
        **_SHOWN_FIXED,
        "RunAsUser": item.run_as_user,
        "Enabled": shown(item.enabled),
        "OutputBufferingMode": quotas["OutputBufferingMode"],
    }
    for name, text in attributes.items():
        root.set(name, text)
    parameters = _xml.sub(root, _NS + "InitializationParameters")
    for name, text in _initialization(item, quotas).items():
        _xml.sub(parameters, _NS + "Param", None, {"Name": name, "Value": text})
    uri = PREFIX + item.name
    resource = _xml.sub(
        _xml.sub(root, _NS + "Resources"),
        _NS + "Resource",
        None,
        {"ResourceUri": uri, "SupportsOptions": "true", "ExactMatch": "true"},
    )
    _xml.sub(resource, _NS + "Security", None, {"Uri": uri, "ExactMatch": "true", "Sddl": item.security_descriptor})
    _xml.sub(resource, _NS + "Capability", None, {"Type": "Shell"})
    kept = {name: text for name, text in quotas.items() if name not in (*_ELSEWHERE, *_SIZES)}
    _xml.sub(root, _NS + "Quotas", None, kept)
    return root


def _initialization(item: SessionConfiguration, quotas: Mapping[str, str]) -> dict[str, str]:
    texts = {
        "PSVersion": "7.4",
        "startupscript": item.startup_script,
        "configfilepath": item.definition_file,
        "languagemode": item.language_mode,
        "backend": item.backend.value,
        **{name: quotas[name] for name in _SIZES},
    }
    return {name: text for name, text in texts.items() if text}


def read_plugin(item: SessionConfiguration | None, name: str, element: Element) -> SessionConfiguration:
    """Return a session configuration with a representation laid over it, or a new one. Raises ConfigError.

    item: what is there; None for Create. name: the selector. RunAsPassword is the caller's to check.
    """
    if _xml.tag_of(element).lower() != (_NS + "PlugInConfiguration").lower():
        raise ConfigError("the body must hold PlugInConfiguration in its namespace", code=SCHEMA)
    if not is_configuration_name(name):
        raise ConfigError(f"{name[:128]!r} cannot be the name of a session configuration", code=SCHEMA)
    given = _attributes(element)
    if str(given.get("Name", name)).casefold() != name.casefold():
        raise ConfigError("PlugInConfiguration/Name: a key cannot be changed", code=CANNOT_CHANGE_KEYS)
    changed = item or SessionConfiguration(name=name)
    if "Enabled" in given:
        declared = Setting(name="Enabled", code=SCHEMA)
        changed = replace(changed, enabled=bool(parse("PlugIn/Enabled", declared, bool, given["Enabled"])))
    if "RunAsUser" in given:
        changed = replace(changed, run_as_user=given["RunAsUser"].strip())
    quotas: dict[str, object] = {name: given[name] for name in _ELSEWHERE if name in given}
    for child in element:
        match _xml.local_name(child):
            case "Quotas":
                quotas |= _attributes(child)
            case "InitializationParameters":
                changed = _initialized(changed, _parameters(child), quotas)
            case "Resources":
                changed = _secured(changed, child)
            case other:
                raise ConfigError(f"PlugInConfiguration has no element {other}", code=SCHEMA)
    return replace(changed, removed=False, quotas=merged(changed.quotas, quotas, trail="PlugIn/Quotas/"))


def _attributes(element: Element) -> dict[str, str]:
    return {str(name): str(text) for name, text in element.attrib.items()}


def _parameters(element: Element) -> dict[str, str]:
    return {str(param.get("Name", "")).lower(): str(param.get("Value", "")) for param in element}


def _initialized(
    item: SessionConfiguration, given: Mapping[str, str], quotas: dict[str, object]
) -> SessionConfiguration:
    texts = {field: given.get(name) or None for name, field in _PARAMETERS.items()}
    item = replace(item, **texts)  # type: ignore[arg-type]
    quotas |= {name: given[name.lower()] for name in _SIZES if name.lower() in given}
    if "backend" in given:
        item = replace(
            item, backend=Backend(parse("PlugIn/backend", Setting(name="backend"), Backend, given["backend"]))
        )
    return item


def _secured(item: SessionConfiguration, resources: Element) -> SessionConfiguration:
    uri = PREFIX + item.name
    for resource in resources:
        if str(resource.get("ResourceUri", "")).casefold() != uri.casefold():
            raise ConfigError(f"Resource/ResourceUri must be {uri}", code=SCHEMA)
        for child in resource:
            kind = _xml.local_name(child)
            if kind == "Capability" and child.get("Type", "").lower() != "shell":
                raise ConfigError("Capability/Type: only Shell is served here", code=UNSUPPORTED)
            if kind == "Security":
                if not str(child.get("Uri", uri)).casefold().startswith(uri.casefold()):
                    raise ConfigError("Security/Uri must begin with the resource's URI", code=URI_SECURITY)
                item = replace(item, security_descriptor=_descriptor(str(child.get("Sddl", ""))))
    return item


def _descriptor(text: str) -> str:
    try:
        return str(parse_sddl(text))
    except ConfigError as error:
        raise ConfigError(f"Security/Sddl: {error}", code=BAD_DESCRIPTOR) from None

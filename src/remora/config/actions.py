"""What can be invoked on the configuration: Restore, and the steps of quickconfig (winrm-config-and-auth 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.config.listener_resource import ListenerResource
from remora.config.resource import Backing, Machine
from remora.config.sessions import BUILTIN
from remora.config.tree_xml import CONFIG_URI, read_leaves
from remora.config.winrm import WinrmConfig
from remora.errors import ConfigError

SERVICE_URI: Final = CONFIG_URI + "/service"
UNSUPPORTED_ACTION: Final = 0x80338013
CERTIFICATE_REQUIRED: Final = 0x80338115
INVALID_PARAMETER: Final = 0x8033803A


class ConfigActions:
    """Answers Invoke."""

    def __init__(self, backing: Backing, machine: Machine, listeners: ListenerResource) -> None:
        self._backing = backing
        self._machine = machine
        self._listeners = listeners

    async def invoke(self, path: tuple[str, ...], action: str, body: Element | None) -> Element:
        """Carry out an action and return its output. Raises ConfigError for one that the resource has not."""
        match path, action.lower():
            case (), "restore":
                self._backing.update(_restored)
                return _output(CONFIG_URI, "Restore")
            case ("plugin",), "restore":
                self._backing.update(_restored_plugins)
                return _output(CONFIG_URI + "/plugin", "Restore")
            case ("service",), "analyzeservice":
                return _output(SERVICE_URI, "AnalyzeService", RemotingEnabled="true")
            case ("service",), "enableservice":
                return _output(SERVICE_URI, "EnableService", Status="succeeded")
            case ("service",), "analyze":
                return self._analyze(_transport(body, "Analyze"))
            case ("service",), "enableremoting":
                return await self._enable(_transport(body, "EnableRemoting"))
        place = "/".join(("winrm/config", *path))
        raise ConfigError(f"{place} has no action {action!r}", code=UNSUPPORTED_ACTION)

    def _analyze(self, transport: str) -> Element:
        if self._is_open(transport):
            return _output(SERVICE_URI, "Analyze", RemotingEnabled="true")
        output = _output(
            SERVICE_URI,
            "Analyze",
            RemotingEnabled="false",
            Results=f"Make a listener for {transport} on every address, *, of this machine.",
        )
        step = _xml.sub(output, f"{{{SERVICE_URI}}}EnableRemoting_INPUT")
        _xml.sub(step, f"{{{SERVICE_URI}}}Transport", transport)
        return output

    async def _enable(self, transport: str) -> Element:
        if not self._is_open(transport):
            body = None
            if transport == "HTTPS":
                thumbprint = self._machine.server_certificate()
                if not thumbprint:
                    raise ConfigError(
                        "HTTPS needs a server certificate with this machine's name", code=CERTIFICATE_REQUIRED
                    )
                uri = CONFIG_URI + "/listener"
                body = _xml.element(f"{{{uri}}}Listener", nsmap={"cfg": uri})
                _xml.sub(body, f"{{{uri}}}CertificateThumbprint", thumbprint)
            await self._listeners.create({"Address": "*", "Transport": transport}, body)
        return _output(
            SERVICE_URI, "EnableRemoting", Status="succeeded", Results=f"A listener for {transport} is there."
        )

    def _is_open(self, transport: str) -> bool:
        return any(item.is_named("*", transport) and item.enabled for item in self._machine.listeners())


def _restored(held: HostConfiguration) -> HostConfiguration:
    return replace(held, winrm=WinrmConfig())


def _restored_plugins(held: HostConfiguration) -> HostConfiguration:
    builtin = {item.name.casefold() for item in BUILTIN}
    own = tuple(item for item in held.configured_sessions if item.name.casefold() not in builtin)
    return replace(held, configured_sessions=own)


def _transport(body: Element | None, action: str) -> str:
    leaves = {} if body is None else dict(read_leaves(body, f"{action}_INPUT", SERVICE_URI))
    text = next((text for name, text in leaves.items() if name.lower() == "transport"), "http").upper()
    if text not in ("HTTP", "HTTPS"):
        raise ConfigError(f"Transport: {text!r} is neither http nor https", code=INVALID_PARAMETER)
    return text


def _output(namespace: str, action: str, **texts: str) -> Element:
    root = _xml.element(f"{{{namespace}}}{action}_OUTPUT", nsmap={"cfg": namespace})
    for name, text in texts.items():
        _xml.sub(root, f"{{{namespace}}}{name}", text)
    return root

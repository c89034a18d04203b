"""Which proxy leads to a machine: from the options, the client's configuration, or the environment."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from remora.auth.trust import is_trusted
from remora.client.config_store import ClientConfig
from remora.client.options import ProxyAccessType, PSSessionOption
from remora.errors import PSSessionError
from remora.net.proxy import Proxy


def proxy_for(url: str, option: PSSessionOption, config: ClientConfig) -> Proxy | None:
    """Return the proxy to this URL; None: no proxy.

    ``option.proxy`` always counts. Else by the access type: None and NoProxyServer: none. IEConfig, the user's own
    setting: the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. WinHttpConfig, the machine's: ``proxy`` and
    ``no_proxy`` of the client's configuration. AutoDetect: the configuration, then the variables; the network itself is
    not asked (WPAD). The credential of the options wins over one in the proxy's URL.

    Raises PSSessionError (ProxyCredentialWithoutAccess) for a credential without a proxy to use it for, ConfigError.
    """
    access = option.proxy_access_type
    if option.proxy_credential is not None and option.proxy is None and access is ProxyAccessType.NONE:
        raise PSSessionError(
            "a proxy credential has no meaning while the proxy access type is None",
            error_id="ProxyCredentialWithoutAccess",
            category="InvalidArgument",
        )
    address = option.proxy
    if address is None and access in (ProxyAccessType.WIN_HTTP_CONFIG, ProxyAccessType.AUTO_DETECT):
        address = _configured(url, config)
    if address is None and access in (ProxyAccessType.IE_CONFIG, ProxyAccessType.AUTO_DETECT):
        address = _from_environment(url)
    return None if not address else _with_logon(Proxy.parse(address), option)


def _with_logon(proxy: Proxy, option: PSSessionOption) -> Proxy:
    credential = option.proxy_credential
    if credential is None:
        return proxy
    return replace(
        proxy,
        username=credential.username,
        password=credential.password.reveal(),
        mechanism=option.proxy_authentication,
    )


def _configured(url: str, config: ClientConfig) -> str | None:
    """The configuration's proxy; an empty text where the host is among those to be reached without one."""
    return "" if is_trusted(config.no_proxy, urlsplit(url).hostname or "") else config.proxy


def _from_environment(url: str) -> str | None:
    from urllib.request import getproxies_environment

    parts = urlsplit(url)
    found = getproxies_environment()
    if _needs_none(found.get("no", ""), parts.hostname or "", parts.port):
        return None
    return found.get(parts.scheme) or found.get("all")


def _needs_none(entries: str, host: str, port: int | None) -> bool:
    """Tell whether NO_PROXY means this host: ``*``, names and those below them, addresses, with a port or without."""
    for entry in filter(None, (part.strip().lower() for part in entries.split(","))):
        name = entry.removesuffix(f":{port}").removeprefix("*").strip(".[]")
        if entry == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
    return False

"""Which machine the words of the winrm tool mean, and how it is reached."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import click

from remora.auth.policy import Authentication
from remora.cli.winrm_arguments import WinrmArguments
from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_info, read_password_file
from remora.client.connection_string import connection_url
from remora.client.management import Management, RemoteManagement
from remora.client.options import PSSessionOption
from remora.client.target import Target, resolve
from remora.client.wsman_session import WSManSession
from remora.errors import ConfigError
from remora.host.config_store import default_state_dir
from remora.host.local_config import LocalManagement
from remora.values import SecureString

ANONYMOUS_PATH: Final = "/wsman-anon/identify"
_NEEDS_NAME: Final = ("basic", "digest", "credssp")


def management(arguments: WinrmArguments) -> Management:
    """Return the resources that the words mean: this machine's files, or another machine's service."""
    if not arguments.has("remote"):
        given = arguments.switches
        state_dir = Path(given.get("state-dir") or os.environ.get("REMORA_STATE_DIR") or default_state_dir())
        config = given.get("config") or os.environ.get("REMORA_HOST_CONFIG")
        client = given.get("client-config")
        return LocalManagement(state_dir, config=_path(config), client=_path(client))
    timeout = None
    if arguments.has("timeout"):
        text = arguments.switches["timeout"]
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise ConfigError(f"-timeout:{text}: a number of milliseconds")
        timeout = int(text) / 1000
    return RemoteManagement(WSManSession(remote_info(arguments)), operation_timeout=timeout)


def remote_info(arguments: WinrmArguments) -> ConnectionInfo:
    """Return the way to the machine of -remote. Raises ConfigError for switches that do not go together."""
    given = arguments.switches
    config = ClientConfig.load(given.get("client-config"))
    mechanism = given.get("authentication", "").lower()
    authentication = _authentication(arguments, mechanism)
    target = _target(given["remote"], config, use_ssl=arguments.has("usessl"))
    if authentication is Authentication.NONE:
        target = replace(target, url=urlunsplit(urlsplit(target.url)._replace(path=ANONYMOUS_PATH)))
    option = PSSessionOption(
        no_encryption=arguments.has("unencrypted"),
        skip_ca_check=arguments.has("skipcacheck"),
        skip_cn_check=arguments.has("skipcncheck"),
        skip_revocation_check=arguments.has("skiprevocationcheck"),
        include_port_in_spn=arguments.has("spnport"),
        use_utf16=_utf16(given.get("encoding", "utf-8")),
        ca_trust=given.get("ca-trust"),
    )
    return connection_info(
        target, config, authentication=authentication, session_option=option, **_who(arguments, target)
    )


def _target(text: str, config: ClientConfig, *, use_ssl: bool) -> Target:
    alias = config.alias(text)
    if alias is not None and alias.url is not None:
        return resolve(text, config, use_ssl=use_ssl)
    user, at, place = text.rpartition("@")
    url = connection_url(place, use_ssl=use_ssl, http_port=config.http_port, https_port=config.https_port)
    name = urlsplit(url).hostname or ""
    return Target(computer_name=name, url=url, username=user if at else None, alias=config.alias(name))


def _authentication(arguments: WinrmArguments, mechanism: str) -> Authentication:
    """The mechanism, and the tool's own rules about it (winrm-config-and-auth 5.1)."""
    try:
        wanted = Authentication[mechanism.upper()] if mechanism else Authentication.DEFAULT
    except KeyError:
        raise ConfigError(
            f"-authentication:{mechanism}: none, basic, digest, negotiate, kerberos, certificate or credssp"
        ) from None
    named, certificate = arguments.has("username"), arguments.has("certificate")
    if wanted is Authentication.NONE and (named or arguments.has("password") or certificate):
        raise ConfigError("-authentication:none takes no user name, password or certificate")
    if mechanism in _NEEDS_NAME and not named:
        raise ConfigError(f"-authentication:{mechanism} needs -username")
    if wanted is Authentication.CERTIFICATE and (not certificate or named):
        raise ConfigError("-authentication:certificate needs -certificate, and no -username")
    if certificate and mechanism not in ("", "certificate"):
        raise ConfigError(f"-certificate does not go with -authentication:{mechanism}")
    if arguments.has("defaultcreds"):
        if wanted is not Authentication.NEGOTIATE or named:
            raise ConfigError("-defaultcreds goes with -authentication:negotiate, and with no -username")
        return Authentication.IMPLICIT
    if arguments.has("spnport") and mechanism not in ("", "negotiate", "kerberos"):
        raise ConfigError(f"-spnport does not go with -authentication:{mechanism}")
    return Authentication.CERTIFICATE if certificate else wanted


def _who(arguments: WinrmArguments, target: Target) -> dict[str, Any]:
    given = arguments.switches
    if arguments.has("certificate"):
        return {"certificate_thumbprint": given["certificate"]}
    username = given.get("username") or target.username
    if username is None:
        if arguments.has("password") or arguments.has("password-file"):
            raise ConfigError("a password without -username")
        return {}
    if arguments.has("password-file"):
        return {"username": username, "password": read_password_file(given["password-file"])}
    if given.get("password"):
        return {"username": username, "password": SecureString(given["password"])}
    if target.alias is not None and target.alias.password_file is not None:
        return {"username": username}
    if not sys.stdin.isatty():
        raise ConfigError(f"no password for {username}: use -password-file:FILE, or a terminal")
    return {"username": username, "password": SecureString(click.prompt("Password", hide_input=True, err=True))}


def _utf16(text: str) -> bool:
    found = {"utf-8": False, "utf-16": True}.get(text.lower())
    if found is None:
        raise ConfigError(f"-encoding:{text}: utf-8 or utf-16")
    return found


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)

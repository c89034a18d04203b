"""WSMan: where the automation objects begin (IWSManEx3, ``WSMan.Automation``)."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from remora.client.automation.connection_options import ConnectionOptions
from remora.client.automation.constants import WSMAN_CONSTANTS, find_constant
from remora.client.automation.failures import Failures
from remora.client.automation.locator import ResourceLocator
from remora.client.automation.session import Session
from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_info
from remora.client.connection_string import connection_url
from remora.client.management import Management, RemoteManagement
from remora.client.options import PSSessionOption
from remora.client.session_flags import Given, SessionFlag, check_flags, check_local, known_flags
from remora.client.target import Target, resolve
from remora.client.wsman_session import WSManSession
from remora.errors import ConfigError
from remora.values import SecureString
from remora.wsman.faults import meaning


class WSMan:
    """The automation object; every ``SessionFlag...`` and ``EnumerationFlag...`` is a number that can be called.

    config: the client's configuration, by default its file. ca_trust: certificates that are trusted for HTTPS.
    state_dir: the host's state on this machine, for sessions without a connection string.
    """

    def __init__(
        self, *, config: ClientConfig | None = None, ca_trust: str | None = None, state_dir: str | Path | None = None
    ) -> None:
        self._config = config
        self._ca_trust = ca_trust
        self._state_dir = state_dir
        self._failures = Failures(socket.gethostname())

    def __getattr__(self, name: str) -> Any:
        return find_constant(name, WSMAN_CONSTANTS)

    @property
    def CommandLine(self) -> str:
        """The command line of this process."""
        return " ".join(sys.orig_argv)

    @property
    def Error(self) -> str:
        """The WSManFault of the last failure of a method of this object, as XML."""
        return self._failures.xml

    def CreateConnectionOptions(self) -> ConnectionOptions:
        return ConnectionOptions()

    def CreateResourceLocator(self, resourceUri: str = "") -> ResourceLocator:
        with self._failures.noted():
            return ResourceLocator(resourceUri)

    def GetErrorMessage(self, errorNumber: int | str) -> str:
        """Return what a number means; signed, unsigned, or a text of it. Raises ConfigError for an unknown one."""
        with self._failures.noted():
            try:
                number = errorNumber if isinstance(errorNumber, int) else int(errorNumber, 0)
            except ValueError:
                raise ConfigError(f"{errorNumber!r} is no number") from None
            found = meaning(number)
            if found is None:
                raise ConfigError(f"0x{number & 0xFFFFFFFF:08X} is not known")
            return found.message

    def CreateSession(
        self,
        connection: str = "",
        flags: int = 0,
        connectionOptions: ConnectionOptions | None = None,
    ) -> Session:
        """Return a session with a machine, ``[http[s]://]host[:port][/suffix]``, or with this one where it is empty.

        Nothing is sent. Raises AuthError and ConfigError, with the documented code, for what does not go together.
        """
        with self._failures.noted():
            options = connectionOptions or ConnectionOptions()
            wanted = known_flags(int(flags))
            if not connection.strip():
                check_local(wanted, _given(options, secure=False))
                return Session(self._local(), machine=socket.gethostname())
            info = self._info(connection.strip(), wanted, options)
            return Session(RemoteManagement(WSManSession(info)), machine=info.computer_name)

    def _info(self, connection: str, flags: SessionFlag, options: ConnectionOptions) -> ConnectionInfo:
        config = self._config if self._config is not None else ClientConfig.load()
        target = _target(connection, config, use_ssl=SessionFlag.USE_SSL in flags)
        authentication = check_flags(flags, _given(options, secure=target.secure))
        option = PSSessionOption(
            no_encryption=SessionFlag.NO_ENCRYPTION in flags,
            skip_ca_check=SessionFlag.SKIP_CA_CHECK in flags,
            skip_cn_check=SessionFlag.SKIP_CN_CHECK in flags,
            skip_revocation_check=SessionFlag.SKIP_REVOCATION_CHECK in flags,
            include_port_in_spn=SessionFlag.ENABLE_SPN_SERVER_PORT in flags,
            use_utf16=SessionFlag.UTF16 in flags,
            ca_trust=self._ca_trust,
            **_proxy(options),
        )
        who: dict[str, Any] = {}
        if options.CertificateThumbprint.strip():
            who = {"certificate_thumbprint": options.CertificateThumbprint}
        elif options.UserName:
            who = {"username": options.UserName, "password": options.password or SecureString("")}
        return connection_info(target, config, authentication=authentication, session_option=option, **who)

    def _local(self) -> Management:
        """This machine's configuration is the host's, which stands above the client: it is looked up when asked for."""
        home = importlib.import_module("remora.host.local_config")
        given = self._state_dir or os.environ.get("REMORA_STATE_DIR")
        return cast(Management, home.local_management(None if given is None else Path(given)))


def _given(options: ConnectionOptions, *, secure: bool) -> Given:
    return Given(
        secure=secure,
        username=bool(options.UserName),
        password=options.password is not None,
        thumbprint=bool(options.CertificateThumbprint.replace(" ", "")),
    )


def _target(connection: str, config: ClientConfig, *, use_ssl: bool) -> Target:
    alias = config.alias(connection)
    if alias is not None and alias.url is not None:
        return resolve(connection, config, use_ssl=use_ssl)
    url = connection_url(connection, use_ssl=use_ssl, http_port=config.http_port, https_port=config.https_port)
    return Target(computer_name=urlsplit(url).hostname or "", url=url, alias=None)


def _proxy(options: ConnectionOptions) -> dict[str, Any]:
    wish = options.proxy
    if wish is None:
        return {}
    return {
        "proxy_access_type": wish.access,
        "proxy_authentication": wish.mechanism,
        "proxy_credential": wish.credential,
    }

"""The options about the way to a machine, the same for every verb, and what they mean for the API."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from remora.auth.kerberos import has_ticket
from remora.auth.proxy_authentication import ProxyAuthentication
from remora.auth.trust import HostKind, host_kind
from remora.cli.inventory_way import Way
from remora.client.config_store import ClientConfig
from remora.client.connection_info import read_password_file
from remora.client.options import OutputBufferingMode, ProxyAccessType, PSSessionOption, product
from remora.client.target import resolve
from remora.errors import ConfigError, PSSessionError
from remora.net.proxy import Proxy
from remora.values import PSCredential, SecureString

F = TypeVar("F", bound=Callable[..., Any])
IMPLICIT = ("negotiatewithimplicitcredential",)
AUTHENTICATIONS = ("default", "basic", "negotiate", *IMPLICIT, "kerberos", "credssp", "certificate", "digest")


@dataclass(frozen=True, kw_only=True)
class ConnectionOptions:
    """What the user said about the way to the machines. Passwords never come by argument or variable."""

    username: str | None = None
    password_stdin: bool = False
    password_file: str | None = None
    authentication: str | None = None
    certificate_thumbprint: str | None = None
    use_ssl: bool = False
    port: int | None = None
    application_name: str | None = None
    configuration_name: str | None = None
    ca_trust: str | None = None
    skip_ca_check: bool = False
    skip_cn_check: bool = False
    allow_redirection: bool = False
    maximum_redirection: int = 5
    proxy: str | None = None
    proxy_password_file: str | None = None
    proxy_authentication: str | None = None
    proxy_access_type: str = "None"
    client_config: str | None = None

    @functools.cached_property
    def config(self) -> ClientConfig:
        return ClientConfig.load(self.client_config)

    @functools.cached_property
    def _given_password(self) -> SecureString | None:
        if self.password_file is not None:
            return read_password_file(self.password_file)
        if self.password_stdin:
            return SecureString(sys.stdin.readline().rstrip("\r\n"))
        return None

    @functools.cached_property
    def _asked(self) -> dict[str, SecureString]:
        return {}

    def session_option(self, **changes: Any) -> PSSessionOption:
        """Return the session options these command line options make. changes: fields that win."""
        return PSSessionOption(
            ca_trust=self.ca_trust, skip_ca_check=self.skip_ca_check, skip_cn_check=self.skip_cn_check,
            maximum_connection_redirection_count=self.maximum_redirection,
            proxy_access_type=ProxyAccessType.parse(self.proxy_access_type), **self._proxy(), **changes,
        )  # fmt: skip

    def _proxy(self) -> dict[str, Any]:
        """The fields about the proxy: its user stands in its URL, the password in a file."""
        if self.proxy is None:
            if self.proxy_password_file is not None:
                raise ConfigError("--proxy-password-file needs --proxy with a user: http://user@host:port")
            return {}
        found = Proxy.parse(self.proxy)
        if found.password:
            raise ConfigError("a password does not belong in --proxy: use --proxy-password-file")
        given: dict[str, Any] = {"proxy": self.proxy}
        if found.username is not None:
            secret = read_password_file(self.proxy_password_file) if self.proxy_password_file is not None else None
            given["proxy_credential"] = PSCredential(found.username, secret or SecureString(""))
            given["proxy_authentication"] = self.proxy_authentication or "Negotiate"
        return given

    @functools.cached_property
    def _files(self) -> dict[str, SecureString]:
        return {}

    def keywords(self, target: str, way: Way | None = None, **changes: Any) -> dict[str, Any]:
        """Return the API's keywords for one target: where it is, who asks, how. Asks for a password at a terminal.

        way: what an inventory says about it; the options of the command line win.
        """
        if way is not None:
            return self._in_inventory(target, way, **changes)
        return self._keywords(target, self.username, self._given_password, **changes)

    def _in_inventory(self, target: str, way: Way, **changes: Any) -> dict[str, Any]:
        if self.certificate_thumbprint is not None:  # takes the place of the user of the inventory, and of its secret
            way = replace(way, username=None, password_file=None, secret=None)
        password = self._given_password
        if password is None and way.password_file is not None:
            if way.password_file not in self._files:
                self._files[way.password_file] = read_password_file(way.password_file)
            password = self._files[way.password_file]
        if password is None and way.secret is not None:
            raise ConfigError(f"{target}: {way.secret}; use --password-file or --password-stdin")
        if way.operation_timeout is not None:
            changes.setdefault("operation_timeout", round(way.operation_timeout * 1000))
        chosen = replace(
            self,
            port=self.port or way.port,
            use_ssl=self.use_ssl or bool(way.use_ssl),
            application_name=self.application_name or way.application_name,
            authentication=self.authentication or way.authentication,
            certificate_thumbprint=self.certificate_thumbprint or way.certificate_thumbprint,
            configuration_name=self.configuration_name or way.configuration_name,
            ca_trust=self.ca_trust or way.ca_trust,
            skip_ca_check=self.skip_ca_check or bool(way.skip_ca_check),
            skip_cn_check=self.skip_cn_check or bool(way.skip_cn_check),
            proxy=self.proxy or way.proxy,
        )
        chosen.__dict__.update(config=self.config, _asked=self._asked)
        username = self.username or way.username
        return chosen._keywords(way.url or way.host or target, username, password, **changes)

    def _keywords(
        self, target: str, username: str | None, password: SecureString | None, **changes: Any
    ) -> dict[str, Any]:
        place = {"port": self.port, "use_ssl": self.use_ssl, "application_name": self.application_name}
        try:
            resolved = resolve(target, self.config, **place)  # type: ignore[arg-type]  # keywords of three types
        except PSSessionError as error:
            raise ConfigError(f"{error} [{error.error_id}]") from None
        if self.allow_redirection and "://" not in target:
            raise ConfigError(f"--allow-redirection is for URLs: {target} is none [AmbiguousParameterSet]")
        own_file = resolved.alias is not None and resolved.alias.password_file is not None
        thumbprint = self.certificate_thumbprint
        if thumbprint is None and username is None and resolved.alias is not None:
            thumbprint = resolved.alias.certificate_thumbprint
        if thumbprint is None:
            username = username or resolved.username
            if username is None and not self._own_logon(resolved.host):
                username = self._ask_name(resolved.computer_name)
            if username is not None and password is None and not own_file:
                password = self._ask(username, resolved.computer_name)
        where = {"connection_uri": target} if "://" in target else {"computer_name": target, **place}
        return {
            **where,
            "username": username,
            "password": password,
            "authentication": self.authentication,
            "certificate_thumbprint": thumbprint,
            "configuration_name": self.configuration_name,
            "session_option": self.session_option(**changes),
            "config": self.config,
            "allow_redirection": self.allow_redirection,
            "on_redirect": lambda address: click.echo(f"warning: {target} redirects to {address}", err=True),
        }

    def _own_logon(self, host: str) -> bool:
        """Tell whether our Kerberos ticket is what proves us to a host, where nobody else is named."""
        kind, named = host_kind(host), (self.authentication or "default").lower()
        taken = named in ("default", "kerberos") or (named == "negotiate" and kind is HostKind.LOOPBACK)
        return (named in IMPLICIT or (taken and kind is not HostKind.ADDRESS)) and has_ticket()

    def _ask(self, username: str, computer: str) -> SecureString:
        key = username
        if key not in self._asked:
            if not sys.stdin.isatty():
                raise ConfigError(
                    f"no password for {username} on {computer}: use --password-file or --password-stdin, or a terminal"
                )
            self._asked[key] = SecureString(click.prompt(f"Password for {username}", hide_input=True, err=True))
        return self._asked[key]

    @staticmethod
    def _ask_name(computer: str) -> str:
        if not sys.stdin.isatty():
            raise ConfigError(f"no user name for {computer}: use --username, user@host, or an alias with a user name")
        answer: str = click.prompt(f"User name for {computer}", err=True)
        return answer


_DECORATORS = (
    click.option("-u", "--username", envvar="REMORA_USERNAME", help="User name: user, DOMAIN\\user or user@domain."),
    click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input."),
    click.option(
        "--password-file",
        envvar="REMORA_PASSWORD_FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Read the password from the first line of this file.",
    ),
    click.option(
        "--authentication",
        "--auth",
        envvar="REMORA_AUTHENTICATION",
        type=click.Choice(AUTHENTICATIONS, case_sensitive=False),
        help="The mechanism (default: negotiate).",
    ),
    click.option(
        "--certificate-thumbprint",
        envvar="REMORA_CERTIFICATE_THUMBPRINT",
        metavar="THUMBPRINT",
        help="Log on with this client certificate (beside the client configuration), over HTTPS and without a user.",
    ),
    click.option("--use-ssl", is_flag=True, envvar="REMORA_USE_SSL", help="HTTPS; port 5986 unless --port is given."),
    click.option(
        "--port", type=click.IntRange(1, 65535), envvar="REMORA_PORT", help="Port (5985; with --use-ssl 5986)."
    ),
    click.option("--application-name", envvar="REMORA_APPLICATION_NAME", help="Path of the service (wsman)."),
    click.option(
        "--configuration-name",
        envvar="REMORA_CONFIGURATION_NAME",
        help="Session configuration (Microsoft.PowerShell).",
    ),
    click.option(
        "--ca-trust",
        envvar="REMORA_CA_TRUST",
        type=click.Path(exists=True),
        help="Certificates to trust for HTTPS: a PEM file or a directory.",
    ),
    click.option("--skip-ca-check", is_flag=True, help="Accept a certificate whatever its issuer."),
    click.option("--skip-cn-check", is_flag=True, help="Accept a certificate for another name."),
    click.option("--allow-redirection", is_flag=True, help="Go where a server sends us; for a URL as TARGET."),
    click.option(
        "--maximum-redirection", type=click.INT, default=5, help="Redirections that are followed at most (5)."
    ),
    click.option(
        "--proxy", envvar="REMORA_PROXY", metavar="URL", help="Proxy: http://[user@]host:port, or socks5, socks4a."
    ),
    click.option(
        "--proxy-password-file",
        envvar="REMORA_PROXY_PASSWORD_FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Read the password for the proxy from the first line of this file.",
    ),
    click.option(
        "--proxy-authentication",
        type=click.Choice([item.value for item in ProxyAuthentication], case_sensitive=False),
        help="How the proxy wants the logon (Negotiate).",
    ),
    click.option(
        "--proxy-access-type",
        type=click.Choice([item.value for item in ProxyAccessType], case_sensitive=False),
        default="None",
        help="Without --proxy: IEConfig (HTTPS_PROXY, NO_PROXY), WinHttpConfig (client configuration), AutoDetect.",
    ),
    click.option(
        "--client-config",
        envvar="REMORA_CLIENT_CONFIG",
        type=click.Path(exists=True, dir_okay=False),
        help="Client configuration with the host aliases (~/.config/remora/client.toml).",
    ),
)


def connection_options(function: F) -> F:
    """Add the options to a command, which gets them as one argument ``connection``."""
    names = [field.name for field in fields(ConnectionOptions)]

    @functools.wraps(function)
    def gathered(*args: Any, **kwargs: Any) -> Any:
        chosen = ConnectionOptions(**{name: kwargs.pop(name) for name in names})
        return function(*args, connection=chosen, **kwargs)

    decorated: Any = gathered
    for decorator in reversed(_DECORATORS):
        decorated = decorator(decorated)
    return decorated  # type: ignore[no-any-return]


if TYPE_CHECKING:
    _IntParam = click.ParamType[int]
else:
    _IntParam = click.ParamType  # generic only since click 8.2


class Product(_IntParam):
    """An integer, or integers joined by ``*``: 60*60*15."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return product(value)
        except ConfigError as error:
            self.fail(str(error), param, ctx)


def idle_timeout_option(function: F) -> F:
    """Add --idle-timeout-sec."""
    return click.option(
        "--idle-timeout-sec",
        type=Product(),
        help="How long the host keeps the session without a client, in seconds (60 or more); 60*60*15 is 15 hours.",
    )(function)


def buffering_option(function: F) -> F:
    """Add --output-buffering-mode."""
    return click.option(
        "--output-buffering-mode",
        type=click.Choice(["None", "Drop", "Block"], case_sensitive=False),
        help="When the buffers of a disconnected session are full: Block the command, or Drop the oldest output.",
    )(function)


def buffering(text: str | None) -> OutputBufferingMode:
    """Return the mode an option names; None is NONE."""
    return OutputBufferingMode.parse(text)


def script_text(command: str | None, file: str | None, config: Callable[[], ClientConfig]) -> str:
    """Return the script of -c or -f; exactly one must be given."""
    from remora.client.invoke import read_script

    if (command is None) == (file is None):
        raise click.UsageError("give a script with -c TEXT or -f FILE")
    if command is not None:
        return command
    assert file is not None
    if file == "-":
        return sys.stdin.read()
    if not file.startswith(("\\\\", "//")) and not Path(file).is_file():
        raise click.UsageError(f"there is no file {file}")
    return read_script(file, config())


def script_arguments(words: tuple[str, ...]) -> tuple[list[str], dict[str, Any]]:
    """Split words after ``--`` as pwsh -File does: ``-Name value``, ``-Name:value``, ``-Switch``, positional ones."""
    positional: list[str] = []
    named: dict[str, Any] = {}
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        match = re.match(r"-([A-Za-z_]\w*)(:(.*))?\Z", word, re.DOTALL)
        if match is None:
            positional.append(word)
        elif match.group(2) is not None:
            value = match.group(3)
            named[match.group(1)] = {"$true": True, "$false": False}.get(value.lower(), value)
        elif index < len(words) and not re.match(r"-[A-Za-z_]", words[index]):
            named[match.group(1)] = words[index]
            index += 1
        else:
            named[match.group(1)] = True
    return positional, named

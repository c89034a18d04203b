"""Everything about how to reach one endpoint, gathered once from keywords, alias and configuration."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from remora.auth.certificate_store import CertificateStore
from remora.auth.certificates import CertificateFiles
from remora.auth.kerberos import KerberosCredential
from remora.auth.ntlm import NtlmCredential
from remora.auth.policy import MULTIPLE_CREDENTIALS, Authentication
from remora.auth.trust import is_trusted
from remora.client.config_store import ClientConfig, HostAlias
from remora.client.options import ProxyAccessType, PSSessionOption, configuration_uri, seconds
from remora.client.proxies import proxy_for
from remora.client.target import Target, from_uri, resolve
from remora.errors import AuthError, ConfigError, PSSessionError
from remora.net.proxy import Proxy
from remora.net.tls import client_context
from remora.values import PSCredential, SecureString


@dataclass(frozen=True, kw_only=True)
class ConnectionInfo:
    """One endpoint with the way to it. computer_name: as the caller wrote it; configuration: the resource URI.

    explicit_credential: the caller gave it, not the configuration. enable_network_access: ask for a token that reaches
    further from a loopback session. vouched: the user's own alias leads to this host, which is trust enough.
    certificate: the client certificate that is shown over TLS.
    redirections: how many are followed; negative: any number. on_redirect: is told the new address of each.
    """

    url: str
    computer_name: str
    configuration: str
    credential: PSCredential | None = field(default=None, repr=False)
    authentication: Authentication = Authentication.DEFAULT
    option: PSSessionOption = field(default_factory=PSSessionOption)
    config: ClientConfig = field(default_factory=ClientConfig, repr=False)
    explicit_credential: bool = False
    enable_network_access: bool = False
    vouched: bool = False
    certificate: CertificateFiles | None = None
    redirections: int = 0
    on_redirect: Callable[[str], None] | None = field(default=None, repr=False, compare=False)

    @property
    def trusted(self) -> bool:
        """Whether the user trusts this host without a proof of who it is."""
        return self.vouched or is_trusted(self.config.trusted_hosts, self.host)

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def retry_seconds(self) -> float:
        """How long a lost connection is tried again."""
        given = self.option.max_retry_time
        return (given if given is not None else self.config.max_retry_time) / 1000

    @property
    def service_host(self) -> str:
        """The host in the name of the service that is asked for (SPN), with the port where IncludePortInSPN says so."""
        return f"{self.host}:{urlsplit(self.url).port}" if self.option.include_port_in_spn else self.host

    @property
    def operation_seconds(self) -> float | None:
        """OperationTimeout of ordinary requests; None sends none."""
        return seconds(self.option.operation_timeout)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, not what was made of them, nor whom to tell of redirections in this process."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"on_redirect": None}

    @cached_property
    def tls_context(self) -> ssl.SSLContext | None:
        """The TLS settings of this endpoint, made once; None for plain HTTP."""
        if not self.secure:
            return None
        option = self.option
        return client_context(
            ca_trust=option.ca_trust, skip_ca_check=option.skip_ca_check, skip_cn_check=option.skip_cn_check,
            skip_revocation_check=option.skip_revocation_check, certificate=self.certificate,
        )  # fmt: skip

    @cached_property
    def proxy(self) -> Proxy | None:
        """The proxy that leads there; None for none."""
        return proxy_for(self.url, self.option, self.config)

    @cached_property
    def ntlm_credential(self) -> NtlmCredential:
        """The user name and hash, computed once for all connections of this endpoint."""
        if self.credential is None:
            raise ConfigError("no credential was given")
        return NtlmCredential.from_password(self.credential.username, self.credential.password.reveal())

    @cached_property
    def kerberos_credential(self) -> KerberosCredential:
        """Who we are to Kerberos, for all connections of this endpoint."""
        return KerberosCredential(self.credential, delegate=self.option.delegate_credential)


def connection_infos(
    *,
    computer_name: str | Sequence[str] | None = None,
    connection_uri: str | Sequence[str] | None = None,
    config: ClientConfig | None = None,
    **keywords: Any,
) -> list[ConnectionInfo]:
    """Return one ConnectionInfo for each target, in order; no target means localhost.

    keywords: those of ``connection_info``. Raises PSSessionError (PSSessionInvalidComputerName) before any target is
    tried.
    """
    settings = config if config is not None else ClientConfig.load()
    if connection_uri is None and keywords.get("allow_redirection"):
        raise PSSessionError(
            "a redirection can be allowed for a connection URI only",
            error_id="AmbiguousParameterSet",
            category="InvalidArgument",
        )
    if connection_uri is not None:
        if computer_name is not None:
            raise PSSessionError("give a computer name or a connection URI, not both", error_id="AmbiguousParameterSet")
        targets = [from_uri(uri, settings) for uri in _listed(connection_uri)]
        keywords.pop("port", None), keywords.pop("use_ssl", None), keywords.pop("application_name", None)
    else:
        place = {key: keywords.pop(key) for key in ("port", "use_ssl", "application_name") if key in keywords}
        names: list[Any] = _listed(computer_name) if computer_name is not None else [None]
        targets = [resolve(name, settings, **place) for name in names]
    return [connection_info(target, settings, **keywords) for target in targets]


def connection_info(
    target: Target,
    config: ClientConfig,
    *,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | Authentication | None = None,
    certificate_thumbprint: str | None = None,
    configuration_name: str | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    enable_network_access: bool = False,
    allow_redirection: bool = False,
    on_redirect: Callable[[str], None] | None = None,
) -> ConnectionInfo:
    """Put together what the caller, the alias and the configuration say; the caller wins.

    certificate_thumbprint: of a certificate in the client's directory (``ClientConfig.certificates``). Raises
    PSSessionError: ProxyCredentialWithoutAccess; ConfigError and AuthError for a certificate that is not there or not
    for clients.
    """
    alias = target.alias
    explicit = credential is not None or username is not None or password is not None
    if alias is not None and not explicit:
        certificate_thumbprint = certificate_thumbprint or alias.certificate_thumbprint
    certificate = _certificate(certificate_thumbprint, config)
    named = target.username if alias is None or target.username != alias.username else None
    if certificate is not None and (explicit or named):
        raise AuthError("a certificate or a user name and password, not both", code=MULTIPLE_CREDENTIALS)
    if credential is None and certificate is None:
        credential = _credential(username or target.username, password, alias)
    elif username is not None or password is not None:
        raise PSSessionError(
            "give a credential or a user name and password, not both", error_id="AmbiguousParameterSet"
        )
    chosen = authentication or (alias.authentication if alias is not None else None) or "default"
    name = configuration_name or (alias.configuration_name if alias is not None else None)
    option = session_option if session_option is not None else PSSessionOption()
    if isinstance(option, Mapping):
        option = PSSessionOption(**option)
    info = ConnectionInfo(
        url=target.url,
        computer_name=target.computer_name,
        configuration=configuration_uri(name),
        credential=credential,
        authentication=chosen if isinstance(chosen, Authentication) else Authentication.parse(chosen),
        option=_with_alias(option, alias),
        config=config,
        explicit_credential=explicit,
        enable_network_access=enable_network_access,
        vouched=_vouched(target),
        certificate=certificate,
        redirections=option.maximum_connection_redirection_count if allow_redirection else 0,
        on_redirect=on_redirect,
    )
    _ = info.proxy  # what is wrong with it is said before anything is tried
    return info


def _vouched(target: Target) -> bool:
    """Tell whether the alias's own URL names the host: the user wrote it down, in the file that says whom to trust."""
    alias = target.alias
    return alias is not None and alias.url is not None and urlsplit(alias.url).hostname == target.host


def _certificate(wanted: str | None, config: ClientConfig) -> CertificateFiles | None:
    return None if not wanted else CertificateStore(config.certificates).find_client(wanted).files


def _credential(
    username: str | None, password: str | SecureString | None, alias: HostAlias | None
) -> PSCredential | None:
    if username is None:
        if password is not None:
            raise ConfigError("a password was given without a user name")
        return None
    if password is None and alias is not None and alias.password_file is not None:
        password = read_password_file(alias.password_file)
    if password is None:
        raise ConfigError(f"no password for user {username!r}")
    return PSCredential(username, password)


def read_password_file(path: str | Path) -> SecureString:
    """Return the first line of the file as a secret. Raises ConfigError when it cannot be read."""
    where = Path(path).expanduser()
    try:
        text = where.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the password file {where} cannot be read: {type(error).__name__}") from None
    return SecureString(text.split("\n", 1)[0].rstrip("\r"))


def _with_alias(option: PSSessionOption, alias: HostAlias | None) -> PSSessionOption:
    if alias is None:
        return option
    changes: dict[str, Any] = {}
    if option.proxy is None and alias.proxy is not None and option.proxy_access_type is ProxyAccessType.NONE:
        changes["proxy"] = alias.proxy
    if option.ca_trust is None and alias.ca_trust is not None:
        changes["ca_trust"] = alias.ca_trust
    if alias.skip_ca_check and not option.skip_ca_check:
        changes["skip_ca_check"] = True
    if alias.skip_cn_check and not option.skip_cn_check:
        changes["skip_cn_check"] = True
    return option.with_changes(**changes) if changes else option


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)

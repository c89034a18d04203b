"""A host that takes client certificates, and a client's directory with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remora.client.config_store import ClientConfig
from remora.client.options import PSSessionOption
from tests.support.authority import Authority, Issued
from tests.support.host import USER, HostProcess, running_host

UPN = f"{USER}@example.test"
BOSS, BOSS_UPN = "bob", "bob@example.test"
"""An administrator."""


@dataclass(frozen=True, kw_only=True)
class Certified:
    """The host, the authority it trusts, and the client's side. client_file: the client's configuration."""

    host: HostProcess
    authority: Authority
    config: ClientConfig
    client_file: Path
    certificate: Issued

    @property
    def trusted(self) -> Path:
        """The host's directory of authorities and revocation lists."""
        return self.host.state_dir / "tls" / "trusted"

    @property
    def server_certificate(self) -> Path:
        return self.host.state_dir / "tls" / "server.crt"

    @property
    def option(self) -> PSSessionOption:
        return PSSessionOption(ca_trust=str(self.server_certificate))

    def issue(self, **wanted: Any) -> Issued:
        """A certificate for the client, put into its directory."""
        return put(self.authority.client(USER, **{"upn": UPN, **wanted}), self.config)


def put(issued: Issued, config: ClientConfig) -> Issued:
    issued.write(config.certificates, issued.thumbprint)
    return issued


@contextmanager
def certified(directory: Path, **options: Any) -> Iterator[Certified]:
    """Run a host on http and https whose authority's certificates for UPN stand for its account."""
    authority = Authority()
    state = directory / "state"
    state.mkdir(mode=0o755, parents=True)
    authority.root.write(state / "tls" / "trusted", "authority")
    (state / "front").mkdir()
    (state / "front" / "host.toml").write_text(
        "".join(
            f'[[certificate_mappings]]\nissuer = "{authority.root.thumbprint}"\n'
            f'subject = "{upn}"\nusername = "{user}"\n'
            for upn, user in ((UPN, USER), (BOSS_UPN, BOSS))
        )
    )
    config = ClientConfig(certificates=directory / "certificates")
    certificate = put(authority.client(USER, upn=UPN), config)
    settings = {"Service/Auth/Certificate": "true", **options.pop("settings", {})}
    listen = ("http://127.0.0.1:0", "https://127.0.0.1:0")
    with running_host(state, listen=listen, settings=settings, **options) as host:
        host.add_user(BOSS, "b0b", "--group", "Administrators")
        yield Certified(
            host=host,
            authority=authority,
            config=config,
            client_file=config.save(directory / "client.toml"),
            certificate=certificate,
        )

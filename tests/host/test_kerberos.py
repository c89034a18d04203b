"""Whom a Kerberos logon is, and when it is offered: what needs no KDC."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from remora.auth.kerberos_sealing import KerberosKeys
from remora.auth.ntlm_sealing import NtlmKeys
from remora.auth.principal import Principal, RunAs
from remora.config.winrm import RemoraSettings
from remora.errors import AuthError
from remora.host import kerberos
from remora.host.accounts import AccountStore
from remora.host.authenticator import LocalAuthenticator
from remora.host.authenticator_process import Granted
from remora.host.kerberos import KerberosService, kerberos_service
from remora.net.http_client import HttpConnection
from tests.support.gate import gate_site

SERVICE = KerberosService(keytab="/nonexistent/keytab", realms=frozenset(("A.EXAMPLE", "B.EXAMPLE")))


def test_users_of_the_named_realms_are_accounts() -> None:
    assert SERVICE.local_name("A.EXAMPLE", "alice") == "alice"
    for realm, user in (("C.EXAMPLE", "alice"), ("a.example", "alice"), ("", "alice")):
        with pytest.raises(AuthError, match="KerberosRealms"):
            SERVICE.local_name(realm, user)
    for user in ("", "alice/admin", "host/server", "alice@B.EXAMPLE"):
        with pytest.raises(AuthError, match="is no user"):
            SERVICE.local_name("A.EXAMPLE", user)


def test_without_a_keytab_there_is_no_kerberos(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert kerberos_service(RemoraSettings(), {"KRB5_KTNAME": f"FILE:{tmp_path}/none"}) is None
    assert "kerberos_unavailable" in caplog.text
    assert kerberos_service(RemoraSettings(keytab=str(tmp_path / "none")), {}) is None


def test_without_the_packages_there_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(kerberos, "installed", lambda: False)
    (tmp_path / "keytab").write_bytes(b"\5\2")
    assert kerberos_service(RemoraSettings(keytab=str(tmp_path / "keytab")), {}) is None
    assert "remora[kerberos]" in caplog.text


@pytest.mark.parametrize(
    ("service", "settings", "offered"),
    [
        (SERVICE, (), ["Negotiate", "Kerberos"]),
        (SERVICE, ("Service/Auth/Negotiate=false",), ["Kerberos"]),
        (SERVICE, ("Service/Auth/Kerberos=false",), ["Negotiate"]),
        (None, (), ["Negotiate"]),
        (None, ("Service/Auth/Negotiate=false",), []),
    ],
)
async def test_it_is_offered_where_it_can_be_done(
    tmp_path: Path, service: KerberosService | None, settings: tuple[str, ...], offered: list[str]
) -> None:
    authenticator = LocalAuthenticator(AccountStore(tmp_path), kerberos=service)
    async with gate_site(tmp_path, authenticator) as site, HttpConnection(site.url) as connection:
        site.set(*settings)
        assert (await connection.post((), b"", 10)).all("WWW-Authenticate") == offered


@pytest.mark.parametrize(
    "keys",
    [
        KerberosKeys(b"the context"),
        NtlmKeys(flags=1, session_key=b"the key", sent=0, received=0, initiator=False),
    ],
)
def test_what_seals_crosses_to_the_front_end_and_is_not_shown(keys: KerberosKeys | NtlmKeys) -> None:
    run_as = RunAs(user="u", uid=1, gid=1, home="/", dynamic=True)
    principal = Principal(name="alice", sid="S-1-5-21-1-2-3-1001", authentication="Kerberos", run_as=run_as, groups=())
    granted = Granted(request=1, principal=principal, keys=keys)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(granted), type=Granted) == granted
    assert "the " not in repr(granted)

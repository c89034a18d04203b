"""A real host in each broken state: what is said of it, and what mends it."""

from __future__ import annotations

import pickle
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from remora.auth.offers import Offer
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.doctor import Diagnosis, Verdict, diagnose
from remora.client.doctor.logon import check_mechanism
from remora.client.doctor.visit import Visit
from remora.client.invoke import invoke_command
from remora.errors import AuthError
from tests.support.host import PASSWORD, USER, HostProcess, remora, running_host

CLEAR = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))


async def diagnosed(host: HostProcess, **keywords: Any) -> Diagnosis:
    given: dict[str, Any] = {"username": USER, "password": PASSWORD, "config": ClientConfig(), **keywords}
    return await diagnose(connection_uri=f"{host.url}/wsman", **given)


def failure(found: Diagnosis) -> tuple[str, str, str]:
    assert found.cause is not None, found
    return found.cause.check, found.cause.message, found.cause.remedy or ""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("well") / "state") as running:
        running.add_user("bob", "b0b", "--group", "Administrators")
        yield running


async def test_all_is_well(host: HostProcess) -> None:
    seen: list[str] = []
    found = await diagnosed(host, on_check=lambda check: seen.append(check.name))
    assert found.ok, found
    assert seen == [finding.check for finding in found.findings]
    assert found.of("mechanism").message.startswith("Negotiate (the server offers Negotiate")
    assert found.of("encryption").message == "Negotiate encrypts the messages"
    assert found.of("powershell").verdict is found.of("cmd").verdict is Verdict.OK
    assert "Stack" in found.of("identify").message


async def test_a_wrong_password_and_a_wrong_name(host: HostProcess) -> None:
    for changed in ({"password": "wrong"}, {"username": "nobody-here"}):
        found = await diagnosed(host, **changed)
        check, message, remedy = failure(found)
        assert (check, "refused the logon" in message) == ("logon", True)
        assert f"net user {changed.get('username', USER)}" in remedy
        assert "wrong" not in remedy
        assert found.of("powershell").verdict is Verdict.SKIPPED


async def test_errors_have_the_same_hints(host: HostProcess) -> None:
    where: dict[str, Any] = {"connection_uri": f"{host.url}/wsman", "username": USER, "config": ClientConfig()}
    with pytest.raises(AuthError) as refused:
        await invoke_command("1", password="wrong", **where)
    assert f"net user {USER}" in (refused.value.hint or "")
    assert pickle.loads(pickle.dumps(refused.value)).hint == refused.value.hint
    with pytest.raises(AuthError) as forbidden:
        await invoke_command("1", password=PASSWORD, authentication="basic", **where)
    assert forbidden.value.hint == "remora winrm set winrm/config/client/auth '@{Basic=\"true\"}'"


async def test_what_this_client_does_not_allow(host: HostProcess) -> None:
    check, message, remedy = failure(await diagnosed(host, authentication="basic"))
    assert (check, "switched off" in message) == ("mechanism", True)
    assert remedy == "remora winrm set winrm/config/client/auth '@{Basic=\"true\"}'"
    basic = ClientConfig(auth=ClientAuth(basic=True))
    found = await diagnosed(host, authentication="basic", config=basic)
    assert found.of("mechanism").code == 0x803380DE
    assert "AllowUnencrypted" in failure(found)[2]
    found = await diagnosed(host, authentication="basic", config=CLEAR)
    assert found.ok
    assert found.of("encryption").verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("url", "keywords", "code", "mends"),
    [
        ("http://server01:5985/wsman", {}, 0x803380E4, 'TrustedHosts="first.example,server01"'),
        ("http://10.0.0.5:5985/wsman", {}, 0x803381BB, 'TrustedHosts="first.example,10.0.0.5"'),
        ("https://10.0.0.5:5986/wsman", {"authentication": "kerberos"}, 0x8033810B, "by its name"),
        ("https://server01:5986/wsman", {"authentication": "credssp"}, 0x803381A2, 'CredSSP="true"'),
        ("https://server01:5986/wsman", {"authentication": "digest"}, 0x80070005, "Digest"),
    ],
)
async def test_what_the_policy_refuses(url: str, keywords: dict[str, Any], code: int, mends: str) -> None:
    config = ClientConfig(trusted_hosts=("first.example",))
    (info,) = connection_infos(connection_uri=url, username="u", password="p", config=config, **keywords)
    visit = Visit(info, lambda: datetime.now(UTC), offers=(Offer("Negotiate"), Offer("Kerberos")))
    found = await check_mechanism(visit)
    assert (found.verdict, found.code) == (Verdict.FAILED, code)
    assert mends in (found.remedy or ""), found


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Callable[..., HostProcess]]:
    """Start a host with other settings; it ends with the test."""
    with ExitStack() as running:

        def start(settings: dict[str, str], **options: Any) -> HostProcess:
            return running.enter_context(running_host(tmp_path / "state", settings=settings, **options))

        yield start


async def test_a_service_that_wants_its_messages_encrypted(broken: Callable[..., HostProcess]) -> None:
    host = broken({"Service/AllowUnencrypted": "false", "Winrs/AllowRemoteShellAccess": "false"})
    check, message, remedy = failure(await diagnosed(host, authentication="basic", config=CLEAR))
    assert (check, "does not accept Basic" in message) == ("mechanism", True)
    assert "service/auth '@{Basic=\"true\"}'" in remedy
    assert "AllowUnencrypted" in remedy
    check, message, remedy = failure(await diagnosed(host, config=CLEAR, session_option={"no_encryption": True}))
    assert (check, "AllowUnencrypted" in remedy) == ("logon", True), (message, remedy)
    found = await diagnosed(host)  # and its shells are off
    assert found.of("logon").verdict is Verdict.OK
    for name in ("powershell", "cmd"):
        assert found.of(name).code == 0x803381AC
        assert 'AllowRemoteShellAccess="true"' in (found.of(name).remedy or "")


async def test_an_administrator_without_the_rights_of_one(broken: Callable[..., HostProcess]) -> None:
    host = broken({"Remora/LocalAccountTokenFilterPolicy": "0", "Service/Auth/Negotiate": "false"})
    host.add_user("bob", "b0b", "--group", "Administrators")
    bob: dict[str, Any] = {"username": "bob", "password": "b0b", "config": CLEAR}
    found = await diagnosed(host, **bob)  # only Basic is offered
    assert found.of("mechanism").message.startswith("Basic (the server offers Basic")
    # from this machine even a filtered token opens PowerShell sessions: then a cmd shell is no failure
    assert (found.of("powershell").verdict, found.of("cmd").verdict) == (Verdict.OK, Verdict.WARNING)
    only_administrators = ("--security-descriptor", "O:NSG:BAD:P(A;;GA;;;BA)")
    place = ("--state-dir", str(host.state_dir))
    remora("host", "configuration", "set", "Microsoft.PowerShell", *only_administrators, *place)
    found = await diagnosed(host, **bob)
    assert found.of("logon").verdict is Verdict.OK
    for name in ("powershell", "cmd"):
        assert (found.of(name).verdict, found.of(name).code) == (Verdict.FAILED, 5)
        assert "LocalAccountTokenFilterPolicy" in (found.of(name).remedy or "")
    check, _message, remedy = failure(await diagnosed(host))
    assert check == "mechanism"
    assert "client/auth '@{Basic=\"true\"}'" in remedy


async def test_tls_with_a_strict_channel_binding(broken: Callable[..., HostProcess], tmp_path: Path) -> None:
    settings = {"Service/AllowUnencrypted": "false", "Service/Auth/CbtHardeningLevel": "Strict"}
    host = broken(settings, listen=("https://127.0.0.1:0",))
    (tmp_path / "served.pem").write_text(ssl.get_server_certificate(("127.0.0.1", host.port)))
    found = await diagnosed(host, session_option={"ca_trust": str(tmp_path / "served.pem"), "skip_cn_check": True})
    assert found.ok, found
    assert "tls-server-end-point" in found.of("binding").message
    assert found.of("encryption").message == "TLS encrypts the messages"
    check, message, remedy = failure(await diagnosed(host))
    assert (check, "not accepted" in message, "--ca-trust" in remedy) == ("tls", True, True)

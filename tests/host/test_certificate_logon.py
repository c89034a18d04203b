"""A client certificate through every door of the client, on a host that runs; and the doors that stay shut."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

import remora
from tests.host.conftest import user_prefix
from tests.support.authority import Authority
from tests.support.certified import BOSS_UPN, UPN, Certified, certified, put
from tests.support.host import PASSWORD, USER, running_host
from tests.support.host import remora as run

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certified]:
    with certified(tmp_path_factory.mktemp("c")) as running:
        yield running


def keywords(site: Certified, thumbprint: str | None = None) -> dict[str, Any]:
    return {
        "connection_uri": f"{site.host.urls[1]}/wsman",
        "certificate_thumbprint": thumbprint or site.certificate.thumbprint,
        "config": site.config,
        "session_option": site.option,
    }


async def test_the_python_api(site: Certified) -> None:
    repository = remora.PSSessionRepository()
    where = keywords(site) | {"repository": repository}
    async with await remora.new_pssession(**where, name="certified") as session:
        assert isinstance(session, remora.PSSession)
        result = await session.invoke(
            "$i = $PSSenderInfo.UserInfo.Identity; $i.Name; $i.AuthenticationType; whoami | Out-Null"
        )
        assert str(result[0]).endswith(USER)
        assert result[1] == "Certificate"
        assert [item.name for item in await remora.get_pssession(**where)] == ["certified"]
    assert list(await remora.invoke_command("1 + 1", **where)) == [2]


def test_the_command_line(site: Certified) -> None:
    url = f"{site.host.urls[1]}/wsman"
    common = ("--client-config", str(site.client_file), "--ca-trust", str(site.server_certificate))
    done = run("run", url, "-c", "40 + 2", "--certificate-thumbprint", site.certificate.thumbprint, *common)
    assert "42" in done.stdout
    both = run(
        "run", url, "-c", "1", "--certificate-thumbprint", site.certificate.thumbprint, "-u", "x", *common, check=False
    )
    assert both.returncode != 0
    assert "not both" in both.stderr


def test_winrm(site: Certified) -> None:
    words = (
        f"-r:{site.host.urls[1]}",
        f"-certificate:{site.issue(upn=BOSS_UPN).thumbprint}",
        f"-client-config:{site.client_file}",
        f"-ca-trust:{site.server_certificate}",
    )
    done = run("winrm", "get", "winrm/config/service/auth", *words)
    assert "Certificate = true" in done.stdout


async def test_the_automation_object(site: Certified) -> None:
    wsman = remora.WSMan(config=site.config, ca_trust=str(site.server_certificate))
    options = wsman.CreateConnectionOptions()
    options.CertificateThumbprint = site.certificate.thumbprint
    async with wsman.CreateSession(site.host.urls[1], wsman.SessionFlagUseClientCertificate, options) as session:
        assert "ProductVendor" in await session.Identify()


async def failure(site: Certified, thumbprint: str) -> remora.RemoraError:
    with pytest.raises(remora.RemoraError) as caught:
        await remora.invoke_command("1", **keywords(site, thumbprint), repository=remora.PSSessionRepository())
    return caught.value


async def test_what_the_client_refuses_itself(site: Certified) -> None:
    assert (await failure(site, "AB" * 20)).code == 0x80338082  # type: ignore[attr-defined]
    both = site.issue(dns=["pc.example.test"])
    assert (await failure(site, both.thumbprint)).code == 0x80338148  # type: ignore[attr-defined]
    usage = ExtendedKeyUsageOID.SERVER_AUTH
    assert (await failure(site, site.issue(usage=usage).thumbprint)).code == 0x80338155  # type: ignore[attr-defined]
    where = keywords(site) | {"connection_uri": f"{site.host.urls[0]}/wsman"}
    with pytest.raises(remora.AuthError) as caught:
        await remora.invoke_command("1", **where)
    assert caught.value.code == 0x803380D8
    with pytest.raises(remora.AuthError) as caught:
        await remora.invoke_command("1", **(keywords(site) | {"username": "x", "password": "y"}))
    assert caught.value.code == 0x80338144
    with pytest.raises(remora.AuthError) as caught:
        await remora.invoke_command("1", **(keywords(site) | {"authentication": "kerberos"}))
    assert caught.value.code == 0x80338156
    bare = keywords(site) | {"certificate_thumbprint": None, "authentication": "certificate"}
    with pytest.raises(remora.AuthError) as caught:
        await remora.invoke_command("1", **bare)
    assert caught.value.code == 0x803380B4


async def test_whom_the_host_refuses(site: Certified) -> None:
    stranger = put(Authority("Stranger").client(USER, upn=f"{USER}@example.test"), site.config)
    assert "does not trust who issued" in str(await failure(site, stranger.thumbprint))
    expired = site.issue(days=-1)
    assert "does not trust who issued" in str(await failure(site, expired.thumbprint))
    other = site.issue(upn="other@example.test")
    assert "refused the client certificate" in str(await failure(site, other.thumbprint))
    revoked = site.issue()
    (site.trusted / "revoked.crl").write_bytes(site.authority.revocation_list([revoked]))
    assert "refused the client certificate" in str(await failure(site, revoked.thumbprint))
    large = site.issue(padding=17 * 1024)
    assert "refused the client certificate" in str(await failure(site, large.thumbprint))
    audit = [json.loads(line) for line in (site.host.state_dir / "front" / "audit.jsonl").read_text().splitlines()]
    told = {item["certificate"]: item["reason"] for item in audit if item["event"] == "logon_refused"}
    assert "was revoked" in told[revoked.thumbprint]
    log = site.host.log()
    for why in ("unable to get local issuer", "has expired", "no enabled mapping", "was revoked", "more than 16384"):
        assert why in log


def test_a_host_of_an_ordinary_user(tmp_path: Path) -> None:
    with certified(tmp_path / "r", prefix=user_prefix()) as site:
        common = ("--client-config", str(site.client_file), "--ca-trust", str(site.server_certificate))
        url = f"{site.host.urls[1]}/wsman"
        done = run("run", url, "-c", "40 + 2", "--certificate-thumbprint", site.certificate.thumbprint, *common)
        assert "42" in done.stdout


def test_a_running_host_begins_to_take_certificates(tmp_path: Path) -> None:
    """Nothing is there at the start: the authority, the mapping and the setting come while the host runs."""
    state = tmp_path / "state"
    authority = Authority()
    root, _key = authority.root.write(tmp_path, "root")
    config = remora.ClientConfig(certificates=tmp_path / "certificates")
    certificate = put(authority.client(USER, upn=UPN), config)
    client = config.save(tmp_path / "client.toml")
    with running_host(state, listen=("https://127.0.0.1:0",)) as host:
        command = ("run", f"{host.url}/wsman", "-c", "40 + 2", "--certificate-thumbprint", certificate.thumbprint)
        common = ("--client-config", str(client), "--ca-trust", str(state / "tls" / "server.crt"))
        refused = run(*command, *common, check=False)
        assert "refused the client certificate" in refused.stderr
        here = f"-state-dir:{state}"
        run("host", "certificate", "trust", str(root), "--state-dir", str(state))
        run("winrm", "set", "winrm/config/service/auth", '@{Certificate="true"}', here)
        keys = f"Issuer={authority.root.thumbprint}+Subject={UPN}+URI=*"
        values = f'@{{UserName="{USER}";Password="{PASSWORD}"}}'
        made = run("winrm", "create", f"winrm/config/service/certmapping?{keys}", values, here)
        assert "certmapping" in made.stdout
        deadline = time.monotonic() + 30  # the host looks at its file each second
        while (done := run(*command, *common, check=False)).returncode and time.monotonic() < deadline:
            pass
        assert "42" in done.stdout

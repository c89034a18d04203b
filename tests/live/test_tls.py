"""Foreign clients over TLS: the served certificate is trusted, or the client goes away."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import winrm
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.support.host import PASSWORD, USER, HostProcess, running_host

# pywinrm warns when the machine has REQUESTS_CA_BUNDLE set; requests_ntlm reads the certificate's hash the old way
pytestmark = [
    pytest.mark.filterwarnings("ignore:'pywinrm' will use an environment variable:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Properties that return a na.ve datetime object:DeprecationWarning"),
]

LEVELS = ["Relaxed", "Strict"]


@pytest.fixture(scope="module", params=LEVELS)
def secure_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """A host with an https listener only; clear text and unsealed messages are not allowed."""
    settings = {"Service/AllowUnencrypted": "false", "Service/Auth/CbtHardeningLevel": request.param}
    with running_host(
        tmp_path_factory.mktemp("tls") / "state", listen=("https://127.0.0.1:0",), settings=settings
    ) as running:
        yield running


@pytest.fixture
def certificate(secure_host: HostProcess, tmp_path: Path) -> str:
    """The certificate as the listener serves it."""
    path = tmp_path / "served.pem"
    path.write_text(ssl.get_server_certificate(("127.0.0.1", secure_host.port)))
    return str(path)


def wsman(host: HostProcess, auth: str, trust: str | bool) -> WSMan:
    return WSMan(
        "127.0.0.1", port=host.port, ssl=True, username=USER, password=PASSWORD, auth=auth, cert_validation=trust
    )


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
def test_pypsrp(secure_host: HostProcess, certificate: str, auth: str) -> None:
    with wsman(secure_host, auth, certificate) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script("'over tls'; $PSSenderInfo.UserInfo.Identity.Name")
        output = ps.invoke()
    assert output[0] == "over tls", [str(e) for e in ps.streams.error]
    assert output[1].endswith("alice")


@pytest.mark.parametrize("transport", ["ntlm", "basic"])
def test_pywinrm(secure_host: HostProcess, certificate: str, transport: str) -> None:
    session = winrm.Session(
        f"{secure_host.url}/wsman", auth=(USER, PASSWORD), transport=transport, ca_trust_path=certificate
    )
    done = session.run_cmd("echo", ["over", "tls"])
    assert (done.status_code, done.std_out) == (0, b"over tls\r\n")


def test_a_binding_to_another_channel_is_refused(secure_host: HostProcess, certificate: str) -> None:
    """Without a token of its channel a client gets through where the level is Relaxed, and only there."""
    strict = secure_host.settings["Service/Auth/CbtHardeningLevel"] == "Strict"
    session = winrm.Session(
        f"{secure_host.url}/wsman",
        auth=(USER, PASSWORD),
        transport="ntlm",
        ca_trust_path=certificate,
        send_cbt=False,
    )
    if strict:
        with pytest.raises(winrm.exceptions.InvalidCredentialsError):
            session.run_cmd("echo", ["no"])
    else:
        assert session.run_cmd("echo", ["yes"]).std_out == b"yes\r\n"


def test_without_trust_nothing_is_sent(secure_host: HostProcess) -> None:
    with wsman(secure_host, "basic", True) as connection, pytest.raises(requests.exceptions.SSLError):
        RunspacePool(connection).open()
    session = winrm.Session(f"{secure_host.url}/wsman", auth=(USER, PASSWORD), transport="basic")
    with pytest.raises(requests.exceptions.SSLError):
        session.run_cmd("echo", ["no"])
    assert secure_host.status()["shells"] == []
    assert PASSWORD not in secure_host.log()

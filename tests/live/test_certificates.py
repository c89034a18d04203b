"""Foreign clients that log on with a certificate: pypsrp and curl."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from remora.auth.client_certificate import PROFILE
from tests.support.authority import Authority, Issued
from tests.support.certified import UPN, Certified, certified
from tests.support.host import USER

GET = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
    '<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd"/></s:Body></s:Envelope>'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certified]:
    with certified(tmp_path_factory.mktemp("c")) as running:
        yield running


def test_pypsrp(site: Certified, tmp_path: Path) -> None:
    certificate, key = site.certificate.write(tmp_path, "client")
    port = int(site.host.urls[1].rpartition(":")[2])
    with (
        WSMan(
            "127.0.0.1",
            port=port,
            ssl=True,
            auth="certificate",
            certificate_pem=str(certificate),
            certificate_key_pem=str(key),
            cert_validation=str(site.server_certificate),  # type: ignore[arg-type]
        ) as connection,
        RunspacePool(connection) as pool,
    ):
        ps = PowerShell(pool)
        ps.add_script(
            "'shown'; $PSSenderInfo.UserInfo.Identity.Name; $PSSenderInfo.UserInfo.Identity.AuthenticationType"
        )
        output = ps.invoke()
    assert output[0] == "shown", [str(e) for e in ps.streams.error]
    assert output[1].endswith(USER)
    assert output[2] == "Certificate"


def curl(site: Certified, directory: Path, issued: Issued | None, *more: str) -> tuple[int, str]:
    """Return curl's exit code and what it printed, the status on its last line."""
    own: tuple[str, ...] = ()
    if issued is not None:
        certificate, key = issued.write(directory, "curl")
        own = ("--cert", str(certificate), "--key", str(key))
    done = subprocess.run(
        [
            *("curl", "--silent", "--cacert", str(site.server_certificate), *own, "--max-time", "20"),
            *("-H", "Content-Type: application/soap+xml;charset=UTF-8", "-H", f"Authorization: {PROFILE}"),
            *("--data-binary", GET, "-w", "\n%{http_code}", *more, f"{site.host.urls[1]}/wsman"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("version", ["--tlsv1.3", "--tls-max=1.2"])
def test_curl(site: Certified, tmp_path: Path, version: str) -> None:
    options = tuple(version.split("="))
    code, said = curl(site, tmp_path, site.certificate, *options)
    assert code == 0
    assert said.endswith("\n200")
    assert "ProductVendor" in said
    code, said = curl(site, tmp_path, None, *options)
    assert (code, said) == (0, "\n401")
    code, said = curl(site, tmp_path, Authority("Stranger").client(USER, upn=UPN), *options)
    assert code != 0
    assert "ProductVendor" not in said

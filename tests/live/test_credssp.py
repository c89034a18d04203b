"""pypsrp logs on with CredSSP to a host of its own, started as root and as a user."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from requests_credssp.exceptions import AuthenticationException

from tests.live.conftest import ORDINARY_UID
from tests.support.host import PASSWORD, USER, HostProcess

# requests_credssp reads the certificate's hash the old way
pytestmark = pytest.mark.filterwarnings("ignore:Properties that return a na.ve datetime object:DeprecationWarning")
SETTINGS = {
    "Service/Auth/CredSSP": "true",
    "Service/Auth/Negotiate": "false",
    "Service/Auth/Basic": "false",
    "Service/AllowUnencrypted": "false",
}
LISTEN = ("http://127.0.0.1:0", "https://127.0.0.1:0")


@pytest.fixture(params=["root", "user"])
def credssp_host(
    request: pytest.FixtureRequest,
    start_host: Callable[..., HostProcess],
    state_dir: Path,
    ordinary_program: tuple[str, ...],
) -> HostProcess:
    if request.param == "root":
        return start_host(settings=SETTINGS, listen=LISTEN)
    if os.geteuid() == 0:
        state_dir.mkdir()
        for directory in (state_dir.parent, state_dir):
            os.chown(directory, ORDINARY_UID, ORDINARY_UID)
    return start_host(settings=SETTINGS, listen=LISTEN, program=ordinary_program)


def port(host: HostProcess, scheme: str) -> int:
    url = next(url for url in host.urls if url.startswith(f"{scheme}:"))
    return int(url.split(":")[2].split("/")[0])


def wsman(host: HostProcess, scheme: str, **options: Any) -> WSMan:
    given = {"username": USER, "password": PASSWORD, "auth": "credssp", "cert_validation": False, **options}
    return WSMan("127.0.0.1", port=port(host, scheme), ssl=scheme == "https", **given)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_pypsrp(credssp_host: HostProcess, scheme: str) -> None:
    text = random.Random(5).randbytes(100_000).hex()
    with wsman(credssp_host, scheme, credssp_minimum_version=5) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script("param($text) $text.Length; $PSSenderInfo.UserInfo.Identity.AuthenticationType; $text")
        ps.add_argument(text)
        output = ps.invoke()
    assert output == [200_000, "CredSSP", text], [str(e) for e in ps.streams.error]
    assert PASSWORD not in credssp_host.log()


@pytest.mark.parametrize("options", [{"password": "wrong"}, {"username": "nobody"}])
def test_pypsrp_with_a_wrong_password(credssp_host: HostProcess, options: dict[str, str]) -> None:
    with pytest.raises(AuthenticationException), wsman(credssp_host, "http", **options) as connection:
        RunspacePool(connection).open()
    assert "logon_refused" in credssp_host.log()

"""Unrelated clients over real sockets: their own NTLM, Basic and message encryption against the gate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.gate import PASSWORD, USER, Site, gate_site

pypsrp = pytest.importorskip("pypsrp.wsman")
winrm = pytest.importorskip("winrm")
# pywinrm and requests_ntlm use what Python and cryptography are about to drop
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path) as running:
        yield running


def invoke_pypsrp(url: str, auth: str, password: str = PASSWORD, encryption: str = "auto") -> int:
    """Invoke twice over one pypsrp connection; return how many answers came."""
    secure = url.startswith("https")
    port = int(url.split(":")[2].partition("/")[0])
    options = {"cert_validation": False} if secure else {}
    client = pypsrp.WSMan(
        "127.0.0.1",
        port=port,
        ssl=secure,
        username=USER,
        password=password,
        auth=auth,
        encryption=encryption,
        **options,
    )
    try:
        answers = [client.invoke(pypsrp.WSManAction.GET, "http://resource", None) for _ in range(2)]
    finally:
        client.close()
    return len(answers)


def open_pywinrm(url: str, transport: str, password: str = PASSWORD, **options: str) -> str:
    protocol = winrm.Protocol(url, transport=transport, username=USER, password=password, **options)
    try:
        shell_id: str = protocol.open_shell()
    finally:
        protocol.transport.close_session()
    return shell_id


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
async def test_pypsrp_with_message_encryption(site: Site, auth: str) -> None:
    assert await asyncio.to_thread(invoke_pypsrp, site.url, auth) == 2
    assert {principal.authentication for principal, *_ in site.dispatched} == {"Negotiate"}


@pytest.mark.parametrize("level", ["Relaxed", "Strict"])
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
async def test_pypsrp_over_tls_sends_the_right_channel_binding(site: Site, level: str) -> None:
    site.set(f"Service/Auth/CbtHardeningLevel={level}")
    assert await asyncio.to_thread(invoke_pypsrp, site.secure_url, "ntlm") == 2
    assert site.dispatched[0][1].secure


async def test_pypsrp_basic(site: Site) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    assert await asyncio.to_thread(invoke_pypsrp, site.url, "basic", PASSWORD, "never") == 2


async def test_pypsrp_without_encryption_is_refused(site: Site) -> None:
    with pytest.raises(pypsrp.WinRMTransportError) as caught:
        await asyncio.to_thread(invoke_pypsrp, site.url, "ntlm", PASSWORD, "never")
    assert caught.value.code == 500
    site.set("Service/AllowUnencrypted=true")
    assert await asyncio.to_thread(invoke_pypsrp, site.url, "ntlm", PASSWORD, "never") == 2


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
async def test_pypsrp_with_a_wrong_password(site: Site, auth: str) -> None:
    from pypsrp.exceptions import AuthenticationError

    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    with pytest.raises(AuthenticationError):
        await asyncio.to_thread(invoke_pypsrp, site.url, auth, "wrong", "auto" if auth != "basic" else "never")
    assert not site.dispatched


async def test_pywinrm_ntlm(site: Site) -> None:
    assert await asyncio.to_thread(open_pywinrm, site.url, "ntlm") == "1"
    principal, _, soap, _ = site.dispatched[0]
    assert principal.name == USER
    assert b"Envelope" in soap


async def test_pywinrm_basic(site: Site) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    assert await asyncio.to_thread(open_pywinrm, site.url, "basic") == "1"


async def test_pywinrm_with_a_wrong_password(site: Site) -> None:
    from winrm.exceptions import InvalidCredentialsError

    with pytest.raises(InvalidCredentialsError):
        await asyncio.to_thread(open_pywinrm, site.url, "ntlm", "wrong")


async def test_twenty_clients_at_once(site: Site) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.to_thread(invoke_pypsrp, site.url, "ntlm")) for _ in range(20)]
    assert [task.result() for task in tasks] == [2] * 20
    assert len({peer.connection for _, peer, _, _ in site.dispatched}) == 20

"""Kerberos against a KDC of the tests' own: our client, pypsrp and curl against our host, as root and as a user."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

import remora
from remora.auth import kerberos
from remora.auth.negotiate import NegotiateAcceptor, NegotiateInitiator
from remora.auth.ntlm import CbtHardening, NtlmCredential, NtlmInitiator, nt_hash
from remora.auth.sealing import sealing_of
from remora.client.config_store import ClientConfig
from remora.client.connection import Connection
from remora.client.connection_info import connection_infos
from remora.client.options import PSSessionOption
from remora.errors import AuthError
from remora.host.accounts import AccountStore
from remora.host.authenticator import LocalAuthenticator
from remora.host.kerberos import KerberosService
from remora.values import PSCredential
from tests.live.conftest import ORDINARY_UID
from tests.support.gate import gate_site
from tests.support.host import PASSWORD, HostProcess, running_host
from tests.support.host import remora as command
from tests.support.kdc import REALM, Kdc, running_kdc

pytest.importorskip("gssapi")
NAME = "winrm.test.local"
USER = f"alice@{REALM}"
TICKET = "ticket-secret"
"""The password in the realm; the account of the host has another."""
WHO = "$PSSenderInfo.UserInfo.Identity.AuthenticationType; $PSSenderInfo.UserInfo.Identity.Name"


@pytest.fixture(scope="module")
def kdc() -> Iterator[Kdc]:
    """The KDC, with its environment in ours, and the name of the service's host known."""
    directory = Path(tempfile.mkdtemp(prefix="remora-kdc-", dir="/tmp"))
    directory.chmod(0o755)  # krb5.conf is for everybody
    own, resolve = socket.gethostname().lower(), socket.getaddrinfo

    def resolved(host: Any, *arguments: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if host == NAME else host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch, running_kdc(directory, hosts=(NAME, own)) as running:
        running.user("alice", TICKET)
        running.user("stranger", TICKET)
        running.service(f"HTTP/{NAME}", f"host/{NAME}", f"HTTP/{own}")
        for name in ("KRB5_CONFIG", "KRB5CCNAME", "KRB5_KTNAME", "KRB5RCACHEDIR"):
            patch.setenv(name, running.environment[name])
        patch.setattr(socket, "getaddrinfo", resolved)
        yield running
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def host(kdc: Kdc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    state = tmp_path_factory.mktemp("kerberos") / "state"
    with running_host(state, settings={"Service/AllowUnencrypted": "false"}) as running:
        yield running


@pytest.fixture
def ticket(kdc: Kdc) -> Iterator[None]:
    kdc.kinit("alice", TICKET)
    yield
    kdc.kdestroy()


async def ask(host: HostProcess, script: str = WHO, name: str = NAME, trusted: str = "", **options: Any) -> list[Any]:
    config = ClientConfig(trusted_hosts=(trusted,) if trusted else ())
    return list(await remora.invoke_command(script, computer_name=name, port=host.port, config=config, **options))


# --- our client and our host, in processes of their own


async def test_with_a_password(host: HostProcess) -> None:
    answer = await ask(host, authentication="kerberos", username=USER, password=TICKET)
    assert answer[0] == "Kerberos"
    assert answer[1].endswith("alice")


async def test_in_negotiate(host: HostProcess) -> None:
    answer = await ask(host, trusted=NAME, authentication="negotiate", username=USER.lower(), password=TICKET)
    assert answer[0] == "Kerberos"


@pytest.fixture(scope="module")
def secure_host(kdc: Kdc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    settings = {"Service/Auth/CbtHardeningLevel": "Strict", "Service/AllowUnencrypted": "false"}
    state = tmp_path_factory.mktemp("kerberos-tls") / "state"
    with running_host(state, listen=("https://127.0.0.1:0",), settings=settings) as running:
        yield running


UNCHECKED: dict[str, Any] = {
    "session_option": PSSessionOption(skip_ca_check=True, skip_cn_check=True),
    "use_ssl": True,
}


@pytest.mark.parametrize("authentication", ["kerberos", "negotiate"])
async def test_over_tls_the_first_token_names_the_connection(secure_host: HostProcess, authentication: str) -> None:
    answer = await ask(secure_host, authentication=authentication, username=USER, password=TICKET, **UNCHECKED)
    assert answer[0] == "Kerberos"


@pytest.mark.usefixtures("ticket")
async def test_over_tls_the_own_ticket_goes_with_negotiate_only_where_that_is_said(secure_host: HostProcess) -> None:
    answer = await ask(secure_host, authentication="NegotiateWithImplicitCredential", **UNCHECKED)
    assert answer[0] == "Kerberos"
    with pytest.raises(AuthError, match="explicit credentials"):
        await ask(secure_host, authentication="negotiate", **UNCHECKED)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_pypsrp_over_tls(secure_host: HostProcess, auth: str) -> None:
    connection = WSMan(
        NAME, port=secure_host.port, username=USER, password=TICKET, auth=auth, cert_validation=False, ssl=True
    )
    with connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script(WHO)
        assert ps.invoke()[0] == "Kerberos", [str(error) for error in ps.streams.error]


@pytest.mark.parametrize(("authentication", "code"), [("default", 5), ("negotiate", 0x803380E4)])
@pytest.mark.usefixtures("ticket")
async def test_where_the_server_must_prove_itself_ntlm_is_not_tried(
    start_host: Callable[..., HostProcess], authentication: str, code: int
) -> None:
    """Over HTTP to nobody we trust: what a host without Kerberos offers proves nothing."""
    host = start_host(settings={"Service/Auth/Kerberos": "false"})
    with pytest.raises(AuthError) as caught:
        await ask(host, authentication=authentication, username=USER, password=TICKET)
    assert caught.value.code == code
    assert "NTLM" not in host.log()


@pytest.mark.usefixtures("ticket")
async def test_with_the_own_ticket_and_nothing_said(host: HostProcess) -> None:
    assert (await ask(host))[0] == "Kerberos"


@pytest.mark.usefixtures("ticket")
def test_the_command_line_asks_no_name_where_there_is_a_ticket(host: HostProcess) -> None:
    done = command("run", "localhost", "--port", str(host.port), "-c", WHO, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Kerberos"


async def test_without_a_ticket_nothing_is_sent(host: HostProcess) -> None:
    with pytest.raises(AuthError, match="kinit") as caught:
        await ask(host, authentication="kerberos")
    assert caught.value.code == 0x8033810C


async def test_a_wrong_password(host: HostProcess) -> None:
    with pytest.raises(AuthError) as caught:
        await ask(host, authentication="kerberos", username=USER, password="wrong")
    assert caught.value.code == 5
    assert "wrong" not in str(caught.value)


async def test_an_address_is_no_name(host: HostProcess) -> None:
    with pytest.raises(AuthError) as caught:
        await ask(host, name="10.1.2.3", authentication="kerberos", username=USER, password=TICKET)
    assert caught.value.code == 0x8033810B


async def test_who_has_no_account_is_refused(host: HostProcess) -> None:
    with pytest.raises(AuthError, match="refused the logon of stranger"):
        await ask(host, authentication="kerberos", username=f"stranger@{REALM}", password=TICKET)
    assert "stranger" in host.log()


async def test_the_port_in_the_name_of_the_service(host: HostProcess, kdc: Kdc) -> None:
    option = PSSessionOption(include_port_in_spn=True)
    options: dict[str, Any] = {"authentication": "kerberos", "username": USER, "password": TICKET}
    with pytest.raises(AuthError, match=f"HTTP/{NAME}:{host.port}") as caught:
        await ask(host, session_option=option, **options)
    assert caught.value.code == 0x80090303
    kdc.service(f"HTTP/{NAME}:{host.port}")
    assert (await ask(host, session_option=option, **options))[0] == "Kerberos"


async def test_a_host_of_an_ordinary_user(
    kdc: Kdc,
    start_host: Callable[..., HostProcess],
    ordinary_program: tuple[str, ...],
    state_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keytab = state_dir.parent / "own.keytab"
    keytab.write_bytes(kdc.keytab.read_bytes())
    monkeypatch.setenv("KRB5RCACHEDIR", str(state_dir.parent))
    state_dir.mkdir()
    if os.geteuid() == 0:
        for path in (state_dir.parent, state_dir, keytab):
            os.chown(path, ORDINARY_UID, ORDINARY_UID)
    host = start_host(program=ordinary_program, settings={"Remora/Keytab": str(keytab)})
    assert (await ask(host, authentication="kerberos", username=USER, password=TICKET))[0] == "Kerberos"


# --- foreign clients


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_pypsrp(host: HostProcess, auth: str) -> None:
    connection = WSMan(NAME, port=host.port, ssl=False, username=USER, password=TICKET, auth=auth)
    with connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script(WHO)
        assert ps.invoke()[0] == "Kerberos", [str(error) for error in ps.streams.error]


@pytest.mark.usefixtures("ticket")
def test_curl(host: HostProcess) -> None:
    """curl seals nothing, so an empty body is all it may send: what counts is who it is taken for."""
    url = f"http://{NAME}:{host.port}/wsman"
    resolve = ["--resolve", f"{NAME}:{host.port}:127.0.0.1"]
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--negotiate", "-u", ":", *resolve, "-X", "POST", url],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "200"


# --- a gate in this process: levels, switches


@pytest.fixture
def service(kdc: Kdc) -> KerberosService:
    return KerberosService(keytab=str(kdc.keytab), realms=frozenset((REALM,)))


async def status(url: str, scheme: str, context: Any, *, trust: Path | None = None) -> int:
    """Log on with a context and return the last status."""
    import base64

    from remora.net.http_client import HttpConnection
    from remora.net.tls import client_context

    tls = None if trust is None else client_context(ca_trust=str(trust), skip_cn_check=True)
    async with HttpConnection(url, tls=tls) as connection:
        token = context.step(None)
        while True:
            header = ("Authorization", f"{scheme} {base64.b64encode(token).decode()}")
            reply = await connection.post((header,), b"", 20)
            words = reply.header("WWW-Authenticate").split()
            if reply.status != 401 or len(words) < 2:
                return reply.status
            token = context.step(base64.b64decode(words[1]))


def own(name: str = "alice", **options: Any) -> kerberos.KerberosCredential:
    return kerberos.KerberosCredential(PSCredential(name, TICKET), **options)


@pytest.mark.parametrize(
    ("level", "binding", "expected"),
    [
        ("None", "wrong", 200),
        ("Relaxed", "none", 200),
        ("Relaxed", "right", 200),
        ("Relaxed", "wrong", 401),
        ("Strict", "none", 401),
        ("Strict", "right", 200),
        ("Strict", "wrong", 401),
    ],
)
@pytest.mark.parametrize("scheme", ["Kerberos", "Negotiate"])
async def test_channel_bindings(
    service: KerberosService, tmp_path: Path, level: str, binding: str, expected: int, scheme: str
) -> None:
    from remora.auth.certificates import certificate_der, tls_server_end_point

    store = AccountStore(tmp_path)
    store.add("alice", PASSWORD)
    async with gate_site(tmp_path, LocalAuthenticator(store, kerberos=service)) as site:
        site.set(f"Service/Auth/CbtHardeningLevel={level}")
        right = tls_server_end_point(certificate_der(site.trust))
        given = {"none": None, "right": right, "wrong": b"tls-server-end-point:" + bytes(32)}[binding]
        context: Any
        if scheme == "Kerberos":
            context = kerberos.KerberosInitiator(own(), host=NAME, channel_binding=given)
        else:
            context = NegotiateInitiator(own(), None, host=NAME, channel_binding=given)
        assert await status(site.secure_url, scheme, context, trust=site.trust) == expected


@pytest.mark.parametrize(
    ("settings", "ntlm", "alone", "wrapped"),
    [
        ((), 200, 200, 200),
        (("Service/Auth/Negotiate=false",), 401, 200, 200),
        (("Service/Auth/Kerberos=false",), 200, 401, 401),
    ],
)
async def test_what_is_switched_off_is_refused(
    service: KerberosService, tmp_path: Path, settings: tuple[str, ...], ntlm: int, alone: int, wrapped: int
) -> None:
    store = AccountStore(tmp_path)
    store.add("alice", PASSWORD)
    async with gate_site(tmp_path, LocalAuthenticator(store, kerberos=service)) as site:
        site.set(*settings)
        password = NtlmInitiator(NtlmCredential.from_password("alice", PASSWORD), host=NAME)
        assert await status(site.url, "Negotiate", password) == ntlm
        assert await status(site.url, "Kerberos", kerberos.KerberosInitiator(own(), host=NAME)) == alone
        assert await status(site.url, "Negotiate", NegotiateInitiator(own(), None, host=NAME)) == wrapped


async def test_another_realm_and_a_name_with_an_instance_are_no_accounts(kdc: Kdc, tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    store.add("alice", PASSWORD)
    elsewhere = KerberosService(keytab=str(kdc.keytab), realms=frozenset(("OTHER.LOCAL",)))
    exchange = LocalAuthenticator(store, kerberos=elsewhere).exchange(
        "Kerberos", channel_binding=None, hardening=CbtHardening.NONE
    )
    token = kerberos.KerberosInitiator(own(), host=NAME).step(None)
    with pytest.raises(AuthError, match="KerberosRealms"):
        await exchange.step(token or b"")
    assert exchange.claimed == f"{REALM}\\alice"
    with pytest.raises(AuthError, match="no user"):
        elsewhere.local_name("OTHER.LOCAL", "alice/admin")


@pytest.mark.parametrize("delegate", [False, True])
def test_a_ticket_is_delegated_where_that_is_asked_for(kdc: Kdc, delegate: bool) -> None:
    server = NegotiateAcceptor(str(kdc.keytab))
    server.step(kerberos.KerberosInitiator(own(delegate=delegate), host=NAME).step(None))
    assert server._kerberos is not None
    assert server._kerberos._context is not None
    assert bool(int(server._kerberos._context.actual_flags) & 1) is delegate


@pytest.mark.parametrize("scheme", ["Kerberos", "Negotiate"])
def test_an_altered_token_never_logs_anybody_else_on(kdc: Kdc, scheme: str) -> None:
    credential, random = own(), Random(7)
    refused = 0
    for _ in range(150):
        client: Any = kerberos.KerberosInitiator(credential, host=NAME)
        if scheme == "Negotiate":
            client = NegotiateInitiator(credential, None, host=NAME)
        token = bytearray(client.step(None))
        for _ in range(random.randint(1, 3)):
            token[random.randrange(len(token))] ^= random.randint(1, 255)
        server = NegotiateAcceptor(str(kdc.keytab))
        try:
            server.step(bytes(token))
        except AuthError:
            refused += 1
        assert server.claimed in ((REALM, "alice"), ("", ""))
    assert refused > 100


def test_a_token_cut_at_any_place_is_refused(kdc: Kdc) -> None:
    token = kerberos.KerberosInitiator(own(), host=NAME).step(None) or b""
    for size in range(0, len(token), 7):
        with pytest.raises(AuthError):
            NegotiateAcceptor(str(kdc.keytab)).step(token[:size])
    assert NegotiateAcceptor(str(kdc.keytab)).step(token)


async def test_many_connections_share_one_ticket(service: KerberosService, tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    store.add("alice", PASSWORD)
    async with gate_site(tmp_path, LocalAuthenticator(store, kerberos=service)) as site:
        url = site.url.replace("127.0.0.1", NAME)
        given = connection_infos(connection_uri=url, username=USER, password=TICKET, authentication="kerberos")[0]
        connections = [Connection(given) for _ in range(12)]
        soap = b"<e><MessageID>uuid:1</MessageID></e>"
        await asyncio.gather(*(connection.exchange(soap, limit=20) for connection in connections))
        assert [connection.exchanges for connection in connections] == [2] * 12
        connections[0].close()  # the next one logs on again
        await connections[0].exchange(soap, limit=20)
        assert connections[0].exchanges == 4
        assert {principal.authentication for principal, *_ in site.dispatched} == {"Kerberos"}
        for connection in connections:
            connection.close()


def test_a_token_is_good_once(kdc: Kdc) -> None:
    token = kerberos.KerberosInitiator(own(), host=NAME).step(None)
    assert NegotiateAcceptor(str(kdc.keytab)).step(token)
    with pytest.raises(AuthError):
        NegotiateAcceptor(str(kdc.keytab)).step(token)


def test_ntlm_in_the_same_spnego_where_the_server_has_no_kerberos(kdc: Kdc) -> None:
    from remora.auth.ntlm import NtlmAcceptor

    found = nt_hash("pw")
    client = NegotiateInitiator(own(), NtlmCredential("alice", found), host=NAME)
    server = NtlmAcceptor(lambda _domain, _user: found)
    token = client.step(None)
    while not (client.complete and server.complete):
        answer = server.step(token)
        token = client.step(answer) if answer is not None else None
    keys = server.leave_keys()
    assert keys is not None
    sealing = sealing_of(keys)
    message = client.seal(b"there")
    assert sealing.unseal(message.header, message.data) == b"there"
    message = sealing.seal(b"and back")
    assert client.unseal(message.header, message.data) == b"and back"


def test_ntlm_where_the_kdc_does_not_know_the_service_and_only_where_it_may(kdc: Kdc) -> None:
    found = nt_hash("pw")
    client = NegotiateInitiator(own(), NtlmCredential("alice", found), host="nowhere.test.local")
    assert (client.step(None) or b"").startswith(b"NTLMSSP")
    with pytest.raises(AuthError, match="nothing else proves") as caught:
        NegotiateInitiator(own(), None, host="nowhere.test.local").step(None)
    assert caught.value.code == 0x803380E4


@pytest.mark.parametrize("spoil", ["altered", "repeated", "unencrypted"])
def test_a_spoiled_message_is_refused(kdc: Kdc, spoil: str) -> None:
    client = kerberos.KerberosInitiator(own(), host=NAME)
    server = NegotiateAcceptor(str(kdc.keytab))
    client.step(server.step(client.step(None)))
    keys = server.leave_keys()
    assert keys is not None
    assert repr(keys) == "KerberosKeys()"
    sealing = sealing_of(keys)
    message = client.seal(b"text" * 10)
    header, data = message.header, message.data
    if spoil == "altered":
        data = data[:-1] + bytes([data[-1] ^ 1])
    elif spoil == "repeated":
        assert sealing.unseal(header, data) == b"text" * 10
    else:
        header, data = header[:2] + bytes([header[2] & ~2]) + header[3:], data
    with pytest.raises(AuthError):
        sealing.unseal(header, data)

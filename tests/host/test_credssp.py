"""CredSSP between our two ends and with pyspnego's client: who gets in, and that nobody else does."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import gc
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import spnego
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from spnego import tls
from spnego._credssp_structures import NegoData, TSPasswordCreds, TSRequest

import remora
from remora.auth.basic import BasicCredential
from remora.auth.certificate_store import CertificateStore
from remora.auth.certificates import self_signed
from remora.auth.credssp import CredSspInitiator, Direction, binding_hash, unpack_request
from remora.auth.ntlm import CbtHardening, NtlmCredential, NtlmInitiator
from remora.auth.principal import Principal
from remora.auth.tls_channel import TlsChannel
from remora.errors import AuthError
from remora.host.accounts import AccountStore
from remora.host.authenticator import Accepted, Authenticator, Challenge, Exchange, LocalAuthenticator
from remora.host.authenticator_process import AuthenticatorProcess
from remora.host.credssp import CredSspAuthenticator, CredSspCertificate, CredSspExchange
from tests.support.gate import OTHER, OTHER_PASSWORD, PASSWORD, USER
from tests.support.host import PASSWORD as HOST_PASSWORD
from tests.support.host import USER as HOST_USER
from tests.support.host import HostProcess


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> CredSspCertificate:
    return CredSspCertificate(CertificateStore(tmp_path_factory.mktemp("tls")), lambda: "")


@pytest.fixture(params=["local", "process"])
async def authenticator(
    request: pytest.FixtureRequest, tmp_path: Path, certificate: CredSspCertificate
) -> AsyncIterator[CredSspAuthenticator]:
    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)
    store.add(OTHER, OTHER_PASSWORD)
    held: Authenticator = LocalAuthenticator(store)
    if request.param == "process":
        held = await AuthenticatorProcess.start(tmp_path)
    outer = CredSspAuthenticator(held, certificate)
    yield outer
    await outer.close()


@pytest.fixture
async def local(tmp_path: Path, certificate: CredSspCertificate) -> AsyncIterator[CredSspAuthenticator]:
    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)
    store.add(OTHER, OTHER_PASSWORD)
    outer = CredSspAuthenticator(LocalAuthenticator(store), certificate)
    yield outer
    await outer.close()


def initiator(
    user: str = USER, password: str = PASSWORD, delegated: tuple[str, str, str] | None = None
) -> CredSspInitiator:
    inner = NtlmInitiator(NtlmCredential.from_password(user, password), host="h")
    domain, name, secret = delegated or ("", user, password)
    return CredSspInitiator(inner, domain=domain, user=name, password=secret)


def exchange(authenticator: CredSspAuthenticator) -> Exchange:
    return authenticator.exchange("CredSSP", channel_binding=None, hardening=CbtHardening.STRICT)


async def run(client: Any, server: Exchange, change: Callable[[int, bytes], bytes] = lambda _leg, token: token) -> Any:
    """Let the two talk to the end; change: what becomes of the client's token on its way."""
    token = client.step(None)
    for leg in range(20):
        answer = await server.step(change(leg, token))
        if isinstance(answer, Accepted):
            return answer
        assert isinstance(answer, Challenge)
        token = client.step(answer.token)
    raise AssertionError("no end")


def check_sealing(client: Any, accepted: Accepted) -> None:
    assert accepted.keys is None
    assert accepted.sealing is not None
    for size in (1, 100, 16 * 1024, 100_000):
        for sender, receiver in ((client, accepted.sealing), (accepted.sealing, client)):
            message = sender.seal(bytes(size))
            assert (len(message.header), message.length) == (17, size)
            assert receiver.unseal(message.header, message.data) == bytes(size)


async def test_our_client_gets_in_and_both_ends_seal(authenticator: CredSspAuthenticator) -> None:
    client = initiator(f".\\{USER.upper()}", PASSWORD, ("localhost", USER, PASSWORD))
    accepted = await run(client, exchange(authenticator))
    assert client.complete
    principal: Principal = accepted.principal
    assert (principal.name, principal.authentication) == (USER, "CredSSP")
    check_sealing(client, accepted)


@pytest.mark.parametrize("version", [tls.ssl.TLSVersion.TLSv1_2, tls.ssl.TLSVersion.TLSv1_3])
async def test_the_librarys_client_gets_in(local: CredSspAuthenticator, version: Any) -> None:
    context = tls.default_tls_context()
    context.context.maximum_version = context.context.minimum_version = version
    client = spnego.client(USER, PASSWORD, protocol="credssp", credssp_tls_context=context, credssp_min_protocol=5)
    accepted = await run(client, exchange(local))
    assert accepted.principal.name == USER
    wrapped = client.wrap_winrm(b"over there")
    assert accepted.sealing.unseal(wrapped.header, wrapped.data) == b"over there"
    message = accepted.sealing.seal(b"and back")
    assert len(message.header) == len(wrapped.header)
    assert client.unwrap_winrm(message.header, message.data) == b"and back"


async def test_our_client_gets_into_the_librarys_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    file.write_text("DOM:alice:s3cret\n", "utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))
    server = spnego.server(protocol="credssp", credssp_min_protocol=5)
    client = initiator("DOM\\alice", "s3cret", ("DOM", "alice", "s3cret"))
    token = client.step(None)
    while not server.complete:
        answer = server.step(token)
        token = client.step(answer) if answer is not None else None
    given = server.get_extra_info("client_credential")
    assert (given.domain_name, given.username, given.password) == ("DOM", "alice", "s3cret")
    message = client.seal(b"text")
    assert server.unwrap_winrm(message.header, message.data) == b"text"


async def test_the_librarys_server_says_why_it_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    file.write_text("DOM:alice:s3cret\n", "utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))
    server = spnego.server(protocol="credssp")
    client = initiator("DOM\\alice", "wrong")

    def talk() -> None:
        token = client.step(None)
        while token is not None:
            token = client.step(server.step(token))

    with pytest.raises(AuthError, match="wrong name or password"):
        talk()


@pytest.mark.parametrize(
    ("user", "password"), [(USER, "wrong"), ("nobody", PASSWORD), (f"ELSEWHERE\\{USER}", PASSWORD)]
)
async def test_refusals_are_alike(authenticator: CredSspAuthenticator, user: str, password: str) -> None:
    with pytest.raises(AuthError, match=r"^the logon was refused$"):
        await run(initiator(user, password), exchange(authenticator))


@pytest.mark.parametrize(
    ("delegated", "why"),
    [
        (("", OTHER, OTHER_PASSWORD), "delegated the credential of"),
        (("", USER, "wrong"), "refused"),
        (("", OTHER, PASSWORD), "refused"),
        (("ELSEWHERE", USER, PASSWORD), "refused"),
        (("", "", ""), "refused"),
    ],
)
async def test_the_delegated_credential_must_be_the_callers_own(
    authenticator: CredSspAuthenticator, delegated: tuple[str, str, str], why: str
) -> None:
    with pytest.raises(AuthError, match=why):
        await run(initiator(USER, PASSWORD, delegated), exchange(authenticator))


@pytest.mark.parametrize("version", [1, 2, 3, 4])
async def test_the_host_refuses_old_versions(
    local: CredSspAuthenticator, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spnego._credssp._CREDSSP_VERSION", version)
    with pytest.raises(AuthError, match=f"version {version} of CredSSP"):
        await run(spnego.client(USER, PASSWORD, protocol="credssp"), exchange(local))


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_the_client_refuses_old_versions(certificate: CredSspCertificate, version: int) -> None:
    client, server = initiator(), TlsChannel(certificate.load()[0], server_side=True)
    token = client.step(None)
    while not server.handshake(token or b""):
        token = client.step(server.take())
    assert unpack_request(server.receive(client.step(server.take()) or b"")).version == 6
    old = TSRequest(version, nego_tokens=NegoData(b"NTLMSSP\0")).pack()
    with pytest.raises(AuthError, match=f"version {version} of CredSSP"):
        client.step(server.send(old))


async def test_an_exchange_cut_or_changed_at_any_leg_ends(local: CredSspAuthenticator) -> None:
    tokens: list[bytes] = []
    await run(initiator(), exchange(local), lambda _leg, token: (tokens.append(token), token)[1])
    damages: list[Callable[[bytes], bytes]] = [
        lambda token: token[: len(token) // 2],
        lambda token: token[:-1],
        lambda token: token[:-1] + bytes([token[-1] ^ 1]),
        lambda token: b"",
        lambda token: b"\0",
        lambda token: bytes(1024 * 1024),
        lambda token: b"NTLMSSP\0\1\0\0\0",
    ]
    for leg in range(len(tokens)):
        for damage in damages:
            server = exchange(local)
            with pytest.raises(AuthError):
                await run(
                    initiator(), server, lambda at, token, leg=leg, damage=damage: damage(token) if at == leg else token
                )
            with pytest.raises(AuthError):
                await server.step(tokens[0])


async def test_nothing_said_before_gets_anybody_in(local: CredSspAuthenticator) -> None:
    tokens: list[bytes] = []
    await run(initiator(), exchange(local), lambda _leg, token: (tokens.append(token), token)[1])
    server = exchange(local)
    assert isinstance(await server.step(tokens[0]), Challenge)
    with pytest.raises(AuthError):
        await server.step(tokens[1])
    for leg in range(1, len(tokens)):
        with pytest.raises(AuthError):
            await exchange(local).step(tokens[leg])
        server = exchange(local)
        with pytest.raises(AuthError):
            await run(initiator(), server, lambda at, token, leg=leg: tokens[leg] if at == leg else token)


async def test_two_exchanges_do_not_mix(local: CredSspAuthenticator) -> None:
    one, other = exchange(local), exchange(local)
    first, second = initiator(), initiator()
    answer, answer2 = await one.step(first.step(None) or b""), await other.step(second.step(None) or b"")
    assert isinstance(answer, Challenge)
    assert isinstance(answer2, Challenge)
    token = first.step(answer.token)
    second.step(answer2.token)
    with pytest.raises(AuthError):
        await other.step(token or b"")


async def test_a_relay_that_ends_tls_itself_gets_nothing(local: CredSspAuthenticator) -> None:
    """It passes the inner tokens on between two TLS sessions of its own; the key in the middle gives it away."""
    other = CredSspCertificate(CertificateStore(Path("/nonexistent")), lambda: "")
    middle = TlsChannel(other.load()[0], server_side=True)
    victim, server = initiator(), exchange(local)
    outward = TlsChannel(tls.default_tls_context().context, server_side=False)

    async def ask(plain: bytes) -> bytes:
        answer = await server.step(outward.send(plain))
        assert isinstance(answer, Challenge)
        return outward.receive(answer.token)

    token = victim.step(None)
    while not middle.handshake(token or b""):
        token = victim.step(middle.take())
    plain = middle.receive(victim.step(middle.take()) or b"")
    assert not outward.handshake(b"")
    answer = await server.step(outward.take())
    assert isinstance(answer, Challenge)
    assert outward.handshake(answer.token)
    answer = await server.step(outward.take())
    assert isinstance(answer, Challenge)
    outward.receive(answer.token)
    plain = await ask(plain)
    plain = middle.receive(victim.step(middle.send(plain)) or b"")
    with pytest.raises(AuthError, match="another TLS key"):
        await ask(plain)


async def test_the_client_keeps_its_password_from_a_server_with_another_key(
    local: CredSspAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(direction: Direction, nonce: bytes, key: bytes) -> bytes:
        return binding_hash(direction, nonce, key if direction is Direction.TO_SERVER else b"another")

    monkeypatch.setattr("remora.host.credssp.binding_hash", other)
    client = initiator()
    with pytest.raises(AuthError, match="stands between us and the server"):
        await run(client, exchange(local))
    assert not client.complete
    with pytest.raises(AuthError):
        client.step(b"more")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
async def test_the_certificate_of_the_thumbprint_is_shown(tmp_path: Path, kind: str) -> None:
    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)
    directory = tmp_path / "own"
    directory.mkdir()
    if kind == "rsa":
        certificate_pem, key, _public = tls.generate_tls_certificate()
    else:
        certificate_pem, key = self_signed(["h"], now=datetime.datetime.now(datetime.UTC))
    (directory / "web.pem").write_bytes(certificate_pem + key)
    certificates = CertificateStore(directory)
    wanted = certificates.own()[0]
    authenticator = CredSspAuthenticator(
        LocalAuthenticator(store), CredSspCertificate(certificates, lambda: wanted.thumbprint)
    )
    client = initiator()
    await run(client, exchange(authenticator))
    assert client._channel.peer_certificate == wanted.certificate.public_bytes(Encoding.DER)
    await authenticator.close()


async def test_a_certificate_that_is_not_there_refuses(tmp_path: Path, local: CredSspAuthenticator) -> None:
    local._certificate = CredSspCertificate(CertificateStore(tmp_path), lambda: "AB" * 20)
    with pytest.raises(AuthError, match="no certificate for CredSSP"):
        exchange(local)


async def test_a_refusal_counts_against_the_name_whose_password_was_tried(local: CredSspAuthenticator) -> None:
    server = exchange(local)
    with pytest.raises(AuthError):
        await run(initiator(USER, "wrong"), server)
    assert getattr(server, "claimed", None) == USER
    server = exchange(local)
    with pytest.raises(AuthError):
        await run(initiator(USER, PASSWORD, ("", OTHER, "a guess")), server)
    assert getattr(server, "claimed", None) == OTHER


async def test_no_password_is_kept_or_shown(local: CredSspAuthenticator) -> None:
    client, server = initiator(OTHER, OTHER_PASSWORD), exchange(local)
    accepted = await run(client, server)
    held = [item for item in gc.get_objects() if isinstance(item, TSPasswordCreds)]
    assert OTHER not in [item.username for item in held]
    assert OTHER_PASSWORD not in repr((client, server, accepted))


@given(junk=st.lists(st.binary(max_size=300), max_size=4), early=st.booleans())
@settings(deadline=None, max_examples=60)
def test_junk_is_one_refusal(junk: list[bytes], early: bool) -> None:
    """Junk as tokens, and junk inside of a TLS session that is in order."""

    async def attack() -> None:
        server = CredSspExchange(_Nobody(), _CERTIFICATE, _nobody)
        channel = TlsChannel(tls.default_tls_context().context, server_side=False)
        if not early:
            channel.handshake(b"")
            answer = await server.step(channel.take())
            channel.handshake(answer.token)
            channel.receive((await server.step(channel.take())).token)
        for item in junk:
            if item:
                with contextlib.suppress(AuthError):
                    assert isinstance(await server.step(item if early else channel.send(item)), Challenge)
        with pytest.raises(AuthError):
            await server.step(b"")

    asyncio.run(attack())


_CERTIFICATE = CredSspCertificate(CertificateStore(Path("/nonexistent")), lambda: "")


class _Nobody:
    async def step(self, token: bytes) -> Challenge:
        raise AuthError("nobody")

    def close(self) -> None: ...


async def _nobody(credential: BasicCredential) -> Principal:
    raise AuthError("nobody")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_our_client_works_in_a_host_process(
    start_host: Callable[..., HostProcess], started_as: tuple[str, ...], scheme: str
) -> None:
    on = {"Service/Auth/CredSSP": "true", "Service/Auth/Negotiate": "false", "Service/AllowUnencrypted": "false"}
    host = start_host(prefix=started_as, settings=on, listen=(f"{scheme}://127.0.0.1:0",))
    config = remora.ClientConfig(
        auth=remora.ClientAuth(credssp=True), allow_fresh_credentials_ntlm_only=("WSMAN/127.0.0.1",)
    )
    session = await remora.new_pssession(
        connection_uri=f"{host.url}/wsman",
        username=HOST_USER,
        password=HOST_PASSWORD,
        authentication="credssp",
        config=config,
        session_option=remora.PSSessionOption(skip_ca_check=True),
        repository=remora.PSSessionRepository(),
    )
    assert isinstance(session, remora.PSSession)
    text = random.Random(6).randbytes(100_000).hex()
    result = await session.invoke("param($text) $text; $PSSenderInfo.UserInfo.Identity.AuthenticationType", [text])
    assert list(result) == [text, "CredSSP"]
    await remora.remove_pssession(session)
    assert HOST_PASSWORD not in host.log()

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from importlib.metadata import version

import pytest
import spnego
import spnego._ntlm as library
from hypothesis import given
from hypothesis import strategies as st
from spnego.channel_bindings import GssChannelBindings

from remora.auth.ntlm import MAX_TOKEN, CbtHardening, NtlmAcceptor, NtlmCredential, NtlmInitiator, nt_hash
from remora.auth.ntlm_sealing import NtlmSealing
from remora.errors import AuthError

PASSWORD = "Pä$$ wörd"
HASH = nt_hash(PASSWORD)
BINDING = b"tls-server-end-point:" + hashlib.sha256(b"certificate").digest()


def find(domain: str, user: str) -> bytes | None:
    return HASH if user.lower() == "alice" and domain.lower() in ("", "host") else None


def initiator(user: str = "alice", password: str = PASSWORD, **options: bytes) -> NtlmInitiator:
    return NtlmInitiator(NtlmCredential.from_password(user, password), host="host", **options)


def exchange(client: NtlmInitiator, server: NtlmAcceptor) -> None:
    """Run the legs to the end of both; raises what either raises."""
    challenge = server.step(client.step(None) or b"")
    assert challenge is not None
    server.step(client.step(challenge) or b"")
    assert client.complete
    assert server.complete


def spnego_exchange(client: spnego.ContextProxy, server: NtlmAcceptor) -> None:
    token = client.step()
    while token is not None:
        answer = server.step(token)
        token = None if answer is None else client.step(answer)
    assert client.complete
    assert server.complete


def test_the_private_names_we_lean_on_are_there() -> None:
    assert version("pyspnego") == "0.12.4"
    for name in ("_get_credential_file", "_get_credential"):
        assert getattr(library, name).__module__ == "remora.auth.ntlm"
    proxy = library.NTLMProxy(spnego.NTLMHash("a", nt_hash="00" * 16), usage="initiate")
    assert {"_context_attr", "_NTLMProxy__seq_num_in", "_NTLMProxy__seq_num_out"} <= set(vars(proxy))


def test_other_acceptors_keep_the_library_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NTLM_USER_FILE", raising=False)
    with pytest.raises(spnego.exceptions.OperationNotAvailableError):
        spnego.server(protocol="ntlm")


def test_logon_and_sealing_both_ways() -> None:
    client, server = initiator(), NtlmAcceptor(find)
    exchange(client, server)
    assert server.principal_name == "\\alice"
    for index in range(5):
        text = os.urandom(index * 1000)
        sealed = client.seal(text)
        assert len(sealed.header) == 16
        assert server.unseal(sealed.header, sealed.data) == text
        back = server.seal(text[::-1])
        assert client.unseal(back.header, back.data) == text[::-1]


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
def test_pyspnego_clients_raw_and_wrapped(protocol: str) -> None:
    client = spnego.client("HOST\\Alice", PASSWORD, hostname="host", protocol=protocol)
    server = NtlmAcceptor(find)
    spnego_exchange(client, server)
    assert server.claimed == ("HOST", "Alice")
    for text in (b"one", b"two" * 1000, b""):
        wrapped = client.wrap_winrm(text)
        assert server.unseal(wrapped.header, wrapped.data) == text
        sealed = server.seal(text)
        assert client.unwrap_winrm(sealed.header, sealed.data) == text


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
def test_keys_carry_the_protection_to_another_object(protocol: str) -> None:
    client = spnego.client("alice", PASSWORD, hostname="host", protocol=protocol)
    server = NtlmAcceptor(find)
    spnego_exchange(client, server)
    elsewhere = NtlmSealing(server.keys())
    wrapped = client.wrap_winrm(b"to the front end")
    assert elsewhere.unseal(wrapped.header, wrapped.data) == b"to the front end"
    sealed = elsewhere.seal(b"back")
    assert client.unwrap_winrm(sealed.header, sealed.data) == b"back"


@pytest.mark.parametrize(
    ("user", "password"),
    [("alice", "wrong"), ("bob", PASSWORD), ("OTHER\\alice", PASSWORD), ("alice", ""), ("alice@elsewhere", PASSWORD)],
)
def test_every_refusal_is_the_same(user: str, password: str) -> None:
    with pytest.raises(AuthError, match=r"^the logon was refused$") as caught:
        exchange(initiator(user, password), NtlmAcceptor(find))
    assert caught.value.__cause__ is None


def test_unknown_user_and_wrong_password_take_the_same_time() -> None:
    def measure(user: str) -> float:
        times: list[float] = []
        for _ in range(40):
            client, server = initiator(user, "wrong"), NtlmAcceptor(find)
            token = client.step(server.step(client.step(None) or b"")) or b""
            started = time.perf_counter()
            with pytest.raises(AuthError):
                server.step(token)
            times.append(time.perf_counter() - started)
        return min(times)

    known, unknown = measure("alice"), measure("nobody")
    assert 0.5 < known / unknown < 2


def test_ntlm_version_1_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LM_COMPAT_LEVEL", "1")
    client = spnego.client("alice", PASSWORD, hostname="host", protocol="ntlm")
    with pytest.raises(AuthError):
        spnego_exchange(client, NtlmAcceptor(find))


def test_kerberos_alone_is_refused() -> None:
    kerberos_only = bytes.fromhex("601806062b0601050502a00e300ca00a3008") + bytes.fromhex("06062a8648f7120101")
    with pytest.raises(AuthError):
        NtlmAcceptor(find).step(kerberos_only)


def test_a_token_of_another_mechanism_sent_ahead_is_passed_over() -> None:
    from spnego._spnego import NegTokenInit, NegTokenResp, unpack_token

    offer = NegTokenInit(["1.2.840.113554.1.2.2", "1.3.6.1.4.1.311.2.2.10"], mech_token=b"\x60\x03abc").pack()
    server = NtlmAcceptor(find)
    answer = unpack_token(server.step(offer) or b"")
    assert isinstance(answer, NegTokenResp)
    assert answer.supported_mech == "1.3.6.1.4.1.311.2.2.10"
    challenge = server.step(NegTokenResp(response_token=initiator().step(None)).pack())
    assert challenge is not None
    assert not server.complete


@pytest.mark.parametrize(
    ("given_binding", "hardening", "accepted"),
    [
        (None, CbtHardening.NONE, True),
        (None, CbtHardening.RELAXED, True),
        (None, CbtHardening.STRICT, False),
        (BINDING, CbtHardening.NONE, True),
        (BINDING, CbtHardening.RELAXED, True),
        (BINDING, CbtHardening.STRICT, True),
        (BINDING + b"x", CbtHardening.NONE, True),
        (BINDING + b"x", CbtHardening.RELAXED, False),
        (BINDING + b"x", CbtHardening.STRICT, False),
    ],
)
def test_channel_bindings(given_binding: bytes | None, hardening: CbtHardening, accepted: bool) -> None:
    client = initiator()
    client.channel_binding = given_binding
    server = NtlmAcceptor(find, channel_binding=BINDING, hardening=hardening)
    if accepted:
        exchange(client, server)
    else:
        with pytest.raises(AuthError):
            exchange(client, server)


def test_pyspnego_binding_is_ours() -> None:
    bindings = GssChannelBindings(application_data=BINDING)
    client = spnego.client("alice", PASSWORD, hostname="h", protocol="ntlm", channel_bindings=bindings)
    server = NtlmAcceptor(find, channel_binding=BINDING, hardening=CbtHardening.STRICT)
    spnego_exchange(client, server)
    assert server.complete


def test_a_client_without_sealing_gets_no_keys() -> None:
    request = spnego.ContextReq.integrity
    client = spnego.client("alice", PASSWORD, hostname="h", protocol="ntlm", context_req=request)
    server = NtlmAcceptor(find)
    spnego_exchange(client, server)
    assert not server.keys().usable
    with pytest.raises(AuthError, match="encryption"):
        server.seal(b"x")


def test_altered_repeated_and_reordered_messages_are_refused() -> None:
    for spoil in ("altered", "repeated", "reordered"):
        client, server = initiator(), NtlmAcceptor(find)
        exchange(client, server)
        first, second = client.seal(b"first"), client.seal(b"second")
        if spoil == "reordered":
            first = second
        elif spoil == "repeated":
            server.unseal(first.header, first.data)
        data = first.data[:-1] + bytes([first.data[-1] ^ 1]) if spoil == "altered" else first.data
        with pytest.raises(AuthError):
            server.unseal(first.header, data)


def test_keys_and_credentials_show_no_secret() -> None:
    client, server = initiator(), NtlmAcceptor(find)
    exchange(client, server)
    assert server.keys().session_key.hex() not in repr(server.keys())
    assert str(server.keys().session_key) not in repr(server.keys())
    assert str(HASH) not in repr(NtlmCredential("alice", HASH))


def test_too_long_tokens_and_too_many_steps_are_refused() -> None:
    with pytest.raises(AuthError, match="bytes"):
        NtlmAcceptor(find).step(bytes(MAX_TOKEN + 1))
    server = NtlmAcceptor(find)
    client = initiator()
    server.step(client.step(None) or b"")
    for _ in range(8):
        with pytest.raises(AuthError):
            server.step(b"NTLMSSP\x00\x03\x00\x00\x00")


def test_the_initiator_refuses_a_strange_challenge() -> None:
    for token in (b"", b"abc", b"NTLMSSP\x00\x02\x00\x00\x00"):
        client = initiator()
        client.step(None)
        with pytest.raises(AuthError):
            client.step(token)


@given(st.binary(max_size=200))
def test_garbage_raises_only_authentication_errors(token: bytes) -> None:
    for prefix in (b"", b"NTLMSSP\x00\x01\x00\x00\x00", b"\x60", b"\xa1"):
        server = NtlmAcceptor(find)
        with contextlib.suppress(AuthError):
            server.step(prefix + token)
        assert not server.complete


@given(st.data())
def test_an_altered_last_leg_never_logs_anybody_on_but_alice(data: st.DataObject) -> None:
    client, server = initiator(), NtlmAcceptor(find)
    token = bytearray(client.step(server.step(client.step(None) or b"")) or b"")
    for _ in range(data.draw(st.integers(1, 3))):
        token[data.draw(st.integers(8, len(token) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        server.step(bytes(token))
    except AuthError:
        return
    assert server.claimed[1].lower() == "alice"


def test_an_answer_that_only_says_complete_completes_nothing() -> None:
    client = spnego.client("alice", PASSWORD, hostname="host", protocol="negotiate")
    server = NtlmAcceptor(find)
    server.step(client.step())
    with contextlib.suppress(AuthError):
        server.step(bytes.fromhex("a1073005a0030a0100"))  # NegTokenResp: negState accept-completed
    assert not server.complete
    with pytest.raises(AuthError):
        server.keys()

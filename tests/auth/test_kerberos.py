"""What holds of Kerberos without a KDC, and without its packages; tests/live/test_kerberos.py has both."""

from __future__ import annotations

import contextlib

import pytest
import spnego
from hypothesis import given
from hypothesis import strategies as st
from spnego import NTLMHash
from spnego._context import GSSMech
from spnego._spnego import NegTokenInit

from remora.auth import kerberos, negotiate
from remora.auth.kerberos_sealing import KerberosKeys
from remora.auth.negotiate import NegotiateAcceptor, NegotiateInitiator
from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.auth.sealing import sealing_of
from remora.errors import AuthError
from remora.values import PSCredential

HASH = bytes(range(16))


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kerberos, "installed", lambda: False)


@pytest.mark.usefixtures("missing")
def test_without_the_packages_the_error_says_what_to_install() -> None:
    credential = kerberos.KerberosCredential(PSCredential("alice@EXAMPLE.COM", "secret"))
    with pytest.raises(AuthError, match=r"pip install remora\[kerberos\]") as caught:
        kerberos.KerberosInitiator(credential, host="server").step(None)
    assert caught.value.code == 0x80090305
    assert not kerberos.has_ticket()


@pytest.mark.usefixtures("missing")
def test_negotiate_goes_on_with_ntlm_only_where_that_proves_enough() -> None:
    credential = kerberos.KerberosCredential(PSCredential("alice@EXAMPLE.COM", "secret"))
    client = NegotiateInitiator(credential, NtlmCredential("alice", HASH), host="server")
    assert (client.step(None) or b"").startswith(b"NTLMSSP\0")
    with pytest.raises(AuthError, match="nothing else proves"):
        NegotiateInitiator(credential, None, host="server").step(None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("alice@example.com", "alice@EXAMPLE.COM"),
        ("alice@Example.Com", "alice@Example.Com"),
        ("alice", "alice"),
        ("a@b@example.com", "a@b@EXAMPLE.COM"),
    ],
)
def test_a_realm_is_written_in_capitals(written: str, meant: str) -> None:
    assert kerberos.principal(written) == meant


class Failure(Exception):
    """As the libraries' errors: MIT's number is signed in one and unsigned in the other."""

    def __init__(self, **codes: int) -> None:
        super().__init__("failed")
        self.__dict__.update(codes)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Failure(err_code=-1765328353), 5),
        (Failure(min_code=2529638919), 0x80090303),
        (Failure(min_code=-1765328347 + (1 << 32)), 0x80090324),
        (Failure(min_code=100001), 0x80090311),
        (Failure(), 0x80090311),
    ],
)
def test_errors_have_the_codes_of_windows(error: Failure, code: int) -> None:
    assert kerberos.code_of(error) == code
    wrapped = ValueError("the library's own")
    wrapped.__cause__ = error
    assert kerberos.code_of(wrapped) == code


def test_a_context_that_is_none_is_refused_and_never_shown() -> None:
    keys = KerberosKeys(b"0123456789 not a context")
    assert "0123456789" not in repr(keys)
    with pytest.raises(AuthError, match="taken over"):
        sealing_of(keys)


# --- the acceptor


def acceptor() -> NegotiateAcceptor:
    return NegotiateAcceptor("/nonexistent/keytab", find=lambda _domain, user: HASH if user == "alice" else None)


@pytest.mark.parametrize("wrapped", [False, True])
def test_ntlm_goes_on_beside_kerberos(wrapped: bool) -> None:
    server = acceptor()
    client = spnego.client(
        NTLMHash("alice", nt_hash=HASH.hex()), hostname="h", service="HTTP", protocol="negotiate" if wrapped else "ntlm"
    )
    token = client.step()
    while not server.complete:
        answer = server.step(token)
        token = None if answer is None or client.complete else client.step(answer)
    assert (server.mechanism, server.claimed[1]) == ("Negotiate", "alice")
    keys = server.leave_keys()
    assert keys is not None
    sealed = client.wrap_winrm(b"text")
    assert sealing_of(keys).unseal(sealed.header, sealed.data) == b"text"


def test_without_accounts_only_kerberos_is_taken() -> None:
    for token in (NtlmInitiator(NtlmCredential("alice", HASH), host="h").step(None), b"NTLMSSP\0", b"", None):
        with pytest.raises(AuthError, match="refused"):
            NegotiateAcceptor("/nonexistent/keytab").step(token)


@pytest.mark.parametrize(
    ("offered", "ntlm", "chosen"),
    [
        (["1.2.840.113554.1.2.2", "1.3.6.1.4.1.311.2.2.10"], True, (GSSMech.kerberos, True)),
        (["1.2.840.48018.1.2.2", "1.3.6.1.4.1.311.2.2.10"], True, (GSSMech.kerberos, True)),
        (["1.3.6.1.4.1.311.2.2.30", "1.2.840.113554.1.2.2"], True, (GSSMech.kerberos, False)),
        (["1.3.6.1.4.1.311.2.2.10", "1.2.840.113554.1.2.2"], True, (GSSMech.ntlm, True)),
        (["1.3.6.1.4.1.311.2.2.10", "1.2.840.113554.1.2.2"], False, (GSSMech.kerberos, False)),
    ],
)
def test_the_first_mechanism_of_the_clients_list_that_can_be_done(
    offered: list[str], ntlm: bool, chosen: tuple[GSSMech, bool]
) -> None:
    assert negotiate._chosen(NegTokenInit(mech_types=offered).pack(), ntlm=ntlm) == chosen


@given(st.binary(max_size=200), st.sampled_from([b"", b"NTLMSSP\0\1\0\0\0", b"\x60", b"\x60\x82\x01\x00", b"\xa1"]))
def test_garbage_raises_only_authentication_errors(token: bytes, prefix: bytes) -> None:
    server = acceptor()
    with contextlib.suppress(AuthError):
        server.step(prefix + token)
    assert not server.complete

"""The policy against the tables of the reference (winrm-config-and-auth 3), row by row."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.auth.offers import parse_offers
from remora.auth.policy import (
    ALL_MECHANISMS,
    SWITCHED_OFF,
    Authentication,
    AuthRequest,
    Mechanism,
    choose,
    default_mechanism,
)
from remora.auth.trust import HostKind
from remora.errors import AuthError

H, IP, N = HostKind.LOOPBACK, HostKind.ADDRESS, HostKind.NAME
NEGOTIATE, KERBEROS = Mechanism.NEGOTIATE, Mechanism.KERBEROS
ANY = None
REQUEST = AuthRequest(authentication=Authentication.DEFAULT, secure=False, has_credential=True, host=N, trusted=True)
BOTH = parse_offers(["Negotiate", 'Basic realm="WSMAN"'])

# transport, host, joined, credential, trusted -> mechanism or code; None stands for any value (3.2)
DEFAULT_ROWS = [
    (ANY, H, ANY, False, ANY, NEGOTIATE),
    (ANY, H, ANY, True, ANY, NEGOTIATE),
    (ANY, N, True, False, ANY, KERBEROS),
    ("http", N, True, True, True, NEGOTIATE),
    ("http", N, True, True, False, KERBEROS),
    ("https", N, ANY, True, ANY, NEGOTIATE),
    ("http", N, False, False, True, NEGOTIATE),
    ("http", N, False, False, False, 0x803380E4),
    ("https", N, False, False, ANY, 0x8033810C),
    ("http", N, False, True, True, NEGOTIATE),
    ("http", N, False, True, False, 0x803380E4),
    ("http", IP, ANY, True, True, NEGOTIATE),
    ("https", IP, ANY, True, ANY, NEGOTIATE),
    ("http", IP, ANY, True, False, 0x803381BB),
    (ANY, IP, ANY, False, ANY, 0x803381BB),
]
COMBINATIONS = list(itertools.product(("http", "https"), (H, IP, N), (True, False), (True, False), (True, False)))


@pytest.mark.parametrize(("transport", "host", "joined", "credential", "trusted"), COMBINATIONS)
def test_the_default_mechanism(transport: str, host: HostKind, joined: bool, credential: bool, trusted: bool) -> None:
    asked = (transport, host, joined, credential, trusted)
    rows = [row for row in DEFAULT_ROWS if all(want in (ANY, has) for want, has in zip(row, asked, strict=False))]
    assert len(rows) == 1
    found = default_mechanism(
        secure=transport == "https", host=host, joined=joined, has_credential=credential, trusted=trusted
    )
    assert found == rows[0][-1]


def test_there_are_forty_eight_combinations() -> None:
    assert len(COMBINATIONS) == 48


def refused(request: AuthRequest) -> int | None:
    try:
        choose(request)
    except AuthError as error:
        return error.code
    return None


# mechanism, transport, host, credential, joined, trusted, allow unencrypted -> None for allowed, or the code (3.3)
NAMED_ROWS = [
    ("basic", "http", N, True, False, True, True, None),
    ("basic", "http", N, True, False, True, False, 0x803380DE),
    ("basic", "http", N, True, False, False, True, 0x803380E4),
    ("basic", "http", H, True, False, False, True, None),
    ("basic", "https", N, True, False, False, False, None),
    ("basic", "https", IP, True, False, False, False, None),
    ("basic", "https", N, False, False, False, False, 0x803380B0),
    ("digest", "http", N, True, False, True, True, None),
    ("digest", "http", N, True, False, True, False, 0x803380DE),
    ("digest", "https", N, True, False, False, False, None),
    ("digest", "https", N, False, False, False, False, 0x803380B0),
    ("negotiate", "http", N, True, False, True, False, None),
    ("negotiate", "http", N, True, False, False, False, 0x803380E4),
    ("negotiate", "http", N, True, True, False, False, None),
    ("negotiate", "http", IP, True, True, False, False, 0x803380E4),
    ("negotiate", "http", IP, True, False, True, False, None),
    ("negotiate", "https", IP, True, False, False, False, None),
    ("negotiate", "http", H, True, False, False, False, None),
    ("negotiate", "http", N, False, True, True, False, None),
    ("negotiate", "http", N, False, True, False, False, 0x803380E5),
    ("negotiate", "http", N, False, False, True, False, 0x803380E5),
    ("negotiate", "https", N, False, True, True, False, 0x803380E5),
    ("negotiate", "http", H, False, True, False, False, None),
    ("negotiatewithimplicitcredential", "https", N, False, True, False, False, None),
    ("negotiatewithimplicitcredential", "https", N, False, False, False, False, 0x803380E5),
    ("kerberos", "http", N, False, True, False, False, None),
    ("kerberos", "http", N, True, False, False, False, None),
    ("kerberos", "http", N, False, False, False, False, 0x8033810C),
    ("kerberos", "https", IP, True, True, True, False, 0x8033810B),
    ("kerberos", "https", H, True, True, True, False, 0x8033810E),
    ("credssp", "http", N, True, False, False, False, None),
    ("credssp", "https", IP, True, False, False, False, None),
    ("credssp", "https", N, False, True, True, False, 0x803381A1),
    ("certificate", "http", N, False, False, True, True, 0x803380D8),
    ("certificate", "https", N, False, False, False, False, 0x803380B4),
    ("none", "http", N, False, False, False, False, None),
    ("none", "http", N, True, False, True, False, 0x803380AB),
]


@pytest.mark.parametrize(("name", "transport", "host", "credential", "joined", "trusted", "clear", "code"), NAMED_ROWS)
def test_a_named_mechanism(
    name: str,
    transport: str,
    host: HostKind,
    credential: bool,
    joined: bool,
    trusted: bool,
    clear: bool,
    code: int | None,
) -> None:
    request = AuthRequest(
        authentication=Authentication.parse(name),
        secure=transport == "https",
        host=host,
        has_credential=credential,
        joined=joined,
        trusted=trusted,
        allow_unencrypted=clear,
    )
    assert refused(request) == code


@pytest.mark.parametrize("mechanism", sorted(SWITCHED_OFF, key=lambda item: item.value))
def test_what_client_auth_switches_off(mechanism: Mechanism) -> None:
    request = replace(
        REQUEST,
        authentication=Authentication[mechanism.name],
        secure=True,
        has_certificate=mechanism is Mechanism.CERTIFICATE,
        has_credential=mechanism is not Mechanism.CERTIFICATE,
        enabled=ALL_MECHANISMS - {mechanism},
    )
    assert refused(request) == SWITCHED_OFF[mechanism]
    assert refused(replace(request, enabled=frozenset({mechanism}))) is None


def test_default_obeys_client_auth_too() -> None:
    assert refused(replace(REQUEST, enabled=ALL_MECHANISMS - {NEGOTIATE})) == 0x803380E1


@pytest.mark.parametrize("name", ["negotiate", "kerberos", "credssp"])
def test_bodies_are_sealed_over_http_only(name: str) -> None:
    request = replace(REQUEST, authentication=Authentication(name))
    assert choose(request).sealed
    assert not choose(replace(request, secure=True)).sealed
    unsealed = replace(request, encrypt=False)
    assert refused(unsealed) == 0x803380DE
    assert not choose(replace(unsealed, allow_unencrypted=True)).sealed


def test_a_server_outside_trusted_hosts_must_prove_itself() -> None:
    request = replace(REQUEST, joined=True, trusted=False)
    assert choose(request).mechanism is KERBEROS
    assert choose(request).proving
    assert choose(replace(request, authentication=Authentication.NEGOTIATE)).proving
    assert choose(replace(request, authentication=Authentication.CREDSSP)).proving
    assert not choose(replace(request, trusted=True)).proving


def test_a_certificate_alone_means_certificate_authentication() -> None:
    request = replace(REQUEST, has_credential=False, has_certificate=True)
    assert choose(replace(request, secure=True)).mechanism is Mechanism.CERTIFICATE
    assert refused(request) == 0x803380D8


def test_default_takes_negotiate_from_several_offers() -> None:
    assert choose(REQUEST, BOTH).mechanism is NEGOTIATE


def test_default_falls_to_basic_only_where_basic_is_allowed() -> None:
    only_basic = parse_offers(["Basic realm=x"])
    assert choose(replace(REQUEST, secure=True), only_basic).mechanism is Mechanism.BASIC
    with pytest.raises(AuthError) as caught:
        choose(REQUEST, only_basic)
    assert caught.value.code == 0x803380DE


def test_kerberos_is_offered_by_negotiate_too() -> None:
    request = replace(REQUEST, authentication=Authentication.KERBEROS)
    assert choose(request, parse_offers(["Kerberos"])).mechanism is KERBEROS
    assert choose(request, parse_offers(["Negotiate"])).mechanism is KERBEROS


@pytest.mark.parametrize("name", ["basic", "digest", "negotiate", "kerberos", "credssp"])
def test_what_the_server_does_not_offer_is_access_denied(name: str) -> None:
    request = replace(REQUEST, authentication=Authentication(name), secure=True)
    with pytest.raises(AuthError, match="Bearer") as caught:
        choose(request, parse_offers(["Bearer"]))
    assert caught.value.code == 0x80070005


@given(
    st.builds(
        AuthRequest,
        authentication=st.sampled_from(Authentication),
        secure=st.booleans(),
        has_credential=st.booleans(),
        has_certificate=st.booleans(),
        host=st.sampled_from(HostKind),
        trusted=st.booleans(),
        joined=st.booleans(),
        allow_unencrypted=st.booleans(),
        encrypt=st.booleans(),
        enabled=st.frozensets(st.sampled_from(sorted(ALL_MECHANISMS, key=lambda item: item.value))),
    )
)
def test_nothing_readable_leaves_without_leave_and_nobody_unproved_is_spoken_to(request: AuthRequest) -> None:
    if (code := refused(request)) is not None:
        assert code
        return
    choice = choose(request)
    assert choice.mechanism in request.enabled | {Mechanism.NONE}
    if request.secure or choice.mechanism is Mechanism.NONE:
        return
    assert choice.sealed or request.allow_unencrypted
    assert choice.proving or request.trusted or request.host is H


def test_names_of_mechanisms() -> None:
    assert Authentication.parse(" NTLM ") is Authentication.NEGOTIATE
    assert Authentication.parse("NegotiateWithImplicitCredential") is Authentication.IMPLICIT
    assert Authentication.parse("ClientCertificate") is Authentication.CERTIFICATE
    assert Authentication.parse("") is Authentication.DEFAULT
    with pytest.raises(AuthError, match="kerberos"):
        Authentication.parse("magic")

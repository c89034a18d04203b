from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from remora.auth.offers import parse_offers
from remora.auth.policy import (
    ADDRESS_NOT_TRUSTED,
    BASIC_NEEDS_CREDENTIALS,
    CREDENTIALS_REQUIRED,
    NO_KERBEROS,
    SERVER_NOT_TRUSTED,
    UNENCRYPTED_DISABLED,
    Authentication,
    AuthRequest,
    Mechanism,
    choose,
)
from remora.auth.trust import HostKind
from remora.errors import AuthError

REQUEST = AuthRequest(
    authentication=Authentication.DEFAULT, secure=False, has_credential=True, host=HostKind.NAME, trusted=True
)
BOTH = parse_offers(["Negotiate", 'Basic realm="WSMAN"'])


def test_default_is_sealed_negotiate_over_http() -> None:
    choice = choose(REQUEST)
    assert (choice.mechanism, choice.sealed) == (Mechanism.NEGOTIATE, True)


def test_nothing_is_sealed_over_tls() -> None:
    choice = choose(replace(REQUEST, secure=True))
    assert (choice.mechanism, choice.sealed) == (Mechanism.NEGOTIATE, False)


def test_default_takes_negotiate_from_several_offers() -> None:
    assert choose(REQUEST, BOTH).mechanism is Mechanism.NEGOTIATE


def test_default_falls_to_basic_only_where_basic_is_allowed() -> None:
    only_basic = parse_offers(["Basic realm=x"])
    assert choose(replace(REQUEST, secure=True), only_basic).mechanism is Mechanism.BASIC
    with pytest.raises(AuthError) as caught:
        choose(REQUEST, only_basic)
    assert caught.value.code == UNENCRYPTED_DISABLED


def test_basic_over_http_needs_allow_unencrypted() -> None:
    wanted = replace(REQUEST, authentication=Authentication.BASIC)
    with pytest.raises(AuthError, match="HTTPS") as caught:
        choose(wanted)
    assert caught.value.code == UNENCRYPTED_DISABLED
    assert choose(replace(wanted, allow_unencrypted=True)).mechanism is Mechanism.BASIC
    assert choose(replace(wanted, secure=True)).mechanism is Mechanism.BASIC


def test_no_encryption_over_http_needs_allow_unencrypted() -> None:
    wanted = replace(REQUEST, encrypt=False)
    with pytest.raises(AuthError) as caught:
        choose(wanted)
    assert caught.value.code == UNENCRYPTED_DISABLED
    assert choose(replace(wanted, allow_unencrypted=True)).sealed is False


@pytest.mark.parametrize(
    ("authentication", "code"),
    [
        (Authentication.BASIC, BASIC_NEEDS_CREDENTIALS),
        (Authentication.DIGEST, BASIC_NEEDS_CREDENTIALS),
        (Authentication.NEGOTIATE, CREDENTIALS_REQUIRED),
        (Authentication.DEFAULT, NO_KERBEROS),
    ],
)
def test_credentials_are_required(authentication: Authentication, code: int) -> None:
    with pytest.raises(AuthError) as caught:
        choose(replace(REQUEST, authentication=authentication, has_credential=False, secure=True))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("host", "secure", "has", "trusted", "code"),
    [
        (HostKind.LOOPBACK, False, True, False, None),
        (HostKind.LOOPBACK, False, False, False, CREDENTIALS_REQUIRED),
        (HostKind.ADDRESS, False, True, True, None),
        (HostKind.ADDRESS, True, True, False, None),
        (HostKind.ADDRESS, False, True, False, ADDRESS_NOT_TRUSTED),
        (HostKind.ADDRESS, True, False, True, ADDRESS_NOT_TRUSTED),
        (HostKind.NAME, False, True, False, SERVER_NOT_TRUSTED),
        (HostKind.NAME, False, False, False, SERVER_NOT_TRUSTED),
        (HostKind.NAME, False, False, True, CREDENTIALS_REQUIRED),
        (HostKind.NAME, True, True, False, None),
        (HostKind.NAME, True, False, True, NO_KERBEROS),
    ],
)
def test_the_table_of_the_default_mechanism(
    host: HostKind, secure: bool, has: bool, trusted: bool, code: int | None
) -> None:
    request = replace(REQUEST, host=host, secure=secure, has_credential=has, trusted=trusted)
    if code is None:
        assert choose(request).mechanism is Mechanism.NEGOTIATE
        return
    with pytest.raises(AuthError) as caught:
        choose(request)
    assert caught.value.code == code


@pytest.mark.parametrize("wanted", [Authentication.BASIC, Authentication.NEGOTIATE])
@pytest.mark.parametrize("host", [HostKind.NAME, HostKind.ADDRESS])
def test_a_named_mechanism_over_http_needs_trust(wanted: Authentication, host: HostKind) -> None:
    request = replace(REQUEST, authentication=wanted, host=host, allow_unencrypted=True)
    assert choose(request)
    assert choose(replace(request, trusted=False, host=HostKind.LOOPBACK))
    assert choose(replace(request, trusted=False, secure=True))
    with pytest.raises(AuthError, match="trusted_hosts") as caught:
        choose(replace(request, trusted=False))
    assert caught.value.code == SERVER_NOT_TRUSTED


@pytest.mark.parametrize("name", ["kerberos", "credssp", "certificate", "digest"])
def test_other_mechanisms_are_refused_by_name_with_advice(name: str) -> None:
    with pytest.raises(AuthError, match=rf"(?i){name}.*negotiate"):
        choose(replace(REQUEST, authentication=Authentication.parse(name), secure=True))


def test_a_mechanism_the_server_does_not_offer_is_refused() -> None:
    with pytest.raises(AuthError, match="it offers Kerberos"):
        choose(replace(REQUEST, authentication=Authentication.NEGOTIATE), parse_offers(["Kerberos"]))
    with pytest.raises(AuthError, match="it offers nothing"):
        choose(replace(REQUEST, secure=True), ())


def test_names_are_read_without_regard_to_case() -> None:
    assert Authentication.parse(" NegotiateWithImplicitCredential ") is Authentication.NEGOTIATE
    assert Authentication.parse("NTLM") is Authentication.NEGOTIATE
    assert Authentication.parse("") is Authentication.DEFAULT
    with pytest.raises(AuthError, match="default, basic"):
        Authentication.parse("magic")


def test_total_over_every_input() -> None:
    """Every combination either chooses or raises AuthError; Basic never goes out in clear text unasked."""
    offers = [None, (), BOTH, parse_offers(["Basic"]), parse_offers(["Negotiate"])]
    flags = (False, True)
    for wanted, secure, has, allow, encrypt, host, trusted, offered in itertools.product(
        Authentication, flags, flags, flags, flags, HostKind, flags, offers
    ):
        request = AuthRequest(
            authentication=wanted, secure=secure, has_credential=has, allow_unencrypted=allow, encrypt=encrypt,
            host=host, trusted=trusted,
        )  # fmt: skip
        try:
            choice = choose(request, offered)
        except AuthError:
            continue
        assert has
        assert secure or allow or choice.sealed
        assert secure or trusted or host is HostKind.LOOPBACK

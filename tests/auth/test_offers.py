from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.auth.offers import Offer, decode_token, encode_token, offered_token, parse_offers
from remora.errors import RemoraError, RemoteProtocolError


def test_one_scheme_a_header() -> None:
    offers = parse_offers(["Negotiate", "Kerberos", "CredSSP", 'Basic realm="WSMAN"'])
    assert [offer.scheme for offer in offers] == ["Negotiate", "Kerberos", "CredSSP", "Basic"]
    assert offers[3].parameters == {"realm": "WSMAN"}
    assert offers[0].token is None


def test_schemes_joined_by_commas() -> None:
    offers = parse_offers(['Negotiate, Basic realm="a, b", charset="UTF-8", NTLM TlRMTQ=='])
    assert [offer.scheme for offer in offers] == ["Negotiate", "Basic", "NTLM"]
    assert offers[1].parameters == {"realm": "a, b", "charset": "UTF-8"}
    assert offers[2].token == "TlRMTQ=="


def test_escaped_quotes() -> None:
    (offer,) = parse_offers([r'Basic realm="a \"b\" c"'])
    assert offer.parameters["realm"] == 'a "b" c'


def test_token_of_a_scheme_is_found_in_any_letter_case() -> None:
    offers = parse_offers(["negotiate " + "AAEC", "Basic realm=x"])
    assert offered_token(offers, "Negotiate") == b"\x00\x01\x02"
    assert offered_token(offers, "Kerberos") is None
    assert offered_token((Offer("Negotiate"),), "Negotiate") is None


def test_encode_token_is_read_back() -> None:
    assert encode_token("Negotiate", b"\x00\xff") == "Negotiate AP8="
    assert decode_token("AP8=") == b"\x00\xff"


@pytest.mark.parametrize("text", ["%%%", "AP8", "A", "äöü", "A" * (1 << 20)])
def test_a_token_that_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_token(text)


@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_header_text_is_survived(values: list[str]) -> None:
    for offer in parse_offers(values):
        assert offer.scheme


@given(st.text(alphabet='aB ,="\\\t', max_size=60))
def test_hostile_punctuation_is_survived(value: str) -> None:
    parse_offers([value])
    with contextlib.suppress(RemoraError):
        offered_token(parse_offers([f"Negotiate {value}"]), "Negotiate")

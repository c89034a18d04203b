from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remora.errors import LocalProtocolError, RemoraError, RemoteProtocolError
from remora.psrp.crypto import ExchangeKey, KeyMissing, KeyRing, SessionKey

KEY = SessionKey(bytes(range(32)))
PAIR = ExchangeKey()


def test_key_travels_and_opens_what_the_other_side_sealed() -> None:
    blob = b64decode(PAIR.public_key)
    assert len(blob) == 276
    assert blob[:8] == bytes.fromhex("0602000000a40000")
    assert blob[8:12] == b"RSA1"
    sealed = KEY.seal(PAIR.public_key)
    raw = b64decode(sealed)
    assert len(raw) == 268
    assert raw[:12] == bytes.fromhex("010200001066000000a40000")
    assert PAIR.unseal(sealed).decrypt(KEY.encrypt("päss\0word")) == "päss\0word"


@given(st.text(st.characters(exclude_categories=())))
def test_text_survives(text: str) -> None:
    sealed = KEY.encrypt(text)
    assert KEY.encrypt(text) == sealed
    assert len(sealed) % 16 == 0
    assert KEY.decrypt(sealed) == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(st.binary(max_size=80))
def test_defective_ciphertext_is_refused(data: bytes) -> None:
    with suppress(RemoteProtocolError):
        KEY.decrypt(data)


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.text(max_size=50), st.binary(max_size=300).map(lambda data: b64encode(data).decode())))
def test_defective_keys_are_refused(text: str) -> None:
    with pytest.raises(RemoraError):
        KEY.seal(text)
    with pytest.raises(RemoraError):
        PAIR.unseal(text)


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_public_keys_that_are_no_keys_are_refused(exponent: int) -> None:
    blob = bytearray(b64decode(PAIR.public_key))
    blob[16:20] = exponent.to_bytes(4, "little")
    with pytest.raises(RemoteProtocolError, match="usable"):
        KEY.seal(b64encode(bytes(blob)).decode())


def test_a_session_key_for_somebody_else_is_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        ExchangeKey().unseal(KEY.seal(PAIR.public_key))
    sealed = bytearray(b64decode(KEY.seal(PAIR.public_key)))
    sealed[4] ^= 1
    with pytest.raises(RemoteProtocolError, match="SIMPLEBLOB"):
        PAIR.unseal(b64encode(bytes(sealed)).decode())


def test_wrong_key_sizes_are_refused() -> None:
    with pytest.raises(LocalProtocolError):
        SessionKey(b"short")


def test_key_ring_says_when_there_is_no_key() -> None:
    ring = KeyRing()
    with pytest.raises(KeyMissing):
        ring.encrypt("x")
    with pytest.raises(KeyMissing):
        ring.decrypt(bytes(16))
    ring.key = KEY
    assert ring.decrypt(ring.encrypt("x")) == "x"


def test_key_ring_makes_the_key_where_it_may() -> None:
    ring = KeyRing()
    ring.new_key = lambda: KEY
    assert ring.encrypt("x") == KEY.encrypt("x")
    assert ring.key is KEY


def test_secrets_do_not_show() -> None:
    assert repr(KEY) == "SessionKey(...)"
    assert repr(PAIR) == "ExchangeKey(...)"

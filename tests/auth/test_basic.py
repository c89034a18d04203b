from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.auth.basic import authorization, parse_authorization
from remora.errors import AuthError, RemoteProtocolError

names = st.text(min_size=1).filter(lambda text: ":" not in text and text.isprintable())


@given(names, st.text().filter(lambda text: text.isprintable()))
def test_what_is_written_is_read(username: str, password: str) -> None:
    scheme, _, token = authorization(username, password).partition(" ")
    held = parse_authorization(token)
    assert (scheme, held.username, held.password) == ("Basic", username, password)


def test_latin1_of_older_clients_is_read() -> None:
    token = base64.b64encode("müller:straße".encode("latin-1")).decode()
    held = parse_authorization(token)
    assert (held.username, held.password) == ("müller", "straße")


def test_the_password_is_not_shown() -> None:
    assert "geheim" not in repr(parse_authorization(base64.b64encode(b"a:geheim").decode()))


def test_a_password_may_hold_colons() -> None:
    assert parse_authorization(base64.b64encode(b"a:b:c").decode()).password == "b:c"


def test_a_name_with_a_colon_cannot_be_sent() -> None:
    with pytest.raises(AuthError, match="colon"):
        authorization("a:b", "c")


@pytest.mark.parametrize("token", ["", "!!", base64.b64encode(b"nocolon").decode()])
def test_garbage_is_refused(token: str) -> None:
    with pytest.raises(RemoteProtocolError):
        parse_authorization(token)

from __future__ import annotations

import pytest

from remora.auth.digest import authorization
from remora.errors import AuthError

CHALLENGE = {
    "realm": "http-auth@example.org",
    "qop": "auth, auth-int",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
WHO = ("Mufasa", "Circle of Life")
WHAT = {"method": "GET", "uri": "/dir/index.html", "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"}


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm: str, response: str) -> None:
    told = authorization({**CHALLENGE, "algorithm": algorithm}, *WHO, **WHAT)
    assert f'response="{response}"' in told
    assert f'opaque="{CHALLENGE["opaque"]}"' in told


def test_without_a_qop_our_nonce_is_no_part_of_it() -> None:
    told = authorization({"realm": "r", "nonce": "n"}, 'a"b', "p", method="CONNECT", uri="h:1", cnonce="c")
    assert r'username="a\"b"' in told
    assert "cnonce" not in told


@pytest.mark.parametrize(
    "challenge",
    [{}, {"realm": "r"}, {"nonce": "n"}, {**CHALLENGE, "algorithm": "SHA-512-256"}, {**CHALLENGE, "qop": "auth-int"}],
)
def test_what_cannot_be_answered_is_refused(challenge: dict[str, str]) -> None:
    with pytest.raises(AuthError, match="Digest challenge"):
        authorization(challenge, *WHO, **WHAT)

"""Wrong, missing, stolen and replayed proofs of who somebody is."""

from __future__ import annotations

import base64
import itertools
import re

import pytest

from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.wsman import Identify
from tests.support.host import USER
from tests.support.scene import MARK, OTHER, Ntlm, Scene, fault_code, statuses
from tests.support.wire import SOAP

WRONG = "wrong-7a3b"


def test_no_credential(scene: Scene) -> None:
    connection = Ntlm(scene)
    with connection:
        for body in (b"", scene.envelope()):
            status, answer, headers = connection.send({"Content-Type": SOAP}, body)
            assert (status, answer) == (401, b"")
            assert headers.get_all("WWW-Authenticate") == ["Negotiate", 'Basic realm="WSMAN"']


@pytest.mark.parametrize(
    "credential",
    [
        (USER, WRONG),
        (USER, ""),
        ("", ""),
        ("nobody", WRONG),
        ("a" * 5000, WRONG),
        (f"x\\{USER}", WRONG),
        ("\x00\r\n", WRONG),
        (f"{USER}\x00", WRONG),
    ],
    ids=itertools.count(),
)
def test_wrong_basic_credentials(scene: Scene, credential: tuple[str, str]) -> None:
    token = base64.b64encode(":".join(credential).encode()).decode()
    scene.secrets.add(token)
    answer = scene.raw(scene.head(0, "Connection: close", token=f"Basic {token}"))
    assert statuses(answer) == [401]


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ====",
        "Basic YWxpY2U=",
        "Basic \u00ff\u00fe",
        "Bearer abc",
        "Digest username=x",
        "Negotiate",
        "Negotiate !!!!",
        "Kerberos YII=",
        "CredSSP AAAA",
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",
        "X" * 3000,
    ],
)
def test_headers_that_are_no_credential(scene: Scene, header: str) -> None:
    assert statuses(scene.raw(scene.head(0, "Connection: close", token=header))) == [401]


def test_a_wrong_credential_ends_what_was_proved(scene: Scene) -> None:
    body = scene.envelope()
    wrong = base64.b64encode(f"{USER}:{WRONG}".encode()).decode()
    answer = scene.raw(scene.head(len(body)) + body + scene.head(len(body), token=f"Basic {wrong}") + body, seconds=2)
    assert statuses(answer) == [500, 401]


@pytest.mark.parametrize(
    "token",
    [
        b"NTLMSSP\x00",
        b"NTLMSSP\x00\x01\x00\x00\x00",
        b"NTLMSSP\x00\x03\x00\x00\x00" + bytes(80),
        b"NTLMSSP\x00\x02\x00\x00\x00" + bytes(40),
        b"\x60\x82\xff\xff",
        b"\x60" + b"\xff" * 90,
        b"\xa1" * 40,
        bytes(100),
        b"NTLMSSP\x00\x01\x00\x00\x00" + b"\xff" * 40_000,
    ],
    ids=itertools.count(),
)
def test_tokens_that_are_none(scene: Scene, token: bytes) -> None:
    with Ntlm(scene) as connection:
        status, _ = connection.step(token)
        assert status == 401
        status, answer, _ = connection.send({"Content-Type": SOAP}, scene.envelope())
        assert (status, answer) == (401, b"")


def test_a_wrong_password_with_ntlm(scene: Scene) -> None:
    for user in (USER, "nobody"):
        with Ntlm(scene, user, WRONG) as connection:
            status, token = connection.step(connection.context.step(connection.challenge()) or b"")
            assert (status, token) == (401, None)
            assert connection.send({"Content-Type": SOAP}, scene.envelope())[0] == 401


def test_a_changed_authenticate_token(scene: Scene) -> None:
    with Ntlm(scene) as probe:
        size = len(probe.context.step(probe.challenge()) or b"")
    for place in range(8, size, max(1, size // 24)):
        with Ntlm(scene) as connection:
            token = bytearray(connection.context.step(connection.challenge()) or b"")
            token[min(place, len(token) - 1)] ^= 0x41
            status, _ = connection.step(bytes(token))
            if status == 401:  # names and versions may be changed without touching the proof
                assert connection.send({"Content-Type": SOAP}, scene.envelope())[0] == 401


def test_a_logon_belongs_to_its_connection(scene: Scene) -> None:
    with Ntlm(scene).log_on() as first, Ntlm(scene) as second:
        assert first.ask(scene.envelope(Identify()))[0] == 200
        headers, body = first.seal(scene.envelope(Identify()))
        assert second.send(headers, body)[:2] == (400, b"")
        assert second.send({"Content-Type": SOAP}, scene.envelope())[:2] == (401, b"")


def test_a_challenge_is_answered_where_it_was_given(scene: Scene) -> None:
    with Ntlm(scene) as first, Ntlm(scene) as second:
        answer = first.context.step(first.challenge()) or b""
        second.challenge()
        assert second.step(answer)[0] == 401


def test_an_authenticate_token_without_a_challenge(scene: Scene) -> None:
    with Ntlm(scene) as first, Ntlm(scene) as second:
        answer = first.context.step(first.challenge()) or b""
        assert second.step(answer)[0] == 401


def test_a_replayed_authenticate_token(scene: Scene) -> None:
    with Ntlm(scene).log_on() as first:
        for replay in (first.tokens[1:], first.tokens):
            with Ntlm(scene) as second:
                assert [second.step(token)[0] for token in replay][-1] == 401
                assert second.send({"Content-Type": SOAP}, scene.envelope())[0] == 401
        assert first.ask(scene.envelope(Identify()))[0] == 200


def test_a_replayed_token_on_the_same_connection_ends_the_logon(scene: Scene) -> None:
    with Ntlm(scene).log_on() as connection:
        assert connection.step(connection.tokens[1])[0] == 401
        headers, body = connection.seal(scene.envelope(Identify()))
        assert connection.send(headers, body)[0] in (400, 401)


def test_a_body_with_a_half_finished_logon(scene: Scene) -> None:
    with Ntlm(scene) as connection:
        connection.challenge()
        assert connection.send({"Content-Type": SOAP}, scene.envelope())[:2] == (401, b"")


def test_a_plain_body_after_encryption(scene: Scene) -> None:
    with Ntlm(scene).log_on() as connection:
        assert connection.ask(scene.envelope(Identify()))[0] == 200
        status, answer, _ = connection.send({"Content-Type": SOAP}, scene.envelope())
        assert (status, answer) == (500, b"")
        assert connection.send({"Content-Type": SOAP, "Authorization": scene.basic()}, scene.envelope())[:2] == (
            500,
            b"",
        )


@pytest.mark.parametrize("place", ["signature", "data", "length", "sequence"])
def test_a_tampered_sealed_body(scene: Scene, place: str) -> None:
    with Ntlm(scene).log_on() as connection:
        headers, body = connection.seal(scene.envelope(Identify()))
        start = body.index(b"octet-stream\r\n") + len(b"octet-stream\r\n")
        at = {"length": start, "signature": start + 8, "sequence": start + 16, "data": start + 60}[place]
        spoiled = bytearray(body)
        spoiled[at] ^= 1
        assert connection.send(headers, bytes(spoiled))[:2] == (400, b"")
    with Ntlm(scene).log_on() as connection:
        assert connection.ask(scene.envelope(Identify()))[0] == 200


def test_a_sealed_body_sent_twice_and_out_of_order(scene: Scene) -> None:
    with Ntlm(scene).log_on() as connection:
        headers, body = connection.seal(scene.envelope(Identify()))
        assert connection.send(headers, body)[0] == 200
        assert connection.send(headers, body)[:2] == (400, b"")
    with Ntlm(scene).log_on() as connection:
        connection.seal(scene.envelope(Identify()))
        headers, late = connection.seal(scene.envelope(Identify()))
        assert connection.send(headers, late)[:2] == (400, b"")


def test_truncated_and_lying_multipart(scene: Scene) -> None:
    with Ntlm(scene).log_on() as probe:
        headers, body = probe.seal(scene.envelope(Identify()))
    for spoiled in (
        body[: len(body) // 2],
        body[:40],
        body[:-4],
        b"",
        body.replace(b"Length=", b"Length=9"),
        body.replace(b"Length=", b"Lenght="),
        body.replace(b"octet-stream", b"x-stream"),
        body + b"more",
        body.replace(b"Encrypted", b"Decrypted", 1),
    ):
        with Ntlm(scene).log_on() as connection:
            status, answer, _ = connection.send(headers, spoiled)
            assert (status, answer) in ((400, b""), (401, b"")), spoiled[:60]
    for content_type in (
        "multipart/encrypted",
        'multipart/encrypted;protocol="application/HTTP-Kerberos-session-encrypted"',
    ):
        with Ntlm(scene).log_on() as connection:
            _, body = connection.seal(scene.envelope(Identify()))
            assert connection.send({"Content-Type": content_type}, body)[0] in (400, 200)


def test_a_sealed_body_on_a_basic_connection(scene: Scene) -> None:
    with Ntlm(scene).log_on() as first, Ntlm(scene) as second:
        headers, body = first.seal(scene.envelope(Identify()))
        assert second.send({**headers, "Authorization": scene.basic()}, body)[:2] == (400, b"")


def test_a_sealed_fault_is_sealed(scene: Scene) -> None:
    with Ntlm(scene).log_on() as connection:
        status, answer = connection.ask(scene.envelope())
        assert (status, fault_code(answer)) == (500, 0x8033805B)
        assert MARK.encode() not in answer


def test_somebody_else_on_the_same_connection(scene: Scene) -> None:
    """A second logon takes the place of the first: nothing of the first is left."""
    with Ntlm(scene).log_on() as connection:
        assert connection.ask(scene.envelope(Identify()))[0] == 200
        connection.context = NtlmInitiator(NtlmCredential.from_password(*OTHER), host="host")
        connection.log_on()
        request = scene.envelope(scene.witness.shell.receive())
        status, answer = connection.ask(request)
        assert (status, fault_code(answer)) == (500, 5)


def test_refusals_are_in_the_log(scene: Scene) -> None:
    scene.raw(scene.head(0, "Connection: close", token=scene.basic("intruder", WRONG)))
    with Ntlm(scene).log_on() as connection:
        headers, body = connection.seal(scene.envelope(Identify()))
        connection.send(headers, body[:-50])
    told = scene.logs()
    assert re.search(r"logon_refused .*peer=127\.0\.0\.1 .*intruder", told)
    assert "sealed_body_refused" in told

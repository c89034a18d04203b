"""SOAP documents that are none, that are too much, or that ask for what is not there."""

from __future__ import annotations

import itertools

import pytest

from remora.wsman import Identify, Receive, Signal, uris
from tests.support.scene import MARK, UNKNOWN, Scene, fault_code
from tests.support.wire import POWERSHELL, SOAP

UTF_16 = "application/soap+xml;charset=UTF-16"
INVALID_XML = 0x80338043


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
REFUSED = {
    "no XML": (lambda text: MARK, INVALID_XML),
    "not closed": (lambda text: text[: len(text) // 2], INVALID_XML),
    "two documents": (lambda text: text + text, INVALID_XML),
    "DOCTYPE": (lambda text: f"<!DOCTYPE x>{text}", INVALID_XML),
    "DOCTYPE after the declaration": (
        lambda text: f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">{text}',
        INVALID_XML,
    ),
    "entities": (lambda text: f'<!DOCTYPE x [<!ENTITY e0 "x">{BOMB}]>{text.replace(MARK, "&e11;")}', INVALID_XML),
    "external entity": (
        lambda text: f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{text.replace(MARK, "&e;")}',
        INVALID_XML,
    ),
    "unknown entity": (lambda text: text.replace(MARK, "&nothing;"), INVALID_XML),
    "NUL": (lambda text: text.replace(MARK, "&#0;"), INVALID_XML),
    "instruction": (lambda text: f'<?xml-stylesheet href="x"?>{text}', INVALID_XML),
    "instruction inside": (lambda text: text.replace("<s:Header>", "<s:Header><?remora x?>"), INVALID_XML),
    "unbound prefix": (lambda text: text.replace("</s:Header>", "<q:x/></s:Header>"), INVALID_XML),
    "attribute twice": (lambda text: text.replace("<s:Header>", '<s:Header a="1" a="2">'), INVALID_XML),
    "SOAP 1.1": (lambda text: text.replace(uris.NS_SOAP, uris.NS_SOAP_11), 0x8033800D),
    "another SOAP": (lambda text: text.replace(uris.NS_SOAP, "urn:soap"), 0x8033800D),
    "no envelope": (lambda text: f"<a>{MARK}</a>", 0x80338041),
    "another addressing": (
        lambda text: text.replace(uris.NS_ADDRESSING, "http://www.w3.org/2005/08/addressing"),
        0x80338011,
    ),
    "another management": (lambda text: text.replace(uris.NS_WSMAN, "urn:wsman"), 0x80338010),
    "deep": (lambda text: text.replace(MARK, "<a>" * 3000 + "</a>" * 3000), 0x80338035),
    "wide": (lambda text: text.replace(MARK, "<a/>" * 100_000), None),
    "many attributes": (
        lambda text: text.replace("<s:Header>", "<s:Header " + " ".join(f'a{n}="{n}"' for n in range(30_000)) + ">"),
        None,
    ),
    "no action": (lambda text: text.replace("a:Action", "a:Nothing"), None),
    "action twice": (lambda text: text.replace("</s:Header>", "<a:Action>x</a:Action></s:Header>"), 0x8033800F),
    "unknown action": (lambda text: text.replace(uris.ACTION_GET, "http://x/Explode"), 0x80338013),
    "no resource": (lambda text: text.replace("w:ResourceURI", "w:Nothing"), None),
    "unknown resource": (lambda text: text.replace(uris.RESOURCE_SHELL, "http://x/nothing"), 0x8033803B),
    "unknown selector": (lambda text: text.replace('"ShellId"', '"Nothing"'), None),
    "must understand": (lambda text: text.replace("<m:Mark ", '<m:Mark s:mustUnderstand="1" '), 0x80338010),
    "time-out below zero": (lambda text: text.replace("PT20S", "-PT20S"), 0x8033800F),
    "endless time-out": (lambda text: text.replace("PT20S", "P999999999Y"), None),
    "small envelope": (lambda text: text.replace(">153600<", ">1<"), 0x8033807E),
    "envelope that is no number": (lambda text: text.replace(">153600<", ">many<"), None),
    "two bodies": (lambda text: text.replace("</s:Envelope>", "<s:Body/></s:Envelope>"), None),
    "no body": (lambda text: text[: text.index("<s:Body")] + "</s:Envelope>", None),
}


@pytest.mark.parametrize(("spoil", "number"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_refused_documents(scene: Scene, spoil: object, number: int | None, charset: str) -> None:
    text = scene.envelope().decode()
    spoiled = spoil(text)  # type: ignore[operator]
    assert spoiled != text
    content_type = SOAP if charset == "utf-8" else UTF_16
    status, answer = scene.post(spoiled.encode(charset), content_type)
    if status == 413:
        assert len(spoiled.encode(charset)) > 512_000
        return
    assert status == 500
    found = fault_code(answer)
    assert found == number if number is not None else found >= 0x80338000, hex(found)
    assert MARK not in answer.decode(charset)


def test_utf_16_is_answered_in_utf_16(scene: Scene) -> None:
    status, answer = scene.post(scene.envelope(Identify()).decode().encode("utf-16"), UTF_16)
    assert status == 200
    assert "IdentifyResponse" in answer.decode("utf-16")


@pytest.mark.parametrize("text", ["utf-16 called utf-8", "utf-8 called utf-16"])
def test_a_charset_that_is_not_the_body_s(scene: Scene, text: str) -> None:
    body = scene.envelope()
    if text.startswith("utf-16"):
        status, _ = scene.post(body.decode().encode("utf-16-le"), SOAP)
    else:
        status, _ = scene.post(body, UTF_16)
    assert status == 500


@pytest.mark.parametrize(
    "broken",
    [b"\xff\xfe\x00", b"\xd8\x00\xd8\x00", b"\xef\xbb\xbf" * 9, b"\x00" * 4000, bytes(range(256)) * 20],
    ids=itertools.count(),
)
@pytest.mark.parametrize("content_type", [SOAP, UTF_16])
def test_bytes_of_no_charset(scene: Scene, broken: bytes, content_type: str) -> None:
    assert scene.code(broken, content_type) == INVALID_XML


@pytest.mark.parametrize(
    "shell_id",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "",
        " ",
        "a" * 5000,
        "908EA449",
        "{" + UNKNOWN + "}",
        UNKNOWN + "/../x",
        UNKNOWN[:-1] + "\u0661",
        UNKNOWN + "%00",
        "908EA449-5553-4150-8A78-020057C8772A\n../x",
    ],
)
@pytest.mark.parametrize("action", ["receive", "signal"])
def test_shell_ids_that_are_none(scene: Scene, shell_id: str, action: str) -> None:
    place = {"resource_uri": POWERSHELL, "shell_id": UNKNOWN}
    request = (
        Receive(**place) if action == "receive" else Signal(**place, command_id=UNKNOWN, code=uris.SIGNAL_TERMINATE)
    )
    body = scene.envelope(request).replace(f">{UNKNOWN}</w:Selector>".encode(), f">{shell_id}</w:Selector>".encode())
    assert shell_id.encode() in body
    assert scene.code(body) in (0x8033805D, 0x8033805A, 0x8033805B, 0x8033803D, 0x80338035)


def test_an_unknown_shell_in_any_spelling(scene: Scene) -> None:
    for shell_id in (UNKNOWN, UNKNOWN.lower()):
        assert scene.code(scene.envelope(Receive(resource_uri=POWERSHELL, shell_id=shell_id))) == 0x8033805B

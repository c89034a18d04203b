"""Authentication exchanges that are cut, repeated, mixed and misshapen, over HTTPS to a host with all mechanisms."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import socket
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import tomli_w

from remora.auth.client_certificate import PROFILE
from remora.wsman import Identify
from tests.support.authority import Authority
from tests.support.exchange import Headers, Line, initiator, legs, lying, lying_pairs, with_long_names
from tests.support.host import PASSWORD, USER, running_host
from tests.support.scene import OTHER, SHORT, Scene
from tests.support.wire import PowerShell, Wire

WRONG = "wrong-7a3b"
UPN = "anna@example.test"
BOTH = ("NTLM", "SPNEGO")
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """As the scene of the other modules, over HTTPS, with certificates taken and nobody slowed."""
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    authority = Authority()
    authority.client("anna", upn=UPN).write(directory / "client", "anna")
    authority.client("emil", upn="emil@example.test").write(directory / "client", "emil")
    Authority("Another").client("anna", upn=UPN).write(directory / "client", "stranger")
    (directory / "state").mkdir(mode=0o755)
    trusted = directory / "state" / "tls" / "trusted"
    trusted.mkdir(parents=True)
    (trusted / "root.crt").write_bytes(authority.root.pem)
    mapping = {"issuer": authority.root.thumbprint, "subject": UPN, "username": USER}
    config = directory / "host.toml"
    config.write_text(tomli_w.dumps({"certificate_mappings": [mapping]}), "utf-8")
    settings = {
        **SHORT,
        "Service/Auth/Certificate": "true",
        "Service/AllowUnencrypted": "false",
        "Remora/LogonThrottle": "false",
    }
    try:
        with running_host(
            directory / "state",
            settings=settings,
            listen=("https://127.0.0.1:0",),
            arguments=("-vv", "--config", str(config)),
        ) as host:
            host.add_user(*OTHER)
            with Wire(host.url) as wire:
                shell = PowerShell(wire)
                shell.invoke("$kept = 20")
                yield Scene(host, shell)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def files(scene: Scene, name: str) -> tuple[Path, Path]:
    place = scene.host.state_dir.parent / "client"
    return place / f"{name}.crt", place / f"{name}.key"


def is_nobody(line: Line, scene: Scene) -> bool:
    """Whether a request without credentials is refused on this connection."""
    status, answer, _ = line.post(body=scene.envelope(Identify()))
    return (status, answer) == (401, b"")


def log_on(scene: Scene, mechanism: str = "NTLM", user: str = USER, password: str = PASSWORD) -> None:
    """The host still lets in whom it should."""
    with Line(scene.host.url) as line:
        assert legs(line, initiator(mechanism, user, password, line.channel_binding))[0] == 200
        assert line.post(body=scene.envelope(Identify()))[0] == 200


def audit(scene: Scene) -> list[dict[str, Any]]:
    path = scene.host.state_dir / "front" / "audit.jsonl"
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


# --- cut, replayed, interleaved


@pytest.mark.parametrize("mechanism", BOTH)
@pytest.mark.parametrize("leg", [1, 2])
def test_an_exchange_cut_at_every_leg(scene: Scene, mechanism: str, leg: int) -> None:
    """The legs before go through; of this one, the head is cut, or it is the last that comes."""
    for whole in (False, True):
        with Line(scene.host.url) as line:
            client = initiator(mechanism, USER, PASSWORD, line.channel_binding)
            answer = None
            for _ in range(leg - 1):
                answer = line.step(client.step(answer) or b"")[1]
            token = base64.b64encode(client.step(answer) or b"").decode()
            head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: Negotiate {token}"
            line.http.sock.sendall((f"{head}\r\n\r\n" if whole else head[: -len(token) // 2]).encode())
            line.http.sock.shutdown(socket.SHUT_WR)
    with Line(scene.host.url) as line:
        assert is_nobody(line, scene)
    log_on(scene, mechanism)


@pytest.mark.parametrize("authorization", [PROFILE, "basic"])
def test_a_one_leg_logon_cut_anywhere(scene: Scene, authorization: str) -> None:
    value = scene.basic() if authorization == "basic" else authorization
    body = scene.envelope(Identify())
    head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for cut in (30, len(head) - 40, len(head) - 1, len(head), len(head) + len(body) - 1):
        with Line(scene.host.url, files(scene, "anna")) as line:
            line.http.sock.sendall((head + body)[:cut])
    with Line(scene.host.url, files(scene, "anna")) as line:
        assert is_nobody(line, scene)
        assert line.post([("Authorization", value)], body)[0] == 200


@pytest.mark.parametrize("mechanism", BOTH)
def test_a_replay_on_the_same_and_on_another_connection(scene: Scene, mechanism: str) -> None:
    with Line(scene.host.url) as first, Line(scene.host.url) as second:
        status, tokens = legs(first, initiator(mechanism, USER, PASSWORD, first.channel_binding))
        assert status == 200
        for line in (second, first):
            for replay in (tokens[-1:], tokens, tokens[:1] * 2 + tokens[1:]):
                assert [line.step(token)[0] for token in replay][-1] == 401
                assert is_nobody(line, scene)


@pytest.mark.parametrize("mechanism", BOTH)
def test_two_exchanges_interleaved(scene: Scene, mechanism: str) -> None:
    """Leg by leg in turn each is who it says; with the last legs changed over nobody is anybody."""
    for crossed in (False, True):
        with Line(scene.host.url) as first, Line(scene.host.url) as second:
            one = initiator(mechanism, USER, PASSWORD, first.channel_binding)
            two = initiator(mechanism, *OTHER, second.channel_binding)
            given = first.step(one.step(None) or b"")[1], second.step(two.step(None) or b"")[1]
            last = [one.step(given[0]) or b"", two.step(given[1]) or b""]
            if crossed:
                last.reverse()
            assert [first.step(last[0])[0], second.step(last[1])[0]] == ([401, 401] if crossed else [200, 200])
            assert [is_nobody(first, scene), is_nobody(second, scene)] == [crossed, crossed]


def test_one_mechanism_begun_and_another_finished(scene: Scene) -> None:
    with Line(scene.host.url) as line:
        raw, wrapped = (initiator(name, USER, PASSWORD, line.channel_binding) for name in BOTH)
        wrapped_challenge = line.step(wrapped.step(None) or b"")[1]
        challenge = line.step(raw.step(None) or b"")[1]
        assert line.step(wrapped.step(wrapped_challenge) or b"")[0] == 401
        assert is_nobody(line, scene)
        assert line.step(raw.step(challenge) or b"")[0] == 401
        assert is_nobody(line, scene)


@pytest.mark.parametrize("legs_before", [0, 1])
def test_an_answer_that_only_says_complete(scene: Scene, legs_before: int) -> None:
    """NegTokenResp with negState accept-completed and nothing else (RFC 4178 4.2.2)."""
    with Line(scene.host.url) as line:
        client = initiator("SPNEGO", USER, PASSWORD, line.channel_binding)
        for _ in range(legs_before):
            assert line.step(client.step(None) or b"")[0] == 401
        assert line.step(bytes.fromhex("a1073005a0030a0100"))[0] == 401
        assert is_nobody(line, scene)


# --- misshapen


@pytest.mark.parametrize("scheme", ["Negotiate", "NTLM", "Basic"])
@pytest.mark.parametrize("size", [1, 2, 7, 8, 12, 100, 4096, 48 * 1024, 48 * 1024 + 1, 90_000, 200_000, MEGABYTE])
def test_tokens_of_every_size(scene: Scene, scheme: str, size: int) -> None:
    starts = (
        b"",
        b"NTLMSSP\x00\x01\x00\x00\x00",
        b"NTLMSSP\x00\x03\x00\x00\x00",
        b"\x60\x84\x7f\xff\xff\xff",
        b"\xa1\x30",
    )
    for start in starts:
        token = (start + os.urandom(size))[:size]
        with Line(scene.host.url) as line:
            try:
                status, _ = line.step(token, scheme, scene.envelope(Identify()))
            except (OSError, http.client.HTTPException):
                assert size > 90_000  # cut off in the middle of its head
                continue
            assert status in ((401,) if size <= 90_000 else (400, 431))
            if size <= 90_000:
                assert is_nobody(line, scene)


@pytest.mark.parametrize("password", [PASSWORD, WRONG], ids=["right", "wrong"])
def test_lying_lengths(scene: Scene, password: str) -> None:
    """With a wrong password no length helps; with the right one, what the proof does not cover may lie."""
    with Line(scene.host.url) as probe:
        client = initiator("NTLM", USER, password, probe.channel_binding)
        token = client.step(probe.step(client.step(None) or b"")[1]) or b""
    ways = [*((name, index) for index, (name, _) in enumerate(lying(token))), *(("pair", index) for index in range(5))]
    for name, index in ways:
        with Line(scene.host.url) as line:
            client = initiator("NTLM", USER, password, line.channel_binding)
            token = client.step(line.step(client.step(None) or b"")[1]) or b""
            spoiled = list(lying_pairs(token))[index] if name == "pair" else list(lying(token))[index][1]
            status, _ = line.step(spoiled)
            if password == WRONG or (spoiled != token and name in ("nt", "pair")):
                assert status == 401, (name, index)
            assert is_nobody(line, scene) == (status == 401)
    log_on(scene)


def test_lying_lengths_of_the_first_message(scene: Scene) -> None:
    first = initiator("NTLM", USER, PASSWORD, None).step(None) or b""
    for at in (16, 20, 24, 28):
        for value in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x7f", b"\x01\x00\x01\x00"):
            with Line(scene.host.url) as line:
                assert line.step(first[:at] + value + first[at + 4 :])[0] == 401
                assert is_nobody(line, scene)


# --- Authorization headers


def headers_that_prove_nothing(scene: Scene) -> dict[str, Headers]:
    good, wrong = scene.basic(), scene.basic(USER, WRONG)
    first = "Negotiate " + base64.b64encode(initiator("NTLM", USER, PASSWORD, None).step(None) or b"").decode()
    return {
        "empty": [("Authorization", "")],
        "blank": [("Authorization", "   ")],
        "doubled": [("Authorization", good), ("Authorization", good)],
        "good then wrong": [("Authorization", good), ("Authorization", wrong)],
        "wrong then good": [("Authorization", wrong), ("Authorization", good)],
        "empty then good": [("Authorization", ""), ("Authorization", good)],
        "two mechanisms": [("Authorization", first), ("authorization", good)],
        "a list": [("Authorization", f"{good}, {first}")],
        "a list the other way": [("Authorization", f"{first}, {good}")],
        "two words": [("Authorization", f"Basic {good}")],
        "two tokens": [("Authorization", f"{good} {good.split()[1]}")],
        "a proxy's": [("Authorization", "Basic"), ("Proxy-Authorization", good)],
        "folded name": [("Authorization_", good), ("X-Authorization", good), ("Authorization", "Basic")],
    }


@pytest.mark.parametrize("known", ["nobody", "NTLM", "SPNEGO", "Basic"])
def test_headers_that_prove_nothing(scene: Scene, known: str) -> None:
    """On a fresh connection, and on one that has just been authenticated: then that is over."""
    body = scene.envelope(Identify())
    for name, headers in headers_that_prove_nothing(scene).items():
        with Line(scene.host.url) as line:
            if known == "Basic":
                assert line.post([("Authorization", scene.basic())], body)[0] == 200
            elif known != "nobody":
                assert legs(line, initiator(known, USER, PASSWORD, line.channel_binding))[0] == 200
            status, answer, _ = line.post(headers, body)
            assert (status, answer) == (401, b""), name
            assert is_nobody(line, scene), name


@pytest.mark.parametrize("certificate", ["none", "emil", "stranger"])
def test_certificates_that_stand_for_nobody(scene: Scene, certificate: str) -> None:
    shown = None if certificate == "none" else files(scene, certificate)
    try:
        with Line(scene.host.url, shown) as line:
            for headers in ([("Authorization", PROFILE)], [("Authorization", PROFILE)] * 2, []):
                assert line.post(headers, scene.envelope(Identify()))[0] == 401
    except (ssl.SSLError, ConnectionError):
        assert certificate == "stranger"  # TLS itself refuses what nobody here has signed


def test_a_mapped_certificate_and_then_none_of_its_headers(scene: Scene) -> None:
    with Line(scene.host.url, files(scene, "anna")) as line:
        body = scene.envelope(Identify())
        assert line.post([("Authorization", PROFILE)], body)[0] == 200
        assert is_nobody(line, scene)
        assert line.post([("Authorization", PROFILE)] * 2, body)[0] == 401


# --- what is told


def test_the_logs_say_why(scene: Scene) -> None:
    told, heard = len(scene.logs()), len(audit(scene))
    with Line(scene.host.url) as line:
        legs(line, initiator("NTLM", "intruder", WRONG, line.channel_binding))
        legs(line, initiator("NTLM", USER, PASSWORD, b"tls-server-end-point:" + bytes(32)))
        line.step(b"\x60\x03abc")
        line.post([("Authorization", "")])
        line.post([("Authorization", scene.basic())] * 2)
        line.post([("Authorization", "Digest a=b")])
        line.post([("Authorization", PROFILE)])
    with Line(scene.host.url, files(scene, "emil")) as line:
        line.post([("Authorization", PROFILE)])
    lines = [line for line in scene.logs()[told:].splitlines() if "logon_refused" in line]
    for line, why in zip(
        lines,
        (
            "the logon was refused", "channel binding", "cannot be read", "an empty Authorization header",
            "2 Authorization headers", "is not offered", "shown no certificate", "no enabled mapping",
        ),
        strict=True,
    ):  # fmt: skip
        assert why in line
        assert "peer=127.0.0.1" in line
    refused = [line for line in audit(scene)[heard:] if line["event"] == "logon_refused"]
    assert [(line["mechanism"], line.get("user")) for line in refused] == [
        ("Negotiate", "intruder"), ("Negotiate", USER), ("Certificate", None)
    ]  # fmt: skip
    assert len(refused[2]["certificate"]) == 40


# --- memory


def test_thousands_of_attempts_leave_memory_flat(scene: Scene) -> None:
    """5,200 attempts, cut, wrong or unreadable; what the first 1,300 need to warm up is not counted."""
    family = [psutil.Process(scene.host.pid), *psutil.Process(scene.host.pid).children(recursive=True)]
    garbage = base64.b64encode(b"NTLMSSP\x00\x01" + bytes(30_000)).decode()
    first = initiator("NTLM", USER, PASSWORD, None).step(None) or b""

    large = with_long_names(first, 20_000)

    def round_() -> None:
        with Line(scene.host.url) as line:
            assert line.step(large)[0] == 401  # begun and left: an exchange of a connection that is gone
        with Line(scene.host.url) as line:
            for _ in range(4):
                legs(line, initiator("NTLM", "nobody", WRONG, None))
                line.step(first)
                line.post([("Authorization", f"Negotiate {garbage}")])

    sizes = []
    for _ in range(4):
        for _ in range(100):
            round_()
        sizes.append([process.memory_info().rss for process in family])
    for process, before, after in zip(family, sizes[0], sizes[-1], strict=True):
        assert after - before < 4 * MEGABYTE, (process.cmdline(), before, after)

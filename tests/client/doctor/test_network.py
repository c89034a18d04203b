"""The way there: names, ports and certificates that are wrong, each with what mends it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from remora.client.config_store import ClientConfig
from remora.client.doctor import Diagnosis, Verdict, diagnose
from tests.support.authority import Authority
from tests.support.host import free_port

CONFIG = ClientConfig()


async def diagnosed(url: str, **keywords: Any) -> Diagnosis:
    given: dict[str, Any] = {"username": "u", "password": "p", "config": CONFIG, **keywords}
    return await diagnose(connection_uri=url, **given)


def failure(diagnosis: Diagnosis) -> tuple[str, str, str]:
    """The check that failed first, its message and its remedy; nothing after it may have been tried."""
    cause = diagnosis.cause
    assert cause is not None, diagnosis
    return cause.check, cause.message, cause.remedy or ""


@contextmanager
def serving(
    status: int = 404,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    tls: tuple[Path, Path] | None = None,
) -> Iterator[int]:
    """A web server that gives one answer to everything; its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

        def send_response(self, code: int, message: str | None = None) -> None:
            self.send_response_only(code, message)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in {"Server": "shop/1", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # who hangs up during TLS is expected
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_a_name_that_nobody_knows() -> None:
    found = await diagnosed("http://no-such-host.invalid:5985/wsman")
    check, message, remedy = failure(found)
    assert (check, found.of("name").code) == ("name", 0x803381B9)
    assert "no-such-host.invalid" in message
    assert "getent hosts no-such-host.invalid" in remedy
    assert {finding.verdict for finding in found.findings[1:]} == {Verdict.SKIPPED}
    assert found.of("cmd").message == "not tried, because of logon"


async def test_a_port_that_nobody_listens_at() -> None:
    check, message, remedy = failure(await diagnosed(f"http://127.0.0.1:{free_port()}/wsman"))
    assert (check, "nothing listens there" in message) == ("port", True)
    assert "winrm quickconfig" in remedy


async def test_the_other_port_of_winrm_answers() -> None:
    with serving() as port:
        config = ClientConfig(https_port=port)
        found = await diagnosed(f"http://127.0.0.1:{free_port()}/wsman", config=config)
    assert failure(found)[2] == f"port {port} answers: come with --use-ssl"


@pytest.mark.parametrize(
    ("status", "headers", "said", "mends"),
    [
        (404, {}, "HTTP 404", "--application-name"),
        (200, {"Content-Type": "text/html"}, "no WS-Management service (shop/1)", "--port"),
        (302, {"Location": "https://elsewhere/"}, "redirects to https://elsewhere/", "--allow-redirection"),
    ],
)
async def test_something_else_listens_there(status: int, headers: dict[str, str], said: str, mends: str) -> None:
    with serving(status, headers, b"<html>") as port:
        found = await diagnosed(f"http://127.0.0.1:{port}/wsman")
    check, message, remedy = failure(found)
    assert (check, said in message, mends in remedy) == ("service", True, True), (message, remedy)


async def test_clear_text_where_tls_is_expected_and_the_other_way_round(tmp_path: Path) -> None:
    with serving() as port:
        check, message, remedy = failure(await diagnosed(f"https://127.0.0.1:{port}/wsman"))
    assert (check, "does not speak TLS" in message) == ("tls", True)
    assert "leave out --use-ssl" in remedy
    with serving(tls=Authority().server("127.0.0.1").write(tmp_path, "s")) as port:
        check, _message, remedy = failure(await diagnosed(f"http://127.0.0.1:{port}/wsman"))
    assert (check, "--use-ssl" in remedy) == ("service", True)


async def test_certificates_that_are_not_accepted(tmp_path: Path) -> None:
    ours, foreign = Authority("Ours"), Authority("Foreign")
    trust = str(ours.root.write(tmp_path, "ca")[0])
    wrong = {
        "issuer": (foreign.server("127.0.0.1"), "--ca-trust FILE", "Foreign"),
        "name": (ours.server("other.example"), "name the machine as the certificate does (other.example)", "mismatch"),
        "dates": (ours.server("127.0.0.1", days=-1), "renew the certificate", "expired"),
    }
    for name, (issued, mends, said) in wrong.items():
        with serving(tls=issued.write(tmp_path, name)) as port:
            found = await diagnosed(f"https://127.0.0.1:{port}/wsman", session_option={"ca_trust": trust})
        check, message, remedy = failure(found)
        assert (check, found.of("tls").code) == ("tls", 0x803381BA)
        assert mends in remedy, (name, remedy)
        assert said in message, (name, message)


async def test_a_certificate_that_is_good_and_one_that_ends_soon(tmp_path: Path) -> None:
    ours = Authority("Ours")
    trust = {"ca_trust": str(ours.root.write(tmp_path, "ca")[0])}
    for days, verdict in ((90, Verdict.OK), (5, Verdict.WARNING)):
        with serving(tls=ours.server("127.0.0.1", days=days).write(tmp_path, f"d{days}")) as port:
            found = await diagnosed(f"https://127.0.0.1:{port}/wsman", session_option=trust)
        assert found.of("tls").verdict is verdict
        assert "certificate for 127.0.0.1, issued by CN=Ours" in found.of("tls").message
        assert failure(found)[0] == "service"


@pytest.mark.parametrize(
    ("seconds", "offered", "authentication", "verdict"),
    [
        (20, "Kerberos", "kerberos", Verdict.OK),
        (-400, "Negotiate", "negotiate", Verdict.WARNING),
        (400, "Negotiate", "kerberos", Verdict.FAILED),
        (400, "Kerberos", "default", Verdict.FAILED),
    ],
)
async def test_the_clock_of_the_server(seconds: int, offered: str, authentication: str, verdict: Verdict) -> None:
    here = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    there = (here + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with serving(401, {"WWW-Authenticate": offered, "Date": there}) as port:
        found = await diagnosed(f"http://127.0.0.1:{port}/wsman", authentication=authentication, now=lambda: here)
    clock = found.of("clock")
    assert clock.verdict is verdict
    assert f"{abs(seconds)} s" in clock.message
    assert ("w32tm" in (clock.remedy or "")) is (verdict is not Verdict.OK)

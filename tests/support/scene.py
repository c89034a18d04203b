"""What an attacker of a real host has: raw sockets, valid requests to spoil, two accounts, NTLM step by step."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from remora.auth import basic
from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.auth.offers import encode_token, offered_token, parse_offers
from remora.auth.sealed import is_sealed, seal_body, unseal
from remora.wsman import ClientSession, Get, Request, SelectorSet, uris
from tests.support.host import PASSWORD, USER, HostProcess
from tests.support.wire import SOAP, PowerShell, Wire

MARK = "Marked-Body-5e1f"
OTHER = ("mallory", "m4ll0ry-9d2c")
SECRETS = (PASSWORD, OTHER[1], "wrong-7a3b")
UNKNOWN = "908EA449-5553-4150-8A78-020057C8772A"
SHORT = {
    "Remora/RequestHeaderSec": "1",
    "Service/MaxPacketRetrievalTimeSeconds": "1",
    "Remora/LogonThrottle": "false",  # hundreds of logons fail here; tests/host/test_throttle.py is about that
}
_CODE = re.compile(rb'WSManFault[^>]* Code="(\d+)"')
GET = Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(UNKNOWN))


@dataclass
class Scene:
    """A host under attack. witness: a session that must not notice. secrets: what tests sent and no log may tell."""

    host: HostProcess
    witness: PowerShell
    secrets: set[str] = field(default_factory=set)

    def envelope(self, request: Request = GET, **session: Any) -> bytes:
        """A valid request with a mark in its OperationID's place among the unknown headers."""
        made = ClientSession(f"{self.host.url}/wsman", new_id=uuid4, **session)
        body = made.send(request, operation_timeout=20).body
        return body.replace(b"</s:Header>", f'<m:Mark xmlns:m="urn:mark">{MARK}</m:Mark></s:Header>'.encode())

    def head(self, length: int | None = None, *more: str, path: str = "/wsman", token: str | None = None) -> bytes:
        """The head of a valid POST with a right Basic credential."""
        lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: {token or self.basic()}", f"Content-Type: {SOAP}"]
        lines += [f"Content-Length: {length}"] if length is not None else []
        return "\r\n".join([*lines, *more, "", ""]).encode("latin-1")

    def basic(self, user: str = USER, password: str = PASSWORD) -> str:
        value = basic.authorization(user, password)
        self.secrets.add(value.split()[1])
        return value

    def raw(self, *pieces: bytes | float, seconds: float = 8) -> bytes:
        """Send bytes, with pauses in seconds, and return all that comes until the host closes or falls silent."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.host.port), timeout=seconds) as connection:
            try:
                for piece in pieces:
                    if isinstance(piece, float):
                        time.sleep(piece)
                    else:
                        connection.sendall(piece)
                connection.settimeout(seconds)
                while data := connection.recv(65536):
                    answer += data
            except (ConnectionError, TimeoutError):
                pass
        return answer

    def post(
        self, body: bytes, content_type: str = SOAP, user: str = USER, password: str = PASSWORD
    ) -> tuple[int, bytes]:
        with Wire(self.host.url, user, password) as wire:
            wire.headers["Content-Type"] = content_type
            return wire.post(body)

    def code(self, body: bytes, content_type: str = SOAP, **who: str) -> int:
        """Post and return the number of the fault."""
        status, answer = self.post(body, content_type, **who)
        assert status == 500, (status, answer)
        return fault_code(answer)

    def logs(self) -> str:
        worker = self.host.state_dir / "worker.log"
        return self.host.log() + (worker.read_text("utf-8", "replace") if worker.exists() else "")


def fault_code(answer: bytes) -> int:
    text = answer.decode("utf-16").encode() if answer[:2] in (b"\xff\xfe", b"\xfe\xff") else answer
    found = _CODE.search(text)
    assert found is not None, answer
    return int(found[1])


def statuses(answer: bytes) -> list[int]:
    """The status of each response in what a connection brought."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


class Ntlm:
    """A connection that can be authenticated with NTLM by hand. tokens: what was sent, to be sent again."""

    def __init__(self, scene: Scene, user: str = USER, password: str = PASSWORD) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", scene.host.port, timeout=20)
        self.scene = scene
        self.context = NtlmInitiator(NtlmCredential.from_password(user, password), host="host")
        self.tokens: list[bytes] = []

    def send(self, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes, http.client.HTTPMessage]:
        self.http.request("POST", "/wsman", body, headers)
        reply = self.http.getresponse()
        return reply.status, reply.read(), reply.headers

    def step(self, token: bytes, body: bytes = b"") -> tuple[int, bytes | None]:
        """Send one token; return the status and the token that came back."""
        self.tokens.append(token)
        self.scene.secrets.add(base64.b64encode(token).decode())
        headers = {"Authorization": encode_token("Negotiate", token), "Content-Type": SOAP}
        status, _, answered = self.send(headers, body)
        return status, offered_token(parse_offers(answered.get_all("WWW-Authenticate") or []), "Negotiate")

    def challenge(self) -> bytes:
        status, token = self.step(self.context.step(None) or b"")
        assert status == 401
        assert token is not None
        return token

    def log_on(self) -> Ntlm:
        status, _ = self.step(self.context.step(self.challenge()) or b"")
        assert status == 200
        return self

    def seal(self, soap: bytes) -> tuple[dict[str, str], bytes]:
        content_type, body = seal_body(self.context, soap)
        return {"Content-Type": content_type}, body

    def ask(self, soap: bytes) -> tuple[int, bytes]:
        """Send a document sealed; return the status and the document that came back."""
        status, answer, headers = self.send(*self.seal(soap))
        content_type = headers.get("Content-Type", "")
        return status, unseal(self.context, content_type, answer).data if is_sealed(content_type) else answer

    def __enter__(self) -> Ntlm:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

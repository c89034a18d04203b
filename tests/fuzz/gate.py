"""Fuzzes the whole gate: a program of requests on three connections, and nobody may get in who has not proved it.

``python -m tests.fuzz CORPUS... -runs=N`` runs it under atheris. ``play`` is the same without: one input, one run.
What is fuzzed with: an account whose password is known (it may get in), the tokens of another's logon as somebody heard
them, every scheme, sealed bodies, certificates, and headers, bodies and changed bytes as they come.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from multidict import CIMultiDict

from remora.auth import basic
from remora.auth.basic import BasicCredential
from remora.auth.client_certificate import PROFILE
from remora.auth.ntlm import NtlmInitiator
from remora.auth.offers import encode_token, offered_token, parse_offers
from remora.auth.principal import Principal
from remora.auth.sealed import seal_body
from remora.config import WinrmConfig
from remora.config.cert_mapping import CertMapping
from remora.config.winrm import RemoraSettings
from remora.errors import AuthError, LimitExceeded, RemoteProtocolError
from remora.host.accounts import AccountStore
from remora.host.authenticator import LocalAuthenticator
from remora.host.gate import DispatchReply, Gate, Peer
from remora.host.identity import Identity
from remora.host.logon_guard import LogonGuard
from remora.net.http_connection import ServerConnection
from remora.net.http_server import HttpRequest, HttpResponse
from remora.wsman.attachments import Parcel
from tests.support.exchange import initiator

VICTIM: Final = ("alice", "never-said-4c1e")
OWN: Final = ("emil", "known-to-all")
MAX_STEPS: Final = 24
BINDING: Final = b"tls-server-end-point:" + bytes(range(32))
SOAP: Final = "application/soap+xml;charset=UTF-8"
TYPES: Final = (
    SOAP, "", "application/soap+xml;charset=UTF-16", "text/plain", 'multipart/related;boundary="x"',
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"',
    'multipart/encrypted;protocol="application/HTTP-Kerberos-session-encrypted";boundary="Encrypted Boundary"',
)  # fmt: skip
WORDS: Final = ("Negotiate", "NTLM", "Kerberos", "CredSSP", "Basic", "negotiate", "Digest", PROFILE)
PATHS: Final = ("/wsman", "/WSMAN/", "/wsman-anon/identify", "/", "/wsman/x")
LEVELS: Final = ("None", "Relaxed", "Strict")
SWITCHES: Final = ("Service/Auth/Basic", "Service/AllowUnencrypted", "Service/Auth/Certificate")
STATUSES: Final = frozenset((200, 400, 401, 404, 405, 415, 500))


class Reader:
    """The input as numbers and texts; at its end come zeros and nothing."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def more(self) -> bool:
        return self._at < len(self._data)

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def one_of(self, items: tuple[str, ...]) -> str:
        return items[self.byte() % len(items)]

    def blob(self) -> bytes:
        size = self.byte()
        size = size if size < 0xF0 else (size - 0xEF) * 4096
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def spoil(self, data: bytes) -> bytes:
        """As it is, with a byte changed, cut, or with something in the middle."""
        how, at = self.byte() % 8, (self.byte() << 8 | self.byte()) % max(1, len(data))
        if how < 4 or not data:
            return data
        if how == 4:
            return data[:at] + bytes([data[at] ^ (self.byte() | 1)]) + data[at + 1 :]
        return data[:at] if how == 5 else data[:at] + self.blob() + data[at + (how == 7) :]


class Line:
    """A connection, and the attacker's side of it. proved: its right credential has been sent here, whole."""

    def __init__(self, number: int, *, secure: bool) -> None:
        self.certificate: bytes | None = None
        self.connection: ServerConnection[Identity] = cast(
            ServerConnection[Identity], _Connection(self, number, secure)
        )
        self.client: Any = None
        self.challenge: bytes | None = None
        self.proved = False


class _Connection:
    """What the gate sees of a ServerConnection, without a socket."""

    def __init__(self, line: Line, number: int, secure: bool) -> None:
        self._line = line
        self.number, self.secure = number, secure
        self.address, self.port, self.prefix = f"192.0.2.{number}", 1, "wsman"
        self.channel_binding = BINDING if secure else None
        self.state = Identity()
        self.gone = asyncio.Event()

    @property
    def peer_certificate(self) -> bytes | None:
        return self._line.certificate


class Request:
    """What the gate sees of an HttpRequest."""

    def __init__(self, method: str, path: str, headers: CIMultiDict[str], body: bytes) -> None:
        self.method, self.path, self.headers, self._body = method, path, headers, body

    header = HttpRequest.header
    all = HttpRequest.all

    async def read(self, limit: int) -> bytes:
        if len(self._body) > limit:
            raise LimitExceeded("body")
        return self._body


class Known(LocalAuthenticator):
    """Compares Basic passwords at once: scrypt is not what is looked at here."""

    async def basic(self, credential: BasicCredential) -> Principal:
        if (credential.username, credential.password) != OWN:
            raise AuthError("the logon was refused")
        return self.principal("", credential.username, "Basic")


@dataclass
class Fuzzed:
    """The gate. played: how many inputs. admitted: (number of the connection, name) of this input's dispatches."""

    gate: Gate
    config: WinrmConfig
    heard: tuple[bytes, ...] = ()
    played: int = 0
    admitted: list[tuple[int, str]] = field(default_factory=list)

    async def dispatch(self, principal: Principal, peer: Peer, parcel: Parcel, charset: str) -> DispatchReply:
        self.admitted.append((peer.connection, principal.name))
        return DispatchReply(200, b"<r/>", charset, parcel.attachments)

    async def identify(self, peer: Peer, soap: bytes, charset: str) -> DispatchReply:
        return DispatchReply(200, b"<i/>", charset)

    async def ask(self, line: Line, headers: list[tuple[str, str]], body: bytes, path: str = "/wsman") -> HttpResponse:
        request = cast(HttpRequest, Request("POST", path, CIMultiDict(headers), body))
        try:
            answer = await self.gate.handle(line.connection, request)
        except (LimitExceeded, RemoteProtocolError):
            return HttpResponse(status=400, close=True)  # as the server answers them
        assert answer.status in STATUSES, answer.status
        for number, name in self.admitted:
            assert (number, name, line.proved) == (line.connection.number, OWN[0], True), (name, headers)
        self.admitted.clear()
        return answer


def mapping(der: bytes, resource: str | None) -> CertMapping:
    """Maps one certificate to an account, and refuses every other."""
    if der != b"emil's":
        raise AuthError("no enabled mapping")
    return CertMapping(issuer="0" * 40, username=OWN[0])


async def make(state_dir: Path) -> Fuzzed:
    """Make the gate, and listen to a logon of the victim's."""
    accounts = AccountStore(state_dir)
    accounts.add(*VICTIM)
    accounts.add(*OWN)
    fuzzed = Fuzzed(cast(Gate, None), WinrmConfig())
    fuzzed.gate = Gate(
        authenticator=Known(accounts),
        dispatch=fuzzed.dispatch,
        identify=fuzzed.identify,
        config=lambda: fuzzed.config,
        mapping=mapping,
        guard=LogonGuard(lambda: RemoraSettings(logon_throttle=False)),
    )
    line = Line(0, secure=False)
    heard: list[bytes] = []
    for mechanism in ("NTLM", "SPNEGO"):
        client, answer = initiator(mechanism, *VICTIM, None), None
        for _ in range(2):
            heard.append(client.step(answer) or b"")
            reply = await fuzzed.ask(line, [("Authorization", encode_token("Negotiate", heard[-1]))], b"")
            answer = offered_token(parse_offers(value for _, value in reply.headers), "Negotiate")
        assert reply.status == 200
    fuzzed.heard = tuple(heard)
    return fuzzed


@functools.cache
def configured(bits: int) -> WinrmConfig:
    """The configuration that a number stands for."""
    config = WinrmConfig().with_setting("Service/Auth/CbtHardeningLevel", LEVELS[bits % 3])
    for index, name in enumerate(SWITCHES):
        config = config.with_setting(name, "false" if bits >> (index + 2) & 1 else "true")
    return config


async def play(fuzzed: Fuzzed, data: bytes) -> None:
    """Run one input. Raises AssertionError when somebody gets in, and whatever the gate lets out."""
    reader = Reader(data)
    fuzzed.played += 1
    fuzzed.admitted.clear()
    fuzzed.config = configured(reader.byte())
    numbers = itertools.count(1)
    lines = [Line(next(numbers), secure=secure) for secure in (False, True, False)]
    for _ in range(MAX_STEPS):
        if not reader.more:
            break
        choice = reader.byte()
        step, line = STEPS[(choice >> 2) % len(STEPS)], lines[choice % 4 % 3]
        await step(fuzzed, reader, line, lines)
    for line in lines:
        fuzzed.gate.forget(line.connection)


async def free(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """Headers and a body as they come."""
    many, path, kind = reader.byte() % 3, reader.one_of(PATHS), reader.one_of(TYPES)
    headers = [("Content-Type", kind)]
    for _ in range(many):
        headers.append(("Authorization", reader.blob().decode("utf-8", "surrogateescape")))
    if path == PATHS[2]:
        headers.append(("WSMANIDENTIFY", "unauthenticated"))
    await fuzzed.ask(line, headers, reader.blob(), path)


async def token(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """Any bytes as the token of any scheme."""
    word = reader.one_of(WORDS)
    await fuzzed.ask(line, [("Authorization", encode_token(word, reader.blob()))], reader.blob())


async def begin(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """The first leg of the known account's logon."""
    kind = reader.byte()
    binding = (line.connection.channel_binding, None, b"tls-server-end-point:other")[kind // 2 % 3]
    line.client = initiator("SPNEGO" if kind & 1 else "NTLM", *OWN, binding)
    first = reader.spoil(line.client.step(None) or b"")
    reply = await fuzzed.ask(line, [("Authorization", encode_token(reader.one_of(WORDS[:2]), first))], reader.blob())
    offers = parse_offers(value for name, value in reply.headers if name == "WWW-Authenticate")
    line.challenge = next((base64.b64decode(offer.token) for offer in offers if offer.token), None)


async def finish(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """Its last leg, on this connection or on another one."""
    other = lines[reader.byte() % 3]
    if line.client is None or line.challenge is None:
        return
    last: bytes | None = None
    with contextlib.suppress(Exception):  # a changed first leg may be answered with what no client takes
        last = line.client.step(line.challenge)
    line.challenge = None
    spoiled = reader.spoil(last or b"")
    other.proved = other.proved or other is line
    headers = [("Authorization", encode_token(reader.one_of(WORDS[:2]), spoiled)), ("Content-Type", SOAP)]
    await fuzzed.ask(other, headers, reader.blob())


async def password(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """The known account's password, or a wrong one of the victim's, in one header or in two."""
    kind = reader.byte()
    values = [basic.authorization(*(OWN if kind & 1 else (VICTIM[0], OWN[1])))]
    values += [reader.blob().decode("latin-1")] if kind & 2 else []
    line.proved = line.proved or (values == [basic.authorization(*OWN)])
    headers = [*(("Authorization", value) for value in values), ("Content-Type", reader.one_of(TYPES))]
    await fuzzed.ask(line, headers, reader.blob())


async def sealed(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """A sealed body by the keys of this connection, here or on another one."""
    other = lines[reader.byte() % 3]
    if isinstance(line.client, NtlmInitiator) and line.client.complete:
        kind, body = seal_body(line.client, reader.blob(), attachments=[reader.blob()] if reader.byte() & 1 else [])
        await fuzzed.ask(other, [("Content-Type", kind)], reader.spoil(body))


async def replay(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """What was heard of the victim's logon."""
    heard = reader.spoil(fuzzed.heard[reader.byte() % len(fuzzed.heard)])
    await fuzzed.ask(line, [("Authorization", encode_token("Negotiate", heard)), ("Content-Type", SOAP)], reader.blob())


async def certificate(fuzzed: Fuzzed, reader: Reader, line: Line, lines: list[Line]) -> None:
    """A client certificate, which TLS has verified on the secure connection."""
    mine = reader.byte() & 1
    if line.connection.secure:
        line.certificate = b"emil's" if mine else reader.blob()
        line.proved = line.proved or bool(mine)
    await fuzzed.ask(line, [("Authorization", PROFILE), ("Content-Type", reader.one_of(TYPES))], reader.blob())


STEPS: Final = (free, token, begin, finish, password, sealed, replay, certificate)

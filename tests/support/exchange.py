"""Logging on by hand over HTTP and HTTPS: a connection that sends any header, the client's end of NTLM."""

from __future__ import annotations

import http.client
import ssl
import struct
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol
from urllib.parse import urlsplit

import spnego
from spnego.channel_bindings import GssChannelBindings

from remora.auth.certificates import tls_server_end_point
from remora.auth.ntlm import NtlmCredential, NtlmInitiator, nt_hash
from remora.auth.offers import encode_token, offered_token, parse_offers
from tests.support.wire import SOAP

Headers = Iterable[tuple[str, str]]
FIELDS = {"lm": 12, "nt": 20, "domain": 28, "user": 36, "workstation": 44, "key": 52}
"""Where an AUTHENTICATE_MESSAGE tells length and place of each payload (MS-NLMP 2.2.1.3)."""


class Line:
    """One connection. certificate: files of the certificate and key that are shown to a server that asks."""

    def __init__(self, url: str, certificate: tuple[Path, Path] | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        if parts.scheme == "https":
            context = ssl._create_unverified_context()
            if certificate is not None:
                context.load_cert_chain(*certificate)
            self.http: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=30, context=context
            )
        else:
            self.http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        self.http.connect()
        self.http.auto_open = 0

    @property
    def channel_binding(self) -> bytes | None:
        sock = self.http.sock
        if not isinstance(sock, ssl.SSLSocket):
            return None
        der = sock.getpeercert(binary_form=True)
        assert der is not None
        return tls_server_end_point(der)

    def post(self, headers: Headers = (), body: bytes = b"") -> tuple[int, bytes, list[str]]:
        """Send a request with these headers as they are; return status, body and the WWW-Authenticate values."""
        self.http.putrequest("POST", "/wsman")
        for name, value in (*headers, ("Content-Type", SOAP), ("Content-Length", str(len(body)))):
            self.http.putheader(name, value)
        self.http.endheaders(body)
        reply = self.http.getresponse()
        return reply.status, reply.read(), reply.headers.get_all("WWW-Authenticate") or []

    def step(self, token: bytes, scheme: str = "Negotiate", body: bytes = b"") -> tuple[int, bytes | None]:
        """Send one token; return the status and the token that came back."""
        status, _, offered = self.post([("Authorization", encode_token(scheme, token))], body)
        return status, offered_token(parse_offers(offered), scheme)

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Initiator(Protocol):
    """The client's end: tokens in, tokens out."""

    def step(self, token: bytes | None) -> bytes | None: ...


class Wrapped:
    """NTLM inside SPNEGO; from a hash, with which no Kerberos is tried where that is installed."""

    def __init__(self, user: str, password: str, channel_binding: bytes | None) -> None:
        binding = None if channel_binding is None else GssChannelBindings(application_data=channel_binding)
        secret = spnego.NTLMHash(user, nt_hash=nt_hash(password).hex())
        self._context = spnego.client(
            secret, hostname="host", service="HTTP", protocol="negotiate", channel_bindings=binding
        )

    def step(self, token: bytes | None) -> bytes | None:
        return self._context.step(token)


def initiator(mechanism: str, user: str, password: str, channel_binding: bytes | None) -> Initiator:
    """mechanism: ``NTLM`` or ``SPNEGO``."""
    if mechanism == "SPNEGO":
        return Wrapped(user, password, channel_binding)
    return NtlmInitiator(NtlmCredential.from_password(user, password), host="host", channel_binding=channel_binding)


def legs(line: Line, client: Initiator) -> tuple[int, list[bytes]]:
    """Log on; return the last status and the tokens that were sent."""
    sent: list[bytes] = []
    answer: bytes | None = None
    status = 401
    while (token := client.step(answer)) is not None:
        sent.append(token)
        status, answer = line.step(token)
        if answer is None:
            break
    return status, sent


def with_long_names(token: bytes, size: int) -> bytes:
    """A NEGOTIATE_MESSAGE whose domain and workstation have ``size`` bytes each (MS-NLMP 2.2.1.1)."""
    flags = struct.unpack_from("<I", token, 12)[0] | 0x1000 | 0x2000
    fields = struct.pack("<HHIHHI", size, size, len(token), size, size, len(token) + size)
    return token[:12] + struct.pack("<I", flags) + fields + token[32:] + b"A" * (2 * size)


def lying(token: bytes) -> Iterable[tuple[str, bytes]]:
    """An AUTHENTICATE_MESSAGE with each length, and each place, replaced by others; named by the payload."""
    for name, at in FIELDS.items():
        for value in (0, 1, 15, 16, 0x7FFF, 0xFFFF):
            yield name, token[:at] + struct.pack("<HH", value, value) + token[at + 4 :]
        for value in (0, 8, len(token) - 1, len(token), 0x7FFFFFFF, 0xFFFFFFFF):
            yield name, token[: at + 4] + struct.pack("<I", value) + token[at + 8 :]


def lying_pairs(token: bytes) -> Iterable[bytes]:
    """An AUTHENTICATE_MESSAGE whose first AV pair has each of these lengths (MS-NLMP 2.2.2.1)."""
    (start,) = struct.unpack_from("<I", token, FIELDS["nt"] + 4)
    at = start + 16 + 28 + 2
    for value in (0, 1, 3, 0x7FFF, 0xFFFF):
        yield token[:at] + struct.pack("<H", value) + token[at + 2 :]

"""Requests, replies, durations and sealed bodies after damage: our own errors, in time, or a value."""

from __future__ import annotations

import struct
from functools import cache
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.auth.basic import authorization, parse_authorization
from remora.auth.context import SealedMessage
from remora.auth.offers import decode_token, offered_token, parse_offers
from remora.auth.sealed import CREDSSP_PROTOCOL, SPNEGO_PROTOCOL, seal_body, sealed_protocol, unseal
from remora.errors import AuthError
from remora.wsman import (
    Command,
    Connect,
    CreateShell,
    Delete,
    Disconnect,
    Enumerate,
    Get,
    Identify,
    Option,
    OptionSet,
    Pull,
    Put,
    Receive,
    Reconnect,
    Release,
    SelectorSet,
    Send,
    ShellSpec,
    Signal,
    StreamChunk,
    uris,
)
from remora.wsman.client import Outgoing
from remora.wsman.durations import parse_duration
from remora.wsman.faults import make_fault
from tests.support.mutations import mutated, refused_or_read
from tests.support.vectors import recordings
from tests.support.wsman import COMMAND_ID, RESOURCE, SHELL_ID, client, server

PLACE = {"resource_uri": RESOURCE, "shell_id": SHELL_ID}
OPTIONS = OptionSet((Option(name="protocolversion", value="2.3", must_comply=True),))
SPEC = ShellSpec(
    shell_id=SHELL_ID,
    name="n",
    input_streams=("stdin", "pr"),
    output_streams=("stdout",),
    idle_timeout=7200.0,
    environment={"A": "b"},
    creation_xml=b"\x00" * 60,
)
REQUESTS = (
    Identify(),
    Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(SHELL_ID)),
    Put(resource_uri=uris.RESOURCE_CONFIG, body=_xml.element(f"{{{uris.NS_CONFIG}}}Config")),
    Delete.shell(RESOURCE, SHELL_ID),
    Enumerate(resource_uri=uris.RESOURCE_SHELL),
    Enumerate.commands(SHELL_ID),
    Pull(resource_uri=uris.RESOURCE_SHELL, context="c", max_elements=3),
    Release(resource_uri=uris.RESOURCE_SHELL, context="c"),
    CreateShell(resource_uri=RESOURCE, shell=SPEC, options=OPTIONS),
    Command(**PLACE, command_id=COMMAND_ID, command_line="dir", arguments=("a", "b")),
    Send(**PLACE, streams=(StreamChunk(name="stdin", data=b"abc", command_id=COMMAND_ID, end=True),)),
    Receive(**PLACE, command_id=COMMAND_ID, streams=("stdout",)),
    Signal(**PLACE, command_id=COMMAND_ID, code=uris.SIGNAL_CTRL_C),
    Disconnect(**PLACE, idle_timeout=60.0),
    Reconnect(**PLACE),
    Connect(**PLACE, connect_xml=b"\x00" * 60, options=OPTIONS),
)
XML_PIECES = (
    "<!DOCTYPE x>",
    '<!DOCTYPE a [<!ENTITY e "v">]>',
    "&e;",
    "<?pi x?>",
    "<!-- c -->",
    "<![CDATA[x]]>",
    "&#0;",
    "&#xFFFF;",
    ' xmlns="urn:x"',
    ' xmlns:s="urn:x"',
    "<x>" * 300,
    "\x00",
    "\ufffe",
    's:mustUnderstand="true"',
    'xsi:nil="true"',
    "99999999999999999999",
    "-1",
    "PT-1S",
    "====",
    "NaN",
    "\u0130",
    "\ud800",
)


@cache
def outgoing() -> tuple[Outgoing, ...]:
    session = client()
    return tuple(session.send(request, operation_timeout=20.0) for request in REQUESTS)


@cache
def requests() -> tuple[bytes, ...]:
    recorded = {exchange.request.encode() for recording in recordings() for exchange in recording.exchanges[:3]}
    return (*(item.body for item in outgoing()), *sorted(recorded)[:30])


@cache
def replies() -> tuple[str, ...]:
    """Recorded ones where there are recordings, else our server's answers to nothing but Identify and faults."""
    recorded = [
        exchange.response for recording in recordings() for exchange in recording.exchanges[:6] if exchange.response
    ]
    own = [server().fault(None, make_fault(number)).decode() for number in (0x5, 0x80338029, 0x8033805B)]
    return (*own, *recorded[:60])


@given(mutated(requests(), tuple(piece.encode("utf-8", "surrogatepass") for piece in XML_PIECES)))
def test_requests(body: bytes) -> None:
    with refused_or_read():
        server().receive(body, "utf-8")


@given(mutated(requests()), st.sampled_from([None, "utf-16", "UTF-16LE", "latin-1", "", '"utf-8"', "\x00"]))
def test_requests_in_a_charset_they_are_not_in(body: bytes, charset: str | None) -> None:
    with refused_or_read():
        server().receive(body, charset)


@given(mutated(tuple(body.decode() for body in requests()), XML_PIECES))
def test_requests_in_utf_16(text: str) -> None:
    with refused_or_read():
        server().receive(text.encode("utf-16", "surrogatepass"), "utf-16")


@given(st.sampled_from(outgoing()), mutated(replies(), XML_PIECES))
def test_replies_to_any_request(sent: Outgoing, reply: str) -> None:
    with refused_or_read():
        client().receive(sent, reply.encode("utf-8", "surrogatepass"))


@given(st.sampled_from(outgoing()), mutated(replies(), XML_PIECES))
def test_replies_that_claim_to_belong_to_the_request(sent: Outgoing, reply: str) -> None:
    head, opened, rest = reply.partition("RelatesTo>")
    _old, closed, tail = rest.partition("</")
    related = head + opened + sent.message_id + closed + tail
    with refused_or_read():
        client().receive(sent, related.encode("utf-8", "surrogatepass"))


@given(
    mutated(("PT20S", "P1Y2M3DT4H5M6.789S", "-PT0.001S", "P0DT0H0M2S", "PT60.000S"), ("9" * 400, "T", "P", "\u0661"))
)
def test_durations(text: str) -> None:
    with refused_or_read(0.5):
        parse_duration(text)


class Turned:
    """A stand-in for a mechanism: the data turned bit by bit, its length as the signature."""

    def seal(self, plain: bytes) -> SealedMessage:
        return SealedMessage(struct.pack("<QQ", 7, len(plain)), bytes(byte ^ 0x55 for byte in plain), len(plain))

    def unseal(self, header: bytes, data: bytes) -> bytes:
        if header != struct.pack("<QQ", 7, len(data)):
            raise AuthError("signature")
        return bytes(byte ^ 0x55 for byte in data)


SEALED = tuple(
    seal_body(Turned(), plain, protocol=protocol)[1]
    for plain in (b"", b"<s/>", b"--Encrypted Boundary\r\n" * 3)
    for protocol in (SPNEGO_PROTOCOL, CREDSSP_PROTOCOL)
)
TYPE = seal_body(Turned(), b"x")[0]
SEALED_PIECES = (
    b"--Encrypted Boundary\r\n",
    b"--Encrypted Boundary--\r\n",
    b";Length=99999999999",
    b"Length=-1",
    b"\r\n" * 9,
)


@given(mutated(SEALED, SEALED_PIECES))
def test_sealed_bodies(body: bytes) -> None:
    with refused_or_read():
        unseal(Turned(), TYPE, body)


@given(mutated((TYPE, TYPE.replace('"', "")), ('"', ";", "=", "\\", "protocol=", " " * 5000, ";a=" * 4000)))
def test_content_types_of_sealed_bodies(text: str) -> None:
    with refused_or_read(0.5):
        sealed_protocol(text)


OFFERS = (
    "Negotiate",
    "Negotiate TlRMTVNTUAAC",
    'Basic realm="WSMAN"',
    'Negotiate abcd==, Basic realm="a, b", Kerberos',
    "",
)


@given(mutated(OFFERS, ("=", ",", '"', "\\", "\u00e9", " " * 3000, "a," * 3000)))
def test_authentication_headers(text: str) -> None:
    with refused_or_read(0.5):
        offered_token(parse_offers([text]), "Negotiate")
    with refused_or_read(0.5):
        decode_token(text)


@given(
    mutated(
        (authorization("user", "word").split()[1], authorization("DOM\\\u00fc", ":").split()[1]), ("=", "\u00e9", "%")
    )
)
def test_basic_credentials(text: str) -> None:
    with refused_or_read(0.5):
        parse_authorization(text)


def test_the_seeds_are_valid() -> None:
    for body in requests():
        server(max_envelope_size=1 << 20).receive(body, "utf-8")
    for body in SEALED:
        unseal(Turned(), TYPE, body)
    assert UUID(SHELL_ID)

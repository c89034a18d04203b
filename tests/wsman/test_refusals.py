"""Defective requests: each gets the fault of the reference, and nothing but our own errors ever comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import RemoraError, RemoteProtocolError, WSManFault
from remora.wsman import (
    Command,
    CreateShell,
    Enumerate,
    Get,
    Receive,
    RefusedRequest,
    Send,
    ShellSpec,
    Signal,
    StreamChunk,
    uris,
)
from tests.support.wsman import COMMAND_ID, RESOURCE, SHELL_ID, client, server

SHELL = {"resource_uri": RESOURCE, "shell_id": SHELL_ID}
GET = client().send(Get(resource_uri=uris.RESOURCE_SHELL), operation_timeout=20).body.decode()
CREATE = (
    client().send(CreateShell(resource_uri=RESOURCE, shell=ShellSpec(shell_id=SHELL_ID, idle_timeout=60))).body.decode()
)
COMMAND = client().send(Command(**SHELL, command_id=COMMAND_ID, command_line="x")).body.decode()
SEND = client().send(Send(**SHELL, streams=(StreamChunk(name="stdin", data=b"abc"),))).body.decode()
RECEIVE = client().send(Receive(**SHELL)).body.decode()
SIGNAL = client().send(Signal(**SHELL, code=uris.SIGNAL_CTRL_C)).body.decode()
ENUMERATE = client().send(Enumerate.commands(SHELL_ID)).body.decode()


def _cut(text: str, name: str) -> str:
    """Remove one element by its prefixed name."""
    start = min(place for mark in " />" if (place := text.find(f"<{name}{mark}")) >= 0)
    end = text.index(">", start)
    if text[end - 1] == "/":
        return text[:start] + text[end + 1 :]
    close = f"</{name}>"
    return text[:start] + text[text.index(close, start) + len(close) :]


def _with_header(text: str, header: str) -> str:
    return text.replace("</s:Header>", header + "</s:Header>")


def _deep(levels: int) -> str:
    return RECEIVE.replace(
        "<rsp:DesiredStream>stdout", "<rsp:DesiredStream>" + "<a>" * levels + "</a>" * levels + "stdout"
    )


_MUST = 's:mustUnderstand="true"'
_SELECTOR = '<w:Selector Name="shellid">x</w:Selector>'
_CREATION = f'<creationXml xmlns="{uris.NS_POWERSHELL}">%%</creationXml>'
DEFECTS = {
    "not xml": ("hello", 0x80338043),
    "empty": ("", 0x80338043),
    "truncated": (GET[:-10], 0x80338043),
    "doctype": ("<!DOCTYPE x>" + GET, 0x80338043),
    "entities": ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + GET.replace("PT20S", "&a;"), 0x80338043),
    "encoding": ('<?xml version="1.0" encoding="koi8-r"?>' + GET, 0x8033804C),
    "processing instruction": ("<?evil x?>" + GET, 0x80338043),
    "soap 1.1": (GET.replace(uris.NS_SOAP, uris.NS_SOAP_11), 0x8033800D),
    "no envelope": ("<x/>", 0x80338041),
    "no body": (GET.replace("<s:Body/>", ""), 0x80338041),
    "two bodies": (GET.replace("<s:Body/>", "<s:Body/><s:Body/>"), 0x80338041),
    "no action": (_cut(GET, "a:Action"), 0x80338011),
    "no message id": (_cut(GET, "a:MessageID"), 0x80338011),
    "no resource": (_cut(GET, "w:ResourceURI"), 0x80338011),
    "action twice": (_with_header(GET, "<a:Action>x</a:Action>"), 0x8033800F),
    "long header": (GET.replace("uuid:", "uuid:" + "0" * 3000), 0x80338035),
    "unknown header": (_with_header(GET, '<q:New xmlns:q="urn:q" s:mustUnderstand="1">x</q:New>'), 0x80338010),
    "compression": (_with_header(CREATE, f"<rsp:CompressionType {_MUST}>xpress</rsp:CompressionType>"), 0x80338010),
    "locale": (GET.replace('<w:Locale s:mustUnderstand="false"', '<w:Locale s:mustUnderstand="true"'), 0x80338087),
    "small envelope": (GET.replace(">153600<", ">8191<"), 0x8033807E),
    "envelope size": (GET.replace(">153600<", ">many<"), 0x8033800F),
    "negative timeout": (GET.replace("PT20S", "PT-1S"), 0x8033800F),
    "minus timeout": (GET.replace("PT20S", "-PT1S"), 0x8033800F),
    "zero timeout": (GET.replace("PT20S", "PT0S"), 0x8033800F),
    "timeout": (GET.replace("PT20S", "soon"), 0x80338081),
    "option without name": (_with_header(COMMAND, "<w:OptionSet><w:Option>1</w:Option></w:OptionSet>"), 0x80338052),
    "odd option set": (_with_header(COMMAND, "<w:OptionSet><w:X/></w:OptionSet>"), 0x80338039),
    "selector without name": (COMMAND.replace('Name="ShellId"', ""), 0x8033803D),
    "selector twice": (COMMAND.replace("</w:SelectorSet>", f"{_SELECTOR}</w:SelectorSet>"), 0x8033803D),
    "no shell id": (_cut(COMMAND, "w:SelectorSet"), 0x8033805A),
    "bad shell id": (COMMAND.replace(SHELL_ID, "../../etc/passwd"), 0x8033805D),
    "new shell id": (CREATE.replace(SHELL_ID, "../../etc/passwd"), 0x803381D5),
    "new command id": (COMMAND.replace(COMMAND_ID, "x"), 0x803381D4),
    "shell namespace": (CREATE.replace("<rsp:Shell", '<rsp:Shell xmlns:rsp="urn:other"'), 0x80338058),
    "shell child": (CREATE.replace("</rsp:Shell>", "<rsp:Extra/></rsp:Shell>"), 0x80338041),
    "idle timeout": (CREATE.replace("PT60S", "an hour"), 0x80338041),
    "creation xml": (CREATE.replace("</rsp:Shell>", f"{_CREATION}</rsp:Shell>"), 0x80540BBF),
    "empty body": (_cut(RECEIVE, "rsp:Receive"), 0x80338027),
    "two elements": (RECEIVE.replace("</s:Body>", "<rsp:Receive/></s:Body>"), 0x80338027),
    "other body": (RECEIVE.replace("rsp:Receive>", "rsp:Signal>"), 0x80338031),
    "no command": (_cut(COMMAND, "rsp:Command"), 0x80338041),
    "not base64": (SEND.replace("YWJj", "Y*Jj"), 0x80338041),
    "nothing sent": (_cut(SEND, "rsp:Stream"), 0x80338041),
    "no signal code": (_cut(SIGNAL, "rsp:Code"), 0x80338041),
    "max elements": (ENUMERATE.replace(">32000<", ">0<"), 0x80338041),
    "mode": (ENUMERATE.replace("<w:Filter", "<w:EnumerationMode>All</w:EnumerationMode><w:Filter"), 0x80338042),
    "too deep": (_deep(300), 0x80338035),
    "much too deep": (_deep(20000), 0x80338035),
    "too long": (SEND.replace("YWJj", "YWJj" * 200000), 0x80338035),
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), DEFECTS.values(), ids=DEFECTS)
def test_each_defect_has_its_fault(text: str, number: int) -> None:
    with pytest.raises(RefusedRequest) as caught:
        server().receive(text.encode())
    refused = caught.value
    assert f"{refused.fault.code:#x}" == f"{number:#x}"
    answer = server().fault(refused.headers, refused.fault, refused.charset)
    assert f'Code="{number}"'.encode() in answer


def test_the_fault_names_the_request_as_far_as_it_could_be_read() -> None:
    sent = client().send(Get(resource_uri="x"), operation_timeout=20)
    with pytest.raises(RefusedRequest) as caught:
        server().receive(sent.body.replace(b"PT20S", b"-PT1S"))
    refused = caught.value
    body = server().fault(refused.headers, refused.fault)
    with pytest.raises(WSManFault, match="invalid timeout field in the SOAP header"):
        client().receive(sent, body)
    assert b"addressing/fault</a:Action>" in body
    assert sent.message_id.encode() in body


def test_marks_without_the_soap_namespace_do_not_count() -> None:
    header = '<q:New xmlns:q="urn:q" mustUnderstand="true">x</q:New>'
    assert server().receive(_with_header(GET, header).encode()).request == Get(resource_uri=uris.RESOURCE_SHELL)
    unmarked = GET.replace("s:mustUnderstand", "mustUnderstand").replace('"false"', '"true"')
    assert server().receive(unmarked.encode()).request == Get(resource_uri=uris.RESOURCE_SHELL)


def test_headers_that_are_optional_may_be_absent() -> None:
    text = GET
    for name in (
        "a:To",
        "w:MaxEnvelopeSize",
        "w:Locale",
        "p:DataLocale",
        "p:SessionId",
        "w:OperationTimeout",
        "a:ReplyTo",
    ):
        text = _cut(text, name)
    headers = server().receive(text.encode()).headers
    assert (headers.session_id, headers.max_envelope_size, headers.operation_timeout) == (None, None, None)


@pytest.mark.parametrize("charset", ["utf-7", "shift_jis", ""])
def test_other_charsets_are_refused(charset: str) -> None:
    if not charset:
        assert server().receive(GET.encode(), charset).charset == "utf-8"
        return
    with pytest.raises(RefusedRequest) as caught:
        server().receive(GET.encode(), charset)
    assert caught.value.fault.code == 0x8033804C
    assert caught.value.headers is not None


def test_the_least_timeout_is_half_a_second() -> None:
    assert server().receive(GET.replace("PT20S", "PT0.1S").encode()).headers.operation_timeout == 0.5


SAMPLES = [text.encode() for text in (GET, CREATE, COMMAND, SEND, RECEIVE, SIGNAL, ENUMERATE)]


def _serve(data: bytes, charset: str = "utf-8") -> None:
    session = server(max_envelope_size=1 << 16)
    refused = None
    try:
        session.receive(data, charset)
    except RefusedRequest as error:
        refused = error
    if refused is not None:
        assert session.fault(refused.headers, refused.fault, refused.charset)


@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_garbage_is_refused_by_both_roles(data: bytes) -> None:
    _serve(data)
    _serve(data, "utf-16")
    outgoing = client().send(Receive(**SHELL))
    with pytest.raises(RemoraError):
        client().receive(outgoing, data)


@given(sample=st.sampled_from(SAMPLES), cut=st.integers(0, 3000), data=st.data())
def test_mutilated_requests_raise_only_our_errors(sample: bytes, cut: int, data: st.DataObject) -> None:
    _serve(sample[:cut])
    spot = data.draw(st.integers(0, len(sample)))
    _serve(sample[:spot] + data.draw(st.binary(max_size=8)) + sample[spot + data.draw(st.integers(0, 40)) :])


@given(sample=st.sampled_from(SAMPLES), data=st.data())
def test_shuffled_elements_raise_only_our_errors(sample: bytes, data: st.DataObject) -> None:
    parts = sample.replace(b"><", b">\0<").split(b"\0")
    picked = data.draw(st.lists(st.sampled_from(parts), max_size=30))
    _serve(parts[0] + b"".join(picked) + b"</s:Envelope>")
    spot = data.draw(st.integers(1, len(parts) - 1))
    _serve(b"".join([*parts[:spot], parts[spot], *parts[spot:]]))


@given(sample=st.sampled_from(SAMPLES), spot=st.integers(0, 3000), junk=st.binary(max_size=6))
def test_mutilated_replies_raise_only_our_errors(sample: bytes, spot: int, junk: bytes) -> None:
    outgoing = client().send(Receive(**SHELL))
    for body in (sample, sample[:spot] + junk + sample[spot:]):
        with pytest.raises((RemoteProtocolError, WSManFault)):
            client().receive(outgoing, body)

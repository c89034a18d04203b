from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.errors import RemoteProtocolError, WSManFault
from remora.wsman import Get, uris
from remora.wsman.fault_codec import decode_fault
from remora.wsman.fault_table import BY_CONSTANT, BY_NUMBER, FAULTS
from remora.wsman.faults import (
    MESSAGES,
    EncodingLimit,
    InvalidOptions,
    InvalidSelectors,
    OperationTimedOut,
    QuotaLimit,
    TableFault,
    UnexpectedSelectors,
    fault_action,
    fault_class,
    make_fault,
)
from tests.support.wsman import client, server

each_row = pytest.mark.parametrize("spec", FAULTS, ids=lambda spec: spec.constant)


def _travel(fault: WSManFault) -> WSManFault:
    outgoing = client().send(Get(resource_uri=uris.RESOURCE_CONFIG))
    headers = server().receive(outgoing.body).headers
    with pytest.raises(WSManFault) as caught:
        client().receive(outgoing, server().fault(headers, fault))
    return caught.value


def test_the_table_is_whole_and_unambiguous() -> None:
    assert len(FAULTS) == len(BY_NUMBER) == len(BY_CONSTANT)
    assert [spec.number for spec in FAULTS] == sorted(BY_NUMBER)
    assert all(0 < spec.number < 1 << 32 and spec.http == 500 for spec in FAULTS)
    assert {spec.code for spec in FAULTS} == {"Sender", "Receiver", "MustUnderstand", "VersionMismatch"}
    assert set(MESSAGES) <= set(BY_NUMBER)


@each_row
def test_each_row_travels(spec) -> None:
    sent = make_fault(spec.number)
    got = _travel(sent)
    assert type(got) is type(sent) is fault_class(spec.number)
    assert got.fault == spec
    assert got.message == sent.message.strip()
    assert got.code == spec.number
    assert got.machine == "host"
    assert (got.detail, got.provider, got.provider_path) == (sent.detail, sent.provider, sent.provider_path)


@each_row
def test_each_row_has_the_right_action(spec) -> None:
    addressing = (spec.subcode or "").startswith("a:")
    expected = uris.ACTION_ADDRESSING_FAULT if addressing else uris.ACTION_FAULT
    assert fault_action(make_fault(spec.number)) == expected


def test_classes_stand_for_families() -> None:
    assert fault_class(0x803381A5) is QuotaLimit
    assert fault_class(0x8033804C) is EncodingLimit
    assert fault_class(0x80338053) is InvalidOptions
    assert issubclass(UnexpectedSelectors, InvalidSelectors)
    assert fault_class(0x12345) is WSManFault
    with pytest.raises(KeyError):
        make_fault(0x12345)


def test_every_named_class_is_in_the_table() -> None:
    todo, seen = [TableFault], set()
    while todo:
        cls = todo.pop()
        todo += cls.__subclasses__()
        if cls.number:
            assert cls.spec is BY_NUMBER[cls.number]
            assert cls.number not in seen
            seen.add(cls.number)


def test_texts_that_clients_look_for() -> None:
    outgoing = client().send(Get(resource_uri=uris.RESOURCE_CONFIG))
    headers = server().receive(outgoing.body).headers
    assert b"OperationTimeout" in server().fault(headers, OperationTimedOut()).split(b"s:Detail")[0]
    assert "command identifier that does not exist" in UnexpectedSelectors.command().message


def test_own_texts_travel_and_unprintable_characters_do_not_break_the_reply() -> None:
    assert _travel(make_fault(0x80540FA0, "bad\x00 pssc & <b>")).message == "bad\ufffd pssc & <b>"
    fault = UnexpectedSelectors.shell("X")
    assert "ShellId X" in _travel(fault).message


def _fault(text: str) -> WSManFault:
    return decode_fault(_xml.parse(f'<s:Fault xmlns:s="{uris.NS_SOAP}" xmlns:f="{uris.NS_FAULT}">{text}</s:Fault>'))


def test_signed_unknown_and_absent_codes_are_read() -> None:
    code = "<s:Code><s:Value>s:Receiver</s:Value></s:Code>"
    reason = "<s:Reason><s:Text>  why  </s:Text></s:Reason>"
    signed = _fault(f'{code}{reason}<s:Detail><f:WSManFault Code="-2144108503"/></s:Detail>')
    assert type(signed) is OperationTimedOut
    assert signed.message == "why"
    unknown = _fault(f'{code}{reason}<s:Detail><f:WSManFault Code="4242"><f:Message/></f:WSManFault></s:Detail>')
    assert type(unknown) is WSManFault
    assert unknown.code == 4242
    assert _fault(code).code == 0
    with pytest.raises(RemoteProtocolError):
        _fault("")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.sampled_from(FAULTS))
def test_any_text_survives_as_far_as_xml_can_carry_it(text: str, spec) -> None:
    sent = make_fault(spec.number, text)
    got = _travel(sent)
    assert got.code == spec.number

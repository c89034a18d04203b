"""Every recorded dialogue: decoded by the role it was meant for, built again by the other, equal as XML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remora import _xml
from remora.errors import WSManFault
from remora.wsman import Custom, Receive, uris
from remora.wsman.client import Outgoing
from remora.wsman.faults import OperationTimedOut, UnexpectedSelectors, fault_class
from tests.support.vectors import Exchange, Recording, needs_recordings, recordings
from tests.support.wsman import canonical, like, server

pytestmark = needs_recordings
each_recording = pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)


def _outgoing(exchange: Exchange) -> Outgoing:
    incoming = server(max_envelope_size=1 << 20).receive(exchange.request.encode())
    return like(incoming.headers).send(
        incoming.request,
        operation_timeout=incoming.headers.operation_timeout,
        message_id=incoming.headers.message_id,
    )


def _answered(recording: Recording) -> list[Exchange]:
    return [exchange for exchange in recording.exchanges if exchange.response]


@each_recording
def test_requests_are_read_and_built_again(recording: Recording) -> None:
    for exchange in recording.exchanges:
        incoming = server(max_envelope_size=1 << 20).receive(exchange.request.encode())
        assert not isinstance(incoming.request, Custom)
        assert canonical(_outgoing(exchange).body) == canonical(exchange.request)


@each_recording
def test_replies_are_read_and_built_again(recording: Recording) -> None:
    for exchange in _answered(recording):
        outgoing = _outgoing(exchange)
        session = like(server(max_envelope_size=1 << 20).receive(outgoing.body).headers)
        if recording.name == "winrs_unicode" and outgoing.request.action == uris.ACTION_DELETE:
            relates_to = _xml.parse(exchange.response)[0][-1].text
            outgoing = replace(outgoing, message_id=relates_to or "")
        incoming = server(max_envelope_size=1 << 20).receive(outgoing.body)
        if outgoing.message_id != incoming.headers.message_id:
            incoming = replace(incoming, headers=replace(incoming.headers, message_id=outgoing.message_id))
        if exchange.status == 500:
            with pytest.raises(WSManFault) as caught:
                session.receive(outgoing, exchange.response.encode())
            built = server().fault(incoming.headers, caught.value)
            assert caught.type is fault_class(caught.value.code)
        else:
            reply = session.receive(outgoing, exchange.response.encode())
            built = server(max_envelope_size=1 << 20).reply(
                replace(incoming, headers=replace(incoming.headers, max_envelope_size=1 << 20)), reply
            )
        assert canonical(built) == canonical(exchange.response)


def test_recorded_faults_have_their_classes() -> None:
    seen: set[type[WSManFault]] = set()
    for recording in recordings():
        for exchange in recording.exchanges:
            if exchange.status == 500:
                outgoing = _outgoing(exchange)
                session = like(server().receive(outgoing.body).headers)
                with pytest.raises(WSManFault) as caught:
                    session.receive(outgoing, exchange.response.encode())
                seen.add(caught.type)
                if caught.type is OperationTimedOut:
                    assert isinstance(outgoing.request, Receive)
                    assert "OperationTimeout" in caught.value.message
    assert seen == {OperationTimedOut, UnexpectedSelectors}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_recorded_requests_survive_a_change_of_charset(encoding: str) -> None:
    for recording in recordings()[:6]:
        for exchange in recording.exchanges:
            data = exchange.request.encode(encoding)
            first = server(max_envelope_size=1 << 21).receive(data, encoding)
            assert first.charset == encoding
            again = server(max_envelope_size=1 << 21).receive(exchange.request.encode())
            assert first.headers == again.headers
            assert first.request == again.request

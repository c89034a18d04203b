"""Every CLIXML body that a real Windows server or its client sent is read and written back the same."""

from __future__ import annotations

from collections import Counter

from remora.psrp import clixml
from remora.values import ErrorRecord, PSObject, same
from tests.support.clixml_bodies import bodies, canonical
from tests.support.vectors import needs_recordings


@needs_recordings
def test_every_recorded_body_is_written_back_element_for_element() -> None:
    written = [(name, body, clixml.dumps(clixml.loads(body))) for name, body in bodies()]
    differing = Counter(name for name, body, again in written if canonical(again) != canonical(body))
    assert len(bodies()) > 400
    assert not differing


@needs_recordings
def test_every_recorded_body_survives_as_a_value() -> None:
    for _, body in bodies():
        value = clixml.loads(body)
        assert same(clixml.loads(clixml.dumps(value)), value)


@needs_recordings
def test_a_recorded_failure_is_an_error_record() -> None:
    states = [clixml.loads(body) for _, body in bodies() if b"ExceptionAsErrorRecord" in body]
    errors = [state["ExceptionAsErrorRecord"] for state in states if isinstance(state, PSObject)]
    assert errors
    assert all(isinstance(error, ErrorRecord) and error.message and error.exception.exception_type for error in errors)


@needs_recordings
def test_values_keep_no_member_twice_and_lose_none() -> None:
    for _, body in bodies():
        value = clixml.loads(body)
        if isinstance(value, ErrorRecord):
            assert set(value.extra).isdisjoint({"Exception", "FullyQualifiedErrorId"})
            assert clixml.dumps(value).count(b" N=") == body.count(b" N=")

from __future__ import annotations

import logging

import pytest

from remora._log import bound


def test_fields_add_up_and_are_quoted_when_they_need_it(caplog: pytest.LogCaptureFixture) -> None:
    log = bound("remora.test", shell_id="A1").bind(user="bob")
    with caplog.at_level(logging.INFO, "remora.test"):
        log.info("shell_created", name="two words", size=3)
    assert caplog.records[0].getMessage() == "shell_created shell_id=A1 user=bob name='two words' size=3"
    assert caplog.records[0].__dict__["fields"] == {"shell_id": "A1", "user": "bob", "name": "two words", "size": 3}


def test_a_silent_level_costs_no_rendering(caplog: pytest.LogCaptureFixture) -> None:
    class Loud:
        def __str__(self) -> str:
            raise AssertionError("rendered")

    with caplog.at_level(logging.WARNING, "remora.test"):
        bound("remora.test").debug("event", value=Loud())
    assert caplog.records == []

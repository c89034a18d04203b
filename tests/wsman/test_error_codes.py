"""The error codes: what each is called and says, and that no other code of the family leaves this package."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

import remora
from remora.wsman.error_codes import error_codes
from remora.wsman.fault_table import BY_NUMBER
from remora.wsman.faults import default_message, make_fault, meaning

SOURCE = Path(remora.__file__).parent
TABLE = "8944f41538edac02393bd5eeb36aa085e9b2e6986e36f172c3404d57373e1a8a"
"""SHA-256 of the lines ``number name`` of the reference's table, sorted."""


def test_names_and_numbers_are_those_of_the_reference() -> None:
    lines = sorted(f"{code.number:08X} {code.constant}" for code in error_codes().values())
    assert len(lines) == 194
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == TABLE


@pytest.mark.parametrize(
    ("signed", "number", "constant"),
    [
        (-2144108316, 0x803380E4, "WSMAN_SERVER_NOT_TRUSTED"),
        (-2144108481, 0x8033803F, "WSMAN_QUOTA_LIMIT"),
        (-2144108503, 0x80338029, "WSMAN_OPERATION_TIMEDOUT"),
        (-2144108092, 0x803381C4, "WINRS_SHELL_DISCONNECTED"),
        (-2144108104, 0x803381B8, "SERVICE_CBT_HARDENING_INVALID"),
        (-2144108105, 0x803381B7, "REDIRECT_LOCATION_INVALID"),
        (-2144108046, 0x803381F2, "WINRS_IDLETIMEOUT_OUTOFBOUNDS"),
    ],
)
def test_a_number_is_found_signed_and_unsigned(signed: int, number: int, constant: str) -> None:
    found = meaning(signed)
    assert found is not None
    assert (found, found.constant, found.signed) == (meaning(number), constant, signed)


def test_every_message_is_a_sentence_of_its_own_that_says_what_to_change() -> None:
    messages = [code.message for code in error_codes().values()]
    assert all(message[0].isupper() and message.endswith((".", "?")) for message in messages)
    assert all(re.search(r"[:;?] |: '", message) for message in messages if "no code of its own" not in message)


def test_both_tables_call_a_number_the_same() -> None:
    for number, code in error_codes().items():
        if number in BY_NUMBER:
            assert BY_NUMBER[number].constant == code.constant


def test_every_code_in_the_source_is_in_a_table() -> None:
    used = {
        int(text, 16)
        for path in SOURCE.rglob("*.py")
        for text in re.findall(r"0x(8033[0-9A-Fa-f]{4})\b", path.read_text("utf-8"))
    }
    assert len(used) > 150
    assert [f"{number:08X}" for number in sorted(used) if meaning(number) is None] == []


def test_a_fault_without_a_text_gets_the_one_of_its_code() -> None:
    assert "RunAsUser" in make_fault(0x803381DF).message
    assert default_message(BY_NUMBER[0x8033803F]).strip() == error_codes()[0x8033803F].message
    assert meaning(0x12345678) is None
    fault = meaning(0x8033800D)  # only in the table of faults
    assert fault is not None
    assert fault.constant == "WSMAN_SOAP_VERSION_MISMATCH"

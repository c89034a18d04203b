from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from remora.cli.output import LinePrinter, TextPrinter, dump_json, jsonable, session_table, write_clixml
from remora.client.results import StreamItem
from remora.psrp import clixml
from remora.values import (
    ErrorRecord,
    InformationRecord,
    Int64,
    ProgressRecord,
    PSObject,
    SecureString,
    WarningRecord,
)

ID = UUID("0a1b2c3d-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (Int64(5), 5),
        (1.5, 1.5),
        (float("inf"), "inf"),
        (Decimal("2.50"), 2.5),
        (Decimal(3), 3),
        ("x", "x"),
        (b"\x00\xff", "AP8="),
        (ID, str(ID)),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (timedelta(minutes=1), 60.0),
        (SecureString("hunter2"), "***"),
        ([1, {"a": (2,)}], [1, {"a": [2]}]),
        (PSObject.custom(Name="x", Inner=PSObject.custom(a=1)), {"Name": "x", "Inner": {"a": 1}}),
        (WarningRecord(message="w"), "w"),
        (InformationRecord(message_data="told"), "told"),
    ],
)
def test_values_as_json(value: Any, expected: Any) -> None:
    assert jsonable(value) == expected
    json.dumps(jsonable(value))


def test_errors_and_progress_as_json() -> None:
    error = jsonable(ErrorRecord.of("bad", "BadThing"))
    assert (error["message"], error["error_id"], error["category"]) == ("bad", "BadThing", "NotSpecified")
    assert jsonable(ProgressRecord(activity="copy", percent_complete=7))["percent_complete"] == 7


def test_half_of_a_surrogate_pair_is_written_as_json_can() -> None:
    text = dump_json(["\ud83d", "\U0001f600"], indent=None)
    assert text == '["\\ud83d", "\U0001f600"]'
    assert json.loads(text) == ["\ud83d", "\U0001f600"]


def test_a_circle_ends() -> None:
    circle: list[Any] = []
    circle.append(circle)
    json.dumps(jsonable(circle))


def items() -> list[StreamItem]:
    return [
        StreamItem("output", "text"),
        StreamItem("output", 5),
        StreamItem("error", ErrorRecord.of("bad", "Bad")),
        StreamItem("warning", WarningRecord(message="careful")),
        StreamItem("information", InformationRecord(message_data="told")),
    ]


def test_text_goes_to_two_streams_with_labels() -> None:
    out, err = io.StringIO(), io.StringIO()
    printer = TextPrinter("[h] ", out, err)
    for item in items():
        printer.item(item)
    printer.finish()
    assert out.getvalue().splitlines() == ["[h] text", "[h] 5", "[h] told"]
    assert err.getvalue().splitlines() == ["[h] bad", "[h] WARNING: careful"]


def test_a_note_begins_a_line_of_its_own_after_a_question() -> None:
    both = io.StringIO()
    printer = TextPrinter(out=both, err=both)
    printer.echo("name: ")
    printer.error("nobody answers")
    assert both.getvalue() == "name: \nnobody answers\n"


def test_objects_are_formatted_as_powershell_does() -> None:
    out = io.StringIO()
    printer = TextPrinter(out=out, err=io.StringIO())
    for number in range(2):
        printer.item(StreamItem("output", PSObject.custom(Name=f"n{number}", Size=number)))
    printer.finish()
    assert [line.split() for line in out.getvalue().splitlines() if line.strip()] == [
        ["Name", "Size"],
        ["----", "----"],
        ["n0", "0"],
        ["n1", "1"],
    ]


def test_lines_of_json() -> None:
    out = io.StringIO()
    printer = LinePrinter("h", out)
    for item in items():
        printer.item(item)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["stream"] for line in lines] == ["output", "output", "error", "warning", "information"]
    assert all(line["computer"] == "h" for line in lines)


def test_clixml_keeps_streams_and_values() -> None:
    out = io.BytesIO()
    write_clixml([StreamItem("output", Int64(5)), StreamItem("error", ErrorRecord.of("bad", "Bad"))], out)
    read = list(clixml.load_stream(out.getvalue()))
    assert [stream for stream, _value in read] == ["Output", "Error"]
    assert read[0][1] == Int64(5)


class Row:
    id = 4
    name = "ITTask"
    computer_name = "Server01"
    configuration_name = "ITTasks"

    class state:
        value = "Opened"

    class availability:
        value = "Available"


def test_the_session_table_is_that_of_get_pssession() -> None:
    lines = session_table([Row()]).splitlines()  # type: ignore[list-item]
    assert lines[1] == " Id Name            ComputerName    State         ConfigurationName     Availability"
    assert lines[2] == " -- ----            ------------    -----         -----------------     ------------"
    assert lines[3] == "  4 ITTask          Server01        Opened        ITTasks                  Available"

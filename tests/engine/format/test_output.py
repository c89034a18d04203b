from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.errors import PSError, error
from remora.engine.format import CellStyle, format_text
from remora.engine.format.layout import cut, fit, pad, width_of, wrap
from remora.engine.format.records import (
    CLASS_ID,
    CLASSES,
    LEFT,
    NAMESPACE,
    RIGHT,
    AutosizeInfo,
    ComplexViewEntry,
    ComplexViewHeaderInfo,
    FormatEndData,
    FormatEntry,
    FormatEntryData,
    FormatNewLine,
    FormatPropertyField,
    FormatRecord,
    FormatStartData,
    FormatTextField,
    FrameInfo,
    GroupEndData,
    GroupingEntry,
    GroupStartData,
    ListViewEntry,
    ListViewField,
    ListViewHeaderInfo,
    RawTextFormatEntry,
    TableColumnInfo,
    TableHeaderInfo,
    TableRowEntry,
    WideViewEntry,
    WideViewHeaderInfo,
)
from remora.engine.format.remote import revive
from remora.engine.wire import from_wire, to_wire
from remora.psrp import clixml
from remora.values import Hashtable, PSObject, Version

custom = PSObject.custom


def text(*values: object, width: int = 120) -> str:
    return "\n".join(format_text(values, width))


def test_up_to_four_properties_make_a_table() -> None:
    assert text(custom(Name="a", Size=1), custom(Name="longer", Size=200)) == (
        "\nName   Size\n----   ----\na         1\nlonger  200\n"
    )


def test_five_properties_make_a_list() -> None:
    assert text(custom(a=1, bb=None, c=[1, 2, 3, 4, 5], d=True, e="x")) == (
        "\na  : 1\nbb : \nc  : {1, 2, 3, 4…}\nd  : True\ne  : x\n"
    )


def test_lists_are_apart_by_an_empty_line() -> None:
    one = custom(a=1, b=2, c=3, d=4, e=5)
    assert text(one, one).count("\n\na : 1") == 1
    assert text(one, one).startswith("\na : 1\nb : 2\nc : 3\nd : 4\ne : 5\n\na : 1")


def test_plain_values_stand_on_lines_of_their_own() -> None:
    assert text("s", 3, 1.5, True, None, 1e15, 2.0) == "s\n3\n1.5\nTrue\n1E+15\n2"


def test_texts_stand_between_the_rows_of_a_table() -> None:
    assert text(custom(a=1), "between", custom(a=2)) == "\na\n-\n1\nbetween\n2\n"


def test_another_type_becomes_a_list_inside_of_a_view_and_a_row_of_chosen_columns() -> None:
    assert text(Version(1, 2), custom(a=1)).split("\n")[4:] == ["", "a : 1", "", ""]
    assert text(custom(a="x"), timedelta(1)) == "\na\n-\nx\n\n"


def test_later_objects_of_the_same_type_keep_the_first_ones_columns() -> None:
    assert text(custom(a=1, b=2), custom(b=3, c=4)) == "\na b\n- -\n1 2\n  3\n"


def test_hashtables_are_pairs() -> None:
    assert text(Hashtable({"a": 1, "list": [1, 2]})) == (
        "\nName                           Value\n----                           -----\n"
        "a                              1\nlist                           {1, 2}\n"
    )


def test_dates_print_in_the_long_form_and_short_in_cells() -> None:
    moment = datetime(2024, 2, 29, 15, 4, 5)
    assert text(moment) == "\nThursday, February 29, 2024 3:04:05 PM\n"
    assert "2/29/2024 3:04:05 PM" in text(custom(When=moment))


def test_a_time_span_is_a_list() -> None:
    assert text(timedelta(hours=1)).startswith("\nDays              : 0\nHours             : 1\n")


def test_wide_values_are_cut_with_an_ellipsis_and_columns_dropped_from_the_right() -> None:
    lines = text(custom(a="x" * 50, b=1), width=20).split("\n")
    assert lines[1:4] == ["a", "-" + " " * 19, "x" * 19 + "…"]
    lines = text(custom(a="x" * 10, b="y" * 20), width=20).split("\n")
    assert lines[3] == "xxxxxxxxxx yyyyyyyy…"


def test_cells_show_only_their_first_line() -> None:
    assert "one…" in text(custom(a="one\ntwo"))


def test_long_list_values_go_on_below_their_beginning() -> None:
    lines = text(custom(a="word " * 12, b=1, c=1, d=1, e=1), width=30).split("\n")
    assert lines[1] == "a : word word word word word "
    assert lines[2] == "    word word word word word "


def test_the_enumeration_limit_is_a_setting() -> None:
    shown = format_text([custom(a=[1, 2, 3])], style=CellStyle(enumeration_limit=1))
    assert "{1…}" in shown[3]
    assert "{1, 2, 3, 4, 5, 6}" in format_text([custom(a=[1, 2, 3, 4, 5, 6])], style=CellStyle(enumeration_limit=-1))[3]


def test_nested_objects_in_cells() -> None:
    assert "@{x=1; y=2}" in text(custom(a=custom(x=1, y=2)))
    assert "{[k, 1]}" in text(custom(a=Hashtable({"k": 1})))


def test_deserialized_objects_use_the_view_of_their_type() -> None:
    process = PSObject(
        ("Deserialized.System.Diagnostics.Process", "Deserialized.System.Object"),
        adapted={"Id": 42, "ProcessName": "init", "PM": 1048576, "WS": 2097152, "CPU": 1.234, "NPM": 0, "SI": 1},
    )
    assert text(process).split("\n")[3] == "      0     1.00       2.00       1.23      42   1 init"


def test_files_are_grouped_by_directory() -> None:
    def item(name: str, parent: str) -> PSObject:
        return PSObject(
            ("Deserialized.System.IO.FileInfo",),
            adapted={"Name": name, "Length": 5, "LastWriteTime": datetime(2024, 1, 2, 3, 4), "Mode": "-----"},
            extended={"PSParentPath": f"Microsoft.PowerShell.Core\\FileSystem::{parent}"},
        )

    shown = text(item("a", "/x"), item("b", "/x"), item("c", "/y"))
    assert shown.count("    Directory: /x") == 1
    assert shown.count("    Directory: /y") == 1
    assert shown.count("UnixMode") == 2
    assert "-----                              1/2/2024 03:04            5 a" in shown


def test_errors_among_the_output_print_in_the_concise_view() -> None:
    assert text(error("no good", "Bad").record) == "RuntimeException: no good"


@pytest.mark.parametrize(
    ("widths", "total", "fitted"),
    [
        ([5, 5], 11, [5, 5]),
        ([5, 9], 11, [5, 5]),
        ([5, 9], 8, [5, 2]),
        ([50], 10, [10]),
        ([4, 4, 4], 9, [4, 4, -1]),
        ([5, 0], 20, [5, 14]),
        ([0, 0], 20, [10, 9]),
    ],
)
def test_fit(widths: list[int], total: int, fitted: list[int]) -> None:
    assert fit(widths, total) == fitted


def test_wide_characters_take_two_columns() -> None:
    assert width_of("日本") == 4
    assert cut("日本語", 5) == "日本…"
    assert pad("日", 4, LEFT) == "日  "


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(1, 100))
def test_fitted_columns_never_exceed_the_line(widths: list[int], total: int) -> None:
    visible = [width for width in fit(widths, total) if width > 0]
    assert visible
    assert sum(visible) + len(visible) - 1 <= max(total, 1)


@given(st.text(alphabet="ab cd\n日", max_size=80), st.integers(2, 30))
def test_wrapping_keeps_all_words_and_the_width(value: str, width: int) -> None:
    lines = wrap(value, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(value.split())


VALUES = st.one_of(
    st.text(max_size=10),
    st.integers(),
    st.none(),
    st.floats(),
    st.lists(st.integers(), max_size=6),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=4),
)


@given(st.lists(VALUES, max_size=6), st.integers(1, 200))
def test_formatting_never_fails(values: list[object], width: int) -> None:
    for value in values:
        format_text([custom({"v": value, "w": 1}), value], width)


def test_utc_dates_do_not_break_cells() -> None:
    assert "1/1/2024 12:00:00 AM" in text(custom(d=datetime(2024, 1, 1, tzinfo=UTC)))


FIELD = FormatPropertyField("x", RIGHT)
RECORDS = [
    FormatStartData(TableHeaderInfo([TableColumnInfo(5, LEFT, "a"), TableColumnInfo(0, RIGHT, None, "b")], True)),
    FormatStartData(ListViewHeaderInfo(), AutosizeInfo(0)),
    FormatStartData(WideViewHeaderInfo(3)),
    FormatStartData(ComplexViewHeaderInfo()),
    GroupStartData(GroupingEntry([FormatEntry([FormatTextField("head"), FormatNewLine()], FrameInfo(1, 2, -1))])),
    FormatEntryData(TableRowEntry([FIELD, FormatPropertyField("ä\n")], True)),
    FormatEntryData(ListViewEntry([ListViewField("l", None, FIELD), ListViewField(None, "m")])),
    FormatEntryData(WideViewEntry(FIELD)),
    FormatEntryData(ComplexViewEntry([FormatEntry([FIELD])]), True, "Warning"),
    FormatEntryData(RawTextFormatEntry("raw"), True),
    GroupEndData(),
    FormatEndData(),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_of_format_cmdlets_survive_the_wire(record: FormatRecord) -> None:
    received = from_wire(clixml.loads(clixml.dumps(to_wire(record, 1))))
    assert revive(received) == record


def test_a_record_on_the_wire_has_the_fields_windows_sends() -> None:
    received = clixml.loads(clixml.dumps(to_wire(RECORDS[0], 1)))
    assert received.type_name == "Microsoft.PowerShell.Commands.Internal.Format.FormatStartData"
    assert received["ClassId2e4f51ef21dd47e99d3c952918aff9cd"] == "033ecb2bc07a4d43b5ef94ed5a35d280"
    shape = received["shapeInfo"]
    assert shape["hideHeader"] is True
    assert [part["width"] for part in shape["tableColumnInfoList"]] == [5, 0]
    assert [part["HeaderMatchesProperty"] for part in shape["tableColumnInfoList"]] == [True, True]


KEYS = ["shapeInfo", "groupingEntry", "formatEntryInfo", "formatValueList", "outOfBand", "alignment", "text", CLASS_ID]
IDS = st.sampled_from(list(CLASSES))
LEAVES = st.one_of(st.none(), st.integers(), st.text(max_size=4), st.booleans(), IDS)


def _tree(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    members = st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    return st.one_of(st.lists(inner, max_size=3), st.builds(_object, IDS, members))


def _object(class_id: str, members: dict[str, object]) -> PSObject:
    return PSObject((f"Deserialized.{NAMESPACE}FormatStartData",), adapted={CLASS_ID: class_id, **members})


@given(st.builds(_object, IDS, st.dictionaries(st.sampled_from(KEYS), st.recursive(LEAVES, _tree, max_leaves=8))))
def test_broken_records_from_elsewhere_are_just_objects(value: PSObject) -> None:
    with suppress(PSError):
        format_text([value, "after"])


def test_a_variable_of_the_environment_keeps_text_plain(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("__SuppressAnsiEscapeSequences", "")
    script = "('a b' | Select-String b | Out-String).Contains([char]27)"
    hide = "$env:__SuppressAnsiEscapeSequences = '1'"
    assert run(f"$PSStyle.OutputRendering = 'Ansi'; {script}; {hide}; {script}").outputs == [True, False]

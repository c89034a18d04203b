"""The declared types: every signature names known types, no member falls through to Python attributes, formats and
conversions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import object_text
from remora.engine.errors import PSError
from remora.engine.members.overloads import substituted
from remora.engine.nettype import Method, NetType
from remora.engine.text.composite import format_composite, format_value
from remora.engine.types import typeref
from remora.engine.types.catalog import load_all, load_basic
from remora.engine.types.typeref import find_type
from remora.values.numbers import Byte, Int64, Single
from remora.values.strings import Char
from tests.engine.conftest import Outcome


def all_types() -> list[NetType]:
    load_basic()
    find_type("no such type at all")
    load_all()
    return list({id(net): net for net in typeref._BY_NAME.values()}.values())


def test_every_signature_names_known_types() -> None:
    unknown = set()
    for net in all_types():
        methods = [m for m in (*net.members.values(), *net.statics.values()) if isinstance(m, Method)]
        for overload in (*(o for m in methods for o in m.overloads), *net.constructors):
            names = (substituted(p.lstrip("*"), None) for p in overload.parameters)
            unknown |= {(net.name, name) for name in names if typeref.type_from_text(name) is None}
    assert unknown == set()


@pytest.mark.parametrize(
    "name", ["__class__", "__init__", "_find", "net_type", "items", "append", "format", "encode", "popitem"]
)
def test_python_attributes_are_not_members(run: Any, name: str) -> None:
    for value in (
        "'text'",
        "(5)",
        "@(1,2)",
        "@{a=1}",
        "([pscustomobject]@{a=1})",
        "(Get-Item /)",
        "$Error",
        "$Host",
        "[int]",
    ):
        outcome = run(f"{value}.{name}")
        assert outcome.texts in ([], [""]), (value, name)
        assert run(f"{value}.{name}()").ids in (["MethodNotFound"], ["InvokeMethodOnNull"])


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        (1234.567, "N2", "1,234.57"),
        (1234, "N0", "1,234"),
        (0.126, "P1", "12.6%"),
        (255, "X4", "00FF"),
        (-1, "X", "FFFFFFFF"),
        (5, "D3", "005"),
        (1234.5, "F1", "1234.5"),
        (1234.5, "E2", "1.23E+003"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.5, "0.##", "0.5"),
        (5, "000", "005"),
        (-5, "0;(0)", "(5)"),
        (0, "0;-0;zero", "zero"),
        (12.345, "00.0", "12.3"),
        (0.256, "0%", "26%"),
        (1e6, "#,#,", "1,000"),
        (2.5, "F0", "2"),
        (Decimal("2.345"), "F2", "2.35"),
        (Byte(10), "X2", "0A"),
        (Int64(-1), "X", "F" * 16),
        (3.14159, "G3", "3.14"),
        (datetime(2024, 5, 6, 7, 8, 9), "yyyy-MM-ddTHH:mm:ss", "2024-05-06T07:08:09"),
        (datetime(2024, 5, 6, 17, 8, 9), "h:mm tt", "5:08 PM"),
        (datetime(2024, 5, 6, tzinfo=UTC), "o", "2024-05-06T00:00:00.0000000Z"),
        (datetime(2024, 5, 6), "dddd d MMM", "Monday 6 May"),
        (timedelta(hours=26, minutes=3), "c", "1.02:03:00"),
        (timedelta(minutes=3), r"hh\:mm", "00:03"),
    ],
)
def test_formats(value: Any, spec: str, expected: str) -> None:
    assert format_value(value, spec) == expected


def test_composite_formats() -> None:
    assert format_composite("{0,-5}|{1,5}|{{}}", ["ab", 1]) == "ab   |    1|{}"
    for bad in ("{", "}", "{0", "{x}", "{1}"):
        with pytest.raises(PSError):
            format_composite(bad, [1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1e15, "1E+15"),
        (1e14, "100000000000000"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (1234567890123456.7, "1.23456789012346E+15"),
        (0.1 + 0.2, "0.3"),
        (Single(16777216), "1.677722E+07"),
        (float("nan"), "NaN"),
        (float("-inf"), "-∞"),
        (1.5e300, "1.5E+300"),
        (Decimal("1.10"), "1.10"),
        (True, "True"),
        (None, ""),
        ([1, [2, 3]], "1 System.Object[]"),
        (datetime(2024, 1, 2), "01/02/2024 00:00:00"),
        (timedelta(days=1, seconds=1.5), "1.00:00:01.5000000"),
    ],
)
def test_texts(value: Any, expected: str) -> None:
    assert to_text(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_double_text_reads_back(value: float) -> None:
    assert convert_to(object_text(value), "double") == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (2.0**53, "9007199254740992"),
        (1e17 + 16, "1.0000000000000002E+17"),
        (1e15, "1E+15"),
    ],
)
def test_own_texts_of_doubles(value: float, expected: str) -> None:
    assert object_text(value) == expected


@given(st.integers(-(2**63), 2**63 - 1))
def test_long_text_reads_back(value: int) -> None:
    assert convert_to(str(value), "long") == value


@pytest.mark.parametrize(
    ("value", "target", "id"),
    [
        ("abc", "int", "InvalidCastFromStringToInteger"),
        ("x", "double", "InvalidCastFromStringToDoubleOrSingle"),
        ("x", "decimal", "InvalidCastFromStringToDecimal"),
        (300, "byte", "InvalidCastIConvertible"),
        (2.0**40, "int", "InvalidCastIConvertible"),
        ([1, 2], "int", "ConvertToFinalInvalidCastException"),
        ("nope", "guid", "InvalidCastParseTargetInvocation"),
        ("notadate", "datetime", "InvalidCastParseTargetInvocationWithFormatProvider"),
        ("ab", "char", "InvalidCastIConvertible"),
        (5, "hashtable", "ConvertToFinalInvalidCastException"),
        (None, "datetime", "nullToObjectInvalidCast"),
    ],
)
def test_refused_conversions(value: Any, target: str, id: str) -> None:
    with pytest.raises(PSError) as caught:
        convert_to(value, target)
    assert caught.value.record.fully_qualified_id == id


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("1kb", "int", 1024),
        (" 0x10 ", "int", 16),
        (2.5, "int", 2),
        (3.5, "int", 4),
        (True, "int", 1),
        (Char("A"), "int", 65),
        ("5", "long", Int64(5)),
        ([5], "int", 5),
        ("a", "char", Char("a")),
        (65, "char", Char("A")),
        ("12:30", "timespan", timedelta(hours=12, minutes=30)),
        ("2024-02-29", "datetime", datetime(2024, 2, 29)),
        ("2/29/2024 3:04 PM", "datetime", datetime(2024, 2, 29, 15, 4)),
        ("Feb 29, 2024", "datetime", datetime(2024, 2, 29)),
        ("", "int", 0),
        (None, "string", ""),
        ([1, 2], "string", "1 2"),
    ],
)
def test_conversions(value: Any, target: str, expected: Any) -> None:
    made = convert_to(value, target)
    assert (type(made), made) == (type(expected), expected)


@given(
    st.one_of(
        st.text(max_size=12), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers(), max_size=2)
    ),
    st.sampled_from(
        [
            "int",
            "long",
            "byte",
            "double",
            "decimal",
            "char",
            "string",
            "bool",
            "datetime",
            "timespan",
            "guid",
            "version",
            "int[]",
            "bigint",
        ]
    ),
)
def test_conversion_raises_nothing_but_its_own_errors(value: Any, target: str) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**31) <= value < 2**31:
        value = float(value) if abs(value) < 2**1000 else 0
    made = attempt(value, target)
    assert made is None or made is not NotImplemented


def attempt(value: Any, target: str) -> Any:
    try:
        return convert_to(value, target)
    except PSError:
        return None


def test_a_text_becomes_an_exception_with_that_message(run: Callable[..., Outcome]) -> None:
    done = run("try { throw [System.IO.IOException]'disk' } catch [System.IO.IOException] { $_.Exception.Message }")
    assert done.texts == ["disk"]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("$t = @{ a = 1 }; ([pscustomobject]$t).a.GetType().Name; ([pscustomobject]$t).GetType().Name",
         ["Int32", "PSCustomObject"]),
        ("([pscustomobject][ordered]@{ b = 1; a = 2 }).psobject.Properties.Name", ["b", "a"]),
        ("([pscustomobject]'text').GetType().Name; ([psobject]@{ a = 1 }).GetType().Name", ["String", "Hashtable"]),
        ("[decimal]::MinValue; [decimal]::MaxValue",
         ["-79228162514264337593543950335", "79228162514264337593543950335"]),
        ("$a = 1, @(2, 3), [int[]](4, 5); \"$a\"; \"$(6, @(7))\"; $ofs = '-'; \"$a\"",
         ["1 System.Object[] System.Int32[]", "6 System.Object[]", "1-System.Object[]-System.Int32[]"]),
        (("$p = [System.Management.Automation.Platform]; $p::IsCoreCLR; $p::IsWindows -eq $IsWindows; "
         "$p::IsLinux -eq $IsLinux; $p::IsMacOS -eq $IsMacOS; $p::IsNanoServer; $p::IsIoT; $p::IsWindowsDesktop"),
         ["True", "True", "True", "True", "False", "False", "False"]),
    ],
)  # fmt: skip
def test_casts_and_texts(run: Callable[..., Outcome], script: str, texts: list[str]) -> None:
    done = run(script)
    assert (done.texts, done.ids) == (texts, [])

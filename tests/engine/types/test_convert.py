"""The class Convert: every method with its values, types and exceptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_C = "[convert]"
CASES = [
    ((f"{_C}::ToInt32('ff', 16); {_C}::ToInt32('0xff', 16); {_C}::ToInt32('101', 2); {_C}::ToInt32('17', 8); "
     f"{_C}::ToInt32('FFFFFFFF', 16); {_C}::ToByte('ff', 16)"),
     ["Int32:255", "Int32:255", "Int32:5", "Int32:15", "Int32:-1", "Byte:255"]),
    ((f"{_C}::ToInt32(2.5); {_C}::ToInt32(3.5); {_C}::ToInt32($true); {_C}::ToInt32([char]'A'); {_C}::ToInt32($null); "
     f"{_C}::ToInt32('12')"), ["Int32:2", "Int32:4", "Int32:1", "Int32:65", "Int32:0", "Int32:12"]),
    (f"{_C}::ToByte(300)", ["!OverflowException"]),
    (f"{_C}::ToInt32('3000000000')", ["!OverflowException"]),
    (f"{_C}::ToInt32('1,5')", ["!FormatException"]),
    (f"{_C}::ToInt32('zz', 16)", ["!FormatException"]),
    (f"{_C}::ToInt32('5', 3)", ["!ArgumentException"]),
    (f"{_C}::ToInt32('-5', 16)", ["!ArgumentException"]),
    (f"{_C}::ToInt32('', 16)", ["!ArgumentOutOfRangeException"]),
    (f"{_C}::ToInt32(@{{}})", ["!InvalidCastException"]),
    (f"{_C}::ToInt32()", ["!MethodCountCouldNotFindBest"]),
    (f"{_C}::ToInteger(1)", ["!MethodNotFound"]),
    ((f"{_C}::ToString(255, 2); {_C}::ToString(255, 16); {_C}::ToString(-1, 16); {_C}::ToString([int16]-1, 16); "
     f"{_C}::ToString([long]-1, 16).Length; {_C}::ToString(8, 8); {_C}::ToString(12); {_C}::ToString($true)"),
     ["String:11111111", "String:ff", "String:ffffffff", "String:ffff", "Int32:16", "String:10", "String:12",
      "String:True"]),
    (f"{_C}::ToBoolean('TRUE'); {_C}::ToBoolean(0); {_C}::ToBoolean(0.5)",
     ["Boolean:True", "Boolean:False", "Boolean:True"]),
    (f"{_C}::ToBoolean('1')", ["!FormatException"]),
    (f"{_C}::ToBoolean([char]'a')", ["!InvalidCastException"]),
    (f"{_C}::ToChar(65); {_C}::ToChar('a')", ["Char:A", "Char:a"]),
    (f"{_C}::ToChar('ab')", ["!FormatException"]),
    (f"{_C}::ToDateTime('2024-01-02')", ["DateTime:01/02/2024 00:00:00"]),
    (f"{_C}::ToDateTime(5)", ["!InvalidCastException"]),
    ((f"{_C}::ToDecimal('1.10'); {_C}::ToDouble('1.5'); {_C}::ToSingle(1.5); {_C}::ToInt16(7); {_C}::ToInt64('5'); "
     f"{_C}::ToSByte(-5); {_C}::ToUInt16(5); {_C}::ToUInt32(5); {_C}::ToUInt64(5)"),
     ["Decimal:1.10", "Double:1.5", "Single:1.5", "Int16:7", "Int64:5", "SByte:-5", "UInt16:5", "UInt32:5",
      "UInt64:5"]),
    ((f"{_C}::ToBase64String([byte[]](1, 2, 3)); {_C}::ToBase64String([byte[]](1, 2, 3), 1, 2); "
     f"{_C}::ToBase64String([byte[]](1..60), 'InsertLineBreaks').Length; {_C}::FromBase64String(' AQ ID ')"),
     ["String:AQID", "String:AgM=", "Int32:82", "Byte:1", "Byte:2", "Byte:3"]),
    (f"{_C}::FromBase64String('a')", ["!FormatException"]),
    (f"{_C}::FromBase64CharArray([char[]]'xAQID', 1, 4)", ["Byte:1", "Byte:2", "Byte:3"]),
    (f"{_C}::ToHexString([byte[]](1, 255)); {_C}::ToHexString([byte[]](1, 255), 1, 1); {_C}::FromHexString('01fF')",
     ["String:01FF", "String:FF", "Byte:1", "Byte:255"]),
    (f"{_C}::FromHexString('abc')", ["!FormatException"]),
    (f"{_C}::FromHexString('xy')", ["!FormatException"]),
    ((f"{_C}::ChangeType('5', [int]); {_C}::ChangeType(5, [string]); {_C}::ChangeType('1.5', 'Double'); "
     f"{_C}::ChangeType(1.5, [TypeCode]::Int32)"), ["Int32:5", "String:5", "Double:1.5", "Int32:2"]),
    (f"{_C}::ChangeType($null, [int])", ["!InvalidCastException"]),
    (f"{_C}::GetTypeCode('a'); {_C}::IsDBNull([DBNull]::Value); {_C}::IsDBNull(1); {_C}::DBNull -eq [DBNull]::Value",
     ["TypeCode:String", "Boolean:True", "Boolean:False", "Boolean:True"]),
    ("(5).GetTypeCode(); (5).CompareTo(6); (5).CompareTo($null); $true.GetTypeCode(); $true.CompareTo($false)",
     ["TypeCode:Int32", "Int32:-1", "Int32:1", "TypeCode:Boolean", "Int32:1"]),
    ("(5).CompareTo('a')", ["!ArgumentException"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_convert(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected

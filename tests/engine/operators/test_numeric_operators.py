"""Arithmetic and bits: the type of each result as well as its value."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

CASES = [
    ("[byte]1 + [byte]1", "Int32:2"),
    ("[int16]3 * [int16]4", "Int32:12"),
    ("[single]1.5 + [single]1", "Double:2.5"),
    ("[uint32]1 + 1", "UInt32:2"),
    ("[uint32]1 + -1", "Int64:0"),
    ("[uint32]1 - 2", "Double:-1"),
    ("[uint32]::MaxValue + [uint32]1", "Double:4294967296"),
    ("[uint64]1 + 1", "UInt64:2"),
    ("[uint64]1 + -1", "Decimal:0"),
    ("[long]1 + 1", "Int64:2"),
    ("[long]::MaxValue + 1", "Double:9.22337203685478E+18"),
    ("[int]::MaxValue + 1", "Double:2147483648"),
    ("-[int]::MinValue", "Double:2147483648"),
    ("1d + 1.5", "Decimal:2.5"),
    ("[decimal]1.10 + 1", "Decimal:2.1"),
    ("10/4", "Double:2.5"),
    ("10/5", "Int32:2"),
    ("[bigint]5 / 2", "Numerics.BigInteger:2"),
    ("[bigint]-10 % 3", "Numerics.BigInteger:-1"),
    ("0xFFFFFFFFFFFFFFFF", "Int64:-1"),
    ("0x0000000000000001", "Int64:1"),
    ("0x0000000000000001u", "UInt32:1"),
    ("0xFFFFFFFFFF", "Int64:1099511627775"),
    ("0b11111111", "Int32:-1"),
    ("0b011111111", "Int32:255"),
    ("0b111111111", "Int32:511"),
    ("0b1111111111111111l", "Int64:-1"),
    ("0b11111111u", "UInt32:255"),
    ("0b11111111n", "Numerics.BigInteger:-1"),
    ("[uint32]'0xFF000000'", "UInt32:4278190080"),
    ("[int16]'0xFFFF'", "Int16:-1"),
    ("[sbyte]'0x1FF'", "!InvalidCastFromStringToInteger"),
    ("[DayOfWeek]::Monday + 1", "DayOfWeek:Tuesday"),
    ("[DayOfWeek]::Friday - '1'", "DayOfWeek:Thursday"),
    ("[DayOfWeek]::Monday * 2", "DayOfWeek:Tuesday"),
    ("([DayOfWeek]::Saturday + 1) % 7", "DayOfWeek:Sunday"),
    ("[DayOfWeek]::Saturday / 2", "DayOfWeek:Wednesday"),
    ("[DayOfWeek]::Monday / 2", "!System.InvalidCastException"),
    ("1 + [DayOfWeek]::Monday", "Int32:2"),
    ("-7 % 3", "Int32:-1"),
    ("3 % 2.5", "Double:0.5"),
    ("[char]'a' - 1", "Int32:96"),
    ("[byte]255 -shl 1", "Byte:254"),
    ("[int16]1 -shl 15", "Int16:-32768"),
    ("1 -shl 33", "Int32:2"),
    ("1 -shl 31", "Int32:-2147483648"),
    ("1L -shl 33", "Int64:8589934592"),
    ("[uint32]1 -shl 31", "UInt32:2147483648"),
    ("-8 -shr 1", "Int32:-4"),
    ("[uint32]::MaxValue -shr 1", "UInt32:2147483647"),
    ("-bnot [uint32]1", "UInt32:4294967294"),
    ("-bnot [uint64]0", "UInt64:18446744073709551615"),
    ("-bnot [byte]1", "Int32:-2"),
    ("-bnot 1.6", "Int32:-3"),
    ("-bnot '5'", "Int32:-6"),
    ("'7' -bor 8", "Int32:15"),
    ("$true -band $false", "Int32:0"),
    ("$null -bor 5", "Int32:5"),
    ("[System.IO.FileAttributes]'Hidden' -bor 'System'", "!InvalidCastFromStringToInteger"),
    ("[System.IO.FileAttributes]'Hidden' -bor [System.IO.FileAttributes]'System'", "IO.FileAttributes:Hidden, System"),
    ("1 -bor [System.IO.FileAttributes]'Hidden'", "Int32:3"),
    ("[System.Security.AccessControl.AceFlags]'ObjectInherit' -band 2", "Security.AccessControl.AceFlags:None"),
    ("-bnot [System.Security.AccessControl.AceFlags]'ObjectInherit'", "Security.AccessControl.AceFlags:254"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_numbers(run: Any, script: str, expected: str) -> None:
    assert shapes(run(script)) == [expected]

"""Ranges: walked by loops and pipelines without an array, and arrays everywhere else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

CASES = [
    ("1..1e9 | Select-Object -First 3", ["Int32:1", "Int32:2", "Int32:3"]),
    ("0..2147483647 | ForEach-Object { $_; if ($_ -ge 1) { break } }", ["Int32:0", "Int32:1"]),
    ("$n = 0; foreach ($i in 1..1e9) { $n++; if ($n -ge 3) { break } }; $n", ["Int32:3"]),
    ("-1..-2147483648 | Select-Object -First 2", ["Int32:-1", "Int32:-2"]),
    ("$a = 1..1e9", ["!RangeTooLarge"]),
    ("@(1..1e9).Count", ["!RangeTooLarge"]),
    ("1..3 | Measure-Object | ForEach-Object Count; (1..3).GetType().Name", ["Int32:3", "String:Object[]"]),
    ("1..3 > $null; 'a'..'c' | Write-Output", ["Char:a", "Char:b", "Char:c"]),
    ("2..$null | ForEach-Object { $_ }", ["Int32:2", "Int32:1", "Int32:0"]),
    ("1..'x' | ForEach-Object { 1 }", ["!InvalidCastFromStringToInteger"]),
    ("1..2 | ForEach-Object { $input }; 1.5..3.2 | Write-Output", ["Int32:2", "Int32:3"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_ranges(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected

"""Static methods of Array."""

from __future__ import annotations

from typing import Any

import pytest

IS = "[Predicate[int]] { $args[0] -gt 1 }"
CASES = [
    ("[array]::BinarySearch((1, 3, 5), 3); [array]::BinarySearch((1, 3, 5), 4)", "1 -3"),
    (f"[array]::Find([int[]] (1, 2, 3), {IS}); [array]::FindLast([int[]] (1, 2, 3), {IS})", "2 3"),
    (f"$f = [array]::FindAll([int[]] (1, 2, 3), {IS}); $f; $f.GetType().Name", "2 3 Int32[]"),
    (f"[array]::FindIndex([int[]] (1, 2, 3), {IS}); [array]::FindLastIndex([int[]] (1, 2, 3), {IS})", "1 2"),
    (f"[array]::FindIndex([int[]] (1, 1), {IS}); [array]::Exists([int[]] (1, 2), {IS})", "-1 True"),
    (f"[array]::TrueForAll([int[]] (1, 2), {IS}); [array]::TrueForAll([int[]] (2, 3), {IS})", "False True"),
    ("$c = [array]::ConvertAll([int[]] (1, 2), [Converter[int, string]] { \"n$($args[0])\" }); $c; $c.GetType().Name",
     "n1 n2 String[]"),
    ("$global:sum = 0; [array]::ForEach([int[]] (1, 2), [Action[int]] { $global:sum += $args[0] }); $sum", "3"),
    ("$a = [int[]] (1, 2); [array]::Fill($a, '7'); $a; [array]::Clear($a); $a", "7 7 0 0"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_results(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


def test_the_name_of_the_user(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.delenv("LOGNAME", raising=False)
    assert run("[Environment]::UserName -eq (id -un)").texts == ["True"]

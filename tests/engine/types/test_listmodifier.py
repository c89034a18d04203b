"""PSListModifier."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("modifier", "before", "after"),
    [
        ("[pslistmodifier]@{ Add = 1, 2 }", "5", "5 1 2"),
        ("[pslistmodifier]@{ Remove = 5; Add = 6 }", "5, 7", "7 6"),
        ("[pslistmodifier]@{ Replace = 3 }", "5, 7", "3"),
        ("[pslistmodifier]@{}", "5", "5"),
        ("[pslistmodifier]::new(5, 8)", "5, 7", "7 8"),
        ("[pslistmodifier]::new()", "5", "5"),
        ("[pslistmodifier]::new(9)", "5", "9"),
    ],
)
def test_modifiers_change_lists(run: Any, modifier: str, before: str, after: str) -> None:
    script = f'$m = {modifier}; $l = [Collections.ArrayList]@({before}); $m.ApplyTo($l); "$l"; $m.GetType().Name'
    assert run(script).texts == [after, "PSListModifier"]


def test_parts_are_lists(run: Any) -> None:
    script = '$m = [pslistmodifier]@{ Add = 1; Remove = 2, 3 }; "$($m.Add)|$($m.Remove)|$($m.Replace.Count)"'
    assert run(script).texts == ["1|2 3|0"]


@pytest.mark.parametrize("table", ["@{ Other = 1 }", "@{ Replace = 1; Add = 2 }"])
def test_other_keys_are_refused(run: Any, table: str) -> None:
    script = f"try {{ [pslistmodifier]{table} }} catch {{ $_.FullyQualifiedErrorId }}"
    assert run(script).texts == ["InvalidCastConstructorTargetInvocationException"]


def test_no_list_is_an_error(run: Any) -> None:
    script = "try { ([pslistmodifier]@{}).ApplyTo($null) } catch { $_.FullyQualifiedErrorId }"
    assert run(script).texts == ["ArgumentNullException"]

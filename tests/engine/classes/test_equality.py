"""Instances as elements and keys of collections: by Equals() and GetHashCode() of their class."""

from __future__ import annotations

from typing import Any

import pytest

CLASS = (
    "class P { [int] $x; P([int] $x) { $this.x = $x }; [bool] Equals($o) { return $this.x -eq $o.x };"
    " hidden [int] GetHashCode() { return 17 * $this.x } } class Q { [int] $x = 1 }\n"
)
LISTED = "[Collections.Generic.%s]::new()"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"$s = {LISTED % 'HashSet[P]'}; $s.Add([P]::new(3)); $s.Add([P]::new(3)); $s.Contains([P]::new(3)); $s.Count",
         ["True", "False", "True", "1"]),
        (f"$d = {LISTED % 'Dictionary[P,int]'}; $d[[P]::new(3)] = 5; $d[[P]::new(3)]; $d.ContainsKey([P]::new(4))",
         ["5", "False"]),
        (f"$l = {LISTED % 'List[P]'}; $l.Add([P]::new(3)); $l.IndexOf([P]::new(3)); $l.Contains([P]::new(4))",
         ["0", "False"]),
        ("$h = @{}; $h[[P]::new(3)] = 6; $h[[P]::new(3)]", ["6"]),
        (f"$s = {LISTED % 'HashSet[Q]'}; $q = [Q]::new(); $s.Add($q); $s.Add([Q]::new()); $s.Contains($q)",
         ["True", "True", "True"]),
    ],
)  # fmt: skip
def test_members_of_collections(run: Any, script: str, expected: list[str]) -> None:
    assert run(CLASS + script).texts == expected

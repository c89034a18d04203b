"""PSPropertyExpression: casts, patterns, blocks, and as a property of cmdlets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_O = "$o = [pscustomobject]@{ Name = 1; Nab = 2 }"
CASES = [
    (
        (
            f"{_O}; $e = [pspropertyexpression]'Na*'; $e.HasWildCardCharacters; \"$e\"; $e.ResolveNames($o).Count; "
            "$e.GetValues($o).Result"
        ),
        ["Boolean:True", "String:Na*", "Int32:2", "Int32:1", "Int32:2"],
    ),
    (f"{_O}; [pspropertyexpression]::new('Na*', $true).ResolveNames($o).Count", ["Int32:1"]),
    (
        f"{_O}; $e = [pspropertyexpression]{{ $_.Name + 1 }}; $e.GetValues($o)[0].Result; $e.Script.GetType().Name",
        ["Int32:2", "String:ScriptBlock"],
    ),
    (
        f"{_O}; $v = ([pspropertyexpression]{{ throw 'no' }}).GetValues($o)[0]; $v.Exception.Message",
        ["String:no"],
    ),
    ("[pspropertyexpression]::new('')", ["!PSArgumentNullException"]),
    (f"{_O}; ($o | Select-Object -Property ([pspropertyexpression]'Nab')).Nab", ["Int32:2"]),
    ("2, 1 | Sort-Object ([pspropertyexpression]{ $_ })", ["Int32:1", "Int32:2"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_property_expressions(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected

"""Where-Object with a property and an operator: each parameter, with case and without."""

from __future__ import annotations

import pytest

from tests.modules.conftest import Session

_ROWS = "'ab', 'AB', 'c' | % { [pscustomobject]@{ n = $_; list = @($_, 1); size = $_.Length } }"
_CASES = [
    ("n -EQ ab", "ab AB"), ("n -CEQ ab", "ab"), ("n -NE ab", "c"), ("n -CNE ab", "AB c"),
    ("size -GT 1", "ab AB"), ("size -GE 2", "ab AB"), ("size -LT 2", "c"), ("size -LE 1", "c"),
    ("n -CGT ab", "AB c"), ("n -CGE AB", "AB c"), ("n -CLT AB", "ab"), ("n -CLE ab", "ab"),
    ("n -Like a*", "ab AB"), ("n -CLike A*", "AB"), ("n -NotLike a*", "c"), ("n -CNotLike A*", "ab c"),
    ("n -Match B", "ab AB"), ("n -CMatch B", "AB"), ("n -NotMatch B", "c"), ("n -CNotMatch B", "ab c"),
    ("n -In AB, x", "ab AB"), ("n -CIn AB, x", "AB"), ("n -NotIn AB, x", "c"), ("n -CNotIn AB, x", "ab c"),
    ("list -Contains AB", "ab AB"), ("list -CContains AB", "AB"), ("list -NotContains AB", "c"),
    ("list -CNotContains AB", "ab c"), ("size -Is string", ""), ("size -Is int", "ab AB c"),
    ("size -IsNot string", "ab AB c"), ("-Not size", ""), ("-Not none", "ab AB c"),
    ("-Property n -Value c -EQ", "c"), ("-FilterScript { $_.n -ceq 'AB' }", "AB"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "left"), _CASES)
def test_what_an_operator_leaves(ps: Session, arguments: str, left: str) -> None:
    assert ps(f"({_ROWS} | Where-Object {arguments}).n -join ' '").output == [left]


def test_one_object_as_a_parameter(ps: Session) -> None:
    assert ps("Where-Object -InputObject 5 { $_ -gt 4 }; Where-Object -InputObject 5 { $_ -gt 6 }").output == [5]


def test_an_empty_name_of_a_property_is_refused(ps: Session) -> None:
    refused = "ParameterArgumentValidationError,Microsoft.PowerShell.Commands."
    assert ps("1 | Where-Object -Property '' -EQ 1").ids == [refused + "WhereObjectCommand"]
    assert ps("1 | ForEach-Object -MemberName ''").ids == [refused + "ForEachObjectCommand"]

"""$null for texts that a cmdlet must have: it stays $null, alone and in arrays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases import cases

_REFUSED = """
Get-Item -Path $null, 'a'
=> ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.GetItemCommand

Get-Item -Path '', 'a'
=> ParameterArgumentValidationErrorEmptyStringNotAllowed,Microsoft.PowerShell.Commands.GetItemCommand

Out-File -FilePath $null -InputObject 1
=> ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.OutFileCommand

Out-File -FilePath '' -InputObject 1
=> ParameterArgumentValidationErrorEmptyStringNotAllowed,Microsoft.PowerShell.Commands.OutFileCommand

Test-Path -Path $null, '' -ErrorAction Stop
=> NullPathNotPermitted,Microsoft.PowerShell.Commands.TestPathCommand

function F { param([Parameter(Mandatory)] [string] $A) }; F $null
=> ParameterArgumentValidationErrorEmptyStringNotAllowed,F

function F { param([Parameter(Mandatory)] [string[]] $A) }; F $null, 'a'
=> ParameterArgumentValidationErrorEmptyStringNotAllowed,F
"""


@pytest.mark.parametrize(("script", "ids"), cases(_REFUSED))
def test_which_null_is_refused(ps: Any, script: str, ids: list[str]) -> None:
    assert ps(script).ids == ids


def test_where_null_is_allowed_it_is_told_from_empty_texts(ps: Any) -> None:
    ran = ps("Test-Path -Path '', $null, '/' -ErrorAction SilentlyContinue")
    assert ran.output == [False, True]

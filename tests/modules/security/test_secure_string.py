"""Secure strings, as .NET objects and through ConvertTo- and ConvertFrom-SecureString; Get-Credential."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modules.conftest import Shell

SECRET = "$s = [securestring]::new(); 'abc'.ToCharArray() | ForEach-Object { $s.AppendChar($_) }; "
PLAIN = "ConvertFrom-SecureString $s -AsPlainText"
TO = ",Microsoft.PowerShell.Commands.ConvertToSecureStringCommand"
FROM = ",Microsoft.PowerShell.Commands.ConvertFromSecureStringCommand"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{PLAIN}; $s.Length; $s.IsReadOnly()", ["abc", 3, False]),
        (f"$s.InsertAt(0, 'x'); $s.SetAt(1, 'y'); $s.RemoveAt(3); {PLAIN}", ["xyb"]),
        ("$s.Clear(); $s.Length", [0]),
        (f"$t = $s.Copy(); $t.AppendChar('d'); {PLAIN}; $t.Length", ["abc", 4]),
        ("$s.MakeReadOnly(); $s.IsReadOnly(); $s.Copy().IsReadOnly()", [True, False]),
        ("ConvertTo-SecureString x -AsPlainText -Force | ConvertFrom-SecureString", ["7800"]),
        ("'780079' + '00' | ConvertTo-SecureString | ConvertFrom-SecureString -AsPlainText", ["xy"]),
        (("$k = 1..24; ConvertFrom-SecureString $s -Key $k | ConvertTo-SecureString -Key $k | "
         "ConvertFrom-SecureString -AsPlainText"), ["abc"]),
        (("$k = ConvertTo-SecureString ('k' * 8) -AsPlainText; $s | ConvertFrom-SecureString -SecureKey $k | "
         "ConvertTo-SecureString -SecureKey $k | ConvertFrom-SecureString -AsPlainText"), ["abc"]),
        ("(Get-Credential ([pscredential]::new('u', $s))).UserName", ["u"]),
    ],
)  # fmt: skip
def test_secrets(ps: Shell, script: str, expected: list[Any]) -> None:
    assert ps(SECRET + script).output == expected


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("$s.MakeReadOnly(); $s.AppendChar('d')", "InvalidOperationException"),
        ("$s.RemoveAt(3)", "ArgumentOutOfRangeException"),
        ("$s.InsertAt(4, 'x')", "ArgumentOutOfRangeException"),
        ("[securestring]'1234'", "ConvertToFinalInvalidCastException"),
        ("ConvertFrom-SecureString '1234'", "CannotConvertArgumentNoMessage" + FROM),
        ("ConvertFrom-SecureString $s -Key 1, 2", "Argument" + FROM),
        ("ConvertFrom-SecureString -SecureString $null", "ParameterArgumentValidationErrorNullNotAllowed" + FROM),
        ("ConvertTo-SecureString 1234x", "ImportSecureString_InvalidArgument" + TO),
        ("ConvertTo-SecureString 'AAAA' -Key (1..16)", "ImportSecureString_InvalidArgument_CryptographicError" + TO),
    ],
)
def test_refusals_that_do_not_tell_the_secret(ps: Shell, script: str, id: str) -> None:
    ran = ps(SECRET + f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message }}")
    assert ran.output[0] == id
    assert "1234" not in ran.output[1]

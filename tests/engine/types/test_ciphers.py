"""Aes, CryptoStream, Rfc2898DeriveBytes and IntPtr."""

from __future__ import annotations

from typing import Any

import pytest

C = "[Security.Cryptography."
AES = (
    f"$a = {C}Aes]::Create(); $a.Key = [byte[]](1..32); $a.IV = [byte[]](1..16);"
    " $b = [Text.Encoding]::UTF8.GetBytes('hello world'); $e = $a.CreateEncryptor();"
)
# openssl enc -aes-256-cbc with that key and vector; the derived keys are those of RFC 6070
SEALED = "BucwMacwCVFW17GYws+hkQ=="


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (AES + "[convert]::ToBase64String($e.TransformFinalBlock($b, 0, 11))", [SEALED]),
        (AES + "$null = $e.TransformBlock($b, 0, 5, $null, 0);"
         " [convert]::ToBase64String($e.TransformFinalBlock($b, 5, 6))",
         [SEALED]),
        (AES + f"$s = [convert]::FromBase64String('{SEALED}'); "
         "[Text.Encoding]::UTF8.GetString($a.CreateDecryptor($a.Key, $a.IV).TransformFinalBlock($s, 0, 16));"
         " [Text.Encoding]::UTF8.GetString($a.DecryptCbc($s, $a.IV))",
         ["hello world", "hello world"]),
        (AES + f"$m = [IO.MemoryStream]::new(); $w = [IO.StreamWriter]::new({C}CryptoStream]::new($m, $e, 'Write'));"
         "$w.Write('hello world'); $w.Close(); [convert]::ToBase64String($m.ToArray())", [SEALED]),
        (AES + f"$m = [IO.MemoryStream]::new([convert]::FromBase64String('{SEALED}'));"
         f" [IO.StreamReader]::new({C}CryptoStream]::new($m, $a.CreateDecryptor(), 'Read')).ReadToEnd()",
         ["hello world"]),
        (AES + "$a.Padding = 'Zeros'; $a.Mode = 'ECB'; $c = $a.CreateEncryptor().TransformFinalBlock($b, 0, 11);"
         " $c.Length; $a.CreateDecryptor().TransformFinalBlock($c, 0, 16)[-5..-1] -join ','", ["16", "0,0,0,0,0"]),
        (AES + "foreach ($p in 'ANSIX923', 'ISO10126', 'PKCS7') { $a.DecryptEcb($a.EncryptEcb($b, $p), $p).Length }",
         ["11", "11", "11"]),
        (("$a = New-Object Security.Cryptography.AesManaged; $a.KeySize = 128; $a.Key.Length; $a.BlockSize; $a.Mode;"
         " $a.GenerateIV(); $a.IV.Length"), ["16", "128", "CBC", "16"]),
        ((f"$k = {C}Rfc2898DeriveBytes]::new('password', [char[]]'salt', 2); [convert]::ToHexString($k.GetBytes(4));"
         " [convert]::ToHexString($k.GetBytes(2)); $k.Reset(); [convert]::ToHexString($k.GetBytes(6))"),
         ["EA6C014D", "C72D", "EA6C014DC72D"]),
        ((f"$h = {C}HashAlgorithmName]::SHA256; $k = {C}Rfc2898DeriveBytes]::new('p', [byte[]](1..8), 10, $h);"
         f" $o = {C}Rfc2898DeriveBytes]::Pbkdf2('p', [byte[]](1..8), 10, 'SHA256', 5);"
         " ($k.GetBytes(5) -join ',') -eq ($o -join ',');"
         " $k.HashAlgorithm.Name; $k.IterationCount"), ["True", "SHA256", "10"]),
        (("[IntPtr]::Zero -eq 0; [IntPtr]5 -gt [IntPtr]::Zero; [IntPtr]::Add([IntPtr]5, 2).ToInt64();"
         " [IntPtr]::MaxValue"),
         ["True", "True", "7", "9223372036854775807"]),
        ("([IntPtr] | Get-Member -Static -MemberType Property).Name", ["MaxValue", "MinValue", "Size", "Zero"]),
    ],
)  # fmt: skip
def test_members(run: Any, script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("$a.Key = [byte[]](1, 2)", "not a valid size"),
        ("$a.IV = [byte[]](1, 2)", "does not match the block size"),
        ("$a.KeySize = 100", "key size is not valid"),
        ("$a.BlockSize = 64", "block size is not valid"),
        ("$a.Mode = 'CTS'", "cipher mode is not valid"),
        ("$a.CreateDecryptor().TransformFinalBlock($b, 0, 11)", "not a complete block"),
        ("$a.CreateDecryptor().TransformFinalBlock([byte[]]::new(16), 0, 16)", "Padding is invalid"),
        (f"{C}Rfc2898DeriveBytes]::new('p', [byte[]](1..8), 0)", "non-zero value"),
        (f"{C}Rfc2898DeriveBytes]::new('p', [byte[]](1..8), 9, 'nope')", "not a known hash"),
        (f"{C}Rfc2898DeriveBytes]::new('p', [byte[]](1..8)).GetBytes(0)", "Positive number"),
    ],
)
def test_failures(run: Any, script: str, reason: str) -> None:
    assert run(AES + f"try {{ {script} }} catch {{ $_.Exception.Message -match '{reason}' }}").texts == ["True"]

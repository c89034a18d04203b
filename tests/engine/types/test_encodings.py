"""System.Text.Encoding: types, members and failures, and the obsolete one of cmdlets."""

from __future__ import annotations

import pytest

T = "System.Text."


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[Text.Encoding]::UTF8, [Text.Encoding]::ASCII, [Text.Encoding]::Latin1 | % { $_.GetType().FullName }",
         [f"{T}{name}+{name}Sealed" for name in ("UTF8Encoding", "ASCIIEncoding", "Latin1Encoding")]),
        ("[Text.Encoding]::Unicode, [Text.Encoding]::UTF32 | % { $_.GetType().FullName }",
         [T + "UnicodeEncoding", T + "UTF32Encoding"]),
        ("[Text.Encoding]::UTF8 -is [Text.UTF8Encoding]; [Text.Encoding]::UTF8 -is [Text.Encoding]", [True, True]),
        ("(New-Object Text.ASCIIEncoding).GetString([byte[]](72, 105))", ["Hi"]),
        ("-join [Text.Encoding]::UTF8.GetChars([byte[]](72, 105, 33), 1, 2)", ["i!"]),
        ("'' + [Text.UnicodeEncoding]::new($true, $true).GetPreamble()", ["254 255"]),
        ("'' + [Text.UTF32Encoding]::new().GetBytes('A')", ["65 0 0 0"]),
        ("$b = [byte[]]::new(4); [Text.Encoding]::UTF8.GetBytes('abc', 1, 2, $b, 1); \"$b\"", [2, "0 98 99 0"]),
        ("'' + [Text.Encoding]::Convert([Text.Encoding]::UTF8, [Text.Encoding]::Unicode, [byte[]](65))", ["65 0"]),
        ("[Text.Encoding]::UTF8, [Text.Encoding]::Unicode, [Text.Encoding]::ASCII | % { $_.GetMaxByteCount(10) }",
         [33, 22, 11]),
        ("[Text.Encoding]::GetEncoding(1252).WebName; [Text.Encoding]::GetEncoding('shift_jis').CodePage",
         ["windows-1252", 932]),
        ("[Text.Encoding]::BigEndianUnicode.WebName; [Text.Encoding]::Default.GetPreamble().Count", ["utf-16BE", 0]),
        ("[Text.Encoding]::UTF8.Equals([Text.Encoding]::GetEncoding(65001)); [Text.Encoding]::UTF8.Equals(1)",
         [True, False]),
        ("[Text.Encoding]::RegisterProvider([Text.CodePagesEncodingProvider]::Instance)", []),
        ("([Text.Encoding]::GetEncodings() | ? Name -eq utf-8).DisplayName", ["Unicode (UTF-8)"]),
        ("[Text.Encoding]::ASCII.GetString([Text.Encoding]::ASCII.GetBytes([string][char]233))", ["?"]),
    ],
)  # fmt: skip
def test_encodings(run, script, expected):
    assert run(script).outputs == expected


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("[Text.Encoding]::GetEncoding('nothing')", "System.ArgumentException"),
        ("[Text.Encoding]::GetEncoding(99999)", "System.NotSupportedException"),
        ("[Text.UTF8Encoding]::new($false, $true).GetString([byte[]](65, 255))", T + "DecoderFallbackException"),
        ("[Text.Encoding]::UTF8.GetBytes('abc', 0, 3, [byte[]]::new(2), 0)", "System.ArgumentException"),
    ],
)
def test_refused(run, script, kind):
    assert run(f"try {{ {script} }} catch {{ $_.Exception.InnerException.GetType().FullName }}").outputs == [kind]


def test_cmdlets_warn_of_utf7(run, tmp_path):
    outcome = run(f"'a+b' | Set-Content -Encoding utf7 '{tmp_path}/f' 3>&1")
    assert outcome.texts == ["Encoding 'UTF-7' is obsolete, please use UTF-8."]
    assert (tmp_path / "f").read_bytes() == b"a+-b\n"

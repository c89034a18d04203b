"""ConvertFrom-StringData, ConvertTo-Html, Format-Hex, Get-PSCallStack."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = ",Microsoft.PowerShell.Commands.ConvertFromStringDataCommand"


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ('(ConvertFrom-StringData "a = 1`n# no`n`nb=x\\ty").b', ["x\ty"]),
        ("('k:v=w' | ConvertFrom-StringData -Delimiter ':').k", ["v=w"]),
        ("(ConvertFrom-StringData '').Count", [0]),
        ("(ConvertFrom-StringData 'a=\\u0041\\x42').A", ["AB"]),
    ],
)
def test_string_data(ps, script: str, output: list[object]) -> None:
    assert ps(script).output == output


@pytest.mark.parametrize("text", ["ab", "=x", "a=1`na=2"])
def test_string_data_refused(ps, text: str) -> None:
    assert ps(f'ConvertFrom-StringData "{text}"').ids == ["InvalidOperation" + DATA]


OBJECT = "[pscustomobject]@{A='<&';B=1,2}"
STRICT = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
)


def test_a_page(ps) -> None:
    assert ps(f"{OBJECT} | ConvertTo-Html").output == [
        STRICT,
        '<html xmlns="http://www.w3.org/1999/xhtml">',
        "<head>",
        "<title>HTML TABLE</title>",
        "</head><body>",
        "<table>",
        "<colgroup><col/><col/></colgroup>",
        "<tr><th>A</th><th>B</th></tr>",
        "<tr><td>&lt;&amp;</td><td>System.Object[]</td></tr>",
        "</table>",
        "</body></html>",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("-Title T", "<title>T</title>"),
        ("-Head '<h/>','<i/>'", "<i/>"),
        ("-Body b", "b"),
        ("-PreContent pre", "pre"),
        ("-PostContent post", "post"),
        ("-CssUri x.css", '<link rel="stylesheet" type="text/css" href="x.css" />'),
        ("-Charset UTF-8", '<meta charset="UTF-8">'),
        ("-Meta @{author='me'}", '<meta name="author" content="me">'),
        ("-Meta @{'content-type'='x'}", '<meta http-equiv="content-type" content="x">'),
        ("-As List", "<tr><td>A:</td><td>&lt;&amp;</td></tr>"),
        ("-Property a -Fragment", "<tr><th>A</th></tr>"),
        ("-Fragment @{l='L';e={5};width=10;align='left'}", '<colgroup><col width = "10" align = "left"/></colgroup>'),
        ("-Fragment @{l='L';e={5}}", "<tr><td>5</td></tr>"),
    ],
)
def test_parts_of_a_page(ps, arguments: str, line: str) -> None:
    ran = ps(f"{OBJECT} | ConvertTo-Html {arguments}")
    assert ran.ids == []
    assert line in ran.output


def test_kinds_of_pages(ps) -> None:
    assert "transitional.dtd" in ps(f"{OBJECT} | ConvertTo-Html -Transitional").output[0]
    assert ps(f"{OBJECT} | ConvertTo-Html -Fragment").output[0] == "<table>"
    assert "<tr><td><hr></td></tr>" in ps(f"{OBJECT},{OBJECT} | ConvertTo-Html -As List -Fragment").output
    assert len(ps(f"{OBJECT} | ConvertTo-Html -Meta @{{odd='x'}}").sink.warnings) == 1
    assert ps(f"{OBJECT} | ConvertTo-Html -CssUri ' '").ids[0].startswith("ArgumentException,")


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("'Hello' | Format-Hex | % HexBytes", ["48 65 6C 6C 6F"]),
        ("'Hello' | Format-Hex -Encoding unicode | % HexBytes", ["48 00 65 00 6C 00 6C 00 6F 00"]),
        ("'Hello' | Format-Hex -Offset 1 -Count 2 | % HexBytes", ["65 6C"]),
        ("1,2 | Format-Hex | % HexBytes", ["01 00 00 00 02 00 00 00"]),
        ("[byte]1,[byte]255 | Format-Hex | % HexBytes", ["01 FF"]),
        ("1,2L | Format-Hex | % HexBytes", ["01 00 00 00", "02 00 00 00 00 00 00 00"]),
        ("Format-Hex -InputObject ([int[]](1,2)) | % HexBytes", ["01 00 00 00 02 00 00 00"]),
        ("$true | Format-Hex | % HexBytes", ["01"]),
        ("'0123456789abcdefX' | Format-Hex | % HexOffset", ["0000000000000000", "0000000000000010"]),
        ("\"a`0b`u{7}\" | Format-Hex | % Ascii", ["a b\ufffd"]),
        ("'ab' | Format-Hex | % { \"$_\" }", ["0000000000000000   61 62" + " " * 44 + "ab" + " " * 14]),
        ("Set-Content -NoNewline f xyz; Format-Hex f -Offset 1 | % HexBytes", ["79 7A"]),
        ("Set-Content -NoNewline f xyz; Format-Hex -LiteralPath f -Count 1 | % HexBytes", ["78"]),
        ("Set-Content -NoNewline f xyz; Get-Item f | Format-Hex | % HexBytes", ["78 79 7A"]),
        ("'x' | Format-Hex | % { $_.Label -match '^String \\(System.String\\) <[0-9A-F]{8}>$' }", [True]),
    ],
)  # fmt: skip
def test_bytes_shown(ps, script: str, lines: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == lines


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Format-Hex none", "FileNotFound"),
        ("Format-Hex -LiteralPath none", "FormatHexIOError"),
        ("Format-Hex Env:PATH", "FormatHexOnlySupportsFileSystemPaths"),
        ("@{} | Format-Hex", "FormatHexTypeNotSupported"),
    ],
)
def test_bytes_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},Microsoft.PowerShell.Commands.FormatHex"]


def test_the_call_stack(ps, tmp_path: Path) -> None:
    (tmp_path / "s.ps1").write_text("function f { param($x) g 1 }\nfunction g { Get-PSCallStack }\nf 5\n")
    ran = ps('./s.ps1 | % { "$($_.Command) $($_.FunctionName) $($_.ScriptLineNumber) $($_.Arguments) $($_.Location)" }')
    assert ran.output[:3] == [
        "g g 2 {1} s.ps1: line 2",
        "f f 1 {x=5} s.ps1: line 1",
        "s.ps1 <ScriptBlock> 3 {} s.ps1: line 3",
    ]
    assert ps("(Get-PSCallStack)[0].Location").output == ["<No file>"]

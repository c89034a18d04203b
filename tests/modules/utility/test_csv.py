from __future__ import annotations

import os
from pathlib import Path

import pytest

from remora.modules.utility.csv_reading import CsvScanner


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b", [["a", "b"]]),
        ("a,\nb", [["a", ""], ["b"]]),
        ("a,", [["a"]]),
        ("\n\n x ,  y\n", [["x ", "y"]]),
        ('"a,b","c""d"\n', [["a,b", 'c"d']]),
        ('"two\nlines",x\r\ny,z\r', [["two\nlines", "x"], ["y", "z"]]),
        ('"a"  ,b\n', [["a", "b"]]),
        ('"a" x,b\n', [["a x", "b"]]),
        ('say "hi",b\n', [['say "hi"', "b"]]),
        ('"never closed,b\n', [["never closed,b\n"]]),
        ("one   \n", [["one "]]),
    ],
)
def test_records(text: str, records: list[list[str]]) -> None:
    assert list(CsvScanner(text, ",").records()) == records


WRITTEN = [
    ("[pscustomobject]@{a=1;b='x y'} | ConvertTo-Csv", ['"a","b"', '"1","x y"']),
    ("[pscustomobject]@{a=1;b='x'} | ConvertTo-Csv -Delimiter ';'", ['"a";"b"', '"1";"x"']),
    ("ConvertTo-Csv ([pscustomobject]@{a=1;b='x'}) ';' -UseQuotes Never", ["a;b", "1;x"]),
    ("[pscustomobject]@{a='p,q';b='x'} | ConvertTo-Csv -UseQuotes AsNeeded", ["a,b", '"p,q",x']),
    ("[pscustomobject]@{a=1;b='x'} | ConvertTo-Csv -QuoteFields B", ['a,"b"', '1,"x"']),
    ("[pscustomobject]@{a=1} | ConvertTo-Csv -NoHeader", ['"1"']),
    ("[pscustomobject]@{a=1} | ConvertTo-Csv -UseCulture -NoTypeInformation", ['"a"', '"1"']),
    (
        "[pscustomobject]@{a=1} | ConvertTo-Csv -IncludeTypeInformation",
        ["#TYPE System.Management.Automation.PSCustomObject", '"a"', '"1"'],
    ),
    ("[pscustomobject]@{a=1,2;b=$null} | ConvertTo-Csv", ['"a","b"', '"System.Object[]",']),
    ("@{k='v'} | ConvertTo-Csv", ['"k"', '"v"']),
    ("ConvertTo-Csv -InputObject ([pscustomobject]@{a=$true})", ['"a"', '"True"']),
]


@pytest.mark.parametrize(("script", "lines"), WRITTEN)
def test_lines_written(ps, script: str, lines: list[str]) -> None:
    assert ps(script).output == lines


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("1 | ConvertTo-Csv -UseQuotes Always -QuoteFields a", "CannotSpecifyQuoteFieldsAndUseQuotes"),
        ("1 | Export-Csv", "CannotSpecifyPathAndLiteralPath"),
        ("1 | Export-Csv x.csv -Append -NoHeader", "CannotSpecifyBothAppendAndNoHeader"),
        ("Set-Content x.csv 'a,b'; [pscustomobject]@{a=1} | Export-Csv x.csv -Append",
         "CannotAppendCsvWithMismatchedPropertyNames"),
        ("Set-Content x.csv 1; [pscustomobject]@{a=1} | Export-Csv x.csv -NoClobber", "NoClobber"),
        ("[pscustomobject]@{a=1} | Export-Csv no/where.csv", "FileOpenFailure"),
        ("Import-Csv none.csv", "PathNotFound"),
        ("'a,A','1,2' | ConvertFrom-Csv", "System.Management.Automation.ExtendedTypeSystemException"),
    ],
)  # fmt: skip
def test_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids[-1].startswith(error_id + ",Microsoft.PowerShell.Commands.")


READ = [
    ("'a,b','1,2' | ConvertFrom-Csv | % { $_.a + $_.b }", ["12"]),
    ("'a;b','1;2' | ConvertFrom-Csv -Delimiter ';' | % b", ["2"]),
    ("'1,2' | ConvertFrom-Csv -Header x,y | % y", ["2"]),
    ("'a,b','1,2' | ConvertFrom-Csv -UseCulture | % b", ["2"]),
    ("(ConvertFrom-Csv -InputObject 'a',1).a", ["1"]),
    ("$r = '#TYPE My.Type','a','1' | ConvertFrom-Csv; $r.pstypenames", ["My.Type", "CSV:My.Type"]),
    ("Set-Content f.csv '#Version: 1','#Fields: a;b','1;2'; (Import-Csv f.csv -Delimiter ';').b", ["2"]),
    ("Set-Content -LiteralPath 'f[1].csv' 'a','1'; (Import-Csv -LiteralPath 'f[1].csv').a", ["1"]),
    ("Set-Content f.csv 'a','ä' -Encoding latin1; (Import-Csv f.csv -Encoding latin1).a", ["ä"]),
    ("Set-Content f.csv '1','2'; (Import-Csv f.csv -Header n).n -join '+'", ["1+2"]),
    ("'f.csv' | % { Set-Content $_ 'a','7'; $_ } | Import-Csv -UseCulture | % a", ["7"]),
]


@pytest.mark.parametrize(("script", "output"), READ)
def test_objects_read(ps, script: str, output: list[str]) -> None:
    assert ps(script).output == output


def test_a_missing_header_gets_a_name_and_one_warning(ps) -> None:
    ran = ps("'a,,c','1,2,3','4,5,6' | ConvertFrom-Csv | % H1")
    assert ran.output == ["2", "5"]
    assert len(ran.sink.warnings) == 1


def test_the_file_of_export(ps, tmp_path: Path) -> None:
    ps("[pscustomobject]@{a='ü'},[pscustomobject]@{a=2} | Export-Csv out.csv -Encoding utf8BOM")
    assert (tmp_path / "out.csv").read_bytes() == b'\xef\xbb\xbf"a"\n"\xc3\xbc"\n"2"\n'
    ps("[pscustomobject]@{b=1;a=3} | Export-Csv -LiteralPath out.csv -Append")
    assert (tmp_path / "out.csv").read_bytes().endswith(b'"2"\n"3"\n')
    ps("[pscustomobject]@{b=1} | Export-Csv out.csv -Append -Force")
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[-1] == ""
    ps("[pscustomobject]@{z=1} | Export-Csv new.csv -WhatIf")
    assert not (tmp_path / "new.csv").exists()


def test_force_writes_a_protected_file_and_protects_it_again(ps, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("x")
    path.chmod(0o444)
    ps("[pscustomobject]@{a=1} | Export-Csv p.csv -Force")
    assert path.read_text() == '"a"\n"1"\n'
    assert os.stat(path).st_mode & 0o777 == 0o444


def test_type_information_is_wanted_or_not(ps) -> None:
    ran = ps("1 | ConvertTo-Csv -IncludeTypeInformation -NoTypeInformation")
    assert ran.ids == [
        "CannotSpecifyIncludeTypeInformationAndNoTypeInformation,Microsoft.PowerShell.Commands.ConvertToCsvCommand"
    ]


def test_what_was_added_to_a_dictionary_is_a_column(ps) -> None:
    assert ps("$h = [ordered]@{a=1}; $h | Add-Member Extra 2; $h | ConvertTo-Csv").output == ['"a","Extra"', '"1","2"']

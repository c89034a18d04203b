from __future__ import annotations

import os
from pathlib import Path

import pytest

P = "Microsoft.PowerShell.Commands."


def test_items_come_and_go(ps, tmp_path: Path) -> None:
    assert ps("(New-Item d -ItemType Directory).FullName").output == [str(tmp_path / "d")]
    assert ps("New-Item d -ItemType Directory").ids == [f"DirectoryExist,{P}NewItemCommand"]
    assert ps("New-Item d -ItemType Directory -Force | % Name").output == ["d"]
    ps("New-Item d\\f.txt -Value 'abc' | Out-Null")
    assert (tmp_path / "d" / "f.txt").read_text() == "abc"
    assert ps("New-Item d/f.txt").ids == [f"NewItemIOError,{P}NewItemCommand"]
    assert ps("(Get-Item d/f.txt).Length").output == [3]
    ps("Copy-Item d e -Recurse; Move-Item e/f.txt e/g.txt; Rename-Item e/g.txt h.txt")
    assert os.listdir(tmp_path / "e") == ["h.txt"]
    ps("Remove-Item e -Recurse")
    assert not (tmp_path / "e").exists()
    assert ps("Remove-Item nosuch").ids == [f"PathNotFound,{P}RemoveItemCommand"]
    assert ps("Get-Item nosuch").ids == [f"PathNotFound,{P}GetItemCommand"]
    assert ps("Get-Item nosuch").messages == [f"Cannot find path '{tmp_path}/nosuch' because it does not exist."]
    assert ps("Get-Item nosuch -ErrorAction SilentlyContinue").ids == []


def test_listing(ps, tmp_path: Path) -> None:
    for name in ("b.txt", "A.log", ".hid", "sub/c.txt", "sub/deep/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert ps("ls -Name").output == ["sub", "A.log", "b.txt"]
    assert ps("ls -Name -Force").output == ["sub", ".hid", "A.log", "b.txt"]
    assert ps("ls *.txt | % Name").output == ["b.txt"]
    assert ps("gci -Filter *.txt -Recurse | % Name").output == ["b.txt", "c.txt", "d.txt"]
    assert ps("gci *.txt -Recurse -Name").output == ["b.txt", "sub/c.txt", "sub/deep/d.txt"]
    assert ps("gci -Recurse -Depth 1 -File -Name").output == ["A.log", "b.txt", "sub/c.txt"]
    assert ps("gci -Directory -Recurse | % Name").output == ["sub", "deep"]
    assert ps("(gci b.txt).Count").output == [1]
    assert ps("gci -LiteralPath sub -Fo | % Name").output == ["deep", "c.txt"]
    assert ps("gci nosuch").ids == [f"PathNotFound,{P}GetChildItemCommand"]
    assert ps("gci -Include *.txt").output == []
    assert ps("gci -Recurse -Include *.txt -Exclude c* | % Name").output == ["d.txt", "b.txt"]
    assert ps("ls [ab].* | % Name").output == ["A.log", "b.txt"]


def test_both_slashes_separate_and_literals_are_literal(ps, tmp_path: Path) -> None:
    (tmp_path / "x[1].txt").write_text("one")
    assert ps("Get-Content 'x[1].txt'").output == []
    assert ps("Get-Content -LiteralPath 'x[1].txt'").output == ["one"]
    assert ps("Get-Content 'x`[1`].txt'").output == ["one"]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("two")
    assert ps("Get-Content a\\f").output == ["two"]
    assert ps('$env:ROOT = "$pwd"; Test-Path "$env:ROOT\\a\\f"').output == [True]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Join-Path /a b", "/a/b"),
        ("Join-Path /a/ /b c d", "/a/b/c/d"),
        ("Join-Path a\\b c", "a/b/c"),
        ("Join-Path d.x f.txt -Extension log", "d.x/f.log"),
        ("Join-Path d.x f -Extension .tar.gz", "d.x/f.tar.gz"),
        ("Join-Path d.x f..txt -Extension ''", "d.x/f."),
        ("[pscustomobject]@{ Path = 'd'; ChildPath = 'f.a'; Extension = 'b' } | Join-Path", "d/f.b"),
        ("Split-Path /a/b/c.txt", "/a/b"),
        ("Split-Path /a/b/c.txt -Leaf", "c.txt"),
        ("Set-Location /usr/lib; Split-Path .. -Leaf; Set-Location /", "usr"),
        ("Split-Path /a/b/. -Leaf", "b"),
        ("Split-Path /a/b/c.tar.gz -LeafBase", "c.tar"),
        ("Split-Path /a/b/c.tar.gz -Extension", ".gz"),
        ("Split-Path /a", "/"),
        ("Split-Path a", ""),
        ("Split-Path env:x -Qualifier", "env:"),
        ("Split-Path /a -IsAbsolute", True),
        ("Split-Path a/b -IsAbsolute", False),
        ("Test-Path .", True),
        ("Test-Path . -PathType Leaf", False),
        ("Test-Path . -PathType container", True),
        ("Test-Path nosuch", False),
        ("Test-Path env:PATH", True),
        ("Test-Path env:NOSUCHVARIABLE", False),
        ("Test-Path nosuchdrive:x", False),
        ("Test-Path ''", False),
        ("Test-Path 'a*b' -IsValid", True),
    ],
)
def test_paths(ps, script: str, expected: object) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == ([expected], [])


def test_content(ps, tmp_path: Path) -> None:
    ps("Set-Content f 'one','two'; Add-Content f three; 4,5 | Add-Content f")
    assert (tmp_path / "f").read_text() == "one\ntwo\nthree\n4\n5\n"
    assert ps("Get-Content f").output == ["one", "two", "three", "4", "5"]
    assert ps("gc f -TotalCount 1").output == ["one"]
    assert ps("gc f -Tail 2").output == ["4", "5"]
    assert ps("gc f -Raw").output == ["one\ntwo\nthree\n4\n5\n"]
    assert ps("(gc f -ReadCount 0).Count").output == [5]
    assert ps("gc nosuch").ids == [f"PathNotFound,{P}GetContentCommand"]
    assert ps("gc .").ids == [f"GetContainerContentException,{P}GetContentCommand"]
    ps("Clear-Content f")
    assert (tmp_path / "f").read_bytes() == b""
    ps("Set-Content f 'ä' -NoNewline -Encoding utf8BOM")
    assert (tmp_path / "f").read_bytes() == b"\xef\xbb\xbf\xc3\xa4"
    assert ps("gc f").output == ["ä"]
    ps("Set-Content f 'ä' -Encoding unicode; Add-Content f 'b' -Encoding unicode")
    assert (tmp_path / "f").read_bytes() == b"\xff\xfe" + "ä\nb\n".encode("utf-16-le")
    assert ps("gc f").output == ["ä", "b"]
    ps("Set-Content f ([byte[]](1,2,255)) -AsByteStream")
    assert (tmp_path / "f").read_bytes() == b"\x01\x02\xff"
    assert ps("(gc f -AsByteStream | Measure-Object -Sum).Sum").output == [258]
    assert ps("Set-Content nosuch/f x").ids == [f"GetContentWriterDirectoryNotFoundError,{P}SetContentCommand"]


def test_out_file_and_redirection(ps, tmp_path: Path) -> None:
    ps("[pscustomobject]@{a=1} | Out-File o.txt; 'more' | Out-File o.txt -Append")
    assert (tmp_path / "o.txt").read_text() == "\na\n-\n1\n\nmore\n"
    ps("1,2 > r.txt; 3 >> r.txt")
    assert (tmp_path / "r.txt").read_text() == "1\n2\n3\n"
    assert ps("'x' | Out-File o.txt -NoClobber").ids == [f"NoClobber,{P}OutFileCommand"]


def test_hashes(ps, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert ps("(Get-FileHash f).Hash").output == ["BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"]
    assert ps("(Get-FileHash f -Algorithm MD5).Hash").output == ["900150983CD24FB0D6963F7D28E17F72"]
    assert ps("Get-FileHash nosuch").ids == [f"FileNotFound,{P}GetFileHashCommand"]


def test_locations(ps, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    assert ps("Set-Location d; (Get-Location).Path").output == [f"{tmp_path}/d"]
    assert ps("cd ..; $pwd.Path").output == [str(tmp_path)]
    assert ps("Push-Location d; Pop-Location; $pwd.Path").output == [str(tmp_path)]
    assert ps("cd nosuch").ids == [f"PathNotFound,{P}SetLocationCommand"]
    assert ps("cd d; cd -; $pwd.Path").output == [str(tmp_path)]
    assert ps("cd env:; $pwd.Path; cd $args[0]").output[0].startswith("Env:")


def test_environment_drive(ps) -> None:
    try:
        ps("New-Item -Path env: -Name REMORA_T -Value 'a=b ;c' -Force | Out-Null")
        assert ps("$env:REMORA_T").output == ["a=b ;c"]
        assert ps("(Get-Item env:REMORA_T).Value").output == ["a=b ;c"]
        assert ps("(gci env:REMORA_*).Name").output == ["REMORA_T"]
        assert ps("Set-Item env:REMORA_T x; gc env:REMORA_T").output == ["x"]
        ps("Remove-Item env:REMORA_T")
        assert "REMORA_T" not in os.environ
    finally:
        os.environ.pop("REMORA_T", None)


def test_functions_and_variables_as_items(ps) -> None:
    assert ps("function greet { 'hi' }; (gci function:greet).Name").output == ["greet"]
    assert ps("Set-Item function:x { 1 + 1 }; x").output == [2]
    assert ps("$q = 3; gc variable:q").output == [3]


def test_processes(ps) -> None:
    assert ps("(Get-Process -Id $PID).Id -eq $PID").output == [True]
    assert ps("Get-Process -Id 999999999").ids == [f"NoProcessFoundForGivenId,{P}GetProcessCommand"]
    assert ps("Get-Process nosuchprocess").ids == [f"NoProcessFoundForGivenName,{P}GetProcessCommand"]
    assert ps(
        "$p = Start-Process sleep 60 -PassThru; Stop-Process -Id $p.Id; $p.WaitForExit(5000); $p.HasExited"
    ).output == [
        True,
        True,
    ]
    assert ps("Start-Process sh -ArgumentList '-c','\"exit 3\"' -Wait -PassThru | % ExitCode").output == [3]
    assert ps("Start-Process nosuchprogram").ids[0].endswith(f"{P}StartProcessCommand")


def test_drives(ps, tmp_path: Path) -> None:
    assert "Env" in ps("(Get-PSDrive).Name").output
    assert ps("Get-PSDrive nosuch").ids == [f"GetLocationNoMatchingDrive,{P}GetPSDriveCommand"]
    (tmp_path / "f").write_text("x")
    assert ps("New-PSDrive Q FileSystem . | Out-Null; Get-Content Q:\\f").output == ["x"]


def test_winrmcp_restores_a_file_from_its_base64_lines(ps, tmp_path: Path) -> None:
    """The feature set of section 5: Test-Path, New-Item, a redirect of $null, and removal."""
    ps("$null > out.bin; if (Test-Path out.bin -PathType container) { Exit 1 }")
    assert (tmp_path / "out.bin").read_bytes() == b""
    ps("New-Item -ItemType directory -Force -ErrorAction SilentlyContinue -Path d1\\d2 | Out-Null; rm out.bin")
    assert (tmp_path / "d1" / "d2").is_dir()
    assert not (tmp_path / "out.bin").exists()
    assert ps("Remove-Item nosuch -ErrorAction SilentlyContinue").ids == []


@pytest.mark.parametrize("option", ["", "-TotalCount 1", "-Raw", "-Delimiter x", "-Delimiter ''", "-Tail 1"])
def test_a_line_that_does_not_end_is_an_error(ps, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    monkeypatch.setattr("remora.modules.management.providers.file_reading.LONGEST", 1 << 17)
    outcome = ps(f"Get-Content /dev/zero {option}")
    assert outcome.output == []
    assert outcome.ids == ["ProviderContentReadError,Microsoft.PowerShell.Commands.GetContentCommand"]

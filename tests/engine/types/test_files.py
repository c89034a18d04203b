"""FileInfo, DirectoryInfo, Path and Process as scripts use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def place(run: Any, tmp_path: Path) -> Path:
    """A folder with files in two levels; the session stands in it."""
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "b.log", "sub/c.txt"):
        (tmp_path / name).write_text(name)
    run(f"Set-Location '{tmp_path}'")
    return tmp_path


def test_an_info_prints_the_path_it_was_given(run: Any, place: Path) -> None:
    done = run("$f = [IO.FileInfo]'a.txt'; \"$f\"; $f.ToString(); $f.FullName; [string][IO.DirectoryInfo]::new('sub')")
    assert done.texts == ["a.txt", "a.txt", str(place / "a.txt"), "sub"]
    assert run("(Get-Item a.txt).ToString()").texts == [str(place / "a.txt")]


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("GetFiles()", ["a.txt", "b.log"]),
        ("EnumerateFiles('*.txt')", ["a.txt"]),
        ("EnumerateFiles('*.txt', 'AllDirectories')", ["a.txt", "c.txt"]),
        ("GetDirectories()", ["sub"]),
        ("EnumerateDirectories('s*')", ["sub"]),
        ("GetFileSystemInfos()", ["a.txt", "b.log", "sub"]),
        ("EnumerateFileSystemInfos('*b*')", ["b.log", "sub"]),
    ],
)
def test_what_is_in_a_directory(run: Any, place: Path, call: str, names: list[str]) -> None:
    assert run(f"([IO.DirectoryInfo]'.').{call}.Name").texts == names


def test_directories_make_and_move_directories(run: Any, place: Path) -> None:
    assert run("$d = ([IO.DirectoryInfo]'.').CreateSubdirectory('new/deep'); $d.Name").texts == ["deep"]
    run(f"([IO.DirectoryInfo]'new').MoveTo('{place}/moved')")
    assert (place / "moved" / "deep").is_dir()


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("[IO.Path]::DirectorySeparatorChar.GetType().Name; [IO.Path]::PathSeparator", ["Char", ":"]),
        ("[IO.Path]::GetInvalidFileNameChars().GetType().Name; [IO.Path]::GetInvalidPathChars().Count",
         ["Char[]", "1"]),
        ("[IO.Path]::TrimEndingDirectorySeparator('/a/'); [IO.Path]::EndsInDirectorySeparator('a/')", ["/a", "True"]),
        ("[IO.Path]::IsPathFullyQualified('a'); [IO.Path]::Exists('a.txt'); [IO.Path]::Exists('no')",
         ["False", "True", "False"]),
        ("@([IO.Directory]::EnumerateFileSystemEntries('.')).Count", ["3"]),
        (("$p = [Diagnostics.Process]; $p::GetCurrentProcess().Id -eq $PID; $p::GetProcessById($PID).Id -eq $PID; "
         "@($p::GetProcesses()).Id -contains $PID; "
         "$p::GetProcessesByName($p::GetCurrentProcess().Name).Id -contains $PID"),
         ["True", "True", "True", "True"]),
        ("try { [Diagnostics.Process]::GetProcessById(-5) } catch { $_.FullyQualifiedErrorId }", ["ArgumentException"]),
        ("[int][Reflection.MemberTypes]::Method; [string][Reflection.MemberTypes]24", ["8", "Method, Property"]),
    ],
)  # fmt: skip
def test_statics(run: Any, place: Path, script: str, texts: list[str]) -> None:
    done = run(script)
    assert (done.texts, done.ids) == (texts, [])


def test_permissions_times_and_digests_of_a_file(run: Any, place: Path) -> None:
    done = run(
        "[IO.File]::SetUnixFileMode('a.txt', 488); [int][IO.File]::GetUnixFileMode('a.txt');"
        "[IO.File]::SetLastWriteTimeUtc('a.txt', [datetime]::new(638000000000000000)); "
        "[IO.File]::GetLastWriteTimeUtc('a.txt').Ticks;"
        "$f = [IO.File]::OpenRead('a.txt'); $null = $f.ReadByte();"
        "[BitConverter]::ToString([Security.Cryptography.MD5]::Create().ComputeHash($f)); $f.Dispose()"
    )
    assert done.texts == ["488", "638000000000000000", "BE-41-17-B0-C8-42-C4-BE-8F-99-60-29-4B-DC-2C-D1"]
    assert (place / "a.txt").stat().st_mode & 0o777 == 0o750

"""TabExpansion2: texts, syntax trees, and what its options change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/file.txt").touch()
    return tmp_path


def first(ps: Session, call: str) -> str:
    ran = ps(f"$({call}).CompletionMatches[0].CompletionText")
    assert ran.ids == [], ran.messages
    return str(ran.output[0])


def test_paths_from_here_or_as_a_whole(ps: Session, files: Path) -> None:
    for word in ("sub/fi", f"{files}/sub/fi", "./sub/fi"):
        text = f"'Get-Item {word}'"
        assert first(ps, f"TabExpansion2 {text} -options @{{ RelativeFilePaths = $true }}") == "./sub/file.txt"
        assert first(ps, f"TabExpansion2 {text} -options @{{ RelativePaths = $false }}") == f"{files}/sub/file.txt"
    assert first(ps, "TabExpansion2 'Get-Item sub/fi'") == "sub/file.txt"
    assert first(ps, f"TabExpansion2 -inputScript 'Get-Item {files}/sub/fi xyz' {len(str(files)) + 16}") == (
        f"{files}/sub/file.txt"
    )
    (files / "other").mkdir()
    assert first(ps, "cd other; TabExpansion2 'gi ../sub/fi' 12 @{ RelativeFilePaths = 1 }") == "../sub/file.txt"


def test_syntax_trees_are_completed_like_texts(ps: Session, files: Path) -> None:
    parse = (
        "$t = $e = $null; $a = [Management.Automation.Language.Parser]::ParseInput('gi sub/fi; 1', [ref]$t, [ref]$e); "
    )
    at = "$a.EndBlock.Statements[0].Extent.EndScriptPosition"
    assert first(ps, f"{parse} TabExpansion2 $a $t {at}") == "sub/file.txt"
    call = f"TabExpansion2 -ast $a -tokens $t -positionOfCursor {at} -options @{{ RelativeFilePaths = $false }}"
    assert first(ps, parse + call) == f"{files}/sub/file.txt"

"""``using module``: types of modules by their short and qualified names, and what is wrong before a script runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAMES = ("Alpha", "Beta")


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        (tmp_path / name).mkdir()
        text = f"class Thing {{ [string] From() {{ return '{name}' }} }}\nenum Only{name} {{ one = 1 }}\n"
        (tmp_path / name / f"{name}.psm1").write_text(f"{text}function Get-{name} {{ [Thing]::new().From() }}\n")
    monkeypatch.setenv("PSModulePath", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("using module Alpha\n[Thing]::new().From(); [Alpha.Thing]::new().From(); Get-Alpha", ["Alpha"] * 3),
        ("using module Alpha\nclass Own : Thing { }\n[Own]::new().From(); [Own].BaseType.Name", ["Alpha", "Thing"]),
        (
            "using module Alpha; using module Beta\n(New-Object Alpha.Thing).From(); [Beta.Thing]::new().From()",
            ["Alpha", "Beta"],
        ),
        (
            "using module Alpha\nclass Thing { $v = 'own' }\n[Thing]::new().v; [Alpha.Thing]::new().From()",
            ["own", "Alpha"],
        ),
        ("using module Alpha\n[OnlyAlpha]::one; [int][OnlyAlpha]'one'", ["one", "1"]),
        ('using module Alpha\nfunction take([OnlyAlpha]$x) { "$x" }; take 1', ["one"]),
    ],
)
def test_types_of_modules(run: Callable[..., Any], modules: Path, script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.texts == expected
    assert outcome.ids == []


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("using module Gamma", "ModuleNotFoundDuringParse"),
        ("using module Alph*", "WildCardModuleNameError"),
        ("using module ./Alpha", "ModuleNotFoundDuringParse"),
        ("using module @{ Nonsense = 1 }", "RequiresModuleInvalid"),
        ("using module @{ ModuleName = 'Alpha' }", "RequiresModuleInvalid"),
        ("using module @{ ModuleName = 'Alpha'; RequiredVersion = '3.0' }", "ModuleNotFoundDuringParse"),
        ("using module Alpha\nusing module Beta\n[Thing]", "AmbiguousTypeReference"),
        ("[Thing]", "TypeNotFound"),
        ("class Own : Thing { }", "TypeNotFound"),
        ("using assembly NoSuchAssembly", "ErrorLoadingAssembly"),
    ],
)
def test_modules_that_do_not_serve(run: Callable[..., Any], modules: Path, script: str, id: str) -> None:
    assert run(script).ids == [id]


def test_a_relative_path_starts_at_the_script(run: Callable[..., Any], modules: Path) -> None:
    (modules / "use.ps1").write_text("using module ./Alpha\n[Thing]::new().From()")
    assert run(f"& '{modules / 'use.ps1'}'").texts == ["Alpha"]


def test_an_assembly_the_engine_declares_can_be_used(run: Callable[..., Any]) -> None:
    assert run("using assembly System.Net.Http\n1").texts == ["1"]


def test_parameters_of_a_script_take_its_own_types(run: Callable[..., Any], tmp_path: Path) -> None:
    script = tmp_path / "own.ps1"
    script.write_text("param([Side]$side)\nenum Side { left; right = 7 }\n[int]$side")
    assert run(f"& '{script}' right").texts == ["7"]


def test_a_class_defined_anew_is_what_later_texts_mean(run: Callable[..., Any]) -> None:
    run("class Version1 { $v = 1 }")
    assert run("[Version1]::new().v").texts == ["1"]
    run("class Version1 { $v = 2 }")
    assert run("[Version1]::new().v").texts == ["2"]

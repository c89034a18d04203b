"""Script blocks as plain commands."""

from __future__ import annotations

from typing import Any

import pytest

from remora.engine.language.plain_commands import plain_commands
from remora.engine.runspace import Runspace
from remora.engine.threads import start_engine_thread


def converted(text: str, *arguments: Any) -> Any:
    runspace = Runspace()
    found: list[Any] = []

    def work() -> None:
        with runspace.entered() as context:
            found.append(plain_commands(context.make_block(text), arguments))

    start_engine_thread(work, "plain").join()
    if found[0] is None:
        return None
    return [[(one.name, *one.parameters) for one in pipeline] for pipeline in found[0]]


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("Get-Date", (), [[("Get-Date",)]]),
        ("Get-A -Name x -Deep; Get-B 1, 2", (), [
            [("Get-A", ("Name", None), (None, "x"), ("Deep", None))], [("Get-B", (None, [1, 2]))]]),
        ("Get-A | Select-Object -Property:Name", (), [[("Get-A",), ("Select-Object", ("Property", "Name"))]]),
        ("param($a, $b) Get-A $b -X:$true", (1, 2), [[("Get-A", (None, 2), ("X", True))]]),
        ("param($n, $p, $r) & $n @p @r", ("Get-A", {"Name": "x"}, [5]), [[("Get-A", ("Name", "x"), (None, 5))]]),
    ],
)  # fmt: skip
def test_what_is_plain(text: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert converted(text, *arguments) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "$x = 1",
        "Get-A $HOME",
        "Get-A $using:x",
        "Get-A (Get-B)",
        "Get-A \"$(Get-B)\"",
        "Get-A { 1 }",
        "Get-A > file",
        ". Get-A",
        "Get-A &",
        "if ($true) { Get-A }",
        "begin { Get-A }",
        "param([int] $a = 5) Get-A $a",
        "",
    ],
)  # fmt: skip
def test_what_needs_the_language(text: str) -> None:
    assert converted(text, 1) is None

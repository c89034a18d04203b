"""The debugger's prompt and other nested prompts, their lines from a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from remora.cli.console_host import ConsoleHost
from remora.cli.console_session import ConsoleSession

SCRIPT = """function Add($a, $b) {
    $sum = $a + $b
    $sum
}
$x = 1
$y = Add $x 2
foreach ($i in 1..2) {
    $y += $i
}
"y is $y"
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "a.ps1"
    path.write_text(SCRIPT)
    return path


def shown(text: str, *lines: str, fails: bool = False) -> list[str]:
    """What a session shows that runs the text and reads the lines, without empty lines and marks below code."""
    out, err = io.StringIO(), io.StringIO()
    host = ConsoleHost(out, err, io.StringIO("".join(f"{line}\n" for line in lines)), interactive=True)
    ConsoleSession(host).run_text(f"function prompt {{ 'P' + '>' * ($NestedPromptLevel + 1) + ' ' }}; {text}")
    assert bool(err.getvalue()) is fails, err.getvalue()
    return [line for line in out.getvalue().splitlines() if line.strip("+ ~")]


def places(said: list[str]) -> list[int]:
    """The lines of the file where it stopped."""
    return [int(line.partition(".ps1:")[2].split()[0]) for line in said if line.startswith("At ") and ".ps1:" in line]


def test_a_stop_at_a_line(script: Path) -> None:
    said = shown(f"$null = sbp {script} 2; {script}", "$a + 10", "$PSDebugContext.Breakpoints.Line", "c")
    assert said == [
        "Entering debug mode. Use h or ? for help.",
        f"Hit Line breakpoint on '{script}:2'",
        f"At {script}:2 char:5",
        "+     $sum = $a + $b",
        "[DBG]: P>> $a + 10", "11",
        "[DBG]: P>> $PSDebugContext.Breakpoints.Line", "2",
        "[DBG]: P>> c",
        "y is 6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["s", "", "stepInto", "s"], [5, 6, 2, 3, 7]),
        (["s", "v", "stepOver", "", ""], [5, 6, 7, 8, 8, 10]),
        (["s", "s", "o", "c"], [5, 6, 2, 7]),
        (["stepOut"], [5]),
        (["continue"], [5]),
        (["exit"], [5]),
    ],
)
def test_steps(script: Path, words: list[str], lines: list[int]) -> None:
    said = shown(f"$null = sbp {script} 5; {script}; 'end'", *words, *["c"] * 3)
    assert (places(said), "y is 6" in said, said[-1]) == (lines, True, "end")


def test_leaving(script: Path) -> None:
    there = f"$null = sbp {script} 8; try {{ {script} }} finally {{ 'finally' }}; 'end'"
    assert shown(there, "d")[-3:] == ["y is 6", "finally", "end"]
    assert shown(there, "q")[-2:] == ["[DBG]: P>> q", "finally"]
    assert places(shown(there)) == [8, 8]  # nobody answers: it goes on


def test_the_calls_and_the_source(script: Path) -> None:
    said = shown(f"$null = sbp {script} 3; {script}", "k", "l", "l 9", "list 2 1", "l 99", "", "h", "c")
    assert [line.split() for line in said if "a.ps1: line" in line] == [
        ["Add", "{a=1,", "b=2}", "a.ps1:", "line", "3"], ["a.ps1", "{}", "a.ps1:", "line", "6"],
    ]  # fmt: skip
    listed = [line for line in said if line[:5].strip().isdecimal()]
    assert [line.split(":")[0].strip() for line in listed] == [
        str(n) for n in [*range(1, 12), 9, 10, 11, 2, *range(1, 12)]
    ]
    assert "    3:*     $sum" in listed
    assert any("from line 99" in line for line in said)
    assert any("stepOver" in line for line in said)


def test_stops_at_commands_and_variables(script: Path) -> None:
    said = shown(f"$null = sbp -C add, Get-Date; $null = sbp -Variable y; {script}; $null = Get-Date", *["c"] * 5)
    assert places(said[:-3]) == [2, 6, 8, 8]
    assert "At line:1 char:" in said[-3]


@pytest.mark.parametrize(
    ("text", "where", "trigger"),
    [
        ("Wait-Debugger; 'end'", "Wait-Debugger", ""),
        ("$ErrorActionPreference = 'Break'; 1/0; 'end'", "1/0", "Attempted to divide by zero."),
        ("$ErrorActionPreference = 'Break'; try { throw 'oh' } catch { }; 'end'", "throw 'oh'", "oh"),
        ("Get-Item /none -ErrorAction Break; 'end'", "Get-Item", "Cannot find path '/none' because it does not exist."),
        ("Write-Warning oh -WarningAction Break; 'end'", "Write-Warning", "oh"),
    ],
)
def test_other_reasons_to_stop(text: str, where: str, trigger: str) -> None:
    fails = "1/0" in text or "Item" in text
    said = shown(
        text, "$PSDebugContext.InvocationInfo.Line.Length -gt 0", '"<$($PSDebugContext.Trigger)>"', "c", fails=fails
    )
    assert any(line.startswith("+ ") and where in line for line in said)
    assert f"<{trigger}>" in said
    assert said[-1] == "end"


def test_the_prompt_of_the_debugger_is_no_part_of_the_script() -> None:
    text = "try { $global:n = 1; Wait-Debugger; 'after' } catch { 'caught' }; Test-Path variable:PSDebugContext"
    said = shown(text, "throw 'mine'", "1/0; 'on'", "Wait-Debugger", "$n = 5", "c", fails=True)
    assert said[-6:] == [
        "on", "[DBG]: P>> Wait-Debugger", "[DBG]: P>> $n = 5", "[DBG]: P>> c", "after", "False",
    ]  # fmt: skip


def test_a_nested_prompt_sees_the_variables_of_its_place() -> None:
    said = shown("& { $local = 'inner'; $Host.EnterNestedPrompt(); $local }", "$local; $local = 'new'", "exit")
    assert said == ["P>> $local; $local = 'new'", "inner", "P>> exit", "new"]


def test_suspending(tmp_path: Path) -> None:
    said = shown(f"ni {tmp_path}/a -Confirm | % Name; 'end'", "s", "1 + 1", "exit", "y")
    assert ("2" in said, said[-1], (tmp_path / "a").exists()) == (True, "end", True)
    said = shown("Set-PSDebug -Step; 'one'\nSet-PSDebug -Off", "s", "$NestedPromptLevel", "exit", "a")
    assert "1" in said

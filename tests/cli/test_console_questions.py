"""Questions at the console."""

from __future__ import annotations

import io

import pytest

from remora.cli.console_host import ConsoleHost
from remora.cli.console_session import ConsoleSession

HOST = "System.Management.Automation.Host"
CHOICES = f"@([{HOST}.ChoiceDescription]::new('&Yes', 'does it'), '&No')"
NO = "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."


def asked(text: str, *lines: str, silent: bool = False) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    ConsoleSession(ConsoleHost(out, err, typed, interactive=True, silent=silent)).run_text(text)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("declared", "lines", "shown"),
    [
        ("$p", ["!!x"], "p: !x\n"),
        ("[string[]] $p", ["a", "b", ""], "p[0]: p[1]: p[2]: a b\n"),
        ("[int] $p", ["4"], "p: 4\n"),
        ("[int[]] $p", ["4", "5", ""], "p[0]: p[1]: p[2]: 4 5\n"),
        ("[securestring] $p", ["abc"], "p: 3\n"),
        ("[pscredential] $p", ["ann", "pw"], "p\nUser: Password for user ann: ann\n"),
    ],
)
def test_mandatory_parameters(declared: str, lines: list[str], shown: str) -> None:
    body = 'if ($p -is [securestring]) { $p.Length } elseif ($p -is [pscredential]) { $p.UserName } else { "$p" }'
    said, problems = asked(f"function f {{ param([Parameter(Mandatory)] {declared}) {body} }}; f", *lines)
    assert problems == ""
    assert said == f"\ncmdlet f at command pipeline position 1\nSupply values for the following parameters:\n{shown}"


def test_what_cannot_be_is_asked_again_and_help_is_shown() -> None:
    said, problems = asked(
        "function f { param([Parameter(Mandatory, HelpMessage = 'How many')] [int] $p) $p + 1 }; f", "!?", "x", "4"
    )
    assert said.endswith("(Type !? for Help.)\np: How many\np: p: 5\n")
    assert 'Cannot convert value "x"' in problems


def test_choices() -> None:
    said, _ = asked(f"$Host.UI.PromptForChoice('cap', 'msg', {CHOICES}, 1)", "?", "maybe", "yes")
    line = '[Y] Yes  [N] No  [?] Help (default is "N"): '
    assert said == f"\ncap\nmsg\n{line}Y - does it\nN - \n{line}{line}0\n"
    assert asked(f"$Host.UI.PromptForChoice('', '', {CHOICES}, 1)", "")[0].endswith("1\n")
    kind = f"[{HOST}.ChoiceDescription[]]{CHOICES}"
    several = f"$Host.UI.PromptForChoice('c', 'm', {kind}, [int[]] 1)"
    assert asked(several, "n", "y", "")[0].splitlines()[-2:] == ["Choice[0]: Choice[1]: Choice[2]: 1", "0"]
    assert asked(several, "")[0].endswith("[?] Help (default is N)\nChoice[0]: 1\n")


@pytest.mark.parametrize(
    "text",
    [
        "Read-Host", "Read-Host -AsSecureString", "Get-Credential", f"$Host.UI.PromptForChoice('', '', {CHOICES}, 0)",
        "ni never -Confirm", "$Host.UI.ReadLine()", "$Host.UI.Prompt('', '', @('a'))",
    ],
)  # fmt: skip
def test_nobody_is_asked_who_does_not_answer(text: str) -> None:
    said, problems = asked(f"{text}; 'on'", "y", silent=True)
    assert (said, NO in problems) == ("on\n", True)


def test_nobody_is_waited_for_in_the_debugger() -> None:
    said, problems = asked("Wait-Debugger; $Host.EnterNestedPrompt(); 'on'", "q", silent=True)
    assert (said.splitlines()[-1], problems) == ("on", "")


def test_colours_of_a_window_are_remembered() -> None:
    script = (
        "$r = $Host.UI.RawUI; $r.ForegroundColor; $r.BackgroundColor; $r.ForegroundColor = 'Red'; $r.ForegroundColor"
    )
    assert asked(script)[0] == "Gray\nBlack\nRed\n"

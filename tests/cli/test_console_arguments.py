"""The command line of the console: its own options, and those of pwsh in their place."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from remora.cli.console_arguments import UsageError, read_arguments

ENCODED = base64.b64encode("exit 4".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], {"text": None, "file": None, "server": False}),
        (["-c", "1", "+", "1"], {"text": "1 + 1"}),
        (["--command", "a"], {"text": "a"}),
        (["--command=a", "b"], {"text": "a b"}),
        (["-c", "-"], {"text": "-"}),
        (["--strict", "x.ps1", "-c", "5"], {"strict": True, "file": "x.ps1", "arguments": ("-c", "5")}),
        (["--", "-odd.ps1", "a"], {"file": "-odd.ps1", "arguments": ("a",)}),
        (["-"], {"file": "-"}),
        (["-s"], {"server": True}),
        (["-sshs", "-NoLogo", "-NoProfile"], {"server": True}),
        (["-NoLogo", "-NoProfile", "-s"], {"server": True}),
        (["-nop", "-NonI", "-File", "x.ps1", "-A", "1"],
         {"file": "x.ps1", "arguments": ("-A", "1"), "interactive": False}),
        (["-NoProfile", "-Command", "1", "2"], {"text": "1 2"}),
        (["-ExecutionPolicy", "Bypass", "-EncodedCommand", ENCODED], {"text": "exit 4"}),
        (["-noe", "-c", "1"], {"text": "1", "stay": True}),
        (["-wd", "/", "-c", "1"], {"working_directory": "/"}),
        (["--help"], {"help": True}),
        (["-?"], {"help": True}),
        (["-hEl"], {"help": True}),
        (["--HE"], {"help": True}),
        (["-v", "5", "-nosuch"], {"version": True}),
        (["-Login", "-c", "1"], {"login": ("-c", "1"), "text": None}),
        (["-c", "1", "-l"], {"login": None, "text": "1 -l"}),
        (["-File", "-"], {"file": None, "prompts": True, "logo": False}),
        (["-NoProfile"], {"file": None, "prompts": True, "logo": True, "profiles": False}),
        (["-NoLogo"], {"prompts": True, "logo": False, "profiles": True}),
        (["-nop", "-Command", "-"], {"text": None, "prompts": False}),
        (["-cwa", "$args", "$a", "-b"], {"text": "$args", "arguments": ("$a", "-b")}),
        (["-ec", ENCODED, "-encodeda", "eA==", "-if", "xml", "-o", "xML"],
         {"text": "exit 4", "encoded_arguments": "eA==", "input_xml": True, "output_xml": True}),
        (["-inp", "text", "-of", "TEXT", "-c", "1"], {"input_xml": False, "output_xml": False}),
    ],
)  # fmt: skip
def test_what_is_to_be_run(words: list[str], wanted: dict[str, Any]) -> None:
    given = read_arguments(words)
    assert {name: getattr(given, name) for name in wanted} == wanted


@pytest.mark.parametrize("words", [["-c"], ["--frobnicate"], ["-Frobnicate"], ["-EncodedCommand", "%%"], ["-File"]])
def test_wrong_usage(words: list[str]) -> None:
    with pytest.raises(UsageError):
        read_arguments(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-no", "-File", "x"], "-noninteractive"),
        (["-format", "x"], "-outputformat"),
        (["-Frobnicate"], "not recognized as the name of a script file"),
        (["-c"], "requires an argument"),
        (["-nop", "-c"], "missing parameter"),
        (["-wd"], "missing parameter"),
        (["-sta", "-c", "1"], "-STA is not supported"),
        (["-mta", "-c", "1"], "-MTA is not supported"),
        (["-WindowStyle", "hidden"], "not implemented on this platform"),
        (["-ep", "Whatever", "-c", "1"], "Invalid ExecutionPolicy value 'Whatever'"),
        (["-of", "json", "-c", "1"], '"json" is not a valid format'),
        (["-c", "-", "1"], "nothing else may follow"),
        (["-nop", "-c", "-", "1"], "nothing else may follow"),
        (["-ConfigurationName", "x", "-c", "1"], "-ConfigurationName"),
        (["-ConfigurationFile", "x.pssc", "-c", "1"], "-ConfigurationFile"),
        (["-SettingsFile", "/none.json", "-c", "1"], "'/none.json' does not exist"),
        (["-CustomPipeName", "A" * 200], "too long"),
    ],
)
def test_wrong_use_of_an_option_of_pwsh(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read_arguments(words)
    assert caught.value.exit_code == 64


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    code = "from remora.cli.main import program; program()"
    return subprocess.run(
        [sys.executable, "-c", code, "console", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd=cwd,
    )  # fmt: skip


def test_as_a_program(tmp_path: Path) -> None:
    done = run("-NoProfile", "-EncodedCommand", ENCODED)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "")
    assert run("-wd", str(tmp_path), "-c", "$PWD.Path").stdout == f"{tmp_path}\n"
    assert run("-wd", str(tmp_path / "nowhere"), "-c", "1").returncode == 1
    assert run("-wd", "~", "-c", "$PWD.Path").stdout == f"{Path.home()}\n"
    assert run("-Version", "2").stdout == "PowerShell 7.4.6\n"
    assert run("-no").returncode == 64
    assert "-sshs" in run("-?").stdout
    wrong = run("--frobnicate")
    assert wrong.returncode == 2
    assert "--frobnicate" in wrong.stderr
    helped = run("--help")
    assert helped.returncode == 0
    assert "-sshs" in helped.stdout


def test_output_to_a_closed_pipe_ends_quietly() -> None:
    code = "from remora.cli.main import program; program()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "console", "-c", "1..200000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    assert child.stdout.readline() == b"1\n"
    child.stdout.close()
    assert b"Traceback" not in child.stderr.read()
    child.stderr.close()
    child.wait(30)

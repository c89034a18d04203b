"""Standard streams of the console as scripts and programs use them: $input, CLIXML, blocks as arguments."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from remora.psrp import clixml


def run(*words: str, stdin: str | None = "", **variables: str) -> subprocess.CompletedProcess[str]:
    code = "from remora.cli.main import program; program()"
    return subprocess.run(
        [sys.executable, "-c", code, "console", *words],
        input=stdin, capture_output=True, text=True, timeout=60, env=os.environ | variables,
    )  # fmt: skip


def test_lines_of_standard_input(tmp_path: Path) -> None:
    assert run("-c", '$input | % { "<$_>" }', stdin="a\nb\n").stdout == "<a>\n<b>\n"
    script = tmp_path / "s.ps1"
    script.write_text("param([string]$From, [Parameter(ValueFromPipeline)]$In) process { $In.Replace($From, '-') }")
    assert run("-File", str(script), "e", stdin="here\n").stdout == "h-r-\n"
    assert run("-File", f"{tmp_path}\\s.ps1", "e", stdin="here\n").stdout == "h-r-\n"


def test_an_open_pipe_is_left_alone() -> None:
    code = "from remora.cli.main import program; program()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "console", "-c", "1+1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.read() == b"2\n"
    assert child.wait(30) == 0
    child.stdin.close()
    child.stdout.close()


def test_objects_on_standard_streams() -> None:
    done = run(
        "-OutputFormat", "XML", "-c", "1; 'x'; Write-Error e -ErrorId Mine; Write-Warning w; Write-Information i"
    )
    assert done.stdout.startswith("#< CLIXML\n")
    assert list(clixml.load_stream(done.stdout))[:2] == [("Output", 1), ("Output", "x")]
    errors = list(clixml.load_stream(done.stderr))
    assert [stream for stream, _ in errors] == ["Error", "warning"]
    assert errors[0][1].fully_qualified_error_id.startswith("Mine")
    document = clixml.dumps_stream([1, 2]).decode()
    assert run("-InputFormat", "XML", "-c", "$input | % { $_ + 1 }", stdin=document).stdout == "2\n3\n"


def test_objects_are_written_as_they_come() -> None:
    command = [sys.executable, "-m", "remora", "console", "-of", "XML", "-c", "[pscustomobject]@{a=1}; Start-Sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        seen = b""
        while b"</Obj>" not in seen:
            seen += os.read(child.stdout.fileno(), 4096)
        assert child.poll() is None
        child.send_signal(signal.SIGINT)
        found = list(clixml.load_stream(seen + child.stdout.read()))
    assert [stream for stream, _ in found] == ["Output"]


def test_arguments() -> None:
    given = base64.b64encode(clixml.dumps_stream([[5, "x"]]).decode().encode("utf-16-le")).decode()
    command = base64.b64encode("$args[0] + 1; $args[1]".encode("utf-16-le")).decode()
    assert run("-EncodedCommand", command, "-EncodedArguments", given).stdout == "6\nx\n"
    assert run("-EncodedCommand", command, "-EncodedArguments", "%%").returncode == 64
    assert run("-cwa", '$args | % { "[$_]" }', "$fun", "@times").stdout == "[$fun]\n[@times]\n"
    assert run("-cwa", "param([switch]$On) $On.IsPresent", "-On:$False").stdout == "False\n"


@pytest.mark.parametrize("text", ["$true", "$FALSE", "tRue", "false"])
def test_booleans_for_switches(tmp_path: Path, text: str) -> None:
    script = tmp_path / "s.ps1"
    script.write_text("param([switch]$On, $Name) '{0} {1}' -f $On.IsPresent, $Name")
    assert run("-File", str(script), f"-On:{text}", "-Name:", text).stdout == f"{'t' in text.lower()} {text}\n"


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("(pwsh { @{a='b'} }).GetType().Name", "Hashtable"),
        ("(pwsh { [pscustomobject]@{X=10} }).X + 1", "11"),
        ("(pwsh -out text { 5 }).GetType().Name", "String"),
        ("(pwsh { Write-Error foo } 2>&1).FullyQualifiedErrorId", "Microsoft.PowerShell.Commands.WriteErrorException"),
        ("(pwsh { Write-Information foo } 6>&1).GetType().Name", "InformationRecord"),
        ("pwsh { Write-Warning foo } 3>&1 | % GetType | % Name", "WarningRecord"),
        ("(1, 2 | pwsh -noprofile -command { $input | % { $_ + 1 } }) -join ' '", "2 3"),
        ("[pscustomobject]@{X=10} | pwsh -inp text { -join ($input -replace '\\s') }", "X-10"),
        ("pwsh { $args[0] + 1; $args[1][1] } -args 1, (2, 3)", "2\n3"),
        ("pwsh { $args[0] + 1 } -args 5", "6"),
        ("pwsh { exit 3 }; $LASTEXITCODE", "3"),
        ("try { pwsh -outp blah -comm { 1 } } catch { $_.FullyQualifiedErrorId }", "IncorrectValueForFormatParameter"),
        ("try { pwsh -comm 1 { 1 } } catch { $_.FullyQualifiedErrorId }", "IncorrectValueForCommandParameter"),
        ("try { pwsh { 1 } { 2 } } catch { $_.FullyQualifiedErrorId }", "ParameterSpecifiedAlready"),
        ("try { pwsh { 1 } -args } catch { $_.FullyQualifiedErrorId }", "NoValuesSpecifiedForArgs"),
    ],
)
def test_blocks_as_arguments_of_a_powershell(script: str, shown: str) -> None:
    assert run("-c", script).stdout == f"{shown}\n"


@pytest.mark.parametrize(
    ("variables", "rendering"),
    [({"NO_COLOR": ""}, "PlainText"), ({"TERM": "xterm-mono"}, "PlainText"), ({"TERM": "xtermm"}, "PlainText"),
     ({"TERM": "xterm"}, "Host")],
)  # fmt: skip
def test_rendering_that_the_environment_asks_for(variables: dict[str, str], rendering: str) -> None:
    assert run("-c", "$PSStyle.OutputRendering.ToString()", **variables).stdout == f"{rendering}\n"

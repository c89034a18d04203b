"""Native programs and redirection: arguments, exit codes, byte pipes, files, streams merged."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from remora.engine import resolver

PRINT = "/usr/bin/printf '[%s]'"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{PRINT} 'a b' \"c'd\" e`\"f", ["[a b][c'd][e\"f]"]),
        (f"{PRINT} -x:y --long=1 5 0x10 1.50 -- -z", ["[-x:y][--long=1][5][0x10][1.50][--][-z]"]),
        (f"$a = 'p','q'; {PRINT} $a x$($a[0])y", ["[p][q][xpy]"]),
        (f"{PRINT} a,b", ["[a,b]"]),
        (f"$env:RX = 'v'; {PRINT} --% %RX% \"a b\" | /bin/cat; $env:RX = $null", ["[v][a b]"]),
        ("/bin/sh -c 'exit 3'; $LASTEXITCODE; $?", [3, True]),
        ("/bin/sh -c 'exit 3'; $?", [False]),
        ("$x = /bin/sh -c 'echo one; echo two'; $x.Count", [2]),
        ("'b','a' | /usr/bin/sort", ["a", "b"]),
        ("/bin/sh -c 'echo out; echo err >&2' 2>&1 | % { $_.GetType().Name }", ["String", "ErrorRecord"]),
        ("(Get-Command sh).Version.ToString()", ["0.0.0.0"]),
        ("function f { $args.Count }; f -- -a", [1]),
        ("/bin/sh -c 'echo err >&2' 2>$null; $LASTEXITCODE", [0]),
        ("(/bin/sh -c 'printf \"no newline\"').Length", [10]),
        ("/bin/true && 'yes'; /bin/false || 'no'", ["yes", "no"]),
        ("1..3 | /bin/cat | Measure-Object | % Count", [3]),
    ],
)  # fmt: skip
def test_programs(run: Any, script: str, expected: list[Any]) -> None:
    outcome = run(script)
    assert outcome.outputs == expected, outcome.ids


def test_unquoted_words_are_expanded_to_file_names(run: Any, tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).touch()
    run(f"Set-Location '{tmp_path}'")
    assert run(f"{PRINT} *.txt '*.txt' none*").outputs == ["[a.txt][b.txt][*.txt][none*]"]


def test_bytes_pass_raw_between_programs_and_into_files(run: Any, tmp_path: Path) -> None:
    data = bytes(range(256)) * 4096
    (tmp_path / "in").write_bytes(data)
    outcome = run(f"/bin/cat '{tmp_path}/in' | /bin/cat > '{tmp_path}/out'; $LASTEXITCODE")
    assert outcome.outputs == [0]
    assert (tmp_path / "out").read_bytes() == data


def test_large_input_and_output_at_once_do_not_block(run: Any) -> None:
    assert run("(1..20000 | /bin/cat | /bin/cat | Measure-Object).Count").outputs == [20000]


def test_a_program_that_does_not_read_its_input(run: Any) -> None:
    assert run("1..50000 | /bin/true; $LASTEXITCODE").outputs == [0]


def test_a_program_that_cannot_start(run: Any, tmp_path: Path) -> None:
    program = tmp_path / "bad"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    assert run(f"& '{program}'; 'next'").outputs == ["next"]
    assert run(f"& '{program}'").ids == ["NativeCommandFailed"]
    program.chmod(0o644)
    assert run(f"& '{program}'").ids == ["NativeCommandFailed"]


def test_file_redirection(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "o.txt"
    run(f"'a' > '{out}'; 'b' >> '{out}'")
    assert out.read_text() == "a\nb\n"
    run(f"Write-Error bad 2> '{out}'")
    assert "bad" in out.read_text()
    outcome = run(f"& {{ 'o'; Write-Warning w; Write-Error e }} *> '{out}'")
    assert outcome.outputs == []
    assert outcome.sink.errors == []
    assert outcome.sink.warnings == []
    assert run(f"'x' > '{tmp_path}/no/such/o.txt'").ids == [
        "FileOpenFailure,Microsoft.PowerShell.Commands.OutFileCommand"
    ]


def test_script_files(run: Any, tmp_path: Path) -> None:
    library = tmp_path / "lib.ps1"
    library.write_text("function Get-Lib { 'lib' }\n$script:seen = $PSScriptRoot\n$seen")
    main = tmp_path / "main.ps1"
    main.write_text('param([int]$n = 1)\n. "$PSScriptRoot/lib.ps1"\nGet-Lib\n$n + 1\n$PSCommandPath')
    assert run(f"& '{main}' -n 4").outputs == [str(tmp_path), "lib", 5, str(main)]
    assert run("Get-Lib").ids == ["CommandNotFoundException"]
    assert run(f". '{library}'; Get-Lib").outputs == [str(tmp_path), "lib"]
    broken = tmp_path / "broken.ps1"
    broken.write_text("if (")
    outcome = run(f"& '{broken}'")
    assert outcome.ids == ["IfStatementMissingCondition"]
    assert outcome.sink.errors[0].invocation.script_name == str(broken)


@pytest.mark.parametrize(
    ("style", "words", "expected"),
    [
        ("Standard", "'a\"b c\"d' '' x", '[a"b c"d][][x]'),
        ("Legacy", "'a\"b c\"d' '' x", "[ab cd][x]"),
        ("Windows", "'a\"b c\"d' '' x", '[a"b c"d][][x]'),
        ("Standard", "1, 2,3 '4 ,5' 6 ,7", "[1,][2,3][4 ,5][6][,7]"),
        ("Legacy", "1, 2,3", "[1,][2,3]"),
        ("Standard", "-F: '{x}' -F:'{x}'", "[-F:][{x}][-F:{x}]"),
        ("Legacy", "'C:\\dir name\\'", "[C:\\dir name\\]"),
    ],
)
def test_styles_of_passing_arguments(run: Any, style: str, words: str, expected: str) -> None:
    assert run(f"$PSNativeCommandArgumentPassing = '{style}'; {PRINT} {words}").outputs == [expected]


def test_the_style_is_one_of_three(run: Any) -> None:
    outcome = run("try { $PSNativeCommandArgumentPassing = 'nonsense' } catch { $_.Exception.GetType().Name }")
    assert outcome.outputs == ["ArgumentTransformationMetadataException"]


def test_values_with_wildcards_and_home(run: Any, tmp_path: Path) -> None:
    (tmp_path / "one.txt").touch()
    (tmp_path / ".hidden.txt").touch()
    assert run(f"$p = '{tmp_path}/*.txt'; {PRINT} $p \"$p\"").outputs == [f"[{tmp_path}/one.txt][{tmp_path}/*.txt]"]
    assert run(f"({PRINT} ~ ~/x '~') -eq \"[$HOME][$HOME/x][~]\"").outputs == [True]
    assert run(f"Set-Location env:; {PRINT} *").outputs == ["[*]"]


def test_exit_codes_as_errors(run: Any) -> None:
    script = "$PSNativeCommandUseErrorActionPreference = $true; "
    outcome = run(script + "/bin/sh -c 'exit 3'; $LASTEXITCODE")
    assert outcome.outputs == [3]
    assert outcome.ids == ["ProgramExitedWithNonZeroCode"]
    caught = "$ErrorActionPreference = 'Stop'; try { /bin/sh -c 'exit 3' } catch { $e = $_.Exception; "
    outcome = run(script + caught + "$e.ExitCode; $e.Path; $e.ProcessId -gt 0; $e.Message }")
    assert outcome.outputs == [3, "/bin/sh", True, 'Program "sh" ended with non-zero exit code: 3.']


def test_the_error_stream_of_a_program(run: Any) -> None:
    script = "/bin/sh -c 'echo one >&2; echo two >&2' 2>&1 | % FullyQualifiedErrorId; $Error.Count"
    assert run("$Error.Clear(); " + script).outputs == ["NativeCommandError", "NativeCommandErrorMessage", 0]
    assert run("(/bin/sh -c 'echo one >&2' 2>&1 | Out-String).Trim()").outputs == ["one"]


def test_encodings_of_programs(run: Any, tmp_path: Path) -> None:
    run(f"$OutputEncoding = [Text.Encoding]::Latin1; [string][char]233 | /bin/cat > '{tmp_path}/o'")
    assert (tmp_path / "o").read_bytes() == b"\xe9\n"
    (tmp_path / "u").write_bytes("h\u00e9".encode("utf-16-le"))
    read = f"$PSApplicationOutputEncoding = [Text.Encoding]::Unicode; /bin/cat '{tmp_path}/u'"
    assert run(f"& {{ {read} }}").outputs == ["h\u00e9"]
    read = f"[Console]::OutputEncoding = [Text.Encoding]::Unicode; /bin/cat '{tmp_path}/u'"
    assert run(read).outputs == ["h\u00e9"]


def test_bytes_and_objects_as_input(run: Any) -> None:
    assert run("0x41uy, 0x42uy | /bin/cat").outputs == ["AB"]
    assert run(",[byte[]](0x41, 0x42) | /bin/cat").outputs == ["AB"]
    assert run("[pscustomobject]@{ Name = 'x' } | /bin/cat | ? { $_ -match '^x' }").outputs == ["x"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1..3 > variable:v; $v", [1, 2, 3]),
        ("'a' > variable:v; 'b' >> variable:v; $v", ["a", "b"]),
        ("Write-Warning w 3> variable:v; $v.Message", ["w"]),
        ("'x' > f | Out-Null; Get-Content f", ["x"]),
        ("$PSDefaultParameterValues['Out-File:Encoding'] = 'unicode'; 'x' > f; (gc f -AsByteStream).Count", [6]),
        ("$(Write-Error bad; 5) > f *> g; gc f; (gc g) -match 'bad' -ne ''", ["5", True]),
        ("$o = [pscustomobject]@{ a = 1 }; $o > f; $o | Out-File g; (gc f -Raw) -ceq (gc g -Raw)", [True]),
        ("try { 1 > function:x } catch { $_.FullyQualifiedErrorId }",
         ["ReadWriteFileNotFileSystemProvider,Microsoft.PowerShell.Commands.OutFileCommand"]),
    ],
)  # fmt: skip
def test_targets_of_redirection(run: Any, tmp_path: Path, script: str, expected: list[Any]) -> None:
    run(f"Set-Location '{tmp_path}'")
    assert run(f"& {{ {script} }}").outputs == expected


def test_powershell_is_this_one_where_there_is_no_other(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    outcome = run(
        '& "$PSHOME/pwsh" -NoProfile -c \'1 + 1; exit 4\'; $LASTEXITCODE; (Get-Command pwsh).Source -eq "$PSHOME/pwsh"'
    )
    assert outcome.texts == ["2", "4", "True"]


def test_the_process_names_what_starts_it_again(run: Any) -> None:
    outcome = run(
        'Test-Path "$PSHOME/pwsh" -PathType Leaf; $me = Get-Process -Id $PID; $me.Path -eq "$PSHOME/pwsh"; '
        "$me.MainModule.FileName -eq $me.Path; & $me.Path -NoProfile -c '1 + 1'"
    )
    assert outcome.texts == ["True", "True", "True", "2"]


def test_the_file_starts_the_console_without_the_engine() -> None:
    file = Path(resolver.HOME) / "pwsh"
    done = subprocess.run([file, "-c", "2 + 2; exit 3"], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("4\n", 3)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('/bin/echo "a`0b"', "null character"),
        ("/bin/echo ([string][char]0xD800)", "surrogate pair"),
        ('$env:RX = "a`0b"', "null character"),
        ("$env:RX = [string][char]0xD800", "surrogate pair"),
        ("${env:R=X} = 1", "equals sign"),
        ("[Environment]::SetEnvironmentVariable('RX', [string][char]0xD800)", "surrogate pair"),
        ("[xml]('<a>' + [char]0xD800 + '</a>')", "surrogate pair"),
        ('$p = [Diagnostics.Process]::Start("/bin/echo", "a`0b")', "null character"),
        ('Start-Process /bin/echo -ArgumentList "a`0b" -ErrorAction Stop', "null character"),
    ],
)
def test_texts_that_the_system_does_not_take(run: Any, script: str, reason: str) -> None:
    outcome = run(f"try {{ {script} }} catch {{ $_.Exception.Message }}")
    assert len(outcome.texts) == 1
    assert reason in outcome.texts[0]
    assert not any(word in outcome.texts[0] for word in ("codec", "embedded", "illegal"))

"""PowerShell, cmd and the command line of powershell.exe after damage: our own errors, in time, or a tree."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from remora.engine.cmd.parser import Parser as CmdParser
from remora.engine.cmd.powershell_args import decode_command, parse_powershell_arguments
from remora.engine.cmd.syntax import CmdSyntaxError
from remora.engine.parser import parse
from tests.support.mutations import mutated, refused_or_read

SCRIPTS = (
    "param([int]$a = 3, [string[]]$b) function f($x) { return $x * 2 }; f 3 | ForEach-Object { $_ + 1 }",
    "try { throw 'x' } catch [System.Exception] { $_ } finally { 1 }",
    'switch -Regex ($a) { "a.b" { 1; break } default { 2 } }',
    'foreach ($i in 1..10) { if ($i -eq 3) { continue } elseif ($i -gt 7) { break } else { "v=$i ${env:X}" } }',
    '$h = @{ a = 1; "b c" = @(1,2,3); d = @{} }; $h.a; $h["b c"][0..1]; $h.Keys.Count',
    "@'\nhere $not\n'@ ; @\"\nhere $(1+1) `t\n\"@",
    "Get-ChildItem -Path *.txt 2>&1 | Where-Object { $_.Length -gt 1KB } | Select-Object -First 3 Name, @{n='x';e={1}}",
    "[math]::Max(1, 2); [int]'3'; $x::y; [System.Collections.Generic.List[string]]::new()",
    "do { $i++ } while ($i -lt 5); while ($true) { break }; for ($i=0;$i -lt 3;$i++) { $i }; & { 1 } ; . ./x.ps1",
    "$a, $b = 1, 2; $a += 0x1F; -not $a -and !$b -or ($a -xor $b); $a -replace 'x','y' -split ',' -join ';'",
    "<# comment #> # line\n$x = if ($y) { 1 } else { 2 }; $script:z = $using:q; native.exe --flag=1 -- -x | cat",
    "1e3; 1.5d; 10L; 0b11; 1MB; .5; -3; 'it''s'; \"a`\"b\"; $null ?? 1; $a?.b; $a ? 1 : 2; cmd1 && cmd2 || cmd3",
)
PS_PIECES = (
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "@'",
    "'@",
    '@"',
    '"@',
    "$(",
    "${",
    "`",
    "|",
    ";",
    "\n",
    "<#",
    "#>",
    "..",
    "::",
    "-",
    "--%",
    "\u2018",
    "\u2013",
    "\u00a0",
    "\x00",
    "\ud800",
    "$",
    "@",
    "&",
    "param(",
    "function",
    "1e999",
    "1e99999999999999999999d",
    "1e99999999999999999999",
    "class P { [int]$X; P() { } }",
    "enum E { A = 1 }",
    "0xFFFFFFFFFFFFFFFFFF",
    "9" * 400,
    "(" * 600,
    "{" * 600,
    "[" * 600,
    "-" * 600,
    "!" * 3000,
    "$(" * 600,
    '"$(' * 300,
    "@(" * 600,
    "if(1){" * 300,
    "1+" * 3000,
    "a|" * 3000,
    "[int]" * 900,
    ".a" * 3000,
    "[0]" * 3000,
    ",1" * 3000,
    "1;" * 3000,
    " -not" * 900,
    "$a=" * 900,
    "else{" * 9,
    "elseif(1){}" * 300,
)


@given(mutated(SCRIPTS, PS_PIECES))
def test_powershell(text: str) -> None:
    with refused_or_read(4.0):
        parse(text)


@given(st.lists(st.sampled_from((*PS_PIECES, "$a", "1", "if", "Get-X", " ", "'s'", "-eq")), max_size=25).map("".join))
def test_powershell_of_pieces(text: str) -> None:
    with refused_or_read(4.0):
        parse(text)


@given(
    mutated(
        tuple(path.read_text("utf-8") for path in sorted(Path("examples").rglob("*.ps1")))[:12] or SCRIPTS, PS_PIECES
    )
)
def test_whole_files(text: str) -> None:
    with refused_or_read(4.0):
        parse(text)


CMD = (
    'echo hello & dir /b | find "x" > out.txt 2>&1',
    "if not exist a.txt (echo no) else (del a.txt)",
    "for %i in (a b c) do @echo %i",
    'for /f "tokens=1,2 delims=," %a in (f.txt) do echo %a %b',
    "set /a x=1+2*(3-4) && echo %x:~0,2% || exit /b 1",
    'cd /d c:\\x ^& y & copy "a b" c & type nul >> f',
    'if /i "%a%"=="b" (\necho 1\n) else if %errorlevel% geq 3 echo 2',
)
CMD_PIECES = (
    "(",
    ")",
    "^",
    "&",
    "|",
    "<",
    ">",
    "%",
    '"',
    "\n",
    "2>&1",
    ">&9",
    "if ",
    "for ",
    "else ",
    "(" * 3000,
    "^" * 3000,
    "|" * 90,
    "if 1==1 " * 900,
    "for %i in (1) do " * 500,
    "a&" * 3000,
    "a&&" * 2000,
    "@" * 3000,
    "!" * 90,
)


def _lines(text: str) -> Iterator[str | None]:
    yield from text.splitlines()
    while True:
        yield None


@given(mutated(CMD, CMD_PIECES))
def test_cmd(text: str) -> None:
    source = _lines(text)
    parser = CmdParser(lambda: next(source))
    with refused_or_read(4.0):
        for _ in range(len(text) + 2):
            try:
                if parser.statement() is None:
                    return
            except CmdSyntaxError:
                continue


ENCODED = base64.b64encode("Get-Process | Out-String".encode("utf-16-le")).decode()
LINES = (
    f"-NoProfile -EncodedCommand {ENCODED}",
    "-Command 1 + 1",
    "-File x.ps1 -a 1",
    "-",
    "-ec " + ENCODED,
    "-noni -nol -c { 1 }",
    "/c x",
    "-ExecutionPolicy Bypass -i -OutputFormat XML -Version 5.1",
    "-wd /tmp -of Text -s",
)


@given(mutated(LINES, (" ", "-", "--", "/", "=", "\u2013", "\ud800", "\u00e9", "A" * 9, "-e ", "-c ")), st.booleans())
def test_command_lines_of_powershell(line: str, windows: bool) -> None:
    with refused_or_read():
        parse_powershell_arguments(line.split(" "), windows_powershell=windows)
    with refused_or_read():
        decode_command(line)


def test_the_seeds_are_valid() -> None:
    for script in SCRIPTS:
        parse(script)

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path

import pytest

from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.interpreter import Interpreter

ECHO = [
    ("echo hello", "hello\r\n"),
    ("ECHO Hello  World ", "Hello  World \r\n"),
    ("echo.", "\r\n"),
    ("echo:x", "x\r\n"),
    ("echo", "ECHO is on.\r\n"),
    ('echo "a & b"', '"a & b"\r\n'),
    ("echo a^&b ^| c", "a&b | c\r\n"),
    ("echo a & echo b", "a \r\nb\r\n"),
    ("echo a&&echo b", "a\r\nb\r\n"),
    ("echo a||echo b", "a\r\n"),
    ("echo %MIXED%", "Case Value\r\n"),
    ("echo %mixed:Case=Lower%", "Lower Value\r\n"),
    ("echo %mixed:~0,4%-%mixed:~-5%-%mixed:~5,-2%", "Case-Value-Val\r\n"),
    ("echo %undefined% 100%", "%undefined% 100%\r\n"),
    ("(echo a&echo b)", "a\r\nb\r\n"),
    ("(\r\necho a\r\necho b\r\n)", "a\r\nb\r\n"),
    ("@echo quiet", "quiet\r\n"),
    ("set /a 1+2*3", "7"),
    ("set /a (1+2)*3, 7/2, -7%3, 1^<^<4", "16"),
    ("set x=1& call echo %x%", "1\r\n"),
    ("rem nothing & echo not this", ""),
    ("cmd /c echo inner", "inner\r\n"),
    ('cmd.exe /s /c "echo a b"', "a b\r\n"),
    ('cmd /c "echo a & echo b"', "a \r\nb\r\n"),
]


@pytest.mark.parametrize(("line", "expected"), ECHO)
def test_output_of_simple_lines(run, line: str, expected: str) -> None:
    result = run(line)
    assert (result.out, result.err, result.code) == (expected, "", 0)


CONDITIONS = [
    ("if a==a echo yes", "yes\r\n"),
    ("if a==b (echo yes) else (echo no)", "no\r\n"),
    ("if /i A==a echo yes", "yes\r\n"),
    ("if not a==b echo yes", "yes\r\n"),
    ("if /i not A==a echo yes", ""),
    ('if "%mixed%"=="Case Value" echo yes', "yes\r\n"),
    ("if exist file.txt (echo yes) else echo no", "no\r\n"),
    ("echo x>file.txt& if exist file.txt echo yes", "yes\r\n"),
    ("if exist %temp%\\ echo dir", "dir\r\n"),
    ("if defined MIXED echo yes", "yes\r\n"),
    ("if 10 gtr 9 echo yes", "yes\r\n"),
    ("if abc lss abd echo yes", "yes\r\n"),
    ("nosuch 2>nul || echo %errorlevel%", "0\r\n"),
    ("nosuch 2>nul & if errorlevel 9009 echo unknown", "unknown\r\n"),
    ("if 1==0 echo a & echo b", ""),
    ("for %i in (a b c) do echo %i", "a\r\nb\r\nc\r\n"),
    ("for /l %n in (3,-1,1) do echo %n", "3\r\n2\r\n1\r\n"),
    ('for /f "tokens=1,2*" %a in ("x y z w") do echo %a-%b-%c', "x-y-z w\r\n"),
    ("for /f %a in ('echo from command') do echo [%a]", "[from]\r\n"),
    ("for %f in (a.txt) do echo %~nf and %~xf", "a and .txt\r\n"),
]


@pytest.mark.parametrize(("line", "expected"), CONDITIONS)
def test_conditions_and_loops(run, line: str, expected: str) -> None:
    assert run(line).out == expected


CODES = [
    ("exit 3", 3),
    ("exit /b 4", 4),
    ("exit 0", 0),
    ("exit -1", -1),
    ("exit 4294967295", -1),
    ("echo x & exit 7 & echo y", 7),
    ("nosuchcommand", 9009),
    ("cmd /c exit 5", 5),
    ("type nosuch.txt", 1),
    ("echo hi | findstr nomatch", 1),
    ("echo hi | findstr hi", 0),
    ("cd nosuch", 1),
    ("sh -c 'exit 6'", 2),
    ('sh -c "exit 6"', 6),
    ('sh -c "exit 6" && echo no', 6),
    ("exit", 0),
    ("(", 1),
    ("echo a | exit 9", 9),
]


@pytest.mark.parametrize(("line", "code"), CODES)
def test_exit_codes(run, line: str, code: int) -> None:
    assert run(line).code == code


def test_an_unknown_command_has_the_message_of_cmd(run) -> None:
    result = run("no-such-thing with arguments")
    assert result.err == (
        "'no-such-thing' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
    )
    assert result.code == 9009


REDIRECTIONS = [
    ("echo a> f.txt & type f.txt", "a \r\n"),
    ("echo a>f.txt& echo b >> f.txt& type f.txt", "a\r\nb \r\n"),
    ("> f.txt echo first& type f.txt", "first\r\n"),
    (
        "nosuch > f.txt 2>&1 & type f.txt",
        "'nosuch' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    ),
    ("echo visible 2>nul", "visible \r\n"),
    ("echo gone >nul", ""),
    ("(echo a& echo b)> f.txt & more < f.txt", "a\r\nb\r\n"),
    ("echo c 1>&2", ""),
    ("echo b> f.txt& echo a>> f.txt& sort < f.txt", "a\r\nb\r\n"),
    ("echo one| sort", "one\r\n"),
    ("(echo b& echo a& echo c)| sort /r", "c\r\nb\r\na\r\n"),
    ("echo abc1>f.txt& type f.txt", "abc1\r\n"),
    ('echo q>"f g.txt"& type "f g.txt"', "q\r\n"),
    ('(echo x& echo yx& echo z)| find /c "x"', "2\r\n"),
    ('(echo Alpha& echo beta)| findstr /i /c:"ALP"', "Alpha\r\n"),
    ('echo a.b| findstr /r "^a.b$"', "a.b\r\n"),
]


@pytest.mark.parametrize(("line", "expected"), REDIRECTIONS)
def test_redirections_and_pipes(run, line: str, expected: str) -> None:
    assert run(line).out == expected


def test_error_output_is_its_own_stream(run) -> None:
    result = run("echo out& echo err 1>&2")
    assert (result.out, result.err) == ("out\r\n", "err \r\n")


def test_redirection_into_a_missing_directory_fails_that_command_only(run) -> None:
    result = run("echo a > nosuch\\f.txt & echo b")
    assert result.out == "b\r\n"
    assert result.err == "The system cannot find the path specified.\r\n"


def test_winrmcp_upload_lines_rebuild_the_file(run, tmp_path: Path) -> None:
    """Appending about 6 kB of base64 a line under %TEMP%, then reading it back, as the copy tool's operations do."""
    content = bytes(range(256)) * 60
    encoded = base64.b64encode(content).decode()
    name = "winrmcp-5f1c-11e5.tmp"
    for at in range(0, len(encoded), 6000):
        result = run(f'echo {encoded[at : at + 6000]} >> "%TEMP%\\{name}"')
        assert (result.code, result.out, result.err) == (0, "", "")
    written = (tmp_path / "temp" / name).read_bytes()
    assert written.endswith(b" \r\n")
    assert base64.b64decode(b"".join(line.strip() for line in written.splitlines())) == content


@pytest.mark.parametrize(
    "line",
    [
        "powershell -EncodedCommand AAAA",
        "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand AAAA",
        "powershell.exe -EncodedCommand AAAA",
        "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -enc AAAA",
        "PWSH -e AAAA",
    ],
)
def test_powershell_in_any_spelling_goes_to_the_launcher(run, launcher, line: str) -> None:
    launcher.code = 17
    result = run(line)
    assert (result.out, result.code) == ("PS\r\n", 17)
    assert launcher.calls[0][-1] == "AAAA"


def test_arguments_are_joined_and_powershell_reads_standard_input(run, launcher) -> None:
    run("PowerShell", "-NoProfile", "-", stdin=b"'from stdin'\n")
    assert launcher.calls == [["PowerShell", "-NoProfile", "-"]]
    assert launcher.inputs == [b"'from stdin'\n"]


def test_output_piped_into_powershell_is_its_input(run, launcher) -> None:
    assert run("echo 1+1 | powershell -").out == "PS\r\n"
    assert launcher.inputs == [b"1+1 \r\n"]


def test_quotes_reach_powershell_as_windows_would_pass_them(run, launcher) -> None:
    run('powershell -Command "Get-ChildItem \'C:\\a b\' | Out-String" -x \\"q\\"')
    assert launcher.calls[0][1:] == ["-Command", "Get-ChildItem 'C:\\a b' | Out-String", "-x", '"q"']


def test_programs_get_vectors_and_no_shell_looks_at_them(run) -> None:
    result = run('printf "%s|" "a b" "$HOME" "`id`" * "x;y"')
    assert result.out == "a b|$HOME|`id`|*|x;y|"


def test_skip_shell_starts_the_program_without_the_language(run) -> None:
    result = run("printf", "%s|", "a&b", "%PATH%", skip_shell=True)
    assert result.out == "a&b|%PATH%|"


def test_standard_input_reaches_a_program_and_the_rest_the_next(run) -> None:
    assert run("set /p first=& cat", stdin=b"one\r\ntwo\r\n").out == "two\r\n"


def test_stdin_bytes_pass_through_unchanged(run) -> None:
    data = bytes(range(256)) * 2000
    environment = CmdEnvironment({"PATH": "/usr/bin:/bin"})
    out = bytearray()
    interpreter = Interpreter(environment, stdout=out.extend, stderr=out.extend)
    thread = threading.Thread(target=interpreter.run, args=("cat",))
    thread.start()
    for at in range(0, len(data), 7001):
        interpreter.send_stdin(data[at : at + 7001])
    interpreter.send_stdin(b"", end=True)
    thread.join(20)
    assert bytes(out) == data


def test_code_pages_encode_output(run) -> None:
    environment = CmdEnvironment({"NAME": "é"}, code_page=437)
    out = bytearray()
    Interpreter(environment, stdout=out.extend, stderr=out.extend).run("echo %name%")
    assert bytes(out) == b"\x82\r\n"
    assert run("echo äöü €").out == "äöü €\r\n"
    assert run("chcp 437 > nul & chcp").out == "Active code page: 437\r\n"


@pytest.mark.parametrize(
    "line", ["ping -n 60 127.0.0.1", "timeout /t 60 /nobreak", "sleep 60", "cat", "more", "for /l %i in (0,0,1) do rem"]
)
def test_stop_ends_waiting_commands_at_once(tmp_path: Path, line: str) -> None:
    out = bytearray()
    started = threading.Event()
    interpreter = Interpreter(CmdEnvironment(directory=str(tmp_path)), stdout=out.extend, stderr=out.extend)
    codes: list[int] = []

    def work() -> None:
        started.set()
        codes.append(interpreter.run(line))

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(5)
    begin = time.monotonic()
    interpreter.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - begin < 5
    assert codes == [-1073741510]


def test_ping_counts_as_a_delay(run) -> None:
    begin = time.monotonic()
    assert run("ping -n 2 127.0.0.1 >nul & echo done").out == "done\r\n"
    assert 0.9 < time.monotonic() - begin < 5


def test_interactive_cmd_reads_lines_with_prompts(run, tmp_path: Path) -> None:
    result = run("cmd.exe", stdin=b"echo one\r\nset a=2\r\necho %a%\r\nexit 4\r\n")
    assert result.code == 4
    assert f"\r\n{tmp_path}>echo one\r\none\r\n" in result.out
    assert "\r\n2\r\n" in result.out


def test_a_command_changes_the_shell_only_while_it_runs(tmp_path: Path) -> None:
    environment = CmdEnvironment({"A": "1"}, directory=str(tmp_path))
    out = bytearray()
    Interpreter(environment, stdout=out.extend, stderr=out.extend).run("cd / & set A=2 & set A & cd")
    assert bytes(out) == b"A=2 \r\n/\r\n"
    assert (environment.get("a"), environment.directory) == ("1", str(tmp_path))


def test_deep_nesting_is_refused_not_crashed(run) -> None:
    assert run("(" * 5000).code == 1
    assert run("echo " + "^" * 9999 + "x").code == 0

from __future__ import annotations

import hashlib

import pytest
import winrm
from winrm.exceptions import InvalidCredentialsError
from winrm.protocol import Protocol

from tests.support.host import PASSWORD, USER, HostProcess

TRANSPORTS = ["basic", "ntlm"]


# pywinrm warns when the machine has REQUESTS_CA_BUNDLE set, even over clear HTTP
pytestmark = pytest.mark.filterwarnings("ignore:'pywinrm' will use an environment variable:DeprecationWarning")


def endpoint(host: HostProcess) -> str:
    return f"{host.url}/wsman"


def session(host: HostProcess, transport: str, **options: object) -> winrm.Session:
    return winrm.Session(endpoint(host), auth=(USER, PASSWORD), transport=transport, **options)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_run_cmd(host: HostProcess, transport: str) -> None:
    done = session(host, transport).run_cmd("echo", ["hello", "world"])
    assert (done.status_code, done.std_out, done.std_err) == (0, b"hello world\r\n", b"")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_run_ps(host: HostProcess, transport: str) -> None:
    done = session(host, transport).run_ps("1..3 | ForEach-Object { $_ * 2 }")
    assert done.status_code == 0, done.std_err
    assert done.std_out.split() == [b"2", b"4", b"6"]


@pytest.mark.parametrize("code", [0, 3, 255])
def test_exit_codes_of_both_languages(host: HostProcess, code: int) -> None:
    client = session(host, "ntlm")
    assert client.run_cmd(f"exit {code}").status_code == code
    assert client.run_ps(f"exit {code}").status_code == code


def test_an_unknown_command_fails_as_cmd_does(host: HostProcess) -> None:
    done = session(host, "ntlm").run_cmd("no-such-program-here")
    assert done.status_code != 0
    assert b"no-such-program-here" in done.std_err


def test_an_uncaught_throw_is_exit_code_1_with_the_message_on_stderr(host: HostProcess) -> None:
    done = session(host, "ntlm").run_ps("throw 'the disk is full'")
    assert done.status_code == 1
    assert b"the disk is full" in done.std_err


def test_unicode_both_ways(host: HostProcess) -> None:
    text = "grüße, 世界, 🐟"
    protocol = Protocol(endpoint(host), transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell(codepage=65001)
    try:
        command = protocol.run_command(shell, "echo", [text])
        out, err, code = protocol.get_command_output(shell, command)
        protocol.cleanup_command(shell, command)
    finally:
        protocol.close_shell(shell)
    assert (code, out.decode("utf-8"), err) == (0, text + "\r\n", b"")


def test_unicode_of_the_engine(host: HostProcess) -> None:
    protocol = Protocol(endpoint(host), transport="basic", username=USER, password=PASSWORD)
    shell = protocol.open_shell(codepage=65001)
    try:
        command = protocol.run_command(
            shell, "powershell", ["-NoProfile", "-Command", "'grüße, 世界'.Length; 'grüße, 世界'"]
        )
        out, err, code = protocol.get_command_output(shell, command)
    finally:
        protocol.close_shell(shell)
    assert (code, out.decode("utf-8").split("\r\n")) == (0, ["9", "grüße, 世界", ""]), err


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_stdin_reaches_the_program(host: HostProcess, transport: str) -> None:
    protocol = Protocol(endpoint(host), transport=transport, username=USER, password=PASSWORD)
    shell = protocol.open_shell(codepage=65001)
    try:
        command = protocol.run_command(shell, "sort", console_mode_stdin=False)
        protocol.send_command_input(shell, command, b"pear\r\napple\r\n")
        protocol.send_command_input(shell, command, b"fig\r\n", end=True)
        out, err, code = protocol.get_command_output(shell, command)
        protocol.cleanup_command(shell, command)
    finally:
        protocol.close_shell(shell)
    assert (code, out.split()) == (0, [b"apple", b"fig", b"pear"]), err


def test_stdin_as_the_script_of_powershell(host: HostProcess) -> None:
    protocol = Protocol(endpoint(host), transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell(codepage=65001)
    try:
        command = protocol.run_command(
            shell, "PowerShell", ["-NoProfile", "-NonInteractive", "-"], console_mode_stdin=False
        )
        protocol.send_command_input(shell, command, b"$x = 20\n$x + 22\n", end=True)
        out, err, code = protocol.get_command_output(shell, command)
    finally:
        protocol.close_shell(shell)
    assert (code, out.split()) == (0, [b"42"]), err


def test_big_output_arrives_whole(host: HostProcess) -> None:
    done = session(host, "ntlm").run_ps("$line = 'x' * 997; foreach ($i in 1..3000) { \"$i $line\" }")
    expected = b"".join(b"%d %s\r\n" % (i, b"x" * 997) for i in range(1, 3001))
    assert (
        hashlib.sha256(done.std_out.replace(b"\r\n", b"\n")).digest()
        == hashlib.sha256(expected.replace(b"\r\n", b"\n")).digest()
    )


def test_operation_timeouts_are_polled_through(host: HostProcess) -> None:
    client = session(host, "ntlm", operation_timeout_sec=1, read_timeout_sec=5)
    done = client.run_ps("Start-Sleep -Seconds 3; 'late'")
    assert (done.status_code, done.std_out.strip()) == (0, b"late")


def test_environment_and_working_directory_of_a_shell(host: HostProcess) -> None:
    protocol = Protocol(endpoint(host), transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell(env_vars={"COLOUR": "sea green"}, working_directory="/usr", codepage=65001)
    try:
        command = protocol.run_command(shell, "echo %COLOUR%& cd")
        out, _, code = protocol.get_command_output(shell, command)
    finally:
        protocol.close_shell(shell)
    lines = out.decode().split("\r\n")
    assert code == 0
    assert lines[0] == "sea green"
    assert lines[1].replace("\\", "/").endswith("/usr")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("credentials", [(USER, "wrong"), ("nobody-here", PASSWORD)])
def test_wrong_credentials_are_refused(host: HostProcess, transport: str, credentials: tuple[str, str]) -> None:
    client = winrm.Session(host.url, auth=credentials, transport=transport)
    with pytest.raises(InvalidCredentialsError):
        client.run_cmd("echo hi")
    assert PASSWORD not in host.log()

"""What clients send as script text: each through a pipeline of PSRP, and all through `powershell -EncodedCommand`."""

from __future__ import annotations

import base64
import json
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from winrm.protocol import Protocol

from tests.support.host import PASSWORD, USER, HostProcess

SCRIPTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("client_scripts.toml").read_text("utf-8"))[
    "scripts"
]
# pywinrm warns when the machine has REQUESTS_CA_BUNDLE set, even over clear HTTP
pytestmark = pytest.mark.filterwarnings("ignore:'pywinrm' will use an environment variable:DeprecationWarning")


def on_file(text: str, file: Path) -> str:
    return text.replace("%FILE%", str(file)).replace("%DIR%", str(file.parent))


@pytest.fixture
def file() -> Iterator[Path]:
    """A file that the session's user may change, whoever that is."""
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "hello.txt"
        made.write_text("hello world")
        made.chmod(0o666)
        made.parent.chmod(0o777)
        yield made


@pytest.fixture(scope="module")
def pool(host: HostProcess) -> Iterator[RunspacePool]:
    connection = WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm")
    with connection, RunspacePool(connection) as opened:
        yield opened


@pytest.mark.parametrize("name", SCRIPTS)
def test_through_a_pipeline(pool: RunspacePool, file: Path, name: str) -> None:
    text, *expected = SCRIPTS[name]
    ps = PowerShell(pool)
    ps.add_script(on_file(text, file)).add_cmdlet("Out-String").add_parameter("Stream")
    output = ps.invoke()
    assert [str(line) for line in output] == expected, [str(record) for record in ps.streams.error]
    assert ps.streams.error == []


def test_through_an_encoded_command(host: HostProcess, file: Path) -> None:
    """One process runs them all, each on its file, and reports in JSON: as bootstraps do that read their input."""
    protocol = Protocol(f"{host.url}/wsman", transport="ntlm", username=USER, password=PASSWORD)
    bootstrap = (
        "$all = ConvertFrom-Json -InputObject (($input | ForEach-Object { $_ }) -join ''); $out = @{}; "
        "foreach ($one in $all.PSObject.Properties) { [IO.File]::WriteAllText($all.'%FILE%', 'hello world'); "
        "if ($one.Name -ne '%FILE%') { "
        '$out[$one.Name] = @(& ([ScriptBlock]::Create($one.Value)) | ForEach-Object { "$_" }) } }; '
        "ConvertTo-Json $out -Compress"
    )
    manifest = {"%FILE%": str(file), **{name: on_file(rows[0], file) for name, rows in SCRIPTS.items()}}
    shell = protocol.open_shell(codepage=65001)
    try:
        encoded = base64.b64encode(bootstrap.encode("utf-16-le")).decode()
        command = protocol.run_command(
            shell,
            "PowerShell",
            ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Unrestricted", "-EncodedCommand", encoded],
            console_mode_stdin=False,
        )
        protocol.send_command_input(shell, command, json.dumps(manifest).encode() + b"\r\n", end=True)
        out, error, code = protocol.get_command_output(shell, command)
    finally:
        protocol.close_shell(shell)
    assert (code, error) == (0, b"")
    assert json.loads(out.decode("utf-8")) == {name: rows[1:] for name, rows in SCRIPTS.items()}


@pytest.mark.parametrize(
    ("script", "code"),
    [("$Host.SetShouldExit(5); 'x'", 5), ("$Host.SetShouldExit(5); exit 7", 7), ("'x'", 0), ("throw 'x'", 1)],
)
def test_the_exit_code_that_a_script_asks_for(host: HostProcess, script: str, code: int) -> None:
    protocol = Protocol(f"{host.url}/wsman", transport="ntlm", username=USER, password=PASSWORD)
    shell = protocol.open_shell(codepage=65001)
    try:
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        command = protocol.run_command(shell, "powershell.exe", ["-noni", "-Enc", encoded])
        assert protocol.get_command_output(shell, command)[2] == code
    finally:
        protocol.close_shell(shell)

"""pypsrp's Client: its embedded scripts run on our engine, its limits meet ours."""

from __future__ import annotations

import hashlib
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypsrp.client import Client
from pypsrp.exceptions import WinRMError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import WSMan

from tests.support.host import PASSWORD, USER, HostProcess


@pytest.fixture
def client(host: HostProcess) -> Iterator[Client]:
    with Client("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as opened:
        yield opened


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024])
def test_copy_up_and_fetch_back(client: Client, tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    source, back = tmp_path / "source.bin", tmp_path / "back.bin"
    source.write_bytes(data)
    remote = client.execute_ps("[System.IO.Path]::GetTempFileName()")[0].strip()
    try:
        with warnings.catch_warnings():
            # its script warns where the reflection that lifts .NET's input limit finds no .NET
            warnings.filterwarnings("ignore", "Failed to disable MaximumAllowedMemory")
            assert client.copy(str(source), remote) == remote
        assert Path(remote).read_bytes() == data
        if size:
            client.fetch(remote, str(back))
            assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(data).digest()
    finally:
        client.execute_ps(f"Remove-Item -LiteralPath '{remote}'")
    assert not Path(remote).exists()


def test_fetch_of_what_is_not_there(client: Client, tmp_path: Path) -> None:
    with pytest.raises(WinRMError, match="does not exist"):
        client.fetch("/no-such-file-at-all", str(tmp_path / "x"))


def test_execute_ps(client: Client) -> None:
    output, streams, had_errors = client.execute_ps(
        "Write-Warning 'mind the gap'; [pscustomobject]@{ Name = 'fish'; Count = 3 }; $env:TINT",
        environment={"TINT": "teal"},
    )
    lines = [line.split() for line in output.splitlines() if line.strip()]
    assert lines == [["Name", "Count"], ["----", "-----"], ["fish", "3"], ["teal"]]
    assert [str(record) for record in streams.warning] == ["mind the gap"]
    assert not had_errors


def test_execute_ps_that_throws(client: Client) -> None:
    _output, streams, had_errors = client.execute_ps("throw 'no more room'")
    assert had_errors
    assert "no more room" in str(streams.error[0])


def test_execute_cmd(client: Client) -> None:
    out, err, code = client.execute_cmd("echo %COLOUR%&& echo oops 1>&2 && exit 5", environment={"COLOUR": "blue"})
    assert (out, err.strip(), code) == ("blue\r\n", "oops", 5)


def test_binary_data_goes_through_a_program(client: Client) -> None:
    data = bytes(range(256)) * 1200
    with WinRS(client.wsman, codepage=65001) as shell:
        process = Process(shell, "sha256sum")
        process.begin_invoke()
        for start in range(0, len(data), 50_000):
            process.send(data[start : start + 50_000], end=start + 50_000 >= len(data))
        process.end_invoke()
        process.signal(SignalCode.TERMINATE)
    assert process.stdout.split()[0].decode() == hashlib.sha256(data).hexdigest()
    assert process.rc == 0


def test_binary_data_comes_back_as_it_went(client: Client) -> None:
    data = random.Random(7).randbytes(100_000)
    with WinRS(client.wsman, codepage=65001) as shell:
        process = Process(shell, "cat")
        process.begin_invoke()
        process.send(data, end=True)
        process.end_invoke()
        process.signal(SignalCode.TERMINATE)
    assert (process.stdout, process.stderr, process.rc) == (data, b"", 0)


def test_five_megabytes_of_output(host: HostProcess) -> None:
    with (
        WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as connection,
        RunspacePool(connection) as pool,
    ):
        ps = PowerShell(pool)
        ps.add_script("$line = 'y' * 1014; foreach ($i in 1..5120) { '{0:d10}' -f $i + $line }")
        output = ps.invoke()
    assert len(output) == 5120
    assert output == [f"{i:010d}" + "y" * 1014 for i in range(1, 5121)]


def test_an_operation_that_outlasts_its_timeout(host: HostProcess) -> None:
    with (
        WSMan(
            "127.0.0.1",
            port=host.port,
            ssl=False,
            username=USER,
            password=PASSWORD,
            auth="ntlm",
            operation_timeout=1,
            read_timeout=6,
        ) as connection,
        RunspacePool(connection) as pool,
    ):
        ps = PowerShell(pool)
        ps.add_script("Start-Sleep -Milliseconds 2500; 'late'")
        assert ps.invoke() == ["late"]

"""A restricted session configuration, used by pypsrp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pypsrp.exceptions import WinRMError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.support.host import PASSWORD, USER, HostProcess, remora

PSSC = "@{ SchemaVersion = '2.0.0.0'; SessionType = 'RestrictedRemoteServer'; VisibleCmdlets = 'Get-Date' }"


def wsman(host: HostProcess) -> WSMan:
    return WSMan(
        "127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="basic", encryption="never"
    )


@pytest.fixture(scope="module")
def pool(host: HostProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunspacePool]:
    file = tmp_path_factory.mktemp("restricted") / "r.pssc"
    file.write_text(PSSC)
    state = ("--state-dir", str(host.state_dir))
    remora("host", "configuration", "register", "Restricted", "--path", str(file), *state)
    with wsman(host) as connection, RunspacePool(connection, configuration_name="Restricted") as opened:
        yield opened
    remora("host", "configuration", "unregister", "Restricted", *state)


def call(pool: RunspacePool, name: str, *, script: bool = False, **parameters: Any) -> tuple[list[Any], list[str]]:
    ps = PowerShell(pool)
    if script:
        ps.add_script(name)
    else:
        ps.add_cmdlet(name)
        for key, value in parameters.items():
            ps.add_parameter(key, value)
    output = ps.invoke()
    return output, [error.fq_error.partition(",")[0] for error in ps.streams.error]


@pytest.mark.parametrize("text", ["1", "Get-Date", "$env:PATH", "function Get-Date { 1 }", "Get-Command; Get-Date"])
def test_text_is_refused(pool: RunspacePool, text: str) -> None:
    assert call(pool, text, script=True) == ([], ["ScriptsNotAllowed"])


def test_visible_commands_run_and_no_others(pool: RunspacePool) -> None:
    assert call(pool, "Get-Date", Format="'x'") == (["x"], [])
    for name in ("Get-ChildItem", "Invoke-Expression", "/bin/ls", "Microsoft.PowerShell.Management\\Get-Content"):
        assert call(pool, name) == ([], ["CommandNotFoundException"])
    assert call(pool, "Select-Object", ExpandProperty="Length")[1] == ["NamedParameterNotFound"]
    listed = [item.adapted_properties.get("Name") or item.extended_properties.get("Name") for item in
              call(pool, "Get-Command", CommandType=["Cmdlet", "Function"])[0]]  # fmt: skip
    assert sorted(listed) == [
        "Clear-Host", "Exit-PSSession", "Get-Command", "Get-Date", "Get-FormatData", "Get-Help", "Measure-Object",
        "Out-Default", "Select-Object",
    ]  # fmt: skip


def test_an_unknown_configuration_is_a_fault(host: HostProcess) -> None:
    with wsman(host) as connection, pytest.raises(WinRMError), RunspacePool(connection, configuration_name="Nix"):
        pass

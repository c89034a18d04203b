"""Items 64, 65, 73, 121 and 124 to 126: the options of sessions, and what is read leniently."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import remora.sync
from remora.errors import PSSessionError
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab

LEFT = "$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s"
SHOWN = '% { "$($_.OutputBufferingMode)"; $_.IdleTimeout }'


def test_item_064_item_065_connecting_takes_the_buffering_and_not_the_idle_timeout(
    a: ConsoleClient, b: ConsoleClient, lab: Lab
) -> None:
    a(LEFT)
    assert lab.cli_json("session", "ls", "Server01")[0]["output_buffering_mode"] == "Block"
    b("$o = New-PSSessionOption -OutputBufferingMode Drop -IdleTimeout 120000")
    assert b(f"Connect-PSSession -ComputerName Server01 -SessionOption $o | {SHOWN}").values == ["Drop", 7200000]
    b("$null = Get-PSSession | Disconnect-PSSession")
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["output_buffering_mode"], row["idle_timeout"]) == ("Drop", 7200000)
    b("$PSSessionOption = New-PSSessionOption -IdleTimeout 120000")
    assert b(f"Connect-PSSession -ComputerName Server01 | {SHOWN}").values == ["Drop", 7200000]
    b("$null = Get-PSSession | Disconnect-PSSession")
    assert lab.cli_json("session", "ls", "Server01")[0]["idle_timeout"] == 7200000
    (row,) = lab.cli_json("session", "connect", "Server01", "--output-buffering-mode", "Block")
    assert row["output_buffering_mode"] == "Block"
    option = {"output_buffering_mode": "Drop", "idle_timeout": 120000}
    with remora.sync.connect_pssession(name="One", session_option=option, **lab.way()) as mine:
        assert (str(mine.output_buffering_mode), mine.idle_timeout) == ("Drop", 7200000)


def test_item_073_options_as_object_and_as_hashtable(a: ConsoleClient, lab: Lab) -> None:
    given = "New-PSSessionOption -IdleTimeout 120000 -OutputBufferingMode Drop"
    for option in (f"({given})", "@{ IdleTimeout = '00:02:00'; OutputBufferingMode = 'Drop' }"):
        assert a(f"New-PSSession Server01 -SessionOption {option} | {SHOWN}").values == ["Drop", 120000]
        a("Get-PSSession | Disconnect-PSSession")
        assert len(a(f"Connect-PSSession -ComputerName Server01 -SessionOption {option}").values) == 1
        a("Get-PSSession | Remove-PSSession")
    assert a("New-PSSession Server01 -SessionOption @{ IdleTimeoutSec = 1 }").ids == ["CannotConvertArgumentNoMessage"]
    for option in ({"idle_timeout": 120000}, remora.PSSessionOption(idle_timeout=120000)):
        with remora.sync.new_pssession(session_option=option, **lab.way()) as mine:
            assert mine.idle_timeout == 120000


def test_item_121_job_name_is_read_as_name(a: ConsoleClient, client: Callable[..., ConsoleClient]) -> None:
    a("$s = New-PSSession Server01; $null = Invoke-Command $s { Start-Job { 7 } -Name Job2 | Wait-Job }")
    assert a("Invoke-Command $s { Receive-Job -JobName Job2 -Keep }").value == 7
    assert a("$null = Start-Job { 8 } -Name Here | Wait-Job; Receive-Job -JobName Here; Remove-Job Here").value == 8
    assert client("--strict")("Receive-Job -JobName Here").ids == ["NamedParameterNotFound"]


def test_item_124_a_whole_number_is_a_number_of_ticks(a: ConsoleClient, lab: Lab) -> None:
    said = a("New-PSSession Server01 -SessionOption @{ IdleTimeout = 86400000 }")
    assert said.ids == ["Argument"]
    assert said.failure is not None
    assert a("New-PSSession Server01 -SessionOption @{ IdleTimeout = 1200000000 } | % IdleTimeout").value == 120000
    with pytest.raises(PSSessionError) as caught:
        remora.sync.new_pssession(session_option={"idle_timeout": 8640}, **lab.way())
    assert caught.value.error_id == "Argument"


def test_item_125_options_without_arguments(a: ConsoleClient) -> None:
    said = a(
        "$o = New-PSSessionOption; $o.MaxConnectionRetryCount; $null -eq $o.MaximumReceivedObjectSize; "
        "$o.OpenTimeout.TotalMinutes; $o.CancelTimeout.TotalMinutes"
    )
    assert said.values == [0, True, 3, 1]
    option = remora.PSSessionOption()
    assert (option.max_connection_retry_count, option.open_timeout, option.cancel_timeout) == (0, 180_000, 60_000)


def test_item_126_no_option_exceeds_the_configuration(a: ConsoleClient, lab: Lab) -> None:
    most = 3_600_000
    option = f"(New-PSSessionOption -IdleTimeout {most + 1000})"
    said = a(f"New-PSSession Server01 -ConfigurationName Short -SessionOption {option}")
    assert said.ids[0].endswith(",PSSessionOpenFailed")
    assert lab.shells() == []
    option = f"(New-PSSessionOption -IdleTimeout {most})"
    assert a(f"New-PSSession Server01 -ConfigurationName Short -SessionOption {option} | % IdleTimeout").value == most
    assert a("New-PSSession Server01 -ConfigurationName Short | % IdleTimeout").value == 600_000
    with pytest.raises(remora.RemoraError):
        remora.sync.new_pssession(configuration_name="Short", session_option={"idle_timeout": most + 1000}, **lab.way())
    refused = lab.cli(
        "session", "new", "Server01", "--configuration-name", "Short", "--idle-timeout-sec", "3601", check=False
    )
    assert refused.returncode == 1

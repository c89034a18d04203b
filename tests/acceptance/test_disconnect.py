"""Items 74 and 77 to 87: Disconnect-PSSession, and sessions of this computer with a token for the network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import remora.sync
from remora.errors import PSSessionError
from tests.support import far_namespace
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab
from tests.support.workers import wait_until

TOLD = "% { '{0} {1} {2}' -f $_.Name, $_.State, $_.Availability }"
COUNT = 3000
BAD_IDLE = "CannotDisconnectSessionWithInvalidIdleTimeout"


def in_a_network_of_its_own(test: str) -> None:
    """Run a test where there is an address beside the loopback one; skip it where the kernel gives none."""
    again = far_namespace.command(
        sys.executable, "-m", "pytest", test, "-q", "-p", "no:xdist", "-p", "no:cacheprovider"
    )
    if again is None or subprocess.run(far_namespace.command("/bin/true") or [], check=False).returncode != 0:
        pytest.skip("no address beside the loopback one, and no network of our own (unshare)")
    done = subprocess.run(again, capture_output=True, text=True, timeout=110, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def producer(flag: Path) -> str:
    """A script that writes more than any buffer holds, says how far it is, and makes the file at its end."""
    return (
        f"foreach ($i in 1..{COUNT}) {{ \"$i \" + 'x' * 20000; [IO.File]::WriteAllText('{flag}.at', \"$i\") }}; "
        f"[IO.File]::WriteAllText('{flag}', 'done')"
    )


def start(a: ConsoleClient, flag: Path, mode: str) -> None:
    """Start the producer in a session that is left with a buffering mode."""
    a(
        f"$o = New-PSSessionOption -OutputBufferingMode {mode}; $s = Invoke-Command -ComputerName Server01 "
        f"-InDisconnectedSession -SessionName Much -SessionOption $o {{ {producer(flag)} }}"
    )


def test_item_074_a_token_for_the_network_stays_on_its_computer(
    a: ConsoleClient, b: ConsoleClient, lab: Lab, request: pytest.FixtureRequest
) -> None:
    if lab.far_address is None:
        in_a_network_of_its_own(request.node.nodeid)
        return
    a("$s = New-PSSession localhost -Name Near -EnableNetworkAccess; $null = Disconnect-PSSession $s")
    assert b("Connect-PSSession -ComputerName Far -Name Near").ids == ["AccessDenied,PSSessionConnectFailed"]
    with pytest.raises(PSSessionError) as caught:
        remora.sync.connect_pssession(name="Near", **lab.way("Far"))
    assert caught.value.error_id == "AccessDenied,PSSessionConnectFailed"
    assert b(f"Connect-PSSession -ComputerName Server01 -Name Near | {TOLD}").value == "Near Opened Available"
    a("$t = New-PSSession localhost -Name Plain; $null = Disconnect-PSSession $t")
    assert b(f"Connect-PSSession -ComputerName Far -Name Plain | {TOLD}").value == "Plain Opened Available"


def test_item_077_piped_sessions_are_left_and_written(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $t = New-PSSession Server01 -Name Two")
    assert sorted(a(f"Get-PSSession | Disconnect-PSSession | {TOLD}").values) == [
        "One Disconnected None", "Two Disconnected None",
    ]  # fmt: skip
    rows = lab.cli_json("session", "disconnect", "Server01", "--idle-timeout-sec", "700")
    assert {(row["state"], row["availability"], row["idle_timeout"]) for row in rows} == {
        ("Disconnected", "None", 700000)
    }
    mine = remora.sync.new_pssession(["Server01", "Server02"], config=lab.config)
    left = remora.sync.disconnect_pssession(mine)
    assert [session.state.value for session in left] == ["Disconnected"] * 2


def test_item_078_drop_lets_the_command_finish(a: ConsoleClient, b: ConsoleClient, flag: Path) -> None:
    start(a, flag, "Drop")
    wait_until(flag.exists, 40)
    received = b("@(Receive-PSSession -ComputerName Server01 -Name Much | % { [int]($_ -split ' ')[0] })").values
    assert 0 < len(received) < COUNT
    assert received == sorted(received)


def test_item_079_block_makes_it_wait_and_loses_nothing(
    a: ConsoleClient, b: ConsoleClient, lab: Lab, flag: Path
) -> None:
    start(a, flag, "Block")
    counter = Path(f"{flag}.at")
    seen: list[str] = []

    def stands_still() -> bool:
        lab.shells()
        seen.append(counter.read_text() if counter.exists() else "")
        return bool(seen[-1]) and len(seen) > 40 and len(set(seen[-40:])) == 1

    wait_until(stands_still, 40)
    assert not flag.exists()
    assert int(seen[-1]) < COUNT
    said = b("@(Receive-PSSession -ComputerName Server01 -Name Much | % { [int]($_ -split ' ')[0] }) -join ','")
    assert said.value == ",".join(str(number) for number in range(1, COUNT + 1))
    assert flag.exists()


def test_item_080_a_product_of_seconds(a: ConsoleClient, client: Callable[..., ConsoleClient], lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    assert a("Disconnect-PSSession $s -IdleTimeoutSec 60*60*15 -OutputBufferingMode Drop | % IdleTimeout").value == (
        54_000_000
    )
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["idle_timeout"], row["output_buffering_mode"]) == (54_000_000, "Drop")
    strict = client("--strict")
    strict("$t = New-PSSession Server01 -Name Two")
    assert strict("Disconnect-PSSession $t -IdleTimeoutSec 60*60*15").ids == ["CannotConvertArgumentNoMessage"]
    assert strict("Disconnect-PSSession $t -IdleTimeoutSec (60*60*15) | % IdleTimeout").value == 54_000_000
    (row,) = lab.cli_json("session", "disconnect", "Server01", "--name", "One", "--idle-timeout-sec", "60*60*2")
    assert row["idle_timeout"] == 7_200_000
    (found,) = remora.sync.get_pssession(name="Two", **lab.way())
    assert found.idle_timeout == 54_000_000


@pytest.mark.parametrize("seconds", [59, 0])
def test_item_081_too_short_an_idle_timeout(a: ConsoleClient, lab: Lab, seconds: int) -> None:
    said = a(f'$s = New-PSSession Server01 -Name One; Disconnect-PSSession $s -IdleTimeoutSec {seconds}; "$($s.State)"')
    assert (said.ids, said.values) == ([BAD_IDLE], ["Opened"])
    assert said.errors[0].category == "InvalidArgument"
    with remora.sync.new_pssession(**lab.way()) as mine:
        with pytest.raises(PSSessionError) as caught:
            remora.sync.disconnect_pssession(mine, idle_timeout_sec=seconds)
        assert (caught.value.error_id, mine.state.value) == (BAD_IDLE, "Opened")
    lab.cli("session", "new", "Server01", "--name", "Two")
    failed = lab.cli(
        "session", "disconnect", "Server01", "--name", "Two", "--idle-timeout-sec", str(seconds), check=False
    )
    assert failed.returncode == 1
    assert BAD_IDLE in failed.stderr


def test_item_082_too_long_an_idle_timeout(a: ConsoleClient, lab: Lab) -> None:
    said = a(
        "$s = New-PSSession Server01 -ConfigurationName Short; Disconnect-PSSession $s -IdleTimeoutSec 3601; "
        '"$($s.State)"'
    )
    assert (said.ids, said.values) == ([BAD_IDLE], ["Opened"])
    assert "3600 seconds" in said.errors[0].message
    assert "60 seconds" in said.errors[0].message
    assert a("Disconnect-PSSession $s -IdleTimeoutSec 3600 | % IdleTimeout").value == 3_600_000
    with remora.sync.new_pssession(configuration_name="Short", **lab.way()) as mine:
        with pytest.raises(PSSessionError, match="3600 seconds") as caught:
            mine.disconnect(idle_timeout_sec=3601)
        assert caught.value.error_id == BAD_IDLE


def test_item_083_a_negative_idle_timeout_is_refused_by_the_binder(a: ConsoleClient) -> None:
    said = a("$s = New-PSSession Server01; Disconnect-PSSession $s -IdleTimeoutSec -1")
    assert said.ids == ["ParameterArgumentValidationError"]


def test_item_084_what_is_left_already_is_written(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    said = a(f"Disconnect-PSSession $s | {TOLD}")
    assert (said.values, said.ids) == (["One Disconnected None"], [])
    a("$null = Connect-PSSession $s")
    said = b(f"Get-PSSession -ComputerName Server01 | Disconnect-PSSession | {TOLD}")
    assert (said.values, said.ids) == (["One Disconnected Busy"], [])
    (found,) = remora.sync.get_pssession(**lab.way())
    assert remora.sync.disconnect_pssession(found) == found


def test_item_085_a_closed_session_cannot_be_left(a: ConsoleClient, lab: Lab) -> None:
    said = a("$s = New-PSSession Server01; Remove-PSSession $s; Disconnect-PSSession $s")
    assert (said.ids, said.values) == (["CannotDisconnectSessionWhenNotOpened"], [])
    mine = remora.sync.new_pssession(**lab.way())
    mine.close()
    with pytest.raises(PSSessionError) as caught:
        mine.disconnect()
    assert caught.value.error_id == "CannotDisconnectSessionWhenNotOpened"


def test_item_086_a_warning_names_sessions_of_this_computer(a: ConsoleClient, lab: Lab) -> None:
    said = a(
        "$s = New-PSSession localhost -Name Near -EnableNetworkAccess; $t = New-PSSession localhost -Name Plain; "
        f"$s, $t | Disconnect-PSSession | {TOLD}"
    )
    assert len(said.warnings) == 1
    assert "Near" in said.warnings[0]
    assert "Plain" not in said.warnings[0]
    assert sorted(said.values) == ["Near Disconnected None", "Plain Disconnected None"]
    with remora.sync.new_pssession("localhost", enable_network_access=True, config=lab.config) as mine:
        assert mine.uses_network_token


def test_item_087_there_is_no_computer_name(a: ConsoleClient) -> None:
    assert a("(Get-Command Disconnect-PSSession).Parameters.ContainsKey('ComputerName')").value is False
    assert a("Disconnect-PSSession -ComputerName Server01").ids == ["NamedParameterNotFound"]


def test_answers_for_all_and_sessions_given_twice(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $t = New-PSSession Server01 -Name Two")
    said = a("$s, $t | Disconnect-PSSession -Confirm", "l")
    assert (said.values, said.host.count("Performing the operation")) == ([], 1)
    assert a('"$($s.State) $($t.State)"').value == "Opened Opened"
    said = a(f"$s, $t | Disconnect-PSSession -Confirm | {TOLD}", "?", "a")
    assert sorted(said.values) == ["One Disconnected None", "Two Disconnected None"]
    assert "Y - Continue with only the next step of the operation." in said.host
    twice = a("Disconnect-PSSession -Session $s, $s")
    assert twice.ids == ["System.ArgumentException"]
    assert twice.failure is not None


@pytest.mark.parametrize("name", ["a[1]", "it's", 'say "x"', "two\nlines", "ü*?"])
def test_names_of_all_kinds(a: ConsoleClient, lab: Lab, name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    a(f"$n = {quoted}; $s = New-PSSession Server01 -Name $n; $t = New-PSSession Server01 -Name Other")
    escaped = "[System.Management.Automation.WildcardPattern]::Escape($n)"
    assert a(f"(Get-PSSession -Name ({escaped})).Name").value == name
    assert a(f"(Get-PSSession -ComputerName Server01 -Name ({escaped})).Name").value == name
    found = [session.name for session in remora.sync.get_pssession(**lab.way())]
    assert sorted(found) == sorted([name, "Other"])
    assert {row["name"] for row in lab.cli_json("session", "ls", "Server01")} == {name, "Other"}


def test_a_pattern_that_is_none(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    assert a("Get-PSSession -Name 'a[b'").ids == ["WildcardPattern_Invalid"]
    with pytest.raises(PSSessionError) as caught:
        remora.sync.get_pssession(name="a[b", **lab.way())
    assert caught.value.error_id == "WildcardPattern_Invalid"

"""The PSSession cmdlets against a small host: selectors, states, streams, errors with PowerShell's ids."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from remora.client import repository
from remora.client.config_store import ClientAuth, ClientConfig
from remora.modules.remoting.common import PORTAL
from remora.values import ErrorRecord, WarningRecord
from tests.client.small_host import PASSWORD, USER, Run, SmallHost, threaded_host
from tests.modules.conftest import Ran, Session


async def mixed(run: Run) -> None:
    run.output(1)
    run.record(WarningRecord(message="careful"))
    run.record(ErrorRecord.of("bad", "Bad,Thing"))


async def fails(run: Run) -> None:
    raise ValueError("boom")


async def double(run: Run) -> None:
    async for value in run.inputs():
        run.output(value * 2)


async def arguments(run: Run) -> None:
    run.output(list(run.arguments))


async def waits(run: Run) -> None:
    run.output("started")
    await asyncio.sleep(60)


SCRIPTS = {" mixed ": mixed, " fails ": fails, " double ": double, " arguments ": arguments, " waits ": waits}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHost]:
    config = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))
    monkeypatch.setattr(ClientConfig, "load", classmethod(lambda cls, path=None: config))
    with threaded_host(dict(SCRIPTS)) as running:
        yield running
        for session in repository.DEFAULT:
            PORTAL.run(session.close())


@pytest.fixture
def remote(host: SmallHost, ps: Session) -> Session:
    """A session in which $uri and $cred lead to the host, and @way takes both with the mechanism."""
    ps(
        f"$uri = '{host.url}'; $cred = [pscredential]::new('{USER}', (ConvertTo-SecureString '{PASSWORD}' -AsPlainText "
        "-Force)); $way = @{ ConnectionUri = $uri; Credential = $cred; Authentication = 'Basic' }"
    )
    return ps


def texts(ran: Ran) -> list[str]:
    return [str(value) for value in ran.output]


def test_a_session_is_opened_used_left_and_removed(remote: Session, host: SmallHost) -> None:
    assert texts(remote("$s = New-PSSession @way -Name ITTask; $s.Name; $s.State; $s.Availability; $s.Transport")) == [
        "ITTask",
        "Opened",
        "Available",
        "WSMan",
    ]
    assert texts(remote("Invoke-Command -Session $s { hello }")) == [" hello "]
    left = remote("Disconnect-PSSession $s -IdleTimeoutSec 900 -OutputBufferingMode Drop")
    assert "Disconnected" in left.text
    assert texts(remote("$s.IdleTimeout; $s.OutputBufferingMode")) == ["900000", "Drop"]
    assert texts(remote("(Get-PSSession @way -Name IT*).State; (Connect-PSSession -Name ITTask).State")) == [
        "Disconnected",
        "Opened",
    ]
    assert texts(remote("Get-PSSession | Remove-PSSession; @(Get-PSSession).Count; $s.State")) == ["0", "Closed"]
    assert host.shells == {}


def test_streams_input_and_arguments(remote: Session) -> None:
    remote("$s = New-PSSession @way")
    ran = remote("Invoke-Command $s { mixed }")
    assert ran.output == [1]
    assert [record.message for record in ran.errors] == ["bad"]
    assert [record.message for record in ran.sink.warnings] == ["careful"]
    assert remote("1..3 | Invoke-Command $s { double }").output == [2, 4, 6]
    assert remote("Invoke-Command $s { arguments } -ArgumentList 1, 'two'").output[0] == [1, "two"]


def test_a_computer_without_a_session_gets_one_for_the_time(remote: Session, host: SmallHost) -> None:
    assert texts(remote("Invoke-Command @way { once }")) == [" once "]
    assert host.shells == {}
    assert texts(remote('try { Invoke-Command @way { fails } } catch { "caught $_" }')) == ["caught boom"]


def test_left_running_and_received(remote: Session) -> None:
    ran = remote("$l = Invoke-Command @way -InDisconnectedSession { mixed }; $l.State; Receive-PSSession $l")
    assert texts(ran) == ["Disconnected", "1"]
    assert [record.message for record in ran.errors] == ["bad"]
    named = remote("Receive-PSSession @way -Name nobody")
    assert (named.output, named.errors) == ([], [])


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-PSSession -Name nope", "RemoteRunspaceNotAvailableForSpecifiedName,"),
        ("Get-PSSession -Id 99999", "RemoteRunspaceNotAvailableForSpecifiedSessionId,"),
        (
            "New-PSSession -ConnectionUri http://127.0.0.1:1/wsman -Credential $cred",
            "CannotConnect,PSSessionOpenFailed,",
        ),
        ("New-PSSession @way -SessionOption @{ IdleTimeout = 86400000 }", "Argument,"),
        ("$s = New-PSSession @way; Disconnect-PSSession $s -IdleTimeoutSec 5", "CannotDisconnectSessionWithInvalid"),
        (
            "$s = New-PSSession @way; Remove-PSSession $s; Invoke-Command $s { x }",
            "InvokeCommandCommandInvalidSessionState",
        ),
        ("$s = New-PSSession @way; Remove-PSSession $s; Connect-PSSession $s", "PSSessionConnectFailed,"),
        ("New-PSSessionOption -OutputBufferingMode Sometimes", "CannotConvertArgumentNoMessage,"),
    ],
)
def test_errors_have_powershells_ids(remote: Session, script: str, error_id: str) -> None:
    ids = remote(script).ids
    assert ids
    assert ids[0].startswith(error_id), ids


def test_options_and_what_if(remote: Session, host: SmallHost) -> None:
    assert texts(remote("(New-PSSessionOption -IdleTimeout 120000 -SkipCACheck).IdleTimeout")) == ["0:02:00"]
    remote("$o = New-PSSessionOption -IdleTimeout 120000; $s = New-PSSession @way -SessionOption $o")
    (shell,) = host.shells.values()
    assert shell.info.idle_timeout == 120.0
    remote("Remove-PSSession $s -WhatIf")
    assert len(host.shells) == 1


def test_invoking_here_needs_no_network() -> None:
    code = (
        "import sys\nfrom remora.modules import builtin_commands\nfrom importlib import import_module\n"
        "import_module('remora.modules.remoting.invoking')\n"
        "assert not [m for m in sys.modules if m.startswith(('remora.client', 'remora.net', 'asyncio'))], 'network'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_a_prompt_nothing_can_enter_a_session_or_leave_it(ps: Session) -> None:
    for call in ("Enter-PSSession server01", "etsn -Id 1", "Enter-PSSession -Name a"):
        assert ps(call).ids == ["HostDoesNotSupportPushRunspace,Microsoft.PowerShell.Commands.EnterPSSessionCommand"]
    assert ps("exsn").ids == ["HostDoesNotSupportPushRunspace,Microsoft.PowerShell.Commands.ExitPSSessionCommand"]

"""Processes, services, time zones, the computer and the clipboard, with stand-ins for the system's programs."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from tests.support.cases import cases

P = "Microsoft.PowerShell.Commands."

_SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$1" in
list-units) echo "web.service loaded active running Web Server"; echo "db.service loaded inactive dead Data Base";;
list-unit-files) echo "web.service enabled enabled"; echo "db.service masked enabled";;
list-dependencies) case "$2" in --reverse) echo web.service;; *) echo db.service;; esac;;
start) case "$2" in db.service) echo "it is broken" >&2; exit 1;; esac;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for programs in front of PATH; the file has a line for each of their calls."""
    programs = tmp_path / "programs"
    programs.mkdir()
    log = tmp_path / "calls"
    log.touch()
    recorder = '#!/bin/sh\necho "${0##*/} $@" >> "$CALLS"\n'
    texts = {
        "systemctl": _SYSTEMCTL,
        "shutdown": recorder + "echo 'not permitted' >&2\nexit 1\n",
        "timedatectl": recorder,
        "hostnamectl": recorder,
        "wl-paste": '#!/bin/sh\ncat "$CALLS.clip"\n',
        "wl-copy": '#!/bin/sh\ncat > "$CALLS.clip"\n',
    }
    for name, text in texts.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(log))
    return log


_SERVICES = """
Get-Service | % { "$($_.Name) $($_.Status) $($_.StartType)" }
=> db Stopped Disabled | web Running Automatic

Get-Service w* -Exclude x* | % DisplayName; Get-Service -DisplayName 'Data*' | % Name; gsv -Include d* | % Name
=> Web Server | db | db

gsv web | gsv | % Name; gsv web -RequiredServices | % Name; gsv db -DependentServices | % Name
=> web | db | web

Start-Service web -PassThru | % Name; Stop-Service web -Force -NoWait; Restart-Service -DisplayName Web*
=> web

Suspend-Service web; Resume-Service web; gsv web | Restart-Service -PassThru -Force | % Name
=> web

Set-Service web -StartupType Disabled -Status Stopped -PassThru | % Name; Set-Service web -StartupType Manual
=> web
"""


@pytest.mark.parametrize(("script", "expected"), cases(_SERVICES))
def test_services(ps, calls: Path, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


def test_what_service_cmdlets_ask_of_systemd(ps, calls: Path) -> None:
    ps("Stop-Service web -NoWait; Set-Service web -StartupType Disabled; Suspend-Service web; sasv web -WhatIf")
    asked = [line for line in calls.read_text().splitlines() if not line.startswith(("list-", "show"))]
    assert asked == ["--no-block stop web.service", "mask web.service", "freeze web.service"]


def test_errors_of_services(ps, calls: Path) -> None:
    assert ps("Get-Service nope").ids == [f"NoServiceFoundForGivenName,{P}GetServiceCommand"]
    assert ps("Get-Service -DisplayName nope").ids == [f"NoServiceFoundForGivenDisplayName,{P}GetServiceCommand"]
    failed = ps("Start-Service db")
    assert failed.ids == [f"StartServiceFailed,{P}StartServiceCommand"]
    assert "it is broken" in failed.messages[0]
    assert ps("Set-Service web -StartupType Sometimes").ids == [f"CannotConvertArgumentNoMessage,{P}SetServiceCommand"]
    assert ps("New-Service a/b /bin/true").ids == [f"CouldNotNewService,{P}NewServiceCommand"]


_ZONES = """
(Get-TimeZone -Id europe/BERLIN).Id; (Get-TimeZone -Id UTC).BaseUtcOffset.TotalHours -eq 0
=> Europe/Berlin | True

(Get-TimeZone -ListAvailable).Count -gt 100; (Get-TimeZone -Name 'Pacific Standard*').Id -contains 'America/Los_Angeles'
=> True | True

'Central European*' | Get-TimeZone | ? Id -eq Europe/Berlin | % { $_.StandardName; $_.SupportsDaylightSavingTime }
=> Central European Standard Time | True

[TimeZoneInfo]::ConvertTimeBySystemTimeZoneId([datetime]'2024-07-01T12:00:00Z', 'Europe/Berlin').Hour
=> 14

[TimeZoneInfo]::Local.Id -eq (Get-TimeZone).Id; [TimeZoneInfo]::Utc.DisplayName
=> True | (UTC) Coordinated Universal Time

Set-TimeZone -Id Europe/Berlin -PassThru | % Id; Get-TimeZone -Id UTC | Set-TimeZone; Set-TimeZone -Id UTC -WhatIf
=> Europe/Berlin
"""


@pytest.mark.parametrize(("script", "expected"), cases(_ZONES))
def test_time_zones(ps, calls: Path, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


def test_setting_the_time_zone(ps, calls: Path) -> None:
    ps("Set-TimeZone -Id Europe/Berlin; Set-TimeZone -Id UTC -WhatIf")
    assert calls.read_text() == "timedatectl set-timezone Europe/Berlin\n"
    assert ps("Get-TimeZone -Id nope").ids == [f"TimeZoneNotFound,{P}GetTimeZoneCommand"]
    assert ps("Get-TimeZone nope").ids == [f"TimeZoneNotFound,{P}GetTimeZoneCommand"]
    assert ps("Set-TimeZone -Name Central*").ids == [f"MultipleMatchingTimeZones,{P}SetTimeZoneCommand"]


def test_the_computer(ps, calls: Path) -> None:
    assert ps("Restart-Computer -WhatIf; Stop-Computer -WhatIf").ids == []
    assert calls.read_text() == ""
    failed = ps("Restart-Computer")
    assert failed.ids == [f"CommandFailed,{P}RestartComputerCommand"]
    assert failed.messages == ["not permitted"]
    assert ps("Stop-Computer").ids == [f"CommandFailed,{P}StopComputerCommand"]
    assert calls.read_text() == "shutdown -r now\nshutdown -P now\n"
    assert ps("Rename-Computer -NewName 'not valid'").ids == [f"InvalidNewName,{P}RenameComputerCommand"]
    assert ps("Rename-Computer ([Net.Dns]::GetHostName())").ids == [f"NewNameIsOldName,{P}RenameComputerCommand"]
    assert ps("(Rename-Computer other-name -Force -PassThru).NewComputerName").output == ["other-name"]
    assert calls.read_text().endswith("hostnamectl set-hostname other-name\n")


def test_the_clipboard(ps, calls: Path) -> None:
    assert ps("'a','b' | Set-Clipboard -PassThru; Set-Clipboard c -Append; Get-Clipboard").output == [
        "a",
        "b",
        "a",
        "b",
        "c",
    ]
    assert ps("Get-Clipboard -Raw; Get-Clipboard -Delimiter b").output == ["a\nb\nc", "a\n", "\nc"]
    ps("Set-Clipboard x -WhatIf; Set-Clipboard x -AsOSC52")
    assert ps("Get-Clipboard -Raw").output == ["a\nb\nc"]


def test_no_clipboard(ps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert ps("Get-Clipboard").ids == [f"PlatformNotSupported,{P}GetClipboardCommand"]


_PROCESSES = """
(Get-Process -Id $PID).Id -eq $PID; (gps -Id $PID -IncludeUserName).UserName -ne $null;
(gps -Id $PID).UserName -eq $null
=> True | True | True

(Get-Process -Id $PID -Module)[0].ModuleName -like 'python*';
(Get-Process -Id $PID -FileVersionInfo).FileName -like '/*'
=> True | True

(Get-Process -InputObject (gps -Id $PID)).Id -eq $PID; (gps -Id $PID).MainModule.FileName -like '/*'
=> True | True

$p = Start-Process sleep 30 -PassThru; Stop-Process $p -PassThru | % Name; $p.WaitForExit(5000); $p.HasExited;
$p.ExitCode
=> sleep | True | True | 137

$p = Start-Process sleep 30 -PassThru; Stop-Process -Id $p.Id -WhatIf; $p.HasExited;
Stop-Process -Name nosuch* -Force; kill $p
=> False

$a = Start-Process sleep 30 -PassThru; $b = Start-Process true -PassThru;
(Wait-Process -InputObject $a,$b -Any -PassThru).Count; kill $a
=> 2

$a = Start-Process true -PassThru; Wait-Process -Id $a.Id -ErrorAction Ignore;
Wait-Process -InputObject $a -Timeout 5; $a.HasExited
=> True

Start-Process sh -ArgumentList '-c "exit 4"' -Wait -PassThru | % ExitCode
=> 4

'in' > i; Start-Process cat -RedirectStandardInput i -RedirectStandardOutput o -Wait -NoNewWindow; gc o
=> in

Start-Process sh '-c "echo err >&2;
pwd"' -RedirectStandardError e -RedirectStandardOutput o -WorkingDirectory / -Wait; gc e,o
=> err | /

$env:RXA = 'a'; Start-Process env -Environment @{ RXB = 'b'; RXA = $null } -RedirectStandardOutput o -Wait;
(gc o) -match '^RX'
=> RXB=b

Start-Process /usr/bin/env -UseNewEnvironment -Environment @{ Q = 1 } -RedirectStandardOutput o -Wait; gc o
=> Q=1

Start-Process true -WhatIf -PassThru;
Start-Process true -ArgumentList $null -Wait -PassThru | % ExitCode
=> 0
"""


@pytest.mark.parametrize(("script", "expected"), cases(_PROCESSES))
def test_processes(ps, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


_PROCESS_ERRORS = """
Get-Process nosuchprocess
=> NoProcessFoundForGivenName,GetProcessCommand

Get-Process -Id 99999999
=> NoProcessFoundForGivenId,GetProcessCommand

Get-Process -Module -IncludeUserName
=> AmbiguousParameterSet,GetProcessCommand

Wait-Process -Id $PID
=> WaitOnItself,WaitProcessCommand

$p = Start-Process sleep 30 -PassThru; Wait-Process -InputObject $p -Timeout 0; kill $p
=> ProcessNotTerminated,WaitProcessCommand

Debug-Process -Id $PID
=> NoDebuggerFound,DebugProcessCommand

Start-Process nosuchprogram
=> InvalidOperationException,StartProcessCommand

Start-Process true -Verb open
=> NotSupportedException,StartProcessCommand

Start-Process true -WindowStyle Hidden
=> NotSupportedException,StartProcessCommand

Start-Process true -Credential ([pscredential]::new("x", [securestring]::new()))
=> NotSupportedException,StartProcessCommand

Start-Process true -NoNewWindow -WindowStyle Hidden
=> InvalidOperationException,StartProcessCommand

Start-Process true -WorkingDirectory nowhere
=> DirectoryNotFoundException,StartProcessCommand

Start-Process true -RedirectStandardInput nothing
=> FileNotFoundException,StartProcessCommand

Start-Process true -RedirectStandardOutput o -RedirectStandardError o
=> InvalidOperationException,StartProcessCommand
"""


@pytest.mark.parametrize(("script", "expected"), cases(_PROCESS_ERRORS))
def test_errors_of_processes(ps, script: str, expected: list[str]) -> None:
    (found,) = expected
    error_id, _, command = found.partition(",")
    assert ps(script).ids == [f"{error_id},{P}{command}"]


_COMPUTER = """
$i = Get-ComputerInfo; $i.CsName -ne ''; $i.OsTotalVisibleMemorySize -gt 0; $i.OsUptime.TotalSeconds -gt 0
=> True | True | True

(Get-ComputerInfo -Property Os*Memory*).psobject.Properties.Name -match '^Cs'
=>

(Get-ComputerInfo CsName, Nonsense).psobject.Properties.Name
=> CsName | Nonsense

(Get-LocalUser root).SID; (Get-LocalUser r*t).Enabled; (Get-LocalUser -SID S-1-22-1-0).Name
=> S-1-22-1-0 | True | root

(Get-LocalGroup root).ObjectClass; (Get-LocalGroup -SID S-1-22-2-0).Name; (Get-LocalGroupMember root root).Name
=> Group | root | root

(Get-LocalGroupMember -SID S-1-22-2-0 -Member nobody*).Count
=> 0
"""


@pytest.mark.parametrize(("script", "expected"), cases(_COMPUTER))
def test_the_computer_and_its_accounts(ps, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


def test_missing_accounts(ps) -> None:
    assert ps("Get-LocalUser nosuchuser").ids == [f"UserNotFound,{P}GetLocalUserCommand"]
    assert ps("Get-LocalGroup nosuchgroup").ids == [f"GroupNotFound,{P}GetLocalGroupCommand"]


def test_connections_to_ports(ps) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"Test-Connection 127.0.0.1 -TcpPort {port} -IPv4 -TimeoutSeconds 3"
        assert ps(call).output == [True]
        assert ps(f"{call} -Quiet -Count 2 -Delay 1").output == [True, True]
        assert ps(f"{call} -Repeat -ResolveDestination | select -First 1").output == [True]
        detailed = f"$r = {call} -Detailed -Count 1 -Source here; "
        assert ps(detailed + "$r.Connected; $r.Port; $r.Status; $r.Source").output == [True, port, "Success", "here"]
    refused = ps(f"(Test-Connection 127.0.0.1 -TcpPort {port} -Detailed -Count 1).Status; {call}")
    assert refused.output == ["ConnectionRefused", False]


def test_what_test_connection_refuses(ps, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    name = f"TestConnectionException,{P}TestConnectionCommand"
    assert ps("Test-Connection no.such.host.invalid -Count 1").ids == [name]
    assert ps("Test-Connection no.such.host.invalid -Count 1 -Quiet").output == [False]
    assert ps("Test-Connection no.such.host.invalid -TcpPort 1 -IPv6").ids == [name]
    assert ps("Test-Connection x -Traceroute").ids == [f"NotSupported,{P}TestConnectionCommand"]
    assert ps("Test-Connection x -MtuSize").ids == [f"NotSupported,{P}TestConnectionCommand"]
    for wrong in ("-Count 0", "-Delay 0", "-BufferSize -1", "-MaxHops 0", "-TcpPort 70000"):
        assert ps(f"Test-Connection x {wrong}").ids == [f"ParameterArgumentValidationError,{P}TestConnectionCommand"]


def test_requests_that_must_not_be_fragmented(ps, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network whose packets are smaller than the request, which goes through in parts only."""
    options: list[tuple[int, ...]] = []

    class Link:
        type, family = socket.SOCK_DGRAM, socket.AF_INET
        __enter__ = lambda self: self  # noqa: E731
        __exit__ = setblocking = lambda self, *_: None

        def setsockopt(self, *given: int) -> None:
            options.append(given)

        def sendto(self, packet: bytes, address: tuple[str, int]) -> None:
            whole = (socket.IPPROTO_IP, 10, 2) in options
            raise OSError(errno.EMSGSIZE if whole else errno.EHOSTUNREACH, "refused")

    monkeypatch.setattr("remora.modules.management.connection._echo_socket", lambda *_: Link())
    statuses = "(Test-Connection 127.0.0.1 -Count 1 -BufferSize 9000 {}).Status"
    assert ps(statuses.format("")).output == ["DestinationHostUnreachable"]
    assert ps(statuses.format("-DontFragment")).output == ["PacketTooBig"]


def test_echo_requests(ps) -> None:
    ran = ps("Test-Connection 127.0.0.1 -Count 2 -Delay 1 -BufferSize 40 -DontFragment -MaxHops 5 -Ping")
    if ran.ids:
        pytest.skip("this user may not send echo requests")
    assert [(one.ping, one.status, one.size) for one in ran.output] == [(1, "Success", 40), (2, "Success", 40)]
    assert ps("Test-Connection 127.0.0.1 -Count 1 -Quiet").output == [True]
    assert ps("(Test-Connection 127.0.0.1 -Repeat | select -First 1).Ping").output == [1]

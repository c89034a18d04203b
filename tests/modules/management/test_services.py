"""The service cmdlets parameter by parameter, with a stand-in for systemctl and a directory for unit files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.modules.management import service_units
from remora.modules.management.service_units import read_unit, unit_text
from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands."
_SYSTEMCTL = """#!/bin/sh
case "$1" in
list-units)
  echo "web.service loaded active running Web Server"; echo "db.service loaded inactive dead Data Base"
  echo "mail.service loaded active running Mail";;
list-unit-files) echo "web.service enabled enabled"; echo "db.service masked enabled";;
show) case "$4" in db.service) echo web.service; echo;; mail.service) echo db.service multi-user.target;; esac;;
*) echo "$@" >> "$CALLS";;
esac
"""


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where unit files lie; the file ``calls`` beside them has what systemctl was asked to change."""
    programs, found = tmp_path / "programs", tmp_path / "units"
    programs.mkdir()
    found.mkdir()
    (programs / "systemctl").write_text(_SYSTEMCTL)
    (programs / "systemctl").chmod(0o755)
    (found / "calls").touch()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(found / "calls"))
    monkeypatch.setattr(service_units, "UNITS", found)
    return found


def asked(units: Path) -> list[str]:
    return (units / "calls").read_text().splitlines()


@pytest.mark.parametrize("verb", ["Start", "Stop", "Restart", "Suspend", "Resume"])
@pytest.mark.parametrize(
    "words",
    ["web", "-Name web", "-DisplayName 'Web*'", "-InputObject (gsv web)", "-Name * -Include w*", "* -Exclude db, mail"],
)
def test_which_services_are_meant(ps: Session, units: Path, verb: str, words: str) -> None:
    action = {"Suspend": "freeze", "Resume": "thaw"}.get(verb, verb.lower())
    ran = ps(f"{verb}-Service {words} -PassThru | % Name")
    assert (ran.output, ran.ids) == (["web"], [])
    assert asked(units) == [f"{action} web.service"]


@pytest.mark.parametrize("verb", ["Start", "Stop", "Restart", "Suspend", "Resume"])
def test_without_pass_thru_nothing_is_said(ps: Session, units: Path, verb: str) -> None:
    assert ps(f"'web' | {verb}-Service").output == []
    assert len(asked(units)) == 1


@pytest.mark.parametrize("command", ["Stop-Service", "Restart-Service", "Set-Service -Status Stopped"])
def test_only_force_stops_what_a_running_service_needs(ps: Session, units: Path, command: str) -> None:
    name, _, rest = command.partition(" ")
    ran = ps(f"{name} db {rest}; {name} mail {rest}")
    assert ran.ids == [f"ServiceHasDependentServices,{P}{name.replace('-', '')}Command"]
    assert ran.messages[0].startswith("Cannot stop service 'Data Base (db)' because it has dependent services.")
    assert [line.rpartition(" ")[2] for line in asked(units)] == ["mail.service"]
    assert ps(f"{name} db {rest} -Force").ids == []
    assert [line.rpartition(" ")[2] for line in asked(units)] == ["mail.service", "db.service"]


def test_no_wait(ps: Session, units: Path) -> None:
    ps("Stop-Service web -NoWait; Stop-Service web")
    assert asked(units) == ["--no-block stop web.service", "stop web.service"]


@pytest.mark.parametrize("selector", ["web", "-Name web", "-ServiceName web", "-InputObject (gsv web)"])
def test_what_set_service_writes(ps: Session, units: Path, selector: str) -> None:
    secret = "[pscredential]::new('www', (ConvertTo-SecureString x -AsPlainText -Force))"
    ran = ps(f"Set-Service {selector} -DisplayName 'Shop 100%' -Credential ({secret}) -PassThru | % Name")
    assert (ran.output, ran.ids) == (["web"], [])
    assert asked(units) == ["daemon-reload"]
    path = units / "web.service.d" / "50-set-service.conf"
    assert path.read_text() == "[Unit]\nDescription=Shop 100%%\n[Service]\nUser=www\n"
    assert ps(f"Set-Service {selector} -Description 'Sells'").output == []
    assert path.read_text() == "[Unit]\nDescription=Sells\n[Service]\nUser=www\n"


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("-StartupType Automatic", ["unmask web.service", "enable web.service"]),
        ("-StartMode AutomaticDelayedStart", ["unmask web.service", "enable web.service"]),
        ("-StartupType Manual", ["unmask web.service", "disable web.service"]),
        ("-StartupType 4", ["mask web.service"]),
        ("-Status Paused", ["freeze web.service"]),
        ("-Status Running", ["start web.service"]),
        ("-Status Stopped -WhatIf", []),
        ("", []),
    ],
)
def test_what_set_service_asks_for(ps: Session, units: Path, words: str, lines: list[str]) -> None:
    assert ps(f"Set-Service web {words}").ids == []
    assert asked(units) == lines


def test_a_new_service_is_a_unit(ps: Session, units: Path) -> None:
    secret = "[pscredential]::new('www', (ConvertTo-SecureString x -AsPlainText -Force))"
    ran = ps(f"New-Service shop '/bin/shop %a' -Description Sells -DependsOn db, web -Credential ({secret})")
    assert ran.ids == []
    assert (units / "shop.service").read_text() == (
        "[Unit]\nDescription=Sells\nRequires=db.service web.service\nAfter=db.service web.service\n"
        "[Service]\nExecStart=/bin/shop %%a\nUser=www\n[Install]\nWantedBy=multi-user.target\n"
    )
    assert asked(units) == ["daemon-reload", "enable shop.service"]
    assert ps("New-Service shop /bin/shop").ids == [f"CouldNotNewService,{P}NewServiceCommand"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("Automatic", "enable"), ("AutomaticDelayedStart", "enable"), ("Disabled", "mask"), ("Manual", "")],
)
def test_when_a_new_service_starts(ps: Session, units: Path, kind: str, words: str) -> None:
    ran = ps(f"New-Service shop /bin/shop -DisplayName 'The Shop' -StartupType {kind} | % DisplayName")
    assert (units / "shop.service").read_text().startswith("[Unit]\nDescription=The Shop\n")
    assert asked(units) == ["daemon-reload", *([f"{words} shop.service"] if words else [])]
    assert (ran.output, ran.ids) == (["The Shop"], [])


@pytest.mark.parametrize("words", ["web", "-Name web", "-SN web", "-InputObject (gsv web)"])
def test_remove_service(ps: Session, units: Path, words: str) -> None:
    (units / "web.service").write_text("[Unit]\n")
    (units / "web.service.d").mkdir()
    assert ps(f"Remove-Service {words} -WhatIf").ids == []
    assert (units / "web.service").exists()
    assert ps(f"Remove-Service {words}").ids == []
    assert asked(units) == ["disable --now web.service", "daemon-reload"]
    assert sorted(path.name for path in units.iterdir()) == ["calls"]


def test_a_unit_of_the_system_stays(ps: Session, units: Path) -> None:
    assert ps("gsv web | Remove-Service").ids == [f"CouldNotRemoveService,{P}RemoveServiceCommand"]


@pytest.mark.parametrize("command", ["Set-Service nope -Status Running", "'nope' | Remove-Service"])
def test_a_service_that_is_not_there(ps: Session, units: Path, command: str) -> None:
    name = "SetService" if command.startswith("Set") else "RemoveService"
    assert ps(command).ids == [f"NoServiceFoundForGivenName,{P}{name}Command"]


def test_the_status_is_an_enumeration(ps: Session, units: Path) -> None:
    ran = ps("(gsv web).Status.GetType().FullName; [int](gsv db).Status; (gsv web).Status -eq 'Running'")
    assert ran.output == ["System.ServiceProcess.ServiceControllerStatus", 1, True]


_KEYS = st.text("abcXYZ", min_size=1, max_size=6)
_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)


@given(st.dictionaries(_KEYS, st.dictionaries(_KEYS, _VALUES, max_size=4), max_size=3))
def test_a_unit_reads_as_it_was_written(settings: dict[str, dict[str, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.conf")
        path.write_text(unit_text(settings), "utf-8")
        assert read_unit(path) == settings

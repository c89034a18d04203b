"""The metadata of shells on disk."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from remora.config import SessionQuotas, WinrmConfig
from remora.errors import WSManFault
from remora.host.quotas import OperationQuota, check_shell_quotas
from remora.host.records import ShellRecord, ShellRecords

ID = "908ea449-5553-4150-8A78-020057C8772A"


def record(number: int = 0, *, sid: str = "S-1", configuration: str = "Microsoft.PowerShell") -> ShellRecord:
    return ShellRecord(
        shell_id=f"{number:08x}" + ID[8:],
        owner_sid=sid,
        owner_name="ann",
        uid=1000,
        kind="cmd" if configuration == "cmd" else "powershell",
        resource_uri="r",
        configuration=configuration,
        name="n",
    )


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    records = ShellRecords(tmp_path)
    first, second = record(1), record(2)
    records.put(first)
    records.put(second)
    records.remove(second)
    again = ShellRecords(tmp_path)
    again.load()
    assert list(again) == [first]
    assert again.get(first.shell_id.lower()) == first
    assert stat.S_IMODE(next(tmp_path.glob("*.json")).stat().st_mode) == 0o600


def test_files_that_are_no_records_are_dropped(tmp_path: Path) -> None:
    good = record(1)
    ShellRecords(tmp_path).put(good)
    (tmp_path / f"{record(2).canonical_id}.json").write_bytes(b"{")
    (tmp_path / f"{record(3).canonical_id}.json").write_bytes(msgspec.json.encode(record(4)))
    (tmp_path / f"{record(5).canonical_id}.json").write_bytes(b" " * 70000)
    records = ShellRecords(tmp_path)
    records.load()
    assert list(records) == [good]
    assert [path.name for path in tmp_path.iterdir()] == [f"{good.canonical_id}.json"]


def _refused(records: ShellRecords, sid: str, winrm: WinrmConfig, name: str, quotas: SessionQuotas | None) -> int:
    with pytest.raises(WSManFault) as caught:
        check_shell_quotas(records, sid, winrm, name, quotas)
    return caught.value.code


def test_shells_are_counted_by_user_and_configuration(tmp_path: Path) -> None:
    records = ShellRecords(tmp_path)
    for number, (sid, name) in enumerate([("S-1", "Microsoft.PowerShell"), ("S-1", "cmd"), ("S-2", "ITTasks")]):
        records.put(record(number, sid=sid, configuration=name))
    default, wide = WinrmConfig(), SessionQuotas()
    check_shell_quotas(records, "S-1", default, "ITTasks", wide)
    check_shell_quotas(records, "S-1", default, "cmd", None)
    two_each = default.with_setting("Winrs/MaxShellsPerUser", 2)
    assert _refused(records, "S-1", two_each, "cmd", None) == 0x803381A5
    check_shell_quotas(records, "S-2", two_each, "cmd", None)
    two_users = default.with_setting("Winrs/MaxConcurrentUsers", 2)
    assert _refused(records, "S-3", two_users, "cmd", None) == 0x803381AB
    check_shell_quotas(records, "S-1", two_users, "cmd", None)
    assert _refused(records, "S-3", default, "ittasks", SessionQuotas(max_shells=1)) == 0x803381E6
    assert _refused(records, "S-2", default, "ITTasks", SessionQuotas(max_shells_per_user=1)) == 0x803381E4
    assert _refused(records, "S-3", default, "ITTasks", SessionQuotas(max_concurrent_users=1)) == 0x803381E5


def test_operations_are_counted_while_they_run() -> None:
    quota = OperationQuota()
    with quota.operation("S-1", 2), quota.operation("S-1", 2):
        with pytest.raises(WSManFault) as caught, quota.operation("S-1", 2):
            pass
        assert caught.value.code == 0x803381A6
        with quota.operation("S-2", 2):
            assert (quota.running("S-1"), quota.running("S-2")) == (2, 1)
    assert quota.running("S-1") == 0

"""Counting quotas: shells, users and operations at once, per user and per session configuration (wire-protocol 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from remora.config import SessionQuotas, WinrmConfig
from remora.host.records import ShellRecord, ShellRecords
from remora.wsman.faults import make_fault


class OperationQuota:
    """How many operations of each user are being worked on."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    @contextmanager
    def operation(self, sid: str, limit: int) -> Iterator[None]:
        """Count one operation while the body runs. Raises the fault WSMAN_QUOTA_MAX_OPERATIONS beyond the limit."""
        if self._running[sid] >= limit:
            raise make_fault(0x803381A6)
        self._running[sid] += 1
        try:
            yield
        finally:
            self._running[sid] -= 1
            if not self._running[sid]:
                del self._running[sid]

    def running(self, sid: str) -> int:
        return self._running[sid]


def check_shell_quotas(
    records: ShellRecords, sid: str, config: WinrmConfig, configuration: str, quotas: SessionQuotas | None
) -> None:
    """Raise the quota fault that one more shell of this user would break.

    configuration, quotas: the session configuration the shell is for; quotas None for a cmd shell.
    """
    own = records.of_owner(sid)
    if len(own) >= config.winrs.max_shells_per_user:
        raise make_fault(0x803381A5)
    if not own and len(records.owners()) >= config.winrs.max_concurrent_users:
        raise make_fault(0x803381AB)
    if quotas is None:
        return
    same = [record for record in records if _belongs(record, configuration)]
    mine = sum(record.owner_sid == sid for record in same)
    if len(same) >= quotas.max_shells:
        raise make_fault(0x803381E6)
    if mine >= quotas.max_shells_per_user:
        raise make_fault(0x803381E4)
    if not mine and len({record.owner_sid for record in same}) >= quotas.max_concurrent_users:
        raise make_fault(0x803381E5)


def _belongs(record: ShellRecord, configuration: str) -> bool:
    return record.kind == "powershell" and record.configuration.casefold() == configuration.casefold()

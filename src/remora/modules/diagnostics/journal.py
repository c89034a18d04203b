"""The journal of systemd, as journalctl tells it: queries, and entries as event records."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.modules.common import declare_attributes

# log -> the words of journalctl that choose its entries
LOGS: Final[dict[str, tuple[str, ...]]] = {"Kernel": ("--dmesg",), "System": ("--system",), "User": ("--user",)}
LEVELS: Final = {1: "Critical", 2: "Error", 3: "Warning", 4: "Information", 5: "Verbose"}
_LEVEL_OF: Final = (1, 1, 1, 2, 3, 4, 4, 5)
_TEXT_LIMIT: Final = 1 << 20
_R: Final = "System.Diagnostics.Eventing.Reader."


@dataclass(slots=True)
class EventRecord(NetObject):
    """One entry of the journal. level: as Windows counts, 1 critical to 5 verbose."""

    log: str
    provider: str
    level: int
    message: str
    created: datetime | None
    machine: str
    process: int | None
    user: str
    cursor: str

    def net_text(self) -> str:
        return _R + "EventLogRecord"


EventRecord.net_type = NetType(
    _R + "EventLogRecord",
    NetType(_R + "EventRecord", OBJECT),
    default_display=("TimeCreated", "Id", "LevelDisplayName", "Message"),
)
declare_attributes(
    EventRecord.net_type,
    ("LogName", "log", "System.String"),
    ("ProviderName", "provider", "System.String"),
    ("Level", "level", "System.Byte"),
    ("Message", "message", "System.String"),
    ("TimeCreated", "created", "System.DateTime"),
    ("MachineName", "machine", "System.String"),
    ("ProcessId", "process", "System.Int32"),
    ("UserId", "user", "System.String"),
    ("Bookmark", "cursor", "System.String"),
)
EventRecord.net_type.property("Id", "System.Int32")(lambda one: 0)
EventRecord.net_type.property("LevelDisplayName", "System.String")(lambda one: LEVELS[one.level])
register(EventRecord.net_type)


def program() -> str | None:
    """The path of journalctl."""
    return shutil.which("journalctl")


def priorities(levels: Sequence[int]) -> list[str]:
    """The matches of journalctl for levels."""
    return [f"PRIORITY={number}" for number, level in enumerate(_LEVEL_OF) if level in levels]


def fields(name: str) -> list[str]:
    """All values that a field has in the journal. Raises OSError."""
    path = program()
    if path is None:
        return []
    done = subprocess.run(
        [path, "--no-pager", "-F", name], capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )
    return sorted(set(done.stdout.decode("utf-8", "replace").splitlines()), key=str.lower)


def entries(path: str, words: Sequence[str], log: str) -> Iterator[EventRecord]:
    """The entries that journalctl gives for its words, as they come; close the iterator to end it. Raises OSError."""
    child = subprocess.Popen(
        [path, "--no-pager", "--quiet", "-o", "json", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        while line := child.stdout.readline(_TEXT_LIMIT):
            found = _record(line, log)
            if found is not None:
                yield found
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _record(line: bytes, log: str) -> EventRecord | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict):
        return None
    return EventRecord(
        log=log,
        provider=_text(entry.get("SYSLOG_IDENTIFIER") or entry.get("_COMM")),
        level=_LEVEL_OF[number] if (number := _number(entry.get("PRIORITY"), 6)) < len(_LEVEL_OF) else 5,
        message=_text(entry.get("MESSAGE")),
        created=_moment(entry.get("__REALTIME_TIMESTAMP")),
        machine=_text(entry.get("_HOSTNAME")),
        process=_number(entry.get("_PID"), -1) if "_PID" in entry else None,
        user=_text(entry.get("_UID")),
        cursor=_text(entry.get("__CURSOR")),
    )


def _text(value: Any) -> str:
    """A field: a text, the bytes of what is no text as numbers, or several of either."""
    if isinstance(value, list):
        if all(isinstance(one, int) and 0 <= one < 256 for one in value):
            return bytes(value).decode("utf-8", "replace")
        return ", ".join(_text(one) for one in value)
    return "" if value is None else str(value)


def _number(value: Any, default: int) -> int:
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _moment(value: Any) -> datetime | None:
    text = _text(value)
    if not text.isdecimal() or len(text) > 17:
        return None
    return datetime.fromtimestamp(int(text) / 1_000_000, UTC).astimezone()

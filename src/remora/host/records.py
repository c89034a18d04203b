"""Metadata of shells: what the front end knows of each without asking its worker, one small file a shell."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from remora._log import bound
from remora.errors import TransportError

MAX_FILE: Final = 64 * 1024
_log = bound(__name__)


class ShellRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One shell. shell_id: as the client spelled it. owner_sid decides who may use it; uid: whom its worker runs as.

    created: seconds since the epoch. interactive: made on this computer for a token that is good on the network; others
    must not have it. runs_as: the account that its configuration names, "" for the owner's own. application: the URL
    prefix under which it is found. logon_id, logon_type, authentication: of the logon that made the shell.
    """

    shell_id: str
    owner_sid: str
    owner_name: str
    uid: Annotated[int, Meta(ge=0)]
    kind: Literal["powershell", "cmd"]
    resource_uri: str
    configuration: str
    runs_as: str = ""
    name: str | None = None
    client_ip: str = ""
    logon_id: int = 0
    logon_type: int = 3
    authentication: str = ""
    created: float = 0.0
    profile_loaded: bool = True
    encoding: str = "UTF8"
    interactive: bool = False
    application: str = "wsman"

    @property
    def canonical_id(self) -> str:
        """The GUID in upper case: names of files and sockets, and the key here."""
        return self.shell_id.upper()


class ShellRecords:
    """All records, in memory and on disk. A record is on disk before its worker is started."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._records: dict[str, ShellRecord] = {}

    def load(self) -> None:
        """Read every file of the directory; what cannot be read is set aside with a warning and forgotten."""
        for path in sorted(self._directory.glob("*.json")):
            try:
                if path.stat().st_size > MAX_FILE:
                    raise ValueError("the file is too large")
                record = msgspec.json.decode(path.read_bytes(), type=ShellRecord)
                if record.canonical_id != path.stem:
                    raise ValueError("the file name does not fit")
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                _log.warning("shell_record_dropped", file=path.name, reason=error)
                path.unlink(missing_ok=True)
            else:
                self._records[record.canonical_id] = record

    def __iter__(self) -> Iterator[ShellRecord]:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def get(self, shell_id: str) -> ShellRecord | None:
        """Return the record of this GUID, in any case."""
        return self._records.get(shell_id.upper())

    def put(self, record: ShellRecord) -> None:
        """Add a record. Raises TransportError when it cannot be written.

        Written whole or not at all. It need not survive a loss of power: no worker would either.
        """
        path = self._path(record)
        temporary = path.with_suffix(".new")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(msgspec.json.encode(record))
            temporary.replace(path)
        except OSError as error:
            raise TransportError(f"cannot write {path}: {error.strerror or error}") from None
        self._records[record.canonical_id] = record

    def remove(self, record: ShellRecord) -> None:
        """Forget a shell."""
        self._records.pop(record.canonical_id, None)
        with contextlib.suppress(OSError):
            self._path(record).unlink(missing_ok=True)

    def of_owner(self, sid: str) -> list[ShellRecord]:
        return [record for record in self._records.values() if record.owner_sid == sid]

    def owners(self) -> set[str]:
        return {record.owner_sid for record in self._records.values()}

    def _path(self, record: ShellRecord) -> Path:
        return self._directory / f"{record.canonical_id}.json"

"""Files that are replaced whole: a reader sees the old content or the new, never a part."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from remora.errors import ConfigError


def write_atomically(path: Path, data: bytes, *, mode: int) -> None:
    """Write beside the file, flush to the disk, rename over it. ConfigError when the directory does not allow it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror or error}") from None


def write_as_before(path: Path, data: bytes, *, like: Path | None = None) -> None:
    """As ``write_atomically``, with mode and owner of the old file; a new one is its owner's alone.

    like: another file that says so. A new file that root writes belongs to the owner of the directory, who reads it.
    """
    try:
        before = (like or path).stat()
        mode = before.st_mode & 0o777
    except FileNotFoundError:
        before, mode = path.parent.stat(), 0o600
    write_atomically(path, data, mode=mode)
    give(path, before)
    if path.stat().st_mode & 0o777 != mode:  # the mask of the process took something away
        path.chmod(mode)


def give(path: Path, owner: os.stat_result) -> None:
    """Let a file that root made belong to somebody else."""
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

"""What lies where in the host's state directory, and who may enter what."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from remora.errors import ConfigError


@dataclass(frozen=True, slots=True)
class StateDir:
    """The layout. ``front``, ``shells`` and ``tls`` belong to the front end's user when root gives its rights up."""

    root: Path

    @property
    def workers(self) -> Path:
        """Sockets of the workers, named by ShellId."""
        return self.root / "w"

    @property
    def shells(self) -> Path:
        """Metadata of the shells, one file each."""
        return self.root / "shells"

    @property
    def front(self) -> Path:
        """What the front end itself writes: its control socket and the configuration."""
        return self.root / "front"

    @property
    def control(self) -> Path:
        return self.front / "control"

    @property
    def configuration(self) -> Path:
        return self.front / "host.toml"

    @property
    def audit(self) -> Path:
        """The audit log."""
        return self.front / "audit.jsonl"

    @property
    def certificates(self) -> Path:
        """Server certificates with their keys, and below ``trusted`` the authorities of client certificates."""
        return self.root / "tls"

    def anchored(self) -> StateDir:
        """Return the same directory by a descriptor, which stays usable after root's rights are given up.

        The directories above it may be closed to the front end's user; the descriptor does not pass through them. It
        also keeps the names of the sockets short, wherever the directory is. Raises FileNotFoundError.
        """
        descriptor = os.open(self.root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return StateDir(Path(f"/proc/self/fd/{descriptor}"))

    def prepare(self, *, front_uid: int, front_gid: int) -> None:
        """Make the directories; they are the front end's, whoever it will be."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for directory in (self.shells, self.front, self.certificates):
                directory.mkdir(mode=0o700, exist_ok=True)
                directory.chmod(0o700)
                if os.geteuid() == 0:
                    _give(directory, front_uid, front_gid)
        except OSError as error:
            raise ConfigError(f"state directory {self.root}: {error.strerror or error}") from None

    def lock(self) -> int:
        """Take the state directory for this process; return the descriptor that holds it until the process ends."""
        path = self.root / "front.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigError(f"state directory {self.root}: {error.strerror or error}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise ConfigError(f"another front end serves the state directory {self.root}") from None
        return descriptor


def _give(directory: Path, uid: int, gid: int) -> None:
    os.chown(directory, uid, gid)
    for entry in directory.iterdir():
        os.chown(entry, uid, gid, follow_symlinks=False)

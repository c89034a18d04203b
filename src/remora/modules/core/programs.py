"""Programs of PATH as commands."""

from __future__ import annotations

import os
from collections.abc import Iterator

from remora.engine.commands import ApplicationInfo


def all_programs() -> Iterator[ApplicationInfo]:
    """Every program of PATH, the first of each name, by name."""
    found: dict[str, str] = {}
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        try:
            with os.scandir(folder or ".") as entries:
                for entry in entries:
                    if entry.name not in found and entry.is_file() and os.access(entry.path, os.X_OK):
                        found[entry.name] = entry.path
        except OSError:
            continue
    for name in sorted(found, key=lambda one: (one.lower(), one)):
        yield ApplicationInfo(name, found[name])

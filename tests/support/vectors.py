"""Where the recorded dialogues of real Windows servers are, and how tests read them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP exchange: SOAP texts after decryption; status None when the connection failed."""

    request: str
    response: str
    status: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A named dialogue of a client with a real Windows server."""

    name: str
    exchanges: tuple[Exchange, ...]
    edited: str


def vectors_dir() -> Path | None:
    """Return the folder of recordings: REMORA_VECTORS, else ../shared/vectors beside the checkout, else None."""
    named = os.environ.get("REMORA_VECTORS")
    candidates = [Path(named)] if named else [Path(__file__).resolve().parents[2].parent / "shared" / "vectors"]
    for candidate in candidates:
        for folder in (candidate / "windows-recordings", candidate):
            if any(folder.glob("*.json")):
                return folder
    return None


@cache
def recordings() -> tuple[Recording, ...]:
    """Return all recordings, sorted by name; empty where there are none."""
    folder = vectors_dir()
    if folder is None:
        return ()
    return tuple(_load(path) for path in sorted(folder.glob("*.json")))


def _load(path: Path) -> Recording:
    data = json.loads(path.read_text("utf-8"))
    exchanges = tuple(
        Exchange(e["request"], e["response"] or "", e["status"], e.get("note", "")) for e in data["exchanges"]
    )
    return Recording(data["name"], exchanges, str(data.get("edited", "")))


needs_recordings = pytest.mark.skipif(
    vectors_dir() is None,
    reason="no recordings of Windows servers: set REMORA_VECTORS to their folder",
)

from __future__ import annotations

from pathlib import Path

import pytest

from remora.client.config_store import ClientConfig
from remora.host.local_config import LocalManagement
from remora.modules.wsman import machine_store
from tests.modules.conftest import Session


@pytest.fixture
def machine(ps: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """An engine beside the files of a host and of a client."""
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    ClientConfig().save(tmp_path / "client.toml")
    monkeypatch.setattr(machine_store, "_makers", [lambda: LocalManagement(tmp_path / "state")])
    return ps

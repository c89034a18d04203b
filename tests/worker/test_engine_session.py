from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.worker.engine_session import EngineSession
from remora.worker.pool_server import PoolServer
from tests.support.pool_client import PoolClient
from tests.support.worker_place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, lambda request, gate, reactor: PoolServer(request, EngineSession.for_shell))
    yield place
    place.close()


def test_one_plus_one(place: Place) -> None:
    client = PoolClient(place.front(), place.shell_id).open()
    outcome = client.invoke("1+1")
    assert outcome.output == [2], outcome
    assert outcome.receives == 1

"""The front end is killed while shells are being made and used: whatever a client was told is still true afterwards."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable

import pytest

from remora.errors import RemoraError
from remora.wsman import Delete, Enumerate, uris
from tests.support.host import HostProcess
from tests.support.wire import CmdShell, Wire

Start = Callable[..., HostProcess]


class Busy(threading.Thread):
    """Makes shells and deletes some of them until the host is gone; remembers what it was told."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.alive: set[str] = set()
        self.deleted: set[str] = set()
        self.unknown: set[str] = set()

    def run(self) -> None:
        try:
            with Wire(self._url) as wire:
                while True:
                    shell = CmdShell(wire)
                    self.alive.add(shell.id)
                    if len(self.alive) > 3:
                        gone = min(self.alive)
                        self.alive.remove(gone)
                        self.unknown.add(gone)
                        wire.ask(Delete.shell(uris.RESOURCE_CMD, gone))
                        self.unknown.remove(gone)
                        self.deleted.add(gone)
        except (OSError, http.client.HTTPException, RemoraError, AssertionError):
            return


@pytest.mark.parametrize("round_", range(3))
def test_what_was_acknowledged_is_still_there(start_host: Start, round_: int) -> None:
    host = start_host()
    delay = random.Random().uniform(0.1, 0.8)
    busy = [Busy(host.url) for _ in range(3)]
    for thread in busy:
        thread.start()
    time.sleep(delay)
    host.kill()
    for thread in busy:
        thread.join(20)
    host.start()
    alive = set().union(*(thread.alive for thread in busy))
    deleted = set().union(*(thread.deleted for thread in busy))
    with Wire(host.url) as wire:
        found = {item.shell_id for item in wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items}
        assert alive <= found, (delay, alive - found)
        assert not deleted & found
        for shell_id in sorted(found):
            wire.ask(Delete.shell(uris.RESOURCE_CMD, shell_id))
        assert wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items == ()
    assert not list((host.state_dir / "shells").glob("*.json"))

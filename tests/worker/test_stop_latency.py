"""A stop ends what waits at once: it is told, nobody looks for it in long steps."""

from __future__ import annotations

import time

import pytest

from remora.psrp.states import PSInvocationState
from remora.worker import protocol as p
from tests.support.pool_client import PoolClient
from tests.worker.test_fidelity import client, place  # noqa: F401  fixtures

BOUND = 1.0  # idle machines need a tenth of it


@pytest.mark.parametrize(
    "script",
    [
        "while ($true) { }",
        "Start-Sleep 60",
        "/bin/sleep 60",
        "/bin/sleep 60 | /bin/cat",
        "Wait-Event never",
        "Start-ThreadJob { Start-Sleep 60 } | Wait-Job",
        "Start-ThreadJob { Start-Sleep 60 } | Receive-Job -Wait",
        "1..3 | ForEach-Object -Parallel { Start-Sleep 60 }",
        "$f = New-TemporaryFile; Get-Content $f -Wait",
        "class Loop { [void] Run() { while ($true) { } } }; [Loop]::new().Run()",
        "[powershell]::Create().AddScript('Start-Sleep 60').Invoke()",
        "1..100000 | Sort-Object { -$_ } | Out-Null; Start-Sleep 60",
        "while ($true) { Get-ChildItem /usr/lib -Recurse | Out-Null }",
        "while ($true) { 'x' * 1000 }",
    ],
)
def test_a_stop_ends_it_at_once(client: PoolClient, script: str) -> None:  # noqa: F811
    pipeline = client.start(f"'begun'; {script}")
    client.receive(pipeline)
    begun = time.monotonic()
    client.front.ask(p.Signal(command_id=str(pipeline).upper(), code="powershell/signal/crtl_c"))
    outcome = client.finish(pipeline, budget=10_000_000)
    assert outcome.state is PSInvocationState.STOPPED
    assert time.monotonic() - begun < BOUND

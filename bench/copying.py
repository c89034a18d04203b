"""Files over loopback with message encryption: remora against pypsrp's copy and against winrmcp, on the same host.

Runs are interleaved, each ratio is the median over the runs of their seconds / our seconds, and every copy is compared
with its source. The content is random bytes, which no compression makes smaller.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bench.report import Check, Section
from tests.support.host import PASSWORD, USER, HostProcess

PEER_RATIO = 5
WINRMCP_RATIO = 20
WINRMCP_MIB = 5
_PLAIN = "Plain-Pa55word"  # winrmcp takes it on its command line


def ours(host: HostProcess, source: Path, target: Path) -> None:
    """Open a session, copy, close it: what ``remora cp`` does."""
    import remora

    async def run() -> None:
        opened = await remora.new_pssession(
            connection_uri=f"{host.url}/wsman", username=USER, password=PASSWORD, authentication="negotiate",
            config=remora.ClientConfig(allow_unencrypted=True, auth=remora.ClientAuth(basic=True)),
        )  # fmt: skip
        assert isinstance(opened, remora.PSSession)
        async with opened:
            await remora.copy_to(opened, source, str(target))

    asyncio.run(run())


def pypsrp(host: HostProcess, source: Path, target: Path) -> None:
    from pypsrp.client import Client

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Client("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as client:
            client.copy(str(source), str(target))


def winrmcp(host: HostProcess, source: Path, target: Path) -> None:
    command = [
        "winrmcp", f"-addr=127.0.0.1:{host.port}", "-user=gopher", f"-pass={_PLAIN}", "-op-timeout=60s",
        "-max-ops-per-shell=1000", str(source), str(target),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


Copy = Callable[[HostProcess, Path, Path], None]


def race(host: HostProcess, peer: Copy, size: int, runs: int) -> tuple[list[float], list[float], bool]:
    """Let both copy the same bytes in turn; the seconds of each, and whether all copies were equal."""
    seconds: dict[Copy, list[float]] = {ours: [], peer: []}
    equal = True
    with tempfile.TemporaryDirectory(prefix="remora-copy-") as folder:
        Path(folder).chmod(0o777)
        source = Path(folder) / "source"
        with source.open("wb") as file:
            for block in range(size):
                file.write(random.Random(block).randbytes(1 << 20))
        wanted = hashlib.sha256(source.read_bytes()).digest()
        for run in range(runs):
            for copy in (ours, peer) if run % 2 == 0 else (peer, ours):
                target = Path(folder) / f"copy{run}{copy.__name__}"
                began = time.perf_counter()
                copy(host, source, target)
                seconds[copy].append(time.perf_counter() - began)
                equal = equal and hashlib.sha256(target.read_bytes()).digest() == wanted
                os.unlink(target)
    return seconds[ours], seconds[peer], equal


def copying(host: HostProcess, runs: int, size: int) -> Section:
    """Copy ``size`` MiB against pypsrp and, where it is installed, 5 MiB against winrmcp."""
    rows: list[list[object]] = [["against", "MiB", "remora MiB/s", "peer MiB/s", "ratio"]]
    checks: list[Check] = []
    contests: list[tuple[str, Copy, int, int]] = [(f"pypsrp {version('pypsrp')}", pypsrp, size, PEER_RATIO)]
    if shutil.which("winrmcp") is not None:
        host.add_user("gopher", _PLAIN)
        contests.append(("winrmcp", winrmcp, WINRMCP_MIB, WINRMCP_RATIO))
    samples: dict[str, object] = {}
    for name, peer, mib, least in contests:
        mine, theirs, equal = race(host, peer, mib, runs)
        ratio = statistics.median(b / a for a, b in zip(mine, theirs, strict=True))
        rows.append([name, mib, mib / statistics.median(mine), mib / statistics.median(theirs), ratio])
        checks.append(Check(name=f"rate against {name}", value=ratio, relation="at least", limit=least, unit="times"))
        checks.append(
            Check(name=f"copies equal to their source ({name})", value=float(equal), relation="exactly", limit=1.0)
        )
        samples[name] = {"remora": mine, "peer": theirs}
    return Section(
        name="copying",
        title=f"Copying a file of random bytes with NTLM encryption, median of {runs} interleaved runs; "
        f"remora {version('remora')}",
        checks=checks,
        rows=rows,
        samples=samples,
    )

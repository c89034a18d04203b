"""Files over loopback with message encryption: remora against pypsrp's copy and against winrmcp, on the same host.

Runs are interleaved, each ratio is the median over the runs of their seconds / our seconds, and every copy is compared
with its source. The content is random bytes, which no compression makes smaller. pypsrp sends a file through one
pipeline and lifts the quota of the data of one command by reflection, which only Windows has: the host's is lifted by
configuration. The way back has no target and is shown beside it.
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
from tests.support.host import PASSWORD, USER, HostProcess, remora

PEER_RATIO = 5
WINRMCP_RATIO = 20
WINRMCP_MIB = 5
BACK_MIB = 32
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


def ours_back(host: HostProcess, source: Path, target: Path) -> None:
    """The same from the host: what ``remora cp`` does the other way."""
    import remora

    async def run() -> None:
        opened = await remora.new_pssession(
            connection_uri=f"{host.url}/wsman", username=USER, password=PASSWORD, authentication="negotiate",
            config=remora.ClientConfig(allow_unencrypted=True),
        )  # fmt: skip
        assert isinstance(opened, remora.PSSession)
        async with opened:
            await remora.copy_from(opened, str(source), target)

    asyncio.run(run())


def pypsrp_back(host: HostProcess, source: Path, target: Path) -> None:
    from pypsrp.client import Client

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Client("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as client:
            client.fetch(str(source), str(target))


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


def race(
    host: HostProcess, peer: Copy, size: int, runs: int, mine: Copy = ours
) -> tuple[list[float], list[float], bool]:
    """Let both copy the same bytes in turn; the seconds of each, and whether all copies were equal."""
    seconds: dict[Copy, list[float]] = {mine: [], peer: []}
    equal = True
    with tempfile.TemporaryDirectory(prefix="remora-copy-") as folder:
        Path(folder).chmod(0o777)
        source = Path(folder) / "source"
        with source.open("wb") as file:
            for block in range(size):
                file.write(random.Random(block).randbytes(1 << 20))
        source.chmod(0o644)
        wanted = hashlib.sha256(source.read_bytes()).digest()
        for run in range(runs):
            for copy in (mine, peer) if run % 2 == 0 else (peer, mine):
                target = Path(folder) / f"copy{run}{copy.__name__}"
                began = time.perf_counter()
                copy(host, source, target)
                seconds[copy].append(time.perf_counter() - began)
                equal = equal and hashlib.sha256(target.read_bytes()).digest() == wanted
                os.unlink(target)
    return seconds[mine], seconds[peer], equal


def copying(host: HostProcess, runs: int, size: int) -> Section:
    """Copy ``size`` MiB against pypsrp and, where it is installed, 5 MiB against winrmcp; then back."""
    remora(
        "host", "configuration", "set", "Microsoft.PowerShell", "--maximum-received-data-size-per-command-mb", "1024",
        "--state-dir", str(host.state_dir),
    )  # fmt: skip
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
    mine, theirs, equal = race(host, pypsrp_back, BACK_MIB, runs, ours_back)
    ratio = statistics.median(b / a for a, b in zip(mine, theirs, strict=True))
    rows.append(
        ["pypsrp, back", BACK_MIB, BACK_MIB / statistics.median(mine), BACK_MIB / statistics.median(theirs), ratio]
    )
    checks.append(Check(name="copies back equal to their source", value=float(equal), relation="exactly", limit=1.0))
    samples["back"] = {"remora": mine, "peer": theirs}
    return Section(
        name="copying",
        title=f"Copying a file of random bytes with NTLM encryption, median of {runs} interleaved runs; "
        f"remora {version('remora')}",
        checks=checks,
        rows=rows,
        samples=samples,
    )

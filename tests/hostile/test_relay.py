"""An NTLM relay set up for real: our client, a relay in a process of its own, our host."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remora.config.tree_xml import CONFIG_URI
from remora.wsman import Put
from tests.support.authority import Authority
from tests.support.exchange import Line, initiator, legs
from tests.support.fault_config_requests import settings
from tests.support.host import PASSWORD, USER, remora, running_host
from tests.support.scene import SHORT, Scene
from tests.support.wire import PowerShell, Wire

ADMIN = ("root-of-this", "4dmin-61f0")
SCRIPT = "'rel' + 'ayed' # MARK-IN-THE-SCRIPT"


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    options = {**SHORT, "Service/AllowUnencrypted": "false", "Remora/LogonThrottle": "false"}
    try:
        with running_host(
            directory / "state",
            settings=options,
            listen=("https://127.0.0.1:0", "http://127.0.0.1:0"),
            arguments=("-vv",),
        ) as host:
            host.add_user(*ADMIN, "--group", "Administrators")
            with Wire(url(host.urls, "https")) as wire:
                shell = PowerShell(wire)
                shell.invoke("$kept = 20")
                yield Scene(host, shell)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def url(urls: tuple[str, ...], scheme: str) -> str:
    return next(item for item in urls if item.startswith(f"{scheme}:"))


def harden(scene: Scene, level: str) -> None:
    place = f"{CONFIG_URI}/service/auth"
    with Wire(url(scene.host.urls, "https"), *ADMIN) as wire:
        wire.ask(Put(resource_uri=place, body=settings(place, "Auth", CbtHardeningLevel=level)))


@contextmanager
def relaying(scene: Scene, listens: str, asks: str) -> Iterator[tuple[str, Path]]:
    """A relay that listens for one scheme and asks the host by another: (its URL, its record)."""
    place = Path(tempfile.mkdtemp(dir=scene.host.state_dir.parent))
    own = Authority("The relay").server("127.0.0.1").write(place, "relay") if listens == "https" else ()
    record = place / "record"
    record.touch()
    command = [sys.executable, "-m", "tests.support.ntlm_relay", url(scene.host.urls, asks), str(record)]
    with subprocess.Popen([*command, *map(str, own)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"{listens}://127.0.0.1:{int(process.stdout.readline())}/wsman", record
        finally:
            process.kill()


def run(scene: Scene, target: str) -> subprocess.CompletedProcess[str]:
    """Our own client. It believes the relay's certificate: that nobody looks at it is what a relay lives on."""
    checks = ("--skip-ca-check", "--skip-cn-check") if target.startswith("https") else ()
    return remora(
        "run", target, "-u", USER, "--password-stdin", *checks, "-c", SCRIPT, input_text=PASSWORD + "\n", check=False
    )


@pytest.mark.parametrize(("level", "gets_in"), [("None", True), ("Relaxed", False), ("Strict", False)])
def test_over_tls_with_a_certificate_of_its_own(scene: Scene, level: str, gets_in: bool) -> None:
    harden(scene, level)
    before = len(scene.logs())
    with relaying(scene, "https", "https") as (target, record):
        done = run(scene, target)
    told = record.read_bytes()
    assert re.findall(rb"INJECTED (\d*)", told)[:1] == [b"200" if gets_in else b"401"]
    assert (done.returncode, done.stdout.strip()) == ((0, "relayed") if gets_in else (255, ""))
    assert (b"MARK-IN-THE-SCRIPT" in told) == gets_in
    assert ("channel binding" in scene.logs()[before:]) == (not gets_in)


@pytest.mark.parametrize(("level", "gets_in"), [("Relaxed", True), ("Strict", False)])
def test_from_http_to_tls(scene: Scene, level: str, gets_in: bool) -> None:
    """A client on plain HTTP cannot bind; only Strict refuses what comes without (docs/security.md tells)."""
    harden(scene, level)
    with relaying(scene, "http", "https") as (target, record):
        run(scene, target)
    assert re.findall(rb"INJECTED (\d*)", record.read_bytes())[:1] == [b"200" if gets_in else b"401"]


def test_over_http_message_encryption_leaves_nothing_to_read_or_to_add(scene: Scene) -> None:
    with relaying(scene, "http", "http") as (target, record):
        done = run(scene, target)
    told = record.read_bytes()
    assert b"INJECTED 500" in told
    assert b"multipart/encrypted" in told
    for clear in (b"MARK-IN-THE-SCRIPT", b"Envelope", b"relayed"):
        assert clear not in told.partition(b"INJECTED")[2]
    assert (done.returncode, done.stdout.strip()) == (0, "relayed")
    assert "plain_body_refused" in scene.logs()


@pytest.mark.parametrize("mechanism", ["NTLM", "SPNEGO"])
@pytest.mark.parametrize("level", ["None", "Relaxed", "Strict"])
def test_every_binding_at_every_level(scene: Scene, mechanism: str, level: str) -> None:
    harden(scene, level)
    for given, admitted in (
        ("right", {"None", "Relaxed", "Strict"}),
        ("missing", {"None", "Relaxed"}),
        ("wrong", {"None"}),
        ("cut", {"None"}),
    ):
        with Line(url(scene.host.urls, "https")) as line:
            right = line.channel_binding
            assert right is not None
            wrong = right[:-1] + bytes([right[-1] ^ 1])
            binding = {"right": right, "missing": None, "wrong": wrong, "cut": right[:-1]}[given]
            status, _ = legs(line, initiator(mechanism, USER, PASSWORD, binding))
            assert (status == 200) == (level in admitted), given

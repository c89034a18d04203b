"""Files over a session with a real host: both ways, hostile names, what is left behind and taken up again."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import remora
import remora.sync
from remora.client import retry
from remora.client.file_report import CopyFailed, CopyProgress
from remora.client.file_scripts import PART_SUFFIX
from remora.client.file_session import CHUNK
from remora.client.pool_traffic import PoolTraffic
from tests.support.faulty_proxy import Fault, FaultyProxy, Plan
from tests.support.host import PASSWORD, USER, HostProcess, running_host

pytestmark = pytest.mark.timeout(120)

HOSTILE = [
    "with space",
    "it's",
    'a "quote"',
    "$(Get-Date)`n",
    "line\nbreak",
    "[x]*?",
    "ünï 日本",
    "-r",
    ";rm",
    "\udcff",
]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("files") / "state") as running:
        yield running


@pytest.fixture
def far() -> Iterator[Path]:
    """A directory that the session's user may write, whoever that is."""
    with tempfile.TemporaryDirectory(prefix="remora-far-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def where(host: HostProcess) -> dict[str, Any]:
    return {
        "connection_uri": f"{host.url}/wsman",
        "username": USER,
        "password": PASSWORD,
        "authentication": "negotiate",
        "config": remora.ClientConfig(allow_unencrypted=True, auth=remora.ClientAuth(basic=True)),
        "repository": remora.PSSessionRepository(),
    }


@pytest.fixture
async def session(where: dict[str, Any]) -> AsyncIterator[remora.PSSession]:
    async with await remora.new_pssession(**where) as opened:
        assert isinstance(opened, remora.PSSession)
        yield opened


def noise(path: Path, size: int, seed: int = 1) -> bytes:
    data = random.Random(seed).randbytes(size)
    path.write_bytes(data)
    return data


def public(path: Path) -> Path:
    """Let the session's user write a file that this test made."""
    path.chmod(0o666)
    return path


async def failure_of(work: Any) -> CopyFailed:
    with pytest.raises(CopyFailed) as caught:
        await work
    return caught.value


@pytest.fixture(params=["remora", "windows"])
def other_side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the client may use what its server promises about bytes beyond Windows."""

    def heed(traffic: PoolTraffic, data: dict[str, Any]) -> None:
        traffic.wsman.repeats_sends = True  # else a cut before the first byte of a file ends the copy

    if request.param == "windows":
        monkeypatch.setattr(PoolTraffic, "_heed", heed)
        monkeypatch.setattr("remora.psrp.client_life.ClientLife.takes_bytes", False)
    return str(request.param)


async def test_there_and_back_with_hostile_names(
    other_side: str, session: remora.PSSession, far: Path, tmp_path: Path
) -> None:
    assert (session.inner.bytes_room is None) is (other_side == "windows")
    source = tmp_path / "top"
    source.mkdir()
    contents = {name: noise(source / name, size, size) for size, name in enumerate(HOSTILE)}
    (source / "deep er").mkdir()
    (source / "deep er" / "empty dir").mkdir()
    contents["deep er/big"] = noise(source / "deep er" / "big", 5_000_001)
    report = await remora.copy_to(session, source, str(far), recurse=True)
    assert {name: (far / "top" / name).read_bytes() for name in contents} == contents
    assert (far / "top" / "deep er" / "empty dir").is_dir()
    assert {Path(file.source).relative_to(source).as_posix(): file.sha256 for file in report.files} == {
        name: hashlib.sha256(data).hexdigest() for name, data in contents.items()
    }
    back = tmp_path / "back"
    again = await remora.copy_from(session, str(far / "top"), back, recurse=True)
    assert {name: (back / name).read_bytes() for name in contents} == contents
    assert (back / "deep er" / "empty dir").is_dir()
    assert again.size == report.size == sum(map(len, contents.values()))
    assert not [path for path in (*far.rglob("*"), *back.rglob("*")) if path.name.endswith(PART_SUFFIX)]


async def test_without_recurse_a_directory_comes_empty(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    (tmp_path / "top").mkdir()
    noise(tmp_path / "top" / "file", 3)
    await remora.copy_to(session, tmp_path / "top", str(far))
    assert list((far / "top").iterdir()) == []
    public(far / "top").chmod(0o777)
    await remora.copy_from(session, str(far), tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


async def test_links_are_followed_and_loops_are_not(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    (top / "real").write_text("text")
    (top / "link").symlink_to("real")
    (top / "loop").symlink_to(".")
    await remora.copy_to(session, top, str(far), recurse=True)
    assert sorted(path.name for path in (far / "top").rglob("*")) == ["link", "real"]
    assert not (far / "top" / "link").is_symlink()
    (far / "round").symlink_to(far)
    await remora.copy_from(session, str(far), tmp_path / "back", recurse=True)
    assert sorted(path.name for path in (tmp_path / "back").rglob("*")) == ["link", "real", "top"]


async def test_permissions_and_times(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o750)
    os.utime(program, ns=(10**18, 10**18))
    await remora.copy_to(session, program, str(far / "kept"), preserve=True)
    await remora.copy_to(session, program, str(far / "plain"))
    kept, plain = (far / "kept").stat(), (far / "plain").stat()
    assert (kept.st_mode & 0o777, kept.st_mtime_ns) == (0o750, 10**18)
    assert plain.st_mode & 0o111
    assert plain.st_mtime_ns != 10**18
    (far / "kept").chmod(0o754)
    await remora.copy_from(session, str(far / "kept"), tmp_path / "kept", preserve=True)
    await remora.copy_from(session, str(far / "kept"), tmp_path / "plain")
    kept, plain = (tmp_path / "kept").stat(), (tmp_path / "plain").stat()
    assert (kept.st_mode & 0o777, kept.st_mtime_ns) == (0o754, 10**18)
    assert plain.st_mode & 0o111
    assert plain.st_mtime_ns != 10**18


async def test_places_that_do_not_fit(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_text("1")
    (far / "file").write_text("old")
    failed = await failure_of(remora.copy_to(session, one, str(far / "no" / "where")))
    assert failed.error_id == "RemotePathNotFound"
    failed = await failure_of(remora.copy_to(session, one, f"{far}/missing/"))
    assert failed.error_id == "RemotePathNotFound"
    failed = await failure_of(remora.copy_to(session, [one, one], str(far / "file")))
    assert failed.error_id == "CopyError"
    failed = await failure_of(remora.copy_to(session, tmp_path, str(far / "file"), recurse=True))
    assert failed.error_id == "CopyError"
    failed = await failure_of(remora.copy_to(session, [tmp_path / "none", one], str(far)))
    assert failed.error_id == "PathNotFound"
    assert [Path(file.destination) for file in failed.report.files] == [far / "one"]
    failed = await failure_of(remora.copy_from(session, str(far / "none"), tmp_path))
    assert failed.error_id == "PathNotFound"
    failed = await failure_of(remora.copy_from(session, str(far / "file"), tmp_path / "no" / "where"))
    assert failed.error_id == "CopyItemRemotelyIOError"
    failed = await failure_of(remora.copy_from(session, str(far), one, recurse=True))
    assert failed.error_id == "CopyError"
    assert one.read_text() == "1"


async def test_wildcards_of_remote_sources(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    for name in ("a1.log", "a2.log", "b.txt", "[a]"):
        (far / name).write_text(name)
    await remora.copy_from(session, str(far / "a?.log"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a1.log", "a2.log"]
    await remora.copy_from(session, str(far / "[a]"), tmp_path / "literal", literal=True)
    assert (tmp_path / "literal").read_text() == "[a]"


async def test_what_is_there_is_replaced_and_read_only_wants_force(
    session: remora.PSSession, far: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    new.write_text("new")
    await remora.copy_to(session, new, str(far / "there"))
    new.write_text("newer")
    await remora.copy_to(session, new, str(far / "there"))
    assert (far / "there").read_text() == "newer"
    (far / "there").chmod(0o444)
    new.write_text("newest")
    failed = await failure_of(remora.copy_to(session, new, str(far / "there")))
    assert failed.error_id == "CopyFileInfoItemRemotelyUnauthorizedAccessError"
    assert (far / "there").read_text() == "newer"
    await remora.copy_to(session, new, str(far / "there"), force=True)
    assert (far / "there").read_text() == "newest"
    mine = tmp_path / "mine"
    mine.write_text("mine")
    mine.chmod(0o444)
    failed = await failure_of(remora.copy_from(session, str(far / "there"), mine))
    assert failed.error_id == "CopyFileInfoItemRemotelyUnauthorizedAccessError"
    assert mine.read_text() == "mine"
    await remora.copy_from(session, str(far / "there"), mine, force=True)
    assert mine.read_text() == "newest"


async def test_what_deflates_well_goes_over_the_wire_deflated(
    session: remora.PSSession, far: Path, tmp_path: Path
) -> None:
    words = random.Random(7).choices([b"alpha ", b"beta ", b"gamma\n", b"\0\0\0\0"], k=1_200_000)
    data = b"".join(words) + random.Random(8).randbytes(700_000) + bytes(12_000_000)
    (tmp_path / "mixed").write_bytes(data)
    before = session.exchanges
    await remora.copy_to(session, tmp_path / "mixed", str(far / "mixed"))
    assert (far / "mixed").read_bytes() == data
    assert session.exchanges - before < len(data) / CHUNK / 1.5


@pytest.mark.parametrize(("kept", "resumed_at"), [(slice(0, 300_000), 300_000), (slice(1, 300_000), 0)])
async def test_a_part_is_taken_up_when_it_is_the_beginning(
    session: remora.PSSession, far: Path, tmp_path: Path, kept: slice, resumed_at: int
) -> None:
    data = noise(tmp_path / "source", 900_000)
    part = far / f"copy{PART_SUFFIX}"
    part.write_bytes(data[kept])
    public(part)
    report = await remora.copy_to(session, tmp_path / "source", str(far / "copy"))
    assert report.files[0].resumed_at == resumed_at
    assert (far / "copy").read_bytes() == data
    (tmp_path / f"back{PART_SUFFIX}").write_bytes(data[kept])
    report = await remora.copy_from(session, str(far / "copy"), tmp_path / "back")
    assert report.files[0].resumed_at == resumed_at
    assert (tmp_path / "back").read_bytes() == data


async def test_no_resume_begins_anew(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    data = noise(tmp_path / "source", 9_000)
    for part in (far / f"copy{PART_SUFFIX}", tmp_path / f"back{PART_SUFFIX}"):
        part.write_bytes(data[:5_000])
        public(part)
    report = await remora.copy_to(session, tmp_path / "source", str(far / "copy"), resume=False)
    assert report.files[0].resumed_at == 0
    report = await remora.copy_from(session, str(far / "copy"), tmp_path / "back", resume=False)
    assert report.files[0].resumed_at == 0
    assert (tmp_path / "back").read_bytes() == data


async def test_a_source_that_changes_is_noticed(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    noise(tmp_path / "source", 3_000_000)
    noise(far / "there", 60_000_000)

    def touch(path: Path) -> Any:
        def grow(progress: CopyProgress) -> None:
            if progress.done < progress.size:
                with path.open("ab") as file:
                    file.write(b"more")

        return grow

    failed = await failure_of(
        remora.copy_to(session, tmp_path / "source", str(far / "copy"), on_progress=touch(tmp_path / "source"))
    )
    assert failed.error_id == "CopyItemRemotelySourceChanged"
    failed = await failure_of(
        remora.copy_from(session, str(far / "there"), tmp_path / "copy", on_progress=touch(far / "there"))
    )
    assert failed.error_id == "CopyItemRemotelySourceChanged"
    assert not (far / "copy").exists()
    assert not (tmp_path / "copy").exists()


async def test_a_damaged_copy_does_not_get_its_name(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    noise(tmp_path / "source", 12_000_000)
    part = far / f"copy{PART_SUFFIX}"
    damaged: list[int] = []

    def damage(progress: CopyProgress) -> None:
        if not damaged and part.exists() and part.stat().st_size > 1000:
            with part.open("r+b") as file:
                damaged.append(file.write(b"other bytes"))

    failed = await failure_of(remora.copy_to(session, tmp_path / "source", str(far / "copy"), on_progress=damage))
    assert damaged
    assert failed.error_id == "CopyItemRemotelyChecksumMismatch"
    assert list(far.iterdir()) == []


async def test_a_disk_that_is_full_here(session: remora.PSSession, far: Path, tmp_path: Path) -> None:
    data = noise(far / "large", 500_000)
    (far / "small").write_text("small")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        failed = await failure_of(remora.copy_from(session, [str(far / "large"), str(far / "small")], tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (failed.error_id, len(failed.report.failures)) == ("CopyItemRemotelyIOError", 1)
    assert (tmp_path / "small").read_text() == "small"
    report = await remora.copy_from(session, str(far / "large"), tmp_path)
    assert report.files[0].resumed_at > 0
    assert (tmp_path / "large").read_bytes() == data


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit of util-linux is not installed")
async def test_a_disk_that_is_full_there(where: dict[str, Any], far: Path, tmp_path: Path) -> None:
    noise(tmp_path / "large", 12_000_000)
    (tmp_path / "small").write_text("small")
    limited = running_host(tmp_path / "limited" / "state", prefix=("prlimit", "--fsize=8000000"))
    with limited as other:
        opened = await remora.new_pssession(**{**where, "connection_uri": f"{other.url}/wsman"})
        assert isinstance(opened, remora.PSSession)
        async with opened:
            failed = await failure_of(remora.copy_to(opened, [tmp_path / "large", tmp_path / "small"], str(far)))
    assert [failure.error_id for failure in failed.report.failures] == ["CopyItemRemotelyIOError"]
    assert (far / "small").read_text() == "small"
    assert not (far / "large").exists()
    assert (far / f"large{PART_SUFFIX}").stat().st_size <= 8_000_000


async def test_a_large_file_goes_in_several_pipelines(
    session: remora.PSSession, far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remora.client.file_session.QUOTA", 1_000_000)
    data = noise(tmp_path / "source", 3_500_000)
    seen: list[CopyProgress] = []
    await remora.copy_to(session, tmp_path / "source", str(far / "copy"), on_progress=seen.append)
    await remora.copy_from(session, str(far / "copy"), tmp_path / "back", on_progress=seen.append)
    assert (tmp_path / "back").read_bytes() == data
    assert [progress.done for progress in seen if progress.done == progress.size] == [3_500_000, 3_500_000]
    assert {progress.total_size for progress in seen} == {3_500_000}


# asyncio's staggered connecting drops the socket of a peer that resets while it is being connected
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(3))
async def test_cuts_in_the_middle_lose_and_double_nothing(
    other_side: str,
    host: HostProcess,
    where: dict[str, Any],
    far: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    monkeypatch.setattr(retry, "PAUSE", 0.02)
    monkeypatch.setattr("remora.client.file_session.QUOTA", 1_000_000)
    data = noise(tmp_path / "source", 4_000_000, seed)
    faults = tuple(fault for fault in Fault if "CUT" in fault.name or "RESET" in fault.name)
    plan = Plan(random.Random(seed), rate=0.0, most=6, faults=faults)
    async with FaultyProxy(host.port, plan).running() as proxy:
        opened = await remora.new_pssession(**{**where, "connection_uri": f"{proxy.url}/wsman"})
        assert isinstance(opened, remora.PSSession)
        async with opened:
            plan.rate = 0.2
            await remora.copy_to(opened, tmp_path / "source", str(far / "copy"))
            plan.most = 6
            await remora.copy_from(opened, str(far / "copy"), tmp_path / "back")
            plan.rate = 0.0
    assert plan.notes
    assert (far / "copy").read_bytes() == data
    assert (tmp_path / "back").read_bytes() == data


def test_the_blocking_names(where: dict[str, Any], far: Path, tmp_path: Path) -> None:
    data = noise(tmp_path / "source", 1000)
    where["repository"] = remora.sync.PSSessionRepository()
    with remora.sync.new_pssession(**where) as opened:
        assert remora.sync.copy_to(opened, tmp_path / "source", str(far / "copy")).size == 1000
        assert remora.sync.copy_from(opened, str(far / "copy"), tmp_path / "back").size == 1000
    assert (tmp_path / "back").read_bytes() == data

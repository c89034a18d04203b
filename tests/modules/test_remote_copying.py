"""Copy-Item -ToSession and -FromSession against a real host, with PowerShell's error ids."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.client import repository
from remora.client.config_store import ClientAuth, ClientConfig
from remora.modules.remoting.common import PORTAL
from tests.modules.conftest import Ran, Session
from tests.support.host import PASSWORD, USER, HostProcess, running_host

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("copying") / "state") as running:
        yield running


@pytest.fixture
def far() -> Iterator[Path]:
    """A directory that the session's user may write, whoever that is."""
    with tempfile.TemporaryDirectory(prefix="remora-far-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def copy(
    host: HostProcess, ps: Session, far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """A session with $s open to the host, $far there and $here on this side."""
    config = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))
    monkeypatch.setattr(ClientConfig, "load", classmethod(lambda cls, path=None: config))
    made = ps(
        f"$far = '{far}'; $here = '{tmp_path}'; Set-Location $here;"
        f"$c = [pscredential]::new('{USER}', (ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force));"
        f"$s = New-PSSession -ConnectionUri '{host.url}/wsman' -Credential $c"
    )
    assert made.ids == []
    yield ps
    for session in repository.DEFAULT:
        PORTAL.run(session.close())


def tree(top: Path) -> Path:
    (top / "tree" / "in side").mkdir(parents=True)
    (top / "tree" / "a.txt").write_text("a")
    (top / "tree" / "b.log").write_text("b")
    (top / "tree" / "in side" / "c's.txt").write_text("c")
    return top / "tree"


def bare(ran: Ran) -> list[str]:
    """Error ids without the cmdlet's class."""
    return [
        error_id.rpartition(",Microsoft.PowerShell.Commands.CopyItemCommand")[0] or error_id for error_id in ran.ids
    ]


def files(top: Path) -> list[str]:
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())


def test_to_a_session_and_back(copy: Session, far: Path, tmp_path: Path) -> None:
    tree(tmp_path)
    assert bare(copy("Copy-Item tree $far -ToSession $s -Recurse")) == []
    assert files(far) == ["tree/a.txt", "tree/b.log", "tree/in side/c's.txt"]
    assert bare(copy("Copy-Item -LiteralPath $far/tree -Destination back -FromSession $s -Recurse")) == []
    assert files(tmp_path / "back") == ["a.txt", "b.log", "in side/c's.txt"]
    assert (tmp_path / "back" / "in side" / "c's.txt").read_text() == "c"
    assert copy('Copy-Item "$far/tree/*.txt" $here -FromSession $s; Test-Path a.txt').output == [True]
    done = copy("Copy-Item $far/tree/b.log new -FromSession $s -PassThru | ForEach-Object FullName")
    assert done.output == [str(tmp_path / "new")]


def test_times_are_kept(copy: Session, far: Path, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    copy("(Get-Item old).LastWriteTime = '2001-02-03'; Copy-Item old $far -ToSession $s")
    assert (far / "old").stat().st_mtime == (tmp_path / "old").stat().st_mtime


def test_filters(copy: Session, far: Path, tmp_path: Path) -> None:
    tree(tmp_path)
    copy("Copy-Item tree $far -ToSession $s -Recurse -Exclude *.log")
    assert files(far) == ["tree/a.txt", "tree/in side/c's.txt"]
    (far / "tree" / "d.log").write_text("d")
    copy("Copy-Item $far/tree back -FromSession $s -Recurse -Filter *.txt -Exclude c*")
    assert files(tmp_path / "back") == ["a.txt"]
    (far / "more").mkdir()
    (far / "more" / "x.txt").write_text("x")
    (far / "more" / "y.log").write_text("y")
    copy("$null = mkdir got; Copy-Item $far/more/* got -FromSession $s -Include *.log")
    assert files(tmp_path / "got") == ["y.log"]


def test_force_over_what_is_there(copy: Session, far: Path, tmp_path: Path) -> None:
    tree(tmp_path)
    copy("Copy-Item tree $far -ToSession $s -Recurse")
    assert bare(copy("Copy-Item tree $far -ToSession $s -Recurse")) == ["DirectoryExist"]
    assert bare(copy("Copy-Item tree $far -ToSession $s -Recurse -Force")) == []
    (far / "tree" / "a.txt").chmod(0o444)
    assert bare(copy("Copy-Item tree/a.txt $far/tree -ToSession $s")) == [
        "CopyFileInfoItemRemotelyUnauthorizedAccessError"
    ]
    assert bare(copy("Copy-Item tree/a.txt $far/tree -ToSession $s -Force")) == []


def test_what_if_copies_nothing(copy: Session, far: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    copy("Copy-Item file $far -ToSession $s -WhatIf; Copy-Item $far new -FromSession $s -Recurse -WhatIf")
    assert list(far.iterdir()) == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Copy-Item file $far -ToSession $s -FromSession $s", "InvalidInput"),
        ("Copy-Item file -ToSession $s", "CopyItemRemoteDestinationIsNullOrEmpty"),
        ("Copy-Item file relative -ToSession $s", "RemotePathIsNotAbsolute"),
        ("Copy-Item relative . -FromSession $s", "RemotePathIsNotAbsolute"),
        ("Copy-Item file $far/no/where -ToSession $s", "RemotePathNotFound"),
        ("Copy-Item none $far -ToSession $s", "PathNotFound"),
        ("Copy-Item $far/none . -FromSession $s", "PathNotFound"),
        ("Copy-Item $far file -FromSession $s -Recurse", "CopyError"),
        ("$null = Disconnect-PSSession $s; Copy-Item file $far -ToSession $s", "SessionIsNotAvailable"),
        ("Copy-Item file $far -ToSession 5", "CannotConvertArgument"),
        ("Copy-Item file $far -ToSession $s -PassThru", "NotSupported"),
        ("Copy-Item file $far -ToSession $s -Container:$false", "NotSupported"),
    ],
)
def test_what_is_refused(copy: Session, tmp_path: Path, script: str, error_id: str) -> None:
    (tmp_path / "file").write_text("x")
    assert bare(copy(script)) == [error_id]
    assert (tmp_path / "file").read_text() == "x"


def test_progress_of_each_file(copy: Session, far: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(3_000_000))
    done = copy("Copy-Item file $far -ToSession $s")
    activities = {record.activity for record in done.sink.progresses}
    assert activities == {f"Copying {tmp_path}/file to {far}/file"}
    assert {record.status_description for record in done.sink.progresses} == {"From localhost to 127.0.0.1"}
    last = done.sink.progresses[-1]
    assert (last.percent_complete, last.record_type) == (100, 1)

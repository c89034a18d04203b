"""Files fetched from another machine: what is asked for, and what becomes of the bytes that come."""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO

from remora.client.file_items import Item, below, finish, hash_of
from remora.client.file_report import CopiedFile, CopyFailure, CopyReport, FileProblem, Tally, problem_of
from remora.client.file_scripts import GIVE, PART_SUFFIX
from remora.client.file_session import CopySession
from remora.psrp.states import PSInvocationState


class Download:
    """One file on its way. offset: bytes that lie in the part; answered: it arrived or failed."""

    def __init__(self, number: int, item: Item, target: Path) -> None:
        self.number = number
        self.item = item
        self.target = target
        self.part = target.with_name(target.name + PART_SUFFIX)
        self.offset = 0
        self.resumed_at = 0
        self.digest: Any = hashlib.sha256()
        self.file: BinaryIO | None = None
        self.failed: FileProblem | None = None
        self.answered = False
        self._opened = False

    def write(self, data: bytes) -> None:
        """Append what came; once it fails, the rest is passed over."""
        if self.failed is not None:
            return
        try:
            self.file = self.file or self._open()
            self.file.write(data)
        except OSError as error:
            self.failed = FileProblem(error.strerror or str(error), type(error).__name__)
            self.close()
            return
        self.digest.update(data)
        self.offset += len(data)

    def close(self) -> None:
        """Close the part. An error of the last writes is the file's."""
        file, self.file = self.file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                self.failed = self.failed or FileProblem(error.strerror or str(error), type(error).__name__)

    def complete(self, *, preserve: bool, force: bool) -> None:
        """Everything came: give the part its name. Raises OSError."""
        if self.file is None and self.failed is None:
            self.write(b"")
        self.close()
        if self.failed is None:
            finish(self.part, self.target, self.item, preserve=preserve, force=force)

    def _open(self) -> BinaryIO:
        file = self.part.open("r+b" if self.offset else "wb")
        file.truncate(self.offset)
        file.seek(self.offset)
        return file


class Downloader:
    """Fetches items into one directory, or one file to one place (``target_of`` says where each belongs)."""

    def __init__(
        self, session: CopySession, target_of: Callable[[Item], Path], report: CopyReport, tally: Tally, *,
        preserve: bool, resume: bool, force: bool,
    ) -> None:  # fmt: skip
        self._session = session
        self._target_of = target_of
        self._report = report
        self._tally = tally
        self._preserve = preserve
        self._resume = resume
        self._force = force
        self._downloads: list[Download] = []
        self._directories: list[tuple[Path, Item]] = []

    async def run(self, items: Sequence[Item]) -> None:
        """Fetch everything. Raises what the session raises when it cannot be restored; files fail one by one."""
        for item in items:
            self._plan(item)
        if self._resume:
            await self._session.persist(self._find_parts, self._find_parts)
        try:
            while any(not download.answered for download in self._downloads):
                await self._session.persist(self._one_pipeline, self._nothing_lost)
        finally:
            for download in self._downloads:
                download.close()
        if self._preserve:
            for path, item in reversed(self._directories):
                if item.mode >= 0:
                    path.chmod(item.mode & 0o777)

    def _plan(self, item: Item) -> None:
        download = None
        try:
            target = self._target_of(item)
            if not item.directory:
                download = Download(len(self._downloads), item, target)
                return
            target.mkdir(exist_ok=True)
            self._directories.append((target, item))
            self._report.directories.append(str(target))
        except FileProblem as problem:
            self._failure(item, "", problem)
        except OSError as error:
            self._failure(item, str(target), FileProblem(error.strerror or str(error), type(error).__name__))
        finally:
            if download is not None:
                self._downloads.append(download)

    async def _find_parts(self) -> None:
        """Keep the parts of an earlier copy that are the beginning of what lies over there."""
        parts = {}
        for download in self._downloads:
            try:
                size = download.part.stat().st_size
            except OSError:
                continue
            if 0 < size <= download.item.size:
                parts[download.number] = size
        if not parts:
            return
        orders = [
            {"Op": "hash", "Id": number, "Path": self._downloads[number].item.path, "Count": size}
            for number, size in parts.items()
        ]
        for answer in await self._session.answers(GIVE, (self._session.chunk,), orders):
            download = self._downloads[answer["Id"]]
            size = parts[download.number]
            digest = await asyncio.to_thread(hash_of, download.part, size)
            if digest.hexdigest() == answer.get("Hash"):
                download.offset, download.resumed_at, download.digest = size, size, digest
                self._count(download, size)

    async def _nothing_lost(self) -> None:
        """What came before the loss lies in the parts, which remember how far they are."""

    async def _one_pipeline(self) -> None:
        """Ask for as much as one pipeline may bring, and read it."""
        room = self._session.segment
        asked: deque[Download] = deque()
        orders: list[dict[str, Any]] = []
        for download in self._downloads:
            if download.answered or room <= 0:
                continue
            count = min(download.item.size - download.offset, room)
            order = {"Id": download.number, "Path": download.item.path}
            orders.append({"Op": "read", "Offset": download.offset, "Count": count, **order})
            asked.append(download)
            room -= count + 512
            if download.offset + count == download.item.size:
                orders.append({"Op": "hash", "Count": -1, **order})
        pipeline = await self._session.start(GIVE, (self._session.chunk,), orders)
        async with aclosing(pipeline.items()) as items:
            async for item in items:
                if item.stream != "output":
                    continue
                if isinstance(item.value, bytes | bytearray):
                    self._write(asked[0], bytes(item.value))
                else:
                    self._answer(item.value, asked)
        if pipeline.state is PSInvocationState.COMPLETED:
            for download in asked:
                self._fail(download, FileProblem("the other side gave no answer"))

    def _write(self, download: Download, data: bytes) -> None:
        download.write(data)
        if download.failed is None:
            self._count(download, len(data))

    def _answer(self, answer: dict[Any, Any], asked: deque[Download]) -> None:
        """The end of one read, or the checksum that belongs to the file before."""
        download = self._downloads[answer["Id"]]
        if answer["Op"] == "read":
            asked.popleft()
        if download.answered:
            return
        problem = download.failed or problem_of(answer)
        if problem is None and answer["Op"] == "read":
            if answer["Length"] == download.item.size and answer["Ticks"] == download.item.ticks:
                return
            problem = FileProblem("the file was changed while it was copied", "SourceChanged")
        if problem is None and answer["Hash"] != download.digest.hexdigest():
            problem = FileProblem("the checksums of the copy and its source differ", "ChecksumMismatch")
        if problem is None:
            problem = self._complete(download)
        if problem is not None:
            self._fail(download, problem)

    def _complete(self, download: Download) -> FileProblem | None:
        try:
            download.complete(preserve=self._preserve, force=self._force)
        except OSError as error:
            return FileProblem(error.strerror or str(error), type(error).__name__)
        if download.failed is not None:
            return download.failed
        download.answered = True
        self._report.files.append(
            CopiedFile(
                source=download.item.path, destination=str(download.target), size=download.item.size,
                sha256=download.digest.hexdigest(), resumed_at=download.resumed_at,
            )
        )  # fmt: skip
        return None

    def _fail(self, download: Download, problem: FileProblem) -> None:
        download.answered = True
        download.close()
        if problem.kind in ("ChecksumMismatch", "SourceChanged"):
            download.part.unlink(missing_ok=True)
        self._failure(download.item, str(download.target), problem)

    def _failure(self, item: Item, destination: str, problem: FileProblem) -> None:
        self._report.failures.append(
            CopyFailure(source=item.path, destination=destination, message=str(problem), kind=problem.kind)
        )

    def _count(self, download: Download, count: int) -> None:
        self._tally.add(download.item.path, str(download.target), count, download.offset, download.item.size)


def directory_places(top: Path) -> Callable[[Item], Path]:
    """Return where each item belongs below a directory; its names come from another machine and are checked."""
    return lambda item: below(top, item.names)


def renamed_places(target: Path) -> Callable[[Item], Path]:
    """Return where each item belongs when the source itself gets the name of ``target``."""
    return lambda item: below(target, item.names[1:])

"""Files sent to another machine: one pipeline for many small files, several for a large one."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO

from remora.client.file_items import EPOCH_TICKS, Item, hash_of, usual_mode
from remora.client.file_report import CopiedFile, CopyFailure, CopyReport, FileProblem, Tally, problem_of
from remora.client.file_scripts import LOOK, PART_SUFFIX, TAKE
from remora.client.file_session import BLOCK, CopySession, pack, worth_packing
from remora.psrp.states import PSInvocationState


class Upload:
    """One file on its way. offset: bytes the other side has; answered: it said what came of the file."""

    def __init__(self, number: int, item: Item) -> None:
        self.number = number
        self.item = item
        self.offset = 0
        self.resumed_at = 0
        self.digest: Any = hashlib.sha256()
        self.file: BinaryIO | None = None
        self.failed: FileProblem | None = None
        self.answered = False
        self.closed = False
        self._stamp: tuple[int, int] | None = None

    def open(self) -> None:
        """Open the source where its sending goes on. Raises OSError, FileProblem when it is another file by now."""
        if self.file is None:
            self.file = open(self.item.path, "rb")  # noqa: SIM115 - closed by ``close``
            found = os.fstat(self.file.fileno())
            if self._stamp is None:
                self._stamp = (found.st_size, found.st_mtime_ns)
                self.item.size = found.st_size
                self.item.ticks = EPOCH_TICKS + found.st_mtime_ns // 100
        self.file.seek(self.offset)

    @property
    def changed(self) -> bool:
        """Whether somebody wrote to the source since it was opened first."""
        assert self.file is not None
        found = os.fstat(self.file.fileno())
        return (found.st_size, found.st_mtime_ns) != self._stamp

    def read(self, count: int) -> bytes:
        """Return the next bytes, counted and hashed."""
        assert self.file is not None
        data = self.file.read(min(count, self.item.size - self.offset))
        self.digest.update(data)
        self.offset += len(data)
        return data

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


class Uploader:
    """Sends items below one place. top: a full or relative path over there; force: also over what is read-only."""

    def __init__(
        self, session: CopySession, top: str, report: CopyReport, tally: Tally, *,
        preserve: bool, resume: bool, force: bool,
    ) -> None:  # fmt: skip
        self._session = session
        self._top = top
        self._report = report
        self._tally = tally
        self._preserve = preserve
        self._resume = resume
        self._force = force
        self._waiting: deque[Upload] = deque()
        self._uploads: list[Upload] = []

    async def run(self, items: Sequence[Item]) -> None:
        """Send everything. Raises what the session raises when it cannot be restored; files fail one by one."""
        self._uploads = [Upload(number, item) for number, item in enumerate(items)]
        self._waiting.extend(self._uploads)
        if self._resume:
            await self._find_parts()
        try:
            while any(not upload.answered for upload in self._uploads):
                await self._session.persist(self._one_pipeline, self._after_loss)
        finally:
            for upload in self._uploads:
                upload.close()

    async def _find_parts(self, *, check: bool = False) -> None:
        """Learn how much of each file is over there already, and that it is the beginning of ours."""
        files = [upload for upload in self._uploads if not upload.item.directory and not upload.answered]
        asked = [{"Names": list(upload.item.names), "Resume": True, "Check": check} for upload in files]
        answers = await self._session.answers(LOOK, (self._top, PART_SUFFIX), asked) if asked else []
        for upload, answer in zip(files, answers, strict=True):
            upload.offset, upload.digest = 0, hashlib.sha256()
            if check and upload.closed and answer["Part"] < 0 and answer["Hash"]:
                digest = await asyncio.to_thread(hash_of, Path(upload.item.path), upload.item.size)
                if digest.hexdigest() == answer["Hash"]:
                    self._arrived(upload, answer)
            elif 0 < answer["Part"] <= os.stat(upload.item.path).st_size:
                digest = await asyncio.to_thread(hash_of, Path(upload.item.path), answer["Part"])
                if digest.hexdigest() == answer["Hash"]:
                    upload.offset, upload.digest = int(answer["Part"]), digest
            upload.closed = False
            if not check:
                upload.resumed_at = upload.offset
                self._count(upload, upload.offset)

    async def _after_loss(self) -> None:
        """The connection was lost and is back: go on with what the other side has."""
        before = {upload.number: upload.offset for upload in self._uploads}
        await self._find_parts(check=True)
        for upload in self._uploads:
            if not upload.answered:
                self._count(upload, upload.offset - before[upload.number])
        self._waiting = deque(upload for upload in self._uploads if not upload.answered)

    async def _one_pipeline(self) -> None:
        pipeline = await self._session.start(TAKE, (self._top, PART_SUFFIX, self._force), self._orders())
        async with aclosing(pipeline.items()) as items:
            async for item in items:
                if item.stream == "output":
                    self._answer(item.value)
        if pipeline.state is PSInvocationState.COMPLETED and not self._waiting:
            for upload in self._uploads:
                if not upload.answered:
                    self._fail(upload, FileProblem("the other side gave no answer"))

    async def _orders(self) -> AsyncIterator[Any]:
        """Yield what one pipeline is fed with: at most a segment, the end of the last file in the next one."""
        room, chunk = self._session.segment, self._session.chunk
        block = max(chunk, BLOCK)
        while self._waiting and room > 0:
            upload = self._waiting[0]
            if upload.answered:
                self._waiting.popleft()
                continue
            if upload.item.directory:
                self._waiting.popleft()
                yield self._order("directory", upload)
                room -= 256
                continue
            try:
                upload.open()
            except OSError as error:
                self._fail(upload, FileProblem(error.strerror or str(error), type(error).__name__))
                self._waiting.popleft()
                continue
            yield self._order("open", upload, Offset=upload.offset)
            room -= 512
            while room > 0 and upload.failed is None and (data := upload.read(min(block, max(room, 4096)))):
                packed = await asyncio.to_thread(pack, data) if worth_packing(data) else None
                if packed is not None:
                    yield self._order("pack", upload, Data=packed)
                else:
                    for start in range(0, len(data), chunk):
                        yield data[start : start + chunk]
                room -= len(data)
                self._count(upload, len(data))
            if room <= 0 and upload.offset < upload.item.size and upload.failed is None:
                yield self._order("pause", upload)
                return
            self._waiting.popleft()
            yield self._closing(upload)

    def _closing(self, upload: Upload) -> dict[str, Any]:
        if upload.failed is None and (upload.changed or upload.offset != upload.item.size):
            upload.failed = FileProblem("the file was changed while it was copied", "SourceChanged")
        upload.close()
        if upload.failed is not None:
            return self._order("close", upload, Hash="-")
        upload.closed = True
        mode = upload.item.mode if self._preserve else usual_mode(upload.item.mode)
        return self._order(
            "close", upload, Hash=upload.digest.hexdigest(), Mode=mode, Ticks=upload.item.ticks if self._preserve else 0
        )

    def _order(self, op: str, upload: Upload, **more: Any) -> dict[str, Any]:
        return {"Op": op, "Id": upload.number, "Names": list(upload.item.names), **more}

    def _answer(self, answer: dict[Any, Any]) -> None:
        """Take what the other side says about one order."""
        upload = self._uploads[answer["Id"]]
        problem = upload.failed or problem_of(answer)
        if problem is not None:
            self._fail(upload, problem)
        elif answer["Op"] == "directory":
            upload.answered = True
            self._report.directories.append(str(answer["Path"]))
        elif answer["Op"] == "close":
            if answer["Hash"] == upload.digest.hexdigest():
                self._arrived(upload, answer)
            else:
                self._fail(upload, FileProblem("the checksums of the copy and its source differ", "ChecksumMismatch"))

    def _arrived(self, upload: Upload, answer: dict[Any, Any]) -> None:
        upload.answered = True
        self._report.files.append(
            CopiedFile(
                source=upload.item.path, destination=str(answer["Path"]), size=upload.item.size,
                sha256=str(answer["Hash"]), resumed_at=upload.resumed_at,
            )
        )  # fmt: skip

    def _fail(self, upload: Upload, problem: FileProblem) -> None:
        upload.failed = problem
        if not upload.answered:
            upload.answered = True
            self._report.failures.append(
                CopyFailure(
                    source=upload.item.path, destination=self._destination(upload), message=str(problem),
                    kind=problem.kind,
                )
            )  # fmt: skip

    def _destination(self, upload: Upload) -> str:
        return "/".join((self._top, *upload.item.names))

    def _count(self, upload: Upload, count: int) -> None:
        self._tally.add(upload.item.path, self._destination(upload), count, upload.offset, upload.item.size)

"""Copying files to and from other machines over a session, by ordinary PowerShell on the other side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from remora.client.file_download import Downloader, directory_places, renamed_places
from remora.client.file_items import Item, local_items
from remora.client.file_report import (
    CopyFailed,
    CopyFailure,
    CopyReport,
    FileProblem,
    ProgressCallback,
    Tally,
    problem_of,
)
from remora.client.file_scripts import LIST, LOOK, PART_SUFFIX
from remora.client.file_session import CopySession
from remora.client.file_upload import Uploader
from remora.client.pssession import SessionRef

PathLike: TypeAlias = str | os.PathLike[str]
Select: TypeAlias = Callable[[tuple[str, ...]], bool]


async def copy_to(
    session: SessionRef,
    local: PathLike | Sequence[PathLike],
    remote: str,
    *,
    recurse: bool = False,
    preserve: bool = False,
    resume: bool = True,
    force: bool = False,
    merge: bool = True,
    select: Select | None = None,
    on_progress: ProgressCallback | None = None,
) -> CopyReport:
    """Copy files, and with recurse directories, to the machine of a session.

    remote: a directory that exists, in which the copies get the sources' names, or the copy's own name (one source),
    whose parent exists. preserve: also time of writing and permissions. resume: go on with what an earlier try left as
    ``name.remora-part``. force: also over read-only files. merge: False makes a directory that is there already an
    error (DirectoryExist). select: told the names of a file from its source's on, says whether it is copied.

    Each file is hashed (SHA-256) on both sides before it gets its name. A lost connection is taken up again. Raises
    CopyFailed when something could not be copied; its ``report`` says what was.
    """
    report = CopyReport(computer_name=session.inner.computer_name)
    copying = CopySession(session.inner)
    sources = [Path(local)] if isinstance(local, str | os.PathLike) else [Path(path) for path in local]
    try:
        top, rename = await _remote_place(copying, remote, sources, resume=resume)
        items = _found(sources, report, recurse=recurse, select=select)
        for item in items if rename else ():
            item.names = item.names[1:]
        if not merge:
            items = await _new_ones(copying, top, items, report)
        tally = Tally(sum(item.size for item in items), on_progress)
        uploader = Uploader(copying, top, report, tally, preserve=preserve, resume=resume, force=force)
        await uploader.run(items)
    except FileProblem as problem:
        report.failures.append(
            CopyFailure(source=str(sources[0]), destination=remote, message=str(problem), kind=problem.kind)
        )
    return _checked(report)


async def copy_from(
    session: SessionRef,
    remote: str | Sequence[str],
    local: PathLike,
    *,
    literal: bool = False,
    recurse: bool = False,
    preserve: bool = False,
    resume: bool = True,
    force: bool = False,
    select: Select | None = None,
    on_progress: ProgressCallback | None = None,
) -> CopyReport:
    """Copy files, and with recurse directories, from the machine of a session.

    remote: paths over there; unless literal, * ? and [] are wildcards. Everything else, and what is raised, as
    ``copy_to``.
    """
    report = CopyReport(computer_name=session.inner.computer_name)
    copying = CopySession(session.inner)
    paths = [remote] if isinstance(remote, str) else list(remote)
    target = Path(local)
    try:
        items = await _listed(copying, paths, report, literal=literal, recurse=recurse)
        items = [item for item in items if item.directory or select is None or select(item.names)]
        places = _local_places(target, str(local), items)
        tally = Tally(sum(item.size for item in items), on_progress)
        downloader = Downloader(copying, places, report, tally, preserve=preserve, resume=resume, force=force)
        await downloader.run(items)
    except FileProblem as problem:
        report.failures.append(
            CopyFailure(source=paths[0], destination=str(local), message=str(problem), kind=problem.kind)
        )
    return _checked(report)


def _checked(report: CopyReport) -> CopyReport:
    if report.failures:
        raise CopyFailed(report)
    return report


async def _remote_place(
    copying: CopySession, remote: str, sources: Sequence[Path], *, resume: bool
) -> tuple[str, bool]:
    """Return the full path over there, and whether it is the copy's own name. Raises FileProblem."""
    found = (await copying.answers(LOOK, (remote, PART_SUFFIX), [{"Names": [], "Resume": False}]))[0]
    if problem := problem_of(found):
        raise problem
    place = str(found["Path"])
    if found["Directory"]:
        return place, False
    if len(sources) > 1:
        raise FileProblem(f"{remote} is not a directory: several sources need one", "CopyError")
    if found["Exists"] and sources[0].is_dir():
        raise FileProblem(
            f"Destination path {place} is a file that already exists on the target destination.", "CopyError"
        )
    if not found["Exists"] and (not found["Parent"] or remote.endswith(("/", "\\"))):
        raise FileProblem(f"Cannot find path '{remote}' because it does not exist.", "RemotePathNotFound")
    return place, True


def _found(sources: Iterable[Path], report: CopyReport, *, recurse: bool, select: Select | None) -> list[Item]:
    """Return what there is to send; failures go into the report."""
    items = []
    for source in sources:
        for found in local_items(source, recurse=recurse):
            if isinstance(found, CopyFailure):
                report.failures.append(found)
            elif found.directory or select is None or select(found.names):
                items.append(found)
    return items


async def _new_ones(copying: CopySession, top: str, items: list[Item], report: CopyReport) -> list[Item]:
    """Leave out the directories that are over there already, with all in them; each is a failure."""
    directories = [item for item in items if item.directory]
    asked = [{"Names": list(item.names), "Resume": False} for item in directories]
    answers = await copying.answers(LOOK, (top, PART_SUFFIX), asked) if asked else []
    there = {
        item.names: str(answer["Path"]) for item, answer in zip(directories, answers, strict=True) if answer["Exists"]
    }
    tops = [names for names in there if not any(names[:length] in there for length in range(len(names)))]
    for names in tops:
        message = f"An item with the specified name {there[names]} already exists."
        report.failures.append(
            CopyFailure(source=there[names], destination=there[names], message=message, kind="DirectoryExist")
        )
    return [item for item in items if not any(item.names[:length] in there for length in range(len(item.names) + 1))]


async def _listed(
    copying: CopySession, paths: Sequence[str], report: CopyReport, *, literal: bool, recurse: bool
) -> list[Item]:
    """Return what there is to fetch; failures go into the report."""
    items = []
    for path in paths:
        answers = await copying.answers(LIST, (path, literal, recurse), None)
        if not answers or any(answer.get("Missing") for answer in answers):
            report.failures.append(_missing(path))
            continue
        for answer in answers:
            if problem := problem_of(answer):
                report.failures.append(
                    CopyFailure(source=str(answer["Path"]), destination="", message=str(problem), kind=problem.kind)
                )
            else:
                items.append(_item(answer))
    return items


def _missing(path: str) -> CopyFailure:
    message = f"Cannot find path '{path}' because it does not exist."
    return CopyFailure(source=path, destination="", message=message, kind="PathNotFound")


def _item(answer: dict[Any, Any]) -> Item:
    return Item(
        names=tuple(str(name) for name in answer["Names"]),
        path=str(answer["Path"]),
        directory=bool(answer["Directory"]),
        size=int(answer.get("Length") or 0),
        ticks=int(answer["Ticks"]),
        mode=int(answer["Mode"]),
    )


def _local_places(target: Path, given: str, items: Sequence[Item]) -> Any:
    """Return the function that says where each item belongs. Raises FileProblem."""
    if target.is_dir():
        return directory_places(target)
    tops = [item for item in items if len(item.names) == 1]
    if len(tops) > 1:
        raise FileProblem(f"{given} is not a directory: several sources need one", "CopyError")
    if target.exists() and tops and tops[0].directory:
        raise FileProblem(f"Cannot copy a directory '{tops[0].path}' to file '{given}'", "CopyError")
    if not target.exists() and (not target.absolute().parent.is_dir() or given.endswith("/")):
        raise FileProblem(f"Could not find a part of the path '{given}'.", "DirectoryNotFoundException")
    return renamed_places(target)

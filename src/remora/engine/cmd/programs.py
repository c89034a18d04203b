"""Programs on this machine: finding them the way cmd looks for them, and their argument vectors."""

from __future__ import annotations

import os
import subprocess

from remora.engine.cmd.control import CONTROL_C_EXIT, Control
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.paths import to_local, unquote
from remora.engine.cmd.streams import Streams

_BATCH = (".cmd", ".bat")
_WINDOWS_SUFFIXES = (".exe", ".com")


def split_arguments(text: str) -> list[str]:
    r"""Arguments as Windows programs read their command line: ``\"`` is a quote, ``""`` inside quotes one quote.

    Backslashes count double only in front of a quote. No wildcard is expanded and no shell is involved.
    """
    arguments: list[str] = []
    current: list[str] = []
    quoted = started = False
    index = 0
    while index < len(text):
        char = text[index]
        if char == "\\":
            run = index
            while run < len(text) and text[run] == "\\":
                run += 1
            count = run - index
            before_quote = run < len(text) and text[run] == '"'
            current.append("\\" * (count // 2 if before_quote else count))
            if before_quote and count % 2:
                current.append('"')
                run += 1
            started = True
            index = run
            continue
        if char == '"':
            if quoted and text[index + 1 : index + 2] == '"':
                current.append('"')
                index += 1
            else:
                quoted = not quoted
            started = True
        elif char in " \t" and not quoted:
            if started:
                arguments.append("".join(current))
            current, started = [], False
        else:
            current.append(char)
            started = True
        index += 1
    if started:
        arguments.append("".join(current))
    return arguments


def find_program(name: str, environment: CmdEnvironment) -> str | None:
    """Path of a program or batch file: a path as given, else in the directory and PATH; ``.exe`` may be written."""
    plain = unquote(name)
    candidates = _spellings(plain)
    if "/" in plain or "\\" in plain:
        paths = [to_local(candidate, environment.directory) for candidate in candidates]
    else:
        folders = [environment.directory, *(environment.get("PATH") or os.defpath).split(os.pathsep)]
        paths = [os.path.join(folder, candidate) for folder in folders if folder for candidate in candidates]
    for path in paths:
        if os.path.isfile(path) and (is_batch(path) or os.access(path, os.X_OK)):
            return path
    return None


def _spellings(name: str) -> list[str]:
    stem, suffix = os.path.splitext(name)
    if suffix.lower() in _WINDOWS_SUFFIXES:
        return [name, stem, stem.lower()]
    spellings = [name] if suffix.lower() in _BATCH else [name, *(name + batch for batch in _BATCH)]
    return spellings if name.islower() else [*spellings, name.lower()]


def is_batch(path: str) -> bool:
    """Is it a file of cmd's own language?"""
    return path.lower().endswith(_BATCH)


def run_program(
    path: str, arguments: list[str], environment: CmdEnvironment, streams: Streams, control: Control
) -> int:
    """Run a program to its end in its own process group; its exit code. Raises OSError when it cannot be started."""
    control.check()
    child = subprocess.Popen(
        [path, *arguments],
        stdin=streams.stdin,
        stdout=streams.stdout,
        stderr=streams.stderr,
        cwd=environment.directory,
        env=environment.exported(),
        start_new_session=True,
    )
    code = control.watch(child)
    if control.stopped.is_set():
        return CONTROL_C_EXIT
    return code if code >= 0 else 128 - code

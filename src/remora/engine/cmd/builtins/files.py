"""type, del, ren, move, more: whole files."""

from __future__ import annotations

import os
import shutil

from remora.engine.cmd.builtins.prompts import confirmed
from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.executor import system_message
from remora.engine.cmd.paths import has_wildcard, matches, to_local, unquote
from remora.engine.cmd.streams import read_chunks, write_all

_SYNTAX = "The syntax of the command is incorrect."
_NO_FILE = "The system cannot find the file specified."


def type_files(context: Context) -> int | None:
    """Write files to the output as they are; several are announced by name on the error stream, as cmd does."""
    _, operands = context.options(r"/p")
    if not operands:
        return context.error(_SYNTAX)
    code = 0
    several = len(operands) > 1 or has_wildcard(operands[0])
    for word in operands:
        paths = list(matches(word, context.environment.directory))
        if not paths:
            parent = os.path.dirname(context.local(word))
            code = context.error(_NO_FILE if os.path.isdir(parent) else "The system cannot find the path specified.")
        for path in paths:
            if several:
                context.error(f"\r\n{os.path.basename(path)}\r\n\r\n".rstrip("\n").rstrip("\r"))
            try:
                with open(path, "rb") as file:
                    shutil.copyfileobj(file, _Writer(context))
            except BrokenPipeError:
                raise
            except OSError as error:
                code = context.error(system_message(error))
    return code


class _Writer:
    """The output of a command as something a copy can write to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(self, data: bytes) -> int:
        self._context.control.check()
        write_all(self._context.streams.stdout, data)
        return len(data)


def more(context: Context) -> int | None:
    """Standard input or files, without stopping at pages."""
    _, operands = context.options(r"/[ecps]|/t\d+|\+\d+")
    if operands:
        return type_files(context)
    writer = _Writer(context)
    for chunk in read_chunks(context.streams.stdin):
        writer.write(chunk)
    return 0


def delete(context: Context) -> int | None:
    """Delete files; a directory means the files in it. /s below too, /q without asking; /f makes no difference."""
    switches, operands = context.options(r"/[pfsq]|/a(?::\S*)?")
    if not operands:
        return context.error(_SYNTAX)
    code = 0
    for word in operands:
        target = context.local(word)
        pattern = word
        if os.path.isdir(target) and not os.path.islink(target):
            pattern = os.path.join(target, "*")
        everything = os.path.basename(unquote(pattern).replace("\\", "/")) in ("*", "*.*")
        if everything and "/q" not in switches:
            question = f"{os.path.dirname(context.local(pattern))}/*, Are you sure (Y/N)? "
            if not confirmed(context, question):
                continue
        found = _delete_matching(context, pattern, recursive="/s" in switches)
        if not found and not has_wildcard(pattern):
            context.error(f"Could Not Find {target}")
        code = max(code, 0 if found is not None else 1)
    return code


def _delete_matching(context: Context, pattern: str, *, recursive: bool) -> int | None:
    """Number of files deleted, None when one could not be."""
    top, tail = os.path.split(to_local(pattern, context.environment.directory))
    folders = [folder for folder, _, _ in os.walk(top)] if recursive else [top]
    count = 0
    failed = False
    for folder in folders:
        context.control.check()
        for path in matches(tail, folder):
            if os.path.isdir(path) and not os.path.islink(path):
                continue
            try:
                os.unlink(path)
                count += 1
            except OSError as error:
                failed = bool(context.error(f"{path}\r\n{system_message(error)}"))
    return None if failed else count


def rename(context: Context) -> int | None:
    """Rename within a directory; wildcards keep what they stand for (``ren *.txt *.bak``)."""
    _, operands = context.options(r"/\?")
    if len(operands) != 2 or "\\" in operands[1] or "/" in operands[1]:
        return context.error(_SYNTAX)
    paths = list(matches(operands[0], context.environment.directory))
    if not paths:
        return context.error(_NO_FILE)
    code = 0
    for path in paths:
        target = os.path.join(os.path.dirname(path), _renamed(os.path.basename(path), unquote(operands[1])))
        if os.path.lexists(target):
            code = context.error("A duplicate file name exists, or the file\r\ncannot be found.")
            continue
        try:
            os.rename(path, target)
        except OSError as error:
            code = context.error(system_message(error))
    return code


def _renamed(name: str, pattern: str) -> str:
    if not has_wildcard(pattern):
        return pattern
    stem, extension = os.path.splitext(name)
    new_stem, new_extension = os.path.splitext(pattern)
    return _masked(stem, new_stem) + ("." + _masked(extension[1:], new_extension[1:]) if new_extension else "")


def _masked(old: str, mask: str) -> str:
    parts: list[str] = []
    for index, char in enumerate(mask):
        if char == "*":
            parts.append(old[index:])
            break
        parts.append(old[index : index + 1] if char == "?" else char)
    return "".join(parts)


def move(context: Context) -> int | None:
    """Move files, or rename a directory."""
    switches, operands = context.options(r"/-?y")
    if not operands or len(operands) > 2:
        return context.error(_SYNTAX)
    sources = list(matches(operands[0], context.environment.directory))
    if not sources:
        return context.error(_NO_FILE)
    target = context.local(operands[1]) if len(operands) > 1 else context.environment.directory
    if len(sources) > 1 and not os.path.isdir(target):
        return context.error("Cannot move multiple files to a single file.")
    moved = 0
    directories = 0
    for source in sources:
        place = os.path.join(target, os.path.basename(source)) if os.path.isdir(target) else target
        if os.path.isfile(place) and "/-y" in switches and not confirmed(context, f"Overwrite {place}? (Yes/No/All): "):
            continue
        directories += os.path.isdir(source)
        try:
            shutil.move(source, place)
        except OSError as error:
            return context.error(system_message(error))
        moved += 1
    context.line(f"{moved:9d} {'dir(s)' if directories and directories == moved else 'file(s)'} moved.")
    return 0


COMMANDS: dict[str, Builtin] = {
    "del": delete,
    "erase": delete,
    "more": more,
    "move": move,
    "ren": rename,
    "rename": rename,
    "type": type_files,
}

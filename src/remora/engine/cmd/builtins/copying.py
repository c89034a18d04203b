"""copy, with joining of files (``a+b``)."""

from __future__ import annotations

import os
import shutil

from remora.engine.cmd.builtins.prompts import confirmed
from remora.engine.cmd.context import Builtin, Context, options_of, split_words
from remora.engine.cmd.executor import system_message
from remora.engine.cmd.paths import NULL_DEVICES, has_wildcard, matches, unquote
from remora.engine.cmd.streams import read_chunks

_SYNTAX = "The syntax of the command is incorrect."
_SWITCHES = r"/[abdvnzl]|/-?y"


def copy(context: Context) -> int | None:
    """``copy SOURCE[+SOURCE...] [TARGET]``; every copy is binary, whatever /a or /b say."""
    switches, operands = options_of(_words(context.text), _SWITCHES)
    if not operands or len(operands) > 2:
        return context.error(_SYNTAX)
    joined = "+" in _outside_quotes(operands[0])
    sources: list[str] = []
    for part in split_words(operands[0], "+"):
        if unquote(part).lower() in NULL_DEVICES or unquote(part).lower() == "con":
            sources.append(unquote(part).lower().rstrip(":"))
            continue
        found = [path for path in matches(part, context.environment.directory) if os.path.lexists(path)]
        found = [inner for path in found for inner in _files_of(path)]
        if not found:
            context.error("The system cannot find the file specified.")
            context.line("        0 file(s) copied.")
            return 1
        sources.extend(found)
    target = context.local(operands[1]) if len(operands) > 1 else context.environment.directory
    into = os.path.isdir(target)
    many = not into and (joined or has_wildcard(operands[0]) or len(sources) > 1)
    if joined and len(operands) == 1:
        target, into, many = sources[0], False, True
    if not into and len(operands) > 1 and unquote(operands[1]).endswith(("\\", "/")):
        context.error("The system cannot find the path specified.")
        context.line("        0 file(s) copied.")
        return 1
    try:
        copied = _join(context, sources, target) if many else _each(context, sources, target, switches, into=into)
    except OSError as error:
        context.error(system_message(error))
        copied = 0
    context.line(f"{copied:9d} file(s) copied.")
    return 0 if copied else 1


def _words(text: str) -> list[str]:
    """Operands; blanks around a plus sign belong to the list of sources."""
    words: list[str] = []
    for word in split_words(text):
        if words and (word.startswith("+") or words[-1].endswith("+")):
            words[-1] += word
        else:
            words.append(word)
    return words


def _outside_quotes(text: str) -> str:
    return "".join(text.split('"')[::2])


def _files_of(path: str) -> list[str]:
    """A file itself; a directory's files (copy never goes below)."""
    if not os.path.isdir(path):
        return [path]
    return sorted(entry.path for entry in os.scandir(path) if entry.is_file())


def _each(context: Context, sources: list[str], target: str, switches: list[str], *, into: bool) -> int:
    copied = 0
    for source in sources:
        context.control.check()
        place = os.path.join(target, os.path.basename(source)) if into else target
        if len(sources) > 1:
            context.line(source)
        if os.path.exists(place) and os.path.exists(source) and os.path.samefile(source, place):
            context.error("The file cannot be copied onto itself.")
            continue
        if os.path.isfile(place) and "/-y" in switches and not confirmed(context, f"Overwrite {place}? (Yes/No/All): "):
            continue
        if source in ("nul", "con"):
            _join(context, [source], place)
        else:
            shutil.copy2(source, place)
        copied += 1
    return copied


def _join(context: Context, sources: list[str], target: str) -> int:
    """Write all sources after each other; a target that is the first source grows."""
    first_stays = (
        bool(sources) and os.path.exists(target) and os.path.exists(sources[0]) and os.path.samefile(sources[0], target)
    )
    with open(target, "ab" if first_stays else "wb") as output:
        for source in sources[1:] if first_stays else sources:
            context.control.check()
            if source == "con":
                output.writelines(read_chunks(context.streams.stdin))
            elif source != "nul":
                with open(source, "rb") as file:
                    shutil.copyfileobj(file, output)
    return 1


COMMANDS: dict[str, Builtin] = {"copy": copy}

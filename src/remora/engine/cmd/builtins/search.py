"""sort, find, findstr: lines of files and of standard input."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from remora.engine.cmd.context import Builtin, Context, options_of, split_words
from remora.engine.cmd.executor import system_message
from remora.engine.cmd.paths import has_wildcard, matches, unquote
from remora.engine.cmd.streams import read_chunks

_MAX_PATTERN = 4096


def _lines(context: Context, data: bytes) -> list[str]:
    """Text of a file: UTF-8 where it is, else the shell's code page."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = context.environment.decode(data)
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _inputs(context: Context, operands: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Name (as far as it was written) and lines of each file, or of standard input under the empty name."""
    if not operands:
        yield "", _lines(context, b"".join(read_chunks(context.streams.stdin)))
        return
    for word in operands:
        prefix = unquote(word).replace("\\", "/").rpartition("/")
        for path in matches(word, context.environment.directory):
            if os.path.isdir(path):
                continue
            with open(path, "rb") as file:
                yield prefix[0] + prefix[1] + os.path.basename(path), _lines(context, file.read())


def sort(context: Context) -> int | None:
    """Sort lines, case ignored; /r backwards, /+n from a column, /unique, /o FILE; ``-x``: the system's sort."""
    words = context.arguments()
    if any(word.startswith("-") for word in words):
        return context.executor.run_named("sort", context.text, context.streams)
    target = ""
    if "/o" in [word.lower() for word in words]:
        at = [word.lower() for word in words].index("/o")
        target = words[at + 1] if at + 1 < len(words) else ""
        del words[at : at + 2]
    switches, operands = options_of(words, r"/r(?:everse)?|/u(?:nique)?|/c(?:ase_sensitive)?|/\+\d+")
    column = next((int(switch[2:]) - 1 for switch in switches if switch.startswith("/+")), 0)
    lines: list[str] = []
    try:
        for _, some in _inputs(context, operands):
            lines.extend(some)
    except OSError as error:
        return context.error(system_message(error))
    exact = any(switch.startswith("/c") for switch in switches)
    lines.sort(
        key=lambda line: line[column:] if exact else line[column:].lower(),
        reverse=any(switch.startswith("/r") for switch in switches),
    )
    if any(switch.startswith("/u") for switch in switches):
        lines = [line for at, line in enumerate(lines) if not at or line.lower() != lines[at - 1].lower()]
    text = "".join(line + "\r\n" for line in lines)
    if target:
        with open(context.local(target), "wb") as file:
            file.write(context.environment.encode(text))
    else:
        context.write(text)
    return 0


def find(context: Context) -> int | None:
    """``find [/v] [/c] [/n] [/i] "TEXT" [FILE...]``; without a quoted text it is the system's own find."""
    if '"' not in context.text:
        return context.executor.run_named("find", context.text, context.streams)
    switches, operands = context.options(r"/[vcni]|/off(?:line)?")
    if not operands or not operands[0].startswith('"'):
        context.error("FIND: Parameter format not correct")
        return 2
    wanted = operands[0][1:-1].replace('""', '"')
    if "/i" in switches:
        wanted = wanted.lower()
    hits = 0
    if len(operands) > 1 and not any(
        True for word in operands[1:] for _ in matches(word, context.environment.directory)
    ):
        return context.error(f"File not found - {unquote(operands[1]).upper()}")
    for name, lines in _inputs(context, operands[1:]):
        found = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if (bool(wanted) and wanted in (line.lower() if "/i" in switches else line)) != ("/v" in switches)
        ]
        hits += len(found)
        title = f"---------- {name.upper()}" if name else ""
        if "/c" in switches:
            context.line(f"\r\n{title}: {len(found)}" if title else str(len(found)))
            continue
        if title:
            context.line(f"\r\n{title}")
        for number, line in found:
            context.line(f"[{number}]{line}" if "/n" in switches else line)
    return 0 if hits else 1


@dataclass(frozen=True, slots=True)
class _Search:
    pattern: re.Pattern[str]
    invert: bool
    whole: bool

    def hit(self, line: str) -> bool:
        found = self.pattern.fullmatch(line) if self.whole else self.pattern.search(line)
        return (found is not None) != self.invert


def findstr(context: Context) -> int | None:
    """Search for words or expressions: /i /v /n /c:TEXT /r /l /b /e /x /m /s /o /g:FILE."""
    words = split_words(context.text, " \t")
    switches: list[str] = []
    texts: list[str] = []
    operands: list[str] = []
    for word in words:
        plain = unquote(word)
        if plain[:3].lower() == "/c:":
            texts.append(plain[3:])
        elif plain[:3].lower() == "/g:":
            with open(context.local(plain[3:]), "rb") as file:
                texts.extend(_lines(context, file.read()))
        elif re.fullmatch(r"(?:/?[bcelrsixvnmop]|/off(?:line)?|/[ad]:\S+)+", plain, re.IGNORECASE) and plain[:1] == "/":
            switches.extend(f"/{char}" for char in plain.lower() if char != "/")
        else:
            operands.append(word)
    if not texts and operands:
        texts = unquote(operands.pop(0)).split(" ")
        texts = [text for text in texts if text]
    if not texts:
        context.error("FINDSTR: Bad command line")
        return 2
    try:
        search = _compile(texts, switches)
    except (re.error, OverflowError):
        context.error("FINDSTR: Search string too long.")
        return 2
    return _report(context, search, switches, operands)


def _compile(texts: list[str], switches: list[str]) -> _Search:
    literal = "/l" in switches and "/r" not in switches
    alternatives = "|".join(re.escape(text) if literal else _expression(text) for text in texts)
    if len(alternatives) > _MAX_PATTERN:
        raise OverflowError
    if "/b" in switches:
        alternatives = f"^(?:{alternatives})"
    if "/e" in switches:
        alternatives = f"(?:{alternatives})$"
    flags = re.IGNORECASE if "/i" in switches else 0
    return _Search(re.compile(f"(?:{alternatives})", flags), "/v" in switches, "/x" in switches)


def _expression(text: str) -> str:
    r"""findstr's small language (``. * ^ $ [class] \x \< \>``) in Python's."""
    parts: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            index += 1
            parts.append(r"\b" if text[index] in "<>" else re.escape(text[index]))
        elif char == "[" and "]" in text[index + 2 :]:
            end = text.index("]", index + 2)
            negated = text[index + 1] == "^"
            body = text[index + 1 + negated : end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"[{'^' if negated else ''}{body}]")
            index = end
        elif char in ".^$" or (char == "*" and parts and parts[-1] not in ("*", "^")):
            parts.append(char)
        else:
            parts.append(re.escape(char))
        index += 1
    return "".join(parts)


def _report(context: Context, search: _Search, switches: list[str], operands: list[str]) -> int:
    named = len(operands) > 1 or any(has_wildcard(word) for word in operands) or "/s" in switches
    words = operands
    if "/s" in switches:
        words = [
            os.path.join(folder, os.path.basename(context.local(word)))
            for word in operands
            for folder, _, _ in os.walk(os.path.dirname(context.local(word)))
        ]
    hits = 0
    for word in words:
        if not has_wildcard(word) and "/s" not in switches and not os.path.exists(context.local(word)):
            context.error(f"FINDSTR: Cannot open {unquote(word)}")
    for name, lines in _inputs(context, [f'"{word}"' for word in words]):
        context.control.check()
        for number, line in enumerate(lines, 1):
            if not search.hit(line):
                continue
            hits += 1
            if "/m" in switches:
                context.line(name)
                break
            context.line((f"{name}:" if named else "") + (f"{number}:" if "/n" in switches else "") + line)
    return 0 if hits else 1


COMMANDS: dict[str, Builtin] = {"find": find, "findstr": findstr, "sort": sort}

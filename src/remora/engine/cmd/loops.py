"""What a FOR loop runs over: names, directories, trees, numbers, lines of files and of command output."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from remora.engine.cmd.context import split_words
from remora.engine.cmd.expand import expand_line
from remora.engine.cmd.parser import Parser
from remora.engine.cmd.paths import has_wildcard, matches, pattern_regex, to_local, unquote
from remora.engine.cmd.streams import Streams, read_chunks
from remora.engine.cmd.syntax import CmdSyntaxError, For

if TYPE_CHECKING:
    from remora.engine.cmd.executor import Executor


def iterations(loop: For, executor: Executor, streams: Streams) -> Iterator[dict[str, str]]:
    """The loop variables of each round. Raises CmdSyntaxError, OSError (a file of /f that cannot be read)."""
    items = executor.late(loop.items)
    match loop.kind:
        case "/l":
            rounds: Iterator[str] = _numbers(items)
        case "/f":
            yield from _lines(loop, items, executor, streams)
            return
        case "/r":
            rounds = _tree(executor.late(loop.option), items, executor.environment.directory)
        case _:
            rounds = _names(items, executor.environment.directory, directories=loop.kind == "/d")
    for value in rounds:
        yield {loop.variable: value}


def _numbers(items: str) -> Iterator[str]:
    try:
        start, step, end = (int(word, 0) for word in split_words(items))
    except ValueError:
        raise CmdSyntaxError("The syntax of the command is incorrect.") from None
    value = start
    while value <= end if step >= 0 else value >= end:  # a step of 0 goes on until it is stopped
        yield str(value)
        value += step


def _names(items: str, directory: str, *, directories: bool) -> Iterator[str]:
    for word in split_words(items):
        if not has_wildcard(word):
            yield word
            continue
        prefix = unquote(word).replace("\\", "/").rpartition("/")
        for path in matches(word, directory):
            if os.path.isdir(path) == directories:
                yield prefix[0] + prefix[1] + os.path.basename(path)


def _tree(root: str, items: str, directory: str) -> Iterator[str]:
    top = to_local(root, directory) if root else directory
    for folder, names, files in os.walk(top):
        names.sort()
        for word in split_words(items):
            if not has_wildcard(word):
                yield os.path.join(folder, unquote(word)) if word != "." else folder
                continue
            wanted = pattern_regex(unquote(word))
            yield from (os.path.join(folder, name) for name in sorted(files) if wanted.match(name))


def _lines(loop: For, items: str, executor: Executor, streams: Streams) -> Iterator[dict[str, str]]:
    options = _Options(unquote(loop.option) if loop.option else "")
    text = items.strip()
    quote = text[:1]
    if options.use_back_quotes:
        kind = {"`": "command", "'": "text", '"': "file"}.get(quote, "file")
    else:
        kind = {"'": "command", '"': "text"}.get(quote, "file")
    body = text[1:-1] if len(text) > 1 and text[-1] == quote and quote in "`'\"" and quote else text
    if kind == "text":
        sources = [body]
    elif kind == "command":
        sources = [_output_of(body, executor, streams)]
    else:
        sources = [_content(word, executor) for word in split_words(text)]
    for source in sources:
        for line in source.splitlines()[options.skip :]:
            values = options.split(line, loop.variable)
            if values is not None:
                yield values


def _content(word: str, executor: Executor) -> str:
    with open(to_local(word, executor.environment.directory), "rb") as file:
        return executor.environment.decode(file.read())


def _output_of(text: str, executor: Executor, streams: Streams) -> str:
    """Everything a command writes to its standard output."""
    inner = executor.part()
    read_end, write_end = os.pipe()
    collected: list[bytes] = []
    reader = threading.Thread(target=lambda: collected.extend(read_chunks(read_end)), daemon=True)
    reader.start()
    try:
        pending = iter([expand_line(text, executor.environment.get)])
        command = Parser(lambda: next(pending, None)).statement()
        if command is not None:
            inner.enter()
            inner.run(command, Streams(stdin=streams.stdin, stdout=write_end, stderr=streams.stderr))
    finally:
        os.close(write_end)
        reader.join()
        os.close(read_end)
    return executor.environment.decode(b"".join(collected))


class _Options:
    """``"eol=; skip=1 delims=, tokens=1,2* usebackq"`` of FOR /F."""

    def __init__(self, text: str) -> None:
        self.end_of_line, self.skip, self.delimiters, self.use_back_quotes = ";", 0, " \t", False
        self.tokens: list[int] = [1]
        self.rest = False
        at = text.lower().find("delims=")
        if at >= 0:
            value = text[at + 7 :]
            stop = next((i for i, char in enumerate(value) if char == " " and value[i + 1 :].strip()), len(value))
            self.delimiters = value[:stop]
            text = text[:at] + " " + value[stop:]
        for word in text.split():
            name, _, value = word.partition("=")
            match name.lower():
                case "eol":
                    self.end_of_line = value[:1]
                case "skip":
                    self.skip = int(value) if value.isdigit() else 0
                case "usebackq":
                    self.use_back_quotes = True
                case "tokens":
                    self._read_tokens(value)

    def _read_tokens(self, value: str) -> None:
        self.tokens = []
        self.rest = value.endswith("*")
        for part in value.rstrip("*").split(","):
            low, _, high = part.partition("-")
            if low.isdigit():
                self.tokens.extend(range(int(low), int(high if high.isdigit() else low) + 1))

    def split(self, line: str, variable: str) -> dict[str, str] | None:
        """Loop variables for one line; None for comments and empty lines."""
        if not line.strip(self.delimiters or None) or (self.end_of_line and line.startswith(self.end_of_line)):
            return None if self.delimiters or not line else {variable: line}
        pieces: list[tuple[str, int]] = []
        at = 0
        while at < len(line):
            while at < len(line) and line[at] in self.delimiters:
                at += 1
            start = at
            while at < len(line) and line[at] not in self.delimiters:
                at += 1
            if at > start:
                pieces.append((line[start:at], start))
        values: dict[str, str] = {}
        names = iter(chr(ord(variable) + offset) for offset in range(52))
        for number in self.tokens:
            values[next(names)] = pieces[number - 1][0] if number <= len(pieces) else ""
        if self.rest:
            following = max(self.tokens, default=0)
            values[next(names)] = line[pieces[following][1] :] if following < len(pieces) else ""
        return values if any(values.values()) else None

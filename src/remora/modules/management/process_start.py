"""System.Diagnostics.ProcessStartInfo, and how [Process]::Start() starts what it says."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any, Final, cast

from remora.engine.cmd.programs import split_arguments
from remora.engine.context import current
from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.hosting.asyncresult import AsyncResult, Task
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.pipeline.process_quota import check_processes
from remora.engine.resolver import own_console
from remora.engine.text.unusable import unusable
from remora.engine.types.collections import failure
from remora.engine.types.encodings import Encoding
from remora.engine.types.streams import ByteStream, TextReader, TextWriter
from remora.engine.types.typeref import register
from remora.values.collections import GenericList
from remora.values.tables import Hashtable

_INVALID: Final = "System.InvalidOperationException"
_STREAMS: Final = ("Input", "Output", "Error")
_TEXTS: Final = ("FileName", "Arguments", "WorkingDirectory", "Verb", "UserName", "Domain", "PasswordInClearText")
_FLAGS: Final = ("UseShellExecute", "CreateNoWindow", "ErrorDialog", "LoadUserProfile")


class ProcessStartInfo(NetObject):
    """What to start. texts and flags: properties by name; redirected: of the three streams, by their last word."""

    __slots__ = ("arguments", "encodings", "environment", "flags", "redirected", "style", "texts")
    net_type = NetType("System.Diagnostics.ProcessStartInfo", OBJECT)

    def __init__(self, file: str = "", arguments: str = "") -> None:
        self.texts = dict.fromkeys(_TEXTS, "") | {"FileName": file, "Arguments": arguments}
        self.flags = dict.fromkeys(_FLAGS, False)
        self.redirected = dict.fromkeys(_STREAMS, False)
        self.encodings: dict[str, Any] = dict.fromkeys(_STREAMS)
        self.arguments = GenericList((), "System.String")
        self.environment: Hashtable | None = None
        self.style: Any = "Normal"

    def variables(self) -> Hashtable:
        """The environment of the new process; the caller may change it."""
        if self.environment is None:
            self.environment = Hashtable(os.environ.items(), case_sensitive=True)
        return self.environment

    def vector(self) -> list[str]:
        """The program's path and its arguments. Raises PSError when there is nothing to start."""
        name = self.texts["FileName"]
        if not name:
            raise failure("Cannot start process because a file name has not been provided.", _INVALID)
        if self.texts["Arguments"] and self.arguments:
            raise failure("Only one of Arguments or ArgumentList may be used.", _INVALID)
        given = [to_text(word) for word in self.arguments] or split_arguments(self.texts["Arguments"])
        found = shutil.which(name) if "/" not in name else name if os.path.exists(name) else None
        own = own_console(os.path.basename(name)) if found is None else None
        if own is not None and name in (own.name, own.path):
            return [*own.vector, *given]
        return [found or name, *given]

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it. Raises PSError."""
        vector = self.vector()
        check_processes(current().process_limit)
        folder = self.texts["WorkingDirectory"] or None
        shown = current().host.name == "ConsoleHost"
        variables = self.environment
        try:
            return subprocess.Popen(
                vector,
                stdin=subprocess.PIPE if self.redirected["Input"] else None if shown else subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.redirected["Output"] else None if shown else subprocess.DEVNULL,
                stderr=subprocess.PIPE if self.redirected["Error"] else None if shown else subprocess.DEVNULL,
                cwd=folder,
                env=None if variables is None else {to_text(k): to_text(v) for k, v in variables.items()},
                bufsize=0,
            )
        except (OSError, ValueError) as problem:
            reason = unusable(problem)
            raise failure(
                f"An error occurred trying to start process '{self.texts['FileName']}' with working directory "
                f"'{folder or os.getcwd()}'. {reason}",
                "System.ComponentModel.Win32Exception",
            ) from None

    def reader(self, name: str, file: IO[bytes] | None) -> PipeReader:
        """The reader of a stream of the process. Raises PSError when it was not redirected."""
        if file is None:
            what = "StandardOut has not been redirected or the process hasn't started yet."
            raise failure(what if name == "Output" else "StandardError has not been redirected.", _INVALID)
        return PipeReader(file, self.encodings[name])

    def writer(self, file: IO[bytes] | None) -> TextWriter:
        """The writer of the process's standard input. Raises PSError when it was not redirected."""
        if file is None:
            raise failure("StandardIn has not been redirected.", _INVALID)
        return TextWriter(ByteStream(file), self.encodings["Input"])


class PipeReader(TextReader):
    """A StreamReader over a pipe: text as it comes."""

    __slots__ = ("_file", "_pending")

    def __init__(self, file: IO[bytes], encoding: Any) -> None:
        super().__init__("")
        codec = encoding.codec if isinstance(encoding, Encoding) else "utf-8"
        self._file = io.TextIOWrapper(io.BufferedReader(cast(io.RawIOBase, file)), codec, "replace", "")
        self._pending = ""

    def read_to_end(self) -> str:
        pending, self._pending = self._pending, ""
        return pending + self._file.read()

    def read_line(self) -> Any:
        pending, self._pending = self._pending, ""
        line = pending if pending == "\n" else pending + self._file.readline()
        return line.removesuffix("\n").removesuffix("\r") if line else None

    def read(self) -> int:
        code = self.peek()
        self._pending = ""
        return code

    def peek(self) -> int:
        self._pending = self._pending or self._file.read(1)
        return ord(self._pending) if self._pending else -1

    def at_end(self) -> bool:
        return self.peek() < 0

    def close(self) -> None:
        self._file.close()


def _later(read: Any) -> Task:
    """A Task that ends with what is read."""
    handle = AsyncResult(None)

    def work() -> None:
        try:
            handle.output = read()
        except PSError as problem:
            handle.error = problem.record
        handle.finish()

    threading.Thread(target=work, daemon=True).start()
    return Task(handle)


def _declare_entry(shown: str, type_name: str, table: Callable[[ProcessStartInfo], dict[str, Any]], key: str) -> None:
    """A property over an entry of one of the tables."""
    info = ProcessStartInfo.net_type
    info.property(shown, type_name)(lambda self: table(self)[key])
    info.setter(shown)(lambda self, value: table(self).__setitem__(key, value))


def _declare() -> None:
    info = ProcessStartInfo.net_type
    info.settable_bag = True
    info.constructor("()", "(string)", "(string, string)")(ProcessStartInfo)
    for name in _TEXTS:
        _declare_entry(name, "System.String", lambda self: self.texts, name)
    for name in _FLAGS:
        _declare_entry(name, "System.Boolean", lambda self: self.flags, name)
    for name in _STREAMS:
        _declare_entry(f"RedirectStandard{name}", "System.Boolean", lambda self: self.redirected, name)
        _declare_entry(f"Standard{name}Encoding", "System.Text.Encoding", lambda self: self.encodings, name)
    info.property("ArgumentList")(lambda self: self.arguments)
    info.property("Environment")(lambda self: self.variables())
    info.property("EnvironmentVariables")(lambda self: self.variables())
    info.property("WindowStyle", "System.Diagnostics.ProcessWindowStyle")(lambda self: self.style)
    info.setter("WindowStyle")(lambda self, value: setattr(self, "style", value))
    reader = TextReader.net_type
    reader.method("ReadToEndAsync()")(lambda self: _later(self.read_to_end))
    reader.method("ReadLineAsync()")(lambda self: _later(self.read_line))


_declare()
register(ProcessStartInfo.net_type)

"""System.Diagnostics.Process of a running process."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import psutil

from remora.engine.convert import to_text
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.resolver import HOME
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.modules.management.process_start import ProcessStartInfo
from remora.values import Int64


class Process(NetObject):
    """One process; values are read when asked for. child: when this engine started it. info: what it starts with.

    streams: readers and the writer of the child that were asked for, by name.
    """

    __slots__ = ("_handle", "child", "info", "name", "streams", "with_user")
    net_type = NetType("System.Diagnostics.Process", NetType("System.ComponentModel.Component", OBJECT))

    def __init__(self, handle: psutil.Process | None = None, child: subprocess.Popen[bytes] | None = None) -> None:
        self.child = child
        self.with_user = False
        self.info: ProcessStartInfo | None = None
        self.streams: dict[str, Any] = {}
        self._attach(handle)

    def _attach(self, handle: psutil.Process | None) -> None:
        self._handle = handle
        self.name = ""
        if handle is not None:
            with suppress(psutil.Error):
                self.name = handle.name()

    @property
    def handle(self) -> psutil.Process:
        """The process. Raises PSError before Start()."""
        if self._handle is None:
            raise failure("No process is associated with this object.", "System.InvalidOperationException")
        return self._handle

    @classmethod
    def started(cls, *given: Any) -> Process:
        """[Process]::Start(): a ProcessStartInfo, or a file with its arguments."""
        made = cls()
        first = given[0]
        made.info = first if isinstance(first, ProcessStartInfo) else ProcessStartInfo(to_text(first))
        if len(given) > 1 and isinstance(given[1], str):
            made.info.texts["Arguments"] = given[1]
        elif len(given) > 1:
            made.info.arguments.extend(to_text(word) for word in items_of(given[1]))
        made.start()
        return made

    def start_info(self) -> ProcessStartInfo:
        """What it starts with, to be filled in."""
        if self.info is None:
            self.info = ProcessStartInfo()
        return self.info

    def start(self) -> bool:
        """Start what StartInfo says. Raises PSError."""
        self.child = self.start_info().launch()
        self.streams.clear()
        self._attach(psutil.Process(self.child.pid))
        threading.Thread(target=self.child.wait, daemon=True).start()  # nobody else may ask how it ended
        return True

    def stream(self, name: str) -> Any:
        """A reader of Output or Error, the writer of Input. Raises PSError when it was not redirected."""
        if name not in self.streams:
            info, child = self.start_info(), self.child
            if name == "Input":
                self.streams[name] = info.writer(None if child is None else child.stdin)
            else:
                file = None if child is None else child.stdout if name == "Output" else child.stderr
                self.streams[name] = info.reader(name, file)
        return self.streams[name]

    @classmethod
    def all(cls) -> Iterator[Process]:
        """Every process that can be seen."""
        for handle in psutil.process_iter():
            yield cls(handle)

    @property
    def id(self) -> int:
        return int(self.handle.pid)

    @property
    def running(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        try:
            return bool(self.handle.is_running()) and self.handle.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def net_text(self) -> str:
        return f"System.Diagnostics.Process ({self.name})"


def _safe(read: Callable[[psutil.Process], Any]) -> Callable[[Process], Any]:
    """A value of another user's process that may not be read is $null."""

    def value(self: Process) -> Any:
        try:
            return read(self.handle)
        except (psutil.Error, OSError):
            return None

    return value


def _declare(name: str, type_name: str, read: Callable[[Process], Any], kind: str = "Property") -> None:
    Process.net_type.property(name, type_name, kind=kind)(read)


def _session(self: Process) -> int | None:
    try:
        return os.getsid(self.id)
    except OSError:
        return None


def _parent(self: Process) -> Process | None:
    try:
        found = self.handle.parent()
    except psutil.Error:
        return None
    return None if found is None else Process(found)


def _user_name(self: Process) -> str | None:
    try:
        return str(self.handle.username())
    except (psutil.Error, KeyError):
        return None


def _exit_code(self: Process) -> int | None:
    code = None if self.child is None else self.child.poll()
    return 128 - code if code is not None and code < 0 else code


def modules_of(process: Process) -> list[ProcessModule]:
    """The files mapped into a process, the program first. Raises psutil.Error for a process that may not be read."""
    program = process.handle.exe()
    paths = [program] if program else []
    for found in process.handle.memory_maps():
        if found.path.startswith("/") and found.path not in paths:
            paths.append(found.path)
    return [ProcessModule(path) for path in paths]


def _safe_modules(self: Process) -> list[ProcessModule] | None:
    try:
        return modules_of(self)
    except (psutil.Error, OSError):
        return None


def _program(handle: psutil.Process) -> str | None:
    """The file that the process runs; of this process, what starts such a console again."""
    if handle.pid == os.getpid():
        return os.path.join(HOME, "pwsh")
    return handle.exe() or None


def _main_module(self: Process) -> ProcessModule | None:
    try:
        program = _program(self.handle)
    except (psutil.Error, OSError):
        return None
    return ProcessModule(program) if program else None


class ProcessModule(NetObject):
    """A file mapped into a process."""

    __slots__ = ("path",)
    net_type = NetType("System.Diagnostics.ProcessModule", NetType("System.ComponentModel.Component", OBJECT))

    def __init__(self, path: str) -> None:
        self.path = path

    def net_text(self) -> str:
        return f"System.Diagnostics.ProcessModule ({os.path.basename(self.path)})"


class FileVersionInfo(NetObject):
    """What a program file tells about its version: on Unix its name and no more."""

    __slots__ = ("path",)
    net_type = NetType("System.Diagnostics.FileVersionInfo", OBJECT)

    def __init__(self, path: str) -> None:
        self.path = path

    def net_text(self) -> str:
        return f"File:             {self.path}"


def _declare_files() -> None:
    m = ProcessModule.net_type
    m.property("ModuleName", "System.String")(lambda v: os.path.basename(v.path))
    m.property("FileName", "System.String")(lambda v: v.path)
    m.property("FileVersionInfo", FileVersionInfo.net_type.name, wire=False)(lambda v: FileVersionInfo(v.path))
    m.property("Size", "System.Int64", kind="ScriptProperty")(lambda v: Int64(os.path.getsize(v.path) // 1024))
    f = FileVersionInfo.net_type
    f.property("FileName", "System.String")(lambda v: v.path)
    for name in ("FileVersion", "ProductVersion", "ProductName", "CompanyName", "FileDescription", "Comments"):
        f.property(name, "System.String")(lambda v: "")


def _cpu(handle: psutil.Process) -> float:
    times = handle.cpu_times()
    return float(times.user + times.system)


_declare("Name", "System.String", lambda self: self.name, "AliasProperty")
_declare("SI", "System.Int32", _session, "AliasProperty")
_declare("Handles", "System.Int32", _safe(lambda handle: handle.num_fds()), "AliasProperty")
_declare("VM", "System.Int64", _safe(lambda handle: Int64(handle.memory_info().vms)), "AliasProperty")
_declare("WS", "System.Int64", _safe(lambda handle: Int64(handle.memory_info().rss)), "AliasProperty")
_declare("PM", "System.Int64", _safe(lambda handle: Int64(getattr(handle.memory_info(), "data", 0))), "AliasProperty")
_declare("NPM", "System.Int64", lambda self: Int64(0), "AliasProperty")
_declare("Path", "System.String", _safe(_program), "ScriptProperty")
_declare("CommandLine", "System.String", _safe(lambda handle: " ".join(handle.cmdline()) or None), "ScriptProperty")
_declare("Parent", "System.Diagnostics.Process", _parent, "CodeProperty")
_declare("CPU", "System.Double", _safe(_cpu), "ScriptProperty")
_declare("UserName", "System.String", lambda self: _user_name(self) if self.with_user else None, "NoteProperty")
_declare("Id", "System.Int32", lambda self: self.id)
_declare("ProcessName", "System.String", lambda self: self.name)
_declare("HandleCount", "System.Int32", _safe(lambda handle: handle.num_fds()))
_declare("WorkingSet64", "System.Int64", _safe(lambda handle: Int64(handle.memory_info().rss)))
_declare("VirtualMemorySize64", "System.Int64", _safe(lambda handle: Int64(handle.memory_info().vms)))
_declare("PrivateMemorySize64", "System.Int64", _safe(lambda handle: Int64(getattr(handle.memory_info(), "data", 0))))
_declare("SessionId", "System.Int32", _session)
_declare(
    "StartTime", "System.DateTime", _safe(lambda handle: datetime.fromtimestamp(handle.create_time()).astimezone())
)
_declare("TotalProcessorTime", "System.TimeSpan", _safe(lambda handle: timedelta(seconds=_cpu(handle))))
_declare("HasExited", "System.Boolean", lambda self: not self.running)
_declare("ExitCode", "System.Int32", _exit_code)
_declare("MainModule", "System.Diagnostics.ProcessModule", _main_module)
_declare("Modules", "System.Diagnostics.ProcessModuleCollection", _safe_modules)
_declare("Company", "System.String", lambda self: None, "ScriptProperty")
_declare("FileVersion", "System.String", lambda self: None, "ScriptProperty")
_declare("ProductVersion", "System.String", lambda self: None, "ScriptProperty")
_declare("Description", "System.String", lambda self: None, "ScriptProperty")
_declare("Product", "System.String", lambda self: None, "ScriptProperty")
_declare("Responding", "System.Boolean", lambda self: self.running)
_declare("MachineName", "System.String", lambda self: ".")
_declare("Threads", "System.Object", _safe(lambda handle: [item.id for item in handle.threads()]))


@Process.net_type.method("Kill()", "Kill(bool)", returns="void")
def _kill(self: Process, tree: bool = False) -> None:
    for child in self.handle.children(recursive=True) if tree else ():
        child.kill()
    self.handle.kill()


@Process.net_type.method("WaitForExit()", returns="bool")
def _wait_for_end(self: Process) -> Any:
    _wait(self)
    return NOTHING


@Process.net_type.method("WaitForExit(int)", returns="bool")
def _wait(self: Process, milliseconds: int = -1) -> bool:
    limit = None if milliseconds < 0 else milliseconds / 1000
    try:
        if self.child is not None:
            self.child.wait(limit)
        else:
            self.handle.wait(limit)
    except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
        return False
    return True


@Process.net_type.method("Refresh()", "Dispose()", "Close()", returns="void")
def _refresh(self: Process) -> None:
    """Values are read when asked for: nothing to do."""


def _priority(self: Process) -> Any:
    """The ProcessPriorityClass that the nice value means."""
    from remora.engine.convert.conversion import convert
    from remora.engine.types.typeref import require

    try:
        nice = int(self.handle.nice())
    except psutil.Error:
        return None
    return convert(_priority_name(nice), require(_PRIORITY))


def _priority_name(nice: int) -> str:
    bounds = ((-19, "RealTime"), (-11, "High"), (0, "AboveNormal"), (1, "Normal"), (10, "BelowNormal"))
    return next((name for bound, name in bounds if nice < bound), "Idle" if nice > 18 else "BelowNormal")


def _set_priority(self: Process, value: Any) -> None:
    nice = {"RealTime": -20, "High": -11, "AboveNormal": -6, "Normal": 0, "BelowNormal": 10, "Idle": 19}[str(value)]
    try:
        self.handle.nice(nice)
    except psutil.AccessDenied:
        raise failure("Permission denied", "System.ComponentModel.Win32Exception") from None


def _peak(handle: psutil.Process) -> Int64:
    """The most memory the process has had, in bytes."""
    with open(f"/proc/{handle.pid}/status", encoding="ascii", errors="replace") as status:
        found = next((line for line in status if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return Int64(int(found.split()[1]) * 1024)


def _exit_time(self: Process) -> datetime:
    if self.running:
        raise failure("Process must exit before requested information can be determined.",
                      "System.InvalidOperationException")  # fmt: skip
    return datetime.now().astimezone()


def _declare_more() -> None:
    _declare("PriorityClass", _PRIORITY, _priority)
    Process.net_type.setter("PriorityClass")(_set_priority)
    _declare("BasePriority", "System.Int32", _safe(lambda handle: -int(handle.nice())))
    _declare("UserProcessorTime", "System.TimeSpan", _safe(lambda handle: timedelta(seconds=handle.cpu_times().user)))
    _declare(
        "PrivilegedProcessorTime", "System.TimeSpan", _safe(lambda handle: timedelta(seconds=handle.cpu_times().system))
    )
    _declare("PeakWorkingSet64", "System.Int64", _safe(_peak))
    _declare("MainWindowTitle", "System.String", lambda self: "")
    _declare("EnableRaisingEvents", "System.Boolean", lambda self: False)
    _declare("ExitTime", "System.DateTime", _exit_time)
    for name in ("CloseMainWindow", "WaitForInputIdle"):
        Process.net_type.method(f"{name}()", returns="bool")(lambda self: False)


_PRIORITY = "System.Diagnostics.ProcessPriorityClass"

_declare_files()
_declare_more()
Process.net_type.constructor("()")(Process)
Process.net_type.static("GetCurrentProcess()")(lambda: Process(psutil.Process()))
Process.net_type.static("Start(System.Diagnostics.ProcessStartInfo)", "Start(string)", "Start(string, string)",
                        "Start(string, object)")(Process.started)  # fmt: skip
Process.net_type.method("Start()", returns="bool")(lambda self: self.start())
_declare("StartInfo", ProcessStartInfo.net_type.name, lambda self: self.start_info())
Process.net_type.setter("StartInfo")(lambda self, value: setattr(self, "info", value))
_declare("StandardInput", "System.IO.StreamWriter", lambda self: self.stream("Input"))
_declare("StandardOutput", "System.IO.StreamReader", lambda self: self.stream("Output"))
_declare("StandardError", "System.IO.StreamReader", lambda self: self.stream("Error"))
register(Process.net_type, ProcessModule.net_type, FileVersionInfo.net_type)


def _by_id(number: int) -> Process:
    """GetProcessById. Raises PSError ArgumentException when there is none."""
    try:
        return Process(psutil.Process(number))
    except (psutil.Error, ValueError):
        raise failure(f"Process with an Id of {number} is not running.", "System.ArgumentException") from None


def _statics() -> None:
    kind = Process.net_type
    kind.static("GetProcessById(int processId)", returns=kind.name)(_by_id)
    kind.static("GetProcesses()")(lambda: list(Process.all()))
    kind.static("GetProcessesByName(string processName)")(
        lambda name: [one for one in Process.all() if one.name == name]
    )


_statics()

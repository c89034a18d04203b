"""Environment, GC and other process-wide statics; culture and thread types."""

from __future__ import annotations

import os
import platform
import sys
from functools import partial
from typing import Any

from remora.engine.compile.variables import set_environment
from remora.engine.context import current, home_directory
from remora.engine.errors import ExitSignal
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.culture import culture_setter, current_culture
from remora.engine.types.files import set_working_directory, working_directory
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray
from remora.values.numbers import Int64
from remora.values.tables import Hashtable
from remora.values.versions import Version

ENVIRONMENT = NetType("System.Environment", OBJECT)
FOLDERS = NetType(
    "System.Environment+SpecialFolder",
    r.ENUM,
    enum={
        "Desktop": 0,
        "Programs": 2,
        "MyDocuments": 5,
        "Personal": 5,
        "ApplicationData": 26,
        "LocalApplicationData": 28,
        "UserProfile": 40,
        "CommonApplicationData": 35,
        "System": 37,
        "ProgramFiles": 38,
    },
)


def _working_set() -> Int64:
    """The memory of this process that is in use, in bytes."""
    import psutil

    return Int64(psutil.Process().memory_info().rss)


def _folder(value: Any) -> str:
    home = home_directory()
    return {
        5: home,
        26: f"{home}/.config",
        28: f"{home}/.local/share",
        40: home,
        0: f"{home}/Desktop",
        35: "/usr/share",
    }.get(int(value), "")


def _exit(code: int) -> None:
    raise ExitSignal(code)


def _expand(text: str) -> str:
    out = text or ""
    for name, value in os.environ.items():
        out = out.replace(f"%{name}%", value)
    return out


def _environment() -> None:
    e = ENVIRONMENT
    e.static_property("NewLine", "System.String")(lambda: "\n")
    e.static_property("MachineName", "System.String")(platform.node)
    e.static_property("UserName", "System.String")(lambda: current().user)
    e.static_property("UserDomainName", "System.String")(platform.node)
    e.static_property("OSVersion", "System.OperatingSystem")(lambda: OperatingSystem(4, _kernel()))
    e.static_property("Is64BitProcess", "System.Boolean")(lambda: sys.maxsize > 2**32)
    e.static_property("Is64BitOperatingSystem", "System.Boolean")(lambda: platform.machine().endswith("64"))
    e.static_property("ProcessorCount", "System.Int32")(lambda: os.cpu_count() or 1)
    e.static_property("ProcessId", "System.Int32")(os.getpid)
    e.static_property("CurrentDirectory", "System.String")(working_directory)
    e.statics["currentdirectory"].set = lambda target, path: set_working_directory(path)  # type: ignore[union-attr]
    e.static_property("SystemDirectory", "System.String")(lambda: "")
    e.static_property("Version")(lambda: Version(8, 0, 10))
    e.static_property("UserInteractive", "System.Boolean")(lambda: current().host.interactive)
    e.static_property("TickCount", "System.Int32")(lambda: int(_uptime_ms()) & 0x7FFFFFFF)
    e.static_property("TickCount64", "System.Int64")(lambda: Int64(_uptime_ms()))
    e.static_property("ExitCode", "System.Int32")(lambda: 0)
    e.static_property("CommandLine", "System.String")(lambda: "pwsh")
    e.static_property("CurrentManagedThreadId", "System.Int32")(lambda: 1)
    e.static_property("IsPrivilegedProcess", "System.Boolean")(lambda: os.geteuid() == 0)
    e.static_property("ProcessPath", "System.String")(lambda: sys.executable)
    e.static_property("StackTrace", "System.String")(lambda: "")
    e.static_property("SystemPageSize", "System.Int32")(lambda: os.sysconf("SC_PAGE_SIZE"))
    e.static_property("WorkingSet", "System.Int64")(_working_set)
    e.static("GetLogicalDrives()", returns="string[]")(lambda: TypedArray(["/"], "System.String"))
    e.static("FailFast(string message)", returns="void")(lambda message: _exit(134))
    e.static_property("HasShutdownStarted", "System.Boolean")(lambda: False)
    e.static("GetEnvironmentVariable(string)", "GetEnvironmentVariable(string, object)", returns="string")(
        lambda n, t=None: os.environ.get(n)
    )
    e.static(
        "SetEnvironmentVariable(string, string)", "SetEnvironmentVariable(string, string, object)", returns="void"
    )(lambda n, v, t=None: set_environment(n, v))
    e.static("GetEnvironmentVariables()")(lambda: Hashtable(dict(os.environ)))
    e.static("GetFolderPath(environment+specialfolder)", returns="string")(_folder)
    e.static("ExpandEnvironmentVariables(string)", returns="string")(_expand)
    e.static("GetCommandLineArgs()", returns="string[]")(lambda: ["pwsh"])
    e.static("Exit(int)", returns="void")(_exit)


class OperatingSystem(NetObject):
    """Environment.OSVersion. platform: the number of a PlatformID."""

    __slots__ = ("platform", "version")
    net_type = NetType("System.OperatingSystem", OBJECT)

    def __init__(self, platform: int, version: Version) -> None:
        self.platform = platform
        self.version = version

    @property
    def kind(self) -> Any:
        """The PlatformID."""
        from remora.engine.convert.conversion import enum_value
        from remora.engine.types.typeref import require

        return enum_value(require("System.PlatformID"), self.platform)

    def net_text(self) -> str:
        return f"{'Microsoft Windows NT' if self.platform == 2 else self.kind} {self.version}"


def _systems() -> NetType:
    o = OperatingSystem.net_type
    o.constructor("(System.PlatformID platform, version version)")(
        lambda kind, version: OperatingSystem(int(kind), version)
    )
    o.property("Platform", "System.PlatformID")(lambda v: v.kind)
    o.property("ServicePack", "System.String")(lambda v: "")
    o.property("Version", "System.Version")(lambda v: v.version)
    o.property("VersionString", "System.String")(lambda v: v.net_text())
    o.method("Clone()")(lambda v: OperatingSystem(v.platform, v.version))
    o.method("ToString()", returns="string")(lambda v: v.net_text())
    for name in ("Linux", "Windows", "MacOS", "FreeBSD", "Android", "IOS", "Browser"):
        own = {"Darwin": "MacOS"}.get(platform.system(), platform.system())
        o.static(f"Is{name}()", returns="bool")(partial(bool, own == name))
    return o


def _kernel() -> Version:
    numbers = [int(p) for p in platform.release().split("-")[0].split(".") if p.isdigit()][:3]
    return Version(*([*numbers, 0, 0])[: max(len(numbers), 2)])


def _uptime_ms() -> float:
    import time

    return time.monotonic() * 1000


class Thread(NetObject):
    """Threading.Thread: the one that runs the script."""

    __slots__ = ()
    net_type = NetType("System.Threading.Thread", OBJECT)


def _culture(kind: str, thread: Thread) -> Any:
    return current_culture(kind)


def _is_platform(kind: Any) -> bool:
    from remora.engine.types.interop import is_platform

    return is_platform(kind)


def _block_copy(source: Any, at: int, target: Any, to: int, count: int) -> None:
    """Buffer.BlockCopy between arrays of bytes."""
    if at < 0 or to < 0 or count < 0 or at + count > len(source) or to + count > len(target):
        reason = "Offset and length were out of bounds for the array or count is greater than the number of elements "
        raise failure(reason + "from index to the end of the source collection.", "System.ArgumentException")
    target[to : to + count] = bytes(source[at : at + count])


def _threads() -> tuple[NetType, ...]:
    thread = Thread.net_type
    thread.static("Sleep(int)", returns="void")(lambda ms: current().sleep(max(ms, 0) / 1000))
    thread.static("Sleep(timespan)", returns="void")(lambda span: current().sleep(max(span.total_seconds(), 0)))
    thread.static_property("CurrentThread")(Thread)
    for name, kind in (("CurrentCulture", "culture"), ("CurrentUICulture", "ui")):
        thread.property(name)(partial(_culture, kind))
        thread.setter(name)(culture_setter(kind))
    thread.property("ManagedThreadId", "System.Int32")(lambda v: 1)
    collector = NetType("System.GC", OBJECT)
    collector.static("Collect()", returns="void")(lambda: None)
    collector.static("GetTotalMemory(bool forceFullCollection)", returns="long")(lambda full: _working_set())
    collector.static("WaitForPendingFinalizers()", "SuppressFinalize(object obj)", "KeepAlive(object obj)",
                     returns="void")(lambda one=None: None)  # fmt: skip
    collector.static("Collect(int generation)", returns="void")(lambda generation: None)
    collector.static("CollectionCount(int generation)", returns="int")(lambda generation: 0)
    collector.static_property("MaxGeneration", "System.Int32")(lambda: 2)
    buffer = NetType("System.Buffer", OBJECT, form="static")
    buffer.static("ByteLength(array array)", returns="int")(len)
    buffer.static("BlockCopy(byte[] src, int srcOffset, byte[] dst, int dstOffset, int count)", returns="void")(
        _block_copy
    )
    info = NetType("System.Runtime.InteropServices.RuntimeInformation", OBJECT)
    info.static("IsOSPlatform(System.Runtime.InteropServices.OSPlatform osPlatform)", returns="bool")(_is_platform)
    info.static_property("OSDescription", "System.String")(lambda: f"{platform.system()} {platform.release()}")
    info.static_property("FrameworkDescription", "System.String")(lambda: ".NET 8.0.10")
    info.static_property("OSArchitecture")(
        lambda: "X64" if platform.machine() == "x86_64" else platform.machine().capitalize()
    )
    info.static_property("ProcessArchitecture")(
        lambda: "X64" if platform.machine() == "x86_64" else platform.machine().capitalize()
    )
    return thread, collector, buffer, info


def register_types() -> None:
    """Environment and its neighbours."""
    register(ENVIRONMENT, FOLDERS, _systems(), *_threads())


_environment()

"""Get-ComputerInfo: what the machine and its system tell."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.types.timezones import local_zone
from remora.modules.common import as_list, matcher
from remora.values import PSObject
from remora.values.numbers import Int64

_MODULE = "Microsoft.PowerShell.Management"
_TYPES = ("Microsoft.PowerShell.Commands.ComputerInfo", "System.Object")
_DMI = Path("/sys/class/dmi/id")


def _text(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip() or None
    except OSError:
        return None


def os_release() -> dict[str, str]:
    """The fields of /etc/os-release; empty where there is none."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def boot_time() -> datetime:
    """When the system was started."""
    return datetime.fromtimestamp(psutil.boot_time()).astimezone()


def _processor() -> str | None:
    for line in (_text(Path("/proc/cpuinfo")) or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return value.strip()
    return platform.processor() or None


def _kilobytes(amount: int) -> Int64:
    return Int64(amount // 1024)


_FACTS: dict[str, Callable[[], Any]] = {
    "BiosManufacturer": lambda: _text(_DMI / "bios_vendor"),
    "BiosVersion": lambda: _text(_DMI / "bios_version"),
    "BiosReleaseDate": lambda: _text(_DMI / "bios_date"),
    "CsName": socket.gethostname,
    "CsDNSHostName": socket.gethostname,
    "CsDomain": lambda: socket.getfqdn().partition(".")[2] or "WORKGROUP",
    "CsManufacturer": lambda: _text(_DMI / "sys_vendor"),
    "CsModel": lambda: _text(_DMI / "product_name"),
    "CsSystemType": platform.machine,
    "CsNumberOfLogicalProcessors": lambda: psutil.cpu_count() or 1,
    "CsNumberOfProcessors": lambda: psutil.cpu_count(logical=False) or 1,
    "CsProcessors": lambda: [_processor()],
    "CsTotalPhysicalMemory": lambda: Int64(psutil.virtual_memory().total),
    "CsPhyicallyInstalledMemory": lambda: _kilobytes(psutil.virtual_memory().total),
    "CsUserName": lambda: os.environ.get("USER") or os.environ.get("LOGNAME"),
    "OsName": lambda: os_release().get("PRETTY_NAME") or platform.system(),
    "OsType": lambda: platform.system().upper(),
    "OsVersion": lambda: os_release().get("VERSION_ID") or platform.release(),
    "OsBuildNumber": platform.release,
    "OsArchitecture": lambda: "64-bit" if platform.architecture()[0] == "64bit" else "32-bit",
    "OsHardwareAbstractionLayer": platform.version,
    "OsLastBootUpTime": boot_time,
    "OsLocalDateTime": lambda: datetime.now().astimezone(),
    "OsUptime": lambda: datetime.now().astimezone() - boot_time(),
    "OsTotalVisibleMemorySize": lambda: _kilobytes(psutil.virtual_memory().total),
    "OsFreePhysicalMemory": lambda: _kilobytes(psutil.virtual_memory().available),
    "OsTotalVirtualMemorySize": lambda: _kilobytes(psutil.virtual_memory().total + psutil.swap_memory().total),
    "OsFreeVirtualMemory": lambda: _kilobytes(psutil.virtual_memory().available + psutil.swap_memory().free),
    "OsNumberOfProcesses": lambda: len(psutil.pids()),
    "OsNumberOfUsers": lambda: len(psutil.users()),
    "OsManufacturer": lambda: os_release().get("ID"),
    "OsLocale": lambda: (os.environ.get("LC_ALL") or os.environ.get("LANG") or "C").partition(".")[0],
    "OsServerLevel": lambda: os_release().get("VARIANT"),
    "TimeZone": lambda: local_zone().display_name,
}


@cmdlet("Get-ComputerInfo", aliases=("gin",), module=_MODULE, output_type=_TYPES[:1])
class GetComputerInfo(Cmdlet):
    """What the machine and its system tell; -Property names some of it."""

    property = Parameter("string[]", position=0, aliases=("Prop",))

    def process(self) -> None:
        wanted = matcher(self.property)
        facts = {name: read() for name, read in _FACTS.items() if wanted(name)}
        for name in as_list(self.property):
            if not any(known.lower() == name.lower() for known in facts) and not set("*?[") & set(name):
                facts[name] = None
        made = PSObject.custom(facts)
        if not self.property:
            made.type_names = _TYPES
        self.emit(made)


CMDLETS = (GetComputerInfo,)

"""Get-Process, Stop-Process, Wait-Process, Debug-Process."""

from __future__ import annotations

import os
import time

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.validators import ValidateRange
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher
from remora.modules.management.process import FileVersionInfo, Process, modules_of

_MODULE = "Microsoft.PowerShell.Management"
_ERROR = "Microsoft.PowerShell.Commands.ProcessCommandException"
_PROCESS = "System.Diagnostics.Process"
_POLL = 0.05


class _OnProcesses(Cmdlet):
    name = Parameter("string[]", sets={"Name": {"position": 0, "by_property": True}}, aliases=("ProcessName",))
    id = Parameter("int[]", sets={"Id": {"mandatory": True, "by_property": True}}, aliases=("PID",))
    input_object = Parameter(f"{_PROCESS}[]", sets={"InputObject": {"mandatory": True, "pipeline": True}})

    def chosen(self) -> list[Process]:
        """The processes meant, by name and id; those that are not there are reported."""
        if self.input_object is not None:
            return as_list(self.input_object)
        if self.id is not None:
            return [one for number in self.id if (one := self._by_id(number)) is not None]
        everything = sorted(Process.all(), key=lambda process: (process.name.lower(), process.id))
        chosen: list[Process] = []
        for pattern in as_list(self.name) or ["*"]:
            test = matcher([pattern])
            found = [process for process in everything if test(process.name)]
            chosen.extend(found)
            if not found and not has_wildcard(pattern):
                advice = "Verify the process name and call the cmdlet again."
                if pattern.isdecimal():
                    advice = "Try running with -Id to search by Id of processes."
                self.report(
                    f'Cannot find a process with the name "{pattern}". {advice}', "NoProcessFoundForGivenName",
                    "ObjectNotFound", pattern,
                )  # fmt: skip
        return chosen

    def _by_id(self, number: int) -> Process | None:
        try:
            return Process(psutil.Process(number))
        except (psutil.Error, ValueError):
            self.report(
                f"Cannot find a process with the process identifier {number}.", "NoProcessFoundForGivenId",
                "ObjectNotFound", number,
            )  # fmt: skip
            return None

    def report(self, message: str, error_id: str, category: str, target: object) -> None:
        """Write an error of one process."""
        self.fail(message, error_id, category, target, type_name=_ERROR)


@cmdlet("Get-Process", aliases=("gps", "ps"), default_set="Name", module=_MODULE, output_type=(_PROCESS,))
class GetProcess(_OnProcesses):
    """Shows processes of this machine."""

    name = Parameter(
        "string[]",
        sets={
            "Name": {"position": 0, "by_property": True},
            "NameWithUserName": {"position": 0, "by_property": True},
        },
        aliases=("ProcessName",),
    )
    id = Parameter(
        "int[]",
        sets={
            "Id": {"mandatory": True, "by_property": True},
            "IdWithUserName": {"mandatory": True, "by_property": True},
        },
        aliases=("PID",),
    )
    input_object = Parameter(
        f"{_PROCESS}[]",
        sets={
            "InputObject": {"mandatory": True, "pipeline": True},
            "InputObjectWithUserName": {"mandatory": True, "pipeline": True},
        },
    )
    include_user_name = Parameter(
        "switch",
        sets={
            "NameWithUserName": {"mandatory": True},
            "IdWithUserName": {"mandatory": True},
            "InputObjectWithUserName": {"mandatory": True},
        },
    )
    module = Parameter("switch", sets=("Name", "Id", "InputObject"))
    file_version_info = Parameter("switch", sets=("Name", "Id", "InputObject"), aliases=("FV", "FVI"))

    def process(self) -> None:
        for found in self.chosen():
            if self.module:
                self._modules(found)
            elif self.file_version_info:
                self._version(found)
            else:
                found.with_user = bool(self.include_user_name)
                self.emit(found)

    def _modules(self, process: Process) -> None:
        try:
            modules = modules_of(process)
        except (psutil.Error, OSError):
            both = self.file_version_info
            what = "modules and the file version information" if both else "modules"
            self.report(
                f'Cannot enumerate the {what} of the "{process.name}" process.',
                "CouldNotEnumerateModuleFileVer" if both else "CouldNotEnumerateModules", "PermissionDenied", process,
            )  # fmt: skip
            return
        for module in modules:
            self.emit(FileVersionInfo(module.path) if self.file_version_info else module)

    def _version(self, process: Process) -> None:
        try:
            path = process.handle.exe()
        except (psutil.Error, OSError):
            self.report(
                f'Cannot enumerate the file version information of the "{process.name}" process.',
                "CouldNotEnumerateFileVer", "PermissionDenied", process,
            )  # fmt: skip
            return
        if path:
            self.emit(FileVersionInfo(path))


@cmdlet("Stop-Process", aliases=("spps", "kill"), default_set="Id", module=_MODULE, should_process=True)
class StopProcess(_OnProcesses):
    """Ends processes."""

    name = Parameter("string[]", sets={"Name": {"mandatory": True, "by_property": True}}, aliases=("ProcessName",))
    id = Parameter("int[]", sets={"Id": {"position": 0, "mandatory": True, "by_property": True}})
    input_object = Parameter(
        f"{_PROCESS}[]", sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}}
    )
    pass_thru = Parameter("switch")
    force = Parameter("switch")

    def begin(self) -> None:
        self._own: list[Process] = []

    def process(self) -> None:
        for target in self.chosen():
            if not self.should_process(f"{target.name} ({target.id})", "Stop-Process"):
                continue
            if target.id == os.getpid():
                self._own.append(target)  # this process goes last
            elif self._kill(target) and self.pass_thru:
                self.emit(target)

    def end(self) -> None:
        for target in self._own:
            self._kill(target)

    def _kill(self, target: Process) -> bool:
        if not self._may_kill(target):
            return False
        try:
            target.handle.kill()
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            self.report(
                f'Cannot stop process "{target.name} ({target.id})" because of the following error: Operation not '
                "permitted", "CouldNotStopProcess", "CloseError", target,
            )  # fmt: skip
            return False
        return True

    def _may_kill(self, target: Process) -> bool:
        """A process of somebody else is ended after a question only, unless with -Force."""
        try:
            foreign = target.running and target.handle.uids().real != os.getuid()
        except psutil.Error:
            foreign = False
        if not foreign or self.force:
            return True
        return self.session.host.prompt_for_choice(
            "Confirm",
            f"Are you sure you want to perform the Stop-Process operation on the following item: "
            f"{target.name}({target.id})?",
            [("&Yes", ""), ("&No", "")],
            0,
        ) == 0  # fmt: skip


@cmdlet("Wait-Process", default_set="Name", module=_MODULE, output_type=(_PROCESS,))
class WaitProcess(_OnProcesses):
    """Waits until processes have ended."""

    name = Parameter(
        "string[]", sets={"Name": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("ProcessName",)
    )
    id = Parameter(
        "int[]", sets={"Id": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("PID", "ProcessId")
    )
    timeout = Parameter(
        "int", position=1, aliases=("TimeoutSec",), validate=(ValidateRange(0, 32767),)
    )  # fmt: skip
    any = Parameter("switch")
    pass_thru = Parameter("switch")

    def begin(self) -> None:
        self._waiting: list[Process] = []

    def process(self) -> None:
        for target in self.chosen():
            if target.id == os.getpid():
                self.report(
                    "This command stopped operation because it cannot wait on itself. Specify another process and "
                    "Run your command again.", "WaitOnItself", "ObjectNotFound", target,
                )  # fmt: skip
            else:
                self._waiting.append(target)

    def end(self) -> None:
        limit = None if self.timeout is None else time.monotonic() + self.timeout
        while self._goes_on():
            if limit is not None and time.monotonic() >= limit:
                self._timed_out()
                break
            self.sleep(_POLL)
        if self.pass_thru:
            for target in self._waiting:
                self.emit(target)

    def _goes_on(self) -> bool:
        running = [target.running for target in self._waiting]
        return bool(running) and (all(running) if self.any else any(running))

    def _timed_out(self) -> None:
        for target in self._waiting:
            if target.running:
                self.fail(
                    f'This command stopped operation because process "{target.name} ({target.id})" is not stopped '
                    "in the specified time-out.", "ProcessNotTerminated", "CloseError", target,
                    type_name="System.TimeoutException",
                )  # fmt: skip


@cmdlet("Debug-Process", default_set="Name", module=_MODULE, should_process=True)
class DebugProcess(_OnProcesses):
    """Attaching a debugger: there is none to attach on Unix, which is what it says."""

    name = Parameter(
        "string[]", sets={"Name": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("ProcessName",)
    )
    id = Parameter(
        "int[]", sets={"Id": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("PID", "ProcessId")
    )

    def process(self) -> None:
        for target in self.chosen():
            if self.should_process(f"{target.name} ({target.id})", "Debug-Process"):
                self.report(
                    "This command cannot be run because the debugger cannot be attached to the process "
                    f'"{target.name} ({target.id})". Specify another process and Run your command.',
                    "NoDebuggerFound", "ObjectNotFound", target,
                )  # fmt: skip


CMDLETS = (DebugProcess, GetProcess, StopProcess, WaitProcess)

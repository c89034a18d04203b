"""Get-Process, Stop-Process, Wait-Process, Start-Process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from typing import Any

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher
from remora.modules.management.process import Process

_MODULE = "Microsoft.PowerShell.Management"
_ERROR = "Microsoft.PowerShell.Commands.ProcessCommandException"
_POLL = 0.05


class _OnProcesses(Cmdlet):
    name = Parameter("string[]", sets={"Name": {"position": 0, "by_property": True}}, aliases=("ProcessName",))
    id = Parameter("int[]", sets={"Id": {"mandatory": True, "by_property": True}}, aliases=("PID",))
    input_object = Parameter("object[]", sets={"InputObject": {"mandatory": True, "pipeline": True}})

    def _chosen(self) -> list[Process]:
        if self.input_object is not None:
            return [item for item in self.input_object if isinstance(item, Process)]
        if self.id is not None:
            return [one for number in self.id if (one := self._by_id(number)) is not None]
        everything = sorted(Process.all(), key=lambda process: (process.name.lower(), process.id))
        chosen: list[Process] = []
        for pattern in as_list(self.name) or ["*"]:
            test = matcher([pattern])
            found = [process for process in everything if test(process.name)]
            chosen.extend(found)
            if not found and not has_wildcard(pattern):
                self.fail(
                    f'Cannot find a process with the name "{pattern}". Verify the process name and call the '
                    "cmdlet again.",
                    "NoProcessFoundForGivenName",
                    "ObjectNotFound",
                    pattern,
                    type_name=_ERROR,
                )
        return chosen

    def _by_id(self, number: int) -> Process | None:
        try:
            return Process(psutil.Process(number))
        except psutil.Error:
            self.fail(
                f"Cannot find a process with the process identifier {number}.",
                "NoProcessFoundForGivenId",
                "ObjectNotFound",
                number,
                type_name=_ERROR,
            )
            return None


@cmdlet(
    "Get-Process",
    aliases=("gps", "ps"),
    default_set="Name",
    module=_MODULE,
    output_type=("System.Diagnostics.Process",),
)
class GetProcess(_OnProcesses):
    """Shows processes of this machine."""

    include_user_name = Parameter("switch")
    module = Parameter("switch")
    file_version_info = Parameter("switch")

    def process(self) -> None:
        for found in self._chosen():
            self.emit(found)


@cmdlet("Stop-Process", aliases=("spps", "kill"), default_set="Id", module=_MODULE, should_process=True)
class StopProcess(_OnProcesses):
    """Ends processes."""

    name = Parameter("string[]", sets={"Name": {"mandatory": True, "by_property": True}}, aliases=("ProcessName",))
    id = Parameter("int[]", sets={"Id": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("PID",))
    input_object = Parameter("object[]", sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}})
    pass_thru = Parameter("switch")
    force = Parameter("switch")

    def process(self) -> None:
        for target in self._chosen():
            if not self.should_process(f"{target.name} ({target.id})", "Stop-Process"):
                continue
            try:
                target.handle.kill()
            except psutil.NoSuchProcess:
                pass
            except psutil.Error:
                self.fail(
                    f'Cannot stop process "{target.name} ({target.id})" because of the following error: Operation '
                    "not permitted",
                    "CouldNotStopProcess",
                    "CloseError",
                    target,
                    type_name=_ERROR,
                )
                continue
            if self.pass_thru:
                self.emit(target)


@cmdlet("Wait-Process", default_set="Name", module=_MODULE)
class WaitProcess(_OnProcesses):
    """Waits until processes have ended."""

    name = Parameter(
        "string[]", sets={"Name": {"position": 0, "mandatory": True, "by_property": True}}, aliases=("ProcessName",)
    )
    timeout = Parameter("int", aliases=("TimeoutSec",))

    def process(self) -> None:
        limit = None if self.timeout is None else time.monotonic() + self.timeout
        for target in self._chosen():
            while target.running:
                if limit is not None and time.monotonic() >= limit:
                    self.fail(
                        f'This command stopped operation because process "{target.name} ({target.id})" is not '
                        "stopped in the "
                        "specified time-out.",
                        "ProcessNotTerminated",
                        "CloseError",
                        target,
                        type_name="System.TimeoutException",
                    )
                    break
                self.sleep(_POLL)


@cmdlet("Start-Process", aliases=("saps", "start"), module=_MODULE, should_process=True)
class StartProcess(Cmdlet):
    """Starts a program, with or without waiting for its end."""

    file_path = Parameter("string", position=0, mandatory=True, aliases=("PSPath", "Path"))
    argument_list = Parameter("string[]", position=1, aliases=("Args",), allow_empty=True)
    working_directory = Parameter("string")
    environment = Parameter("hashtable")
    wait = Parameter("switch")
    pass_thru = Parameter("switch")
    no_new_window = Parameter("switch", aliases=("nnw",))
    redirect_standard_input = Parameter("string", aliases=("RSI",))
    redirect_standard_output = Parameter("string", aliases=("RSO",))
    redirect_standard_error = Parameter("string", aliases=("RSE",))
    use_new_environment = Parameter("switch")
    window_style = Parameter("string")
    verb = Parameter("string")
    credential = Parameter("object")

    def process(self) -> None:
        from remora.engine.cmd.programs import split_arguments

        path = self._program()
        arguments = split_arguments(" ".join(self.argument_list or ()))
        if not self.should_process(self.file_path, "Start-Process"):
            return
        variables = dict(os.environ)
        for name, value in (self.environment or {}).items():
            variables[str(name)] = str(value)
        folder = (
            self.session.file_path(self.working_directory) if self.working_directory else self.session.file_location
        )
        with ExitStack() as stack:
            streams = [self._stream(stack, given, mode) for given, mode in (
                (self.redirect_standard_input, "rb"), (self.redirect_standard_output, "wb"),
                (self.redirect_standard_error, "wb"),
            )]  # fmt: skip
            try:
                child = subprocess.Popen(
                    [path, *arguments], stdin=streams[0], stdout=streams[1], stderr=streams[2], cwd=folder,
                    env=variables,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as problem:
                raise self.throw(_cannot_start(self.file_path, problem.strerror or str(problem))) from None
        self._after(child)

    def _program(self) -> str:
        if "/" not in self.file_path and "\\" not in self.file_path:
            found: str | None = shutil.which(self.file_path)
            if found is not None:
                return found
        path: str = self.session.file_path(self.file_path)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
        raise self.throw(_cannot_start(self.file_path, "No such file or directory"))

    def _stream(self, stack: ExitStack, given: str | None, mode: str) -> Any:
        if given is None:
            return subprocess.DEVNULL
        return stack.enter_context(open(self.session.file_path(given), mode))

    def _after(self, child: subprocess.Popen[bytes]) -> None:
        target = Process(psutil.Process(child.pid), child)
        if self.wait:
            try:
                while child.poll() is None:
                    self.sleep(_POLL)
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                raise
        else:
            self.session.store.setdefault("started processes", []).append(child)
        if self.pass_thru:
            self.emit(target)


def _cannot_start(name: str, reason: str) -> Any:
    return error(
        f"This command cannot be run due to the error: An error occurred trying to start process '{name}'. {reason}",
        "InvalidOperationException",
        "InvalidOperation",
        name,
        type_name="System.InvalidOperationException",
    )


CMDLETS = (GetProcess, StartProcess, StopProcess, WaitProcess)

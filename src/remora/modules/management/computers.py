"""Restart-Computer, Stop-Computer, Rename-Computer: this machine, by its own programs."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error

_MODULE = "Microsoft.PowerShell.Management"
_INVALID = "System.InvalidOperationException"
_NAME = re.compile(r"(?!\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def run_program(command: Cmdlet, name: str, *words: str) -> None:
    """Run a program of the system to its end; one that is missing or fails is CommandFailed."""
    path = shutil.which(name)
    if path is None:
        command.fail(f"The program '{name}' was not found.", "CommandNotFound", "OperationStopped", type_name=_INVALID)
        return
    child = subprocess.Popen([path, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while child.poll() is None:
            command.sleep(0.02)
        told = (child.communicate()[1] or b"").decode("utf-8", "replace").strip()
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode:
        reason = told or f"Command returned 0x{child.returncode & 0xFFFFFFFF:X}"
        command.fail(reason, "CommandFailed", "OperationStopped", "localhost", type_name=_INVALID)


@cmdlet("Restart-Computer", module=_MODULE, should_process=True)
class RestartComputer(Cmdlet):
    """Restarts this machine."""

    def process(self) -> None:
        if self.should_process(f"localhost ({socket.gethostname()})", "Restart-Computer"):
            run_program(self, "shutdown", "-r", "now")


@cmdlet("Stop-Computer", module=_MODULE, should_process=True)
class StopComputer(Cmdlet):
    """Shuts this machine down."""

    def process(self) -> None:
        if self.should_process(f"localhost ({socket.gethostname()})", "Stop-Computer"):
            run_program(self, "shutdown", "-P", "now")


@cmdlet("Rename-Computer", module=_MODULE, should_process=True)
class RenameComputer(Cmdlet):
    """Gives this machine another name."""

    new_name = Parameter("string", position=0, mandatory=True, by_property=True)
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        old = socket.gethostname()
        if not _NAME.fullmatch(self.new_name):
            self.write_error(
                error(
                    f"Skip computer '{old}' with new name '{self.new_name}' because the new name is not valid. The new "
                    "computer name entered is not properly formatted.", "InvalidNewName", "InvalidArgument",
                    self.new_name, type_name=_INVALID,
                ).record
            )  # fmt: skip
            return
        if self.new_name == old:
            self.fail(
                f"Skip computer '{old}' with new name '{self.new_name}' because the new name is the same as the "
                "current name.", "NewNameIsOldName", "InvalidArgument", self.new_name, type_name=_INVALID,
            )  # fmt: skip
            return
        if self.should_process(old, f"Rename-Computer to {self.new_name}"):
            run_program(self, "hostnamectl", "set-hostname", self.new_name)
            if self.pass_thru:
                from remora.modules.common import custom

                done = socket.gethostname() == self.new_name
                self.emit(custom(HasSucceeded=done, NewComputerName=self.new_name, OldComputerName=old))


CMDLETS = (RenameComputer, RestartComputer, StopComputer)

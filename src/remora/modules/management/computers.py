"""Restart-Computer, Stop-Computer, Rename-Computer: this machine, by its own programs."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import custom

_MODULE = "Microsoft.PowerShell.Management"
_INVALID = "System.InvalidOperationException"
_NAME = re.compile(r"(?!\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def run_program(command: Cmdlet, name: str, *words: str) -> bool:
    """Run a program of the system to its end; False after an error: it is missing, or it failed."""
    path = shutil.which(name)
    if path is None:
        command.fail(f"The program '{name}' was not found.", "CommandNotFound", "OperationStopped", type_name=_INVALID)
        return False
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
    return child.returncode == 0


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
    computer_name = Parameter("string", by_property=True, default="localhost", validate=(ValidateNotNullOrEmpty(),))
    domain_credential = Parameter("object", refused=True)
    local_credential = Parameter("object", refused=True)
    force = Parameter("switch")
    pass_thru = Parameter("switch")
    restart = Parameter("switch")
    wsman_authentication = Parameter("string", refused=True)

    def process(self) -> None:
        old = socket.gethostname()
        if self.computer_name.lower() not in ("localhost", ".", old.lower()):
            raise self.throw(self.runtime.not_supported("Rename-Computer -ComputerName with another machine"))
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
            done = run_program(self, "hostnamectl", "set-hostname", self.new_name)
            if self.pass_thru:
                self.emit(custom(HasSucceeded=done, NewComputerName=self.new_name, OldComputerName=old))
            if self.restart and done:
                run_program(self, "shutdown", "-r", "now")


CMDLETS = (RenameComputer, RestartComputer, StopComputer)

"""Start-Process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO, Any

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import ApplicationInfo
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.text.unusable import unusable
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.credentials import credential
from remora.modules.management.process import Process

_GIVEN = (ValidateNotNullOrEmpty(),)
_MODULE = "Microsoft.PowerShell.Management"
_POLL = 0.05
_INVALID = "System.InvalidOperationException"


@cmdlet("Start-Process", aliases=("saps", "start"), default_set="Default", module=_MODULE, should_process=True,
        output_type=("System.Diagnostics.Process",))  # fmt: skip
class StartProcess(Cmdlet):
    """Starts a program, with or without waiting for its end."""

    file_path = Parameter("string", position=0, mandatory=True, aliases=("PSPath", "Path"))
    argument_list = Parameter("string[]", position=1, aliases=("Args",), allow_null=True, allow_empty=True)
    credential = credential(("Default",), aliases=("RunAs",))
    working_directory = Parameter("string", validate=_GIVEN)
    load_user_profile = Parameter("switch", sets=("Default",), aliases=("Lup",), refused=True)
    no_new_window = Parameter("switch", sets=("Default",), aliases=("nnw",))
    pass_thru = Parameter("switch")
    redirect_standard_error = Parameter("string", sets=("Default",), aliases=("RSE",), validate=_GIVEN)
    redirect_standard_input = Parameter("string", sets=("Default",), aliases=("RSI",), validate=_GIVEN)
    redirect_standard_output = Parameter("string", sets=("Default",), aliases=("RSO",), validate=_GIVEN)
    verb = Parameter("string", sets=("UseShellExecute",), validate=_GIVEN)
    window_style = Parameter("System.Diagnostics.ProcessWindowStyle", validate=_GIVEN)
    wait = Parameter("switch")
    use_new_environment = Parameter("switch", sets=("Default",))
    environment = Parameter("hashtable", sets=("Default",))

    def process(self) -> None:
        from remora.engine.cmd.programs import split_arguments

        self._check()
        program = self._program()
        folder = self._folder()
        given = (self.redirect_standard_input, self.redirect_standard_output, self.redirect_standard_error)
        files = self._files(*given)
        line = " ".join(to_text(word) for word in self.argument_list or ())
        if not self.should_process(f"{self.file_path} {line}".rstrip(), "Start-Process"):
            return
        shown = self.session.host.name == "ConsoleHost"
        with ExitStack() as stack:
            streams: list[Any] = [
                stack.enter_context(open(name, "rb" if index == 0 else "wb"))
                if name
                else self._unredirected(index, shown)
                for index, name in enumerate(files)
            ]
            try:
                child = subprocess.Popen(
                    [*program, *split_arguments(line)], stdin=streams[0], stdout=streams[1], stderr=streams[2],
                    cwd=folder, env=self._variables(), start_new_session=True,
                )  # fmt: skip
            except (OSError, ValueError) as problem:
                raise self._cannot_start(unusable(problem)) from None
        self._after(child)

    def _check(self) -> None:
        """What there is on Windows only, and what cannot go together."""
        if self.no_new_window and self.window_style is not None:
            raise self._refuse(
                'Parameters "-NoNewWindow" and "-WindowStyle" cannot be specified at the same time.',
                "InvalidOperationException", "InvalidOperation", _INVALID,
            )  # fmt: skip
        given = {"-Verb": self.verb, "-WindowStyle": self.window_style, "-Credential": self.credential}
        for name, value in given.items():
            if value is not None:
                raise self._refuse(
                    f"The parameter '{name}' is not supported for the cmdlet 'Start-Process' on this edition of "
                    "PowerShell.", "NotSupportedException", "NotImplemented", "System.NotSupportedException",
                )  # fmt: skip

    def _refuse(self, message: str, error_id: str, category: str, type_name: str) -> Exception:
        return self.throw(error(message, error_id, category, type_name=type_name))

    def _program(self) -> Sequence[str]:
        """The words that start it. Raises PSError."""
        if "/" not in self.file_path and "\\" not in self.file_path:
            found = shutil.which(self.file_path)
            if found is not None:
                return (found,)
        path = self.session.file_path(self.file_path)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return (path,)
        if os.path.exists(path):
            opener = shutil.which("xdg-open") or shutil.which("open")
            if opener is not None:
                self.argument_list = [path]  # a document is opened by the desktop's program
                return (opener,)
            raise self._cannot_start("Permission denied")
        command = self.session.find_command(self.file_path)
        if isinstance(command, ApplicationInfo):
            return command.vector
        raise self._cannot_start("No such file or directory")

    def _cannot_start(self, reason: str) -> Exception:
        return self._refuse(
            f"This command cannot be run due to the error: An error occurred trying to start process "
            f"'{self.file_path}' with working directory '{self.session.file_location}'. {reason}",
            "InvalidOperationException", "InvalidOperation", _INVALID,
        )  # fmt: skip

    def _folder(self) -> str | None:
        if self.working_directory is None:
            here = self.session.file_location
            return here if os.path.isdir(here) else None
        folder = self.session.file_path(self.working_directory)
        if not os.path.isdir(folder):
            raise self._refuse(
                'This command cannot be run because either the parameter "WorkingDirectory '
                f'{self.working_directory}" has a value that is not valid or cannot be used with this command. Give a '
                "valid input and Run your command again.", "DirectoryNotFoundException", "InvalidOperation",
                "System.IO.DirectoryNotFoundException",
            )  # fmt: skip
        return folder

    def _files(self, *given: str | None) -> list[str | None]:
        """Files of the three streams; they must differ, and the input must be there."""
        files = [None if name is None else self.session.file_path(name) for name in given]
        if files[0] is not None and not os.path.isfile(files[0]):
            raise self._refuse(
                f'This command cannot be run because either the parameter "RedirectStandardInput \'{given[0]}\'" has a '
                "value that is not valid or cannot be used with this command. Give a valid input and Run your command "
                "again.", "FileNotFoundException", "InvalidOperation", "System.IO.FileNotFoundException",
            )  # fmt: skip
        names = ("RedirectStandardInput", "RedirectStandardOutput", "RedirectStandardError")
        for left, right in ((0, 1), (0, 2), (1, 2)):
            if files[left] is not None and files[left] == files[right]:
                raise self._refuse(
                    f'This command cannot be run because "{names[left]}" and "{names[right]}" are same. Give '
                    "different inputs and Run your command again.", "InvalidOperationException", "InvalidOperation",
                    _INVALID,
                )  # fmt: skip
        return files

    def _unredirected(self, index: int, shown: bool) -> int:
        return subprocess.PIPE if shown and index else subprocess.DEVNULL

    def _variables(self) -> dict[str, str]:
        """The child's environment: this one's, or an empty one, with what -Environment sets and takes away."""
        variables = {} if self.use_new_environment else dict(os.environ)
        for name, value in (self.environment or {}).items():
            if value is None:
                variables.pop(to_text(name), None)
            else:
                variables[to_text(name)] = to_text(value)
        return variables

    def _after(self, child: subprocess.Popen[bytes]) -> None:
        target = Process(psutil.Process(child.pid), child)
        readers = self._show(child)
        if self.wait:
            try:
                while child.poll() is None:
                    self.sleep(_POLL)
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                raise
            for reader in readers:
                reader.join(1)
        else:
            threading.Thread(target=child.wait, daemon=True).start()
        if self.pass_thru:
            self.emit(target)

    def _show(self, child: subprocess.Popen[bytes]) -> list[threading.Thread]:
        """On a console the program's output is seen there."""
        host = self.session.host
        readers = []
        for stream, write in ((child.stdout, host.write_line), (child.stderr, host.write_error_line)):
            if stream is not None:
                reader = threading.Thread(target=_copy_lines, args=(stream, write), daemon=True)
                reader.start()
                readers.append(reader)
        return readers


def _copy_lines(stream: IO[bytes], write: Any) -> None:
    with stream:
        for line in stream:
            write(line.decode("utf-8", "replace").rstrip("\n"))


CMDLETS = (StartProcess,)

"""Start-Job."""

from __future__ import annotations

import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_text
from remora.engine.using import using_values
from remora.engine.validators import ValidateNotNullOrEmpty, Validator
from remora.modules.common import as_list
from remora.modules.core.job import add_job, next_job_id
from remora.modules.management.failures import os_failure, path_not_found
from remora.modules.management.paths import glob

_MODULE = "Microsoft.PowerShell.Core"
_PLAIN = ("ComputerName", "FilePathComputerName", "LiteralFilePathComputerName")


class WindowsPowerShellOnly(Validator):
    """-PSVersion takes 5.1 alone, and that is found on Windows only."""

    def check(self, value: Any) -> None:
        """Refuse every version: there is no Windows PowerShell here."""
        raise error(
            "PSVersion only accepts the value 5.1, for Windows PowerShell, which is not available on this system."
            if (value.major, value.minor) == (5, 1)
            else "Windows PowerShell version 5.1 is the only value that PSVersion accepts.",
            "ParameterBindingFailed",
            "InvalidArgument",
            value,
            type_name="System.ArgumentException",
        )


@cmdlet("Start-Job", aliases=("sajb",), default_set="ComputerName", module=_MODULE,
        output_type=("System.Management.Automation.PSRemotingJob",))  # fmt: skip
class StartJob(Cmdlet):
    """Runs a script block or file in a process of its own."""

    script_block = Parameter(
        "scriptblock", sets={"ComputerName": {"position": 0, "mandatory": True}}, aliases=("Command",)
    )
    file_path = Parameter("string", sets={"FilePathComputerName": {"position": 0, "mandatory": True}})
    literal_path = Parameter(
        "string", sets={"LiteralFilePathComputerName": {"mandatory": True}}, aliases=("PSPath", "LP")
    )
    name = Parameter("string", by_property=True, sets=_PLAIN)
    initialization_script = Parameter("scriptblock", position=1, sets=_PLAIN)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True, sets=_PLAIN)
    input_object = Parameter("psobject", pipeline=True, default=NOTHING, sets=_PLAIN)
    working_directory = Parameter("string", validate=(ValidateNotNullOrEmpty(white_space=True),))
    run_as32 = Parameter("switch", name="RunAs32", sets=_PLAIN)
    ps_version = Parameter("version", name="PSVersion", validate=(WindowsPowerShellOnly(),), sets=_PLAIN)
    credential = Parameter("object", refused=True, sets=_PLAIN)
    authentication = Parameter(
        "System.Management.Automation.Runspaces.AuthenticationMechanism", refused=True, sets=_PLAIN
    )
    definition_name = Parameter("string", sets={"DefinitionName": {"position": 0, "mandatory": True}}, refused=True)
    definition_path = Parameter("string", sets={"DefinitionName": {"position": 1}}, refused=True)
    type_ = Parameter("string", name="Type", sets={"DefinitionName": {"position": 2}}, refused=True)

    def begin(self) -> None:
        self._input: list[Any] = []
        if self.run_as32:
            raise self.throw(
                error(
                    "The -RunAs32 parameter is not supported on this system.",
                    "RunAs32NotSupported",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )
        self._host = self.session.job_host
        if self._host is None:
            raise self.runtime.not_supported("Start-Job in this session")
        context = self.session.context
        if context.visibility is not None and not context.mode.internal:
            raise self.runtime.not_supported("Start-Job in a session of which only some commands are visible")

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._input.append(self.input_object)

    def end(self) -> None:
        script, command = self._script()
        using = using_values(self.session, self.script_block) if self.script_block is not None else {}
        if self.initialization_script is not None:
            using |= using_values(self.session, self.initialization_script)
            script = f". {{\n{self.initialization_script.text}\n}}\n$input | & {{\n{script}\n}} @args"
        number = next_job_id(self.session)
        name = self.name or f"Job{number}"
        location = self.session.file_location
        if self.working_directory is not None:
            location = self.session.file_path(self.working_directory)
            if not os.path.isdir(location):
                raise self.throw(
                    error(
                        f"The directory '{location}' does not exist.",
                        "DirectoryNotFoundException",
                        "InvalidOperation",
                        type_name="System.IO.DirectoryNotFoundException",
                    )
                )
        assert self._host is not None
        try:
            handle = self._host.start(
                script,
                as_list(self.argument_list),
                name,
                input=self._input,
                location=location,
                using=using,
                language=self._language(),
            )
        except OSError as problem:
            raise self.throw(os_failure(problem, location, "JobStartFailed")) from None
        self.emit(add_job(self.session.jobs, name, command, handle, counter=number))

    def _language(self) -> str:
        """What all the code of the job may do: as much as the part of it that may do least."""
        blocks = [block for block in (self.script_block, self.initialization_script) if block is not None]
        modes = [block.mode for block in blocks] or [self.session.context.mode]
        least: str = next((mode for mode in modes if mode.limited), modes[0]).language
        return least

    def _script(self) -> tuple[str, str]:
        """Text to run, and what the job's Command shows."""
        if self.script_block is not None:
            return self.script_block.text, self.script_block.text
        path = self._file()
        try:
            with open_text(path, newline=None) as file:
                text = file.read()
        except OSError as problem:
            raise self.throw(os_failure(problem, path, "JobFileReadError")) from None
        return text, path

    def _file(self) -> str:
        """The script's file: a UNC path goes through the session's path map."""
        given = to_text(self.literal_path if self.literal_path is not None else self.file_path)
        mapped = map_path(self.session, given)
        if mapped is not None:
            return mapped
        try:
            found = [place.path for place in glob(self.session, given)] if self.literal_path is None else []
        except PSError as problem:
            raise self.throw(problem) from None
        path = found[0] if found else self.session.file_path(given)
        if len(found) > 1 or not path.lower().endswith(".ps1"):
            raise self.throw(
                error(
                    "The value of the FilePath parameter must be one path to a Windows PowerShell script file (.ps1)."
                    if len(found) <= 1
                    else "The FilePath parameter resolves to more than one file.",
                    "FilePathShouldPS1Extension" if len(found) <= 1 else "AmbiguousPath",
                    "InvalidArgument",
                    given,
                    type_name="System.ArgumentException",
                )
            )
        if not os.path.isfile(path):
            raise self.throw(path_not_found(path))
        return path


def map_path(session: Any, path: str) -> str | None:
    r"""The local path of a UNC path ``\\server\share\rest`` by the session's map (prefix -> folder); None: no rule."""
    plain = path.replace("\\", "/")
    rules = session.store.get("path map")
    if not plain.startswith("//") or not rules:
        return None
    for prefix in sorted(rules, key=len, reverse=True):
        start = prefix.replace("\\", "/").rstrip("/")
        if plain.lower() == start.lower() or plain.lower().startswith(start.lower() + "/"):
            return os.path.normpath(os.path.join(rules[prefix], plain[len(start) :].lstrip("/")))
    return None


CMDLETS = (StartJob,)

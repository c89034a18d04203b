"""Invoke-Command: a script block here, in sessions, or on other machines. Only the latter two import the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list
from remora.modules.remoting.way import (
    MODULE,
    OTHER_FILE_SETS,
    OTHER_SETS,
    SESSION_TYPE,
    OtherWays,
    WayParameters,
    reaches,
    reaches_otherwise,
)

if TYPE_CHECKING:
    from remora.modules.remoting.remote_invoke import RemoteInvoke

_BLOCK: dict[str, Any] = {"mandatory": True, "position": 1}
_SESSION = ("Session", "FilePathRunspace")
_COMPUTER = ("ComputerName", "FilePathComputerName")
_URI = ("Uri", "FilePathUri")
_REMOTE = (*_COMPUTER, *_SESSION, *_URI, *OTHER_SETS, *OTHER_FILE_SETS)
_THROTTLED = tuple(name for name in _REMOTE if "SSH" not in name)
_JOB_NAMES = (*_SESSION, *_COMPUTER, *_URI, "SSHHost", "SSHHostHashParam", "ContainerId", "FilePathContainerId")
_NAMED_MUST_EXIST = (ValidateNotNullOrEmpty(),)
"""A session that could not be opened is $null: its script must not run here instead."""


@cmdlet("Invoke-Command", aliases=("icm",), default_set="InProcess", module=MODULE)
@reaches_otherwise(positional=("vm_id",), files=True)
@reaches(computers=_COMPUTER, uris=_URI, throttled=_THROTTLED)
class InvokeCommand(WayParameters, OtherWays):
    """Runs a script block or a script file: here, in open sessions, or on other machines."""

    script_block = Parameter(
        "scriptblock",
        aliases=("Command",),
        sets={
            "InProcess": {"position": 0, "mandatory": True},
            **dict.fromkeys(("Session", "ComputerName", "Uri", *OTHER_SETS), _BLOCK),
        },
    )
    file_path = Parameter(
        "string",
        aliases=("PSPath",),
        sets=dict.fromkeys(("FilePathRunspace", "FilePathComputerName", "FilePathUri", *OTHER_FILE_SETS), _BLOCK),
    )
    session_ = Parameter(
        f"{SESSION_TYPE}[]",
        name="Session",
        sets={key: {"position": 0} for key in _SESSION},
        validate=_NAMED_MUST_EXIST,
    )
    computer_name = Parameter(
        "string[]",
        aliases=("Cn",),
        sets={key: {"position": 0} for key in _COMPUTER},
        validate=_NAMED_MUST_EXIST,
    )
    connection_uri = Parameter(
        "string[]",
        aliases=("URI", "CU"),
        sets={key: {"position": 0} for key in _URI},
        validate=_NAMED_MUST_EXIST,
    )
    in_disconnected_session = Parameter("switch", aliases=("Disconnected",), sets=(*_COMPUTER, *_URI))
    session_name = Parameter("string[]", sets=_COMPUTER, validate=_NAMED_MUST_EXIST)
    as_job = Parameter("switch", sets=_REMOTE)
    job_name = Parameter("string", sets=_JOB_NAMES)
    hide_computer_name = Parameter("switch", aliases=("HCN",), sets=_REMOTE)
    remote_debug = Parameter("switch", sets=_REMOTE, refused=True)
    enable_network_access = Parameter("switch", sets=(*_COMPUTER, *_URI))
    no_new_scope = Parameter("switch", sets=("InProcess",))
    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True)

    def begin(self) -> None:
        self._input: list[Any] = []
        self._remote: RemoteInvoke | None = None
        if self.session_ is not None or self.computer_name is not None or self.connection_uri is not None:
            from remora.modules.remoting.remote_invoke import RemoteInvoke

            self._remote = RemoteInvoke(self)

    def process(self) -> None:
        if self._remote is not None:
            self._remote.take(self.input_object)
        elif self.input_object is not NOTHING:
            self._input.append(self.input_object)

    def end(self) -> None:
        if self._remote is not None:
            self._remote.finish()
            return
        self.runtime.invoke_block(
            self.script_block,
            as_list(self.argument_list),
            new_scope=not self.no_new_scope,
            input=self._input,
        )


CMDLETS = (InvokeCommand,)

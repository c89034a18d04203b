"""Invoke-Command: a script block here, in sessions, or on other machines. Only the latter two import the network."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list
from remora.modules.remoting.way import (
    MODULE,
    OTHER_FILE_SETS,
    OTHER_SETS,
    OtherWays,
    WayParameters,
    reaches,
    reaches_otherwise,
)

_BLOCK: dict[str, Any] = {"mandatory": True, "position": 1}
_SESSION = ("Session", "FilePathRunspace")
_COMPUTER = ("ComputerName", "FilePathComputerName")
_URI = ("Uri", "FilePathUri")
_REMOTE = (*_SESSION, *_COMPUTER, *_URI, *OTHER_SETS, *OTHER_FILE_SETS)
_THROTTLED = tuple(name for name in _REMOTE if "SSH" not in name)
_NAMED_MUST_EXIST = (ValidateNotNullOrEmpty(),)
"""A session that could not be opened is $null: its script must not run here instead."""


@cmdlet("Invoke-Command", aliases=("icm",), default_set="InProcess", module=MODULE)
@reaches(computers=_COMPUTER, uris=_URI, throttled=_THROTTLED)
@reaches_otherwise(files=True)
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
        "object[]",
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
    session_name = Parameter("string[]", sets=_COMPUTER)
    as_job = Parameter("switch", sets=_REMOTE, refused=True)
    job_name = Parameter("string", sets=_REMOTE, refused=True)
    hide_computer_name = Parameter("switch", aliases=("HCN",), sets=_REMOTE)
    remote_debug = Parameter("switch", sets=_REMOTE, refused=True)
    enable_network_access = Parameter("switch", sets=(*_COMPUTER, *_URI), refused=True)
    no_new_scope = Parameter("switch", sets=("InProcess",))
    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True)

    def begin(self) -> None:
        self.input_objects: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self.input_objects.append(self.input_object)

    def end(self) -> None:
        if self.session_ is None and self.computer_name is None and self.connection_uri is None:
            self.runtime.invoke_block(
                self.script_block,
                as_list(self.argument_list),
                new_scope=not self.no_new_scope,
                input=self.input_objects,
            )
            return
        from remora.modules.remoting.remote_invoke import RemoteInvoke

        RemoteInvoke(self).run()


CMDLETS = (InvokeCommand,)

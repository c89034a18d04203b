"""Invoke-Command: a script block here, in sessions, or on other machines. Only the latter two import the network."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list
from remora.modules.remoting.way import MODULE, WayParameters

_BLOCK: dict[str, Any] = {"mandatory": True}
_NAMED_MUST_EXIST = (ValidateNotNullOrEmpty(),)
"""A session that could not be opened is $null: its script must not run here instead."""


@cmdlet("Invoke-Command", aliases=("icm",), default_set="InProcess", module=MODULE)
class InvokeCommand(WayParameters):
    """Runs a script block or a script file: here, in open sessions, or on other machines."""

    script_block = Parameter(
        "scriptblock",
        aliases=("Command",),
        sets={
            "InProcess": {"position": 0, "mandatory": True},
            "Session": {**_BLOCK, "position": 1},
            "ComputerName": {**_BLOCK, "position": 1},
            "Uri": {**_BLOCK, "position": 1},
        },
    )
    file_path = Parameter(
        "string",
        aliases=("PSPath",),
        sets={
            "FilePathRunspace": {**_BLOCK, "position": 1},
            "FilePathComputerName": {**_BLOCK, "position": 1},
            "FilePathUri": {**_BLOCK, "position": 1},
        },
    )
    session_ = Parameter(
        "object[]",
        name="Session",
        sets={"Session": {"position": 0}, "FilePathRunspace": {"position": 0}},
        validate=_NAMED_MUST_EXIST,
    )
    computer_name = Parameter(
        "string[]",
        aliases=("Cn",),
        sets={"ComputerName": {"position": 0}, "FilePathComputerName": {"position": 0}},
        validate=_NAMED_MUST_EXIST,
    )
    connection_uri = Parameter(
        "string[]",
        aliases=("URI", "CU"),
        sets={"Uri": {"position": 0}, "FilePathUri": {"position": 0}},
        validate=_NAMED_MUST_EXIST,
    )
    in_disconnected_session = Parameter(
        "switch", aliases=("Disconnected",), sets=("ComputerName", "FilePathComputerName", "Uri", "FilePathUri")
    )
    session_name = Parameter("string[]", sets=("ComputerName", "FilePathComputerName"))
    hide_computer_name = Parameter("switch", aliases=("HCN",))
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

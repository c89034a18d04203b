"""Start-ThreadJob."""

from __future__ import annotations

import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.hosting.blocktask import BlockTask, TaskPool
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_text
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.using import using_values
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list
from remora.modules.core.task_job import thread_job

_DEFAULT_LIMIT = 5


@cmdlet(
    "Start-ThreadJob",
    default_set="ScriptBlock",
    module="ThreadJob",
    class_name="ThreadJob.StartThreadJobCommand",
    output_type=("ThreadJob.ThreadJob",),
)
class StartThreadJob(Cmdlet):
    """Runs a script block or file on a thread of this process."""

    script_block = Parameter("scriptblock", sets={"ScriptBlock": {"position": 0, "mandatory": True}})
    file_path = Parameter(
        "string", sets={"FilePath": {"position": 0, "mandatory": True}}, validate=(ValidateNotNullOrEmpty(),)
    )
    name = Parameter("string", validate=(ValidateNotNullOrEmpty(),))
    initialization_script = Parameter("scriptblock")
    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    argument_list = Parameter("object[]", allow_null=True, allow_empty=True)
    throttle_limit = Parameter("int", default=0, validate=(ValidateRange(1, 1000000),))
    streaming_host = Parameter("object")

    def begin(self) -> None:
        self._input: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._input.append(self.input_object)

    def end(self) -> None:
        block, command = self._block()
        host = getattr(unwrap(self.streaming_host), "context", None) if self.streaming_host is not None else None
        using = using_values(self.session, block)
        if self.initialization_script is not None:
            using |= using_values(self.session, self.initialization_script)
        task = BlockTask(
            self.session.context,
            block,
            arguments=as_list(self.argument_list),
            using=using,
            input=self._input or None,
            initial=self.initialization_script,
            host=host.host if host is not None else None,
        )
        pool = self.session.store.setdefault("thread jobs", TaskPool(_DEFAULT_LIMIT))
        if self.throttle_limit:
            pool.limit = self.throttle_limit
        job = thread_job(self.session, self.name, command, task)
        pool.submit(task)
        self.emit(job)

    def _block(self) -> tuple[ScriptBlock, str]:
        if self.script_block is not None:
            return self.script_block, self.script_block.text
        path = self.session.file_path(self.file_path)
        if not path.lower().endswith(".ps1"):
            raise self.throw(_bad_file(f"The file '{self.file_path}' is not a script file (.ps1)."))
        if not os.path.isfile(path):
            raise self.throw(_bad_file(f"The file '{path}' does not exist."))
        with open_text(path, newline=None) as file:
            text = file.read()
        return self.session.context.make_block(text, path), text


def _bad_file(message: str) -> PSError:
    return error(message, "InvalidFilePath", "InvalidArgument", type_name="System.ArgumentException")


CMDLETS = (StartThreadJob,)

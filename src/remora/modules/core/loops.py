"""ForEach-Object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("ForEach-Object", aliases=("foreach", "%"), default_set="ScriptBlockSet", module=_MODULE, should_process=True,
        confirm_impact="Low")  # fmt: skip
class ForEachObject(Cmdlet):
    """Runs a block for each object, or takes a member of it."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    begin_ = Parameter("scriptblock", name="Begin", sets=("ScriptBlockSet",))
    process_ = Parameter(
        "scriptblock[]",
        name="Process",
        sets={"ScriptBlockSet": {"position": 0, "mandatory": True}},
        allow_null=True,
        allow_empty=True,
    )
    end_ = Parameter("scriptblock", name="End", sets=("ScriptBlockSet",))
    remaining_scripts = Parameter(
        "scriptblock[]", sets={"ScriptBlockSet": {"remaining": True}}, allow_empty=True, allow_null=True
    )
    member_name = Parameter(
        "string",
        sets={"PropertyAndMethodSet": {"position": 0, "mandatory": True}},
        validate=(ValidateNotNullOrEmpty(),),
    )
    argument_list = Parameter("object[]", sets={"PropertyAndMethodSet": {"remaining": True}}, aliases=("Args",))
    parallel = Parameter("scriptblock", sets={"ParallelParameterSet": {"mandatory": True}})
    throttle_limit = Parameter(
        "int", sets=("ParallelParameterSet",), default=5, validate=(ValidateRange(1, 2147483647),)
    )
    timeout_seconds = Parameter("int", sets=("ParallelParameterSet",), default=0, validate=(ValidateRange(0, 2147483),))
    as_job = Parameter("switch", sets=("ParallelParameterSet",))
    use_new_runspace = Parameter("switch", sets=("ParallelParameterSet",))

    def begin(self) -> None:
        if self.parallel is not None:
            from remora.modules.core.parallel import ParallelRun

            self._parallel = ParallelRun(self)
            return
        self._blocks: list[Callable[[Any], None]] = []
        self._last: Callable[[Any], None] | None = None
        if self.member_name is not None:
            from remora.modules.core.member_access import MemberAccess

            self._member = MemberAccess(self, self.member_name, self.argument_list)
            return
        if self.runtime.what_if or self.runtime.confirm:
            raise self.throw(_no_question())
        blocks = [block for block in [*as_list(self.process_), *as_list(self.remaining_scripts)] if block is not None]
        first, last = self.begin_, self.end_
        if len(blocks) > 1 and first is None:
            first = blocks.pop(0)
        if len(blocks) > 1 and last is None:
            last = blocks.pop()
        self._blocks = [self.runtime.item_runner(block) for block in blocks]
        self._last = self.runtime.item_runner(last) if last is not None else None
        if len(self._blocks) == 1:
            self._only = self._blocks[0]
        if first is not None:
            self.runtime.item_runner(first)(None)

    def process(self) -> None:
        value = self.input_object
        if self.parallel is not None:
            if value is not NOTHING:
                self._parallel.take(value)
            return
        if self.member_name is not None:
            self._member(None if value is NOTHING else value)
            return
        if value is NOTHING:
            value = None
        for run in self._blocks:
            run(value)

    def end(self) -> None:
        if self.parallel is not None:
            self._parallel.finish()
        elif self._last is not None:
            self._last(None)

    def dispose(self) -> None:
        running = self.__dict__.get("_parallel")
        if running is not None:
            running.stop()


def _no_question() -> PSError:
    return error(
        "The -WhatIf and -Confirm parameters are not supported for script blocks.",
        "NoShouldProcessForScriptBlockSet",
        "InvalidOperation",
        type_name="System.InvalidOperationException",
    )


CMDLETS = (ForEachObject,)

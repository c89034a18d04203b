"""New-Module and Export-ModuleMember."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.invoke import run_block
from remora.engine.module.custom import as_custom_object
from remora.engine.module.exports import EVERYTHING, Importer, ImportRequest, export_members
from remora.engine.module.info import PSModuleInfo, dynamic_module
from remora.engine.scriptblock import ScriptBlock
from remora.engine.validators import ValidateNotNull
from remora.modules.common import as_list
from remora.modules.core.module_common import MODULE, report


@cmdlet("New-Module", aliases=("nmo",), default_set="ScriptBlock", module=MODULE,
        output_type=("System.Management.Automation.PSModuleInfo",))  # fmt: skip
class NewModule(Cmdlet):
    """Makes a module of a script block that lives in memory only."""

    name = Parameter("string", position=0, mandatory=True, pipeline=True, sets=("Name",))
    script_block = Parameter(
        "scriptblock", mandatory=True, sets={"Name": {"position": 1}, "ScriptBlock": {"position": 0}}
    )
    function = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    cmdlet = Parameter("string[]", allow_empty=True, validate=(ValidateNotNull(),))
    return_result = Parameter("switch")
    as_custom_object = Parameter("switch")
    argument_list = Parameter("object[]", remaining=True, aliases=("Args",), allow_null=True, allow_empty=True)

    def process(self) -> None:
        frame = self.runtime.frame
        context = frame.context
        module = dynamic_module(context, self.name or "")
        module.text = self.script_block.text
        block = ScriptBlock(self.script_block.code, context, module.session)
        results: list[Any] = []
        try:
            run_block(frame, block, as_list(self.argument_list), results.append, self.runtime.pipes, new_scope=False)
        except PSError as problem:
            report(self, problem)
            return
        if not module.exported:
            functions = EVERYTHING if self.function is None else self.function
            export_members(module, functions=functions, cmdlets=self.cmdlet or EVERYTHING, say=self.write_verbose)
        if self.as_custom_object:
            self.emit(as_custom_object(module))
            return
        own = frame.scope.session
        request = ImportRequest(check_names=False)
        Importer(context, own, frame.scope, request, say=self.write_verbose).run(module, "")
        if self.return_result:
            self.emit_all(results)
        else:
            self.emit(module)


@cmdlet("Export-ModuleMember", module=MODULE)
class ExportModuleMember(Cmdlet):
    """Says which members of a module are for those who import it."""

    function = Parameter("string[]", position=0, pipeline=True, by_property=True, allow_empty=True)
    cmdlet = Parameter("string[]", by_property=True, allow_empty=True)
    variable = Parameter("string[]", by_property=True, allow_empty=True, validate=(ValidateNotNull(),))
    alias = Parameter("string[]", by_property=True, allow_empty=True, validate=(ValidateNotNull(),))

    def process(self) -> None:
        module: PSModuleInfo | None = self.session.scope.session.module
        if module is None:
            raise self.throw(
                error(
                    "The Export-ModuleMember cmdlet can only be called from inside a module.",
                    "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
                    "PermissionDenied",
                    type_name="System.InvalidOperationException",
                )
            )
        export_members(
            module,
            functions=self.function,
            cmdlets=self.cmdlet,
            aliases=self.alias,
            variables=self.variable,
            say=self.write_verbose,
        )


CMDLETS = (ExportModuleMember, NewModule)

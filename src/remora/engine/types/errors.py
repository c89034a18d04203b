"""Members of exceptions, error records, stream records and invocation info; exceptions from Python's errors."""

from __future__ import annotations

import errno
from typing import Any

from remora.engine import records
from remora.engine.errors import CategoryInfo, ErrorRecord
from remora.engine.exception_types import DEFAULT_MESSAGES, EXCEPTION, NetException, exception, exception_type
from remora.engine.invocation import InvocationInfo
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.tables import Hashtable

_ERRNO = {
    errno.ENOENT: "System.IO.FileNotFoundException",
    errno.ENOTDIR: "System.IO.DirectoryNotFoundException",
    errno.EACCES: "System.UnauthorizedAccessException",
    errno.EPERM: "System.UnauthorizedAccessException",
    errno.ENAMETOOLONG: "System.IO.PathTooLongException",
}


def io_exception(problem: OSError) -> NetException:
    """The .NET exception of a Python OSError, by errno."""
    name = str(problem.filename) if problem.filename is not None else ""
    kind = _ERRNO.get(problem.errno or 0, "System.IO.IOException")
    message = {
        "System.IO.FileNotFoundException": f"Could not find file '{name}'.",
        "System.IO.DirectoryNotFoundException": f"Could not find a part of the path '{name}'.",
        "System.UnauthorizedAccessException": f"Access to the path '{name}' is denied.",
    }.get(kind, f"{problem.strerror or problem}{f' : {name!r}' if name else ''}")
    return exception(message, kind)


# argument exceptions whose constructors take the parameter's name, then the message
_NAME_FIRST = frozenset(("System.ArgumentNullException", "System.ArgumentOutOfRangeException"))


def construct_exception(kind: NetType, arguments: list[Any]) -> NetException:
    """``[Exception]::new(message, inner)``; argument exceptions take the parameter's name too."""
    from remora.engine.convert.text import to_text

    message = DEFAULT_MESSAGES.get(kind.name) or f"Exception of type '{kind.name}' was thrown."
    inner = None
    rest = list(arguments)
    if kind.name in _NAME_FIRST and rest and not (len(rest) == 2 and isinstance(rest[1], NetException)):
        rest = [rest[1] if len(rest) > 1 else message, rest[0]]
    if rest:
        message = to_text(rest.pop(0))
    if rest and isinstance(rest[-1], NetException):
        inner = rest.pop()
    made = NetException(kind, message, inner=inner)
    if rest and rest[0] and kind.is_a("System.ArgumentException") and isinstance(rest[0], str):
        made.message = f"{message} (Parameter '{rest[0]}')"
        made.properties["ParamName"] = rest[0]
    return made


class ErrorDetailsView(NetObject):
    """ErrorRecord.ErrorDetails."""

    __slots__ = ("record",)
    net_type = NetType("System.Management.Automation.ErrorDetails", OBJECT)

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record

    def net_text(self) -> str:
        return self.record.details or ""


def _exceptions() -> None:
    e = EXCEPTION
    e.property("TargetSite")(lambda x: None)
    e.property("Message", "System.String")(lambda x: x.message)
    e.property("Data")(_data)
    e.property("InnerException")(lambda x: x.inner)
    e.property("HelpLink", "System.String")(lambda x: x.properties.get("HelpLink"))
    e.setter("HelpLink")(lambda x, link: x.properties.update(HelpLink=link))
    e.property("Source", "System.String")(lambda x: x.source)
    e.setter("Source")(lambda x, source: setattr(x, "source", source))
    e.property("HResult", "System.Int32")(lambda x: x.hresult)
    e.property("StackTrace", "System.String")(lambda x: x.stack_trace)
    for name in ("RuntimeException", "PSInvalidCastException"):
        exception_type(f"System.Management.Automation.{name}").property("ErrorRecord", wire=False)(_record_of)
    thrown = exception_type("System.Management.Automation.RuntimeException")
    thrown.property("WasThrownFromThrowStatement", "System.Boolean", wire=False, hidden=True)(lambda x: x.thrown)
    e.method("GetBaseException()")(_base)
    e.method("ToString()", returns="string")(lambda x: x.net_text())


def _data(exc: NetException) -> Any:
    found = exc.properties.get("Data")
    if not isinstance(found, Hashtable):
        found = exc.properties["Data"] = Hashtable()
    return found


def _record_of(exc: NetException) -> Any:
    if exc.error_record is None:
        exc.error_record = ErrorRecord(exc, exc.short_name)
    return exc.error_record


def _base(exc: NetException) -> NetException:
    while exc.inner is not None:
        exc = exc.inner
    return exc


def _category(record: ErrorRecord) -> CategoryInfo:
    from remora.engine.wire.records import category_info

    return category_info(record)


def _error_records() -> None:
    r = ErrorRecord.net_type
    r.property("PSMessageDetails", kind="ScriptProperty", wire=False)(lambda x: None)
    r.property("Exception")(lambda x: x.exception)
    r.property("TargetObject")(lambda x: x.target)
    r.property("CategoryInfo")(_category)
    r.property("FullyQualifiedErrorId", "System.String")(lambda x: x.fully_qualified_id)
    r.property("ErrorDetails")(
        lambda x: None if x.details is None and x.recommended_action is None else ErrorDetailsView(x)
    )
    r.setter("ErrorDetails")(_set_details)
    r.property("InvocationInfo")(lambda x: x.invocation)
    r.property("ScriptStackTrace", "System.String")(lambda x: x.script_stack)
    r.property("PipelineIterationInfo")(lambda x: [])
    r.method("ToString()", returns="string")(lambda x: x.message)
    r.constructor("(exception, string, System.Management.Automation.ErrorCategory, object)")(
        lambda exc, id, category, target: ErrorRecord(exc, id or "", category.name, target)
    )
    d = ErrorDetailsView.net_type
    d.property("Message", "System.String")(lambda v: v.record.details)
    d.property("RecommendedAction", "System.String")(lambda v: v.record.recommended_action)
    d.constructor("(string)")(_details)
    c = CategoryInfo.net_type
    for name in ("Category", "Activity", "Reason", "TargetName", "TargetType"):
        field = {
            "Category": "category",
            "Activity": "activity",
            "Reason": "reason",
            "TargetName": "target_name",
            "TargetType": "target_type",
        }[name]
        c.property(name)(_FIELDS[field])
    c.method("GetMessage()", returns="string")(lambda x: x.net_text())


_FIELDS = {
    "category": lambda x: x.category,
    "activity": lambda x: x.activity,
    "reason": lambda x: x.reason,
    "target_name": lambda x: x.target_name,
    "target_type": lambda x: x.target_type,
}


def _color(number: int | None) -> Any:
    from remora.engine.convert.conversion import convert_to

    return None if number is None else convert_to(number, "System.ConsoleColor")


def _details(message: str) -> ErrorDetailsView:
    record = ErrorRecord(exception(message), "")
    record.details = message
    return ErrorDetailsView(record)


def _set_details(record: ErrorRecord, value: Any) -> None:
    record.details = value.record.details if isinstance(value, ErrorDetailsView) else None


def _invocation() -> None:
    i = InvocationInfo.net_type
    i.property("MyCommand")(lambda x: x.command)
    i.property("BoundParameters")(lambda x: Hashtable(x.bound))
    i.property("UnboundArguments")(lambda x: list(x.unbound))
    i.property("ScriptLineNumber", "System.Int32")(lambda x: x.line_number)
    i.property("OffsetInLine", "System.Int32")(lambda x: x.offset)
    i.property("HistoryId", "System.Int64")(lambda x: Int64(x.history_id))
    i.property("ScriptName", "System.String")(lambda x: x.script_name)
    i.property("Line", "System.String")(lambda x: x.line)
    i.property("Statement", "System.String")(lambda x: x.extent.text if x.extent is not None else "")
    i.property("PositionMessage", "System.String")(lambda x: x.position_message())
    i.property("PSScriptRoot", "System.String")(lambda x: x.script_name.rpartition("/")[0])
    i.property("PSCommandPath", "System.String")(lambda x: x.script_name)
    i.property("InvocationName", "System.String")(lambda x: x.invocation_name)
    i.property("PipelineLength", "System.Int32")(lambda x: x.pipeline_length)
    i.property("PipelinePosition", "System.Int32")(lambda x: x.pipeline_position)
    i.property("ExpectingInput", "System.Boolean")(lambda x: x.expecting_input)


def _streams() -> None:
    base = records.InformationalRecord.net_type
    base.property("Message", "System.String")(lambda x: x.message)
    base.property("InvocationInfo")(lambda x: x.invocation)
    records.WarningRecord.net_type.property("FullyQualifiedWarningId", "System.String")(lambda x: x.warning_id)
    h = records.HostInformationMessage.net_type
    h.property("Message", "System.String")(lambda x: x.message)
    h.property("NoNewLine")(lambda x: x.no_new_line)
    h.property("ForegroundColor", "System.ConsoleColor")(lambda x: _color(x.foreground))
    h.property("BackgroundColor", "System.ConsoleColor")(lambda x: _color(x.background))
    i = records.InformationRecord.net_type
    i.property("MessageData")(lambda x: x.message_data)
    i.property("Source", "System.String")(lambda x: x.source)
    i.property("TimeGenerated")(lambda x: x.time)
    i.property("Tags")(lambda x: list(x.tags))
    i.property("User", "System.String")(lambda x: x.user)
    i.property("Computer", "System.String")(lambda x: x.computer)
    i.property("ProcessId")(lambda x: x.process_id)
    p = records.ProgressRecord.net_type
    p.property("Activity", "System.String")(lambda x: x.activity)
    p.property("ActivityId", "System.Int32")(lambda x: x.activity_id)
    p.property("StatusDescription", "System.String")(lambda x: x.status_description)
    p.property("CurrentOperation", "System.String")(lambda x: x.current_operation)
    p.property("ParentActivityId", "System.Int32")(lambda x: x.parent_activity_id)
    p.property("PercentComplete", "System.Int32")(lambda x: x.percent_complete)
    p.property("SecondsRemaining", "System.Int32")(lambda x: x.seconds_remaining)
    p.property("RecordType")(lambda x: "Completed" if x.record_type else "Processing")


def _blocks() -> None:
    b = ScriptBlock.net_type
    b.property("File", "System.String")(lambda x: x.file)
    b.property("Ast", wire=False)(_ast)
    b.property("IsFilter", "System.Boolean")(lambda x: x.code.node.is_filter)
    b.property("Module", wire=False)(lambda x: x.session.module if x.session is not None else None)
    b.property("StartPosition", wire=False)(lambda x: None)
    b.method("Invoke(*object)")(_invoke)
    b.method("InvokeReturnAsIs(*object)")(_invoke_as_is)
    b.method("CheckRestrictedLanguage(object, object, bool)", returns="void")(_check_restricted)
    b.method("GetNewClosure()")(lambda x: x.new_closure())
    b.static("Create(string)")(_create)


def _ast(block: ScriptBlock) -> Any:
    if block.code.tree is None:
        from remora.engine.syntax.build import tree_of_code

        block.code.tree = tree_of_code(block.code)
    return block.code.tree


def _check_restricted(block: ScriptBlock, commands: Any, variables: Any, env: bool) -> None:
    from remora.engine.compile import parse_failure
    from remora.engine.convert.text import to_text
    from remora.engine.parser.restricted import check_errors

    names = [None if given is None else [to_text(one) for one in given] for given in (commands, variables)]
    errors = check_errors(block.code.node, names[0], names[1], env=env)
    if errors:
        errors[0].others = tuple(errors[1:])
        raise parse_failure(errors[0])


def _invoke(block: ScriptBlock, *arguments: Any) -> Any:
    from remora.values.collections import GenericList

    return GenericList(block.invoke(*arguments), "System.Management.Automation.PSObject")


def _invoke_as_is(block: ScriptBlock, *arguments: Any) -> Any:
    from remora.engine.nothing import collected

    return collected(block.invoke(*arguments))


def _create(text: str) -> Any:
    from remora.engine.context import current

    return current().make_block(text)


def register_types() -> None:
    """Make the record types constructible by name."""
    register(
        ErrorRecord.net_type,
        ErrorDetailsView.net_type,
        CategoryInfo.net_type,
        ScriptBlock.net_type,
        InvocationInfo.net_type,
    )
    register(
        records.InformationRecord.net_type, records.HostInformationMessage.net_type, records.WarningRecord.net_type
    )
    register(records.ProgressRecord.net_type, records.VerboseRecord.net_type, records.DebugRecord.net_type)


_exceptions()
_error_records()
_invocation()
_streams()
_blocks()

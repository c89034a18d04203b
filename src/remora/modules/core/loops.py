"""ForEach-Object and Where-Object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import is_true
from remora.engine.errors import error
from remora.engine.format.access import ABSENT, find
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import comparison, contains
from remora.engine.operators.text import is_instance, like, match, type_operand
from remora.engine.validators import ValidateRange
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher, names

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
    member_name = Parameter("string", sets={"PropertyAndMethodSet": {"position": 0, "mandatory": True}})
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


_OPERATORS = (
    "EQ", "CEQ", "NE", "CNE", "GT", "CGT", "LT", "CLT", "GE", "CGE", "LE", "CLE", "Like", "CLike", "NotLike",
    "CNotLike", "Match",
    "CMatch", "NotMatch", "CNotMatch", "Contains", "CContains", "NotContains", "CNotContains", "In", "CIn", "NotIn",
    "CNotIn", "Is",
    "IsNot",
)  # fmt: skip


class _Comparisons(Cmdlet):
    """The operator switches; each insensitive one has a form with I in front."""

    eq = Parameter("switch", name="EQ", aliases=("IEQ",), sets=("EqualSet",))
    ceq = Parameter("switch", name="CEQ", sets=("EqualSet",))
    ne = Parameter("switch", name="NE", aliases=("INE",), sets=("EqualSet",))
    cne = Parameter("switch", name="CNE", sets=("EqualSet",))
    gt = Parameter("switch", name="GT", aliases=("IGT",), sets=("EqualSet",))
    cgt = Parameter("switch", name="CGT", sets=("EqualSet",))
    lt = Parameter("switch", name="LT", aliases=("ILT",), sets=("EqualSet",))
    clt = Parameter("switch", name="CLT", sets=("EqualSet",))
    ge = Parameter("switch", name="GE", aliases=("IGE",), sets=("EqualSet",))
    cge = Parameter("switch", name="CGE", sets=("EqualSet",))
    le = Parameter("switch", name="LE", aliases=("ILE",), sets=("EqualSet",))
    cle = Parameter("switch", name="CLE", sets=("EqualSet",))
    like = Parameter("switch", aliases=("ILike",), sets=("EqualSet",))
    clike = Parameter("switch", name="CLike", sets=("EqualSet",))
    not_like = Parameter("switch", aliases=("INotLike",), sets=("EqualSet",))
    cnotlike = Parameter("switch", name="CNotLike", sets=("EqualSet",))
    match = Parameter("switch", aliases=("IMatch",), sets=("EqualSet",))
    cmatch = Parameter("switch", name="CMatch", sets=("EqualSet",))
    not_match = Parameter("switch", aliases=("INotMatch",), sets=("EqualSet",))
    cnotmatch = Parameter("switch", name="CNotMatch", sets=("EqualSet",))
    contains = Parameter("switch", aliases=("IContains",), sets=("EqualSet",))
    ccontains = Parameter("switch", name="CContains", sets=("EqualSet",))
    not_contains = Parameter("switch", aliases=("INotContains",), sets=("EqualSet",))
    cnotcontains = Parameter("switch", name="CNotContains", sets=("EqualSet",))
    in_ = Parameter("switch", name="In", aliases=("IIn",), sets=("EqualSet",))
    cin = Parameter("switch", name="CIn", sets=("EqualSet",))
    not_in = Parameter("switch", aliases=("INotIn",), sets=("EqualSet",))
    cnotin = Parameter("switch", name="CNotIn", sets=("EqualSet",))
    is_ = Parameter("switch", name="Is", sets=("EqualSet",))
    is_not = Parameter("switch", sets=("EqualSet",))
    not_ = Parameter("switch", name="Not", sets=("EqualSet",))


@cmdlet("Where-Object", aliases=("where", "?"), default_set="ScriptBlockSet", module=_MODULE)
class WhereObject(_Comparisons):
    """Lets objects through that a block or a comparison finds true."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    filter_script = Parameter("scriptblock", sets={"ScriptBlockSet": {"position": 0, "mandatory": True}})
    property = Parameter("string", sets={"EqualSet": {"position": 0, "mandatory": True}})
    value = Parameter("object", sets={"EqualSet": {"position": 1}}, allow_null=True)

    def begin(self) -> None:
        if self.filter_script is not None:
            self._test = self.runtime.item_predicate(self.filter_script)
        else:
            self._test = self._comparison()

    def process(self) -> None:
        value = self.input_object
        if value is not NOTHING and self._test(value):
            self.emit(value)

    def _comparison(self) -> Callable[[Any], bool]:
        chosen = next((name for name in _OPERATORS if name in self.bound), None)
        name, right = self.property, self.value
        if chosen is None:
            if "Value" in self.bound:
                raise self.throw(_no_operator())
            negate = bool(self.not_)
            return lambda item: is_true(_read(item, name)) != negate
        operator = _operator(chosen.lower())
        return lambda item: is_true(operator(_read(item, name), right))


def _operator(name: str) -> Callable[[Any, Any], Any]:
    """The operator behind a switch: ``eq``, ``cnotlike``, ``is`` ..."""
    if name in ("is", "isnot"):
        return lambda left, right: is_instance(left, type_operand(right)) == (name == "is")
    sensitive = name.startswith("c") and name[1:] in _WORDS
    plain = name[1:] if sensitive else name
    if plain in ("eq", "ne", "gt", "lt", "ge", "le"):
        return comparison(name)
    negate = plain.startswith("not")
    base = plain.removeprefix("not")
    if base == "like":
        return lambda left, right: like(left, right, not sensitive, negate)
    if base == "match":
        return lambda left, right: match(left, right, not sensitive, negate, lambda table: None)
    if base == "contains":
        return lambda left, right: contains(left, right, not sensitive) != negate
    return lambda left, right: contains(right, left, not sensitive) != negate


_WORDS = frozenset(
    ["eq", "ne", "gt", "lt", "ge", "le", "like", "notlike", "match", "notmatch", "contains", "notcontains", "in",
    "notin"]
)  # fmt: skip


def _read(item: Any, name: str) -> Any:
    if has_wildcard(name):
        test = matcher([name])
        return next((find(item, known) for known in names(item) if test(known)), None)
    found = find(item, name)
    return None if found is ABSENT else found


def _no_operator() -> Any:
    return error(
        "The specified operator requires both the -Property and -Value parameters. Supply values for both "
        "parameters, and then try "
        "the command again.",
        "OperatorNotSpecified",
        "InvalidArgument",
        type_name="System.Management.Automation.PSArgumentException",
    )


CMDLETS = (ForEachObject, WhereObject)

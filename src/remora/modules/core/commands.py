"""Get-Command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo, CommandInfo
from remora.engine.convert import to_text
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.module.specification import ModuleSpecification
from remora.engine.types.registry import type_names
from remora.engine.types.typeref import find_type
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher, not_found
from remora.modules.core.command_search import (
    abbreviates,
    all_programs,
    distance,
    files_matching,
    kinds_of,
    module_commands,
    programs_named,
)
from remora.modules.core.command_view import show_command, syntax_of, with_arguments
from remora.modules.core.module_common import SPECIFICATIONS
from remora.values import PSObject

_MODULE = "Microsoft.PowerShell.Core"
_KINDS = "System.Management.Automation.CommandTypes"
_LISTED = frozenset(("cmdlet", "function", "filter", "alias"))
_ORDER = {"alias": 0, "function": 1, "filter": 1, "cmdlet": 2}


@cmdlet("Get-Command", aliases=("gcm",), default_set="CmdletSet", module=_MODULE,
        output_type=("System.Management.Automation.AliasInfo", "System.Management.Automation.ApplicationInfo",
                     "System.Management.Automation.FunctionInfo", "System.Management.Automation.CmdletInfo",
                     "System.Management.Automation.ExternalScriptInfo", "System.Management.Automation.FilterInfo",
                     "System.String", "System.Management.Automation.PSObject"))  # fmt: skip
class GetCommand(Cmdlet):
    """Shows commands: cmdlets, functions, aliases, scripts and programs."""

    name = Parameter(
        "string[]",
        sets={"AllCommandSet": {"position": 0, "pipeline": True, "by_property": True}},
        validate=(ValidateNotNullOrEmpty(),),
    )
    verb = Parameter("string[]", sets={"CmdletSet": {"by_property": True}})
    noun = Parameter("string[]", sets={"CmdletSet": {"by_property": True}})
    module = Parameter("string[]", by_property=True, aliases=("PSSnapin",))
    fully_qualified_module = Parameter(SPECIFICATIONS, by_property=True)
    exclude_module = Parameter("string[]")
    command_type = Parameter(_KINDS, sets={"AllCommandSet": {"by_property": True}}, aliases=("Type",))
    total_count = Parameter("int", by_property=True, default=-1)
    syntax = Parameter("switch", by_property=True)
    show_command_info = Parameter("switch")
    argument_list = Parameter(
        "object[]", position=1, remaining=True, aliases=("Args",), allow_null=True, allow_empty=True
    )
    all_ = Parameter("switch", name="All", by_property=True)
    list_imported = Parameter("switch", by_property=True)
    parameter_name = Parameter("string[]", validate=(ValidateNotNullOrEmpty(),))
    parameter_type = Parameter("object[]", validate=(ValidateNotNullOrEmpty(),))
    use_fuzzy_matching = Parameter("switch", sets=("AllCommandSet",))
    fuzzy_minimum_distance = Parameter("uint32", sets=("AllCommandSet",), default=5)
    use_abbreviation_expansion = Parameter("switch", sets={"AllCommandSet": {"by_property": True}})

    def begin(self) -> None:
        self._left = self.total_count if self.total_count >= 0 else None
        self._types = kinds_of(self.command_type)
        self._of_module = matcher(self.module)
        self._excluded = matcher(self.exclude_module) if self.exclude_module else None
        self._near: list[tuple[int, CommandInfo]] = []

    def process(self) -> None:
        if self.name is not None:
            for pattern in self.name:
                self._by_name(pattern)
            return
        verbs, nouns = matcher(self.verb), matcher(self.noun)
        for found in self._everything(self._types or _LISTED, *(self.noun or self.verb or ["*"])):
            verb, _, noun = found.name.partition("-")
            if (self.verb is None and self.noun is None) or (noun and verbs(verb) and nouns(noun)):
                self._out(found)

    def end(self) -> None:
        for away, found in sorted(self._near, key=lambda pair: (pair[0], pair[1].name.lower())):
            self._out(found, away)

    def _by_name(self, pattern: str) -> None:
        if self.use_fuzzy_matching:
            for found in self._everything(self._types or {*_LISTED, "application"}):
                away = distance(pattern, found.name)
                if away <= self.fuzzy_minimum_distance:
                    self._near.append((away, found))
            return
        if self.use_abbreviation_expansion and not has_wildcard(pattern):
            for found in self._everything(self._types or _LISTED):
                if abbreviates(pattern, found.name):
                    self._out(found)
        elif has_wildcard(pattern):
            self._by_pattern(pattern)
        else:
            self._exactly(pattern)

    def _by_pattern(self, pattern: str) -> None:
        if "/" in pattern or pattern.startswith((".\\", "..\\")):
            for found in self._shown(files_matching(self.session, pattern)):
                if not self._types or found.command_type.lower() in self._types:
                    self._out(found)
            return
        module, separator, bare = pattern.rpartition("\\")
        test = matcher([bare])
        for found in self._everything(self._types or {*_LISTED, "application"}):
            if test(found.name) and (not separator or found.module.lower() == module.lower()):
                self._out(found)

    def _exactly(self, name: str) -> None:
        found = [one for one in self._exact(name) if not self._types or one.command_type.lower() in self._types]
        if self.module is not None or self.fully_qualified_module is not None:
            found = [one for one in found if self._wanted(one)]
        for one in found if self.all_ else found[:1]:
            self._out(one)
        if not found:
            self.write_error(
                not_found(
                    f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or "
                    "executable program.\nCheck the spelling of the name, or if a path was included, verify that the "
                    "path is correct and try again.",
                    "CommandNotFoundException",
                    name,
                    "System.Management.Automation.CommandNotFoundException",
                ).record
            )

    def _exact(self, name: str) -> list[CommandInfo]:
        """Everything of that name in order of precedence: alias, function, cmdlet, script, program."""
        folded, session = name.lower(), self.session
        context = session.context
        tables: tuple[Mapping[str, CommandInfo], ...] = (session.aliases(), session.functions())
        found: list[CommandInfo] = [table[folded] for table in tables if folded in table]
        known = context.commands.find(name)
        if known is not None:
            found.append(known)
        first = context.resolver.find(name, session.scope)
        if first is not None and not found:
            found.append(first)
        if self.all_ or self._types:
            found.extend(
                one for one in programs_named(name, self.session) if one.definition not in {f.definition for f in found}
            )
        if not found and not self.list_imported:
            loaded = context.resolver.from_module(name, session.scope)
            found.extend([loaded] if loaded is not None else [])
        return list(self._shown(found))

    def _shown(self, found: Iterable[CommandInfo]) -> Iterator[CommandInfo]:
        """Those that the session shows its users, as it shows them."""
        for one in found:
            shown = self.session.context.resolver.shown(one)
            if shown is not None:
                yield shown

    def _everything(self, kinds: frozenset[str] | set[str], *hints: str) -> Iterator[CommandInfo]:
        found: list[CommandInfo] = []
        session = self.session
        if "alias" in kinds:
            found.extend(session.aliases().values())
        if kinds & {"function", "filter"}:
            found.extend(one for one in session.functions().values() if one.command_type.lower() in kinds)
        limited = session.context.visibility is not None
        if "cmdlet" in kinds or ("function" in kinds and limited):  # cmdlets with fewer parameters are functions there
            found.extend(session.cmdlets())
        if not self.list_imported:
            seen = {(one.command_type, one.name.lower()) for one in found}
            found.extend(
                one
                for one in module_commands(session.context)
                if one.command_type.lower() in kinds and (one.command_type, one.name.lower()) not in seen
            )
        shown = [one for one in self._shown(found) if one.command_type.lower() in kinds]
        yield from sorted(shown, key=lambda one: (_ORDER[one.command_type.lower()], one.name.lower()))
        if "application" in kinds and self.module is None:
            yield from self._shown(all_programs(self.session))

    def _wanted(self, found: CommandInfo) -> bool:
        """Tell whether the command comes from the modules asked for."""
        if not self._of_module(found.module) or (self._excluded is not None and self._excluded(found.module)):
            return False
        if self.fully_qualified_module is None:
            return True
        specifications = [ModuleSpecification.of(one) for one in self.fully_qualified_module]
        module = found.owner
        return any(
            one.name.lower() == found.module.lower()
            and (one.accepts(module) if module is not None else found.version and one.accepts_version(found.version))
            for one in specifications
        )

    def _out(self, found: CommandInfo, score: int | None = None) -> None:
        """score: of a name that comes close; the command shows it."""
        if not self._wanted(found) or (self._left is not None and self._left <= 0):
            return
        try:
            if self.argument_list is not None:
                found = with_arguments(self.session, found, as_list(self.argument_list))
            if (self.parameter_name is not None or self.parameter_type is not None) and not self._has_parameter(found):
                return
        except PSError as problem:
            self.write_error(_metadata_error(found, problem))
            return
        if self._left is not None:
            self._left -= 1
        if self.syntax:
            target = self.session.find_command(found.target) if isinstance(found, AliasInfo) else found
            self.emit("" if target is None else syntax_of(target, found.name))
        elif score is not None:
            self.emit(PSObject(list(type_names(found)), base=found, extended={"Score": score}))
        elif self.show_command_info:
            self.emit(show_command(found))
        else:
            self.emit(found)

    def _has_parameter(self, found: CommandInfo) -> bool:
        target = self.session.find_command(found.target) if isinstance(found, AliasInfo) else found
        try:
            metadata = target.metadata() if target is not None else None
        except PSError:
            return False
        if metadata is None:
            return False
        wanted = matcher(self.parameter_name)
        types = {_type_name(one).lower() for one in as_list(self.parameter_type)}
        for parameter in metadata.all():
            named = any(wanted(name) for name in (parameter.name, *parameter.aliases))
            if named and (not types or parameter.type.name.lower() in types):
                return True
        return False


def _type_name(value: Any) -> str:
    """Full name of a type given as a type or a name."""
    text = to_text(value).strip("[]")
    known = find_type(text)
    return known.name if known is not None else text


def _metadata_error(found: CommandInfo, problem: PSError) -> ErrorRecord:
    return ErrorRecord(problem.record.exception, "GetCommandMetadataError", "MetadataError", found)


CMDLETS = (GetCommand,)

"""Get-Command, Get-Module and Get-Help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo, ApplicationInfo, CmdletInfo, CommandInfo
from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, custom, matcher, not_found
from remora.modules.core.programs import all_programs
from remora.values import PSObject

_MODULE = "Microsoft.PowerShell.Core"
_KINDS = ("Alias", "Function", "Filter", "Cmdlet", "ExternalScript", "Application", "Script", "Configuration")


def _kinds(value: Any) -> set[str]:
    """Names of CommandTypes in lower case; All means every one."""
    found: set[str] = set()
    for item in as_list(value):
        number = int(item) if isinstance(item, int) else None
        if number is not None:
            bits = {
                1: "alias",
                2: "function",
                4: "filter",
                8: "cmdlet",
                16: "externalscript",
                32: "application",
                64: "script",
            }
            found |= {name for bit, name in bits.items() if number & bit}
            continue
        found |= {word.strip().lower() for word in to_text(item).split(",")}
    return {kind.lower() for kind in _KINDS} if "all" in found else found


@cmdlet("Get-Command", aliases=("gcm",), default_set="CmdletSet", module=_MODULE,
        output_type=("System.Management.Automation.CommandInfo", "System.String"))  # fmt: skip
class GetCommand(Cmdlet):
    """Shows commands: cmdlets, functions, aliases, scripts and programs."""

    name = Parameter("string[]", sets={"AllCommandSet": {"position": 0, "pipeline": True, "by_property": True}})
    verb = Parameter("string[]", sets={"CmdletSet": {"by_property": True}})
    noun = Parameter("string[]", sets={"CmdletSet": {"by_property": True}})
    module = Parameter("string[]", by_property=True, aliases=("PSSnapin",))
    fully_qualified_module = Parameter("object[]", by_property=True)
    total_count = Parameter("int", by_property=True, default=-1)
    syntax = Parameter("switch", by_property=True)
    show_command_info = Parameter("switch")
    argument_list = Parameter(
        "object[]", position=1, remaining=True, aliases=("Args",), allow_null=True, allow_empty=True
    )
    all_ = Parameter("switch", name="All", by_property=True)
    list_imported = Parameter("switch", by_property=True)
    parameter_name = Parameter("string[]")
    parameter_type = Parameter("object[]")
    command_type = Parameter("object", sets={"AllCommandSet": {"by_property": True}}, aliases=("Type",))
    use_fuzzy_matching = Parameter("switch", sets=("AllCommandSet",))
    use_abbreviation_expansion = Parameter("switch", sets=("AllCommandSet",))

    def begin(self) -> None:
        self._left = self.total_count if self.total_count >= 0 else None
        self._types = _kinds(self.command_type)
        self._of_module = matcher(self.module)

    def process(self) -> None:
        if self.name is not None:
            for pattern in self.name:
                self._by_name(pattern)
            return
        verbs, nouns = matcher(self.verb), matcher(self.noun)
        kinds = self._types or {"cmdlet", "function", "filter", "alias"}
        for found in self._everything(kinds):
            verb, _, noun = found.name.partition("-")
            if (self.verb is None and self.noun is None) or (noun and verbs(verb) and nouns(noun)):
                self._out(found)

    def _by_name(self, pattern: str) -> None:
        if has_wildcard(pattern):
            test = matcher([pattern])
            for found in self._everything(self._types or {kind.lower() for kind in _KINDS}):
                if test(found.name):
                    self._out(found)
            return
        matches = [one for one in self._exact(pattern) if not self._types or one.command_type.lower() in self._types]
        for one in matches if self.all_ else matches[:1]:
            self._out(one)
        if not matches:
            self.write_error(
                not_found(
                    f"The term '{pattern}' is not recognized as a name of a cmdlet, function, script file, or "
                    "executable program.\n"
                    "Check the spelling of the name, or if a path was included, verify that the path is correct "
                    "and try again.",
                    "CommandNotFoundException",
                    pattern,
                    "System.Management.Automation.CommandNotFoundException",
                ).record
            )

    def _exact(self, name: str) -> list[CommandInfo]:
        """Everything of that name in order of precedence: alias, function, cmdlet, program."""
        folded = name.lower()
        session = self.session
        found: list[CommandInfo] = []
        tables: tuple[Mapping[str, CommandInfo], ...] = (session.aliases(), session.functions())
        found.extend(table[folded] for table in tables if folded in table)
        known = session.context.commands.find(name)
        if known is not None:
            found.append(known)
        first = session.find_command(name)
        if first is not None and first.command_type in ("Application", "ExternalScript"):
            found.append(first)
        else:
            found.extend(program for program in all_programs() if program.name == name)
        return found

    def _everything(self, kinds: set[str]) -> Iterator[CommandInfo]:
        found: list[CommandInfo] = []
        session = self.session
        if "alias" in kinds:
            found.extend(session.aliases().values())
        if kinds & {"function", "filter"}:
            found.extend(one for one in session.functions().values() if one.command_type.lower() in kinds)
        if "cmdlet" in kinds:
            found.extend(session.context.commands.all())
        order = {"alias": 0, "function": 1, "filter": 1, "cmdlet": 2}
        yield from sorted(found, key=lambda one: (order[one.command_type.lower()], one.name.lower()))
        if "application" in kinds:
            yield from all_programs()

    def _out(self, found: CommandInfo) -> None:
        if not self._of_module(found.module) or (self._left is not None and self._left <= 0):
            return
        if self.parameter_name is not None and not self._has_parameter(found):
            return
        if self._left is not None:
            self._left -= 1
        if not self.syntax:
            self.emit(found)
            return
        target: CommandInfo | None = found
        if isinstance(found, AliasInfo):
            target = self.session.find_command(found.target)
        self.emit("" if target is None else "\n" + target.definition)

    def _has_parameter(self, found: CommandInfo) -> bool:
        try:
            metadata = found.metadata()
        except PSError:
            return False
        wanted = matcher(self.parameter_name)
        return metadata is not None and any(wanted(parameter.name) for parameter in metadata.all())


@cmdlet("Get-Help", default_set="AllUsersView", module=_MODULE)
class GetHelp(Cmdlet):
    """Says what a command is for and how it is called."""

    name = Parameter("string", position=0, by_property=True)
    category = Parameter("string[]")
    full = Parameter("switch")
    detailed = Parameter("switch")
    examples = Parameter("switch")
    online = Parameter("switch")
    parameter = Parameter("string[]")

    def end(self) -> None:
        if self.name is None or has_wildcard(self.name):
            test = matcher([self.name or "*"])
            for info in self.session.context.commands.all():
                if test(info.name):
                    self.emit(_summary(info))
            return
        found: CommandInfo | None = self.session.find_command(self.name)
        if isinstance(found, AliasInfo):
            found = self.session.find_command(found.target)
        if found is None or isinstance(found, ApplicationInfo):
            raise self.throw(
                not_found(
                    f"Get-Help could not find {self.name} in a help file in this session.",
                    "HelpNotFound",
                    self.name,
                    "Microsoft.PowerShell.Commands.HelpNotFoundException",
                )
            )
        self.emit(_help(found))


def _synopsis(info: CommandInfo) -> str:
    return (info.cls.__doc__ or "").strip() if isinstance(info, CmdletInfo) else ""


def _summary(info: CommandInfo) -> PSObject:
    return custom(Name=info.name, Category=info.command_type, Module=info.module, Synopsis=_synopsis(info))


def _help(info: CommandInfo) -> str:
    """NAME, SYNOPSIS, SYNTAX as text."""
    syntax = info.definition if isinstance(info, CmdletInfo) else ""
    if not syntax:
        from remora.engine.binding.metadata import syntax_text

        metadata = info.metadata()
        syntax = "" if metadata is None else syntax_text(info.name, metadata)
    body = "\n\n".join("    " + line for line in syntax.splitlines() if line.strip())
    return f"\nNAME\n    {info.name}\n\nSYNOPSIS\n    {_synopsis(info) or info.name}\n\nSYNTAX\n{body}\n"


CMDLETS = (GetCommand, GetHelp)

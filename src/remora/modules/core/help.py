"""Get-Help, and what updates help elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo, ApplicationInfo, CmdletInfo, CommandInfo
from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.help.build import KIND, command_help, comment_help, made
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty, ValidateSet
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, get, matcher, not_found
from remora.modules.core.module_common import SPECIFICATIONS
from remora.modules.credentials import credential
from remora.values import PSObject

_MODULE = "Microsoft.PowerShell.Core"
_CATEGORIES = ("Alias", "Cmdlet", "Provider", "General", "FAQ", "Glossary", "HelpFile", "ScriptCommand", "Function",
               "Filter", "ExternalScript", "All", "DefaultHelp", "DscResource", "Class", "Configuration")  # fmt: skip
_VIEWS = {"Full": "FullView", "Detailed": "DetailedView", "Examples": "ExamplesView"}
_MAX_FORWARDS = 10


@cmdlet("Get-Help", default_set="AllUsersView", module=_MODULE)
class GetHelp(Cmdlet):
    """Says what a command is for and how it is called."""

    name = Parameter("string", position=0, by_property=True, validate=(ValidateNotNullOrEmpty(),))
    path = Parameter("string")
    category = Parameter("string[]", validate=(ValidateSet(*_CATEGORIES),))
    full = Parameter("switch", sets=("AllUsersView",))
    detailed = Parameter("switch", sets={"DetailedView": {"mandatory": True}})
    examples = Parameter("switch", sets={"Examples": {"mandatory": True}})
    parameter = Parameter("string[]", sets={"Parameters": {"mandatory": True}})
    component = Parameter("string[]")
    functionality = Parameter("string[]")
    role = Parameter("string[]")
    online = Parameter("switch", sets={"Online": {"mandatory": True}})
    show_window = Parameter("switch", sets={"ShowWindow": {"mandatory": True}})

    def process(self) -> None:
        if self.path is not None:
            self._check_path()
        if self.online:
            raise self.runtime.not_supported("Get-Help -Online")
        if self.show_window:
            raise self.runtime.not_supported("Get-Help -ShowWindow")
        if self.name is None and not self.bound & {"Category", "Component", "Functionality", "Role"}:
            self.emit(_introduction())
            return
        name = self.name or "*"
        found = list(self._matching(self._commands(name)))
        if not found:
            self.write_error(_not_found(name))
            return
        if len(found) > 1:
            for one in found:
                self.emit(_summary(one))
            return
        if self.parameter is not None:
            self._parameters(found[0])
            return
        self._show(found[0])

    def _check_path(self) -> None:
        """-Path asks for what providers say about a command; ours say nothing, but their drives must be there."""
        try:
            self.session.resolve_path(self.path)
        except PSError as problem:
            raise self.throw(problem) from None

    # -- finding -------------------------------------------------------------------------------------------------------

    def _commands(self, name: str) -> Iterator[PSObject]:
        """Help on the commands a name means: one for a plain name, all that match for a pattern."""
        if not has_wildcard(name):
            found = self._one(name)
            if found is not None:
                yield found
            else:
                yield from self._mentioning(name)
            return
        test = matcher([name])
        for alias in sorted(self.session.aliases().values(), key=lambda one: one.name.lower()):
            if test(alias.name):
                yield _alias_help(alias)
        for info in self._everything():
            if test(info.name):
                yield command_help(info)

    def _everything(self) -> Iterable[CommandInfo]:
        session = self.session
        known: list[CommandInfo] = [*session.functions().values(), *session.cmdlets()]
        return sorted(known, key=lambda info: info.name.lower())

    def _one(self, name: str, forwards: int = 0) -> PSObject | None:
        info = self._resolved(name)
        if info is None or isinstance(info, ApplicationInfo):
            return None
        comments = comment_help(info)
        target = comments.forward_name if comments is not None else ""
        if target and target.lower() != name.lower() and forwards < _MAX_FORWARDS:
            return self._one(target, forwards + 1)
        return command_help(info)

    def _resolved(self, name: str) -> CommandInfo | None:
        context = self.session.context
        wanted = {kind.lower() for kind in as_list(self.category)} - {"all"}
        try:
            found = context.resolver.find(name, self.session.scope) or context.resolver.from_module(
                name, self.session.scope
            )
        except PSError:
            return None
        if isinstance(found, AliasInfo) and "alias" not in wanted:
            found = context.resolver.find(found.target, self.session.scope)
        if found is not None and wanted and found.command_type.lower() not in wanted:
            return None
        return found

    def _mentioning(self, word: str) -> Iterator[PSObject]:
        """Commands whose name or summary has the word."""
        folded = word.lower()
        if "/" in word or folded.startswith("about_"):
            return
        for info in self._everything():
            summary = (info.cls.__doc__ or "") if isinstance(info, CmdletInfo) else ""
            if folded in info.name.lower() or folded in summary.lower().split():
                yield command_help(info)

    def _matching(self, found: Iterator[PSObject]) -> Iterator[PSObject]:
        """Those that fit -Category, -Component, -Role and -Functionality."""
        kinds = {kind.lower() for kind in as_list(self.category)} - {"all"}
        tests = [
            (key, matcher(patterns))
            for key, patterns in (
                ("Component", self.component),
                ("Role", self.role),
                ("Functionality", self.functionality),
            )
            if patterns is not None
        ]
        for one in found:
            if kinds and to_text(get(one, "Category")).lower() not in kinds:
                continue
            if all(test(to_text(get(one, key))) for key, test in tests):
                yield one

    # -- showing -------------------------------------------------------------------------------------------------------

    def _show(self, found: PSObject) -> None:
        view = next((view for name, view in _VIEWS.items() if name in self.bound), None)
        if view is not None:
            found.type_names = (f"{KIND}#{view}", *found.type_names)
        self.emit(found)

    def _parameters(self, found: PSObject) -> None:
        known = as_list(get(get(found, "parameters"), "parameter"))
        for pattern in self.parameter:
            test = matcher([pattern])
            chosen = [one for one in known if test(to_text(get(one, "name")))]
            for one in chosen:
                self.emit(one)
            if not chosen:
                self.write_error(
                    not_found(
                        f"No parameter matches criteria {pattern}.",
                        "NoMatchingParameters",
                        pattern,
                        "System.Management.Automation.PSArgumentException",
                    ).record
                )


def _alias_help(alias: AliasInfo) -> PSObject:
    """What there is to say about an alias."""
    found = PSObject.custom(
        {"Name": alias.name, "Category": "Alias", "Synopsis": alias.target, "ModuleName": alias.module}
    )
    found.type_names = (KIND, "AliasHelpInfo", "HelpInfo", *found.type_names)
    return found


def _introduction() -> PSObject:
    """What Get-Help says about itself when it is asked for nothing."""
    found = PSObject.custom(
        {
            "Name": "default",
            "Category": "HelpFile",
            "Synopsis": "How to get help",
            "description": [
                made(
                    "para",
                    Text="Get-Help NAME says what a command is for and how it is called; -Examples, -Detailed, -Full "
                    "and -Parameter NAME show parts of it. Get-Help WORD* lists the commands of such names. "
                    "Get-Command finds commands by name, verb, noun, module and parameter.",
                )
            ],
        }
    )
    found.type_names = (KIND, "HelpInfo", *found.type_names)
    return found


def _summary(found: PSObject) -> PSObject:
    """What a list of several shows of one."""
    short = PSObject.custom({key: get(found, key) for key in ("Name", "Category", "ModuleName", "Synopsis")})
    short.type_names = ("HelpInfoShort", *short.type_names)
    return short


def _not_found(name: str) -> Any:
    return not_found(
        f"Get-Help could not find {name} in a help file in this session. To download updated help topics type: "
        '"Update-Help". To get help online, search for the help topic in the TechNet library at '
        "https://go.microsoft.com/fwlink/?LinkID=107116.",
        "HelpNotFound",
        name,
        "Microsoft.PowerShell.Commands.HelpNotFoundException",
    ).record


class _HelpFiles(Cmdlet):
    """Cmdlets that fetch help files, of which this engine has none."""

    fully_qualified_module = Parameter(SPECIFICATIONS, by_property=True, validate=(ValidateNotNull(),))
    ui_culture = Parameter("cultureinfo[]", name="UICulture", position=2, validate=(ValidateNotNull(),))
    credential = credential()
    use_default_credentials = Parameter("switch")
    force = Parameter("switch")
    scope = Parameter("Microsoft.PowerShell.Commands.UpdateHelpScope", by_property=True)

    def process(self) -> None:
        raise self.runtime.not_supported(self.spec.name)


@cmdlet("Update-Help", default_set="Path", module=_MODULE, should_process=True)
class UpdateHelp(_HelpFiles):
    """Refused: help comes with the engine, there are no help files to update."""

    module = Parameter("string[]", position=0, by_property=True, aliases=("Name",), validate=(ValidateNotNull(),))
    source_path = Parameter("string[]", sets={"Path": {"position": 1}}, aliases=("Path",))
    literal_path = Parameter("string[]", sets={"LiteralPath": {"by_property": True}}, aliases=("PSPath", "LP"))
    recurse = Parameter("switch")


@cmdlet("Save-Help", default_set="Path", module=_MODULE)
class SaveHelp(_HelpFiles):
    """Refused: help comes with the engine, there are no help files to save."""

    destination_path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True}}, aliases=("Path",), validate=(ValidateNotNull(),)
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True}}, aliases=("PSPath", "LP"), validate=(ValidateNotNull(),)
    )
    module = Parameter(
        "object[]", position=1, pipeline=True, by_property=True, aliases=("Name",), validate=(ValidateNotNull(),)
    )


CMDLETS = (GetHelp, SaveHelp, UpdateHelp)

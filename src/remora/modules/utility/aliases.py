"""Get-, Set-, New- and Remove-Alias."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo
from remora.engine.errors import PSError, error
from remora.engine.scopes import CONSTANT, READ_ONLY
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list, has_wildcard, matcher, not_found

_ALIAS = "System.Management.Automation.AliasInfo"
_UNAUTHORIZED = "System.Management.Automation.SessionStateUnauthorizedAccessException"
OPTIONS = "System.Management.Automation.ScopedItemOptions"


@cmdlet("Get-Alias", aliases=("gal",), default_set="Default", output_type=(_ALIAS,))
class GetAlias(Cmdlet):
    """Shows aliases, by their own name or by what they stand for."""

    name = Parameter(
        "string[]",
        sets={"Default": {"position": 0, "pipeline": True, "by_property": True}},
        validate=(ValidateNotNullOrEmpty(),),
    )
    exclude = Parameter("string[]")
    scope = Parameter("string")
    definition = Parameter("string[]", sets=("Definition",), validate=(ValidateNotNullOrEmpty(),))

    def process(self) -> None:
        known = sorted(self.session.aliases(self.scope or None).values(), key=lambda alias: alias.name.lower())
        excluded = matcher(self.exclude) if self.exclude else lambda name: False
        by_definition = self.definition is not None
        for pattern in as_list(self.definition if by_definition else self.name) or ["*"]:
            test = matcher([pattern])
            found = [
                (alias, text)
                for alias in known
                if test(text := alias.target if by_definition else alias.name) and not excluded(text)
            ]
            for alias, _ in found:
                self.emit(alias)
            if not found and not has_wildcard(pattern) and not self.exclude:
                self.write_error(no_alias("definition" if by_definition else "name", pattern).record)


def no_alias(kind: str, text: str) -> PSError:
    """No alias has that name or definition."""
    message = f"This command cannot find a matching alias because an alias with the {kind} '{text}' does not exist."
    return not_found(message, "ItemNotFoundException", text)


def alias_exists(name: str) -> PSError:
    """An alias of that name is there already."""
    return error(
        f"The alias is not allowed, because an alias with the name '{name}' already exists.",
        "AliasAlreadyExists",
        "ResourceExists",
        name,
        type_name="System.Management.Automation.SessionStateException",
    )


def not_changeable(known: AliasInfo | None, options: int | None, *, force: bool) -> PSError | None:
    """Why an alias cannot be set: it is read-only or constant, or exists and would have to become constant."""
    if known is None:
        return None
    if known.options & CONSTANT or (known.options & READ_ONLY and not force):
        return _unwritable(
            f"Alias is not writeable because alias {known.name} is read-only or constant and cannot be written to.",
            "AliasNotWritable",
            known.name,
        )
    if options is not None and options & CONSTANT:
        return _unwritable(
            f"Alias {known.name} cannot be made constant after it has been created. Aliases can only be made constant "
            "at creation time.",
            "AliasCannotBeMadeConstant",
            known.name,
        )
    return None


def _unwritable(message: str, error_id: str, name: str) -> PSError:
    return error(message, error_id, "WriteError", name, type_name=_UNAUTHORIZED)


class _Writer(Cmdlet):
    name = Parameter("string", position=0, mandatory=True, by_property=True)
    value = Parameter("string", position=1, mandatory=True, by_property=True)
    description = Parameter("string", default="")
    option = Parameter(OPTIONS)
    scope = Parameter("string")
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def _known(self) -> AliasInfo | None:
        return self.session.aliases(self.scope or None).get(self.name.lower())

    def _write(self) -> None:
        options = None if self.option is None else int(self.option)
        if not self.should_process(f"Name: {self.name} Value: {self.value}", self.spec.name.replace("-", " ")):
            return
        problem = not_changeable(self._known(), options, force=bool(self.force))
        if problem is not None:
            self.write_error(problem.record)
            return
        info = AliasInfo(self.name, self.value, description=self.description or "", options=options or 0)
        self.session.set_alias(info, self.scope or None)
        if self.pass_thru:
            self.emit(info)


@cmdlet("Set-Alias", aliases=("sal",), default_set="Default", output_type=(_ALIAS,), should_process=True)
class SetAlias(_Writer):
    """Makes or changes an alias."""

    def process(self) -> None:
        self._write()


@cmdlet(
    "New-Alias",
    aliases=("nal",),
    default_set="Default",
    output_type=(_ALIAS,),
    should_process=True,
    confirm_impact="Low",
)
class NewAlias(_Writer):
    """Makes an alias that does not exist yet."""

    def process(self) -> None:
        if not self.force and self._known() is not None:
            self.write_error(alias_exists(self.name).record)
        else:
            self._write()


@cmdlet("Remove-Alias", default_set="Default")
class RemoveAlias(Cmdlet):
    """Removes aliases."""

    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True)
    scope = Parameter("string")
    force = Parameter("switch")

    def process(self) -> None:
        for name in self.name:
            known: Any = self.session.aliases(self.scope or None).get(name.lower())
            if known is None:
                self.write_error(no_alias("name", name).record)
            elif known.options & CONSTANT or (known.options & READ_ONLY and not self.force):
                self.write_error(
                    _unwritable(
                        f"Alias was not removed because alias {known.name} is constant or read-only.",
                        "AliasNotRemovable",
                        name,
                    ).record
                )
            else:
                self.session.remove_alias(name)


CMDLETS = (GetAlias, NewAlias, RemoveAlias, SetAlias)

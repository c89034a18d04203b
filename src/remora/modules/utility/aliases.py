"""Get-, Set-, New- and Remove-Alias."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo
from remora.engine.errors import error
from remora.engine.scopes import CONSTANT, READ_ONLY
from remora.modules.common import as_list, has_wildcard, matcher, not_found
from remora.modules.utility.variables import option_bits

_ALIAS = "System.Management.Automation.AliasInfo"


@cmdlet("Get-Alias", aliases=("gal",), default_set="Default", output_type=(_ALIAS,))
class GetAlias(Cmdlet):
    """Shows aliases, by their own name or by what they stand for."""

    name = Parameter("string[]", sets={"Default": {"position": 0, "pipeline": True, "by_property": True}})
    exclude = Parameter("string[]")
    scope = Parameter("string")
    definition = Parameter("string[]", sets=("Definition",))

    def process(self) -> None:
        known = sorted(self.session.aliases().values(), key=lambda alias: alias.name.lower())
        excluded = matcher(self.exclude) if self.exclude else lambda name: False
        by_definition = self.definition is not None
        for pattern in as_list(self.definition if by_definition else self.name) or ["*"]:
            test = matcher([pattern])
            found = [alias for alias in known if test(alias.target if by_definition else alias.name)]
            for alias in found:
                if not excluded(alias.name):
                    self.emit(alias)
            if not found and not has_wildcard(pattern):
                kind = "definition" if by_definition else "name"
                self.write_error(
                    not_found(
                        f"This command cannot find a matching alias because an alias with the {kind} '{pattern}' "
                        "does not exist.",
                        "ItemNotFoundException",
                        pattern,
                    ).record
                )


class _Writer(Cmdlet):
    name = Parameter("string", position=0, mandatory=True, by_property=True)
    value = Parameter("string", position=1, mandatory=True, by_property=True)
    description = Parameter("string", default="")
    option = Parameter("object")
    scope = Parameter("string")
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def _write(self) -> None:
        info = AliasInfo(self.name, self.value, description=self.description, options=option_bits(self.option))
        if not self.should_process(f"Name: {self.name} Value: {self.value}", self.spec.name.replace("-", " ")):
            return
        self.session.set_alias(info, self.scope)
        if self.pass_thru:
            self.emit(info)


@cmdlet("Set-Alias", aliases=("sal",), output_type=(_ALIAS,), should_process=True)
class SetAlias(_Writer):
    """Makes or changes an alias."""

    def process(self) -> None:
        known = self.session.aliases().get(self.name.lower())
        if known is not None and (known.options & CONSTANT or (known.options & READ_ONLY and not self.force)):
            self.write_error(
                error(
                    f"Alias {self.name} is not writable because it is read-only or constant and cannot be written to.",
                    "AliasNotWritable",
                    "WriteError",
                    self.name,
                    type_name="System.Management.Automation.SessionStateUnauthorizedAccessException",
                ).record
            )
            return
        self._write()


@cmdlet("New-Alias", aliases=("nal",), output_type=(_ALIAS,), should_process=True)
class NewAlias(_Writer):
    """Makes an alias that does not exist yet."""

    def process(self) -> None:
        if self.name.lower() in self.session.aliases() and not self.force:
            self.write_error(
                error(
                    f"The alias is not allowed, because an alias with the name '{self.name}' already exists.",
                    "AliasAlreadyExists",
                    "ResourceExists",
                    self.name,
                    type_name="System.Management.Automation.SessionStateException",
                ).record
            )
            return
        self._write()


@cmdlet("Remove-Alias")
class RemoveAlias(Cmdlet):
    """Removes aliases."""

    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True)
    scope = Parameter("string")
    force = Parameter("switch")

    def process(self) -> None:
        for name in self.name:
            known = name.lower() in self.session.aliases()
            if known:
                removed = self.session.remove_alias(name)
                removed = self.session.context.commands.aliases.pop(name.lower(), None) is not None or removed
            if not known:
                self.write_error(
                    not_found(
                        f"This command cannot find a matching alias because an alias with the name '{name}' does "
                        "not exist.",
                        "ItemNotFoundException",
                        name,
                    ).record
                )


CMDLETS = (GetAlias, NewAlias, RemoveAlias, SetAlias)

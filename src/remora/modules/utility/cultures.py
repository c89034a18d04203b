"""Get-Culture and Get-UICulture."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError
from remora.engine.types.culture import Culture, all_cultures, current_culture, find_culture
from remora.engine.validators import Validator, refuse

_CULTURE = "System.Globalization.CultureInfo"


class _Cultures(Validator):
    """The names are names of cultures."""

    def check(self, value: Any) -> None:
        for name in value or ():
            try:
                find_culture(name)
            except PSError:
                raise refuse(
                    f'The argument "{name}" does not belong to the set of culture names. Supply an argument that is in '
                    "the set and then try the command again."
                ) from None


@cmdlet("Get-Culture", default_set="CurrentCulture", output_type=(_CULTURE,))
class GetCulture(Cmdlet):
    """The culture of the session, one by name, or all that are known."""

    no_user_overrides = Parameter("switch", sets=("CurrentCulture", "NameParameterSet"))
    name = Parameter(
        "string[]",
        sets={"NameParameterSet": {"position": 0, "pipeline": True}},
        validate=(_Cultures(),),
        allow_empty=True,
    )
    list_available = Parameter("switch", sets=("ListAvailable",))

    def process(self) -> None:
        if self.list_available:
            for culture in all_cultures():
                self.emit(culture)
        elif self.name is not None:
            for name in self.name:
                self.emit(find_culture(name))
        else:
            current = current_culture()
            self.emit(Culture(current.name) if self.no_user_overrides else current)


@cmdlet("Get-UICulture", output_type=(_CULTURE,))
class GetUICulture(Cmdlet):
    """The culture of messages."""

    def end(self) -> None:
        self.emit(current_culture("ui"))


CMDLETS = (GetCulture, GetUICulture)

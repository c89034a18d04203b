"""Get-Verb."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.module.verbs import VERBS
from remora.engine.validators import ValidateSet
from remora.modules.common import custom, matcher
from remora.modules.utility.verb_texts import DESCRIPTIONS


@cmdlet("Get-Verb", output_type=("System.Management.Automation.VerbInfo",))
class GetVerb(Cmdlet):
    """The approved verbs."""

    verb = Parameter("string[]", position=0, pipeline=True, by_property=True)
    group = Parameter("string[]", position=1, by_property=True, validate=(ValidateSet(*VERBS),))

    def process(self) -> None:
        wanted, of_group = matcher(self.verb), matcher(self.group)
        for group, verbs in VERBS.items():
            for verb, prefix in verbs:
                if wanted(verb) and of_group(group):
                    made = custom(Verb=verb, AliasPrefix=prefix, Group=group, Description=DESCRIPTIONS[verb])
                    made.type_names = ("System.Management.Automation.VerbInfo", "System.Object")
                    self.emit(made)


CMDLETS = (GetVerb,)

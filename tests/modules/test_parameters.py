"""What holds of the parameters of every cmdlet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from remora.engine.binding.metadata import ALL_SETS, ParameterMeta
from remora.engine.commands import CmdletInfo
from remora.modules import builtin_commands
from tests.modules.conftest import Session

_VALUES = {
    "System.String": "'x'",
    "System.String[]": "'x'",
    "System.Int32": "1",
    "System.Guid": "([guid]::Empty)",
    "System.Guid[]": "([guid]::Empty)",
    "System.Uri": "'http://x/'",
    "System.Collections.Hashtable": "@{}",
    "System.Collections.Hashtable[]": "@{}",
    "System.Management.Automation.ScriptBlock": "{ }",
    "System.Management.Automation.PSCredential": "([pscredential]::new('u', [securestring]::new()))",
    "System.Management.Automation.Runspaces.AuthenticationMechanism": "Basic",
    "System.Xml.XmlDocument": "'<x/>'",
    "System.Object": "'x'",
    "System.Object[]": "'x'",
    "System.Management.Automation.PSObject": "'x'",
    "System.Management.Automation.PSObject[]": "'x'",
}


def _written(parameter: ParameterMeta) -> str:
    return f"-{parameter.name}" if parameter.is_switch else f"-{parameter.name} {_VALUES[parameter.type.name]}"


def _refused() -> Iterator[tuple[str, str]]:
    """(script, what is refused): each such parameter in one of its sets, with what is mandatory there."""
    for info in builtin_commands().all():
        for name in info.cls.spec.refused:
            metadata = info.metadata()
            assert metadata is not None
            given = metadata.parameters[name.lower()]
            chosen = _set_of(info, given)
            others = [
                parameter
                for parameter in metadata.parameters.values()
                if parameter is not given
                and (spec := parameter.spec({chosen})) is not None
                and (spec.mandatory or (spec.position == 0 and chosen != info.cls.spec.default_set))
            ]
            words = " ".join(map(_written, [given, *others]))
            refused = [
                p.name
                for p in info.cls.spec.parameters
                if p.refused and (p.name == name or p.name in [other.name for other in others])
            ]
            yield f"{info.name} {words}", " ".join((info.name, *(f"-{one}" for one in refused)))


def _set_of(info: CmdletInfo, given: ParameterMeta) -> str:
    return info.cls.spec.default_set if ALL_SETS in given.sets else next(iter(given.sets))


@pytest.mark.parametrize(("script", "feature"), list(_refused()))
def test_a_refused_parameter_ends_the_call_by_its_name(ps: Session, script: str, feature: str) -> None:
    ran = ps(script)
    assert [identifier.partition(",")[0] for identifier in ran.ids] == ["NotSupported"], ran.messages
    assert ran.messages == [f"{feature} is not supported by this engine."]


def test_a_refused_switch_that_is_off_is_no_request(ps: Session) -> None:
    assert ps("Start-Process true -Wait -LoadUserProfile:$false").ids == []

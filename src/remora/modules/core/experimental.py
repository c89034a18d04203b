"""Get-, Enable- and Disable-ExperimentalFeature."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.module.analysis import described_file
from remora.engine.module.finding import available, module_paths
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateSet
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, get, matcher

_MODULE = "Microsoft.PowerShell.Core"
_SCOPES = ValidateSet("CurrentUser", "AllUsers")


class ExperimentalFeature(NetObject):
    """A feature that somebody declares and that is switched off here."""

    __slots__ = ("description", "enabled", "name", "source")
    net_type = NetType("System.Management.Automation.ExperimentalFeature", OBJECT)

    def __init__(self, name: str, source: str, description: str) -> None:
        self.name = name
        self.source = source
        self.description = description
        self.enabled = False


for _label, _kind in (("Name", "String"), ("Enabled", "Boolean"), ("Source", "String"), ("Description", "String")):
    ExperimentalFeature.net_type.property(_label, f"System.{_kind}")(attrgetter(_label.lower()))


@ExperimentalFeature.net_type.static("IsEnabled(string featureName)", returns="bool")
def _is_enabled(name: str) -> bool:
    """No feature is ever on."""
    return False


register(ExperimentalFeature.net_type)


def features(command: Cmdlet) -> Iterator[ExperimentalFeature]:
    """What the manifests of the modules on $env:PSModulePath declare; the engine itself has none."""
    context = command.session.context
    for directory in module_paths():
        for file in available(directory):
            try:
                module = described_file(context, file)
            except PSError:
                continue
            declared = module.manifest.data("ExperimentalFeatures") if module.manifest is not None else None
            for one in as_list(unwrap(declared)):
                table = unwrap(one)
                yield ExperimentalFeature(to_text(get(table, "Name")), module.path, to_text(get(table, "Description")))


class _ByName(Cmdlet):
    def _named(self, names: list[str] | None) -> Iterator[ExperimentalFeature]:
        known = sorted(features(self), key=lambda one: one.name.lower())
        for name in names or ["*"]:
            test = matcher([name])
            found = [one for one in known if test(one.name)]
            yield from found
            if not found and not has_wildcard(name):
                self.write_error(_missing(name).record)


def _missing(name: str) -> PSError:
    return error(
        f"The experimental feature '{name}' was not found.", "ExperimentalFeatureNotFound", "ObjectNotFound", name,
        type_name="System.Management.Automation.ItemNotFoundException",
    )  # fmt: skip


@cmdlet("Get-ExperimentalFeature", module=_MODULE, output_type=(ExperimentalFeature.net_type.name,))
class GetExperimentalFeature(_ByName):
    """Shows the experimental features that modules declare."""

    name = Parameter("string[]", position=0, pipeline=True, validate=(ValidateNotNullOrEmpty(),))

    def process(self) -> None:
        for one in self._named(self.name):
            self.emit(one)


class _Switch(_ByName):
    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    scope = Parameter("System.Management.Automation.Configuration.ConfigScope", default="CurrentUser")

    def process(self) -> None:
        for one in self._named(self.name):
            if self.should_process(one.name, self.spec.name):
                raise self.runtime.not_supported(self.spec.name)


@cmdlet("Enable-ExperimentalFeature", module=_MODULE, should_process=True)
class EnableExperimentalFeature(_Switch):
    """Refused for any feature that exists: this engine has no switches to keep."""


@cmdlet("Disable-ExperimentalFeature", module=_MODULE, should_process=True)
class DisableExperimentalFeature(_Switch):
    """Refused for any feature that exists: this engine has no switches to keep."""


CMDLETS = (DisableExperimentalFeature, EnableExperimentalFeature, GetExperimentalFeature)

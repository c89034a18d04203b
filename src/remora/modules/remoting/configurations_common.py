"""What the session configuration cmdlets share: the host's configurations, their objects, errors and notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from remora.config import SessionConfiguration
from remora.config.session_changes import properties
from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.errors import PSError, error
from remora.engine.wildcard import has_wildcard, like
from remora.errors import ConfigError
from remora.modules.remoting.configurations_store import ConfigurationStore, configuration_store
from remora.values import PSObject

CONFIGURATION_TYPE: Final = "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#PSSessionConfiguration"
CONTAINER_TYPE: Final = "Microsoft.WSMan.Management.WSManConfigContainerElement"
DEFAULT_NAME: Final = "Microsoft.PowerShell"
T = TypeVar("T")


class ConfigurationCmdlet(Cmdlet):
    """A cmdlet on the session configurations of this machine's host."""

    def begin(self) -> None:
        self.store: ConfigurationStore = self.attempt(configuration_store)
        self.attempt(self.store.all)

    def attempt(self, act: Callable[[], T]) -> T:
        """Do something with the host's configuration; what goes wrong ends the cmdlet."""
        try:
            return act()
        except ConfigError as problem:
            denied = "ermission denied" in str(problem)
            error_id = "EDcsRequiresElevation" if denied else "SessionConfigurationFailed"
            category = "PermissionDenied" if denied else "InvalidOperation"
            raise self.throw(error(str(problem), error_id, category, type_name=_INVALID)) from None

    def named(self, pattern: str, error_id: str = "CustomShellNotFound") -> Iterator[SessionConfiguration]:
        """The configurations of a name or pattern; a name without wildcards that nobody has is an error."""
        found = [item for item in self.attempt(self.store.all) if like(item.name, pattern)]
        if not found and not has_wildcard(pattern):
            self.write_error(no_such(pattern, error_id).record)
        yield from found

    def put(self, item: SessionConfiguration) -> None:
        self.attempt(lambda: self.store.put(item))

    def shown(self, item: SessionConfiguration) -> PSObject:
        """A configuration as an object with note properties."""
        notes: dict[str, Any] = self.attempt(lambda: properties(item, self.store.name_of))
        return PSObject((CONFIGURATION_TYPE, "System.Management.Automation.PSCustomObject", "System.Object"),
                        extended=notes)  # fmt: skip


class ChangingCmdlet(ConfigurationCmdlet):
    """One that changes configurations. Sessions that are open go on as they began; new ones get the change at once."""

    force = Parameter("switch")
    no_service_restart = Parameter("switch")

    def tell(self) -> None:
        """Say when the change counts, unless the caller knows."""
        if not self.force and not self.no_service_restart:
            self.write_warning("New sessions have the change from now on; sessions that are open are not changed.")


_INVALID: Final = "System.InvalidOperationException"


def no_such(name: str, error_id: str) -> PSError:
    """The error of a name that no configuration has."""
    return error(
        f"The session configuration '{name}' was not found.", error_id, "InvalidArgument", name, type_name=_INVALID
    )


def wrong(message: str, error_id: str, target: Any = None, category: str = "InvalidArgument") -> PSError:
    """An error of one of these cmdlets."""
    return error(message, error_id, category, target, type_name=_INVALID)


def unsupported(name: str, why: str) -> PSError:
    """The error of a parameter that asks for what this host cannot do."""
    return error(
        f"The parameter '{name}' is not supported: {why}.", "NotSupported", "NotImplemented", name,
        type_name="System.NotSupportedException",
    )  # fmt: skip

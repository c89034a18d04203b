"""Get-, Unregister-, Enable- and Disable-PSSessionConfiguration, Enable- and Disable-PSRemoting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from remora.config import SessionConfiguration
from remora.config.sddl import NETWORK
from remora.config.session_changes import enabled, with_access
from remora.config.sessions import BUILTIN
from remora.engine.cmdlet import Parameter, cmdlet
from remora.modules.remoting.configurations_changing import descriptor_of
from remora.modules.remoting.configurations_common import (
    CONFIGURATION_TYPE,
    DEFAULT_NAME,
    ChangingCmdlet,
    ConfigurationCmdlet,
)
from remora.modules.remoting.way import MODULE


@cmdlet("Get-PSSessionConfiguration", module=MODULE, output_type=(CONFIGURATION_TYPE,))
class GetPSSessionConfiguration(ConfigurationCmdlet):
    """Shows the session configurations of this machine's host."""

    name = Parameter("string[]", position=0)
    force = Parameter("switch")

    def process(self) -> None:
        seen: set[str] = set()
        for pattern in self.name or ["*"]:
            for item in self.named(str(pattern)):
                if item.name not in seen:
                    seen.add(item.name)
                    self.emit(self.shown(item))


@cmdlet("Unregister-PSSessionConfiguration", module=MODULE, should_process=True, confirm_impact="Low")
class UnregisterPSSessionConfiguration(ChangingCmdlet):
    """Deletes session configurations of this machine's host."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)

    def process(self) -> None:
        for item in self.named(self.name):
            if self.should_process(f"Name: {item.name}"):
                self.attempt(lambda name=item.name: self.store.remove(name))  # type: ignore[misc]
                self.tell()


class _Switching(ChangingCmdlet, ABC):
    """Turns configurations on or off, by default the one that clients get when they name none."""

    name = Parameter("string[]", position=0, pipeline=True, by_property=True)

    def process(self) -> None:
        for pattern in self.name or [DEFAULT_NAME]:
            for item in self._chosen(str(pattern)):
                if self.should_process(f"Name: {item.name}"):
                    self.put(self.changed(item))
                    self.tell()

    def _chosen(self, pattern: str) -> Any:
        return self.named(pattern)

    @abstractmethod
    def changed(self, item: SessionConfiguration) -> SessionConfiguration:
        """The configuration as it is to be."""


@cmdlet("Enable-PSSessionConfiguration", module=MODULE, should_process=True)
class EnablePSSessionConfiguration(_Switching):
    """Lets sessions of configurations be opened again."""

    security_descriptor_sddl = Parameter("string")
    skip_network_profile_check = Parameter("switch")

    def begin(self) -> None:
        super().begin()
        self._descriptor = descriptor_of(self, self.security_descriptor_sddl)

    def _chosen(self, pattern: str) -> Any:
        """A built-in configuration that was unregistered comes back."""
        known = {item.name.casefold() for item in self.attempt(self.store.all)}
        gone = [one for one in BUILTIN if one.name.casefold() == pattern.casefold() and pattern.casefold() not in known]
        return gone or self.named(pattern)

    def changed(self, item: SessionConfiguration) -> SessionConfiguration:
        if self._descriptor:
            item = replace(item, security_descriptor=self._descriptor)
        return enabled(item)


@cmdlet("Disable-PSSessionConfiguration", module=MODULE, should_process=True, confirm_impact="Low")
class DisablePSSessionConfiguration(_Switching):
    """Lets nobody open sessions of configurations any more."""

    def changed(self, item: SessionConfiguration) -> SessionConfiguration:
        return replace(item, enabled=False)


@cmdlet("Enable-PSRemoting", module=MODULE, should_process=True)
class EnablePSRemoting(ConfigurationCmdlet):
    """Enables the built-in session configurations and lets the network use every enabled one."""

    force = Parameter("switch")
    skip_network_profile_check = Parameter("switch")

    def process(self) -> None:
        known = {item.name.casefold(): item for item in self.attempt(self.store.all)}
        for one in BUILTIN:
            known[one.name.casefold()] = enabled(known.get(one.name.casefold(), one))
        for item in known.values():
            if item.enabled and self.should_process(f"Name: {item.name}"):
                self.put(with_access(item, "Remote"))


@cmdlet("Disable-PSRemoting", module=MODULE, should_process=True)
class DisablePSRemoting(ConfigurationCmdlet):
    """Keeps the network out of every session configuration; this machine itself may still use them."""

    force = Parameter("switch")

    def process(self) -> None:
        for item in self.attempt(self.store.all):
            if self.should_process(f"Name: {item.name}"):
                access = item.access.with_denied(NETWORK)
                self.put(replace(item, security_descriptor=str(access)))
        if not self.force:
            self.write_warning("The listeners of the host go on listening; stop the host to close them.")


CMDLETS = (
    DisablePSRemoting,
    DisablePSSessionConfiguration,
    EnablePSRemoting,
    EnablePSSessionConfiguration,
    GetPSSessionConfiguration,
    UnregisterPSSessionConfiguration,
)

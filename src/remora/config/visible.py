"""What a session configuration shows its users: commands, and what may be given to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from remora.errors import ConfigError

LANGUAGE_MODES: Final = ("FullLanguage", "ConstrainedLanguage", "RestrictedLanguage", "NoLanguage")
KEYS: Final = ("visible_cmdlets", "visible_functions", "visible_external_commands", "visible_aliases")


@dataclass(frozen=True, slots=True)
class VisibleParameter:
    """A parameter that users may give. validate_set and validate_pattern: what its values must be."""

    name: str
    validate_set: tuple[str, ...] = ()
    validate_pattern: str = ""

    def to_table(self) -> str | dict[str, object]:
        """As the file has it."""
        table: dict[str, object] = {"name": self.name}
        if self.validate_set:
            table["validate_set"] = list(self.validate_set)
        if self.validate_pattern:
            table["validate_pattern"] = self.validate_pattern
        return self.name if len(table) == 1 else table


@dataclass(frozen=True, slots=True)
class VisibleCommand:
    """A command that users may call, by name or pattern. parameters: those they may give; empty: all."""

    name: str
    parameters: tuple[VisibleParameter, ...] = ()

    def to_table(self) -> str | dict[str, object]:
        """As the file has it."""
        if not self.parameters:
            return self.name
        return {"name": self.name, "parameters": [one.to_table() for one in self.parameters]}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleCommands:
    """What users see of each kind of command. None: everything of that kind."""

    cmdlets: tuple[VisibleCommand, ...] | None = None
    functions: tuple[VisibleCommand, ...] | None = None
    external: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None

    def is_everything(self) -> bool:
        """Nothing is hidden."""
        return self == VisibleCommands()

    def to_table(self) -> dict[str, object]:
        """The settings as the file has them; those that hide nothing are left out."""
        values: tuple[Any, ...] = (self.cmdlets, self.functions, self.external, self.aliases)
        return {
            key: [one if isinstance(one, str) else one.to_table() for one in value]
            for key, value in zip(KEYS, values, strict=True)
            if value is not None
        }


def read_visible(table: Mapping[str, object], here: str) -> VisibleCommands:
    """Read the ``visible_*`` settings of a session configuration; ConfigError names the key."""
    commands: dict[str, Any] = {}
    for key, name in zip(KEYS, ("cmdlets", "functions", "external", "aliases"), strict=True):
        value = table.get(key)
        if value is None:
            continue
        if not isinstance(value, list):
            raise ConfigError(f"{here}.{key}: a list was expected")
        trail = f"{here}.{key}"
        commands[name] = tuple(
            _command(one, trail) if name in ("cmdlets", "functions") else _text(one, trail) for one in value
        )
    return VisibleCommands(**commands)


def read_language_mode(value: object, here: str) -> str:
    """The name of a language mode in any case, "" for none; ConfigError for another one."""
    if value is None:
        return ""
    found = next((mode for mode in LANGUAGE_MODES if mode.lower() == str(value).lower()), None)
    if found is None:
        raise ConfigError(
            f"{here}.language_mode: {value!r} is not allowed, it must be one of {', '.join(LANGUAGE_MODES)}"
        )
    return found


def _text(value: object, trail: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{trail}: a name was expected")
    return value


def _command(value: object, trail: str) -> VisibleCommand:
    if not isinstance(value, Mapping):
        return VisibleCommand(_text(value, trail))
    _only(value, ("name", "parameters"), trail)
    parameters = value.get("parameters", [])
    if not isinstance(parameters, list):
        raise ConfigError(f"{trail}.parameters: a list was expected")
    return VisibleCommand(_text(value.get("name"), trail), tuple(_parameter(one, trail) for one in parameters))


def _parameter(value: object, trail: str) -> VisibleParameter:
    if not isinstance(value, Mapping):
        return VisibleParameter(_text(value, trail))
    _only(value, ("name", "validate_set", "validate_pattern"), trail)
    values = value.get("validate_set", [])
    if not isinstance(values, list):
        raise ConfigError(f"{trail}.validate_set: a list was expected")
    pattern = value.get("validate_pattern", "")
    if not isinstance(pattern, str):
        raise ConfigError(f"{trail}.validate_pattern: a text was expected")
    return VisibleParameter(_text(value.get("name"), trail), tuple(_text(one, trail) for one in values), pattern)


def _only(value: Mapping[Any, object], keys: tuple[str, ...], trail: str) -> None:
    unknown = sorted(str(key) for key in value if key not in keys)
    if unknown:
        raise ConfigError(f"{trail}: there is no setting {', '.join(unknown)}")

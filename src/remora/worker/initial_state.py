"""How a session configuration begins its runspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.initial import InitialSessionState
from remora.engine.language.mode import FULL_LANGUAGE
from remora.engine.language.visible import Visibility, VisibleCommand, VisibleParameter

if TYPE_CHECKING:
    from remora.engine.commands import CommandTable
    from remora.worker import protocol as p


def initial_state(configuration: p.Configuration, commands: CommandTable, sender: Any) -> InitialSessionState:
    """The initial session state of a configuration, for the caller whom $PSSenderInfo describes."""
    return InitialSessionState(
        commands=commands,
        sender_info=sender,
        modules=configuration.modules,
        startup_script=configuration.startup_script,
        language_mode=configuration.language_mode or FULL_LANGUAGE,
        visibility=_visibility(configuration.visible) if configuration.visible is not None else None,
    )


def _visibility(visible: p.Visible) -> Visibility:
    return Visibility(
        cmdlets=_commands(visible.cmdlets),
        functions=_commands(visible.functions),
        external=visible.external,
        aliases=visible.aliases,
    )


def _commands(commands: tuple[p.VisibleCommand, ...] | None) -> tuple[VisibleCommand, ...] | None:
    if commands is None:
        return None
    return tuple(
        VisibleCommand(
            one.name,
            tuple(VisibleParameter(each.name, each.validate_set, each.validate_pattern) for each in one.parameters),
        )
        for one in commands
    )

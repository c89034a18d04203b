"""How a session configuration begins its runspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.errors import PSError, error
from remora.engine.initial import InitialSessionState
from remora.engine.language.session_plan import SessionPlan, plan_session
from remora.engine.language.visible import Visibility, VisibleCommand, VisibleParameter
from remora.engine.runspace import Runspace
from remora.values import ErrorRecord

if TYPE_CHECKING:
    from remora.engine.commands import CommandTable
    from remora.engine.errors import ErrorRecord as EngineError
    from remora.worker import protocol as p


def initial_state(configuration: p.Configuration, commands: CommandTable, sender: Any) -> InitialSessionState:
    """The initial session state of a configuration, for the caller whom $PSSenderInfo describes."""
    plan = _plan(configuration, commands) if configuration.definition else SessionPlan()
    visibility = _visibility(configuration.visible) if configuration.visible is not None else plan.visibility
    return InitialSessionState(
        commands=commands,
        sender_info=sender,
        modules=configuration.modules,
        startup_script=configuration.startup_script,
        language_mode=configuration.language_mode or plan.language,
        visibility=None if visibility == Visibility() else visibility,
        plan=plan if configuration.definition else None,
    )


def _plan(configuration: p.Configuration, commands: CommandTable) -> SessionPlan:
    """What the configuration file makes of the session of this user, read in a runspace that nobody else uses."""
    runspace = Runspace(state=InitialSessionState(commands=commands))
    with runspace.entered() as context:
        return plan_session(
            context, configuration.definition, configuration.definition_file, configuration.user, configuration.groups
        )


def startup_failed(problem: EngineError) -> PSError:
    """The error of a session whose modules, definitions or start-up script wrote an error."""
    return error(
        f"The session cannot be opened because its start-up failed: {problem.message}",
        "StartupScriptThrewTerminatingError",
        "OpenError",
        type_name="System.Management.Automation.PSInvalidOperationException",
    )


def not_opened(problem: Exception) -> ErrorRecord:
    """The error of a session that could not be made for another reason."""
    return ErrorRecord.of(f"The runspace could not be opened: {problem}", "RunspaceOpenFailed")


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

"""From a shell's session configuration to the initial session state of its runspaces."""

from __future__ import annotations

from remora.engine.language.visible import VisibleCommand, VisibleParameter
from remora.modules import builtin_commands
from remora.worker import protocol as p
from remora.worker.initial_state import initial_state


def test_a_plain_configuration_limits_nothing() -> None:
    state = initial_state(p.Configuration(startup_script="1"), builtin_commands(), None)
    assert not state.is_limited
    assert state.startup_script == "1"


def test_limits_reach_the_runspace() -> None:
    parameter = p.VisibleParameter(name="Format", validate_set=("o",), validate_pattern="^o$")
    visible = p.Visible(
        cmdlets=(p.VisibleCommand(name="Get-Date", parameters=(parameter,)),),
        functions=(p.VisibleCommand(name="Reset-*"),),
        external=("/bin/ls",),
        aliases=(),
    )
    configuration = p.Configuration(language_mode="NoLanguage", modules=("Desk",), visible=visible)
    state = initial_state(configuration, builtin_commands(), None)
    assert state.is_limited
    assert (state.language_mode, state.modules) == ("NoLanguage", ("Desk",))
    assert state.visibility is not None
    assert state.visibility.cmdlets == (VisibleCommand("Get-Date", (VisibleParameter("Format", ("o",), "^o$"),)),)
    assert state.visibility.functions == (VisibleCommand("Reset-*"),)
    assert (state.visibility.external, state.visibility.aliases) == (("/bin/ls",), ())

"""ShouldProcess and ShouldContinue: -WhatIf, -Confirm, $ConfirmPreference, and the answers that hold for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import error

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.invocation import InvocationInfo
    from remora.engine.pipes import Pipes
    from remora.engine.scopes import Scope

IMPACTS: Final = {"none": 0, "low": 1, "medium": 2, "high": 3}
_CHOICES: Final = [
    ("&Yes", "Continue with only the next step of the operation."),
    ("Yes to &All", "Continue with all the steps of the operation."),
    ("&No", "Skip this operation and proceed with the next operation."),
    ("No to A&ll", "Skip this operation and all subsequent operations."),
    ("&Suspend", 'Pause the current pipeline and return to the command prompt. Type "exit" to resume the pipeline.'),
]
_SUSPEND: Final = 4


def impact_of(value: Any) -> int:
    """The number of a ConfirmImpact name; True means Low and False None, as -Confirm has it."""
    if isinstance(value, bool):
        return 1 if value else 0
    if isinstance(value, int):
        return int(value)
    return IMPACTS.get(to_text(value).strip().lower(), 3)


class Confirmation:
    """The questions of one command. what_if, confirm: its switches, None when not given. impact: its ConfirmImpact."""

    __slots__ = ("_all", "_context", "_invocation", "_pipes", "_scope", "confirm", "impact", "what_if")

    def __init__(
        self, context: EngineContext, scope: Scope, pipes: Pipes, invocation: InvocationInfo, impact: str = "Medium"
    ) -> None:
        self._context = context
        self._scope = scope
        self._pipes = pipes
        self._invocation = invocation
        self.what_if: bool | None = None
        self.confirm: bool | None = None
        self.impact = IMPACTS.get(impact.lower(), 2)
        self._all: bool | None = None

    def should_process(self, target: str, action: str) -> bool:
        """Tell whether to act on the target."""
        doing = f'Performing the operation "{action}" on target "{target}".'
        return self.ask(doing, f"Are you sure you want to perform this action?\n{doing}", "Confirm")

    def ask(self, description: str, warning: str, caption: str) -> bool:
        """The general question: description for -WhatIf and -Verbose, warning and caption for the prompt."""
        what_if = self.what_if
        if what_if is None:
            what_if = is_true(self._scope.get("whatifpreference", False))
        if what_if:
            self._context.host.write_line(f"What if: {description}")
            return False
        if not self._asks():
            self._pipes.write_verbose(description, self._invocation)
            return True
        if self._all is None:
            choice = self._choose(caption, warning, _CHOICES)
            if choice in (1, 3):
                self._all = choice == 1
            return choice in (0, 1)
        return self._all

    def _choose(self, caption: str, query: str, choices: list[tuple[str, str]]) -> int:
        """Ask; Suspend, the last of the choices, opens a nested prompt and asks again after it."""
        host = self._context.host
        choice = host.prompt_for_choice(caption, query, choices, 0)
        while choice == len(choices) - 1:
            host.enter_nested_prompt()
            choice = host.prompt_for_choice(caption, query, choices, 0)
        return choice

    def _asks(self) -> bool:
        if self.confirm is not None:
            return self.confirm and self.impact > 0
        preference = impact_of(self._scope.get("confirmpreference", "High"))
        return 0 < preference <= self.impact

    def should_continue(self, query: str, caption: str, yes_to_all: Any = None, no_to_all: Any = None) -> bool:
        """Ask whatever the preferences are; with references, answers for all are remembered in them."""
        for reference, answer in ((yes_to_all, True), (no_to_all, False)):
            if reference is not None and is_true(reference.value):
                return answer
        choices = _CHOICES if yes_to_all is not None else [_CHOICES[0], _CHOICES[2], _CHOICES[4]]
        choice = self._choose(caption, query, choices)
        if yes_to_all is None:
            return choice == 0
        if choice in (1, 3):
            (yes_to_all if choice == 1 else no_to_all).value = True
        return choice in (0, 1)


def needs_record(method: str, value: Any) -> Exception:
    """The error of giving WriteError or ThrowTerminatingError something else than an ErrorRecord."""
    return error(f"{method} needs an ErrorRecord.", "Argument", "InvalidArgument", value)

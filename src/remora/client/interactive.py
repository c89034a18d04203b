"""A session as a person at a prompt uses it: lines run and are formatted there, as are the prompt and completion.

Everything that is shown comes as calls of the host: each line is piped into the session's own Out-Default.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from remora.client.host import ClientHost
from remora.client.pipeline import RemotePipeline
from remora.client.pssession import PSSession
from remora.client.results import PipelineEnded, PipelineFailed, PipelineStopped, StreamItem
from remora.client.session_state import RunspaceState
from remora.errors import PSSessionError, RemoraError
from remora.psrp.spec import CommandSpec, Merges, PipelineSpec
from remora.values import PSObject

NEEDED: Final = ("Out-Default", "Exit-PSSession")
"""What a session must have besides Get-Command for a prompt to move into it."""
COMPLETION_SECONDS: Final = 5.0
_EACH_MATCH: Final = CommandSpec(  # a CommandCompletion travels with the names of its matches only
    name="Select-Object",
    parameters=(("ExpandProperty", "CompletionMatches"), ("Property", ["ReplacementIndex", "ReplacementLength"])),
)

Show = Callable[[StreamItem], None]


class PromptHost(ClientHost, Protocol):
    """The host of a prompt. left: the session asked to be left, by Exit-PSSession or with an exit code by ``exit``."""

    left: bool
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to complete. text: what is put in; shown: how it stands in a list."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What may stand in place of the text from ``start`` to the cursor."""

    start: int
    matches: tuple[Proposal, ...]


class InteractiveSession:
    """An open session with a person before it. own: it was made for this, and ends when it is left.

    Its methods run in one task at a time, except ``interrupt``, which ends what the others wait for.
    """

    def __init__(self, session: PSSession, host: PromptHost, *, own: bool) -> None:
        self.session = session
        self.host = host
        self.own = own
        self._interrupted = asyncio.Event()
        self._speechless = False

    @property
    def usable(self) -> bool:
        """Whether another line can be run."""
        return self.session.state is RunspaceState.OPENED and not self.host.left

    async def check(self) -> None:
        """Raise PSSessionError (InvalidOperation) for a session whose configuration offers no prompt."""
        command = CommandSpec(name="Get-Command", parameters=(("Name", list(NEEDED)),))
        try:
            found = await self.session.invoke(_pipeline(command))
        except PipelineEnded:
            found = None
        if found is None or len(found) < len(NEEDED):
            raise PSSessionError(
                f"the session configuration {self.session.configuration_name} on {self.session.computer_name} offers "
                f"no interactive sessions: it lacks Get-Command, {' or '.join(NEEDED)}",
                error_id="InvalidOperation",
            )

    async def prompt(self) -> str:
        """What the session's ``prompt`` function says, after the computer's name."""
        try:
            said = await self._asked(CommandSpec(name="prompt"))
        except PipelineEnded:
            said = []
        text = "".join(str(value) for value in said if value is not None)
        return f"[{self.session.computer_name}]: {text or 'PS>'}"

    async def run(self, text: str, show: Show) -> bool:
        """Run a line to its end; tells whether it ended by itself, which it does not after ``interrupt``.

        show: takes what comes past the host: the error that ended it, and what a command left by an earlier client
        writes. Raises what breaks the session.
        """
        if text.strip().lower() == "exit":  # a session whose language is restricted knows no such statement
            self.host.left = True
            return True
        self._interrupted.clear()
        spec = _plain_line(text, self.host) if self._speechless else None
        try:
            return await self._run(spec or _line(text, self.host), show)
        except PipelineFailed as failed:
            if spec is None and not self._speechless and _is_speechless(failed):
                self._speechless = True
                return await self.run(text, show)
            return _failed(failed, show)

    async def catch_up(self, show: Show) -> bool:
        """Follow what an earlier client left running, if there is anything; tells what ``run`` does."""
        self._interrupted.clear()
        completed = True
        for pipeline in self.session.running:
            try:
                completed = await self._follow(pipeline, show) and completed
            except PipelineFailed as failed:
                completed = _failed(failed, show)
        return completed

    async def complete(self, text: str, cursor: int) -> Proposals:
        """Ask the session what may stand at the cursor; nothing where it does not know TabExpansion2 or is slow."""
        ask = CommandSpec(name="TabExpansion2", parameters=(("inputScript", text), ("cursorColumn", cursor)))
        try:
            async with asyncio.timeout(COMPLETION_SECONDS):
                found = await self._asked(ask, _EACH_MATCH)
        except (PipelineEnded, TimeoutError):
            found = []
        return _proposals(cursor, [match for match in found if isinstance(match, PSObject)])

    def interrupt(self) -> None:
        """Stop what runs."""
        self._interrupted.set()

    async def _asked(self, *commands: CommandSpec) -> list[Any]:
        return list(await self.session.invoke(_pipeline(*commands), host=self.host))

    async def _run(self, spec: PipelineSpec, show: Show) -> bool:
        return await self._follow(await self.session.start(spec, host=self.host), show)

    async def _follow(self, pipeline: RemotePipeline, show: Show) -> bool:
        """Show what it writes; tells whether it ended by itself: not when ``interrupt`` or the debugger ended it."""
        stopping = asyncio.create_task(self._stop(pipeline))
        try:
            async with aclosing(pipeline.items()) as items:
                async for item in items:
                    show(item)
        except PipelineStopped:
            return False
        finally:
            stopping.cancel()
            await asyncio.wait([stopping])
        return not self._interrupted.is_set()

    async def _stop(self, pipeline: RemotePipeline) -> None:
        await self._interrupted.wait()
        try:
            await pipeline.stop()
        except RemoraError:
            return  # whoever reads the pipeline meets the same trouble and tells it


def _pipeline(*commands: CommandSpec) -> PipelineSpec:
    return PipelineSpec(statements=(commands,))


def _failed(failed: PipelineFailed, show: Show) -> bool:
    """Show the error that ended a line; False, as what ``run`` tells."""
    if failed.error_record is not None:
        show(StreamItem("error", failed.error_record))
    return False


def _is_speechless(failed: PipelineFailed) -> bool:
    """Tell whether the session takes commands only, and no script text."""
    record = failed.error_record
    return record is not None and str(record.fully_qualified_error_id).startswith("ScriptsNotAllowed")


def _plain_line(text: str, host: ClientHost) -> PipelineSpec | None:
    """A line for a session without a language; None for one that needs a language."""
    from remora.client.plain_line import plain_statements

    statements = plain_statements(text)
    if statements is None:
        return None
    shown = tuple(
        (*commands[:-1], replace(commands[-1], merges=Merges.error_to_output()), CommandSpec(name="Out-Default"))
        for commands in statements
    )
    return PipelineSpec(statements=shown, add_to_history=True, history=text, host_info=host.info)


def _line(text: str, host: ClientHost) -> PipelineSpec:
    """A line of the prompt: its output and errors go through the session's Out-Default."""
    script = CommandSpec(name=text, is_script=True, use_local_scope=False, merges=Merges.error_to_output())
    return PipelineSpec(
        statements=((script, CommandSpec(name="Out-Default")),),
        add_to_history=True,
        history=text,
        host_info=host.info,
    )


def _proposals(cursor: int, matches: list[PSObject]) -> Proposals:
    if not matches:
        return Proposals(cursor, ())
    found = [(str(match.get("CompletionText")), match.get("ListItemText")) for match in matches]
    start = int(matches[0].get("ReplacementIndex") or 0)
    return Proposals(start, tuple(Proposal(text, str(shown or text)) for text, shown in found))

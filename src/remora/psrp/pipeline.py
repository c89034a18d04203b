"""One pipeline, seen from either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError
from remora.psrp import messages as m
from remora.psrp.spec import CommandMetadataSpec, PipelineSpec
from remora.psrp.states import CLIENT_PIPELINE, SERVER_PIPELINE, PipelineTrigger, PSInvocationState
from remora.states import Machine

Post: TypeAlias = Callable[[m.Message, UUID], Any]


class ClientPipeline:
    """A pipeline of ours. spec None: attached, its CREATE_PIPELINE was sent by another client.

    takes_bytes: the server takes PIPELINE_BYTES.
    """

    __slots__ = ("_machine", "_post", "input_ended", "pipeline_id", "spec", "takes_bytes")

    def __init__(
        self,
        pipeline_id: UUID,
        spec: PipelineSpec | CommandMetadataSpec | None,
        post: Post,
        *,
        takes_bytes: bool = False,
    ) -> None:
        self.pipeline_id = pipeline_id
        self.spec = spec
        self.input_ended = not isinstance(spec, PipelineSpec) or spec.no_input
        self._post = post
        self.takes_bytes = takes_bytes
        self._machine: Machine[PSInvocationState, PipelineTrigger] = Machine(
            PSInvocationState.NOT_STARTED, CLIENT_PIPELINE
        )

    @property
    def state(self) -> PSInvocationState:
        return self._machine.state

    def send_input(self, value: Any) -> None:
        """Queue one input object. Raises InvalidState when the pipeline does not run or its input has ended."""
        self._check_input("send_input")
        plain = self.takes_bytes and type(value) is bytes
        self._post(m.PipelineBytes(value) if plain else m.PipelineInput(value), self.pipeline_id)

    def end_input(self) -> None:
        """Queue the end of input. Raises InvalidState when it has ended before."""
        self._check_input("end_input")
        self.input_ended = True
        self._post(m.EndOfPipelineInput(), self.pipeline_id)

    def _check_input(self, what: str) -> None:
        if self.state is not PSInvocationState.RUNNING:
            raise InvalidState(f"{what} while {self.state.name}")
        if self.input_ended:
            raise InvalidState(f"{what} after the end of input")

    def fire(self, trigger: PipelineTrigger) -> PSInvocationState:
        """Move along the client's table; for the pool, not for callers."""
        return self._machine.fire(trigger)

    def can(self, trigger: PipelineTrigger) -> bool:
        """Tell whether the table has a row for this trigger now."""
        return self._machine.can(trigger)


class ServerPipeline:
    """A pipeline of the client. spec None until CREATE_PIPELINE or GET_COMMAND_METADATA is complete."""

    __slots__ = ("_machine", "input_ended", "pipeline_id", "spec")

    def __init__(self, pipeline_id: UUID) -> None:
        self.pipeline_id = pipeline_id
        self.spec: PipelineSpec | CommandMetadataSpec | None = None
        self.input_ended = False
        self._machine: Machine[PSInvocationState, PipelineTrigger] = Machine(
            PSInvocationState.NOT_STARTED, SERVER_PIPELINE
        )

    @property
    def state(self) -> PSInvocationState:
        return self._machine.state

    @property
    def uses_runspace(self) -> bool:
        """Whether it occupies a runspace of its own; a nested one borrows its parent's."""
        nested = isinstance(self.spec, PipelineSpec) and self.spec.is_nested
        return not nested and self.state in (PSInvocationState.RUNNING, PSInvocationState.STOPPING)

    def start(self, spec: PipelineSpec | CommandMetadataSpec) -> None:
        """Take the specification. Raises LocalProtocolError when there was one before."""
        if self.spec is not None:
            raise LocalProtocolError("the pipeline has its specification already")
        self._machine.fire(PipelineTrigger.RUN)
        self.spec = spec
        self.input_ended = not isinstance(spec, PipelineSpec) or spec.no_input

    def fire(self, trigger: PipelineTrigger) -> PSInvocationState:
        """Move along the server's table; for the pool, not for callers."""
        return self._machine.fire(trigger)

    def can(self, trigger: PipelineTrigger) -> bool:
        """Tell whether the table has a row for this trigger now."""
        return self._machine.can(trigger)

"""A PSRP client on the worker channel, for tests: opens, invokes, connects, counts its Receives."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from remora.psrp import events as ev
from remora.psrp.client import ClientPool
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.worker import protocol as p
from tests.support.workers import Front

TIMED_OUT = 0x80338029
VERSION_OPTION = (p.Option(name="protocolversion", value="2.3", must_comply=True),)


@dataclass
class Outcome:
    """What one pipeline brought."""

    output: list[Any] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    state: PSInvocationState | None = None
    error: Any = None
    receives: int = 0
    exit_code: int | None = None


class PoolClient:
    """One pool through one front end."""

    def __init__(self, front: Front, pool_id: UUID, **options: Any) -> None:
        self.front = front
        self.pool = ClientPool(pool_id, **options)
        self.outcomes: dict[UUID, Outcome] = {}
        self.answer: Callable[[Any], Any] = lambda call: None
        self.events: list[Any] = []

    @property
    def shell_id(self) -> str:
        return str(self.pool.pool_id).upper()

    # --- life

    def open(self, **fields: Any) -> PoolClient:
        self.pool.open()
        self.front.open(self.shell_id, creation_xml=self.pool.take(limit=100_000), **fields)
        self.until_opened()
        return self

    def until_opened(self) -> int:
        receives = 0
        while self.pool.state is not RunspacePoolState.OPENED:
            receives += 1
            self.receive_pool()
        return receives

    def receive_pool(self, timeout: float = 20.0) -> list[Any]:
        answer = self.front.receive(timeout=timeout)
        if isinstance(answer, p.Fault):
            assert answer.number == TIMED_OUT, answer
            return []
        assert isinstance(answer, p.Output), answer
        events = [event for chunk in answer.chunks for event in self.pool.receive(chunk.data)]
        self.events += events
        self._serve(events)
        return events

    def connect(self, *pipelines: UUID) -> PoolClient:
        """Take a disconnected shell over, with these pipelines."""
        self.pool.connect()
        xml = self.pool.take(limit=100_000)
        answer = self.front.ask(p.Connect(connect_xml=xml, options=VERSION_OPTION))
        assert isinstance(answer, p.Connected), answer
        assert answer.connect_response_xml is not None
        self.pool.receive(answer.connect_response_xml)
        self.until_opened()
        for pipeline_id in pipelines:
            assert self.front.ask(p.Connect(command_id=str(pipeline_id).upper())) == p.Connected()
            self.pool.attach_pipeline(pipeline_id)
            self.outcomes[pipeline_id] = Outcome()
        return self

    # --- pipelines

    def start(self, spec: PipelineSpec | str, pipeline_id: UUID | None = None) -> UUID:
        if isinstance(spec, str):
            spec = PipelineSpec.script(spec)
        pipeline_id = pipeline_id or uuid4()
        self.pool.create_pipeline(spec, pipeline_id)
        command_id = str(pipeline_id).upper()
        data = b64encode(self.pool.take(pipeline_id, 100_000)).decode()
        answer = self.front.ask(p.RunCommand(command_id=command_id, arguments=(data,)))
        assert answer == p.CommandAccepted(command_id=command_id), answer
        self.flush(pipeline_id)
        self.outcomes[pipeline_id] = Outcome()
        return pipeline_id

    def flush(self, pipeline_id: UUID | None = None) -> None:
        command_id = None if pipeline_id is None else str(pipeline_id).upper()
        for stream in ("stdin", "pr"):
            while data := self.pool.take(pipeline_id, 30_000, stream):
                answer = self.front.ask(p.Send(chunks=(p.Chunk(name=stream, data=data, command_id=command_id),)))
                assert answer == p.Ok(), answer

    def send_input(self, pipeline_id: UUID, *values: Any, end: bool = True) -> None:
        pipeline = self.pool.pipelines[pipeline_id]
        for value in values:
            pipeline.send_input(value)
        if end:
            pipeline.end_input()
        self.flush(pipeline_id)

    def receive(self, pipeline_id: UUID, *, budget: int = 300_000, timeout: float = 20.0) -> Outcome:
        """One Receive of a pipeline."""
        outcome = self.outcomes[pipeline_id]
        answer = self.front.receive(str(pipeline_id).upper(), budget=budget, timeout=timeout)
        if isinstance(answer, p.Fault):
            assert answer.number == TIMED_OUT, answer
            return outcome
        assert isinstance(answer, p.Output), answer
        outcome.receives += 1
        self.take_answer(pipeline_id, answer)
        return outcome

    def take_answer(self, pipeline_id: UUID, answer: p.Output) -> None:
        for chunk in answer.chunks:
            self._serve(self.pool.receive(chunk.data, pipeline_id))
        if answer.state == "Done":
            self.outcomes[pipeline_id].exit_code = answer.exit_code

    def _serve(self, events: list[Any]) -> None:
        for event in events:
            outcome = self.outcomes.get(getattr(event, "pipeline_id", None))  # type: ignore[arg-type]
            match event:
                case ev.PipelineOutput(value=value) if outcome:
                    outcome.output.append(value)
                case ev.PipelineRecord(record=record) if outcome:
                    outcome.records.append(record)
                case ev.PipelineStateChanged(state=state, error=error) if outcome:
                    outcome.state, outcome.error = state, error
                case ev.HostCallReceived(call=call):
                    if outcome:
                        outcome.calls.append(call)
                    if call.needs_response:
                        value = self.answer(call)
                        if value is not ...:
                            self.pool.respond(event, value)
                            self.flush(event.pipeline_id)

    def finish(self, pipeline_id: UUID, **options: Any) -> Outcome:
        """Receive until the pipeline is over."""
        outcome = self.outcomes[pipeline_id]
        while outcome.state is None or not outcome.state.terminal:
            self.receive(pipeline_id, **options)
        return outcome

    def finish_secret(self, pipeline_id: UUID) -> Outcome:
        """As ``finish``, for what puts out a secret: when one has come, the client asks for the key, and gets it."""
        outcome = self.outcomes[pipeline_id]
        while not self.pool.session_key:
            if self.pool.pending():
                self.flush()
                self.receive_pool()
            else:
                self.receive(pipeline_id)
        return outcome if outcome.state is not None and outcome.state.terminal else self.finish(pipeline_id)

    def invoke(self, spec: PipelineSpec | str, **options: Any) -> Outcome:
        return self.finish(self.start(spec), **options)

"""A client's and a server's pool talking to each other in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from remora.psrp.client import ClientPool, Event, PipelineSpec
from remora.psrp.events import PoolOpenRequested, ServerEvent
from remora.psrp.server import ServerPool

POOL_ID = UUID("6f7bb0d1-3d6b-4c5b-9c62-0b2f5ff0c1aa")


class Loop:
    """Both ends; ``cut`` decides in which pieces the bytes travel."""

    def __init__(
        self,
        client: ClientPool | None = None,
        server: ServerPool | None = None,
        cut: Callable[[bytes], list[bytes]] = lambda data: [data],
        limit: int = 32768,
    ) -> None:
        self.client = client or ClientPool(POOL_ID)
        self.server = server or ServerPool()
        self.cut = cut
        self.limit = limit

    def open(self, private_data: dict[str, Any] | None = None) -> list[Event]:
        """Open the pool; return the client's events."""
        self.client.open()
        requested = self.to_server()
        assert [type(event) for event in requested] == [PoolOpenRequested]
        self.server.accept_open(private_data)
        return self.to_client()

    def to_server(self) -> list[ServerEvent]:
        """Carry everything the client has to say."""
        events: list[ServerEvent] = []
        while waiting := list(self.client.pending_streams()):
            for pipeline_id, stream in waiting:
                if pipeline_id is not None and pipeline_id not in self.server.pipelines:
                    self.server.add_pipeline(pipeline_id)
                for piece in self.cut(self.client.take(pipeline_id, self.limit, stream)):
                    events += self.server.receive(piece, pipeline_id, stream)
        return events

    def to_client(self) -> list[Event]:
        """Carry everything the server has to say."""
        events: list[Event] = []
        while waiting := list(self.server.pending_streams()):
            for pipeline_id, _ in waiting:
                for piece in self.cut(self.server.take(pipeline_id, self.limit)):
                    events += self.client.receive(piece, pipeline_id)
        return events

    def both(self) -> tuple[list[ServerEvent], list[Event]]:
        """Carry until nobody has anything to say."""
        at_server: list[ServerEvent] = []
        at_client: list[Event] = []
        while any(self.client.pending_streams()) or any(self.server.pending_streams()):
            at_server += self.to_server()
            at_client += self.to_client()
        return at_server, at_client

    def run(self, script: str, pipeline_id: UUID, **options: Any) -> list[ServerEvent]:
        """Create a pipeline and carry it over."""
        self.client.create_pipeline(PipelineSpec.script(script, **options), pipeline_id)
        return self.to_server()

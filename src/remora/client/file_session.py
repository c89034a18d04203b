"""A session while files go over it: scripts fed and read, and a lost connection taken up again."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from remora._log import bound
from remora._memory import keep_large_blocks
from remora.client.pipeline import Input, RemotePipeline
from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceState
from remora.errors import ConnectionLost, PSSessionError
from remora.psrp.spec import PipelineSpec

CHUNK: Final = 276 * 1024
"""Bytes in one object: as base64 in CLIXML in base64 in XML it just fits an envelope of 500 KiB."""
BLOCK: Final = 4 * CHUNK
"""Bytes that are read, and packed when it pays, at a time."""
QUOTA: Final = 48 * 1024 * 1024
"""Bytes of PSRP through one pipeline: a server takes at most 50 MB for one command."""
MAX_LOSSES: Final = 20
"""How often one copy takes up a lost connection before it gives up."""

_SAMPLE: Final = 8192
_WORTH: Final = 0.75

_log = bound(__name__)


def worth_packing(data: bytes) -> bool:
    """Tell by the first bytes of a block whether deflate makes it small enough to pay."""
    sample = data[:_SAMPLE]
    return len(zlib.compress(sample, 1)) < _WORTH * len(sample)


def pack(data: bytes) -> bytes | None:
    """Return a block as a raw deflate stream, None when that does not pay."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    return packed if len(packed) < _WORTH * len(data) else None


class CopySession:
    """Runs the scripts of one copy in a session that is open and not busy."""

    def __init__(self, session: PSSession) -> None:
        keep_large_blocks()
        self._session = session
        self._losses = 0

    @property
    def computer_name(self) -> str:
        return self._session.computer_name

    @property
    def chunk(self) -> int:
        """Bytes in one object."""
        return self._session.bytes_room or CHUNK

    @property
    def segment(self) -> int:
        """Bytes of files through one pipeline; as CLIXML they take more of its quota."""
        return QUOTA if self._session.bytes_room else QUOTA // 2

    async def start(self, script: str, arguments: Sequence[Any], source: Input) -> RemotePipeline:
        """Start a script that is fed from ``source`` while its output is read."""
        takes_bytes = self._session.bytes_room is not None
        spec = PipelineSpec.script(script, arguments=tuple(arguments), no_input=False, takes_bytes=takes_bytes)
        return await self._session.start(spec, input=source)

    async def answers(
        self, script: str, arguments: Sequence[Any], orders: Sequence[Any] | None
    ) -> list[dict[Any, Any]]:
        """Run a script to its end and return the hashtables it wrote. Raises PipelineFailed."""
        return list(await self._session.invoke(script, arguments, input=orders))

    async def persist(self, step: Callable[[], Awaitable[None]], after_loss: Callable[[], Awaitable[None]]) -> None:
        """Do one step; when the connection is lost meanwhile, restore it and call ``after_loss`` instead of raising."""
        try:
            await step()
            if self._session.state is RunspaceState.OPENED:
                return
            lost: ConnectionLost | PSSessionError = ConnectionLost("the session was disconnected", sent=True)
        except ConnectionLost as error:
            lost = error
        while True:
            self._losses += 1
            if self._losses > MAX_LOSSES:
                raise lost
            _log.info("copy_interrupted", computer=self.computer_name, losses=self._losses, error=str(lost))
            try:
                await self._restore()
                await after_loss()
            except ConnectionLost as error:
                lost = error
            else:
                return

    async def _restore(self) -> None:
        """Connect again, and stop what the loss left running."""
        if self._session.state is RunspaceState.DISCONNECTED:
            await self._session.connect()
        for pipeline in list(self._session.running):
            await pipeline.stop()

"""One deadline per call: the clocks below it are derived from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from remora.errors import DeadlineExceeded


@asynccontextmanager
async def deadline(limit: float | None, what: str) -> AsyncIterator[None]:
    """Bound a block by seconds; None does not. Raises DeadlineExceeded, after the block has cleaned up."""
    try:
        async with asyncio.timeout(limit):
            yield
    except TimeoutError as error:
        raise DeadlineExceeded(f"{what} took longer than {limit:g} s") from error

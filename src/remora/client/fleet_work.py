"""One batch of a fleet's targets as a piece of work that another thread, process or machine can do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from remora.client.connection_info import ConnectionInfo
from remora.client.fleet_items import FleetItem
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import InvokeResult, PipelineEnded
from remora.client.throttle import throttled
from remora.errors import RemoraError


@dataclass(frozen=True, kw_only=True)
class FleetWork:
    """A script for some targets. keywords: parameters, host and timeout of ``PSSession.invoke``.

    It can be pickled when the arguments can. Credentials travel with it: an executor that sends it over a network must
    keep it secret, or the targets take theirs from the aliases and password files of the machine that does the work.
    """

    infos: Sequence[ConnectionInfo]
    script: str
    argument_list: Sequence[Any] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    throttle_limit: int | None = None


def run_fleet_work(work: FleetWork) -> list[InvokeResult]:
    """Do the work in an event loop of its own, in a thread without one, and return the results in order of the targets.

    A target that failed has its ``failure`` set; nothing is raised for it.
    """
    return asyncio.run(_all(work))


async def _all(work: FleetWork) -> list[InvokeResult]:
    results: list[InvokeResult | None] = [None] * len(work.infos)

    async def one(position: int) -> None:
        results[position] = await invoke_one(work, work.infos[position])

    async for outcome in throttled(range(len(work.infos)), one, work.throttle_limit):
        if outcome.error is not None:
            results[outcome.target] = failed(work.infos[outcome.target], outcome.error)
    return [result for result in results if result is not None]


async def invoke_one(work: FleetWork, info: ConnectionInfo) -> InvokeResult:
    """Run the script on one target in a session of its own; a failure is in the result."""
    try:
        session = await _opened(info)
        async with session:
            return await session.invoke(work.script, work.argument_list, **work.keywords)
    except RemoraError as error:
        return failed(info, error)


async def stream_one(work: FleetWork, info: ConnectionInfo, put: Callable[[FleetItem], Awaitable[None]]) -> None:
    """Run the script on one target and put what it writes as FleetItems; the last one is its end."""
    result = InvokeResult(info.computer_name)
    try:
        session = await _opened(info)
        async with session:
            pipeline = await session.start(work.script, work.argument_list, **work.keywords)
            async with aclosing(pipeline.items()) as items:
                async for item in items:
                    await put(FleetItem(info.computer_name, *item))
            pipeline.conclude(result)
    except RemoraError as error:
        if isinstance(error, PipelineEnded):
            result.state = error.result.state
        else:
            result.state = "Failed"
        result.failure = error
    await put(FleetItem(info.computer_name, "end", result))


async def _opened(info: ConnectionInfo) -> PSSession:
    session = PSSession(info, instance_id=uuid4(), repository=PSSessionRepository())
    await session.open()
    return session


def failed(info: ConnectionInfo, error: Exception) -> InvokeResult:
    """Return the result of a target that failed, with what had arrived before."""
    result = error.result if isinstance(error, PipelineEnded) else InvokeResult(info.computer_name)
    result.failure = error
    if not isinstance(error, PipelineEnded):
        result.state = "Failed"
    return result

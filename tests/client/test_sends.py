"""Sends under way at the same time: so many at once, in order, errors told, nothing left behind."""

from __future__ import annotations

import asyncio

import pytest

from remora.client.sends import MOST, SendsAhead


class Server:
    """Answers when told to."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.answers: dict[int, asyncio.Future[None]] = {}

    async def send(self, position: int) -> None:
        self.came.append(position)
        self.answers[position] = asyncio.get_running_loop().create_future()
        await self.answers[position]


async def test_only_so_many_are_under_way() -> None:
    server, ahead = Server(), SendsAhead()
    for position in range(MOST):
        await ahead.add(server.send)
        assert server.came == list(range(position + 1))
    more = asyncio.ensure_future(ahead.add(server.send))
    await asyncio.sleep(0)
    server.answers[1].set_result(None)
    await asyncio.sleep(0)
    assert not more.done()
    server.answers[0].set_result(None)
    await more
    assert server.came == list(range(MOST + 1))
    for answer in server.answers.values():
        if not answer.done():
            answer.set_result(None)
    await ahead.settle()


async def test_an_error_is_told_once_and_the_rest_is_given_up() -> None:
    server, ahead = Server(), SendsAhead()
    await ahead.add(server.send)
    await ahead.add(server.send)
    server.answers[0].set_exception(ValueError("refused"))
    with pytest.raises(ValueError, match="refused"):
        await ahead.settle()
    await asyncio.sleep(0)
    assert server.answers[1].cancelled()
    await ahead.settle()


async def test_who_waits_may_be_cancelled_and_the_sends_go_on() -> None:
    server, ahead = Server(), SendsAhead()
    await ahead.add(server.send)
    waiting = asyncio.ensure_future(ahead.settle())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not server.answers[0].cancelled()
    server.answers[0].set_result(None)
    await ahead.settle()


async def test_what_nobody_wants_is_cancelled() -> None:
    server, ahead = Server(), SendsAhead()
    await ahead.add(server.send)
    ahead.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert server.answers[0].cancelled()

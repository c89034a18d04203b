"""The fuzzer of the gate without its engine: the kept corpus, and a few inputs of a fixed seed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remora.config import WinrmConfig
from remora.host.authenticator import LocalAuthenticator
from remora.host.gate import Connection
from remora.net.http_server import HttpRequest, HttpResponse
from tests.fuzz.gate import VICTIM, Fuzzed, make, play

CORPUS = Path(__file__).parent / "corpus"
SEED, INPUTS = 20, 80


@pytest.fixture
async def fuzzed(tmp_path: Path) -> Fuzzed:
    return await make(tmp_path)


async def play_corpus(fuzzed: Fuzzed) -> int:
    kept = sorted(CORPUS.iterdir())
    for path in kept:
        await play(fuzzed, path.read_bytes())
    return len(kept)


async def test_the_corpus(fuzzed: Fuzzed) -> None:
    assert await play_corpus(fuzzed) > 30


async def test_changed_inputs_of_the_corpus(fuzzed: Fuzzed) -> None:
    chance = random.Random(SEED)
    kept = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    for _ in range(INPUTS):
        data = bytearray(chance.choice(kept) + chance.choice(kept)[1:])
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        await play(fuzzed, bytes(data))


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_input(fuzzed: Fuzzed, data: bytes) -> None:
    await play(fuzzed, data)


async def test_a_gate_that_lets_somebody_in_is_noticed(fuzzed: Fuzzed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were what another connection has proved good enough, the corpus would tell."""
    checked = fuzzed.gate._unannounced
    victim = cast(LocalAuthenticator, fuzzed.gate._authenticator).principal("", VICTIM[0], "Negotiate")

    async def trusting(connection: Connection, request: HttpRequest, body: bytes, config: WinrmConfig) -> HttpResponse:
        if connection.state.principal is None and body:
            connection.state.refuse()
            connection.state.accept(victim, None)
        return await checked(connection, request, body, config)

    monkeypatch.setattr(fuzzed.gate, "_unannounced", trusting)
    with pytest.raises(AssertionError, match="alice"):
        await play_corpus(fuzzed)

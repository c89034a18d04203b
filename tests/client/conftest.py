from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.options import PSSessionOption
from remora.client.repository import PSSessionRepository
from tests.client.small_host import PASSWORD, USER, SmallHost, small_host


@pytest.fixture
async def host() -> AsyncIterator[SmallHost]:
    async with small_host() as running:
        yield running


@pytest.fixture
def repository() -> PSSessionRepository:
    return PSSessionRepository()


@pytest.fixture
def where(host: SmallHost, repository: PSSessionRepository) -> dict[str, Any]:
    """The keywords that lead to the host; its own repository for each test."""
    return way_to(host, repository)


def way_to(host: SmallHost, repository: PSSessionRepository, **option: Any) -> dict[str, Any]:
    return {
        "connection_uri": host.url,
        "username": USER,
        "password": PASSWORD,
        "authentication": "basic",
        "session_option": PSSessionOption(**option),
        "repository": repository,
        "config": ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)),
    }

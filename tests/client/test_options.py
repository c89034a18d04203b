from __future__ import annotations

import asyncio
import re
import socket

import pytest

import remora
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.options import (
    OutputBufferingMode,
    PSSessionOption,
    SessionFilterState,
    buffer_mode,
    configuration_name,
    configuration_uri,
)
from remora.client.repository import PSSessionRepository
from remora.client.wsman_session import WSManSession
from remora.errors import ConfigError, PSSessionError
from remora.wsman import uris
from remora.wsman.headers import SelectorSet
from remora.wsman.requests import Get
from tests.client.small_host import PASSWORD, USER, small_host


@pytest.mark.parametrize(("given", "expected"), [("drop", 1), ("Block", 2), (None, 0), (1, 1), ("NONE", 0)])
def test_buffering_modes_are_read_in_any_form(given: object, expected: int) -> None:
    assert OutputBufferingMode.parse(given) == expected  # type: ignore[arg-type]


def test_the_wire_leaves_none_out() -> None:
    assert buffer_mode(OutputBufferingMode.NONE) is None
    assert buffer_mode(OutputBufferingMode.DROP) == "Drop"
    with pytest.raises(ConfigError):
        OutputBufferingMode.parse("sometimes")


def test_configuration_names_and_uris() -> None:
    uri = configuration_uri("ITTasks")
    assert uri == "http://schemas.microsoft.com/powershell/ITTasks"
    assert configuration_name(uri) == "ITTasks"
    assert configuration_uri(None).endswith("/Microsoft.PowerShell")
    assert configuration_uri("http://else/where") == configuration_name("http://else/where") == "http://else/where"


def test_options_are_checked() -> None:
    for wrong in ({"open_timeout": -1}, {"maximum_received_object_size": 0}, {"output_buffering_mode": "x"}):
        with pytest.raises(ConfigError):
            PSSessionOption(**wrong)  # type: ignore[arg-type]
    PSSessionOption(idle_timeout=60_000).check_idle_timeout()
    PSSessionOption().check_idle_timeout()
    with pytest.raises(PSSessionError):
        PSSessionOption(idle_timeout=59_999).check_idle_timeout()


def test_filter_states() -> None:
    assert SessionFilterState.parse("disconnected") is SessionFilterState.DISCONNECTED
    assert SessionFilterState.parse(None) is SessionFilterState.ALL
    with pytest.raises(ConfigError):
        SessionFilterState.parse("gone")


async def test_cultures_go_into_the_headers() -> None:
    (info,) = connection_infos(
        computer_name="localhost", config=ClientConfig(),
        session_option=PSSessionOption(culture="de-CH", ui_culture="fr-CA"),
    )  # fmt: skip
    async with WSManSession(info) as session:
        request = Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell("A"))
        sent = session.document(session.prepare(request))
    assert re.search(rb'<\w+:Locale [^>]*xml:lang="fr-CA"', sent)
    assert re.search(rb'<\w+:DataLocale [^>]*xml:lang="de-CH"', sent)


async def test_cancel_timeout_bounds_the_end_of_a_session() -> None:
    async with small_host() as host:
        session = await remora.new_pssession(
            connection_uri=host.url, username=USER, password=PASSWORD, authentication="basic",
            session_option=PSSessionOption(cancel_timeout=50),
            config=ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)),
            repository=PSSessionRepository(),
        )  # fmt: skip
        assert isinstance(session, remora.PSSession)
        host.delete_seconds = 30
        async with asyncio.timeout(10):
            await session.close()
        assert session.state is remora.RunspaceState.CLOSED


async def test_open_timeout_bounds_the_beginning() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(remora.DeadlineExceeded, match="opening a session"):
            await remora.new_pssession(
                connection_uri=f"http://127.0.0.1:{port}", username=USER, password=PASSWORD,
                session_option=PSSessionOption(open_timeout=100), config=ClientConfig(),
                repository=PSSessionRepository(),
            )  # fmt: skip

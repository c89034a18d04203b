"""Listeners are bound before anything else, with certificates where TLS is asked for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from remora.config.host import HostConfiguration
from remora.config.listener import parse_listener
from remora.errors import ConfigError
from remora.host.listeners import ListenerSet
from remora.host.state_dir import StateDir


def listeners(tmp_path: Path, *urls: str, configured: tuple[str, ...] | None = None) -> ListenerSet:
    items = None if configured is None else tuple(parse_listener(url) for url in configured)
    return ListenerSet(urls, HostConfiguration(listeners=items), tmp_path / "tls")


def test_the_command_line_comes_before_the_configuration_before_the_default(tmp_path: Path) -> None:
    given = listeners(tmp_path, "http://127.0.0.1:0", configured=("http://127.0.0.2:0",))
    configured = listeners(tmp_path, configured=("http://127.0.0.2:0",))
    try:
        assert [item.host for item in given.settings] == ["127.0.0.1"]
        assert [item.host for item in configured.settings] == ["127.0.0.2"]
        assert [item.url for item in HostConfiguration().chosen_listeners()] == ["http://127.0.0.1"]
        assert listeners(tmp_path, configured=()).settings == ()
    finally:
        given.close()
        configured.close()


def test_sockets_are_bound_and_tls_gets_a_certificate(tmp_path: Path) -> None:
    made = listeners(tmp_path, "http://127.0.0.1:0", "https://localhost:0")
    plain, secure = (made.find(item) for item in made.settings)
    try:
        assert plain is not None
        assert secure is not None
        assert plain.tls is None
        assert plain.port > 0
        assert secure.tls is not None
        assert secure.channel_binding is not None
        assert secure.channel_binding.startswith(b"tls-server-end-point:")
        assert (tmp_path / "tls" / "server.crt").exists()
        with pytest.raises(ConfigError, match="cannot listen"):
            listeners(tmp_path, f"http://127.0.0.1:{plain.port}")
    finally:
        made.close()


def test_what_cannot_be_bound_leaves_everything_as_it_was(tmp_path: Path) -> None:
    made = listeners(tmp_path, configured=("http://127.0.0.1:0",))
    (first,) = made.settings
    bound = made.find(first)
    assert bound is not None
    free = parse_listener("http://127.0.0.2:0")
    taken = parse_listener(f"http://127.0.0.1:{bound.port}")
    try:
        with pytest.raises(ConfigError, match="cannot listen"):
            made.follow(HostConfiguration(listeners=(free, first, taken)))
        assert made.settings == (first,)
        assert made.urls == (f"http://127.0.0.1:{bound.port}",)
        made.follow(HostConfiguration(listeners=(free, first)))
        assert made.find(first) is bound
        assert len(made.urls) == 2
        made.follow(HostConfiguration(listeners=()))
        assert (made.settings, made.urls) == ((), ())
    finally:
        made.close()


def test_sockets_work_in_a_state_directory_with_a_long_name(tmp_path: Path) -> None:
    state = StateDir(tmp_path / ("x" * 100) / ("y" * 100))
    state.prepare(front_uid=os.geteuid(), front_gid=os.getegid())
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(state.anchored().control))
        server.listen()
        client.connect(str(state.anchored().control))
    assert state.control.is_socket()


def test_one_front_end_a_state_directory(tmp_path: Path) -> None:
    import os

    state = StateDir(tmp_path / "state")
    state.prepare(front_uid=os.getuid(), front_gid=os.getgid())
    held = state.lock()
    with pytest.raises(ConfigError, match="another front end"):
        state.lock()
    os.close(held)
    os.close(state.lock())

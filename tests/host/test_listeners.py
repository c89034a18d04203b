"""Listeners are bound before anything else, with certificates where TLS is asked for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from remora.errors import ConfigError
from remora.host.config_store import HostConfiguration, parse_listener
from remora.host.listeners import bind_listeners, chosen_listeners
from remora.host.state_dir import StateDir


def test_the_command_line_comes_before_the_configuration_before_the_default() -> None:
    configured = HostConfiguration(listeners=(parse_listener("http://*:5985"),))
    assert [item.url for item in chosen_listeners(("https://127.0.0.1:1",), configured)] == ["https://127.0.0.1:1"]
    assert [item.url for item in chosen_listeners((), configured)] == ["http://*:5985"]
    assert [item.url for item in chosen_listeners((), HostConfiguration())] == ["http://127.0.0.1"]


def test_sockets_are_bound_and_tls_gets_a_certificate(tmp_path: Path) -> None:
    chosen = chosen_listeners(("http://127.0.0.1:0", "https://localhost:0"), HostConfiguration())
    plain, secure = bind_listeners(chosen, HostConfiguration(), tmp_path / "tls")
    try:
        assert plain.tls is None
        assert plain.sock.getsockname()[1] > 0
        assert secure.tls is not None
        assert secure.channel_binding is not None
        assert secure.channel_binding.startswith(b"tls-server-end-point:")
        assert (tmp_path / "tls" / "server.crt").exists()
        taken = plain.sock.getsockname()[1]
        again = chosen_listeners((f"http://127.0.0.1:{taken}",), HostConfiguration())
        with pytest.raises(ConfigError, match="cannot listen"):
            bind_listeners(again, HostConfiguration(), tmp_path)
    finally:
        plain.sock.close()
        secure.sock.close()


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

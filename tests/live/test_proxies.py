"""Proxies that others wrote: tinyproxy and microsocks, with and without a logon."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import remora.sync
from remora.client.config_store import ClientConfig
from remora.client.options import ProxyAccessType, PSSessionOption
from remora.errors import RemoraError
from remora.values import PSCredential
from tests.support.host import PASSWORD, USER, HostProcess, running_host

pytestmark = pytest.mark.debian
LOGON = ("gate", "s3same")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("proxied") / "state") as running:
        yield running


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    program = shutil.which(command[0])
    assert program is not None, f"{command[0]} is not installed"
    process = subprocess.Popen([program, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def tinyproxy(directory: Path, *lines: str) -> Iterator[str]:
    port = free_port()
    file = directory / f"tinyproxy-{port}.conf"
    file.write_text("\n".join([f"Port {port}", "Listen 127.0.0.1", "Timeout 60", "MaxClients 20", *lines, ""]), "utf-8")
    with running(["tinyproxy", "-d", "-c", str(file)], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def microsocks(*arguments: str) -> Iterator[str]:
    port = free_port()
    with running(["microsocks", "-i", "127.0.0.1", "-p", str(port), *arguments], port):
        yield f"socks5://127.0.0.1:{port}"


def answer(host: HostProcess, **option: Any) -> list[Any]:
    with remora.sync.new_pssession(
        connection_uri=f"{host.url}/wsman", username=USER, password=PASSWORD,
        session_option=PSSessionOption(**option), config=ClientConfig(),
    ) as session:  # fmt: skip
        return list(session.invoke("6 * 7"))


def test_tinyproxy_tunnels(host: HostProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tinyproxy(tmp_path) as url:
        assert answer(host, proxy=url) == [42]
        monkeypatch.setenv("http_proxy", url)
        assert answer(host, proxy_access_type=ProxyAccessType.IE_CONFIG) == [42]


def test_tinyproxy_wants_basic(host: HostProcess, tmp_path: Path) -> None:
    with tinyproxy(tmp_path, f"BasicAuth {' '.join(LOGON)}") as url:
        given = {"proxy": url, "proxy_authentication": "Basic"}
        assert answer(host, proxy_credential=PSCredential(*LOGON), **given) == [42]
        for wrong in (None, PSCredential(LOGON[0], "wrong")):
            with pytest.raises(RemoraError, match="proxy"):
                answer(host, proxy_credential=wrong, **given)


def test_tinyproxy_that_allows_no_tunnel_says_so(host: HostProcess, tmp_path: Path) -> None:
    with tinyproxy(tmp_path, "ConnectPort 443") as url, pytest.raises(RemoraError, match="let the proxy allow CONNECT"):
        answer(host, proxy=url)


def test_microsocks(host: HostProcess) -> None:
    with microsocks() as url:
        assert answer(host, proxy=url) == [42]
    with microsocks("-u", LOGON[0], "-P", LOGON[1]) as url:
        assert answer(host, proxy=url, proxy_credential=PSCredential(*LOGON)) == [42]
        with pytest.raises(RemoraError, match="proxy"):
            answer(host, proxy=url)

"""How the web cmdlets connect: TLS, sockets, proxies of the environment, default credentials; what -OutFile keeps."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest

from tests.modules.conftest import Session
from tests.support.authority import Authority
from tests.support.web_server import LARGE, Handler, Server, web_server

_COMMANDS = [
    ("Invoke-RestMethod", ",Microsoft.PowerShell.Commands.InvokeRestMethodCommand"),
    ("Invoke-WebRequest", ",Microsoft.PowerShell.Commands.InvokeWebRequestCommand"),
]
both = pytest.mark.parametrize(("command", "suffix"), _COMMANDS)
_FAILED = "WebCmdletWebResponseException"


class _UnixHandler(Handler):
    def address_string(self) -> str:
        return "socket"


class _UnixServer(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@contextmanager
def _running(server: Server | _UnixServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with web_server() as address:
        yield address


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of TLS 1.3 whose authority nobody trusts."""
    certificate, key = Authority().server("localhost").write(tmp_path_factory.mktemp("tls"), "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(server):
        yield f"https://localhost:{server.server_port}"


@both
def test_certificates_are_checked_unless_they_are_not(ps: Session, tls: str, command: str, suffix: str) -> None:
    assert ps(f"{command} {tls}/echo").ids == [_FAILED + suffix]
    assert ps(f"{command} {tls}/echo -SkipCertificateCheck | Out-Null").ids == []


@both
def test_versions_of_tls(ps: Session, tls: str, command: str, suffix: str) -> None:
    call = f"{command} {tls}/echo -SkipCertificateCheck -SslProtocol"
    assert ps(f"{call} Tls12 | Out-Null").ids == [_FAILED + suffix]
    assert ps(f"{call} 'Tls12, Tls13' | Out-Null").ids == []


@both
def test_a_redirection_out_of_tls(ps: Session, tls: str, url: str, command: str, suffix: str) -> None:
    call = f"{command} '{tls}/redirect?to={url}/echo' -SkipCertificateCheck"
    assert ps(f"{call} | Out-Null").ids == ["InsecureRedirection" + suffix]
    assert ps(f"{call} -AllowInsecureRedirect | Out-Null").ids == []


@both
def test_a_socket_of_unix(ps: Session, tmp_path: Path, command: str, suffix: str) -> None:
    with _running(_UnixServer(str(tmp_path / "s"), _UnixHandler)):
        ran = ps(f"{command} http://nowhere.invalid/text?text=hi -UnixSocket {tmp_path}/s | % {{ $_.Content ?? $_ }}")
    assert (ran.output, ran.ids) == (["hi"], [])


@both
def test_the_proxy_of_the_environment(
    ps: Session, url: str, command: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert ps(f"{command} {url}/echo").ids == [_FAILED + suffix]
    assert ps(f"{command} {url}/echo -NoProxy | Out-Null").ids == []
    assert ps(f"{command} {url}/echo -Proxy {url} | Out-Null").ids == []


@both
@pytest.mark.parametrize(
    ("arguments", "id"),
    [
        ("-UseDefaultCredentials", "WebCmdletAllowUnencryptedAuthenticationRequiredException"),
        ("-UseDefaultCredentials -AllowUnencryptedAuthentication", None),
        ("-ProxyUseDefaultCredentials", "WebCmdletProxyUriNotSuppliedException"),
        ("-ProxyUseDefaultCredentials -Proxy URL", None),
        ("-TransferEncoding odd", "ParameterArgumentValidationError"),
        ("-OperationTimeoutSeconds -1", "ParameterArgumentValidationError"),
        ("-UnixSocket ''", "ParameterArgumentValidationError"),
        ("-Certificate x", "NotSupported"),
        ("-HttpVersion 1.0", "NotSupported"),
        ("-UseBasicParsing", None),
    ],
)
def test_what_is_asked_for(ps: Session, url: str, command: str, suffix: str, arguments: str, id: str | None) -> None:
    ran = ps(f"{command} {url}/echo {arguments.replace('URL', url)} | Out-Null")
    assert ran.ids == ([] if id is None else [id + suffix])


@both
def test_files_that_are_kept(ps: Session, url: str, tmp_path: Path, command: str, suffix: str) -> None:
    file = tmp_path / "f"
    assert ps(f"{command} {url}/file -OutFile f").output == []
    assert file.read_bytes() == LARGE
    assert len(ps(f"{command} {url}/file -OutFile f -PassThru").output) == 1
    file.write_bytes(b"-" * 100)
    ps(f"{command} {url}/file -OutFile f -Resume")
    assert file.read_bytes() == b"-" * 100 + LARGE[100:]
    (tmp_path / "in").write_text("from a file")
    echoed = ps(
        f"{command} {url}/echo -Method Post -InFile in | % {{ ($_.Content ?? ($_ | ConvertTo-Json)) -match 'from a' }}"
    )
    assert echoed.output == [True]
    form = ps(
        f"{command} {url}/echo -Method Post -Form @{{ a = 'xyz' }} | % {{ ($_.Content ?? $_.body) -match 'xyz' }}"
    )
    assert form.output == [True]

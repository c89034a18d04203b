"""Items 66 to 72, 129 and 130: how the client reaches a machine, and whom it speaks to at all."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import remora.sync
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.options import PSSessionOption
from remora.client.session_errors import error_id_of
from remora.client.session_flags import SessionFlag, session_flags
from remora.client.target import resolve
from remora.errors import AuthError, PSSessionError, RemoraError
from remora.host.logon_sessions import LogonType
from tests.support.console_client import ConsoleClient
from tests.support.host import PROGRAM
from tests.support.host import remora as run_remora
from tests.support.proxy_server import PASSWORD as PROXY_PASSWORD
from tests.support.proxy_server import USER as PROXY_USER
from tests.support.proxy_server import proxy_server
from tests.support.redirecting import redirecting
from tests.support.session_lab import ALICE, PASSWORD, Lab

CREDENTIAL = f"[pscredential]::new('{ALICE}', (ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force))"
Configured = Callable[[str], ConsoleClient]


@pytest.fixture
def configured(tmp_path: Path) -> Iterator[Configured]:
    """Make a client process with a configuration of its own."""
    made: list[ConsoleClient] = []

    def make(text: str) -> ConsoleClient:
        (tmp_path / "client.toml").write_text(text, "utf-8")
        made.append(ConsoleClient({"REMORA_CLIENT_CONFIG": str(tmp_path / "client.toml")}))
        return made[-1]

    yield make
    for process in made:
        process.end()


@contextmanager
def nobody_calls() -> Iterator[int]:
    """A port where nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def way_of(failure: RemoraError) -> str:
    return error_id_of(failure, "PSSessionOpenFailed")


def test_item_066_the_mechanisms(a: ConsoleClient) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    for name in ("Default", "Basic", "Negotiate", "NegotiateWithImplicitCredential"):
        said = a(f"Connect-PSSession Server01 -Name One -Authentication {name} | Disconnect-PSSession | % State")
        assert [str(state) for state in said.values] == ["Disconnected"], (name, said)
    for name in ("Credssp", "Kerberos", "Digest"):
        said = a(f"Connect-PSSession Server01 -Name One -Authentication {name}")
        assert said.values == []
        assert said.ids[0].endswith("RemotePSSessionQueryFailed")
        assert name.casefold() in said.errors[0].message.casefold()
    assert a("Connect-PSSession Server01 -Name One -Authentication Magic").ids == ["CannotConvertArgumentNoMessage"]
    a("Get-PSSession Server01 | Remove-PSSession")


def test_item_067_a_thumbprint_and_a_credential_exclude_each_other(a: ConsoleClient) -> None:
    said = a(f"Connect-PSSession Server01 -CertificateThumbprint 00 -Credential ({CREDENTIAL})")
    assert said.ids == ["ParameterBindingFailed"]
    assert "CertificateThumbprint and Credential" in said.failure.message if said.failure else False


def test_item_068_tls_on_a_port_without_it_fails(a: ConsoleClient, lab: Lab) -> None:
    said = a(f"Connect-PSSession Server01 -UseSSL -Port {lab.host.port}")
    assert [error_id.rpartition(",")[2] for error_id in said.ids] == ["RemotePSSessionQueryFailed"]
    with pytest.raises(RemoraError, match="TLS"):
        remora.sync.connect_pssession(**lab.way(), use_ssl=True, port=lab.host.port)
    assert lab.cli("session", "connect", "Server01", "--use-ssl", "--port", str(lab.host.port), check=False).returncode


def test_item_071_the_ports(a: ConsoleClient) -> None:
    config = ClientConfig()
    assert resolve("Server01", config).url == "http://Server01:5985/wsman"
    assert resolve("Server01", config, use_ssl=True).url == "https://Server01:5986/wsman"
    for port in (0, 65536):
        assert a(f"Connect-PSSession Server01 -Port {port}").ids == ["ParameterArgumentValidationError"]
        with pytest.raises(PSSessionError) as caught:
            remora.sync.connect_pssession(computer_name="x", port=port, username="a", password="b")
        assert caught.value.error_id == "ParameterArgumentValidationError"
        assert run_remora("session", "connect", "Server01", "--port", str(port), check=False).returncode == 2
    said = a(f"New-PSSession localhost.invalid -UseSSL -Credential ({CREDENTIAL})")
    assert "localhost.invalid:5986" in said.errors[0].message


def test_item_072_uris_without_a_port(a: ConsoleClient) -> None:
    for uri, where in (("http://127.0.0.1/x", "127.0.0.1:80"), ("https://127.0.0.1", "127.0.0.1:443")):
        said = a(f"New-PSSession -ConnectionUri {uri} -Credential ({CREDENTIAL})")
        assert where in said.errors[0].message
        with pytest.raises(RemoraError, match=where):
            remora.sync.new_pssession(connection_uri=uri, username=ALICE, password=PASSWORD)


@pytest.mark.parametrize(
    ("uri", "error_id"),
    [
        ("wsman/x", "RelativeUriForRunspacePathNotSupported"),
        ("ftp://server/x", "InvalidSchemeValue"),
        ("http://server:70000/x", "CreateRemoteRunspaceFailed"),
    ],
)
def test_uris_that_cannot_be_used_say_why(uri: str, error_id: str) -> None:
    with pytest.raises(PSSessionError) as caught:
        remora.sync.get_pssession(connection_uri=uri, username="a", password="b")
    assert caught.value.error_id == error_id


@pytest.mark.parametrize("mechanism", ["Negotiate", "Basic", "Digest"])
def test_item_129_without_credentials_the_mechanisms_ask_for_them(configured: Configured, mechanism: str) -> None:
    with nobody_calls() as port:
        text = '[client]\nallow_unencrypted = true\nauth.basic = true\ntrusted_hosts = "*"\n'
        said = configured(text)(f"New-PSSession -ConnectionUri http://127.1:{port} -Authentication {mechanism}")
        assert said.ids == ["ExplicitCredentialsRequired,PSSessionOpenFailed"]
        assert "user name and password" in said.errors[0].message
        with pytest.raises(AuthError) as caught:
            remora.sync.new_pssession(
                connection_uri=f"http://127.1:{port}",
                authentication=mechanism,
                config=ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True), trusted_hosts=("*",)),
            )
        assert way_of(caught.value) == "ExplicitCredentialsRequired,PSSessionOpenFailed"


@pytest.mark.parametrize("mechanism", ["Default", "Negotiate", "Basic"])
def test_item_130_over_http_only_trusted_hosts_are_spoken_to(
    configured: Configured, lab: Lab, tmp_path: Path, mechanism: str
) -> None:
    """127.1 is a name to every rule, though it leads to this machine."""
    new = f"-Authentication {mechanism} -Credential ({CREDENTIAL}); $s.State; Remove-PSSession $s"
    way = {"authentication": mechanism, "username": ALICE, "password": PASSWORD}
    with nobody_calls() as port:
        url = f"http://127.1:{port}/wsman"
        said = configured("[client]\nallow_unencrypted = true\nauth.basic = true\n")(
            f"$s = New-PSSession -ConnectionUri {url} {new}"
        )
        assert said.ids[0] == "ServerNotTrusted,PSSessionOpenFailed"
        with pytest.raises(AuthError, match="trusted_hosts") as caught:
            remora.sync.new_pssession(
                connection_uri=url, config=ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)), **way
            )
        assert way_of(caught.value) == "ServerNotTrusted,PSSessionOpenFailed"
        password = tmp_path / "password"
        password.write_text(PASSWORD, "utf-8")
        who = ("--username", ALICE, "--password-file", str(password), "--client-config", str(tmp_path / "client.toml"))
        done = run_remora("run", url, *who, "--auth", mechanism, "-c", "1", check=False)
        assert (done.returncode, done.stdout) == (255, "")
        assert "trusted_hosts" in done.stderr
    url = lab.url.replace("127.0.0.1", "127.1")
    said = configured('[client]\nallow_unencrypted = true\nauth.basic = true\ntrusted_hosts = ["other", "127.1"]\n')(
        f"$s = New-PSSession -ConnectionUri {url} {new}"
    )
    assert [str(value) for value in said.values] == ["Opened"], said
    config = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True), trusted_hosts=("127.*",))
    with remora.sync.new_pssession(connection_uri=url, config=config, **way) as mine:
        assert list(mine.invoke("1 + 1")) == [2]
    assert run_remora("run", url, *who, "--auth", mechanism, "-c", "6 * 7").stdout == "42\n"


def test_a_proxy_by_cmdlet_and_by_command_line(lab: Lab, tmp_path: Path) -> None:
    with proxy_server(mechanism="Digest") as proxy:
        client = ConsoleClient({**lab.environment, "http_proxy": proxy.url()})
        secret = PROXY_PASSWORD.replace("'", "''")
        who = f"[pscredential]::new('{PROXY_USER}', (ConvertTo-SecureString '{secret}' -AsPlainText -Force))"
        option = f"-ProxyAccessType IEConfig -ProxyAuthentication Digest -ProxyCredential ({who})"
        said = client(
            f"$s = New-PSSession Server01 -SessionOption (New-PSSessionOption {option}); Invoke-Command $s {{ 42 }}"
        )
        assert said.value == 42
        assert len(proxy.asked) >= 1
        client("Remove-PSSession $s")
        before = len(proxy.asked)
        assert client("Get-PSSession Server01").ids == []
        assert len(proxy.asked) == before
        client.end()
        file = tmp_path / "secret"
        file.write_text(PROXY_PASSWORD, "utf-8")
        through = ("--proxy", proxy.url(user=f"{PROXY_USER}@"), "--proxy-authentication", "digest")
        done = lab.cli("run", "Server01", *through, "--proxy-password-file", str(file), "-c", "6 * 7")
        assert done.stdout == "42\n"
        assert len(proxy.asked) > before
        done = lab.cli("run", "Server01", *through, "-c", "1", check=False)
        assert (done.returncode, done.stdout) == (255, "")
        done = lab.cli("run", "Server01", "--proxy", "http://a:b@h", "-c", "1", check=False)
        assert done.returncode == 2
        assert "--proxy-password-file" in done.stderr


def test_item_069_redirections_belong_to_uris_and_need_leave(a: ConsoleClient, lab: Lab, tmp_path: Path) -> None:
    sets = a("(Get-Command Connect-PSSession).Parameters['AllowRedirection'].ParameterSets.Keys").values
    assert sorted(sets) == ["ConnectionUri", "ConnectionUriGuid"]
    assert a("Connect-PSSession -ComputerName Server01 -AllowRedirection").ids == ["AmbiguousParameterSet"]
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, "utf-8")
    who = f"-Credential ({CREDENTIAL})"
    with redirecting(lab.url) as front:
        said = a(f"$s = New-PSSession -ConnectionUri {front.url} -Name One {who}")
        assert said.ids == ["RedirectInformationRequired,PSSessionOpenFailed"]
        for told in ("MaximumConnectionRedirectionCount", "PSSessionOption", "AllowRedirection"):
            assert told in said.errors[0].message
        said = a(f"$s = New-PSSession -ConnectionUri {front.url} -Name One {who} -AllowRedirection; $s.State")
        assert [str(value) for value in said.values] == ["Opened"], said
        assert [warning for warning in said.warnings if lab.url in warning]
        a("$null = Disconnect-PSSession $s; Remove-Variable s")
        said = a(f"Connect-PSSession -ConnectionUri {front.url} -Name One {who}")
        assert said.ids == ["RedirectInformationRequired,RemotePSSessionQueryFailed"]
        said = a(f"Get-PSSession -ConnectionUri {front.url} -Name One {who} -AllowRedirection")
        assert len(said.values) == 1
        assert [warning for warning in said.warnings if lab.url in warning]
        said = a(f"Connect-PSSession -ConnectionUri {front.url} -Name One {who} -AllowRedirection | % State")
        assert [str(value) for value in said.values] == ["Opened"], said
        said = a(f"Invoke-Command -ConnectionUri {front.url} {who} -AllowRedirection {{ 6 * 7 }}")
        assert said.value == 42
        assert [warning for warning in said.warnings if lab.url in warning]
        cli = ("--username", ALICE, "--password-file", str(secret))
        done = lab.cli("run", front.url, *cli, "-c", "1", check=False)
        assert done.returncode == 255
        assert "AllowRedirection" in done.stderr
        done = lab.cli("run", front.url, *cli, "--allow-redirection", "-c", "6 * 7")
        assert done.stdout == "42\n"
        assert f"redirects to {lab.url}" in done.stderr
        assert lab.cli("run", "Server01", "--allow-redirection", "-c", "1", check=False).returncode == 2
        with pytest.raises(RemoraError) as caught:
            remora.sync.new_pssession(connection_uri=front.url, username=ALICE, password=PASSWORD)
        assert way_of(caught.value) == "RedirectInformationRequired,PSSessionOpenFailed"


def test_item_070_at_most_five_redirections_or_what_the_option_says(a: ConsoleClient, lab: Lab) -> None:
    with redirecting() as circle:
        call = f"New-PSSession -ConnectionUri {circle.url} -Credential ({CREDENTIAL}) -AllowRedirection"
        for option, visits in (
            ("", 6),
            (" -SessionOption (New-PSSessionOption -MaximumRedirection 2)", 3),
            (" -SessionOption @{ MaximumConnectionRedirectionCount = 1 }", 2),
            (" -SessionOption (New-PSSessionOption -MaximumRedirection 0)", 1),
        ):
            circle.came.clear()
            said = a(call + option)
            assert said.ids == ["RedirectInformationRequired,PSSessionOpenFailed"]
            assert len(said.warnings) == visits - 1
            assert len(circle.came) == visits
        circle.came.clear()
        with pytest.raises(RemoraError):
            remora.sync.new_pssession(
                connection_uri=circle.url, username=ALICE, password=PASSWORD, allow_redirection=True,
                session_option={"maximum_connection_redirection_count": 3},
            )  # fmt: skip
        assert len(circle.came) == 4
        given = ("--allow-redirection", "--maximum-redirection", "1", "--username", ALICE)
        circle.came.clear()
        lab.cli("run", circle.url, *given, "--password-file", str(lab.directory / "password"), "-c", "1", check=False)
        assert len(circle.came) == 2


def test_item_127_the_flags_of_a_session() -> None:
    assert (SessionFlag.USE_NEGOTIATE, SessionFlag.CRED_USERNAME_PASSWORD) == (131072, 4096)
    assert SessionFlag.USE_NEGOTIATE | SessionFlag.CRED_USERNAME_PASSWORD == 135168
    who = {"username": ALICE, "password": PASSWORD, "config": ClientConfig()}
    (info,) = connection_infos(computer_name="localhost", authentication="negotiate", **who)
    assert session_flags(info) == 135168 | SessionFlag.UTF8
    option = PSSessionOption(
        skip_ca_check=True, skip_cn_check=True, skip_revocation_check=True, use_utf16=True, include_port_in_spn=True,
        no_encryption=True,
    )  # fmt: skip
    (info,) = connection_infos(computer_name="s", use_ssl=True, authentication="basic", session_option=option, **who)
    assert session_flags(info) == 262144 + 4096 + 8192 + 16384 + 33554432 + 8388608 + 4194304 + 1048576 + 134217728


@pytest.mark.parametrize(("mechanism", "kind"), [("basic", 8), ("negotiate", 3)])
def test_item_128_the_types_of_logons(lab: Lab, mechanism: str, kind: int) -> None:
    names = (
        "System", None, "Interactive", "Network", "Batch", "Service", "Proxy", "Unlock", "NetworkCleartext",
        "NewCredentials", "RemoteInteractive", "CachedInteractive", "CachedRemoteInteractive", "CachedUnlock",
    )  # fmt: skip
    listed = {member.value: member.name.replace("_", "").casefold() for member in LogonType}
    assert listed == {number: name.casefold() for number, name in enumerate(names) if name is not None}
    with remora.sync.new_pssession(authentication=mechanism, **lab.way()) as mine:
        (file,) = lab.host.state_dir.rglob(f"{str(mine.instance_id).upper()}.json")
        record = json.loads(file.read_text("utf-8"))
        assert record["logon_type"] == kind


def test_item_123_the_preference_counts_where_no_option_is_given(a: ConsoleClient, lab: Lab) -> None:
    told = "$PSSenderInfo.ApplicationArguments.From"
    a("$PSSessionOption = New-PSSessionOption -ApplicationArguments @{ From = 'preference' }")
    own = "-SessionOption (New-PSSessionOption -ApplicationArguments @{ From = 'option' })"
    for option, expected in (("", "preference"), (own, "option")):
        assert a(f"Invoke-Command Server01 {option} {{ {told} }}").value == expected
        a(f"$s = New-PSSession Server01 {option}")
        assert a(f"Invoke-Command $s {{ {told} }}").value == expected
        a("Remove-PSSession $s")
        lines = (
            "$PSSessionOption = New-PSSessionOption -ApplicationArguments @{ From = 'preference' }\n"
            f"Enter-PSSession Server01 {option}\n'entered by ' + {told}\nexit\nexit\n"
        )
        done = subprocess.run(
            [*PROGRAM, "console"], input=lines, capture_output=True, encoding="utf-8", timeout=60, check=True,
            env={**os.environ, **lab.environment},
        )  # fmt: skip
        assert f"entered by {expected}" in done.stdout
    whole = "-SessionOption (New-PSSessionOption -Culture de-DE)"
    assert a(f"$null -eq (Invoke-Command Server01 {whole} {{ {told} }})").value is True, "nothing is merged"


def test_requests_in_utf_16(a: ConsoleClient, lab: Lab) -> None:
    call = "-SessionOption (New-PSSessionOption -UseUTF16) { 'Grüße 𝄞' * 20000 } | % Length"
    for mechanism in ("Basic", "Negotiate"):
        assert a(f"Invoke-Command Server01 -Authentication {mechanism} {call}").value == 8 * 20000
        option = {"use_utf16": True}
        with remora.sync.new_pssession(authentication=mechanism, session_option=option, **lab.way()) as mine:
            assert list(mine.invoke("param($t) $t", ["Grüße 𝄞"])) == ["Grüße 𝄞"]


@pytest.mark.parametrize("option", ["MaximumReceivedObjectSize", "MaximumReceivedDataSizePerCommand"])
def test_more_than_the_client_wants_breaks_the_session(a: ConsoleClient, option: str) -> None:
    a(f"$s = New-PSSession Server01 -SessionOption (New-PSSessionOption -{option} 20000)")
    assert a("Invoke-Command $s { 'x' * 5000 } | % Length").value == 5000
    said = a('Invoke-Command $s { "x" * 50000 } | % Length; "$($s.State)"')
    assert (said.values, said.ids) == (["Broken"], ["PSSessionStateBroken"])
    assert option in said.errors[0].message


def test_an_inventory_may_name_the_proxy(lab: Lab, tmp_path: Path) -> None:
    with proxy_server() as proxy:
        (tmp_path / "hosts.ini").write_text(f"Server01 ansible_psrp_proxy={proxy.url()}\n", "utf-8")
        port = ("--port", str(lab.host.port), "--username", ALICE, "--password-file", str(lab.directory / "password"))
        inventory = ("--inventory", str(tmp_path / "hosts.ini"), "--skip-ca-check")
        lab.cli("run", "Server01", *inventory, *port, "-c", "1", check=False)
        assert proxy.asked == [f"CONNECT 127.0.0.1:{lab.host.port}"]

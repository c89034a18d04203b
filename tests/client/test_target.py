from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.client.config_store import ClientConfig, HostAlias
from remora.client.target import from_uri, resolve
from remora.errors import ConfigError, PSSessionError, RemoraError

ALIASES = ClientConfig(
    hosts={
        "server01": HostAlias(name="Server01", url="http://127.0.0.1:15985/wsman", username="admin"),
        "shortcut": HostAlias(name="shortcut", username="joe"),
    }
)


@pytest.mark.parametrize(
    ("text", "name", "url", "user"),
    [
        (None, "localhost", "http://localhost:5985/wsman", None),
        (".", "localhost", "http://localhost:5985/wsman", None),
        ("Host", "Host", "http://Host:5985/wsman", None),
        ("host:15985", "host", "http://host:15985/wsman", None),
        ("bob@host", "host", "http://host:5985/wsman", "bob"),
        ("bob@corp.example@host:99", "host", "http://host:99/wsman", "bob@corp.example"),
        ("CORP\\bob@host", "host", "http://host:5985/wsman", "CORP\\bob"),
        ("::1", "[::1]", "http://[::1]:5985/wsman", None),
        ("[::1]:99", "[::1]", "http://[::1]:99/wsman", None),
        ("bob@[fe80::1]", "[fe80::1]", "http://[fe80::1]:5985/wsman", "bob"),
        ("http://host", "host", "http://host:80/wsman", None),
        ("https://host/", "host", "https://host:443/wsman", None),
        ("https://bob@host:5986/custom?x=1", "host", "https://host:5986/custom?x=1", "bob"),
        ("http://[::1]:7/wsman", "[::1]", "http://[::1]:7/wsman", None),
        ("SERVER01", "SERVER01", "http://127.0.0.1:15985/wsman", "admin"),
        ("eve@Server01", "Server01", "http://127.0.0.1:15985/wsman", "eve"),
        ("shortcut", "shortcut", "http://shortcut:5985/wsman", "joe"),
        ("Server01:77", "Server01", "http://127.0.0.1:77/wsman", "admin"),
    ],
)
def test_what_a_target_means(text: str | None, name: str, url: str, user: str | None) -> None:
    target = resolve(text, ALIASES)
    assert (target.computer_name, target.url, target.username) == (name, url, user)


def test_port_ssl_and_application_name() -> None:
    assert resolve("h", ALIASES, use_ssl=True).url == "https://h:5986/wsman"
    assert resolve("h", ALIASES, use_ssl=True, port=444).url == "https://h:444/wsman"
    assert resolve("h:1", ALIASES, port=2).url == "http://h:1/wsman"
    assert resolve("h", ALIASES, application_name="PowerShell").url == "http://h:5985/PowerShell"


def test_an_alias_keeps_its_host_when_the_caller_wants_something_else() -> None:
    assert resolve("server01", ALIASES, use_ssl=True).url == "https://127.0.0.1:5986/wsman"
    assert resolve("server01", ALIASES, port=9).url == "http://127.0.0.1:9/wsman"
    assert resolve("server01", ALIASES, application_name="other").url == "http://127.0.0.1:15985/other"


def test_an_alias_that_leads_nowhere_is_named() -> None:
    config = ClientConfig(hosts={"a": HostAlias(name="A", url="nonsense")})
    with pytest.raises(ConfigError, match=r"hosts\.A"):
        resolve("a", config)


@pytest.mark.parametrize(
    "text", ["a b", "a/b", "h:", "h:0", "h:99999", "h:x", "[::1", "[::1]x", "[host]", "a:b:c", "a#b", "u@", "a\nb"]
)
def test_text_that_names_no_host_is_refused(text: str) -> None:
    with pytest.raises(PSSessionError) as caught:
        resolve(text, ALIASES)
    assert caught.value.error_id == "PSSessionInvalidComputerName"


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("ftp://host", "InvalidSchemeValue"),
        ("wsman:host/x", "InvalidSchemeValue"),
        ("http://", "RelativeUriForRunspacePathNotSupported"),
        ("wsman", "RelativeUriForRunspacePathNotSupported"),
        ("//host/wsman", "RelativeUriForRunspacePathNotSupported"),
        ("/wsman", "RelativeUriForRunspacePathNotSupported"),
        ("://x", "RelativeUriForRunspacePathNotSupported"),
        ("http:///wsman", "CreateRemoteRunspaceFailed"),
        ("http://host:port", "CreateRemoteRunspaceFailed"),
        ("http://host:0", "CreateRemoteRunspaceFailed"),
        ("http://host:65536", "CreateRemoteRunspaceFailed"),
        ("http://ho st/", "CreateRemoteRunspaceFailed"),
    ],
)
def test_uris_that_lead_nowhere_are_refused(text: str, error_id: str) -> None:
    with pytest.raises(PSSessionError) as caught:
        from_uri(text, ALIASES)
    assert caught.value.error_id == error_id


def test_a_password_in_a_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve("http://bob:hunter2@host", ALIASES)
    assert "hunter2" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_our_own_error(text: str) -> None:
    try:
        target = resolve(text, ALIASES)
    except RemoraError:
        return
    assert target.url.startswith(("http://", "https://"))
    assert target.host
    assert 0 < target.port < 65536

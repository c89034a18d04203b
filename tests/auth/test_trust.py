from __future__ import annotations

import pytest

from remora.auth.trust import HostKind, host_kind, host_patterns, is_trusted
from remora.errors import ConfigError


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("localhost", HostKind.LOOPBACK),
        ("LocalHost", HostKind.LOOPBACK),
        ("127.0.0.1", HostKind.LOOPBACK),
        ("[::1]", HostKind.LOOPBACK),
        ("::1", HostKind.LOOPBACK),
        ("127.1", HostKind.NAME),
        ("localhost.example", HostKind.NAME),
        ("10.0.0.5", HostKind.ADDRESS),
        ("[fe80::1]", HostKind.ADDRESS),
        ("server01", HostKind.NAME),
    ],
)
def test_kinds_of_hosts(host: str, kind: HostKind) -> None:
    assert host_kind(host) is kind


@pytest.mark.parametrize(
    ("entries", "host", "trusted"),
    [
        ("", "server01", False),
        ("*", "anything.example", True),
        ("Server01", "sERVER01", True),
        ("Server01", "server01.example", False),
        ("*.example", "a.b.example", True),
        ("*.example", "example", False),
        ("web*, db1", "web7", True),
        ("10.0.*", "10.0.0.5", True),
        ("10.0.*", "10.1.0.5", False),
        ("a.b", "axb", False),
        ("[fe80::1]", "fe80::1", True),
        ("fe80::1", "[fe80::1]", True),
        ("<local>", "server01", True),
        ("<LOCAL>", "server01.example", False),
        ("<local>", "fe80::1", False),
        ("one, , two", "two", True),
    ],
)
def test_a_list_as_windows_keeps_it(entries: str, host: str, trusted: bool) -> None:
    assert is_trusted(host_patterns(entries), host) is trusted


@pytest.mark.parametrize("entry", ["http://server01", "a b", "<remote>", "a/b", "x\ny", "db?"])
def test_what_names_no_host_is_refused(entry: str) -> None:
    with pytest.raises(ConfigError, match=r"no host name.*8033809F"):
        host_patterns([entry])

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.config import CbtHardeningLevel, ConfigNode, RemoraSettings, WinrmConfig, parse_override
from remora.config.settings import changes, merged, replaced
from remora.errors import ConfigError, RemoraError

TREE = {
    "": ["MaxEnvelopeSizekb", "MaxTimeoutms", "MaxBatchItems", "MaxProviderRequests", "Client", "Service", "Winrs"],
    "Client": ["NetworkDelayms", "URLPrefix", "AllowUnencrypted", "Auth", "DefaultPorts", "TrustedHosts"],
    "Client/Auth": ["Basic", "Digest", "Kerberos", "Negotiate", "Certificate", "CredSSP"],
    "Service/Auth": ["Basic", "Kerberos", "Negotiate", "Certificate", "CredSSP", "CbtHardeningLevel"],
    "Winrs": [
        "AllowRemoteShellAccess",
        "IdleTimeout",
        "MaxConcurrentUsers",
        "MaxShellRunTime",
        "MaxProcessesPerShell",
        "MaxMemoryPerShellMB",
        "MaxShellsPerUser",
    ],
}


def descend(node: ConfigNode, path: str) -> ConfigNode:
    for name in filter(None, path.split("/")):
        node = next(child for child in node.children if child.name == name)
    return node


def leaves(node: ConfigNode, path: str = "") -> Iterator[tuple[str, str]]:
    for child in node.children:
        here = f"{path}/{child.name}" if path else child.name
        if child.text is None:
            yield from leaves(child, here)
        else:
            yield here, child.text


@pytest.mark.parametrize("path", TREE)
def test_the_tree_has_the_elements_of_the_reference_in_order(path: str) -> None:
    tree = WinrmConfig().to_tree()
    assert tree.name == "Config"
    assert [child.name for child in descend(tree, path).children] == TREE[path]


def test_defaults_of_the_reference() -> None:
    texts = dict(leaves(WinrmConfig().to_tree()))
    assert texts["MaxEnvelopeSizekb"] == "500"
    assert texts["MaxTimeoutms"] == "60000"
    assert texts["MaxProviderRequests"] == "4294967295"
    assert texts["Service/Auth/Basic"] == "false"
    assert texts["Service/AllowUnencrypted"] == "false"
    assert texts["Service/Auth/CbtHardeningLevel"] == "Relaxed"
    assert texts["Service/DefaultPorts/HTTPS"] == "5986"
    assert texts["Winrs/IdleTimeout"] == "7200000"
    assert texts["Client/TrustedHosts"] == ""


def test_every_setting_takes_its_own_text_back() -> None:
    config = WinrmConfig()
    read_only = 0
    for path, text in leaves(config.to_tree()):
        try:
            assert config.with_setting(path.upper(), text) == config
        except ConfigError as error:
            assert "cannot be changed" in str(error)  # noqa: PT017
            read_only += 1
    assert read_only == 4


def test_changes_are_what_differs_and_merge_back() -> None:
    config = WinrmConfig().with_setting("service/auth/cbthardeninglevel", "strict").with_setting("MaxTimeoutms", "700")
    assert config.service.auth.cbt_hardening_level is CbtHardeningLevel.STRICT
    assert changes(config) == {"MaxTimeoutms": 700, "Service": {"Auth": {"CbtHardeningLevel": "Strict"}}}
    assert merged(WinrmConfig(), changes(config)) == config
    assert changes(WinrmConfig()) == {}


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("MaxEnvelopeSizekb", "31", "MaxEnvelopeSizekb.*32 to 1039440"),
        ("Service/Auth/Basic", "yes", "Service/Auth/Basic.*true or false"),
        ("Service/Auth/Basik", "true", "Service/Auth/Basik; known here: Basic"),
        ("Service/Auth", "true", "group of settings"),
        ("MaxTimeoutms/x", "1", "nothing lies below"),
        ("Service/Auth/CbtHardeningLevel", "Lax", "None, Relaxed, Strict"),
        ("Client/URLPrefix", "/a", "URL prefix"),
        ("Service/RootSDDL", "nonsense", "security descriptor"),
        ("Service/IPv4Filter", "x", "address filter"),
        ("Service/CertificateThumbprint", "12", "40 hex"),
        ("Service/AllowRemoteAccess", "false", "cannot be changed"),
        ("", "1", "no setting"),
    ],
)
def test_errors_name_the_key_and_what_it_may_be(path: str, value: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        WinrmConfig().with_setting(path, value)


@pytest.mark.parametrize("value", ["9" * 30, "1.5", "0x10", "", "١", True, 1.5, None, []])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(ConfigError, match="MaxTimeoutms"):
        WinrmConfig().with_setting("MaxTimeoutms", value)


def test_good_texts() -> None:
    config = WinrmConfig()
    for path, value in (
        ("Client/URLPrefix", "a/b_c"),
        ("Service/RootSDDL", "O:NSG:BAD:P(A;;GA;;;BA)"),
        ("Service/IPv4Filter", "10.0.0.1-10.0.0.9,10.1.0.0-10.1.0.9"),
        ("Service/IPv6Filter", ""),
        ("Service/CertificateThumbprint", "AB" * 20),
    ):
        assert dict(leaves(config.with_setting(path, value).to_tree()))[path] == value


def test_overrides() -> None:
    assert parse_override(" Service/Auth/Basic = true ") == ("Service/Auth/Basic", "true")
    assert parse_override("Client/TrustedHosts=a=b") == ("Client/TrustedHosts", "a=b")
    for text in ("", "novalue", "=x"):
        with pytest.raises(ConfigError, match="KEY=VALUE"):
            parse_override(text)


def test_our_own_settings() -> None:
    assert replaced(RemoraSettings(), "implicitdisconnectsec", "5").implicit_disconnect_sec == 5
    with pytest.raises(ConfigError, match="ImplicitDisconnectSec"):
        replaced(RemoraSettings(), "ImplicitDisconnectSec", 0)


@given(st.text(max_size=30), st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.none()))
def test_any_path_and_value_raise_only_our_errors(path: str, value: object) -> None:
    config = WinrmConfig()
    for name in (path, f"Service/Auth/{path}", "MaxTimeoutms", "Service/RootSDDL"):
        try:
            changed = config.with_setting(name, value)
        except RemoraError:
            continue
        assert dataclasses.is_dataclass(changed)

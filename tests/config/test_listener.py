from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.config.listener import (
    ListenerSettings,
    changed_listener,
    listener_table,
    new_listener,
    parse_listener,
    read_listener,
)
from remora.errors import ConfigError

LISTENERS = st.builds(
    ListenerSettings,
    secure=st.booleans(),
    host=st.sampled_from(["*", "127.0.0.1", "::1", "host.example", "MAC:02-00-00-00-00-0a"]),
    port=st.none() | st.integers(1, 65535),
    hostname=st.sampled_from(["", "web.example"]),
    thumbprint=st.sampled_from(["", "AB" * 20]),
    url_prefix=st.sampled_from(["wsman", "a/b"]),
    enabled=st.booleans(),
)


@given(LISTENERS)
def test_what_the_file_says_is_read_back(item: ListenerSettings) -> None:
    assert read_listener(listener_table(item)) == item


@given(LISTENERS)
def test_its_own_representation_changes_nothing_but_what_is_only_shown(item: ListenerSettings) -> None:
    node = item.to_node(port=item.port or 5985, thumbprint=item.thumbprint, listening_on=("10.0.0.1",))
    values = {leaf.name: leaf.text or "" for leaf in node.children}
    assert values["Address"] == item.address
    if item.secure == bool(item.thumbprint):
        changed = changed_listener(item, values)
        assert changed.port == (item.port or 5985)
        assert (changed.address, changed.enabled, changed.hostname) == (item.address, item.enabled, item.hostname)


@pytest.mark.parametrize(
    ("address", "host"),
    [("*", "*"), ("IP:10.0.0.1", "10.0.0.1"), ("ip:::1", "::1"), ("MAC:00-11-22-33-44-55", "MAC:00-11-22-33-44-55")],
)
def test_addresses(address: str, host: str) -> None:
    item = new_listener(address, "http", {})
    assert (item.host, item.transport, item.is_named(address.upper(), "HTTP")) == (host, "HTTP", True)


@pytest.mark.parametrize(
    ("address", "transport", "values", "code"),
    [
        ("10.0.0.1", "HTTP", {}, 0x80338089),
        ("IP:host", "HTTP", {}, 0x80338089),
        ("MAC:1", "HTTP", {}, 0x80338089),
        ("*", "FTP", {}, 0x8033805D),
        ("*", "HTTP", {"Port": "0"}, 0x803380DC),
        ("*", "HTTP", {"Port": "65536"}, 0x803380DC),
        ("*", "HTTP", {"Port": "x"}, 0x803380DC),
        ("*", "HTTP", {"Transport": "HTTPS"}, 0x803380ED),
        ("*", "HTTP", {"CertificateThumbprint": "AB" * 20}, 0x803380EB),
        ("*", "HTTPS", {}, 0x803380E7),
        ("*", "HTTP", {"Colour": "red"}, 0x80338041),
        ("*", "HTTP", {"URLPrefix": "/x"}, 0),
        ("*", "HTTP", {"Enabled": "maybe"}, 0),
    ],
)
def test_refusals_have_the_vendors_code(address: str, transport: str, values: dict[str, str], code: int) -> None:
    with pytest.raises(ConfigError) as caught:
        new_listener(address, transport, values)
    assert caught.value.code == code


def test_a_url_names_an_address_and_a_port() -> None:
    assert parse_listener("https://[::1]:443") == ListenerSettings(secure=True, host="::1", port=443)
    assert parse_listener("https://[::1]:443").url == "https://[::1]:443"
    assert parse_listener("http://+").address == "*"

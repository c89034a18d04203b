from __future__ import annotations

import pytest

from remora.config.cert_mapping import CertMapping, find_mapping, mapping_table, read_mapping
from remora.errors import ConfigError

A, B = "AA" * 20, "BB" * 20


def mapping(**values: object) -> CertMapping:
    return CertMapping(**{"issuer": A, "username": "bob", **values})  # type: ignore[arg-type]


def find(*mappings: CertMapping, issuers: tuple[str, ...] = (A,), names: tuple[str, ...] = ("bob@example",)) -> str:
    found = find_mapping(mappings, issuers=issuers, names=names, resource_uri="http://schemas/shell/cmd")
    return "" if found is None else found.username


def test_issuer_subject_and_uri_must_all_fit() -> None:
    assert find(mapping()) == "bob"
    assert find(mapping(), issuers=(B,)) == ""
    assert find(mapping(), issuers=(B, A.lower())) == "bob"
    assert find(mapping(subject="*@EXAMPLE")) == "bob"
    assert find(mapping(subject="alice@example")) == ""
    assert find(mapping(subject="*"), names=()) == ""
    assert find(mapping(uri="http://schemas/shell/*")) == "bob"
    assert find(mapping(uri="http://schemas/shell")) == ""
    assert find(mapping(uri="HTTP://schemas/shell/CMD")) == "bob"
    assert find(mapping(enabled=False)) == ""


def test_the_longest_uri_wins_then_the_longest_subject() -> None:
    wide, narrow = mapping(username="wide"), mapping(username="narrow", uri="http://schemas/*", subject="*@example")
    assert find(wide, narrow) == find(narrow, wide) == "narrow"
    assert find(mapping(username="any"), mapping(username="one", subject="bob@example")) == "one"


def test_what_the_file_says_is_read_back() -> None:
    item = mapping(subject="*@example", uri="http://schemas/*", enabled=False)
    assert read_mapping(mapping_table(item)) == item
    for wrong in ({"issuer": A}, {"issuer": "x", "username": "b"}, {"issuer": A, "username": 1}, {"x": 1}, "text"):
        with pytest.raises(ConfigError):
            read_mapping(wrong)

from __future__ import annotations

import pytest

from remora import _xml
from remora.client.representation import change_representation, new_representation
from remora.errors import ConfigError

URI = "urn:r"
BODY = '<p:R xmlns:p="urn:r"><p:A>1</p:A><p:G><p:X>2</p:X></p:G><p:L>a</p:L><p:L>b</p:L><p:P Source="GPO">3</p:P></p:R>'


def test_a_new_one_has_a_child_for_each_value() -> None:
    body = new_representation("R", URI, {"A": "1", "cfg:B": None})
    assert [(_xml.local_name(child), child.text) for child in body] == [("A", "1"), ("B", None)]
    assert body[1].get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
    assert {_xml.tag_of(child).rpartition("}")[0] for child in (body, *body)} == {"{urn:r"}


def test_values_are_laid_over_what_is_there() -> None:
    body = change_representation(_xml.parse(BODY), URI, {"a": "5"})
    assert body[0].text == "5"
    assert "P" not in [_xml.local_name(child) for child in body]


def test_what_a_policy_says_is_sent_when_it_is_to_be_changed() -> None:
    assert change_representation(_xml.parse(BODY), URI, {"P": "4"})[-1].text == "4"


@pytest.mark.parametrize("name", ["Nothing", "G", "L"])
def test_a_value_must_be_one_child_without_children(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        change_representation(_xml.parse(BODY), URI, {name: "1"})

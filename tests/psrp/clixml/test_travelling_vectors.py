"""The written cases that travel with the project: one document, one value, each with the section that says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from remora.psrp import clixml

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "clixml.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"])
def test_the_document_means_the_value_and_comes_back(case: dict[str, Any]) -> None:
    value = clixml.loads(case["xml"])
    assert type(value).__name__ == case["type"]
    if "text" in case:
        assert str(value) == case["text"]
    else:
        assert value == case["value"]
    again = clixml.loads(clixml.dumps(value))
    assert type(again) is type(value)
    assert again == value

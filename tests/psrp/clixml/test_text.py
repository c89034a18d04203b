from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import RemoteProtocolError
from remora.psrp.clixml.text import decode_text, decode_units, encode_text, encode_units


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("a\nb", "a_x000A_b"),
        ("_x000A_", "_x005F_x000A_"),
        ("_X", "_x005F_X"),
        ("__x", "__x005F_x"),
        ("a_b_", "a_b_"),
        ("\x7f\x85", "_x007F__x0085_"),
        ("🐟", "_xD83D__xDC1F_"),
        ("\ud801", "_xD801_"),
        ("\uffff", "_xFFFF_"),
        ("<a & b>", "&lt;a &amp; b&gt;"),
        ("größe", "größe"),
        ("", ""),
    ],
)
def test_units_are_escaped_as_powershell_does(text: str, wire: str) -> None:
    assert encode_text(text) == wire
    assert decode_text(wire) == text


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("_xD801__xDC37_", "\U00010437"),
        ("_xdc37__xd801_", "\udc37\ud801"),
        ("_x005F_x000A_", "_x000A_"),
        ("_x000a_", "\n"),
        ("_X000A_", "\n"),
        ("_x00g0_", "_x00g0_"),
        ("_x000A", "_x000A"),
        ("a\tb\n", "a\tb\n"),
        ("&quot;&apos;&#65;&#x42;", "\"'AB"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_whatever_case_and_spelling_is_read(wire: str, text: str) -> None:
    assert decode_text(wire) == text


@pytest.mark.parametrize(
    "wire", ["&nbsp;", "&", "a & b", "&#0;", "&#xD800;", "&#x110000;", "&#99999999;", "&lt", "&x0;"]
)
def test_other_entities_are_refused(wire: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_text(wire)


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert decode_text(encode_text(text)) == text
    assert decode_units(encode_units(text)) == text


@given(st.lists(st.integers(0, 0xFFFF), max_size=30))
def test_any_sequence_of_utf16_units_comes_back(units: list[int]) -> None:
    wire = "".join(f"_x{unit:04X}_" for unit in units)
    text = decode_text(wire)
    assert text.encode("utf-16-le", "surrogatepass") == b"".join(unit.to_bytes(2, "little") for unit in units)
    assert decode_text(encode_text(text)) == text

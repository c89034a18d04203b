"""CLIXML as a whole: every value comes back, every garbage is refused by our own errors."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remora import _xml
from remora.errors import RemoraError
from remora.psrp import clixml
from remora.psrp.clixml.layout import laid_out
from remora.psrp.clixml.unsealed import Unsealed
from remora.values import SecureString, same
from tests.support import strategies

PIECES = st.sampled_from(
    [
        '<Obj RefId="0">', "</Obj>", '<TN RefId="0">', "</TN>", "<T>", "</T>", "<MS>", "</MS>", "<Props>", "</Props>",
        '<S N="a">', "</S>", "<I32>", "</I32>", "7", "<LST>", "</LST>", "<DCT>", "</DCT>", "<En>", "</En>",
        '<S N="Key">', '<I32 N="Value">', '<Ref RefId="0" />', '<Nil />', "<ToString>", "</ToString>", "_x000", "&amp;",
        "<DT>", "</DT>", "<PR>", "</PR>", '<TNRef RefId="0" />', "<!--x-->", "<![CDATA[x]]>", "&#55296;",
        "<Objs>", "</Objs>",
    ]
)  # fmt: skip


def _normal(value: Any) -> Any:
    """Pass a value through the codec once, so that defaults the wire makes explicit are explicit."""
    return clixml.loads(clixml.dumps(value))


@given(strategies.values())
@settings(max_examples=100, deadline=None)
def test_what_was_read_is_read_again_unchanged(value: Any) -> None:
    first = _normal(value)
    second = _normal(first)
    assert same(first, second)
    assert clixml.dumps(first) == clixml.dumps(second)


@given(st.one_of(strategies.primitives(), strategies.enums()))
@settings(max_examples=100, deadline=None)
def test_a_primitive_is_what_it_was(value: Any) -> None:
    assert same(_normal(value), value)


@given(strategies.values())
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_xml(value: Any) -> None:
    _xml.parse(clixml.dumps(value))


@given(st.lists(st.tuples(st.none() | st.sampled_from(["Error", "Output"]), strategies.values()), max_size=3))
@settings(max_examples=50, deadline=None)
def test_a_stream_keeps_names_and_order(items: list[tuple[str | None, Any]]) -> None:
    first = list(clixml.load_stream(clixml.dumps_stream(items)))
    again = list(clixml.load_stream(clixml.dumps_stream(first)))
    assert [stream for stream, _ in first] == [stream for stream, _ in items]
    assert same([value for _, value in first], [value for _, value in again])


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80)))
@settings(max_examples=100, deadline=None)
def test_garbage_is_refused_by_our_errors_only(data: bytes | str) -> None:
    _refused_or_read(data)


@given(st.lists(PIECES, max_size=14))
@settings(max_examples=100, deadline=None)
def test_wrong_grammar_is_refused_by_our_errors_only(pieces: list[str]) -> None:
    _refused_or_read("".join(pieces))


@given(strategies.values(), st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_documents_are_refused_by_our_errors_only(value: Any, data: st.DataObject) -> None:
    body = bytearray(clixml.dumps(value))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=3))
        if not body:
            break
    _refused_or_read(bytes(body))


def _refused_or_read(data: bytes | str) -> None:
    for read in (clixml.loads, lambda found: list(clixml.load_stream(found))):
        try:
            value = read(data)
        except RemoraError:
            continue
        # what was accepted must be well-formed for a real parser too, and must survive
        if read is clixml.loads:
            _xml.parse(data, max_depth=400)
            assert same(_normal(value), value)


@given(st.lists(strategies.values(secrets=False), max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_document_laid_out_in_lines_says_the_same(given_values: list[Any]) -> None:
    document = clixml.dumps_stream(given_values, cipher=Unsealed()).decode()
    lines = laid_out(document)
    assert all(line.lstrip(" ").startswith("<") for line in lines.split("\n"))
    read = [[value for _, value in clixml.load_stream(text, cipher=Unsealed())] for text in (document, lines)]
    assert all(same(mine, theirs) for mine, theirs in zip(*read, strict=True))
    assert len(read[0]) == len(read[1]) == len(given_values)


@given(st.text())
def test_a_secret_without_a_key_comes_back(text: str) -> None:
    document = clixml.dumps_stream([SecureString(text)], cipher=Unsealed())
    assert [value.reveal() for _, value in clixml.load_stream(document, cipher=Unsealed())] == [text]
    sealed = clixml.dumps_stream([SecureString.sealed(b"\xff\xee\xdd")], cipher=Unsealed())
    assert [value.cipher for _, value in clixml.load_stream(sealed, cipher=Unsealed())] == [b"\xff\xee\xdd"]

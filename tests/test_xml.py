from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import _xml
from remora.errors import LimitExceeded, LocalProtocolError, RemoraError, RemoteProtocolError

NS = "urn:example:one"


def test_a_tree_is_built_and_written_with_its_prefixes() -> None:
    inner = _xml.element(f"{{{NS}}}inner", "a < b & c", kind="x")
    root = _xml.element(f"{{{NS}}}root", None, inner, nsmap={"p": NS})
    _xml.child(root, f"{{{NS}}}more", "t")
    _xml.set_attribute(root, f"{{{NS}}}flag", "true")
    data = _xml.serialize(root)
    assert data == (
        b'<p:root xmlns:p="urn:example:one" p:flag="true"><p:inner kind="x">a &lt; b &amp; c</p:inner>'
        b"<p:more>t</p:more></p:root>"
    )
    again = _xml.parse(data)
    assert [_xml.local_name(node) for node in again] == ["inner", "more"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_both_encodings_are_written_and_read(encoding: str) -> None:
    data = _xml.serialize(_xml.element("a", "größe 🐟"), encoding)
    assert _xml.parse(data).text == "größe 🐟"
    assert not data.startswith(b"<?xml")


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-8"?><a/>',
        b'<?xml version="1.0" encoding="us-ascii"?><a/>',
        b"\xef\xbb\xbf<a/>",
        '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-16-be"),
        "\ufeff<a/>",
        " \r\n<a/>\n",
        "<!-- note --><a/>",
        "<a><![CDATA[<?xml ?>]]></a>",
    ],
    ids=repr,
)
def test_usual_spellings_are_read(data: bytes | str) -> None:
    assert _xml.parse(data).tag == "a"


def test_comments_are_dropped() -> None:
    node = _xml.parse("<a>x<!-- c -->y<b/></a>")
    assert node.text == "xy"
    assert len(node) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"x", b"<a", b"<a>", b"<a></b>", b"<a/><b/>", b"<a/>x", b"<a b='1' b='2'/>", b"<p:a/>",
        b"<a>\x01</a>",
        b"<a>&nope;</a>", b"<a>&#0;</a>", b"\xff\xff", b"<a>\xc3</a>", b"<?xml version='1.0' encoding='latin1'?><a/>",
        b"<?xml", b"<!DOCTYPE a><a/>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"<!-- <a --><!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', b"<a><?pi x?></a>", b"<?pi x?><a/>", b"<a/><?pi x?>",
        "<a>\ud800</a>", b"\xff\xfe<\x00a",
    ],
    ids=repr,
)  # fmt: skip
def test_everything_else_is_refused(data: bytes | str) -> None:
    with pytest.raises(RemoteProtocolError):
        _xml.parse(data)


def test_limits_hold() -> None:
    with pytest.raises(LimitExceeded):
        _xml.parse(b"<a>" + b"x" * 100 + b"</a>", max_size=50)
    with pytest.raises(LimitExceeded):
        _xml.parse("<a>" * 11 + "</a>" * 11, max_depth=10)
    assert _xml.parse("<a>" * 10 + "</a>" * 10, max_depth=10) is not None
    with pytest.raises(LimitExceeded):
        _xml.parse("<a>" * 5000 + "</a>" * 5000)
    with pytest.raises(LimitExceeded):
        _xml.parse("<a>" + "<b/>" * 20 + "</a>", max_elements=20)


def test_expanding_entities_cost_nothing() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}{"&" + chr(97 + n) + ";"}">' for n in range(20)
    )
    started = time.process_time()
    with pytest.raises(RemoteProtocolError):
        _xml.parse(bomb + "]><a>&u;</a>")
    assert time.process_time() - started < 0.5


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60)))
def test_garbage_raises_our_errors_only(data: bytes | str) -> None:
    with contextlib.suppress(RemoraError):
        _xml.parse(data)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\ufffe"])
def test_what_xml_cannot_hold_is_not_written(text: str) -> None:
    with pytest.raises(LocalProtocolError):
        _xml.element("a", text)
    with pytest.raises(LocalProtocolError):
        _xml.set_attribute(_xml.element("a"), "b", text)
    with pytest.raises(LocalProtocolError):
        _xml.start_tag("a", {"b": text})
    assert not _xml.is_writable(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_tags_and_text_of_the_streaming_form_are_xml(text: str) -> None:
    data = f"{_xml.start_tag('a', {'b': text + chr(10)})}{_xml.escape(text)}{_xml.end_tag('a')}"
    node = _xml.parse(data)
    assert (node.text or "", node.get("b")) == (text, text + "\n")
    flat = _xml.tokens(_xml.plain(data, max_size=10_000, max_tags=10) or "")
    assert flat[3] == "/a"
    assert _xml.unescape(flat[2]) == text


@pytest.mark.parametrize(
    "data", ["<a>></a>", "<a><!-- c --></a>", "<a><![CDATA[x]]></a>", "<a>\x01</a>", "<a>\ufffe</a>", "<<a>>"]
)
def test_a_document_that_is_not_plain_goes_to_the_parser(data: str) -> None:
    assert _xml.plain(data, max_size=100, max_tags=10) is None


@pytest.mark.parametrize("data", ["<a b='1'>></a>", "<a ><!-- c -->x<![CDATA[<>&]]></a >"])
def test_the_parser_makes_it_plain(data: str) -> None:
    text = _xml.canonical(data, max_size=100, max_depth=5, max_elements=10)
    assert _xml.plain(text, max_size=100, max_tags=10) == text

"""What a hostile peer may send: refused by our own errors, soon, whatever its size."""

from __future__ import annotations

import time

import pytest

from remora.errors import LimitExceeded, RemoteProtocolError
from remora.psrp import clixml


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "x",
        "<",
        ">",
        "<>",
        "</S>",
        "<S>",
        "<S>a",
        "<S>a</I32>",
        "<S><S>a</S></S>",
        "<S>a</S>x",
        "<S>a</S><S>b</S>",
        "<Unknown>1</Unknown>",
        "<s>a</s>",
        '<S a="1" a="2">x</S>',
        '<S N="&bad;">x</S>',
        '<S Q="&bad;">x</S>',
        '<p:S xmlns:p="urn:x">a</p:S>',
        '<S xmlns="urn:x">a</S>',
        "<S>&undefined;</S>",
        "<S>&#0;</S>",
        "<S>\x00</S>",
        "<S>]]></S>",
        "<S>\ufffe</S>",
        "<S>a<!-- -- --></S>",
        "<?pi x?><S>a</S>",
        "<S>a</S><?pi x?>",
        '<!DOCTYPE S [<!ENTITY a "b">]><S>&a;</S>',
        '<!DOCTYPE S SYSTEM "http://127.0.0.1:1/x"><S>a</S>',
        "<Obj",
        "<Obj>",
        "<Obj>text</Obj>",
        "<Obj><MS>text</MS></Obj>",
        "<Obj><MS><S>no name</S></MS></Obj>",
        "<Obj><MS><S N='a'>1</S>x</MS></Obj>",
        "<Obj><LST>x</LST></Obj>",
        "<Obj><LST></Obj>",
        "<Obj><S>a</S><S>b</S></Obj>",
        "<Obj><LST /><DCT /></Obj>",
        "<Obj><MS /><MS /></Obj>",
        "<Obj><TN><S>a</S></TN></Obj>",
        "<Obj><TN>x<T>a</T></TN></Obj>",
        '<Obj><TNRef RefId="0" /></Obj>',
        "<Obj><TNRef /></Obj>",
        '<Ref RefId="0" />',
        "<Ref />",
        '<Obj RefId="1"><MS><Ref N="a" RefId="0" /></MS></Obj>',
        "<LST><S>a</S></LST>",
        "<MS />",
        "<Objs><Objs /></Objs>",
        "<Obj><DCT><S>a</S></DCT></Obj>",
        "<Obj><DCT><En /></DCT></Obj>",
        '<Obj><DCT><En><S N="Key">a</S></En></DCT></Obj>',
        '<Obj><DCT><En><S N="Value">a</S><S N="Key">a</S></En></DCT></Obj>',
        '<Obj><DCT><En><Nil N="Key" /><S N="Value">a</S></En></DCT></Obj>',
        '<Obj><DCT><En><S N="Key">a</S><S N="Value">a</S><S N="Value">a</S></En></DCT></Obj>',
        "<Obj><DCT>" + '<En><S N="Key">a</S><S N="Value">1</S></En>' * 2 + "</DCT></Obj>",
        "<Objs><S>a</S><S>b</S></Objs>",
        "<Objs />",
        "<S>a</S",
        "<S>a</S>>",
        "<<S>a</S>",
        "<S<x</S<",
    ],
    ids=lambda body: body[:60],
)
def test_malformed_documents_are_refused(body: str) -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.loads(body)
    with pytest.raises(RemoteProtocolError):
        clixml.loads(body.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("body", [b"\xff", b"<S>\xc3</S>", b"<S>\xed\xa0\x80</S>", b"\xff\xfe<", b"<\x00S\x00"])
def test_broken_text_encodings_are_refused(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.loads(body)


def test_a_lone_surrogate_in_the_document_itself_is_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.loads("<S>\ud800</S>")


def test_utf16_is_read() -> None:
    assert clixml.loads("<S>größe</S>".encode("utf-16")) == "größe"


def _nested(levels: int) -> str:
    return "<Obj><LST>" * levels + "</LST></Obj>" * levels


def test_depth_is_limited() -> None:
    clixml.loads(_nested(51))
    with pytest.raises(LimitExceeded):
        clixml.loads(_nested(52))
    with pytest.raises(LimitExceeded):
        clixml.loads(_nested(3), max_depth=1)
    with pytest.raises(LimitExceeded):
        clixml.loads("<!-- -->" + _nested(3000))
    with pytest.raises(LimitExceeded):
        clixml.loads("<Obj>" + '<MS N="a">' * 60 + "</MS>" * 60 + "</Obj>")


def test_size_and_number_of_tags_are_limited() -> None:
    with pytest.raises(LimitExceeded):
        clixml.loads(b"<S>" + b"x" * 100 + b"</S>", max_size=99)
    with pytest.raises(LimitExceeded):
        clixml.loads("<Obj><LST>" + "<Nil />" * 20 + "</LST></Obj>", max_tags=20)
    with pytest.raises(LimitExceeded):
        list(clixml.load_stream(b"<S>" + b"x" * 100 + b"</S>", max_size=99))


HOSTILE = {
    "open objects": "<Obj>" * 100_000,
    "open tags": "<" * 300_000,
    "closed tags": ">" * 300_000,
    "ampersands": "<S>" + "&" * 300_000 + "</S>",
    "entities": "<S>" + "&amp" * 100_000 + "</S>",
    "underscores": "<S>" + "_x" * 200_000 + "</S>x",
    "half escapes": "<S>" + "_x000" * 100_000 + "</S>x",
    "attributes": "<S " + 'a="1" ' * 50_000 + ">x</S>",
    "long attribute": '<S N="' + "a" * 400_000 + '" N="b">x</S>',
    "digits": "<I32>" + "1" * 400_000 + "</I32>",
    "decimal": "<D>" + "1" * 400_000 + "</D>",
    "duration": "<TS>P" + "1" * 400_000 + "</TS>",
    "moment": "<DT>" + " " * 400_000 + "x</DT>",
    "number": "<Db>" + " " * 200_000 + "x" + " " * 200_000 + "</Db>",
    "spaces": "<S>x</S>" + " " * 400_000 + "x",
    "type names": "<Obj><TN>" + "<T>a</T>" * 50_000 + "</TN><LST>",
    "colliding keys": "<Obj><DCT>"
    + "".join(f'<En><D N="Key">{number * (2**61 - 1)}</D><Nil N="Value" /></En>' for number in range(1, 20_000))
    + "</DCT></Obj>",
    "declaration": "<?xml " + "a" * 400_000,
    "comments": "<!--" * 100_000,
    "references": '<Obj RefId="0"><LST>' + '<Ref RefId="0" />' * 50_000 + "</LST>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_large_hostile_input_is_refused_soon(name: str) -> None:
    started = time.process_time()
    with pytest.raises(RemoteProtocolError):
        clixml.loads(HOSTILE[name])
    assert time.process_time() - started < 2.0


def test_many_type_chains_and_names_do_not_fill_the_memory() -> None:
    from remora.psrp.clixml import decode, markup, shapes

    for number in range(6000):
        clixml.dumps(clixml.loads(f'<Obj><TN><T>Type{number}</T></TN><MS><I32 N="name{number}">1</I32></MS></Obj>'))
    assert len(decode._HEADS) <= 4096
    assert len(decode._PLAIN_HEADS) <= 4096
    assert len(decode._CHAINS) <= 1024
    assert len(shapes.SHAPES) <= 1024
    assert markup._kept_names.cache_info().currsize <= 512

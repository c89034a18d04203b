from __future__ import annotations

import pytest

from remora import values as v
from remora.errors import RemoteProtocolError
from remora.psrp import clixml

HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
STDERR = (
    f'#< CLIXML\r\n{HEAD}<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T>'
    '<T>System.Object</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Preparing modules for first use.</AV>'
    "<AI>0</AI><Nil /><PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD></PR></MS></Obj>"
    '<S S="Error">oops_x000D__x000A_</S></Objs>'
)


def test_the_error_output_of_powershell_is_read() -> None:
    for data in (STDERR, STDERR.encode(), STDERR.replace("#< CLIXML\r\n", "#< CLIXML\n")):
        (progress, said), (error, text) = clixml.load_stream(data)
        assert (progress, error, text) == ("progress", "Error", "oops\r\n")
        assert said.Record.type is v.ProgressRecordType.COMPLETED
        assert type(said.SourceId) is v.Int64


def test_several_documents_may_follow_each_other() -> None:
    assert [name for name, _ in clixml.load_stream(STDERR + "\r\n" + STDERR)] == ["progress", "Error"] * 2
    assert len(list(clixml.load_stream(f"{HEAD}<S>a</S></Objs>{HEAD}<S>b</S></Objs>"))) == 2


def test_a_file_of_export_clixml_is_read() -> None:
    text = f'{HEAD}\r\n  <Obj RefId="0">\r\n    <LST>\r\n      <I32>1</I32>\r\n    </LST>\r\n  </Obj>\r\n</Objs>\r\n'
    assert clixml.loads(text.encode("utf-16")).base == [1]
    assert [value.base for _, value in clixml.load_stream(text.encode("utf-16"))] == [[1]]
    assert clixml.loads(b'<?xml version="1.0" encoding="utf-8"?>' + text.encode()).base == [1]


def test_a_document_of_one_item_is_that_item_and_no_other_number() -> None:
    assert clixml.loads(f"{HEAD}<I32>4</I32></Objs>") == 4
    assert list(clixml.load_stream("<I32>4</I32>")) == [(None, 4)]
    assert list(clixml.load_stream(f"{HEAD}</Objs>")) == []
    with pytest.raises(RemoteProtocolError):
        clixml.loads(f"{HEAD}<I32>4</I32><I32>5</I32></Objs>")


def test_a_stream_is_written_with_names_and_shared_references() -> None:
    shared = v.PSObject.custom(a=1)
    data = clixml.dumps_stream([("Output", shared), shared, ("Error", "x"), None, [1, 2]], header=True)
    assert data.startswith(b'#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="')
    found = list(clixml.load_stream(data))
    assert [name for name, _ in found] == ["Output", None, "Error", None, None]
    assert found[0][1] is found[1][1]
    assert (found[2][1], found[3][1], found[4][1]) == ("x", None, [1, 2])


def test_every_kind_of_value_may_carry_a_stream_name() -> None:
    values = [
        None,
        1,
        2**40,
        "a",
        v.Int64(1),
        [1],
        {"a": 1},
        v.SecureString.sealed(b""),
        v.ProgressRecord(),
        v.BigInteger(3),
    ]
    found = list(clixml.load_stream(clixml.dumps_stream(("Output", value) for value in values)))
    assert {name for name, _ in found} == {"Output"}
    assert [type(value) for _, value in found] == [type(v.Int64(0)) if x == 2**40 else type(x) for x in values]


def test_nothing_is_handed_out_of_a_document_that_ends_badly() -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.load_stream(f"{HEAD}<I32>4</I32><I32>x</I32></Objs>")

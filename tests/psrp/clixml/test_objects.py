from __future__ import annotations

from typing import Any

import pytest

from remora import values as v
from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import clixml

CUSTOM = "<TN><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN>"


def again(value: Any) -> Any:
    """Write and read a value, insisting that nothing changed on the way."""
    found = clixml.loads(clixml.dumps(value))
    assert v.same(found, value)
    return found


def test_a_custom_object_is_written_as_powershell_writes_it() -> None:
    body = clixml.dumps(v.PSObject.custom(Name="a", Count=2))
    assert body == (
        b'<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN>'
        b'<MS><S N="Name">a</S><I32 N="Count">2</I32></MS></Obj>'
    )


def test_members_are_found_whatever_their_case_and_extended_before_adapted() -> None:
    found = clixml.loads('<Obj><Props><S N="Name">p</S><S N="Only">q</S></Props><MS><S N="NAME">m</S></MS></Obj>')
    assert (found["name"], found.Name, found.get("only"), found.get("none", 3)) == ("m", "m", "q", 3)
    assert found.properties() == {"Only": "q", "NAME": "m"}
    assert list(found.adapted) == ["Name", "Only"]


@pytest.mark.parametrize(
    "value",
    [
        [],
        [1, None, "a", [2]],
        v.ArrayList(["a"]),
        v.TypedArray([1], "System.Int32"),
        v.GenericList(["x"], "System.String, mscorlib, Version=4.0.0.0"),
        v.Stack([3, 2, 1]),
        v.Queue(["first"]),
        {},
        {"a": 1, "A": 2},
        {v.Int64(1): "long", "1": "text"},
        v.Hashtable([(1, "a"), (v.Int64(1), "b"), (True, "c"), ("1", "d"), (v.Char("1"), "e")]),
        v.OrderedDictionary({"z": 1, "a": [2]}),
        v.PrimitiveDictionary({"PSVersionTable": v.PrimitiveDictionary({"PSVersion": v.Version(5, 1)})}),
        v.EnumValue(1, "System.DayOfWeek", "Monday"),
        v.EnumValue(2, "My.Flags", "A, B", "By"),
        v.EnumValue(3, ("Deserialized.My.E", "Deserialized.System.Enum"), None, "U64"),
        v.BigInteger(10**60),
        v.BigInteger(-4),
        v.PSCredential("user", v.SecureString.sealed(b"0123456789abcdef")),
        v.PSObject(("System.String", "System.Object"), "text", extended={"PSPath": "x"}),
        v.PSObject((), 5, extended={"Note": None}),
        v.PSObject(("System.Object[]", "System.Array", "System.Object"), [1], extended={"Note": 1}),
        v.PSObject(("Deserialized.System.Collections.ArrayList", "Deserialized.System.Object"), [1]),
        v.PSObject(("My.Enumerable",), v.Enumerable([1, 2]), {"Count": 2}),
        v.PSObject(("A", "System.Object"), {"k": "v"}, to_string="A!"),
        v.PSObject(("A",), v.PSObject(("B",), to_string="inner"), to_string="outer"),
        v.PSObject.bag(a=v.PSObject(to_string=""), b=v.PSObject()),
        v.PSObject.bag({"_x000A_ <&\"'>\t": 1, "": 2}),
        v.PSObject.bag(PSStandardMembers=v.MemberSet({"DefaultDisplayPropertySet": ["a"], "x": v.MemberSet()})),
        v.ExceptionInfo.of("System.IO.IOException", "m", inner=v.ExceptionInfo.of("My.Exception", "i"), hresult=-1),
    ],
    ids=repr,
)
def test_nothing_is_lost(value: Any) -> None:
    assert type(again(value)) is type(value)


def test_a_value_alone_in_an_object_tag_stays_wrapped() -> None:
    found = clixml.loads('<Obj RefId="0"><S></S></Obj>')
    assert isinstance(found, v.PSObject)
    assert found.base == ""
    assert clixml.dumps(found) == b'<Obj RefId="0"><S></S></Obj>'


def test_type_names_are_written_once() -> None:
    body = clixml.dumps([v.PSObject.custom(a=1), v.PSObject.custom(a=2)])
    assert body.count(b"PSCustomObject") == 1
    assert b'<TNRef RefId="1" />' in body


def test_children_are_read_in_any_order() -> None:
    late = f'<Obj RefId="0"><MS><S N="a">1</S></MS><ToString>t</ToString>{CUSTOM}</Obj>'
    found = clixml.loads(late)
    assert found.type_names[0].endswith("PSCustomObject")
    assert (found.a, found.to_string) == ("1", "t")


def test_an_object_referred_to_twice_is_one_object() -> None:
    shared = v.PSObject.custom(a=1)
    numbers = [1, 2]
    found = again([shared, shared, {"k": numbers, "l": numbers}])
    assert found[0] is found[1]
    assert found[2]["k"] is found[2]["l"]
    assert clixml.dumps([shared, shared]).count(b"<Ref ") == 1


def test_equal_objects_stay_two() -> None:
    found = again([[1], [1]])
    assert found[0] is not found[1]


def test_equal_tuples_are_not_taken_for_one_object() -> None:
    pair = (1, 2)
    found = clixml.loads(clixml.dumps([pair, pair]))
    assert found == [[1, 2], [1, 2]]
    assert found[0] is not found[1]


@pytest.mark.parametrize(
    "kind", ["list", "arraylist", "typed", "dict", "hashtable", "ordered", "object", "wrapped", "exception", "error"]
)
def test_an_object_may_contain_itself(kind: str) -> None:
    made: Any
    if kind in ("list", "arraylist", "typed"):
        made = {"list": list, "arraylist": v.ArrayList, "typed": lambda: v.TypedArray([], "My.T")}[kind]()
        made.extend([1, made])
    elif kind in ("dict", "hashtable", "ordered"):
        made = {"dict": dict, "hashtable": v.Hashtable, "ordered": v.OrderedDictionary}[kind]()
        if kind == "hashtable":
            made[1], made[v.Int64(1)] = "a", "b"
        made["me"] = made
    elif kind == "object":
        made = v.PSObject.custom(a=1)
        made["me"] = made
    elif kind == "wrapped":
        made = v.PSObject(("My.List",), [], to_string="x")
        made.base.append(made)
    elif kind == "exception":
        made = v.ExceptionInfo.of("My.Exception", "m")
        made["InnerException"] = made
    else:
        made = v.ErrorRecord.of("m")
        made.target_object = made
        made = clixml.loads(clixml.dumps(made))
    found = again(made)
    me = {
        "list": lambda: found[1], "arraylist": lambda: found[1], "typed": lambda: found[1], "dict": lambda: found["me"],
        "hashtable": lambda: found["me"], "ordered": lambda: found["me"], "object": lambda: found.me,
        "wrapped": lambda: found.base[0], "exception": lambda: found.inner, "error": lambda: found.target_object,
    }[kind]()  # fmt: skip
    assert me is found


def test_a_circle_of_two_objects_closes() -> None:
    left, right = v.PSObject.custom(n=1), v.PSObject.custom(n=2)
    left["other"], right["other"] = right, left
    found = again([left, right, left])
    assert found[0].other is found[1]
    assert found[1].other is found[0] is found[2]


def test_a_secret_travels_under_the_session_key() -> None:
    class Key:
        def encrypt(self, text: str) -> bytes:
            return text.encode("utf-16-le")[::-1]

        def decrypt(self, data: bytes) -> str:
            return data[::-1].decode("utf-16-le")

    credential = v.PSCredential("u", "pä ss")
    body = clixml.dumps([credential, v.SecureString("x")], cipher=Key())
    assert "pä".encode() not in body
    sealed = clixml.loads(body)
    assert sealed[0].password.is_sealed
    assert sealed[1].cipher == b"\x00x"
    opened = clixml.loads(body, cipher=Key())
    assert (opened[0].password.reveal(), opened[1].reveal()) == ("pä ss", "x")
    assert clixml.dumps(sealed) == body


def test_a_key_that_does_not_fit_is_the_peers_error() -> None:
    class Wrong:
        def decrypt(self, data: bytes) -> str:
            raise ValueError("padding")

    with pytest.raises(RemoteProtocolError):
        clixml.loads("<SS>AAAA</SS>", cipher=Wrong())


def test_depth_one_keeps_properties_and_turns_their_objects_into_text() -> None:
    inner = v.PSObject(("My.Inner",), extended={"x": 1}, to_string="inner text")
    silent = v.PSObject(("My.Silent",), extended={"x": 1})
    day = v.EnumValue(1, "System.DayOfWeek", "Monday")
    outer = v.PSObject.custom(a=inner, b=silent, c=[inner], d=day, e=v.PSCredential("u", v.SecureString.sealed(b"")))
    found = clixml.loads(clixml.dumps(outer, depth=1))
    assert (found.a, found.b, found.c, found.d) == ("inner text", None, ["inner text"], "Monday")
    assert isinstance(found.e, v.PSCredential)
    deeper = clixml.loads(clixml.dumps(outer, depth=2))
    assert v.same(deeper.a, inner)
    assert clixml.loads(clixml.dumps([outer], depth=1))[0].a == "inner text"


def test_depth_does_not_cut_an_error_record_short() -> None:
    record = v.ErrorRecord.of("boom", "Id", v.ErrorCategory.OPEN_ERROR)
    found = clixml.loads(clixml.dumps(record, depth=1))
    assert found.exception.message == "boom"


def test_int_enums_and_other_subclasses_are_written_as_their_base() -> None:
    assert clixml.dumps(v.ErrorCategory.OPEN_ERROR) == b"<I32>1</I32>"

    class Name(str):
        __slots__ = ()

    assert clixml.dumps({"n": Name("x")}).count(b"<S N=") == 3 - 1


def test_objects_nested_beyond_the_limit_are_not_sent() -> None:
    value: Any = []
    for _ in range(51):
        value = [value]
    with pytest.raises(LocalProtocolError):
        clixml.dumps(value)
    again(value[0])


@pytest.mark.parametrize("keys", [(v.Int64(5), v.Int64(3), v.Int64(9)), (0, v.Int64(0))])
def test_an_ordered_dictionary_keeps_the_order_of_its_numbers(keys: tuple[Any, ...]) -> None:
    found = again(v.OrderedDictionary([(key, None) for key in keys]))
    assert [(type(key), key) for key in found] == [(type(key), key) for key in keys]

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import clixml
from remora.psrp.hostcalls import (
    SHAPES,
    VOID_CALL,
    HostCall,
    HostMethod,
    HostResponse,
    call_from_bag,
    call_to_bag,
    response_from_bag,
    response_to_bag,
)
from remora.values import (
    ArrayList,
    BufferCell,
    Char,
    ChoiceDescription,
    Coordinates,
    EnumValue,
    ErrorRecord,
    FieldDescription,
    Int64,
    KeyInfo,
    ProgressRecord,
    PSCredential,
    PSObject,
    Rectangle,
    SecureString,
    Size,
    Version,
)

CELL = BufferCell(character=Char("x"), foreground_color=1, background_color=2, cell_type=1)
SAMPLES: dict[str, Any] = {
    "string": "text",
    "bool": True,
    "int": 5,
    "long": Int64(9),
    "SecureString": SecureString("x"),
    "PSCredential": PSCredential("u", "p"),
    "Guid": UUID(int=7),
    "Version": Version(7, 4),
    "Coordinates": Coordinates(x=1, y=2),
    "Size": Size(width=3, height=4),
    "Rectangle": Rectangle(left=1, top=2, right=3, bottom=4),
    "BufferCell": CELL,
    "BufferCell[,]": ((CELL, CELL, CELL), (CELL, CELL, CELL)),
    "KeyInfo": KeyInfo(virtual_key_code=65, character=Char("a"), control_key_state=128, key_down=True),
    "ProgressRecord": ProgressRecord(activity="a", status_description="s"),
    "FieldDescription[]": (FieldDescription(name="n", default_value=1), FieldDescription(name="m", label=None)),
    "ChoiceDescription[]": (ChoiceDescription(label="&Yes"), ChoiceDescription(label="&No", help_message=None)),
    "int[]": (1, 2),
    "Hashtable": {"n": "answer", "m": 5},
    "Runspace": None,
}


class Plain:
    """A cipher that hides nothing."""

    def encrypt(self, text: str) -> bytes:
        return text.encode()

    def decrypt(self, data: bytes) -> str:
        return data.decode()


def over_the_wire(bag: PSObject) -> Any:
    return clixml.loads(clixml.dumps(bag, cipher=Plain()), cipher=Plain())


def test_there_are_56_methods() -> None:
    assert [int(method) for method in HostMethod] == list(range(1, 57))
    assert set(SHAPES) == set(HostMethod)


@pytest.mark.parametrize("method", HostMethod)
def test_arguments_of_every_method_survive(method: HostMethod) -> None:
    args = tuple(SAMPLES[shape.name] for shape in SHAPES[method].parameters)
    call = HostCall(call_id=VOID_CALL if method.is_void else 3, method=method, args=args)
    found = call_from_bag(over_the_wire(call_to_bag(call)))
    assert (found.call_id, found.method) == (call.call_id, method)
    for before, after in zip(args, found.args, strict=True):
        assert str(before) == str(after) if isinstance(before, ProgressRecord) else before == after
        assert type(after) is (int if type(before) is Int64 else type(before))


@pytest.mark.parametrize("method", HostMethod)
def test_return_values_of_every_method_survive(method: HostMethod) -> None:
    returns = SHAPES[method].returns
    value = None if returns is None else SAMPLES[returns.name]
    response = HostResponse(call_id=3, method=method, value=value)
    assert response_from_bag(over_the_wire(response_to_bag(response))) == response
    failed = HostResponse(call_id=3, method=method, error=ErrorRecord.of("no host"))
    found = response_from_bag(over_the_wire(response_to_bag(failed)))
    assert found.value is None
    assert str(found.error) == "no host"


@pytest.mark.parametrize(
    ("method", "wire", "attribute"),
    [
        (HostMethod.GET_CURRENT_UI_CULTURE, "GetCurrentUICulture", "get_current_ui_culture"),
        (HostMethod.WRITE_LINE3, "WriteLine3", "write_line"),
        (HostMethod.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION, "PromptForChoiceMultipleSelection",
         "prompt_for_choice_multiple_selection"),
        (HostMethod.READ_LINE_AS_SECURE_STRING, "ReadLineAsSecureString", "read_line_as_secure_string"),
    ],
)  # fmt: skip
def test_names(method: HostMethod, wire: str, attribute: str) -> None:
    assert (method.wire_name, method.attribute) == (wire, attribute)


def test_void_calls_take_no_answer() -> None:
    assert not HostCall(call_id=VOID_CALL, method=HostMethod.WRITE_LINE1).needs_response
    with pytest.raises(LocalProtocolError, match="void"):
        response_to_bag(HostResponse(call_id=VOID_CALL, method=HostMethod.WRITE_LINE1))
    with pytest.raises(LocalProtocolError, match="returns nothing"):
        response_to_bag(HostResponse(call_id=3, method=HostMethod.WRITE_LINE1, value=1))


@pytest.mark.parametrize(
    ("method", "args"),
    [
        (HostMethod.WRITE1, ()),
        (HostMethod.WRITE1, (5,)),
        (HostMethod.SET_SHOULD_EXIT, ("x",)),
        (HostMethod.SET_CURSOR_POSITION, (5,)),
        (HostMethod.SET_BUFFER_CONTENTS2, (Coordinates(x=1, y=1), ((CELL,), (CELL, CELL)))),
        (HostMethod.PROMPT, ("c", "m", 5)),
    ],
)
def test_arguments_that_do_not_fit_are_refused(method: HostMethod, args: tuple[Any, ...]) -> None:
    with pytest.raises(LocalProtocolError):
        call_to_bag(HostCall(call_id=1, method=method, args=args))


def test_values_that_do_not_fit_are_refused() -> None:
    with pytest.raises(LocalProtocolError):
        response_to_bag(HostResponse(call_id=1, method=HostMethod.READ_KEY, value="a"))
    with pytest.raises(RemoteProtocolError):
        response_from_bag(PSObject.bag(ci=Int64(1), mi=11, mr=5))
    with pytest.raises(RemoteProtocolError):
        response_from_bag(PSObject.bag(ci=Int64(1), mi=11, me="no record"))


@pytest.mark.parametrize(
    "mp",
    [
        ArrayList([PSObject.bag(mae=ArrayList(), mal=ArrayList([2, 2]))]),
        ArrayList([PSObject.bag(mae=ArrayList(), mal=ArrayList([-1, 0]))]),
        ArrayList([PSObject.bag(mae=ArrayList(), mal=ArrayList([2**40, 0]))]),
        ArrayList([5]),
        "text",
        None,
    ],
)
def test_malformed_cells_are_refused(mp: Any) -> None:
    arguments = ArrayList([PSObject.bag(x=1, y=1), *mp]) if isinstance(mp, list) else mp
    bag = PSObject.bag(ci=Int64(-100), mi=49, mp=arguments)
    if isinstance(mp, list) and isinstance(mp[0], PSObject) and mp[0]["mal"][0] == 2**40:
        assert call_from_bag(bag).args[1] == ()
        return
    with pytest.raises(RemoteProtocolError):
        call_from_bag(bag)


def test_enum_objects_count_as_numbers() -> None:
    kind = EnumValue(3, "System.Management.Automation.PSCredentialTypes", "Default")
    mp = ArrayList(["c", "m", "u", "t", kind, 1])
    found = call_from_bag(PSObject.bag(ci=Int64(1), mi=25, mp=mp))
    assert found.args[4] == 3
    assert type(found.args[4]) is int


_LOOSE = st.none() | st.booleans() | st.integers(-5, 60) | st.text(max_size=3) | st.just(PSObject.bag(x=1))


@given(mi=st.integers(0, 60), mp=st.none() | st.lists(_LOOSE, max_size=6), ci=_LOOSE)
def test_any_call_is_judged(mi: int, mp: list[Any] | None, ci: Any) -> None:
    for read in (call_from_bag, response_from_bag):
        with suppress(RemoteProtocolError):
            read(PSObject.bag(ci=ci, mi=mi, mp=mp, mr=mp))

"""Host calls: what the server asks of the client's host, and the answers (MS-PSRP 2.2.2.15, 2.2.3.17, 2.2.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import bags
from remora.psrp import hostvalues as hv
from remora.psrp.clixml import records
from remora.values import (
    ArrayList,
    EnumValue,
    ErrorRecord,
    Int64,
    PSCredential,
    PSObject,
    SecureString,
    Version,
)

VOID_CALL: Final = -100
"""The ci of every call that must not be answered."""
_METHOD_TYPE: Final = "System.Management.Automation.Remoting.RemoteHostMethodId"


class HostMethod(IntEnum):
    """RemoteHostMethodId: the member name is the method's name in upper case, its value travels as ``mi``."""

    GET_NAME = 1
    GET_VERSION = 2
    GET_INSTANCE_ID = 3
    GET_CURRENT_CULTURE = 4
    GET_CURRENT_UI_CULTURE = 5
    SET_SHOULD_EXIT = 6
    ENTER_NESTED_PROMPT = 7
    EXIT_NESTED_PROMPT = 8
    NOTIFY_BEGIN_APPLICATION = 9
    NOTIFY_END_APPLICATION = 10
    READ_LINE = 11
    READ_LINE_AS_SECURE_STRING = 12
    WRITE1 = 13
    WRITE2 = 14
    WRITE_LINE1 = 15
    WRITE_LINE2 = 16
    WRITE_LINE3 = 17
    WRITE_ERROR_LINE = 18
    WRITE_DEBUG_LINE = 19
    WRITE_PROGRESS = 20
    WRITE_VERBOSE_LINE = 21
    WRITE_WARNING_LINE = 22
    PROMPT = 23
    PROMPT_FOR_CREDENTIAL1 = 24
    PROMPT_FOR_CREDENTIAL2 = 25
    PROMPT_FOR_CHOICE = 26
    GET_FOREGROUND_COLOR = 27
    SET_FOREGROUND_COLOR = 28
    GET_BACKGROUND_COLOR = 29
    SET_BACKGROUND_COLOR = 30
    GET_CURSOR_POSITION = 31
    SET_CURSOR_POSITION = 32
    GET_WINDOW_POSITION = 33
    SET_WINDOW_POSITION = 34
    GET_CURSOR_SIZE = 35
    SET_CURSOR_SIZE = 36
    GET_BUFFER_SIZE = 37
    SET_BUFFER_SIZE = 38
    GET_WINDOW_SIZE = 39
    SET_WINDOW_SIZE = 40
    GET_WINDOW_TITLE = 41
    SET_WINDOW_TITLE = 42
    GET_MAX_WINDOW_SIZE = 43
    GET_MAX_PHYSICAL_WINDOW_SIZE = 44
    GET_KEY_AVAILABLE = 45
    READ_KEY = 46
    FLUSH_INPUT_BUFFER = 47
    SET_BUFFER_CONTENTS1 = 48
    SET_BUFFER_CONTENTS2 = 49
    GET_BUFFER_CONTENTS = 50
    SCROLL_BUFFER_CONTENTS = 51
    PUSH_RUNSPACE = 52
    POP_RUNSPACE = 53
    GET_IS_RUNSPACE_PUSHED = 54
    GET_RUNSPACE = 55
    PROMPT_FOR_CHOICE_MULTIPLE_SELECTION = 56

    @property
    def wire_name(self) -> str:
        """The name PowerShell gives it, such as ``WriteLine2``."""
        return "".join(part.capitalize() for part in self.name.split("_")).replace("Ui", "UI")

    @property
    def attribute(self) -> str:
        """The method of a Python host that serves it: ``write_line`` for WRITE_LINE1 to 3."""
        return self.name.rstrip("123").lower()

    @property
    def is_void(self) -> bool:
        """Whether no answer is allowed."""
        return SHAPES[self].returns is None


@dataclass(frozen=True, slots=True)
class Shape:
    """How one value travels: ``to_wire`` raises TypeError or ValueError, ``from_wire`` RemoteProtocolError."""

    name: str
    to_wire: Callable[[Any], Any]
    from_wire: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class MethodShape:
    """Arguments and return value of one method; returns None: void."""

    parameters: tuple[Shape, ...]
    returns: Shape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCall:
    """One call. call_id: VOID_CALL or the number the answer repeats. args: typed as SHAPES says."""

    call_id: int
    method: HostMethod
    args: tuple[Any, ...] = ()

    @property
    def needs_response(self) -> bool:
        return self.call_id != VOID_CALL


@dataclass(frozen=True, slots=True, kw_only=True)
class HostResponse:
    """The answer: a value, or the error the host's method raised."""

    call_id: int
    method: HostMethod
    value: Any = None
    error: ErrorRecord | None = None


def _plain(name: str, *kinds: type, nullable: bool = False) -> Shape:
    def check(value: Any) -> Any:
        if (value is None and nullable) or (
            isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        ):
            return value
        raise TypeError(f"{name} was due, not {type(value).__name__}")

    def read(value: Any) -> Any:
        try:
            return check(value)
        except TypeError as error:
            raise RemoteProtocolError(f"host call: {error}") from None

    return Shape(name, check, read)


def _integer(name: str, wire: type[int]) -> Shape:
    return Shape(name, wire, lambda value: bags.as_integer(value, name))


def _many(name: str, item: Shape) -> Shape:
    return Shape(
        name,
        lambda values: ArrayList(item.to_wire(value) for value in values),
        lambda value: tuple(item.from_wire(entry) for entry in bags.items(value, name)),
    )


def _version_in(value: Any) -> Version:
    if not isinstance(value, Version):
        raise RemoteProtocolError("host call: a Version was due")
    return value


def _answers_in(value: Any) -> dict[Any, Any]:
    return dict(bags.mapping(value, "answers"))


STRING: Final = _plain("string", str, nullable=True)
BOOL: Final = _plain("bool", bool)
INT: Final = _integer("int", int)
LONG: Final = _integer("long", Int64)
SECURE: Final = _plain("SecureString", SecureString, nullable=True)
CREDENTIAL: Final = _plain("PSCredential", PSCredential, nullable=True)
GUID: Final = _plain("Guid", UUID)
VERSION: Final = Shape("Version", lambda value: value, _version_in)
COORDINATES: Final = Shape("Coordinates", hv.coordinates_to_bag, hv.coordinates_from_bag)
SIZE: Final = Shape("Size", hv.size_to_bag, hv.size_from_bag)
RECTANGLE: Final = Shape("Rectangle", hv.rectangle_to_bag, hv.rectangle_from_bag)
CELL: Final = Shape("BufferCell", hv.cell_to_bag, hv.cell_from_bag)
CELLS: Final = Shape("BufferCell[,]", hv.cells_to_bag, hv.cells_from_bag)
KEY: Final = Shape("KeyInfo", hv.key_to_bag, hv.key_from_bag)
PROGRESS: Final = Shape("ProgressRecord", records.progress_to_bag, records.bag_to_progress)
FIELDS: Final = _many("FieldDescription[]", Shape("FieldDescription", hv.field_to_bag, hv.field_from_bag))
CHOICES: Final = _many("ChoiceDescription[]", Shape("ChoiceDescription", hv.choice_to_bag, hv.choice_from_bag))
INTS: Final = _many("int[]", INT)
ANSWERS: Final = Shape("Hashtable", dict, _answers_in)
OPAQUE: Final = Shape("Runspace", lambda value: value, lambda value: value)

_M = HostMethod
_CREDENTIAL_QUESTION: Final = (STRING, STRING, STRING, STRING)
_VOID: Final[Mapping[HostMethod, tuple[Shape, ...]]] = {
    _M.SET_SHOULD_EXIT: (INT,),
    _M.ENTER_NESTED_PROMPT: (),
    _M.EXIT_NESTED_PROMPT: (),
    _M.NOTIFY_BEGIN_APPLICATION: (),
    _M.NOTIFY_END_APPLICATION: (),
    _M.WRITE1: (STRING,),
    _M.WRITE2: (INT, INT, STRING),
    _M.WRITE_LINE1: (),
    _M.WRITE_LINE2: (STRING,),
    _M.WRITE_LINE3: (INT, INT, STRING),
    _M.WRITE_ERROR_LINE: (STRING,),
    _M.WRITE_DEBUG_LINE: (STRING,),
    _M.WRITE_PROGRESS: (LONG, PROGRESS),
    _M.WRITE_VERBOSE_LINE: (STRING,),
    _M.WRITE_WARNING_LINE: (STRING,),
    _M.SET_FOREGROUND_COLOR: (INT,),
    _M.SET_BACKGROUND_COLOR: (INT,),
    _M.SET_CURSOR_POSITION: (COORDINATES,),
    _M.SET_WINDOW_POSITION: (COORDINATES,),
    _M.SET_CURSOR_SIZE: (INT,),
    _M.SET_BUFFER_SIZE: (SIZE,),
    _M.SET_WINDOW_SIZE: (SIZE,),
    _M.SET_WINDOW_TITLE: (STRING,),
    _M.FLUSH_INPUT_BUFFER: (),
    _M.SET_BUFFER_CONTENTS1: (RECTANGLE, CELL),
    _M.SET_BUFFER_CONTENTS2: (COORDINATES, CELLS),
    _M.SCROLL_BUFFER_CONTENTS: (RECTANGLE, COORDINATES, RECTANGLE, CELL),
    _M.PUSH_RUNSPACE: (OPAQUE,),
    _M.POP_RUNSPACE: (),
}
_ANSWERED: Final[Mapping[HostMethod, tuple[tuple[Shape, ...], Shape]]] = {
    _M.GET_NAME: ((), STRING),
    _M.GET_VERSION: ((), VERSION),
    _M.GET_INSTANCE_ID: ((), GUID),
    _M.GET_CURRENT_CULTURE: ((), STRING),
    _M.GET_CURRENT_UI_CULTURE: ((), STRING),
    _M.READ_LINE: ((), STRING),
    _M.READ_LINE_AS_SECURE_STRING: ((), SECURE),
    _M.PROMPT: ((STRING, STRING, FIELDS), ANSWERS),
    _M.PROMPT_FOR_CREDENTIAL1: (_CREDENTIAL_QUESTION, CREDENTIAL),
    _M.PROMPT_FOR_CREDENTIAL2: ((*_CREDENTIAL_QUESTION, INT, INT), CREDENTIAL),
    _M.PROMPT_FOR_CHOICE: ((STRING, STRING, CHOICES, INT), INT),
    _M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION: ((STRING, STRING, CHOICES, INTS), INTS),
    _M.GET_FOREGROUND_COLOR: ((), INT),
    _M.GET_BACKGROUND_COLOR: ((), INT),
    _M.GET_CURSOR_POSITION: ((), COORDINATES),
    _M.GET_WINDOW_POSITION: ((), COORDINATES),
    _M.GET_CURSOR_SIZE: ((), INT),
    _M.GET_BUFFER_SIZE: ((), SIZE),
    _M.GET_WINDOW_SIZE: ((), SIZE),
    _M.GET_WINDOW_TITLE: ((), STRING),
    _M.GET_MAX_WINDOW_SIZE: ((), SIZE),
    _M.GET_MAX_PHYSICAL_WINDOW_SIZE: ((), SIZE),
    _M.GET_KEY_AVAILABLE: ((), BOOL),
    _M.READ_KEY: ((INT,), KEY),
    _M.GET_BUFFER_CONTENTS: ((RECTANGLE,), CELLS),
    _M.GET_IS_RUNSPACE_PUSHED: ((), BOOL),
    _M.GET_RUNSPACE: ((), OPAQUE),
}
SHAPES: Final[Mapping[HostMethod, MethodShape]] = {
    **{method: MethodShape(parameters, None) for method, parameters in _VOID.items()},
    **{method: MethodShape(parameters, returns) for method, (parameters, returns) in _ANSWERED.items()},
}
"""Argument and return shapes of every method, 1 to 56 (MS-PSRP 2.2.6)."""


def call_to_bag(call: HostCall) -> PSObject:
    """Return the body of a host call. Raises LocalProtocolError when the arguments do not fit the method."""
    shape = SHAPES[call.method]
    if len(call.args) != len(shape.parameters):
        raise LocalProtocolError(
            f"{call.method.wire_name} takes {len(shape.parameters)} arguments, not {len(call.args)}"
        )
    try:
        wire = ArrayList(kind.to_wire(value) for kind, value in zip(shape.parameters, call.args, strict=True))
    except (TypeError, ValueError, AttributeError) as error:
        raise LocalProtocolError(f"{call.method.wire_name}: {error}") from error
    return PSObject.bag(ci=Int64(call.call_id), mi=_method_to_wire(call.method), mp=wire)


def call_from_bag(value: Any) -> HostCall:
    """Return a call with typed arguments. Raises RemoteProtocolError for an unknown method or other arguments."""
    source = bags.bag(value, "host call")
    method = _method_from_wire(source)
    parameters = SHAPES[method].parameters
    wire = bags.items(source.get("mp"), "mp")
    if len(wire) != len(parameters):
        raise RemoteProtocolError(f"{method.wire_name} takes {len(parameters)} arguments, {len(wire)} came")
    args = tuple(kind.from_wire(entry) for kind, entry in zip(parameters, wire, strict=True))
    return HostCall(call_id=bags.integer(source, "ci"), method=method, args=args)


def response_to_bag(response: HostResponse) -> PSObject:
    """Return the body of a host response. Raises LocalProtocolError for a void method or a value of another shape."""
    returns = SHAPES[response.method].returns
    if response.call_id == VOID_CALL:
        raise LocalProtocolError(f"{response.method.wire_name} is void and must not be answered")
    members: dict[str, Any] = {"ci": Int64(response.call_id), "mi": _method_to_wire(response.method)}
    if response.error is not None:
        members["me"] = response.error
    elif response.value is not None:
        if returns is None:
            raise LocalProtocolError(f"{response.method.wire_name} returns nothing")
        try:
            members["mr"] = returns.to_wire(response.value)
        except (TypeError, ValueError, AttributeError) as error:
            raise LocalProtocolError(f"{response.method.wire_name}: {error}") from error
    return PSObject.bag(members)


def response_from_bag(value: Any) -> HostResponse:
    """Return a typed answer. Raises RemoteProtocolError when it does not fit the method."""
    source = bags.bag(value, "host response")
    method = _method_from_wire(source)
    error = bags.error(source, "me")
    result = source.get("mr")
    returns = SHAPES[method].returns
    if result is not None and returns is not None:
        result = returns.from_wire(result)
    return HostResponse(call_id=bags.integer(source, "ci"), method=method, value=result, error=error)


def _method_to_wire(method: HostMethod) -> EnumValue:
    return EnumValue(int(method), _METHOD_TYPE, method.wire_name)


def _method_from_wire(source: PSObject) -> HostMethod:
    number = bags.integer(source, "mi")
    try:
        return HostMethod(number)
    except ValueError:
        raise RemoteProtocolError(f"host method {number} is unknown") from None

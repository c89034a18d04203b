"""Measure-Object."""

from __future__ import annotations

import math
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError
from remora.engine.format.shaping import ABSENT, GROUP_KEYS
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.typeref import register
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import declare_attributes, order, property_specs, unwrap

_C = "Microsoft.PowerShell.Commands."
_NUMBER = "System.Nullable`1[[System.Double]]"
_WHOLE = "System.Nullable`1[[System.Int32]]"


class MeasureInfo(NetObject):
    """Result for one property."""

    __slots__ = ("average", "count", "deviation", "maximum", "minimum", "property", "total")
    net_type = NetType(_C + "GenericMeasureInfo", NetType(_C + "MeasureInfo", OBJECT))

    def __init__(self, property: str | None, count: int) -> None:
        self.property = property
        self.count = count
        self.total: Any = None
        self.average: Any = None
        self.maximum: Any = None
        self.minimum: Any = None
        self.deviation: Any = None


class ObjectMeasureInfo(MeasureInfo):
    """Result for a property whose extremes are no numbers."""

    __slots__ = ()
    net_type = NetType(_C + "GenericObjectMeasureInfo", NetType(_C + "MeasureInfo", OBJECT))


for _kind, _extreme in ((MeasureInfo.net_type, _NUMBER), (ObjectMeasureInfo.net_type, "System.Object")):
    declare_attributes(
        _kind,
        ("Count", "count", "System.Int32"),
        ("Average", "average", _NUMBER),
        ("Sum", "total", _NUMBER),
        ("Maximum", "maximum", _extreme),
        ("Minimum", "minimum", _extreme),
        ("StandardDeviation", "deviation", _NUMBER),
        ("Property", "property", "System.String"),
    )


class TextMeasureInfo(NetObject):
    """Lines, words and characters of one property."""

    __slots__ = ("characters", "lines", "property", "words")
    net_type = NetType(_C + "TextMeasureInfo", NetType(_C + "MeasureInfo", OBJECT))

    def __init__(self, property: str | None) -> None:
        self.property = property
        self.lines: Any = None
        self.words: Any = None
        self.characters: Any = None


declare_attributes(
    TextMeasureInfo.net_type,
    ("Lines", "lines", _WHOLE),
    ("Words", "words", _WHOLE),
    ("Characters", "characters", _WHOLE),
    ("Property", "property", "System.String"),
)
register(MeasureInfo.net_type, ObjectMeasureInfo.net_type, TextMeasureInfo.net_type)


class _Tally:
    """What is counted for one property. variance: of the numbers so far."""

    def __init__(self) -> None:
        self.count = self.lines = self.words = self.characters = 0
        self.total = self.variance = 0.0
        self.largest: Any = None
        self.smallest: Any = None

    def add_number(self, number: float) -> None:
        """Called after ``count`` has gone up."""
        before, self.total = self.total, self.total + number
        if self.count > 1:
            mean = before / (self.count - 1)
            self.variance *= (self.count - 2.0) / (self.count - 1)
            self.variance += (number - mean) ** 2 / self.count


@cmdlet(
    "Measure-Object",
    aliases=("measure",),
    default_set="GenericMeasure",
    output_type=(_C + "GenericMeasureInfo", _C + "TextMeasureInfo", _C + "GenericObjectMeasureInfo"),
)
class MeasureObject(Cmdlet):
    """Counts objects and adds up their properties."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0, validate=(ValidateNotNullOrEmpty(),))
    sum = Parameter("switch", sets=("GenericMeasure",))
    all_stats = Parameter("switch", sets=("GenericMeasure",))
    average = Parameter("switch", sets=("GenericMeasure",))
    maximum = Parameter("switch", sets=("GenericMeasure",))
    minimum = Parameter("switch", sets=("GenericMeasure",))
    standard_deviation = Parameter("switch", sets=("GenericMeasure",))
    line = Parameter("switch", sets=("TextMeasure",))
    word = Parameter("switch", sets=("TextMeasure",))
    character = Parameter("switch", sets=("TextMeasure",))
    ignore_white_space = Parameter("switch", sets=("TextMeasure",))

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, GROUP_KEYS)
        self._tallies: dict[str, _Tally] = {} if self._specs else {"": _Tally()}
        self._text = bool(self.line or self.word or self.character)
        every = bool(self.all_stats)
        self._sums, self._averages = every or bool(self.sum), every or bool(self.average)
        self._deviates = every or bool(self.standard_deviation)
        self._lowest, self._highest = every or bool(self.minimum), every or bool(self.maximum)
        self._numeric = self._sums or self._averages or self._deviates
        self._all_numbers = True

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        if not self._specs:
            self._add("", value)
            return
        counted: set[str] = set()
        for spec in self._specs:
            for one in spec.expand(value):
                found = one.read(value)
                if found is ABSENT:
                    self._tally(one.label)
                elif one.label.lower() not in counted:
                    counted.add(one.label.lower())
                    self._add(one.label, found)

    def _tally(self, label: str) -> _Tally:
        known = next((name for name in self._tallies if name.lower() == label.lower()), label)
        return self._tallies.setdefault(known, _Tally())

    def _add(self, label: str, value: Any) -> None:
        tally = self._tallies.get(label) or self._tally(label)
        tally.count += 1
        if self._text:
            self._add_text(tally, to_text(value))
        if self._numeric:
            try:
                tally.add_number(float(convert_to(value, "double")))
            except PSError:
                self._all_numbers = False
                self.fail(
                    f'Input object "{to_text(value)}" is not numeric.',
                    "NonNumericInputObject",
                    "InvalidType",
                    value,
                    type_name="System.Management.Automation.PSInvalidOperationException",
                )
                return
        if self._lowest and (tally.smallest is None or _order(value, tally.smallest) < 0):
            tally.smallest = value
        if self._highest and (tally.largest is None or _order(value, tally.largest) > 0):
            tally.largest = value

    def _add_text(self, tally: _Tally, text: str) -> None:
        words = text.split()
        tally.lines += text.count("\n") + (1 if text and not text.endswith("\n") else 0)
        tally.words += len(words)
        tally.characters += sum(len(word) for word in words) if self.ignore_white_space else len(text)

    def end(self) -> None:
        for label, tally in self._tallies.items():
            if tally.count == 0 and self._specs:
                if self.runtime.is_strict(2):
                    self._missing(label)
                continue
            self.emit(self._text_result(label, tally) if self._text else self._result(label, tally))

    def _missing(self, label: str) -> None:
        self.fail(
            f'The property "{label}" cannot be found in the input for any objects.',
            "GenericMeasurePropertyNotFound" if not self._text else "TextMeasurePropertyNotFound",
            "ObjectNotFound",
            None,
            type_name="System.Management.Automation.PSArgumentException",
        )

    def _result(self, label: str, tally: _Tally) -> MeasureInfo:
        smallest, largest = _number(tally.smallest), _number(tally.largest)
        numbers = smallest is not ABSENT and largest is not ABSENT
        result = MeasureInfo(label or None, tally.count) if numbers else ObjectMeasureInfo(label or None, tally.count)
        if self._all_numbers:
            result.total = tally.total if self._sums else None
            result.average = tally.total / tally.count if self._averages and tally.count else None
            result.deviation = math.sqrt(tally.variance) if self._deviates and numbers else None
        result.minimum = smallest if numbers else tally.smallest
        result.maximum = largest if numbers else tally.largest
        return result

    def _text_result(self, label: str, tally: _Tally) -> TextMeasureInfo:
        result = TextMeasureInfo(label or None)
        result.lines = tally.lines if self.line else None
        result.words = tally.words if self.word else None
        result.characters = tally.characters if self.character else None
        return result


def _number(value: Any) -> Any:
    """What is or reads as a number as Double; ABSENT when it does not, None for None."""
    if value is None:
        return None
    try:
        return float(convert_to(value, "double"))
    except PSError:
        return ABSENT


def _order(left: Any, right: Any) -> int:
    """-1, 0 or 1: numbers and what reads as one by value, values of one kind as they compare, others by their text."""
    mine, other = _comparable(left), _comparable(right)
    if mine is not None and type(mine) is not type(other):
        mine, other = to_text(mine), to_text(other)
    return order(mine, other, case_sensitive=True)


def _comparable(value: Any) -> Any:
    number = _number(value)
    return unwrap(value) if number is ABSENT else number


CMDLETS = (MeasureObject,)

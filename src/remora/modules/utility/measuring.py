"""Measure-Object."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError
from remora.engine.format.shaping import ABSENT, GROUP_KEYS, PropertySpec
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.modules.common import declare_attributes, order, property_specs, unwrap

_C = "Microsoft.PowerShell.Commands."


class MeasureInfo(NetObject):
    """Result for one property."""

    __slots__ = ("average", "count", "deviation", "maximum", "minimum", "property", "total")
    net_type = NetType(_C + "GenericMeasureInfo", NetType(_C + "MeasureInfo", OBJECT))

    def __init__(self, property: str | None) -> None:
        self.property = property
        self.count = 0
        self.total: Any = None
        self.average: Any = None
        self.maximum: Any = None
        self.minimum: Any = None
        self.deviation: Any = None


declare_attributes(
    MeasureInfo.net_type,
    ("Count", "count", "System.Object"),
    ("Average", "average", "System.Object"),
    ("Sum", "total", "System.Object"),
    ("Maximum", "maximum", "System.Object"),
    ("Minimum", "minimum", "System.Object"),
    ("StandardDeviation", "deviation", "System.Object"),
    ("Property", "property", "System.Object"),
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
    ("Lines", "lines", "System.Object"),
    ("Words", "words", "System.Object"),
    ("Characters", "characters", "System.Object"),
    ("Property", "property", "System.Object"),
)


class _Tally:
    """What is counted for one property."""

    def __init__(self) -> None:
        self.count = self.lines = self.words = self.characters = 0
        self.numbers: list[float] = []
        self.largest: Any = None
        self.smallest: Any = None


@cmdlet("Measure-Object", aliases=("measure",), default_set="GenericMeasure", output_type=(_C + "GenericMeasureInfo",))
class MeasureObject(Cmdlet):
    """Counts objects and adds up their properties."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
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
        self._tallies: dict[str | None, _Tally] = {} if self._specs else {None: _Tally()}
        self._text = bool(self.line or self.word or self.character)
        self._numeric = bool(self.sum or self.average or self.all_stats or self.standard_deviation)

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        if not self._specs:
            self._add(None, value)
        for spec in self._specs:
            for one in spec.expand(value):
                self._add_property(one, value)

    def _add_property(self, spec: PropertySpec, value: Any) -> None:
        found = spec.read(value)
        if found is not ABSENT and found is not None and found is not NOTHING:
            self._add(spec.label, found)

    def _add(self, label: str | None, value: Any) -> None:
        tally = self._tallies.setdefault(label, _Tally())
        tally.count += 1
        if self._text:
            self._add_text(tally, to_text(value))
            return
        if self._numeric:
            try:
                tally.numbers.append(float(convert_to(value, "double")))
            except PSError:
                self.fail(
                    f'Input object "{to_text(value)}" is not numeric.',
                    "NonNumericInputObject",
                    "InvalidType",
                    value,
                    type_name="System.Management.Automation.PSInvalidCastException",
                )
        plain = unwrap(value)
        if (self.maximum or self.all_stats) and (tally.largest is None or order(plain, tally.largest) > 0):
            tally.largest = plain
        if (self.minimum or self.all_stats) and (tally.smallest is None or order(plain, tally.smallest) < 0):
            tally.smallest = plain

    def _add_text(self, tally: _Tally, text: str) -> None:
        tally.lines += text.count("\n") + 1 if text else 0
        tally.words += len(text.split())
        tally.characters += len("".join(text.split())) if self.ignore_white_space else len(text)

    def end(self) -> None:
        for spec in self._specs:
            if spec.label not in self._tallies and not spec.wildcard:
                self._missing(spec.label)
        for label, tally in self._tallies.items():
            self.emit(self._text_result(label, tally) if self._text else self._result(label, tally))

    def _missing(self, label: str) -> None:
        self.fail(
            f'The property "{label}" cannot be found in the input for any objects.',
            "GenericMeasurePropertyNotFound" if not self._text else "TextMeasurePropertyNotFound",
            "InvalidArgument",
            None,
            type_name="System.Management.Automation.PSArgumentException",
        )

    def _result(self, label: str | None, tally: _Tally) -> MeasureInfo:
        result = MeasureInfo(label)
        result.count = tally.count
        numbers = tally.numbers
        if numbers:
            total = math.fsum(numbers)
            if self.sum or self.all_stats:
                result.total = total
            if self.average or self.all_stats:
                result.average = total / len(numbers)
            if self.standard_deviation or self.all_stats:
                mean = total / len(numbers)
                spread = math.fsum((number - mean) ** 2 for number in numbers)
                result.deviation = math.sqrt(spread / (len(numbers) - 1)) if len(numbers) > 1 else 0.0
        result.maximum = _measured(tally.largest)
        result.minimum = _measured(tally.smallest)
        return result

    def _text_result(self, label: str | None, tally: _Tally) -> TextMeasureInfo:
        result = TextMeasureInfo(label)
        result.lines = tally.lines if self.line else None
        result.words = tally.words if self.word else None
        result.characters = tally.characters if self.character else None
        return result


def _measured(value: Any) -> Any:
    """Numbers come out as Double, everything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return float(value)


CMDLETS = (MeasureObject,)

"""[psvariable]: variables made by a script, and what may be set of them."""

from __future__ import annotations

from typing import Any

from remora.engine.attribute import Attribute
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.numbers import cannot_convert
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.scopes import Cell
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register
from remora.engine.variable import PSVariable


def _options(value: Any) -> int:
    return int(convert_to(value or 0, "System.Management.Automation.ScopedItemOptions"))


def _make(name: str, value: Any = None, options: Any = None, attributes: Any = None) -> PSVariable:
    given = unwrap(attributes)
    for one in given if isinstance(given, (list, tuple)) else () if given is None else (given,):
        if not isinstance(unwrap(one), Attribute):
            raise cannot_convert(one, "System.Attribute")
    return PSVariable(Cell(name, value, _options(options) if options is not None else 0))


def _is_valid(variable: PSVariable, value: Any) -> bool:
    try:
        for converter in variable.cell.converters:
            value = converter(value)
    except PSError:
        return False
    return True


def register_types() -> None:
    """The type by name, its constructors and setters."""
    k = PSVariable.net_type
    k.constructor("(string)", "(string, object)", "(string, object, object)", "(string, object, object, object)")(_make)
    k.setter("Options")(lambda v, value: v.cell.set_options(_options(value)))
    k.setter("Description")(lambda v, value: setattr(v.cell, "description", to_text(value)))
    k.property("Module", wire=False)(lambda v: None)
    k.property("ModuleName", "System.String")(lambda v: "")
    k.method("IsValidValue(object)", returns="bool")(_is_valid)
    register(k)

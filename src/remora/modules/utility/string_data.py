"""ConvertFrom-StringData."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.regex.escapes import unescape
from remora.values import Hashtable


@cmdlet("ConvertFrom-StringData", output_type=("System.Collections.Hashtable",))
class ConvertFromStringData(Cmdlet):
    """Lines of ``name=value`` as a hashtable; values may hold escapes as regular expressions have them."""

    string_data = Parameter("string", position=0, mandatory=True, pipeline=True, allow_empty=True)
    delimiter = Parameter("char", position=1, default="=")

    def process(self) -> None:
        found = Hashtable()
        for line in (self.string_data or "").split("\n"):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            name, delimiter, value = text.partition(self.delimiter)
            name = name.strip()
            if not delimiter or not text[: text.index(self.delimiter)]:
                raise self.throw(_wrong(f"Data line '{text}' is not in 'name=value' format. "))
            if name in found:
                raise self.throw(_wrong(f"Data item '{name}' in line '{text}' is already defined. "))
            found[name] = unescape(value.strip())
        self.emit(found)


def _wrong(message: str) -> PSError:
    return error(
        message,
        "InvalidOperation",
        "InvalidOperation",
        type_name="System.Management.Automation.PSInvalidOperationException",
    )


CMDLETS = (ConvertFromStringData,)

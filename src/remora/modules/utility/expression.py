"""Invoke-Expression, Get-Host, Read-Host, Join-String."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.format.access import ABSENT, find
from remora.engine.format.shaping import parse_property
from remora.engine.nothing import NOTHING
from remora.engine.text.composite import format_composite
from remora.engine.types.culture import Culture, current_culture
from remora.engine.types.registry import unwrap
from remora.modules.common import as_list
from remora.values.host import FieldDescription
from remora.values.secrets import SecureString


@cmdlet("Invoke-Expression", aliases=("iex",))
class InvokeExpression(Cmdlet):
    """Runs text as a script in the caller's scope."""

    command = Parameter("string", position=0, mandatory=True, pipeline=True)

    def process(self) -> None:
        self.runtime.invoke_script(self.command)


@cmdlet("Get-Host", output_type=("System.Management.Automation.Host.PSHost",))
class GetHost(Cmdlet):
    """The host of the session."""

    def end(self) -> None:
        self.emit(self.session.get_variable("Host"))


@cmdlet("Read-Host", default_set="AsString", output_type=("System.String", "System.Security.SecureString"))
class ReadHost(Cmdlet):
    """Asks the host for a line."""

    prompt = Parameter("object", position=0, remaining=True, allow_null=True)
    as_secure_string = Parameter("switch", sets=("AsSecureString",))
    mask_input = Parameter("switch", sets=("AsString",))

    def end(self) -> None:
        host = self.session.host
        hidden = self.as_secure_string or self.mask_input
        asked = " ".join(text for part in as_list(self.prompt) if (text := to_text(part)))
        if asked:
            kind = "System.Security.SecureString" if hidden else "System.String"
            field = FieldDescription(
                name=asked, parameter_type_name=kind.rpartition(".")[2], parameter_type_full_name=kind
            )
            for answer in host.prompt("", "", [field]).values():
                self._answer(answer)
        else:
            self._answer(host.read_line_as_secure_string() if hidden else host.read_line())

    def _answer(self, value: Any) -> None:
        self.emit(value.reveal() if self.mask_input and isinstance(value, SecureString) else value)


@cmdlet("Join-String", default_set="default", output_type=("System.String",))
class JoinString(Cmdlet):
    """Joins the texts of objects."""

    property = Parameter("object", position=0)
    separator = Parameter("string", position=1, allow_empty=True)
    output_prefix = Parameter("string", aliases=("op",), default="")
    output_suffix = Parameter("string", aliases=("os",), default="")
    single_quote = Parameter("switch", sets=("SingleQuote",))
    double_quote = Parameter("switch", sets=("DoubleQuote",))
    format_string = Parameter("string", sets=("Format",))
    use_culture = Parameter("switch")
    input_object = Parameter("psobject[]", pipeline=True, default=NOTHING)

    def begin(self) -> None:
        self._culture = current_culture() if self.use_culture else Culture("")
        self._parts: list[str] = []
        self._spec = parse_property(self.property, self.runtime.item_value) if self.property is not None else None

    def process(self) -> None:
        if self.input_object is NOTHING or self.input_object is None:
            return
        for item in self.input_object if isinstance(self.input_object, list) else [self.input_object]:
            value: Any = item
            if self._spec is not None:
                value = self._spec.read(item) if self._spec.name is None else find(item, self._spec.name)
            if value is ABSENT or value is None:
                continue
            self._parts.append(self._one(value))

    def _one(self, value: Any) -> str:
        if self.format_string is not None:
            return format_composite(self.format_string, [value], self._culture)
        quote = "'" if self.single_quote else '"' if self.double_quote else ""
        written = self.use_culture and isinstance(unwrap(value), (float, Decimal, datetime))
        text = format_composite("{0}", [value], self._culture) if written else to_text(value)
        return quote + text + quote

    def end(self) -> None:
        separator = self.separator
        if separator is None:
            given = self.session.get_variable("OFS")
            separator = "" if given is None else to_text(given)
        self.emit(self.output_prefix + separator.join(self._parts) + self.output_suffix)


CMDLETS = (GetHost, InvokeExpression, JoinString, ReadHost)

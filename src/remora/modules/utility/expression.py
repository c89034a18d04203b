"""Invoke-Expression, Get-Host, Read-Host, Join-String."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.format.access import ABSENT, find
from remora.engine.format.shaping import parse_property
from remora.engine.nothing import NOTHING


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
        if self.prompt is not None:
            parts = self.prompt if isinstance(self.prompt, list) else [self.prompt]
            host.write(" ".join(to_text(part) for part in parts) + ": ")
        if self.as_secure_string:
            self.emit(host.read_line_as_secure_string())
        elif self.mask_input:
            self.emit(host.read_line_as_secure_string().reveal())
        else:
            self.emit(host.read_line())


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
        if self.use_culture:
            from remora.engine.types.culture import current_culture
            from remora.modules.utility.ordering import refuse_culture

            refuse_culture(self, current_culture().name)
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
            from remora.engine.operators.text import format_operator

            return str(format_operator(self.format_string, [value]))
        quote = "'" if self.single_quote else '"' if self.double_quote else ""
        return quote + to_text(value) + quote

    def end(self) -> None:
        separator = self.separator
        if separator is None:
            given = self.session.get_variable("OFS")
            separator = "" if given is None else to_text(given)
        self.emit(self.output_prefix + separator.join(self._parts) + self.output_suffix)


CMDLETS = (GetHost, InvokeExpression, JoinString, ReadHost)

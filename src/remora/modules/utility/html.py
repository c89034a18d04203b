"""ConvertTo-Html."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.format.shaping import ABSENT, SELECT_KEYS, PropertySpec, named, parse_property
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateNotNullOrEmpty, ValidatePattern, ValidateSet
from remora.modules.common import as_list, names, object_text

_FILLED = (ValidateNotNullOrEmpty(),)
_DOCTYPE: Final = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 {0}//EN"  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-{1}.dtd">'
)
_HTTP_EQUIVALENT: Final = ("content-type", "default-style", "x-ua-compatible")
_NAMED_META: Final = ("application-name", "author", "description", "generator", "keywords", "viewport")


def encode(text: str) -> str:
    """Text as HTML shows it: the five characters of markup, and those from U+00A0 to U+00FF, as references."""
    escaped = html.escape(text, quote=True).replace("&#x27;", "&#39;")
    return "".join(f"&#{ord(char)};" if "\xa0" <= char <= "\xff" or char > "\uffff" else char for char in escaped)


@dataclass(frozen=True, slots=True)
class _Column:
    """A property and the attributes of its col element."""

    spec: PropertySpec
    attributes: str


@cmdlet("ConvertTo-Html", default_set="Page", output_type=("System.String",))
class ConvertToHtml(Cmdlet):
    """Objects as an HTML table, or as lists, with or without a page around it."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    head = Parameter("string[]", sets={"Page": {"position": 1}})
    title = Parameter("string", sets={"Page": {"position": 2}}, default="HTML TABLE", validate=_FILLED)
    body = Parameter("string[]", sets={"Page": {"position": 3}})
    as_ = Parameter("string", name="As", default="Table", validate=(*_FILLED, ValidateSet("Table", "List")))
    css_uri = Parameter("uri", sets=("Page",), aliases=("cu", "uri"), validate=_FILLED)
    fragment = Parameter("switch", sets=("Fragment",))
    post_content = Parameter("string[]", validate=_FILLED)
    pre_content = Parameter("string[]", validate=_FILLED)
    meta = Parameter("hashtable", sets=("Page",), validate=_FILLED)
    charset = Parameter(
        "string", sets=("Page",), validate=(*_FILLED, ValidatePattern(r"^[A-Za-z0-9]\w+\S+[A-Za-z0-9]$"))
    )
    transitional = Parameter("switch", sets=("Page",))

    def begin(self) -> None:
        if self.css_uri is not None and not str(self.css_uri).strip():
            raise self.throw(
                error(
                    "This command cannot be run because 'CSSUri' is empty or blank. Please specify CSSUri and then run "
                    "the command.",
                    "ArgumentException",
                    "InvalidArgument",
                    "CSSUri",
                    type_name="System.ArgumentException",
                )
            )
        given = ["*"] if self.property is None else self.property
        self._given = [_column(item, self.runtime.item_value) for item in given]
        self._columns: list[_Column] = []
        self._count = 0
        if not self.fragment:
            self._write_head()
        self._write_lines(self.pre_content)
        self.emit("<table>")

    def _write_lines(self, lines: Any) -> None:
        for line in as_list(lines):
            self.emit(line)

    def _write_head(self) -> None:
        self.emit(_DOCTYPE.format(*(("Transitional", "transitional") if self.transitional else ("Strict", "strict"))))
        self.emit('<html xmlns="http://www.w3.org/1999/xhtml">')
        self.emit("<head>")
        if self.charset is not None:
            self.emit(f'<meta charset="{self.charset}">')
        for key, value in (self.meta or {}).items():
            self._write_meta(to_text(key), to_text(value))
        self._write_lines([f"<title>{self.title}</title>"] if self.head is None else self.head)
        if self.css_uri is not None:
            self.emit(f'<link rel="stylesheet" type="text/css" href="{self.css_uri}" />')
        self.emit("</head><body>")
        self._write_lines(self.body)

    def _write_meta(self, name: str, value: str) -> None:
        folded = name.lower()
        if folded not in (*_HTTP_EQUIVALENT, *_NAMED_META):
            self.write_warning(
                "Accepted meta properties are content-type, default-style, application-name, author, description, "
                "generator, keywords, x-ua-compatible, and viewport. The meta pair: "
                f"{name} and {value} may not function correctly."
            )
        kind = "http-equiv" if folded in _HTTP_EQUIVALENT else "name"
        self.emit(f'<meta {kind}="{name}" content="{value}">')

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        self._count += 1
        in_table = self.as_.lower() == "table"
        if not in_table or not self._columns:
            self._columns = [column for spec in self._given for column in _expanded(spec, value)]
            if not self._columns:
                return
            if in_table:
                self._write_columns()
        if in_table:
            self.emit("<tr>" + "".join(f"<td>{_cell(column, value)}</td>" for column in self._columns) + "</tr>")
            return
        if self._count > 1:
            self.emit("<tr><td><hr></td></tr>")
        for column in self._columns:
            self.emit(f"<tr><td>{column.spec.label}:</td><td>{_cell(column, value)}</td></tr>")

    def _write_columns(self) -> None:
        columns = "".join(f"<col{column.attributes}/>" for column in self._columns)
        self.emit(f"<colgroup>{columns}</colgroup>")
        self.emit("<tr>" + "".join(f"<th>{column.spec.label}</th>" for column in self._columns) + "</tr>")

    def end(self) -> None:
        self.emit("</table>")
        self._write_lines(self.post_content)
        if not self.fragment:
            self.emit("</body></html>")


def _column(item: Any, evaluate: Any) -> _Column:
    """One element of -Property; width and alignment are texts that HTML understands."""
    given = unwrap(item)
    if not isinstance(given, Mapping):
        return _Column(parse_property(item, evaluate, SELECT_KEYS), "")
    rest: dict[Any, Any] = {}
    attributes = ""
    for key, value in given.items():
        name = next((name for name in ("width", "alignment") if name.startswith(to_text(key).lower())), None)
        if name is None:
            rest[key] = value
        else:
            attributes += f' {"width" if name == "width" else "align"} = "{to_text(value)}"'
    return _Column(parse_property(rest, evaluate, SELECT_KEYS), attributes)


def _expanded(column: _Column, value: Any) -> list[_Column]:
    spec = column.spec
    if spec.wildcard:
        return [_Column(one, column.attributes) for one in spec.expand(value)]
    if spec.own_label is None and spec.name is not None:
        known = next((name for name in names(value) if name.lower() == str(spec.name).lower()), spec.name)
        return [_Column(named(known), column.attributes)]
    return [column]


def _cell(column: _Column, value: Any) -> str:
    found = column.spec.read(value)
    return "" if found is ABSENT or found is None or found is NOTHING else encode(object_text(found))


CMDLETS = (ConvertToHtml,)

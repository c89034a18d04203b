"""ConvertTo-Xml, Export-Clixml, Import-Clixml, ConvertTo-CliXml, ConvertFrom-CliXml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from remora._xml import element, indented, serialize
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.format.access import get, names
from remora.engine.format.cells import is_plain
from remora.engine.nothing import NOTHING
from remora.engine.patient import look_after_pipeline, open_reading
from remora.engine.text.encodings import encode_text
from remora.engine.types.registry import type_names, unwrap
from remora.engine.types.xmldocument import document_of
from remora.engine.types.xmlnodes import spaced
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange, ValidateSet
from remora.engine.wire import from_wire, to_wire
from remora.errors import RemoraError
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import literal_or_glob
from remora.modules.output_file import open_output, output_path
from remora.psrp import clixml
from remora.psrp.clixml.layout import laid_out
from remora.psrp.clixml.unsealed import Unsealed
from remora.values import UInt64

_DEPTH = (ValidateRange(1, 100),)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@cmdlet("ConvertTo-Xml", output_type=("System.Xml.XmlDocument", "System.String"))
class ConvertToXml(Cmdlet):
    """Objects as an XML document of Object and Property elements."""

    input_object = Parameter("psobject", position=0, mandatory=True, pipeline=True, default=NOTHING, allow_null=True)
    depth = Parameter("int", default=1, validate=_DEPTH)
    no_type_information = Parameter("switch")
    as_ = Parameter("string", name="As", default="Document", validate=(ValidateSet("Stream", "String", "Document"),))

    def begin(self) -> None:
        self._objects: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._objects.append(self._element("Object", self.input_object, None, 0))

    def _element(self, tag: str, value: Any, name: str | None, level: int) -> Any:
        look_after_pipeline()
        attributes: dict[str, Any] = {} if name is None else {"Name": name}
        if not self.no_type_information:
            attributes["Type"] = (type_names(value) or ("System.Object",))[0]
        plain = unwrap(value)
        if plain is None:
            return element(tag, **attributes)
        if is_plain(plain) or level > self.depth:
            return element(tag, _clean(to_text(value)), **attributes)
        children = self._children(value, plain, level)
        if not children:
            return element(tag, _clean(to_text(value)), **attributes)
        return element(tag, None, *children, **attributes)

    def _children(self, value: Any, plain: Any, level: int) -> list[Any]:
        if isinstance(plain, Mapping):
            pairs: list[Any] = []
            for key, item in plain.items():
                pairs.append(self._element("Property", key, "Key", level + 1))
                pairs.append(self._element("Property", item, "Value", level + 1))
            return pairs
        if is_enumerable(plain):
            return [self._element("Property", item, None, level + 1) for item in items_of(plain)]
        return [self._element("Property", get(value, name), name, level + 1) for name in names(value)]

    def end(self) -> None:
        form = self.as_.lower()
        if form == "stream":
            self.emit('<?xml version="1.0" encoding="utf-8"?>')
            self.emit("<Objects>")
            for item in self._objects:
                self.emit(spaced(indented(item)))
            self.emit("</Objects>")
            return
        root = element("Objects", None, *self._objects)
        if form == "string":
            self.emit('<?xml version="1.0" encoding="utf-8"?>\n' + spaced(indented(root)))
        else:
            self.emit(document_of('<?xml version="1.0" encoding="utf-8"?>' + serialize(root).decode("utf-8")))


def _clean(text: str) -> str:
    """Characters XML cannot hold become question marks."""
    return _ILLEGAL.sub("?", text)


@cmdlet("Export-Clixml", default_set="ByPath", should_process=True)
class ExportClixml(Cmdlet):
    """Writes objects to a CLIXML file."""

    path = Parameter("string", sets={"ByPath": {"position": 0, "mandatory": True}})
    literal_path = Parameter("string", sets={"ByLiteralPath": {"mandatory": True}}, aliases=("PSPath", "LP"))
    input_object = Parameter("psobject", mandatory=True, pipeline=True, allow_null=True, default=NOTHING)
    depth = Parameter("int", default=2, validate=_DEPTH)
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    encoding = Parameter("System.Text.Encoding", validate=(ValidateNotNullOrEmpty(),))

    def begin(self) -> None:
        self._values: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._values.append(to_wire(self.input_object, self.depth))

    def end(self) -> None:
        given = self.literal_path or self.path
        path = output_path(self, self.path, self.literal_path)
        if not self.should_process(path, "Export-Clixml"):
            return
        try:
            text = laid_out(clixml.dumps_stream(self._values, cipher=Unsealed()).decode("utf-8"))
        except RemoraError as problem:
            raise self.throw(_bad_clixml(str(problem))) from None
        file = open_output(self, path, given, force=bool(self.force), no_clobber=bool(self.no_clobber))
        try:
            file.write(encode_text(text, self.encoding, start=True))
        finally:
            file.close()


@cmdlet("Import-Clixml", default_set="ByPath")
class ImportClixml(Cmdlet):
    """Reads objects from a CLIXML file."""

    path = Parameter(
        "string[]", sets={"ByPath": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    include_total_count = Parameter("switch")
    skip = Parameter("uint64", default=0)
    first = Parameter("uint64", default=2**64 - 1)

    def process(self) -> None:
        for path in literal_or_glob(self, self.path, self.literal_path):
            try:
                with open_reading(path) as file:
                    values = [value for _, value in clixml.load_stream(file.read(), cipher=Unsealed())]
            except OSError as problem:
                self.write_error(os_failure(problem, path, "FileOpenFailure").record)
                continue
            except RemoraError as problem:
                raise self.throw(_bad_clixml(str(problem))) from None
            if self.include_total_count:
                self.emit(UInt64(len(values)))
            for value in values[int(self.skip) :][: int(min(self.first, 2**62))]:
                self.emit_all(from_wire(value))


def _bad_clixml(reason: str) -> Any:
    return error(reason, "XmlException", "NotSpecified", type_name="System.Xml.XmlException")


@cmdlet("ConvertTo-CliXml", output_type=("System.String",))
class ConvertToCliXml(Cmdlet):
    """Objects as CLIXML text."""

    input_object = Parameter("psobject", position=0, mandatory=True, pipeline=True, allow_null=True, default=NOTHING)
    depth = Parameter("int", default=2, validate=_DEPTH)

    def begin(self) -> None:
        self._values: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._values.append(to_wire(self.input_object, self.depth))

    def end(self) -> None:
        try:
            self.emit(laid_out(clixml.dumps_stream(self._values, cipher=Unsealed()).decode("utf-8")))
        except RemoraError as problem:
            raise self.throw(_bad_clixml(str(problem))) from None


@cmdlet("ConvertFrom-CliXml")
class ConvertFromCliXml(Cmdlet):
    """CLIXML text as objects."""

    input_object = Parameter("string", position=0, mandatory=True, pipeline=True)

    def begin(self) -> None:
        self._parts: list[str] = []

    def process(self) -> None:
        self._parts.append(self.input_object)

    def end(self) -> None:
        try:
            values = [value for _, value in clixml.load_stream("\n".join(self._parts), cipher=Unsealed())]
        except RemoraError as problem:
            raise self.throw(_bad_clixml(str(problem))) from None
        for value in values:
            self.emit_all(from_wire(value))


CMDLETS = (ConvertFromCliXml, ConvertToCliXml, ConvertToXml, ExportClixml, ImportClixml)

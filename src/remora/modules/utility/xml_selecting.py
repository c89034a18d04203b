"""Select-Xml."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.patient import open_reading
from remora.engine.types.registry import unwrap
from remora.engine.types.xmldocument import selected
from remora.engine.types.xmlnodes import XmlNode
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list
from remora.modules.management.paths import chosen

_INPUT = "InputStream"


class SelectXmlInfo(NetObject):
    """A node that was found. path: the file it is from, or InputStream."""

    __slots__ = ("node", "path", "pattern")
    net_type = NetType("Microsoft.PowerShell.Commands.SelectXmlInfo", OBJECT)

    def __init__(self, node: XmlNode, path: str, pattern: str) -> None:
        self.node = node
        self.path = path
        self.pattern = pattern

    def net_text(self) -> str:
        value = self.node.value
        text = value if value is not None else "".join(one.outer_xml() for one in self.node.children())
        return text.strip() if self.path == _INPUT else f"{text.strip()}:{self.path}"


SelectXmlInfo.net_type.property("Node", "System.Xml.XmlNode")(lambda v: v.node)
SelectXmlInfo.net_type.property("Path", "System.String")(lambda v: v.path)
SelectXmlInfo.net_type.property("Pattern", "System.String")(lambda v: v.pattern)


@cmdlet("Select-Xml", default_set="Xml", output_type=(SelectXmlInfo.net_type.name,))
class SelectXml(Cmdlet):
    """Nodes of XML files, texts and documents that an XPath expression selects."""

    x_path = Parameter("string", name="XPath", position=0, mandatory=True, validate=(ValidateNotNullOrEmpty(),))
    xml = Parameter(
        "System.Xml.XmlNode[]",
        aliases=("Node",),
        validate=(ValidateNotNullOrEmpty(),),
        sets={"Xml": {"position": 1, "mandatory": True, "pipeline": True, "by_property": True}},
    )
    path = Parameter(
        "string[]",
        validate=(ValidateNotNullOrEmpty(),),
        sets={"Path": {"position": 1, "mandatory": True, "by_property": True}},
    )
    literal_path = Parameter(
        "string[]",
        aliases=("PSPath", "LP"),
        validate=(ValidateNotNullOrEmpty(),),
        sets={"LiteralPath": {"mandatory": True, "by_property": True}},
    )
    content = Parameter(
        "string[]",
        validate=(ValidateNotNullOrEmpty(),),
        sets={"Content": {"mandatory": True, "pipeline": True}},
    )
    namespace = Parameter("hashtable", validate=(ValidateNotNullOrEmpty(),))

    def begin(self) -> None:
        self._prefixes: dict[str, str] = {}
        for key, value in (self.namespace or {}).items():
            if value is None or not to_text(key):
                raise self.throw(
                    error(f"Value cannot be null. (Parameter 'uri of {to_text(key)}')", "PrefixError",
                          "InvalidOperation", self.namespace, type_name="System.InvalidOperationException")
                )  # fmt: skip
            self._prefixes[to_text(key)] = to_text(value)

    def process(self) -> None:
        for node in as_list(self.xml) if self.xml is not None else ():
            self._search(unwrap(node), _INPUT)
        for text in as_list(self.content) if self.content is not None else ():
            self._search(self._document(text), _INPUT)
        if self.path is not None or self.literal_path is not None:
            self._files()

    def _document(self, text: str) -> Any:
        try:
            return convert_to(text, "System.Xml.XmlDocument")
        except PSError as problem:
            raise self.throw(
                error(problem.record.message, "InvalidCastToXmlDocument", "InvalidData", text,
                      type_name="System.Management.Automation.PSInvalidCastException")
            ) from None  # fmt: skip

    def _files(self) -> None:
        for place in chosen(self):
            if not place.is_file_system:
                self._unread(place.path, f"The path '{place.path}' is no file.")
                continue
            try:
                with open_reading(place.path) as file:
                    data = file.read()
                document = convert_to(data.decode("utf-8-sig"), "System.Xml.XmlDocument")
            except (OSError, ValueError, PSError) as problem:
                self._unread(place.path, str(problem))
                continue
            self._search(document, place.path)

    def _unread(self, path: str, reason: str) -> None:
        self.write_error(
            error(f"The file '{path}' cannot be read: {reason}", "ProcessingFile", "InvalidArgument", path,
                  type_name="System.ArgumentException").record
        )  # fmt: skip

    def _search(self, node: XmlNode, path: str) -> None:
        try:
            found = selected(node, self.x_path, self._prefixes)
        except PSError as problem:
            raise self.throw(
                error(problem.record.message, "XPathException", "InvalidArgument", self.x_path,
                      type_name="System.Xml.XPath.XPathException")
            ) from None  # fmt: skip
        for one in found:
            self.emit(SelectXmlInfo(one, path, self.x_path))


CMDLETS = (SelectXml,)

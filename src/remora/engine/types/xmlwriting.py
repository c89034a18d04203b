"""XmlWriter, XmlTextWriter and XmlWriterSettings: they build a document, which is written when they are flushed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from remora.engine.convert.text import object_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import xmldocument as d
from remora.engine.types import xmlediting as edit
from remora.engine.types import xmlmembers as m
from remora.engine.types import xmlnodes as x
from remora.engine.types.collections import failure
from remora.engine.types.encodings import Encoding
from remora.engine.types.files import open_stream
from remora.engine.types.streams import ByteStream, StringWriter, TextWriter
from remora.engine.types.text import StringBuilder
from remora.engine.types.typeref import register, require

_X: Final = "System.Xml."
_STATE: Final = "Token {} in state {} would result in an invalid XML document."


class WriterSettings(NetObject):
    """XmlWriterSettings, by the names of .NET."""

    __slots__ = ("values",)
    net_type = NetType(_X + "XmlWriterSettings", OBJECT)

    def __init__(self) -> None:
        self.values: dict[str, Any] = {
            "Indent": False, "IndentChars": "  ", "OmitXmlDeclaration": False, "NewLineChars": "\n",
            "NewLineOnAttributes": False, "CloseOutput": False, "CheckCharacters": True, "Encoding": None,
        }  # fmt: skip


class XmlWriter(NetObject):
    """A document that grows at its end. target: where it is written; spacing: None for no indentation."""

    __slots__ = ("declare", "document", "done", "opened", "owned", "settings", "spacing", "target")
    net_type = NetType(_X + "XmlWriter", OBJECT, form="abstract")

    def __init__(self, target: Any, settings: WriterSettings | None, *, owned: bool) -> None:
        self.target = target
        self.settings = settings or WriterSettings()
        self.owned = owned
        self.document = d.Document()
        self.opened: list[x.XmlElement] = []
        self.declare = not self.settings.values["OmitXmlDeclaration"]
        self.spacing = self.settings.values["IndentChars"] if self.settings.values["Indent"] else None
        self.done = False

    @property
    def place(self) -> x.XmlNode:
        """What the next node goes into."""
        return self.opened[-1] if self.opened else self.document

    def start(self, *name: str) -> None:
        """Begin an element: by name, by name and namespace, or with a prefix before both."""
        prefix, label, namespace = name if len(name) == 3 else ("", name[0], name[1] if len(name) > 1 else "")
        full = f"{prefix}:{label}" if prefix else label
        made = m.create_element(self.document, full, namespace or None)
        self.opened.append(edit.append(self.place, made))

    def attribute(self, *given: Any) -> None:
        if not self.opened:
            raise failure(_STATE.format("Attribute", "Prolog"), "System.InvalidOperationException")
        *name, value = given
        label = name[0] if len(name) < 3 else name[1]
        namespace = name[1] if len(name) == 2 else name[2] if len(name) == 3 else ""
        if namespace:
            edit.set_attribute(self.opened[-1], label, namespace, value)
        else:
            edit.set_attribute(self.opened[-1], label, value)

    def text(self, text: str) -> None:
        if not self.opened:
            raise failure(_STATE.format("Content", "Prolog"), "System.InvalidOperationException")
        if text:
            edit.append(self.opened[-1], x.XmlText(self.document, None, "text", str(text)))

    def end(self) -> None:
        if not self.opened:
            raise failure("There was no XML start tag open.", "System.InvalidOperationException")
        self.opened.pop()

    def element(self, *given: str) -> None:
        """An element with nothing but text."""
        self.start(*given[:-1])
        self.text(given[-1])
        self.end()

    def absorb(self, node: x.XmlNode) -> None:
        """Write a node of another document, or all that is in one."""
        if isinstance(node, d.Document):
            for one in node.children():
                self.absorb(one)
        elif isinstance(node, x.XmlDeclaration):
            self.document.declaration = x.XmlDeclaration(self.document, node.version, node.encoding, node.standalone)
        else:
            edit.append(self.place, edit.clone(node, True, self.document))

    def start_document(self) -> None:
        self.document.declaration = x.XmlDeclaration(self.document, "1.0", self.encoding_name(), "")

    def encoding_name(self) -> str:
        """What the declaration says: texts in memory are UTF-16."""
        given = self.settings.values["Encoding"]
        if isinstance(self.target, (StringBuilder, StringWriter)):
            return "utf-16"
        return given.name if isinstance(given, Encoding) else "utf-8"

    def flush(self) -> None:
        """Write the document once it is whole."""
        if self.done or self.opened or self.document.root is None:
            return
        self.done = True
        if self.declare and self.document.declaration is None:
            self.start_document()
        self.document.keep_space = self.spacing is None
        self.put(self.document.written(self.spacing or ""))

    def put(self, text: str) -> None:
        if isinstance(self.target, StringBuilder):
            self.target.append(text)
        elif isinstance(self.target, TextWriter):
            self.target.write(text)
        elif isinstance(self.target, ByteStream):
            encoding = self.settings.values["Encoding"] or Encoding("utf-8", preamble=False)
            self.target.file.write(bytes(encoding.preamble) + bytes(encoding.encode(text)))
            self.target.file.flush()

    def close(self) -> None:
        """End what is open, write, and close what was opened for it."""
        self.opened.clear()
        self.flush()
        if self.owned or self.settings.values["CloseOutput"]:
            self.target.close()


class XmlTextWriter(XmlWriter):
    """The older writer: a declaration only when it is asked for, indented by its own properties."""

    __slots__ = ()
    net_type = NetType(_X + "XmlTextWriter", XmlWriter.net_type)


def _value(value: Any) -> str:
    """A value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else object_text(value)


def _target(given: Any) -> tuple[Any, bool]:
    """Where to write, and whether it was opened here."""
    if isinstance(given, (StringBuilder, TextWriter, ByteStream)):
        return given, False
    return open_stream(given, "Create", "ReadWrite"), True


def _create(given: Any, settings: WriterSettings | None = None) -> XmlWriter:
    target, owned = _target(given)
    return XmlWriter(target, settings, owned=owned)


def _text_writer(given: Any, encoding: Any = None) -> XmlTextWriter:
    settings = WriterSettings()
    settings.values.update(Encoding=encoding, OmitXmlDeclaration=True)
    target, owned = _target(given)
    return XmlTextWriter(target, settings, owned=owned)


def _formatting(writer: XmlWriter) -> Any:
    from remora.engine.convert.conversion import convert

    return convert("None" if writer.spacing is None else "Indented", require(_X + "Formatting"))


def _set_formatting(writer: XmlWriter, value: Any) -> None:
    writer.spacing = "  " if str(value) == "Indented" else None


def _setting(name: str) -> None:
    s = WriterSettings.net_type
    kind = (
        "System.Text.Encoding"
        if name == "Encoding"
        else "System.String"
        if name.endswith("Chars")
        else "System.Boolean"
    )
    s.property(name, kind)(lambda v: v.values[name])
    s.setter(name)(lambda v, value: v.values.__setitem__(name, value))


def _declare() -> None:
    for name in WriterSettings().values:
        _setting(name)
    WriterSettings.net_type.constructor("()")(WriterSettings)
    WriterSettings.net_type.settable_bag = True
    w, t = XmlWriter.net_type, XmlTextWriter.net_type
    names = "string localName", "string localName, string ns", "string prefix, string localName, string ns"
    for one in names:
        w.method(f"WriteStartElement({one})", returns="void")(XmlWriter.start)
        w.method(f"WriteElementString({one}, string value)", returns="void")(XmlWriter.element)
        w.method(f"WriteAttributeString({one}, string value)", returns="void")(XmlWriter.attribute)
    for name in ("WriteEndElement", "WriteFullEndElement"):
        w.method(f"{name}()", returns="void")(XmlWriter.end)
    for name in ("WriteString(string text)", "WriteValue(object value)", "WriteCData(string text)"):
        w.method(name, returns="void")(lambda v, text: v.text(_value(text)))
    w.method("WriteComment(string text)", returns="void")(
        lambda v, text: edit.append(v.place, m.create_comment(v.document, text)) and None
    )
    w.method("WriteStartDocument()", "WriteStartDocument(bool standalone)", returns="void")(
        lambda v, alone=None: v.start_document()
    )
    w.method("WriteEndDocument()", returns="void")(lambda v: v.opened.clear())
    w.method("WriteNode(System.Xml.XmlNode node, bool defattr)", returns="void")(lambda v, node, more: v.absorb(node))
    w.method("Flush()", returns="void")(XmlWriter.flush)
    w.method("Close()", "Dispose()", returns="void")(XmlWriter.close)
    w.property("Settings", WriterSettings.net_type.name)(lambda v: v.settings)
    for kind in ("string outputFileName", "System.Text.StringBuilder output", "System.IO.TextWriter output",
                 "System.IO.Stream output"):  # fmt: skip
        w.static(f"Create({kind})", f"Create({kind}, {_X}XmlWriterSettings settings)", returns=w.name)(_create)
    t.constructor("(System.IO.TextWriter w)", "(string filename, System.Text.Encoding encoding)",
                  "(System.IO.Stream w, System.Text.Encoding encoding)")(_text_writer)  # fmt: skip
    t.property("Formatting", _X + "Formatting")(_formatting)
    t.setter("Formatting")(_set_formatting)
    t.property("Indentation", "System.Int32")(lambda v: len(v.spacing or "  "))
    t.setter("Indentation")(lambda v, count: setattr(v, "spacing", " " * min(max(count, 0), 64)))
    x.NODE.method(f"WriteTo({w.name} w)", returns="void")(lambda node, writer: writer.absorb(node))
    x.NODE.method(f"WriteContentTo({w.name} w)", returns="void")(
        lambda node, writer: [writer.absorb(one) for one in node.children()] and None
    )


def register_types() -> None:
    """The types by name."""
    from remora.engine.types import registry as r

    formatting = NetType(_X + "Formatting", r.ENUM, enum={"None": 0, "Indented": 1})
    register(WriterSettings.net_type, XmlWriter.net_type, XmlTextWriter.net_type, formatting)


_declare()

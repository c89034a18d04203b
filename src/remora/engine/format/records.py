"""What Format-* cmdlets emit and Out-* cmdlets draw: the records between choosing a view and laying it out.

Their fields are the ones Windows sends, so that records of either side can be drawn by the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final

from remora.engine.nettype import OBJECT, NetObject, NetType

NAMESPACE: Final = "Microsoft.PowerShell.Commands.Internal.Format."
CLASS_ID: Final = "ClassId2e4f51ef21dd47e99d3c952918aff9cd"
UNDEFINED: Final = 0
LEFT: Final = 1
CENTER: Final = 2
RIGHT: Final = 3
WRITE_STREAMS: Final = ("None", "Error", "Warning", "Verbose", "Debug", "Information")


class FormatInfoData(NetObject):
    """Base of all records. class_id: what tells the classes apart on the wire."""

    __slots__ = ()
    net_type = NetType(NAMESPACE + "FormatInfoData", OBJECT)
    class_id: ClassVar[str] = ""
    wire_depth: ClassVar[int] = 100

    @property
    def type_name(self) -> str:
        """The class name without its namespace."""
        return self.net_type.name.rpartition(".")[2]


FormatInfoData.net_type.property(CLASS_ID, "System.String")(lambda record: record.class_id)


def wire_name(attribute: str) -> str:
    """The wire's spelling of a field."""
    head, *rest = attribute.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _getter(attribute: str) -> Callable[[Any], Any]:
    return lambda record: getattr(record, attribute)


def _record(name: str, class_id: str, base: type[FormatInfoData] = FormatInfoData) -> Callable[[type], type]:
    """Declare a record class: its .NET name, its wire id, and its fields as properties."""

    def declare(cls: Any) -> type:
        cls.net_type = NetType(NAMESPACE + name, base.net_type)
        cls.class_id = class_id
        for part in fields(cls):
            wire = part.metadata.get("wire", wire_name(part.name))
            cls.net_type.property(wire, part.metadata.get("type", "System.Object"))(_getter(part.name))
        return cls  # type: ignore[no-any-return]

    return declare


# -- values inside of entries ------------------------------------------------------------------------------------------


@_record("FormatNewLine", "de7e8b96fbd84db5a43aa82eb34580ec")
@dataclass(slots=True)
class FormatNewLine(FormatInfoData):
    """The line ends."""


@_record("FormatTextField", "b8d9e369024a43a580b9e0c9279e3354")
@dataclass(slots=True)
class FormatTextField(FormatInfoData):
    """Text of the view."""

    text: str = ""


@_record("FormatPropertyField", "78b102e894f742aca8c1d6737b6ff86a")
@dataclass(slots=True)
class FormatPropertyField(FormatInfoData):
    """Text of a value. alignment: LEFT, CENTER, RIGHT or UNDEFINED (as the column has it)."""

    property_value: str = ""
    alignment: int = UNDEFINED


@_record("FrameInfo", "091C9E762E33499eBE318901B6EFB733")
@dataclass(slots=True)
class FrameInfo(FormatInfoData):
    """Indents in characters; first_line is relative to left_indentation, negative ones hang."""

    left_indentation: int = 0
    right_indentation: int = 0
    first_line: int = 0


@_record("FormatEntry", "fba029a113a5458d932a2ed4871fadf2")
@dataclass(slots=True)
class FormatEntry(FormatInfoData):
    """A piece of a custom view: values one after the other, indented when there is a frame."""

    format_value_list: list[FormatValue] = field(default_factory=list)
    frame_info: FrameInfo | None = None


FormatValue = FormatNewLine | FormatTextField | FormatPropertyField | FormatEntry


# -- shapes ------------------------------------------------------------------------------------------------------------


@_record("TableColumnInfo", "7572aa4155ec4558817a615acf7dd92e")
@dataclass(slots=True)
class TableColumnInfo(FormatInfoData):
    """A column. width: characters, 0: the rows decide. header_matches_property: it is not a computed column."""

    width: int = 0
    alignment: int = LEFT
    label: str | None = None
    property_name: str | None = None
    header_matches_property: bool = field(default=True, metadata={"wire": "HeaderMatchesProperty"})

    @property
    def title(self) -> str:
        """What stands above the column."""
        return self.label if self.label is not None else self.property_name or ""


@_record("TableHeaderInfo", "e3b7a39c089845d388b2e84c5d38f5dd")
@dataclass(slots=True)
class TableHeaderInfo(FormatInfoData):
    """Rows and columns."""

    table_column_info_list: list[TableColumnInfo] = field(default_factory=list)
    hide_header: bool = False
    repeat_header: bool = False


@_record("ListViewHeaderInfo", "830bdcb24c1642258724e441512233a4")
@dataclass(slots=True)
class ListViewHeaderInfo(FormatInfoData):
    """Label and value under each other."""


@_record("WideViewHeaderInfo", "b2e2775d33d544c794d0081f27021b5c")
@dataclass(slots=True)
class WideViewHeaderInfo(FormatInfoData):
    """One text an object, several in a row. columns: how many; 0: two, or as many as fit with AutosizeInfo."""

    columns: int = 0


@_record("ComplexViewHeaderInfo", "5197dd85ca6f4cce9ae9e6fd6ded9d76")
@dataclass(slots=True)
class ComplexViewHeaderInfo(FormatInfoData):
    """Each object is a piece of text of its own."""


@_record("AutosizeInfo", "a27f094f0eec4d64845801a4c06a32ae")
@dataclass(slots=True)
class AutosizeInfo(FormatInfoData):
    """Every row counts for the widths."""

    object_count: int = 0


ShapeInfo = TableHeaderInfo | ListViewHeaderInfo | WideViewHeaderInfo | ComplexViewHeaderInfo


# -- entries -----------------------------------------------------------------------------------------------------------


@_record("RawTextFormatEntry", "29ED81BA914544d4BC430F027EE053E9")
@dataclass(slots=True)
class RawTextFormatEntry(FormatInfoData):
    """Text as it is: strings, numbers."""

    text: str = ""


@_record("TableRowEntry", "0e59526e2dd441aa91e7fc952caf4a36")
@dataclass(slots=True)
class TableRowEntry(FormatInfoData):
    """A row. multi_line: long cells go on below."""

    format_property_field_list: list[FormatPropertyField] = field(default_factory=list)
    multi_line: bool = False


@_record("ListViewField", "b761477330ce4fb2a665999879324d73")
@dataclass(slots=True)
class ListViewField(FormatInfoData):
    """A label with its value."""

    label: str | None = None
    property_name: str | None = None
    format_property_field: FormatPropertyField = field(default_factory=FormatPropertyField)

    @property
    def title(self) -> str:
        """What stands before the value."""
        return self.label if self.label is not None else self.property_name or ""


@_record("ListViewEntry", "cf58f450baa848ef8eb3504008be6978")
@dataclass(slots=True)
class ListViewEntry(FormatInfoData):
    """An object as a list."""

    list_view_field_list: list[ListViewField] = field(default_factory=list)


@_record("WideViewEntry", "59bf79de63354a7b9e4d1697940ff188")
@dataclass(slots=True)
class WideViewEntry(FormatInfoData):
    """An object in a wide row."""

    format_property_field: FormatPropertyField = field(default_factory=FormatPropertyField)


@_record("ComplexViewEntry", "22e7ef3c896449d4a6f2dedea05dd737")
@dataclass(slots=True)
class ComplexViewEntry(FormatInfoData):
    """An object as free text."""

    format_value_list: list[FormatValue] = field(default_factory=list)


@_record("GroupingEntry", "919820b7eadb48be8e202c5afa5c2716")
@dataclass(slots=True)
class GroupingEntry(FormatInfoData):
    """What stands above a group."""

    format_value_list: list[FormatValue] = field(default_factory=list)


FormatEntryInfo = RawTextFormatEntry | TableRowEntry | ListViewEntry | WideViewEntry | ComplexViewEntry


# -- the five records of a stream --------------------------------------------------------------------------------------


class FormatRecord(FormatInfoData):
    """Base of the five records that travel through pipelines."""

    __slots__ = ()
    net_type = NetType(NAMESPACE + "PacketInfoData", FormatInfoData.net_type)


@_record("FormatStartData", "033ecb2bc07a4d43b5ef94ed5a35d280", FormatRecord)
@dataclass(slots=True)
class FormatStartData(FormatRecord):
    """A drawing begins."""

    shape_info: ShapeInfo | None = None
    autosize_info: AutosizeInfo | None = None
    page_header_entry: None = None
    page_footer_entry: None = None
    grouping_entry: GroupingEntry | None = None


@_record("GroupStartData", "9e210fe47d09416682b841769c78b8a3", FormatRecord)
@dataclass(slots=True)
class GroupStartData(FormatRecord):
    """A group begins; without grouping_entry the drawing is not grouped."""

    grouping_entry: GroupingEntry | None = None
    shape_info: ShapeInfo | None = None


@_record("FormatEntryData", "27c87ef9bbda4f709f6b4002fa4af63c", FormatRecord)
@dataclass(slots=True)
class FormatEntryData(FormatRecord):
    """One object. out_of_band: it stands outside of the drawing around it. write_stream: one of WRITE_STREAMS."""

    format_entry_info: FormatEntryInfo | None = None
    out_of_band: bool = False
    write_stream: str = "None"


@_record("GroupEndData", "4ec4f0187cb04f4cb6973460dfe252df", FormatRecord)
@dataclass(slots=True)
class GroupEndData(FormatRecord):
    """A group ends."""

    grouping_entry: GroupingEntry | None = None


@_record("FormatEndData", "cf522b78d86c486691226b40aa69e95c", FormatRecord)
@dataclass(slots=True)
class FormatEndData(FormatRecord):
    """A drawing ends."""

    grouping_entry: GroupingEntry | None = None


CLASSES: Final[dict[str, type[FormatInfoData]]] = {
    cls.class_id: cls
    for cls in (
        FormatNewLine, FormatTextField, FormatPropertyField, FrameInfo, FormatEntry, TableColumnInfo, TableHeaderInfo,
        ListViewHeaderInfo, WideViewHeaderInfo, ComplexViewHeaderInfo, AutosizeInfo, RawTextFormatEntry, TableRowEntry,
        ListViewField, ListViewEntry, WideViewEntry, ComplexViewEntry, GroupingEntry, FormatStartData, GroupStartData,
        FormatEntryData, GroupEndData, FormatEndData,
    )
}  # fmt: skip


def raw_text(text: str) -> FormatEntryData:
    """Text outside of any drawing."""
    return FormatEntryData(RawTextFormatEntry(text), out_of_band=True)

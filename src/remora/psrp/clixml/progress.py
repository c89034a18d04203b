"""Progress records: the bag of a PROGRESS_RECORD message, and the element PR."""

from __future__ import annotations

from typing import Any, Final

from remora.errors import RemoteProtocolError
from remora.psrp.clixml.members import merge_members, spelled
from remora.psrp.clixml.scalars import read_int32
from remora.psrp.clixml.text import decode_text, encode_text
from remora.values.enums import EnumValue
from remora.values.objects import PSObject
from remora.values.records import ProgressRecord, ProgressRecordType

_PROGRESS: Final = {
    "Activity": "activity",
    "ActivityId": "activity_id",
    "StatusDescription": "status_description",
    "CurrentOperation": "current_operation",
    "ParentActivityId": "parent_activity_id",
    "PercentComplete": "percent_complete",
    "Type": "type",
    "SecondsRemaining": "seconds_remaining",
}


def progress_to_bag(record: ProgressRecord) -> PSObject:
    """Return the body of a PROGRESS_RECORD message."""
    members = {wire: getattr(record, attribute) for wire, attribute in _PROGRESS.items()}
    label = _progress_label(record.type)
    members["Type"] = EnumValue(record.type, "System.Management.Automation.ProgressRecordType", label)
    return PSObject.bag(merge_members(members, record.extra, record.wire_names))


def bag_to_progress(bag: PSObject) -> ProgressRecord:
    """Read the body of a PROGRESS_RECORD message. Raises RemoteProtocolError where a number is none."""
    members = spelled(bag, _PROGRESS)
    record = ProgressRecord(wire_names=tuple(members))
    for wire, attribute in _PROGRESS.items():
        if wire not in members:
            continue
        value = members[wire]
        if wire == "Type":
            value = _progress_type(value)
        elif wire in ("Activity", "StatusDescription", "CurrentOperation"):
            if value is not None and not isinstance(value, str):
                raise RemoteProtocolError(f"progress record: {wire} is no text")
        elif type(value) is not int:
            raise RemoteProtocolError(f"progress record: {wire} is no Int32")
        setattr(record, attribute, value)
    record.extra = {name: value for name, value in members.items() if name not in _PROGRESS}
    return record


def _progress_label(kind: int) -> str:
    return "Completed" if kind == ProgressRecordType.COMPLETED else "Processing"


def _progress_type(value: Any) -> ProgressRecordType:
    if isinstance(value, PSObject):
        value = value.base
    if isinstance(value, str):
        value = {"processing": 0, "completed": 1}.get(value.lower())
    if isinstance(value, int) and value in (0, 1):
        return ProgressRecordType(int(value))
    raise RemoteProtocolError("progress record: Type is neither Processing nor Completed")


class ProgressReader:
    """Collects the children of a PR element."""

    __slots__ = ("_record", "_seen")

    def __init__(self) -> None:
        self._record = ProgressRecord()
        self._seen: list[str] = []

    def field(self, tag: str, text: str) -> None:
        """Take one child: its tag and raw text. An unknown or repeated tag raises RemoteProtocolError."""
        if tag in self._seen:
            raise RemoteProtocolError(f"progress record repeats {tag}")
        self._seen.append(tag)
        if tag == "Nil":
            self._record.current_operation = None
            return
        try:
            attribute = PROGRESS_TAGS[tag]
        except KeyError:
            raise RemoteProtocolError(f"progress record with an unknown element {tag}") from None
        value: Any = decode_text(text)
        if attribute == "type":
            value = _progress_type(value)
        elif attribute in ("activity_id", "parent_activity_id", "percent_complete", "seconds_remaining"):
            value = read_int32(text)
        setattr(self._record, attribute, value)

    def finish(self) -> ProgressRecord:
        """Return the record."""
        return self._record


PROGRESS_TAGS: Final = {
    "AV": "activity",
    "AI": "activity_id",
    "CO": "current_operation",
    "PI": "parent_activity_id",
    "PC": "percent_complete",
    "T": "type",
    "SR": "seconds_remaining",
    "SD": "status_description",
}


def progress_texts(record: ProgressRecord) -> list[tuple[str, str | None]]:
    """Return the children of a PR element as (tag, raw text); text None means null."""
    return [
        (
            tag,
            _progress_label(record.type) if attribute == "type" else _raw(getattr(record, attribute)),
        )
        for tag, attribute in PROGRESS_TAGS.items()
    ]


def _raw(value: str | int | None) -> str | None:
    return encode_text(value) if isinstance(value, str) else None if value is None else str(int(value))

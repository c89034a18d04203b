"""Get-Content."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.contentline import ContentLine
from remora.engine.drives import ResolvedPath
from remora.engine.text.encodings import codec_of
from remora.engine.validators import ValidateRange
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list
from remora.modules.credentials import credential
from remora.modules.management.paths import attempt, chosen
from remora.modules.management.providers import provider_of
from remora.modules.management.providers.base import ItemCommand

_MODULE = "Microsoft.PowerShell.Management"
_INVALID = "System.InvalidOperationException"


@cmdlet("Get-Content", aliases=("gc", "cat", "type"), default_set="Path", module=_MODULE)
class GetContent(ItemCommand):
    """Reads files line by line, or at once with -Raw."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = credential(by_property=True)
    read_count = Parameter("int64", by_property=True, default=1)
    total_count = Parameter(
        "int64", by_property=True, default=-1, aliases=("First", "Head"), validate=(ValidateRange(0, 2**63 - 1),)
    )
    tail = Parameter("int", by_property=True, default=-1, aliases=("Last",), validate=(ValidateRange(0, 2147483647),))
    delimiter = Parameter("string")
    wait = Parameter("switch")
    raw = Parameter("switch")
    encoding = Parameter("System.Text.Encoding")
    as_byte_stream = Parameter("switch")

    def begin(self) -> None:
        codec_of(self.encoding)  # a wrong name is told first

    def process(self) -> None:
        if self.total_count != -1 and self.tail != -1:
            self.fail(
                "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.",
                "TailAndHeadCannotCoexist", "InvalidOperation", type_name=_INVALID,
            )  # fmt: skip
            return
        if self.total_count == 0:
            return
        found = list(chosen(self))
        if not found and self.literal_path is None:
            self._nothing_chosen()
        for place in found:
            attempt(self, partial(self._read, place))

    def _nothing_chosen(self) -> None:
        """A wildcard without a match is an error here; a plain path has been reported."""
        for text in as_list(self.path):
            if has_wildcard(text):
                self.fail(
                    f"An object at the specified path {text} does not exist, or has been filtered by the -Include or "
                    "-Exclude parameter.", "ItemNotFound", "ObjectNotFound", text, type_name="System.Exception",
                )  # fmt: skip

    def _read(self, place: ResolvedPath) -> None:
        reader = provider_of(self.session, place).reader(self, place)
        if reader is None:
            return
        if self.tail != -1 and not place.is_file_system:
            self.fail(
                "The Tail parameter currently is supported only for the FileSystem provider.", "TailNotSupported",
                "InvalidOperation", self.tail, type_name=_INVALID,
            )  # fmt: skip
            return
        blocks = reader.blocks(self)
        items: Iterator[Any] = blocks
        if self.tail != -1 and not self.wait:
            items = iter(deque(items, maxlen=self.tail))
        if self.total_count > 0:
            items = islice(items, self.total_count)
        try:
            self._batches(items, place)
        finally:
            blocks.close()

    def _batches(self, items: Iterator[Any], place: ResolvedPath) -> None:
        """One by one, or -ReadCount at a time (0: all at once). Single texts know where they came from."""
        count, emit = self.read_count, self.emit
        if count == 1 or self.raw:
            for number, item in enumerate(items, 1):
                if type(item) is str:
                    line = ContentLine(item)
                    line.place, line.number = place, number
                    emit(line)
                else:
                    emit(item)
            return
        while batch := list(islice(items, count) if count > 0 else items):
            self.emit(batch)


CMDLETS = (GetContent,)

"""Set-Content, Add-Content, Clear-Content."""

from __future__ import annotations

from functools import partial
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError
from remora.engine.nothing import NOTHING
from remora.engine.text.encodings import codec_of
from remora.modules.common import as_list
from remora.modules.credentials import credential
from remora.modules.management.paths import attempt, chosen
from remora.modules.management.providers import provider_of
from remora.modules.management.providers.base import ContentWriter, ItemCommand

_MODULE = "Microsoft.PowerShell.Management"


class _ContentWriter(ItemCommand):
    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    value = Parameter(
        "object[]",
        position=1,
        mandatory=True,
        pipeline=True,
        by_property=True,
        allow_null=True,
        allow_empty=True,
        default=NOTHING,
    )
    pass_thru = Parameter("switch")
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = credential(by_property=True)
    no_newline = Parameter("switch")
    encoding = Parameter("System.Text.Encoding")
    as_byte_stream = Parameter("switch")
    _append = False

    def begin(self) -> None:
        codec_of(self.encoding)  # a wrong name is told first
        self._open: list[ContentWriter] = []
        self._opened: Any = None

    def _start(self) -> None:
        """Open what the paths mean; again when they come by the pipeline and change."""
        paths = (as_list(self.path), as_list(self.literal_path))
        if self._opened == paths:
            return
        self._close()
        self._opened = paths
        for place in chosen(self, must_exist=False):
            if self.should_process(f"Path: {place.full()}", self.spec.name.replace("-", " ")):
                attempt(self, partial(self._open_one, place))

    def _open_one(self, place: ResolvedPath) -> None:
        writer = provider_of(self.session, place).writer(self, place, append=self._append)
        if writer is not None:
            self._open.append(writer)

    def process(self) -> None:
        self._start()
        values = [] if self.value is NOTHING else as_list(self.value)
        for writer in self._open:
            try:
                writer.write(values)
            except PSError as problem:
                self.write_error(problem.record)
            else:
                if self.pass_thru:
                    for value in values:
                        self.emit(value)

    def end(self) -> None:
        self._start()
        self._close()

    def _close(self) -> None:
        writers, self._open = self._open, []
        for writer in writers:
            try:
                writer.close()
            except PSError as problem:
                self.write_error(problem.record)

    def dispose(self) -> None:
        for writer in getattr(self, "_open", ()):
            writer.abandon()


@cmdlet("Set-Content", aliases=("sc",), default_set="Path", module=_MODULE, should_process=True)
class SetContent(_ContentWriter):
    """Writes a file anew."""


@cmdlet("Add-Content", aliases=("ac",), default_set="Path", module=_MODULE, should_process=True)
class AddContent(_ContentWriter):
    """Writes at the end of a file."""

    _append = True


@cmdlet("Clear-Content", aliases=("clc",), default_set="Path", module=_MODULE, should_process=True)
class ClearContent(ItemCommand):
    """Empties files."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = credential(by_property=True)

    def process(self) -> None:
        for place in chosen(self):
            attempt(self, partial(provider_of(self.session, place).clear_content, self, place))


CMDLETS = (AddContent, ClearContent, SetContent)

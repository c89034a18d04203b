"""Test-Path, Join-Path, Split-Path, Resolve-Path, Convert-Path."""

from __future__ import annotations

import os
import posixpath
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError
from remora.engine.validators import ValidateSet
from remora.modules.common import as_list
from remora.modules.management.pathinfo import PathInfo
from remora.modules.management.paths import exists, glob, is_container, name_filter, places

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")


@cmdlet("Test-Path", default_set="Path", module=_MODULE, output_type=("System.Boolean",))
class TestPath(Cmdlet):
    """Tells whether all parts of a path exist."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        allow_null=True, allow_empty=True,
    )  # fmt: skip
    literal_path = Parameter(
        "string[]",
        sets={"LiteralPath": {"mandatory": True, "by_property": True}},
        aliases=_LITERAL,
        allow_null=True,
        allow_empty=True,
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    path_type = Parameter(
        "string", aliases=("Type",), default="Any", validate=(ValidateSet("Any", "Container", "Leaf"),)
    )
    is_valid = Parameter("switch")
    older_than = Parameter("datetime")
    newer_than = Parameter("datetime")

    def process(self) -> None:
        for text in as_list(self.path):
            self.emit(self._test(text, literal=False))
        for text in as_list(self.literal_path):
            self.emit(self._test(text, literal=True))
        if self.path is None and self.literal_path is None:
            self.emit(False)

    def _test(self, text: str | None, *, literal: bool) -> bool:
        if text is None or not text.strip():
            return False
        if self.is_valid:
            return "\0" not in text
        try:
            place = self.session.resolve_path(text)
            found = [place] if literal and exists(self.session, place) else []
            if not literal:
                found = list(glob(self.session, text, hidden=True))
        except PSError:
            return False
        kind = self.path_type.lower()
        wanted = name_filter(self)
        return any(
            (kind == "any" or is_container(self.session, one) == (kind == "container"))
            and wanted(posixpath.basename(one.path))
            and self._of_age(one.path)
            for one in found
        )

    def _of_age(self, path: str) -> bool:
        if self.older_than is None and self.newer_than is None:
            return True
        written = os.stat(path).st_mtime
        return (self.older_than is None or written < self.older_than.timestamp()) and (
            self.newer_than is None or written > self.newer_than.timestamp()
        )


@cmdlet("Join-Path", module=_MODULE, output_type=("System.String",))
class JoinPath(Cmdlet):
    """Joins the parts of a path."""

    path = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True, aliases=("PSPath",))
    child_path = Parameter("string", position=1, mandatory=True, by_property=True, allow_null=True, allow_empty=True)
    additional_child_path = Parameter("string[]", position=2, remaining=True, allow_empty=True)
    resolve = Parameter("switch")

    def process(self) -> None:
        for path in self.path:
            joined = path
            for child in [self.child_path, *as_list(self.additional_child_path)]:
                joined = join(joined, child or "")
            if not self.resolve:
                self.emit(joined)
                continue
            for place in places(self, [joined], None):
                self.emit(place.full())


def join(parent: str, child: str) -> str:
    """Two parts with one slash between them; backslashes count as separators."""
    head = parent.replace("\\", "/") if "/" not in parent or "\\" in parent else parent
    tail = child.replace("\\", "/").lstrip("/")
    if not tail:
        return head if head.endswith("/") or not head else head + "/"
    return tail if not head else head.rstrip("/") + "/" + tail


@cmdlet("Split-Path", default_set="ParentSet", module=_MODULE, output_type=("System.String", "System.Boolean"))
class SplitPath(Cmdlet):
    """One part of a path."""

    path = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True)
    literal_path = Parameter("string[]", aliases=_LITERAL, by_property=True)
    parent = Parameter("switch", sets=("ParentSet",))
    leaf = Parameter("switch", sets=("LeafSet",))
    leaf_base = Parameter("switch", sets=("LeafBaseSet",))
    extension = Parameter("switch", sets=("ExtensionSet",))
    qualifier = Parameter("switch", sets=("QualifierSet",))
    no_qualifier = Parameter("switch", sets=("NoQualifierSet",))
    is_absolute = Parameter("switch", sets=("IsAbsoluteSet",))
    resolve = Parameter("switch")

    def process(self) -> None:
        for text in [*as_list(self.path), *as_list(self.literal_path)]:
            if self.resolve:
                for place in places(self, [text], None):
                    self._part(place.full())
            else:
                self._part(text)

    def _part(self, text: str) -> None:
        plain = text.replace("\\", "/")
        drive, colon, rest = plain.partition(":")
        qualified = bool(colon) and "/" not in drive
        if self.qualifier:
            self._qualifier(text, drive if qualified else "")
        elif self.no_qualifier:
            self.emit(rest if qualified else plain)
        elif self.is_absolute:
            self.emit(plain.startswith("/") or (qualified and bool(drive)))
        else:
            self._name_part(plain)

    def _name_part(self, plain: str) -> None:
        stripped = plain.rstrip("/") or plain[:1]
        leaf = stripped.rpartition("/")[2] if stripped != "/" else "/"
        if self.leaf:
            self.emit(leaf)
        elif self.leaf_base or self.extension:
            base, dot, extension = leaf.rpartition(".")
            if not dot:
                base, extension = leaf, ""
            self.emit(base if self.leaf_base else (dot + extension if extension else ""))
        else:
            parent = stripped.rpartition("/")[0]
            self.emit("/" if not parent and stripped.startswith("/") and stripped != "/" else parent)

    def _qualifier(self, text: str, drive: str) -> None:
        if drive:
            self.emit(drive + ":")
            return
        self.fail(
            f"Cannot parse path because path '{text}' does not have a qualifier specified.",
            "ParsePathFormatError",
            "InvalidArgument",
            text,
            type_name="System.FormatException",
        )


class _Resolver(Cmdlet):
    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )

    def _found(self) -> Any:
        return places(self, self.path, self.literal_path)


@cmdlet("Resolve-Path", aliases=("rvpa",), default_set="Path", module=_MODULE)
class ResolvePath(_Resolver):
    """Paths that wildcards stand for, as PathInfo objects or relative texts."""

    relative = Parameter("switch")
    relative_base_path = Parameter("string")
    force = Parameter("switch")

    def process(self) -> None:
        for place in places(self, self.path, self.literal_path, hidden=bool(self.force)):
            if self.relative:
                base = (
                    self.session.file_path(self.relative_base_path)
                    if self.relative_base_path
                    else self.session.location
                )
                relative = os.path.relpath(place.path, base)
                self.emit(
                    relative if relative.startswith(("./", "../")) or relative in (".", "..") else "./" + relative
                )
            else:
                self.emit(PathInfo(place))


@cmdlet("Convert-Path", aliases=("cvpa",), default_set="Path", module=_MODULE, output_type=("System.String",))
class ConvertPath(_Resolver):
    """Paths as the provider knows them."""

    def process(self) -> None:
        for place in self._found():
            self.emit(place.path)


CMDLETS = (ConvertPath, JoinPath, ResolvePath, SplitPath, TestPath)

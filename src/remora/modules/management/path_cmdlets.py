"""Test-Path, Join-Path, Split-Path, Resolve-Path, Convert-Path."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import FLAT, ResolvedPath
from remora.engine.errors import PSError
from remora.engine.pathinfo import PathInfo
from remora.engine.pathtext import combine, is_absolute, leaf_of, normalized, parent_of, split_qualifier
from remora.modules.common import as_list
from remora.modules.credentials import credential
from remora.modules.management.paths import check_credential, exists, glob, is_container, leaf, name_filter, places

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
_PARTS = ("ParentSet", "LeafSet", "LeafBaseSet", "ExtensionSet", "QualifierSet", "NoQualifierSet", "IsAbsoluteSet")


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
    path_type = Parameter("Microsoft.PowerShell.Commands.TestPathType", aliases=("Type",), default="Any")
    is_valid = Parameter("switch")
    credential = credential(by_property=True)
    older_than = Parameter("datetime")
    newer_than = Parameter("datetime")

    def process(self) -> None:
        given = self.path if self.literal_path is None else self.literal_path
        paths = as_list(given)
        if not paths:
            self._nothing(given)
            return
        for text in paths:
            if text is None:
                self._nothing(text)
            elif self._may_ask(text):
                self.emit(self._test(text, literal=self.literal_path is not None))

    def _may_ask(self, text: str) -> bool:
        """False after the error of a provider that takes no credential."""
        try:
            check_credential(self, self.session.resolve_path(text))
        except PSError as problem:
            if problem.record.error_id == "NotSupported":
                self.write_error(problem.record)
                return False
        return True

    def _nothing(self, given: Any) -> None:
        self.fail(
            "Value cannot be null. (Parameter 'The provided Path argument was null or an empty collection.')",
            "NullPathNotPermitted", "InvalidArgument", given, type_name="System.ArgumentNullException",
        )  # fmt: skip

    def _test(self, text: str, *, literal: bool) -> bool:
        if not text.strip():
            return False
        try:
            if self.is_valid:
                return self._valid(text)
            found = list(self._found(text, literal=literal))
        except PSError:
            return False
        kind = str(self.path_type).lower()
        wanted = name_filter(self)
        return any(
            (kind == "any" or is_container(self.session, one) == (kind == "container"))
            and wanted(leaf(one))
            and self._of_age(one)
            for one in found
        )

    def _valid(self, text: str) -> bool:
        place = self.session.resolve_path(text)
        return "\0" not in text and bool(place.path or place.drive.provider not in FLAT)

    def _found(self, text: str, *, literal: bool) -> Iterator[ResolvedPath]:
        if literal:
            place = self.session.resolve_path(text)
            if exists(self.session, place):
                yield place
            return
        yield from glob(self.session, text, hidden=True)

    def _of_age(self, place: ResolvedPath) -> bool:
        if (self.older_than is None and self.newer_than is None) or not place.is_file_system:
            return True
        written = os.lstat(place.path).st_mtime
        return (self.older_than is None or written < _seconds(self.older_than)) and (
            self.newer_than is None or written > _seconds(self.newer_than)
        )


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


@cmdlet("Join-Path", module=_MODULE, output_type=("System.String",))
class JoinPath(Cmdlet):
    """Joins the parts of a path."""

    path = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True, aliases=("PSPath",))
    child_path = Parameter(
        "string[]", position=1, mandatory=True, by_property=True, allow_empty=True, allow_null=True
    )  # fmt: skip
    additional_child_path = Parameter("string[]", position=2, remaining=True, by_property=True, allow_empty=True)
    extension = Parameter("string", by_property=True, allow_empty=True)
    resolve = Parameter("switch")
    credential = credential(by_property=True)

    def process(self) -> None:
        children = [*as_list(self.child_path), *as_list(self.additional_child_path)] or [""]
        for path in self.path:
            joined = path
            for child in children:
                joined = combine(joined, child or "")
            if self.extension is not None:
                joined = with_extension(joined, self.extension)
            if not self.resolve:
                self.emit(joined)
                continue
            for place in places(self, [joined], None, hidden=True):
                self.emit(place.full())


def with_extension(path: str, extension: str) -> str:
    """The path with another extension behind its last name, with or without a dot; "" takes it away."""
    start = max(path.rfind("/"), path.rfind("\\")) + 1
    dot = path.rfind(".", start)
    stem = path if dot < 0 else path[:dot]
    return stem + (extension if not extension or extension.startswith(".") else "." + extension)


@cmdlet("Split-Path", default_set="ParentSet", module=_MODULE, output_type=("System.String", "System.Boolean"))
class SplitPath(Cmdlet):
    """One part of a path."""

    path = Parameter(
        "string[]",
        sets={name: {"position": 0, "mandatory": True, "pipeline": True, "by_property": True} for name in _PARTS},
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPathSet": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    qualifier = Parameter("switch", sets={"QualifierSet": {"mandatory": True, "by_property": True}})
    no_qualifier = Parameter("switch", sets={"NoQualifierSet": {"mandatory": True, "by_property": True}})
    parent = Parameter("switch", sets={"ParentSet": {"by_property": True}}, default=True)
    leaf = Parameter("switch", sets={"LeafSet": {"mandatory": True, "by_property": True}})
    leaf_base = Parameter("switch", sets={"LeafBaseSet": {"mandatory": True, "by_property": True}})
    extension = Parameter("switch", sets={"ExtensionSet": {"mandatory": True, "by_property": True}})
    resolve = Parameter("switch")
    is_absolute = Parameter("switch", sets={"IsAbsoluteSet": {"mandatory": True}})
    credential = credential(by_property=True)

    def process(self) -> None:
        if self.resolve:
            for place in places(self, self.path, self.literal_path, hidden=True):
                self._part(place.full())
            return
        for text in as_list(self.path if self.literal_path is None else self.literal_path):
            self._part(text)

    def _part(self, text: str) -> None:
        qualifier, rest = split_qualifier(text)
        if self.qualifier:
            self._qualifier(text, qualifier)
        elif self.no_qualifier:
            self.emit(rest)
        elif self.is_absolute:
            self.emit(is_absolute(text)[0])
        elif self.leaf:
            self.emit(self._name(text))
        elif self.leaf_base:
            name = self._name(text)
            self.emit(name[: name.rfind(".")] if name.startswith(".") else posixpath.splitext(name)[0])
        elif self.extension:
            name = self._name(text)
            self.emit(name[name.rfind(".") :] if "." in name.rstrip(".") else "")
        else:
            self._parent(text, qualifier, rest)

    def _name(self, text: str) -> str:
        """The last part, of the place itself where ``.`` and ``..`` stand for it."""
        if leaf_of(text) in (".", ".."):
            try:
                return leaf_of(self.session.resolve_path(text).path)
            except PSError:
                pass
        return leaf_of(text)

    def _parent(self, text: str, qualifier: str, rest: str) -> None:
        if not qualifier:
            self.emit(parent_of(text))
            return
        trimmed = normalized(rest).rstrip("/")
        head, slash, _ = trimmed.rpartition("/")
        if not trimmed:
            self.emit("")
        elif not slash:
            drive = self.session.drives.find(qualifier[:-1])
            self.emit("" if drive is not None and drive.provider in FLAT else qualifier)
        else:
            self.emit(qualifier + (head or "/"))

    def _qualifier(self, text: str, qualifier: str) -> None:
        if qualifier:
            self.emit(qualifier.removesuffix("::"))
            return
        self.fail(
            f"Cannot parse path because path '{text}' does not have a qualifier specified.",
            "ParsePathFormatError",
            "InvalidArgument",
            text,
            type_name="System.FormatException",
        )


@cmdlet("Resolve-Path", aliases=("rvpa",), default_set="Path", module=_MODULE)
class ResolvePath(Cmdlet):
    """Paths that wildcards stand for, as PathInfo objects or relative texts."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    relative = Parameter("switch", sets=("Path", "LiteralPath"))
    relative_base_path = Parameter("string")
    force = Parameter("switch")
    credential = credential(by_property=True)

    def process(self) -> None:
        if self.relative_base_path is None:
            self._resolve(self.session.drives.place)
            return
        drives = self.session.drives
        found = list(places(self, [self.relative_base_path], None, hidden=True))
        if not found:
            return
        before, file_before, before_path = drives.current, drives.file_place, found[0].drive.current
        changed, drives.changed = drives.changed, None
        try:
            drives.set_location(found[0])
            self._resolve(found[0])
        finally:
            found[0].drive.current = before_path
            drives.set_location(file_before)
            drives.current = before
            drives.changed = changed

    def _resolve(self, base: ResolvedPath) -> None:
        for text, place in self._texts():
            if not self.relative:
                self.emit(PathInfo(place))
            elif not _is_below(place, base):
                full = place.full()
                self.emit(full + "/" if text.endswith(("/", "\\")) and not full.endswith("/") else full)
            else:
                self.emit(_relative(place, base))

    def _texts(self) -> Iterator[tuple[str, ResolvedPath]]:
        hidden = bool(self.force)
        for text in as_list(self.path):
            for place in places(self, [text], None, hidden=hidden):
                yield text, place
        for text in as_list(self.literal_path):
            for place in places(self, None, [text]):
                yield text, place


def _is_below(place: ResolvedPath, base: ResolvedPath) -> bool:
    """Tell whether a place can be told relative to another: it lies on the same drive."""
    if place.is_file_system and base.is_file_system:
        return (place.path + "/").startswith(base.drive.base + "/")
    return place.drive is base.drive


def _relative(place: ResolvedPath, base: ResolvedPath) -> str:
    """The way from the base to the place, beginning with ``.`` or ``..``."""
    if not place.is_file_system:
        return "./" + place.path
    relative = os.path.relpath(place.path, base.path)
    if relative == ".":
        return "./"
    return relative if relative == ".." or relative.startswith("../") else "./" + relative


@cmdlet("Convert-Path", aliases=("cvpa",), default_set="Path", module=_MODULE, output_type=("System.String",))
class ConvertPath(Cmdlet):
    """Paths as the provider knows them."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    force = Parameter("switch")

    def process(self) -> None:
        for place in places(self, self.path, self.literal_path, hidden=bool(self.force)):
            self.emit(place.path)


CMDLETS = (ConvertPath, JoinPath, ResolvePath, SplitPath, TestPath)

"""Members of Version and SemanticVersion."""

from __future__ import annotations

import re
from typing import Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.values.objects import PSObject
from remora.values.versions import SemanticVersion, Version

_A: Final = "System.Management.Automation."
_LABELLED: Final = "System.Version#IncludeLabel"
_PARTS: Final = re.compile(r"(?P<pre>[^+]*?)(?:\+(?P<build>.*))?")


# -- Version -----------------------------------------------------------------------------------------------------------


def parse_version(text: str) -> Version:
    """``Version.Parse``. Raises the exceptions of its kinds of failure."""
    parts = (text or "").split(".")
    if not 2 <= len(parts) <= 4:
        raise failure(
            "Version string portion was too short or too long. (Parameter 'input')", "System.ArgumentException"
        )
    numbers: list[int] = []
    for part in parts:
        plain = part.strip()
        if plain.startswith("-") and plain[1:].isdecimal():
            raise failure("Version's parameters must be greater than or equal to zero. (Parameter 'input')",
                          "System.ArgumentOutOfRangeException")  # fmt: skip
        if not plain.isdecimal() or not plain.isascii():
            raise failure(f"The input string '{part}' was not in a correct format.", "System.FormatException")
        if int(plain) > 2**31 - 1:
            raise failure("Value was either too large or too small for an Int32.", "System.OverflowException")
        numbers.append(int(plain))
    return Version(*numbers)


def _make_version(*parts: int) -> Version:
    if any(part < 0 for part in parts):
        raise failure(
            "Version's parameters must be greater than or equal to zero.", "System.ArgumentOutOfRangeException"
        )
    return Version(*parts) if parts else Version(0, 0)


def _version_text(version: Version, count: int | None = None) -> str:
    parts = str(version).split(".")
    if count is None:
        return str(version)
    if not 0 <= count <= len(parts):
        raise failure(
            "Argument must be between 0 and " + str(len(parts)) + ". (Parameter 'fieldCount')",
            "System.ArgumentException",
        )
    return ".".join(parts[:count])


def _try_version(text: Any, out: Any) -> bool:
    try:
        out.value = parse_version(text)
    except PSError:
        out.value = None
        return False
    return True


def _versions() -> None:
    v = r.VERSION
    for name in ("Major", "Minor", "Build", "Revision"):
        field = name.lower()
        v.property(name, "System.Int32")(_FIELDS[field])
    v.property("MajorRevision", "System.Int16")(
        lambda x: convert_to(x.revision >> 16 if x.revision >= 0 else -1, "int16")
    )
    v.property("MinorRevision", "System.Int16")(
        lambda x: convert_to(x.revision & 0x7FFF if x.revision >= 0 else -1, "int16")
    )
    v.constructor("()", "(int major, int minor)", "(int major, int minor, int build)",
                  "(int major, int minor, int build, int revision)")(_make_version)  # fmt: skip
    v.constructor("(string version)")(parse_version)
    v.static("Parse(string input)", returns="version")(parse_version)
    v.static("TryParse(string input, ref result)", returns="bool")(_try_version)
    v.method("ToString()", "ToString(int fieldCount)", returns="string")(_version_text)
    v.method("CompareTo(version value)", returns="int")(lambda a, b: 1 if b is None else int(a > b) - int(a < b))
    v.method("Equals(version obj)", returns="bool")(lambda a, b: a == b)
    v.method("Clone()")(lambda x: x)


_FIELDS: Final[dict[str, Any]] = {
    "major": lambda x: x.major,
    "minor": lambda x: x.minor,
    "build": lambda x: x.build,
    "revision": lambda x: x.revision,
}

# -- SemanticVersion ---------------------------------------------------------------------------------------------------


def _null_version() -> PSError:
    return failure(
        'Cannot process argument because the value of argument "version" is null. Change the value of argument '
        '"version" to a non-null value.',
        _A + "PSArgumentNullException",
    )


def parse_semantic(text: str) -> SemanticVersion:
    """``SemanticVersion.Parse``. Raises PSArgumentNullException for no text, FormatException for a wrong one."""
    if text is None:
        raise _null_version()
    try:
        return SemanticVersion.parse(text)
    except ValueError:
        raise failure(f"The input string '{text}' was not in a correct format.", "System.FormatException") from None


def _make_semantic(major: int, minor: int = 0, patch: int = 0, label: str = "", build: str = "") -> SemanticVersion:
    for name, number in (("major", major), ("minor", minor), ("patch", patch)):
        if number < 0:
            raise failure(f"Cannot process argument because the value of argument \"{name}\" is not valid. Change the "
                          f"value of the \"{name}\" argument and run the operation again.",
                          _A + "PSArgumentException")  # fmt: skip
    found = _PARTS.fullmatch(label or "")
    pre = found["pre"] if found is not None else label
    metadata = build or (found["build"] if found is not None else None)
    return SemanticVersion(major, minor, patch, pre or None, metadata or None)


def _from_version(version: Any) -> SemanticVersion:
    if version is None:
        raise _null_version()
    if version.revision > 0 or (version.build < 0 <= version.revision):
        raise failure("Cannot process argument because the value of argument \"version\" is not valid.",
                      _A + "PSArgumentException")  # fmt: skip
    return SemanticVersion(version.major, version.minor, max(version.build, 0))


def semantic_from(value: Any) -> SemanticVersion:
    """Convert a Version, with the labels that one made from a SemanticVersion carries."""
    base = r.unwrap(value)
    made = _from_version(base)
    if isinstance(value, PSObject) and _LABELLED in value.type_names:
        return SemanticVersion(
            made.major, made.minor, made.patch, value.get("PSSemVerPreReleaseLabel"), value.get("PSSemVerBuildLabel")
        )
    return made


def version_from(value: SemanticVersion) -> Any:
    """A Version that keeps the labels as members when there are any."""
    version = Version(value.major, value.minor, value.patch)
    if value.prerelease is None and value.build is None:
        return version
    labels = {"PSSemVerPreReleaseLabel": value.prerelease, "PSSemVerBuildLabel": value.build}
    shown = {name: label for name, label in labels.items() if label is not None}
    names = (_LABELLED, "System.Version", "System.Object")
    return PSObject(names, version, extended=shown, to_string=str(value))


def _try_semantic(text: Any, out: Any) -> bool:
    try:
        out.value = parse_semantic(text)
    except PSError:
        out.value = None
        return False
    return True


def _order(left: SemanticVersion, right: Any) -> int:
    if right is None:
        return 1
    return int(left > right) - int(left < right)


def _semantics() -> None:
    s = r.SEMVER
    for name in ("Major", "Minor"):
        s.property(name, "System.Int32")(_FIELDS[name.lower()])
    s.property("Patch", "System.Int32")(lambda x: x.patch)
    s.property("PreReleaseLabel", "System.String")(lambda x: x.prerelease)
    s.property("BuildLabel", "System.String")(lambda x: x.build)
    s.constructor("(version version)")(semantic_from)
    s.constructor("(string version)")(parse_semantic)
    s.constructor("(int major)", "(int major, int minor)", "(int major, int minor, int patch)",
                  "(int major, int minor, int patch, string label)",
                  "(int major, int minor, int patch, string preReleaseLabel, string buildLabel)")(
        _make_semantic
    )  # fmt: skip
    s.static("Parse(string version)", returns="semver")(parse_semantic)
    s.static("TryParse(string version, ref result)", returns="bool")(_try_semantic)
    s.static("Compare(semver versionA, semver versionB)", returns="int")(
        lambda a, b: (0 if b is None else -1) if a is None else _order(a, b)
    )
    s.method("CompareTo(semver value)", returns="int")(_order)
    s.method("Equals(semver other)", returns="bool")(lambda a, b: b is not None and _order(a, b) == 0)
    s.method("ToString()", returns="string")(str)


_versions()
_semantics()

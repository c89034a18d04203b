"""Security descriptors: who may do what with a resource (SDDL as winrm-config-and-auth 3.5 has it).

Only the discretionary list decides; owner, group and audit list are kept as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from remora.config.sddl_conditions import Condition, read_condition
from remora.errors import ConfigError

NETWORK: Final = "S-1-5-2"
INTERACTIVE: Final = "S-1-5-4"
EVERYONE: Final = "S-1-1-0"
AUTHENTICATED: Final = "S-1-5-11"
ADMINISTRATORS: Final = "S-1-5-32-544"
REMOTE_MANAGEMENT_USERS: Final = "S-1-5-32-580"
REMOTE_SDDL: Final = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;RM)(A;;GA;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
"""What a new session configuration has: administrators, remote management users and who sits at the computer."""
SHORT: Final[Mapping[str, str]] = {
    "AN": "S-1-5-7", "AU": AUTHENTICATED, "BA": ADMINISTRATORS, "BG": "S-1-5-32-546", "BU": "S-1-5-32-545",
    "CO": "S-1-3-0", "IU": INTERACTIVE, "LS": "S-1-5-19", "NS": "S-1-5-20", "NU": NETWORK, "OW": "S-1-3-4",
    "PU": "S-1-5-32-547", "RD": "S-1-5-32-555", "RM": REMOTE_MANAGEMENT_USERS, "SU": "S-1-5-6", "SY": "S-1-5-18",
    "WD": EVERYONE,
}  # fmt: skip
NAMES: Final[Mapping[str, str]] = {
    "S-1-5-7": "NT AUTHORITY\\ANONYMOUS LOGON", AUTHENTICATED: "NT AUTHORITY\\Authenticated Users",
    ADMINISTRATORS: "BUILTIN\\Administrators", "S-1-5-32-546": "BUILTIN\\Guests", "S-1-5-32-545": "BUILTIN\\Users",
    INTERACTIVE: "NT AUTHORITY\\INTERACTIVE", "S-1-5-19": "NT AUTHORITY\\LOCAL SERVICE",
    "S-1-5-20": "NT AUTHORITY\\NETWORK SERVICE", NETWORK: "NT AUTHORITY\\NETWORK",
    REMOTE_MANAGEMENT_USERS: "BUILTIN\\Remote Management Users", "S-1-5-18": "NT AUTHORITY\\SYSTEM",
    EVERYONE: "Everyone",
}  # fmt: skip
_SID: Final = re.compile(r"S-1-[0-9]{1,15}(?:-[0-9]{1,10}){1,15}\Z", re.ASCII)
_RIGHTS: Final[Mapping[str, int]] = {
    "GA": 0x10000000, "GX": 0x20000000, "GW": 0x40000000, "GR": 0x80000000, "RC": 0x20000, "SD": 0x10000,
    "WD": 0x40000, "WO": 0x80000, "CC": 1, "DC": 2, "LC": 4, "SW": 8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80,
    "CR": 0x100, "FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0, "KA": 0xF003F, "KR": 0x20019,
    "KW": 0x20006, "KX": 0x20019,
}  # fmt: skip
_KINDS: Final = ("A", "D", "XA", "XD", "AU", "AL", "OA", "OD", "XU", "ML")
_PART: Final = re.compile(r"([OGDS]):")


class Right(IntEnum):
    """What an operation needs: read, change, or carry out. GA gives all three; rights of files and keys give none."""

    EXECUTE = _RIGHTS["GX"]
    WRITE = _RIGHTS["GW"]
    READ = _RIGHTS["GR"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list. text: as it was written, without its parentheses."""

    kind: str
    rights: int
    sid: str
    text: str
    condition: Condition | None = None

    @property
    def denies(self) -> bool:
        return self.kind in ("D", "XD")


@dataclass(frozen=True, slots=True)
class SecurityDescriptor:
    """A descriptor. before: what stands before the entries of D:, flags included; after: the audit list and the rest.

    access: None where there is no D: at all, which lets everybody in.
    """

    before: str
    access: tuple[Entry, ...] | None
    after: str

    def __str__(self) -> str:
        return self.before + "".join(f"({entry.text})" for entry in self.access or ()) + self.after

    def allows(self, sids: Collection[str], right: Right) -> bool:
        """Tell whether somebody with these identities has a right: the first entry that speaks of it decides."""
        if self.access is None:
            return True
        for entry in self.access:
            applies = entry.sid in sids and (entry.condition is None or entry.condition(sids))
            if applies and entry.rights & (_RIGHTS["GA"] | right):
                return not entry.denies
        return False

    def denies_to(self, sid: str) -> bool:
        """Tell whether an entry keeps an identity out."""
        return any(entry.denies and entry.sid == sid for entry in self.access or ())

    def with_denied(self, sid: str) -> SecurityDescriptor:
        """The same with an entry in front that keeps an identity out."""
        if self.denies_to(sid):
            return self
        short = next((name for name, known in SHORT.items() if known == sid), sid)
        entry = Entry("D", _RIGHTS["GA"], sid, f"D;;GA;;;{short}")
        return replace(self, before=self.before or "D:P", access=(entry, *(self.access or ())))

    def with_allowed(self, sid: str, *rights: Right) -> SecurityDescriptor:
        """The same with an entry at the end that gives an identity rights nothing before it speaks of."""
        if self.access is None:
            return self
        names = "".join(name for name in ("GR", "GW", "GX") if _RIGHTS[name] in rights)
        return replace(self, access=(*self.access, _entry(f"A;;{names};;;{sid}")))

    def without_denied(self, sid: str) -> SecurityDescriptor:
        """The same without the entries that keep an identity out."""
        if self.access is None:
            return self
        return replace(self, access=tuple(entry for entry in self.access if not (entry.denies and entry.sid == sid)))

    def permission(self, name_of: Callable[[str], str]) -> str:
        """Who may and may not, as Get-PSSessionConfiguration prints it."""
        words = {True: "AccessDenied", False: "AccessAllowed"}
        return ", ".join(f"{name_of(entry.sid)} {words[entry.denies]}" for entry in self.access or ())


def parse_sddl(text: str) -> SecurityDescriptor:
    """Read a descriptor. Raises ConfigError saying what is wrong in it."""
    parts = _parts(text)
    for name in ("O", "G"):
        if name in parts:
            sid_of(parts[name][0])
    if "S" in parts:
        _entries(parts["S"][0], text)
    if "D" not in parts:
        head = "".join(f"{name}:{parts[name][0]}" for name in ("O", "G") if name in parts)
        return SecurityDescriptor(head, None, f"S:{parts['S'][0]}" if "S" in parts else "")
    body, start = parts["D"]
    flags, entries = _entries(body, text)
    end = start + len(body)
    return SecurityDescriptor(text[:start] + flags, entries, text[end:])


def sid_of(text: str) -> str:
    """The identifier behind a short name or the identifier itself. Raises ConfigError."""
    found = SHORT.get(text.upper(), text.upper())
    if not _SID.match(found):
        raise ConfigError(f"{text!r} is no security identifier")
    return found


def _parts(text: str) -> dict[str, tuple[str, int]]:
    """The text of each of O:, G:, D: and S:, and where it begins; entries may hold colons of their own."""
    found: list[tuple[str, int, int]] = []
    depth = 0
    for index, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            raise ConfigError(f"{text!r} is no security descriptor: a parenthesis is closed that was not opened")
        if depth == 0 and _PART.match(text, index):
            found.append((letter, index, index + 2))
    order = [name for name, _, _ in found]
    if depth or not found or found[0][1] != 0 or order != sorted(set(order), key="OGDS".index):
        raise ConfigError(f"{text!r} is no security descriptor: it has the parts O:, G:, D: and S:, in this order")
    ends = [start for _, start, _ in found[1:]] + [len(text)]
    return {name: (text[begin:end], begin) for (name, _, begin), end in zip(found, ends, strict=True)}


def _entries(body: str, whole: str) -> tuple[str, tuple[Entry, ...]]:
    """Flags and entries of a list."""
    flags, _, _ = body.partition("(")
    if flags not in ("", "P", "AI", "AR", "PAI", "PAR", "NO_ACCESS_CONTROL"):
        raise ConfigError(f"{whole!r} is no security descriptor: it has no flags {flags!r}")
    entries: list[Entry] = []
    position = len(flags)
    while position < len(body):
        end = _closing(body, position, whole)
        entries.append(_entry(body[position + 1 : end]))
        position = end + 1
    return flags, tuple(entries)


def _closing(body: str, start: int, whole: str) -> int:
    if body[start] != "(":
        raise ConfigError(f"{whole!r} is no security descriptor: an entry begins with a parenthesis")
    depth = 0
    for index in range(start, len(body)):
        depth += {"(": 1, ")": -1}.get(body[index], 0)
        if depth == 0:
            return index
    raise ConfigError(f"{whole!r} is no security descriptor: an entry is not closed")


def _entry(text: str) -> Entry:
    fields = text.split(";", 6)
    conditional = fields[0].startswith("X")
    if len(fields) < 6 or (len(fields) == 7) != conditional or fields[0] not in _KINDS:
        raise ConfigError(f"({text}) is no entry of a security descriptor: kind;flags;rights;;;identity")
    condition = read_condition(fields[6], sid_of) if conditional else None
    return Entry(fields[0], _rights(fields[2]), sid_of(fields[5]), text, condition)


def _rights(text: str) -> int:
    if re.fullmatch(r"0[xX][0-9A-Fa-f]{1,8}", text):
        return int(text, 16)
    names = [text[index : index + 2] for index in range(0, len(text), 2)]
    if not names or any(name not in _RIGHTS for name in names):
        raise ConfigError(f"{text!r} are no access rights")
    mask = 0
    for name in names:
        mask |= _RIGHTS[name]
    return mask

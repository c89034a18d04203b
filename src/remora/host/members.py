"""Members of local groups that are no local accounts: Unix users and groups, Kerberos principals, groups of a domain.

They are written ``unix:NAME``, ``unixgroup:NAME``, ``krb:USER@REALM`` and ``domaingroup:DOMAIN\\NAME`` (or a SID); the
name of a local account has no colon, so that the two cannot be mixed up.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from remora.errors import ConfigError

MAX_MEMBERS: Final = 10_000
_UNIX: Final = r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\$?"
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "unix": (_UNIX, "unix:NAME"),
    "unixgroup": (_UNIX, "unixgroup:NAME"),
    "krb": (r"[^\s@/:\\]{1,128}(?:/[^\s@/:\\]{1,128})?@[A-Za-z0-9.-]{1,255}", "krb:USER@REALM"),
    "domaingroup": (
        r"S-1-[0-9]{1,15}(?:-[0-9]{1,10}){1,15}|[A-Za-z0-9.-]{1,255}\\[^\"/\\\[\]:;|=,+*?<>\x00-\x1f]{1,256}",
        "domaingroup:DOMAIN\\NAME or domaingroup:SID",
    ),
}


def is_foreign(member: str) -> bool:
    """Tell whether a member is no local account."""
    return ":" in member


def read_member(text: str) -> str:
    """Return the stored spelling of a foreign member. Raises ConfigError."""
    kind, _colon, name = text.partition(":")
    known = _KINDS.get(kind.lower())
    if known is None:
        raise ConfigError(f"{text!r} is no member: a local account, or {', '.join(how for _, how in _KINDS.values())}")
    if not re.fullmatch(known[0], name):
        raise ConfigError(f"{text!r} is no member: it is written {known[1]}")
    return f"{kind.lower()}:{name}"


def check_exists(member: str) -> None:
    """Refuse a Unix user or group that this machine does not have. Raises ConfigError."""
    kind, _colon, name = member.partition(":")
    try:
        if kind == "unix":
            pwd.getpwnam(name)
        elif kind == "unixgroup":
            grp.getgrnam(name)
    except KeyError:
        raise ConfigError(f"there is no Unix {'user' if kind == 'unix' else 'group'} {name!r}") from None


def groups_with(foreign: Mapping[str, Iterable[str]], identities: Collection[str]) -> tuple[str, ...]:
    """Return the local groups that one of these identities, written as members are, belongs to."""
    mine = {_key(identity) for identity in identities}
    return tuple(group for group, members in foreign.items() if any(_key(member) in mine for member in members))


def unix_identities(entry: pwd.struct_passwd) -> frozenset[str]:
    """Return what a Unix user is as a member: itself, and every Unix group it belongs to."""
    found = {f"unix:{entry.pw_name}"}
    for gid in os.getgrouplist(entry.pw_name, entry.pw_gid):
        try:
            found.add(f"unixgroup:{grp.getgrgid(gid).gr_name}")
        except KeyError:
            continue
    return frozenset(found)


def _key(member: str) -> str:
    """Domains do not tell capital letters from small ones; Unix and Kerberos do."""
    return member.casefold() if member.startswith("domaingroup:") else member

"""Who is calling: the result of a completed authentication, and the Unix user that will act for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAs:
    """The Unix identity of a principal's workers. dynamic: the uid is the account's own, no passwd entry has it."""

    user: str
    uid: int
    gid: int
    home: str
    dynamic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated caller. No field has a default: only an authenticator makes one, from a completed exchange.

    name: the account's own spelling. sid: ``S-1-5-21-a-b-c-rid``, stable for the account's life. authentication: the
    mechanism, ``Negotiate`` (NTLM), ``Kerberos`` or ``Basic``. groups: names of the account's local groups.
    """

    name: str
    sid: str
    authentication: str
    run_as: RunAs
    groups: tuple[str, ...]

    def is_member(self, group: str) -> bool:
        """Tell whether the caller belongs to a group; names compare without regard to case."""
        wanted = group.casefold()
        return any(name.casefold() == wanted for name in self.groups)

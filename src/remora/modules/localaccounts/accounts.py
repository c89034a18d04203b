"""Get-LocalUser, Get-LocalGroup, Get-LocalGroupMember: the accounts of this machine's user database."""

from __future__ import annotations

import grp
import pwd
from dataclasses import dataclass

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, declare_attributes, matcher

_MODULE = "Microsoft.PowerShell.LocalAccounts"
_M = "Microsoft.PowerShell.Commands."
_NO_LOGIN = ("nologin", "false")
_PRINCIPAL = NetType(_M + "LocalPrincipal", OBJECT)


@dataclass(slots=True)
class LocalUser(NetObject):
    """One user. sid: S-1-22-1-UID, as Unix users are told where SIDs are wanted."""

    name: str
    full_name: str
    enabled: bool
    sid: str
    home: str
    shell: str
    object_class: str = "User"
    source: str = "Local"

    def net_text(self) -> str:
        return self.name


@dataclass(slots=True)
class LocalGroup(NetObject):
    """One group. sid: S-1-22-2-GID."""

    name: str
    description: str
    sid: str
    members: tuple[str, ...]
    object_class: str = "Group"
    source: str = "Local"

    def net_text(self) -> str:
        return self.name


LocalUser.net_type = NetType(_M + "LocalUser", _PRINCIPAL, default_display=("Name", "Enabled", "FullName"))
LocalGroup.net_type = NetType(_M + "LocalGroup", _PRINCIPAL, default_display=("Name", "Description"))
_COMMON = (
    ("Name", "name", "System.String"),
    ("SID", "sid", "System.String"),
    ("PrincipalSource", "source", "System.String"),
    ("ObjectClass", "object_class", "System.String"),
)
declare_attributes(
    LocalUser.net_type,
    *_COMMON,
    ("FullName", "full_name", "System.String"),
    ("Description", "full_name", "System.String"),
    ("Enabled", "enabled", "System.Boolean"),
    ("HomeDirectory", "home", "System.String"),
    ("Shell", "shell", "System.String"),
)
declare_attributes(LocalGroup.net_type, *_COMMON, ("Description", "description", "System.String"))


def users() -> list[LocalUser]:
    """All users by name."""
    found = [
        LocalUser(
            entry.pw_name, entry.pw_gecos.partition(",")[0], not entry.pw_shell.endswith(_NO_LOGIN),
            f"S-1-22-1-{entry.pw_uid}", entry.pw_dir, entry.pw_shell,
        )
        for entry in pwd.getpwall()
    ]  # fmt: skip
    return sorted(found, key=lambda user: user.name)


def groups() -> list[LocalGroup]:
    """All groups by name; members are those whose first group it is, and those it lists."""
    first: dict[int, list[str]] = {}
    for entry in pwd.getpwall():
        first.setdefault(entry.pw_gid, []).append(entry.pw_name)
    found = [
        LocalGroup(
            entry.gr_name, "", f"S-1-22-2-{entry.gr_gid}",
            tuple(dict.fromkeys([*first.get(entry.gr_gid, ()), *entry.gr_mem])),
        )
        for entry in grp.getgrall()
    ]  # fmt: skip
    return sorted(found, key=lambda group: group.name)


class _Lister(Cmdlet):
    name = Parameter("string[]", sets={"Default": {"position": 0, "pipeline": True, "by_property": True}})
    sid = Parameter("string[]", name="SID", sets={"SecurityIdentifier": {"position": 0, "by_property": True}})
    kind = ""

    def list_chosen(self, known: list[LocalUser] | list[LocalGroup]) -> list[LocalUser | LocalGroup]:
        """Those named by -Name or -SID; what is not there is reported."""
        out: list[LocalUser | LocalGroup] = []
        by_sid = self.sid is not None
        for pattern in as_list(self.sid if by_sid else self.name) or ["*"]:
            test = matcher([pattern])
            found = [one for one in known if test(one.sid if by_sid else one.name)]
            out.extend(found)
            if not found and not has_wildcard(pattern):
                self.fail(
                    f"{self.kind} {pattern} was not found.", f"{self.kind}NotFound", "ObjectNotFound", pattern,
                    type_name=f"{_M}{self.kind}NotFoundException",
                )  # fmt: skip
        return out


@cmdlet("Get-LocalUser", aliases=("glu",), default_set="Default", module=_MODULE, output_type=(_M + "LocalUser",))
class GetLocalUser(_Lister):
    """Shows the users of this machine."""

    kind = "User"

    def process(self) -> None:
        for user in self.list_chosen(users()):
            self.emit(user)


@cmdlet("Get-LocalGroup", aliases=("glg",), default_set="Default", module=_MODULE, output_type=(_M + "LocalGroup",))
class GetLocalGroup(_Lister):
    """Shows the groups of this machine."""

    kind = "Group"

    def process(self) -> None:
        for group in self.list_chosen(groups()):
            self.emit(group)


@cmdlet("Get-LocalGroupMember", aliases=("glgm",), default_set="Default", module=_MODULE,
        output_type=(_M + "LocalPrincipal",))  # fmt: skip
class GetLocalGroupMember(_Lister):
    """Shows who is in a group."""

    name = Parameter(
        "string[]", sets={"Default": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        aliases=("Group",),
    )  # fmt: skip
    sid = Parameter(
        "string[]", name="SID", sets={"SecurityIdentifier": {"position": 0, "mandatory": True, "by_property": True}}
    )
    member = Parameter("string[]", position=1)
    kind = "Group"

    def process(self) -> None:
        wanted = matcher(self.member)
        known = {user.name: user for user in users()}
        for group in self.list_chosen(groups()):
            assert isinstance(group, LocalGroup)
            for name in group.members:
                if name in known and wanted(name):
                    self.emit(known[name])


CMDLETS = (GetLocalGroup, GetLocalGroupMember, GetLocalUser)

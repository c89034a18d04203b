"""Whom a Kerberos logon is here: the keys of the service, and the realms whose users are accounts of this host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remora._log import bound
from remora.auth.kerberos import installed
from remora.config.winrm import RemoraSettings
from remora.errors import AuthError

_log = bound(__name__)
SYSTEM_KEYTAB: Final = "/etc/krb5.keytab"


@dataclass(frozen=True, slots=True, kw_only=True)
class KerberosService:
    """keytab: a file with the service's keys. realms: ``user@REALM`` of these is the local account ``user``."""

    keytab: str
    realms: frozenset[str]

    def local_name(self, realm: str, user: str) -> str:
        """Return the name of the account. AuthError says why a principal is none here."""
        if not user or "/" in user or "@" in user:
            raise AuthError(f"the principal {user[:128]!a} of {realm[:128]!a} is no user")
        if realm not in self.realms:
            raise AuthError(f"the realm {realm[:128]!a} is none of ours (Remora/KerberosRealms)")
        return user


def kerberos_service(settings: RemoraSettings, environment: Mapping[str, str] = os.environ) -> KerberosService | None:
    """Return what this host can prove Kerberos logons with; None without a keytab that can be read, or without GSS-API.

    It reads the keytab: call it before rights are given up.
    """
    given = settings.keytab or environment.get("KRB5_KTNAME", "")
    path = (given or SYSTEM_KEYTAB).removeprefix("FILE:")
    if not os.access(path, os.R_OK) or not installed():
        if given:
            why = "the keytab cannot be read" if installed() else "it needs pip install remora[kerberos]"
            _log.warning("kerberos_unavailable", keytab=path, reason=why)
        return None
    listed = frozenset(realm.strip() for realm in settings.kerberos_realms.split(",") if realm.strip())
    try:
        return KerberosService(keytab=str(Path(path).absolute()), realms=listed or _own_realms(path))
    except Exception as error:
        _log.warning("kerberos_unavailable", keytab=path, reason=error)
        return None


def _own_realms(path: str) -> frozenset[str]:
    """The realms of the keys themselves."""
    import krb5

    context = krb5.init_context()
    keytab = krb5.kt_resolve(context, f"FILE:{path}".encode())
    names = (krb5.unparse_name_flags(context, entry.principal) for entry in keytab)
    return frozenset(name.decode("utf-8", "replace").rpartition("@")[2] for name in names)

"""What a pool tells its client about the server, and its scripts about the client (MS-PSRP 2.2.2.13; $PSSenderInfo)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from remora.bindings.psrp_wsman import REPEATED_SENDS
from remora.engine.initial import PS_VERSION, version_table
from remora.engine.wire import from_wire
from remora.psrp.spec import TAKES_BYTES
from remora.values import PrimitiveDictionary, PSObject, Version
from remora.worker.protocol import Sender
from remora.wsman.attachments import ATTACHMENTS, MAX_ATTACHED, ORDERED_SENDS

_REMOTING: Final = "System.Management.Automation.Remoting."


def private_data(*, wsman: bool) -> PrimitiveDictionary:
    """ApplicationPrivateData: the version table, in the types a PSPrimitiveDictionary may hold, and our promises.

    wsman: the pool lives behind a front end.
    """
    table = PrimitiveDictionary(dict(version_table().items()))
    table["PSVersion"] = Version(PS_VERSION.major, PS_VERSION.minor, PS_VERSION.patch)
    data = PrimitiveDictionary({"PSVersionTable": table, TAKES_BYTES: True})
    if wsman:
        data[REPEATED_SENDS] = True
        data[ATTACHMENTS] = MAX_ATTACHED
        data[ORDERED_SENDS] = True
    return data


def sender_info(sender: Sender | None, application_arguments: Mapping[str, Any] | None) -> PSObject | None:
    """``$PSSenderInfo``; None where nobody connected over the network."""
    if sender is None:
        return None
    identity = PSObject(
        (_REMOTING + "PSIdentity", "System.Object"),
        extended={
            "AuthenticationType": sender.authentication,
            "IsAuthenticated": True,
            "Name": sender.name,
            "CertificateDetails": None,
        },
    )
    principal = PSObject(
        (_REMOTING + "PSPrincipal", "System.Object"), extended={"Identity": identity, "WindowsIdentity": None}
    )
    arguments = from_wire(application_arguments) if application_arguments is not None else None
    return PSObject(
        (_REMOTING + "PSSenderInfo", "System.Object"),
        extended={
            "UserInfo": principal,
            "ClientTimeZone": time.tzname[0],
            "ConnectionString": sender.connection_string,
            "ApplicationArguments": arguments,
            "ConnectedUser": sender.name,
            "RunAsUser": None,
        },
    )

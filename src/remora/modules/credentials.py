"""-Credential: a user name asks for the password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine.cmdlet import Parameter
from remora.engine.convert.text import to_text
from remora.engine.types.registry import unwrap
from remora.values.secrets import PSCredential

if TYPE_CHECKING:
    from remora.engine.frame import Frame

CREDENTIAL: Final = "System.Management.Automation.PSCredential"


def credential_of(frame: Frame, value: Any) -> Any:
    """A credential as it is; a user name asks for the password."""
    inner = unwrap(value)
    if isinstance(inner, PSCredential):
        return inner
    name = to_text(value) if isinstance(inner, str) else ""
    return frame.context.host.prompt_for_credential(
        "PowerShell credential request", "Enter your credentials.", name, ""
    )


def credential(
    sets: Sequence[str] | Mapping[str, Mapping[str, Any]] = (),
    *,
    by_property: bool = False,
    aliases: Sequence[str] = (),
    refused: bool = False,
) -> Parameter:
    """The parameter of a cmdlet."""
    return Parameter(
        CREDENTIAL, sets=sets, by_property=by_property, aliases=aliases, refused=refused, transform=credential_of
    )

"""The execution policy of a session: whether its users may run script files and load modules of scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from remora.engine.errors import error

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

UNRESTRICTED: Final = "Unrestricted"
_STORE: Final = "execution policy"
_MEANT: Final = {"undefined": UNRESTRICTED, "default": "RemoteSigned"}
_MORE: Final = "see about_Execution_Policies at https://go.microsoft.com/fwlink/?LinkID=135170."


def policy_of(context: EngineContext) -> str:
    """The policy in force; without one of a session configuration it is Unrestricted, as on every Unix."""
    found = context.store.get(_STORE)
    return found if isinstance(found, str) else UNRESTRICTED


def set_policy(context: EngineContext, name: str) -> None:
    """Put a policy in force. Default is what PowerShell has on servers; Undefined leaves it to the system."""
    context.store[_STORE] = _MEANT.get(name.lower(), name)


def check_script(context: EngineContext, path: str) -> None:
    """Raises PSError where the policy lets no script file run. What belongs to the session's own set-up does.

    Files here have no signatures: AllSigned refuses them all, RemoteSigned takes them as files of this machine.
    """
    policy = policy_of(context).lower()
    if policy not in ("restricted", "allsigned") or context.mode.internal:
        return
    if policy == "restricted":
        why = f"because running scripts is disabled on this system. For more information, {_MORE}"
        said = f"File {path} cannot be loaded {why}"
    else:
        why = "You cannot run this script on the current system. For more information about running scripts and setting"
        said = f"File {path} cannot be loaded. The file {path} is not digitally signed. {why} execution policy, {_MORE}"
    raise error(
        said, "UnauthorizedAccess", "SecurityError", type_name="System.Management.Automation.PSSecurityException"
    )

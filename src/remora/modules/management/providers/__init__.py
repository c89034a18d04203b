"""The providers behind the drives, and which one serves a drive."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from remora.engine.drives import ResolvedPath
from remora.modules.management.providers.base import Provider, lacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from remora.engine.session import SessionState

_ELSEWHERE: Final = {
    "Certificate": ("remora.modules.security.certificate_provider", "CertificateProvider"),
    "WSMan": ("remora.modules.wsman.provider", "WSManProvider"),
}

__all__ = ["Provider", "provider_of"]


def provider_of(session: SessionState, place: ResolvedPath) -> Provider:
    """What serves a place: a built-in provider, or one registered in ``session.store["providers"]`` by name."""
    name = place.drive.provider
    made: dict[str, Provider] = session.store.setdefault("provider objects", {})
    provider = made.get(name)
    if provider is None:
        provider = made[name] = _make(session, name)
    provider.session = session
    return provider


def _make(session: SessionState, name: str) -> Provider:
    registered = session.store.get("providers", {}).get(name)
    if registered is not None:
        provider: Provider = registered(session)
        return provider
    if name == "FileSystem":
        from remora.modules.management.providers.file_system import FileSystemProvider

        return FileSystemProvider(session)
    if name in _ELSEWHERE:
        made: Provider = getattr(import_module(_ELSEWHERE[name][0]), _ELSEWHERE[name][1])(session)
        return made
    from remora.modules.management.providers import session_state as state

    known: dict[str, Callable[[SessionState], Provider]] = {
        "Alias": state.AliasProvider,
        "Environment": state.EnvironmentProvider,
        "Function": state.FunctionProvider,
        "Variable": state.VariableProvider,
    }
    if name not in known:
        raise lacks()
    return known[name](session)

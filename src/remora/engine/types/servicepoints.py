"""System.Net.ServicePointManager, which scripts set before they use the web: the settings are kept and, as in .NET, no
web cmdlet looks at them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from remora.engine.context import current
from remora.engine.nettype import OBJECT, NetType, Property
from remora.engine.types.typeref import register, require

_STORE: Final = "service points"
_SETTINGS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("SecurityProtocol", "System.Net.SecurityProtocolType", 0),
    ("ServerCertificateValidationCallback", "System.Object", None),
    ("DefaultConnectionLimit", "System.Int32", 10),
    ("MaxServicePoints", "System.Int32", 0),
    ("MaxServicePointIdleTime", "System.Int32", 100000),
    ("DnsRefreshTimeout", "System.Int32", 120000),
    ("EnableDnsRoundRobin", "System.Boolean", False),
    ("Expect100Continue", "System.Boolean", True),
    ("UseNagleAlgorithm", "System.Boolean", True),
    ("CheckCertificateRevocationList", "System.Boolean", False),
    ("ReusePort", "System.Boolean", False),
)


def _get(name: str, kind: str, default: Any) -> Any:
    from remora.engine.convert.conversion import convert

    kept = current().store.get(_STORE, {})
    return kept[name] if name in kept else convert(default, require(kind))


def _set(name: str, kind: str, target: Any, value: Any) -> None:
    from remora.engine.convert.conversion import convert

    current().store.setdefault(_STORE, {})[name] = convert(value, require(kind))


def _manager() -> NetType:
    manager = NetType("System.Net.ServicePointManager", OBJECT)
    for name, kind, default in _SETTINGS:
        manager.static_property(name, kind)(partial(_get, name, kind, default))
        member = manager.statics[name.lower()]
        if isinstance(member, Property):
            member.set = partial(_set, name, kind)
    return manager


_MANAGER: Final = _manager()


def register_types() -> None:
    """ServicePointManager."""
    register(_MANAGER)

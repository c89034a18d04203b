"""The mechanisms for HTTP proxies."""

from __future__ import annotations

from enum import Enum


class ProxyAuthentication(Enum):
    """What proves a client to a proxy; no other is tried than the one that was named."""

    BASIC = "Basic"
    DIGEST = "Digest"
    NEGOTIATE = "Negotiate"

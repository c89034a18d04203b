"""The WSMan automation objects with their documented names (winrm-config-and-auth 2)."""

from __future__ import annotations

from remora.client.automation.connection_options import ConnectionOptions
from remora.client.automation.enumerator import Enumerator
from remora.client.automation.locator import ResourceLocator
from remora.client.automation.session import Session
from remora.client.automation.wsman import WSMan

__all__ = ["ConnectionOptions", "Enumerator", "ResourceLocator", "Session", "WSMan"]

"""The built-in views, one module for each family of types."""

from __future__ import annotations

from remora.engine.format.library import (
    commands,
    extended_error,
    files,
    help,
    records,
    remote_management,
    sessions,
    styles,
    system,
)
from remora.engine.format.views import ViewDefinition


def definitions() -> list[ViewDefinition]:
    """All built-in views in the order they are asked."""
    families = (commands, help, extended_error, records, sessions, files, system, styles, remote_management)
    return [definition for family in families for definition in family.VIEWS]

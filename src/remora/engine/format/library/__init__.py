"""The built-in views, one module for each family of types."""

from __future__ import annotations

from remora.engine.format.library import commands, files, records, sessions, system
from remora.engine.format.views import TypeViews


def builtin_views() -> dict[str, TypeViews]:
    """All built-in views by type name in lower case."""
    families = (commands.VIEWS, files.VIEWS, records.VIEWS, sessions.VIEWS, system.VIEWS)
    return {views.type_name.lower(): views for family in families for views in family}

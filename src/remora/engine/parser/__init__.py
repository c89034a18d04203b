"""Recursive-descent parser: text to ScriptNode. The only entry is ``parse``."""

from __future__ import annotations

from remora.engine.parser.script import parse

__all__ = ["parse"]

"""Conversion: one function for values to types, and the two that everything uses: text and truth."""

from __future__ import annotations

from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true

__all__ = ["is_true", "to_text"]

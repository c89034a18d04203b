"""The recursive-descent parser: text to syntax tree, driven by the lexer's two modes."""

from __future__ import annotations

from remora.engine.parser.parse import Parsed, parse, parse_tolerant

__all__ = ["Parsed", "parse", "parse_tolerant"]

"""Log events with fields through stdlib logging; never bodies, tokens or credentials."""

from __future__ import annotations

import logging
from collections.abc import Mapping


class BoundLogger:
    """A logger that carries ids: ``log.info("shell_created", shell_id=...)``. Nested ``bind`` adds fields."""

    __slots__ = ("_fields", "_logger")

    def __init__(self, logger: logging.Logger, fields: Mapping[str, object]) -> None:
        self._logger = logger
        self._fields = dict(fields)

    def bind(self, **fields: object) -> BoundLogger:
        return BoundLogger(self._logger, {**self._fields, **fields})

    def debug(self, event: str, **fields: object) -> None:
        self._emit(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        self._emit(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._emit(logging.WARNING, event, fields)

    def error(self, event: str, *, exc_info: bool = False, **fields: object) -> None:
        self._emit(logging.ERROR, event, fields, exc_info=exc_info)

    def _emit(self, level: int, event: str, fields: Mapping[str, object], *, exc_info: bool = False) -> None:
        if self._logger.isEnabledFor(level):
            merged = {**self._fields, **fields}
            text = " ".join([event, *(f"{key}={_shown(value)}" for key, value in merged.items())])
            self._logger.log(level, "%s", text, exc_info=exc_info, extra={"event": event, "fields": merged})


def _shown(value: object) -> str:
    text = str(value)
    return text if text and " " not in text and text.isprintable() else repr(text)


def bound(name: str, **fields: object) -> BoundLogger:
    """Return the logger called ``name`` with these fields attached to every event."""
    return BoundLogger(logging.getLogger(name), fields)

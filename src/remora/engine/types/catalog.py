"""Loads every family of types when a script first names a type that is not one of the basic ones."""

from __future__ import annotations

import threading
from typing import Final

_lock: Final = threading.RLock()
_done: Final[set[str]] = set()


def load_basic() -> None:
    """The member tables every script needs; some families declare theirs on import alone."""
    from remora.engine.types import (
        arrays,
        collections,
        commandinfo,
        core,
        dictionaries,
        errors,
        numeric,
        reference,
        registry,
        strings,
    )

    del arrays, dictionaries, reference, strings
    for net in (registry.DATETIME, registry.TIMESPAN, registry.URI, registry.SECURE, registry.CREDENTIAL):
        net.load = load_all
    for family in (core, numeric, collections, errors, commandinfo):
        family.register_types()


def load_all() -> None:
    """Import the other member tables and register their types, once; other threads wait until it is done."""
    with _lock:
        if "all" not in _done:
            _load_rest()
            _done.add("all")


def _load_rest() -> None:
    from remora.engine.completion import results as completion
    from remora.engine.members import memberinfo
    from remora.engine.module import members as modules
    from remora.engine.syntax import kinds
    from remora.engine.types import (
        attributes,
        culture,
        dates,
        diagnostics,
        enumerations,
        environment,
        fileops,
        files,
        hashes,
        hosting,
        mathematics,
        network,
        psstyle,
        regextypes,
        runtimeparameters,
        streams,
        text,
    )

    del memberinfo
    for family in (
        attributes,
        runtimeparameters,
        modules,
        kinds,
        text,
        culture,
        dates,
        regextypes,
        mathematics,
        enumerations,
        environment,
        files,
        fileops,
        hashes,
        hosting,
        completion,
        network,
        diagnostics,
        streams,
        psstyle,
    ):
        family.register_types()

"""Loads every family of types when a script first names a type that is not one of the basic ones."""

from __future__ import annotations


def load_basic() -> None:
    """The member tables every script needs."""
    from remora.engine.types import collections, commandinfo, core, errors, reference

    for family in (core, collections, errors, commandinfo):
        family.register_types()
    del reference


def load_all() -> None:
    """Import the member tables and register their types."""
    from remora.engine.types import (
        collections,
        core,
        dates,
        diagnostics,
        environment,
        errors,
        files,
        hashes,
        mathematics,
        network,
        regextypes,
        streams,
        text,
    )

    for family in (
        core, text, collections, dates, errors, regextypes, mathematics, environment, files, hashes, network, diagnostics, streams,
    ):  # fmt: skip
        family.register_types()

"""The order in which .NET's Hashtable gives whole-number keys: by bucket, from the last one down. Source: the behaviour
of System.Collections.Hashtable (open addressing with a second hash, prime sizes, a load of at most 0.72).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Final

_PRIMES: Final = (
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1103, 1327,
    1597, 1931, 2333, 2801, 3371, 4049, 4861, 5839, 7013, 8419, 10103, 12143, 14591, 17519, 21023, 25229, 30293, 36353,
    43627, 52361, 62851, 75431, 90523, 108631, 130363, 156437, 187751, 225307, 270371, 324449, 389357, 467237, 560689,
    672827, 807403, 968897, 1162687, 1395263, 1674319, 2009191, 2411033, 2893249, 3471899, 4166287, 4999559, 5999471,
    7199369,
)  # fmt: skip
_LOAD: Final = 0.72
_STEP: Final = 101
_POSITIVE: Final = 0x7FFFFFFF
_WORD: Final = 0xFFFFFFFF


def bucket_order(keys: list[Any], capacity: int = 0) -> list[Any]:
    """The keys, which were added in this order to a table made for capacity entries, as enumeration gives them. Tables
    with a key that is no whole number of at most 64 bits, or too large for the known sizes, keep their order.
    """
    hashes: list[int] = []
    for key in keys:
        if not isinstance(key, int) or not -(1 << 63) <= key < 1 << 64:
            return keys
        hashes.append(_hash(int(key)))
    if len(keys) + capacity > _PRIMES[-1] // 4:
        return keys
    size = _prime(int(capacity / _LOAD))
    slots: list[int] = [-1] * size
    for index in range(len(keys)):
        if index >= int(_LOAD * size):
            size = _prime(2 * size)
            slots = _moved(slots, hashes, size)
        _put(slots, index, hashes[index])
    return [keys[index] for index in reversed(slots) if index >= 0]


def _hash(value: int) -> int:
    if -(1 << 31) <= value < 1 << 31:
        return value & _POSITIVE
    return (value ^ value >> 32) & _POSITIVE


def _prime(least: int) -> int:
    return _PRIMES[bisect_left(_PRIMES, least)]


def _moved(slots: list[int], hashes: list[int], size: int) -> list[int]:
    grown = [-1] * size
    for index in slots:
        if index >= 0:
            _put(grown, index, hashes[index])
    return grown


def _put(slots: list[int], index: int, code: int) -> None:
    size = len(slots)
    at, step = code % size, 1 + (code * _STEP & _WORD) % (size - 1)
    while slots[at] >= 0:
        at = (at + step) % size
    slots[at] = index

"""Brute force: failed logons are slowed, then refused for a while, by account and by address. Pure but for its clock.

A name counts whether or not there is an account of it, so that nothing here tells the two apart. Memory is bounded:
the entries longest untouched go first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Final

from remora.config.winrm import RemoraSettings

MAX_ENTRIES: Final = 16384
MAX_NAMES: Final = 64
MAX_NAME: Final = 128
FIRST_DELAY: Final = 0.25
MAX_DELAY: Final = 4.0
TELL_EVERY: Final = 60.0
_OTHERS: Final = "\0others"
"""Whose failures count together when an address has tried more names than are kept; no success clears them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a refusal. delay: seconds before it is answered. blocked: credentials no longer count.

    attempts: for how many refusals a line of the audit log is due now; 0: none.
    """

    delay: float
    blocked: bool
    attempts: int


@dataclass(slots=True)
class _Entry:
    """Failures by name; under an account there is one name."""

    failures: dict[str, int] = field(default_factory=dict)
    last: float = 0.0
    told: float = -TELL_EVERY
    untold: int = 0

    @property
    def count(self) -> int:
        return sum(self.failures.values())


class LogonThrottle:
    """The counts. settings: what is in force now. clock: seconds, monotonic."""

    def __init__(self, settings: Callable[[], RemoraSettings], *, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._accounts: OrderedDict[str, _Entry] = OrderedDict()
        self._addresses: OrderedDict[str, _Entry] = OrderedDict()

    def is_blocked(self, address: str, account: str) -> bool:
        """Tell whether a logon is refused whatever it brings."""
        if not self._settings().logon_throttle:
            return False
        return self._blocking(address_key(address), account_key(account)) is not None

    def failed(self, address: str, account: str) -> Verdict:
        """Count a refusal. What is refused while blocked does not make the block longer."""
        settings = self._settings()
        if not settings.logon_throttle:
            return Verdict(0.0, False, 1)
        place, name = address_key(address), account_key(account)
        entry = self._blocking(place, name)
        if entry is not None:
            return Verdict(MAX_DELAY, True, self._due(entry))
        mine = self._count(self._accounts, name, name)
        theirs = self._count(self._addresses, place, name)
        over = max(mine - settings.logon_slow_after, theirs - settings.logon_slow_address_after)
        delay = min(MAX_DELAY, FIRST_DELAY * 2.0 ** min(over - 1, 16)) if over > 0 else 0.0
        return Verdict(delay, self._blocking(place, name) is not None, 1)

    def succeeded(self, address: str, account: str) -> None:
        """Forget the failures of an account, and those of an address that were this account's."""
        place, name = address_key(address), account_key(account)
        self._accounts.pop(name, None)
        entry = self._addresses.get(place)
        if entry is not None:
            entry.failures.pop(name, None)
            if not entry.failures:
                del self._addresses[place]

    def __len__(self) -> int:
        return len(self._accounts) + len(self._addresses)

    def _blocking(self, place: str, name: str) -> _Entry | None:
        """Return the entry that blocks, if one does."""
        settings = self._settings()
        account, address = self._fresh(self._accounts, name), self._fresh(self._addresses, place)
        if account is not None and account.count >= settings.logon_block_after:
            return account
        if address is not None and address.count >= settings.logon_block_address_after:
            return address
        return None

    def _fresh(self, table: OrderedDict[str, _Entry], key: str) -> _Entry | None:
        entry = table.get(key)
        if entry is not None and self._clock() - entry.last >= self._settings().logon_block_sec:
            del table[key]
            return None
        return entry

    def _count(self, table: OrderedDict[str, _Entry], key: str, name: str) -> int:
        entry = self._fresh(table, key)
        if entry is None:
            entry = table[key] = _Entry()
        table.move_to_end(key)
        held = name if name in entry.failures or len(entry.failures) < MAX_NAMES else _OTHERS
        entry.failures[held] = entry.failures.get(held, 0) + 1
        entry.last = self._clock()
        while len(table) > MAX_ENTRIES:
            table.popitem(last=False)
        return entry.count

    def _due(self, entry: _Entry) -> int:
        entry.untold += 1
        if self._clock() - entry.told < TELL_EVERY:
            return 0
        attempts, entry.untold, entry.told = entry.untold, 0, self._clock()
        return attempts


def account_key(name: str) -> str:
    """Return what counts as one account, however it is written: ``HOST\\alice``, ``alice@host``, ``ALICE``."""
    bare = name.rpartition("\\")[2]
    return (bare.partition("@")[0] or bare)[:MAX_NAME].casefold()


def address_key(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the 64 bits of a network that one IPv6 host is given."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:MAX_NAME]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19] + "::/64"
    return str(parsed)

"""The sequence of a seeded System.Random: Knuth's subtractive generator with lags 55 and 34 over 2**31 - 1."""

from __future__ import annotations

from typing import Final

_MODULUS: Final = 2**31 - 1
_FIRST: Final = 161_803_398
_LAG: Final = 55
_SHORT_LAG: Final = 21


class SeededSequence:
    """Numbers below 2**31 - 1, the same for the same seed as in .NET."""

    def __init__(self, seed: int) -> None:
        state = [0] * (_LAG + 1)
        value = _FIRST - min(abs(seed), _MODULUS)
        state[_LAG] = value
        following = 1
        for step in range(1, _LAG):
            at = _SHORT_LAG * step % _LAG
            state[at] = following
            following = (value - following) % 2**32
            following = following - 2**32 if following >= 2**31 else following
            if following < 0:
                following += _MODULUS
            value = state[at]
        for _ in range(4):
            for at in range(1, _LAG + 1):
                difference = state[at] - state[1 + (at + 30) % _LAG]
                state[at] = difference + _MODULUS if difference < 0 else difference
        self._state = state
        self._at = 0
        self._behind = _SHORT_LAG

    def sample(self) -> int:
        """The next number, 0 <= n < 2**31 - 1."""
        self._at = self._at % _LAG + 1
        self._behind = self._behind % _LAG + 1
        value = self._state[self._at] - self._state[self._behind]
        if value == _MODULUS:
            value -= 1
        if value < 0:
            value += _MODULUS
        self._state[self._at] = value
        return value

    def random(self) -> float:
        """The next number as a fraction, 0 <= x < 1."""
        return self.sample() * (1.0 / _MODULUS)

    def randrange(self, low: int, high: int) -> int:
        """low <= n < high; wide ranges take two samples for one number."""
        span = high - low
        if span <= _MODULUS:
            return int(self.random() * span) + low
        wide = self.sample()
        if self.sample() % 2 == 0:
            wide = -wide
        return int((wide + _MODULUS - 1) / (2.0 * _MODULUS - 1) * span) + low

    def randbytes(self, count: int) -> bytes:
        """So many bytes."""
        return bytes(self.sample() & 0xFF for _ in range(count))

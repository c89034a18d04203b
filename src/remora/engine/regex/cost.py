"""How long a search can take at most: the longest text for which a pattern ends soon, whatever the text is.

A repetition can end at many places, and each end is tried with all that follows: the ends of one after the other
multiply. It has one end only where what follows begins with none of its characters.
"""

from __future__ import annotations

from typing import Final

from remora.engine.regex import nodes as n
from remora.engine.regex.charset import EVERY, NEWLINE

MAX_STEPS: Final = 1 << 23
LONGEST: Final = 1 << 20
_MANY: Final = 64
_TOO_MUCH: Final = 1 << 13
_WORST: Final = 4
_BACKWARDS: Final = EVERY | EVERY + 1  # what follows a part that is read backwards: nothing is known of it
_AT_ENDS: Final = {n.END: 0, n.LAST_LINE_END: NEWLINE, n.LINE_END: NEWLINE}


class Bound:
    """At most ``factor * length ** power``."""

    __slots__ = ("factor", "power")

    def __init__(self, factor: int, power: int = 0) -> None:
        if factor > _TOO_MUCH or power > _WORST:
            raise EndlessError
        self.factor = factor
        self.power = power

    def __mul__(self, other: Bound) -> Bound:
        return Bound(self.factor * other.factor, self.power + other.power)

    def __add__(self, other: Bound) -> Bound:
        return Bound(self.factor + other.factor, max(self.power, other.power))


class EndlessError(Exception):
    """There is no bound that helps."""


_ONE: Final = Bound(1)


class Part:
    """What is known of a part before what follows it. ends: places where its matches can end; work: steps until all are
    found; first: characters it can begin with, together with those of what follows if it can be empty.
    """

    __slots__ = ("ends", "first", "work")

    def __init__(self, ends: Bound, work: Bound, first: int) -> None:
        self.ends = ends
        self.work = work
        self.first = first


def longest_text(node: n.Node, backwards: bool = False) -> int:
    """The length up to which every text is searched soon, 0 when there is none. backwards: from right to left."""
    try:
        steps = _part(node, _BACKWARDS if backwards else 0).work
        if backwards:
            steps *= Bound(1, 1)
        elif not _is_anchored(node):
            steps += _failing(node) * Bound(1, 1)
    except EndlessError:
        return 0
    if steps.power == 0:
        return LONGEST
    return min(LONGEST, int((MAX_STEPS / steps.factor) ** (1 / steps.power)))


def _is_anchored(node: n.Node) -> bool:
    """Tell whether a match can begin at one place only."""
    if isinstance(node, n.Sequence):
        return bool(node.items) and _is_anchored(node.items[0])
    if isinstance(node, n.Capture):
        return _is_anchored(node.child)
    return isinstance(node, n.Anchor) and node.kind in (n.BEGIN, n.START)


def _failing(node: n.Node) -> Bound:
    """The steps that lead to no match from one place, where nothing follows: a run fails at once or not at all."""
    if isinstance(node, n.Capture):
        return _failing(node.child)
    if isinstance(node, n.Alternation):
        return sum((_failing(branch) for branch in node.branches), _ONE)
    if isinstance(node, n.Repeat) and isinstance(node.child, n.Chars):
        return Bound(min(node.low, _MANY) + 1)
    if not isinstance(node, n.Sequence):
        return _part(node, 0).work
    items = list(node.items)
    while items and _never_fails(items[-1]):
        items.pop()
    if not items:
        return _ONE
    before = _sequence(items[:-1], _part(items[-1], 0).first)
    return before.work + before.ends * _failing(items[-1])


def _never_fails(node: n.Node) -> bool:
    return _never_fails(node.child) if isinstance(node, n.Capture) else isinstance(node, n.Repeat) and node.low == 0


def _part(node: n.Node, follow: int) -> Part:
    """follow: the characters with which something that comes after this part can begin."""
    if isinstance(node, n.Chars):
        return Part(_ONE, _ONE, node.chars.mask(node.ignore_case))
    if isinstance(node, n.Anchor):
        return Part(_ONE, _ONE, follow if follow == _BACKWARDS else _AT_ENDS.get(node.kind, follow))
    if isinstance(node, n.Sequence):
        return _sequence(node.items, follow)
    if isinstance(node, n.Alternation):
        return _alternation([_part(branch, follow) for branch in node.branches], follow)
    if isinstance(node, n.Capture):
        return _part(node.child, follow)
    if isinstance(node, n.Atomic):
        return _once(_part(node.child, follow | EVERY), follow, n.least_width(node))
    if isinstance(node, n.Look):
        return Part(_ONE, _part(node.child, _BACKWARDS if node.behind else EVERY).work + _ONE, follow)
    if isinstance(node, n.Repeat):
        return _repeat(node, follow)
    if isinstance(node, n.Backreference):
        return Part(_ONE, Bound(1, 1), EVERY)
    assert isinstance(node, n.Condition)
    parts = [_part(branch, follow) for branch in (node.yes, node.no)]
    found = _alternation(parts, follow)
    if isinstance(node.test, n.Node):
        found.work += _part(node.test, EVERY).work
    return found


def _once(part: Part, follow: int, width: int) -> Part:
    return Part(_ONE, part.work, part.first if width else part.first | follow)


def _sequence(items: list[n.Node], follow: int) -> Part:
    parts: list[Part] = []
    for item in reversed(items):
        part = _part(item, follow)
        parts.append(part)
        follow = follow if follow == _BACKWARDS else part.first
    ends, work = _ONE, _ONE
    for part in reversed(parts):
        work = work + ends * part.work
        ends = ends * part.ends
    return Part(ends, work, follow)


def _alternation(parts: list[Part], follow: int) -> Part:
    ends, work, first, apart = Bound(0), _ONE, 0, follow != _BACKWARDS
    for part in parts:
        apart = apart and not first & part.first
        first |= part.first
        work = work + part.work
        ends = ends + part.ends
    if apart:
        ends = Bound(max(part.ends.factor for part in parts), ends.power)
    return Part(ends, work, first)


def _repeat(node: n.Repeat, follow: int) -> Part:
    optional = node.low == 0
    if node.high == 0:
        return Part(_ONE, _ONE, follow)
    if isinstance(node.child, n.Chars):
        mask = node.child.chars.mask(node.child.ignore_case)
        return _run(node, mask, follow)
    width = n.least_width(node.child)
    whole = _part(node.child, follow)
    inner = _part(node.child, follow | whole.first if follow != _BACKWARDS else follow)
    first = inner.first | (follow if optional or width == 0 else 0)
    if node.high is not None and node.high <= _MANY:
        ends, work, passes = Bound(0 if node.low else 1), _ONE, _ONE
        for count in range(1, node.high + 1):
            work = work + passes * inner.work
            passes = passes * inner.ends
            if count >= node.low:
                ends = ends + passes
        return Part(ends, work, first)
    if width == 0 or inner.ends.factor > 1 or inner.ends.power:
        raise EndlessError
    several = Bound(1, 1)
    return Part(several if inner.first & follow else _ONE, several * inner.work, first)


def _run(node: n.Repeat, mask: int, follow: int) -> Part:
    """A repetition of single characters."""
    first = mask | (follow if node.low == 0 else 0)
    if node.low == node.high:
        return Part(_ONE, Bound(min(node.low, _MANY)), first)
    if node.high is not None and node.high <= _MANY:
        return Part(Bound(node.high - node.low + 1 if mask & follow else 1), Bound(node.high), first)
    length = Bound(1, 1)
    return Part(length if mask & follow else _ONE, Bound(2, 1), first)

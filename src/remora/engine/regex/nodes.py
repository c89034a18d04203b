"""What a pattern is made of."""

from __future__ import annotations

from remora.engine.regex.charset import CharSet

BEGIN, LINE_BEGIN, END, LAST_LINE_END, LINE_END, START, BOUNDARY, NO_BOUNDARY = range(8)


class Node:
    """A part of a pattern."""

    __slots__ = ()


class Chars(Node):
    """One character of a set."""

    __slots__ = ("chars", "ignore_case")

    def __init__(self, chars: CharSet, ignore_case: bool) -> None:
        self.chars = chars
        self.ignore_case = ignore_case


class Anchor(Node):
    """A place. kind: one of the constants above; ascii_only: word characters are ASCII's."""

    __slots__ = ("ascii_only", "kind")

    def __init__(self, kind: int, ascii_only: bool = False) -> None:
        self.kind = kind
        self.ascii_only = ascii_only


class Sequence(Node):
    """One part after the other."""

    __slots__ = ("items",)

    def __init__(self, items: list[Node]) -> None:
        self.items = items


class Alternation(Node):
    """The first of several that fits."""

    __slots__ = ("branches",)

    def __init__(self, branches: list[Node]) -> None:
        self.branches = branches


class Capture(Node):
    """A group that keeps what it matches. number: as .NET counts; or the name that gets a number when all are known."""

    __slots__ = ("child", "key")

    def __init__(self, child: Node, key: int | str) -> None:
        self.child = child
        self.key = key


class Atomic(Node):
    """A group that does not give back what it took."""

    __slots__ = ("child",)

    def __init__(self, child: Node) -> None:
        self.child = child


class Look(Node):
    """A look ahead or behind."""

    __slots__ = ("behind", "child", "negative")

    def __init__(self, child: Node, behind: bool, negative: bool) -> None:
        self.child = child
        self.behind = behind
        self.negative = negative


class Backreference(Node):
    """What a group has matched, again. or_nothing: a group without a match is nothing (ECMAScript) instead of a
    failure.
    """

    __slots__ = ("ignore_case", "key", "or_nothing")

    def __init__(self, key: int | str, ignore_case: bool, or_nothing: bool) -> None:
        self.key = key
        self.ignore_case = ignore_case
        self.or_nothing = or_nothing


class Condition(Node):
    """``(?(test)yes|no)``. test: a group's number or name, or what must fit here."""

    __slots__ = ("no", "test", "yes")

    def __init__(self, test: int | str | Node, yes: Node, no: Node) -> None:
        self.test = test
        self.yes = yes
        self.no = no


class Repeat(Node):
    """A part several times. high: None for without end."""

    __slots__ = ("child", "high", "lazy", "low")

    def __init__(self, child: Node, low: int, high: int | None, lazy: bool) -> None:
        self.child = child
        self.low = low
        self.high = high
        self.lazy = lazy


def children(node: Node) -> list[Node]:
    """The parts right below a part."""
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Alternation):
        return node.branches
    if isinstance(node, (Capture, Atomic, Look, Repeat)):
        return [node.child]
    if isinstance(node, Condition):
        return [*([node.test] if isinstance(node.test, Node) else []), node.yes, node.no]
    return []


def looks_around(node: Node) -> bool:
    """Tell whether a part looks at what it does not take."""
    return isinstance(node, (Anchor, Look)) or any(looks_around(child) for child in children(node))


def least_width(node: Node) -> int:
    """How many characters a match has at least."""
    if isinstance(node, Chars):
        return 1
    if isinstance(node, Sequence):
        return sum(least_width(item) for item in node.items)
    if isinstance(node, Alternation):
        return min(least_width(branch) for branch in node.branches)
    if isinstance(node, (Capture, Atomic)):
        return least_width(node.child)
    if isinstance(node, Repeat):
        return node.low * least_width(node.child)
    if isinstance(node, Condition):
        return min(least_width(node.yes), least_width(node.no))
    return 0

"""Which parameter sets are still possible for one call, and which mandatory parameters they lack.

Source: about_Parameter_Sets, and PowerShell's observable choices where that page is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta

if TYPE_CHECKING:
    from remora.engine.errors import PSError


class Gaps:
    """Unbound mandatory parameters of one set: those that pipeline input may still bring, and the plain ones."""

    __slots__ = ("by_name", "by_value", "plain")

    def __init__(self) -> None:
        self.by_value: list[ParameterMeta] = []
        self.by_name: list[ParameterMeta] = []
        self.plain: list[ParameterMeta] = []

    @property
    def from_input(self) -> bool:
        return bool(self.by_value or self.by_name)


class ParameterSets:
    """possible: names still possible, None before anything narrowed them. first: the set to try first for pipeline
    input. unbound: the parameters not bound yet. ambiguous: makes the error to raise when no set can be chosen.
    """

    __slots__ = ("ambiguous", "default", "first", "metadata", "possible", "unbound")

    def __init__(
        self,
        metadata: CommandMetadata,
        unbound: Callable[[], Iterable[ParameterMeta]],
        ambiguous: Callable[[], PSError],
    ) -> None:
        self.metadata = metadata
        self.unbound = unbound
        self.ambiguous = ambiguous
        self.default = metadata.default_set if metadata.default_set != ALL_SETS else ""
        self.possible: set[str] | None = None
        self.first = ""

    def narrow(self, parameter: ParameterMeta) -> None:
        """A parameter was bound: only its sets remain possible."""
        named = {name for name in parameter.sets if name != ALL_SETS}
        if named and not parameter.common:
            self.possible = named if self.possible is None else self.possible & named

    def allows(self, parameter: ParameterMeta) -> bool:
        """Tell whether the parameter belongs to a set that is still possible."""
        return parameter.everywhere or self.possible is None or not self.possible.isdisjoint(parameter.sets)

    def default_possible(self) -> bool:
        """Tell whether there is a default set and it is still possible."""
        return bool(self.default) and (self.possible is None or self.default in self.possible)

    def chosen(self) -> str:
        """The name of the set in force."""
        if self.possible is None:
            return self.default or ALL_SETS
        if len(self.possible) > 1 and self.default in self.possible:
            return self.default
        order = self.metadata.set_names
        return min(self.possible, key=order.index, default=ALL_SETS)

    def _all(self) -> set[str]:
        return set(self.metadata.set_names) if self.possible is None else set(self.possible)

    def _input_waits(self) -> bool:
        return any(spec.pipeline or spec.by_property for p in self.unbound() for _, spec in p.specs(self.possible))

    # -- choosing ------------------------------------------------------------------------------------------------------

    def validate(self, *, before_input: bool, settle: bool) -> int:
        """How many sets are possible; raises when that is none or when nothing decides between them. settle: the
        default set, when it is among them, becomes the only one.
        """
        if self.possible is None:
            return self._validate_all(before_input, settle)
        count = len(self.possible)
        if count == 0:
            raise self.ambiguous()
        if count == 1:
            return 1
        if self.default in self.possible:
            if settle:
                self.possible = {self.default}
                return 1
            return count
        if before_input and self._input_waits():
            return count
        self._decide()
        return 1

    def _validate_all(self, before_input: bool, settle: bool) -> int:
        count = max(len(self.metadata.set_names), 1)
        if before_input and self._input_waits():
            return count
        if self.default:
            if settle:
                self.possible = {self.default}
                return 1
            return count
        if count > 1:
            self._decide()
            return 1
        return count

    def _decide(self) -> None:
        """Take the one set that lacks no mandatory parameter."""
        left = self._all()
        for parameter in self.unbound():
            left -= {name for name, spec in parameter.sets.items() if spec.mandatory}
        if len(left) != 1:
            raise self.ambiguous()
        self.possible = left

    def keep_those_with_input(self, delayed: Iterable[ParameterMeta]) -> bool:
        """Drop sets that cannot take pipeline input any more; True when something was dropped."""
        taking: set[str] = {name for p in delayed for name in p.sets if name != ALL_SETS}
        for parameter in self.unbound():
            for name, spec in parameter.specs(self.possible):
                if spec.pipeline or spec.by_property:
                    if name == ALL_SETS:
                        return False
                    taking.add(name)
        if not taking:
            return False
        before, self.possible = self.possible, self._all() & taking
        return self.possible != before

    # -- mandatory parameters ------------------------------------------------------------------------------------------

    def missing(self, *, count: int, expecting: bool) -> list[ParameterMeta]:
        """Mandatory parameters that nothing can bring any more. expecting: pipeline input will come."""
        gaps: dict[str, Gaps] = {}
        out: list[ParameterMeta] = []
        for parameter in self.unbound():
            if not parameter.mandatory:
                continue
            lacks = False
            for name, spec in parameter.specs(self.possible):
                if not spec.mandatory:
                    continue
                lacks = True
                gap = gaps.setdefault(name, Gaps())
                if expecting and (spec.pipeline or spec.by_property):
                    if spec.pipeline:
                        gap.by_value.append(parameter)
                    if spec.by_property:
                        gap.by_name.append(parameter)
                else:
                    gap.plain.append(parameter)
            if lacks:
                out.append(parameter)
        if not expecting or not gaps:
            return out
        return self._missing_with_input(gaps, count)

    def _missing_with_input(self, gaps: dict[str, Gaps], count: int) -> list[ParameterMeta]:
        named = {name: gap for name, gap in gaps.items() if name != ALL_SETS}
        lacking = self._all() if ALL_SETS in gaps or not named else self._all() & set(named)
        if count > 1 and self.default_possible() and self.default not in lacking:
            waits = any(g.from_input for name, g in named.items() if name in self._all() and name != self.default)
            if not waits:
                lacking = self._all() - lacking
                self.possible = set(lacking)
                if self.possible != {self.default}:
                    self.first = self.default
        if not lacking and self.metadata.set_names:
            raise self.ambiguous()
        if len(lacking) <= 1:
            return _plain(gaps, lacking)
        if self.first:
            return []
        if self.default in lacking and self._latches(gaps, named):
            self.possible = {self.default}
            return _plain(gaps, {self.default})
        return self._by_input(gaps, {n: g for n, g in named.items() if n in lacking})

    def _latches(self, gaps: dict[str, Gaps], named: dict[str, Gaps]) -> bool:
        """Tell whether the default set is to be taken although others lack something too."""
        others = [gap for name, gap in named.items() if name != self.default]
        other_value = any(gap.from_input and not gap.plain for gap in others)
        other_name = any(gap.by_name for gap in others)
        own = named.get(self.default)
        if own is not None and own.by_name and not other_name:
            return True
        return not other_value or bool(ALL_SETS in gaps and gaps[ALL_SETS].plain)

    def _by_input(self, gaps: dict[str, Gaps], named: dict[str, Gaps]) -> list[ParameterMeta]:
        """Choose by what the pipeline can bring."""
        by_value = [name for name, gap in named.items() if gap.by_value]
        by_name = [name for name, gap in named.items() if gap.by_name]
        only_value = by_value[0] if len(by_value) == 1 else ""
        only_name = by_name[0] if len(by_name) == 1 else ""
        chosen = ""
        if only_value and only_value == only_name:
            chosen = only_value
        elif bool(by_value) != bool(by_name):
            chosen = only_value or only_name
        lacks_plain = any(gap.plain for name, gap in gaps.items() if name == ALL_SETS or name in named)
        if not chosen and lacks_plain:
            chosen = only_value
        if chosen:
            self._prefer(chosen, gaps)
            return _plain(gaps, {chosen})
        if lacks_plain:
            if len(by_value) < 2 and len(by_name) < 2:
                raise self.ambiguous()
            hopeless = {name for name, gap in named.items() if gap.plain}
            if hopeless:
                self.possible = self._all() - hopeless
                if not self.possible:
                    raise self.ambiguous()
        return []

    def _prefer(self, chosen: str, gaps: dict[str, Gaps]) -> None:
        if gaps[chosen].plain:
            self.possible = {chosen}
            return
        self.possible = self._all() - {name for name in gaps if name not in (chosen, ALL_SETS)}
        if self.possible != {chosen}:
            self.first = chosen


def _plain(gaps: dict[str, Gaps], names: set[str]) -> list[ParameterMeta]:
    out: list[ParameterMeta] = []
    for name, gap in gaps.items():
        if name == ALL_SETS or name in names:
            out.extend(p for p in gap.plain if p not in out)
    return out

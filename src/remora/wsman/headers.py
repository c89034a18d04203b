"""What stands in the SOAP header of a request or reply, as plain values (MS-WSMV 2.2.4, wire-protocol 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from remora.wsman import uris

TRUE_TEXTS = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True)
class SelectorSet:
    """Selectors in wire order; names are compared without regard to case, values verbatim."""

    items: tuple[tuple[str, str], ...] = ()

    @classmethod
    def shell(cls, shell_id: str) -> SelectorSet:
        """Return the selector set that names one shell."""
        return cls((("ShellId", shell_id),))

    def get(self, name: str) -> str | None:
        wanted = name.lower()
        for key, value in self.items:
            if key.lower() == wanted:
                return value
        return None

    @property
    def shell_id(self) -> str | None:
        return self.get("ShellId")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One w:Option; must_comply makes an unknown name an error instead of a wish."""

    name: str
    value: str
    must_comply: bool = False


@dataclass(frozen=True, slots=True)
class OptionSet:
    """Options in wire order; names are case-sensitive."""

    items: tuple[Option, ...] = ()

    @classmethod
    def of(cls, **values: str) -> OptionSet:
        """Return options without MustComply from keyword arguments."""
        return cls(tuple(Option(name=name, value=value) for name, value in values.items()))

    def get(self, name: str) -> str | None:
        for option in self.items:
            if option.name == name:
                return option.value
        return None

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean option: ``TRUE``, ``True`` and ``1`` are true."""
        value = self.get(name)
        return default if value is None else value.strip().lower() in TRUE_TEXTS

    def with_option(self, name: str, value: str, *, must_comply: bool = False) -> OptionSet:
        """Return these options with one more; an option of this name is replaced."""
        kept = tuple(option for option in self.items if option.name != name)
        return OptionSet((*kept, Option(name=name, value=value, must_comply=must_comply)))

    def without(self, name: str) -> OptionSet:
        return OptionSet(tuple(option for option in self.items if option.name != name))

    def __iter__(self) -> Iterator[Option]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A part of a representation (w:FragmentTransfer, DSP0226 7.7). dialect: XPath 1.0 unless said otherwise."""

    path: str
    dialect: str = uris.XPATH


NO_SELECTORS: Final = SelectorSet()
NO_OPTIONS: Final = OptionSet()


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The header block of one envelope. Ids are verbatim texts (``uuid:...``): they are echoed byte for byte.

    operation_timeout: seconds. max_envelope_size: bytes the sender takes back. compression: rsp:CompressionType.
    """

    action: str | None = None
    resource_uri: str | None = None
    to: str | None = None
    message_id: str | None = None
    relates_to: str | None = None
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    max_envelope_size: int | None = None
    operation_timeout: float | None = None
    session_id: str | None = None
    operation_id: str | None = None
    sequence_id: int | None = None
    locale: str | None = None
    data_locale: str | None = None
    compression: str | None = None
    fragment: Fragment | None = None
    activity_id: str | None = None

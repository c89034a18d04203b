"""What a provider is: the operations that item cmdlets ask of it, each refused until a provider has it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError, error
from remora.modules.common import as_list
from remora.values import PSObject

if TYPE_CHECKING:
    from remora.engine.session import SessionState

_M = "System.Management.Automation."


class ItemCommand(Cmdlet):
    """A cmdlet that asks providers; what it does not declare as a parameter is not given."""

    path: Any = None
    literal_path: Any = None
    filter: Any = None
    include: Any = None
    exclude: Any = None
    force: Any = False
    pass_thru: Any = False
    options: Any = None
    encoding: Any = None
    as_byte_stream: Any = False
    no_newline: Any = False
    raw: Any = False
    wait: Any = False
    delimiter: Any = None
    total_count: Any = -1
    tail: Any = -1

    def dynamic_parameters(self) -> Sequence[Parameter]:
        """What the provider of the first path adds."""
        from remora.modules.management.providers import provider_of

        given = self.path if self.literal_path is None else self.literal_path
        first = next(iter(as_list(given)), "")
        if not isinstance(first, str) or (self.session.drives.current.is_file_system and ":" not in first):
            return ()
        try:
            place = self.session.resolve_path(first)
        except PSError:
            return ()
        return provider_of(self.session, place).dynamic_parameters(self, place)


def dynamic(attribute: str, parameter: Parameter) -> Parameter:
    """A parameter that a provider adds, with the attribute of the cmdlet that holds its value."""
    parameter.__set_name__(ItemCommand, attribute)
    return parameter


class ContentReader(ABC):
    """Reads an item's content in blocks."""

    @abstractmethod
    def blocks(self, command: Cmdlet) -> Generator[Any]:
        """The objects in order; lines, bytes, or whatever the item holds. Close it to let go of what is open."""


class ContentWriter(ABC):
    """Takes an item's new content."""

    @abstractmethod
    def write(self, values: list[Any]) -> None:
        """Take some more objects."""

    @abstractmethod
    def close(self) -> None:
        """No more comes."""


class Provider(ABC):
    """Items by path below a drive; the empty path is a flat drive itself.

    Operations take the cmdlet that asks: for its parameters (Force ...), its errors and its ShouldProcess. What they
    cannot do raises PSError NotSupported.
    """

    has_filter = False
    is_navigable = False

    def __init__(self, session: SessionState) -> None:
        self.session = session

    # -- looking -------------------------------------------------------------------------------------------------------

    @abstractmethod
    def exists(self, path: str) -> bool:
        """Is there something at that path?"""

    @abstractmethod
    def is_container(self, path: str) -> bool:
        """Can that path have children?"""

    def is_hidden(self, name: str) -> bool:
        """Do wildcards pass that name over without -Force?"""
        return False

    @abstractmethod
    def names(self, path: str) -> Iterable[str]:
        """Names of the children in order."""

    def has_children(self, path: str) -> bool:
        """Is there at least one child?"""
        return self.is_container(path) and any(True for _ in self.names(path))

    def lets_through(self, command: ItemCommand, item: Any) -> bool:
        """Does an item fit the parameters that the provider has added to Get-ChildItem?"""
        return True

    def join(self, parent: str, name: str) -> str:
        """Path of a child."""
        return name

    @abstractmethod
    def item(self, place: ResolvedPath) -> Any:
        """The object for a path that exists, with its PSPath and other notes."""

    def with_notes(self, value: Any, place: ResolvedPath) -> Any:
        """A value of a flat provider as an item."""
        return PSObject(
            base=value,
            extended={
                "PSPath": place.ps_path(),
                "PSDrive": place.drive,
                "PSProvider": place.drive.info,
                "PSIsContainer": self.is_container(place.path),
            },
        )

    def dynamic_parameters(self, command: ItemCommand, place: ResolvedPath) -> Sequence[Parameter]:
        """Parameters that a cmdlet has at that place beside its own; names of attributes as the parameters say."""
        return ()

    # -- changing ------------------------------------------------------------------------------------------------------

    def new_item(self, command: ItemCommand, place: ResolvedPath, kind: str | None, value: Any) -> None:
        raise lacks()

    def set_item(self, command: ItemCommand, place: ResolvedPath, value: Any) -> None:
        raise lacks()

    def clear_item(self, command: ItemCommand, place: ResolvedPath) -> None:
        raise lacks()

    def invoke_item(self, command: ItemCommand, place: ResolvedPath) -> None:
        raise lacks()

    def remove_item(self, command: ItemCommand, place: ResolvedPath, *, recurse: bool) -> None:
        raise lacks()

    def rename_item(self, command: ItemCommand, place: ResolvedPath, new_name: str) -> None:
        raise lacks()

    def copy_item(self, command: ItemCommand, place: ResolvedPath, target: ResolvedPath, *, recurse: bool) -> None:
        raise lacks()

    def move_item(self, command: ItemCommand, place: ResolvedPath, target: ResolvedPath) -> None:
        raise no_dynamic_parameters("The NavigationCmdletProvider methods are not supported by this provider.")

    # -- content -------------------------------------------------------------------------------------------------------

    def reader(self, command: ItemCommand, place: ResolvedPath) -> ContentReader | None:
        """What reads the content; None after an error was written."""
        raise lacks("Cannot use interface. The IContentCmdletProvider interface is not implemented by this provider.")

    def writer(self, command: ItemCommand, place: ResolvedPath, *, append: bool) -> ContentWriter | None:
        """What takes new content; None after an error was written."""
        raise lacks("Cannot use interface. The IContentCmdletProvider interface is not implemented by this provider.")

    def clear_content(self, command: ItemCommand, place: ResolvedPath) -> None:
        raise lacks(
            "Cannot perform the ClearContent operation. The ClearContent operation is not supported by this provider."
        )

    # -- properties ----------------------------------------------------------------------------------------------------

    def get_property(self, command: ItemCommand, place: ResolvedPath, names: list[str] | None) -> Any:
        """An object with the named properties, or the whole item; None after an error was written."""
        raise lacks("Cannot use interface. The IPropertyCmdletProvider interface is not supported by this provider.")

    def set_property(self, command: ItemCommand, place: ResolvedPath, values: dict[str, Any]) -> Any:
        raise lacks("Cannot use interface. The IPropertyCmdletProvider interface is not supported by this provider.")

    def clear_property(self, command: ItemCommand, place: ResolvedPath, names: list[str]) -> Any:
        raise lacks("Cannot use interface. The IPropertyCmdletProvider interface is not supported by this provider.")

    def change_properties(self, command: ItemCommand, place: ResolvedPath) -> None:
        """New-, Remove-, Rename-, Copy- and Move-ItemProperty: for providers whose items have free properties."""
        raise lacks(
            "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not implemented by this provider."
        )


def lacks(
    message: str = "Provider operation stopped because the provider does not support this operation.",
) -> PSError:
    """An operation the provider does not have."""
    return error(message, "NotSupported", "NotImplemented", type_name=_M + "PSNotSupportedException")


def no_dynamic_parameters(reason: str) -> PSError:
    """The provider was asked for an operation before the command could even begin."""
    return error(
        f"Cannot retrieve the dynamic parameters for the cmdlet. {reason}",
        "GetDynamicParametersException",
        "InvalidArgument",
        type_name=_M + "ParameterBindingException",
    )


def bad_argument(message: str, target: Any = None, error_id: str = "Argument") -> PSError:
    """A wrong argument that only the provider can see."""
    return error(message, error_id, "InvalidArgument", target, type_name=_M + "PSArgumentException")

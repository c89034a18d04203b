"""The flat drives Env:, Variable:, Function: and Alias:."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

from remora.engine.commands import AliasInfo, FunctionInfo
from remora.engine.compile.variables import in_scope, set_environment
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.drives import ResolvedPath
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.format.pairs import Pair
from remora.engine.scopes import CONSTANT, READ_ONLY
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.modules.management.providers.base import ContentReader, ContentWriter, Provider, bad_argument

if TYPE_CHECKING:
    from remora.engine.cmdlet import Cmdlet
    from remora.modules.management.providers.base import ItemCommand

_SESSION_STATE = "System.Management.Automation."


class SessionStateProvider(Provider):
    """Common part: only the drive itself has children; an item is a name with a value."""

    what = ""

    def exists(self, path: str) -> bool:
        return not path or self.find(path) is not None

    def is_container(self, path: str) -> bool:
        return not path

    def names(self, path: str) -> Iterable[str]:
        return sorted(self.table(), key=str.lower) if not path else [path]

    def item(self, place: ResolvedPath) -> Any:
        if place.path:
            return self.with_notes(self.find(place.path), place)
        return [self.item(place.at(name)) for name in self.names("")]

    @abstractmethod
    def table(self) -> Iterable[str]:
        """All names."""

    @abstractmethod
    def find(self, name: str) -> Any:
        """The item's object, None when there is none."""

    def value(self, found: Any) -> Any:
        """What copying the item takes."""
        return found

    def content(self, found: Any) -> Any:
        """What Get-Content gives."""
        return self.value(found)

    @abstractmethod
    def assign(self, command: ItemCommand, name: str, value: Any) -> None:
        """Give the item a value; None removes it where there can be no empty item."""

    @abstractmethod
    def drop(self, command: ItemCommand, name: str) -> None:
        """Take the item away."""

    def options(self, found: Any) -> int:
        """ReadOnly and Constant bits of the item."""
        return 0

    # -- changing ------------------------------------------------------------------------------------------------------

    def new_item(self, command: ItemCommand, place: ResolvedPath, kind: str | None, value: Any) -> None:
        name = place.path
        if not name:
            raise error("Value cannot be null. (Parameter 'path')", "NewItemNullPath", "InvalidArgument", name)
        if value is None:
            command.fail(
                "Cannot process argument because the value of argument \"value\" is null. Change the value of argument "
                '"value" to a non-null value.', "NewItemValueNotSpecified", "InvalidArgument", name,
                type_name="System.Management.Automation.PSArgumentNullException",
            )  # fmt: skip
            return
        if self.exists(name) and not command.force:
            command.write_error(bad_argument(f"The item at path '{name}' already exists.").record)
            return
        if command.should_process(f"Item: {name} Type: {kind or ''} Value: {to_text(value)}", "New Item"):
            self._assign_and_show(command, place, value)

    def set_item(self, command: ItemCommand, place: ResolvedPath, value: Any) -> None:
        if not place.path:
            raise error("Value cannot be null. (Parameter 'name')", "SetItemNullName", "InvalidArgument", place.path)
        if command.should_process(f"Item: {place.path} Value: {to_text(value)}", "Set Item"):
            self._assign_and_show(command, place, value, show=command.pass_thru)

    def _assign_and_show(self, command: ItemCommand, place: ResolvedPath, value: Any, *, show: bool = True) -> None:
        try:
            self.assign(command, place.path, unwrap(value))
        except PSError as problem:
            command.write_error(problem.record)
            return
        if show and self.exists(place.path):
            command.emit(self.item(place))

    def clear_item(self, command: ItemCommand, place: ResolvedPath) -> None:
        if command.should_process(f"Item: {place.path}", "Clear Item"):
            self._assign_and_show(command, place, None, show=False)

    def remove_item(self, command: ItemCommand, place: ResolvedPath, *, recurse: bool) -> None:
        if not place.path:
            command.fail(
                "Cannot process argument because the value of argument \"path\" is not valid.",
                "RemoveItemNullPath", "InvalidArgument", type_name="System.Management.Automation.PSArgumentException",
            )  # fmt: skip
        elif command.should_process(f"Item: {place.path}", "Remove Item"):
            try:
                self._check(place.path, command.force, "NotRemovable", f"Cannot remove {self.what} {{}} because it is")
                self.drop(command, place.path)
            except PSError as problem:
                command.write_error(problem.record)

    def rename_item(self, command: ItemCommand, place: ResolvedPath, new_name: str) -> None:
        found = self.find(place.path)
        if self.exists(new_name) and not command.force:
            command.write_error(bad_argument(f"The item at path '{new_name}' already exists.").record)
            return
        try:
            self._check(place.path, command.force, "", f"Cannot rename {self.what} because {self.what} {{}} is")
            if command.should_process(f"Item: {place.path} NewName: {new_name}", "Rename Item"):
                self.assign(command, new_name, found if self.what != "variable" else self.value(found))
                self.drop(command, place.path)
                if command.pass_thru:
                    command.emit(self.item(place.at(new_name)))
        except PSError as problem:
            command.write_error(problem.record)

    def copy_item(self, command: ItemCommand, place: ResolvedPath, target: ResolvedPath, *, recurse: bool) -> None:
        if target.path and command.should_process(f"Item: {place.path} Destination: {target.path}", "Copy Item"):
            self._assign_and_show(command, target, self.value(self.find(place.path)), show=command.pass_thru)

    def _check(self, name: str, force: bool, suffix: str, message: str) -> None:
        """Refuse to touch what is constant, or read-only without -Force."""
        bits = self.options(self.find(name))
        if bits & CONSTANT or (bits & READ_ONLY and not force):
            kind = self.what.capitalize()
            raise error(
                f"{message.format(name)} constant or read-only.", kind + suffix if suffix else f"CannotRename{kind}",
                "WriteError", name, type_name=_SESSION_STATE + "SessionStateUnauthorizedAccessException",
            )  # fmt: skip

    # -- content -------------------------------------------------------------------------------------------------------

    def reader(self, command: ItemCommand, place: ResolvedPath) -> ContentReader | None:
        if not place.path:
            raise error(
                "Cannot process argument because the value of argument \"path\" is not valid.", "Argument",
                "InvalidArgument", type_name="System.Management.Automation.PSArgumentException",
            )  # fmt: skip
        return _Reader(self.content(self.find(place.path)))

    def writer(self, command: ItemCommand, place: ResolvedPath, *, append: bool) -> ContentWriter | None:
        return _Writer(self, command, place.path)


class _Reader(ContentReader):
    def __init__(self, value: Any) -> None:
        self._value = value

    def blocks(self, command: Cmdlet) -> Generator[Any]:
        yield from items_of(self._value) if is_enumerable(self._value) else (self._value,)


class _Writer(ContentWriter):
    """The item's value is what the last block brought: one value, or an array."""

    def __init__(self, provider: SessionStateProvider, command: ItemCommand, name: str) -> None:
        self._provider = provider
        self._command = command
        self._name = name
        self._values: list[Any] = []

    def write(self, values: list[Any]) -> None:
        self._values.extend(values)

    def close(self) -> None:
        value = self._values[0] if len(self._values) == 1 else list(self._values)
        self._provider.assign(self._command, self._name, unwrap(value) if self._values else None)


class EnvironmentProvider(SessionStateProvider):
    """Environment variables; values are texts, names count by case as Unix has them."""

    what = "environment variable"

    def table(self) -> Iterable[str]:
        return list(os.environ)

    def find(self, name: str) -> Any:
        return Pair(name, os.environ[name]) if name in os.environ else None

    def value(self, found: Any) -> Any:
        return found.value

    def assign(self, command: ItemCommand, name: str, value: Any) -> None:
        set_environment(name, value.value if isinstance(value, Pair) else value)

    def drop(self, command: ItemCommand, name: str) -> None:
        os.environ.pop(name, None)


class VariableProvider(SessionStateProvider):
    """Variables of the session."""

    what = "variable"

    def table(self) -> Iterable[str]:
        return [cell.name for cell in self.session.variables()]

    def find(self, name: str) -> Any:
        from remora.engine.variable import PSVariable

        cell = self.session.find_cell(*in_scope(name))
        return None if cell is None else PSVariable(cell)

    def value(self, found: Any) -> Any:
        return found.cell.value

    def options(self, found: Any) -> int:
        return int(found.cell.options)

    def assign(self, command: ItemCommand, name: str, value: Any) -> None:
        from remora.engine.scopes import READ_ONLY
        from remora.engine.variable import PSVariable

        known = self.find(name)
        if known is not None and command.force and self.options(known) & READ_ONLY:
            known.cell.value = value.cell.value if isinstance(value, PSVariable) else value
            return
        bare, scope = in_scope(name)
        self.session.set_variable(bare, value.cell.value if isinstance(value, PSVariable) else value, scope)

    def drop(self, command: ItemCommand, name: str) -> None:
        self.session.remove_variable(*in_scope(name))


class _CommandProvider(SessionStateProvider):
    """Functions and aliases: items with options."""

    def options(self, found: Any) -> int:
        return int(found.options)

    def assign(self, command: ItemCommand, name: str, value: Any) -> None:
        from remora.engine.types.enumerations import SCOPED_ITEM_OPTIONS

        given = getattr(command, "options", None)
        bits = None if given is None else int(convert_to(given, SCOPED_ITEM_OPTIONS.name))
        known = self.find(name)
        if value is None and bits is None:
            if known is not None:
                self._check(name, command.force, "NotRemovable", f"Cannot remove {self.what} {{}} because it is")
                self.drop(command, name)
            return
        if value is None:
            if known is not None:
                known.options = bits
            return
        if known is not None:
            self._check(name, command.force, "NotWritable", f"Cannot write to {self.what} {{}} because it is")
        self.store(name, value, bits)

    @abstractmethod
    def store(self, name: str, value: Any, bits: int | None) -> None:
        """Make or replace the item. bits: its options, None when not said."""


class FunctionProvider(_CommandProvider):
    """Functions of the session."""

    what = "function"

    def table(self) -> Iterable[str]:
        return [info.name for info in self.session.functions().values()]

    def find(self, name: str) -> Any:
        bare, scope = in_scope(name)
        return self.session.functions(scope).get(bare.lower())

    def value(self, found: Any) -> Any:
        return found.block

    def store(self, name: str, value: Any, bits: int | None) -> None:
        if isinstance(value, FunctionInfo):
            block: Any = value.block
            bits = value.options if bits is None else bits
        elif isinstance(value, str):
            block = self.session.context.make_block(value)
        else:
            block = value
        if not isinstance(block, ScriptBlock):
            raise bad_argument("Cannot process argument because the value of argument \"value\" is not valid. Change "
                               "the value of the \"value\" argument and run the operation again.")  # fmt: skip
        bare, scope = in_scope(name)
        self.session.set_function(bare, block, scope).options = bits or 0

    def drop(self, command: ItemCommand, name: str) -> None:
        self.session.remove_function(*in_scope(name))


class AliasProvider(_CommandProvider):
    """Aliases of the session."""

    what = "alias"

    def table(self) -> Iterable[str]:
        return [info.name for info in self.session.aliases().values()]

    def find(self, name: str) -> Any:
        bare, scope = in_scope(name)
        return self.session.aliases(scope).get(bare.lower())

    def value(self, found: Any) -> Any:
        return found.target

    def store(self, name: str, value: Any, bits: int | None) -> None:
        if isinstance(value, AliasInfo):
            bits = value.options if bits is None else bits
            value = value.target
        bare, scope = in_scope(name)
        self.session.set_alias(AliasInfo(bare, to_text(value), options=bits or 0), scope)

    def drop(self, command: ItemCommand, name: str) -> None:
        self.session.remove_alias(name)

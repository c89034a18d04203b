"""Commands of a [powershell]: PSCommand, Command, CommandParameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import BY_CLASS, COLLECTION_OF, unwrap
from remora.values.collections import GenericList
from remora.values.tables import Hashtable

_M = "System.Management.Automation."


class CommandParameter(NetObject):
    """A parameter of a command: its name without dash (None: an argument by position) and its value."""

    __slots__ = ("given", "name", "value")
    net_type = NetType(_M + "Runspaces.CommandParameter", OBJECT)

    def __init__(self, name: str | None, value: Any = None, given: bool = True) -> None:
        self.name = name
        self.value = value
        self.given = given


class ParameterCollection(GenericList):
    """The parameters of a command, in order."""


PARAMETERS = NetType(_M + "Runspaces.CommandParameterCollection", COLLECTION_OF)
BY_CLASS[ParameterCollection] = PARAMETERS


@PARAMETERS.method("Add(object item)", "Add(string name, object value)", returns="void")
def _add_parameter(parameters: ParameterCollection, name: Any, *value: Any) -> None:
    inner = unwrap(name)
    if not isinstance(inner, CommandParameter):
        inner = CommandParameter(to_text(inner), value[0] if value else None, given=bool(value))
    parameters.append(inner)


class Command(NetObject):
    """One command: the name of a command, or a script. ends_statement: the next one starts a new statement."""

    __slots__ = ("ends_statement", "is_script", "items", "merges", "name", "use_local_scope")
    net_type = NetType(_M + "Runspaces.Command", OBJECT)

    def __init__(self, name: str, is_script: bool = False, use_local_scope: bool | None = None) -> None:
        self.name = name
        self.is_script = is_script
        self.use_local_scope = use_local_scope
        self.items = ParameterCollection([], _M + "Runspaces.CommandParameter")
        self.merges: Merges | None = None
        self.ends_statement = False

    @property
    def parameters(self) -> list[tuple[str | None, Any]]:
        """(name or None, value) pairs; a switch has the value None."""
        return [(p.name, p.value) for p in self.items]

    def net_text(self) -> str:
        return self.name


class Merges:
    """MergeMyResults: the streams that go into the output."""

    def __init__(self, *streams: str) -> None:
        for stream in ("error", "warning", "verbose", "debug", "information"):
            setattr(self, stream, stream in streams or None)


class PSCommand(NetObject):
    """What a [powershell] runs: commands in a row, joined to pipelines, pipelines separated by AddStatement."""

    __slots__ = ("commands",)
    net_type = NetType(_M + "PSCommand", OBJECT)

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self.commands: GenericList = GenericList(list(commands), _M + "Runspaces.Command")

    def statements(self) -> list[list[Command]]:
        """The pipelines."""
        out: list[list[Command]] = [[]]
        for command in self.commands:
            out[-1].append(command)
            if command.ends_statement:
                out.append([])
        return [statement for statement in out if statement]

    # -- building ------------------------------------------------------------------------------------------------------

    def add(self, command: Command) -> None:
        self.commands.append(command)

    def add_script(self, text: str, local: bool | None = None) -> None:
        self.add(Command(text, True, local))

    def add_command(self, name: Any, local: bool | None = None) -> None:
        """By name, or a Command or command object."""
        inner = unwrap(name)
        if isinstance(inner, Command):
            self.add(inner)
        else:
            self.add(Command(to_text(inner), False, local))

    def add_parameter(self, name: str | None, value: Any = None, given: bool = True) -> None:
        """To the last command. Raises PSError InvalidOperation when there is none."""
        if not self.commands:
            raise _no_command()
        if name is not None and not name.strip():
            raise error(
                'Cannot process argument because the value of argument "name" is null.',
                "ArgumentNull",
                "InvalidArgument",
                type_name=_M + "PSArgumentNullException",
            )
        self.commands[-1].items.append(CommandParameter(name, value, given))

    def add_parameters(self, values: Any) -> None:
        """Named ones from a dictionary, positional ones from a list."""
        inner = unwrap(values)
        if isinstance(inner, (Hashtable, dict)):
            for key, value in inner.items():
                self.add_parameter(to_text(key), value)
        else:
            for value in items_of(inner):
                self.add_parameter(None, value)

    def end_statement(self) -> None:
        if self.commands:
            self.commands[-1].ends_statement = True

    def copy(self) -> PSCommand:
        return PSCommand(self.commands)


def _no_command() -> PSError:
    return error(
        "Cannot add a parameter because there is no command. A command is required before you can add a parameter.",
        "InvalidOperation",
        "InvalidOperation",
        type_name=_M + "PSInvalidOperationException",
    )


def declare_builders(kind: NetType, command_of: Any) -> None:
    """AddCommand and its relatives on a type: each changes ``command_of(self)`` and returns the object."""

    def chained(*signatures: str) -> Any:
        def declare(change: Any) -> Any:
            def run(self: Any, *arguments: Any) -> Any:
                change(command_of(self), *arguments)
                return self

            return kind.method(*signatures)(run)

        return declare

    chained("AddScript(string)", "AddScript(string, bool)")(lambda c, *a: c.add_script(*a))
    chained("AddCommand(object)", "AddCommand(string, bool)")(lambda c, *a: c.add_command(*a))
    chained("AddArgument(object)")(lambda c, value: c.add_parameter(None, value))
    chained("AddParameter(string)")(lambda c, name: c.add_parameter(name.lstrip("-"), None, given=False))
    chained("AddParameter(string, object)")(lambda c, name, value: c.add_parameter(name.lstrip("-"), value))
    chained("AddParameters(object)")(lambda c, values: c.add_parameters(values))
    chained("AddStatement()")(lambda c: c.end_statement())


def _declare() -> None:
    p = CommandParameter.net_type
    p.property("Name", "System.String")(lambda o: o.name)
    p.property("Value")(lambda o: o.value)
    p.constructor("(string)", "(string, object)")(lambda name, value=None: CommandParameter(name or None, value))
    c = Command.net_type
    c.property("CommandText", "System.String")(lambda o: o.name)
    c.property("IsScript", "System.Boolean")(lambda o: o.is_script)
    c.property("UseLocalScope", "System.Boolean")(lambda o: bool(o.use_local_scope))
    c.property("IsEndOfStatement", "System.Boolean")(lambda o: o.ends_statement)
    c.property("Parameters")(lambda o: o.items)
    c.constructor("(string)", "(string, bool)", "(string, bool, bool)")(Command)
    c.method("MergeMyResults(object, object)", returns="void")(_merge)
    k = PSCommand.net_type
    k.property("Commands")(lambda o: o.commands)
    k.method("Clear()", returns="void")(lambda o: o.commands.clear())
    k.method("Clone()")(lambda o: o.copy())
    k.constructor("()")(PSCommand)
    declare_builders(k, lambda o: o)


def _merge(command: Command, source: Any, target: Any) -> None:
    wanted = to_text(source).lower()
    if to_text(target).lower() != "output":
        raise error("Only output can be the target of merged results.", "NotSupported", "NotImplemented")
    command.merges = Merges(
        *(("error", "warning", "verbose", "debug", "information") if wanted == "all" else (wanted,))
    )


_declare()

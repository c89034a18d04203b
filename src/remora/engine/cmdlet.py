"""How a cmdlet is written: a class with declared parameters and begin/process/end.

    @cmdlet("Get-Thing", aliases=("gth",))
    class GetThing(Cmdlet):
        '''Shown by Get-Help.'''
        name = Parameter("string[]", position=0, by_property=True)
        force = Parameter("switch")

        def process(self) -> None:
            for name in self.name or ():
                self.emit(name)

Attribute names are the snake_case of the PascalCase parameter names. Unbound parameters read as their default. A class
is registered
nowhere by being defined: ``CommandTable.add_cmdlets`` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

from remora.engine.errors import ErrorRecord, PSError, StopUpstream, error

if TYPE_CHECKING:
    from remora.engine.command_runtime import CommandRuntime
    from remora.engine.frame import Frame
    from remora.engine.records import InformationRecord, ProgressRecord
    from remora.engine.session import SessionState
    from remora.engine.validators import Validator

C = TypeVar("C", bound="type[Cmdlet]")


class Parameter:
    """Declares one parameter of a cmdlet.

    type: a PowerShell type name ("string", "int[]", "switch", "object", "psobject", "scriptblock", "hashtable",
    "datetime" ...).
    sets: names of the parameter sets it belongs to (empty: all), or a mapping set name -> overrides of mandatory,
    position,
    pipeline, by_property, remaining. validate: objects of ``remora.engine.validators``. default: value when not bound
    (a switch: False). refused: PowerShell has it and this engine cannot do it; who gives it gets NotSupported.
    lenient: aliases that PowerShell lacks, and that strict reading does not know. transform: what a given value
    becomes before it is converted, from the frame and the value.
    """

    __slots__ = (
        "aliases",
        "allow_empty",
        "allow_null",
        "attribute",
        "by_property",
        "default",
        "help",
        "lenient",
        "mandatory",
        "name",
        "pipeline",
        "position",
        "refused",
        "remaining",
        "sets",
        "transform",
        "type",
        "validate",
    )

    def __init__(
        self,
        type: str = "object",
        *,
        name: str | None = None,
        position: int | None = None,
        mandatory: bool = False,
        pipeline: bool = False,
        by_property: bool = False,
        remaining: bool = False,
        sets: Sequence[str] | Mapping[str, Mapping[str, Any]] = (),
        aliases: Sequence[str] = (),
        validate: Sequence[Validator] = (),
        default: Any = None,
        allow_null: bool = False,
        allow_empty: bool = False,
        help: str = "",
        refused: bool = False,
        transform: Callable[[Frame, Any], Any] | None = None,
        lenient: Sequence[str] = (),
    ) -> None:
        self.type = type
        self.name = name or ""
        self.attribute = ""
        self.position = position
        self.mandatory = mandatory
        self.pipeline = pipeline
        self.by_property = by_property
        self.remaining = remaining
        self.sets = sets
        self.aliases = tuple(aliases)
        self.validate = tuple(validate)
        self.default = False if type == "switch" and default is None else default
        self.allow_null = allow_null
        self.allow_empty = allow_empty
        self.help = help
        self.refused = refused
        self.transform = transform
        self.lenient = tuple(lenient)

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attribute = attribute
        if not self.name:
            self.name = "".join(part[:1].upper() + part[1:] for part in attribute.rstrip("_").split("_"))

    @overload
    def __get__(self, instance: None, owner: type) -> Parameter: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Any: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        return self if instance is None else self.default


class CmdletSpec:
    """What the decorator declares about a cmdlet class. class_name: suffix of FullyQualifiedErrorIds. module: its
    module's name. confirm_impact: Low, Medium or High. refused: the parameters that end a call with NotSupported.
    """

    __slots__ = (
        "aliases",
        "class_name",
        "confirm_impact",
        "default_set",
        "module",
        "name",
        "output_type",
        "parameters",
        "refused",
        "should_process",
    )

    def __init__(
        self,
        *,
        name: str,
        aliases: tuple[str, ...] = (),
        default_set: str = "",
        output_type: tuple[str, ...] = (),
        class_name: str = "",
        module: str = "",
        should_process: bool = False,
        confirm_impact: str = "Medium",
        parameters: tuple[Parameter, ...] = (),
    ) -> None:
        self.name = name
        self.aliases = aliases
        self.default_set = default_set
        self.output_type = output_type
        self.class_name = class_name
        self.module = module
        self.should_process = should_process
        self.confirm_impact = confirm_impact
        self.parameters = parameters
        self.refused = tuple(p.name for p in parameters if p.refused)


class Cmdlet:
    """Base of all cmdlets. ``self.bound``: names (PascalCase) the caller gave. ``self.parameter_set``: the chosen
    set's name.
    """

    spec: ClassVar[CmdletSpec]
    runtime: CommandRuntime
    bound: set[str]
    parameter_set: str
    emit: Callable[[Any], None]  # one object downstream, not enumerated

    def dynamic_parameters(self) -> Sequence[Parameter]:
        """Parameters that what is bound so far adds, such as the path of an item on some drive."""
        return ()

    def begin(self) -> None:
        """Called once before the first input object, with what the command line bound."""

    def process(self) -> None:
        """Called for each input object with its parameters bound; once when there is no pipeline input."""

    def end(self) -> None:
        """Called once after the last input object."""

    def dispose(self) -> None:
        """Called last, whatever happened."""

    def emit_all(self, value: Any) -> None:
        """Send a value downstream, enumerating collections one level."""
        self.runtime.emit_all(value)

    def write_error(self, record: ErrorRecord) -> None:
        """A non-terminating error (becomes terminating under ErrorAction Stop)."""
        self.runtime.write_error(record)

    def fail(
        self,
        message: str,
        error_id: str,
        category: str = "NotSpecified",
        target: Any = None,
        *,
        type_name: str = "System.Management.Automation.RuntimeException",
    ) -> None:
        """Build and write a non-terminating error. type_name: full .NET exception name. category: ErrorCategory
        name.
        """
        self.runtime.write_error(error(message, error_id, category, target, type_name=type_name).record)

    def throw(self, record: ErrorRecord | PSError) -> Exception:
        """ThrowTerminatingError: ``raise self.throw(record)``. Ends this pipeline."""
        return self.runtime.terminating(record)

    def write_warning(self, message: str) -> None:
        self.runtime.write_warning(message)

    def write_verbose(self, message: str) -> None:
        self.runtime.write_verbose(message)

    def write_debug(self, message: str) -> None:
        self.runtime.write_debug(message)

    def write_information(self, record: InformationRecord) -> None:
        self.runtime.write_information(record)

    def write_progress(self, record: ProgressRecord) -> None:
        self.runtime.write_progress(record)

    def should_process(self, target: str, action: str = "") -> bool:
        """WhatIf/Confirm question; True means go on."""
        return self.runtime.should_process(target, action or self.spec.name)

    def stop_upstream(self) -> FlowStop:
        """``raise self.stop_upstream()``: no more input wanted; commands on the right go on and get their end."""
        return StopUpstream(self)

    @property
    def session(self) -> SessionState:
        """Variables, location, drives, aliases, functions, jobs of the runspace."""
        return self.runtime.session

    @property
    def stopping(self) -> bool:
        """True once the pipeline was asked to stop. Loops that do not emit should call ``self.check_stop()``."""
        return self.runtime.stopping

    def check_stop(self) -> None:
        """Raise PipelineStopped when the pipeline was asked to stop."""
        self.runtime.check_stop()

    def sleep(self, seconds: float) -> None:
        """Wait; a stop of the pipeline ends the wait at once."""
        self.runtime.sleep(seconds)


FlowStop = StopUpstream


def cmdlet(
    name: str,
    *,
    aliases: Sequence[str] = (),
    default_set: str = "",
    output_type: Sequence[str] = (),
    class_name: str = "",
    module: str = "Microsoft.PowerShell.Utility",
    should_process: bool = False,
    confirm_impact: str = "Medium",
) -> Callable[[C], C]:
    """Declare a class as the cmdlet ``Verb-Noun``. class_name defaults to
    ``Microsoft.PowerShell.Commands.VerbNounCommand``. confirm_impact: Low, Medium or High, where it asks.
    """

    def declare(cls: C) -> C:
        collected: dict[str, Parameter] = {}
        for klass in reversed(cls.__mro__):
            for attribute, value in vars(klass).items():
                if isinstance(value, Parameter):
                    collected[attribute] = value
                else:
                    collected.pop(attribute, None)  # a class may take a parameter of its base away
        cls.spec = CmdletSpec(
            name=name,
            aliases=tuple(aliases),
            default_set=default_set,
            output_type=tuple(output_type),
            class_name=class_name or f"Microsoft.PowerShell.Commands.{name.replace('-', '')}Command",
            module=module,
            should_process=should_process,
            confirm_impact=confirm_impact,
            parameters=tuple(collected.values()),
        )
        return cls

    return declare

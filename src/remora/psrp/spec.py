"""What a pipeline is made of: statements of commands, their parameters, merges and options (MS-PSRP 2.2.2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Final

from remora.errors import LocalProtocolError
from remora.values import HostInfo

TAKES_BYTES: Final = "RemoraTakesBytes"
"""Key of ApplicationPrivateData, and property of CREATE_PIPELINE; True: PIPELINE_BYTES are understood."""


class PSThreadOptions(IntEnum):
    """Which thread runs the pipelines of a runspace."""

    DEFAULT = 0
    USE_NEW_THREAD = 1
    REUSE_THREAD = 2
    USE_CURRENT_THREAD = 3


class ApartmentState(IntEnum):
    """COM apartment of the pipeline's thread; kept for the wire only."""

    STA = 0
    MTA = 1
    UNKNOWN = 2


class RemoteStreamOptions(IntFlag):
    """Streams whose records carry the invocation information."""

    NONE = 0
    ERROR = 1
    WARNING = 2
    DEBUG = 4
    VERBOSE = 8
    ALL = 15


class PipelineResultType(IntEnum):
    """A stream as the source or target of a merge."""

    NONE = 0
    OUTPUT = 1
    ERROR = 2
    WARNING = 3
    VERBOSE = 4
    DEBUG = 5
    INFORMATION = 6
    ALL = 7
    NULL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Merges:
    """Where the streams of one command go. my_result, to_result: the pair of protocol 2.1; the others came later."""

    my_result: PipelineResultType = PipelineResultType.NONE
    to_result: PipelineResultType = PipelineResultType.NONE
    previous: PipelineResultType = PipelineResultType.NONE
    error: PipelineResultType = PipelineResultType.NONE
    warning: PipelineResultType = PipelineResultType.NONE
    verbose: PipelineResultType = PipelineResultType.NONE
    debug: PipelineResultType = PipelineResultType.NONE
    information: PipelineResultType = PipelineResultType.NONE

    @classmethod
    def error_to_output(cls) -> Merges:
        """Return ``2>&1`` as every protocol version understands it."""
        output = PipelineResultType.OUTPUT
        return cls(my_result=PipelineResultType.ERROR, to_result=output, error=output)

    @classmethod
    def all_to_output(cls) -> Merges:
        """Return ``*>&1``."""
        output = PipelineResultType.OUTPUT
        return cls(
            my_result=PipelineResultType.ERROR,
            to_result=output,
            error=output,
            warning=output,
            verbose=output,
            debug=output,
            information=output,
        )


NO_MERGES = Merges()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command. parameters: (name, value) pairs, name None for a positional argument; True stands for a switch."""

    name: str
    is_script: bool = False
    use_local_scope: bool | None = None
    parameters: tuple[tuple[str | None, Any], ...] = ()
    merges: Merges = NO_MERGES


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSpec:
    """Content of CREATE_PIPELINE. statements: each a tuple of commands piped into each other.

    no_input: the server does not wait for input. host_info: None means the pool's own host.
    history: text for the history when add_to_history. takes_bytes: output that is a byte[] shall come as PIPELINE_BYTES
    (from a server that says it can). Raises LocalProtocolError for a statement without commands.
    """

    statements: tuple[tuple[CommandSpec, ...], ...]
    no_input: bool = True
    add_to_history: bool = False
    host_info: HostInfo | None = None
    is_nested: bool = False
    history: str | None = None
    redirect_shell_error_output_pipe: bool = False
    stream_options: RemoteStreamOptions = RemoteStreamOptions.NONE
    apartment_state: ApartmentState = ApartmentState.UNKNOWN
    takes_bytes: bool = False

    def __post_init__(self) -> None:
        if not self.statements or not all(self.statements):
            raise LocalProtocolError("a pipeline needs at least one command in every statement")

    @classmethod
    def script(
        cls,
        text: str,
        *,
        arguments: tuple[Any, ...] = (),
        parameters: tuple[tuple[str | None, Any], ...] = (),
        use_local_scope: bool | None = None,
        no_input: bool = True,
        **options: Any,
    ) -> PipelineSpec:
        """Return a pipeline of one script; options are the fields of PipelineSpec."""
        bound = (*parameters, *((None, value) for value in arguments))
        command = CommandSpec(name=text, is_script=True, use_local_scope=use_local_scope, parameters=bound)
        return cls(statements=((command,),), no_input=no_input, **options)

    @property
    def text(self) -> str:
        """The pipeline as one line for people and for rsp:Command."""
        return "; ".join(" | ".join(command.name for command in statement) for statement in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMetadataSpec:
    """Content of GET_COMMAND_METADATA. command_types: sum of CommandTypes. Names may hold wildcards; None: all."""

    names: tuple[str, ...] | None = None
    command_types: int = 383
    namespace: tuple[str, ...] | None = None
    argument_list: tuple[Any, ...] | None = None

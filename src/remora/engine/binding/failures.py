"""The errors of binding, with PowerShell's ids and messages."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from remora.engine.convert.text import to_text
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.exception_types import exception

if TYPE_CHECKING:
    from remora.engine.arguments import Argument
    from remora.engine.binding.metadata import ParameterMeta
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame
    from remora.engine.invocation import InvocationInfo

_M = "System.Management.Automation."


class Failures:
    """Makes the ParameterBindingExceptions of one call, and writes the warnings of binding. argument: the one being
    bound, where errors are shown.
    """

    __slots__ = ("_frame", "argument", "info", "invocation")

    def __init__(self, info: CommandInfo, invocation: InvocationInfo, frame: Frame) -> None:
        self.argument: Argument | None = None
        self.info = info
        self.invocation = invocation
        self._frame = frame

    @property
    def position(self) -> int:
        """The command's place in its pipeline, from 1."""
        return max(self.invocation.pipeline_position, 1)

    def warn(self, message: str) -> None:
        """A warning of the command about to run."""
        from remora.engine.pipes import Pipes

        frame = self._frame
        Pipes(frame.context, frame.scope, frame.sinks).write_warning(message, self.invocation)

    def make(
        self,
        message: str,
        id: str,
        *,
        target: Any = None,
        kind: str = "ParameterBindingException",
        category: str = "InvalidArgument",
        inner: Any = None,
        parameter: str = "",
        at_name: bool = False,
    ) -> PSError:
        """A binding error claimed by the command. at_name: it is about the ``-name``, not the value after it."""
        exc = exception(message, _M + kind, inner=inner, ErrorId=id, ParameterName=parameter)
        record = ErrorRecord(exc, id, category, target)
        record.command_id = self.info.error_suffix
        record.activity = self.info.name
        record.invocation = self._place(at_name)
        return PSError(record)

    def _place(self, at_name: bool) -> InvocationInfo:
        """The invocation, at the argument that is being bound."""
        extent = self.argument.extent(of_name=at_name) if self.argument is not None else None
        if extent is None:
            return self.invocation
        placed = copy(self.invocation)
        placed.extent = extent
        return placed

    def not_found(self, name: str) -> PSError:
        return self.make(
            f"A parameter cannot be found that matches parameter name '{name}'.",
            "NamedParameterNotFound",
            parameter=name,
            at_name=True,
        )

    def ambiguous(self, name: str, candidates: list[str]) -> PSError:
        listed = " ".join(f"-{candidate}" for candidate in candidates)
        return self.make(
            f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches "
            f"include: {listed}.",
            "AmbiguousParameter",
            parameter=name,
            at_name=True,
        )

    def already_bound(self, name: str) -> PSError:
        return self.make(
            f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple "
            "values to parameters that "
            f'can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".',
            "ParameterAlreadyBound",
            parameter=name,
            at_name=True,
        )

    def missing_argument(self, parameter: ParameterMeta) -> PSError:
        return self.make(
            f"Missing an argument for parameter '{parameter.name}'. Specify a parameter of type "
            f"'{parameter.type.name}' and try again.",
            "MissingArgument",
            parameter=parameter.name,
            at_name=True,
        )

    def no_position(self, value: Any) -> PSError:
        return self.make(
            f"A positional parameter cannot be found that accepts argument '{to_text(value)}'.",
            "PositionalParameterNotFound",
        )

    def ambiguous_set(self) -> PSError:
        return self.make(
            "Parameter set cannot be resolved using the specified named parameters. One or more parameters "
            "issued cannot be used together "
            "or an insufficient number of parameters were provided.",
            "AmbiguousParameterSet",
        )

    def missing_mandatory(self, names: list[str]) -> PSError:
        return self.make(
            f"Cannot process command because of one or more missing mandatory parameters: {' '.join(names)}.",
            "MissingMandatoryParameter",
        )

    def ambiguous_position(self) -> PSError:
        return self.make(
            "Cannot bind positional parameters because no names were given.", "AmbiguousPositionalParameterNoName"
        )

    def no_input(self, parameter: ParameterMeta) -> PSError:
        return self.make(
            f"Cannot evaluate parameter '{parameter.name}' because its argument is specified as a script block and "
            "there is no input. A script block cannot be evaluated without input.",
            "ScriptBlockArgumentNoInput",
            category="MetadataError",
            parameter=parameter.name,
        )

    def delayed(self, parameter: ParameterMeta, problem: PSError | None) -> PSError:
        """A script block that stands for a value failed, or gave nothing."""
        if problem is None:
            return self.make(
                f"Cannot evaluate parameter '{parameter.name}' because its argument input did not produce any output.",
                "ScriptBlockArgumentNoOutput",
                parameter=parameter.name,
            )
        return self.make(
            f"The input to the script block for parameter '{parameter.name}' failed. {problem.record.message}",
            "ScriptBlockArgumentInvocationFailed",
            inner=problem.record.exception,
            parameter=parameter.name,
        )

    def dynamic(self, problem: PSError) -> PSError:
        """The dynamicparam block failed."""
        return self.make(
            f"Cannot retrieve the dynamic parameters for the cmdlet. {problem.record.message}",
            "GetDynamicParametersException",
            inner=problem.record.exception,
        )

    def type_name(self, parameter: ParameterMeta) -> PSError:
        return self.make(
            f"Cannot bind argument to parameter '{parameter.name}', because PSTypeNames of the argument do not match "
            f"the PSTypeName required by the parameter: {parameter.ps_type}.",
            "MismatchedPSTypeName",
            kind="ParameterBindingArgumentTransformationException",
            category="InvalidArgument",
            parameter=parameter.name,
        )

    def obsolete(self, parameter: ParameterMeta) -> None:
        """Warn about a parameter that is marked so."""
        self.warn(f"Parameter '{parameter.name}' is obsolete. {parameter.obsolete}")

    def default_failed(self, parameter: ParameterMeta, value: Any, problem: PSError) -> None:
        """Warn about a value of $PSDefaultParameterValues that does not fit."""
        self.warn(
            f"The binding of default value '{to_text(value)}' to parameter '{parameter.name}' failed: "
            f"{problem.record.message}"
        )

    def transformation_attribute(self, parameter: ParameterMeta, problem: PSError) -> PSError:
        """An ArgumentTransformationAttribute raised."""
        inner = problem.record.exception
        while inner.inner is not None and inner.short_name == "MethodInvocationException":
            inner = inner.inner
        return self.make(
            f"Cannot process argument transformation on parameter '{parameter.name}'. {inner.message}",
            "ParameterArgumentTransformationError",
            kind="ParameterBindingArgumentTransformationException",
            category="InvalidData",
            inner=inner,
            parameter=parameter.name,
        )

    def transformation(self, parameter: ParameterMeta, problem: PSError) -> PSError:
        inner = problem.record.exception
        scripted = self.info.command_type != "Cmdlet"
        id = "ParameterArgumentTransformationError" if scripted else "CannotConvertArgumentNoMessage"
        if (
            inner.kind.name == "System.Management.Automation.RuntimeException"
            and problem.record.error_id == "TypeNotFound"
        ):
            return problem
        return self.make(
            f"Cannot {'process argument transformation on' if scripted else 'bind'} parameter '{parameter.name}'. "
            f"{inner.message}",
            id,
            kind="ParameterBindingArgumentTransformationException" if scripted else "ParameterBindingException",
            category="InvalidData" if scripted else "InvalidArgument",
            inner=inner,
            parameter=parameter.name,
        )

    def _validation(self, parameter: ParameterMeta, reason: str, id: str, inner: Any = None) -> PSError:
        verb = "validate argument on" if id == "ParameterArgumentValidationError" else "bind argument to"
        return self.make(
            f"Cannot {verb} parameter '{parameter.name}'. {reason}" if verb.startswith("validate")
            else f"Cannot bind argument to parameter '{parameter.name}' because {reason}",
            id,
            kind="ParameterBindingValidationException",
            category="InvalidData",
            inner=inner,
            parameter=parameter.name,
        )  # fmt: skip

    def null(self, parameter: ParameterMeta) -> PSError:
        return self._validation(parameter, "it is null.", "ParameterArgumentValidationErrorNullNotAllowed")

    def empty_string(self, parameter: ParameterMeta) -> PSError:
        return self._validation(
            parameter, "it is an empty string.", "ParameterArgumentValidationErrorEmptyStringNotAllowed"
        )

    def empty_array(self, parameter: ParameterMeta) -> PSError:
        return self._validation(
            parameter, "it is an empty array.", "ParameterArgumentValidationErrorEmptyArrayNotAllowed"
        )

    def setter(self, parameter: ParameterMeta, problem: PSError) -> PSError:
        """The cmdlet itself refused the value."""
        inner = problem.record.exception
        return self.make(
            f"Cannot bind parameter '{parameter.name}' to the target. {inner.message}",
            "ParameterBindingFailed",
            category="WriteError",
            inner=inner,
            parameter=parameter.name,
        )

    def validation(self, parameter: ParameterMeta, problem: PSError) -> PSError:
        inner = problem.record.exception
        while inner.inner is not None and inner.short_name == "MethodInvocationException":
            inner = inner.inner
        return self._validation(parameter, inner.message, "ParameterArgumentValidationError", inner)

    def input_not_bound(self, value: Any) -> ErrorRecord:
        """Non-terminating: no parameter takes the pipeline object."""
        problem = self.make(
            "The input object cannot be bound to any parameters for the command either because the command does "
            "not take pipeline input or "
            "the input and its properties do not match any of the parameters that take pipeline input.",
            "InputObjectNotBound",
            target=value,
        )
        return problem.record

    def input_missing(self, names: list[str]) -> PSError:
        """An object did not bring what mandatory parameters need."""
        return self.make(
            "The input object cannot be bound because it did not contain the information required to bind all "
            f"mandatory parameters: {' '.join(names)}",
            "InputObjectMissingMandatory",
        )

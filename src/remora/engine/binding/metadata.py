"""What a command declares about its parameters, in one form for cmdlets and script code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from remora.engine.errors import PSError, error
from remora.engine.types.typeref import TypeRef, require, resolve
from remora.engine.types.visible import is_lasting

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.binding.attributes import Checks
    from remora.engine.cmdlet import Cmdlet, Parameter
    from remora.engine.frame import Frame
    from remora.engine.validators import Validator

ALL_SETS: Final = "__AllParameterSets"
MAX_SETS: Final = 32
_ACTION: Final = "System.Management.Automation.ActionPreference"

COMMON: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    # folded name: (name, type, aliases)
    "verbose": ("Verbose", "switch", ("vb",)),
    "debug": ("Debug", "switch", ("db",)),
    "erroraction": ("ErrorAction", _ACTION, ("ea",)),
    "warningaction": ("WarningAction", _ACTION, ("wa",)),
    "informationaction": ("InformationAction", _ACTION, ("infa",)),
    "progressaction": ("ProgressAction", _ACTION, ("proga",)),
    "errorvariable": ("ErrorVariable", "string", ("ev",)),
    "warningvariable": ("WarningVariable", "string", ("wv",)),
    "informationvariable": ("InformationVariable", "string", ("iv",)),
    "outvariable": ("OutVariable", "string", ("ov",)),
    "outbuffer": ("OutBuffer", "int", ("ob",)),
    "pipelinevariable": ("PipelineVariable", "string", ("pv",)),
}
SHOULD_PROCESS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "whatif": ("WhatIf", "switch", ("wi",)),
    "confirm": ("Confirm", "switch", ("cf",)),
}
PAGING: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "includetotalcount": ("IncludeTotalCount", "switch", ()),
    "skip": ("Skip", "uint64", ()),
    "first": ("First", "uint64", ()),
}


class SetSpec:
    """How a parameter takes part in one parameter set."""

    __slots__ = ("by_property", "dont_show", "help", "mandatory", "pipeline", "position", "remaining")

    def __init__(
        self,
        mandatory: bool = False,
        position: int | None = None,
        pipeline: bool = False,
        by_property: bool = False,
        remaining: bool = False,
        help: str = "",
        dont_show: bool = False,
    ) -> None:
        self.mandatory = mandatory
        self.position = position
        self.pipeline = pipeline
        self.by_property = by_property
        self.remaining = remaining
        self.help = help
        self.dont_show = dont_show


class ParameterMeta:
    """One parameter. default: evaluated in the function's scope when unbound. attribute: name on the cmdlet
    instance. make_checks: transformations and validators that need a frame. ps_type: a PSTypeName its values must have.
    obsolete: the message of [Obsolete], None without. objects: attributes given as objects (dynamic parameters).
    type_node: the type as written.
    """

    __slots__ = (
        "_type",
        "aliases",
        "allow_empty_collection",
        "allow_empty_string",
        "allow_null",
        "attribute",
        "attributes",
        "common",
        "default",
        "dynamic",
        "everywhere",
        "lenient",
        "make_checks",
        "mandatory",
        "name",
        "objects",
        "obsolete",
        "ps_type",
        "sets",
        "takes_input",
        "type_name",
        "type_node",
        "typed",
        "validators",
    )

    def __init__(
        self,
        name: str,
        type_name: str,
        sets: dict[str, SetSpec],
        aliases: tuple[str, ...] = (),
        validators: tuple[Validator, ...] = (),
        allow_null: bool = False,
        allow_empty_string: bool = False,
        allow_empty_collection: bool = False,
        attribute: str = "",
        default: Callable[[Frame], Any] | None = None,
        make_checks: Callable[[Frame], Checks] | None = None,
        typed: bool = True,
        common: bool = False,
        dynamic: bool = False,
        ps_type: str = "",
        obsolete: str | None = None,
        attributes: tuple[Any, ...] = (),
        objects: tuple[Any, ...] = (),
        type_node: ast.TypeName | None = None,
        lenient: tuple[str, ...] = (),
        _type: TypeRef | None = None,
    ) -> None:
        self.name = name
        self.type_name = type_name
        self.sets = sets
        self.aliases = aliases
        self.validators = validators
        self.allow_null = allow_null
        self.allow_empty_string = allow_empty_string
        self.allow_empty_collection = allow_empty_collection
        self.attribute = attribute
        self.default = default
        self.make_checks = make_checks
        self.typed = typed
        self.common = common
        self.dynamic = dynamic
        self.ps_type = ps_type
        self.obsolete = obsolete
        self.attributes = attributes
        self.objects = objects
        self.type_node = type_node
        self.lenient = lenient
        self._type = _type
        self._settle()

    def _settle(self) -> None:
        self.mandatory = any(spec.mandatory for spec in self.sets.values())
        self.takes_input = any(spec.pipeline or spec.by_property for spec in self.sets.values())
        self.everywhere = ALL_SETS in self.sets

    @property
    def type(self) -> TypeRef:
        """The declared type. Raises PSError TypeNotFound for an unknown one."""
        if self._type is None:
            found = resolve(self.type_node) if self.type_node is not None else None
            if found is None:
                found = require(self.type_name)
            if not is_lasting(found, self.type_node):
                return found
            self._type = found
        return self._type

    @property
    def is_switch(self) -> bool:
        return self.type_name.lower() in (
            "switch",
            "switchparameter",
            "system.management.automation.switchparameter",
            "management.automation.switchparameter",
        )

    def spec(self, sets: set[str] | None) -> SetSpec | None:
        """The spec that holds while only these sets are possible (None: all); None when it belongs to none of them."""
        everywhere = self.sets.get(ALL_SETS)
        if everywhere is not None:
            return everywhere
        for name, spec in self.sets.items():
            if sets is None or name in sets:
                return spec
        return None

    def specs(self, sets: set[str] | None) -> list[tuple[str, SetSpec]]:
        """All (set name, spec) that hold while these sets are possible (None: all)."""
        return [(n, spec) for n, spec in self.sets.items() if n == ALL_SETS or sets is None or n in sets]


class CommandMetadata:
    """All parameters of a command by folded name, in order. advanced: common parameters and strict binding."""

    __slots__ = (
        "advanced",
        "aliases",
        "asks_blocks",
        "common",
        "confirm_impact",
        "default_set",
        "output_type",
        "paging",
        "parameters",
        "set_names",
        "should_process",
        "takes_mandatory",
        "takes_pipeline",
    )

    def __init__(
        self,
        parameters: dict[str, ParameterMeta],
        default_set: str = "",
        advanced: bool = True,
        should_process: bool = False,
        output_type: tuple[str, ...] = (),
        set_names: tuple[str, ...] = (),
        aliases: dict[str, str] | None = None,
        common: dict[str, ParameterMeta] | None = None,
        takes_pipeline: bool = False,
        takes_mandatory: bool = False,
        confirm_impact: str = "Medium",
        paging: bool = False,
        asks_blocks: bool = False,
    ) -> None:
        self.parameters = parameters
        self.default_set = default_set
        self.advanced = advanced
        self.should_process = should_process
        self.output_type = output_type
        self.set_names = set_names
        self.aliases: dict[str, str] = {} if aliases is None else aliases
        self.common: dict[str, ParameterMeta] = {} if common is None else common
        self.takes_pipeline = takes_pipeline
        self.takes_mandatory = takes_mandatory
        self.confirm_impact = confirm_impact
        self.paging = paging
        self.asks_blocks = asks_blocks
        self._settle()

    def _settle(self) -> None:
        names: dict[str, None] = {self.default_set: None} if self.default_set not in ("", ALL_SETS) else {}
        for folded, parameter in self.parameters.items():
            for alias in parameter.aliases:
                self._add_alias(alias, folded, parameter)
            names.update((name, None) for name in parameter.sets if name != ALL_SETS)
            self.takes_pipeline = self.takes_pipeline or parameter.takes_input
            self.takes_mandatory = self.takes_mandatory or parameter.mandatory
            self.asks_blocks = self.asks_blocks or parameter.make_checks is not None
        self.set_names = tuple(names)
        if len(names) > MAX_SETS:
            raise metadata_error(
                "Cannot get or run the command. The maximum number of parameter sets for this command has been "
                "exceeded.",
                "ParsingTooManyParameterSets",
            )
        if self.advanced:
            self.common = _common(self.should_process, self.paging)
            for folded, parameter in self.common.items():
                for alias in parameter.aliases:
                    if alias not in self.parameters:
                        self.aliases.setdefault(alias, folded)

    def _add_alias(self, alias: str, folded: str, parameter: ParameterMeta) -> None:
        known = self.parameters.get(alias.lower())
        if known is not None and alias.lower() != folded:
            raise metadata_error(
                f"The parameter '{known.name}' cannot be specified because it conflicts with the parameter alias of "
                f"the same name for parameter '{parameter.name}'.",
                "ParameterNameConflictsWithAlias",
            )
        if self.aliases.setdefault(alias.lower(), folded) != folded:
            raise metadata_error(
                f"The parameter alias cannot be specified because an alias with the name '{alias}' was already defined "
                "multiple times for the command.",
                "AliasParameterNameAlreadyExistsForCommand",
            )

    def merged(self, dynamic: dict[str, ParameterMeta]) -> CommandMetadata:
        """This metadata with dynamic parameters beside the declared ones."""
        for folded, parameter in dynamic.items():
            if folded in self.parameters or folded in self.common:
                raise metadata_error(
                    f"A parameter with the name '{parameter.name}' was defined multiple times for the command.",
                    "ParameterNameAlreadyExistsForCommand",
                )
        return CommandMetadata(
            {**self.parameters, **dynamic},
            self.default_set,
            self.advanced,
            self.should_process,
            self.output_type,
            confirm_impact=self.confirm_impact,
            paging=self.paging,
        )

    def find(self, folded: str, *, strict: bool = False) -> ParameterMeta | None:
        """By exact name or alias, own parameters before common ones. strict: without the lenient aliases."""
        found = self.parameters.get(folded) or self.common.get(folded)
        if found is None and folded in self.aliases:
            target = self.aliases[folded]
            found = self.parameters.get(target) or self.common.get(target)
            if strict and found is not None and folded in found.lenient:
                return None
        return found

    def by_prefix(self, folded: str, *, strict: bool = False) -> list[ParameterMeta]:
        """All parameters a shortened name may mean. strict: without the lenient aliases."""
        known = {**self.common, **self.parameters}
        out = {name: parameter for name, parameter in known.items() if name.startswith(folded)}
        for alias, target in self.aliases.items():
            if alias.startswith(folded):
                found = self.parameters.get(target) or self.common.get(target)
                if found is not None and not (strict and alias in found.lenient):
                    out[target] = found
        return list(out.values())

    def all(self) -> list[ParameterMeta]:
        """Own and common parameters."""
        return [*self.parameters.values(), *self.common.values()]


def metadata_error(message: str, id: str) -> PSError:
    """A command whose parameters cannot be as they are declared."""
    return error(message, id, "MetadataError", type_name="System.Management.Automation.MetadataException")


_COMMON_CACHE: Final[dict[tuple[bool, bool], dict[str, ParameterMeta]]] = {}


def _common(should_process: bool, paging: bool) -> dict[str, ParameterMeta]:
    found = _COMMON_CACHE.get((should_process, paging))
    if found is None:
        table = {**COMMON, **(SHOULD_PROCESS if should_process else {}), **(PAGING if paging else {})}
        found = _COMMON_CACHE[should_process, paging] = {
            folded: ParameterMeta(name, kind, {ALL_SETS: SetSpec()}, aliases, common=True)
            for folded, (name, kind, aliases) in table.items()
        }
    return found


def cmdlet_metadata(cls: type[Cmdlet]) -> CommandMetadata:
    """Metadata of a cmdlet class from its declared parameters."""
    spec = cls.spec
    parameters = {p.name.lower(): declared_parameter(p) for p in spec.parameters}
    return CommandMetadata(
        parameters,
        spec.default_set,
        True,
        spec.should_process,
        spec.output_type,
        confirm_impact=spec.confirm_impact,
    )


def declared_parameter(p: Parameter, *, dynamic: bool = False) -> ParameterMeta:
    """What the binder needs to know of a declared parameter."""
    base = {
        "mandatory": p.mandatory,
        "position": p.position,
        "pipeline": p.pipeline,
        "by_property": p.by_property,
        "remaining": p.remaining,
        "help": p.help,
    }
    sets: dict[str, SetSpec]
    if isinstance(p.sets, Mapping):
        sets = {name: SetSpec(**{**base, **dict(changes)}) for name, changes in p.sets.items()}
    elif p.sets:
        sets = {name: SetSpec(**base) for name in p.sets}  # type: ignore[arg-type]
    else:
        sets = {ALL_SETS: SetSpec(**base)}  # type: ignore[arg-type]
    return ParameterMeta(
        p.name,
        p.type,
        sets,
        (*p.aliases, *p.lenient),
        p.validate,
        allow_null=p.allow_null,
        allow_empty_string=p.allow_empty,
        allow_empty_collection=p.allow_empty,
        attribute=p.attribute,
        lenient=tuple(alias.lower() for alias in p.lenient),
        make_checks=None if p.transform is None else _transformation(p.transform),
        dynamic=dynamic,
    )


def _transformation(transform: Callable[[Frame, Any], Any]) -> Callable[[Frame], Checks]:
    """The checks of a declared parameter that changes what it is given."""
    return lambda frame: ((partial(transform, frame),), ())

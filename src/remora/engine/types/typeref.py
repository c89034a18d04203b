"""Type values: what ``[int]`` is, and how names become them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import EXCEPTION_BASES, exception_type
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.accelerators import FOLDED, accelerator_of
from remora.engine.types.visible import SHADOWED, visible_type

_A: Final = "System.Management.Automation."
MAX_RANKS: Final = 32
RUNTIME_TYPE: Final = NetType(
    "System.RuntimeType",
    NetType(
        "System.Type",
        NetType("System.Reflection.MemberInfo", OBJECT, form="abstract"),
        form="abstract",
    ),
)


class TypeRef(NetObject):
    """A type as a value. net: its NetType; element, rank: of an array type; arguments: of a constructed generic one."""

    __slots__ = ("arguments", "converter", "element", "name", "net", "rank")
    net_type = RUNTIME_TYPE

    def __init__(
        self,
        name: str,
        net: NetType,
        *,
        element: TypeRef | None = None,
        arguments: tuple[TypeRef, ...] = (),
        rank: int = 1,
    ) -> None:
        self.name = name
        self.net = net
        self.element = element
        self.arguments = arguments
        self.rank = rank
        self.converter: Callable[[Any], Any] | None = None

    def net_text(self) -> str:
        """The text in PowerShell's words: accelerators, generic arguments in single brackets, no assemblies."""
        if self.element is not None:
            return f"{self.element.net_text()}[{',' * (self.rank - 1)}]"
        if self.arguments:
            head = self.name.partition("[")[0].partition("`")[0]
            return f"{head}[{','.join(a.net_text() for a in self.arguments)}]"
        return accelerator_of(self.name) or self.name

    @property
    def display(self) -> str:
        """The text as .NET's own ``ToString()`` has it: full names, what error messages show."""
        if self.element is not None:
            return f"{self.element.display}[{',' * (self.rank - 1)}]"
        if self.arguments:
            return f"{self.name.partition('[')[0]}[{','.join(a.display for a in self.arguments)}]"
        return self.name

    @property
    def short_name(self) -> str:
        """The name without namespace and generic arguments; of a nested type its own."""
        if self.element is not None:
            return f"{self.element.short_name}[{',' * (self.rank - 1)}]"
        return self.name.partition("[[")[0].rpartition(".")[2].rpartition("+")[2]

    @property
    def is_definition(self) -> bool:
        """True for an open generic type such as ``List`1``."""
        return not self.arguments and self.element is None and "`" in self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeRef) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


_BY_NAME: Final[dict[str, NetType]] = {}
_CACHE: Final[dict[str, TypeRef]] = {}


def register(*types: NetType) -> None:
    """Make types known under their full names."""
    for net in types:
        _BY_NAME[net.name.lower()] = net
        if net.enum is not None:
            r.ENUMS[net.name] = net


def known(name: str) -> NetType | None:
    """The registered type of exactly that full name."""
    return _BY_NAME.get(name.lower())


def known_types() -> list[str]:
    """Full names of all declared types, sorted."""
    from remora.engine.types.catalog import load_all

    load_all()
    return sorted({net.name for net in _BY_NAME.values()})


for _value in list(vars(r).values()):
    if isinstance(_value, NetType):
        register(_value)
VOID: Final = NetType("System.Void", r.VALUE_TYPE, is_value_type=True)
SWITCH: Final = NetType(_A + "SwitchParameter", r.VALUE_TYPE, is_value_type=True)
PSREFERENCE: Final = NetType(_A + "PSReference", OBJECT)
NULLABLE: Final = NetType("System.Nullable`1", r.VALUE_TYPE, is_value_type=True)
register(OBJECT, RUNTIME_TYPE, VOID, SWITCH, PSREFERENCE, NULLABLE)
_BY_NAME["system.type"] = RUNTIME_TYPE.base or RUNTIME_TYPE
_BY_NAME["system.reflection.memberinfo"] = _BY_NAME["system.type"].base or RUNTIME_TYPE
_EXCEPTIONS: Final = {name.lower(): name for name in (*EXCEPTION_BASES, "System.Exception")}


def declared_types() -> list[NetType]:
    """All types that are registered so far."""
    return list(dict.fromkeys(_BY_NAME.values()))


def find_type(name: str) -> TypeRef | None:
    """The type of a simple or qualified name, accelerators first, ``System.`` tried in front; None when unknown."""
    folded = name.lower()
    if folded not in SHADOWED:
        cached = _CACHE.get(folded)
        if cached is not None:
            return cached
    else:
        found = visible_type(folded)
        if found is not None:
            return found
    found = _lookup(folded)
    if found is None:
        found = visible_type(folded) or _session_type(folded)
        if found is not None:
            return found
        found = _loaded(folded)
    if found is not None:
        _CACHE[folded] = found
    return found


def _session_type(folded: str) -> TypeRef | None:
    """A type accelerator that a script of this session added."""
    from remora.engine.context import running

    context = running()
    added = context.store.get("type_accelerators") if context is not None else None
    found = added.get(folded) if added is not None else None
    return found if isinstance(found, TypeRef) else None


def _loaded(folded: str) -> TypeRef | None:
    """Look again when the tables that may declare the name are loaded, then when all are."""
    from remora.engine.types.catalog import load_all, load_named

    load_named(_candidates(folded))
    found = _lookup(folded)
    if found is None:
        load_all()
        found = _lookup(folded)
    return found


def _candidates(folded: str) -> tuple[str, str]:
    return FOLDED.get(folded, folded).lower(), "system." + folded


def _lookup(folded: str) -> TypeRef | None:
    for candidate in _candidates(folded):
        net = _BY_NAME.get(candidate)
        if net is None and candidate in _EXCEPTIONS:
            net = exception_type(_EXCEPTIONS[candidate])
        if net is not None:
            return TypeRef(net.name, net) if folded == "pscustomobject" else type_ref(net)
    return None


def type_ref(net: NetType) -> TypeRef:
    """The type value of a NetType, one for each."""
    found = net.type_ref
    if found is None:
        if net.base is r.ARRAY and net.arguments:
            found = array_of(require(net.arguments[0]), net.name[:-1].rpartition("[")[2].count(",") + 1)
        else:
            found = TypeRef(net.name, net, arguments=tuple(require(one) for one in net.arguments))
        if all(argument.net.scripted is None for argument in found.arguments) and _element(found).net.scripted is None:
            net.type_ref = found
    return found  # type: ignore[no-any-return]


def _element(kind: TypeRef) -> TypeRef:
    """What an array type is made of in the end; other types themselves."""
    while kind.element is not None:
        kind = kind.element
    return kind


def array_of(element: TypeRef, rank: int = 1) -> TypeRef:
    """The array type with that element type and number of dimensions."""
    net = r.array_type(element.name, rank)
    if _element(element).net.scripted is not None:
        return TypeRef(net.name, net, element=element, rank=rank)
    key = net.name.lower()
    found = _CACHE.get(key)
    if found is None:
        found = _CACHE[key] = TypeRef(net.name, net, element=element, rank=rank)
        net.type_ref = found
    return found


def definition_of(name: str, count: int) -> NetType | None:
    """The NetType of an open generic type by name with or without its arity."""
    wanted = name.replace("``", "`") if "`" in name else f"{name}`{count}"
    found = find_type(wanted)
    return found.net if found is not None else None


def construct_type(definition: NetType, arguments: tuple[TypeRef, ...]) -> TypeRef | None:
    """The constructed generic type; None when the number of arguments is wrong."""
    if definition.name.rpartition("`")[2] != str(len(arguments)):
        return None
    if definition is NULLABLE and not arguments[0].net.is_value_type and arguments[0].net.enum is None:
        return None
    net = r.constructed(definition, tuple(a.name for a in arguments))
    if any(_element(argument).net.scripted is not None for argument in arguments):
        return TypeRef(net.name, net, arguments=arguments)
    return type_ref(net)


def type_from_text(text: str) -> TypeRef | None:
    """The type a text such as ``int[]`` or ``Collections.Generic.List[string]`` names; None when unknown or
    malformed.
    """
    cached = _CACHE.get(text.lower())
    if cached is not None and text.lower() not in SHADOWED:
        return cached
    if text.isidentifier():
        return find_type(text) or _in_running_script(text)
    from remora.engine.types.typename import parse_type_name

    parsed = parse_type_name(text)
    return None if parsed is None else resolve(parsed)


def resolve(node: Any) -> TypeRef | None:
    """The type an ``ast.TypeName`` or a parsed text means; None when unknown or nested beyond all reason."""
    if len(node.ranks) > MAX_RANKS:
        return None
    arguments: list[TypeRef] = []
    for argument in node.arguments:
        one = resolve(argument)
        if one is None:
            return None
        arguments.append(one)
    base: TypeRef | None
    if node.binding is not None and not arguments:
        base = node.binding.type
    else:
        base = _named(node.name, tuple(arguments)) or _in_namespaces(node, tuple(arguments))
    if base is None:
        return None
    for rank in node.ranks:
        base = array_of(base, rank)
    return base


def _named(name: str, arguments: tuple[TypeRef, ...]) -> TypeRef | None:
    if not arguments:
        return find_type(name)
    definition = definition_of(name, len(arguments))
    return construct_type(definition, arguments) if definition is not None else None


def _in_running_script(name: str) -> TypeRef | None:
    """The type in a namespace that the running script uses."""
    for namespace in _running_namespaces():
        found = find_type(f"{namespace}.{name}")
        if found is not None:
            return found
    return None


def _running_namespaces() -> list[str]:
    from remora.engine.context import running

    context = running()
    call = context.frames[-1].call() if context is not None and context.frames else None
    return [] if call is None or call.code is None else call.code.node.extent.source.namespaces


def _in_namespaces(node: Any, arguments: tuple[TypeRef, ...]) -> TypeRef | None:
    """The type in one of the namespaces that the script uses: the one it is written in, or runs for a text."""
    extent = getattr(node, "extent", None)
    for namespace in extent.source.namespaces if extent is not None else _running_namespaces():
        found = _named(f"{namespace}.{node.name}", arguments)
        if found is not None:
            return found
    return None


def require(name: str) -> TypeRef:
    """find_type for names the engine itself uses."""
    found = type_from_text(name)
    if found is None:
        raise type_not_found(name)
    return found


def type_not_found(name: str) -> PSError:
    """The error of ``[nonsense]``."""
    return error(f"Unable to find type [{name}].", "TypeNotFound", "InvalidOperation", name)

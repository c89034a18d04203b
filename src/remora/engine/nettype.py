"""Declared .NET-like types: member tables that scripts reach by name, never Python attributes.

Everything ``$x.Name``, ``$x.Name()`` and ``[Type]::Name`` can see is an entry of a ``NetType``. Python classes whose
instances are
script-visible objects derive from ``NetObject`` and carry ``net_type``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

OBJECT_NAME: Final = "System.Object"

Getter = Callable[[Any], Any]
Setter = Callable[[Any, Any], None]


class Property:
    """A named value of an object. ``get(self)``; ``set(self, value)`` or None when read-only. kind: as Get-Member
    names it. convert: what a new value passes, in place of the conversion to the named type.
    """

    __slots__ = ("convert", "get", "hidden", "kind", "name", "set", "type_name", "wire")

    def __init__(
        self,
        name: str,
        get: Getter,
        set: Setter | None = None,
        *,
        type_name: str = OBJECT_NAME,
        kind: str = "Property",
        wire: bool = True,
        hidden: bool = False,
    ) -> None:
        self.name = name
        self.get = get
        self.set = set
        self.type_name = type_name
        self.kind = kind
        self.wire = wire
        self.hidden = hidden
        self.convert: Callable[[Any], Any] | None = None


class Overload:
    """One signature of a method: parameter types (``*type`` takes the rest), their names, the function that runs it.

    ``T``, ``TKey`` and ``TValue`` in a generic type's table stand for its arguments. types: the parameter types
    themselves (TypeRef), where their names would not find them. of_script: a script's own code, whose errors pass as
    they are.
    """

    __slots__ = ("call", "names", "of_script", "parameters", "types")

    def __init__(self, parameters: tuple[str, ...], call: Callable[..., Any], names: tuple[str, ...] = ()) -> None:
        self.parameters = parameters
        self.call = call
        self.names = names
        self.types: tuple[Any, ...] | None = None
        self.of_script = False


class Method:
    """A named method with its overloads, in the order of declaration.

    returns: type name shown by Get-Member; ``void`` methods give no output whatever the function returns. generic: the
    functions of a static method take the types written at the call (TypeRef; none for none) before their arguments.
    """

    __slots__ = ("generic", "kind", "name", "overloads", "returns")

    def __init__(self, name: str, *, returns: str = "System.Object", kind: str = "Method") -> None:
        self.name = name
        self.overloads: list[Overload] = []
        self.returns = returns
        self.kind = kind
        self.generic = False


Member = Property | Method


def parse_signature(signature: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Split ``Name(type name, type name)`` into the name, the parameters' type names and their names (may be empty)."""
    name, _, rest = signature.partition("(")
    parts = _split_parameters(rest[:-1].strip())
    pairs = [part.partition(" ") for part in parts]
    return name, tuple(kind for kind, _, _ in pairs), tuple(label for _, _, label in pairs)


def _split_parameters(text: str) -> list[str]:
    out: list[str] = []
    depth = begin = 0
    for index, char in enumerate(text):
        if char == "," and depth == 0:
            out.append(text[begin:index].strip())
            begin = index + 1
        depth += (char == "[") - (char == "]")
    return [*out, text[begin:].strip()] if text else []


class NetType:
    """A .NET type as scripts see it: name, bases, instance members, statics, constructors, enum values.

    ``members`` and ``statics`` are keyed by the lower-case name. form: what declares it (class, abstract, static,
    struct, interface, enum, delegate). definition and arguments: of a constructed generic type, whose members are
    those of its definition. underlying: the number type of an enum. type_ref: the type as a value, made when asked for.
    scripted: the ScriptClass behind a class that a script defines. adapted: the objects have members by their contents
    (``adapted``, ``adapted_names``, ``set_adapted``) before those of the table, as XML has.
    """

    __slots__ = (
        "adapted",
        "arguments",
        "base",
        "constructors",
        "default_display",
        "definition",
        "enum",
        "flags",
        "form",
        "interfaces",
        "is_value_type",
        "load",
        "members",
        "name",
        "parse",
        "scripted",
        "settable_bag",
        "statics",
        "to_text",
        "type_ref",
        "underlying",
    )

    def __init__(
        self,
        name: str,
        base: NetType | None = None,
        *,
        interfaces: tuple[str, ...] = (),
        is_value_type: bool = False,
        enum: Mapping[str, int] | None = None,
        flags: bool = False,
        default_display: tuple[str, ...] = (),
        to_text: Callable[[Any], str] | None = None,
        form: str = "",
        definition: NetType | None = None,
        arguments: tuple[str, ...] = (),
        underlying: str = "System.Int32",
    ) -> None:
        self.name = name
        self.base = base
        self.interfaces = interfaces
        self.is_value_type = is_value_type
        self.form = form or ("enum" if enum is not None else "struct" if is_value_type else "class")
        self.definition = definition
        self.arguments = arguments
        self.underlying = underlying
        self.type_ref: Any = None
        self.scripted: Any = None
        self.members: dict[str, Member] = {}
        self.statics: dict[str, Member] = {}
        self.constructors: list[Overload] = []
        self.enum = enum
        self.flags = flags
        self.default_display = default_display
        self.to_text = to_text
        self.parse: Callable[[Any], Any] | None = None
        self.settable_bag = False
        self.adapted: bool = base is not None and base.adapted
        self.load: Callable[[], None] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Own name, then the bases up to System.Object (PSTypeNames)."""
        out: list[str] = []
        node: NetType | None = self
        while node is not None:
            out.append(node.name)
            node = node.base
        if out[-1] != OBJECT_NAME:
            out.append(OBJECT_NAME)
        return tuple(out)

    def is_a(self, name: str) -> bool:
        """Tell whether this type, a base or an interface has the full name (any case)."""
        folded = name.lower()
        node: NetType | None = self
        while node is not None:
            if node.name.lower() == folded or any(i.lower() == folded for i in node.interfaces):
                return True
            if node.definition is not None and node.definition.is_a(name):
                return True
            node = node.base
        return folded == "system.object"

    def ready(self) -> None:
        """Declare the members now if that was put off (``load``): by name lookups, construction and listing."""
        load = self.load
        if load is not None:
            load()
            self.load = None
        if self.definition is not None:
            self.definition.ready()

    def find(self, folded: str) -> Member | None:
        """The instance member of that lower-case name, own or inherited."""
        node: NetType | None = self
        while node is not None:
            if node.load is not None:
                node.ready()
            member = node.members.get(folded)
            if member is None and node.definition is not None:
                member = node.definition.find(folded)
            if member is not None:
                return member
            node = node.base
        return None

    def find_static(self, folded: str) -> Member | None:
        """The static member of that lower-case name, own or inherited."""
        node: NetType | None = self
        while node is not None:
            if node.load is not None:
                node.ready()
            member = node.statics.get(folded)
            if member is None and node.definition is not None:
                member = node.definition.find_static(folded)
            if member is not None:
                return member
            node = node.base
        return None

    def all_members(self) -> dict[str, Member]:
        """All instance members: the type's own first, then those it inherits, as .NET lists them."""
        self.ready()
        out = dict(self.members)
        inherited = [] if self.definition is None else [self.definition.members]
        if self.base is not None:
            inherited.append(self.base.all_members())
        for members in inherited:
            for name, member in members.items():
                out.setdefault(name, member)
        return out

    def property(
        self,
        name: str,
        type_name: str = OBJECT_NAME,
        *,
        wire: bool = True,
        kind: str = "Property",
        hidden: bool = False,
    ) -> Callable[[Getter], Getter]:
        """Declare a readable property: decorates the getter ``get(self)``."""

        def declare(get: Getter) -> Getter:
            self.members[name.lower()] = Property(name, get, type_name=type_name, wire=wire, kind=kind, hidden=hidden)
            return get

        return declare

    def setter(self, name: str) -> Callable[[Setter], Setter]:
        """Declare the setter of a property declared before: decorates ``set(self, value)``."""

        def declare(set_: Setter) -> Setter:
            member = self.members[name.lower()]
            assert isinstance(member, Property)
            member.set = set_
            return set_

        return declare

    def method(
        self, *signatures: str, returns: str = OBJECT_NAME
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare overloads ``Name(type, ...)`` of an instance method: decorates ``call(self, *converted
        arguments)``.
        """
        return self._declare(self.members, signatures, returns)

    def static(
        self, *signatures: str, returns: str = OBJECT_NAME
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare overloads of a static method: decorates ``call(*converted arguments)``."""
        return self._declare(self.statics, signatures, returns)

    def generic_static(self, *signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare overloads of a generic static method: decorates ``call(types, *converted arguments)``."""

        def declare(call: Callable[..., Any]) -> Callable[..., Any]:
            self._declare(self.statics, signatures, OBJECT_NAME)(call)
            for signature in signatures:
                self.statics[parse_signature(signature)[0].lower()].generic = True  # type: ignore[union-attr]
            return call

        return declare

    def static_property(
        self, name: str, type_name: str = OBJECT_NAME
    ) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
        """Declare a static property or field: decorates a function without arguments."""

        def declare(get: Callable[[], Any]) -> Callable[[], Any]:
            self.statics[name.lower()] = Property(name, lambda _self: get(), type_name=type_name)
            return get

        return declare

    def constructor(self, *signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare constructors by parameter lists such as ``"(string, int)"``: decorates ``make(*converted
        arguments)``.
        """

        def declare(call: Callable[..., Any]) -> Callable[..., Any]:
            for signature in signatures:
                _, parameters, names = parse_signature(signature)
                self.constructors.append(Overload(parameters, call, names))
            return call

        return declare

    def _declare(
        self, table: dict[str, Member], signatures: tuple[str, ...], returns: str
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def declare(call: Callable[..., Any]) -> Callable[..., Any]:
            for signature in signatures:
                name, parameters, names = parse_signature(signature)
                member = table.get(name.lower())
                if not isinstance(member, Method):
                    member = table[name.lower()] = Method(name, returns=returns)
                member.overloads.append(Overload(parameters, call, names))
            return call

        return declare

    def __repr__(self) -> str:
        return f"NetType({self.name})"


OBJECT: Final = NetType(OBJECT_NAME)


class NetObject:
    """Base of script-visible objects that are Python classes of ours: FileInfo, Process, Job, exceptions, records ...

    Give the class a ``net_type`` and declare its members there. ``net_type_names`` may be replaced per instance.
    """

    net_type: ClassVar[NetType] = OBJECT
    __slots__ = ()

    def net_type_names(self) -> tuple[str, ...]:
        """PSTypeNames of this instance."""
        return self.net_type.names

    def net_text(self) -> str:
        """What ``"$x"`` and ``ToString()`` give."""
        node: NetType | None = self.net_type
        while node is not None:
            if node.to_text is not None:
                return node.to_text(self)
            node = node.base
        return self.net_type.name

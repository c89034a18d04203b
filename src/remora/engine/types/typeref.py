"""Type values: what ``[int]`` is, and how names become them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import EXCEPTION_BASES, exception_type
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r

RUNTIME_TYPE: Final = NetType(
    "System.RuntimeType", NetType("System.Type", NetType("System.Reflection.MemberInfo", OBJECT))
)


class TypeRef(NetObject):
    """A type as a value. net: its NetType; element: of an array type; arguments: of a generic one; enum: it has named
    values.
    """

    __slots__ = ("arguments", "converter", "element", "name", "net")
    net_type = RUNTIME_TYPE

    def __init__(
        self, name: str, net: NetType, *, element: TypeRef | None = None, arguments: tuple[TypeRef, ...] = ()
    ) -> None:
        self.name = name
        self.net = net
        self.element = element
        self.arguments = arguments
        self.converter: Callable[[Any], Any] | None = None

    def net_text(self) -> str:
        """``ToString()``: the full name, generic arguments in single brackets."""
        if self.arguments:
            return f"{self.net.name.partition('[')[0]}[{','.join(a.net_text() for a in self.arguments)}]"
        return self.name

    @property
    def short_name(self) -> str:
        return self.name.partition("[[")[0].rpartition(".")[2]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeRef) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


_A = "System.Management.Automation."
ACCELERATORS: Final[dict[str, str]] = {
    "int": "System.Int32",
    "int32": "System.Int32",
    "long": "System.Int64",
    "int64": "System.Int64",
    "short": "System.Int16",
    "int16": "System.Int16",
    "byte": "System.Byte",
    "sbyte": "System.SByte",
    "uint": "System.UInt32",
    "uint32": "System.UInt32",
    "uint16": "System.UInt16",
    "ushort": "System.UInt16",
    "uint64": "System.UInt64",
    "ulong": "System.UInt64",
    "bigint": "System.Numerics.BigInteger",
    "double": "System.Double",
    "float": "System.Single",
    "single": "System.Single",
    "decimal": "System.Decimal",
    "bool": "System.Boolean",
    "boolean": "System.Boolean",
    "char": "System.Char",
    "string": "System.String",
    "object": "System.Object",
    "void": "System.Void",
    "array": "System.Array",
    "hashtable": "System.Collections.Hashtable",
    "ordered": "System.Collections.Specialized.OrderedDictionary",
    "datetime": "System.DateTime",
    "timespan": "System.TimeSpan",
    "guid": "System.Guid",
    "version": "System.Version",
    "semver": _A + "SemanticVersion",
    "uri": "System.Uri",
    "xml": "System.Xml.XmlDocument",
    "regex": "System.Text.RegularExpressions.Regex",
    "type": "System.Type",
    "math": "System.Math",
    "convert": "System.Convert",
    "switch": _A + "SwitchParameter",
    "scriptblock": _A + "ScriptBlock",
    "psobject": _A + "PSObject",
    "pscustomobject": _A + "PSCustomObject",
    "pscredential": _A + "PSCredential",
    "securestring": "System.Security.SecureString",
    "ref": _A + "PSReference",
    "psvariable": _A + "PSVariable",
    "psmoduleinfo": _A + "PSModuleInfo",
    "psnoteproperty": _A + "PSNoteProperty",
    "psaliasproperty": _A + "PSAliasProperty",
    "psscriptproperty": _A + "PSScriptProperty",
    "psscriptmethod": _A + "PSScriptMethod",
    "psmemberinfo": _A + "PSMemberInfo",
    "pspropertyset": _A + "PSPropertySet",
    "psmemberset": _A + "PSMemberSet",
    "exception": "System.Exception",
    "errorrecord": _A + "ErrorRecord",
    "environment": "System.Environment",
    "stringbuilder": "System.Text.StringBuilder",
    "cultureinfo": "System.Globalization.CultureInfo",
    "wildcardpattern": _A + "WildcardPattern",
    "psprimitivedictionary": _A + "PSPrimitiveDictionary",
    "ipaddress": "System.Net.IPAddress",
    "random": "System.Random",
    "bitconverter": "System.BitConverter",
    "nullstring": _A + "Language.NullString",
    "pstypename": _A + "PSTypeNameAttribute",
    "parameter": _A + "ParameterAttribute",
    "cmdletbinding": _A + "CmdletBindingAttribute",
    "alias": _A + "AliasAttribute",
    "validateset": _A + "ValidateSetAttribute",
    "outputtype": _A + "OutputTypeAttribute",
    "dbnull": "System.DBNull",
    **{
        name.lower(): f"{_A}{name}Attribute"
        for name in (
            "ValidateCount",
            "ValidateDrive",
            "ValidateLength",
            "ValidateNotNull",
            "ValidateNotNullOrEmpty",
            "ValidateNotNullOrWhiteSpace",
            "ValidatePattern",
            "ValidateRange",
            "ValidateScript",
            "ValidateTrustedData",
            "ValidateUserDrive",
            "AllowNull",
            "AllowEmptyString",
            "AllowEmptyCollection",
            "SupportsWildcards",
            "PSDefaultValue",
            "ArgumentCompleter",
            "ArgumentCompletions",
            "Experimental",
        )
    },
}

_BY_NAME: Final[dict[str, NetType]] = {}
SHADOWED: Final[set[str]] = set()
"""Folded names of declared types that a script gave to a class or enum of its own."""
_CACHE: Final[dict[str, TypeRef]] = {}


def register(*types: NetType) -> None:
    """Make types known under their full names."""
    for net in types:
        _BY_NAME[net.name.lower()] = net


def known_types() -> list[str]:
    """Full names of all declared types, sorted."""
    from remora.engine.types.catalog import load_all

    load_all()
    return sorted({net.name for net in _BY_NAME.values()})


for _value in list(vars(r).values()):
    if isinstance(_value, NetType):
        register(_value)
VOID: Final = NetType("System.Void", r.VALUE_TYPE)
SWITCH: Final = NetType(_A + "SwitchParameter", r.VALUE_TYPE)
PSREFERENCE: Final = NetType(_A + "PSReference", OBJECT)
DICTIONARY: Final = NetType(
    "System.Collections.Generic.Dictionary`2", OBJECT, interfaces=("System.Collections.IDictionary",)
)
HASHSET: Final = NetType("System.Collections.Generic.HashSet`1", OBJECT, interfaces=("System.Collections.IEnumerable",))
register(OBJECT, RUNTIME_TYPE, VOID, SWITCH, PSREFERENCE, DICTIONARY, HASHSET)
_BY_NAME["system.type"] = RUNTIME_TYPE.base or RUNTIME_TYPE
for _interface in (
    "System.Collections.IEnumerable",
    "System.Collections.IDictionary",
    "System.Collections.IList",
    "System.Collections.ICollection",
    "System.IComparable",
    "System.IConvertible",
    "System.IFormattable",
    "System.IDisposable",
    "System.ICloneable",
    "System.Collections.IEnumerator",
    "System.Collections.IComparer",
    "System.Collections.IEqualityComparer",
    _A + "IArgumentCompleter",
    _A + "IValidateSetValuesGenerator",
    _A + "IDynamicParameters",
    "System.Delegate",
):
    register(NetType(_interface, OBJECT, form="delegate" if _interface == "System.Delegate" else "interface"))

_GENERIC: Final = {
    "system.collections.generic.list": 1,
    "system.collections.generic.dictionary": 2,
    "system.collections.generic.hashset": 1,
    "system.collections.generic.queue": 1,
    "system.collections.generic.stack": 1,
    "system.nullable": 1,
    "system.collections.objectmodel.collection": 1,
    "system.func": 0,
    "system.action": 0,
    "system.collections.generic.ienumerable": 1,
    "system.predicate": 1,
    "system.comparison": 1,
    "system.collections.generic.keyvaluepair": 2,
    "system.collections.generic.sorteddictionary": 2,
}


def find_type(name: str) -> TypeRef | None:
    """The type of a simple or qualified name, accelerators first, ``System.`` tried in front; None when unknown."""
    folded = name.lower()
    cached = _CACHE.get(folded)
    if cached is not None and folded not in SHADOWED:
        return cached
    found = visible_type(folded) if folded in SHADOWED else None
    if found is not None:
        return found
    found = _lookup(folded) or visible_type(folded)
    if found is None:
        from remora.engine.types.catalog import load_all

        load_all()
        found = _lookup(folded)
    elif found.net.scripted is not None:
        return found
    if found is not None:
        found = _CACHE.setdefault(found.name.lower(), found)
        _CACHE[folded] = found
    return found


def is_declared(folded: str) -> bool:
    """Tell whether a folded name means a type of the tables."""
    return _lookup(folded) is not None


def visible_type(folded: str) -> TypeRef | None:
    """The class or enum of that folded name that the running script can see."""
    from remora.engine.context import running

    context = running()
    if context is None or not context.frames:
        return None
    for level in context.frames[-1].scope.chain():
        if level.types is not None and folded in level.types:
            return level.types[folded]
    return None


def type_ref(net: NetType) -> TypeRef:
    """A type as a value."""
    found = net.type_ref
    return found if isinstance(found, TypeRef) else TypeRef(net.name, net)


def _lookup(folded: str) -> TypeRef | None:
    for candidate in (ACCELERATORS.get(folded, folded).lower(), "system." + folded):
        net = _BY_NAME.get(candidate)
        if net is None and candidate in _EXCEPTIONS:
            net = exception_type(_EXCEPTIONS[candidate])
        if net is not None:
            return TypeRef(net.name, net)
    return None


_EXCEPTIONS: Final = {name.lower(): name for name in (*EXCEPTION_BASES, "System.Exception")}


def array_of(element: TypeRef) -> TypeRef:
    """The array type with that element type."""
    name = f"{element.name}[]"
    if element.net.scripted is not None:
        return TypeRef(name, r.array_type(element.name), element=element)
    found = _CACHE.get(name.lower())
    if found is None:
        found = _CACHE[name.lower()] = TypeRef(name, r.array_type(element.name), element=element)
    return found


def generic_of(name: str, arguments: tuple[TypeRef, ...]) -> TypeRef | None:
    """A constructed generic type: List, Dictionary, HashSet, Queue, Stack, Nullable ..."""
    folded = name.lower().partition("`")[0]
    for candidate in (folded, "system." + folded):
        if candidate in _GENERIC:
            return _construct(candidate, arguments)
    return None


def _construct(folded: str, arguments: tuple[TypeRef, ...]) -> TypeRef | None:
    if folded == "system.nullable":
        return TypeRef(f"System.Nullable`1[[{arguments[0].name}]]", arguments[0].net, arguments=arguments)
    inner = ",".join(f"[{a.name}]" for a in arguments)
    nets = {
        "system.collections.generic.list": r.list_type(arguments[0].name),
        "system.collections.objectmodel.collection": r.list_type(arguments[0].name),
        "system.collections.generic.ienumerable": _BY_NAME["system.collections.ienumerable"],
        "system.collections.generic.dictionary": DICTIONARY,
        "system.collections.generic.sorteddictionary": DICTIONARY,
        "system.collections.generic.hashset": HASHSET,
        "system.collections.generic.queue": r.QUEUE,
        "system.collections.generic.stack": r.STACK,
    }
    net = nets.get(folded, OBJECT)
    short = {"list": "List`1", "dictionary": "Dictionary`2", "hashset": "HashSet`1"}.get(folded.rpartition(".")[2])
    head = f"System.Collections.Generic.{short}" if short else net.name
    return TypeRef(f"{head}[{inner}]", net, arguments=arguments)


def type_from_text(text: str) -> TypeRef | None:
    """The type a text such as ``int[]`` or ``Collections.Generic.List[string]`` names; None when unknown or
    malformed.
    """
    cached = _CACHE.get(text.lower())
    if cached is not None:
        return cached
    if "[" not in text:
        return find_type(text.strip())
    from remora.engine.parser import parse
    from remora.engine.source import ParseError

    try:
        script = parse(f"[{text.strip().strip('[]') if text.strip().startswith('[') else text.strip()}]")
    except ParseError:
        return None
    from remora.engine import ast

    for node in script.walk():
        if isinstance(node, ast.TypeLiteral):
            return resolve(node.type)
    return None


def resolve(node: Any) -> TypeRef | None:
    """The type an ``ast.TypeName`` means; None when unknown."""
    base: TypeRef | None
    if node.binding is not None and not node.arguments:
        base = node.binding.type
    elif node.arguments:
        arguments = tuple(resolve(argument) for argument in node.arguments)
        if any(argument is None for argument in arguments):
            return None
        base = generic_of(node.name, tuple(a for a in arguments if a is not None))
    else:
        base = find_type(node.name)
    if base is None:
        base = _in_namespaces(node)
    if base is None:
        return None
    for _ in node.ranks:
        base = array_of(base)
    return base


def _in_namespaces(node: Any) -> TypeRef | None:
    """The type in one of the namespaces that the script uses."""
    for namespace in node.extent.source.namespaces:
        name = f"{namespace}.{node.name}"
        arguments = tuple(resolve(argument) for argument in node.arguments)
        if not arguments:
            found = find_type(name)
        elif any(argument is None for argument in arguments):
            return None
        else:
            found = generic_of(name, tuple(a for a in arguments if a is not None))
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

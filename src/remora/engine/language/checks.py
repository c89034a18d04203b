"""What a limited language refuses: texts before they run, and conversions, calls and assignments as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.errors import PSError, error
from remora.engine.language.mode import CONSTRAINED, NO_LANGUAGE, RESTRICTED, Mode
from remora.engine.source import Extent, ParseError
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef

if TYPE_CHECKING:
    from remora.engine.nettype import NetType

_M: Final = "System.Management.Automation."
_CORE_NAMES: Final = (
    *("Array", "Boolean", "Byte", "Char", "DateTime", "Decimal", "Double", "Single", "Guid", "Int32", "Int16", "Int64"),
    *("SByte", "String", "TimeSpan", "UInt16", "UInt32", "UInt64", "Uri", "Version", "Void", "Object", "ValueType"),
    *("Collections.Hashtable", "Collections.Specialized.OrderedDictionary", "Text.RegularExpressions.Regex"),
    *("Globalization.CultureInfo", "Numerics.BigInteger", "Security.SecureString", "Net.IPAddress", "Net.IPEndPoint"),
    *("Net.NetworkInformation.PhysicalAddress", "Net.Mail.MailAddress", "Xml.XmlDocument", "Nullable`1"),
)
_CORE_PS: Final = (
    *("PSCredential", "PSListModifier", "PSObject", "PSCustomObject", "PSPrimitiveDictionary", "PSReference"),
    *("SemanticVersion", "SwitchParameter", "WildcardPattern", "Language.NullString"),
)
CORE: Final = frozenset(
    (
        *(f"System.{name}" for name in _CORE_NAMES),
        *(_M + name for name in _CORE_PS),
        "Microsoft.PowerShell.Commands.ModuleSpecification",
    )
)
"""Full names of the types that the constrained language has; attributes of parameters are among them too."""


def is_core(kind: TypeRef) -> bool:
    """Tell whether the constrained language has a type: a core type, an enum, an array or nullable of one."""
    if kind.element is not None:
        return is_core(kind.element)
    return is_core_net(kind.net) and all(is_core(one) for one in kind.arguments)


def is_core_net(net: NetType) -> bool:
    """As is_core, for a type that is no array and not generic."""
    name = net.name
    if name.endswith("[]"):
        name = name.rstrip("[,]")
    if net.enum is not None or name.partition("[[")[0] in CORE:
        return True
    return name.startswith(_M) and name.endswith("Attribute")


# -- texts -------------------------------------------------------------------------------------------------------------


def check_text(node: ast.ScriptNode, mode: Mode) -> None:
    """Refuse a text that the mode does not have. Raises PSError (ParseException)."""
    if mode.language == NO_LANGUAGE:
        raise scripts_not_allowed(node.extent)
    errors: list[ParseError] = []
    if mode.language == RESTRICTED:
        from remora.engine.parser.restricted import check_errors

        errors = check_errors(node, None, None)
    elif mode.language == CONSTRAINED:
        errors = [_class_refused(one) for one in node.walk() if isinstance(one, ast.TypeDefinition)]
        errors = [one for one in errors if one.extent.text.lower() == "class"]
    if errors:
        from remora.engine.compile import parse_failure

        errors[0].others = tuple(errors[1:])
        raise parse_failure(errors[0])


def _class_refused(node: ast.TypeDefinition) -> ParseError:
    start = node.attributes[-1].extent.end if node.attributes else node.extent.start
    text = node.extent.source.text
    while not text.startswith(node.kind, start) and text[start : start + len(node.kind)].lower() != node.kind:
        start += 1
    extent = Extent(node.extent.source, start, start + len(node.kind))
    message = "Class keyword is not allowed in ConstrainedLanguage mode."
    return ParseError("ClassesNotAllowedInConstrainedLanguage", message, extent)


def scripts_not_allowed(extent: Extent) -> PSError:
    """The error of any script text in a session without a language."""
    from remora.engine.compile import parse_failure

    message = "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
    return parse_failure(ParseError("ScriptsNotAllowed", message, extent))


# -- as they happen ----------------------------------------------------------------------------------------------------


def check_call(target: Any, *, static: bool) -> None:
    """Refuse a method of a type that is no core type."""
    if target is None:
        return
    inner = unwrap(target)
    if static and isinstance(inner, TypeRef):
        allowed = is_core(inner)
    elif isinstance(inner, TypeRef):
        allowed = False
    else:
        allowed = is_core_net(type_of(inner))
    if not allowed:
        raise error(
            "Cannot invoke method. Method invocation is supported only on core types in this language mode.",
            "MethodInvocationNotSupportedInConstrainedLanguage",
            "InvalidOperation",
        )


def check_set(target: Any) -> None:
    """Refuse to set a property of an object that is of no core type."""
    inner = unwrap(target)
    allowed = inner is None or (is_core(inner) if isinstance(inner, TypeRef) else is_core_net(type_of(inner)))
    if not allowed:
        raise error(
            "Cannot set property. Property setting is supported only on core types in this language mode.",
            "PropertySetterNotSupportedInConstrainedLanguage",
            "InvalidOperation",
        )


def check_conversion(value: Any, kind: TypeRef) -> None:
    """Refuse a conversion to a type that is no core type, unless the value is of it already."""
    if is_core(kind):
        return
    inner = unwrap(value)
    if inner is None or type_of(inner).is_a(kind.name):
        return
    from remora.engine.convert.text import to_text

    raise error(
        f'Cannot convert value "{to_text(value)}" to type "{kind.name}". Only core types are supported in this '
        "language mode.",
        "ConversionSupportedOnlyToCoreTypes",
        "InvalidArgument",
        type_name=_M + "PSInvalidCastException",
    )


def type_refused() -> PSError:
    """The error of New-Object for a type that is no core type."""
    return error(
        "Cannot create type. Only core types are supported in this language mode.",
        "CannotCreateTypeConstrainedLanguage",
        "PermissionDenied",
        type_name=_M + "PSNotSupportedException",
    )


def check_dot(block_mode: Mode, mode: Mode) -> None:
    """Refuse to bring names from one language mode into another."""
    if block_mode.language != mode.language:
        raise error(
            "Cannot dot-source this command because it was defined in a different language mode. To invoke this "
            "command without importing its contents, omit the '.' operator.",
            "DotSourceNotSupported",
            "InvalidOperation",
        )

""".NET exceptions as values: one class, and a table that says which type derives from which."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.nettype import NetObject, NetType

_S = "System."
_M = "System.Management.Automation."

# name -> base name; full names. Types a script can catch, construct or see in a record.
EXCEPTION_BASES: Final[dict[str, str]] = {
    _S + "SystemException": _S + "Exception",
    _S + "ApplicationException": _S + "Exception",
    _S + "ArgumentException": _S + "SystemException",
    _S + "ArgumentNullException": _S + "ArgumentException",
    _S + "ArgumentOutOfRangeException": _S + "ArgumentException",
    _S + "ArithmeticException": _S + "SystemException",
    _S + "TypeInitializationException": _S + "TypeLoadException",
    _S + "DivideByZeroException": _S + "ArithmeticException",
    _S + "OverflowException": _S + "ArithmeticException",
    _S + "FormatException": _S + "SystemException",
    _S + "UriFormatException": _S + "FormatException",
    _S + "IndexOutOfRangeException": _S + "SystemException",
    _S + "InvalidCastException": _S + "SystemException",
    _S + "InvalidOperationException": _S + "SystemException",
    _S + "ObjectDisposedException": _S + "InvalidOperationException",
    _S + "NotImplementedException": _S + "SystemException",
    _S + "NotSupportedException": _S + "SystemException",
    _S + "PlatformNotSupportedException": _S + "NotSupportedException",
    _S + "NullReferenceException": _S + "SystemException",
    _S + "OutOfMemoryException": _S + "SystemException",
    _S + "OperationCanceledException": _S + "SystemException",
    _S + "RankException": _S + "SystemException",
    _S + "TimeoutException": _S + "SystemException",
    _S + "UnauthorizedAccessException": _S + "SystemException",
    _S + "AggregateException": _S + "Exception",
    _S + "TypeLoadException": _S + "SystemException",
    _S + "Collections.Generic.KeyNotFoundException": _S + "SystemException",
    _S + "ComponentModel.Win32Exception": _S + "Runtime.InteropServices.ExternalException",
    _S + "Runtime.InteropServices.ExternalException": _S + "SystemException",
    _S + "IO.IOException": _S + "SystemException",
    _S + "IO.FileNotFoundException": _S + "IO.IOException",
    _S + "IO.DirectoryNotFoundException": _S + "IO.IOException",
    _S + "IO.PathTooLongException": _S + "IO.IOException",
    _S + "IO.EndOfStreamException": _S + "IO.IOException",
    _S + "IO.InvalidDataException": _S + "SystemException",
    _S + "Net.WebException": _S + "InvalidOperationException",
    _S + "Net.Sockets.SocketException": _S + "ComponentModel.Win32Exception",
    _S + "Net.Http.HttpRequestException": _S + "Exception",
    _S + "Security.SecurityException": _S + "SystemException",
    _S + "Security.Authentication.AuthenticationException": _S + "SystemException",
    _S + "Security.Cryptography.CryptographicException": _S + "SystemException",
    _S + "Text.Json.JsonException": _S + "Exception",
    _S + "Text.RegularExpressions.RegexParseException": _S + "ArgumentException",
    _S + "Threading.ThreadInterruptedException": _S + "SystemException",
    _S + "Xml.XmlException": _S + "SystemException",
    _M + "RuntimeException": _S + "SystemException",
    _M + "CommandNotFoundException": _M + "RuntimeException",
    _M + "ItemNotFoundException": _M + "SessionStateException",
    _M + "DriveNotFoundException": _M + "SessionStateException",
    _M + "ProviderNotFoundException": _M + "SessionStateException",
    _M + "SessionStateException": _M + "RuntimeException",
    _M + "SessionStateUnauthorizedAccessException": _M + "SessionStateException",
    _M + "SessionStateOverflowException": _M + "SessionStateException",
    _M + "ParameterBindingException": _M + "RuntimeException",
    _M + "ParameterBindingArgumentTransformationException": _M + "ParameterBindingException",
    _M + "ParameterBindingValidationException": _M + "ParameterBindingException",
    _M + "ValidationMetadataException": _M + "MetadataException",
    _M + "ArgumentTransformationMetadataException": _M + "MetadataException",
    _M + "MetadataException": _M + "RuntimeException",
    _M + "ExtendedTypeSystemException": _M + "RuntimeException",
    _M + "MethodException": _M + "ExtendedTypeSystemException",
    _M + "MethodInvocationException": _M + "MethodException",
    _M + "GetValueException": _M + "ExtendedTypeSystemException",
    _M + "GetValueInvocationException": _M + "GetValueException",
    _M + "PropertyNotFoundException": _M + "ExtendedTypeSystemException",
    _M + "SetValueException": _M + "ExtendedTypeSystemException",
    _M + "SetValueInvocationException": _M + "SetValueException",
    _M + "PSInvalidCastException": _S + "InvalidCastException",
    _M + "PSInvalidOperationException": _S + "InvalidOperationException",
    _M + "PSNotSupportedException": _S + "NotSupportedException",
    _M + "PSNotImplementedException": _S + "NotImplementedException",
    _M + "PSArgumentException": _S + "ArgumentException",
    _M + "PSArgumentNullException": _S + "ArgumentNullException",
    _M + "PSArgumentOutOfRangeException": _S + "ArgumentOutOfRangeException",
    _M + "PSSecurityException": _M + "RuntimeException",
    _M + "ParseException": _M + "RuntimeException",
    _M + "IncompleteParseException": _M + "ParseException",
    _M + "PipelineStoppedException": _M + "RuntimeException",
    _M + "PipelineClosedException": _M + "RuntimeException",
    _M + "ActionPreferenceStopException": _M + "RuntimeException",
    _M + "CmdletInvocationException": _M + "RuntimeException",
    _M + "CmdletProviderInvocationException": _M + "CmdletInvocationException",
    _M + "Runspaces.InvalidRunspaceStateException": _S + "SystemException",
    _M + "Runspaces.InvalidRunspacePoolStateException": _S + "SystemException",
    _M + "InvalidPowerShellStateException": _S + "SystemException",
    _M + "InvalidJobStateException": _S + "SystemException",
    _M + "JobFailedException": _S + "SystemException",
    _M + "ScriptCallDepthException": _S + "SystemException",
    _M + "ScriptRequiresException": _M + "RuntimeException",
    _M + "ApplicationFailedException": _M + "RuntimeException",
    _M + "NativeCommandExitException": _M + "RuntimeException",
    _M + "RemoteException": _M + "RuntimeException",
    _M + "Remoting.PSRemotingTransportException": _M + "RuntimeException",
    _M + "Remoting.PSRemotingDataStructureException": _M + "RuntimeException",
    _M + "Host.HostException": _M + "RuntimeException",
    "Microsoft.PowerShell.Commands.WriteErrorException": _S + "SystemException",
    "Microsoft.PowerShell.Commands.ServiceCommandException": _S + "SystemException",
    "Microsoft.PowerShell.Commands.ProcessCommandException": _S + "SystemException",
}

EXCEPTION: Final = NetType("System.Exception")
_TYPES: dict[str, NetType] = {"system.exception": EXCEPTION}


def exception_type(name: str) -> NetType:
    """The NetType of an exception class by full name; a name outside the table derives from System.Exception."""
    found = _TYPES.get(name.lower())
    if found is None:
        base = EXCEPTION_BASES.get(name)
        found = NetType(name, exception_type(base) if base else EXCEPTION)
        _TYPES[name.lower()] = found
    return found


# HRESULTs as signed numbers; a type without one has that of its base
_HRESULTS: Final = {
    _S + "Exception": 0x80131500,
    _S + "SystemException": 0x80131501,
    _S + "ArgumentException": 0x80070057,
    _S + "ArgumentNullException": 0x80004003,
    _S + "ArgumentOutOfRangeException": 0x80131502,
    _S + "ArithmeticException": 0x80070216,
    _S + "DivideByZeroException": 0x80020012,
    _S + "FormatException": 0x80131537,
    _S + "IndexOutOfRangeException": 0x80131508,
    _S + "InvalidCastException": 0x80004002,
    _S + "InvalidOperationException": 0x80131509,
    _S + "IO.DirectoryNotFoundException": 0x80070003,
    _S + "IO.FileNotFoundException": 0x80070002,
    _S + "IO.IOException": 0x80131620,
    _S + "NotImplementedException": 0x80004001,
    _S + "NotSupportedException": 0x80131515,
    _S + "NullReferenceException": 0x80004003,
    _S + "ObjectDisposedException": 0x80131622,
    _S + "OutOfMemoryException": 0x8007000E,
    _S + "OverflowException": 0x80131516,
    _S + "TimeoutException": 0x80131505,
    _S + "UnauthorizedAccessException": 0x80070005,
}


# what an exception made without a message says, where its type has own words
DEFAULT_MESSAGES: Final = {
    _S + "SystemException": "System error.",
    _S + "ApplicationException": "Error in the application.",
    _S + "ArgumentException": "Value does not fall within the expected range.",
    _S + "ArgumentNullException": "Value cannot be null.",
    _S + "ArgumentOutOfRangeException": "Specified argument was out of the range of valid values.",
    _S + "ArithmeticException": "Overflow or underflow in the arithmetic operation.",
    _S + "DivideByZeroException": "Attempted to divide by zero.",
    _S + "OverflowException": "Arithmetic operation resulted in an overflow.",
    _S + "FormatException": "One of the identified items was in an invalid format.",
    _S + "IndexOutOfRangeException": "Index was outside the bounds of the array.",
    _S + "InvalidCastException": "Specified cast is not valid.",
    _S + "InvalidOperationException": "Operation is not valid due to the current state of the object.",
    _S + "NotImplementedException": "The method or operation is not implemented.",
    _S + "NotSupportedException": "Specified method is not supported.",
    _S + "PlatformNotSupportedException": "Operation is not supported on this platform.",
    _S + "NullReferenceException": "Object reference not set to an instance of an object.",
    _S + "OutOfMemoryException": "Insufficient memory to continue the execution of the program.",
    _S + "OperationCanceledException": "The operation was canceled.",
    _S + "RankException": "Attempted to operate on an array with the incorrect number of dimensions.",
    _S + "TimeoutException": "The operation has timed out.",
    _S + "UnauthorizedAccessException": "Attempted to perform an unauthorized operation.",
    _S + "AggregateException": "One or more errors occurred.",
    _S + "TypeLoadException": "Failure has occurred while loading a type.",
    _S + "Collections.Generic.KeyNotFoundException": "The given key was not present in the dictionary.",
    _S + "IO.IOException": "I/O error occurred.",
    _S + "IO.FileNotFoundException": "Unable to find the specified file.",
    _S + "IO.DirectoryNotFoundException": "Attempted to access a path that is not on the disk.",
    _S
    + "IO.PathTooLongException": "The specified file name or path is too long, or a component of the specified path is "
    "too long.",
    _S + "IO.EndOfStreamException": "Attempted to read past the end of the stream.",
    _S + "IO.InvalidDataException": "Found invalid data while decoding.",
    _S + "Security.SecurityException": "Security error.",
    _S + "Xml.XmlException": "An XML error has occurred.",
}


def hresult_of(kind: NetType) -> int:
    """The HResult of a new exception of that type."""
    node: NetType | None = kind
    while node is not None and node.name not in _HRESULTS:
        node = node.base
    return (_HRESULTS[node.name] if node is not None else 0x80131500) - 2**32


class NetException(NetObject):
    """A .NET exception object: type, message, inner exception, and properties some types add (ParamName, ItemName
    ...). thrown: by a throw statement.
    """

    __slots__ = (
        "data",
        "error_record",
        "hresult",
        "inner",
        "kind",
        "message",
        "properties",
        "source",
        "stack_trace",
        "thrown",
    )

    def __init__(self, kind: NetType, message: str, *, inner: NetException | None = None) -> None:
        self.kind = kind
        self.message = message
        self.inner = inner
        self.data: dict[str, Any] = {}
        self.properties: dict[str, Any] = {}
        self.hresult = hresult_of(kind)
        self.stack_trace: str | None = None
        self.source: str | None = None
        self.error_record: Any = None
        self.thrown = False

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        text = f"{self.kind.name}: {self.message}"
        return f"{text}\n ---> {self.inner.net_text()}" if self.inner is not None else text

    @property
    def short_name(self) -> str:
        """The type name without namespace: the Reason of error categories."""
        return self.kind.name.rpartition(".")[2]


def exception(
    message: str, type_name: str = _M + "RuntimeException", *, inner: NetException | None = None, **properties: Any
) -> NetException:
    """Make an exception value of the type with that full name; properties become its extra members."""
    made = NetException(exception_type(type_name), message, inner=inner)
    made.properties.update(properties)
    return made

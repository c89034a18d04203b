"""English texts of the faults: a reason for each subcode, a message for each code that the host raises."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_CANNOT: Final = "The WS-Management service cannot process the request"
_TIMED_OUT: Final = (
    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout. "
)

REASONS: Final = MappingProxyType(
    {
        "w:TimedOut": f"{_TIMED_OUT} ",
        "w:InvalidSelectors": f"{_CANNOT} because the request contained invalid selectors for the resource. ",
        "w:AccessDenied": "The WS-Management service denied access to the resource. ",
        "w:InvalidResourceURI": f"{_CANNOT}: the resource URI names nothing that this service offers. ",
        "w:InvalidOptions": f"{_CANNOT} because of an option in it. ",
        "w:InvalidParameter": f"{_CANNOT} because of a parameter in it. ",
        "w:InvalidBody": f"{_CANNOT}: the SOAP body does not fit the action. ",
        "w:InvalidRepresentation": f"{_CANNOT}: the representation in the body does not fit the resource. ",
        "w:SchemaValidationError": f"{_CANNOT}: the XML is not valid for this request. ",
        "w:EncodingLimit": f"{_CANNOT} because an encoding limit would be exceeded. ",
        "w:QuotaLimit": f"{_CANNOT} because a quota has been reached. ",
        "w:UnsupportedFeature": f"{_CANNOT}: it asks for a feature that is not supported. ",
        "w:Concurrency": f"{_CANNOT}: the resource is in use by another operation. ",
        "w:AlreadyExists": f"{_CANNOT}: the resource exists already. ",
        "w:InternalError": "The WS-Management service could not complete the operation. ",
        "a:InvalidMessageInformationHeader": f"{_CANNOT} because a header in it has an invalid value. ",
        "a:MessageInformationHeaderRequired": f"{_CANNOT} because a required header is missing. ",
        "a:ActionNotSupported": f"{_CANNOT}: this resource does not support the action. ",
        "a:DestinationUnreachable": "The destination named in the request cannot be reached. ",
        "a:EndpointUnavailable": "The endpoint cannot answer at the moment. ",
        "n:InvalidEnumerationContext": f"{_CANNOT}: the enumeration context is unknown or has expired. ",
        "x:InvalidRepresentation": f"{_CANNOT}: the representation has the wrong XML namespace. ",
        "MustUnderstand": f"{_CANNOT}: a header that must be understood is not known to it. ",
        "VersionMismatch": f"{_CANNOT}: the envelope is not SOAP 1.2. ",
    }
)

MESSAGES: Final = MappingProxyType(
    {
        0x5: "Access is denied. ",
        0xE: "Not enough memory is available to complete the operation. ",
        0x32: "The resource does not support this operation. ",
        0x57: "The parameter is incorrect. ",
        0x3E3: "The operation was ended because the shell or command it belongs to was closed. ",
        0x4C7: "The operation was cancelled. ",
        0x52E: "The user name or password is incorrect. ",
        0x54F: "A request with this MessageID is still being processed. ",
        0x80070002: "The system cannot find the file specified. ",
        0x80338007: "The enumeration has ended or was released. ",
        0x80338010: f"{_CANNOT}: a header that must be understood is not known to it. ",
        0x80338011: "A required header is missing from the SOAP envelope. ",
        0x80338013: "The action is not supported by this resource. ",
        0x8033801B: "The enumeration context is unknown or has expired. ",
        0x80338029: f"{_TIMED_OUT} ",
        0x8033800F: f"{_CANNOT} because of an invalid header in the SOAP envelope. ",
        0x80338032: "Another operation of the same kind is still running on this resource. ",
        0x80338047: "The requested MaxEnvelopeSize is larger than this service allows. ",
        0x80338048: "The reply does not fit the MaxEnvelopeSize of the request. ",
        0x80338049: "The reply does not fit the largest envelope of this service. ",
        0x8033804C: "The character set of the request is not supported; use UTF-8 or UTF-16. ",
        0x80338051: "An option that must be complied with is not known to this resource. ",
        0x8033805A: "A selector that this resource needs is missing. ",
        0x8033805B: f"{_CANNOT} because the request contained invalid selectors for the resource. ",
        0x8033805D: "The value of a selector is malformed. ",
        0x8033807E: "The MaxEnvelopeSize of the request is below the minimum of 8192 bytes. ",
        0x80338081: f"{_CANNOT} because of an invalid timeout field in the SOAP header. ",
        0x80338087: "The Locale header may not be marked mustUnderstand. ",
        0x803380A6: "This resource takes no options. ",
        0x80338140: "The code page asked for with WINRS_CODEPAGE is not available. ",
        0x8033814A: "The shell is closing or closed. ",
        0x8033814F: "The command is closing or closed. ",
        0x8033816E: "The process of the shell could not be started. ",
        0x803381A5: "The user has reached the largest number of shells (MaxShellsPerUser). Close one and try again. ",
        0x803381A6: "The user has reached the largest number of concurrent operations. Try again later. ",
        0x803381AB: "The largest number of concurrent users has been reached (MaxConcurrentUsers). ",
        0x803381AC: "Remote shells are switched off on this host (AllowRemoteShellAccess). ",
        0x803381C0: "An enumeration of commands needs a selector filter with the ShellId. ",
        0x803381C1: "An enumeration of commands cannot return endpoint references. ",
        0x803381C4: "The shell is disconnected. Reconnect or connect to it before other operations. ",
        0x803381C5: "The shell cannot be disconnected: its kind, or how it was created, does not allow it. ",
        0x803381C6: "The shell is connected to another client session. ",
        0x803381CC: "The command is being terminated. ",
        0x803381CD: "The shell is connected to a different client. ",
        0x803381D4: "The CommandId of the request is not a valid GUID. ",
        0x803381D5: "The ShellId of the request is not a valid GUID. ",
        0x803381D6: "A command with this CommandId exists already. ",
        0x803381D7: "A shell with this ShellId exists already. ",
        0x803381DD: "Remote access is switched off on this host (AllowRemoteAccess). ",
        0x803381DE: "The stream ended because the shell was disconnected. ",
        0x803381E4: "The user has reached the largest number of shells of this session configuration. ",
        0x803381E5: "The largest number of users of this session configuration has been reached. ",
        0x803381E6: "The largest number of shells of this session configuration has been reached. ",
        0x803381E9: "The shell has reached the largest number of concurrent commands. ",
        0x803381F2: "The idle timeout is out of bounds. ",
        0x80540BB8: "The creationXml or connectXml of the request is missing. ",
        0x80540BB9: "The input or output streams of the request are missing. ",
        0x80540BBE: "Input may be sent to the streams stdin and pr only. ",
        0x80540BBF: "The data of the request is not of the expected type. ",
        0x80540BC0: "Output can be received from the stream stdout only. ",
        0x80540BC4: "A command needs exactly one Arguments element. ",
        0x80540BC5: "The protocolversion of the client is not compatible with the server's. ",
        0x80540BC6: "An option of the request is not understood. ",
        0x80540BC7: "The option protocolversion is missing. ",
        0x80540FA1: "The operation was closed by the session configuration. ",
        0x80540FA2: "The connectXml of the request has no negotiation data. ",
        0x80540FA3: "The connect operation failed. ",
    }
)

UNKNOWN_COMMAND: Final = (
    "The Windows Remote Shell received a request to perform an operation on a command identifier that does not exist. "
    "Either the command has completed execution or the client specified an invalid command identifier. "
)

DETAILS: Final = MappingProxyType(
    {
        0x57: "InvalidValue",
        0x8033803D: "InvalidValue",
        0x80338041: "InvalidValue",
        0x80338047: "MaxEnvelopeSize",
        0x80338048: "MaxEnvelopeSize",
        0x8033804C: "CharacterSet",
        0x80338051: "NotSupported",
        0x80338052: "InvalidName",
        0x80338053: "InvalidValue",
        0x80338058: "InvalidNamespace",
        0x8033805A: "InsufficientSelectors",
        0x8033805B: "UnexpectedSelectors",
        0x8033805D: "InvalidValue",
        0x8033807E: "MaxEnvelopeSize",
        0x80338081: "InvalidTimeout",
        0x80338087: "Locale",
        0x803380A6: "OptionSet",
        0x803381C1: "AddressingMode",
    }
)
"""Last part of the faultDetail URI that goes with a code."""

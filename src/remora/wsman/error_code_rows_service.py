"""More rows of ``error_codes``: quotas, requests and shells, which the service tells. Written as in error_code_rows."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
0x8033803F WSMAN_QUOTA_LIMIT
    The service is busy: try again later, or raise the quota that the text names.
0x803381A5 WSMAN_QUOTA_MAX_SHELLS
    The user has too many shells: close some, or raise MaxShellsPerUser (winrm/config/winrs).
0x803381A6 WSMAN_QUOTA_MAX_OPERATIONS
    The user has too many operations under way: wait, or raise MaxConcurrentOperationsPerUser (winrm/config/service).
0x803381A7 WSMAN_QUOTA_USER
    The user asks too often: slow down and try again.
0x803381A8 WSMAN_QUOTA_SYSTEM
    The service is asked too often by all together: slow down and try again.
0x803381A9 WSMAN_DIFFERENT_AUTHZ_TOKEN
    The rights of the user have changed since the last request: repeat the request.
0x803381AB WSMAN_QUOTA_MAX_SHELLUSERS
    Too many users have shells: close some, or raise MaxConcurrentUsers (winrm/config/winrs).
0x803381E4 WSMAN_QUOTA_MAX_SHELLS_PPQ
    The user has too many shells of this session configuration: close some, or raise its MaxShellsPerUser.
0x803381E5 WSMAN_QUOTA_MAX_USERS_PPQ
    Too many users use this session configuration: wait, or raise its MaxConcurrentUsers.
0x803381E6 WSMAN_QUOTA_MAX_PLUGINSHELLS_PPQ
    The session configuration has too many shells: close some, or raise its MaxShells.
0x803381E7 WSMAN_QUOTA_MAX_PLUGINOPERATIONS_PPQ
    The session configuration has too many operations under way: wait, or raise its MaxConcurrentOperations.
0x803381E8 WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ
    The user has too many operations under way here: wait, or raise MaxConcurrentOperationsPerUser of the configuration.
0x803381E9 WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ
    The shell runs too many commands at once: wait, or raise MaxConcurrentCommandsPerShell of the configuration.
0x803381EA WSMAN_QUOTA_MIN_REQUIREMENT_NOT_AVAILABLE_PPQ
    The machine has not enough left for this request: end something there, then try again.
0x80338026 WSMAN_ENVELOPE_TOO_LARGE
    The answer is larger than allowed: ask for less, or raise MaxEnvelopeSizekb (winrm/config).
0x8033802D WSMAN_URI_LIMIT
    The URI is too long: shorten it.
0x80338035 WSMAN_ENCODING_LIMIT
    The request is beyond a limit of the service: make it smaller.
0x80338047 WSMAN_MAX_ENVELOPE_SIZE
    The MaxEnvelopeSize asked for is larger than the service allows: ask for less.
0x80338048 WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED
    The answer does not fit the MaxEnvelopeSize of the request: ask for more room, or for less at once.
0x8033807E WSMAN_MIN_ENVELOPE_SIZE
    The MaxEnvelopeSize asked for is too small: ask for 8192 bytes or more.
0x8033804A WSMAN_SELECTOR_LIMIT
    There are too many selectors: leave some out.
0x8033804B WSMAN_OPTION_LIMIT
    There are too many options: leave some out.
0x80338029 WSMAN_OPERATION_TIMEDOUT
    The operation was not done within OperationTimeout: give it more time, or ask again.
0x8033800C WSMAN_UNSUPPORTED_TIMEOUT
    The timeout is below what the service takes: give more time.
0x80338000 WSMAN_RESOURCE_NOT_FOUND
    There is no resource with this URI and these selectors: check both.
0x80338001 WSMAN_INVALID_ACTIONURI
    The action is unknown: check its URI.
0x80338002 WSMAN_INVALID_URI
    The resource URI is missing or wrong: check it.
0x80338003 WSMAN_PROVIDER_FAILURE
    The plug-in that serves this resource failed: see its own message, and the log of the server.
0x80338007 WSMAN_ENUMERATION_CLOSED
    The enumeration has ended or was released: begin another one.
0x80338013 WSMAN_ACTION_NOT_SUPPORTED
    The resource does not support this action: check the URI and the operation.
0x80338015 WSMAN_INVALID_REPRESENTATION
    The body is no representation of this resource: get one first and change that.
0x8033802C WSMAN_UNSUPPORTED_ENCODING
    The request is in a character set that is not read: send UTF-8 or UTF-16.
0x80338033 WSMAN_ALREADY_EXISTS
    There is such a resource already: set it, or delete it first.
0x8033803B WSMAN_INVALID_RESOURCE_URI
    The resource URI is missing or wrong: check it.
0x8033803D WSMAN_INVALID_SELECTORS
    The selectors do not fit the resource: check their names and values.
0x80338041 WSMAN_SCHEMA_VALIDATION_ERROR
    The XML of the body is not valid for this request: check names, namespace and order.
0x80338042 WSMAN_UNSUPPORTED_FEATURE
    The request needs what the service does not have: leave it out.
0x8033805A WSMAN_INSUFFCIENT_SELECTORS
    A selector is missing: name the resource with all of its keys.
0x8033805B WSMAN_UNEXPECTED_SELECTORS
    A selector is too many, or names what is not there (a shell that is gone, too): check the selectors.
0x803380A6 WSMAN_UNSUPPORTED_FEATURE_OPTIONS
    The resource takes no options: leave them out.
0x803380BF WSMAN_CLIENT_BLANK_URI
    The resource URI is empty: give one.
0x803380C1 WSMAN_CLIENT_BLANK_INPUT_XML
    The input is empty: give the XML of the resource.
0x803380C2 WSMAN_CLIENT_BATCH_ITEMS_TOO_SMALL
    BatchItems is too small: ask for one item or more.
0x803380C4 WSMAN_CLIENT_BLANK_ACTION_URI
    The action is empty: name one.
0x803380FA WSMAN_INVALID_URI_WMI_SINGLETON
    There are several instances of this class: name one with its keys, or enumerate.
0x803380FB WSMAN_INVALID_URI_WMI_ENUM_WQL
    A query needs a URI that ends in * and has no keys: correct the URI.
0x80338108 WSMAN_ENUMERATE_WMI_INVALID_KEY
    The URI of an enumeration has no keys: leave them out, or get the one instance.
0x80338118 WSMAN_INVALID_SELECTOR_NAME
    The name of a selector is not valid: check it.
0x8033811F WSMAN_CLIENT_MULTIPLE_ENUM_MODE_FLAGS
    More than one kind of result was asked for: leave one flag.
0x80338137 WSMAN_POLYMORPHISM_MODE_UNSUPPORTED
    The resource cannot be enumerated shallow or with its base properties only: leave these out.
0x80338143 WSMAN_CLIENT_ENUM_RECEIVED_TOO_MANY_ITEMS
    The server sent more items than were asked for: ask for one at a time, or correct the server.
0x803381AD WSMAN_PULL_PARAMS_NOT_SAME_AS_ENUM
    A Pull has other limits than its Enumerate: use the same ones.
0x80338199 WSMAN_REDIRECT_REQUESTED
    The service is elsewhere: allow redirection, or use the address in the message.
0x803381FA WSMAN_CLIENT_SESSION_UNUSABLE
    The session cannot be used any more: create another one.
0x80338074 WSMAN_BAD_METHOD
    The server does not know this method (HTTP 405): check what listens at this port and path.
0x803381C2 WSMAN_CLIENT_CREATESHELL_NAME_INVALID
    The name of the shell is longer than 255 characters: shorten it.
0x803381DF WSMAN_CREATESHELL_RUNAS_FAILED
    The RunAs account cannot log on, or a policy forbids to store its password: set RunAsUser and RunAsPassword anew.
0x803381FB WSMAN_VIRTUALACCOUNT_NOTSUPPORTED
    The virtual account of the session could not be made: see the log of the server, or turn virtual accounts off.
0x803381B7 REDIRECT_LOCATION_INVALID
    The address that the service redirects to is not valid: correct it on the server.
0x803381C4 WINRS_SHELL_DISCONNECTED
    The shell is disconnected: reconnect or connect to it first.
0x803381C5 WINRS_SHELL_DISCONNECT_NOT_SUPPORTED
    This shell cannot be disconnected: make one of a kind that can, with a buffer mode and an idle timeout.
0x803381C6 WINRS_SHELL_CLIENTSESSIONID_MISMATCH
    The shell belongs to another client session: connect to it from there, or disconnect it there first.
0x803381CD WINRS_SHELL_CONNECTED_TO_DIFFERENT_CLIENT
    Another client uses the shell: disconnect it there first.
0x803381CF WINRS_SHELL_DISCONNECT_OPERATION_NOT_VALID
    The shell is disconnected already: nothing is left to do.
0x803381D0 WINRS_SHELL_RECONNECT_OPERATION_NOT_VALID
    The shell is connected already: nothing is left to do.
0x803381D4 WINRS_SHELLCOMMAND_CLIENTID_NOT_VALID
    The id given for the command is no GUID: give one, or none.
0x803381D5 WINRS_SHELL_CLIENTID_NOT_VALID
    The id given for the shell is no GUID: give one, or none.
0x803381D6 WINRS_SHELLCOMMAND_CLIENTID_RESOURCE_CONFLICT
    A command with this id exists already: give another one.
0x803381D7 WINRS_SHELL_CLIENTID_RESOURCE_CONFLICT
    A shell with this id exists already: give another one.
0x803381F2 WINRS_IDLETIMEOUT_OUTOFBOUNDS
    The idle timeout is outside what the server allows: between 60 seconds and its MaxIdleTimeoutms.
"""

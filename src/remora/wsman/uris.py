"""Names on the wire of WS-Management: namespaces, resources, actions, signals, options (MS-WSMV 2.2)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

NS_SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
NS_SOAP_11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
NS_ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
NS_WSMAN: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
NS_WSMV: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
NS_FAULT: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
NS_SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
NS_POWERSHELL: Final = "http://schemas.microsoft.com/powershell"
NS_TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
NS_ENUMERATION: Final = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
NS_EVENTING: Final = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
NS_IDENTITY: Final = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
NS_IDENTIFY: Final = "http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd"
"""NS_IDENTITY as MS-WSMV 2.2.1 prints it: read, never written."""
NS_CIM_BINDING: Final = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
NS_CIM: Final = "http://schemas.dmtf.org/wbem/wscim/1/common"
NS_CONFIG: Final = "http://schemas.microsoft.com/wbem/wsman/1/config"
NS_REMORA: Final = "urn:remora:wsman"
NS_XML: Final = "http://www.w3.org/XML/1998/namespace"

XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"

ANONYMOUS: Final = NS_ADDRESSING + "/role/anonymous"

RESOURCE_SHELL: Final = NS_SHELL
RESOURCE_SHELL_COMMAND: Final = NS_SHELL + "/Command"
RESOURCE_CMD: Final = NS_SHELL + "/cmd"
RESOURCE_POWERSHELL_PREFIX: Final = NS_POWERSHELL + "/"
RESOURCE_CONFIG: Final = NS_CONFIG
RESOURCE_CIM_PREFIX: Final = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
DEFAULT_CONFIGURATION: Final = "Microsoft.PowerShell"

ACTION_GET: Final = NS_TRANSFER + "/Get"
ACTION_PUT: Final = NS_TRANSFER + "/Put"
ACTION_CREATE: Final = NS_TRANSFER + "/Create"
ACTION_DELETE: Final = NS_TRANSFER + "/Delete"
ACTION_ENUMERATE: Final = NS_ENUMERATION + "/Enumerate"
ACTION_PULL: Final = NS_ENUMERATION + "/Pull"
ACTION_RELEASE: Final = NS_ENUMERATION + "/Release"
ACTION_COMMAND: Final = NS_SHELL + "/Command"
ACTION_SEND: Final = NS_SHELL + "/Send"
ACTION_RECEIVE: Final = NS_SHELL + "/Receive"
ACTION_SIGNAL: Final = NS_SHELL + "/Signal"
ACTION_DISCONNECT: Final = NS_SHELL + "/Disconnect"
ACTION_RECONNECT: Final = NS_SHELL + "/Reconnect"
ACTION_CONNECT: Final = NS_SHELL + "/Connect"
ACTION_FAULT: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
ACTION_ADDRESSING_FAULT: Final = NS_ADDRESSING + "/fault"

SIGNAL_TERMINATE: Final = NS_SHELL + "/signal/terminate"
SIGNAL_CTRL_C: Final = NS_SHELL + "/signal/ctrl_c"
SIGNAL_CTRL_BREAK: Final = NS_SHELL + "/signal/ctrl_break"
SIGNAL_STOP_PIPELINE: Final = "powershell/signal/crtl_c"
"""Misspelt on the wire; the correctly spelt form closes the command like a terminate."""

COMMAND_STATE_PREFIX: Final = NS_SHELL + "/CommandState/"
FAULT_DETAIL_PREFIX: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

SELECTOR_FILTER: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
WQL_FILTER: Final = "http://schemas.microsoft.com/wbem/wsman/1/WQL"

OPTION_KEEPALIVE: Final = "WSMAN_CMDSHELL_OPTION_KEEPALIVE"
OPTION_PROTOCOL_VERSION: Final = "protocolversion"
OPTION_NO_PROFILE: Final = "WINRS_NOPROFILE"
OPTION_CODEPAGE: Final = "WINRS_CODEPAGE"
OPTION_CONSOLE_STDIN: Final = "WINRS_CONSOLEMODE_STDIN"
OPTION_INTERACTIVE: Final = "REMORA_INTERACTIVE_TOKEN"
"""Our own: the client is on the host's computer and asks for a token that is good on the network."""
OPTION_SKIP_CMD_SHELL: Final = "WINRS_SKIP_CMD_SHELL"

PREFIXES: Final = MappingProxyType(
    {
        "s": NS_SOAP,
        "a": NS_ADDRESSING,
        "w": NS_WSMAN,
        "p": NS_WSMV,
        "f": NS_FAULT,
        "rsp": NS_SHELL,
        "x": NS_TRANSFER,
        "n": NS_ENUMERATION,
        "wsmid": NS_IDENTITY,
        "cfg": NS_CONFIG,
        "b": NS_CIM_BINDING,
    }
)


def powershell_resource(configuration: str) -> str:
    """Return the ResourceURI of a session configuration; a full URI is taken as it is."""
    if "://" in configuration:
        return configuration
    return RESOURCE_POWERSHELL_PREFIX + configuration


def configuration_name(resource_uri: str) -> str | None:
    """Return the session configuration a ResourceURI names, or None when it is not a PowerShell resource."""
    if resource_uri[: len(RESOURCE_POWERSHELL_PREFIX)].lower() != RESOURCE_POWERSHELL_PREFIX:
        return None
    return resource_uri[len(RESOURCE_POWERSHELL_PREFIX) :] or None

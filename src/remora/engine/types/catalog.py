"""Which module declares the members of a type: imported when a script first needs them, or first names a type."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterable
from functools import partial
from typing import Final

from remora.engine.nettype import OBJECT
from remora.engine.types import registry as r
from remora.engine.types.typeref import PSREFERENCE, RUNTIME_TYPE

_lock: Final = threading.RLock()
_done: Final[set[str]] = set()

# a namespace or the beginning of a name -> the modules that declare what is in it; the longest match counts
_FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "system.i": ("interfaces",),
    "system.": ("core", "enums", "generics", "comparers", "mathematics", "environment"),
    "system.action": ("generics",),
    "system.bitconverter": ("mathematics", "numberstatics"),
    "system.console": ("console",),
    "system.consolecolor": ("enums",),
    "system.consolekey": ("enums",),
    "system.convert": ("convertclass", "enums"),
    "system.dat": ("dates", "enums"),
    "system.dateonly": ("dateonly",),
    "system.datetimeoffset": ("offsets",),
    "system.dayofweek": ("enums",),
    "system.dbnull": ("automation",),
    "system.management.automation.internal.automation": ("automation",),
    "system.management.automation.language.null": ("automation",),
    "system.management.automation.languageprimitives": ("automation",),
    "system.management.automation.pslistmodifier": ("listmodifier",),
    "system.management.automation.pstypename": ("commandinfo", "attributes"),
    "system.management.automation.wildcardpattern": ("automation",),
    "system.environment": ("environment",),
    "system.operatingsystem": ("environment", "enums"),
    "system.func": ("generics",),
    "system.math": ("mathematics", "numberstatics"),
    "system.midpointrounding": ("enums",),
    "system.predicate": ("generics",),
    "system.random": ("mathematics",),
    "system.string": ("enums", "comparers"),
    "system.timeonly": ("timeonly",),
    "system.timezone": ("dates",),
    "system.tuple": ("generics",),
    "system.uri": ("network", "uris", "enums"),
    "system.valuetuple": ("generics",),
    "system.collections.": ("interfaces", "generics"),
    "system.collections.generic.i": ("interfaces",),
    "system.collections.i": ("interfaces",),
    "system.collections.dictionaryentry": ("dictionaries",),
    "system.collections.bitarray": ("specialized",),
    "system.collections.sortedlist": ("specialized",),
    "system.collections.specialized.": ("specialized",),
    "system.xml.": ("xmlmembers", "enums"),
    "system.xml.xmlwriter": ("xmlwriting", "xmlmembers"),
    "system.xml.xmltextwriter": ("xmlwriting", "xmlmembers"),
    "system.xml.formatting": ("xmlwriting",),
    "system.linq.": ("linq", "linqmore"),
    "system.diagnostics.": ("diagnostics", "enums"),
    "system.globalization.": ("culture", "calendars", "enums"),
    "system.globalization.stringinfo": ("textelements",),
    "system.globalization.textelement": ("textelements",),
    "system.numerics.bitoperations": ("bitoperations",),
    "system.io.": ("files", "fileops", "filemore", "streams", "enums"),
    "system.management.automation.": ("errors", "commandinfo", "enums"),
    "system.management.automation.com": ("completion.results", "errors", "commandinfo", "enums"),
    "system.management.automation.language.static": ("syntax.staticbinding",),
    "system.management.automation.language.": ("syntax.kinds", "core", "interfaces"),
    "system.management.automation.ps": ("members.memberinfo", "syntax.kinds", "hosting", "psstyle"),
    "system.management.automation.variablepath": ("syntax.kinds",),
    "system.management.automation.host.": ("hosting", "enums"),
    "system.management.automation.powershell": ("runspaces",),
    "system.management.automation.pscommand": ("runspaces",),
    "system.management.automation.psdata": ("runspaces",),
    "system.management.automation.psinvocation": ("runspaces",),
    "system.management.automation.runspace": ("runspaces",),
    "system.management.automation.breakpoint": ("hosting.breakpoints",),
    "system.management.automation.linebreakpoint": ("hosting.breakpoints",),
    "system.management.automation.commandbreakpoint": ("hosting.breakpoints",),
    "system.management.automation.variablebreakpoint": ("hosting.breakpoints",),
    "system.management.automation.security.": ("systempolicy",),
    "system.management.automation.psevent": ("eventsources",),
    "system.management.automation.psmodule": ("module.members",),
    "system.management.automation.pstrace": ("tracesources",),
    "system.management.automation.psvariable": ("psvariable",),
    "system.management.automation.proxycommand": ("proxycommand",),
    "system.management.automation.commandmetadata": ("proxycommand",),
    "system.management.automation.runtimedefined": ("runtimeparameters",),
    "system.management.automation.validate": ("attributes",),
    "system.management.automation.pss": ("psstyle", "hosting"),
    "system.management.automation.errorrecord": ("errors",),
    "system.management.automation.internal.string": ("psstyle",),
    "system.management.automation.outputrendering": ("psstyle",),
    "system.management.automation.progressview": ("psstyle",),
    "system.management.automation.runspaces.": ("members.typedata", "enums"),
    "system.management.automation.remoting.": ("enums",),
    "microsoft.powershell.commands.outtarget": ("enums",),
    "microsoft.powershell.commands.sessionfilterstate": ("enums",),
    "system.net.": ("network", "enums"),
    "system.net.dns": ("uris",),
    "system.net.iphost": ("uris",),
    "microsoft.powershell.commands.": ("enumerations",),
    "microsoft.powershell.commands.psproperty": ("propertyexpression",),
    "newtonsoft.json.": ("enumerations",),
    "microsoft.powershell.commands.filesystemprovider": ("files",),
    "system.management.automation.pathinfo": ("commandinfo",),
    "system.management.automation.platform": ("interop", "files"),
    "system.timezoneinfo": ("timezones",),
    "system.reflection.": ("assemblyobjects", "enums"),
    "system.activator": ("assemblyobjects",),
    "system.appdomain": ("assemblyobjects",),
    "system.intptr": ("interop",),
    "system.numerics.complex": ("interop",),
    "system.runtime.interopservices.": ("environment", "interop", "enums"),
    "system.security.cryptography.": ("hashes", "derivation", "ciphers", "enums"),
    "system.io.binary": ("binaryio",),
    "system.net.ipendpoint": ("webtypes",),
    "system.net.mail.": ("webtypes", "enums"),
    "system.net.servicepointmanager": ("servicepoints", "enums"),
    "system.consolekeyinfo": ("consolewindow", "enums"),
    "system.uribuilder": ("webtypes",),
    "system.web.": ("webtypes",),
    "system.text.": ("text", "encodings"),
    "system.text.rune": ("textelements",),
    "system.text.regularexpressions.": ("regextypes", "matchtypes"),
    "system.threading.": ("interop", "sync", "environment", "generics", "enums", "runspaces"),
    "system.timers.": ("eventsources",),
}
_OUTSIDE: Final[set[str]] = set()
_ALL: Final = (
    "xmlmembers",
    "xmlwriting",
    "linq",
    "linqmore",
    "specialized",
    "webtypes",
    "binaryio",
    "interop",
    "automation",
    "listmodifier",
    "core",
    "interfaces",
    "numeric",
    "convertclass",
    "errors",
    "commandinfo",
    "enums",
    "comparers",
    "generics",
    "text",
    "encodings",
    "dates",
    "regextypes",
    "matchtypes",
    "mathematics",
    "numberstatics",
    "environment",
    "console",
    "systempolicy",
    "files",
    "fileops",
    "filemore",
    "hashes",
    "derivation",
    "ciphers",
    "dateonly",
    "offsets",
    "timeonly",
    "network",
    "uris",
    "servicepoints",
    "consolewindow",
    "diagnostics",
    "streams",
    "psstyle",
    "hosting",
    "completion.results",
    "attributes",
    "runtimeparameters",
    "module.members",
    "culture",
    "calendars",
    "sync",
    "textelements",
    "bitoperations",
    "enumerations",
    "syntax.kinds",
    "syntax.staticbinding",
    "members.memberinfo",
    "members.typedata",
    "timezones",
    "runspaces",
    "eventsources",
    "tracesources",
    "propertyexpression",
    "psvariable",
    "proxycommand",
    "enummembers",
    "assemblyobjects",
    "versions",
    "plain",
)
# types that values have without being named, and the modules that declare their members
_BASIC: Final = (
    ((r.STRING,), "stringstatics"),
    ((r.CHAR,), "chars"),
    ((r.ARRAY, r.OBJECT_ARRAY, r.BYTE_ARRAY), "arrays"),
    ((r.LIST, r.COLLECTION_OF), "generics"),
    ((r.ARRAYLIST,), "growable"),
    ((r.HASHTABLE, r.ORDERED, r.PRIMITIVES, r.QUEUE, r.STACK, r.PSCUSTOM, r.PSOBJECT), "dictionaries"),
    ((OBJECT,), "objects"),
    ((r.INT32, r.INT64, r.INT16, r.SBYTE, r.UINT64, r.UINT32, r.UINT16, r.BYTE, r.BIG), "numeric"),
    ((r.DOUBLE, r.SINGLE, r.DECIMAL, r.BOOLEAN), "numeric"),
    ((r.GUID,), "core"),
    ((r.VERSION, r.SEMVER), "versions"),
    ((r.ENUM, RUNTIME_TYPE, RUNTIME_TYPE.base or RUNTIME_TYPE), "enummembers"),
    ((r.DATETIME,), "dates"),
    ((r.TIMESPAN,), "spans"),
    ((r.URI,), "uris"),
    ((r.XML, r.XML_NODE), "xmlmembers"),
    ((r.SECURE, r.CREDENTIAL), "hashes"),
    ((PSREFERENCE,), "reference"),
)


def load_basic() -> None:
    """Say for the types of ordinary values where their members are declared; errors and commands are always there."""
    load("errors")
    load("commandinfo")
    for types, module in _BASIC:
        for net in types:
            net.load = partial(load, module)


def load(module: str) -> None:
    """Import a table of members (of this package, or of the engine's by ``package.module``) and register its types,
    once; other threads wait until it is done.
    """
    if module in _done:
        return
    with _lock:
        path = module if module.startswith("remora.") else f"remora.engine.{'' if '.' in module else 'types.'}{module}"
        family = importlib.import_module(path)
        register_types = getattr(family, "register_types", None)
        if register_types is not None and module not in _done:
            register_types()
        _done.add(module)


def declare(name: str, module: str) -> None:
    """Say which module outside of the engine declares the types whose full names begin so (lower case)."""
    _FAMILIES[name] = (module,)
    _OUTSIDE.add(module)


def load_named(names: Iterable[str]) -> None:
    """Load what may declare types of these full names (lower case)."""
    for name in names:
        if name.endswith("attribute"):
            load("attributes")
        best = max((prefix for prefix in _FAMILIES if name.startswith(prefix)), key=len, default="")
        for module in _FAMILIES.get(best, ()):
            load(module)


def load_all() -> None:
    """Load every table."""
    for module in (*_ALL, *sorted(_OUTSIDE)):
        load(module)
    for types, module in _BASIC:
        load(module)
        for net in types:
            net.ready()

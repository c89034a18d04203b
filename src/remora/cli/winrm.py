"""``remora winrm``: the winrm tool's grammar, on this machine or on another one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from remora import _xml
from remora._xml import Element
from remora.cli.running import run_async
from remora.cli.winrm_arguments import OPERATIONS, SWITCHES, WinrmArguments, read_arguments, read_values
from remora.cli.winrm_place import management
from remora.cli.winrm_quickconfig import quickconfig
from remora.cli.winrm_text import Format, failure, many, one
from remora.client.management import Enumeration, Management, Resource
from remora.client.representation import change_representation, new_representation
from remora.client.resource_uris import DIALECTS, expanded, resource, root_name, selectors
from remora.errors import AuthError, ConfigError, TransportError, WSManFault
from remora.wsman.faults import make_fault, meaning
from remora.wsman.headers import NO_OPTIONS, Fragment, Option, OptionSet
from remora.wsman.identify import identified_element
from remora.wsman.requests import EnumerationMode, Filter

MAX_INPUT: Final = 16 * 1024 * 1024
_MODES: Final = {
    "object": EnumerationMode.OBJECT,
    "epr": EnumerationMode.EPR,
    "objectandepr": EnumerationMode.OBJECT_AND_EPR,
}
_SDDL: Final = "Service/RootSDDL"


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["--help"]}
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def winrm(words: Sequence[str]) -> int:
    """Manage WinRM with the words of the winrm tool.

    \b
    Without -remote (-r) this machine's own configuration is meant: the host's in its
    state directory (-state-dir:DIR), and the client's.

    \b
    Examples:
      remora winrm get winrm/config
      remora winrm set winrm/config/client/auth '@{Digest="false"}'
      remora winrm enumerate winrm/config/listener -r:server01 -u:admin
      remora winrm create 'winrm/config/listener?Address=*+Transport=HTTP' '@{Port="8888"}'
      remora winrm identify -r:https://server01 -auth:none
      remora winrm quickconfig
      remora winrm helpmsg 0x803380E4
    """
    try:
        arguments = read_arguments(words)
        return run_async(_run(arguments))
    except WSManFault as fault:
        click.echo(failure(fault), err=True, nl=False)
    except (AuthError, TransportError) as error:
        code = getattr(error, "code", 0) or 0x80338012
        signed = code - (1 << 32) if code >= 1 << 31 else code
        click.echo(f"Error number:  {signed} 0x{code:08X}\n{error}", err=True)
    except ConfigError as error:
        click.echo(f"Error: {error}\n\nremora winrm -? shows how it is written.", err=True)
    return 1


async def _run(arguments: WinrmArguments) -> int:
    match arguments.operation:
        case "help":
            click.echo(_help(*arguments.unnamed), nl=False)
            return 0
        case "helpmsg":
            click.echo(_message(arguments.unnamed[0]))
            return 0
    machine = management(arguments)
    try:
        text = await _answer(machine, arguments)
    finally:
        await machine.close()
    click.echo(text, nl=False)
    return 0


async def _answer(machine: Management, arguments: WinrmArguments) -> str:
    how = Format.parse(arguments.switches.get("format", ""))
    match arguments.operation:
        case "identify":
            return one(identified_element(await machine.identify()), how)
        case "quickconfig":
            return await quickconfig(machine, arguments)
        case "configsddl":
            return await _configsddl(machine, arguments.unnamed[0], arguments.switches.get("sddl"))
    what = _resource(arguments)
    match arguments.operation:
        case "get":
            return one(await machine.get(what), how)
        case "set":
            return _shown(await machine.put(what, await _changed(machine, what, arguments)), how)
        case "create":
            return one(await machine.create(what, _body(arguments, root_name(what.uri), what.uri)), how)
        case "delete":
            await machine.delete(what)
            return ""
        case "invoke":
            action = arguments.unnamed[0]
            body = _body(arguments, root_name(action) + "_INPUT", what.uri)
            return _shown(await machine.invoke(what, expanded(action) if "/" in action else action, body), how)
    return many([item async for item in machine.enumerate(what, _enumeration(arguments))], how)


def _shown(element: Element | None, how: Format) -> str:
    return "" if element is None else one(element, how)


def _resource(arguments: WinrmArguments) -> Resource:
    given = read_values(arguments.switches["options"]) if arguments.has("options") else {}
    options = OptionSet(tuple(Option(name=name, value=value or "") for name, value in given.items()))
    fragment = None
    if arguments.has("fragment"):
        dialect = arguments.switches.get("dialect")
        path = arguments.switches["fragment"]
        fragment = Fragment(path=path) if dialect is None else Fragment(path=path, dialect=dialect)
    return resource(arguments.unnamed[-1], options=options or NO_OPTIONS, fragment=fragment)


def _enumeration(arguments: WinrmArguments) -> Enumeration:
    wanted = arguments.switches.get("returntype", "object").lower()
    if wanted not in _MODES:
        raise ConfigError(f"-returntype:{wanted}: object, epr or objectandepr")
    for name in ("shallow", "basepropertiesonly", "associations"):
        if arguments.has(name):
            raise make_fault(0x80338042, f"-{name} is not supported. ")
    text = arguments.switches.get("filter")
    if text is None:
        return Enumeration(mode=_MODES[wanted])
    given = arguments.switches.get("dialect", "wql")
    dialect = DIALECTS.get(given.lower(), given)
    if dialect == DIALECTS["selector"]:
        named = read_values(text)
        keys = selectors("+".join(f"{name}={value or ''}" for name, value in named.items()))
        return Enumeration(mode=_MODES[wanted], filter=Filter(dialect=dialect, selectors=keys))
    return Enumeration(mode=_MODES[wanted], filter=Filter(dialect=dialect, text=text))


def _body(arguments: WinrmArguments, name: str, uri: str) -> Element:
    """Return the input: the file's document, or an element of the values."""
    if arguments.has("file"):
        return _document(arguments.switches["file"])
    return new_representation(name, uri, arguments.values or {})


def _document(path: str) -> Element:
    try:
        data = sys.stdin.buffer.read(MAX_INPUT) if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"-file:{path}: {error.strerror or error}") from None
    return _xml.parse(data)


async def _changed(machine: Management, what: Resource, arguments: WinrmArguments) -> Element:
    """Return what is there with the values laid over it; each must be one child without children of its own."""
    if arguments.has("file"):
        return _document(arguments.switches["file"])
    return change_representation(await machine.get(what), what.uri, arguments.values or {})


async def _configsddl(machine: Management, prefix: str, new: str | None) -> str:
    """Show the descriptor that ``default``, or a session configuration, has; or give it a new one and show that."""
    if prefix.lower() == "default":
        what = resource("winrm/config/service")
        service = await machine.get(what)
        if new is not None:
            (held,) = (child for child in service if _xml.local_name(child) == "RootSDDL")
            held.text = new
            for other in [child for child in service if child is not held]:
                service.remove(other)
            service = await machine.put(what, service) or service
        return next((child.text or "" for child in service if _xml.local_name(child) == "RootSDDL"), "") + "\n"
    plugins = [item async for item in machine.enumerate(resource("winrm/config/plugin"), Enumeration())]
    wanted = expanded(prefix).casefold()
    for plugin in plugins:
        for child in plugin.iter():
            if _xml.local_name(child) == "Security" and str(child.get("Uri", "")).casefold() == wanted:
                if new is not None:
                    child.set("Sddl", new)
                    await machine.put(resource(f"winrm/config/plugin?Name={plugin.get('Name')}"), plugin)
                return f"{child.get('Sddl')}\n"
    raise ConfigError(f"no session configuration has the URI {prefix}")


def _message(text: str) -> str:
    """Return what a number means, written in decimal, signed too, or hexadecimal."""
    try:
        number = int(text, 0)
    except ValueError:
        raise ConfigError(f"{text!r} is no number") from None
    found = meaning(number)
    if found is None:
        raise ConfigError(f"0x{number & 0xFFFFFFFF:08X} is not known")
    return f"{found.message} (ERROR_{found.constant}, 0x{found.number:08X})"


def _help(topic: str = "") -> str:
    if topic.lower() == "switches":
        return "".join(
            f"  -{name}{''.join(f', -{short}' for short in known.shorts)}{':VALUE' if known.value else ''}\n"
            for name, known in SWITCHES.items()
        )
    shorts = {name: f" ({', '.join(also)})" if also else "" for name, also in OPERATIONS.items()}
    lines = [
        'winrm OPERATION [ACTION] RESOURCE_URI [-SWITCH[:VALUE]]... [@{KEY="VALUE"[;KEY="VALUE"]}]',
        "",
        *(f"  {name}{shorts[name]}" for name in OPERATIONS),
        "",
        "winrm help switches lists the switches.",
    ]
    return "\n".join(lines) + "\n"

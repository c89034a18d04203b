"""ver, whoami, hostname, date, time, chcp, where, and the delays ping -n and timeout."""

from __future__ import annotations

import os
import re
import socket
from datetime import datetime

from remora import __version__
from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.environment import codec_of, user_name
from remora.engine.cmd.paths import matches
from remora.engine.cmd.programs import find_program

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_SECONDS = 99999


def show_version(context: Context) -> int | None:
    """Name and version of this shell."""
    context.line(f"\r\nremora cmd [Version {__version__}]")
    return 0


def whoami(context: Context) -> int | None:
    """``machine\\user`` in lower case, as Windows prints it."""
    if context.text.strip():
        return context.executor.run_named("whoami", context.text, context.streams)
    context.line(f"{socket.gethostname().split('.')[0]}\\{user_name()}".lower())
    return 0


def hostname(context: Context) -> int | None:
    """The machine's name."""
    if context.text.strip():
        return context.executor.run_named("hostname", context.text, context.streams)
    context.line(socket.gethostname().split(".")[0])
    return 0


def ping(context: Context) -> int | None:
    """``ping -n COUNT HOST``: for this machine a delay of COUNT - 1 seconds, for others the system's ping."""
    words = context.arguments()
    count, rest, windows = _ping_options(words)
    hosts = [word for word in rest if not word.startswith(("-", "/"))]
    if not windows and any(word.startswith("-") for word in words):
        return context.executor.run_named("ping", context.text, context.streams)
    if len(hosts) != 1:
        return context.error("IP address must be specified.")
    if hosts[0].lower() not in _LOOPBACK:
        return context.executor.run_named("ping", f" -c {count} {hosts[0]}", context.streams)
    context.line(f"\r\nPinging {hosts[0]} with 32 bytes of data:")
    for index in range(count):
        if index:
            context.control.wait(1)
        context.line(f"Reply from {hosts[0]}: bytes=32 time<1ms TTL=128")
    context.line(f"\r\nPing statistics for {hosts[0]}:")
    context.line(f"    Packets: Sent = {count}, Received = {count}, Lost = 0 (0% loss),")
    context.line("Approximate round trip times in milli-seconds:\r\n    Minimum = 0ms, Maximum = 0ms, Average = 0ms")
    return 0


def _ping_options(words: list[str]) -> tuple[int, list[str], bool]:
    """Count, other words, and whether the options are those of Windows."""
    count, rest, windows = 4, [], True
    index = 0
    while index < len(words):
        word = words[index].lower().replace("/", "-", 1)
        value = words[index + 1] if index + 1 < len(words) else ""
        if word in ("-n", "-w", "-l", "-i") and value.isdigit():
            count = min(int(value), _MAX_SECONDS) if word == "-n" else count
            index += 1
        elif word in ("-4", "-6", "-t", "-a"):
            count = _MAX_SECONDS if word == "-t" else count
        else:
            windows = windows and not word.startswith("-")
            rest.append(words[index])
        index += 1
    return count, rest, windows


def timeout(context: Context) -> int | None:
    """``timeout [/t] SECONDS [/nobreak]``: a delay; with a command after the number it is the system's own timeout."""
    switches, operands = context.options(r"/t|/nobreak")
    if len(operands) != 1 or not re.fullmatch(r"-?\d+", operands[0]):
        if len(operands) > 1:
            return context.executor.run_named("timeout", context.text, context.streams)
        return context.error("ERROR: Invalid syntax. Default option is not allowed more than '1' time(s).")
    seconds = int(operands[0])
    if not -1 <= seconds <= _MAX_SECONDS:
        return context.error("ERROR: Invalid value for timeout (/T) specified. Valid range is -1 to 99999 seconds.")
    note = "press CTRL+C to quit" if "/nobreak" in switches else "press a key to continue"
    context.line(f"\r\nWaiting for {seconds} seconds, {note} ...")
    context.control.wait(_MAX_SECONDS if seconds < 0 else seconds)
    return 0


def date(context: Context) -> int | None:
    """``date /t``; the clock cannot be set from here."""
    if context.text.strip().lower() == "/t":
        context.line(datetime.now().strftime("%a %m/%d/%Y "))
        return 0
    if context.text.strip().startswith(("+", "-")):
        return context.executor.run_named("date", context.text, context.streams)
    context.line(datetime.now().strftime("The current date is: %a %m/%d/%Y "))
    return 0


def time(context: Context) -> int | None:
    """``time /t``; the clock cannot be set from here."""
    now = datetime.now()
    if context.text.strip().lower() == "/t":
        context.line(now.strftime("%I:%M %p"))
    else:
        context.line(f"The current time is: {now.hour:2d}:{now:%M:%S}.{now.microsecond // 10000:02d}")
    return 0


def code_page(context: Context) -> int | None:
    """Show or change the code page of this command's text."""
    text = context.text.strip()
    if text:
        if not text.isdigit() or codec_of(int(text)) is None:
            return context.error("Invalid code page")
        context.environment.code_page = int(text)
    context.line(f"Active code page: {context.environment.code_page}")
    return 0


def where(context: Context) -> int | None:
    """Paths of programs: the directory first, then PATH."""
    switches, operands = context.options(r"/q")
    code = 1
    for word in operands:
        path = find_program(word, context.environment)
        found = [path] if path else list(matches(word, context.environment.directory))
        if found:
            code = 0
        if "/q" not in switches:
            for item in found:
                context.line(os.path.abspath(item))
    if code and "/q" not in switches:
        context.error("INFO: Could not find files for the given pattern(s).")
    return code


COMMANDS: dict[str, Builtin] = {
    "chcp": code_page,
    "date": date,
    "hostname": hostname,
    "ping": ping,
    "time": time,
    "timeout": timeout,
    "ver": show_version,
    "where": where,
    "whoami": whoami,
}

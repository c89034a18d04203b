"""``remora winrs``: a command on another machine, with the words of the winrs tool."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import click

from remora.cli.running import run_async
from remora.cli.verbs import exit_code
from remora.cli.winrm_arguments import WinrmArguments
from remora.cli.winrm_place import remote_info
from remora.cli.winrs_arguments import SWITCHES, WinrsArguments, read_winrs
from remora.client.connection_info import ConnectionInfo
from remora.client.deadline import deadline
from remora.client.winrs import WinRSCommand, WinRSShell
from remora.errors import ConfigError, RemoraError, WSManFault

_CHUNK: Final = 64 * 1024
_INTERRUPTED: Final = 130
_WAY: Final = ("remote", "username", "password", "password-file", "unencrypted", "usessl", "client-config", "ca-trust")


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def winrs(words: Sequence[str]) -> int:
    """Run a command on another machine with the words of the winrs tool.

    \b
    Without -remote (-r) the service of this machine is meant. Ctrl-C is sent to the
    command; pressed again it ends winrs. The exit code is the command's.

    \b
    Examples:
      remora winrs -r:server01 -u:admin ipconfig /all
      remora winrs -r:https://server01 -u:admin -d:/srv -env:LANG=C ls
      remora winrs -r:server01 -u:admin cmd
    """
    try:
        arguments = WinrsArguments() if words[:1] == ("--help",) else read_winrs(words)
        if not arguments.command:
            click.echo(_help(), nl=False)
            return 0
        return run_async(_run(arguments))
    except ConfigError as error:
        click.echo(f"Winrs error: {error}\n\nremora winrs -? shows how it is written.", err=True)
        return exit_code(error)
    except RemoraError as error:
        code = getattr(error, "code", 0)
        number = f" (0x{code:08X})" if code else ""
        click.echo(f"Winrs error: {str(error).strip()}{number}", err=True)
        if error.hint is not None:
            click.echo(f"  -> {error.hint}", err=True)
        return exit_code(error)


async def _run(arguments: WinrsArguments) -> int:
    info = _info(arguments)
    async with (
        deadline(arguments.seconds, f"running {arguments.command.split(' ')[0]} on {info.computer_name}"),
        WinRSShell(
            info,
            working_directory=arguments.switches.get("directory"),
            environment=arguments.environment,
            no_profile=arguments.has("noprofile"),
        ) as shell,
    ):
        terminal = sys.stdin.isatty()
        command = await shell.start(arguments.command, console_stdin=terminal)
        with _echo(off=terminal and arguments.has("noecho")):
            return await _converse(command, terminal=terminal)


def _info(arguments: WinrsArguments) -> ConnectionInfo:
    way = {name: value for name, value in arguments.switches.items() if name in _WAY}
    way.setdefault("remote", "localhost")
    info = remote_info(WinrmArguments(operation="winrs", switches=way))
    if arguments.has("allowdelegate"):
        info = replace(info, option=replace(info.option, delegate_credential=True))
    return info


async def _converse(command: WinRSCommand, *, terminal: bool) -> int:
    """Carry input there and output here until the command is done; its exit code as a process may have it."""
    signals = _Interrupts(command)
    forwarding = asyncio.create_task(_forward(command, terminal=terminal))
    try:
        with signals.caught():
            while True:
                output = await command.receive()
                for data, stream in ((output.stdout_bytes, sys.stdout), (output.stderr_bytes, sys.stderr)):
                    if data:
                        stream.buffer.write(data)
                        stream.flush()
                if output.exit_code is not None:
                    return output.exit_code if 0 <= output.exit_code <= 255 else output.exit_code & 0xFF or 1
    except asyncio.CancelledError:
        if not signals.second:
            raise
        raise SystemExit(_INTERRUPTED) from None
    finally:
        forwarding.cancel()
        await asyncio.shield(command.end())


class _Interrupts:
    """Ctrl-C: the first one goes to the command, the second ends this program, the third does so at once."""

    def __init__(self, command: WinRSCommand) -> None:
        self._command = command
        self._sent: asyncio.Task[None] | None = None
        self._main = asyncio.current_task()
        self.second = False

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._pressed)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            if self._sent is not None:
                self._sent.cancel()

    def _pressed(self) -> None:
        if self._sent is None:
            self._sent = asyncio.create_task(self._interrupt())
            return
        self.second = True
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if self._main is not None:
            self._main.cancel()

    async def _interrupt(self) -> None:
        with contextlib.suppress(RemoraError):  # what is wrong with the connection the receiving side tells
            await self._command.interrupt()


async def _forward(command: WinRSCommand, *, terminal: bool) -> None:
    """Carry standard input to the command; one that has ended takes no more."""
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(4)
    loop = asyncio.get_running_loop()

    def read() -> None:
        while room.acquire():
            try:
                data = os.read(0, _CHUNK)
            except OSError:
                data = b""
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, data)
            except RuntimeError:  # the conversation is over
                return
            if not data:
                return

    # a terminal, a file and a pipe are all read so, and none of them can be left in another mode
    threading.Thread(target=read, name="stdin", daemon=True).start()
    with contextlib.suppress(WSManFault):
        while data := await chunks.get():
            await command.send(data.replace(b"\n", b"\r\n") if terminal else data)
            room.release()
        await command.send(b"", end=True)


@contextlib.contextmanager
def _echo(*, off: bool) -> Iterator[None]:
    """Show nothing of what is typed while the command runs."""
    if not off:
        yield
        return
    before = termios.tcgetattr(0)
    silent = [*before]
    silent[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(0, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _help() -> str:
    lines = [
        f"  -{name}{''.join(f', -{short}' for short in known.shorts)}{':VALUE' if known.value else ''}"
        for name, known in SWITCHES.items()
    ]
    text = (winrs.help or "").replace("\b\n", "")
    return "\n".join(["winrs [-/SWITCH[:VALUE]]... COMMAND", "", text, "", "Switches:", *lines]) + "\n"

"""What a kind of shell must offer to `worker.shell`; a PowerShell pool and a command shell implement it."""

from __future__ import annotations

from typing import Protocol

from remora.worker.outlet import Outlet
from remora.worker.protocol import Chunk, Option, RunCommand


class Backend(Protocol):
    """The inside of a shell. All methods are called on the reactor's thread and return soon; all raise WSManFault.

    disconnectable: whether Disconnect, Reconnect and Connect exist for this kind. keeps_done: whether a command stays
    known after its Done was acknowledged, until it is signalled (command shells).
    """

    disconnectable: bool
    keeps_done: bool

    def open(self, outlet: Outlet) -> None:
        """Start; pool-level output goes to the outlet."""

    def command(self, command_id: str | None, request: RunCommand, outlet: Outlet) -> str:
        """Start a command whose output goes to the outlet; return its id (the client's, or a new one)."""

    def send(self, chunk: Chunk) -> None:
        """Take input of the shell or of a command."""

    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None:
        """Refuse a Receive that makes no sense for this kind of shell."""

    def signal(self, command_id: str | None, code: str) -> bool:
        """Deliver a signal; return whether it ended the command for its readers too (its slot is free)."""

    def forget(self, command_id: str) -> None:
        """The command has left the shell's table: let go of what it holds."""

    def connect(self, connect_xml: bytes | None, options: tuple[Option, ...]) -> bytes:
        """A new client takes over: return the ConnectResponse's bytes. Nothing may change when it raises."""

    def connected(self) -> None:
        """The take-over was granted and old output rewound: complete inputs, ask unanswered questions again."""

    def close(self) -> None:
        """End everything: commands, processes, threads."""

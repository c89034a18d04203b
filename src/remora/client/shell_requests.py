"""The requests to one PowerShell shell, with everything they have in common filled in."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from remora.client.options import OutputBufferingMode
from remora.wsman import requests, uris
from remora.wsman.headers import Option, OptionSet, SelectorSet

PROTOCOL_VERSION = "2.3"
COMMAND_LINE_LENGTH = 255

_VERSION = OptionSet((Option(name=uris.OPTION_PROTOCOL_VERSION, value=PROTOCOL_VERSION, must_comply=True),))


@dataclass(frozen=True, slots=True)
class ShellRequests:
    """Where one shell is: the resource URI of its configuration and its id. command_id None means the shell itself."""

    resource_uri: str
    shell_id: str

    def create(
        self,
        creation_xml: bytes,
        *,
        name: str | None = None,
        idle_timeout: float | None = None,
        buffering: OutputBufferingMode = OutputBufferingMode.NONE,
        no_profile: bool = False,
    ) -> requests.CreateShell:
        options = _VERSION.with_option(uris.OPTION_NO_PROFILE, "1", must_comply=True) if no_profile else _VERSION
        spec = requests.ShellSpec(
            shell_id=self.shell_id,
            name=name,
            input_streams=("stdin", "pr"),
            output_streams=("stdout",),
            idle_timeout=idle_timeout,
            buffer_mode=buffer_mode(buffering),
            creation_xml=creation_xml,
        )
        return requests.CreateShell(resource_uri=self.resource_uri, shell=spec, options=options)

    def command(self, command_id: str, fragments: bytes, text: str) -> requests.Command:
        """text: what an enumeration of commands shows; one printable line of it is sent."""
        line = text[:COMMAND_LINE_LENGTH]
        if not line.isprintable():
            line = "".join(character if character.isprintable() else " " for character in line)
        return requests.Command(
            resource_uri=self.resource_uri,
            shell_id=self.shell_id,
            command_id=command_id,
            command_line=line,
            arguments=(base64.b64encode(fragments).decode("ascii"),),
        )

    def send(self, stream: str, data: bytes, command_id: str | None) -> requests.Send:
        chunk = requests.StreamChunk(name=stream, data=data, command_id=command_id)
        return requests.Send(resource_uri=self.resource_uri, shell_id=self.shell_id, streams=(chunk,))

    def receive(self, command_id: str | None) -> requests.Receive:
        return requests.Receive(resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=command_id)

    def signal(self, command_id: str, code: str) -> requests.Signal:
        return requests.Signal(resource_uri=self.resource_uri, shell_id=self.shell_id, code=code, command_id=command_id)

    def disconnect(
        self, idle_timeout: float | None = None, buffering: OutputBufferingMode = OutputBufferingMode.NONE
    ) -> requests.Disconnect:
        return requests.Disconnect(
            resource_uri=self.resource_uri,
            shell_id=self.shell_id,
            idle_timeout=idle_timeout,
            buffer_mode=buffer_mode(buffering),
        )

    def reconnect(
        self, command_id: str | None = None, buffering: OutputBufferingMode = OutputBufferingMode.NONE
    ) -> requests.Reconnect:
        return requests.Reconnect(
            resource_uri=self.resource_uri,
            shell_id=self.shell_id,
            command_id=command_id,
            buffer_mode=buffer_mode(buffering),
        )

    def connect(self, connect_xml: bytes) -> requests.Connect:
        """Take over the shell."""
        return requests.Connect(
            resource_uri=self.resource_uri, shell_id=self.shell_id, connect_xml=connect_xml, options=_VERSION
        )

    def connect_command(self, command_id: str) -> requests.Connect:
        """Take over one command of the shell."""
        return requests.Connect(resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=command_id)

    def delete(self) -> requests.Delete:
        return requests.Delete.shell(self.resource_uri, self.shell_id)

    def get(self) -> requests.Get:
        return requests.Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(self.shell_id))


def buffer_mode(mode: OutputBufferingMode) -> requests.BufferMode | None:
    """Return the wire's value; NONE leaves the element out."""
    return requests.BufferMode(mode.wire) if mode.wire is not None else None

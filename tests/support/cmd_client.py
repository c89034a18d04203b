"""A client of a command shell on the worker channel, for tests."""

from __future__ import annotations

from typing import Any

from remora.worker import protocol as p
from remora.wsman import uris
from tests.support.workers import Front

TERMINATE = uris.SIGNAL_TERMINATE


class Cmd:
    """A client of a command shell."""

    def __init__(self, front: Front, shell_id: str, **fields: Any) -> None:
        self.front = front
        options = fields.pop("options", {"WINRS_CODEPAGE": "65001", "WINRS_NOPROFILE": "TRUE"})
        spec = {"input_streams": ("stdin",), "output_streams": ("stdout", "stderr"), **fields.pop("spec", {})}
        self.description = front.open(
            shell_id,
            kind="cmd",
            resource_uri=uris.RESOURCE_CMD,
            shell=p.ShellSpec(**spec),
            options=tuple(p.Option(name=name, value=value) for name, value in options.items()),
            **fields,
        )

    def start(self, line: str, *arguments: str, **options: str) -> str:
        request = p.RunCommand(
            command_line=line,
            arguments=arguments,
            options=tuple(p.Option(name=name, value=value) for name, value in options.items()),
        )
        answer = self.front.ask(request)
        assert isinstance(answer, p.CommandAccepted), answer
        return answer.command_id

    def send(self, command: str, data: bytes, *, end: bool = False) -> None:
        chunk = p.Chunk(name="stdin", data=data, command_id=command, end=end)
        assert self.front.ask(p.Send(chunks=(chunk,))) == p.Ok()

    def finish(self, command: str, budget: int = 100_000) -> tuple[bytes, bytes, int | None]:
        out: dict[str, bytes] = {"stdout": b"", "stderr": b""}
        ends: set[str] = set()
        while True:
            answer = self.front.ask(
                p.Receive(command_id=command, streams=("stdout", "stderr"), budget=budget, timeout=20.0)
            )
            assert isinstance(answer, p.Output), answer
            for chunk in answer.chunks:
                assert chunk.command_id == command
                out[chunk.name] += chunk.data
                if chunk.end:
                    ends.add(chunk.name)
            if answer.state == "Done":
                assert ends == {"stdout", "stderr"}
                return out["stdout"], out["stderr"], answer.exit_code

    def run(self, line: str, *arguments: str, **options: str) -> tuple[bytes, bytes, int | None]:
        command = self.start(line, *arguments, **options)
        result = self.finish(command)
        assert self.front.ask(p.Signal(command_id=command, code=TERMINATE)) == p.Ok()
        return result

    def fault(self, request: p.Request) -> p.Fault:
        answer = self.front.ask(request)
        assert isinstance(answer, p.Fault), answer
        return answer

"""A blocking front end for tests: one connection to one worker."""

from __future__ import annotations

import itertools
import socket
import time
from pathlib import Path
from uuid import uuid4

from remora.worker import frames
from remora.worker import protocol as p

SESSION = "uuid:AAAAAAAA-1111-1111-1111-111111111111"


class Front:
    """Speaks to a worker; `post` sends a call, `wait` its answer, `ask` both."""

    def __init__(self, path: Path | str, *, session: str | None = SESSION) -> None:
        self.session = session
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(30)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self._decoder = frames.front_end_decoder()
        self._answers: dict[int, p.Result] = {}
        self._ids = itertools.count(1)
        self.socket.sendall(frames.encode(p.Hello()))
        self.hello: p.Hello | None = None
        self._read()

    def _read(self) -> None:
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError("the worker closed the channel")
        for message in self._decoder.feed(data):
            if isinstance(message, p.Hello):
                self.hello = message
            elif isinstance(message, p.Answer):
                self._answers[message.id] = message.result

    def post(self, request: p.Request, *, message_id: str | None = None, session: str | None = None) -> int:
        number = next(self._ids)
        caller = p.Caller(session_id=session or self.session, message_id=message_id or f"uuid:{uuid4()}")
        self.socket.sendall(frames.encode(p.Call(id=number, request=request, caller=caller)))
        return number

    def cancel(self, number: int) -> None:
        self.socket.sendall(frames.encode(p.Cancel(id=number)))

    def wait(self, number: int) -> p.Result:
        while number not in self._answers:
            self._read()
        return self._answers.pop(number)

    def ask(self, request: p.Request, **more: str) -> p.Result:
        return self.wait(self.post(request, **more))

    def open(self, shell_id: str, **fields: object) -> p.Description:
        request = p.Open(
            **{
                "shell_id": shell_id,
                "kind": "powershell",
                "resource_uri": "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
                "shell": p.ShellSpec(client_chose_id=True, input_streams=("stdin", "pr"), output_streams=("stdout",)),
                "sender": p.Sender(name="me"),
                "options": (p.Option(name="protocolversion", value="2.3", must_comply=True),),
                **fields,
            }  # type: ignore[arg-type]
        )
        answer = self.ask(request)
        assert isinstance(answer, p.Opened), answer
        return answer.description

    def receive(self, command_id: str | None = None, *, budget: int = 300_000, timeout: float = 20.0) -> p.Result:
        return self.ask(p.Receive(command_id=command_id, streams=("stdout",), budget=budget, timeout=timeout))

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Front:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def wait_until(condition: object, seconds: float = 10.0) -> None:
    """Poll a callable until it is true; for things other processes do."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.01)

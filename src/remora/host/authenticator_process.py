"""The authenticator as a process of its own: it keeps root and the account store when the front end gives them up.

The whole exchange runs there; back come the Principal and the sealing keys of that one connection, never a hash or a
password of the store (docs/decisions, authenticator). The two talk over a socket pair in MessagePack messages.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import resource
import socket
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import msgspec

from remora._log import bound
from remora.auth.basic import BasicCredential
from remora.auth.ntlm import CbtHardening
from remora.auth.principal import Principal
from remora.auth.sealing import SealingKeys
from remora.errors import AuthError, RemoraError
from remora.host.accounts import AccountStore
from remora.host.authenticator import (
    CERTIFICATE,
    KERBEROS,
    SCHEMES,
    Accepted,
    Challenge,
    LocalAuthenticator,
    LocalExchange,
)
from remora.host.kerberos import KerberosService
from remora.net.unix import BlockingChannel, MessageChannel

_log = bound(__name__)
MAX_EXCHANGES: Final = 8192
MAX_MESSAGE: Final = 256 * 1024
_GONE: Final = "the authenticator is gone"


class Step(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The next token of an exchange; the first one opens it."""

    request: int
    exchange: int
    scheme: str
    token: bytes
    channel_binding: bytes | None
    hardening: CbtHardening

    def __repr__(self) -> str:
        return f"Step(request={self.request}, exchange={self.exchange})"


class Forget(msgspec.Struct, frozen=True, tag=True):
    """An exchange that nobody will finish."""

    exchange: int


class Verify(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A name and password to verify."""

    request: int
    username: str
    password: str
    pam_service: str = ""

    def __repr__(self) -> str:
        return f"Verify(request={self.request})"


class Mapped(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """An account that a client certificate was mapped to."""

    request: int
    account: str


class Challenged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    request: int
    token: bytes


class Granted(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    request: int
    principal: Principal
    token: bytes | None = None
    keys: SealingKeys | None = None


class Refused(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """claimed: the name that was refused; reason: why; both for the log."""

    request: int
    claimed: str
    reason: str = "the logon was refused"


Question = Step | Forget | Verify | Mapped
Answer = Challenged | Granted | Refused

_questions: Final = msgspec.msgpack.Decoder(Question)
_answers: Final = msgspec.msgpack.Decoder(Answer)
_encoder: Final = msgspec.msgpack.Encoder()


class AuthenticatorProcess:
    """The front end's side. gone: set when the process has ended, after which every logon is refused."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        channel: MessageChannel,
        schemes: frozenset[str],
        pam_service: Callable[[], str],
    ) -> None:
        self._schemes = schemes
        self._process = process
        self._pam_service = pam_service
        self._channel = channel
        self._numbers = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Answer]] = {}
        self.gone = asyncio.Event()
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(
        cls,
        state_dir: Path,
        *,
        names: Sequence[str] = (),
        kerberos: KerberosService | None = None,
        pam_service: Callable[[], str] = lambda: "",
    ) -> AuthenticatorProcess:
        """Start the process with our present rights; call it before they are given up.

        kerberos is fixed from then on: a front end that could change it could name itself anybody.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", "-m", __name__, "--fd", str(theirs.fileno())]
            command += ["--state-dir", str(state_dir), *(part for name in names for part in ("--name", name))]
            if kerberos is not None:
                command += ["--keytab", kerberos.keytab, *(f"--realm={realm}" for realm in sorted(kerberos.realms))]
            process = subprocess.Popen(  # noqa: ASYNC220  (at start, before anything is served)
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        schemes = SCHEMES if kerberos is None else SCHEMES | KERBEROS
        return cls(process, await MessageChannel.adopt(ours, max_message=MAX_MESSAGE), schemes, pam_service)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def schemes(self) -> frozenset[str]:
        return self._schemes

    def exchange(self, scheme: str, *, channel_binding: bytes | None, hardening: CbtHardening) -> RemoteExchange:
        return RemoteExchange(self, next(self._numbers), scheme, channel_binding, hardening)

    async def basic(self, credential: BasicCredential) -> Principal:
        request = next(self._numbers)
        return await self._principal(
            request,
            Verify(
                request=request,
                username=credential.username,
                password=credential.password,
                pam_service=self._pam_service(),
            ),
        )

    async def mapped(self, account: str) -> Principal:
        request = next(self._numbers)
        return await self._principal(request, Mapped(request=request, account=account))

    async def _principal(self, request: int, question: Question) -> Principal:
        answer = await self._ask(request, question)
        if isinstance(answer, Granted):
            return answer.principal
        raise AuthError("the logon was refused")

    async def close(self) -> None:
        """End the process."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        self._channel.abort()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await loop.run_in_executor(None, self._process.wait)

    async def _ask(self, request: int, question: Question) -> Answer:
        if self.gone.is_set():
            raise AuthError(_GONE)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending[request] = future
        try:
            await self._channel.send(_encoder.encode(question))
            return await future
        except RemoraError as error:
            raise AuthError(str(error)) from None
        finally:
            del self._pending[request]

    def _tell(self, question: Question) -> None:
        if not self.gone.is_set():
            asyncio.get_running_loop().create_task(self._channel.send(_encoder.encode(question)))

    async def _read(self) -> None:
        try:
            while (message := await self._channel.receive()) is not None:
                answer = _answers.decode(message)
                future = self._pending.get(answer.request)
                if future is not None and not future.done():
                    future.set_result(answer)
        except (RemoraError, msgspec.MsgspecError) as error:
            _log.error("authenticator_failed", error=type(error).__name__)
        finally:
            self.gone.set()
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(AuthError(_GONE))


class RemoteExchange:
    """An exchange held by the process. claimed: the refused name, for the log."""

    def __init__(
        self,
        process: AuthenticatorProcess,
        number: int,
        scheme: str,
        channel_binding: bytes | None,
        hardening: CbtHardening,
    ) -> None:
        self._process = process
        self._number = number
        self._scheme = scheme
        self._channel_binding = channel_binding
        self._hardening = hardening
        self._open = False
        self.claimed = ""

    async def step(self, token: bytes) -> Challenge | Accepted:
        request = next(self._process._numbers)
        self._open = True
        answer = await self._process._ask(
            request,
            Step(
                request=request,
                exchange=self._number,
                scheme=self._scheme,
                token=token,
                channel_binding=self._channel_binding,
                hardening=self._hardening,
            ),
        )
        if isinstance(answer, Challenged):
            return Challenge(answer.token)
        self._open = False
        if isinstance(answer, Granted):
            return Accepted(principal=answer.principal, token=answer.token, keys=answer.keys)
        self.claimed = answer.claimed
        raise AuthError(answer.reason)

    def close(self) -> None:
        if self._open:
            self._open = False
            self._process._tell(Forget(self._number))


class Server:
    """The process's side: answers until the front end is gone."""

    def __init__(self, channel: BlockingChannel, authenticator: LocalAuthenticator) -> None:
        self._channel = channel
        self._authenticator = authenticator
        self._exchanges: OrderedDict[int, LocalExchange] = OrderedDict()
        self._sending = threading.Lock()

    def run(self) -> None:
        """Serve; returns when the other end closes or talks nonsense."""
        with contextlib.suppress(RemoraError, msgspec.MsgspecError):
            while message := self._channel.receive():
                question = _questions.decode(message)
                if isinstance(question, Step):
                    self._say(self._step(question))
                elif isinstance(question, Verify):
                    self._verify(question)
                elif isinstance(question, Mapped):
                    self._say(self._mapped(question))
                else:
                    self._exchanges.pop(question.exchange, None)
        self._authenticator.end_threads()

    def _step(self, question: Step) -> Answer:
        exchange = self._exchanges.pop(question.exchange, None)
        if exchange is None:
            exchange = self._authenticator.exchange(
                question.scheme, channel_binding=question.channel_binding, hardening=question.hardening
            )
        try:
            answer = exchange.advance(question.token)
        except RemoraError as error:
            return Refused(request=question.request, claimed=exchange.claimed[:256], reason=str(error)[:512])
        if isinstance(answer, Accepted):
            return Granted(request=question.request, principal=answer.principal, token=answer.token, keys=answer.keys)
        self._exchanges[question.exchange] = exchange
        while len(self._exchanges) > MAX_EXCHANGES:
            self._exchanges.popitem(last=False)
        return Challenged(request=question.request, token=answer.token)

    def _mapped(self, question: Mapped) -> Answer:
        try:
            principal = self._authenticator.principal("", question.account, CERTIFICATE)
        except RemoraError:
            return Refused(request=question.request, claimed=question.account[:256])
        return Granted(request=question.request, principal=principal)

    def _verify(self, question: Verify) -> None:
        credential = BasicCredential(question.username, question.password)
        try:
            running = self._authenticator.verifying(credential, question.pam_service)
        except RemoraError as error:
            _log.error("verification_failed", error=type(error).__name__)
            self._say(Refused(request=question.request, claimed=question.username[:256]))
            return
        running.add_done_callback(lambda done: self._verified(question, done))

    def _verified(self, question: Verify, done: Future[Principal]) -> None:
        try:
            answer: Answer = Granted(request=question.request, principal=done.result())
        except Exception as error:
            if not isinstance(error, AuthError):
                _log.error("verification_failed", error=type(error).__name__)
            answer = Refused(request=question.request, claimed=question.username[:256])
        self._say(answer)

    def _say(self, answer: Answer) -> None:
        with self._sending, contextlib.suppress(RemoraError):
            self._channel.send(_encoder.encode(answer))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the process: ``--fd`` is our half of the socket pair."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--keytab")
    parser.add_argument("--realm", action="append", default=[])
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    with socket.socket(fileno=options.fd) as sock:
        kerberos = None
        if options.keytab is not None:
            kerberos = KerberosService(keytab=options.keytab, realms=frozenset(options.realm))
        authenticator = LocalAuthenticator(AccountStore(options.state_dir), names=options.name, kerberos=kerberos)
        Server(BlockingChannel(sock, max_message=MAX_MESSAGE), authenticator).run()


if __name__ == "__main__":
    main()

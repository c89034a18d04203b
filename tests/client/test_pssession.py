from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from remora.client.commands import new_pssession
from remora.client.invoke import invoke_command
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineFailed, PipelineStopped
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.errors import DeadlineExceeded, PSSessionError
from remora.psrp.hostcalls import HostMethod
from remora.values import (
    DebugRecord,
    ErrorRecord,
    InformationRecord,
    ProgressRecord,
    PSCredential,
    SecureString,
    VerboseRecord,
    WarningRecord,
)
from tests.client.small_host import Run, SmallHost

Where = dict[str, Any]


async def opened(where: Where, **keywords: Any) -> PSSession:
    session = await new_pssession(**where, **keywords)
    assert isinstance(session, PSSession)
    return session


async def test_connect_to_first_output_needs_four_exchanges(host: SmallHost, where: Where) -> None:
    session = await opened(where)
    result = await session.invoke("hello")
    assert list(result) == ["hello"]
    assert result.state == "Completed"
    assert host.order == ["CreateShell", "Receive", "Command", "Receive"]
    await session.close()


async def test_a_warm_invoke_is_two_exchanges_on_one_connection(host: SmallHost, where: Where) -> None:
    session = await opened(where)
    before = session.exchanges
    for number in range(5):
        assert list(await session.invoke(f"n{number}")) == [f"n{number}"]
    assert session.exchanges - before == 10
    assert len(host.connections) == 1
    assert host.asked["Signal"] == 0
    await session.close()


async def test_all_streams_arrive_in_order_and_by_name(host: SmallHost, where: Where) -> None:
    async def everything(run: Run) -> None:
        run.output(1)
        run.record(ErrorRecord.of("bad", "Bad"))
        run.record(WarningRecord(message="careful"))
        run.record(VerboseRecord(message="much"))
        run.record(DebugRecord(message="deep"))
        run.record(InformationRecord(message_data="told"))
        run.record(ProgressRecord(activity="work", percent_complete=50))
        run.output(2)

    host.scripts["everything"] = everything
    session = await opened(where)
    items = [item async for item in session.stream("everything")]
    assert [item.stream for item in items] == [
        "output", "error", "warning", "verbose", "debug", "information", "progress", "output",
    ]  # fmt: skip
    result = await session.invoke("everything")
    assert list(result) == [1, 2]
    assert [str(record) for record in result.errors] == ["bad"]
    assert result.had_errors
    assert [record.message for record in result.warnings] == ["careful"]
    assert result.progress[0].percent_complete == 50
    await session.close()


async def test_arguments_and_parameters_travel_typed(host: SmallHost, where: Where) -> None:
    async def show(run: Run) -> None:
        run.output([list(run.arguments), run.parameters])

    host.scripts["show"] = show
    session = await opened(where)
    result = await session.invoke("show", [1, "two", None], parameters={"Name": "x", "Force": True})
    assert list(result) == [[[1, "two", None], {"Name": "x", "Force": True}]]
    await session.close()


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


@pytest.mark.parametrize("source", [range(300), "async", []])
async def test_input_is_streamed_while_output_is_read(host: SmallHost, where: Where, source: Any) -> None:
    async def double(run: Run) -> None:
        async for value in run.inputs():
            run.output(value * 2)

    host.scripts["double"] = double
    session = await opened(where)
    given = numbers(300) if source == "async" else source
    expected = [2 * n for n in range(300)] if source != [] else []
    assert list(await session.invoke("double", input=given)) == expected
    await session.close()


async def test_input_that_raises_stops_the_script_and_reaches_the_caller(host: SmallHost, where: Where) -> None:
    ended = asyncio.Event()

    async def count(run: Run) -> None:
        try:
            async for _value in run.inputs():
                pass
        finally:
            ended.set()

    def broken() -> Any:
        yield 1
        raise ZeroDivisionError

    host.scripts["count"] = count
    session = await opened(where)
    with pytest.raises(ZeroDivisionError):
        await session.invoke("count", input=broken())
    await asyncio.wait_for(ended.wait(), 5)
    assert session.availability is RunspaceAvailability.AVAILABLE
    await session.close()


async def test_a_terminating_error_raises_with_what_came_before(host: SmallHost, where: Where) -> None:
    async def fails(run: Run) -> None:
        run.output("before")
        raise ValueError("boom")

    host.scripts["fails"] = fails
    session = await opened(where)
    with pytest.raises(PipelineFailed, match="boom") as caught:
        await session.invoke("fails")
    assert list(caught.value.result) == ["before"]
    assert caught.value.result.state == "Failed"
    assert list(await session.invoke("next")) == ["next"]
    await session.close()


async def waits(run: Run) -> None:
    run.output("started")
    await asyncio.sleep(60)


async def test_cancelling_the_caller_stops_the_remote_pipeline(host: SmallHost, where: Where) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    task = asyncio.create_task(session.invoke("waits"))
    while not host.asked["Command"]:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert host.asked["Signal"] == 1
    assert session.availability is RunspaceAvailability.AVAILABLE
    assert list(await session.invoke("after")) == ["after"]
    await session.close()


async def test_a_deadline_stops_the_pipeline_and_says_so(host: SmallHost, where: Where) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    with pytest.raises(DeadlineExceeded, match=r"0\.2 s"):
        await session.invoke("waits", timeout=0.2)
    assert host.asked["Signal"] == 1
    assert session.state is RunspaceState.OPENED
    await session.close()


async def test_leaving_a_stream_early_stops_the_pipeline(host: SmallHost, where: Where) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    stream = session.stream("waits")
    async for item in stream:
        assert item.value == "started"
        break
    await stream.aclose()  # type: ignore[attr-defined]
    assert session.running == ()
    assert list(await session.invoke("after")) == ["after"]
    await session.close()


async def test_a_pipeline_somebody_else_stops_raises(host: SmallHost, where: Where) -> None:
    async def stopped(run: Run) -> None:
        raise asyncio.CancelledError

    host.scripts["stopped"] = stopped
    session = await opened(where)
    with pytest.raises(PipelineStopped):
        await session.invoke("stopped")
    await session.close()


async def test_a_busy_session_refuses_a_second_command(host: SmallHost, where: Where) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    pipeline = await session.start("waits")
    assert session.availability is RunspaceAvailability.BUSY
    with pytest.raises(PSSessionError) as caught:
        await session.invoke("second")
    assert caught.value.error_id == "InvokeCommandCommandInvalidSessionAvailability"
    await pipeline.stop()
    assert session.availability is RunspaceAvailability.AVAILABLE
    await session.close()


async def test_a_closed_session_refuses_commands_and_leaves_the_repository(
    where: Where, repository: PSSessionRepository
) -> None:
    session = await opened(where, name="X")
    assert list(repository) == [session]
    await session.close()
    assert session.state is RunspaceState.CLOSED
    assert len(repository) == 0
    with pytest.raises(PSSessionError) as caught:
        await session.invoke("x")
    assert caught.value.error_id == "InvokeCommandCommandInvalidSessionState"
    with pytest.raises(PSSessionError) as caught:
        await session.disconnect()
    assert caught.value.error_id == "CannotDisconnectSessionWhenNotOpened"


async def test_members_of_an_open_session(host: SmallHost, where: Where) -> None:
    where["session_option"] = where["session_option"].with_changes(idle_timeout=120_000, output_buffering_mode=1)
    session = await opened(where, name="ITTask")
    assert (session.id, session.name, str(session)) == (1, "ITTask", "[PSSession]ITTask")
    assert session.computer_name == "127.0.0.1"
    assert session.configuration_name == "Microsoft.PowerShell"
    assert session.idle_timeout == 120_000
    assert str(session.output_buffering_mode) == "Drop"
    assert session.max_idle_timeout == 2147483647
    assert session.disconnected_on is None
    assert session.expires_on is None
    assert session.application_private_data is not None
    assert "PSVersionTable" in session.application_private_data
    assert str(session.instance_id).upper() in host.shells
    await session.close()


@pytest.mark.parametrize("milliseconds", [1, 59_999])
async def test_a_short_idle_timeout_is_refused_before_anything_is_sent(
    host: SmallHost, where: Where, milliseconds: int
) -> None:
    where["session_option"] = where["session_option"].with_changes(idle_timeout=milliseconds)
    with pytest.raises(PSSessionError) as caught:
        await opened(where)
    assert caught.value.error_id == "Argument"
    assert host.order == []


async def test_secure_strings_go_through_the_session_key(host: SmallHost, where: Where) -> None:
    async def reveal(run: Run) -> None:
        run.output(run.arguments[0].reveal())

    host.scripts["reveal"] = reveal
    session = await opened(where)
    assert list(await session.invoke("reveal", [SecureString("hünter2")])) == ["hünter2"]
    assert list(await session.invoke("reveal", [SecureString("again")])) == ["again"]
    await session.close()


async def test_secrets_that_come_ask_for_the_session_key(host: SmallHost, where: Where) -> None:
    async def tell(run: Run) -> None:
        run.output("before")
        run.output(PSCredential("me", SecureString("hünter2")))
        run.output("after")

    host.scripts["tell"] = tell
    session = await opened(where)
    for _ in range(2):
        result = await session.invoke("tell", timeout=20)
        assert [value if isinstance(value, str) else value.password.reveal() for value in result] == [
            "before", "hünter2", "after"
        ]  # fmt: skip
        assert result.state == "Completed"
    both = await asyncio.gather(*(session.invoke("tell", timeout=20) for _ in range(2)))
    assert [value.password.reveal() for result in both for value in result[1:2]] == ["hünter2"] * 2
    await session.close()


async def test_pipelines_that_wait_for_the_session_key_together(host: SmallHost, where: Where) -> None:
    async def tell(run: Run) -> None:
        run.output(SecureString(run.arguments[0]))

    host.scripts["tell"] = tell
    session = await opened(where)
    both = await asyncio.gather(*(session.invoke("tell", [text], timeout=20) for text in "abc"))
    assert [value.reveal() for result in both for value in result] == ["a", "b", "c"]
    await session.close()


async def test_a_script_larger_than_an_envelope_is_sent_in_parts(host: SmallHost, where: Where) -> None:
    session = await opened(where)
    text = "x" * 900_000
    assert list(await session.invoke(text)) == [text]
    assert host.asked["Send"] >= 1
    await session.close()


async def test_secret_arguments_do_not_appear_in_logs(
    where: Where, caplog: pytest.LogCaptureFixture, host: SmallHost
) -> None:
    caplog.set_level("DEBUG")
    session = await opened(where)
    await session.invoke("echo", [SecureString("hunter2")])
    await session.close()
    assert "hunter2" not in caplog.text
    assert where["password"] not in caplog.text


async def test_host_calls_are_answered_and_errors_come_back(host: SmallHost, where: Where) -> None:
    from tests.client.test_host import Answers

    async def asks(run: Run) -> None:
        await run.call(HostMethod.WRITE_LINE2, "text")
        run.output(await run.call(HostMethod.READ_LINE))
        run.output(await run.call(HostMethod.PROMPT_FOR_CHOICE, "c", "m", [], 2))
        try:
            await run.call(HostMethod.READ_KEY, 1)
        except RuntimeError as error:
            run.output(str(error))

    host.scripts["asks"] = asks
    answers = Answers()
    session = await opened(where, host=answers)
    result = await session.invoke("asks")
    assert list(result)[:2] == ["a line", 2]
    assert "ReadKey" in result[2]
    assert answers.written == ["text\n"]
    await session.close()


async def test_a_host_of_one_call_answers_that_call(host: SmallHost, where: Where) -> None:
    from tests.client.test_host import Answers

    async def asks(run: Run) -> None:
        run.output(await run.call(HostMethod.READ_LINE))

    host.scripts["asks"] = asks
    session = await opened(where)
    result = await invoke_command("asks", session=session, host=Answers())
    assert result == ["a line"]
    await session.close()

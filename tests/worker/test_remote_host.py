"""``$Host`` of a remote session: which calls reach the client, with which arguments, and what scripts get back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost
from remora.psrp.hostcalls import HostMethod as M
from remora.values import Coordinates, HostDefaultData, HostInfo, KeyInfo, Size
from remora.values.host import BufferCell
from remora.values.strings import Char
from remora.worker import protocol as p
from remora.worker.engine_session import EngineSession
from remora.worker.pool_driver import PoolDriver
from remora.worker.pool_server import PoolServer
from tests.support.pool_client import PoolClient
from tests.support.worker_place import Place

UI = HostInfo(
    is_host_null=False,
    is_host_ui_null=False,
    is_host_raw_ui_null=False,
    default_data=HostDefaultData(
        buffer_size=Size(width=91, height=300), window_title="there", cursor_size=40, foreground_color=3
    ),
)
ANSWERS: dict[M, Any] = {
    M.GET_CURSOR_POSITION: Coordinates(x=4, y=5),
    M.READ_KEY: KeyInfo(virtual_key_code=65, character=Char("a"), control_key_state=0, key_down=True),
    M.GET_KEY_AVAILABLE: True,
    M.PROMPT_FOR_CHOICE: 1,
    M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION: [0, 2],
    M.PROMPT: {"Name": "ann"},
    M.GET_WINDOW_TITLE: "new",
    M.READ_LINE: "exit",
}
N = "[System.Management.Automation.Host"
CELL = f"$cell = {N}.BufferCell]::new('x', 'Red', 'Black', 0)"


def make_place(directory: Path) -> Place:
    def session(driver: PoolDriver, request: p.Open) -> EngineSession:
        return EngineSession.for_shell(driver, request, ProcessJobHost(), builtin_commands())

    return Place(directory, lambda request, gate, reactor: PoolServer(request, session))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[PoolClient]:
    place = make_place(tmp_path)
    client = PoolClient(place.front(), place.shell_id, host_info=UI)
    client.answer = lambda call: ANSWERS.get(call.method)
    yield client.open(sender=p.Sender(name="alice"))
    place.close()


CASES: list[tuple[str, list[tuple[M, tuple[Any, ...]]], list[Any]]] = [
    ("$Host.UI.RawUI.BufferSize.Width", [], [91]),
    ("$Host.UI.RawUI.CursorSize", [], [40]),
    ("\"$($Host.UI.RawUI.ForegroundColor)\"", [], ["DarkCyan"]),
    ("$Host.UI.RawUI.WindowTitle", [], ["there"]),
    ("\"$($Host.UI.RawUI.CursorPosition)\"", [(M.GET_CURSOR_POSITION, ())], ["4,5"]),
    ("$Host.UI.RawUI.KeyAvailable", [(M.GET_KEY_AVAILABLE, ())], [True]),
    ("$k = $Host.UI.RawUI.ReadKey('NoEcho,IncludeKeyDown'); $k.VirtualKeyCode; \"$($k.Character)\"",
     [(M.READ_KEY, (6,))], [65, "a"]),
    (f"$Host.UI.RawUI.CursorPosition = {N}.Coordinates]::new(1, 2)",
     [(M.SET_CURSOR_POSITION, (Coordinates(x=1, y=2),))], []),
    ("$p = $Host.UI.RawUI.CursorPosition; $p.X = 9; $Host.UI.RawUI.CursorPosition = $p",
     [(M.GET_CURSOR_POSITION, ()), (M.SET_CURSOR_POSITION, (Coordinates(x=9, y=5),))], []),
    ("$Host.UI.RawUI.WindowTitle = 'new'; $Host.UI.RawUI.WindowTitle",
     [(M.SET_WINDOW_TITLE, ("new",)), (M.GET_WINDOW_TITLE, ())], ["new"]),
    ("$Host.UI.RawUI.ForegroundColor = 'Red'", [(M.SET_FOREGROUND_COLOR, (12,))], []),
    ("$Host.UI.RawUI.FlushInputBuffer()", [(M.FLUSH_INPUT_BUFFER, ())], []),
    (f"{CELL}; $Host.UI.RawUI.SetBufferContents({N}.Rectangle]::new(0, 0, 1, 1), $cell)",
     [(M.SET_BUFFER_CONTENTS1, None)], []),  # type: ignore[list-item]
    ("$Host.UI.Write('a'); $Host.UI.Write('Red', 'Black', 'b'); $Host.UI.WriteLine(); $Host.UI.WriteErrorLine('e')",
     [(M.WRITE1, ("a",)), (M.WRITE2, (12, 0, "b")), (M.WRITE_LINE2, ("",)), (M.WRITE_ERROR_LINE, ("e",))], []),
    (f"$Host.UI.PromptForChoice('c', 'm', @({N}.ChoiceDescription]::new('&Yes', 'h'), '&No'), 0)",
     [(M.PROMPT_FOR_CHOICE, None)], [1]),  # type: ignore[list-item]
    (f"$c = {N}.ChoiceDescription[]]('&a', '&b', '&c'); $Host.UI.PromptForChoice('c', 'm', $c, [int[]](1))",
     [(M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION, None)], [0, 2]),  # type: ignore[list-item]
    (f"$Host.UI.Prompt('c', 'm', @({N}.FieldDescription]::new('Name')))['Name']", [(M.PROMPT, None)], ["ann"]),  # type: ignore[list-item]
    ("$Host.EnterNestedPrompt(); $Host.NotifyBeginApplication(); $Host.NotifyEndApplication()",
     [(M.WRITE1, None), (M.READ_LINE, ()), (M.NOTIFY_BEGIN_APPLICATION, ()), (M.NOTIFY_END_APPLICATION, ())], []),
    ("$Host.SetShouldExit(4)", [(M.SET_SHOULD_EXIT, (4,))], []),
    ("$Host.Name; $Host.CurrentCulture.Name; $Host.UI.RawUI.LengthInBufferCells('four')", [],
     ["ServerRemoteHost", "en-US", 4]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "calls", "output"), CASES, ids=[case[0][:40] for case in CASES])
def test_calls(client: PoolClient, script: str, calls: list[Any], output: list[Any]) -> None:
    outcome = client.invoke(script)
    assert [record.exception.message for record in outcome.records] == []
    assert outcome.error is None
    got = [(call.method, call.args) for call in outcome.calls]
    assert [method for method, _ in got] == [method for method, _ in calls]
    for (_, wanted), (_, args) in zip(calls, got, strict=True):
        if wanted is not None:
            assert tuple(args) == wanted
    assert outcome.output == output


def test_cells_travel_typed(client: PoolClient) -> None:
    call = client.invoke(CASES[12][0]).calls[0]
    assert call.args[1] == BufferCell(character=Char("x"), foreground_color=12, background_color=0, cell_type=0)


def test_without_a_raw_interface_getters_are_answered_and_the_rest_refused(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    try:
        client = PoolClient(place.front(), place.shell_id).open(sender=p.Sender(name="alice"))
        outcome = client.invoke(
            "$Host.UI.RawUI.BufferSize.Width; try { $Host.UI.RawUI.ReadKey() } catch { $_.FullyQualifiedErrorId }"
        )
        assert outcome.calls == []
        assert outcome.output[0] == 120
        assert "NotImplemented" in outcome.output[1]
    finally:
        place.close()

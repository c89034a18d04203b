"""Out-Host, Out-Default, Out-String, Out-File, Out-Null, Tee-Object: pages, transcripts, widths, files."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, Any

import pytest

from remora.engine.convert import to_text
from remora.engine.streams import SilentHost
from remora.modules import output_file
from remora.modules.utility import formatdata
from remora.values import Char
from remora.values.host import KeyInfo
from tests.modules.conftest import Session


class _Screen(SilentHost):
    """A host of six rows whose keys are given."""

    def __init__(self, keys: str = "") -> None:
        self.lines: list[str] = []
        self.keys = list(keys)

    def get_buffer_size(self) -> tuple[int, int]:
        return 40, 6

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        self.lines.append(text)

    def write_error_line(self, text: str) -> None:
        self.lines.append(text)

    def call_raw(self, method: str, *arguments: Any) -> Any:
        assert method == "read_key"
        return KeyInfo(virtual_key_code=0, character=Char(self.keys.pop(0)), control_key_state=0, key_down=True)


def _on(ps: Session, screen: _Screen, script: str) -> list[str]:
    ps.runspace.context.host = screen
    assert ps(script).ids == []
    return screen.lines


_PROMPT = "<SPACE> next page; <CR> next line; Q quit"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (" x ", [*"12345", _PROMPT, *"6789", "10", _PROMPT, "11", "12", "end"]),
        ("\r\rq", [*"12345", _PROMPT, "6", _PROMPT, "7", _PROMPT, "end"]),
        ("Q", [*"12345", _PROMPT, "end"]),
    ],
)
def test_out_host_waits_for_a_key_after_each_page(ps: Session, keys: str, expected: list[str]) -> None:
    lines = _on(ps, _Screen(keys), "1..12 | Out-Host -Paging; 'end' | Out-Host")
    assert lines == expected


def test_a_long_line_fills_rows_of_the_page(ps: Session) -> None:
    lines = _on(ps, _Screen("q"), "('x' * 100), 2, 3, 4, 5 | Out-Host -Paging")
    assert [line[:1] for line in lines] == ["x", "2", "3", "<"]


def test_out_host_without_pages_and_from_a_parameter(ps: Session) -> None:
    assert _on(ps, _Screen(), "1..7 | Out-Host; Out-Host -InputObject 8; Out-Default -InputObject 9") == list(
        "123456789"
    )


def test_out_default_for_transcripts_only(ps: Session, tmp_path: Path) -> None:
    ps("$null = Start-Transcript t")
    screen = _Screen()
    script = "'kept' | Out-Default -Transcript; 'seen' | Out-Default; 'both' | Out-Host; $null = Stop-Transcript"
    assert _on(ps, screen, script) == ["seen", "both"]
    lines = (tmp_path / "t").read_text().splitlines()
    assert [line for line in lines if line in ("kept", "seen", "both")] == ["kept", "seen", "both"]


def test_headers_stand_on_each_screen(ps: Session) -> None:
    rows = "1..7 | % { [pscustomobject]@{ a = $_; b = 'x' } }"
    once = _on(ps, _Screen(), f"{rows} | Format-Table | Out-Host")
    again = _on(ps, _Screen(), f"{rows} | Format-Table -RepeatHeader | Out-Host")
    assert [sum(line.startswith("a") for line in lines) for lines in (once, again)] == [1, 4]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("Out-Null -InputObject 5; 6 | Out-Null", []),
        ("[pscustomobject]@{ a = 'x' * 90 } | Out-String -Width 30 -Stream | % Length | sort | select -Last 1", ["30"]),
        ("Out-String -InputObject 5 -NoNewline", ["5"]),
        ("1, 2 | Out-String -Stream", ["1", "2"]),
        ("'x' > f; (gi f).IsReadOnly = $true; 'y' | Out-File f -Force; gc f; (gi f).IsReadOnly", ["y", "True"]),
        ("'x' > f; try { 'y' | Out-File f -NoClobber } catch { $_.FullyQualifiedErrorId }",
         ["NoClobber,Microsoft.PowerShell.Commands.OutFileCommand"]),
        ("'ä' | Out-File f -Encoding latin1; (gc f -AsByteStream)[0]", ["228"]),
        ("'a' | Out-File f; 'b' | Out-File f -Append; gc f", ["a", "b"]),
        ("'x' | Out-File -LiteralPath '[f]'; gc -LiteralPath '[f]'; Out-File g -InputObject 3; gc g", ["x", "3"]),
        ("'ä' | Tee-Object f -Encoding latin1 | Out-Null; (gc f -AsByteStream)[0]", ["228"]),
        ("'a' | Tee-Object -FilePath f; 'b' | Tee-Object f -Append; gc f", ["a", "b", "a", "b"]),
        ("'x' | Tee-Object -LiteralPath '[f]'; gc -LiteralPath '[f]'; Tee-Object -InputObject 3 -Variable v; $v",
         ["x", "x", "3", "3"]),
    ],
)  # fmt: skip
def test_where_text_goes(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert ran.failure is None
    assert [to_text(value) for value in ran.output] == texts


def _as_anybody(path: str, mode: str, **options: Any) -> IO[Any]:
    """Open as a user does who may not write what is write-protected."""
    if os.path.exists(path) and not os.stat(path).st_mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return open(path, mode, **options)


@pytest.mark.parametrize(
    "command",
    [
        "'x' | Out-File f",
        "'x' | Export-Clixml f",
        "'x' | Export-Csv f",
        "Export-Alias f gc",
        "Get-FormatData System.IO.FileInfo | Export-FormatData -Path f",
    ],
)
def test_force_writes_what_is_protected(
    ps: Session, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (output_file, formatdata):
        monkeypatch.setattr(module, "open", _as_anybody, raising=False)
    (tmp_path / "f").touch(0o444)
    assert [identifier.partition(",")[0] for identifier in ps(command).ids] == ["FileOpenFailure"]
    assert ps(f"{command} -Force").ids == []
    assert (tmp_path / "f").stat().st_size

"""-Encoding of the cmdlets that read and write files: what is one, and what is refused before a file is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands."
_PROVIDERS = (
    "For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ascii", b"?"), ("ansi", b"\xe4"), ("latin1", b"\xe4"), ("utf8", b"\xc3\xa4"), ("utf8NoBOM", b"\xc3\xa4"),
        ("utf8BOM", b"\xef\xbb\xbf\xc3\xa4"), ("unicode", b"\xff\xfe\xe4\0"), ("bigendianunicode", b"\xfe\xff\0\xe4"),
        ("utf32", b"\xff\xfe\0\0\xe4\0\0\0"), ("bigendianutf32", b"\0\0\xfe\xff\0\0\0\xe4"), ("oem", b"\x84"),
        ("default", b"\xc3\xa4"), ("1252", b"\xe4"), ("28591", b"\xe4"), ("65001", b"\xc3\xa4"), ("437", b"\x84"),
        ("windows-1250", b"\xe4"), ("utf-16", b"\xff\xfe\xe4\0"), ("([Text.Encoding]::Latin1)", b"\xe4"),
    ],
)  # fmt: skip
def test_what_an_encoding_writes_and_reads(ps: Session, tmp_path: Path, name: str, data: bytes) -> None:
    ran = ps(f"Set-Content f.txt ([char]0xe4) -NoNewline -Encoding {name}; Get-Content f.txt -Encoding {name}")
    assert ran.ids == []
    assert (tmp_path / "f.txt").read_bytes() == data
    assert [str(value) for value in ran.output] == ["?" if name == "ascii" else "\xe4"]


@pytest.mark.parametrize("command", ["Get-Content", "Set-Content", "Add-Content"])
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("nosuch", f"'nosuch' is not a supported encoding name. {_PROVIDERS} (Parameter 'name')"),
        ("rot13", f"'rot13' is not a supported encoding name. {_PROVIDERS} (Parameter 'name')"),
        ("idna", f"'idna' is not a supported encoding name. {_PROVIDERS} (Parameter 'name')"),
        ("99999", f"No data is available for encoding 99999. {_PROVIDERS}"),
        ("1.5", 'Cannot convert the "1.5" value of type "System.Double" to type "System.Text.Encoding".'),
    ],
)
def test_what_is_no_encoding(ps: Session, tmp_path: Path, command: str, given: str, why: str) -> None:
    (tmp_path / "f.txt").write_text("kept")
    ran = ps(f"{command} f.txt {'x' if command != 'Get-Content' else ''} -Encoding {given}")
    assert ran.ids == [f"ParameterArgumentTransformationError,{P}{command.replace('-', '')}Command"]
    assert ran.messages == [f"Cannot process argument transformation on parameter 'Encoding'. {why}"]
    assert (tmp_path / "f.txt").read_text() == "kept"


def test_utf7_is_obsolete(ps: Session) -> None:
    ran = ps("Set-Content f.txt x -Encoding utf7; Get-Content f.txt -Encoding utf7")
    assert ran.output == ["x"]
    assert [str(one.message) for one in ran.sink.warnings] == ["Encoding 'UTF-7' is obsolete, please use UTF-8."] * 2

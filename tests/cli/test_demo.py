"""The demo tells the truth: it ends well on a healthy system and fails loudly on a damaged one."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from remora.cli.story import DemoFailed, Story, examples
from tests.support.host import remora

pytestmark = pytest.mark.timeout(150)


def test_the_demo_loses_nothing_and_restarts_the_front_end() -> None:
    told = remora("demo", "--seconds", "4", timeout=140).stdout
    assert "Nothing was lost." in told
    before = re.search(r"front end \(pid (\d+)\) is killed", told)
    after = re.search(r"Started again as pid (\d+)", told)
    assert before
    assert after
    assert before[1] != after[1]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the session's user can read, whoever that is."""
    folder = Path(tempfile.mkdtemp(prefix="remora-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(("addition", "complaint"), [("damaged", "restored tree differs"), ("", "")])
def test_renamed_examples_pass_and_damage_is_found_out(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, addition: str, complaint: str
) -> None:
    copies = open_folder / "copies"
    shutil.copytree(examples(), copies)
    (copies / "Backup-Tree.ps1").rename(copies / "Save-Folder.ps1")
    for name in ("leave.py", "Leave-Session.ps1"):
        text = (copies / name).read_text("utf-8")
        (copies / name).write_text(text.replace("Backup-Tree", "Save-Folder").replace("BackupSpecs", "Facts"), "utf-8")
    monkeypatch.setattr("remora.cli.story.BACKUP_SCRIPT", "Save-Folder.ps1")
    if addition:
        restore = copies / "Restore-Tree.ps1"
        restore.write_text(
            restore.read_text("utf-8") + f'\nSet-Content -LiteralPath $target -Value "{addition}"\n', "utf-8"
        )
    monkeypatch.setattr("remora.cli.story.examples", lambda: copies)
    (open_folder / "scene").mkdir()
    story = Story(open_folder / "scene", seconds=3, seed=7)
    try:
        with pytest.raises(DemoFailed, match=complaint) if complaint else nullcontext():
            story.tell()
    finally:
        story.clean_up(keep=False)

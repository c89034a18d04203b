from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Remora


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--config", "/does/not/exist.toml"), "no configuration file"),
        (("--listen", "elsewhere"), "no listener"),
        (("--set", "Service/Auth/Basic=perhaps"), "true or false"),
        (("--set", "Service/Nonsense=1"), "there is no setting"),
        (("--set", "Basic"), "KEY=VALUE"),
    ],
)
def test_what_a_host_cannot_start_with(remora: Remora, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    done = remora("host", "run", "--state-dir", str(tmp_path / "state"), *arguments)
    assert done.code == 1
    assert says in done.err
    assert len(done.err.splitlines()) == 1


def test_the_status_and_the_stop_of_no_host(remora: Remora, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    done = remora("host", "status", "--state-dir", state)
    assert (done.code, done.out) == (1, f"No front end serves {state}.\n")
    assert '"running": false' in remora("host", "status", "--state-dir", state, "-o", "json").out
    assert remora("host", "stop", "--state-dir", state).code == 1
    assert remora("host", "stop", "--all", "--state-dir", state).code == 0

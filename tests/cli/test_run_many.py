from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from remora.psrp import clixml
from remora.psrp.hostcalls import HostMethod
from remora.values import ErrorRecord
from tests.cli.conftest import Remora
from tests.client.small_host import USER, Run, SmallHost

TARGETS = int(os.environ.get("REMORA_TARGETS", "600"))
"""How many targets the large run has; a twentieth of them are dead."""


async def half_lines(run: Run) -> None:
    for text in ("begun", " and", " ended\nsecond"):
        await run.call(HostMethod.WRITE1, text)


async def exits(run: Run) -> None:
    await run.call(HostMethod.SET_SHOULD_EXIT, 3)


async def several(run: Run) -> None:
    run.output("first")
    run.record(ErrorRecord.of("bad", "Bad"))
    run.output("last\nline")


def test_a_table_has_one_line_for_each_machine(remora: Remora, server: SmallHost) -> None:
    server.scripts.update(several=several, exits=exits)
    done = remora("run", "server01", "nowhere", "server01", "-c", "several", "--table", "--throttle-limit", "1")
    heads, dashes, *rows = done.out.splitlines()
    assert done.code == 1
    assert heads.split() == ["ComputerName", "State", "ExitCode", "Seconds", "LastLine"]
    assert set(dashes) == {"-", " "}
    assert [row.split()[:3] for row in rows] == [
        ["server01", "Completed", "0"], ["nowhere", "Failed", "255"], ["server01", "Completed", "0"],
    ]  # fmt: skip
    assert rows[0].endswith("  line")
    assert "cannot connect" in rows[1]
    assert done.err == ""


def test_sessions_that_are_left_have_ids_of_their_own(remora: Remora, server: SmallHost) -> None:
    server.scripts["several"] = several
    done = remora("run", "server01", "server01", "--detach", "-c", "several", "-o", "json")
    assert done.code == 0
    assert sorted(told["id"] for told in json.loads(done.out)) == [1, 2]


@pytest.mark.parametrize("arguments", [("--table", "-o", "json"), ("--table", "--detach")])
def test_a_table_is_a_form_of_its_own(remora: Remora, server: SmallHost, arguments: tuple[str, ...]) -> None:
    assert remora("run", "server01", "-c", "x", *arguments).code == 2
    assert server.order == []


def test_input_goes_to_one_machine_only(remora: Remora, server: SmallHost) -> None:
    assert remora("run", "server01", "server02", "-c", "x", "--input").code == 2


def test_progress_is_told_on_standard_error_when_it_is_wanted(remora: Remora, server: SmallHost) -> None:
    targets = ["server01"] * 19 + ["nowhere"]
    done = remora("run", *targets, "-c", "hi", "--progress")
    told = [line for line in done.err.splitlines() if line.startswith("remora: ")]
    assert len(told) == 10
    assert told[-1] == "remora: 20/20 done, 0 running, 1 failed"
    assert done.out.splitlines() == ["[server01] hi"] * 19
    assert "remora:" not in remora("run", *targets, "-c", "hi").err


def test_lines_of_machines_do_not_mix(remora: Remora, server: SmallHost) -> None:
    server.scripts["half_lines"] = half_lines
    done = remora("run", "server01", "server02", "-c", "half_lines")
    assert Counter(done.out.splitlines()) == Counter(
        f"[{name}] {text}" for name in ("server01", "server02") for text in ("begun and ended", "second")
    )


def test_the_codes_of_machines_stay_their_own(remora: Remora, server: SmallHost) -> None:
    server.scripts["exits"] = exits
    done = remora("run", "server01", "nowhere", "-c", "exits", "-o", "jsonl")
    ends = {line["computer"]: line["exit_code"] for line in map(json.loads, done.out.splitlines()) if "state" in line}
    assert (done.code, ends) == (1, {"server01": 3, "nowhere": 255})


def test_a_lost_connection_is_told_once(server: SmallHost) -> None:
    async def loses(run: Run) -> None:
        server.cut_after["Receive"] = server.cut_before["Receive"] = 1  # the pending one, and the repeat of it
        run.output("after all")

    server.scripts["loses"] = loses
    done = ran("server01", "-c", "loses")
    assert (done.returncode, done.stdout) == (0, b"after all\n")
    told = done.stderr.decode().splitlines()
    assert [line for line in told if "was lost" in line] == [
        "WARNING: The connection to server01 was lost. Trying to restore it for up to 4 min."
    ]
    assert all(line.startswith("WARNING: ") for line in told), told


def ran(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "remora", "run", *arguments], capture_output=True, check=False, env={**os.environ}
    )


def test_clixml_holds_an_error_record_for_each_machine_that_failed(server: SmallHost) -> None:
    server.scripts["several"] = several
    done = ran("server01", "nowhere", "nowhere", "-c", "several", "-o", "clixml")
    assert done.returncode == 1
    items = list(clixml.load_stream(done.stdout))
    assert [value for stream, value in items if stream == "Output"] == ["first", "last\nline"]
    errors = [str(value) for stream, value in items if stream == "Error"]
    assert len(errors) == 3
    assert sum("nowhere: cannot connect" in text for text in errors) == 2


def test_an_empty_document_is_a_document(server: SmallHost) -> None:
    server.scripts["exits"] = exits
    assert list(clixml.load_stream(ran("server01", "-c", "exits", "-o", "clixml").stdout)) == []


@pytest.mark.timeout(600 if TARGETS <= 600 else 3600)
def test_many_targets_of_which_some_are_dead(server: SmallHost, tmp_path: Path) -> None:
    """Results for the living, one error for each dead one, the right code, and no more memory for more targets."""
    port = server.url.split(":")[2].split("/")[0]
    dead = TARGETS // 20
    listed = tmp_path / "hosts.ini"
    listed.write_text(
        f"[living]\nw[1:{TARGETS - dead}] ansible_port={port}\n[dead]\nd[1:{dead}] ansible_port=1\n"
        f"[all:vars]\nansible_host=127.0.0.1\nansible_user={USER}\nansible_winrm_scheme=http\n"
        "ansible_winrm_transport=basic\n",
        "utf-8",
    )
    arguments = ("-i", str(listed), "--password-file", str(tmp_path / "pw"), "-c", "hi", "-o", "jsonl")
    few, mib_of_few = measured(*arguments, "--limit", "living[0:31]")
    assert few.returncode == 0
    done, mib = measured(*arguments)
    assert done.returncode == 1
    outputs: Counter[str] = Counter()
    ends: dict[str, int] = {}
    for line in map(json.loads, done.stdout.splitlines()):
        if "stream" in line:
            outputs[line["computer"]] += 1
        else:
            assert line["computer"] not in ends
            ends[line["computer"]] = line["exit_code"]
    assert outputs == Counter(f"w{number}" for number in range(1, TARGETS - dead + 1))
    assert Counter(ends.values()) == {0: TARGETS - dead, 255: dead}
    assert {name for name, code in ends.items() if code} == {f"d{number}" for number in range(1, dead + 1)}
    assert server.shells == {}
    assert mib < mib_of_few + 8 + TARGETS / 1000


def measured(*arguments: str) -> tuple[subprocess.CompletedProcess[bytes], float]:
    """Run the command line in a process that tells the peak of its memory, in MiB."""
    program = (
        "import resource, sys\nfrom remora.cli.main import main\n"
        "try: main()\nfinally: sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "run", *arguments], capture_output=True, check=False, env={**os.environ}
    )
    return done, int(done.stderr) / 1024

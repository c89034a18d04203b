"""Speed of the embedded engine, each number a ratio to plain Python doing the same in the same run."""

from __future__ import annotations

import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tokenize
from collections.abc import Callable
from pathlib import Path

from bench.report import Check, Section
from remora.engine.parser import parse
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands

ROOT = Path(__file__).parents[1]
LOOP = "$s = 0; for ($i = 0; $i -lt 1000000; $i++) { $s += $i }; $s"
PIPE = "$r = 1..100000 | Where-Object { $_ % 2 -eq 0 } | ForEach-Object { $_ + 1 }; $r.Count"
CALLS = "function f($x) { $x + 1 }; $i = 0; while ($i -lt 20000) { $i = f $i }; $i"


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of processor time that one call takes, in this process and in those it waits for."""
    begin = _cpu()
    call()
    return (_cpu() - begin) * 1000


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def python_loop() -> int:
    """The loop of LOOP."""
    total = i = 0
    while i < 1_000_000:
        total += i
        i += 1
    return total


def python_pipe() -> int:
    """The filter and map of PIPE."""
    out = []
    for value in range(1, 100_001):
        if value % 2 == 0:
            out.append(value + 1)  # noqa: PERF401 - the floor is a loop
    return len(out)


def python_calls() -> int:
    """The calls of CALLS."""

    def f(x: int) -> int:
        return x + 1

    i = 0
    while i < 20_000:
        i = f(i)
    return i


def script(text: str, expected: float) -> Callable[[], None]:
    """Run a script in one runspace, on a thread as the console has it, and compare what it puts out."""
    runspace = Runspace(state=InitialSessionState(commands=builtin_commands()))

    def run() -> None:
        sink = CollectingSink()
        thread = start_engine_thread(lambda: runspace.invoke(text, sink=sink) and None, "bench")
        thread.join()
        assert sink.outputs == [expected], (sink.outputs, sink.errors)

    return run


def process(*arguments: str, cache: str) -> Callable[[], None]:
    """Run a fresh interpreter whose bytecode is cached after the first run, wherever this one keeps its own."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return lambda: subprocess.run(
        [sys.executable, *arguments], check=True, env=environment, stdout=subprocess.DEVNULL
    ) and None  # fmt: skip


def scripts() -> list[str]:
    """PowerShell texts to parse: those that travel with the project, and a folder of others if one is named."""
    folder = os.environ.get("REMORA_BENCH_SCRIPTS")
    paths = [*sorted((ROOT / "examples").rglob("*.ps1")), *sorted((ROOT / "bench").rglob("*.ps1"))]
    if folder:
        paths = sorted([*Path(folder).rglob("*.ps1"), *Path(folder).rglob("*.psm1")])[:400]
    return [path.read_text("utf-8-sig", "replace") for path in paths]


def parse_rate(texts: list[str]) -> float:
    """Bytes a millisecond through our parser."""
    size = sum(len(text.encode()) for text in texts)
    return 10 * size / timed(lambda: [parse(text) for _ in range(10) for text in texts])


def tokenize_rate() -> float:
    """Bytes a millisecond of Python's own source through the standard library's tokenizer."""
    texts = [Path(path).read_text("utf-8") for path in (statistics.__file__, subprocess.__file__, tempfile.__file__)]
    size = sum(len(text.encode()) for text in texts)
    return size / timed(lambda: [list(tokenize.generate_tokens(io.StringIO(text).readline)) for text in texts])


def compiled_once(texts: list[str]) -> float:
    """Share of the first time that the second compilation of the same texts takes."""
    from remora.engine.compile import compile_text

    mark = f"# {time.time_ns()}\n"
    marked = [mark + text for text in texts]
    first = timed(lambda: [compile_text(text) for text in marked])
    return timed(lambda: [compile_text(text) for text in marked]) / first


def engine(runs: int) -> Section:
    """All cases, interleaved."""
    with tempfile.TemporaryDirectory() as cache:
        start = "from remora.cli.main import program; program()"
        cases: dict[str, tuple[Callable[[], object], Callable[[], object], float]] = {
            "loop of 1e6": (script(LOOP, 499999500000), python_loop, 30),
            "pipeline of 1e5": (script(PIPE, python_pipe()), python_pipe, 40),
            "2e4 function calls": (script(CALLS, python_calls()), python_calls, 400),
            "start of console -c 1": (
                process("-c", start, "console", "-c", "1", cache=cache), process("-c", "pass", cache=cache), 6,
            ),
        }  # fmt: skip
        for ours, floor, _limit in cases.values():
            ours(), floor()
        samples: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        texts = scripts()
        parsing: list[tuple[float, float]] = []
        for _ in range(runs):
            for name, (ours, floor, _limit) in cases.items():
                samples[name].append((timed(ours), timed(floor)))
            parsing.append((parse_rate(texts), tokenize_rate()))
    rows: list[list[object]] = [["case", "engine ms", "python ms"]]
    checks = []
    for name, (_ours, _floor, limit) in cases.items():
        pairs = samples[name]
        rows.append([name, *(statistics.median(pair[side] for pair in pairs) for side in (0, 1))])
        ratio = statistics.median(ours / floor for ours, floor in pairs)
        checks.append(Check(name=name, value=ratio, relation="at most", limit=float(limit), unit="times Python"))
    rate = statistics.median(ours / theirs for ours, theirs in parsing)
    checks.append(
        Check(name="parsing, bytes a second", value=rate, relation="at least", limit=1 / 12, unit="of tokenize")
    )
    again = compiled_once(texts)
    checks.append(
        Check(name="a text compiled again", value=again, relation="at most", limit=0.05, unit="of the first time")
    )
    return Section(
        name="engine",
        title="The embedded engine beside plain Python",
        checks=checks,
        rows=rows,
        samples={**samples, "parsing": parsing},
    )

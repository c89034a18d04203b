"""Speed of the embedded engine against the budgets of its design: a loop, a pipeline, cold start. Prints a table and
JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 5
LOOP = "$s = 0; for ($i = 0; $i -lt 1000000; $i++) { $s += $i }; $s"
PIPE = "(1..100000 | Where-Object { $_ % 2 -eq 0 } | ForEach-Object { $_ + 1 } | Measure-Object -Sum).Sum"
COLD = (
    "from remora.engine.runspace import Runspace\nfrom remora.engine.streams import CollectingSink\n"
    "s = CollectingSink(); Runspace().invoke('1+1', sink=s); assert s.outputs == [2]"
)


def timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def python_loop() -> int:
    total = i = 0
    while i < 1_000_000:
        total += i
        i += 1
    return total


def python_pipe() -> int:
    total = 0
    for value in range(1, 100_001):
        if value % 2 == 0:
            total += value + 1
    return total


def engine_script(text: str, expected: float) -> Callable[[], None]:
    from remora.engine.runspace import InitialSessionState, Runspace
    from remora.engine.streams import CollectingSink
    from remora.engine.threads import start_engine_thread
    from remora.modules import builtin_commands

    runspace = Runspace(state=InitialSessionState(commands=builtin_commands()))

    def run() -> None:
        sink = CollectingSink()
        thread = start_engine_thread(lambda: runspace.invoke(text, sink=sink) and None, "bench")
        thread.join()
        assert sink.outputs == [expected], (sink.outputs, sink.errors)

    return run


def python_process(code: str, cache: str) -> Callable[[], None]:
    """Run code in a fresh interpreter whose bytecode cache is warm after the first run, wherever this one writes its
    own.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment) and None


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        measure(cache)


def measure(cache: str) -> None:
    loop = engine_script(LOOP, 499999500000.0)
    pipe = engine_script(PIPE, float(python_pipe()))
    cases: dict[str, tuple[Callable[[], object], Callable[[], object], float]] = {
        "loop 1e6": (loop, python_loop, 1500.0),
        "pipeline 1e5": (pipe, python_pipe, 250.0),
        "cold start": (python_process(COLD, cache), python_process("pass", cache), 150.0),
    }
    results = {}
    print(f"{'case':<14} {'engine ms':>10} {'python ms':>10} {'ratio':>7} {'budget ms':>10}")
    for name, (engine, floor, budget) in cases.items():
        engine()
        pairs = [(timed(engine), timed(floor)) for _ in range(RUNS)]
        ours = statistics.median(p[0] for p in pairs)
        theirs = statistics.median(p[1] for p in pairs)
        ratio = statistics.median(p[0] / p[1] for p in pairs)
        results[name] = {
            "engine_ms": round(ours, 1),
            "python_ms": round(theirs, 1),
            "ratio": round(ratio, 2),
            "budget_ms": budget,
        }
        print(f"{name:<14} {ours:>10.1f} {theirs:>10.1f} {ratio:>7.2f} {budget:>10.0f}")
    Path("bench/results").mkdir(exist_ok=True)
    Path("bench/results/engine.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()

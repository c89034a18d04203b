"""All benchmarks: tables on the terminal, JSON in bench/results, exit status 1 when a target is missed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import clixml, copying, engine, fanout, latency, remoting
from bench.report import Section, text, write_json

RESULTS = Path(__file__).parent / "results"
SUBJECTS = ("engine", "clixml", "invoke", "exchanges", "start", "fleet", "fanout", "latency", "copying")


def sections(chosen: set[str], *, quick: bool) -> Iterator[Section]:
    runs = 2 if quick else 5
    if "engine" in chosen:
        yield engine.engine(3 if quick else 7)
    if {"invoke", "exchanges", "start"} & chosen:
        with remoting.host() as host:
            if "invoke" in chosen:
                for auth in ("basic", "ntlm"):
                    yield remoting.warm_invoke(host, 3 if quick else 5, 150 if quick else 400, auth)
            if "exchanges" in chosen:
                yield remoting.exchanges(host)
            if "start" in chosen:
                yield remoting.session_start(host, 30 if quick else 100)
    if "copying" in chosen:
        with remoting.host() as host:
            yield copying.copying(host, 1 if quick else 3, 32 if quick else 200)
    if "fleet" in chosen:
        yield remoting.fleet(1 if quick else runs, 40 if quick else 200)
    if "fanout" in chosen:
        count = 100 if quick else 500
        for at_once in (32, count):
            yield fanout.fanout(1 if quick else 3, count, at_once)
    if "latency" in chosen:
        yield latency.latency(40 if quick else 200)


def codec(*, quick: bool) -> bool:
    """Run the codec benchmark, which has its own tables."""
    print("CLIXML against pypsrp and psrpcore (the peers take minutes) ...", flush=True)
    arguments = ["--objects", "2000", "--runs", "2"] if quick else []
    given, sys.argv = sys.argv, [sys.argv[0], *arguments, "--json", str(RESULTS / "clixml.json")]
    try:
        return clixml.main() == 0
    finally:
        sys.argv = given


def timed(work: Callable[[], bool]) -> bool:
    began = time.perf_counter()
    met = work()
    print(f"({time.perf_counter() - began:.0f} s)\n", flush=True)
    return met


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller numbers: under two minutes")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"some of: {' '.join(SUBJECTS)}")
    given = parser.parse_args()
    chosen = set(given.subjects or SUBJECTS)
    if unknown := chosen - set(SUBJECTS):
        parser.error(f"unknown: {' '.join(sorted(unknown))}")
    met = True
    if "clixml" in chosen:
        met = timed(lambda: codec(quick=given.quick)) and met
    for section in sections(chosen, quick=given.quick):
        print(text(section), flush=True)
        write_json(RESULTS / f"{section.name}.json", section)
        met = section.met and met
    print("every target met" if met else "a target was MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

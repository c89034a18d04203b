"""A front end for SIGKILL: opens a shell, starts a script and prints what it puts out, until it is killed."""

from __future__ import annotations

import sys
from uuid import UUID

from remora.worker import protocol as p
from tests.support.pool_client import PoolClient
from tests.support.workers import Front


def main() -> None:
    path, pool_id, script = sys.argv[1:]
    client = PoolClient(Front(path), UUID(pool_id)).open(limits=p.Limits(implicit_disconnect=0.3))
    pipeline = client.start(script)
    print(pipeline, flush=True)
    while True:
        outcome = client.receive(pipeline, budget=3000)
        for value in outcome.output:
            print(value, flush=True)
        outcome.output.clear()


if __name__ == "__main__":
    main()

"""``remora demo``: the main job with real processes. Sizes, names and the moment of the kill differ from run to run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from remora.errors import RemoraError


@click.command()
@click.option("--seconds", type=click.IntRange(3, 60), default=15, show_default=True, help="How long the job works.")
@click.option("--keep", is_flag=True, help="Keep the files that the demo made and say where they are.")
@click.option("--seed", type=int, help="Repeat a run: the same names, sizes and moment of the kill.")
def demo(seconds: int, keep: bool, seed: int | None) -> None:
    """Leave a session, kill the host, come back: the main job, end to end.

    A host starts on loopback. One process opens a session, starts a backup of real files in it and leaves. The host's
    front end is killed with SIGKILL and started again. Another process finds the session, takes it over, receives what
    the job wrote and restores from it. The outcome is compared with a run that nobody disturbed.
    """
    from remora.cli.story import Story

    folder = Path(tempfile.mkdtemp(prefix="remora-demo-"))
    story = Story(folder, seconds=seconds, seed=seed)
    try:
        story.tell()
    except (RemoraError, OSError) as error:
        click.secho(f"the demo failed: {error}", fg="red", err=True)
        sys.exit(1)
    finally:
        story.clean_up(keep=keep)

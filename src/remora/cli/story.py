"""The story that ``remora demo`` tells: two hosts, one disturbed and one not, and the scripts of examples/."""

from __future__ import annotations

import hashlib
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from remora.client.config_store import ClientConfig, HostAlias
from remora.errors import RemoraError

READY_SECONDS = 30.0
FILE_COUNT = (120, 180)
FILE_BYTES = (1_000, 400_000)
CONFIGURATION = "ITTasks"
SESSION = "ITTask"
BACKUP_SCRIPT = "Backup-Tree.ps1"


class DemoFailed(RemoraError):
    """The story did not end as it must; the message says what was lost."""


def examples() -> Path:
    """Return the folder of the example scripts: in the installed package, else in the checkout."""
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "examples", here.parents[3] / "examples"):
        if (folder / "leave.py").exists():
            return folder
    raise DemoFailed("the example scripts are not installed")


@dataclass
class DemoHost:
    """One host in a process of its own, that can be killed and started again on the same address."""

    state_dir: Path
    url: str = "http://127.0.0.1:0"
    process: subprocess.Popen[bytes] | None = None

    def remora(self, *arguments: str, text: str | None = None) -> str:
        command = [sys.executable, "-m", "remora", "host", *arguments, "--state-dir", str(self.state_dir)]
        done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=60, check=False)
        if done.returncode != 0:
            raise DemoFailed(f"remora host {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self, config: Path) -> int:
        """Start the front end, wait until it serves, and return its process id."""
        ready = self.state_dir.with_suffix(".ready")
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "remora", "host", "run", "--state-dir", str(self.state_dir)]
        command += ["--listen", self.url, "--config", str(config), "--ready-file", str(ready)]
        with self.state_dir.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        limit = time.monotonic() + READY_SECONDS
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise DemoFailed(f"the host did not start; its log is {self.state_dir.with_suffix('.log')}")
            time.sleep(0.02)
        self.url = ready.read_text("utf-8").split()[0]
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL: no farewell, nothing written, as in a crash."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def end(self) -> None:
        if self.process is None:
            return
        try:
            self.remora("stop", "--all")
        except (DemoFailed, subprocess.TimeoutExpired) as error:
            click.echo(f"the host could not be asked to stop: {error}", err=True)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


class Story:
    """Builds the scene below ``folder``, plays it and checks its end. Raises DemoFailed."""

    def __init__(self, folder: Path, *, seconds: int, seed: int | None = None) -> None:
        self._folder = folder
        self._seconds = seconds
        self._seed = secrets.randbelow(10**6) if seed is None else seed
        self._random = random.Random(self._seed)  # noqa: S311  (file names and sizes, not secrets)
        self._source = folder / f"{self._word()}-data"
        self._server = f"Server{self._random.randint(1, 99):02d}"
        self._disturbed = DemoHost(folder / "s1")
        self._quiet = DemoHost(folder / "s2")
        self._client_config = folder / "client.toml"
        self._examples = examples()

    def tell(self) -> None:
        """Play everything; returns when the end was as it must be."""
        ours = os.umask(0o022)  # the session may run as another user, who reads what is made here
        try:
            self._play()
        finally:
            os.umask(ours)

    def _play(self) -> None:
        started = time.monotonic()
        config = self._scene()
        with ThreadPoolExecutor(1) as pool:
            quiet = pool.submit(self._undisturbed)
            report = self._disturbed_run(config)
            expected = quiet.result()
        self._compare(report, expected)
        self._say(f"Nothing was lost. {time.monotonic() - started:.0f} s in all.", bold=True)

    def clean_up(self, *, keep: bool) -> None:
        """Stop both hosts with all their workers; remove the files unless they are to be kept."""
        for host in (self._disturbed, self._quiet):
            host.end()
        if keep:
            click.echo(f"kept: {self._folder}")
        else:
            shutil.rmtree(self._folder, ignore_errors=True)

    # --- the scene --------------------------------------------------------------------------------------------

    def _scene(self) -> Path:
        self._folder.chmod(0o755)
        total = self._make_files()
        password = secrets.token_urlsafe(18)
        secret = self._folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password + "\n", "utf-8")
        config = self._folder / "host.toml"
        config.write_text(f'[session_configurations.{CONFIGURATION}]\nbackend = "engine"\n', "utf-8")
        user = self._word()
        for host in (self._disturbed, self._quiet):
            host.state_dir.mkdir(mode=0o755)
            host.remora("user", "add", user, "--password-stdin", text=password + "\n")
            host.start(config)
        aliases = {
            name.casefold(): HostAlias(name=name, url=f"{host.url}", username=user, password_file=str(secret))
            for name, host in ((self._server, self._disturbed), ("Quiet", self._quiet))
        }
        ClientConfig(hosts=aliases).save(self._client_config)
        for name in ("backup", "restore", "quiet-backup", "quiet-restore"):
            (self._folder / name).mkdir()
            (self._folder / name).chmod(0o777)  # the session may run as another user
        self._say(f"A host serves {self._disturbed.url}; clients call it {self._server}. Seed {self._seed}.")
        self._say(f"{self._source.name} holds {len(self._files())} files, {total / 1e6:.1f} MB.")
        return config

    def _make_files(self) -> int:
        total = 0
        for _ in range(self._random.randint(*FILE_COUNT)):
            folder = self._source.joinpath(*(self._word() for _ in range(self._random.randint(0, 3))))
            folder.mkdir(parents=True, exist_ok=True)
            size = self._random.randint(*FILE_BYTES)
            (folder / f"{self._word()}.bin").write_bytes(self._random.randbytes(size))
            total += size
        return total

    # --- the two runs -----------------------------------------------------------------------------------------

    def _disturbed_run(self, config: Path) -> dict[str, Any]:
        self._say(
            f"\nIn the evening: Leave-Session.ps1 opens {SESSION} on {self._server}, starts the backup and leaves."
        )
        self._console(
            "Leave-Session.ps1",
            {
                "Source": self._source,
                "Backup": self._folder / "backup",
                "Script": self._examples / BACKUP_SCRIPT,
                "Seconds": self._seconds,
                "ConfigurationName": CONFIGURATION,
            },
        )
        time.sleep(self._random.uniform(0.2, 0.4) * self._seconds)
        done = len(self._files(self._folder / "backup"))
        before = self._disturbed.process.pid if self._disturbed.process else 0
        self._disturbed.kill()
        if done >= len(self._files()):
            raise DemoFailed("the job was over before the host was killed: nothing would be shown")
        self._say(f"\nThe front end (pid {before}) is killed with SIGKILL; the job had copied {done} files.")
        time.sleep(self._random.uniform(0.2, 1.0))
        after = self._disturbed.start(config)
        self._say(f"Started again as pid {after}.")
        if before == after:
            raise DemoFailed("the front end has the same process id as before")
        self._say("\nIn the morning, another process: Resume-Session.ps1 finds the session and takes it over.")
        report = self._folder / "report.json"
        self._console(
            "Resume-Session.ps1",
            {"Restore": self._folder / "restore", "Script": self._examples / "Restore-Tree.ps1", "Report": report},
        )
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        return found

    def _undisturbed(self) -> dict[str, Any]:
        """The same work with the Python API, on a host that nobody kills."""
        report = self._folder / "quiet.json"
        backup, restore = str(self._folder / "quiet-backup"), str(self._folder / "quiet-restore")
        working = ("--seconds", str(self._seconds), "--configuration-name", CONFIGURATION)
        self._python("leave.py", "Quiet", str(self._source), backup, *working)
        self._python("come_back.py", "Quiet", restore, "--report", str(report))
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        return found

    def _console(self, script: str, parameters: dict[str, object]) -> None:
        command = [sys.executable, "-m", "remora", "console", str(self._examples / script)]
        for name, value in {"Server": self._server, "SessionName": SESSION, **parameters}.items():
            command += [f"-{name}", str(value)]
        printed = self._run(script, command)
        for line in printed.splitlines():
            click.echo(f"    {line}" if line else "")

    def _python(self, script: str, *arguments: str) -> None:
        command = [sys.executable, str(self._examples / script), *arguments, "--session-name", SESSION]
        self._run(script, [*command, "--client-config", str(self._client_config)])

    def _run(self, script: str, command: list[str]) -> str:
        environment = {**os.environ, "REMORA_CLIENT_CONFIG": str(self._client_config)}
        done = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=110, check=False)
        if done.returncode != 0:
            raise DemoFailed(f"{script} ended with code {done.returncode}:\n{done.stderr.strip()}")
        return done.stdout

    # --- the end ----------------------------------------------------------------------------------------------

    def _compare(self, report: dict[str, Any], expected: dict[str, Any]) -> None:
        truth = {str(path.relative_to(self._source)): _sha256(path) for path in self._files()}
        if report != expected:
            raise DemoFailed("the disturbed run and the undisturbed run reported different backups")
        if report["manifest"] != truth:
            raise DemoFailed("the manifest received from the session is not that of the files")
        restored = self._folder / "restore"
        if {str(path.relative_to(restored)): _sha256(path) for path in self._files(restored)} != truth:
            raise DemoFailed("the restored tree differs from the original")
        self._say(f"\n{len(truth)} files restored; every checksum equals the original's and the undisturbed run's.")

    def _files(self, folder: Path | None = None) -> list[Path]:
        return sorted(path for path in (folder or self._source).rglob("*") if path.is_file())

    def _word(self) -> str:
        return "".join(self._random.choice("bdfgklmnprst") + self._random.choice("aeiou") for _ in range(3))

    def _say(self, text: str, *, bold: bool = False) -> None:
        click.secho(text, bold=bold)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest().upper()

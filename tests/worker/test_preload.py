"""A worker whose user cannot read the interpreter: whatever it imports late must be loaded already."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import remora

SOURCE = Path(remora.__file__).parent
PACKAGES = ("engine", "modules", "psrp", "values", "worker")


def late_imports() -> dict[str, str]:
    """Standard library modules that functions import, with the file that does."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in (SOURCE / package).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom) and node.level == 0
                    else []
                )
                found |= {name: str(path) for name in names if name.partition(".")[0] in sys.stdlib_module_names}
    return found


def test_a_worker_needs_no_module_that_is_not_loaded() -> None:
    program = "import sys; from remora.worker import entry; entry.preload(); print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    missing = {name: path for name, path in late_imports().items() if name not in loaded}
    assert not missing


EVERYDAY = r"""
import sys
from remora.worker import entry
table = entry.preload()
wanted = []
class Watcher:
    def find_spec(self, name, path=None, target=None):
        wanted.append(name)
sys.meta_path.insert(0, Watcher())
from remora.engine.initial import InitialSessionState
from remora.engine.runspace import Runspace
from remora.engine.streams import CollectingSink
from remora.worker.text_console import on_engine_thread
runspace = Runspace(state=InitialSessionState(commands=table))
for script in SCRIPTS:
    sink = CollectingSink()
    on_engine_thread(lambda: runspace.invoke(script, sink=sink))
print(*wanted, sep="\n")
"""
SCRIPTS = [
    "Get-ChildItem / | Out-String",
    "Get-Process -Id $PID | Format-List * | Out-String",
    "Get-Date; Get-Date -Format o; [datetime]'2020-01-01'; New-TimeSpan -Hours 1",
    "ConvertTo-Json @{ a = 1 }; '[1]' | ConvertFrom-Json; 'a,b' | ConvertFrom-Csv -Header x, y; [xml]'<a/>'",
    "Get-FileHash /etc/passwd; New-Guid; [guid]::NewGuid(); Get-Random; [math]::Sqrt(4); [regex]::Match('a', 'a')",
    "'aa' -match '(a)\\1'; 'é' -replace '\\w'; ('a' * 60) -match [regex]::new('^(a|aa)+$b', 0, '0:0:0.05')",
    "[Environment]::OSVersion; [System.Net.Dns]::GetHostName(); $PSVersionTable | Out-String; [uri]'http://a/b'",
    "New-TemporaryFile | Remove-Item; Get-Content /etc/passwd | Select-String root | Out-String; sh -c 'exit 1'",
    "ConvertTo-SecureString x -AsPlainText -Force; Get-Command Get-Item | Out-String; Get-Help Get-Item | Out-String",
    "'{0:N2} {1:x}' -f 1.5, 255; [text.encoding]::UTF8.GetBytes('a'); [bigint]5; 1d; Measure-Command { 1 }",
]


def test_everyday_scripts_import_nothing() -> None:
    program = EVERYDAY.replace("SCRIPTS", repr(SCRIPTS))
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.stderr, run.stdout.split()) == ("", [])

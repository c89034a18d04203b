"""Scripts in the style of Pester, their framework a module, each in a fresh console."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SPECS = Path(__file__).parents[1] / "support" / "Specs.psm1"


def console(script: str, folder: Path) -> list[str]:
    """Lines that `remora console` puts out for a file that imports the framework."""
    file = folder / "some.Tests.ps1"
    file.write_text(f"Import-Module '{SPECS}'\n{script}")
    code = "from remora.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "console", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_file_of_tests(tmp_path: Path) -> None:
    script = r"""
    function Helper { 'helper of the file' }
    Describe 'a block' {
        BeforeAll {
            $shared = 'made once'
            $log = [System.Collections.ArrayList]::new()
            function Local { "local, $shared" }
        }
        BeforeEach { $fresh = 1; [void] $log.Add('before') }
        AfterEach { [void] $log.Add('after') }
        AfterAll { Set-Content (Join-Path $TestDrive gone.txt) x }
        It 'sees variables of BeforeAll' { $shared | Should -Be 'made once' }
        It 'sees functions of BeforeAll and of the file' {
            Local | Should -BeExactly 'local, made once'
            Helper | Should -Be 'helper of the file'
        }
        It 'may change what BeforeEach made' { $fresh | Should -Be 1; $fresh = 5 }
        It 'does not see changes of other tests' { $fresh | Should -Be 1 }
        It 'was surrounded by the blocks' { $log.Count | Should -Be 9 }
        Context 'inside' {
            BeforeAll { $inner = "$shared, then inside" }
            BeforeEach { $fresh += 1 }
            It 'sees both levels' {
                $inner | Should -Be 'made once, then inside'
                $fresh | Should -Be 2
            }
        }
        It 'does not see what was made inside' { $inner | Should -BeNullOrEmpty }
        It 'adds <a> and <b>' -TestCases @{ a = 1; b = 2; sum = 3 }, @{ a = 2; b = 2; sum = 5 } {
            param($a, $b, $sum)
            $a + $b | Should -Be $sum
        }
        It 'has a drive of its own' {
            $file = Join-Path $TestDrive file.txt
            Set-Content $file text
            $file | Should -Exist
            Join-Path $TestDrive other.txt | Should -Not -Exist
        }
        It 'expects errors' {
            { throw 'any' } | Should -Throw
            { Get-Item /no/such -ErrorAction Stop } |
                Should -Throw -ErrorId 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'
            { 1 } | Should -Not -Throw
        }
        It 'compares types and lists' {
            1 | Should -BeOfType ([int])
            1, 2 | Should -Be 1, 2
        }
        It 'stops at the first failure' { 1 | Should -Be 2; throw 'not reached' }
        It 'is left out' -Skip { throw 'never' }
    }
    New-Module Hidden { $secret = 42 } | Import-Module
    Describe 'a module' {
        It 'can be looked into' { InModuleScope Hidden { $secret } | Should -Be 42 }
    }
    Describe 'a broken block' { throw 'broken' }
    """
    assert console(script, tmp_path) == [
        "ok a block > sees variables of BeforeAll",
        "ok a block > sees functions of BeforeAll and of the file",
        "ok a block > may change what BeforeEach made",
        "ok a block > does not see changes of other tests",
        "ok a block > was surrounded by the blocks",
        "ok a block > inside > sees both levels",
        "ok a block > does not see what was made inside",
        "ok a block > adds 1 and 2",
        "not ok a block > adds 2 and 2 - expected Be '5', got '4'",
        "ok a block > has a drive of its own",
        "ok a block > expects errors",
        "ok a block > compares types and lists",
        "not ok a block > stops at the first failure - expected Be '2', got '1'",
        "skip a block > is left out",
        "ok a module > can be looked into",
        "not ok a broken block > (block) - broken",
    ]

"""The order in which objects list their properties: added ones, those of type data, the type's own as .NET has them."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("script", "names"),
    [
        (
            "[datetime]'2024-01-02'",
            (
                "DateTime Date Day DayOfWeek DayOfYear Hour Kind Millisecond Microsecond Nanosecond Minute Month "
                "Second Ticks TimeOfDay Year"
            ),
        ),
        ("[Exception]'x'", "TargetSite Message Data InnerException HelpLink Source HResult StackTrace"),
        (
            "$(try { 1/0 } catch { $_ })",
            (
                "PSMessageDetails Exception TargetObject CategoryInfo FullyQualifiedErrorId ErrorDetails "
                "InvocationInfo ScriptStackTrace PipelineIterationInfo"
            ),
        ),
        ("$([version]'1.2' | Add-Member N 1 -PassThru)", "N Major Minor Build Revision MajorRevision MinorRevision"),
        ("$([pscustomobject]@{b=1;a=2} | Add-Member N 1 -PassThru)", "b a N"),
    ],
)
def test_order(run: Any, script: str, names: str) -> None:
    listed = run(f"({script}).psobject.Properties.Name; '-'; ({script} | Select-Object *).psobject.Properties.Name")
    assert listed.texts == [*names.split(), "-", *names.split()]


def test_a_file_lists_its_notes_first(run: Any) -> None:
    listed = run("(Get-Item /).psobject.Properties.Name").texts
    order = ["PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer", "BaseName", "Parent"]
    assert [name for name in listed if name in order] == order


def test_json_has_the_own_properties_first(run: Any) -> None:
    listed = run("$v = [version]'1.2'; $v | Add-Member N 7; ($v | ConvertTo-Json -Compress) -replace '\"'")
    assert listed.texts == ["{Major:1,Minor:2,Build:-1,Revision:-1,MajorRevision:-1,MinorRevision:-1,N:7}"]


def test_parts_of_a_second(run: Any) -> None:
    assert run("$d = [datetime]::new(638000000001234567); $d.Microsecond; $d.Nanosecond").texts == ["456", "700"]


def test_an_exception_from_a_hashtable(run: Any) -> None:
    made = run("$e = [Exception]@{Source='s'; HelpLink='h'}; $e.Source; $e.HelpLink; $e.GetType().Name")
    assert made.texts == ["s", "h", "Exception"]
    assert run("try { [Exception]@{Nope=1} } catch { $_.FullyQualifiedErrorId }").texts == ["ObjectCreationError"]

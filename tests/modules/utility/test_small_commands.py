"""Add-Type, Unblock-File, ConvertTo-Xml, CLIXML files, JsonObject."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.modules.conftest import Shell

ADD = ",Microsoft.PowerShell.Commands.AddTypeCommand"


@pytest.mark.parametrize(
    "name", ["System.Web", "system.io.compression", "Microsoft.PowerShell.Commands.Utility", "/x/System.Net.Http.dll"]
)
def test_assemblies_that_every_system_has_are_there(ps: Shell, name: str) -> None:
    ran = ps(f"Add-Type -AssemblyName '{name}'")
    assert (ran.output, ran.ids) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "id"),
    [
        ("-AssemblyName System.Windows.Forms", "PathNotFound"),
        ("-AssemblyName System.Web, nowhere", "PathNotFound"),
        ("-AssemblyName System.Web -PassThru", "NotSupported"),
        ("'class A {}'", "NotSupported"),
        ("-Name A -Namespace B -UsingNamespace C -MemberDefinition 'int i;' -Language CSharp", "NotSupported"),
        ("-TypeDefinition x -OutputType ConsoleApplication", "AssemblyTypeNotSupported"),
        ("-TypeDefinition x -OutputType Library", "OUTPUTTYPE_REQUIRES_ASSEMBLY"),
        ("-TypeDefinition x -OutputType Library -OutputAssembly y -ReferencedAssemblies z", "NotSupported"),
        ("-Path none.cs", "PathNotFound"),
        ("-Path a.vb", "EXTENSION_NOT_SUPPORTED"),
        ("-Path a.cs -IgnoreWarnings -CompilerOptions x", "NotSupported"),
        ("-LiteralPath a.cs", "NotSupported"),
    ],
)
def test_what_needs_a_compiler_is_refused(ps: Shell, tmp_path: Path, arguments: str, id: str) -> None:
    (tmp_path / "a.cs").touch()
    (tmp_path / "a.vb").touch()
    assert ps(f"Add-Type {arguments}").ids == [id + ADD]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ("f.txt", ["LinuxNotSupported"]),
        ("-Path none", ["FileNotFound", "LinuxNotSupported"]),
        ("-LiteralPath none", ["FileNotFound", "LinuxNotSupported"]),
        ("*.nothing", ["LinuxNotSupported"]),
    ],
)
def test_no_file_is_unblocked(ps: Shell, tmp_path: Path, arguments: str, ids: list[str]) -> None:
    (tmp_path / "f.txt").touch()
    assert [one.split(",")[0] for one in ps(f"Unblock-File {arguments}").ids] == ids


HEAD = '<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1 | ConvertTo-Xml -As String", [HEAD + '\n<Objects>\n  <Object Type="System.Int32">1</Object>\n</Objects>']),
        ("1 | ConvertTo-Xml -As Stream -NoTypeInformation", [HEAD, "<Objects>", "<Object>1</Object>", "</Objects>"]),
        ("(1 | ConvertTo-Xml).OuterXml", [HEAD + '<Objects><Object Type="System.Int32">1</Object></Objects>']),
        ("([pscustomobject]@{a=@{b=1}} | ConvertTo-Xml -Depth 2 -NoTypeInformation).Objects.Object.InnerText", ["b1"]),
    ],
)
def test_objects_as_xml(ps: Shell, script: str, expected: list[str]) -> None:
    assert ps(script).output == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'{\"a\":1}', [ref]$e).a; $null -eq $e", [1, True]),
        ("'[{\"a\":1}]', $true, [ref]$e)[0].GetType().Name", ["OrderedHashtable"]),
        ("'[[1]]', $false, 2, [ref]$e).Count", [1]),
        ("'  ', [ref]$e); $null -eq $e", [None, True]),
        ("'{\"\":1}', [ref]$e); $e.FullyQualifiedErrorId", [None, "EmptyKeyInJsonString"]),
    ],
)
def test_json_by_static_methods(ps: Shell, arguments: str, expected: list[Any]) -> None:
    script = f"$e = 1; [Microsoft.PowerShell.Commands.JsonObject]::ConvertFromJson({arguments}"
    assert ps(script).output == expected


@pytest.mark.parametrize("arguments", ["'[[[1]]]', $false, 2, [ref]$e", "'plain', [ref]$e"])
def test_json_that_is_none_by_static_methods(ps: Shell, arguments: str) -> None:
    assert ps(f"$e = 1; [Microsoft.PowerShell.Commands.JsonObject]::ConvertFromJson({arguments})").ids == [
        "ArgumentException"
    ]


def test_types_of_web_cmdlets_are_known_before_them(ps: Shell) -> None:
    script = "[Microsoft.PowerShell.Commands.WebRequestSession]@{UserAgent='x'} | % UserAgent"
    assert ps(script).output == ["x"]
    assert ps("[System.Net.Cookie]::new('a', 'b').Name").output == ["a"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1, 2, 3 | Export-Clixml c.xml; Import-Clixml c.xml -Skip 1 -First 1", [2]),
        ("1, 2 | Export-Clixml -LiteralPath c.xml; Import-Clixml -LiteralPath c.xml -IncludeTotalCount", [2, 1, 2]),
        ("'x' | Export-Clixml c.xml -Encoding unicode; (gc c.xml -AsByteStream)[0]; Import-Clixml c.xml", [255, "x"]),
        ("1 | Export-Clixml c; (gi c).IsReadOnly = $true; 2 | Export-Clixml c -Force; Import-Clixml c", [2]),
        ("@{a=@{b=@{c=1}}} | Export-Clixml c.xml -Depth 2; (Import-Clixml c.xml).a.b.GetType().Name", ["Hashtable"]),
    ],
)  # fmt: skip
def test_clixml_files(ps: Shell, script: str, expected: list[Any]) -> None:
    assert ps(script).output == expected


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("'y' | Out-File f.txt -NoClobber", "NoClobber,Microsoft.PowerShell.Commands.OutFileCommand"),
        ("1 | Export-Clixml f.txt -NoClobber", "NoClobber,Microsoft.PowerShell.Commands.ExportClixmlCommand"),
        ("1 | Export-Clixml n*.txt", "FileOpenFailure,Microsoft.PowerShell.Commands.ExportClixmlCommand"),
        ("Import-Clixml f.txt", "XmlException,Microsoft.PowerShell.Commands.ImportClixmlCommand"),
    ],
)
def test_files_that_are_not_written_or_read(ps: Shell, tmp_path: Path, script: str, id: str) -> None:
    (tmp_path / "f.txt").write_text("old")
    ran = ps(script)
    assert ran.ids == [id]
    assert (tmp_path / "f.txt").read_text() == "old"
    if id.startswith("NoClobber"):
        assert ran.messages == ["File f.txt already exists and NoClobber was specified."]
        assert ps("$Error[0].Exception.Message -like '*already exists.'").output == [True]

"""Update-TypeData, Get-TypeData, Remove-TypeData: members and settings a session adds to types."""

from __future__ import annotations

from pathlib import Path

import pytest

TYPES = """<?xml version="1.0"?>
<Types>
  <Type>
    <Name>My.Thing</Name>
    <Members>
      <AliasProperty><Name>Other</Name><ReferencedMemberName>a</ReferencedMemberName></AliasProperty>
      <NoteProperty><Name>Fixed</Name><Value>7</Value><TypeName>System.Int32</TypeName></NoteProperty>
      <ScriptProperty><Name>Twice</Name><GetScriptBlock>$this.a * 2</GetScriptBlock>
        <SetScriptBlock>$this.a = $args[0]</SetScriptBlock></ScriptProperty>
      <ScriptMethod><Name>Plus</Name><Script>$this.a + $args[0]</Script></ScriptMethod>
      <PropertySet><Name>Both</Name>
        <ReferencedProperties><Name>a</Name><Name>b</Name></ReferencedProperties></PropertySet>
      <MemberSet><Name>PSStandardMembers</Name><Members>
        <PropertySet><Name>DefaultDisplayPropertySet</Name>
          <ReferencedProperties><Name>b</Name></ReferencedProperties></PropertySet>
        <NoteProperty><Name>SerializationDepth</Name><Value>2</Value></NoteProperty>
      </Members></MemberSet>
    </Members>
  </Type>
</Types>
"""
THING = "$o = [pscustomobject]@{PSTypeName='My.Thing'; a=3; b='x'}; "


@pytest.fixture
def types_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.ps1xml"
    path.write_text(TYPES)
    return path


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$o.Other", [3]),
        ("$o.Fixed", [7]),
        ("$o.Twice = 5; $o.a; $o.Twice", [5, 10]),
        ("$o.Plus(4)", [7]),
        ("$o.Both.b", ["x"]),
        ("(Get-TypeData My.Thing).SerializationDepth", [2]),
        ("(Get-TypeData My.Thing).DefaultDisplayPropertySet.ReferencedProperties", ["b"]),
        ("($o | gm Twice).MemberType.ToString()", ["ScriptProperty"]),
    ],
)
def test_a_types_file(ps, types_file: Path, script: str, expected: list[object]) -> None:
    for parameter in ("AppendPath", "PrependPath"):
        ran = ps(f"Update-TypeData -{parameter} '{types_file}'; {THING}{script}")
        assert ran.ids == []
        assert ran.output == expected


def test_a_types_file_decides_what_is_shown_until_it_is_removed(ps, types_file: Path) -> None:
    ps(f"Update-TypeData '{types_file}'")
    assert ps(THING + "$o | Out-String").output == ["\nb\n-\nx\n\n"]
    ps(f"Remove-TypeData -Path '{types_file}'")
    assert ps(THING + "$o | Out-String").output == ["\na b\n- -\n3 x\n\n"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Update-TypeData -TypeName System.String -MemberType NoteProperty -MemberName N -Value 1; 'a'.N", [1]),
        ("Update-TypeData -TypeName string -MemberType AliasProperty -MemberName L -Value Length; 'abc'.L", [3]),
        ("""Update-TypeData -TypeName string -MemberType AliasProperty -MemberName L -Value Length -SecondValue string
            'abc'.L.GetType().Name""", ["String"]),
        ("""Update-TypeData -TypeName ([string]) -MemberType ScriptMethod -MemberName M -Value {$this + $args[0]}
            'a'.M('b')""", ["ab"]),
        ("""Update-TypeData -TypeName T -MemberType ScriptProperty -MemberName P -Value {1} -Second {$this.x=$args[0]}
            $o=[pscustomobject]@{PSTypeName='T';x=0}; $o.P=9; $o.x""", [9]),
        ("""Update-TypeData -TypeName string -MemberType NoteProperty -MemberName N -Value 1
            Update-TypeData -TypeName string -MemberType NoteProperty -MemberName N -Value 2 -Force; 'a'.N""", [2]),
        ("""Update-TypeData -TypeName T -DefaultKeyPropertySet n
            ([pscustomobject]@{PSTypeName='T';a=1;n=2},[pscustomobject]@{PSTypeName='T';a=2;n=1} | sort)[0].a""", [2]),
        ("""Update-TypeData -TypeName T -DefaultDisplayProperty b
            [pscustomobject]@{PSTypeName='T';name='n';b='bb'} | fw | Out-String | % Trim""", ["bb"]),
        ("""Update-TypeData -TypeName T -SerializationDepth 3 -SerializationMethod String -PropertySerializationSet a
            $d=Get-TypeData T; $d.SerializationDepth; $d.SerializationMethod; $d.PropertySerializationSet.Name""",
         [3, "String", "PropertySerializationSet"]),
        ("""Update-TypeData -TypeName T -StringSerializationSource s -InheritPropertySerializationSet $true
            $d=Get-TypeData T; $d.StringSerializationSource; $d.InheritPropertySerializationSet""", ["s", True]),
        ("""Update-TypeData -TypeName T -TargetTypeForDeserialization int -TypeConverter string -TypeAdapter string
            $d=Get-TypeData T; $d.TargetTypeForDeserialization.Name; $d.TypeConverter.Name; $d.TypeAdapter.Name""",
         ["Int32", "String", "String"]),
        ("""$d=[System.Management.Automation.Runspaces.TypeData]::new('T')
            $d.Members.Add('x',[System.Management.Automation.Runspaces.NotePropertyData]::new('x',4))
            Update-TypeData $d; ([pscustomobject]@{PSTypeName='T'}).x""", [4]),
        ("""Update-TypeData -TypeName T -MemberType NoteProperty -MemberName N -Value 1
            Get-TypeData T | Remove-TypeData; ([pscustomobject]@{PSTypeName='T'}).N""", [None]),
        ("(Get-TypeData datetime).TypeName", ["System.DateTime"]),
        ("(Get-TypeData System.DateTime).Members.Keys", ["DateTime"]),
    ],
)  # fmt: skip
def test_types_by_parameters(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Update-TypeData -TypeName T", "TypeDataEmpty"),
        ("Update-TypeData -TypeName ' ' -SerializationDepth 1", "TargetTypeNameEmpty"),
        ("Update-TypeData -TypeName T -MemberName x", "MemberTypeIsMissing"),
        ("Update-TypeData -TypeName T -MemberType NoteProperty -Value 1", "MemberNameShouldBeSpecified"),
        ("Update-TypeData -TypeName T -MemberType NoteProperty -MemberName x", "ValueShouldBeSpecified"),
        ("Update-TypeData -TypeName T -MemberType AliasProperty -MemberName x -Value $null", "ValueShouldBeSpecified"),
        ("Update-TypeData -TypeName T -MemberType NoteProperty -MemberName x -Value 1 -SecondValue 2",
         "SecondValueShouldNotBeSpecified"),
        ("1..2 | % {Update-TypeData -TypeName T -MemberType NoteProperty -MemberName x -Value 1}",
         "TypesDynamicUpdateException"),
        ("Update-TypeData /etc/hostname", "WrongExtension"),
        ("Update-TypeData /nowhere.ps1xml", "TypesAppendPathException"),
        ("Remove-TypeData Nothing.Known", "TypesDynamicRemoveException"),
        ("Get-TypeData ' '", "TargetTypeNameEmpty"),
    ],
)  # fmt: skip
def test_refusals(ps, script: str, error_id: str) -> None:
    assert [known.partition(",")[0] for known in ps(script).ids] == [error_id]


@pytest.mark.parametrize("text", ["<Types><Type/></Types>", "<Other/>", "<Types", "no xml"])
def test_broken_files(ps, tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.ps1xml"
    path.write_text(text)
    assert ps(f"Update-TypeData '{path}'").ids == [
        "TypesXmlUpdateException,Microsoft.PowerShell.Commands.UpdateTypeDataCommand"
    ]
    assert ps(f"Remove-TypeData -Path '{path}'").ids[0].startswith("TypeFileNotExistsInCurrentSession")


def test_what_if_changes_nothing(ps, types_file: Path) -> None:
    ps(f"Update-TypeData '{types_file}' -WhatIf; Update-TypeData -TypeName T -SerializationDepth 1 -WhatIf")
    assert ps("@(Get-TypeData My.Thing, T).Count").output == [0]


def test_standard_members_are_read_from_objects(ps) -> None:
    ran = ps(
        "Update-TypeData -TypeName Some.Base -SerializationMethod String -SerializationDepth 3 "
        "-DefaultDisplayPropertySet A, B; Update-TypeData -TypeName Some.Kind -SerializationDepth 4; "
        "$o = [pscustomobject]@{ A = 1 }; 'Some.Base', 'Some.Kind' | ForEach-Object { $o.pstypenames.Insert(0, $_) }; "
        "$s = $o.PSStandardMembers; $s.SerializationMethod.ToString(); $s.SerializationDepth; "
        "$s.DefaultDisplayPropertySet.ReferencedPropertyNames; $null -eq (1).PSStandardMembers; "
        "($o | Get-Member PSStandardMembers).Count"
    )
    assert [str(item) for item in ran.output] == ["String", "4", "A", "B", "True", "0"]


def test_standard_members_of_serialization(ps) -> None:
    ran = ps(
        "Update-TypeData -TypeName System.String -SerializationMethod string -StringSerializationSource Length; "
        "'abc'.PSStandardMembers.SerializationMethod; 'abc'.PSStandardMembers.StringSerializationSource"
    )
    assert ran.output == ["String", 3]


def test_own_standard_members_are_read(ps) -> None:
    ran = ps(
        "$d = [System.Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', [string[]]('A', 'C')); "
        "$o = [pscustomobject]@{ A = 1 }; "
        "$o | Add-Member MemberSet PSStandardMembers ([System.Management.Automation.PSMemberInfo[]]@($d)); "
        "$o.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames"
    )
    assert ran.output == ["A", "C"]

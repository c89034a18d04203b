"""Update-FormatData, Get-FormatData, Export-FormatData: views from files, and views as objects."""

from __future__ import annotations

from pathlib import Path

import pytest

FORMAT = """<Configuration>
 <SelectionSets><SelectionSet><Name>mine</Name><Types><TypeName>S.One</TypeName><TypeName>S.Two</TypeName></Types>
 </SelectionSet></SelectionSets>
 <Controls><Control><Name>shared</Name><CustomControl><CustomEntries><CustomEntry><CustomItem>
   <Text>shared </Text><ExpressionBinding><PropertyName>a</PropertyName></ExpressionBinding>
 </CustomItem></CustomEntry></CustomEntries></CustomControl></Control></Controls>
 <ViewDefinitions>
 <View><Name>tab</Name><ViewSelectedBy><TypeName>T</TypeName></ViewSelectedBy>
  <GroupBy><PropertyName>g</PropertyName><Label>Group</Label></GroupBy>
  <TableControl><TableHeaders>
    <TableColumnHeader><Label>First</Label><Width>6</Width><Alignment>Right</Alignment></TableColumnHeader>
    <TableColumnHeader/></TableHeaders>
   <TableRowEntries><TableRowEntry><TableColumnItems>
    <TableColumnItem><PropertyName>a</PropertyName><FormatString>{0:00}</FormatString></TableColumnItem>
    <TableColumnItem><ScriptBlock>"&lt;$($_.b)&gt;"</ScriptBlock></TableColumnItem>
   </TableColumnItems></TableRowEntry></TableRowEntries></TableControl></View>
 <View><Name>lst</Name><ViewSelectedBy><TypeName>T</TypeName></ViewSelectedBy>
  <ListControl><ListEntries><ListEntry><ListItems>
   <ListItem><Label>Ay</Label><PropertyName>a</PropertyName></ListItem>
   <ListItem><ItemSelectionCondition><ScriptBlock>$_.b -eq 'q'</ScriptBlock></ItemSelectionCondition>
     <PropertyName>b</PropertyName></ListItem>
  </ListItems></ListEntry></ListEntries></ListControl></View>
 <View><Name>wid</Name><ViewSelectedBy><TypeName>T</TypeName></ViewSelectedBy>
  <WideControl><ColumnNumber>3</ColumnNumber><WideEntries><WideEntry><WideItem><PropertyName>b</PropertyName>
   <FormatString>[{0}]</FormatString></WideItem></WideEntry></WideEntries></WideControl></View>
 <View><Name>cus</Name><ViewSelectedBy><SelectionSetName>mine</SelectionSetName></ViewSelectedBy>
  <CustomControl><CustomEntries><CustomEntry><CustomItem>
   <Frame><LeftIndent>2</LeftIndent><CustomItem><Text>a=</Text>
     <ExpressionBinding><PropertyName>a</PropertyName></ExpressionBinding><NewLine/></CustomItem></Frame>
   <ExpressionBinding><CustomControlName>shared</CustomControlName></ExpressionBinding>
   <ExpressionBinding><PropertyName>list</PropertyName><EnumerateCollection/></ExpressionBinding>
  </CustomItem></CustomEntry></CustomEntries></CustomControl></View>
 </ViewDefinitions></Configuration>
"""
ONE = "[pscustomobject]@{PSTypeName='T'; a=3; b='q'; g='x'}"


def shown(ps, script: str) -> str:
    """What a script's output looks like in its own session."""
    ran = ps(f"{script} | Out-String")
    assert ran.ids == []
    return "".join(ran.output).removesuffix("\n")


@pytest.fixture
def loaded(ps, tmp_path: Path):
    path = tmp_path / "mine.format.ps1xml"
    path.write_text(FORMAT)
    assert ps(f"Update-FormatData -PrependPath '{path}'").ids == []
    return ps


def test_a_table_with_groups_formats_and_scripts(loaded) -> None:
    assert shown(loaded, ONE) == '\n   Group: x\n\n First "<$($_.b)>"\n ----- -----------\n    03 <q>\n'


def test_the_other_shapes(loaded) -> None:
    assert shown(loaded, f"{ONE} | Format-List") == "\nAy : 3\nb  : q\n"
    assert shown(loaded, f"{ONE} | Format-Wide").strip() == "[q]"
    assert shown(loaded, f"{ONE} | Format-Table -View tab -HideTableHeaders") == "\n   Group: x\n\n    03 <q>\n"


def test_custom_views_with_frames_shared_controls_and_collections(loaded) -> None:
    assert shown(loaded, "[pscustomobject]@{PSTypeName='S.Two'; a=1; list=4,5}") == "\n  a=1\nshared 145\n"


def test_a_view_of_another_shape_or_name_is_refused(loaded) -> None:
    for script in ("Format-List -View tab", "Format-Table -View nothing"):
        assert loaded(f"{ONE} | {script}").ids[0].startswith("FormatViewNotFound,")


def test_appended_views_come_after_the_built_in_ones(ps, tmp_path: Path) -> None:
    path = tmp_path / "v.ps1xml"
    path.write_text(FORMAT.replace("<TypeName>T</TypeName>", "<TypeName>System.Version</TypeName>"))
    ps(f"Update-FormatData '{path}'")
    assert "Major" in shown(ps, "[version]'1.2'")
    ps(f"Update-FormatData -PrependPath '{path}'")
    assert "First" in shown(ps, "[version]'1.2'")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$d.TypeNames", ["T"]),
        ("$d.FormatViewDefinition.Name", ["tab", "lst", "wid"]),
        ("$d.FormatViewDefinition[0].Control.Headers.Label", ["First", None]),
        ("$d.FormatViewDefinition[0].Control.Headers[0].Alignment.ToString()", ["Right"]),
        ("$d.FormatViewDefinition[0].Control.Rows.Columns[1].DisplayEntry.ValueType.ToString()", ["ScriptBlock"]),
        ("$d.FormatViewDefinition[0].Control.GroupBy.Label", ["Group"]),
        ("$d.FormatViewDefinition[1].Control.Entries.Items.Label", ["Ay", None]),
        ("$d.FormatViewDefinition[2].Control.Columns", [3]),
    ],
)
def test_views_as_objects(loaded, script: str, expected: list[object]) -> None:
    assert loaded(f"$d = Get-FormatData T; {script}").output == expected


def test_exported_views_can_be_read_again(loaded, tmp_path: Path) -> None:
    path = tmp_path / "out.ps1xml"
    loaded(f"Get-FormatData T | Export-FormatData -Path '{path}' -IncludeScriptBlock")
    before = shown(loaded, ONE)
    loaded(f"Update-FormatData -PrependPath '{path}'")
    assert shown(loaded, ONE) == before
    loaded(f"Get-FormatData T | Export-FormatData -LiteralPath '{path}'")
    assert "<ScriptBlock>;</ScriptBlock>" in path.read_text()
    refused = loaded(f"Get-FormatData T | Export-FormatData -Path '{path}' -NoClobber")
    assert refused.ids == ["NoClobber,Microsoft.PowerShell.Commands.ExportFormatDataCommand"]
    path.chmod(0o400)
    assert loaded(f"Get-FormatData T | Export-FormatData -Path '{path}' -Force").ids == []


def test_all_built_in_views_can_be_exported_and_old_versions_get_fewer(ps, tmp_path: Path) -> None:
    path = tmp_path / "all.ps1xml"
    assert (
        ps(f"Get-FormatData | Export-FormatData -Path '{path}' -IncludeScriptBlock; Update-FormatData '{path}'").ids
        == []
    )
    assert ps("Get-FormatData System.IO.FileInfo -PowerShellVersion '5.0'").output == []
    assert len(ps("Get-FormatData System.IO.FileInfo -PowerShellVersion '5.1'").output) >= 1


@pytest.mark.parametrize(
    "text",
    ["<Configuration><ViewDefinitions><View><Name>x</Name></View></ViewDefinitions></Configuration>", "<Types/>", "no"],
)
def test_broken_files(ps, tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.ps1xml"
    path.write_text(text)
    assert ps(f"Update-FormatData '{path}'").ids == [
        "FormatXmlUpdateException,Microsoft.PowerShell.Commands.UpdateFormatDataCommand"
    ]
    assert ps("Update-FormatData /etc/hostname").ids[0].startswith("WrongExtension,")
    assert ps("1 | Export-FormatData -Path /nowhere/x").ids[0].startswith("InvalidInputObject,")

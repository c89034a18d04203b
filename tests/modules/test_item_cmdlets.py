"""The item cmdlets on the file system and on the flat drives: each parameter does something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.cases import cases

P = "Microsoft.PowerShell.Commands."


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """a.txt b.log .hid ro.txt 'x[1].txt', sub/c.txt, sub/deep/d.txt, link -> a.txt, dirlink -> sub."""
    for name in ("a.txt", "b.log", ".hid", "ro.txt", "x[1].txt", "sub/c.txt", "sub/deep/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "ro.txt").chmod(0o444)
    (tmp_path / "link").symlink_to("a.txt")
    (tmp_path / "dirlink").symlink_to("sub")
    return tmp_path


_LISTING = """
gci -Name
=> dirlink | sub | a.txt | b.log | link | ro.txt | x[1].txt

gci -Name -Force -Filter *hid
=> .hid

gci -Hidden -Name
=> .hid

gci -ReadOnly -Name
=> ro.txt

gci -System -Name
=>

gci -Attributes ReadOnly -Name
=> ro.txt

gci -Attributes !Directory+!ReadOnly -Name -Filter a*
=> a.txt

gci -Attributes Hidden,ReadOnly -Name
=> .hid | ro.txt

gci -Attributes D+!ReparsePoint -Name
=> sub

gci -File -Name -Exclude *.txt
=> b.log | link

gci -Directory -Name
=> dirlink | sub

gci -Recurse -Name -File -Include *.txt -Exclude a*,ro*,x*
=> sub/c.txt | sub/deep/d.txt

gci -Recurse -Depth 0 -Name -Directory
=> dirlink | sub

gci sub -FollowSymlink -Recurse -Name
=> deep | c.txt | deep/d.txt

gci dirl* | % Name
=> dirlink

gci -Filter *.* -Name sub
=> deep | c.txt

gci -Filter li*.* -Name
=> link

gci -LiteralPath 'x[1].txt' | % Name
=> x[1].txt

(gi sub/c.txt).PSParentPath -like 'Microsoft.PowerShell.Core\\FileSystem::*/sub'
=> True

(gi sub).PSIsContainer; (gi a.txt).PSChildName; (gi a.txt).PSDrive.Name; (gi a.txt).PSProvider.Name
=> True | a.txt | / | FileSystem

gi * -Include *.log | % Name
=> b.log

gi * -Exclude *.txt,*link* -Filter *[bl]* | % Name
=> b.log | sub

gi .hid -Force | % Name
=> .hid

(gi link).LinkType; (gi link).LinkTarget; (gi link).Target; (gi link).ResolvedTarget -like '*/a.txt'; (gi link).Mode
=> SymbolicLink | a.txt | a.txt | True | l----

(gi ro.txt).IsReadOnly; (gi ro.txt).Mode; (gi a.txt).UnixMode.Length; (gi a.txt).UnixStat.Size
=> True | --r-- | 10 | 5

$f = gi a.txt; $f.LastWriteTime = '2020-02-03'; $f.Attributes = 'ReadOnly'; $f.LastWriteTime.Year; (gi a.txt).IsReadOnly
=> 2020 | True
"""


@pytest.mark.parametrize(("script", "expected"), cases(_LISTING))
def test_listing(ps, tree: Path, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


_CHANGES = """
ni n.txt -Value abc | % Length; ni n.txt -Force | % Length
=> 3 | 0

(ni -Path sub -Name e.txt -ItemType file).FullName -like '*/sub/e.txt'; (ni -Name only.txt).Name
=> True | only.txt

(ni p/q/r.txt -Force).Directory.Name; (ni 'sub/[n].txt').Name
=> q | [n].txt

(ni -ItemType SymbolicLink l2 -Target sub).LinkTarget; (ni -ItemType HardLink h -Value a.txt).LinkType; gc h
=> sub | HardLink | a.txt

'a.txt' | ni -ItemType SymbolicLink -Path l3 | % Target
=> a.txt

cp a.txt z.txt -PassThru | % Name; cp sub t; gci t; cp sub u -Recurse; gci u -Recurse -Name
=> z.txt | deep | c.txt | deep/d.txt

mkdir flat > $null; cp sub flat -Recurse -Container:$false; gci flat -Name
=> c.txt | d.txt

mkdir to > $null; cp * to -Include *.log; cp * to -Exclude * ; cp a.txt,b.log to -Filter a*; gci to -Name
=> a.txt | b.log

cp a.txt ro.txt; gc ro.txt; cp a.txt ro.txt -Force; gc ro.txt
=> a.txt | a.txt

cp -LiteralPath 'x[1].txt' y.txt; gc y.txt
=> x[1].txt

mv a.txt m.txt -PassThru | % Name; Test-Path a.txt; mv m.txt sub; Test-Path sub/m.txt
=> m.txt | False | True

mv b.log a.txt -Force; gc a.txt; mv -LiteralPath 'x[1].txt' w.txt; Test-Path w.txt
=> b.log | True

mv *.txt sub -Filter a* -Exclude q* -Include a*; gci -Name -File
=> b.log | link | ro.txt | x[1].txt

ren a.txt k.txt -PassThru | % Name; ren -LiteralPath 'x[1].txt' -NewName '[2].txt'; gci -Name -Filter *2*
=> k.txt | [2].txt

ri a.txt; ri -LiteralPath 'x[1].txt'; ri sub -Recurse; ri ro.txt -Force; ri *.log -Include b*; gci -Name
=> dirlink | link

ri * -Recurse -Exclude *.log -Force; gci -Name -Force
=> b.log

ri dirlink; Test-Path sub/c.txt; ri l* -Filter *nk; Test-Path a.txt; Test-Path link
=> True | True | False

ri a.txt -WhatIf; Test-Path a.txt; ni none.txt -WhatIf; Test-Path none.txt; cp a.txt none.txt -WhatIf; gci none*
=> True | False

cd sub; ri ../sub -Recurse -ErrorAction SilentlyContinue -ErrorVariable e; $e.FullyQualifiedErrorId
=> InvalidOperation,Microsoft.PowerShell.Commands.RemoveItemCommand
"""


@pytest.mark.parametrize(("script", "expected"), cases(_CHANGES))
def test_changes(ps, tree: Path, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [str(getattr(value, "name", value)) for value in ran.output] == expected, ran.messages


_ERRORS = """
gi nope
=> PathNotFound,GetItemCommand

gi .hid
=> ItemNotFound,GetItemCommand

gci a.txt/ -Recurse
=> ItemNotFound,GetChildItemCommand

gci nodrive:/x
=> DriveNotFound,GetChildItemCommand

gci Nothing::/x
=> ProviderNotFound,GetChildItemCommand

gi env:PATH -Filter x
=> NotSupported,GetItemCommand

gci -Attributes Nonsense
=> CannotConvertArgumentNoMessage,GetChildItemCommand

ni a.txt
=> NewItemIOError,NewItemCommand

ni sub -ItemType Directory
=> DirectoryExist,NewItemCommand

ni x -ItemType nonsense
=> Argument,NewItemCommand

ni no/such/x.txt
=> NewItemIOError,NewItemCommand

ni l -ItemType SymbolicLink
=> ArgumentNull,NewItemCommand

ni a.txt -ItemType SymbolicLink -Value b.log
=> SymLinkExists,NewItemCommand

ni h -ItemType HardLink -Value nope
=> ItemNotFound,NewItemCommand

ni h -ItemType HardLink -Value sub
=> ItemNotFile,NewItemCommand

ni a.txt -ItemType HardLink -Value a.txt -Force
=> TargetIsSameAsLink,NewItemCommand

ni j -ItemType Junction -Value sub
=> NotAbsolutePath,NewItemCommand

cp a.txt a.txt
=> CopyError,CopyItemCommand

cp sub a.txt
=> CopyContainerItemToLeafError,CopyItemCommand

mkdir v > $null; cp sub v -Container:$false
=> CopyContainerToContainerWithoutRecurseOrContainer,CopyItemCommand

cp a.txt env:x
=> Argument,CopyItemCommand

cp a.txt no/such/place.txt
=> CopyFileInfoItemIOError,CopyItemCommand

mv a.txt b.log
=> MoveFileInfoItemIOError,MoveItemCommand

mv sub sub/deep
=> MoveItemArgumentError,MoveItemCommand

mv sub a.txt
=> DirectoryExist,MoveItemCommand

mv *.txt nowhere
=> MoveItemPathMultipleDestinationNotContainer,MoveItemCommand

mv a.txt env:x
=> Argument,MoveItemCommand

mv variable:PID variable:x
=> GetDynamicParametersException,MoveItemCommand

ren a.txt b.log
=> RenameItemIOError,RenameItemCommand

ren a.txt sub/x
=> Argument,RenameItemCommand

ren *.txt x
=> Argument,RenameItemCommand

ri ro.txt
=> RemoveFileSystemItemUnAuthorizedAccess,RemoveItemCommand

ri nope
=> PathNotFound,RemoveItemCommand

si a.txt x
=> NotSupported,SetItemCommand

cli a.txt
=> NotSupported,ClearItemCommand

ii variable:PID
=> NotSupported,InvokeItemCommand

gc .
=> GetContainerContentException,GetContentCommand

gc no*pe
=> ItemNotFound,GetContentCommand

gc variable:PID -Tail 1
=> TailNotSupported,GetContentCommand

gc a.txt -Tail 1 -TotalCount 1
=> TailAndHeadCannotCoexist,GetContentCommand

gc a.txt -Raw -Tail 1
=> InvalidOperation,GetContentCommand

gc a.txt -Delimiter x -AsByteStream
=> GetContentReaderArgumentError,GetContentCommand

gc a.txt -Stream x
=> NamedParameterNotFound,GetContentCommand

sc sub x
=> WriteContainerContentException,SetContentCommand

sc no/such/x y
=> GetContentWriterDirectoryNotFoundError,SetContentCommand

sc b.bin text -AsByteStream
=> ProviderContentWriteError,SetContentCommand

clc sub
=> ClearDirectoryContent,ClearContentCommand

clc variable:PID
=> NotSupported,ClearContentCommand
"""


@pytest.mark.parametrize(("script", "expected"), cases(_ERRORS))
def test_errors(ps, tree: Path, script: str, expected: list[str]) -> None:
    (found,) = expected
    error_id, _, command = found.partition(",")
    assert ps(script).ids == [f"{error_id},{P}{command}"]


_FLAT = """
si env:RX one; (gi env:RX).Value; ren env:RX RY; gc env:RY; cli env:RY; Test-Path env:RY
=> one | one | False

ni env:RZ -Value z | % Value; si env:RZ y -PassThru | % Value; ri env:RZ; Test-Path env:RZ
=> z | y | False

si variable:v 5; $v; cp variable:v variable:w; $w; cli variable:v; $null -eq $v; ri variable:w; Test-Path variable:w
=> 5 | 5 | True | False

si function:ff { 'in ff' }; ff; cp function:ff function:gg; gg; ren function:gg hh; hh; "$(gc function:hh)".Trim()
=> in ff | in ff | in ff |  'in ff'

si function:tt 'text'; tt; si function:ro { 1 } -Options ReadOnly; (gi function:ro).Options
=> <text> | ReadOnly

si alias:qq Get-Date; (gi alias:qq).Definition; ni alias:rr -Value Get-Item | % Name; gi alias:q* -Exclude q2 | % Name
=> Get-Date | rr | qq

si function:ff { 1 }; gci function:f* -Include ff -Name; gci function:ff -Name
=> ff | ff

1,2 | sc variable:many; $many.Count; 'x' | sc function:sf; (gi function:sf).Definition; gc variable:many
=> 2 | x | 1 | 2

(gi variable:PID).PSPath; (gi env:PATH).PSProvider.Name; (gi alias:gci).PSIsContainer; (gi env:PATH).PSDrive.Name
=> Microsoft.PowerShell.Core\\Variable::PID | Environment | False | Env

$global:sg = 1; Test-Path variable:global:sg; (gi variable:global:sg).Name; & { Test-Path variable:local:sg }
=> True | sg | False

& { si function:global:sf { 'outer' }; si variable:global:sv 3; si alias:global:sa Get-Date }
sf; $sv; (gi alias:sa).Name
=> outer | 3 | sa

function fz { 1 }; & { function fz { 2 }; ri function:local:fz; fz; ri function:global:fz; Test-Path function:fz }
=> 1 | False

$sq = 1; & { $sq = 2; ri variable:local:sq; $sq }; & { sc variable:global:sq 5 }; $global:sq
=> 1 | 5

& { ${function:global:sx} = { 'made' }; ${variable:global:sy} = 4 }
sx; "${function:global:sx}".Trim(); ${variable:global:sy}
=> made | 'made' | 4

Test-Path variable:PID -PathType Leaf; Test-Path variable: -PathType Container; Test-Path alias:nope
=> True | True | False
"""


@pytest.mark.parametrize(("script", "expected"), cases(_FLAT))
def test_flat_drives(ps, script: str, expected: list[str]) -> None:
    ps("function text { '<text>' }")
    ran = ps(script)
    assert [str(value) for value in ran.output] == expected, ran.messages


_FLAT_ERRORS = """
ni variable:PID -Value 1
=> Argument,NewItemCommand

ni function:nn
=> NewItemValueNotSpecified,NewItemCommand

si function:nn 5
=> Argument,SetItemCommand

si function:ro { 1 } -Options ReadOnly; si function:ro { 2 }
=> FunctionNotWritable,SetItemCommand

si function:ro { 1 } -Options ReadOnly; ri function:ro
=> FunctionNotRemovable,RemoveItemCommand

si function:ro { 1 } -Options ReadOnly; ren function:ro x
=> CannotRenameFunction,RenameItemCommand

si function:a1 { }; si function:a2 { }; ren function:a1 a2
=> Argument,RenameItemCommand

Get-ItemProperty variable:PID
=> NotSupported,GetItemPropertyCommand
"""


@pytest.mark.parametrize(("script", "expected"), cases(_FLAT_ERRORS))
def test_errors_of_flat_drives(ps, script: str, expected: list[str]) -> None:
    (found,) = expected
    error_id, _, command = found.partition(",")
    assert ps(script).ids == [f"{error_id},{P}{command}"]


def test_read_only_items_yield_to_force(ps) -> None:
    ps("si function:ro { 1 } -Options ReadOnly")
    assert ps("si function:ro { 2 } -Force; ro; ren function:ro rn -Force; rn; ri function:rn -Force").output == [2, 2]


_CONTENT = """
sc f a,b; ac f c; gc f
=> a | b | c

sc f 'x','y' -NoNewline; gc f -Raw; sc f 'é' -Encoding latin1; (gc f -AsByteStream) -join ','
=> xy | 233,10

sc f é -Encoding unicode; (gc f -AsByteStream)[0]; gc f; ac f ü; gc f
=> 255 | é | é | ü

sc f (65,66) -AsByteStream; gc f -Encoding ascii; ,[byte[]](67) | sc f -AsByteStream; gc f
=> AB | C

sc f (1..6); (gc f -ReadCount 4 | % Count) -join ','; (gc f -ReadCount 0).Count; (gc f -First 2) -join ','
=> 4,2 | 6 | 1,2

sc f (1..6); (gc f -Last 2) -join ','; @(gc f -TotalCount 0).Count; (gc f -Tail 3 -ReadCount 2 | % Count) -join ','
=> 5,6 | 0 | 2,1

sc f 'a;b;c' -NoNewline; (gc f -Delimiter ';') -join '|'; sc f abc -PassThru; clc f; (gi f).Length
=> a|b|c | abc | 0

sc f1 1; sc f2 2; (gc f* -Include *2) -join ','; (gc f* -Exclude *2) -join ','; (gc f* -Filter f1) -join ','
=> 2 | 1 | 1

sc f1 x; (gi f1).IsReadOnly = $true; sc f1 y -Force; gc f1; ac f1 z -Force; gc f1 -Raw; clc f1 -Force; (gi f1).Length
=> y | y z | 0

sc -LiteralPath 'q[1]' lit; gc -LiteralPath 'q[1]'; sc f x -WhatIf; Test-Path f; $null | sc g; (gi g).Length
=> lit | False | 0

sc f 'x'; gc f -AsByteStream -Encoding ascii -WarningAction SilentlyContinue -WarningVariable w > $null; $w.Count
=> 1

(gc f9 -ErrorAction Ignore).Count; sc f9 ([string[]]('a', 'b')); @(gc f9 -Force).Count
=> 0 | 2
"""


@pytest.mark.parametrize(("script", "expected"), cases(_CONTENT))
def test_content(ps, script: str, expected: list[str]) -> None:
    ran = ps(script)
    assert [" ".join(str(value).split()) for value in ran.output] == expected, ran.messages


def test_following_a_file_ends_with_enough_lines(ps, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("1\n2\n3\n")
    assert ps("gc f -Wait | select -First 2").output == ["1", "2"]
    assert ps("gc f -Wait -Tail 1 | select -First 1").output == ["3"]


def test_a_running_program_can_be_opened(ps, tmp_path: Path) -> None:
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\necho done > {tmp_path}/made\n")
    script.chmod(0o755)
    ps("Invoke-Item run.sh -WhatIf; ii run.sh")
    assert ps("for ($i = 0; $i -lt 200 -and -not (Test-Path made); $i++) { sleep -m 20 }; Test-Path made").output == [
        True
    ]


def test_names_of_every_kind(ps, tmp_path: Path) -> None:
    for name in ("with space", "line\nbreak", "ünï", "back`tick", "semi;colon"):
        (tmp_path / name).write_text("x")
    assert ps("gci -Name").output == sorted(os.listdir(tmp_path), key=str.lower)
    assert ps("gci | ri; gci").output == []


def test_a_changed_location_tells_who_and_where(ps, tmp_path):
    (tmp_path / "in").mkdir()
    script = (
        "$ExecutionContext.InvokeCommand.LocationChangedAction = { $script:seen = @($_, $args[1], $this) }; "
        "Set-Location in; $seen[0].OldPath.Path; Split-Path -Leaf $seen[1].NewPath; "
        "$seen[2] -eq [runspace]::DefaultRunspace; $seen[0].SessionState -eq $ExecutionContext.SessionState"
    )
    assert ps(script).output == [str(tmp_path), "in", True, True]


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("a.zip", "Extension['.zip']"),
        ("a.ZIP", "Extension['.zip']"),
        ("in", "Directory"),
        ("run", "Executable"),
        ("link", "SymbolicLink"),
    ],
)
def test_names_in_colours(ps, tmp_path, name, colour):
    (tmp_path / "in").mkdir()
    for file in ("a.zip", "a.ZIP", "run", "plain"):
        (tmp_path / file).touch()
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("in")
    more = " -> in" if name == "link" else ""
    script = f'(Get-Item {name}).NameString -ceq "$($PSStyle.FileInfo.{colour}){name}$($PSStyle.Reset){more}"'
    assert ps(script).output == [True]
    assert ps("(Get-Item plain).NameString; (Get-ChildItem a.zip | Out-String) -match '\\e'").output == ["plain", False]


def test_listing_passes_links_that_lead_in_a_circle(ps, tmp_path):
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "folder").mkdir()
    outcome = ps(f"Get-ChildItem '{tmp_path}' -Recurse -ErrorAction Ignore -Name; $Error.Count")
    assert outcome.output == ["folder", "round", 0]

"""Get-Member, Add-Member and psobject: members of objects as scripts see and change them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[pscustomobject]@{a=1} | gm -MemberType NoteProperty | % Definition", ["int a=1"]),
        ("[pscustomobject]@{a='x';b=$null;c=1,2;d=@{}} | gm -Type NoteProperty | % Definition",
         ["string a=x", "object b=null", "Object[] c=System.Object[]", "hashtable d=System.Collections.Hashtable"]),
        ("[pscustomobject]@{a=1} | gm -Name To* | % Name", ["ToString"]),
        ("class H { hidden [int] $Z; [int] $A; hidden [void] M() {} }; ([H]::new() | gm).Name",
         ["Equals", "GetHashCode", "GetType", "ToString", "A"]),
        ("class H { hidden [int] $Z; hidden [void] M() {} }; [H]::new() | gm z, m -Force | % { \"$($_.MemberType)\" }",
         ["Method", "Property"]),
        ("class H { hidden static [int] $Z; static [void] M() {} }; ([H] | gm -Static).Name",
         ["Equals", "M", "new", "ReferenceEquals"]),
        ("class H { hidden static [int] $Z }; ([H] | gm -Static z -Force).Definition", ["static int Z {get;set;}"]),
        ("'x' | Add-Member -PassThru NoteProperty n 1 | gm -View Extended | % Name", ["n"]),
        ("@('x' | Add-Member -PassThru NoteProperty n 1 | gm -View Base | ? Name -eq n).Count", [0]),
        ("([int] | gm -Static MaxValue).Definition", ["static int MaxValue {get;}"]),
        ("@('x' | gm -Force | ? MemberType -eq MemberSet).Count -gt 0", [True]),
        ("(1 | gm | select -First 1).MemberType.GetType().Name", ["PSMemberTypes"]),
        ("@(1,'a',2 | gm ToString | % TypeName)", ["System.Int32", "System.String"]),
        ("$o=[pscustomobject]@{}; $o | Add-Member a 1; $o.a", [1]),
        ("$o=[pscustomobject]@{}; Add-Member -InputObject $o @{x=1;y=2}; $o.x + $o.y", [3]),
        ("$o=[pscustomobject]@{x=2}; $o|Add-Member ScriptProperty d {$this.x*2} {$this.x=$args[0]};$o.d=5;$o.x", [5]),
        ("$o=[pscustomobject]@{x=2}; $o | Add-Member AliasProperty y x; $o.y=3; $o.x", [3]),
        ("$o='abc' | Add-Member AliasProperty n Length -SecondValue string -PassThru; $o.n.GetType().Name", ["String"]),
        ("$o=[pscustomobject]@{x=2;y=3}; $o | Add-Member PropertySet p x,y; ($o | gm p).Definition", ["p {x, y}"]),
        ("$o='a' | Add-Member -TypeName My.Type -PassThru; $o.pstypenames[0]", ["My.Type"]),
        ("$a=@(1,2); Add-Member -InputObject $a n 7; $a.n; $a.Count", [7, 2]),
        ("$h=@{k=1}; $h | Add-Member n 7; $h.n; $h.Count", [7, 1]),
        ("$o=[pscustomobject]@{a=1}; $o | Add-Member a 2 -Force; $o.a", [2]),
        ("$o=[pscustomobject]@{a=1}; $o.psobject.Properties.Add([psnoteproperty]::new('b',2)); $o.b", [2]),
        ("$o=[pscustomobject]@{a=1;b=2}; $o.psobject.Properties.Remove('a'); $o.psobject.Properties.Name", ["b"]),
        ("$o=[pscustomobject]@{a=1}; $o.psobject.Properties['a'].Value=9; $o.a", [9]),
        ("([pscustomobject]@{a=1}).psobject.Properties.Match('a*').MemberType.ToString()", ["NoteProperty"]),
        ("[psscriptproperty]::new('s',{1}).ToString()", ["System.Object s {get=1;}"]),
        ("$o=[pscustomobject]@{a=1}; $o.pstypenames.Insert(0,'T'); $o.pstypenames.Count", [3]),
    ],
)  # fmt: skip
def test_values(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-Member", "NoObjectInGetMember"),
        ("[pscustomobject]@{a=1} | Add-Member a 2", "MemberAlreadyExists"),
        ("'a' | Add-Member -MemberType Property -Name n -Value 1", "CannotAddMemberType"),
        ("'a' | Add-Member -MemberType Properties -Name n -Value 1", "WrongMemberCount"),
        ("'a' | Add-Member -MemberType NoteProperty -Name n -Value 1 -SecondValue 2", "Value2ShouldNotBeSpecified"),
        ("'a' | Add-Member -MemberType ScriptProperty -Name n -Value $null", "Value1AndValue2AreNotBothNull"),
        ("'a' | Add-Member -MemberType AliasProperty -Name n -Value $null", "Value1ShouldNotBeNull"),
        ("'a' | Add-Member -MemberType AliasProperty -Name n -Value x -SecondValue $null", "Value2ShouldNotBeNull"),
        ("'a' | Add-Member -MemberType ScriptMethod -Name n -Value x", "ConvertToFinalInvalidCastException"),
    ],
)
def test_refusals(ps, script: str, error_id: str) -> None:
    assert [known.partition(",")[0] for known in ps(script).ids] == [error_id]

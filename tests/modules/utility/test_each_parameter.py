"""What a parameter of a utility cmdlet changes: each script gives something else without it."""

from __future__ import annotations

import pytest

from remora.engine.convert import to_text
from tests.modules.conftest import Session
from tests.support.cases import cases

_NAMES = """
$va1 = 1; $va2 = 2; Clear-Variable va* -Include *2; "[$va1][$va2]"; (Get-Variable va* -Include *2).Name
Remove-Variable va* -Include *2; "[$va1]"
=> [1][] | va2 | [1]

Set-Variable d 1 -Description about; (Get-Variable d).Description; Set-Variable d 2 -Visibility Private
(Get-Variable d).Visibility; New-Variable e 1 -Visibility Private; (Get-Variable e).Visibility
=> about | Private | Private

New-Alias na1 Get-Date -Option ReadOnly -Description what; (Get-Alias na1).Options; (Get-Alias na1).Description
& { New-Alias na2 Get-Date -Scope 1 }; (Get-Alias na2).Name; & { New-Alias na3 Get-Date -Scope 0 }
@(Get-Alias na3*).Count
=> ReadOnly | what | na2 | 0

Export-Alias e -Name gc; Export-Alias e -Name gci -Append; @(gc e | ? { $_ -notlike '#*' }).Count
(gi e).IsReadOnly = $true; Export-Alias e -Name gl -Force; (gc e)[-1] -split ',' | select -First 1
=> 2 | "gl"

Set-Alias o1 Get-Date; & { Set-Alias o2 Get-Date; Export-Alias e -Scope 0; @(gc e) -match '"o[12]"' }
& { Import-Alias e -Scope Global -Force }; (Get-Alias o2).Definition
=> "o2","Get-Date","","None" | Get-Date

Set-Alias o3 Get-Date -Option ReadOnly; Export-Alias e o3; Import-Alias e -ErrorAction SilentlyContinue; $error.Count
$error.Clear(); Import-Alias e -Force; $error.Count
=> 1 | 0
"""
_TEXTS = """
[pscustomobject]@{ a = 1 } | ConvertTo-Html -Fragment | select -First 1
=> <table>

$deep = [pscustomobject]@{ a = [pscustomobject]@{ b = [pscustomobject]@{ c = 5 } } }
1, 2 | % { (ConvertTo-Xml $deep -As String -Depth $_) -match 'Name="c"' }
1, 2 | % { gi . | Export-Clixml x -Depth $_; (gc x -Raw) -match '<Obj N="Parent"' }
=> False | True | False | True

'x' | Export-Clixml f; (gi f).IsReadOnly = $true; 'y' | Export-Clixml f -Force; Import-Clixml f; (gi f).IsReadOnly
=> y | True

ConvertFrom-CliXml -InputObject (ConvertTo-CliXml 5); 6 | Export-Clixml f; (gc f)[1].Trim()
[Management.Automation.PSSerializer]::Serialize(7).Split("`n")[1].Trim()
=> 5 | <I32>6</I32> | <I32>7</I32>

$c = [pscredential]::new('u', (ConvertTo-SecureString 'pä' -AsPlainText -Force)); $c | Export-Clixml f
(Import-Clixml f).GetNetworkCredential().Password; (gc f -Raw) -match '>7000e400<'
(ConvertFrom-CliXml (ConvertTo-CliXml $c.Password) | ConvertFrom-SecureString -AsPlainText)
=> pä | True | pä

$both = '-IncludeTypeInformation -NoTypeInformation'
'1 | ConvertTo-Csv', '1 | Export-Csv f' | % {
    try { iex "$_ $both" } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
=> CannotSpecifyIncludeTypeInformationAndNoTypeInformation
 | CannotSpecifyIncludeTypeInformationAndNoTypeInformation

'01', 1 | Get-Unique; '01', 1 | Get-Unique -AsString
=> 01 | 01 | 1

(Get-Culture).TextInfo.ListSeparator = '|'; (Get-Culture -NoUserOverrides).TextInfo.ListSeparator
=> ,

(Get-Date 2020-01-01T12:00:00+02:00 -AsUTC).Hour; (Get-Date 2020-01-01T12:00:00+02:00 -AsUTC).Kind
=> 10 | Utc

'hit' > s1.txt; 'hit' > s2.log; Select-String hit s* -Include *.log | % Filename
Select-String hit s* -Exclude *.log | % Filename
=> s2.log | s1.txt

(Set-MarkdownOption -Header1Color '[4;1m' -PassThru).Header1
=> [4;1m

$rows = foreach ($key in 1, 1, 0) { [pscustomobject]@{ key = $key; at = ++$at } }
($rows | Sort-Object key -Stable).at -join ','
=> 3,1,2

'x' | Set-Content -NoNewline h; 'y' | Set-Content -NoNewline -LiteralPath '[h]'; (Get-FileHash h).Algorithm
(Get-FileHash -Path h -Algorithm MD5).Hash; (Get-FileHash -LiteralPath '[h]' MD5).Hash
(Get-FileHash -InputStream ([IO.MemoryStream]::new([byte[]](121))) -Algorithm MD5).Hash
=> SHA256 | 9DD4E461268C8034F5C8564E155C67A6 | 415290769594460E2E485922904F345D | 415290769594460E2E485922904F345D

'@{ a = 1 }' > '[p].psd1'; (Import-PowerShellDataFile -LiteralPath '[p].psd1').a
$many = (1..600 | % { "k$_ = 1" }) -join ';'; "@{ $many }" > m.psd1
(Import-PowerShellDataFile m.psd1 -SkipLimitCheck).Count
=> 1 | 600

$null = mkdir de-DE; "@{ t = 'hallo' }" > de-DE/x.psd1; "@{ t = 'hi' }" > x.psd1
$null = mkdir sub/de-DE -Force; "@{ t = 'unter' }" > sub/de-DE/x.psd1
Import-LocalizedData -BindingVariable v -FileName x -BaseDirectory sub -UICulture de-DE; $v.t
Import-LocalizedData -BindingVariable v -FileName x -BaseDirectory $PWD -UICulture de-DE; $v.t
& { Import-LocalizedData -BindingVariable global:outer -FileName x -BaseDirectory $PWD -UICulture de-DE }; $outer.t
Import-LocalizedData -FileName x -BaseDirectory $PWD -UICulture fr-FR | % t
"@{ t = Get-Verb2 }" > y.psd1; function Get-Verb2 { 'ran' }
(Import-LocalizedData -FileName y -BaseDirectory $PWD -SupportedCommand Get-Verb2).t
=> unter | hallo | hallo | hi | ran

$null = Measure-Command -InputObject 3 { $global:seen = $_ }; $seen; (Measure-Command -Expression { }).GetType().Name
=> 3 | TimeSpan

'a', 'b' | Join-String -Separator - -OutputPrefix '<'; [cultureinfo]::CurrentCulture = 'de-DE'
1.5 | Join-String; 1.5, 2 | Join-String -UseCulture -Separator ' '; 1.5 | Join-String -FormatString '{0:N1}'
1.5 | Join-String -FormatString '{0:N1}' -UseCulture; [datetime]'2020-01-02' | Join-String -UseCulture
=> <a-b | 1.5 | 1,5 2 | 1.5 | 1,5 | 02.01.2020 00:00:00

@(1, 2 | Write-Output -NoEnumerate).Count; @(Write-Output 1, 2 -NoEnumerate).Count; @(Write-Output 1, 2).Count
=> 2 | 1 | 2
"""
_WAITING = """
$null = New-Event a; $null = New-Event b; (Get-Event -SourceIdentifier b).SourceIdentifier; (Get-Event b).Count
Remove-Event -EventIdentifier (Get-Event a).EventIdentifier; (Get-Event).SourceIdentifier
(Get-Event -EventIdentifier (Get-Event b).EventIdentifier).SourceIdentifier
=> b | 1 | b | b

$null = New-Event a; $null = New-Event b; (Wait-Event -SourceIdentifier b -Timeout 9).SourceIdentifier
$t = [Timers.Timer]::new(2000); $t.AutoReset = $false; $null = Register-ObjectEvent $t Elapsed late; $t.Start()
@(Wait-Event late -Timeout 0).Count
=> b | 0

$t = [Timers.Timer]::new(5); $t.AutoReset = $false
$null = Register-ObjectEvent $t Elapsed s -Action { $global:done = $Event.SourceIdentifier }; $t.Start()
foreach ($try in 1..200) { if ($done) { break }; Start-Sleep -Milliseconds 50 }; $done
=> s

$null = Register-EngineEvent a; $null = Register-EngineEvent b; Unregister-Event -SourceIdentifier a
(Get-EventSubscriber).SourceIdentifier
=> b

$r = [runspacefactory]::CreateRunspace(); $r.Open(); $r.Name = 'mine'
'-RunspaceId $r.Id', '-RunspaceInstanceId $r.InstanceId', '-RunspaceName mine', '-Runspace $r' | % {
    $other = [runspace]::DefaultRunspace; Enable-RunspaceDebug -Runspace $other
    iex "Enable-RunspaceDebug $_"; @(Get-RunspaceDebug -Runspace $r, $other).Enabled -join ','
    iex "Disable-RunspaceDebug $_"; @(Get-RunspaceDebug -Runspace $r, $other).Enabled -join ','
    Disable-RunspaceDebug -Runspace $other
    iex "Enable-RunspaceDebug $_"; @(Get-RunspaceDebug -Runspace $r, $other).Enabled -join ','
    iex "Disable-RunspaceDebug $_" }
$r.Dispose()
=> True,True | False,True | True,False | True,True | False,True | True,False
 | True,True | False,True | True,False | True,True | False,True | True,False

$r = [runspacefactory]::CreateRunspace(); $r.Open(); $b = Set-PSBreakpoint -Command x
($b | Disable-PSBreakpoint -PassThru).Enabled; ($b | Enable-PSBreakpoint -PassThru).Enabled
$c = Set-PSBreakpoint -Command y -Runspace $r; Disable-PSBreakpoint -Id $c.Id -Runspace $r
(Get-PSBreakpoint -Runspace $r).Enabled; Enable-PSBreakpoint -Id $c.Id -Runspace $r
(Get-PSBreakpoint -Runspace $r).Enabled
Remove-PSBreakpoint -Id $c.Id -Runspace $r; @(Get-PSBreakpoint -Runspace $r).Count; @(Get-PSBreakpoint).Count
(Get-Runspace -Id $r.Id).Id -eq $r.Id; @(Get-Runspace -Id $r.Id).Count; $r.Dispose()
=> False | True | False | True | 0 | 1 | True | 1
"""


@pytest.mark.parametrize(("script", "texts"), [*cases(_NAMES), *cases(_TEXTS), *cases(_WAITING)])
def test_parameters(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert ran.failure is None
    assert [to_text(value) for value in ran.output] == texts


_OBJECTS = """
$members = '<Members><NoteProperty><Name>N</Name><Value>5</Value></NoteProperty></Members>'
"<Types><Type><Name>T7</Name>$members</Type></Types>" > t.ps1xml
Update-TypeData -PrependPath t.ps1xml; ([pscustomobject]@{ PSTypeName = 'T7' }).N
=> 5

Get-FormatData System.IO.FileInfo | Export-FormatData -Path f.ps1xml; (gi f.ps1xml).IsReadOnly = $true
Get-FormatData System.Diagnostics.Process | Export-FormatData -Path f.ps1xml -Force -ErrorAction SilentlyContinue
(gc f.ps1xml -Raw) -match 'System.Diagnostics.Process'
=> True

Get-FormatData System.IO.FileInfo | Export-FormatData -Path f.ps1xml
Get-FormatData System.Diagnostics.Process | Export-FormatData f.ps1xml -NoClobber -ErrorAction SilentlyContinue
(gc f.ps1xml -Raw) -match 'System.Diagnostics.Process'; Get-FormatData T8 | Export-FormatData -LiteralPath g.ps1xml
=> False

@('a' | Format-Hex -Raw).Count
=> 1

$h = @{ a = 1; b = 2 }; $h[$h.Keys] -join ','
$h[[Collections.Generic.HashSet[string]]@('b')] -join ','; "[$($h[@{ x = 1 }])]"
=> 1,2 | 2 | []

$e = [Microsoft.PowerShell.Commands.PSPropertyExpression]; $e::new('v*').ToString(); $e::new('v*').HasWildCardCharacters
function f { param([Microsoft.PowerShell.Commands.PSPropertyExpression] $p)
    $p.GetValues([pscustomobject]@{ v1 = 3; v2 = 4 }) | % { "$($_.ResolvedExpression)=$($_.Result)" } }
f v*; f { $_.v1 + 1 }; f none; ($e::new('v*').ResolveNames([pscustomobject]@{ v1 = 3 })).Count
$block = [Microsoft.PowerShell.Commands.PSPropertyExpression]{ $_ * 3 }; 1, 2 | Measure-Object $block -Sum | % Sum
"$($block.Script)"; ($block::new('a').GetValues(1)).Count; try { $e::new('') } catch { 'refused' }
({ throw 'x' } -as $e).GetValues(1).Exception.Message
=> v* | True | v1=3 | v2=4 |  $_.v1 + 1 =4 | 1 | 9 |  $_ * 3  | 0 | refused | x

Update-TypeData -SerializationMethod string -StringSerializationSource Length -TypeName System.String
'abc'.PSStandardMembers.SerializationMethod; 'abc'.PSStandardMembers.StringSerializationSource
=> String | 3

$a = Get-Alias gc; $a.Description = 'reads'; $a.Description; $PSStyle.OutputRendering = 'Ansi'
('hello' | Select-String l | Out-String).Trim() -replace "`e", '^'
('hello' | Select-String l -NoEmphasis | Out-String).Trim(); $PSStyle.OutputRendering = 'PlainText'
('hello' | Select-String l | Out-String).Trim()
=> reads | he^[7ml^[0mlo | hello | hello

try { New-Object System.Management.Automation.PSVariable 'A', 1, None, 'none' } catch { $_.FullyQualifiedErrorId }
(New-Object System.Management.Automation.PSVariable 'A', 1, None).Name
=> ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand | A
"""


@pytest.mark.parametrize(("script", "texts"), cases(_OBJECTS))
def test_objects_around_the_cmdlets(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert ran.failure is None
    assert [to_text(value).strip() for value in ran.output] == [text.strip() for text in texts]

"""Get-Culture, Get-UICulture, Get-Verb, Get-Error."""

from __future__ import annotations

import pytest

SEMICOLONS = "$c = [cultureinfo]::new('de-DE'); $c.TextInfo.ListSeparator = ';'; [cultureinfo]::CurrentCulture = $c"


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("(Get-Culture).Name; (Get-UICulture).Name; $PSCulture; $PSUICulture", ["en-US"] * 4),
        ("(Get-Culture -NoUserOverrides).LCID", [1033]),
        ("(Get-Culture ru-RU).EnglishName", ["Russian (Russia)"]),
        ("('', 'de-de' | Get-Culture).Name -join ','", [",de-DE"]),
        ("(Get-Culture '').EnglishName", ["Invariant Language (Invariant Country)"]),
        ("(Get-Culture -ListAvailable).Count -gt 100", [True]),
        ("([cultureinfo]'fr-CA').Parent.Name", ["fr"]),
        ("([cultureinfo]'fr').IsNeutralCulture", [True]),
        ("[cultureinfo]::new(1041).Name", ["ja-JP"]),
        ("[cultureinfo]::CreateSpecificCulture('sv').Name", ["sv-SE"]),
        ("(Get-Culture).DateTimeFormat.AbbreviatedDayNames[1]", ["Mon"]),
        ("(Get-Culture).NumberFormat.NumberDecimalSeparator", ["."]),
        ("(Get-Culture).TextInfo.ToTitleCase('two words')", ["Two Words"]),
        ("[cultureinfo]::CurrentCulture = 'ru-RU'; $PSCulture; (Get-Culture).Name", ["ru-RU", "ru-RU"]),
        ("[Threading.Thread]::CurrentThread.CurrentUICulture = 'fr-FR'; $PSUICulture", ["fr-FR"]),
        ("$c = [cultureinfo]::new('de-DE'); $c.TextInfo.ListSeparator = ';'; $c.TextInfo.ListSeparator", [";"]),
        (f"{SEMICOLONS}; [pscustomobject]@{{a=1;b=2}} | ConvertTo-Csv -UseCulture -NoHeader", ['"1";"2"']),
    ],
)  # fmt: skip
def test_cultures(ps, script: str, output: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == output


def test_names_that_are_no_cultures(ps) -> None:
    assert ps("Get-Culture abcdefghijkl").ids == [
        "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.GetCultureCommand"
    ]
    assert "CultureNotFoundException" in ps("[cultureinfo]::GetCultureInfo('?')").ids[0]


def test_verbs(ps) -> None:
    assert ps("(Get-Verb).Count -ge 100; (Get-Verb).Where{ -not $_.Description }.Count").output == [True, 0]
    assert ps("(Get-Verb g*t).Verb -join ','").output == ["Get,Grant"]
    assert ps("(Get-Verb -Group Security).Count; (Get-Verb Add).AliasPrefix").output == [6, "a"]
    assert ps("'Add' | Get-Verb | % Group").output == ["Common"]
    assert ps("Get-Verb -Group Odd").ids[0].startswith("ParameterArgumentValidationError,")


def test_everything_of_an_error(ps) -> None:
    ran = ps("try { 1/0 } catch { }; Get-Error")
    shown = [line.strip() for line in ran.text.splitlines()]
    assert "Message : Attempted to divide by zero." in shown
    assert "HResult : -2147352558" in shown
    assert "Type           : System.Management.Automation.RuntimeException" in shown
    assert ps("(Get-Error).pstypenames[0]").output == ["System.Management.Automation.ErrorRecord#PSExtendedError"]
    assert ps("$Error[0].pstypenames[0]").output == ["System.Management.Automation.ErrorRecord"]
    assert ps("$e = Get-Error; $null = $e | Out-String; $e.pstypenames -match 'Error'").output == [
        "System.Management.Automation.ErrorRecord"
    ]


def test_the_colours_of_an_error(ps) -> None:
    plain = ps("try { 1/0 } catch { }; Get-Error | Out-String").output[0]
    ps("$PSStyle.OutputRendering = 'Ansi'; $PSStyle.Formatting.Error = \"`e[35m\"")
    shown = ps("Get-Error | Out-String").output[0]
    assert "Message        : \x1b[0m\x1b[35mAttempted to divide by zero.\x1b[0m" in shown
    assert "\x1b[35m~~~\x1b[0m" in shown
    assert "\x1b[32;1mCategoryInfo          : \x1b[0mNotSpecified" in shown
    assert "\x1b" not in plain


def test_what_was_bound_before_an_error(ps) -> None:
    ps("function f { [CmdletBinding()] param($A, $Authorization) }; $p = @{ A = 'x'; Authorization = 'y'; C = 1 }")
    shown = ps("try { f @p } catch { }; Get-Error | Out-String").output[0].splitlines()
    at = next(at for at, line in enumerate(shown) if line.startswith("    BoundParameters"))
    assert [line.strip() for line in shown[at + 1 : at + 3]] == ["A : x", "Authorization : …"]
    ran = ps("try { Get-Date -Year 2020 -Nope } catch { $_.InvocationInfo.BoundParameters }")
    assert ran.output == [{"Year": 2020}]


def test_which_errors(ps) -> None:
    ps("Write-Error one; Write-Error two")
    assert ps("(Get-Error -Newest 2).PSErrorIndex -join ','; (Get-Error -Last 1).Exception.Message").output == [
        "0,1",
        "two",
    ]
    assert "ErrorIndex: 1" in ps("Get-Error -Newest 2").text
    assert ps("$Error[1] | Get-Error | % { $_.Exception.Message }").output == ["one"]
    assert ps("([exception]'x' | Get-Error).pstypenames[0]").output == ["System.Exception#PSExtendedError"]
    assert ps("1 | Get-Error").output == []
    assert ps("Get-Error -Newest 0").ids == [
        "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.GetErrorCommand"
    ]

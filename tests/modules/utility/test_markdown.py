"""ConvertFrom-Markdown, Show-Markdown, Get-MarkdownOption, Set-MarkdownOption."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session, Shell

CONVERT = ",Microsoft.PowerShell.Commands.ConvertFromMarkdownCommand"
SHOW = ",Microsoft.PowerShell.Commands.ShowMarkdownCommand"
SET = ",Microsoft.PowerShell.Commands.SetMarkdownOptionCommand"
E, R = "\x1b", "\x1b[0m"


@pytest.fixture
def terminal(ps: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session whose host shows escape sequences."""
    monkeypatch.setattr(type(ps.runspace.context.host), "supports_virtual_terminal", True, raising=False)
    return ps


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One **two** 3.", '<h1 id="one-two-3">One <strong>two</strong> 3.</h1>\n'),
        ("# 1. a`n`n# 1. a`n`n# !", '<h1 id="a">1. a</h1>\n<h1 id="a-1">1. a</h1>\n<h1 id="section">!</h1>\n'),
        ("~~x~~ <b>", "<p><del>x</del> <b></p>\n"),
        ("``````sh`nls`n``````", '<pre><code class="language-sh">ls\n</code></pre>\n'),
        ("![a](b.png)", '<p><img src="b.png" alt="a" /></p>\n'),
    ],
)
def test_html(ps: Shell, text: str, html: str) -> None:
    ran = ps(f'"{text}" | ConvertFrom-Markdown | ForEach-Object Html')
    assert (ran.output, ran.ids) == ([html], [])


def test_tables_say_how_they_are_aligned(ps: Shell) -> None:
    assert '<th style="text-align: right;">a</th>' in ps('("|a|`n|-:|`n|1|" | ConvertFrom-Markdown).Html').output[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## a **b**", f"{E}[4;93ma b{R}\n\n"),
        ("#", "\n\n"),
        ("see ``x`` now", f"see {E}[48;2;155;155;155;38;2;30;30;30mx{R} now\n\n"),
        ("[a](b)", f'{E}[4;38;5;117m"a"{R}\n'),
        ("![](b)", f"{E}[33m[Image]{R}\n"),
        ("*a*  `n**b**", f"{E}[36ma{R}\n{E}[1mb{R}\n"),
        ("a`nb", "a b\n\n"),
        ("- a`n  - b`n- c", "- a\n  - b\n- c\n\n"),
        ("1. a`n2. b", "1. a\n2. b\n\n"),
        ("> a", "> a\n\n"),
        ("    x", f"{E}[48;2;155;155;155;38;2;30;30;30mx{E}[500@{R}\n\n"),
    ],
)
def test_text_for_terminals(terminal: Session, text: str, shown: str) -> None:
    ran = terminal(f'"{text}" | ConvertFrom-Markdown -AsVT100EncodedString | ForEach-Object VT100EncodedString')
    assert (ran.output, ran.ids) == ([shown], [])


def test_a_host_without_sequences_gets_none(ps: Shell) -> None:
    assert ps("('# a' | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString").output == ["a\n\n"]


def test_files_and_tokens(ps: Shell, tmp_path: Path) -> None:
    (tmp_path / "a[1].md").write_text("# T\n\ntext\n")
    (tmp_path / "b.md").write_text("b")
    ran = ps(
        "(ConvertFrom-Markdown *.md).Count; (ConvertFrom-Markdown -Path b.md).Html; "
        "$a = ConvertFrom-Markdown -LiteralPath a[1].md; "
        "$a.Tokens | % { $_.GetType().Name, $_.Line, $_.Level, $_.Text }; "
        "(Get-Item b.md | ConvertFrom-Markdown).Html; ConvertFrom-Markdown -LP b.md | % { $_.Tokens[0].PSTypeNames[0] }"
    )
    assert ran.ids == []
    assert ran.output[:2] == [2, "<p>b</p>\n"]
    assert ran.output[3:5] == [0, 1]
    assert ran.output[-2:] == ["<p>b</p>\n", "Markdig.Syntax.ParagraphBlock"]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("ConvertFrom-Markdown none.md", "FileNotFound" + CONVERT),
        ("ConvertFrom-Markdown -LiteralPath none.md", "FileNotFound" + CONVERT),
        ("ConvertFrom-Markdown Env:/HOME", "OnlyFileSystemPathsSupported" + CONVERT),
        ("ConvertFrom-Markdown -InputObject 1", "InvalidInputObject" + CONVERT),
        ("[IO.FileInfo]::new('/none.md') | ConvertFrom-Markdown", "FileNotFound" + CONVERT),
        ("[Microsoft.PowerShell.MarkdownRender.MarkdownInfo]::new() | Show-Markdown",
         "VT100EncodedStringIsNullOrEmpty" + SHOW),
        ("'a' | ConvertFrom-Markdown -AsVT100EncodedString | Show-Markdown -UseBrowser", "HtmlIsNullOrEmpty" + SHOW),
        ("'a' | Show-Markdown -UseBrowser", "ErrorLaunchingDefaultApplication" + SHOW),
        ("Set-MarkdownOption -Code red", "ParameterArgumentValidationError" + SET),
        ("Set-MarkdownOption -Theme Blue", "ParameterArgumentValidationError" + SET),
        ("Set-MarkdownOption 1", "InvalidObject" + SET),
    ],
)  # fmt: skip
def test_errors(ps: Shell, monkeypatch: pytest.MonkeyPatch, script: str, error_id: str) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert ps(script).ids == [error_id]


@pytest.mark.parametrize("given", ["'# a' | Show-Markdown", "Show-Markdown a.md", "Show-Markdown -LiteralPath a.md",
                                   "Get-Item a.md | Show-Markdown"])  # fmt: skip
def test_show(terminal: Session, tmp_path: Path, given: str) -> None:
    (tmp_path / "a.md").write_text("# a")
    ran = terminal(given)
    assert (ran.output, ran.ids) == ([f"{E}[7ma{R}\n\n"], [])


@pytest.mark.parametrize(
    ("parameter", "element"),
    [
        *((f"Header{level}Color", f"Header{level}") for level in range(1, 7)),
        ("Code", "Code"),
        ("ImageAltTextForegroundColor", "Image"),
        ("LinkForegroundColor", "Link"),
        ("ItalicsForegroundColor", "EmphasisItalics"),
        ("BoldForegroundColor", "EmphasisBold"),
    ],
)
def test_sequences(ps: Shell, parameter: str, element: str) -> None:
    ran = ps(
        f"Set-MarkdownOption -{parameter} '[31m'; $o = Get-MarkdownOption; $o.{element}; "
        f"$o.AsEscapeSequence('{element}'); (Set-MarkdownOption -PassThru).{element} -eq '[31m'"
    )
    assert (ran.output, ran.ids) == (["[31m", f"{E}[31m[31m{R}", False], [])


def test_themes_and_objects(ps: Shell) -> None:
    ran = ps(
        "Set-MarkdownOption -Theme light; $o = Get-MarkdownOption; $o.Header6; $o.SetDarkTheme(); $o.Header6; "
        "$o.Link = '[35m'; $o.EnableVT100Encoding = $false; $o | Set-MarkdownOption; (Get-MarkdownOption).Link; "
        "(Get-MarkdownOption).EnableVT100Encoding; $o.AsEscapeSequence('none') -eq ''; $o.GetType().FullName"
    )
    kind = "Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo"
    assert (ran.output, ran.ids) == (["[4;30m", "[4;97m", "[35m", False, True, kind], [])

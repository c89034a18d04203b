"""Completers that scripts bring: blocks, classes, factories and lists, and what they are told."""

from __future__ import annotations

import pytest

CLASSES = """
using namespace System.Management.Automation
using namespace System.Management.Automation.Language
using namespace System.Collections
using namespace System.Collections.Generic
class Numbers : IArgumentCompleter {
    [IEnumerable[CompletionResult]] CompleteArgument([string] $command, [string] $parameter, [string] $word,
                                                     [CommandAst] $ast, [IDictionary] $bound) {
        $found = [List[CompletionResult]]::new()
        foreach ($one in 'one', 'two', 'three') {
            if ($one -like "$word*") { $found.Add([CompletionResult]::new($one, $one, 'ParameterValue', $parameter)) }
        }
        return $found
    }
}
class ChoiceAttribute : ArgumentCompleterAttribute, IArgumentCompleterFactory {
    [int] $Start
    [int] $Step
    ChoiceAttribute([int] $start) { $this.Start = $start }
    [IArgumentCompleter] Create() { return [Numbers]::new() }
}
"""


def words(script: str, line: str, property: str = "CompletionText") -> str:
    return f"{script}\n(TabExpansion2 '{line}' {len(line)}).CompletionMatches | ForEach-Object {property}"


@pytest.mark.parametrize(
    ("script", "line", "expected"),
    [
        ("function Get-P { param([ArgumentCompleter({ param($c, $p, $w) \"$c $p $w\" })] $Name) }", "Get-P -Name x",
         ["Get-P Name x"]),
        ("function Get-P { param([ArgumentCompletions('red', 'green', 'rose')] $Name) }", "Get-P -Name r",
         ["red", "rose"]),
        (CLASSES + "function Get-P { param([ArgumentCompleter([Numbers])] $Name) }", "Get-P t", ["two", "three"]),
        (CLASSES + "function Get-P { param([Choice(1, Step = 5)] [int] $Name) }", "Get-P -Name o", ["one"]),
        (("Register-ArgumentCompleter -CommandName Get-P -ParameterName Name -ScriptBlock { 'registered' }\n"
          "function Get-P { param([ArgumentCompleter({ 'own' })] $Name) }"), "Get-P -Name x", ["registered"]),
        ("function Get-P { param([ArgumentCompleter({ throw 'no' })] $Name) }", "Get-P -Name nothing-here", []),
    ],
)  # fmt: skip
def test_who_answers(run, script, line, expected):
    assert run(words(script, line)).texts == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Get-P -Count 5 -All -Name x", "CommandAst|Get-P -Count 5 -All -Name x|All=True,Count=5"),
        ("Get-P first x", "CommandAst|Get-P first x|Count=first"),
    ],
)
def test_what_a_completer_is_told(run, line, expected):
    function = """
        function Get-P {
            param([Parameter(Position = 0)] $Count, [switch] $All, [Parameter(Position = 1)] [ArgumentCompleter({
                param($c, $p, $w, $ast, $bound)
                $given = ($bound.Keys | Sort-Object | % { "$_=$($bound[$_])" }) -join ','
                "$($ast.GetType().Name)|$ast|$given" })] $Name)
        }"""
    assert run(words(function, line)).texts == [expected]


def test_a_native_completer_sees_the_command(run):
    block = 'param($w, $ast, $at) "$w, $($ast.CommandElements.Count) elements, $at"'
    script = f"Register-ArgumentCompleter -Native -CommandName prog -ScriptBlock {{ {block} }}"
    assert run(words(script, "  prog run x")).texts == ["x, 3 elements, 12"]


def test_a_native_completer_answers_for_dashes(run):
    script = "Register-ArgumentCompleter -Native -CommandName prog -ScriptBlock { param($w) \"$w-x\", '-y' }"
    assert run(words(script, "prog -")).texts == ["--x", "-y"]
    assert run(words(script, "Get-Date -Da")).texts[0] == "-Date"


def test_the_attribute_has_a_block_or_a_type(run):
    made = "(Get-Command Get-P).Parameters.Name.Attributes | ? { $_ -is [ArgumentCompleter] } | "
    shown = made + '% { "$($_.Type.Name)|$($_.ScriptBlock)" }'
    assert run(CLASSES + f"function Get-P {{ param([ArgumentCompleter([Numbers])] $Name) }}\n{shown}").texts == [
        "Numbers|"
    ]
    assert run(f"function Get-P {{ param([ArgumentCompleter({{5}})] $Name) }}\n{shown}").texts == ["|5"]


def test_a_factory_must_make_a_completer(run):
    text = "class F : System.Management.Automation.IArgumentCompleterFactory { }"
    assert run(f"try {{ [scriptblock]::Create('{text}').Invoke() }} catch {{ 'refused' }}").texts == ["refused"]

"""Hostile scripts: each ends as a PowerShell error or an ordinary answer, and the session goes on."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import Any

import pytest

from remora.engine import patient
from remora.engine.convert import to_text
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands

CLIXML = '<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04" Version="1.1.0.1">'
ENDLESS = "& { while ($true) { 1 } } | Where-Object { $false }"


class Session:
    """One session that is attacked; ``run`` gives texts, error ids and state."""

    def __init__(self, **state: Any) -> None:
        self.runspace = Runspace(state=InitialSessionState(commands=builtin_commands(), **state))

    def run(self, script: str, stop_after: float = 0.0) -> tuple[list[str], list[str], str]:
        sink = CollectingSink()
        ended: list[Any] = []

        def work() -> None:
            try:
                ended.append(self.runspace.invoke(script, sink=sink))
            except BaseException as problem:
                ended.append(problem)

        timer = Timer(stop_after, self.runspace.stop)
        if stop_after:
            timer.start()
        thread = start_engine_thread(work, "hostile")
        thread.join(60)
        timer.cancel()
        assert not thread.is_alive(), "the script could not be stopped"
        assert not isinstance(ended[0], BaseException), f"a Python error came out: {ended[0]!r}"
        ids = [record.fully_qualified_id for record in sink.errors]
        ids.extend(one.error.fully_qualified_id for one in ended if one.error is not None)
        return [to_text(item) for item in sink.outputs], ids, ended[0].state

    def goes_on(self) -> bool:
        return self.run("3 + 4")[0] == ["7"]


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.mark.parametrize(
    "script",
    [
        "function f { f }; f",
        "$b = { & $b }; & $b",
        "function f($n) { $x = $(f ($n + 1)); $x }; f 1",
        'class A { [string] ToString() { return "$this" } }; "$([A]::new())"',
        "class A { [bool] Equals([object]$o) { return $this -eq $o } }; [A]::new() -eq [A]::new()",
        "class A { $x = [A]::new() }; [A]::new()",
        "class A { [int] CompareTo([object]$o) { return $this.CompareTo($o) } }; [A]::new().CompareTo(1)",
    ],
)
def test_recursion_without_end(session: Session, script: str) -> None:
    assert session.run(script)[1] == ["CallDepthOverflow"]
    assert session.goes_on()


def test_a_property_that_reads_itself_is_null(session: Session) -> None:
    assert session.run("$o = [pscustomobject]@{}; $o | Add-Member ScriptProperty p { $this.p }; $null -eq $o.p")[
        :2
    ] == (["True"], [])
    assert session.goes_on()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("('(' * 50000) + '1' + (')' * 50000)", "ScriptTooComplicated"),
        ("'{' * 50000", "ScriptTooComplicated"),
        ("('-' * 50000) + '1'", "ScriptTooComplicated"),
        ("(',' * 50000) + '1'", "ScriptTooComplicated"),
        ("('if (1) {' * 5000) + ('}' * 5000)", "ScriptTooComplicated"),
        ("('\"$(' * 3000) + (')\"' * 3000)", "ScriptTooComplicated"),
        ("'class A { f() {' + ('if (1) {' * 5000)", "ScriptTooComplicated"),
        ("'[int' + ('[]' * 5000) + ']'", "TypeNotFound"),
        ("'[System.Collections.Generic.List[' * 1000", "ScriptTooComplicated"),
    ],
)
def test_texts_nested_beyond_reason(session: Session, text: str, id: str) -> None:
    ids = session.run(f"Invoke-Expression ({text})")[1]
    assert ids[0].partition(",")[0] == id
    assert session.goes_on()


@pytest.mark.parametrize(
    "script",
    [
        "('[' * 100000) | ConvertFrom-Json",
        "('{\"a\":' * 100000) | ConvertFrom-Json",
        f"('{CLIXML}' + '<Obj><LST>' * 20000) | ConvertFrom-CliXml",
        "[xml]('<a>' * 100000)",
        "[xml]'<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><l>&a;</l>'",
        "'a' * 10GB",
        "@(1) * 1e12",
        "1..2147483647",
        "[object[]]::new(2147483647)",
        "'{0,2147483647}' -f 1",
        "'{0.__class__}' -f 1",
        "Set-Alias aa bb; Set-Alias bb aa; aa",
        "'a' -match '(('",
        "'a'.PadLeft(2000000000)",
        "[string]::new('a', 2000000000)",
        "[Text.StringBuilder]::new().Append('a', 2000000000)",
        "$a = @(1); [Array]::Resize([ref]$a, 2147483647)",
        "[IO.MemoryStream]::new().SetLength(2147483647)",
        "'{0:F999999999}' -f 1.5",
        "(1).ToString('0' * 5000000)",
        "[bigint]::Pow(10, 1000000000)",
        "[bigint]::Pow(9, 300000) * [bigint]::Pow(9, 300000)",
        "[bigint]1 -shl 2147483647",
        "[bigint]('9' * 5000000)",
        "[bigint]::Parse('9' * 5000000)",
        "'[bigint]' + ('9' * 5000000) + 'n' | Invoke-Expression",
    ],
)
def test_documents_and_sizes_beyond_reason(session: Session, script: str) -> None:
    _, ids, _ = session.run(script)
    assert len(ids) == 1
    assert session.goes_on()


@pytest.mark.parametrize("script", ["'& ' * 20000", "'$a' + ('.b(' * 5000)", "'\"`u{' * 10000"])
def test_many_errors_take_no_time(session: Session, script: str) -> None:
    assert session.run(f"Invoke-Expression ({script})", stop_after=30)[2] == "Completed"
    assert session.goes_on()


def test_splitting_long_texts_takes_no_time(session: Session) -> None:
    assert session.run("('a,' * 1000000).Split(',').Count", stop_after=30)[0] == ["1000001"]


def test_memory_that_does_not_suffice_is_an_error_to_catch(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "LARGEST", 1 << 22)
    script = "try { [IO.File]::ReadAllBytes('/dev/zero') } catch [OutOfMemoryException] { 'caught' }"
    assert session.run(f"{script}; 'goes on'")[0] == ["caught", "goes on"]


def test_a_second_stop_ends_what_finally_does(session: Session) -> None:
    again = Timer(0.6, session.runspace.stop)
    again.start()
    script = "try { while ($true) { } } finally { 'cleaning'; while ($true) { } }"
    texts, _, state = session.run(script, stop_after=0.3)
    again.join()
    assert (texts, state) == (["cleaning"], "Stopped")
    assert session.goes_on()


@pytest.mark.parametrize(
    "script",
    [
        "Compare-Object (1..20000) (30000..50000)",
        "$o = [pscustomobject]@{}; $o | Add-Member ScriptProperty p { $this | ConvertTo-Json }; $o | ConvertTo-Json",
    ],
)
def test_what_takes_long_is_stopped(session: Session, script: str) -> None:
    assert session.run(script, stop_after=0.5)[2] == "Stopped"
    assert session.goes_on()


@pytest.mark.parametrize("script", ["while ($true) { 1 }", "do { } while ($true)", "for (;;) { $null }", ENDLESS])
def test_what_never_ends_is_stopped(session: Session, script: str) -> None:
    assert session.run(script, stop_after=0.3)[2] == "Stopped"
    assert session.goes_on()


EXPLOSIONS = [
    "('a' * 60) -match '^(a|aa)+$b'",
    "[regex]::Matches('a' * 60, '^(a|aa)+$b').Count",
    "[regex]::new('(?=(a|aa)+$b)', 'RightToLeft').Replace('a' * 60, '')",
    "('a' * 60) -split '(a|aa)+$b'",
    "'a' * 60 | Select-String '^(a|aa)+$b'",
    "switch -regex ('a' * 60) { '^(a|aa)+$b' { 1 } }",
    "('x' * 200000) -replace 'x+\\d?y'",
    "$t = 'ab' * 50MB; $t -match '\\w*\\d'",
]


@pytest.mark.parametrize("script", EXPLOSIONS)
def test_searches_that_take_long_are_stopped_soon(session: Session, script: str) -> None:
    """While one takes long another session of the process works; after the stop it ends soon."""
    others: list[str] = []
    asked = Event()

    def stop() -> None:
        others.extend(Session().run("$n = 0; foreach ($i in 1..1000) { $n += 'ab' -match 'b' }; $n")[0])
        asked.set()
        ended.append(monotonic())
        session.runspace.stop()

    ended: list[float] = []
    helper = Timer(0.5, stop)
    helper.start()
    state = session.run(script)[2]
    took = monotonic() - ended[0] if ended else 0.0
    helper.join()
    assert asked.is_set()
    assert (state, others) == ("Stopped", ["1000"])
    assert took < 2
    assert session.goes_on()


def test_long_texts_are_searched(session: Session) -> None:
    script = (
        "$t = ('ab,' * 33MB) + 'c'; $t -match 'c'; $t.Length - [regex]::Match($t, '[c-f]').Index; $t -match '[d-f]x'"
    )
    assert session.run(script)[0] == ["True", "1", "False"]


def test_nested_patterns_that_end_match(session: Session) -> None:
    script = "'key1=a, key2=b, key3=c' -match '^(?<first>\\w+=\\w+)(, \\w+=\\w+)*$'; $Matches.first"
    assert session.run(script)[0] == ["True", "key1=a"]


def test_wildcards_take_no_time(session: Session) -> None:
    assert session.run("('a' * 2000) -like (('*a' * 300) + 'b'); 'abcabd' -like 'a*b?*d'; 'ab' -like 'a*b*b'")[0] == [
        "False",
        "True",
        "False",
    ]


def test_nul_and_lone_surrogates(session: Session, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00\xc8\xc3\x28\x00")
    scripts = [
        'Get-Item "/etc/`0x"', 'Test-Path "`0"', '& "ls`0"', '[IO.File]::Exists("a`0")', 'Set-Location "`0"',
        'New-Item "TestDrive/a`0b"', '$env:hostile = "a`0b"', "Get-Item \"$([char]0xD800)\"", "& \"$([char]0xD800)\"",
        "[char]0xD800 | ConvertTo-Json", "[Text.Encoding]::UTF8.GetBytes([string][char]0xD800).Count",
        f"Get-Content '{tmp_path}/bad.txt'", f". '{tmp_path}/bad.txt'", f"Import-Csv '{tmp_path}/bad.txt'",
    ]  # fmt: skip
    for script in scripts:
        session.run(script)
        assert session.goes_on(), script


NAMES = (
    "__class__", "__init__", "__dict__", "__globals__", "__builtins__", "__subclasses__", "__mro__", "__module__",
    "net_type", "fields", "context", "code", "_entries", "mro", "func_globals", "gi_frame", "f_globals",
)  # fmt: skip
OBJECTS = (
    "1", "'text'", "@(1)", "@{ a = 1 }", "{ 1 }", "[int]", "[Exception]::new('x')", "[guid]::Empty", "(Get-Date)",
    "[regex]'a'", "$ExecutionContext", "$Host", "(Get-Command Get-Item)", "[pscustomobject]@{ a = 1 }", "[math]",
    "(Get-Item /)", "$Error", "[Own]::new()", "[Mine]::new('m')",
)  # fmt: skip
CLASSES = "class Own { $v = 1 }; class Mine : Exception { Mine($m) : base($m) { } }; "


def test_no_python_attribute_is_a_member(session: Session) -> None:
    names = ", ".join(f"'{name}'" for name in NAMES)
    things = ", ".join(f"({one})" for one in OBJECTS)
    ways = (
        "$o.$n; $o.psobject.Properties[$n]; $o.psbase.$n; ($o | Select-Object -ExpandProperty $n -ErrorAction Ignore)"
    )
    script = f"{CLASSES}foreach ($o in {things}) {{ foreach ($n in {names}) {{ {ways} }} }}"
    texts, _, state = session.run(script)
    assert state == "Completed"
    assert [one for one in texts if one and one != "1"] == []


def test_no_python_attribute_is_a_method(session: Session) -> None:
    names = ", ".join(f"'{name}'" for name in NAMES)
    things = ", ".join(f"({one})" for one in OBJECTS)
    script = (
        f"{CLASSES}foreach ($o in {things}) {{ foreach ($n in {names}) {{ try {{ $o.$n(); 'got' }} catch {{ }} }} }}"
    )
    assert session.run(script)[0] == []


@pytest.mark.parametrize(
    "name",
    [
        "builtins",
        "os",
        "sys",
        "object",
        "type",
        "__import__",
        "remora.engine.runspace.Runspace",
        "subprocess.Popen",
        "eval",
    ],
)
def test_no_python_name_is_a_type(session: Session, name: str) -> None:
    made = f"try {{ (New-Object '{name}').GetType().FullName }} catch {{ }}"
    script = f"$t = '{name}' -as [type]; if ($t) {{ $t.FullName }}; {made}"
    texts, _, _ = session.run(script)
    assert [one for one in texts if not one.startswith("System.")] == []


def test_no_attack_through_members_and_classes(session: Session) -> None:
    attacks = [
        "class Evil : builtins.object { }",
        "class Evil { static $__class__ = 1; $__dict__ = 2; __init__() { } }; [Evil]::new().__dict__",
        "@{} | Add-Member -NotePropertyName __class__ -NotePropertyValue 5 -PassThru | ForEach-Object __class__",
        "Update-TypeData -TypeName System.Int32 -MemberName __class__ -Value { $this.__class__ }; (1).__class__",
        "$splat = @{ __class__ = 1; self = 2 }; Get-Date @splat",
        "'{0:__class__}' -f 1; \"$(1.__class__)\"",
        "[System.Management.Automation.PSObject].Assembly.GetType('builtins')",
    ]
    for attack in attacks:
        for text in session.run(attack)[0]:
            assert "<class" not in text
            assert "object at 0x" not in text
        assert session.goes_on(), attack


def test_nothing_comes_out_of_a_session_without_language() -> None:
    session = Session(language_mode="NoLanguage")
    for script in (
        "1",
        "Get-Content /etc/passwd",
        "$env:PATH",
        "[IO.File]::ReadAllText('/etc/passwd')",
        "",
        " ",
        "#",
        "\0",
    ):
        texts, ids, _ = session.run(script)
        assert texts == []
        assert ids == ["ScriptsNotAllowed"]


def test_nothing_foreign_comes_out_of_the_constrained_language() -> None:
    session = Session(language_mode="ConstrainedLanguage")
    attacks = [
        "[IO.File]::ReadAllText('/etc/passwd')",
        "[scriptblock]::Create('[IO.File]::ReadAllText(1)').Invoke()",
        "$m = (Get-Item /etc/passwd).OpenText; $m.Invoke().ReadToEnd()",
        "@(Get-Item /etc/passwd).OpenText().ReadToEnd()",
        "Get-Item /etc/passwd | ForEach-Object OpenText | ForEach-Object ReadToEnd",
        "@(Get-Item /etc/passwd).ForEach('OpenText').ForEach('ReadToEnd')",
        "$t = [type]'System.IO.File'; $t::ReadAllText('/etc/passwd')",
        "& ([IO.File]::ReadAllText) '/etc/passwd'",
        "$o = [pscustomobject]@{}; $o | Add-Member ScriptMethod go { [IO.File]::ReadAllText('/etc/passwd') }; $o.go()",
        "1 | Select-Object @{ n = 'x'; e = { [IO.File]::ReadAllText('/etc/passwd') } } | ForEach-Object x",
        "1 | Where-Object { [IO.File]::ReadAllText('/etc/passwd') }",
        "1 | Sort-Object { [IO.File]::ReadAllText('/etc/passwd') }",
        "Invoke-Expression \"[IO.File]::ReadAllText('/etc/passwd')\"",
        "function f { param([ValidateScript({ [IO.File]::ReadAllText('/etc/passwd') })]$x) $x }; f 1",
        "$x = 'a' -replace 'a', { [IO.File]::ReadAllText('/etc/passwd') }",
        "$ExecutionContext.SessionState.LanguageMode = 'FullLanguage'; [IO.File]::ReadAllText('/etc/passwd')",
        "$ExecutionContext.InvokeCommand.InvokeScript(\"[IO.File]::ReadAllText('/etc/passwd')\")",
    ]
    for attack in attacks:
        texts, _, _ = session.run(attack)
        assert not any("root:" in text for text in texts), attack
        assert session.goes_on(), attack

"""Engine values to the wire and back: types, depth, records; everything that comes out can be encoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.engine.types.registry import type_names
from remora.engine.wire import from_wire, to_wire
from remora.psrp import clixml
from remora.values import ErrorRecord, PSCredential, PSObject
from remora.values.collections import ArrayList, GenericList, TypedArray
from remora.values.exceptions import ErrorCategory
from remora.values.numbers import Int64
from remora.values.objects import MISSING
from remora.values.strings import ScriptBlockText
from remora.values.tables import Hashtable, OrderedDictionary


def wire(run: Any, script: str) -> Any:
    outcome = run(script)
    assert outcome.result.state == "Completed", outcome.ids
    value = to_wire(outcome.outputs[0])
    clixml.dumps(value)
    return value


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1", 1),
        ("2147483648", Int64(2**31)),
        ("'x'", "x"),
        ("$null", None),
        ("1.5", 1.5),
        (",[byte[]](1,2)", b"\x01\x02"),
        ("@{a=1}", Hashtable({"a": 1})),
        ("[ordered]@{a=@(1,2)}", OrderedDictionary({"a": [1, 2]})),
        (",@(1,@(2,3))", [1, [2, 3]]),
        (",[string[]]('a','b')", TypedArray(["a", "b"], "System.String")),
        (",[System.Collections.ArrayList]@(1)", ArrayList([1])),
        (",[System.Collections.Generic.List[int]]@(1,2)", GenericList([1, 2], "System.Int32")),
        ("{ 1 + 1 }", ScriptBlockText(" 1 + 1 ")),
    ],
)
def test_plain_values(run: Any, script: str, expected: Any) -> None:
    value = wire(run, script)
    assert type(value) is type(expected)
    assert value == expected


def test_a_custom_object_keeps_its_notes_at_any_depth_and_flattens_declared_values(run: Any) -> None:
    value = wire(
        run, "[pscustomobject]@{a=1; o=[pscustomobject]@{b=2}; l=@(1,[pscustomobject]@{c=3}); f=(Get-Item /tmp)}"
    )
    assert value.type_names[0] == "System.Management.Automation.PSCustomObject"
    assert value["a"] == 1
    assert value["o"] == PSObject.custom(b=2)
    assert value["l"] == [1, PSObject.custom(c=3)]
    assert (value["f"]["FullName"], value["f"]["Parent"]) == ("/tmp", "/")


def test_file_info(run: Any) -> None:
    value = wire(run, "Get-Item /etc/passwd")
    assert value.type_names[0] == "System.IO.FileInfo"
    assert value.to_string == "/etc/passwd"
    assert value.adapted["Name"] == "passwd"
    assert isinstance(value.adapted["Length"], Int64)
    assert value.extended["PSIsContainer"] is False


def test_the_credential_of_a_drive_stays_here(run: Any, tmp_path: Path) -> None:
    """Files carry the drive they were reached by; below the depth a credential is the name of its type."""
    (tmp_path / "file").touch()
    value = wire(
        run,
        "$c = [pscredential]::new('me', (ConvertTo-SecureString secret -AsPlainText -Force)); "
        f"$null = New-PSDrive T -PSProvider FileSystem -Root '{tmp_path}' -Credential $c; Get-Item T:/file",
    )
    drive = value.extended["PSDrive"]
    assert (drive.adapted["Name"], drive.adapted["Credential"]) == ("T", "System.Management.Automation.PSCredential")


def test_a_credential_travels_whole_at_the_top_and_in_what_a_script_made(run: Any) -> None:
    made = "[pscredential]::new('me', (ConvertTo-SecureString secret -AsPlainText -Force))"
    for script in (made, f"@{{c = {made}}}", f"[pscustomobject]@{{c = {made}}}"):
        value = to_wire(run(script).outputs[0])
        found = value if isinstance(value, PSCredential) else value["c"]
        assert found.password.reveal() == "secret"


def test_error_record(run: Any) -> None:
    outcome = run("Get-Item /nope-at-all")
    record = to_wire(outcome.sink.errors[0])
    assert isinstance(record, ErrorRecord)
    assert record.fully_qualified_error_id == "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    assert record.category is ErrorCategory.OBJECT_NOT_FOUND
    assert record.exception.type_name == "System.Management.Automation.ItemNotFoundException"
    assert record.category_reason == "ItemNotFoundException"
    assert record.category_activity == "Get-Item"
    assert record.invocation is not None
    assert record.invocation.position_message.startswith("At line:1 char:1\n+ Get-Item")
    back = from_wire(clixml.loads(clixml.dumps(record)))
    assert back.fully_qualified_id == record.fully_qualified_error_id
    assert back.message == outcome.sink.errors[0].message


def test_stream_records(run: Any) -> None:
    sink = run(
        "Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Host h; Write-Progress p -Status s"
    ).sink
    records = [sink.warnings[0], sink.verboses[0], sink.debugs[0], sink.informations[0], sink.progresses[0]]
    wired = [to_wire(record) for record in records]
    assert [type(w).__name__ for w in wired] == [
        "WarningRecord",
        "VerboseRecord",
        "DebugRecord",
        "InformationRecord",
        "ProgressRecord",
    ]
    assert [w.message for w in wired[:3]] == ["w", "v", "d"]
    assert wired[3].message_data.message == "h"
    assert wired[3].tags == ["PSHOST"]
    for value in wired[:4]:
        clixml.dumps(value)


def test_cycles_end(run: Any) -> None:
    assert wire(run, "$h = @{}; $h.self = $h; $h")["self"] == "System.Collections.Hashtable"
    value = wire(run, "$o = [pscustomobject]@{n=1}; $o | Add-Member -NotePropertyName me -NotePropertyValue $o; $o")
    assert value["n"] == 1


def test_wrapped_value_keeps_added_members(run: Any) -> None:
    value = wire(run, "$s = 'text' | Add-Member -NotePropertyName tag -NotePropertyValue 7 -PassThru; $s")
    assert (value.base, value.extended["tag"]) == ("text", 7)


def test_objects_from_the_wire_are_deserialized() -> None:
    sent = PSObject(("System.IO.FileInfo", "System.Object"), MISSING, {"Name": "x", "Big": 2**40}, {"Note": b"ab"}, "x")
    value = from_wire(sent)
    assert type_names(value)[0] == "Deserialized.System.IO.FileInfo"
    assert value["Big"] == Int64(2**40)
    assert value["Note"] == bytearray(b"ab")
    assert type(from_wire({"a": 1})) is Hashtable


def test_structured_commands_of_a_pipeline(run: Any) -> None:
    from remora.psrp.spec import CommandSpec, Merges

    select = CommandSpec(name="Select-Object", parameters=(("First", 2),))
    assert run(((CommandSpec(name="5,6,7 | % { $_ + 1 }", is_script=True), select),)).outputs == [6, 7]
    script = CommandSpec(name='param($a, $b) "$a-$b"', is_script=True, parameters=(("b", 1), (None, 2)))
    assert run(((script,),)).outputs == ["2-1"]
    switch = CommandSpec(
        name="Get-Item", parameters=(("Path", ["/", "/nope-x"]), ("ErrorAction", "SilentlyContinue"), ("Force", None))
    )
    assert [item.path for item in run(((switch,),)).outputs] == ["/"]
    failing = CommandSpec(name="Get-Item", parameters=((None, "/nope-x"),), merges=Merges.error_to_output())
    outcome = run(((failing,),))
    assert [type(o).__name__ for o in outcome.outputs] == ["ErrorRecord"]
    assert outcome.sink.errors == []


def test_pipeline_input_reaches_the_first_command(run: Any) -> None:
    from remora.psrp.spec import CommandSpec

    assert run("$input | % { $_ * 2 }", input=[1, 2, 3]).outputs == [2, 4, 6]
    assert run("process { $_ + 1 }", input=iter([1, 2])).outputs == [2, 3]
    assert run(((CommandSpec(name="Measure-Object"),),), input=[1, 2]).outputs[0] is not None
    assert run("@($input).Count", input=[]).outputs == [0]


def test_local_scope(run: Any) -> None:
    run("$x = 1", use_local_scope=True)
    assert run("$x").outputs == [None]
    run("$x = 2")
    assert run("$x").outputs == [2]

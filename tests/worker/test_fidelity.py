"""What arrives at a client of the embedded engine is what Windows would send; hostile scripts harm no neighbours."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost
from remora.psrp.spec import CommandMetadataSpec, CommandSpec, PipelineSpec, RemoteStreamOptions
from remora.psrp.states import PSInvocationState
from remora.values import Char, EnumValue, ErrorRecord, Hashtable, Int64, ProgressRecord, PSObject, Version
from remora.values.records import InformationRecord
from remora.worker import protocol as p
from remora.worker.engine_session import EngineSession
from remora.worker.pool_driver import PoolDriver
from remora.worker.pool_server import PoolServer
from tests.support.pool_client import Outcome, PoolClient
from tests.support.worker_place import Place

COMPLETED = PSInvocationState.COMPLETED
FAILED = PSInvocationState.FAILED


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    def session(driver: PoolDriver, request: p.Open) -> EngineSession:
        return EngineSession.for_shell(driver, request, ProcessJobHost(), builtin_commands())

    place = Place(tmp_path, lambda request, gate, reactor: PoolServer(request, session))
    yield place
    place.close()


@pytest.fixture
def client(place: Place) -> PoolClient:
    return PoolClient(place.front(), place.shell_id, max_runspaces=2).open()


def one(client: PoolClient, script: str) -> Any:
    (value,) = client.invoke(script).output
    return value


# --- objects


@pytest.mark.parametrize(
    ("script", "names", "some"),
    [
        (
            "Get-Item /etc/hostname",
            ("System.IO.FileInfo", "System.IO.FileSystemInfo", "System.MarshalByRefObject", "System.Object"),
            {
                "Name": "hostname",
                "Directory": "/etc",
                "IsReadOnly": False,
                "PSChildName": "hostname",
                "PSIsContainer": False,
                "Attributes": "Normal",
            },
        ),
        (
            "Get-Process -Id $PID",
            ("System.Diagnostics.Process", "System.ComponentModel.Component", "System.Object"),
            {},
        ),
        (
            "[pscustomobject]@{ B = 1; A = 'x'; C = [pscustomobject]@{ D = 2 } }",
            ("System.Management.Automation.PSCustomObject", "System.Object"),
            {"B": 1, "A": "x", "C": PSObject.custom(D=2)},
        ),
        ("class Pet { [string] $Name = 'Rex'; [int] $Age = 3 }; [Pet]::new()", ("Pet", "System.Object"), {"Age": 3}),
        (
            "'a b' | Select-Object Length, @{ n = 'Upper'; e = { $_.ToUpper() } }",
            ("Selected.System.String", "System.Management.Automation.PSCustomObject", "System.Object"),
            {"Length": 3, "Upper": "A B"},
        ),
        (
            "[pscustomobject]@{ PSTypeName = 'My.Type'; Z = 1 }",
            ("My.Type", "System.Management.Automation.PSCustomObject", "System.Object"),
            {"Z": 1},
        ),
    ],
)
def test_type_names_and_properties(
    client: PoolClient, script: str, names: tuple[str, ...], some: dict[str, Any]
) -> None:
    value = one(client, script)
    assert isinstance(value, PSObject)
    assert value.type_names == names
    assert {name: value[name] for name in some} == some


def test_items_carry_their_drive_and_provider_as_notes(client: PoolClient) -> None:
    item = one(client, "Get-Item /etc/hostname | Add-Member Mine 5 -PassThru")
    assert list(item.extended)[:7] == [
        "PSPath",
        "PSParentPath",
        "PSChildName",
        "PSDrive",
        "PSProvider",
        "PSIsContainer",
        "Mine",
    ]
    assert (item["PSDrive"].type_name, item["PSDrive"]["Root"]) == ("System.Management.Automation.PSDriveInfo", "/")
    assert item["PSProvider"]["Name"] == "FileSystem"
    assert list(item.adapted)[:4] == ["Length", "DirectoryName", "Directory", "IsReadOnly"]


def test_notes_travel_whole_where_declared_values_become_text(client: PoolClient) -> None:
    script = """
        class Box { $Inside = [pscustomobject]@{ A = [pscustomobject]@{ B = 1 } }; $Day = [DayOfWeek]::Friday }
        $box = [Box]::new(); $box; Select-Object -InputObject $box Inside, Day
    """
    declared, noted = client.invoke(script).output
    assert (declared["Inside"].base, declared["Inside"]["A"].base, declared["Day"]) == ("@{A=}", "@{B=1}", "Friday")
    assert noted["Inside"] == PSObject.custom(A=PSObject.custom(B=1))
    assert noted["Day"] == EnumValue(5, "System.DayOfWeek", "Friday")


def test_notes_on_values_and_containers(client: PoolClient) -> None:
    text, table, stack = client.invoke(
        "'x' | Add-Member Foo 3 -PassThru; Add-Member -InputObject @{ a = 1 } Foo 4 -PassThru; "
        "$s = [Collections.Stack]::new(); $s.Push(1); $s.Push(2); Add-Member -InputObject $s Foo 5; , $s"
    ).output
    assert (text.type_names, text.base, text["Foo"]) == ((), "x", 3)
    assert (table.type_name, table.base, table["Foo"]) == ("System.Collections.Hashtable", {"a": 1}, 4)
    assert (stack.type_name, list(stack.base), stack["Foo"]) == ("System.Collections.Stack", [2, 1], 5)


def test_an_exception_is_sent_as_it_is_declared(client: PoolClient) -> None:
    script = """
        $e = [ArgumentException]::new('no', 'p', [IO.IOException]::new('disk')); $e.Data['k'] = 1
        $e | Add-Member Why because -PassThru
        try { Get-Item /nowhere -ErrorAction Stop } catch { $_.Exception }
    """
    argument, missing = client.invoke(script).output
    own = ["TargetSite", "Message", "Data", "InnerException", "HelpLink", "Source", "HResult", "StackTrace"]
    assert list(argument.adapted) == ["Message", "ParamName", *(name for name in own if name != "Message")]
    assert (argument["InnerException"], argument["Why"]) == ("System.IO.IOException: disk", "because")
    assert (argument["Data"].type_name, argument["Data"].base) == (
        "System.Collections.ListDictionaryInternal",
        {"k": 1},
    )
    assert list(missing.adapted) == ["ErrorRecord", "WasThrownFromThrowStatement", *own]
    assert missing["ErrorRecord"] == missing["Message"]


def test_custom_objects_and_dictionaries_keep_their_order(client: PoolClient) -> None:
    custom, table = client.invoke(
        "[pscustomobject]@{ Z = 1; A = 2; M = 3 }; [ordered]@{ z = 1; y = @{ x = 2 } }"
    ).output
    assert list(custom.extended) == ["Z", "A", "M"]
    assert list(table) == ["z", "y"]
    assert table["y"] == {"x": 2}


def test_values_keep_their_types(client: PoolClient) -> None:
    script = "[DayOfWeek]::Friday; [char]'a'; [long]3; [version]'1.2'; [switch]$true; { 1 + 1 }; , [byte[]](1, 2)"
    day, char, number, version, switch, block, octets = client.invoke(script).output
    assert (day, day.type_names[0]) == (EnumValue(5, "System.DayOfWeek", "Friday"), "System.DayOfWeek")
    assert (char, number, version) == (Char("a"), Int64(3), Version(1, 2))
    assert (switch.type_names[0], switch["IsPresent"]) == ("System.Management.Automation.SwitchParameter", True)
    assert str(block).strip() == "1 + 1"
    assert octets == b"\x01\x02"


def test_what_came_back_goes_out_again_as_deserialized(client: PoolClient) -> None:
    value = one(client, "Get-Item /etc | Add-Member Extra 5 -PassThru")
    command = CommandSpec(
        name="param($o) $o.PSObject.TypeNames[0]; $o.Name; $o.Extra; $o -is [IO.DirectoryInfo]",
        is_script=True,
        parameters=((None, value),),
    )
    outcome = client.invoke(PipelineSpec(statements=((command,),)))
    assert outcome.output == ["Deserialized.System.IO.DirectoryInfo", "etc", 5, False]


def test_members_added_to_types_and_switches_travel(client: PoolClient) -> None:
    script = """
        Update-TypeData -TypeName My.Kind -MemberType ScriptProperty -MemberName Twice -Value { $this.One * 2 }
        [pscustomobject]@{ PSTypeName = 'My.Kind'; One = 4 }
        function f([switch] $All) { $All }; f -All
    """
    custom, switch = client.invoke(script).output
    assert custom["Twice"] == 8
    back = CommandSpec(name="param($s) $s.GetType().Name; [bool]$s", is_script=True, parameters=((None, switch),))
    assert client.invoke(PipelineSpec(statements=((back,),))).output == ["SwitchParameter", True]


# --- records


def test_an_error_record_says_where_and_who(client: PoolClient) -> None:
    outcome = client.invoke("$x = 1\n  Get-Item -Path /nowhere/x")
    (record,) = outcome.records
    assert isinstance(record, ErrorRecord)
    assert record.fully_qualified_error_id == "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    assert record.write_error_stream is True
    assert record.invocation is None  # the client did not ask for the extended block
    info = record.extra["InvocationInfo"]
    assert info.type_names == ("System.Management.Automation.InvocationInfo", "System.Object")
    assert (info["MyCommand"], info["InvocationName"]) == ("Get-Item", "Get-Item")
    assert (info["ScriptLineNumber"], info["OffsetInLine"], info["Line"].strip()) == (2, 3, "Get-Item -Path /nowhere/x")
    assert info["PositionMessage"].startswith("At line:2 char:3")
    assert outcome.state is COMPLETED


def test_the_extended_block_comes_when_asked_for(client: PoolClient) -> None:
    spec = PipelineSpec(
        statements=((CommandSpec(name="Get-Item /nowhere/x", is_script=True),),),
        stream_options=RemoteStreamOptions.ERROR,
    )
    (record,) = client.invoke(spec).records
    assert record.invocation is not None
    assert (record.invocation.command_name, record.invocation.script_line_number) == ("Get-Item", 1)


def test_a_terminating_error_has_its_position_too(client: PoolClient) -> None:
    outcome = client.invoke("function f { throw 'no' }\nf")
    assert outcome.state is FAILED
    error = outcome.error
    assert (error.fully_qualified_error_id, error.write_error_stream) == ("no", None)
    assert error.extra["InvocationInfo"]["ScriptLineNumber"] == 1
    assert error.script_stack_trace.splitlines()[0] == "at f, <No file>: line 1"


def test_progress_and_information_have_all_their_fields(client: PoolClient) -> None:
    outcome = client.invoke(
        "Write-Progress act stat -Id 3 -ParentId 1 -PercentComplete 7 -SecondsRemaining 5 -CurrentOperation op; "
        "Write-Information data -Tags a, b; Write-Host shown -ForegroundColor Red"
    )
    progress, told, shown = outcome.records
    assert isinstance(progress, ProgressRecord)
    assert (progress.activity, progress.status_description, progress.current_operation) == ("act", "stat", "op")
    assert (progress.activity_id, progress.parent_activity_id) == (3, 1)
    assert (progress.percent_complete, progress.seconds_remaining) == (7, 5)
    assert isinstance(told, InformationRecord)
    assert (told.message_data, list(told.tags), told.source) == ("data", ["a", "b"], "Write-Information")
    assert (shown.message_data.message, int(shown.message_data.foreground_color)) == ("shown", 12)
    assert list(shown.tags) == ["PSHOST"]


def test_format_records_keep_all_their_levels(client: PoolClient) -> None:
    output = client.invoke("[pscustomobject]@{ Name = 'a'; Size = 1 } | Format-Table").output
    assert [value.type_names[0].rpartition(".")[2] for value in output] == [
        "FormatStartData",
        "GroupStartData",
        "FormatEntryData",
        "GroupEndData",
        "FormatEndData",
    ]
    columns = output[0]["shapeInfo"]["tableColumnInfoList"]
    assert [column["propertyName"] for column in columns] == ["Name", "Size"]
    fields = output[2]["formatEntryInfo"]["formatPropertyFieldList"]
    assert [field["propertyValue"] for field in fields] == ["a", "1"]


# --- implicit remoting


def metadata(client: PoolClient, *names: str) -> list[Any]:
    pid = uuid4()
    client.pool.get_command_metadata(CommandMetadataSpec(names=names), pid)
    data = b64encode(client.pool.take(pid, 100_000)).decode()
    client.front.ask(p.RunCommand(command_id=str(pid).upper(), arguments=(data,)))
    client.outcomes[pid] = Outcome()
    return client.finish(pid).output


def test_metadata_names_types_in_full(client: PoolClient) -> None:
    client.invoke("function Get-Mine { param([Alias('n')][string[]] $Name, [switch] $All, [datetime] $Since) }")
    count, command = metadata(client, "Get-Mine")
    assert count["Count"] == 1
    parameters = command["Parameters"]
    assert list(parameters["Name"].adapted) == ["Name", "ParameterType", "Aliases", "IsDynamic", "SwitchParameter"]
    assert {name: parameters[name]["ParameterType"] for name in ("Name", "All", "Since")} == {
        "Name": "System.String[]",
        "All": "System.Management.Automation.SwitchParameter",
        "Since": "System.DateTime",
    }
    assert list(parameters["Name"]["Aliases"]) == ["n"]
    assert [parameters[name]["SwitchParameter"] for name in ("Name", "All")] == [False, True]


def test_the_query_for_commands_as_a_structured_pipeline(client: PoolClient) -> None:
    query = CommandSpec(
        name="Get-Command",
        parameters=(("Name", ["Get-Date"]), ("ListImported", True), ("ErrorAction", "SilentlyContinue")),
    )
    chosen = CommandSpec(name="Select-Object", parameters=(("Property", ["Name", "CommandType", "Parameters"]),))
    (command,) = client.invoke(PipelineSpec(statements=((query, chosen),))).output
    assert command.type_names[0] == "Selected.System.Management.Automation.CmdletInfo"
    assert (command["Name"], command["CommandType"]) == (
        "Get-Date",
        EnumValue(8, "System.Management.Automation.CommandTypes", "Cmdlet"),
    )
    assert isinstance(command["Parameters"], (dict, Hashtable))
    assert "Format" in command["Parameters"]


def test_encodings_are_encodings(client: PoolClient) -> None:
    script = "'Get-Content', 'Set-Content', 'Out-File', 'Export-Csv', 'Tee-Object' | ForEach-Object { "
    script += "(Get-Command $_).Parameters.Encoding.ParameterType.FullName } | Sort-Object -Unique"
    assert client.invoke(script).output == ["System.Text.Encoding"]
    outcome = client.invoke("Get-Content /etc/hostname -Encoding nonsense")
    found = outcome.error or outcome.records[0]
    assert found.fully_qualified_error_id == (
        "ParameterArgumentTransformationError,Microsoft.PowerShell.Commands.GetContentCommand"
    )


def test_the_query_for_formats(client: PoolClient) -> None:
    command = CommandSpec(
        name="Get-FormatData",
        parameters=(("TypeName", ["System.Diagnostics.Process"]), ("PowerShellVersion", Version(5, 1))),
    )
    found = client.invoke(PipelineSpec(statements=((command,),))).output
    assert found[0].type_names[0] == "System.Management.Automation.ExtendedTypeDefinition"
    assert "System.Diagnostics.Process" in found[0]["TypeNames"]
    views = found[0]["FormatViewDefinition"]
    assert list(views[0].adapted) == ["Name", "Control"]
    assert "InstanceId" in views[0].extended
    control = views[0]["Control"]
    assert control.type_names[:2] == (
        "System.Management.Automation.TableControl",
        "System.Management.Automation.PSControl",
    )
    assert list(control.adapted) == ["Headers", "Rows", "AutoSize", "HideTableHeaders", "GroupBy", "OutOfBand"]
    column = control["Rows"][0]["Columns"][4]
    assert (column["DisplayEntry"]["ValueType"], column["DisplayEntry"]["Value"]) == ("Property", "Id")
    computed = control["Rows"][0]["Columns"][0]["DisplayEntry"]
    assert (computed["ValueType"], computed["Value"]) == ("ScriptBlock", "[long][math]::Floor($_.NPM / 1KB)")
    assert (control["Headers"][4]["Label"], control["Headers"][4]["Alignment"]) == ("Id", "Right")


# --- hostile scripts and their neighbours


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("function f { f }; f", "CallDepthOverflow"),
        ("('x' * 100MB).Length", None),
        ("$b = 1; 1..5000 | ForEach-Object { $b = , $b }; , $b", None),
        ("$h = @{ }; $h.Self = $h; $h", None),
        ("Invoke-Expression ('(' * 20000)", None),
        ("Invoke-Expression ('$a.' * 20000 + 'b')", "CallDepthOverflow"),
        ("$o = [pscustomobject]@{ }; $o | Add-Member ScriptProperty Loop { $this.Loop }; $o", None),
        ('"a`0b"; [char]0xD800; "x$([char]0xDFFF)y"', None),
    ],
)
def test_a_hostile_script_does_not_disturb_the_other_pipeline(
    client: PoolClient, script: str, error: str | None
) -> None:
    hostile = client.start(script)
    neighbour = client.start("1..200 | ForEach-Object { $_ } | Measure-Object -Sum | ForEach-Object Sum")
    assert client.finish(neighbour).output == [20100]
    outcome = client.finish(hostile, budget=10_000_000)
    found = outcome.error.fully_qualified_error_id if outcome.error is not None else None
    assert found == error
    assert client.invoke("'alive'").output == ["alive"]


def test_endless_output_to_a_slow_client_leaves_the_neighbour_alone(client: PoolClient) -> None:
    endless = client.start("while ($true) { 'x' * 1000 }")
    client.receive(endless)
    assert client.invoke("'alive'").output == ["alive"]
    assert client.outcomes[endless].receives == 1
    client.front.ask(p.Signal(command_id=str(endless).upper(), code="powershell/signal/crtl_c"))
    assert client.finish(endless, budget=10_000_000).state is PSInvocationState.STOPPED


# --- restricted configurations


def restricted(place: Place, **fields: Any) -> PoolClient:
    return PoolClient(place.front(), place.shell_id).open(configuration=p.Configuration(**fields))


def test_no_language_takes_commands_and_refuses_text(place: Place) -> None:
    visible = p.Visible(cmdlets=(p.VisibleCommand(name="Get-Date"), p.VisibleCommand(name="Write-Output")))
    client = restricted(place, language_mode="NoLanguage", visible=visible)
    command = CommandSpec(name="Write-Output", parameters=(("InputObject", [1, 2]),))
    assert client.invoke(PipelineSpec(statements=((command,),))).output == [1, 2]
    outcome = client.invoke("1 + 1")
    assert (outcome.state, outcome.output) == (FAILED, [])
    assert outcome.error.fully_qualified_error_id == "ScriptsNotAllowed"
    hidden = client.invoke(PipelineSpec(statements=((CommandSpec(name="Get-Item", parameters=((None, "/"),)),),)))
    assert hidden.output == []
    assert "CommandNotFoundException" in str((hidden.error or hidden.records[0]).fully_qualified_error_id)


def test_constrained_language_refuses_methods(place: Place) -> None:
    client = restricted(place, language_mode="ConstrainedLanguage")
    assert client.invoke("1 + 1; $ExecutionContext.SessionState.LanguageMode.ToString()").output == [
        2,
        "ConstrainedLanguage",
    ]
    outcome = client.invoke("[IO.File]::ReadAllText('/etc/hostname')")
    record = outcome.error or outcome.records[0]
    assert outcome.output == []
    assert record.fully_qualified_error_id == "MethodInvocationNotSupportedInConstrainedLanguage"


def test_a_configuration_leaves_the_names_of_unix_to_its_programs(place: Place) -> None:
    script = "(Get-Command ls).CommandType.ToString(); (Get-Command gci).CommandType.ToString()"
    assert restricted(place, windows_aliases=False).invoke(script).output == ["Application", "Alias"]

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pypsrp.complex_objects import ObjectMeta, PSInvocationState, RunspacePoolState
from pypsrp.exceptions import AuthenticationError, WinRMError
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.support.host import PASSWORD, USER, HostProcess


def wsman(host: HostProcess, auth: str = "ntlm", **options: Any) -> WSMan:
    encryption = "never" if auth == "basic" else "auto"
    return WSMan(
        "127.0.0.1",
        port=host.port,
        ssl=False,
        username=USER,
        password=PASSWORD,
        auth=auth,
        encryption=encryption,
        **options,
    )


@pytest.fixture(params=["ntlm", "basic", "negotiate"])
def pool(host: HostProcess, request: pytest.FixtureRequest) -> Iterator[RunspacePool]:
    with wsman(host, request.param) as connection, RunspacePool(connection) as opened:
        yield opened


@pytest.fixture
def ntlm_pool(host: HostProcess) -> Iterator[RunspacePool]:
    with wsman(host) as connection, RunspacePool(connection) as opened:
        yield opened


def run(pool: RunspacePool, script: str, **options: Any) -> tuple[list[Any], PowerShell]:
    ps = PowerShell(pool)
    ps.add_script(script)
    return ps.invoke(**options), ps


def test_output_of_natural_values(pool: RunspacePool) -> None:
    output, ps = run(pool, "1; 'two'; 3.5; $true; $null; [long]4; [datetime]'2024-02-29T12:00:00'")
    assert ps.state == PSInvocationState.COMPLETED
    assert output[:5] == [1, "two", 3.5, True, None]
    assert output[5] == 4
    assert pool.state == RunspacePoolState.OPENED


def test_every_stream_arrives_on_its_own(ntlm_pool: RunspacePool) -> None:
    script = """
        $VerbosePreference = $DebugPreference = 'Continue'
        Write-Output 'out'; Write-Error 'bad' ; Write-Warning 'careful'; Write-Verbose 'chatty'; Write-Debug 'inner'
        Write-Information 'told' ; Write-Host 'shown'
        Write-Progress -Activity 'Copying' -Status 'half' -PercentComplete 50
    """
    output, ps = run(ntlm_pool, script)
    assert output == ["out"]
    assert [str(record) for record in ps.streams.error] == ["bad"]
    assert [record.message for record in ps.streams.warning] == ["careful"]
    assert "chatty" in [record.message for record in ps.streams.verbose]
    assert "inner" in [record.message for record in ps.streams.debug]
    assert "told" in [record.message_data for record in ps.streams.information]
    assert any("shown" in str(record.message_data) or "shown" in str(vars(record)) for record in ps.streams.information)
    progress = [record for record in ps.streams.progress if record.activity == "Copying"]
    assert (progress[0].description, progress[0].percent_complete) == ("half", 50)
    assert ps.state == PSInvocationState.COMPLETED


def test_a_terminating_error_fails_the_pipeline_with_its_id(ntlm_pool: RunspacePool) -> None:
    output, ps = run(ntlm_pool, "'before'; throw 'stop here'")
    assert output == ["before"]
    assert ps.state == PSInvocationState.FAILED
    assert [record.fq_error for record in ps.streams.error] == ["stop here"]
    assert run(ntlm_pool, "'pool still works'")[0] == ["pool still works"]


def test_an_unknown_command_has_the_id_and_category_of_powershell(ntlm_pool: RunspacePool) -> None:
    _, ps = run(ntlm_pool, "Get-NoSuchThing")
    record = ps.streams.error[0]
    assert record.fq_error == "CommandNotFoundException"
    assert record.category == 13
    assert record.target_name == "Get-NoSuchThing"


def test_structured_commands_and_parameters(ntlm_pool: RunspacePool) -> None:
    ps = PowerShell(ntlm_pool)
    ps.add_script("5, 3, 9, 1").add_cmdlet("Sort-Object").add_parameter("Descending").add_cmdlet("Select-Object")
    ps.add_parameter("First", 2)
    ps.add_statement().add_cmdlet("Write-Output").add_argument("second statement")
    assert ps.invoke() == [9, 5, "second statement"]


def test_pipeline_input(ntlm_pool: RunspacePool) -> None:
    output, _ = run(ntlm_pool, "$input | ForEach-Object { $_ * 10 }", input=[1, 2, 3])
    assert output == [10, 20, 30]


def test_begin_process_end_with_input(ntlm_pool: RunspacePool) -> None:
    script = 'begin { $sum = 0 } process { $sum += $_ } end { "sum $sum" }'
    assert run(ntlm_pool, script, input=list(range(101)))[0] == ["sum 5050"]


def test_objects_arrive_with_their_type_names_and_properties(ntlm_pool: RunspacePool) -> None:
    output, _ = run(ntlm_pool, "[pscustomobject]@{ Name = 'fish'; Count = 3; Tags = 'a', 'b' }; @{ key = 'value' }")
    custom, table = output
    assert custom.adapted_properties | custom.extended_properties == {"Name": "fish", "Count": 3, "Tags": ["a", "b"]}
    assert "System.Management.Automation.PSCustomObject" in custom.types
    assert table == {"key": "value"}


class RecordingUI(PSHostUserInterface):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, Any]] = []

    def ReadLine(self, runspace: Any, pipeline: Any) -> str:
        self.calls.append(("ReadLine", None))
        return "typed by the client"

    def WriteLine2(self, runspace: Any, pipeline: Any, value: str) -> None:
        self.calls.append(("WriteLine2", value))

    def PromptForChoice(
        self, runspace: Any, pipeline: Any, caption: str, message: str, choices: Any, default_choice: int
    ) -> int:
        self.calls.append(("PromptForChoice", (caption, message, len(choices), default_choice)))
        return 1


def test_host_calls_are_answered_by_the_client(host: HostProcess) -> None:
    ui = RecordingUI()
    client_host = PSHost(None, None, False, "test host", None, ui, "1.0")
    with wsman(host) as connection, RunspacePool(connection, host=client_host) as pool:
        script = """
            $line = $Host.UI.ReadLine()
            $choice = $Host.UI.PromptForChoice('Title', 'Sure?', @('&Yes', '&No'), 0)
            $Host.UI.WriteLine('from the host')
            "$line/$choice"
        """
        output, ps = run(pool, script)
    assert output == ["typed by the client/1"], [str(e) for e in ps.streams.error]
    assert ("PromptForChoice", ("Title", "Sure?", 2, 0)) in ui.calls
    assert ("WriteLine2", "from the host") in ui.calls


def test_stop_ends_a_running_pipeline_and_leaves_the_pool_usable(ntlm_pool: RunspacePool) -> None:
    ps = PowerShell(ntlm_pool)
    ps.add_script("'started'; while ($true) { Start-Sleep -Milliseconds 50 }")
    ps.begin_invoke()
    while not ps.output:
        ps.poll_invoke()
    ps.stop()
    assert ps.state == PSInvocationState.STOPPED
    assert run(ntlm_pool, "'alive'")[0] == ["alive"]


def test_application_arguments_and_sender(host: HostProcess) -> None:
    with wsman(host) as connection:
        pool = RunspacePool(connection)
        pool.open({"Ticket": "T-4711", "Count": 2})
        with pool:
            output, _ = run(pool, "$PSSenderInfo.ApplicationArguments.Ticket; $PSSenderInfo.ApplicationArguments.Count")
    assert output == ["T-4711", 2]


def test_secure_strings_travel_both_ways(ntlm_pool: RunspacePool) -> None:
    ntlm_pool.exchange_keys()
    secret = ntlm_pool.serialize("s3cret ünd long", ObjectMeta("SS"))
    ps = PowerShell(ntlm_pool)
    ps.add_cmdlet("ConvertFrom-SecureString").add_parameter("SecureString", secret).add_parameter("AsPlainText")
    assert ps.invoke() == ["s3cret ünd long"], [str(e) for e in ps.streams.error]
    script = "$s = ConvertTo-SecureString 'from the host: ß' -AsPlainText -Force; $s; [pscredential]::new('me', $s)"
    (back, credential), ps = run(ntlm_pool, script)
    assert back == "from the host: ß", [str(e) for e in ps.streams.error]
    assert (credential.username, credential.password) == ("me", "from the host: ß")


def test_a_secret_that_nobody_asked_a_key_for_holds_nothing_up(ntlm_pool: RunspacePool) -> None:
    """Windows sends it sealed; this client hands the sealed text on."""
    (_sealed, after), ps = run(ntlm_pool, "ConvertTo-SecureString x -AsPlainText -Force; 'after'")
    assert after == "after", [str(e) for e in ps.streams.error]


def test_pool_sizes_and_reset(ntlm_pool: RunspacePool) -> None:
    assert ntlm_pool.get_available_runspaces() == 1
    ntlm_pool.max_runspaces = 3
    assert ntlm_pool.get_available_runspaces() == 3
    ntlm_pool.max_runspaces = 1
    run(ntlm_pool, "$global:left = 'behind'")
    ntlm_pool.reset_runspace_state()
    assert run(ntlm_pool, "$null -eq $global:left")[0] == [True]


def test_big_objects_cross_fragment_borders(ntlm_pool: RunspacePool) -> None:
    text = "0123456789abcdef" * 40_000
    output, _ = run(ntlm_pool, "$input | ForEach-Object { $_.Length; $_ }", input=[text])
    assert output == [len(text), text]


def test_twenty_pools_at_once(host: HostProcess) -> None:
    """Each has output of its own, which must not reach another."""
    results: dict[int, list[Any]] = {}
    gate = threading.Barrier(20)

    def one(number: int) -> None:
        with wsman(host) as connection, RunspacePool(connection) as pool:
            gate.wait(60)
            results[number] = run(pool, f"foreach ($i in 1..200) {{ '{number}/' + $i }}; $PID")[0]

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert {number: output[:-1] for number, output in results.items()} == {
        number: [f"{number}/{i}" for i in range(1, 201)] for number in range(20)
    }
    assert len({output[-1] for output in results.values()}) == 20


LEAVE = """
    import sys
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.wsman import WSMan
    port, user, password = int(sys.argv[1]), sys.argv[2], sys.stdin.readline().rstrip("\\n")
    connection = WSMan("127.0.0.1", port=port, ssl=False, username=user, password=password, auth="ntlm")
    pool = RunspacePool(connection)
    pool.open()
    ps = PowerShell(pool)
    ps.add_script("foreach ($i in 1..40) { \\"line $i\\"; Start-Sleep -Milliseconds 100 }")
    ps.begin_invoke()
    ps.poll_invoke()
    pool.disconnect()
    print(pool.id)
"""


def test_leave_in_one_process_and_connect_in_another(host: HostProcess) -> None:
    left = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LEAVE), str(host.port), USER],
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert left.returncode == 0, left.stderr
    pool_id = left.stdout.strip().upper()
    with wsman(host) as connection:
        found = {pool.id.upper(): pool for pool in RunspacePool.get_runspace_pools(connection)}
        assert pool_id in found
        pool = found[pool_id]
        assert pool.state == RunspacePoolState.DISCONNECTED
        pool.connect()
        pipelines = pool.create_disconnected_power_shells()
        assert len(pipelines) == 1
        pipelines[0].connect()
        output = pipelines[0].end_invoke() or pipelines[0].output
        assert output[-1] == "line 40"
        numbers = [int(line.split()[1]) for line in output]
        assert numbers == list(range(numbers[0], 41))
        pool.close()
        assert pool_id not in {p.id.upper() for p in RunspacePool.get_runspace_pools(connection)}


def test_an_unknown_configuration_is_refused_with_its_fault(host: HostProcess) -> None:
    with wsman(host) as connection, pytest.raises(WinRMError, match=r"2150858811.*No\.Such\.Configuration"):
        RunspacePool(connection, configuration_name="No.Such.Configuration").open()


def test_wrong_password(host: HostProcess) -> None:
    connection = WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password="wrong", auth="ntlm")
    with connection, pytest.raises(AuthenticationError, match="alice"):
        RunspacePool(connection).open()


def test_objects_are_read_as_those_of_windows(ntlm_pool: RunspacePool) -> None:
    (nested, item, views), ps = run(
        ntlm_pool,
        "[pscustomobject]@{ A = [pscustomobject]@{ B = [pscustomobject]@{ C = 1 } } }; Get-Item /etc/hostname; "
        "Get-FormatData System.Diagnostics.Process",
    )
    assert not ps.had_errors
    inner = nested.extended_properties["A"].extended_properties["B"]
    assert inner.extended_properties == {"C": 1}
    assert list(item.extended_properties)[:3] == ["PSPath", "PSParentPath", "PSChildName"]
    assert item.extended_properties["PSDrive"].adapted_properties["Root"] == "/"
    assert item.adapted_properties["Attributes"] == "Normal"
    assert views.types[0] == "System.Management.Automation.ExtendedTypeDefinition"
    assert list(views.adapted_properties) == ["TypeName", "TypeNames", "FormatViewDefinition"]

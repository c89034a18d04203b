"""What Invoke-Command gives of a real host: errors with their origin, objects with the name of their machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from remora.client import repository
from remora.client.config_store import ClientAuth, ClientConfig
from remora.engine.remote_errors import RemotingErrorRecord
from remora.modules.remoting.common import PORTAL
from tests.modules.conftest import Ran, Session
from tests.support.host import PASSWORD, USER, running_host


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("host") / "state") as host:
        yield host.url


@pytest.fixture
def remote(url: str, ps: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A console in which $s is a session on the host."""
    config = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))
    monkeypatch.setattr(ClientConfig, "load", classmethod(lambda cls, path=None: config))
    ps(
        f"$cred = [pscredential]::new('{USER}', (ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force)); "
        f"$s = New-PSSession -ConnectionUri {url} -Credential $cred -Authentication Basic"
    )
    yield ps
    for session in repository.DEFAULT:
        PORTAL.run(session.close())


def texts(ran: Ran) -> list[str]:
    assert ran.failure is None, ran.messages
    return [str(value) for value in ran.output]


def test_an_error_says_where_it_comes_from(remote: Session) -> None:
    ran = remote("Invoke-Command $s { $x = 1\n Get-Item /nowhere/x }")
    (record,) = ran.errors
    assert isinstance(record, RemotingErrorRecord)
    assert record.fully_qualified_id == "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    shown = texts(
        remote(
            "$e = $Error[0]; $e.GetType().Name; $e.OriginInfo.PSComputerName; $e.OriginInfo.RunspaceID -eq "
            '$s.InstanceId; "$($e.CategoryInfo)"; $e.Exception.GetType().Name; '
            "$e.Exception.SerializedRemoteException.PSObject.TypeNames[0]; "
            "$e.Exception.SerializedRemoteInvocationInfo.ScriptLineNumber"
        )
    )
    assert shown == [
        "RemotingErrorRecord",
        "127.0.0.1",
        "True",
        "ObjectNotFound: (/nowhere/x:String) [Get-Item], ItemNotFoundException",
        "RemoteException",
        "Deserialized.System.Management.Automation.ItemNotFoundException",
        "2",
    ]


def test_the_views_of_a_remote_error(remote: Session) -> None:
    remote("Invoke-Command $s { Get-Item /nowhere/x }")
    concise, normal = texts(
        remote("($Error[0] | Out-String).Trim(); $ErrorView = 'NormalView'; ($Error[0] | Out-String)")
    )
    assert concise == "Get-Item: Cannot find path '/nowhere/x' because it does not exist."
    assert normal.strip().splitlines() == [
        "Cannot find path '/nowhere/x' because it does not exist.",
        "+ CategoryInfo          : ObjectNotFound: (/nowhere/x:String) [Get-Item], ItemNotFoundException",
        "+ FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        "+ PSComputerName        : 127.0.0.1",
    ]


def test_a_terminating_error_is_a_remote_exception_too(remote: Session) -> None:
    caught = 'catch [Management.Automation.RemoteException] { $_.OriginInfo; "$_" }'
    script = "try { Invoke-Command $s { throw 'no' } } " + caught
    origin, said = remote(script).output
    assert (origin.computer, said) == ("127.0.0.1", "no")


def test_objects_name_their_machine(remote: Session) -> None:
    script = "$o = Invoke-Command $s { [pscustomobject]@{ A = 1 } }; $o.PSComputerName; $o.RunspaceId -eq $s.InstanceId"
    assert texts(remote(script)) == ["127.0.0.1", "True"]
    assert "127.0.0.1" in texts(remote("$o | Out-String"))[0]
    hidden = remote("$h = Invoke-Command $s { [pscustomobject]@{ A = 1 } } -HideComputerName; $h | Out-String")
    assert "127.0.0.1" not in texts(hidden)[0]
    assert texts(remote("$h.PSComputerName")) == ["127.0.0.1"]


def test_the_computer_is_readable_behind_a_full_row(remote: Session) -> None:
    script = "$j = Invoke-Command $s { $j = Start-Job { 1 }; $j; $null = $j | Wait-Job | Remove-Job }; "
    script += "$j | Out-String -Width 120"
    head, rule, row = str(remote(script).output[0]).strip().splitlines()
    assert head.split()[-2:] == ["Command", "PSComputerName"]
    assert (rule.split()[-1], row.split()[-1]) == ("-" * len("PSComputerName"), "127.0.0.1")
    assert len(head) <= 120

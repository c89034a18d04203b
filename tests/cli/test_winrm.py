"""``remora winrm`` through the real command line: this machine's files, and a host that runs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remora.client.config_store import ClientConfig
from tests.support.host import HostProcess, free_port, remora, running_host
from tests.support.wire import Wire

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def here(tmp_path: Path) -> Run:
    """winrm on files of its own."""
    ClientConfig().save(tmp_path / "client.toml")
    places = (f"-state-dir:{tmp_path / 'state'}", f"-client-config:{tmp_path / 'client.toml'}")

    def run(*words: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        return remora("winrm", *words, *places, check=check, **more)

    return run


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("h") / "state") as running:
        running.add_user("bob", "b0b", "--group", "Administrators")
        yield running


@pytest.fixture
def there(host: HostProcess, tmp_path: Path) -> Run:
    """winrm on a host that runs."""
    (tmp_path / "password").write_text("b0b\n")

    def run(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        who = (f"-r:{host.url}", "-u:bob", f"-password-file:{tmp_path / 'password'}")
        return remora("winrm", *words, *who, check=check)

    return run


def test_the_whole_tree_as_text(here: Run) -> None:
    lines = here("get", "winrm/config").stdout.splitlines()
    assert lines[:6] == [
        "Config",
        "    MaxEnvelopeSizekb = 500",
        "    MaxTimeoutms = 60000",
        "    MaxBatchItems = 32000",
        "    MaxProviderRequests = 4294967295",
        "    Client",
    ]
    assert "        TrustedHosts" in lines
    assert "            CbtHardeningLevel = Relaxed" in lines


def test_a_setting_of_the_client_and_one_of_the_host(here: Run, tmp_path: Path) -> None:
    assert "    Digest = false" in here("set", "winrm/config/client/auth", '@{Digest="false"}').stdout
    assert ClientConfig.load(tmp_path / "client.toml").auth.digest is False
    here("s", "winrm/config/winrs", '@{MaxShellsPerUser="7"}')
    assert "MaxShellsPerUser = 7" in (tmp_path / "state" / "front" / "host.toml").read_text()
    refused = here("set", "winrm/config/winrs", '@{IdleTimeout="5"}', check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Error number:  -2144108486 0x8033803A" in refused.stderr
    assert "IdleTimeout" in refused.stderr
    assert here("set", "winrm/config/winrs", '@{Colour="red"}', check=False).returncode == 1


def test_the_sequence_that_changes_the_port(here: Run) -> None:
    (address,) = (line for line in here("e", "winrm/config/listener").stdout.splitlines() if "Address" in line)
    assert address == "    Address = IP:127.0.0.1"
    assert here("delete", "winrm/config/listener?Address=IP:127.0.0.1+Transport=HTTP").stdout == ""
    created = here("create", "winrm/config/Listener?Address=*+Transport=HTTP", '@{Port="8888"}').stdout
    assert created.splitlines()[0] == "ResourceCreated"
    assert "            Selector: Address = *, Transport = HTTP" in created.splitlines()
    assert "    Port = 8888" in here("get", "winrm/config/listener?Address=*+Transport=HTTP").stdout


def test_xml_and_pretty_xml(here: Run) -> None:
    plain = here("e", "winrm/config/listener", "-format:xml").stdout
    assert plain.startswith('<wsman:Results xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman/results"><cfg:List')
    assert "\n  <cfg:Listener" in here("e", "winrm/config/listener", "-f:#pretty").stdout


def test_what_numbers_mean(here: Run) -> None:
    for word in ("0x80338000", "2150858752", "-2144108544"):
        assert "WSMAN_RESOURCE_NOT_FOUND" in remora("winrm", "helpmsg", word).stdout
    assert remora("winrm", "helpmsg", "0x1", check=False).returncode == 1


def test_quickconfig_asks_before_it_changes(here: Run) -> None:
    declined = here("quickconfig", input_text="n\n")
    assert "[y/n]?" in declined.stdout + declined.stderr
    assert "listener for HTTP" in declined.stdout
    assert "has been updated" in here("quickconfig", "-quiet").stdout
    assert "already set up" in here("qc").stdout
    assert "    Address = *" in here("e", "winrm/config/listener").stdout


def test_another_machine_is_read_and_changed(there: Run, host: HostProcess) -> None:
    port = free_port()
    there("create", "winrm/config/listener?Address=IP:127.0.0.1+Transport=HTTPS", '@{Port="1"}', check=False)
    there("create", "winrm/config/listener?Address=*+Transport=HTTP", f'@{{Port="{port}"}}')
    with Wire(f"http://127.0.0.1:{port}", "bob", "b0b") as wire:
        assert wire.post(b"")[0] == 200
    assert there("e", "winrm/config/listener", "-returntype:epr").stdout.count("EndpointReference") == 2
    there("delete", "winrm/config/listener?Address=*+Transport=HTTP")
    assert "    MaxShellsPerUser = 9" in there("set", "winrm/config/winrs", '@{MaxShellsPerUser="9"}').stdout
    assert there("e", "shell", "-format:xml").stdout.startswith("<wsman:Results")
    there("invoke", "Restore", "winrm/config/plugin", "@{}")
    sddl = there("configsddl", "http://schemas.microsoft.com/powershell/Microsoft.PowerShell").stdout
    assert sddl.startswith("O:NSG:BAD:P(A;;GA;;;BA)")
    refused = there("get", "winrm/config/nothing", check=False)
    assert (refused.returncode, "0x8033803B" in refused.stderr) == (1, True)
    assert host.status()["running"]


def test_descriptors_are_written_and_bad_ones_change_nothing(here: Run) -> None:
    uri = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
    for place, new in (("default", "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;RM)"), (uri, "O:NSG:BAD:P(A;;GX;;;BA)")):
        assert here("configsddl", place, f"-sddl:{new}").stdout == f"{new}\n"
        refused = here("configsddl", place, "-sddl:O:NSG:BAD:P(A;;GA;;;QQ)", check=False)
        assert (refused.returncode, "0x8033815C" in refused.stderr) == (1, True), refused.stderr
        assert here("configsddl", place).stdout == f"{new}\n"
    assert "RootSDDL = O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;RM)" in here("get", "winrm/config/service").stdout
    assert here("get", "winrm/config", "-sddl:D:P", check=False).returncode == 1


def test_identify_with_and_without_a_logon(there: Run, host: HostProcess) -> None:
    named = there("identify").stdout.splitlines()
    assert named[0] == "IdentifyResponse"
    assert not any("OS: 0.0.0" in line for line in named)
    nobody = remora("winrm", "id", f"-r:{host.url}", "-auth:none").stdout
    assert "OS: 0.0.0 SP: 0.0 Stack: 3.0" in nobody


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("id -r:h -auth:none -u:a", "takes no user name"),
        ("id -r:h -auth:basic", "needs -username"),
        ("id -r:h -auth:certificate", "needs -certificate"),
        ("id -r:h -auth:magic", "negotiate"),
        ("id -r:h -defaultcreds", "-authentication:negotiate"),
        ("id -r:ftp://h", "http or https"),
        ("id -r:h:99999", "1 to 65535"),
        ("id -r:http://h -ssl", "UseSsl"),
        ("id", "0x803380FC"),
    ],
)
def test_switches_that_do_not_go_together(words: str, said: str) -> None:
    done = remora("winrm", *words.split(), check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr

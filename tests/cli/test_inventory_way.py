from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from remora.cli.inventory import VaultValue
from remora.cli.inventory_way import Way, ansible_way, own_way
from remora.errors import ConfigError
from tests.cli.conftest import Remora
from tests.client.small_host import PASSWORD, USER, SmallHost


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, Way()),
        ({"ansible_host": "h", "ansible_user": "u", "color": "red"}, Way(host="h", username="u")),
        ({"ansible_connection": "winrm"}, Way(use_ssl=True, port=5986)),
        ({"ansible_connection": "winrm", "ansible_port": 5985}, Way(use_ssl=False, port=5985)),
        ({"ansible_connection": "psrp", "ansible_psrp_protocol": "http"}, Way(use_ssl=False, port=5985)),
        ({"ansible_winrm_scheme": "https", "ansible_port": "7"}, Way(use_ssl=True, port=7)),
        ({"ansible_winrm_host": "inner", "ansible_host": "outer"}, Way(host="inner", use_ssl=True, port=5986)),
        (
            {"ansible_winrm_transport": "ntlm,basic", "ansible_winrm_server_cert_validation": "ignore"},
            Way(authentication="negotiate", skip_ca_check=True, skip_cn_check=True, use_ssl=True, port=5986),
        ),
        ({"ansible_winrm_path": "/a/b", "ansible_winrm_ca_trust_path": "/ca.pem"},
         Way(application_name="a/b", ca_trust="/ca.pem", use_ssl=True, port=5986)),
        ({"ansible_winrm_proxy": "http://p:1"}, Way(proxy="http://p:1", use_ssl=True, port=5986)),
        ({"ansible_psrp_proxy": "socks5://p"}, Way(proxy="socks5://p", use_ssl=True, port=5986)),
        ({"ansible_winrm_read_timeout_sec": 40}, Way(operation_timeout=30.0, use_ssl=True, port=5986)),
        ({"ansible_winrm_read_timeout_sec": 40, "ansible_winrm_operation_timeout_sec": 20},
         Way(operation_timeout=20.0, use_ssl=True, port=5986)),
        ({"ansible_psrp_auth": "kerberos", "ansible_psrp_configuration_name": "c", "ansible_psrp_ca_cert": "/x",
          "ansible_psrp_cert_validation": "validate", "ansible_psrp_port": 1, "ansible_psrp_path": "p",
          "ansible_psrp_user": "u", "ansible_psrp_host": "h", "ansible_psrp_operation_timeout": 5,
          "ansible_psrp_message_encryption": "auto"},
         Way(authentication="kerberos", configuration_name="c", ca_trust="/x", skip_ca_check=False, skip_cn_check=False,
             port=1, application_name="p", username="u", host="h", operation_timeout=5.0, use_ssl=True)),
        ({"ansible_connection": "psrp", "ansible_winrm_scheme": "http"}, Way(use_ssl=True, port=5986)),
    ],
)  # fmt: skip
def test_the_variables_of_ansible(variables: dict[str, Any], way: Way) -> None:
    assert ansible_way(variables, "h") == way


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"ansible_connection": "ssh"}, "'ssh'"),
        ({"ansible_winrm_kinit_cmd": "k"}, "ansible_winrm_kinit_cmd has no counterpart"),
        ({"ansible_psrp_reconnection_retries": 1}, "ansible_psrp_reconnection_retries has no counterpart"),
        ({"ansible_winrm_scheme": "ftp"}, "neither http nor https"),
        ({"ansible_winrm_transport": "magic"}, "magic"),
        ({"ansible_winrm_server_cert_validation": "maybe"}, "neither validate nor ignore"),
        ({"ansible_port": 0}, "no port"),
        ({"ansible_port": "x"}, "no port"),
        ({"ansible_winrm_operation_timeout_sec": "soon"}, "no number of seconds"),
        ({"ansible_winrm_message_encryption": "never"}, "not done here"),
        ({"ansible_user": "{{ who }}"}, "template"),
        ({"ansible_user": VaultValue("x")}, "Vault"),
    ],
)
def test_what_leads_nowhere_is_named(variables: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        ansible_way(variables, "h")


def test_own_variables() -> None:
    assert own_way({"port": 5, "username": "u", "use_ssl": True}, "h") == Way(port=5, username="u", use_ssl=True)
    for wrong in ({"colour": "red"}, {"port": "5"}, {"port": True}, {"use_ssl": 1}, {"port": 70000}):
        with pytest.raises(ConfigError):
            own_way(wrong, "h")


@pytest.mark.parametrize("value", ["hunter2", VaultValue("x")])
def test_a_password_of_an_inventory_is_refused_by_name(value: Any) -> None:
    for key in ("ansible_password", "ansible_winrm_password", "ansible_psrp_password", "ansible_ssh_pass"):
        secret = ansible_way({key: value}, "h").secret
        assert secret is not None
        assert key in secret
        assert ("Vault" in secret) == isinstance(value, VaultValue)
        assert "hunter2" not in secret


@pytest.fixture
def listed(server: SmallHost, tmp_path: Path) -> Path:
    port = server.url.split(":")[2].split("/")[0]
    path = tmp_path / "hosts.ini"
    path.write_text(
        f"[web]\nw[1:3]\n[dead]\nd1 ansible_port=1\n[web:vars]\nansible_port={port}\n"
        f"[all:vars]\nansible_host=127.0.0.1\nansible_user={USER}\nansible_winrm_scheme=http\n"
        "ansible_winrm_transport=basic\n",
        "utf-8",
    )
    return path


def test_a_run_over_an_inventory(remora: Remora, server: SmallHost, listed: Path, tmp_path: Path) -> None:
    given = ("-i", str(listed), "--password-file", str(tmp_path / "pw"), "-c", "hi", "-o", "json")
    done = remora("run", *given)
    codes = {entry["computer"]: entry["exit_code"] for entry in json.loads(done.out)}
    assert (done.code, codes) == (1, {"w1": 0, "w2": 0, "w3": 0, "d1": 255})
    done = remora("run", "web", *given, "--limit", "!w2")
    assert (done.code, {entry["computer"] for entry in json.loads(done.out)}) == (0, {"w1", "w3"})


def test_the_password_is_read_once_and_an_own_file_stands_in_toml(
    remora: Remora, server: SmallHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert remora("run", "web", "-i", str(listed), "--password-stdin", "-c", "hi").code == 0
    own = tmp_path / "hosts.toml"
    own.write_text(
        f'hosts = ["a[1:2]"]\n[vars]\nurl = "{server.url}"\nusername = "{USER}"\nauthentication = "basic"\n'
        f'password_file = "{tmp_path / "pw"}"\n',
        "utf-8",
    )
    done = remora("run", "-i", str(own), "-c", "hi")
    assert (done.code, sorted(done.out.splitlines())) == (0, ["[a1] hi", "[a2] hi"])


def test_a_password_in_the_file_is_refused_unless_another_is_given(
    remora: Remora, server: SmallHost, listed: Path, tmp_path: Path
) -> None:
    listed.write_text(listed.read_text("utf-8") + "ansible_password=hunter2\n", "utf-8")
    done = remora("run", "web", "-i", str(listed), "-c", "hi")
    assert done.code == 2
    assert "ansible_password is not used" in done.err
    assert "hunter2" not in done.err
    assert server.order == []
    assert remora("run", "web", "-i", str(listed), "--password-file", str(tmp_path / "pw"), "-c", "hi").code == 0


@pytest.mark.parametrize("arguments", [("w9",), ("--limit", "nobody"), ("web", "--limit", "dead")])
def test_nobody_left_is_wrong_usage(
    remora: Remora, listed: Path, server: SmallHost, arguments: tuple[str, ...]
) -> None:
    assert remora("run", "-i", str(listed), "-c", "hi", *arguments).code == 2
    assert server.order == []


def test_a_limit_needs_an_inventory(remora: Remora, server: SmallHost) -> None:
    assert remora("run", "server01", "--limit", "x", "-c", "hi").code == 2

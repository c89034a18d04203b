"""The Cert: drive over the client's certificate directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session
from tests.support.authority import Authority


@pytest.fixture
def thumbprints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Certificates of alice and bob, and the authority that signed them."""
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    authority = Authority("Lab")
    issued = [authority.client(name, upn=f"{name}@lab") for name in ("alice", "bob")]
    for item, name in zip(issued, ("alice", "bob"), strict=True):
        item.write(tmp_path / "certificates", name)
    authority.root.write(tmp_path / "certificates" / "trusted", "lab")
    return [*(item.thumbprint for item in issued), authority.root.thumbprint]


def test_the_stores(ps: Session, thumbprints: list[str]) -> None:
    assert ps("(dir Cert:\\).PSChildName").output == ["CurrentUser", "LocalMachine"]
    assert ps("(dir Cert:\\CurrentUser).PSChildName").output == ["My", "Root"]
    assert ps("(Get-ChildItem Cert:\\CurrentUser\\My).Thumbprint").output == thumbprints[:2]
    assert ps("(dir cert:/currentuser/root).Subject").output == ["CN=Lab"]
    assert ps("Test-Path Cert:\\CurrentUser\\Nothing; Test-Path Cert:\\CurrentUser\\My").output == [False, True]


def test_a_certificate(ps: Session, thumbprints: list[str]) -> None:
    found = ps(
        f"$c = Get-Item Cert:\\CurrentUser\\My\\{thumbprints[0].lower()}; $c.Subject; $c.HasPrivateKey; $c.PSParentPath"
    )
    assert found.output == ["CN=alice", True, "Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My"]
    assert ps("(Get-Item Cert:\\CurrentUser\\My\\* | ? Subject -like *bob).GetType().Name").output == [
        "X509Certificate2"
    ]
    assert ps(f"Get-Item Cert:\\CurrentUser\\My\\{'0' * 40}").ids == [
        "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    ]


def test_how_certificates_are_shown(ps: Session, thumbprints: list[str]) -> None:
    lines = ps("Get-ChildItem Cert:\\CurrentUser\\My | Out-String -Width 120").text.split("\n")
    assert lines[1] == "   PSParentPath: Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My"
    assert lines[3].split() == ["Thumbprint", "Subject", "EnhancedKeyUsageList"]
    assert lines[5].startswith(f"{thumbprints[0]}  CN=alice")


def test_a_certificate_is_removed_and_its_key_with_it(ps: Session, thumbprints: list[str], tmp_path: Path) -> None:
    ps(f"Remove-Item Cert:\\CurrentUser\\My\\{thumbprints[0]} -WhatIf")
    ps(f"Remove-Item Cert:\\CurrentUser\\My\\{thumbprints[1]} -DeleteKey")
    assert ps("(dir Cert:\\CurrentUser\\My).Thumbprint").output == thumbprints[:1]
    assert sorted(one.name for one in (tmp_path / "certificates").iterdir()) == ["alice.crt", "alice.key", "trusted"]


def test_certificates_are_selected(ps: Session, thumbprints: list[str], tmp_path: Path) -> None:
    server = Authority("Other").server("web.lab")
    server.write(tmp_path / "certificates", "web")
    assert ps("(dir Cert:\\CurrentUser\\My -SSLServerAuthentication).Thumbprint").output == [server.thumbprint]
    assert ps("(dir Cert: -Recurse -DnsName *.lab).Thumbprint").output == [server.thumbprint]
    assert ps("dir Cert:\\CurrentUser\\My -CodeSigningCert").output == []
    assert ps("(dir Cert:\\CurrentUser\\My -Eku 1.3.6.1.5.5.7.3.2).Thumbprint").output == thumbprints[:2]
    assert ps("dir Cert:\\CurrentUser\\My -ExpiringInDays 3").output == []
    assert len(ps("dir Cert:\\CurrentUser\\My -ExpiringInDays 3000").output) == 3
    assert ps("dir / -CodeSigningCert").ids == [
        "NamedParameterNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand"
    ]

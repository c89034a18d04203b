"""The flags of CreateSession against the tables of the reference (winrm-config-and-auth 1.1 to 1.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import remora
import remora.sync
from remora.client.config_store import ClientConfig
from remora.errors import RemoraError

FLAGS = {
    "UTF8": 1,
    "CredUsernamePassword": 4096,
    "CredUserNamePassword": 4096,
    "SkipCACheck": 8192,
    "SkipCNCheck": 16384,
    "UseNoAuthentication": 32768,
    "UseDigest": 65536,
    "UseNegotiate": 131072,
    "UseBasic": 262144,
    "UseKerberos": 524288,
    "NoEncryption": 1048576,
    "UseClientCertificate": 2097152,
    "EnableSPNServerPort": 4194304,
    "UTF16": 8388608,
    "UseCredSsp": 16777216,
    "SkipRevocationCheck": 33554432,
    "AllowNegotiateImplicitCredentials": 67108864,
    "UseSsl": 134217728,
}
ENUMERATION = {
    "ReturnObject": 0, "NonXmlText": 1, "ReturnEPR": 2, "ReturnObjectAndEPR": 4, "HierarchyDeep": 0,
    "HierarchyShallow": 32, "HierarchyDeepBasePropsOnly": 64, "AssociatedInstance": 0, "AssociationInstance": 128,
}  # fmt: skip


@pytest.fixture
def wsman() -> remora.WSMan:
    return remora.WSMan(config=ClientConfig())


@pytest.mark.parametrize("module", [remora, remora.sync])
@pytest.mark.parametrize(("name", "value"), FLAGS.items())
def test_every_session_flag_is_a_method_and_a_number(module: Any, name: str, value: int) -> None:
    wsman = module.WSMan(config=ClientConfig())
    assert getattr(wsman, f"SessionFlag{name}")() == value
    assert getattr(wsman, f"SessionFlag{name}") == value
    assert getattr(wsman, f"WSManFlag{name}") == value
    assert getattr(wsman, f"sessionflag{name.lower()}")() == value


@pytest.mark.parametrize(("name", "value"), ENUMERATION.items())
def test_every_enumeration_flag(wsman: remora.WSMan, name: str, value: int) -> None:
    assert getattr(wsman, f"EnumerationFlag{name}")() == value


def test_the_documented_sum(wsman: remora.WSMan) -> None:
    flags = wsman.SessionFlagUseNegotiate() | wsman.SessionFlagCredUserNamePassword()
    assert flags == 131072 + 4096
    with pytest.raises(AttributeError):
        _ = wsman.SessionFlagUseMagic


def options(wsman: remora.WSMan, given: str) -> Any:
    chosen = wsman.CreateConnectionOptions()
    for part in given.split():
        if part == "user":
            chosen.UserName = "bob"
        elif part == "password":
            chosen.Password = "secret"
        elif part == "thumbprint":
            chosen.CertificateThumbprint = "AB" * 20
    return chosen


CRED, BASIC, NEGOTIATE, KERBEROS, DIGEST, CREDSSP, CERT, NONE = (
    4096, 262144, 131072, 524288, 65536, 16777216, 2097152, 32768,
)  # fmt: skip
ROWS = [
    ("http", BASIC | NEGOTIATE | CRED, "user password", 0x803380AD),
    ("https", CERT | KERBEROS, "thumbprint", 0x803380AD),
    ("http", NONE | NEGOTIATE, "", 0x803380AD),
    ("http", NONE, "user password", 0x803380AB),
    ("http", NONE | CRED, "", 0x803380AB),
    ("https", NONE, "thumbprint", 0x803380AB),
    ("http", NEGOTIATE | CRED, "", 0x803380B2),
    ("http", NEGOTIATE, "user password", 0x803380B3),
    ("http", NEGOTIATE | CRED, "user", 0x80338147),
    ("http", NEGOTIATE | CRED, "password", 0x80338147),
    ("http", BASIC, "", 0x803380B0),
    ("http", DIGEST, "", 0x803380B0),
    ("http", CREDSSP, "", 0x803381A1),
    ("https", CERT, "", 0x803380B4),
    ("https", KERBEROS, "thumbprint", 0x80338156),
    ("https", CERT | CRED, "thumbprint", 0x80338157),
    ("https", CERT, "thumbprint user password", 0x80338144),
    ("https", 0, "thumbprint", 0x80338146),
    ("http", BASIC | CRED | 4194304, "user password", 0x803380AE),
    ("https", NEGOTIATE | CRED | 1048576, "user password", 0x803380D7),
    ("http", NEGOTIATE | CRED | 8192, "user password", 0x803380D8),
    ("http", NEGOTIATE | CRED | 16384, "user password", 0x803380D8),
    ("http", NEGOTIATE | CRED | 33554432, "user password", 0x803380D8),
    ("http", CERT, "thumbprint", 0x803380D8),
    ("http", NEGOTIATE | 67108864, "", 0x803381B0),
    ("https", KERBEROS | 67108864, "", 0x803380AC),
    ("https", NEGOTIATE | CRED | 67108864, "user password", 0x803380AC),
    ("http", 134217728, "", 0x803381BE),
    ("http", 1 | 8388608 | NEGOTIATE | CRED, "user password", 0x803380AC),
    ("http", 2, "", 0x803380AC),
    ("http", -1, "", 0x803380AC),
    ("ftp", 0, "", 0x803380DA),
    ("", CRED, "user password", 0x803380B8),
    ("", NEGOTIATE, "", 0x803380B9),
]


@pytest.mark.parametrize(("transport", "flags", "given", "code"), ROWS)
def test_what_does_not_go_together(wsman: remora.WSMan, transport: str, flags: int, given: str, code: int) -> None:
    connection = f"{transport}://server" if transport else ""
    with pytest.raises(RemoraError) as caught:
        wsman.CreateSession(connection, flags, options(wsman, given))
    assert f"{caught.value.code:#x}" == f"{code:#x}", str(caught.value)  # type: ignore[attr-defined]
    assert f'Code="{code}"' in wsman.Error
    assert "secret" not in wsman.Error + str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    ("connection", "flags", "given"),
    [
        ("server", NEGOTIATE | CRED, "user password"),
        ("https://server", 0x47000, "user password"),
        ("http://server:5985/wsman", 0x141000, "user password"),
        ("server", KERBEROS, ""),
        ("server", KERBEROS | CRED | 4194304, "user password"),
        ("server", CREDSSP | CRED, "user password"),
        ("server", 134217728 | BASIC | CRED, "user password"),
        ("server", NONE, ""),
        ("server", 0, ""),
        ("https://server", NEGOTIATE | 67108864, ""),
        ("", 0, ""),
        ("", 1, ""),
    ],
)
def test_what_goes_together_sends_nothing(
    wsman: remora.WSMan, connection: str, flags: int, given: str, tmp_path: Path
) -> None:
    made = remora.WSMan(config=ClientConfig(), state_dir=tmp_path)
    assert made.CreateSession(connection, flags, options(wsman, given)).Error == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((3,), 0x8033819C),
        ((0,), 0x8033819C),
        ((2, 8), 0x8033819A),
        ((2, 3), 0x803381B4),
        ((2, 1, "bob"), 0x8033819B),
        ((8, 1, "bob", "secret"), 0x8033819D),
    ],
)
def test_proxies(wsman: remora.WSMan, arguments: tuple[Any, ...], code: int) -> None:
    chosen = wsman.CreateConnectionOptions()
    assert (chosen.ProxyWinHttpConfig(), chosen.ProxyAuthenticationUseDigest) == (2, 4)
    with pytest.raises(RemoraError) as caught:
        chosen.SetProxy(*arguments)
    assert caught.value.code == code  # type: ignore[attr-defined]
    chosen.SetProxy(chosen.ProxyWinHttpConfig(), chosen.ProxyAuthenticationUseBasic(), "bob", "secret")


def test_a_password_is_never_read(wsman: remora.WSMan) -> None:
    chosen = options(wsman, "user password")
    with pytest.raises(AttributeError):
        _ = chosen.Password
    assert "secret" not in repr(chosen) + str(vars(chosen))

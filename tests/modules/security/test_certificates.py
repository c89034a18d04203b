"""Get-PfxCertificate and the CMS cmdlets, with certificates made here."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.errors import PSError
from remora.engine.streams import SilentHost
from remora.modules.security.distinguished import elements, name_text, object_id
from remora.modules.security.envelope import read
from remora.values import SecureString
from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands."
_USAGE = x509.ObjectIdentifier("1.3.6.1.4.1.311.80.1")
_SECRET = "(ConvertTo-SecureString pass -AsPlainText -Force)"


def _made(name: str, *, for_documents: bool = True) -> tuple[Any, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A, B"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ])  # fmt: skip
    start = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 0x0A1B2C, start, start.replace(year=2044))
    if for_documents:
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "data_encipherment", "key_agreement", "key_cert_sign",
             "crl_sign", "encipher_only", "decipher_only"), False)  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(key_encipherment=True, **usage), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([_USAGE]), critical=False)
    return key, builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Any, x509.Certificate]]:
    return {"me": _made("me"), "other": _made("other"), "web": _made("web", for_documents=False)}


@pytest.fixture(autouse=True)
def files(made: dict[str, tuple[Any, x509.Certificate]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """NAME.pfx (password ``pass``), NAME.cer; the certificate ``me`` in the store of a home directory."""
    store = tmp_path / "home/.dotnet/corefx/cryptography/x509stores/my"
    store.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, (key, certificate) in made.items():
        secret = serialization.BestAvailableEncryption(b"pass")
        (tmp_path / f"{name}.pfx").write_bytes(
            pkcs12.serialize_key_and_certificates(None, key, certificate, None, secret)
        )
        (tmp_path / f"{name}.cer").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key, certificate = made["me"]
    plain = pkcs12.serialize_key_and_certificates(None, key, certificate, None, serialization.NoEncryption())
    (store / "me.pfx").write_bytes(plain)
    (tmp_path / "open[1].pfx").write_bytes(plain)
    return tmp_path


def texts(ps: Session, script: str) -> list[str]:
    ran = ps(script)
    assert ran.ids == [], ran.messages
    return [str(value) for value in ran.output]


def test_what_a_certificate_tells(ps: Session, made: dict[str, tuple[Any, x509.Certificate]]) -> None:
    thumbprint = made["me"][1].fingerprint(hashes.SHA1()).hex().upper()
    found = texts(
        ps,
        f"$c = Get-PfxCertificate me.pfx -Password {_SECRET}; $c.Subject; $c.Thumbprint; $c.SerialNumber; $c.Version; "
        "$c.HasPrivateKey; $c.NotAfter.ToUniversalTime().Year; $c.GetType().FullName; $c.EnhancedKeyUsageList; "
        "(Get-PfxCertificate me.cer).HasPrivateKey",
    )
    assert found == [
        'CN=me, O="A, B", C=DE', thumbprint, "0A1B2C", "3", "True", "2044",
        "System.Security.Cryptography.X509Certificates.X509Certificate2", "1.3.6.1.4.1.311.80.1", "False",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        "Get-PfxCertificate -LiteralPath 'open[1].pfx'", "Get-Item -LiteralPath 'open[1].pfx' | Get-PfxCertificate",
        "Get-PfxCertificate -FilePath open*.pfx", "'open*.pfx' | Get-PfxCertificate",
    ],
)  # fmt: skip
def test_files_of_certificates(ps: Session, call: str) -> None:
    assert texts(ps, f"({call}).DnsNameList") == ["me"]


def test_a_password_is_asked_for_unless_it_must_not_be(ps: Session) -> None:
    asked: list[str] = []

    class Host(SilentHost):
        def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
            asked.append(text)

        def read_line_as_secure_string(self) -> SecureString:
            return SecureString("pass")

    ps.runspace.context.host = Host()
    assert texts(ps, "(Get-PfxCertificate me.pfx).DnsNameList") == ["me"]
    assert asked == ["Enter password: "]
    failed = f"GetPfxCertificateUnknownCryptoError,{P}GetPfxCertificateCommand"
    assert ps("Get-PfxCertificate me.pfx -NoPromptForPassword").ids == [failed]
    assert ps("Get-PfxCertificate me.pfx -Password ([securestring]::new())").ids == [failed]
    assert len(asked) == 1


def test_files_that_are_not_there(ps: Session) -> None:
    command = f",{P}GetPfxCertificateCommand"
    assert ps("Get-PfxCertificate nosuch.pfx").ids == ["GetPfxCertCommandNoneOfTheFilesFound" + command]
    ran = ps("Get-PfxCertificate nosuch.pfx, me.cer")
    assert (ran.ids, len(ran.output)) == (["GetPfxCertCommandFileNotFound" + command], 1)


@pytest.mark.parametrize(
    "to",
    ["me.cer", "(Get-PfxCertificate me.cer)", "'CN=me*'", "(Get-PfxCertificate me.cer).Thumbprint", "(gc me.cer -Raw)",
     "([Convert]::ToBase64String((Get-PfxCertificate me.cer).RawData))"],
)  # fmt: skip
def test_whom_a_message_is_for(ps: Session, to: str) -> None:
    found = texts(ps, f"$m = 'secret' | Protect-CmsMessage -To {to}; $m.Split([char]10)[0]; $m | Unprotect-CmsMessage")
    assert found == ["-----BEGIN CMS-----", "secret"]


def test_forms_of_content(ps: Session, files: Path) -> None:
    (files / "x[1].txt").write_text("from a file\n")
    assert texts(ps, "Protect-CmsMessage me.cer -LiteralPath 'x[1].txt' | Unprotect-CmsMessage") == ["from a file\n"]
    assert texts(ps, "Protect-CmsMessage me.cer -Path x*.txt | Unprotect-CmsMessage") == ["from a file\n"]
    assert texts(ps, "Protect-CmsMessage me.cer one | Unprotect-CmsMessage") == ["one"]
    assert texts(ps, "1, 'b' | Protect-CmsMessage me.cer | Unprotect-CmsMessage") == ["1\nb"]
    assert texts(
        ps, "Protect-CmsMessage me.cer kept -OutFile 'm[1].txt'; Unprotect-CmsMessage -LiteralPath 'm[1].txt'"
    ) == ["kept"]
    assert (
        texts(ps, "Unprotect-CmsMessage -Path m*.txt; Unprotect-CmsMessage -Content (gc m*.txt -Raw)") == ["kept"] * 2
    )
    assert texts(ps, "[pscustomobject]@{ Message = (gc m*.txt -Raw); Id = 5 } | Unprotect-CmsMessage | % Message") == [
        "kept"
    ]


def test_the_text_around_a_message(ps: Session) -> None:
    around = "$m = 'before ' + (Protect-CmsMessage me.cer x) + ' after'; "
    assert texts(ps, around + "Unprotect-CmsMessage -Content $m") == ["x"]
    assert texts(ps, around + "Unprotect-CmsMessage -Content $m -IncludeContext") == ["before x after"]
    assert texts(ps, "Unprotect-CmsMessage -Content plain -IncludeContext") == ["plain"]
    assert ps("Unprotect-CmsMessage -Content plain").ids == [
        f"InputContainedNoEncryptedContentIncludeContext,{P}UnprotectCmsMessageCommand"
    ]


def test_a_key_that_is_named(ps: Session) -> None:
    made = "$m = Protect-CmsMessage other.cer, me.cer x; $n = Protect-CmsMessage other.cer y; "
    other = f"(Get-PfxCertificate other.pfx -Password {_SECRET})"
    assert texts(ps, made + f"Unprotect-CmsMessage -Content $n -To {other}; $m | Unprotect-CmsMessage") == ["y", "x"]
    assert texts(ps, made + f"Unprotect-CmsMessage -Content $m {other}") == ["x"]
    assert texts(ps, made + "$m | Unprotect-CmsMessage -To open*") == ["x"]
    ran = ps(made + "Unprotect-CmsMessage -Content $n")
    assert ran.messages == ["The enveloped-data message does not contain the specified recipient."]


@pytest.mark.parametrize("words", ["$m", "-Content $m", "-Path m.txt", "-LiteralPath m.txt"])
def test_what_a_message_tells(ps: Session, words: str) -> None:
    ran = ps(f"$m = Protect-CmsMessage other.cer x; $m > m.txt; $i = Get-CmsMessage {words}; $i.RecipientInfos.Count; "
             "$i.RecipientInfos[0].RecipientIdentifier.Value.IssuerName; $i.ContentEncryptionAlgorithm.Oid; "
             "$i.RecipientInfos[0].RecipientIdentifier.Value.SerialNumber; $i.Content.Trim() -eq $m")  # fmt: skip
    assert ran.output == [1, 'CN=other, O="A, B", C=DE', "aes256", "0A1B2C", True]


@pytest.mark.parametrize(
    ("script", "error_id", "cmdlet"),
    [
        ("Protect-CmsMessage nosuch x", "NoCertificateFound", "ProtectCmsMessage"),
        ("Protect-CmsMessage web.cer x", "CertificateCannotBeUsedForEncryption", "ProtectCmsMessage"),
        ("Protect-CmsMessage *.cer x", "IdentifierMustReferenceSingleCertificate", "ProtectCmsMessage"),
        ("Protect-CmsMessage Env:HOME x", "CertificatePathMustBeFileSystemPath", "ProtectCmsMessage"),
        ("Protect-CmsMessage me.cer -Path *.cer", "FilePathMustBeFileSystemPath", "ProtectCmsMessage"),
        ("Get-CmsMessage nothing", "InputContainedNoEncryptedContent", "GetCmsMessage"),
        (
            'Get-CmsMessage "-----BEGIN CMS-----`nMAAw`n-----END CMS-----"',
            "CryptographicException",
            "GetCmsMessage",
        ),
    ],
)
def test_what_is_refused(ps: Session, script: str, error_id: str, cmdlet: str) -> None:
    assert ps(script).ids == [f"{error_id},{P}{cmdlet}Command"]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(PSError):
        read(data, "")
    with contextlib.suppress(ValueError):
        for tag, content, whole in elements(data):
            assert whole.endswith(content)
            if tag == 6:
                object_id(content)


def test_openssl_style_messages_are_read(made: dict[str, tuple[Any, x509.Certificate]]) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x").add_recipient(made["me"][1])
    found = read(builder.encrypt(serialization.Encoding.DER, []), "")
    assert [(number, algorithm) for number, _, algorithm in found.recipients] == [("0A1B2C", "RSA")]
    assert name_text(made["me"][1].issuer) == 'CN=me, O="A, B", C=DE'

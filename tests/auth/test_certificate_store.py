from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from remora.auth.certificate_store import CertificateStore
from remora.errors import ConfigError
from tests.support.authority import Authority


def test_certificates_with_a_key_are_found_by_thumbprint(tmp_path: Path) -> None:
    authority = Authority()
    web, client = authority.server("web.example", "10.0.0.1"), authority.client("alice", dns=("a.example",))
    web.write(tmp_path, "web")
    (tmp_path / "both.pem").write_bytes(client.key_pem + client.pem)
    (tmp_path / "public.crt").write_bytes(authority.root.pem)
    (tmp_path / "noise.pem").write_text("nothing")
    store = CertificateStore(tmp_path)
    assert {item.thumbprint for item in store.own()} == {web.thumbprint, client.thumbprint}
    spaced = " ".join(web.thumbprint[index : index + 2].lower() for index in range(0, 40, 2))
    found = store.find_server(spaced)
    assert found.names == ("web.example", "10.0.0.1")
    assert found.files is not None
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(found.files.certificate, found.files.key)
    for wanted, code in ((client.thumbprint, 0x803380EE), ("AB" * 20, 0x80338082), ("", 0x80338082)):
        with pytest.raises(ConfigError) as caught:
            store.find_server(wanted)
        assert caught.value.code == code


def test_only_authorities_are_trusted(tmp_path: Path) -> None:
    authority = Authority()
    authority.root.write(tmp_path / "trusted", "root")
    authority.server("web.example").write(tmp_path / "trusted", "web")
    store = CertificateStore(tmp_path)
    assert [item.thumbprint for item in store.trusted()] == [authority.root.thumbprint]
    assert CertificateStore(tmp_path / "none").own() == []

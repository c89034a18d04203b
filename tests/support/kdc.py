"""A throw-away MIT KDC on a free port of this machine: a realm, users and service keys of a test's own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.host import free_port

REALM = "TEST.LOCAL"

_KRB5 = """[libdefaults]
default_realm = {realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
qualify_shortname = ""
rdns = false
udp_preference_limit = 1
forwardable = true
{more}
[realms]
{realm} = {{
  kdc = 127.0.0.1:{port}
}}
[domain_realm]
{domains}
"""
_KDC = """[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
  database_name = {directory}/principal
  key_stash_file = {directory}/stash
  acl_file = {directory}/kadm5.acl
  max_life = 1h
  supported_enctypes = aes256-cts:normal aes128-cts:normal
}}
[logging]
kdc = FILE:{directory}/kdc.log
"""


@dataclass(frozen=True)
class Kdc:
    """A running KDC. environment: for whatever shall use it; a process of its own gets it whole."""

    directory: Path
    realm: str
    environment: dict[str, str]

    @property
    def keytab(self) -> Path:
        return self.directory / "service.keytab"

    def user(self, name: str, password: str) -> None:
        self.admin(f"addprinc -pw {password} {name}")

    def service(self, *names: str) -> None:
        """Make services such as ``HTTP/host`` and put their keys into the keytab."""
        for name in names:
            self.admin(f"addprinc -randkey {name}")
            self.admin(f"ktadd -k {self.keytab} {name}")

    def admin(self, query: str) -> None:
        self.run("kadmin.local", "-r", self.realm, "-q", query)

    def kinit(self, name: str, password: str) -> None:
        self.run("kinit", name, text=password + "\n")

    def kdestroy(self) -> None:
        self.run("kdestroy", "-A")

    def run(self, *command: str, text: str = "") -> None:
        subprocess.run(
            command, input=text, text=True, capture_output=True, check=True, timeout=30, env=self.environment
        )


@contextmanager
def running_kdc(directory: Path, *, hosts: tuple[str, ...], realm: str = REALM, more: str = "") -> Iterator[Kdc]:
    """Run a KDC in a directory. hosts: names of the realm; more: lines for libdefaults of krb5.conf."""
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    domains = "\n".join(f"{host} = {realm}" for host in hosts)
    values = {"realm": realm, "port": port, "directory": directory, "domains": domains, "more": more}
    (directory / "krb5.conf").write_text(_KRB5.format(**values))
    (directory / "kdc.conf").write_text(_KDC.format(**values))
    environment = {
        **os.environ,
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
        "KRB5_CONFIG": str(directory / "krb5.conf"),
        "KRB5_KDC_PROFILE": str(directory / "kdc.conf"),
        "KRB5CCNAME": f"FILE:{directory}/cc",
        "KRB5_KTNAME": f"FILE:{directory}/service.keytab",
        "KRB5RCACHEDIR": str(directory),
        "LC_ALL": "C",
    }
    kdc = Kdc(directory, realm, environment)
    kdc.run("kdb5_util", "create", "-s", "-r", realm, "-P", "master")
    with (directory / "kdc.out").open("wb") as output:
        process = subprocess.Popen(["krb5kdc", "-n", "-r", realm], env=environment, stdout=output, stderr=output)
    try:
        _await_port(port, process)
        yield kdc
    finally:
        process.terminate()
        process.wait(10)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the KDC does not answer") from None
            time.sleep(0.01)

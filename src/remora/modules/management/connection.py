"""Test-Connection: echo requests by ICMP, connections to TCP ports, the way to a host."""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.validators import ValidateRange
from remora.modules.common import declare_attributes
from remora.values.numbers import Int64

_MODULE = "Microsoft.PowerShell.Management"
_CMDLET = "Microsoft.PowerShell.Commands.TestConnectionCommand"
_EXCEPTION = "System.Net.NetworkInformation.PingException"
_PING_SETS = ("DefaultPing", "RepeatPing")
_HOPS = 128
# Linux: path MTU discovery of a socket (level, option), and the value with which nothing is sent in fragments
_MTU_DISCOVER = {socket.AF_INET: (socket.IPPROTO_IP, 10), socket.AF_INET6: (socket.IPPROTO_IPV6, 23)}
_DO_NOT_FRAGMENT = 2
_REFUSALS = {errno.EHOSTUNREACH: "DestinationHostUnreachable", errno.EMSGSIZE: "PacketTooBig"}


@dataclass(slots=True)
class PingStatus(NetObject):
    """One echo request and what came of it. latency: milliseconds."""

    ping: int
    source: str
    destination: str
    address: str | None
    latency: Int64
    status: str
    size: int

    def net_text(self) -> str:
        return self.net_type.name


PingStatus.net_type = NetType(_CMDLET + "+PingStatus", OBJECT)
declare_attributes(
    PingStatus.net_type,
    ("Ping", "ping", "System.UInt32"),
    ("Source", "source", "System.String"),
    ("Destination", "destination", "System.String"),
    ("Address", "address", "System.Net.IPAddress"),
    ("Latency", "latency", "System.Int64"),
    ("Status", "status", "System.Net.NetworkInformation.IPStatus"),
    ("BufferSize", "size", "System.Int32"),
)
PingStatus.net_type.property("DisplayAddress", "System.String")(lambda status: status.address or "*")


@dataclass(slots=True)
class TcpPortStatus(NetObject):
    """One connection to a port. latency: milliseconds."""

    id: int
    source: str
    target: str
    address: str
    port: int
    latency: Int64
    connected: bool
    status: str

    def net_text(self) -> str:
        return self.net_type.name


TcpPortStatus.net_type = NetType(_CMDLET + "+TcpPortStatus", OBJECT)
declare_attributes(
    TcpPortStatus.net_type,
    ("Id", "id", "System.Int32"),
    ("Source", "source", "System.String"),
    ("Target", "target", "System.String"),
    ("TargetAddress", "address", "System.Net.IPAddress"),
    ("Port", "port", "System.Int32"),
    ("Latency", "latency", "System.Int64"),
    ("Connected", "connected", "System.Boolean"),
    ("Status", "status", "System.Net.Sockets.SocketError"),
)


@cmdlet("Test-Connection", default_set="DefaultPing", module=_MODULE,
        output_type=(_CMDLET + "+PingStatus", _CMDLET + "+TcpPortStatus", "System.Boolean"))  # fmt: skip
class TestConnection(Cmdlet):
    """Tells whether hosts answer."""

    target_name = Parameter(
        "string[]", position=0, mandatory=True, pipeline=True, by_property=True, aliases=("ComputerName",)
    )
    ping = Parameter("switch", sets=_PING_SETS)
    ipv4 = Parameter("switch", name="IPv4")
    ipv6 = Parameter("switch", name="IPv6")
    resolve_destination = Parameter("switch")
    source = Parameter("string")
    max_hops = Parameter(
        "int", sets=(*_PING_SETS, "TraceRoute"), aliases=("Ttl", "TimeToLive", "Hops"), default=_HOPS,
        validate=(ValidateRange(1, _HOPS),),
    )  # fmt: skip
    count = Parameter("int", sets=("DefaultPing", "TcpPort"), default=4, validate=(ValidateRange(1, 2147483647),))
    delay = Parameter("int", sets=(*_PING_SETS, "TcpPort"), default=1, validate=(ValidateRange(1, 2147483647),))
    buffer_size = Parameter(
        "int", sets=_PING_SETS, aliases=("Size", "Bytes", "BS"), default=32, validate=(ValidateRange(0, 65500),)
    )
    dont_fragment = Parameter("switch", sets=_PING_SETS)
    repeat = Parameter("switch", sets={"RepeatPing": {"mandatory": True}, "TcpPort": {}}, aliases=("Continuous",))
    quiet = Parameter("switch")
    detailed = Parameter("switch", sets=("TcpPort",))
    timeout_seconds = Parameter("int", default=5, validate=(ValidateRange(1, 2147483647),))
    mtu_size = Parameter("switch", sets={"MtuSizeDetect": {"mandatory": True}}, aliases=("MtuSizeDetect",))
    traceroute = Parameter("switch", sets={"TraceRoute": {"mandatory": True}})
    tcp_port = Parameter("int", sets={"TcpPort": {"mandatory": True}}, validate=(ValidateRange(0, 65535),))

    def process(self) -> None:
        for name, given in (("-Traceroute", self.traceroute), ("-MtuSize", self.mtu_size)):
            if given:
                raise self.throw(self.runtime.not_supported(f"Test-Connection {name}"))
        for target in self.target_name:
            try:
                self._test(target)
            except PSError as problem:
                if self.quiet:
                    self.emit(False)
                else:
                    self.write_error(problem.record)

    def _test(self, target: str) -> None:
        family, address = self._resolve(target)
        if self.resolve_destination:
            try:
                target = socket.gethostbyaddr(address)[0]
            except OSError:
                target = address
        if self.tcp_port is not None:
            self._ports(family, target, address)
        else:
            self._pings(family, target, address)

    def _resolve(self, target: str) -> tuple[int, str]:
        """Family and address of a host. Raises PSError TestConnectionException."""
        family = socket.AF_INET if self.ipv4 else socket.AF_INET6 if self.ipv6 else socket.AF_UNSPEC
        try:
            found = socket.getaddrinfo(target, None, family, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            inner = exception("Name or service not known", "System.Net.Sockets.SocketException")
            inner.properties["ErrorCode"] = getattr(problem, "errno", None) or -131073
            raise error(
                f"Testing connection to computer '{target}' failed: Cannot resolve the target name.",
                "TestConnectionException", "ResourceUnavailable", target, type_name=_EXCEPTION, inner=inner,
            ) from None  # fmt: skip
        return int(found[0][0]), str(found[0][4][0])

    # -- ports ---------------------------------------------------------------------------------------------------------

    def _ports(self, family: int, target: str, address: str) -> None:
        several = bool(self.detailed) or "Count" in self.bound or bool(self.repeat)
        number = 0
        while self.repeat or number < (self.count if several else 1):
            if number:
                self.sleep(self.delay)
            number += 1
            started = time.monotonic()
            status = self._connect(family, address)
            latency = Int64(int((time.monotonic() - started) * 1000))
            if self.detailed:
                self.emit(
                    TcpPortStatus(
                        number, self._source(), target, address, self.tcp_port, latency, status == "Success", status
                    )
                )
            else:
                self.emit(status == "Success")

    def _connect(self, family: int, address: str) -> str:
        """Name of the SocketError of one try; the wait ends when the pipeline is stopped."""
        with socket.socket(family, socket.SOCK_STREAM) as link:
            link.setblocking(False)
            number = link.connect_ex((address, self.tcp_port))
            limit = time.monotonic() + self.timeout_seconds
            while number in (errno.EINPROGRESS, errno.EALREADY, errno.EAGAIN):
                if time.monotonic() >= limit:
                    return "TimedOut"
                self.sleep(0.01)
                number = link.connect_ex((address, self.tcp_port))
            if number in (0, errno.EISCONN):
                return "Success"
            names = {errno.ECONNREFUSED: "ConnectionRefused", errno.EHOSTUNREACH: "HostUnreachable",
                     errno.ENETUNREACH: "NetworkUnreachable", errno.ETIMEDOUT: "TimedOut"}  # fmt: skip
            return names.get(number, "SocketError")

    def _source(self) -> str:
        given: str | None = self.source
        return given or socket.gethostname()

    # -- echo requests -------------------------------------------------------------------------------------------------

    def _pings(self, family: int, target: str, address: str) -> None:
        good = True
        number = 0
        while self.repeat or number < self.count:
            if number:
                self.sleep(self.delay)
            number += 1
            latency, status = self._echo(family, address, number)
            good = good and status == "Success"
            if self.quiet and self.repeat:
                self.emit(status == "Success")
            elif not self.quiet:
                self.emit(
                    PingStatus(
                        number, self._source(), target, address if status == "Success" else None, Int64(latency),
                        status, self.buffer_size,
                    )
                )  # fmt: skip
        if self.quiet:
            self.emit(good)

    def _echo(self, family: int, address: str, number: int) -> tuple[int, str]:
        """Milliseconds and IPStatus of one request, by a socket that ordinary users may have."""
        six = family == socket.AF_INET6
        link = _echo_socket(family, address)
        with link:
            link.setsockopt(socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP,
                            socket.IPV6_UNICAST_HOPS if six else socket.IP_TTL, self.max_hops)  # fmt: skip
            if self.dont_fragment:
                link.setsockopt(*_MTU_DISCOVER[socket.AddressFamily(family)], _DO_NOT_FRAGMENT)
            link.setblocking(False)
            data = bytes(97 + index % 23 for index in range(self.buffer_size))
            head = struct.pack("!BBHHH", 128 if six else 8, 0, 0, os.getpid() & 0xFFFF, number & 0xFFFF)
            packet = head[:2] + struct.pack("!H", _checksum(head + data)) + head[4:] + data
            started = time.monotonic()
            try:
                link.sendto(packet, (address, 0))
            except OSError as problem:
                return 0, _REFUSALS.get(problem.errno or 0, "Unknown")
            return self._reply(link, started, number & 0xFFFF)

    def _reply(self, link: socket.socket, started: float, number: int) -> tuple[int, str]:
        """Wait for the answer with that number; a raw socket sees others' too."""
        limit = started + self.timeout_seconds
        while time.monotonic() < limit:
            try:
                data = link.recv(65536)
                if link.type == socket.SOCK_RAW and link.family == socket.AF_INET:
                    data = data[(data[0] & 15) * 4 :]
                if len(data) >= 8 and data[0] in (0, 129) and struct.unpack("!H", data[6:8])[0] == number:
                    return int((time.monotonic() - started) * 1000), "Success"
            except BlockingIOError:
                self.sleep(0.002)
            except OSError as problem:
                return 0, _REFUSALS.get(problem.errno or 0, "Unknown")
        return 0, "TimedOut"


def _echo_socket(family: int, address: str) -> socket.socket:
    """A socket for echo requests: the kind that ordinary users may have, else a raw one. Raises PSError."""
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(family, kind, protocol)
        except OSError:
            continue
    raise error(
        f"Testing connection to computer '{address}' failed: sending echo requests is not permitted to this user.",
        "TestConnectionException", "PermissionDenied", address, type_name=_EXCEPTION,
    )  # fmt: skip


def _checksum(data: bytes) -> int:
    """The Internet checksum."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


CMDLETS: tuple[type[Any], ...] = (TestConnection,)

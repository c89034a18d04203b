"""OSPlatform, Marshal's texts of secure strings, Complex, cancellation and locks."""

from __future__ import annotations

import cmath
import platform
import sys
import threading
from functools import partial
from typing import Final

from remora.engine.context import current
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import double_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.secrets import SecureString

_I: Final = "System.Runtime.InteropServices."


class OSPlatform(NetObject):
    """A kind of operating system."""

    __slots__ = ("name",)
    net_type = NetType(_I + "OSPlatform", r.VALUE_TYPE, is_value_type=True)

    def __init__(self, name: str) -> None:
        self.name = name

    def net_text(self) -> str:
        return self.name


def is_platform(kind: OSPlatform) -> bool:
    """Tell whether this machine is of that kind."""
    own = {"Darwin": "OSX", "FreeBSD": "FREEBSD"}.get(platform.system(), platform.system().upper())
    return kind.name.upper() == own


class Pointer(NetObject):
    """An IntPtr: an address, or one of a text that was taken out of a secure string."""

    __slots__ = ("address", "text")
    net_type = NetType("System.IntPtr", r.VALUE_TYPE, is_value_type=True, interfaces=("System.IComparable",))

    def __init__(self, text: str | None = None, address: int = 0) -> None:
        self.text = text
        self.address = address if text is None else id(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pointer) and self.address == other.address

    def __lt__(self, other: Pointer) -> bool:
        return self.address < other.address

    def __gt__(self, other: Pointer) -> bool:
        return self.address > other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def net_text(self) -> str:
        return str(self.address)


def _reveal(secret: SecureString) -> Pointer:
    try:
        return Pointer(secret.reveal())
    except ValueError as problem:
        raise failure(str(problem), "System.InvalidOperationException") from None


def _marshal() -> list[NetType]:
    m = NetType(_I + "Marshal", OBJECT, form="static")
    for name in ("SecureStringToBSTR", "SecureStringToGlobalAllocUnicode", "SecureStringToCoTaskMemUnicode"):
        m.static(f"{name}(securestring s)", returns="System.IntPtr")(_reveal)
    for name in ("PtrToStringAuto", "PtrToStringBSTR", "PtrToStringUni"):
        m.static(f"{name}(System.IntPtr ptr)", returns="string")(lambda pointer: pointer.text)
    for name in ("ZeroFreeBSTR", "ZeroFreeGlobalAllocUnicode", "ZeroFreeCoTaskMemUnicode", "FreeBSTR"):
        m.static(f"{name}(System.IntPtr s)", returns="void")(lambda pointer: setattr(pointer, "text", None))
    p = Pointer.net_type
    p.static_property("MaxValue", "System.IntPtr")(lambda: Pointer(address=2**63 - 1))
    p.static_property("MinValue", "System.IntPtr")(lambda: Pointer(address=-(2**63)))
    p.static_property("Zero", "System.IntPtr")(Pointer)
    p.static("Add(System.IntPtr, int)", returns=p.name)(lambda one, offset: Pointer(address=one.address + offset))
    p.static("Subtract(System.IntPtr, int)", returns=p.name)(lambda one, offset: Pointer(address=one.address - offset))
    p.constructor("(long)")(lambda address: Pointer(address=address))
    p.method("ToInt32()", returns="int")(lambda one: convert_to(Int64(one.address), "int"))
    p.method("ToInt64()", returns="long")(lambda one: Int64(one.address))
    p.method("ToString()", returns="string")(lambda one: one.net_text())
    p.static_property("Size", "System.Int32")(lambda: 8)
    o = OSPlatform.net_type
    for label, name in {"Linux": "LINUX", "Windows": "WINDOWS", "OSX": "OSX", "FreeBSD": "FREEBSD"}.items():
        o.static_property(label, o.name)(partial(OSPlatform, name))
    o.static("Create(string osPlatform)")(OSPlatform)
    o.method("ToString()", returns="string")(lambda v: v.name)
    return [m, p, o]


class Complex(NetObject):
    """Numerics.Complex."""

    __slots__ = ("number",)
    net_type = NetType("System.Numerics.Complex", r.VALUE_TYPE, is_value_type=True)

    def __init__(self, number: complex) -> None:
        self.number = number

    def net_text(self) -> str:
        return f"<{double_text(self.number.real)}; {double_text(self.number.imag)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Complex) and other.number == self.number

    def __hash__(self) -> int:
        return hash(self.number)


def _platform() -> NetType:
    p = NetType("System.Management.Automation.Platform", OBJECT, form="static")
    for label, holds in {
        "IsLinux": sys.platform.startswith("linux"),
        "IsMacOS": sys.platform == "darwin",
        "IsWindows": sys.platform == "win32",
        "IsCoreCLR": True,
        "IsNanoServer": False,
        "IsIoT": False,
        "IsWindowsDesktop": False,
        "IsStaSupported": False,
    }.items():
        p.static_property(label, "System.Boolean")(partial(bool, holds))
    return p


def _complex() -> NetType:
    c = Complex.net_type
    c.constructor("(double real, double imaginary)")(lambda a, b: Complex(complex(a, b)))
    c.property("Real", "System.Double")(lambda v: v.number.real)
    c.property("Imaginary", "System.Double")(lambda v: v.number.imag)
    c.property("Magnitude", "System.Double")(lambda v: abs(v.number))
    c.property("Phase", "System.Double")(lambda v: cmath.phase(v.number))
    for label, number in {"Zero": 0j, "One": 1 + 0j, "ImaginaryOne": 1j}.items():
        c.static_property(label, c.name)(partial(Complex, number))
    two = "System.Numerics.Complex left, System.Numerics.Complex right"
    c.static(f"Add({two})")(lambda a, b: Complex(a.number + b.number))
    c.static(f"Subtract({two})")(lambda a, b: Complex(a.number - b.number))
    c.static(f"Multiply({two})")(lambda a, b: Complex(a.number * b.number))
    c.static(f"Divide({two})")(lambda a, b: Complex(a.number / b.number if b.number else complex("nan")))
    c.static("Abs(System.Numerics.Complex value)", returns="double")(lambda v: abs(v.number))
    c.static("Sqrt(System.Numerics.Complex value)")(lambda v: Complex(cmath.sqrt(v.number)))
    c.static("Conjugate(System.Numerics.Complex value)")(lambda v: Complex(v.number.conjugate()))
    c.method("ToString()", returns="string")(lambda v: v.net_text())
    return c


class CancellationSource(NetObject):
    """CancellationTokenSource; its token is a view of it."""

    __slots__ = ("event",)
    net_type = NetType("System.Threading.CancellationTokenSource", OBJECT)

    def __init__(self) -> None:
        self.event = threading.Event()


class CancellationToken(NetObject):
    """CancellationToken."""

    __slots__ = ("source",)
    net_type = NetType("System.Threading.CancellationToken", r.VALUE_TYPE, is_value_type=True)

    def __init__(self, source: CancellationSource | None = None) -> None:
        self.source = source

    @property
    def requested(self) -> bool:
        return self.source is not None and self.source.event.is_set()


def _throw_if(token: CancellationToken) -> None:
    if token.requested:
        raise failure("The operation was canceled.", "System.OperationCanceledException")


class Lock(NetObject):
    """A Mutex or Semaphore of this process, that a stopped pipeline does not wait for."""

    __slots__ = ("kind", "lock")
    net_type = NetType("System.Threading.Mutex", NetType("System.Threading.WaitHandle", OBJECT))
    semaphore: Final = NetType("System.Threading.Semaphore", net_type.base)

    def __init__(self, kind: NetType, count: int) -> None:
        self.kind = kind
        self.lock = threading.Semaphore(count)

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def wait(self, milliseconds: int = -1) -> bool:
        """Take it; False when the time is over."""
        left = milliseconds / 1000 if milliseconds >= 0 else None
        while not self.lock.acquire(blocking=False):
            if left is not None and left <= 0:
                return False
            current().sleep(0.01)
            left = None if left is None else left - 0.01
        return True


def _threading() -> list[NetType]:
    s, t = CancellationSource.net_type, CancellationToken.net_type
    s.constructor("()")(CancellationSource)
    s.property("IsCancellationRequested", "System.Boolean")(lambda v: v.event.is_set())
    s.property("Token", t.name)(CancellationToken)
    s.method("Cancel()", returns="void")(lambda v: v.event.set())
    s.method("Dispose()", returns="void")(lambda v: None)
    t.static_property("None", t.name)(CancellationToken)
    t.property("IsCancellationRequested", "System.Boolean")(lambda v: v.requested)
    t.property("CanBeCanceled", "System.Boolean")(lambda v: v.source is not None)
    t.method("ThrowIfCancellationRequested()", returns="void")(_throw_if)
    m, semaphore = Lock.net_type, Lock.semaphore
    m.constructor("()", "(bool initiallyOwned)", "(bool initiallyOwned, string name)")(
        lambda owned=False, name="": Lock(m, 0 if owned else 1)
    )
    m.method("ReleaseMutex()", returns="void")(lambda v: v.lock.release())
    semaphore.constructor("(int initialCount, int maximumCount)")(lambda count, most: Lock(semaphore, count))
    semaphore.method("Release()", returns="int")(lambda v: v.lock.release() or 0)
    for net in (m, semaphore):
        net.method("WaitOne()", "WaitOne(int millisecondsTimeout)", returns="bool")(lambda v, ms=-1: v.wait(ms))
        net.method("Dispose()", "Close()", returns="void")(lambda v: None)
    return [s, t, m, semaphore]


def register_types() -> None:
    """The types by name."""
    register(*_marshal(), _platform(), _complex(), *_threading())

"""CLIXML of 10,000 typical objects, against pypsrp and psrpcore.

    python -m bench.clixml [--objects N] [--runs N] [--json FILE]

Decoding starts from the bytes of a message body and ends with values a caller can read; encoding starts from the values
each library itself decoded and ends with bytes. Every property of every output is compared before anything is timed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from psrpcore._crypto import PSRemotingCrypto
from psrpcore.types import _serializer as psrpcore_codec
from pypsrp.serializer import Serializer

from bench.compare import Contender, compare, table, write_json
from remora.psrp import clixml
from remora.values import (
    Byte,
    DateTime,
    Hashtable,
    Int64,
    PSObject,
    Uri,
    Version,
)
from remora.values.times import timespan_ticks

_STREAM_NAMESPACE = b' xmlns="http://schemas.microsoft.com/powershell/2004/04"'


def typical_objects(count: int, seed: int = 2) -> list[PSObject]:
    """Return objects of 8 to 20 properties, such as processes, files and services have."""
    rng = random.Random(seed)
    return [_typical(rng, number) for number in range(count)]


def _typical(rng: random.Random, number: int) -> PSObject:
    makers: list[tuple[str, Callable[[], Any]]] = [
        ("Name", lambda: f"service-{rng.randrange(10**6)}"),
        ("Id", lambda: rng.randrange(65536)),
        ("Length", lambda: Int64(rng.randrange(2**31))),
        ("FullName", lambda: f"C:\\Program Files\\Vendor {rng.randrange(99)}\\bin\\tool.exe"),
        ("Responding", lambda: rng.random() < 0.5),
        ("Owner", lambda: None),
        ("CPU", lambda: rng.randrange(10**6) / 64),
        ("StartTime", lambda: _moment(rng)),
        ("Tags", lambda: [f"tag{rng.randrange(50)}" for _ in range(rng.randint(2, 6))]),
        ("Settings", lambda: _settings(rng)),
        ("Description", lambda: f"first line\r\nsecond & last <line> {rng.randrange(1000)}"),
        ("Elapsed", lambda: _duration(rng)),
        ("Handles", lambda: rng.randrange(5000)),
        ("InstanceId", lambda: uuid.UUID(int=rng.getrandbits(128))),
        ("Version", lambda: Version(rng.randrange(20), rng.randrange(100), rng.randrange(30000))),
        ("Numbers", lambda: [rng.randrange(10**6) for _ in range(rng.randint(2, 8))]),
        ("Priority", lambda: Byte(rng.randrange(256))),
        ("Company", lambda: "Contoso Größe GmbH"),
        ("Link", lambda: Uri(f"https://example.test/item/{number}")),
        ("Groups", lambda: {"admins": [f"u{rng.randrange(99)}", "root"], "sizes": [rng.randrange(999) for _ in "abc"]}),
    ]
    members = {name: make() for name, make in makers[: rng.randint(8, len(makers))]}
    if number % 2:
        names = ("Selected.System.Diagnostics.Process", "System.Management.Automation.PSCustomObject", "System.Object")
        return PSObject(names, extended=members)
    names = ("System.ServiceProcess.ServiceController", "System.ComponentModel.Component", "System.Object")
    return PSObject(names, adapted=members, extended={"PSComputerName": "srv01"}, to_string=str(members["Name"]))


def _moment(rng: random.Random) -> datetime:
    plain = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(10**13))
    return DateTime.of(plain, ticks_digit=rng.randint(1, 9))


def _duration(rng: random.Random) -> timedelta:
    return timedelta(seconds=rng.randrange(10**5), microseconds=rng.randrange(1, 10**6))


def _settings(rng: random.Random) -> dict[str, Any]:
    return {"Enabled": rng.random() < 0.5, "Path": f"/srv/{rng.randrange(99)}", "Retries": rng.randrange(9)}


def plain(value: Any) -> Any:
    """Reduce what any of the libraries decoded to plain Python, so that outputs can be compared."""
    if isinstance(value, PSObject) and isinstance(value.base, (list, dict)):
        return plain(value.base)
    if isinstance(value, PSObject):
        return {name: plain(item) for name, item in value.properties().items()}
    if type(value).__module__.startswith("psrpcore"):
        return _plain_psrpcore(value)
    if hasattr(value, "adapted_properties"):
        members = {**value.adapted_properties, **value.extended_properties}
        return {name: plain(item) for name, item in members.items()}
    if isinstance(value, (dict, Hashtable)):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return _plain_text(str(value))
    if isinstance(value, datetime):
        return (_plain_moment(value), value.ticks_digit if isinstance(value, DateTime) else 0)
    if isinstance(value, timedelta):
        return timespan_ticks(value)
    return str(value) if isinstance(value, (Version, uuid.UUID, Decimal)) else value


def _plain_moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _plain_text(text: str) -> Any:
    """Read moments and durations where a library leaves them as text."""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", text):
        digits = text[:-1].partition(".")[2].ljust(7, "0")
        return (f"{text[:19]}.{digits[:6]}", int(digits[6]))
    if re.fullmatch(r"P[0-9DTHMS.]+", text):
        return timespan_ticks(clixml.loads(f"<TS>{text}</TS>"))
    return text


def _plain_psrpcore(value: Any) -> Any:
    kind = type(value).__name__
    if kind == "PSDateTime":
        return (_plain_moment(value), value.nanosecond // 100)
    if kind == "PSDuration":
        return timespan_ticks(timedelta(value.days, value.seconds, value.microseconds)) + value.nanoseconds // 100
    if isinstance(value, bool) or kind == "PSBool":
        return bool(value)
    if isinstance(value, (str, uuid.UUID)):
        return _plain_text(str(value))
    if isinstance(value, (int, float)):
        return value + 0
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if kind == "PSVersion":
        parts = (value.major, value.minor, value.build, value.revision)
        return ".".join(str(part) for part in parts if part is not None and part >= 0)
    members = [*value.PSObject.adapted_properties, *value.PSObject.extended_properties]
    return {member.name: plain(member.get_value(value)) for member in members}


def _psrpcore_decode(bodies: list[bytes]) -> list[Any]:
    crypto = PSRemotingCrypto()
    return [psrpcore_codec.deserialize(ET.fromstring(body), crypto) for body in bodies]


def _pypsrp_decode(bodies: list[bytes]) -> list[Any]:
    codec = Serializer()
    return [codec.deserialize(body.decode("utf-8")) for body in bodies]


def _remora_decode(bodies: list[bytes]) -> list[Any]:
    return [clixml.loads(body) for body in bodies]


def _psrpcore_encode(values: list[Any]) -> list[bytes]:
    crypto = PSRemotingCrypto()
    return [ET.tostring(psrpcore_codec.serialize(value, crypto), encoding="utf-8") for value in values]


def _pypsrp_encode(values: list[Any]) -> list[bytes]:
    codec = Serializer()
    return [ET.tostring(codec.serialize(value), encoding="utf-8") for value in values]


def _remora_encode(values: list[Any]) -> list[bytes]:
    return [clixml.dumps(value) for value in values]


def _psrpcore_document(document: bytes) -> Any:
    return psrpcore_codec.deserialize_clixml(document.decode("utf-8"), PSRemotingCrypto())


def _pypsrp_document(document: bytes) -> Any:
    codec = Serializer()
    root = ET.fromstring(document.replace(_STREAM_NAMESPACE, b""))
    return [codec.deserialize(child, clear=False) for child in root]


def _remora_document(document: bytes) -> Any:
    return [value for _, value in clixml.load_stream(document)]


def _check(what: str, outputs: dict[str, list[Any]]) -> None:
    """Stop unless all contenders produced the same plain values."""
    ours, *peers = outputs.items()
    expected = [plain(value) for value in ours[1]]
    for name, values in peers:
        for number, (mine, value) in enumerate(zip(expected, values, strict=True)):
            theirs = plain(value)
            if mine != theirs:
                sys.exit(f"{what}: object {number} differs\n  {ours[0]}: {mine}\n  {name}: {theirs}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare CLIXML codecs.")
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("bench/results/clixml.json"))
    options = parser.parse_args()
    bodies = [clixml.dumps(value) for value in typical_objects(options.objects)]
    size = 500
    count = max(1, options.objects // (10 * size))  # a tenth of the objects tells, and the peers are slow
    documents = [clixml.dumps_stream(typical_objects(size, seed)) for seed in range(count)]
    decoders = {"remora": _remora_decode, "pypsrp": _pypsrp_decode, "psrpcore": _psrpcore_decode}
    readers = {"remora": _remora_document, "pypsrp": _pypsrp_document, "psrpcore": _psrpcore_document}
    encoders = {"remora": _remora_encode, "pypsrp": _pypsrp_encode, "psrpcore": _psrpcore_encode}
    values = {name: decode(bodies) for name, decode in decoders.items()}
    _check("decoded", values)
    _check("decoded documents", {name: read(documents[0]) for name, read in readers.items()})
    some = options.objects // 5
    _check("encoded", {name: _remora_decode(encode(values[name][:some])) for name, encode in encoders.items()})
    notes = {
        "objects": options.objects,
        "bytes": sum(map(len, bodies)),
        "elements": sum(b.count(b"</") for b in bodies),
    }

    def contenders(work: dict[str, Callable[[Any], Any]], inputs: Callable[[str], Any]) -> list[Contender]:
        return [Contender(name, name, lambda run=run, name=name: run(inputs(name))) for name, run in work.items()]

    whole = {name: (lambda docs, read=read: [read(document) for document in docs]) for name, read in readers.items()}
    needed = {"pypsrp": 8.0, "psrpcore": 8.0}
    found = [
        compare(
            f"CLIXML decode, {options.objects} messages of one object",
            contenders(decoders, lambda _: bodies),
            runs=options.runs,
            required=needed,
            notes=notes,
        ),
        compare(
            f"CLIXML decode, {len(documents)} documents of {size} objects",
            contenders(whole, lambda _: documents),
            runs=options.runs,
            required=needed,
        ),
        compare(
            f"CLIXML encode, {options.objects} messages of one object",
            contenders(encoders, values.__getitem__),
            runs=options.runs,
            required={"pypsrp": 4.0, "psrpcore": 8.0},
            notes=notes,
        ),
    ]
    print(table(found))
    write_json(options.json, found)
    return 0 if all(comparison.met for comparison in found) else 1


if __name__ == "__main__":
    sys.exit(main())

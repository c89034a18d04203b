"""Worker channel, spawner channel and job frames, and the files of settings, after damage."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.client.config_store import ClientConfig
from remora.config import WinrmConfig
from remora.config.host import HostConfiguration
from remora.config.listener import parse_listener
from remora.errors import ConfigError
from remora.host import spawner_protocol
from remora.host.config_store import read_configuration
from remora.modules import job_frames
from remora.worker import frames
from remora.worker import protocol as p
from tests.support.mutations import cuts, mutated, refused_or_read

SHELL = "908EA449-5553-4150-8A78-020057C8772A"
TO_WORKER = tuple(
    frames.encode(message)
    for message in (
        p.Hello(),
        p.Cancel(id=4),
        p.Call(
            id=1,
            caller=p.Caller(session_id="s", message_id="m"),
            request=p.Open(
                shell_id=SHELL,
                kind="powershell",
                resource_uri="u",
                shell=p.ShellSpec(input_streams=("stdin",)),
                sender=p.Sender(name="me"),
            ),
        ),
        p.Call(
            id=2, caller=p.Caller(), request=p.Receive(command_id=None, streams=("stdout",), budget=900, timeout=1.0)
        ),
        p.Call(id=3, caller=p.Caller(), request=p.Send(chunks=(p.Chunk(name="stdin", data=b"abc", end=True),))),
    )
)
TO_FRONT_END = tuple(
    frames.encode(message)
    for message in (
        p.Hello(),
        p.Answer(id=1, result=p.Ok()),
        p.Answer(id=2, result=p.CommandAccepted(command_id=SHELL)),
        p.Answer(id=3, result=p.Output(chunks=(p.Chunk(name="stdout", data=b"x" * 40),))),
    )
)
PIECES = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xdd\xff\xff\xff\xff",
    b"\x91" * 3000,
    b"\xc1",
    b"\xcb\x7f\xf8" + bytes(6),
)


@given(mutated(TO_WORKER, PIECES), st.data())
def test_frames_for_a_worker(body: bytes, data: st.DataObject) -> None:
    decoder = frames.worker_decoder()
    with refused_or_read():
        for piece in data.draw(cuts(body)):
            decoder.feed(piece)


@given(mutated(TO_FRONT_END, PIECES), st.data())
def test_frames_of_a_worker(body: bytes, data: st.DataObject) -> None:
    decoder = frames.front_end_decoder()
    with refused_or_read():
        for piece in data.draw(cuts(body)):
            for message in decoder.feed(piece):
                frames.check_hello(message)


@given(mutated((*TO_WORKER, *TO_FRONT_END), PIECES))
def test_frames_of_the_spawner(body: bytes) -> None:
    for decoder in (spawner_protocol.spawner_decoder(), spawner_protocol.front_end_decoder()):
        with refused_or_read():
            decoder.feed(body)


JOB_FRAMES = (
    job_frames.frame(b"o", job_frames.pack([1, "a", None])) + job_frames.frame(b"e", job_frames.pack({"a": 1})),
    job_frames.frame(b"w", job_frames.pack("text")),
)


@given(mutated(JOB_FRAMES, (*PIECES, b"<LST>" * 90)))
def test_frames_of_a_job(body: bytes) -> None:
    with refused_or_read():
        for _kind, data in job_frames.read_frames(io.BytesIO(body)):
            job_frames.unpack(data)


HOST_FILE = """
[winrm.Service]
MaxConcurrentOperationsPerUser = 100
[winrm.Service.Auth]
Basic = true
CbtHardeningLevel = "Strict"
[winrm.Winrs]
IdleTimeout = 60000
[remora]
[[listeners]]
url = "http://127.0.0.1:5985"
[sessions.ITTasks]
"""
CLIENT_FILE = """
[client]
allow_unencrypted = false
[client.auth]
basic = true
[hosts.Server01]
url = "http://127.0.0.1:5985/wsman"
username = "admin"
skip_ca_check = true
[unc]
'\\\\\\\\Server01\\\\Scripts' = "/srv/scripts"
"""
TOML_PIECES = (
    "=",
    "[",
    "]",
    "[[x]]",
    "{",
    '"',
    "'",
    "\n",
    "1979-05-27",
    "nan",
    "true",
    "-1",
    "9" * 30,
    "[hosts]\n",
    "\x00",
    "\ud800",
)


@given(mutated((HOST_FILE,), TOML_PIECES))
def test_the_file_of_the_host(text: str) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "host.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with refused_or_read():
            read_configuration(path)


@given(mutated((CLIENT_FILE,), TOML_PIECES))
def test_the_file_of_the_client(text: str) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "client.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with refused_or_read():
            ClientConfig.load(path)


SETTINGS = (
    "Service/Auth/Basic=true",
    "Winrs/IdleTimeout=7200000",
    "MaxEnvelopeSizekb=500",
    "Remora/CommandShell=sh",
    "Client/TrustedHosts=a,b",
)


@given(mutated(SETTINGS, ("/", "=", "-", "9" * 5000, "\u0661", "Service", "true")))
def test_overrides(text: str) -> None:
    with refused_or_read():
        HostConfiguration().with_overrides([text])


@given(mutated(SETTINGS), st.none() | st.integers() | st.floats() | st.booleans() | st.lists(st.integers()) | st.text())
def test_settings_of_any_kind(path: str, value: object) -> None:
    with refused_or_read():
        WinrmConfig().with_setting(path.partition("=")[0], value)


@given(
    mutated(
        ("http://127.0.0.1:5985", "https://*:0", "http://[::1]:1", "http://+:80"),
        ("[", "]", "@", "99999", "\u2100", "/"),
    )
)
def test_listeners(url: str) -> None:
    with refused_or_read():
        parse_listener(url)


def test_the_seeds_are_valid(tmp_path: Path) -> None:
    for decoder, all_frames in ((frames.worker_decoder, TO_WORKER), (frames.front_end_decoder, TO_FRONT_END)):
        for body in all_frames:
            assert len(decoder().feed(body)) == 1
    path = tmp_path / "client.toml"
    path.write_text(CLIENT_FILE)
    assert ClientConfig.load(path).alias("server01") is not None
    for setting in SETTINGS:
        with pytest.raises(ConfigError):
            HostConfiguration().with_overrides(["No/" + setting])

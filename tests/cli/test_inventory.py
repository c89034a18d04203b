from __future__ import annotations

from pathlib import Path

import pytest

from remora.cli.inventory import expand, load_inventory
from remora.cli.inventory_limit import limited
from remora.errors import ConfigError

INI = """
# machines outside every group
lone ansible_host=10.0.0.9 note="a b"   # told
alice@direct:5985
http://10.0.0.7:5985/wsman
[::1]:5985

[web]
web[01:03].lab ansible_port=5985
[db]
db-[a:c]
db-z flag=true number=5
[site:children]
web
db
[site:vars]
ansible_user = bob
list = ['x', 'y']
[web:vars]
ansible_user=carol
"""

YAML = """
all:
  vars: {ansible_user: bob, ansible_password: !vault "$ANSIBLE_VAULT;1.1;AES256"}
  hosts:
    lone: {ansible_host: 10.0.0.9}
  children:
    site:
      children:
        web:
          hosts:
            web[1:2]:
            web9: {ansible_user: zoe}
          vars: {ansible_user: carol}
"""

TOML = """
hosts = ["lone"]
[vars]
username = "bob"
[groups.web]
vars = { username = "carol", port = 5985 }
[groups.web.hosts]
"web[01:02]" = {}
web9 = { username = "zoe" }
[groups.site]
children = ["web"]
"""


def inventory(tmp_path: Path, name: str, text: str):  # type: ignore[no-untyped-def]
    (tmp_path / name).write_text(text, "utf-8")
    return load_inventory(tmp_path / name)


def test_ini_has_hosts_groups_children_ranges_and_variables(tmp_path: Path) -> None:
    found = inventory(tmp_path, "hosts.ini", INI)
    assert found.hosts == [
        "lone", "alice@direct:5985", "http://10.0.0.7:5985/wsman", "[::1]:5985",
        "web01.lab", "web02.lab", "web03.lab", "db-a", "db-b", "db-c", "db-z",
    ]  # fmt: skip
    assert found.members("site") == found.hosts[4:]
    variables = found.variables()
    assert variables["lone"] == {"ansible_host": "10.0.0.9", "note": "a b"}
    assert variables["web02.lab"] == {"ansible_user": "carol", "list": ["x", "y"], "ansible_port": 5985}
    assert variables["db-z"] == {"ansible_user": "bob", "list": ["x", "y"], "flag": True, "number": 5}
    assert variables["alice@direct:5985"] == {}


def test_a_plain_list_is_a_list_of_targets(tmp_path: Path) -> None:
    found = inventory(tmp_path, "hosts", "one\n\n# no\ntwo.example:5985\nbob@three\n")
    assert found.hosts == ["one", "two.example:5985", "bob@three"]


@pytest.mark.parametrize(("name", "text"), [("hosts.yml", YAML), ("hosts.YAML", YAML), ("hosts.toml", TOML)])
def test_variables_of_a_child_win_over_its_parents_and_the_hosts_own_over_all(
    tmp_path: Path, name: str, text: str
) -> None:
    found = inventory(tmp_path, name, text)
    key = "username" if name.endswith("toml") else "ansible_user"
    users = {host: values[key] for host, values in found.variables().items()}
    assert users["lone"] == "bob"
    assert users["web9"] == "zoe"
    assert set(users.values()) == {"bob", "carol", "zoe"}
    assert len(found.members("site")) == 3


def test_groups_of_one_depth_follow_their_priority(tmp_path: Path) -> None:
    text = "[a]\nh\n[b]\nh\n[a:vars]\nx=1\nansible_group_priority=10\n[b:vars]\nx=2\n"
    assert inventory(tmp_path, "h.ini", text).variables()["h"] == {"x": 1}
    without = text.replace("ansible_group_priority=10\n", "")
    assert inventory(tmp_path, "h.ini", without).variables()["h"] == {"x": 2}


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("web[08:11]", ["web08", "web09", "web10", "web11"]),
        ("n[1:7:3]x", ["n1x", "n4x", "n7x"]),
        ("[a:b][1:2]", ["a1", "a2", "b1", "b2"]),
        ("H[A:C]", ["HA", "HB", "HC"]),
        ("[fe80::1]:5985", ["[fe80::1]:5985"]),
    ],
)
def test_ranges(pattern: str, names: list[str]) -> None:
    assert list(expand(pattern)) == names


@pytest.mark.parametrize("pattern", ["w[5:1]", "w[a:5]", "w[a:C]", "w[1:9:0]", "w[1:99999999]", "w[001:20]"])
def test_ranges_that_cannot_be_counted(pattern: str) -> None:
    with pytest.raises(ConfigError, match="cannot be counted"):
        list(expand(pattern))


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("all", "lone w1 w2 w3 d1 d2"),
        ("web", "w1 w2 w3"),
        ("web:db", "w1 w2 w3 d1 d2"),
        ("w1,d2", "w1 d2"),
        ("*1", "w1 d1"),
        ("all:!web", "lone d1 d2"),
        ("!web", "lone d1 d2"),
        ("web:&prod", "w2"),
        ("web:db:!*1:&prod", "w2 d2"),
        ("~[wd]2", "w2 d2"),
        ("web[0]", "w1"),
        ("web[-1]", "w3"),
        ("web[1:2]", "w2 w3"),
        ("web[1:]", "w2 w3"),
        ("http://x:1/wsman", ""),
    ],
)
def test_limits(tmp_path: Path, pattern: str, names: str) -> None:
    text = "lone\n[web]\nw[1:3]\n[db]\nd[1:2]\n[prod]\nw2\nd2\n"
    found = inventory(tmp_path, "h.ini", text)
    if not names:
        with pytest.raises(ConfigError, match="matches no host"):
            limited(found, [pattern])
        return
    assert limited(found, [pattern]) == names.split()


def test_hosts_with_ports_and_addresses_are_no_unions(tmp_path: Path) -> None:
    found = inventory(tmp_path, "h", "a:5985\nb:5985\n[::1]:5985\n")
    assert limited(found, ["a:5985"]) == ["a:5985"]
    assert limited(found, ["a:5985:b:5985"]) == ["a:5985", "b:5985"]
    assert limited(found, ["[::1]:5985"]) == ["[::1]:5985"]


@pytest.mark.parametrize("pattern", ["nobody", "web:!web", "~[", "web:&nobody", "web[9]"])
def test_a_limit_that_leaves_nothing_is_an_error(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ConfigError):
        limited(inventory(tmp_path, "h.ini", "[web]\nw1\n"), [pattern])


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("h.ini", "[a:strange]\nx\n", r"line 1: \[a:strange\]"),
        ("h.ini", "ok\nhost word\n", "line 2: 'word'"),
        ("h.ini", '\nhost x="a\n', "line 2"),
        ("h.ini", "[a:vars]\nword\n", "line 2"),
        ("h.ini", "[a:children]\nb\n[b:children]\na\n", "circle"),
        ("h.toml", "host = []", "unknown keys host"),
        ("h.toml", "[groups.a]\nhost = []", "unknown keys groups.a.host"),
        ("h.toml", "hosts = 5", "list of texts"),
        ("h.toml", "hosts = [", "not TOML"),
        ("h.yml", "all: [a, b]", "must be a mapping"),
        ("h.yml", "all: {host: {a: }}", "unknown keys host"),
        ("h.yml", "a: &x {children: {b: *x}}", "deeper"),
        ("h.yml", "a: !!python/object/apply:os.system [id]", "not YAML"),
        ("h.yml", "$ANSIBLE_VAULT;1.1;AES256\n62", "Vault"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        inventory(tmp_path, name, text)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "h").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_inventory(tmp_path / "h")

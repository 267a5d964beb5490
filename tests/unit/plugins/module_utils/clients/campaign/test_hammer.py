# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hammer over a real SSH server on loopback, with an emulator in its place, and all that can be wrong on the way there."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.printed import Columns, samples
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign import hammer
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.deployer import Target
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.programs import run
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.ssh import Host
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.streams import lines
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import (
    DeniedError,
    FailedError,
    InputError,
    NfvError,
    UnavailableError,
)

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
needs_sshd = pytest.mark.skipif(
    not (os.access(SSHD, os.X_OK) and shutil.which("ssh")), reason="needs OpenSSH (Debian: openssh-server openssh-client)"
)
EMULATOR = """#!/bin/sh
# An emulator of Hammer: writes what it was told and a CSV with one sample a step.
echo "$@" > '{told}'
cat "$2" >> '{told}' 2> /dev/null
out=$3
printf 'time,Users,latency,curl_bytes_download\\n0,20,0.9,180\\n3,40,1.0,170.5\\n' > "$out"
"""
CONFIGURATION = """ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
"""
PARSE = partial(samples, columns=Columns("Users", {"latency": "latency", "curl_bytes_download": "curl_bytes_download"}, "time"))


def parse(given: Any, source: str) -> Any:
    return PARSE(given, source=source)


def key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What reaches an SSH server of this test."""
    folder = tmp_path_factory.mktemp("ssh d")
    plain = tmp_path_factory.mktemp("sshd")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    for name in ("host", "user", "stranger"):
        key(plain / name)
    shutil.copy(plain / "user.pub", plain / "authorized")
    (plain / "sshd_config").write_text(CONFIGURATION.format(port=port, folder=plain), encoding="utf-8")
    public = (plain / "host.pub").read_text(encoding="utf-8").split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public[0]} {public[1]}\n", encoding="utf-8")
    with suppress(PermissionError):
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(plain / "sshd_config")], stderr=subprocess.PIPE, text=True)
    try:
        for _attempt in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                pytest.skip(f"sshd does not start here: {process.stderr.read()}")
            time.sleep(0.05)
        yield {
            "host": "127.0.0.1", "port": port, "user": getpass.getuser(), "private_key": str(plain / "user"),
            "known_hosts": str(folder / "known"), "ssh_config": None, "check_host_key": True,
        }  # fmt: skip
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def stress(sshd: dict[str, Any], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The parameters of a use case with an emulator of Hammer."""
    program = tmp_path / "hammer emulator"
    program.write_text(EMULATOR.format(told=tmp_path / "told"), encoding="utf-8")
    program.chmod(0o755)

    def made(**changes: Any) -> dict[str, Any]:
        ramp = {"step_deltas": [20], "step_periods": [2], "step_repetitions": [2], "steps": [(20, 2), (40, 2)]}
        names = {"profile_name": "mixed-profile", "nic": "eth5", "vlan_id_1": None, "vlan_id_2": None}
        command = [str(program), "{profile_name}", "{profile}", "{results}", "{address}:{port}", "{nic}", "{step_deltas}"]
        text = "users {users} at {address}; {unknown} stays\n"
        return {**sshd, **ramp, **names, "command": command, "profile": text, "results": None, **changes}

    return made


TARGET = Target("192.0.2.7", 8080)


@needs_sshd
def test_hammer_is_told_its_profile_and_its_results_are_fetched(stress: Callable[..., Any], tmp_path: Path) -> None:
    parameters = stress()
    hammer.check(parameters)
    Host(parameters).require(parameters["command"][:1])
    assert list(hammer.samples(TARGET, parameters, parse)) == [
        {"users": 20, "latency": 0.9, "curl_bytes_download": 180, "time": 0},
        {"users": 40, "latency": 1.0, "curl_bytes_download": 170.5, "time": 3},
    ]
    words, profile = (tmp_path / "told").read_text().splitlines()
    assert words.split()[0] == "mixed-profile"
    assert words.split()[3:] == ["192.0.2.7:8080", "eth5", "20"]
    assert profile == "users 40 at 192.0.2.7; {unknown} stays"
    assert not Path(words.split()[1]).parent.exists(), "its folder on the host is removed"


@needs_sshd
@pytest.mark.parametrize(
    ("changes", "kind", "wrong"),
    [
        ({"command": ["hammer-that-is-not-there"]}, UnavailableError, "hammer-that-is-not-there was not found on 127.0.0.1"),
        ({"command": ["sh", "-c", "echo no licence >&2; exit 3"]}, FailedError, "sh on 127.0.0.1 failed with 3: no licence"),
        ({"command": ["true"]}, FailedError, "the results of true cannot be fetched: head on 127.0.0.1 failed with 1"),
        ({"command": ["sh", "-c", "echo text > results.csv"]}, InputError, r"there is no column 'Users'; there are: text"),
        (
            {"command": ["sh", "-c", "printf 'time,Users,latency,curl_bytes_download\\n0,9,slow,1\\n' > results.csv"]},
            InputError,
            r"results.csv on 127.0.0.1:2: latency: 'slow' is no number",
        ),
    ],
)
def test_what_hammer_may_do_wrong(
    stress: Callable[..., Any], changes: dict[str, Any], kind: type[NfvError], wrong: str
) -> None:
    with pytest.raises(kind, match=wrong):
        list(hammer.samples(TARGET, stress(**changes), parse))


@needs_sshd
def test_results_that_an_earlier_run_left_are_not_taken_for_this_ones(stress: Callable[..., Any], tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("time,Users,latency,curl_bytes_download\n0,1,1,1\n")
    with pytest.raises(FailedError, match="the results of true cannot be fetched"):
        list(hammer.samples(TARGET, stress(command=["true"], results=str(old)), parse))


@needs_sshd
@pytest.mark.parametrize(
    ("changes", "kind", "wrong"),
    [
        ({"port": 1}, UnavailableError, "host 127.0.0.1: it cannot be reached; check host and port .*refused"),
        ({"private_key": "{folder}/stranger"}, DeniedError, "it refuses this user with this key; check user and private_key"),
        ({"private_key": "/nowhere/key"}, InputError, "private_key: there is no file /nowhere/key"),
        ({"known_hosts": "{folder}/user.pub"}, DeniedError, "its host key is unknown or has changed"),
        ({"host": "no-such-host.invalid"}, UnavailableError, "host no-such-host.invalid: it cannot be reached"),
    ],
)
def test_a_host_that_cannot_be_reached(
    stress: Callable[..., Any], changes: dict[str, Any], kind: type[NfvError], wrong: str
) -> None:
    folder = Path(stress()["private_key"]).parent
    given = {name: one.format(folder=folder) if isinstance(one, str) else one for name, one in changes.items()}
    with pytest.raises(kind, match=wrong):
        Host(stress(**given)).require(["sh"])


@needs_sshd
def test_a_changed_host_key_is_refused_and_may_be_left_unchecked(stress: Callable[..., Any], tmp_path: Path) -> None:
    parameters = stress()
    other = (Path(parameters["private_key"]).parent / "stranger.pub").read_text().split()
    (tmp_path / "changed").write_text(f"[127.0.0.1]:{parameters['port']} {other[0]} {other[1]}\n")
    with pytest.raises(DeniedError, match="host key"):
        Host({**parameters, "known_hosts": str(tmp_path / "changed")}).require(["sh"])
    Host({**parameters, "known_hosts": None, "check_host_key": False}).require(["sh"])


@needs_sshd
def test_programs_that_the_host_lacks_are_named(stress: Callable[..., Any]) -> None:
    with pytest.raises(UnavailableError, match=r"not installed on 127\.0\.0\.1: hammer-3, wrk-9; install it there"):
        Host(stress()).require(["sh", "hammer-3", "wrk-9"])


def await_end(folder: Path, seconds: float = 20) -> None:
    """Both the command and what it started are over, though nobody has said so to the latter."""
    pids = [int((folder / name).read_text()) for name in ("pid", "child")]
    deadline = time.monotonic() + seconds
    while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


@needs_sshd
@pytest.mark.parametrize("how", ["closed", "killed"])
def test_who_leaves_ends_what_runs_on_the_host(stress: Callable[..., Any], tmp_path: Path, how: str) -> None:
    """Also where the one who leaves is killed, so that nobody can say so: the connection ends."""
    script = f"echo $$ > '{tmp_path}/pid'; sleep 300 & echo $! > '{tmp_path}/child'; echo started; wait"
    said = Host(stress()).attended(["sh", "-c", script], 60, "sh")
    assert next(said) == "started"
    if how == "closed":
        said.close()
    else:
        listed = subprocess.run(
            ["pgrep", "-P", str(os.getpid()), "-x", "ssh"], capture_output=True, text=True, check=True
        ).stdout
        for one in listed.split():
            os.kill(int(one), signal.SIGKILL)
        with pytest.raises(NfvError):
            list(said)
    await_end(tmp_path)


@needs_sshd
def test_a_command_on_a_host_prints_samples_while_it_runs(stress: Callable[..., Any]) -> None:
    text = "time,Users,latency,curl_bytes_download\\n0,5,1,2\\n"
    parameters = {**stress(command=["printf", text]), "timeout": 20}
    assert [one["users"] for one in hammer.printed_samples(TARGET, parameters, parse)] == [5]


@needs_sshd
def test_words_reach_the_host_as_they_are(stress: Callable[..., Any]) -> None:
    """A shell stands between: the path of a URL may have what it would take for its own."""
    words = ["/a b", "$HOME;&'\"", "*", "--", "-n"]
    target = Target("192.0.2.7", 80, Host(stress()).entered(), quoted=True)
    assert run(target.entered(["printf", "%s|", *words])) == "".join(f"{word}|" for word in words)
    assert Target("192.0.2.7", 80).entered(words) == words


def test_a_word_in_braces_that_there_is_not_is_named() -> None:
    with pytest.raises(InputError, match=r"parameters.command: there is no \{adress\} to put in; there are: address, port"):
        hammer.check_printed({"command": ["tool", "{adress}"]})
    hammer.check_printed({"command": ["awk", "{ print }", '{"a": 1}', "{port}"]})


def test_lines_come_when_they_are_printed_and_the_program_ends_with_its_reader() -> None:
    stream = lines(["sh", "-c", "echo one; echo two; sleep 300"], 60)
    assert next(stream) == "one"
    began = threading.active_count()
    stream.close()
    assert threading.active_count() == began
    listed = subprocess.run(["pgrep", "-P", str(os.getpid()), "-x", "sh"], capture_output=True, text=True, check=False).stdout
    assert listed == ""


def test_a_command_ends_with_who_reads_it_even_where_that_is_killed(tmp_path: Path) -> None:
    """A reader in a process of its own, which is killed without a word."""
    script = f"echo $$ > '{tmp_path}/pid'; sleep 300 & echo $! > '{tmp_path}/child'; echo started; wait"
    parameters = {"command": ["sh", "-c", script], "timeout": 60}
    reader = (
        "import sys, json\n"
        "from ansible.plugins.loader import init_plugin_loader\n"
        "init_plugin_loader()\n"
        f"from {hammer.__name__} import printed_samples\n"
        f"from {hammer.__name__.replace('hammer', 'deployer')} import Target\n"
        "for line in printed_samples(Target('', 1), json.loads(sys.argv[1]), lambda lines, source: lines):\n"
        "    print(line, flush=True)\n"
    )
    command = [sys.executable, "-c", reader, json.dumps(parameters)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "started\n"
        process.kill()
    await_end(tmp_path)


@pytest.mark.parametrize(
    ("script", "seconds", "wrong"),
    [
        ("echo a; echo why >&2; exit 7", 10, "sh failed with 7: why"),
        ("exit 7", 10, "sh failed with 7: it said nothing"),
        ("sleep 60", 0.3, "sh did not end within 0 s"),
        ("while :; do echo x; done", 0.3, "sh did not end within 0 s"),
        ("sleep 60 & exit 4", 10, "sh failed with 4"),
        ("head -c 2000000 /dev/zero", 10, "prints 1000000 characters without the end of a line"),
    ],
)
def test_programs_that_do_not_end_well(script: str, seconds: float, wrong: str) -> None:
    with pytest.raises(FailedError, match=wrong):
        for _line in lines(["sh", "-c", script], seconds):
            pass


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="cannot be started: No such file"):
        list(lines([str(tmp_path / "none")], 1))
    plain = tmp_path / "plain"
    plain.write_text("text")
    assert not plain.stat().st_mode & stat.S_IXUSR
    with pytest.raises(FailedError, match="cannot be started: Permission denied"):
        list(lines([str(plain)], 1))

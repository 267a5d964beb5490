# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real hosts, reached by real SSH."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
from pathlib import Path

import pytest

NAMES = ("client", "fw")


@pytest.fixture(autouse=True)
def _up(program):
    program.start(*NAMES)


def test_a_second_start_changes_nothing(program):
    again = program.start(*NAMES)
    assert again["changed"] is False
    assert {name: host["running"] for name, host in again["hosts"].items()} == dict.fromkeys(NAMES, True)
    assert program("status")["hosts"] == again["hosts"]


def test_names_and_processes_are_the_hosts_own(program):
    assert program.ssh("client", "hostname") == "client"
    assert "boot.py client" in program.ssh("client", "tr '\\0' ' ' < /proc/1/cmdline")
    assert program.ssh("client", "ls /sys/class/net").split() == ["eth0", "lo"]


def test_hosts_reach_each_other_by_name(program):
    assert program.ssh("client", "ssh fw hostname") == "fw"
    assert program.ssh("fw", "ssh -6 client hostname") == "client"


@pytest.mark.parametrize("folder", ["/etc", "/var", "/run", "/root", "/home", "/tmp"])
def test_folders_are_the_hosts_own(program, folder):
    file = f"{folder}/only-here"
    program.ssh("client", f"touch {file}")
    assert program.ssh("client", f"ls {file}") == file
    assert program.ssh("fw", f"ls {file} || echo none").endswith("none")
    assert not Path(file).exists()


def test_no_password_of_the_machine_is_copied(program):
    assert {line.split(":")[1] for line in program.ssh("client", "cat /etc/shadow").splitlines()} == {"*"}


def test_ip_netns_sees_the_host(program):
    namespace = program("status")["hosts"]["client"]["netns"]
    command = ["ip", "netns", "exec", namespace, "hostname", "-I"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("`ip netns exec` works in no chroot that is not a mount point")
    assert program("status")["hosts"]["client"]["address"] in subprocess.check_output(command, text=True)


def leads(program, name: str, to: str) -> bool:
    """Whether one host has the way to the segments of another."""
    hosts = program("status")["hosts"]
    segment = ipaddress.IPv6Network(hosts[to]["locator"] or pytest.skip("this kernel has no segment routing"))[1]
    return f"via {hosts[to]['address6']} dev eth0" in program.ssh(name, f"ip -6 route get {segment}")


def test_ways_lead_to_the_segments_of_others_and_none_to_their_addresses_for_services(program):
    assert leads(program, "client", "fw")
    assert leads(program, "fw", "client")
    assert "192.0.2.2/32" in program.ssh("client", "ip -4 -brief address show dev eth0")
    assert "No route to host" in program.try_ssh("client", "ip route get 192.0.2.3").stderr


def test_a_process_outlives_its_session_and_orphans_are_reaped(program):
    pid = program.ssh("client", "nohup sleep 300 > /dev/null 2>&1 & echo $!")
    until = "for i in $(seq 100); do {} && exit 0; sleep 0.05; done; exit 1"
    program.ssh("client", until.format(f"grep -q sleep /proc/{pid}/comm"))
    program.ssh("client", f"kill {pid}")
    program.ssh("client", until.format(f"[ ! -d /proc/{pid} ]"))


def test_only_the_key_opens_a_host(program):
    options = ("-oControlPath=none", "-oBatchMode=yes", "-oPubkeyAuthentication=no")
    assert "Permission denied (publickey)" in program.try_ssh(*options, "client", "true").stderr


def kill_first_process(program):
    os.kill(program.pid("client"), signal.SIGKILL)


def kill_sshd(program):
    program.ssh("client", "echo kept > /root/kept; kill -9 $(cat /run/sshd.pid)")


def delete_namespace(program):
    subprocess.run(["ip", "netns", "delete", program("status")["hosts"]["client"]["netns"]], check=True)


def delete_bridge(program):
    bridge = program("status")["hosts"]["client"]["netns"].removesuffix("-client")
    subprocess.run(["ip", "link", "delete", bridge], check=True)


@pytest.mark.parametrize("harm", [kill_first_process, kill_sshd, delete_namespace, delete_bridge])
def test_a_start_repairs(program, harm):
    program.ssh("client", "echo kept > /root/kept")
    harm(program)
    assert program.start()["changed"] is True
    assert program.ssh("client", "cat /root/kept; ssh fw hostname").split() == ["kept", "fw"]
    assert program.start()["changed"] is False


def test_a_start_that_was_killed_is_completed(program, second_program):
    command = [*program.run("status").args[:3], str(second_program.state), "start", "--host", "one", "--host", "two"]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not (second_program.state / "hosts" / "one" / "etc").exists():
        assert started.poll() is None
    started.kill()
    started.wait()
    second_program.start("one", "two")
    assert second_program.ssh("one", "ssh two hostname") == "two"
    second_program.start("three")
    assert leads(second_program, "one", "three")
    assert leads(second_program, "three", "two")


def test_labs_live_side_by_side_and_a_stop_leaves_nothing(program, second_program):
    second_program.start(*NAMES)
    mine, other = (each("status")["hosts"]["client"] for each in (program, second_program))
    assert mine["address"] != other["address"]
    second_program.ssh("client", "touch /etc/second")
    assert program.ssh("client", "ls /etc/second || echo none").endswith("none")

    lab = other["netns"].removesuffix("-client")
    assert second_program("stop")["changed"] is True
    assert second_program("stop")["changed"] is False
    assert program.start()["changed"] is False
    assert not Path("/tmp", lab).exists()
    assert not list(Path("/run/netns").glob(f"{lab}*"))
    assert not list(Path("/sys/class/net").glob(f"{lab}*"))
    assert str(second_program.state) not in Path("/proc/self/mountinfo").read_text()
    assert not processes_that_mention(second_program.state)


def processes_that_mention(state: Path) -> list[str]:
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_text(errors="replace"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return [line for line in lines if str(state) in line]


def test_a_bad_name_is_one_sentence(program):
    refused = program.run("start", "--host", "Not A Name")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: a host's name is up to 40 small letters")
    assert refused.stderr.count("\n") == 1

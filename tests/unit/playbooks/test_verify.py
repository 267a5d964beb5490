# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that splits a verification, run as its users and as AWX run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("oxidd")
HOSTS = ["one", "two", "three"]
FILTER = """
port a { If (tcp.dstport == 22) { Drop } Else { Forward(out) } }
port b { Forward(out) }
port c { Forward(out) }
"""
NETWORK = {
    "verify_network": {"elements": {"fw": {"type": "sefl", "path": "fw.sefl"}}},
    "verify_packets": [{"at": f"fw.{port}", "template": "tcp"} for port in "abc"],
    "verify_policies": [
        {"name": "nothing-is-lost", "formula": "AG !dropped"},
        {"name": "some-ssh", "formula": "EF (delivered && tcp.dstport == 22)"},
        {"name": "either", "formula": "AF (port == fw.a) || EF dropped"},
    ],
}


def verify(folder: Path, hosts: list[str], **variables: Any) -> tuple[str, dict[str, Any]]:
    """What the playbook said, and what it handed on."""
    (folder / "fw.sefl").write_text(FILTER, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "superfluidity.nfv.verify"]
    command += ["-i", ",".join([*hosts, ""]), "-e", json.dumps({**NETWORK, **variables})]
    environment = {**os.environ, "PWD": str(folder), "ANSIBLE_SHOW_CUSTOM_STATS": "1", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    _before, _mark, stats = done.stdout.partition("RUN: ")
    return " ".join((done.stdout + done.stderr).split()), json.loads(stats) if stats else {}


def verdicts(stats: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in stats["superfluidity_nfv"]["verification"]["policies"]}


def test_shares_are_merged_and_a_violation_fails(tmp_path: Path) -> None:
    """The path of the element means the folder in which the command is run."""
    said, stats = verify(tmp_path, HOSTS)
    assert "Action failed: nothing-is-lost is violated. For nothing-is-lost: packet tcp from 192.0.2.1" in said
    assert verdicts(stats) == {"nothing-is-lost": "violated", "some-ssh": "holds", "either": "holds"}
    assert stats["superfluidity_nfv"]["verification"]["paths"]["total"] == 4


def test_slices_hand_on_what_another_run_merges(tmp_path: Path) -> None:
    handed_on: dict[str, Any] = {}
    for hosts in (HOSTS[:2], HOSTS[2:]):
        said, stats = verify(tmp_path, hosts, verify_hosts=HOSTS)
        assert "failed=1" not in said
        handed_on |= stats
    assert sorted(handed_on) == ["superfluidity_nfv_verify_0", "superfluidity_nfv_verify_2"]
    merging = {"verify_merge": True, "verify_fail_on_violation": False}
    _said, stats = verify(tmp_path, ["localhost"], **handed_on, **merging)
    assert verdicts(stats) == {"nothing-is-lost": "violated", "some-ssh": "holds", "either": "holds"}
    del handed_on["superfluidity_nfv_verify_0"]
    said, stats = verify(tmp_path, ["localhost"], **handed_on, **merging)
    assert "there are 1 answers of 3 shares; merge those of all slices of one job" in said
    assert stats == {}


def test_a_share_without_answers_takes_policies_that_speak_of_them(tmp_path: Path) -> None:
    """Only the third of three shares has answers; where no packet is answered the mistake is told as in one task."""
    packets = [*NETWORK["verify_packets"][:2], {"at": "fw.c", "template": "tcp", "reply": True}]
    policies = [
        {"name": "answered", "formula": "EF reply"},
        {"name": "never", "formula": "AG !reply"},
        {"name": "mixed", "formula": "AF reply || EF reply"},
    ]
    asked = {"verify_policies": policies, "verify_reply_at": {"fw.out": "fw.b"}, "verify_fail_on_violation": False}
    said, stats = verify(tmp_path, HOSTS, verify_packets=packets, **asked)
    assert "failed=1" not in said
    assert verdicts(stats) == {"answered": "holds", "never": "violated", "mixed": "holds"}
    said, stats = verify(tmp_path, HOSTS, **asked)
    assert "the policy answered speaks of answers, and no packets are answered; say reply: true of some" in said
    assert stats == {}

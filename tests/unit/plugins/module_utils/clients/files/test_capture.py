# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in a file: its bytes by hand, and what tcpdump reads where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.capture import Capture, capture, frames
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError
from hypothesis import given
from hypothesis import strategies as st

SYN = "0200000000020200000000010800450000280000000040060000c0000201c6336401c000001600000000000000005002ffff00000000"
"""From 192.0.2.1 port 49152 to 198.51.100.1 port 22."""


def test_the_bytes_of_a_file_by_hand() -> None:
    head = "d4c3b2a1" + "0200" + "0400" + "00000000" + "00000000" + "ffff0000" + "01000000"
    first = "00000000" + "00000000" + "02000000" + "02000000" + "abcd"
    second = "01000000" + "00000000" + "01000000" + "01000000" + "ef"
    assert capture([b"\xab\xcd", b"\xef"]).hex() == head + first + second


@pytest.mark.one_python
@pytest.mark.skipif(not shutil.which("tcpdump"), reason="tcpdump is not here")
def test_tcpdump_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(capture([bytes.fromhex(SYN)]))
    command = ["tcpdump", "-n", "-t", "-r", str(tmp_path / "a.pcap")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith("IP 192.0.2.1.49152 > 198.51.100.1.22: Flags [S]")


@given(st.lists(st.binary(max_size=40), max_size=5), st.binary(min_size=1, max_size=3))
def test_only_files_of_our_own_are_read(packets: list[bytes], more: bytes) -> None:
    assert frames(capture(packets)) == packets
    assert frames(capture(packets) + more) is None
    assert frames(more) is None


def run(path: Path, *packets: object) -> list[dict]:
    acting = Capture({"path": str(path), "packets": packets})
    plan = acting.difference(acting.read())
    acting.apply(plan)
    return plan.to_list()


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    assert [step["action"] for step in run(path, SYN)] == ["create"]
    assert run(path, {"port": "fw.outside", "hex": SYN}) == []
    assert [step["action"] for step in run(path, SYN, SYN)] == ["update"]
    path.write_text("somebody else's")
    assert [step["action"] for step in run(path, SYN)] == ["update"]
    assert frames(path.read_bytes()) == [bytes.fromhex(SYN)]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("packet", ["0g", "012", 7, None, {"fields": {}}])
def test_what_is_no_packet(packet: object, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"packets\[0\]: give a packet of sefl_verify, or its bytes as hexadecimal digits"):
        run(tmp_path / "a.pcap", packet)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="No such file or directory; see that the folder is there and can be written"):
        run(tmp_path / "none/a.pcap", SYN)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge of the demo service with real packets: the client's requests, as they come in at the hosts of the chain."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

EDGE = ("client", "fw", "lb", "cache", "egress")
VIDEO = "http://192.0.2.4:8080/film"
# Ends when its input does. A shell has what it runs in the background ignore interrupts, so it is told to terminate.
WATCH = "tcpdump --immediate-mode -i eth0 -Q in -n -tt -l 'ip6 proto 43' 2>&1 & read _; kill $!; wait"
FRAME = re.compile(
    r"^(?P<second>[\d.]+) IP6 \S+ > (?P<segment>\S+): RT6 .*segleft=(?P<left>\d+).*\) "
    r"IP (?P<source>[\d.]+)\.\d+ > (?P<destination>[\d.]+)\.\d+: Flags \[(?P<flags>\S+)\]"
)

PATIENCE = 30
"""Seconds until what has not come in will not."""
Shell = Callable[[str, str], str]
Frames = dict[str, list[re.Match[str]]]


def is_led(lab: Path) -> bool:
    """Whether the kernel knows segment routing; the lab gives no locators where it does not."""
    return '"srv6"' in (lab / "lab.sites.yml").read_text(encoding="utf-8")


@contextlib.contextmanager
def watched(lab: Path, hosts: Sequence[str], enough: Callable[[Frames], bool]) -> Iterator[Frames]:
    """The frames with a list of segments that come in at each host, until there are enough of them."""
    ssh = ["ssh", "-F", str(lab / "ssh_config")]
    watchers = {
        host: subprocess.Popen([*ssh, host, WATCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for host in hosts
    }
    frames: Frames = {host: [] for host in hosts}
    readers = [threading.Thread(target=_read, args=(watchers[host].stdout, frames[host])) for host in hosts]
    try:
        for watcher in watchers.values():
            assert any("listening on" in line for line in watcher.stdout)
        for reader in readers:
            reader.start()
        yield frames
        deadline = time.monotonic() + PATIENCE
        while not enough(frames) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        for watcher in watchers.values():
            watcher.stdin.close()
        for reader in readers:
            if reader.is_alive():
                reader.join(PATIENCE)
        for watcher in watchers.values():
            watcher.wait(PATIENCE)


def _read(lines: Iterable[str], frames: list[re.Match[str]]) -> None:
    frames.extend(filter(None, map(FRAME.match, lines)))


def _flagged(frames: Frames, flags: str) -> Frames:
    return {host: [one for one in list(seen) if one["flags"] == flags] for host, seen in frames.items()}


def _counts(frames: Frames) -> dict[str, int]:
    return {host: len(seen) for host, seen in frames.items()}


def see_that_the_client_is_served(shell: Shell, lab: Path) -> None:
    """By both caches in turn, through the firewall first and the balancer then, and back through the firewall."""
    wanted = ({"client": 0, "fw": 20, "lb": 20}, {"client": 20, "fw": 20, "lb": 0})

    def counted(frames: Frames) -> tuple[dict[str, int], dict[str, int]]:
        return _counts(_flagged(frames, "S")), _counts(_flagged(frames, "S."))

    with watched(lab, ("client", "fw", "lb"), lambda frames: counted(frames) == wanted) as frames:
        answers = shell("client", f"for one in $(seq 20); do curl -sSm 9 {VIDEO}; done").splitlines()
    assert Counter(answers) == {"/film from cache-1": 10, "/film from cache-2": 10}
    assert counted(frames) == wanted
    begins, taken = _flagged(frames, "S"), _flagged(frames, "S.")
    for first, then in ((begins["fw"], begins["lb"]), (taken["fw"], taken["client"])):
        assert {(one["left"], other["left"]) for one, other in zip(first, then, strict=True)} == {("1", "0")}
        assert all(float(one["second"]) < float(other["second"]) for one, other in zip(first, then, strict=True))
    assert {(one["source"], one["destination"]) for one in begins["lb"]} == {("192.0.2.2", "192.0.2.4")}


def see_that_the_firewall_refuses(shell: Shell) -> None:
    """Another port, and another source of the client's: the balancer answers neither."""
    for words in ("http://192.0.2.4:22", f"--interface $(getent ahostsv4 client | cut -d' ' -f1 | head -n1) {VIDEO}"):
        assert shell("client", f"curl -sm 1 {words} || echo no answer") == "no answer\n"
    refused, allowed = (int(re.search(r"packets (\d+)", shell("fw", f"nft list counter inet video-firewall {name}"))[1])
                        for name in ("refused", "allowed"))  # fmt: skip
    assert refused >= 2
    assert allowed >= 20 * 6


def see_that_only_edges_know_the_chain(shell: Shell) -> None:
    routes = {host: shell(host, "ip -4 route show proto 118; ip -6 route show proto 118").splitlines() for host in EDGE}
    kinds = {host: Counter("encap seg6 " in line for line in lines) for host, lines in routes.items()}
    assert kinds == {"client": {True: 1, False: 1}, "fw": {False: 1}, "lb": {True: 1, False: 1}, "cache": {}, "egress": {}}


def see_that_nothing_is_left(shell: Shell) -> None:
    """Of this service; others may come and go on the same hosts meanwhile."""
    for host in EDGE:
        assert shell(host, "ip -4 route show proto 118; ip -6 route show proto 118; nft list tables | grep video || true") == ""
        assert shell(host, "find /var/lib/superfluidity/services/video 2> /dev/null || true") == ""
        assert "services/video" not in shell(host, "cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' ' '")
    assert shell("client", f"curl -sm 9 {VIDEO} || echo $?") == "7\n", "there is no way to the balancer any more"

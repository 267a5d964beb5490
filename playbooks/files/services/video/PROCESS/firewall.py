# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A firewall in a service chain: of the packets to and from one address it passes those that its rules allow.

Packets of the chain have an outer header with a list of segments, so it looks at the IPv4 packet inside. The kernel filters,
with nftables; this program brings the rules to it, and takes them away when it is ended. Other packets pass.

Usage: firewall.py RULES ADDRESS:PORT, what is guarded and the TCP port that may be reached.
"""

from __future__ import annotations

import ipaddress
import pathlib
import signal
import subprocess
import sys

TABLE = "inet video-firewall"
# Where things are in the inner packet, as (bit, bits): nft reads it as what follows the outer headers.
SOURCE, DESTINATION = 96, 128
NO_OPTIONS, TCP = "@th,4,4 5", "@th,72,8 6"
SOURCE_PORT, DESTINATION_PORT = "@th,160,16", "@th,176,16"


def read_rules(text: str) -> list[tuple[bool, ipaddress.IPv4Network | ipaddress.IPv6Network]]:
    """Rules as (allowed, range), in the order of the lines; comments start with #."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [(line[0] == "allow", ipaddress.ip_network(line[1])) for line in lines if line]


def is_allowed(rules: list, source: str) -> bool:
    address = ipaddress.ip_address(source)
    return next((allowed for allowed, block in rules if address in block), False)


def inside(start: int, block: ipaddress.IPv4Network) -> str:
    """Whether the address at a bit of the inner packet lies in a range; nothing to ask where that is all addresses."""
    bits = block.prefixlen
    return f"@th,{start},{bits} {int(block.network_address) >> (32 - bits):#x}" if bits else ""


def filtering(rules: list, guarded: str, port: int) -> str:
    """The rules as nft takes them, for both directions; the table replaces the one that is there."""
    there = inside(DESTINATION, ipaddress.IPv4Network(guarded)), f"{NO_OPTIONS} {TCP} {DESTINATION_PORT} {port}", SOURCE
    back = inside(SOURCE, ipaddress.IPv4Network(guarded)), f"{NO_OPTIONS} {TCP} {SOURCE_PORT} {port}", DESTINATION
    lines = []
    for allowed, block in rules:
        verdict = "counter name allowed accept" if allowed else "counter name refused drop"
        for way, service, other in (there, back) if block.version == 4 else ():
            lines.append(f"{way} {service if allowed else ''} {inside(other, block)} {verdict}")
    lines += [f"{way} counter name refused drop" for way, _service, _other in (there, back)]
    return f"""table {TABLE} {{}}
delete table {TABLE}
table {TABLE} {{
  counter allowed {{}}
  counter refused {{}}
  chain guard {{
    {chr(10).join(lines)}
  }}
  chain forward {{
    type filter hook forward priority filter; policy accept;
    meta l4proto 4 jump guard
  }}
}}
"""


def nft(script: str) -> None:
    done = subprocess.run(["/usr/sbin/nft", "-f", "-"], input=script, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"nft takes no filter here: {' '.join(done.stderr.split())}")


def main(rules: str, guarded: str) -> None:
    address, _colon, port = guarded.rpartition(":")
    ended = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ended)
    nft(filtering(read_rules(pathlib.Path(rules).read_text(encoding="utf-8")), address, int(port)))
    signal.sigwait(ended)
    nft(f"delete table {TABLE}")


if __name__ == "__main__":
    main(*sys.argv[1:])

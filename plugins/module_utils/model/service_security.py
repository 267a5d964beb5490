# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of security groups, and the connection points at which they hold."""

from __future__ import annotations

from collections.abc import Iterator

PROTOCOLS = (
    "ah", "any", "dccp", "egp", "esp", "gre", "icmp", "igmp", "ipv6-encap", "ipv6-frag", "ipv6-icmp", "ipv6-nonxt",
    "ipv6-opts", "ipv6-route", "ospf", "pgm", "rsvp", "sctp", "tcp", "udp", "udplite", "vrrp",
)  # fmt: skip
"""As Neutron has them."""
WITH_PORTS = ("tcp", "udp", "sctp", "dccp", "udplite")


def check_security_rules(service: dict) -> Iterator[tuple[str, str]]:
    """Rules that are there, at points that have a port, with ports that are a range."""
    for number, function in enumerate(service["functions"]):
        path, rules = f"functions[{number}]", function.get("security_rules", [])
        for index, rule in enumerate(rules):
            least, most = rule.get("ports", [0, 0])
            if "ports" in rule and rule["protocol"] not in WITH_PORTS:
                yield f"{path}.security_rules[{index}].ports", f"{rule['protocol']} has no ports; remove them"
            elif least > most:
                yield f"{path}.security_rules[{index}].ports", f"{least} is more than {most}; the lower port comes first"
        names = {rule["name"] for rule in rules}
        for index, point in enumerate(function.get("connection_points", [])):
            place = f"{path}.connection_points[{index}].security_rules"
            if "security_rules" in point and "vdu" not in point:
                yield place, "only a connection point of a vdu has a port for security rules"
            for name in point.get("security_rules", []):
                if name not in names:
                    yield place, f"there is no rule {name} in security_rules of {function['name']}"

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of security groups: the same five leaves in every language of ETSI (IFA 011, 7.1.6.9), spelt in three ways."""

from __future__ import annotations

import typing as t

from ..model.service_security import PROTOCOLS, WITH_PORTS
from .naming import fit_point
from .traced import Notes, Traced

ANY_PORT = (1, 65535)
"""Zero, the standard's default, is no port that a VIM takes."""
SPELLINGS = {"ospfigp": "ospf", "udp-lite": "udplite", "rsvp-e2e-ignore": "rsvp", "ipv6-no-nxt": "ipv6-nonxt", "micp": "icmp"}
"""Names of protocols in the list of IANA → in Neutron's."""


class Words(t.NamedTuple):
    direction: str
    ether_type: str
    protocol: str
    least: str
    most: str
    at_point: str


SOL006 = Words("direction", "ether-type", "protocol", "port-range-min", "port-range-max", "security-group-rule-id")
SOL001 = Words("direction", "ether_type", "protocol", "port_range_min", "port_range_max", "")
IFA011 = Words("direction", "etherType", "protocol", "portRangeMin", "portRangeMax", "securityGroupRuleId")


def security_rule(where: Traced, name: str | None, words: Words, notes: Notes) -> dict[str, t.Any] | None:
    """A rule of the model, with the standard's defaults; None, with a warning, for a protocol that Neutron does not know."""
    protocol = (where.text(words.protocol) or "tcp").lower().replace("_", "-")
    protocol = SPELLINGS.get(protocol, protocol)
    if protocol not in PROTOCOLS:
        message = f"the rule {name} lets {protocol[:40]} pass, a protocol that no VIM knows; it is left out"
        notes.warn(f"protocol {protocol}", message, where.child(words.protocol))
        return None
    least, most = (where.number(words.least), where.number(words.most))
    ports = [int(least or ANY_PORT[0]), int(ANY_PORT[1] if most is None else most)]
    if protocol not in WITH_PORTS and (least, most) != (None, None):
        message = f"{protocol} has no ports; those of the rule {name} are not used"
        notes.warn(f"ports {name}", message, where.child(words.least))
    rule = {
        "name": fit_point(name, where, notes),
        "description": where.text("description") or None,
        "direction": (where.text(words.direction) or "ingress").lower(),
        "ether_type": (where.text(words.ether_type) or "ipv4").lower(),
        "protocol": protocol,
        "ports": ports if protocol in WITH_PORTS and tuple(ports) != ANY_PORT else None,
    }
    return {key: value for key, value in rule.items() if value is not None}


def security_rules(entries: list[Traced], key: str, words: Words, notes: Notes) -> tuple[list[dict], set[str]]:
    """The rules of a VNFD, each with its identifier at ``key``, and the names of those that cannot be kept."""
    named = [(entry.text(key), entry) for entry in entries]
    found = {fit_point(name, entry, notes, key): security_rule(entry, name, words, notes) for name, entry in named}
    return [rule for rule in found.values() if rule], {name for name, rule in found.items() if not rule}


def bound_rules(point: Traced, words: Words, rules: list[dict], left_out: t.Collection[str], notes: Notes) -> list[str]:
    """The rules that a connection point names.

    :raises InputError: one is not there
    """
    found = point.child(words.at_point)
    texts = point.texts(words.at_point) if isinstance(found.value, list) else [found.text() or ""]
    names = [fit_point(text, found, notes) for text in texts if text]
    for name in names:
        if name not in {rule["name"] for rule in rules} and name not in left_out:
            raise point.error(f"there is no security group rule {name[:60]} in the VNFD", words.at_point)
    return [name for name in names if name not in left_out]


def bind_rules(points: list[dict], name: str, rules: list[str], where: Traced, notes: Notes) -> None:
    """Let rules hold at a connection point; at the way out of an inner link there is no port that could keep them."""
    for one in points:
        if rules and one["name"] == name and "vdu" not in one:
            message = f"{name} leads out and has no port; its security group rules are not used"
            notes.warn(f"rules {where.path}", message, where)
        elif rules and one["name"] == name:
            one["security_rules"] = list(dict.fromkeys([*one.get("security_rules", []), *rules]))

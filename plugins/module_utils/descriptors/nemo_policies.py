# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flow and Operation of NEMO as a policy of the model, and back: a formula over where the packets of the flow go.

deny        ``flow -> AG !delivered``
allow       ``flow -> EF delivered``
go-through  ``flow -> AF (at the first && AF (at the second …))``
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .nemo_statements import Statement, Value

FIELDS: dict[str, tuple[str, ...]] = {
    "src-ip": ("ip.src",),
    "dst-ip": ("ip.dst",),
    "src-mac": ("eth.src",),
    "dst-mac": ("eth.dst",),
    "eth-type": ("eth.type",),
    "proto": ("ip.proto",),
    "src-port": ("tcp.srcport", "udp.srcport"),
    "dst-port": ("tcp.dstport", "udp.dstport"),
}
"""Match item → the fields of which one has the value."""
PROTOCOLS = {"icmp": "1", "tcp": "6", "udp": "17", "sctp": "132"}
OUTCOMES = {"deny": "AG !delivered", "allow": "EF delivered"}
ATOM = re.compile(r"[0-9A-Fa-f][0-9A-Fa-f.:/x-]*")


def match_formula(flow: Statement) -> str:
    """The packets of a flow.

    :raises InputError: a match item that is not known, or a value that is none of a packet's
    """
    return " && ".join(_item(flow, name, value) for name, value in flow.get("Match", {}).items())


def _item(flow: Statement, name: str, value: Value) -> str:
    if name not in FIELDS:
        raise flow.error(f"packets cannot be matched by {name[:40]}; known are {', '.join(FIELDS)}")
    atoms = [f"{field} {_comparison(flow, name, value)}" for field in FIELDS[name]]
    return f"({' || '.join(atoms)})" if len(atoms) > 1 else atoms[0]


def _comparison(flow: Statement, name: str, value: Value) -> str:
    if value.ends is not None:
        return f"in {{{'-'.join(_atom(flow, name, end) for end in value.ends)}}}"
    if value.items is not None:
        return f"in {{{', '.join(_atom(flow, name, item.text) for item in value.items)}}}"
    return f"== {_atom(flow, name, value.text)}"


def _atom(flow: Statement, name: str, text: str) -> str:
    atom = PROTOCOLS.get(text.lower(), text) if name == "proto" else text
    if not ATOM.fullmatch(atom):
        raise flow.error(f"{name} is compared with {text[:40]!r}, which is no number and no address")
    return atom


def passing_formula(ports: Sequence[Sequence[str]]) -> str:
    """A packet comes to one of the ports of each function in turn."""
    formula = ""
    for group in reversed(ports):
        here = " || ".join(f"port == {port}" for port in group)
        here = f"({here})" if formula and len(group) > 1 else here
        formula = f"AF ({here} && {formula})" if formula else f"AF ({here})"
    return formula


def flow_of(formula: str, chains: Mapping[str, str]) -> tuple[list[str], str] | None:
    """The match items and the action that give ``formula``; None if none do.

    :param chains: the formula of passing each chain → its name
    """
    left, arrow, right = formula.partition(" -> ")
    actions = {text: action for action, text in OUTCOMES.items()} | {
        text: f"go-through: {name}" for text, name in chains.items()
    }
    if not arrow or right not in actions:
        return None
    items = [_said(atom) for atom in left.split(" && ")]
    if None in items or len({str(item).partition(":")[0] for item in items}) < len(items):
        return None
    return [str(item) for item in items], actions[right]


def _said(text: str) -> str | None:
    for name, fields in FIELDS.items():
        found = re.fullmatch(r"(\S+) (== (\S+)|in \{([^{}]*)\})", _first(text, fields))
        if not found or found[1] != fields[0]:
            continue
        atoms = [found[3]] if found[3] else found[4].split(", ")
        ends = re.fullmatch(r"(\w+)-(\w+)", found[4] or "")
        if not all(map(ATOM.fullmatch, atoms)):
            return None
        value = found[3] or (f"({ends[1]}, {ends[2]})" if ends else f"[{found[4]}]")
        again = [f"{field} {found[2]}" for field in fields]
        if text == (f"({' || '.join(again)})" if len(again) > 1 else again[0]):
            return f"{name}: {value}"
    return None


def _first(text: str, fields: tuple[str, ...]) -> str:
    return text.removeprefix("(").partition(" || ")[0] if len(fields) > 1 else text

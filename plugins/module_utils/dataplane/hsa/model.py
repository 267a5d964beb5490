# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer functions as SEFL: one element whose ports are those of all the files.

A port that some rule sends packets to and some rule takes them at leads back into the element; at others they leave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...core.errors import InputError, Place
from ...symbolic import sefl
from ...symbolic.fields import FIELDS
from .transfer import Rule

# The header's fields from its most significant bit, with their widths in it.
LAYOUT = (
    ("tcp.flags", 8),
    ("tcp.dstport", 16),
    ("tcp.srcport", 16),
    ("ip.proto", 8),
    ("ip.dst", 32),
    ("ip.src", 32),
    ("vlan.priority", 3),
    ("vlan.dei", 1),
    ("vlan.id", 12),
)


def program(rules: Iterable[Rule], file: str | None = None) -> sefl.Program:
    """The element that the rules of one or more files make.

    :raises InputError: a rule that rewrites some bits of a field and keeps the others
    """
    rules = list(rules)
    by_port: dict[str, list[Rule]] = {}
    for rule in rules:
        for port in rule.inputs:
            by_port.setdefault(port, []).append(rule)
    bodies: dict[tuple, sefl.Block] = {}
    code = {port: _chain(list(_joined(own)), bodies, file) for port, own in by_port.items()}
    sent = {port for rule in rules for port in rule.outputs}
    return sefl.Program(code, inner=frozenset(code) & sent)


def _joined(rules: list[Rule]) -> Iterator[Rule]:
    """The rules of a port with its links as one, since packets take all of them."""
    linked = [rule for rule in rules if rule.is_link]
    for rule in rules:
        if not rule.is_link:
            yield rule
        elif rule is linked[0]:
            outputs = (port for link in linked for port in link.outputs)
            yield replace(rule, outputs=tuple(dict.fromkeys(outputs)))


def _chain(rules: list[Rule], bodies: dict[tuple, sefl.Block], file: str | None) -> sefl.Block:
    """The first rule that matches; what none matches is dropped."""
    chain = sefl.NOTHING
    for rule in reversed(rules):
        origin = sefl.Origin("rule", file, rule.line)
        chain = sefl.Block((sefl.If(_condition(rule), _body(rule, bodies, file), chain, origin=origin),))
    return chain


def _condition(rule: Rule) -> sefl.Condition:
    wanted = (
        (name, width, match, care)
        for (name, width, match), (_name, _width, care) in zip(_parts(rule.match), _parts(rule.care), strict=True)
    )
    return sefl.All(tuple(_masked(*one) for one in wanted if one[3]))


def _masked(name: str, width: int, match: int, care: int) -> sefl.Condition:
    value = sefl.Read(FIELDS[name].target)
    if care == (1 << width) - 1 and width == FIELDS[name].width:
        return sefl.Compare("==", value, sefl.Number(match, width))
    return sefl.Masked(value, match, care)


def _body(rule: Rule, bodies: dict[tuple, sefl.Block], file: str | None) -> sefl.Block:
    """Equal bodies are one object: packets of all their rules go on together."""
    key = (rule.keep, rule.write, rule.outputs)
    if key not in bodies:
        ports = (sefl.Fork(rule.outputs),) if rule.outputs else (sefl.Drop(),)
        bodies[key] = sefl.Block((*_rewrites(rule, file), *ports))
    return bodies[key]


def _rewrites(rule: Rule, file: str | None) -> Iterator[sefl.Instruction]:
    if rule.keep is None:
        return
    for (name, width, keep), (_name, _width, write) in zip(_parts(rule.keep), _parts(rule.write), strict=True):
        if keep == (1 << width) - 1:
            continue
        if keep:
            raise InputError(
                f"it rewrites some bits of {name} and keeps the others, which no router does", Place(file, rule.line)
            )
        yield sefl.Assign(FIELDS[name].target, sefl.Number(write, FIELDS[name].width))


def _parts(header: int) -> Iterator[tuple[str, int, int]]:
    """The bits of each field."""
    low = sum(width for _name, width in LAYOUT)
    for name, width in LAYOUT:
        low -= width
        yield name, width, header >> low & ((1 << width) - 1)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links between elements, as pairs of ports or from a file that tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..core.errors import InputError, Place
from ..symbolic.ports import outputs
from ..symbolic.sefl import Program

Pair: TypeAlias = "tuple[str, str]"
Elements: TypeAlias = "Mapping[str, Program]"


class Told(NamedTuple):
    """What a file tells: links, and an element of its own where more than two ports are joined."""

    pairs: list[Pair]
    program: Program | None = None


def _juniper(text: str, file: str | None, elements: Elements) -> Told:
    """Interfaces that share a subnet of two hosts; the elements have the routers' names."""
    from .fib import juniper_interfaces

    found = [link.ends for link in juniper_interfaces.links(juniper_interfaces.read(text, file))]
    ours = [ends for ends in found if all(router in elements and port in elements[router].ports for router, port in ends)]
    return Told([(f"{one[0]}.{one[1]}", f"{other[0]}.{other[1]}") for one, other in ours])


def _hsa(text: str, file: str | None, elements: Elements) -> Told:
    """The element ``topology``, whose ports are joined with those of the same number in the other elements."""
    from .hsa import model, transfer

    codes = [(name, code) for name, program in elements.items() for code in program.ports.values()]
    sending = {port: name for name, code in codes for port in outputs(code)}
    taking = {port: name for name, program in elements.items() for port in program.ports}
    rules = [rule for rule in transfer.read(text, file) if set(rule.inputs) & set(sending)]
    before = {port for rule in rules for port in rule.inputs if port in sending}
    behind = {port for rule in rules for port in rule.outputs if port in taking}
    pairs = [(f"{sending[port]}.{port}", f"{TOPOLOGY}.{port}") for port in sorted(before)]
    pairs += [(f"{TOPOLOGY}.{port}", f"{taking[port]}.{port}") for port in sorted(behind)]
    return Told(pairs if behind else [], model.program(rules, file))


TOPOLOGY = "topology"
TYPES: dict[str, Callable[[str, str | None, Elements], Told]] = {"hsa": _hsa, "juniper": _juniper}


def joined(
    given: Sequence[Any], elements: Elements, text: Callable[[Mapping[str, Any], str], str]
) -> tuple[Elements, list[Sequence[str]]]:
    """All elements, those that links need among them, and the pairs of ports that are linked.

    :param given: pairs, and mappings with a ``type`` and ``path`` or ``content`` among them
    :param text: what gives the content of such a mapping, which stands at a place
    :raises InputError: an unknown type, a mistake in a file, or a file that links none of the elements
    """
    pairs: list[Sequence[str]] = []
    found = dict(elements)
    for number, one in enumerate(given):
        where = f"network.links[{number}]"
        if isinstance(one, Mapping):
            told = _told(one, elements, text(one, where), where)
            pairs += told.pairs
            if told.program:
                if TOPOLOGY in found:
                    raise InputError(f"there is an element {TOPOLOGY} already; give it another name", Place(path=where))
                found[TOPOLOGY] = told.program
        elif isinstance(one, list | tuple) and all(isinstance(port, str) for port in one):
            pairs.append(one)
        else:
            raise InputError("a link is a pair of ports, or has a type and a path", Place(path=where))
    return found, pairs


def _told(given: Mapping[str, Any], elements: Elements, text: str, where: str) -> Told:
    if given.get("type") not in TYPES:
        raise InputError(
            f"{given.get('type')!r} is no type of links; there are {', '.join(TYPES)}", Place(path=f"{where}.type")
        )
    told = TYPES[given["type"]](text, given.get("path"), elements)
    if not told.pairs:
        raise InputError("no link in it joins ports of two of the elements", Place(path=where))
    return told

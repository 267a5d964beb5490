# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four objectives of a placement of RFBs, as terms over the variables of :mod:`.rfb_program`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .milp import INFINITE
from .rfb_model import KINDS
from .rfb_program import Formulation, Terms


def objective(made: Formulation, wanted: str) -> Terms:
    """What is to be minimised, as terms; ``throughput`` is negated. ``installation_cost`` adds variables and rows of its own.

    :param wanted: ``throughput``, ``nodes``, ``energy`` or ``installation_cost``
    """
    return list(OBJECTIVES[wanted](made))


def _throughput(made: Formulation) -> Iterator[tuple[int, float]]:
    yield from ((variable, -1.0) for variable in made.traffic.values())


def _nodes(made: Formulation) -> Iterator[tuple[int, float]]:
    yield from ((variable, 1.0) for variable in made.active.values())


def _energy(made: Formulation) -> Iterator[tuple[int, float]]:
    for node, variable in made.active.items():
        of = made.network.nodes[node]
        if of.power:
            yield variable, of.power.idle
            slope = (of.power.max - of.power.idle) / of.cpu if of.cpu else 0.0
            yield from ((used, slope * factor) for used, factor in made.uses["cpu", node])
    yield from ((variable, made.network.radios[radio].power) for (_node, radio), variable in made.radio.items())


def _cost(made: Formulation) -> Iterator[tuple[int, float]]:
    network = made.network
    yield from ((variable, network.nodes[node].site_cost) for node, variable in made.active.items())
    yield from ((variable, network.radios[radio].cost) for (_node, radio), variable in made.radio.items())
    for kind in KINDS:
        yield from ((variable, network.types(kind)[key[2]].cost) for key, variable in made.host[kind].items())
    hardware = network.hardware
    if hardware:
        for node in made.active:
            yield from _bought(made, node, {"dedicated": hardware.dedicated}, hardware.dedicated_cost)
            yield from _bought(made, node, {"cpu": hardware.cpu, "memory": hardware.memory}, hardware.commodity_cost)


def _bought(made: Formulation, node: int, sizes: dict[str, float], cost: float) -> Iterator[tuple[int, float]]:
    """Whole units of a kind of hardware, as many as the load needs."""
    sizes = {resource: size for resource, size in sizes.items() if size < INFINITE and made.uses[resource, node]}
    if not sizes or not cost:
        return
    most = max(math.ceil(getattr(made.network.nodes[node], resource) / size) for resource, size in sizes.items())
    variable = made.program.variable(upper=most, integer=not made.relaxed)
    for resource, size in sizes.items():
        terms = [(used, factor / size) for used, factor in made.uses[resource, node] if factor]
        made.program.row([*terms, (variable, -1.0)], most=0)
    yield variable, cost


OBJECTIVES = {"throughput": _throughput, "nodes": _nodes, "energy": _energy, "installation_cost": _cost}

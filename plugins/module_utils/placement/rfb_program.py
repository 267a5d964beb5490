# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The placement of RFBs as a mixed-integer linear program.

The model is that of L. Chiaraviglio and others, "Optimal Superfluid Management of 5G Networks" (NetSoft 2017) and its
extension (Wiley IJNM 2019), in a compact form. A user's node, an RRH's type, its BBU's host and its MEC's host are binary.
Products of the traffic or the users of an RRH with the choice of a host are made for each RRH, not for each user: ``z ≤ M ·
choice`` and ``Σ z = traffic``, with ``M`` the most that the RRH can carry. For n users, r places of RRHs and h pairs of RRH and
host there are ``n·r + O(h)`` variables and rows.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .milp import INFINITE, ElasticProgram
from .rfb_model import KINDS, Function, Network, Placement

MEGA = 1000.0
"""Traffic is counted in Mbit/s inside the program, so that its numbers are of one size."""
NEGLIGIBLE = 1e-3
"""Rates of less than one bit/s are no traffic, so that the program's numbers stay within what the solver can tell apart."""
Terms = list[tuple[int, float]]


@dataclass
class Formulation:
    """The program under construction, and which variable says what.

    The limits of :class:`~.milp.ElasticProgram` have the names of the options.
    """

    network: Network
    program: ElasticProgram
    relaxed: bool = False
    user: dict[tuple[int, int, int], int] = field(default_factory=dict)
    radio: dict[tuple[int, int], int] = field(default_factory=dict)
    host: dict[str, dict[tuple[int, int, int], int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    used: dict[tuple[str, int, int], int] = field(default_factory=dict)
    active: dict[int, int] = field(default_factory=dict)
    traffic: dict[int, int] = field(default_factory=dict)
    uses: dict[tuple[str, int], Terms] = field(default_factory=lambda: defaultdict(list))

    def binary(self) -> int:
        return self.program.variable(integer=not self.relaxed)

    def real(self, upper: float = INFINITE) -> int:
        return self.program.variable(upper=upper, integer=False)


def formulate(network: Network, elastic: frozenset[str] = frozenset(), relaxed: bool = False) -> Formulation:
    """All variables and rows, without an objective.

    :param relaxed: choices may be fractions: the optimum is then a bound
    """
    made = Formulation(network, ElasticProgram(elastic=elastic), relaxed)
    for place in network.usable:
        made.radio[place] = made.binary()
    for number, user in enumerate(network.users):
        for node, radio in sorted(network.options(user)):
            made.user[number, node, radio] = made.binary()
    _hosts(made)
    for step in (_association, _radios, _chains, _traffic, _usage, _capacities):
        step(made)
    return made


def rate(network: Network, key: tuple[int, int, int]) -> float:
    """kbit/s of a user at a node with a type of RRH, 0 where that is less than anything that counts."""
    found = network.users[key[0]].rates[key[1], key[2]]
    return found if found >= NEGLIGIBLE else 0.0


def _by(keys: Iterable[tuple], position: Callable[[tuple], object]) -> dict:
    groups = defaultdict(list)
    for key in keys:
        groups[position(key)].append(key)
    return groups


def _hosts(made: Formulation) -> None:
    network = made.network
    for start in sorted({node for node, _radio in made.radio}):
        for kind in KINDS:
            for host, number in network.hosts[kind][start]:
                made.host[kind][start, host, number] = made.binary()
    nodes = {start for start, _radio in made.radio} | {key[1] for kind in KINDS for key in made.host[kind]}
    made.active.update((node, made.binary()) for node in sorted(nodes))


def _association(made: Formulation) -> None:
    """Every user at one RRH that is there, within the users and the rates that the RRH takes."""
    network, row = made.network, made.program.row
    options = _by(made.user, lambda key: key[0])
    for number in range(len(network.users)):
        row([(made.user[key], 1.0) for key in options.get(number, ())], least=1, most=1)
    for key, variable in made.user.items():
        row([(variable, 1.0), (made.radio[key[1:]], -1.0)], most=0)
    for (node, radio), keys in _by(made.user, lambda key: key[1:]).items():
        of, there = network.radios[radio], made.radio[node, radio]
        name = network.nodes[node].name
        if of.max_users < INFINITE:
            most = math.floor(of.max_users + 1e-9)
            made.program.limit("max_users", name, [*((made.user[key], 1.0) for key in keys), (there, -most)], 0)
        if of.max_rate < INFINITE:
            rates = [(made.user[key], rate(network, key) / MEGA) for key in keys]
            most = of.max_rate / MEGA
            made.program.limit("max_rate", name, [*rates, (there, -most)], 0, MEGA)


def _radios(made: Formulation) -> None:
    """One RRH a node, no more of a type than there are."""
    network = made.network
    for keys in _by(made.radio, lambda key: key[0]).values():
        made.program.row([(made.radio[key], 1.0) for key in keys], most=1)
    for radio, keys in _by(made.radio, lambda key: key[1]).items():
        _limit_count(made, "rrh", network.radios[radio], [made.radio[key] for key in keys])
    for key, variable in made.radio.items():
        made.program.row([(variable, 1.0), (made.active[key[0]], -1.0)], most=0)
    if network.max_nodes < INFINITE:
        made.program.limit("max_nodes", "", [(one, 1.0) for one in made.active.values()], network.max_nodes)


def _limit_count(made: Formulation, kind: str, of: object, variables: list[int]) -> None:
    if of.count < INFINITE:
        made.program.limit(f"{kind}.count", of.name, [(one, 1.0) for one in variables], math.floor(of.count + 1e-9))


def _chains(made: Formulation) -> None:
    """One BBU that can drive the RRH, and one MEC, for each RRH; nothing runs on a node that is off."""
    network, row = made.network, made.program.row
    for kind in KINDS:
        there = made.host[kind]
        for node, keys in _by(there, lambda key: key[0]).items():
            radios = [(variable, -1.0) for (at, _radio), variable in made.radio.items() if at == node]
            row([*((there[key], 1.0) for key in keys), *radios], least=0, most=0)
        for number, keys in _by(there, lambda key: key[2]).items():
            _limit_count(made, kind, network.types(kind)[number], [there[key] for key in keys])
        for (_node, host, number), variable in there.items():
            if (kind, host, number) not in made.used:
                made.used[kind, host, number] = made.real(upper=1.0)
                row([(made.used[kind, host, number], 1.0), (made.active[host], -1.0)], most=0)
            row([(variable, 1.0), (made.used[kind, host, number], -1.0)], most=0)
    for (node, number), keys in _by(made.host["bbu"], lambda key: (key[0], key[2])).items():
        drives = [at for (where, at) in made.radio if where == node and number in network.radios[at].bbu]
        row([*((made.host["bbu"][key], 1.0) for key in keys), *((made.radio[node, at], -1.0) for at in drives)], most=0)


def _most(made: Formulation, keys: Iterable[tuple[int, int, int]], limit: str, size: Callable[..., float]) -> float:
    """The most that the RRH of a node can have of something, whatever its type.

    :param limit: the option of the RRH that limits it
    :param size: what each user adds
    """
    sums: dict[int, float] = defaultdict(float)
    for key in keys:
        sums[key[2]] += size(made.network, key)
    bent = limit in made.program.elastic
    radios = made.network.radios
    return max((total if bent else min(getattr(radios[at], limit), total) for at, total in sums.items()), default=0.0)


def _traffic(made: Formulation) -> None:
    """What each RRH carries: at least the least rates of its users, at most what channel and MEC let through."""
    network, row = made.network, made.program.row
    for node, keys in _by(made.user, lambda key: key[1]).items():
        most = _most(made, keys, "max_rate", rate) / MEGA
        carried = made.traffic[node] = made.real(upper=most)
        rates = {key: rate(network, key) for key in keys}
        row([(carried, 1.0), *((made.user[key], -rates[key] / MEGA) for key in keys)], most=0)
        row([(carried, -1.0), *((made.user[key], network.users[key[0]].min_rate / MEGA) for key in keys)], most=0)
        for number, function in enumerate(network.mec):
            if function.max_user_rate < max(rates.values()):
                _mec_limit(made, node, number, rates, most)


def _mec_limit(made: Formulation, node: int, number: int, rates: dict[tuple[int, int, int], float], most: float) -> None:
    """Through this type of MEC no user has more than its limit, and none that needs more is there."""
    limit = made.network.mec[number].max_user_rate
    chosen = [(variable, 1.0) for (start, _host, of), variable in made.host["mec"].items() if (start, of) == (node, number)]
    through = [(made.user[key], -min(rate, limit) / MEGA) for key, rate in rates.items()]
    made.program.row([(made.traffic[node], 1.0), *through, *((one, most) for one, _one in chosen)], most=most)
    for key in rates:
        if made.network.users[key[0]].min_rate > limit:
            made.program.row([(made.user[key], 1.0), *chosen], most=1)


def _usage(made: Formulation) -> None:
    """What is used of each node, as terms."""
    network, uses = made.network, made.uses
    for key, variable in made.user.items():
        uses["dedicated", key[1]].append((variable, network.radios[key[2]].dedicated_per_kbps * rate(network, key)))
    for (node, radio), variable in made.radio.items():
        uses["dedicated", node].append((variable, network.radios[radio].dedicated))
    for (kind, host, number), variable in made.used.items():
        uses["cpu", host].append((variable, network.function(kind, (host, number)).cpu))
        uses["memory", host].append((variable, network.function(kind, (host, number)).memory))
    members = _by(made.user, lambda key: key[1])
    for kind in KINDS:
        for (_node, host, number), variable in made.host[kind].items():
            uses["dedicated", host].append((variable, network.types(kind)[number].dedicated))
        for node, keys in _by(made.host[kind], lambda key: key[0]).items():
            users = [(made.user[key], 1.0) for key in members[node]]
            traffic = [(made.traffic[node], 1.0)] if node in made.traffic else []
            top = made.program.upper[made.traffic[node]] if traffic else 0.0
            _share(made, kind, keys, traffic, top, "cpu", lambda of: of.cpu_per_kbps * MEGA)
            most = _most(made, members[node], "max_users", lambda *_key: 1.0)
            _share(made, kind, keys, users, most, "memory", lambda of: of.memory_per_user)


def _share(
    made: Formulation,
    kind: str,
    keys: list[tuple[int, int, int]],
    total: Terms,
    most: float,
    resource: str,
    price: Callable[[Function], float],
) -> None:
    """Split an RRH's total among the hosts that may have it: all of it is with the one that is chosen."""
    prices = {key: price(made.network.function(kind, key[1:])) for key in keys}
    if not any(prices.values()):
        return
    parts = {key: made.real(upper=most) for key in keys}
    for key, part in parts.items():
        made.program.row([(part, 1.0), (made.host[kind][key], -most)], most=0)
        made.uses[resource, key[1]].append((part, prices[key]))
    made.program.row([*((part, 1.0) for part in parts.values()), *((one, -factor) for one, factor in total)], least=0, most=0)


def _capacities(made: Formulation) -> None:
    for (resource, node), terms in made.uses.items():
        there = getattr(made.network.nodes[node], resource)
        scale = there or 1.0
        scaled = [(variable, factor / scale) for variable, factor in terms if factor]
        on = (made.active[node], -there / scale)
        made.program.limit(resource, made.network.nodes[node].name, [*scaled, on], 0, scale)


def placement(made: Formulation, values: tuple[float, ...]) -> Placement:
    """What the values of the variables say; an RRH that nobody uses is left out."""
    users = {number: node for (number, node, _radio), variable in made.user.items() if values[variable]}
    there = set(users.values())
    hosts = {
        kind: {key[0]: key[1:] for key, variable in made.host[kind].items() if values[variable] and key[0] in there}
        for kind in KINDS
    }
    radios = {node: radio for (node, radio), variable in made.radio.items() if values[variable] and node in there}
    traffic = {node: max(0.0, values[made.traffic[node]] * MEGA) for node in radios}
    return Placement(radios, hosts["bbu"], hosts["mec"], tuple(users[at] for at in range(len(made.network.users))), traffic)

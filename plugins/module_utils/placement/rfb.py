# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the functional blocks of a radio network go: options in, an answer as plain data out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..core.errors import InputError, Place
from .checks import number
from .economics import economics, terms
from .rfb_exact import Outcome, exact, value
from .rfb_loads import installation_cost, loads, powers, units, user_rates
from .rfb_model import KINDS, Network, Placement
from .rfb_reading import network
from .rfb_reasons import reason, unserved
from .rfb_swarm import heuristic

UNITS = {"throughput": "kbit/s", "nodes": "nodes", "energy": "W", "installation_cost": "money"}
METHODS: Mapping[str, Callable[..., Outcome]] = {"exact": exact, "heuristic": heuristic}
EXPLAINING = 20.0
"""Seconds that the search for a reason may take at the most, whatever the limit."""


def place(options: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ``rfb_placement``.

    :raises InputError: an option is wrong
    :raises UnavailableError: SciPy is missing and the method is ``exact``
    """
    started = time.monotonic()
    whole = network(options)
    wanted, time_limit = options["objective"], number(options["time_limit"], "time_limit", above=True)
    gap, seed = number(options["gap"], "gap"), options["seed"]
    price = terms(options["economics"], len(whole.users)) if options.get("economics") is not None else None
    _powers_known(whole, wanted, price is not None and price.energy_price > 0)
    served, left_out, why = _servable(whole, options["uncovered"])
    outcome = Outcome("infeasible") if why else _found(served, wanted, options["method"], time_limit, gap, seed)
    if outcome.placement is None and not why:
        why = _why(served, outcome, options["method"], time_limit)
    answer = _answer(served, outcome, wanted, why)
    if price and outcome.placement:
        answer["economics"] = economics(
            installation_cost(served, outcome.placement), len(outcome.placement.active()), answer["power"], price
        )
    return {**answer, "unserved": left_out, "seconds": time.monotonic() - started}


def _found(of: Network, wanted: str, method: str, time_limit: float, gap: float, seed: int) -> Outcome:
    """What the method finds. Nobody to serve needs no node."""
    if not of.users:
        return Outcome("optimal", Placement({}, {}, {}, ()), 0.0, True)
    return heuristic(of, wanted, time_limit, gap, seed) if method == "heuristic" else exact(of, wanted, time_limit, gap)


def _powers_known(of: Network, wanted: str, priced: bool) -> None:
    for at, node in enumerate(of.nodes):
        if node.power is None and (wanted == "energy" or priced):
            why = "the objective energy" if wanted == "energy" else "economics.energy_price"
            raise InputError(f"is missing; {why} needs idle and max of each node", Place(path=f"nodes[{at}].power"))


def _servable(of: Network, uncovered: str) -> tuple[Network, list[dict[str, str]], str | None]:
    """The network without the users whom nothing can serve, these users, and the reason where they make it infeasible."""
    reasons = [unserved(of, user, at) for at, user in enumerate(of.users)]
    if uncovered == "infeasible" and any(reasons):
        first, *others = [why for why in reasons if why]
        more = f" (and {len(others)} more such users)" if others else ""
        return of, [], f"{first}{more}; uncovered: unserved leaves such users out"
    left_out = [{"user": user.name, "reason": why} for user, why in zip(of.users, reasons, strict=True) if why]
    users = tuple(user for user, why in zip(of.users, reasons, strict=True) if not why)
    return (replace(of, users=users) if left_out else of), left_out, None


def _why(of: Network, outcome: Outcome, method: str, time_limit: float) -> str:
    if outcome.status == "infeasible":
        return reason(of, min(time_limit, EXPLAINING))
    if method == "heuristic":
        return "the heuristic found no placement; method: exact finds one or tells why there is none"
    return f"no placement was found within time_limit ({time_limit:g} s); give more time, or method: heuristic"


def _answer(of: Network, outcome: Outcome, wanted: str, why: str | None) -> dict[str, Any]:
    found = outcome.placement
    reached = None if found is None else value(of, found, wanted)
    bound = None if found is None or outcome.bound is None else outcome.bound
    told = {"status": outcome.status, "objective": reached, "unit": UNITS[wanted], "bound": bound, "reason": why}
    told["gap"] = None if bound is None or reached is None else _gap(reached, bound)
    told["throughput_proven"] = outcome.throughput_proven
    return {**told, **(_placed(of, found) if found else NOTHING), "refused_hosts": [one.sentence for one in of.refused]}


NOTHING: dict[str, Any] = {
    **{name: [] for name in ("active_nodes", "assignment", "chains", "nodes")},
    **dict.fromkeys(("throughput", "power", "installation_cost")),
}


def _gap(reached: float, bound: float) -> float:
    """As :attr:`.milp.Solution.gap`; the tolerance of the solver is no gap."""
    gap = abs(reached - bound) / max(1.0, abs(reached))
    return 0.0 if gap < 1e-9 else gap


def _placed(of: Network, found: Placement) -> dict[str, Any]:
    drawn = powers(of, found)
    return {
        "active_nodes": [of.nodes[node].name for node in found.active()],
        "assignment": _assignment(of, found),
        "chains": [_chain(of, found, node) for node in sorted(found.radios)],
        "nodes": _nodes(of, found, drawn),
        "throughput": found.throughput(),
        "power": None if drawn is None else sum(drawn.values()),
        "installation_cost": installation_cost(of, found),
    }


def _chain(of: Network, found: Placement, node: int) -> dict[str, Any]:
    """An RRH with its BBU and its MEC."""
    parts = {"node": of.nodes[node].name, "rrh": of.radios[found.radios[node]].name}
    for kind in KINDS:
        host, type_ = found.hosts(kind)[node]
        parts[kind], parts[f"{kind}_node"] = of.types(kind)[type_].name, of.nodes[host].name
    return {**parts, "users": found.users.count(node), "traffic": found.traffic.get(node, 0.0)}


def _assignment(of: Network, found: Placement) -> list[dict[str, Any]]:
    chains = {node: _chain(of, found, node) for node in found.radios}
    kept = ("node", "rrh", "bbu", "bbu_node", "mec", "mec_node")
    return [
        {"user": user.name, **{key: chains[node][key] for key in kept}, "rate": rate}
        for user, node, rate in zip(of.users, found.users, user_rates(of, found), strict=True)
    ]


def _nodes(of: Network, found: Placement, drawn: Mapping[int, float] | None) -> list[dict[str, Any]]:
    """Each active node with what is used of it."""
    rows = []
    for at, load in sorted(loads(of, found).items()):
        node = of.nodes[at]
        used = {name: {"used": getattr(load, name), "of": getattr(node, name)} for name in ("dedicated", "cpu", "memory")}
        bought = {}
        if of.hardware:
            dedicated, commodity = units(of.hardware, load)
            bought = {"hardware": {"dedicated": dedicated, "commodity": commodity}}
        rows.append({"name": node.name, **used, **bought, "power": None if drawn is None else drawn[at]})
    return rows

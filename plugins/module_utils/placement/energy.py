# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chains where they draw the least energy: options in, an answer as plain data out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .checks import number
from .energy_model import Hosts, Problem, draw
from .energy_program import formulate, hosts, reason
from .energy_reading import problem
from .energy_search import search
from .milp import MISSING

EXPLAINING = 15.0
"""Seconds that the search for a reason may take at the most, whatever the limit."""


def place(options: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ``energy_placement``.

    :raises InputError: an option is wrong
    :raises UnavailableError: SciPy is missing and the method is ``exact``
    """
    started = time.monotonic()
    of = problem(options)
    time_limit, gap = number(options["time_limit"], "time_limit", above=True), number(options["gap"], "gap")
    solve = _heuristic if options["method"] == "heuristic" else _exact
    status, found, bound = solve(of, time_limit, gap, options["seed"])
    reached = None if found is None else draw(of, found).total
    missing = reached is None or bound is None
    return {
        "status": status,
        "objective": reached,
        "bound": None if missing else bound,
        "gap": None if missing else max(0.0, reached - bound) / max(1.0, reached),
        "reason": _why(of, status, options["method"], time_limit) if found is None else None,
        **(NOTHING if found is None else _placed(of, found)),
        "seconds": time.monotonic() - started,
    }


def _exact(of: Problem, time_limit: float, gap: float, _seed: int) -> tuple[str, Hosts | None, float | None]:
    made = formulate(of)
    solution = made.program.solve(time_limit, gap)
    if solution.values is None:
        return solution.status, None, None
    return solution.status, hosts(made, solution), solution.bound


def _heuristic(of: Problem, time_limit: float, gap: float, seed: int) -> tuple[str, Hosts | None, float | None]:
    """What the search finds, and where SciPy is there how far from the best it may be: the bound of the relaxation."""
    relaxed = None if MISSING else formulate(of, relaxed=True).program.solve()
    if relaxed is not None and relaxed.values is None:
        return "infeasible", None, None
    found = search(of, time_limit, seed)
    bound = relaxed and relaxed.cost
    if found is None:
        return "unknown", None, bound
    reached = draw(of, found).total
    proven = bound is not None and reached - bound <= gap * max(1.0, reached)
    return "optimal" if proven else "feasible", found, bound


def _why(of: Problem, status: str, method: str, time_limit: float) -> str:
    if status == "infeasible":
        return reason(of, min(time_limit, EXPLAINING))
    if method == "heuristic":
        return "the heuristic found no placement; method: exact finds one or tells why there is none"
    return f"no placement was found within time_limit ({time_limit:g} s); give more time, or method: heuristic"


NOTHING: dict[str, Any] = {"active_servers": [], "placements": [], "chains": [], "servers": [], "power": None}


def _placed(of: Problem, found: Hosts) -> dict[str, Any]:
    drawn = draw(of, found)
    return {
        "active_servers": [of.servers[server].name for server in drawn.servers],
        "placements": _placements(of, found),
        "chains": [
            {"name": chain.name, "servers": [of.servers[one].name for one in at], "latency": of.latency(chain, at)}
            for chain, at in zip(of.chains, found, strict=True)
        ],
        "servers": _servers(of, found, drawn.servers),
        "power": {"servers": sum(drawn.servers.values()), "network": drawn.network, "migration": drawn.migration},
    }


def _placements(of: Problem, found: Hosts) -> list[dict[str, Any]]:
    """Each function with its server, and whether it is brought there from another."""
    return [
        {
            "chain": chain.name,
            "function": function.name,
            "server": of.servers[server].name,
            "moved": function.server not in (None, server),
        }
        for chain, at in zip(of.chains, found, strict=True)
        for function, server in zip(chain.functions, at, strict=True)
    ]


def _servers(of: Problem, found: Hosts, drawn: Mapping[int, float]) -> list[dict[str, Any]]:
    """Each active server with what is used of it."""
    rows = []
    for number_, watts in drawn.items():
        server = of.servers[number_]
        here = [
            function
            for chain, at in zip(of.chains, found, strict=True)
            for function, host in zip(chain.functions, at, strict=True)
            if host == number_
        ]
        used = {
            what: {"used": sum(getattr(one, what) for one in here), "of": getattr(server, what)} for what in ("cpu", "memory")
        }
        rows.append({"name": server.name, **used, "power": watts})
    return rows

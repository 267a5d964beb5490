# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why there is no placement of RFBs: which option is too small, where, and by how much."""

from __future__ import annotations

import time

from ..core.errors import Place
from .rfb_model import KINDS, Network, User
from .rfb_program import formulate

UNITS = {
    "cpu": " cores",
    "memory": " MiB",
    "max_rate": " kbit/s",
    "max_users": " users",
    "dedicated": "",
    "max_nodes": " nodes",
}
LIMITS = ("max_nodes", "cpu", "memory", "dedicated", "max_users", "max_rate", "rrh.count", "bbu.count", "mec.count")
WHOLE = {"max_users", "max_nodes", "rrh.count", "bbu.count", "mec.count"}
SHOWN = 3
SECONDS = 2.0
"""For each limit that is looked at."""


def unserved(network: Network, user: User, number: int) -> str | None:
    """Why no RRH whatever can serve this user, None where one can."""
    if network.options(user):
        return None
    here = Place(path=f"users[{number}].rates")
    if not user.rates:
        return f"{here}: no node covers {user.name!r}; give a rate above 0 or leave the user out"
    usable = set(network.usable) & set(user.rates)
    if not usable:
        places = ", ".join(f"{network.radios[radio].name} on {network.nodes[node].name}" for node, radio in sorted(user.rates))
        return f"{here}: {user.name!r} is covered by {places} only, {_lacking(network, user)}"
    through = max(function.max_user_rate for function in network.mec)
    best = min(through, max(user.rates[place] for place in usable))
    return f"users[{number}].min_rate: {user.name!r} needs {user.min_rate:g} kbit/s and can have {best:g} at the most"


def _lacking(network: Network, user: User) -> str:
    """Why none of the places that cover a user can be used, with the rules that are to blame."""
    nodes = sorted({node for node, _radio in user.rates})
    if all(not network.nodes[node].has_antenna for node in nodes):
        kinds = ["rrh"]
        words = "where no RRH may stand"
    else:
        kinds = [kind for kind in KINDS if any(not network.hosts[kind][node] for node in nodes)]
        words = f"and no {' and no '.join(kind.upper() for kind in kinds) or 'BBU of its own'} may run for it there"
    rules = [one.sentence for one in network.refused if one.kind in kinds and (one.node is None or one.node in nodes)]
    return f"{words}: {'; '.join(rules[:SHOWN])}" if rules else words


def reason(network: Network, time_limit: float) -> str:
    """A sentence that names each limit whose change alone would give a placement, by how much; at most ``time_limit`` s.

    Each limit in turn may be broken, at a price for each share of it: a mixed-integer program each.
    """
    ends = time.monotonic() + time_limit
    found = []
    for limit in LIMITS:
        left = ends - time.monotonic()
        if left > 0:
            found += _broken(network, frozenset({limit}), min(left, SECONDS))
    if found:
        return f"there is no placement: {', or '.join(found[:SHOWN])}{_refused(network)}"
    together = _broken(network, frozenset(LIMITS), SECONDS)
    why = " and ".join(together) if together else "the users cannot all be served at once"
    return f"there is no placement, and no change of one limit makes one: {why}{_refused(network)}"


def _refused(network: Network) -> str:
    return " (rules also forbid some hosts, see refused_hosts)" if network.refused else ""


def _broken(network: Network, limits: frozenset[str], time_limit: float) -> list[str]:
    """One clause for all that must be broken, or none where that does not help."""
    made = formulate(network, limits)
    solution = made.program.solve(time_limit)
    if solution.values is None:
        return []
    clauses = [_clause(network, *row, short) for row, short in made.program.broken(solution).items()]
    return [" and ".join(clauses[:SHOWN])] if clauses else []


def _clause(network: Network, limit: str, name: str, short: float) -> str:
    short = round(short) if limit in WHOLE else short
    kind, _dot, rest = limit.partition(".")
    if limit == "max_nodes":
        return f"max_nodes is {short:g} too small"
    if rest:
        types = network.radios if kind == "rrh" else network.types(kind)
        place = next((at for at, of in enumerate(types) if of.name == name), 0)
        return f"{kind}[{place}].count of {name!r} is {short:g} too small"
    place = next((at for at, node in enumerate(network.nodes) if node.name == name), 0)
    if limit in {"max_users", "max_rate"}:
        return f"{limit} of the RRH on {name!r} is {short:g}{UNITS[limit]} too small"
    return f"nodes[{place}].{limit} of {name!r} is {short:g}{UNITS[limit]} too small"

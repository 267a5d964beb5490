# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placements found by looking at every set partition and every choice of servers: slow, and with no code of the collection.

A case is plain data, as the module's options are; a placement is a tuple of servers' names, one for each function.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from typing import Any

Case = dict[str, Any]

COEFFICIENTS = {
    "kernel-100": (0.586, 0.858, -1.789),
    "kernel-1500": (0.752, 0.979, -3.856),
    "dpdk-100": (0.370, 0.467, 1.543),
    "dpdk-1500": (0.478, 0.578, 0.194),
}
TOLERANCE = 1e-9


def cost_of_one(case: Case, functions: int, pps: float) -> float:
    alpha, beta, gamma = case["coefficients"]
    return math.e**gamma * functions**alpha * (pps / 1000) ** beta / 100


def cost_of_server(case: Case, parts: list[tuple[int, float]]) -> float:
    """C_v, written as the reference has it and not in the sums that the collection keeps."""
    alpha = case["coefficients"][0]
    costs = [cost_of_one(case, *part) for part in parts]
    r = len(costs)
    if not r:
        return 0.0
    if case["normalisation"] == "monotone":
        return sum(cost ** (1 / alpha) for cost in costs) ** alpha
    copies = [cost_of_one(case, size * r, pps) for size, pps in parts]  # r copies are one chain r times as long
    if case["normalisation"] == "consistent":
        saved = sum((r * cost - many) / (r - 1) for cost, many in zip(costs, copies, strict=True)) if r > 1 else 0.0
    else:
        saved = sum(r * cost - many for cost, many in zip(costs, copies, strict=True))
    return max(0.0, sum(costs) - (r - 1) / r * saved)


def runs(block: tuple[int, ...]) -> list[int]:
    groups = itertools.groupby(enumerate(block), lambda pair: pair[1] - pair[0])
    return [len(list(group)) for _key, group in groups]


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    """Every set partition, block by block."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for index, block in enumerate(smaller):
            yield [*smaller[:index], [first, *block], *smaller[index + 1 :]]


def ways(case: Case) -> dict[tuple[str, str], float]:
    """The shortest delay between sites: relaxed until nothing changes (Bellman and Ford)."""
    found = {(site, site): 0.0 for site in case["sites"]}
    edges = [(a, b, ms) for a, others in case["delays"].items() for b, ms in others.items()]
    edges += [(b, a, ms) for a, b, ms in edges]
    changed = True
    while changed:
        changed = False
        for (start, at), spent in list(found.items()):
            for a, b, ms in edges:
                if a == at and spent + ms < found.get((start, b), math.inf) - 1e-12:
                    found[start, b] = spent + ms
                    changed = True
    return found


def latency(case: Case, chosen: tuple[str, ...]) -> float:
    site = {server["name"]: server.get("site") for server in case["servers"]}
    if "ways" not in case:
        case["ways"] = ways(case)
    delays, total = case["ways"], 0.0
    for before, after in itertools.pairwise(chosen):
        if site[before] != site[after]:
            total += delays.get((site[before], site[after]), math.inf)
    return total


def block_cost(case: Case, server: dict[str, Any], chain: dict[str, Any], block: tuple[int, ...]) -> float | None:
    """What a block adds on a server; None where it may not be there."""
    functions = chain["functions"]
    names = {functions[one]["name"] for one in block}
    if any(set(group) & names and not set(group) <= names for group in chain.get("affinity", [])):
        return None
    if any(len(set(group) & names) > 1 for group in chain.get("anti_affinity", [])):
        return None
    for one in block:
        function = functions[one]
        if function.get("server") not in (None, server["name"]) or function.get("site") not in (None, server.get("site")):
            return None
        if function.get("site_role") and case["sites"].get(server.get("site"), {}).get("role") != function["site_role"]:
            return None
    there = [(load["functions"], load["pps"]) for load in server.get("load", [])]
    before = cost_of_server(case, there)
    after = cost_of_server(case, there + [(length, chain["pps"]) for length in runs(block)])
    guest = server.get("guest_cpu", 0.0) + sum(functions[one]["cpu"] for one in block)
    return after - before if guest + after <= server["cpu"] + TOLERANCE else None


def placements(case: Case, chain: dict[str, Any], contiguous: bool = False) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Every placement that fits, with what it adds."""
    length, known = len(chain["functions"]), {}
    for partition in partitions(list(range(length))):
        if contiguous and any(len(runs(tuple(block))) > 1 for block in partition):
            continue
        for servers in itertools.permutations(case["servers"], len(partition)):
            total, chosen = 0.0, [""] * length
            for block, server in zip(partition, servers, strict=True):
                key = (tuple(block), server["name"])
                if key not in known:
                    known[key] = block_cost(case, server, chain, tuple(block))
                if known[key] is None:
                    break
                total += known[key]
                for one in block:
                    chosen[one] = server["name"]
            else:
                if "latency" not in chain or latency(case, tuple(chosen)) <= chain["latency"] + TOLERANCE:
                    yield total, tuple(chosen)


def best(case: Case, chain: dict[str, Any], contiguous: bool = False) -> float | None:
    return min((cost for cost, _chosen in placements(case, chain, contiguous)), default=None)


def commit(case: Case, chain: dict[str, Any], chosen: tuple[str, ...]) -> None:
    """Put the chain there: a server's load has one part more for each run."""
    for server in case["servers"]:
        block = tuple(index for index, name in enumerate(chosen) if name == server["name"])
        if block:
            server["guest_cpu"] = server.get("guest_cpu", 0.0) + sum(chain["functions"][one]["cpu"] for one in block)
            more = [{"functions": size, "pps": chain["pps"]} for size in runs(block)]
            server["load"] = [*server.get("load", []), *more]


def random_case(seed: int, longest: int = 6, most_servers: int = 4, constrained: bool | None = None) -> Case:
    """Servers with some load, a few chains, and for most cases some constraints."""
    pick = random.Random(seed)
    constrained = pick.random() < 0.6 if constrained is None else constrained
    sites = {"core": {"role": "core"}, "edge-1": {"role": "edge"}, "edge-2": {"role": "edge"}} if constrained else {}
    delays = {"core": {"edge-1": pick.choice([2.0, 8.0])}, "edge-1": {"edge-2": pick.choice([0.5, 3.0])}} if constrained else {}
    case = {
        "coefficients": COEFFICIENTS[pick.choice(list(COEFFICIENTS))],
        "normalisation": pick.choice(["monotone", "consistent", "literal"]),
        "sites": sites,
        "delays": delays,
    }
    case["servers"] = [_random_server(pick, case, number) for number in range(pick.randint(1, most_servers))]
    case["chains"] = [_random_chain(pick, case, number, longest, constrained) for number in range(pick.randint(1, 3))]
    return case


def _random_server(pick: random.Random, case: Case, number: int) -> dict[str, Any]:
    server: dict[str, Any] = {"name": f"s{number}", "cpu": pick.choice([3, 4, 6, 8.5, 16])}
    if case["sites"]:
        server["site"] = pick.choice(list(case["sites"]))
    load = [
        {"functions": pick.randint(1, 4), "pps": pick.choice([1e4, 1e5, 1e6])} for _part in range(pick.choice([0, 0, 1, 2, 3]))
    ]
    parts = [(one["functions"], one["pps"]) for one in load]
    guest = pick.choice([0.0, 0.5, 1.5])
    if load and guest + cost_of_server(case, parts) <= server["cpu"]:
        server.update(load=load, guest_cpu=guest)
    return server


def _random_chain(pick: random.Random, case: Case, number: int, longest: int, constrained: bool) -> dict[str, Any]:
    names = [f"f{index}" for index in range(pick.randint(1, longest))]
    functions: list[dict[str, Any]] = [{"name": name, "cpu": pick.choice([0, 0.3, 0.5, 1, 1, 2])} for name in names]
    chain = {"name": f"c{number}", "pps": pick.choice([0, 1e4, 1e5, 5e5, 1e6]), "functions": functions}
    if not constrained:
        return chain
    for function in functions:
        pin = pick.random()
        if pin < 0.1:
            function["site_role"] = pick.choice(["core", "edge"])
        elif pin < 0.15:
            function["site"] = pick.choice(list(case["sites"]))
        elif pin < 0.2:
            function["server"] = pick.choice(case["servers"])["name"]
    if pick.random() < 0.5:
        chain["latency"] = pick.choice([0.0, 0.5, 2.0, 3.5, 8.0, 16.0])
    for key in ("affinity", "anti_affinity"):
        if len(names) > 1 and pick.random() < 0.3:
            chain[key] = [pick.sample(names, pick.randint(2, min(3, len(names))))]
    return chain


def options(case: Case, **more: Any) -> dict[str, Any]:
    """The case as options of the module, as its spec completes them."""
    alpha, beta, gamma = case["coefficients"]
    return {
        "servers": case["servers"],
        "chains": case["chains"],
        "switching": {"alpha": alpha, "beta": beta, "gamma": gamma},
        "normalisation": case["normalisation"],
        "sites": case["sites"],
        "delays": case["delays"],
        "strategy": "ocm",
        "max_exact_length": 8,
        "batch": False,
        **more,
    }


def chosen_in(placement: dict[str, Any], chain: dict[str, Any]) -> tuple[str, ...]:
    """The server of each function, as an answer has it."""
    where = {name: block["server"] for block in placement["blocks"] for name in block["functions"]}
    return tuple(where[function["name"]] for function in chain["functions"])


def check(case: Case, answer: dict[str, Any]) -> None:
    """An answer is feasible, and its numbers are those of the model: looked at as a whole, whatever the order was."""
    start, servers = case["servers"], {server["name"]: {**server} for server in case["servers"]}
    case = {**case, "servers": list(servers.values())}
    for chain, placement in zip(case["chains"], answer["placements"], strict=True):
        assert placement["chain"] == chain["name"]
        assert placement["accepted"] == (placement["reason"] is None) == bool(placement["blocks"])
        if not placement["accepted"]:
            assert placement["switching_cpu"] == 0
            continue
        listed = [name for block in placement["blocks"] for name in block["functions"]]
        assert sorted(listed) == sorted(function["name"] for function in chain["functions"])
        assert len({block["server"] for block in placement["blocks"]}) == len(placement["blocks"])
        chosen = chosen_in(placement, chain)
        check_constraints(case, chain, chosen)
        before = switching_of(case)
        commit(case, chain, chosen)
        assert math.isclose(placement["switching_cpu"], switching_of(case) - before, abs_tol=1e-8)
    for server, told in zip(case["servers"], answer["servers"], strict=True):
        cost = cost_of_server(case, [(one["functions"], one["pps"]) for one in server.get("load", [])])
        guest = server.get("guest_cpu", 0.0)
        assert told["name"] == server["name"]
        assert guest + cost <= server["cpu"] + 10 * TOLERANCE
        assert math.isclose(told["guest_cpu"], guest, abs_tol=1e-8)
        assert math.isclose(told["switching_cpu"], cost, abs_tol=1e-8)
        assert math.isclose(told["free_cpu"], server["cpu"] - guest - cost, abs_tol=1e-8)
    totals, accepted = answer["totals"], [one["accepted"] for one in answer["placements"]]
    assert (totals["accepted"], totals["rejected"]) == (accepted.count(True), accepted.count(False))
    assert math.isclose(totals["switching_cpu"], switching_of(case), abs_tol=1e-8)
    added = switching_of(case) - switching_of({**case, "servers": start})
    assert math.isclose(totals["added_switching_cpu"], added, abs_tol=1e-8)


def switching_of(case: Case) -> float:
    """The cores of switching on all servers."""
    loads = [[(one["functions"], one["pps"]) for one in server.get("load", [])] for server in case["servers"]]
    return sum(cost_of_server(case, load) for load in loads)


def check_constraints(case: Case, chain: dict[str, Any], chosen: tuple[str, ...]) -> None:
    where = {function["name"]: server for function, server in zip(chain["functions"], chosen, strict=True)}
    site = {server["name"]: server.get("site") for server in case["servers"]}
    for function in chain["functions"]:
        server = where[function["name"]]
        assert function.get("server") in (None, server)
        assert function.get("site") in (None, site[server])
        if function.get("site_role"):
            assert case["sites"][site[server]]["role"] == function["site_role"]
    for group in chain.get("affinity", []):
        assert len({where[name] for name in group}) == 1
    for group in chain.get("anti_affinity", []):
        assert len({where[name] for name in group}) == len(group)
    assert latency(case, chosen) <= chain.get("latency", math.inf) + TOLERANCE


def free(case: Case, server: dict[str, Any]) -> float:
    load = [(one["functions"], one["pps"]) for one in server.get("load", [])]
    return round(server["cpu"] - server.get("guest_cpu", 0.0) - cost_of_server(case, load), 9)


def gathered(case: Case, chain: dict[str, Any]) -> tuple[str, ...] | None:
    """All on the fullest server: of all placements those on one server, by its free cores and its name."""
    order = {server["name"]: (free(case, server), server["name"]) for server in case["servers"]}
    return min(
        (chosen for _cost, chosen in placements(case, chain) if len(set(chosen)) == 1),
        key=lambda chosen: order[chosen[0]],
        default=None,
    )


def distributed(case: Case, chain: dict[str, Any]) -> tuple[str, ...] | None:
    """Of all placements that share no server but for affinity, the first by the rank of the servers, function by function."""
    names = [function["name"] for function in chain["functions"]]
    joined = {name: {name} for name in names}
    for group in chain.get("affinity", []):
        union = set().union(*(joined[name] for name in group))
        for name in union:
            joined[name] = union
    ranked = sorted(case["servers"], key=lambda server: (-free(case, server), server["name"]))
    rank = {server["name"]: number for number, server in enumerate(ranked)}

    def spread(chosen: tuple[str, ...]) -> bool:
        pairs = itertools.combinations(zip(names, chosen, strict=True), 2)
        return all((one != other) or b in joined[a] for (a, one), (b, other) in pairs)

    return min(
        (chosen for _cost, chosen in placements(case, chain) if spread(chosen)),
        key=lambda chosen: [rank[name] for name in chosen],
        default=None,
    )

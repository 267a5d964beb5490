# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two judges of placements of RFBs, which share nothing with the library: a checker of answers, and all placements one by one.

Both read the options of ``rfb_placement`` as they stand.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from scipy.optimize import linprog

Options = dict[str, Any]
CLOSE = 1e-5


def by_name(items: list[Options]) -> dict[str, Options]:
    return {item["name"]: item for item in items}


def of_node(function: Options, node: str) -> Options:
    return {**function, **function.get("per_node", {}).get(node, {})}


def reach(options: Options, kind: str, start: str) -> set[str]:
    if "links" not in options:
        return {node["name"] for node in options["nodes"]}
    return {start} | {
        link["host"] for link in options["links"] if link["rrh"] == start and kind in link.get("carries", ["bbu", "mec"])
    }


class Judge:
    """One choice of everything but the traffic: where each RRH's functions are and which users it has."""

    def __init__(self, options: Options, chains: dict[str, Options], users: dict[str, str]):
        self.options, self.chains, self.users = options, chains, users
        self.nodes, self.people = by_name(options["nodes"]), by_name(options["users"])
        self.types = {kind: by_name(options[kind]) for kind in ("rrh", "bbu", "mec")}

    def hosts(self) -> Iterator[tuple[str, str, str, str]]:
        """kind, node of the RRH, node of the function, type."""
        for start, chain in self.chains.items():
            yield "bbu", start, chain["bbu_node"], chain["bbu"]
            yield "mec", start, chain["mec_node"], chain["mec"]

    def members(self, start: str) -> list[str]:
        return [user for user, node in self.users.items() if node == start]

    def channel(self, user: str) -> float:
        start = self.users[user]
        return self.people[user]["rates"].get(start, {}).get(self.chains[start]["rrh"], 0.0)

    def most(self, user: str) -> float:
        mec = self.types["mec"][self.chains[self.users[user]]["mec"]]
        return min(self.channel(user), mec.get("max_user_rate", math.inf))

    def active(self) -> set[str]:
        return set(self.chains) | {node for _kind, _start, node, _type in self.hosts()}

    def load(self, traffic: dict[str, float]) -> dict[str, dict[str, float]]:
        sums: dict[str, dict[str, float]] = {node: defaultdict(float) for node in self.active()}
        for start, chain in self.chains.items():
            rrh = self.types["rrh"][chain["rrh"]]
            offered = sum(map(self.channel, self.members(start)))
            sums[start]["dedicated"] += rrh.get("dedicated", 0) + rrh.get("dedicated_per_kbps", 0) * offered
        running = set()
        for kind, start, node, name in self.hosts():
            function = of_node(self.types[kind][name], node)
            if (kind, node, name) not in running:
                running.add((kind, node, name))
                sums[node]["cpu"] += function.get("cpu", 0)
                sums[node]["memory"] += function.get("memory", 0)
            sums[node]["dedicated"] += function.get("dedicated", 0)
            sums[node]["cpu"] += function.get("cpu_per_kbps", 0) * traffic[start]
            sums[node]["memory"] += function.get("memory_per_user", 0) * len(self.members(start))
        return sums

    def least(self) -> dict[str, float]:
        return {start: sum(self.people[user].get("min_rate", 0) for user in self.members(start)) for start in self.chains}

    def wrongs(self, traffic: dict[str, float]) -> list[str]:
        """Every rule of the model that is broken."""
        found = [f"{user} is not covered" for user in self.users if self.channel(user) <= 0]
        found += [f"{user} has too little" for user in self.users if self.most(user) < self.people[user].get("min_rate", 0)]
        for start, chain in self.chains.items():
            rrh, members = self.types["rrh"][chain["rrh"]], self.members(start)
            if len(members) > rrh.get("max_users", math.inf):
                found.append(f"{start} has too many users")
            if sum(map(self.channel, members)) > rrh.get("max_rate", math.inf) + CLOSE:
                found.append(f"{start} has too much rate")
            if chain["bbu"] not in rrh.get("bbu", [chain["bbu"]]):
                found.append(f"{chain['bbu']} cannot drive {chain['rrh']}")
            if not self.least()[start] - CLOSE <= traffic[start] <= sum(map(self.most, members)) + CLOSE:
                found.append(f"the traffic of {start} is out of bounds")
        for kind, start, node, _name in self.hosts():
            if node not in reach(self.options, kind, start):
                found.append(f"{start} does not reach {node}")
        counts = Counter((kind, name) for kind, _start, _node, name in self.hosts())
        counts.update(("rrh", chain["rrh"]) for chain in self.chains.values())
        found += [f"too many {name}" for (kind, name), many in counts.items() if many > self.types[kind][name].get("count", 99)]
        for node, load in self.load(traffic).items():
            for what, used in load.items():
                if used > self.nodes[node][what] * (1 + CLOSE) + CLOSE:
                    found.append(f"{what} of {node}: {used} of {self.nodes[node][what]}")
        if len(self.active()) > self.options.get("max_nodes", 99):
            found.append("too many nodes")
        return found

    def power(self, traffic: dict[str, float]) -> float:
        watts = sum(self.types["rrh"][chain["rrh"]].get("power", 0) for chain in self.chains.values())
        for node, load in self.load(traffic).items():
            of, cpu = self.nodes[node]["power"], self.nodes[node]["cpu"]
            watts += of["idle"] + (of["max"] - of["idle"]) * (load["cpu"] / cpu if cpu else 0)
        return watts

    def cost(self, traffic: dict[str, float]) -> float:
        money = sum(self.nodes[node].get("site_cost", 0) for node in self.active())
        money += sum(self.types["rrh"][chain["rrh"]].get("cost", 0) for chain in self.chains.values())
        money += sum(self.types[kind][name].get("cost", 0) for kind, _start, _node, name in self.hosts())
        bought = self.options.get("hardware")
        for load in self.load(traffic).values() if bought else ():
            servers = max(load["cpu"] / bought["cpu"], load["memory"] / bought["memory"])
            money += bought["commodity_cost"] * math.ceil(servers - CLOSE)
            money += bought["dedicated_cost"] * math.ceil(load["dedicated"] / bought["dedicated"] - CLOSE)
        return money

    def throughput(self) -> float:
        """The most traffic of these choices, by a linear program."""
        starts = list(self.chains)
        rows: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(starts))
        for kind, start, node, name in self.hosts():
            rows[node][starts.index(start)] += of_node(self.types[kind][name], node).get("cpu_per_kbps", 0)
        idle = self.load(dict.fromkeys(starts, 0.0))
        bounds = [(self.least()[start], sum(map(self.most, self.members(start)))) for start in starts]
        left = [self.nodes[node]["cpu"] - idle[node]["cpu"] for node in rows]
        done = linprog([-1.0] * len(starts), A_ub=list(rows.values()), b_ub=left, bounds=bounds)
        return -done.fun


def judged(options: Options, answer: dict[str, Any]) -> tuple[Judge, dict[str, float]]:
    """An answer as a judge sees it, and its traffic."""
    chains = {chain["node"]: chain for chain in answer["chains"]}
    users = {one["user"]: one["node"] for one in answer["assignment"]}
    return Judge(options, chains, users), {node: chain["traffic"] for node, chain in chains.items()}


def everything(options: Options) -> Iterator[Judge]:
    """All placements that break no rule with the least traffic."""
    nodes = [node["name"] for node in options["nodes"]]
    names = {kind: [item["name"] for item in options[kind]] for kind in ("rrh", "bbu", "mec")}
    users = [user["name"] for user in options["users"]]
    functions = {kind: list(itertools.product(nodes, names[kind])) for kind in ("bbu", "mec")}
    for radios in itertools.product([None, *names["rrh"]], repeat=len(nodes)):
        there = {node: rrh for node, rrh in zip(nodes, radios, strict=True) if rrh}
        for where in itertools.product(there, repeat=len(users)):
            if set(where) != set(there) or any(
                user["rates"].get(node, {}).get(there[node], 0) <= 0 for user, node in zip(options["users"], where, strict=True)
            ):
                continue
            for hosts in itertools.product(itertools.product(functions["bbu"], functions["mec"]), repeat=len(there)):
                chains = {
                    node: {"rrh": rrh, "bbu_node": bbu[0], "bbu": bbu[1], "mec_node": mec[0], "mec": mec[1]}
                    for (node, rrh), (bbu, mec) in zip(there.items(), hosts, strict=True)
                }
                judge = Judge(options, chains, dict(zip(users, where, strict=True)))
                if not judge.wrongs(judge.least()):
                    yield judge


def best(options: Options) -> dict[str, float | None]:
    """The optimum of each objective, and the most traffic with the fewest nodes; None where there is no placement."""
    found: dict[str, float | None] = dict.fromkeys(("throughput", "nodes", "energy", "installation_cost", "then"))
    for judge in everything(options):
        least, many, traffic = judge.least(), float(len(judge.active())), judge.throughput()
        now = {"nodes": many, "energy": judge.power(least), "installation_cost": judge.cost(least)}
        if found["nodes"] is None or (many, -traffic) < (found["nodes"], -(found["then"] or 0.0)):
            found["then"] = traffic
        found["throughput"] = max(found["throughput"] or 0.0, traffic)
        found |= {name: min(value, math.inf if found[name] is None else found[name]) for name, value in now.items()}
    return found

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the placement of service chains costs and saves: tables for ``steps``, ``online``, ``savings`` and ``batch``.

Without a word on the command line all of them; ``savings`` also draws ``docs/images/ocm-savings.svg``. Times are processor
seconds of this process.
"""

from __future__ import annotations

import itertools
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm import Policy, online, place, settled
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_arrays import Cluster
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_batch import batch
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_ground import Ground
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_model import (
    NOWHERE,
    Chain,
    Function,
    Geography,
    Placement,
    Server,
    Task,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.ocm_steps import STEPS
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.switching import profiles

TOP = Path(__file__).parents[2]
sys.path.insert(0, str(TOP / "tools"))
import svg  # noqa: E402

LOADS = (5, 20, 80, 400)
SEEDS = range(5)
COLOURS = {"kernel-100": svg.BLUE, "kernel-1500": svg.GREEN, "dpdk-100": svg.RED, "dpdk-1500": svg.GREY}
Table = dict[tuple[str, int], dict[str, float]]


def chains_of(
    pick: random.Random, number: int, lengths: tuple[int, ...], cores: tuple[float, ...] = (0.5, 1)
) -> tuple[Chain, ...]:
    def chain(index: int) -> Chain:
        functions = tuple(Function(f"f{one}", pick.choice(cores)) for one in range(pick.choice(lengths)))
        return Chain(f"c{index}", pick.choice((1e5, 5e5, 1e6)), functions)

    return tuple(chain(index) for index in range(number))


def task_of(servers: int, cpu: float, chains: tuple[Chain, ...], profile: str, normalisation: str = "monotone") -> Task:
    names = tuple(f"s{number:04}" for number in range(servers))
    return Task(tuple(Server(name, cpu) for name in names), names, chains, profiles()[profile], normalisation, NOWHERE)


def used(servers: int, profile: str, pick: random.Random) -> Cluster:
    """Servers of 24 cores with all kinds of load."""

    def server(number: int) -> Server:
        load = tuple((pick.randint(1, 5), pick.choice((1e5, 5e5, 1e6))) for _part in range(pick.randint(0, 6)))
        return Server(f"s{number:04}", 24, pick.choice((0, 4, 8, 12, 16)), load)

    return Cluster.of([server(number) for number in range(servers)], profiles()[profile], "monotone")


def steps() -> None:
    """The median and the slowest of 30 steps on servers that are loaded unevenly, as chains are added."""
    print(f"{'one step':24}{'servers':>8}{'functions':>10}{'median s':>10}{'slowest s':>10}")
    for strategy, servers, length in (
        ("ocm", 50, 8), ("ocm", 50, 10), ("ocm", 50, 12), ("relaxed", 50, 10), ("relaxed", 50, 14),
        ("relaxed", 1000, 10), ("ocm", 1000, 8), ("ocm", 1000, 10),
    ):  # fmt: skip
        pick = random.Random(1)
        cluster = used(servers, "kernel-100", pick)
        ground = Ground([Server(str(number), 24) for number in range(servers)], NOWHERE)
        times = []
        for chain in chains_of(pick, 31, (length,)):
            started = time.process_time()
            places = STEPS[strategy](cluster, ground, chain)
            times.append(time.process_time() - started)
            if places:
                cluster.add(chain, places)
        times.pop(0)  # the first builds tables that all later ones use
        print(f"{strategy:24}{servers:8}{length:10}{statistics.median(times):10.4f}{max(times):10.4f}", flush=True)


def distant() -> None:
    """Steps that keep a latency, on 50 servers of 2 to 6 cores at 10 sites; the slowest is where the search is longest."""
    print(f"{'within a latency':24}{'servers':>8}{'functions':>10}{'median s':>10}{'slowest s':>10}")
    for strategy, length in (("ocm", 8), ("relaxed", 8), ("relaxed", 10)):
        times = [seconds for seed in range(40) for seconds in _within(strategy, length, random.Random(seed))]
        print(f"{strategy:24}{50:8}{length:10}{statistics.median(times):10.4f}{max(times):10.4f}", flush=True)


def _within(strategy: str, length: int, pick: random.Random) -> Iterator[float]:
    names = [f"e{number}" for number in range(10)]
    ways = {(one, two): float(pick.randint(1, 9)) for one, two in itertools.combinations(names, 2)}
    geography = Geography(dict.fromkeys(names, "edge"), ways | {(two, one): ms for (one, two), ms in ways.items()})
    servers = [Server(f"s{number:04}", pick.choice((2, 3, 4, 6)), site=pick.choice(names)) for number in range(50)]
    cluster, ground = Cluster.of(servers, profiles()["kernel-1500"], "monotone"), Ground(servers, geography)
    for chain in chains_of(pick, 6, (length,), (0.3, 0.5, 1)):
        asked = replace(chain, latency=float(pick.choice((2, 4, 8, 12))))
        started = time.process_time()
        places = STEPS[strategy](cluster, ground, asked)
        yield time.process_time() - started
        if places:
            cluster.add(asked, places)


def many() -> None:
    """10,000 chains of 8 functions, one after the other, on 1,000 servers."""
    print(f"{'10,000 chains of 8, 1,000 servers':36}{'seconds':>8}{'accepted':>9}{'peak MiB, first 1,000':>23}{'all':>6}")
    for strategy in ("relaxed", "ocm"):
        task = task_of(1000, 64, chains_of(random.Random(2), 10_000, (8,)), "kernel-1500")
        cluster, ground = Cluster.of(task.servers, task.switching, task.normalisation), Ground(task.servers, task.geography)
        started, accepted, early = time.process_time(), 0, 0
        for number, chain in enumerate(task.chains):
            accepted += place(cluster, ground, chain, Policy(strategy)).places is not None
            early = peak() if number == 999 else early
        print(f"{strategy:36}{time.process_time() - started:8.1f}{accepted:9}{early:23}{peak():6}", flush=True)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def per_function(task: Task, policy: Policy) -> tuple[float, int]:
    """The cores of switching for each placed function, and the accepted chains."""
    cluster, placements = settled(task, online(task, policy, reasons=False))
    accepted = [chain for chain, one in zip(task.chains, placements, strict=True) if one.places is not None]
    return float(sum(cluster.costs())) / max(1, sum(len(chain.functions) for chain in accepted)), len(accepted)


def savings() -> None:
    """What is saved for each placed function, the mean of five seeds, and how many chains are accepted."""
    for normalisation in ("monotone", "consistent"):
        found: Table = {}
        head = f"{normalisation:12}{'chains':>7}{'less than distribute':>22}{'times':>7}{'less than gather':>18}"
        print(head + f"{'accepted: ocm':>15}{'relaxed':>9}{'gather':>8}{'distribute':>12}")
        for profile, load in itertools.product(COLOURS, LOADS):
            rows = list(_compared(profile, load, normalisation))
            mean = {name: statistics.mean(row[name][0] for row in rows) for name in STEPS}
            accepted = {name: statistics.mean(row[name][1] for row in rows) for name in STEPS}
            less = found[profile, load] = {name: 100 * (1 - mean["ocm"] / mean[name]) for name in ("distribute", "gather")}
            print(
                f"{profile:12}{load:7}{less['distribute']:20.1f} %{mean['distribute'] / mean['ocm']:7.2f}"
                f"{less['gather']:16.1f} %{accepted['ocm']:15.1f}{accepted['relaxed']:9.1f}{accepted['gather']:8.1f}"
                f"{accepted['distribute']:12.1f}",
                flush=True,
            )
        print()
        if normalisation == "monotone":
            (TOP / "docs/images/ocm-savings.svg").write_text(drawn(found), encoding="utf-8")


def _compared(profile: str, load: int, normalisation: str) -> Iterator[dict[str, tuple[float, int]]]:
    for seed in SEEDS:
        task = task_of(40, 24, chains_of(random.Random(seed), load, (6, 8, 10)), profile, normalisation)
        yield {name: per_function(task, Policy(name)) for name in STEPS}


def bound() -> None:
    """Where switching is what is scarce: 600 chains of small functions on 20 servers of 16 cores, accepted chains."""
    print(f"{'600 chains, 20 servers x 16 cores':36}" + "".join(f"{name:>14}" for name in (*STEPS, "stack, blind")))
    for profile in COLOURS:
        task = task_of(20, 16, chains_of(random.Random(3), 600, (6, 8, 10), (0.05, 0.1)), profile)
        accepted = [per_function(task, Policy(name))[1] for name in STEPS]
        print(f"{profile:36}" + "".join(f"{one:14}" for one in (*accepted, _blind(task))), flush=True)


def _blind(task: Task) -> int:
    """Chains accepted by a scheduler that fills the fullest server by the cores of functions alone, and is refused then."""
    cluster, accepted = Cluster.of(task.servers, task.switching, task.normalisation), 0
    for chain in task.chains:
        fitting = [number for number, free in enumerate(cluster.cpu - cluster.guest) if free >= chain.cpu]
        if not fitting:
            continue
        places = (max(fitting, key=lambda number: cluster.guest[number]),) * len(chain.functions)
        tried = cluster.copy()
        tried.add(chain, places)
        if not tried.overfull():
            cluster, accepted = tried, accepted + 1
    return accepted


def together() -> None:
    """What it brings to look at all chains at once, where there are more than the servers take."""
    heads = (("accepted", 10), ("online", 8), ("switching", 11), ("online", 8), ("seconds", 9), ("online", 8))
    print(f"{'batch':12}{'chains':>7}{'servers':>8}" + "".join(f"{name:>{width}}" for name, width in heads))
    for profile, (chains, servers) in itertools.product(COLOURS, ((60, 12), (400, 40))):
        task = task_of(servers, 24, chains_of(random.Random(4), chains, (6, 8, 10)), profile)
        alone = _placed(task, lambda task: online(task, Policy(), reasons=False))
        pairs = zip(_placed(task, lambda task: batch(task, Policy())), alone, (10, 11, 9), (0, 2, 2), strict=True)
        print(f"{profile:12}{chains:7}{servers:8}" + "".join(f"{a:{w}.{d}f}{b:8.{d}f}" for a, b, w, d in pairs), flush=True)


def _placed(task: Task, how: Callable[[Task], dict[int, Placement]]) -> tuple[int, float, float]:
    """Accepted chains, cores of switching, and the time that it took."""
    started = time.process_time()
    found = how(task)
    seconds = time.process_time() - started
    cluster, placements = settled(task, found)
    return sum(one.places is not None for one in placements), float(sum(cluster.costs())), seconds


def drawn(found: Table) -> str:
    """Two panels: the saving against each baseline over the chains that are offered, a line for each profile."""
    parts = []
    for panel, baseline in enumerate(("distribute", "gather")):
        left = 60 + 330 * panel
        parts += _frame(left, f"less switching than {baseline}")
        for profile, colour in COLOURS.items():
            points = [(left + 30 + 70 * at, 260 - 2.2 * found[profile, load][baseline]) for at, load in enumerate(LOADS)]
            parts += [svg.line(*start, *end, colour, 2) for start, end in itertools.pairwise(points)]
            parts += [svg.dot(*point, colour, 3.5) for point in points]
    for row, (profile, colour) in enumerate(COLOURS.items()):
        parts += [svg.dot(725, 70 + 22 * row, colour), svg.text(738, 74 + 22 * row, profile)]
    title = "Cores of switching saved for each placed function, over the number of chains offered"
    return svg.picture(850, 330, title, parts)


def _frame(left: float, words: str) -> Iterator[str]:
    yield svg.text(left, 26, words, "name")
    for percent in range(0, 101, 20):
        height = 260 - 2.2 * percent
        yield svg.line(left, height, left + 270, height, "#d5dbe1", 1)
        yield svg.text(left - 6, height + 4, f"{percent} %", "quiet end")
    for at, load in enumerate(LOADS):
        yield svg.text(left + 30 + 70 * at, 280, str(load), "middle")
    yield svg.text(left + 135, 302, "chains offered, 40 servers", "quiet middle")


TABLES: dict[str, tuple[Callable[[], None], ...]] = {
    "steps": (steps, distant),
    "online": (many,),
    "savings": (savings, bound),
    "batch": (together,),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        for table in TABLES[name]:
            table()
            print()

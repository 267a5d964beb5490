# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does ``design: adaptive`` reach the templates of all experiments with 60 % of them? Replays, with ``template_optimise``.

    adaptive.py [--campaigns 60]

Made-up campaigns have 16 configurations (four parameters of two values) or 27 (three of three), three iterations, noise of 3 %,
effects and pairs of effects by chance, and two classes that are cut where the gaps between configurations are
widest; where these are less than six times the noise, nobody could tell, and the campaign is left out. A random
order of the same number of experiments is for comparison.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import adaptive, task
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.modules import template_optimise

ITERATIONS, NOISE, CLEAR = 3, 0.03, 6
Campaign = dict[str, Any]


def made(seed: int, levels: Sequence[int]) -> Campaign | None:
    """A campaign: ``varied``, ``costs``, ``classes``, and the samples of each ``runs[point][iteration]``."""
    chance = random.Random(seed)
    varied = {f"p{at}": [2**power for power in range(level)] for at, level in enumerate(levels)}
    effects = [chance.choice([0, 0, 0.15, 0.3, 0.6]) * chance.choice([1, 1, -1]) for _level in levels]
    pairs = {pair: chance.choice([0, 0, 0, 0.2, -0.2]) for pair in itertools.combinations(range(len(levels)), 2)}
    points = list(itertools.product(*map(range, levels)))

    def mean(point: Sequence[int]) -> float:
        share = [at / (level - 1) for at, level in zip(point, levels, strict=True)]
        alone = sum(effect * one for effect, one in zip(effects, share, strict=True))
        return math.log(100) + alone + sum(effect * share[one] * share[two] for (one, two), effect in pairs.items())

    steps = sorted({round(mean(point), 6) for point in points})
    cuts = sorted(((high - low, (low + high) / 2) for low, high in itertools.pairwise(steps)), reverse=True)[:2]
    if len(cuts) < 2 or cuts[-1][0] < CLEAR * NOISE:
        return None
    high, low = sorted((math.exp(cut) for _gap, cut in cuts), reverse=True)
    runs = {
        point: [[math.exp(mean(point) + chance.gauss(0, NOISE)) for _sample in range(3)] for _run in range(ITERATIONS)]
        for point in points
    }
    costs = {
        name: {one: (1 + at) * chance.choice([1, 2, 5]) for at, one in enumerate(values)} for name, values in varied.items()
    }
    classes = {"A": {"t": [f"{{}} > {high}"]}, "B": {"t": [f"{{}} > {low}", f"{{}} < {high}"]}}
    return {"varied": varied, "costs": costs, "classes": classes, "runs": runs}


def templates(campaign: Campaign, taken: Mapping[tuple[int, ...], int]) -> dict[str, Any]:
    """What ``template_optimise`` makes of the first so many runs of each point."""
    rows = [
        {**{name: values[at] for (name, values), at in zip(campaign["varied"].items(), point, strict=True)},
         "experiment": f"{point}{run}", "t": one}
        for point, runs in taken.items() for run in range(runs) for one in campaign["runs"][point][run]
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        asked = {"samples": [str(path)], "parameters": list(campaign["varied"]), "costs": campaign["costs"]}
        options = template_optimise.SPEC.validated({**asked, "sla_classes": campaign["classes"]})
        return template_optimise.decide(options, Files())["templates"]


def chosen(campaign: Campaign, budget: int) -> Counter[tuple[int, ...]]:
    """How often each point is measured by the adaptive design."""
    observed: list[tuple[tuple[int, ...], list[float]]] = []
    taken: Counter[tuple[int, ...]] = Counter()

    def cost(point: Sequence[int]) -> float:
        return sum(
            campaign["costs"][name][values[at]] for (name, values), at in zip(campaign["varied"].items(), point, strict=True)
        )

    classes = task.classes_of({"sla_classes": campaign["classes"], "class_rule": "exact", "goals": {}})

    def sla_class(metrics: Sequence[float]) -> int:
        return classes.label({"t": metrics[0]})

    for _step in range(budget):
        point = adaptive.next_point(campaign["varied"], observed, ITERATIONS, cost, sla_class=sla_class)
        run = campaign["runs"][point][taken[point]]
        taken[point] += 1
        observed.append((point, [sum(run) / len(run)]))
    return taken


def drawn(campaign: Campaign, budget: int) -> Counter[tuple[int, ...]]:
    """The same number of experiments in blocks, in a random order."""
    chance = random.Random(0)
    blocks = (chance.sample(list(campaign["runs"]), len(campaign["runs"])) for _iteration in range(ITERATIONS))
    return Counter(itertools.islice(itertools.chain.from_iterable(blocks), budget))


def equal(campaigns: Sequence[Campaign], share: float, design: Callable[[Campaign, int], Counter[tuple[int, ...]]]) -> int:
    """In how many campaigns the design reaches the templates of all experiments."""
    found = 0
    for campaign in campaigns:
        everything = Counter(dict.fromkeys(campaign["runs"], ITERATIONS))
        budget = int(share * ITERATIONS * len(campaign["runs"]))
        found += templates(campaign, design(campaign, budget)) == templates(campaign, everything)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--campaigns", type=int, default=60)
    count = parser.parse_args().campaigns
    for levels in ((2, 2, 2, 2), (3, 3, 3)):
        campaigns = [one for one in (made(seed, levels) for seed in range(count)) if one]
        for share in (0.4, 0.6):
            adaptively, randomly = (equal(campaigns, share, design) for design in (chosen, drawn))
            print(f"{levels} {share:.0%}: adaptive {adaptively}, random {randomly} of {len(campaigns)}", flush=True)


if __name__ == "__main__":
    main()

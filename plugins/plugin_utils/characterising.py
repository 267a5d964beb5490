# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A campaign that is carried out: where deployers, stress tools and the order of experiments meet.

A new deployer is a row of :data:`DEPLOYERS`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from ..module_utils.characterisation import (
    adaptive,
    definition,
    design,
    kpi,
    orchestrated,
    schedule,
)
from ..module_utils.characterisation.campaign import Campaign, require_same, word
from ..module_utils.clients.campaign.command_deployer import CommandDeployer
from ..module_utils.clients.campaign.deployer import Deployer, mark
from ..module_utils.clients.campaign.heat_deployer import HeatDeployer
from ..module_utils.clients.campaign.keeping import CampaignStore
from ..module_utils.clients.campaign.kubernetes_deployer import KubernetesDeployer
from ..module_utils.clients.campaign.neighbours import Neighbours
from ..module_utils.clients.campaign.osm_deployer import OsmDeployer
from ..module_utils.clients.campaign.process_deployer import ProcessDeployer
from ..module_utils.clients.campaign.programs import require
from ..module_utils.clients.campaign.prometheus import Prometheus
from ..module_utils.clients.campaign.runner import Runner, Task
from ..module_utils.clients.campaign.ssh import Host
from ..module_utils.clients.campaign.telemetry import COLUMNS
from ..module_utils.core.errors import InputError, Place
from .campaign_keepers import Keeper
from .campaign_optimisation import OPTIMISATION, options_of
from .campaign_reading import action_of, classes_in, service_levels
from .use_cases import USE_CASES, stressed

DEPLOYERS: Mapping[str, tuple[Callable[[str], Deployer], Callable[..., dict[str, Any]]]] = {
    "process": (ProcessDeployer, definition.process_of),
    "command": (CommandDeployer, definition.commands_of),
    "heat": (HeatDeployer, orchestrated.stack_of),
    "kubernetes": (KubernetesDeployer, orchestrated.manifests_of),
    "osm": (OsmDeployer, orchestrated.network_service_of),
}
"""What deploys, and what reads the service definition of one configuration for it, with the options of the deployer's section
where it has one. The service of such a deployer runs elsewhere."""

WINDOW = 0.9
"""Share of a trial's peak load under which samples say nothing of the service levels."""


class Characterisation:
    """A campaign with its service, ready to be carried out.

    :param document: the service definition
    :param keeper: where its store is
    :raises NfvError: the definition does not fit, or something that is needed is not there
    """

    def __init__(self, campaign: Campaign, document: Any, keeper: Keeper):
        self.campaign, self._document, self.keeper = campaign, document, keeper
        chosen = design.configurations(campaign.varied, campaign.design, campaign.experiments, campaign.seed)
        self._adaptive = campaign.design == "adaptive"
        all_of_them = schedule.planned(chosen, campaign.iterations, campaign.seed)
        self._plan = [] if self._adaptive else all_of_them
        self.planned = campaign.experiments if self._adaptive and campaign.experiments else len(all_of_them)
        if self.planned > len(all_of_them):
            there = (
                "the 1 experiment that there is"
                if len(all_of_them) == 1
                else f"all {len(all_of_them)} experiments that there are"
            )
            message = f"{self.planned} is more than {there}; take design: full"
            raise InputError(message, Place(path="methodology.experiments"))
        deployer, read = DEPLOYERS[campaign.deployer]
        section = (campaign.section,) if campaign.section else ()
        self._wanted = {_text(one): read(document, {**one, **campaign.fixed}, *section) for one in chosen}
        self.mark = mark(campaign.instance)
        self._deployer = deployer(self.mark)
        self._neighbours = Neighbours(self.mark, campaign.neighbours)
        self._prometheus = Prometheus(campaign.prometheus) if campaign.prometheus else None
        self._classes, self._levels = classes_in(campaign), list[str]()
        self.failures: list[str] = []
        self.ran = 0

    def require(self, state: str = "measured") -> None:
        """See that what the campaign needs is installed and allowed, or what its termination needs.

        :raises UnavailableError: with what is missing
        """
        if state == "measured":
            self._require_stress()
        if state == "measured" or not self.campaign.section:  # to remove what is elsewhere needs no more than a way there
            self._deployer.require(self._wanted.values())

    def _require_stress(self) -> None:
        use_case, stress = USE_CASES[self.campaign.use_case], self.campaign.stress
        if use_case.check:
            use_case.check(stress)
        programs = use_case.programs if use_case.metrics else stress["command"][:1]
        if "host" in stress:
            Host(stress).require(programs)
        else:
            require(programs)
        self._neighbours.require()
        if self._prometheus:
            self._prometheus.require()
        self.keeper.require(self._wanted)

    def clear(self) -> bool:
        """Remove what an earlier run left on this machine; whether there was something."""
        runner = Runner(self._deployer, self._neighbours, lambda _target: iter(()), None)
        return runner.clear(next(iter(self._wanted.values())))

    def left(self, store: CampaignStore) -> int:
        """How many experiments the store has not finished."""
        finished = sum(state == "finished" for _number, state in store.numbers().values())
        return max(0, self.planned - finished) if self._adaptive else len(self._remaining(store))

    def _remaining(self, store: CampaignStore) -> list[schedule.Experiment]:
        finished = {key for key, (_number, state) in store.numbers().items() if state == "finished"}
        done = {one.key for one in self._plan if (_text(one.configuration), one.iteration) in finished}
        return schedule.remaining(self._plan, done)

    def unfinished(self) -> int:
        """How many experiments are left, without making a store where there is none."""
        if not self.keeper.there():
            return self.planned
        with closing(self.keeper.opened()) as store:
            self._require_own(store)
            return self.left(store)

    def opened(self) -> CampaignStore:
        """The store, with all experiments of the plan in it.

        :raises NfvError: it cannot be written, or is that of another campaign
        """
        store = self.keeper.opened()
        try:
            store.plan(self._require_own(store), [(_text(one.configuration), one.iteration) for one in self._plan])
        except BaseException:
            store.close()
            raise
        return store

    def _require_own(self, store: CampaignStore) -> dict[str, Any]:
        identity = self.campaign.identity(self._document)
        there = store.identity()
        if there is not None:
            require_same(there, identity, self.keeper.name)
        return identity

    def events(self, store: CampaignStore) -> Iterator[dict[str, Any]]:
        """Carry out what is left. Each event is one of ``runner.Runner.run``, with how many experiments are ``done`` of ``all``
        and ``left`` (expected seconds, None before the first experiment).
        """
        waiting = self.left(store)
        before = self.planned - waiting
        tasks = self._chosen(store) if self._adaptive else (self._task(store, one) for one in self._remaining(store))
        use_case = USE_CASES[self.campaign.use_case]
        runner = Runner(
            self._deployer, self._neighbours, partial(stressed, use_case, self.campaign.stress), store,
            self.campaign.warm_up, self.campaign.max_failures, "controller" if self.campaign.section else "host",
            self._prometheus.values if self._prometheus else dict,
        )  # fmt: skip
        with closing(runner.run(tasks)) as events:
            for event in events:
                self._count(event)
                waiting -= event["state"] != "running"
                expected = schedule.expected_seconds(waiting, store.durations())
                yield {**event, "done": before + self.ran, "all": self.planned, "left": expected}

    def _task(self, store: CampaignStore, one: schedule.Experiment) -> Task:
        text = _text(one.configuration)
        return Task(store.numbers()[text, one.iteration][0], one.key, self._wanted[text])

    def _chosen(self, store: CampaignStore) -> Iterator[Task]:
        """One experiment after the other, each by what the store has then; what fails is not tried again in this run."""
        tried: dict[adaptive.Point, int] = {}
        while self.left(store):
            observed = self._observed(store)
            often = Counter(point for point, _metrics in observed)
            failed = frozenset(point for point, times in tried.items() if often[point] < times)
            campaign = self.campaign
            point = adaptive.next_point(
                campaign.varied, observed, campaign.iterations, self._cost, failed, campaign.seed, self._sla_class
            )
            if point is None:
                return
            tried[point] = often[point] + 1
            chosen = {name: values[at] for (name, values), at in zip(campaign.varied.items(), point, strict=True)}
            one = schedule.Experiment(0, chosen, often[point] + 1)
            store.plan(self.campaign.identity(self._document), [(_text(one.configuration), one.iteration)])
            yield self._task(store, one)

    def _observed(self, store: CampaignStore) -> list[tuple[adaptive.Point, tuple[float, ...]]]:
        """The configuration and the service levels of each finished experiment."""
        configurations = {number: json.loads(text) for (text, _iteration), (number, _state) in store.numbers().items()}
        rows = means(store.samples())
        self._levels = [name for name in service_levels(self.campaign) if all(name in row for row in rows)]
        found = []
        for row in rows:
            own = configurations[row["experiment"]]
            point = tuple(values.index(own[name]) for name, values in self.campaign.varied.items())
            found.append((point, tuple(row[name] for name in self._levels)))
        return found

    def _sla_class(self, metrics: Sequence[float]) -> int:
        """The number of the class of the service levels of an experiment; all are of one where the action has no classes."""
        named = dict(zip(self._levels, metrics, strict=True))
        return self._classes.label(named) if self._classes and set(self._classes.metrics) <= named.keys() else 0

    def _cost(self, point: adaptive.Point) -> float:
        """By the costs of the action, where it has some."""
        costs = action_of(self.campaign.action).get("costs") or {}
        total = 0.0
        for (name, values), at in zip(self.campaign.varied.items(), point, strict=True):
            table = {word(key): cost for key, cost in (costs.get(name) or {}).items()}
            total += table.get(word(values[at]), 0.0)
        return total

    def _count(self, event: Mapping[str, Any]) -> None:
        self.ran += event["state"] == "finished"
        if event["state"] == "failed":
            self.failures.append(f"{event['name']}: {event['message']}")

    def kpi_mapping(self, store: CampaignStore) -> dict[str, list[dict[str, Any]]]:
        """For each service level the telemetry that explains it; see ``kpi.ranking``."""
        rows = means(store.samples())
        told = (*COLUMNS, *self.campaign.prometheus.get("queries", ()))
        metrics = [name for name in told if rows and all(name in row for row in rows)]
        telemetry = {name: [row[name] for row in rows] for name in metrics}
        levels = [name for name in service_levels(self.campaign) if rows and all(name in row for row in rows)]
        return {name: kpi.ranking([row[name] for row in rows], telemetry, self.campaign.seed) for name in levels}

    def optimisation(self) -> dict[str, Any]:
        """The options of ``template_optimise`` for this campaign; empty where its action is another."""
        if self.campaign.action.get("type") not in OPTIMISATION:
            return {}
        return {**self.keeper.options(), **options_of(self.campaign)}


def means(samples: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """One row for each experiment: the means of its samples under nearly its full load."""
    trials: dict[Any, list[Mapping[str, float]]] = {}
    for sample in samples:
        trials.setdefault(sample["experiment"], []).append(sample)
    rows = []
    for trial in trials.values():
        peak = max(sample["users"] for sample in trial)
        window = [sample for sample in trial if sample["users"] >= WINDOW * peak]
        shared = set.intersection(*(set(sample) for sample in window))
        rows.append({name: sum(sample[name] for sample in window) / len(window) for name in shared})
    return rows


def _text(configuration: Mapping[str, Any]) -> str:
    return json.dumps(configuration, sort_keys=True)

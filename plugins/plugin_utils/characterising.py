# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a campaign: where deployers, stress tools and the order of experiments meet.

A new deployer is a row of :data:`DEPLOYERS`, a new stress tool one of :data:`USE_CASES`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..module_utils.characterisation import (
    adaptive,
    definition,
    design,
    kpi,
    orchestrated,
    printed,
    ramp,
    schedule,
    throughput,
)
from ..module_utils.characterisation.campaign import Campaign, campaign_of, require_same, word
from ..module_utils.characterisation.classes import Classes
from ..module_utils.characterisation.task import RULES, classes_of
from ..module_utils.clients.campaign import hammer, iperf3, wrk
from ..module_utils.clients.campaign.command_deployer import CommandDeployer
from ..module_utils.clients.campaign.deployer import Deployer, Target, mark
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
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.campaign_options import COMMAND, DEPLOYER_SECTIONS, HAMMER, RAMP, SSH
from .campaign_keepers import Keeper

DEPLOYERS: Mapping[str, tuple[Callable[[str], Deployer], Callable[..., dict[str, Any]]]] = {
    "process": (ProcessDeployer, definition.process_of),
    "command": (CommandDeployer, definition.commands_of),
    "heat": (HeatDeployer, orchestrated.stack_of),
    "kubernetes": (KubernetesDeployer, orchestrated.manifests_of),
    "osm": (OsmDeployer, orchestrated.network_service_of),
}
"""What deploys, and what reads the service definition of one configuration for it, with the options of the deployer's section
where it has one. The service of such a deployer runs elsewhere."""

WRK = SSH.merge(
    ArgumentSpec(
        {
            **RAMP,
            "path": {"type": "str", "default": "/"},
            "threads": {"type": "int", "default": 1},
            "timeout": {"type": "int", "default": 2},
        }
    )
)
IPERF3 = ArgumentSpec(
    {
        **SSH.argument_spec,
        **RAMP,
        "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
        "rate": {"type": "float"},
        "length": {"type": "int", "default": 1400},
    },
    required_if=(("protocol", "udp", ("rate",)),),
    required_by=SSH.required_by,
)
RFC2544 = ArgumentSpec(
    {
        **SSH.argument_spec,
        "lowest": {"type": "float", "default": 1},
        "highest": {"type": "float", "required": True},
        "precision": {"type": "float", "default": 1},
        "duration": {"type": "int", "default": 2},
        "loss": {"type": "float", "default": 0},
        "length": {"type": "int", "default": 1400},
    },
    required_by=SSH.required_by,
)
NEIGHBOUR = ArgumentSpec(
    {
        "type": {"type": "str", "choices": ["cpu", "memory", "network"], "required": True},
        "workers": {"type": "int", "default": 1},
        "load": {"type": "int", "default": 100},
        "memory": {"type": "int", "default": 64},
    }
)


@dataclass(frozen=True)
class UseCase:
    """A way to stress a service. ``most`` users can be simulated; 0 where there is no ramp. Without ``metrics`` the campaign
    names them. ``check`` sees that the parameters fit together.
    """

    spec: ArgumentSpec
    programs: tuple[str, ...]
    samples: Callable[[Target, Mapping[str, Any]], Iterator[dict[str, float]]]
    metrics: tuple[str, ...] = ()
    most: int = 0
    check: Callable[[Mapping[str, Any]], None] | None = None


def _printed_by(samples: Callable[..., Iterator[dict[str, float]]]) -> Callable[..., Iterator[dict[str, float]]]:
    """The samples of a tool that prints them as CSV, with the columns that the campaign names."""

    def parsed(target: Target, parameters: Mapping[str, Any]) -> Iterator[dict[str, float]]:
        columns = printed.Columns(parameters["users"], parameters["metrics"], parameters["time"])
        return samples(target, parameters, lambda lines, source: printed.samples(lines, columns, source))

    return parsed


LATENCIES = ("latency", "latency_p50", "latency_p90", "latency_p99", "latency_max")
USE_CASES = {
    "wrk": UseCase(WRK, wrk.PROGRAMS, wrk.samples, ("throughput", "requests", *LATENCIES, "errors"), 10_000),
    "iperf3": UseCase(IPERF3, iperf3.PROGRAMS, iperf3.samples, ("throughput", "latency", "retransmits", "jitter", "loss"), 128),
    "rfc2544": UseCase(
        RFC2544, iperf3.PROGRAMS, partial(iperf3.held_rates, search=throughput.search), ("throughput", "trials")
    ),
    "command": UseCase(COMMAND, (), _printed_by(hammer.printed_samples), check=hammer.check_printed),
    "hammer": UseCase(HAMMER, (), _printed_by(hammer.samples), most=1_000_000, check=hammer.check),
}
OPTIMISATION = ("template_optimization", "template_optimisation")
ACTIONS = ("kpi_mapping", *OPTIMISATION)
RESERVED = {"experiment", "iteration", "time", "load", "users", *COLUMNS}
"""Columns of samples that no parameter may have the name of."""
WINDOW = 0.9
"""Share of a trial's peak load under which samples say nothing of the service levels."""


def campaign_from(sections: Mapping[str, Mapping[str, Any]]) -> Campaign:
    """The campaign of validated sections, with what its tools say of their parameters.

    :raises InputError: something does not fit; see ``campaign.campaign_of``
    """
    experiment = sections["experiment"]
    use_case = USE_CASES[experiment["use_case"]["name"]]
    stress = _stress(use_case, experiment["use_case"]["parameters"] or {})
    deployer, section = _section(sections["service_definition"])
    if deployer == "process" and stress.get("host"):
        message = "the service of deployer process answers on this machine only; leave host out, or take another deployer"
        raise InputError(message, Place(path="experiment.use_case.parameters.host"))
    if section and experiment["noisy_neighbours"]:
        message = f"they run on this machine, and the service of deployer {deployer} does not; have them deployed with it"
        raise InputError(message, Place(path="experiment.noisy_neighbours"))
    neighbours = []
    for index, one in enumerate(experiment["noisy_neighbours"]):
        at = f"experiment.noisy_neighbours[{index}]: "
        neighbours.append(NEIGHBOUR.validated(one, at))
        _check_positive(neighbours[-1], at)
    found = campaign_of(sections, stress, neighbours, section)
    for name in {*found.varied, *found.fixed} & {*RESERVED, *_metrics(found)}:
        path = f"service_definition.deployment_parameters.{name}"
        raise InputError("is the name of a column of samples; give the parameter another", Place(path=path))
    for name in {*found.prometheus.get("queries", ())} & {*RESERVED, *_metrics(found), *found.varied, *found.fixed}:
        message = "is the name of a column or a parameter already; give the query another"
        raise InputError(message, Place(path=f"experiment.prometheus.queries.{name}"))
    _service_levels(found)
    _classes(found)
    return found


def _stress(use_case: UseCase, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a use case, checked and complete."""
    where = "experiment.use_case.parameters: "
    stress = use_case.spec.validated(given, where)
    _check_positive(stress, where)
    if not use_case.metrics:
        at = "experiment.use_case.parameters."
        columns = printed.columns_of(stress["metrics"], stress["users"], stress["time"], RESERVED, at)
        stress["metrics"] = dict(columns.metrics)
        if not stress["command"] or not stress["command"][0] or "\0" in "".join(stress["command"]):
            raise InputError("give the program and its arguments as a list of words", Place(path=f"{at}command"))
    if use_case.most:
        stress["steps"] = ramp.steps(*(stress[name] for name in RAMP), use_case.most)
        if use_case.metrics:  # the other tools have a ramp of their own, and are told this one as it was given
            stress = {name: one for name, one in stress.items() if name not in RAMP}
    elif "lowest" in stress and (not stress["lowest"] < stress["highest"] or stress["loss"] >= 1):
        raise InputError(f"{where}lowest must be less than highest, and loss less than 1")
    if not stress.get("host"):
        stress = {name: one for name, one in stress.items() if name not in SSH.argument_spec}
    return stress


def _section(service: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The deployer, and the options of its section.

    :raises InputError: it has one that is missing, or there is one of another deployer
    """
    deployer = service["deployer"]
    for name in DEPLOYER_SECTIONS:
        path = f"service_definition.{name}"
        if name == deployer and service.get(name) is None:
            raise InputError(f"is missing; deployer: {name} needs it", Place(path=path))
        if name != deployer and service.get(name) is not None:
            raise InputError(f"is for deployer: {name}, and the deployer is {deployer}; leave it out", Place(path=path))
    section = {name: one for name, one in (service.get(deployer) or {}).items() if one is not None}
    if deployer not in DEPLOYER_SECTIONS:
        return deployer, {}
    _check_positive({name: one for name, one in section.items() if name != "ready_timeout"}, f"service_definition.{deployer}: ")
    if not 0 <= section["ready_timeout"] < math.inf:
        raise InputError("give seconds from 0 on", Place(path=f"service_definition.{deployer}.ready_timeout"))
    if isinstance(section.get("port"), int) and not section["port"] < 65536:
        raise InputError("give a TCP port from 1 to 65535", Place(path=f"service_definition.{deployer}.port"))
    return deployer, {"port": None, "vnf": None, **section}


def _metrics(campaign: Campaign) -> tuple[str, ...]:
    return USE_CASES[campaign.use_case].metrics or tuple(campaign.stress["metrics"])


def _check_positive(options: Mapping[str, Any], where: str) -> None:
    for name, value in options.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and not 0 < value < float("inf") and (name, value) != ("loss", 0):
            raise InputError(f"{where}{name} must be above 0 and finite, and is {value}")


def _action(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of an action."""
    path = "methodology.action"
    for key in given:
        if key not in ("type", "parameters"):
            raise InputError("is unknown; there are: type, parameters", Place(path=f"{path}.{key}"))
    if given.get("type") not in (None, *ACTIONS):
        raise InputError(f"{given['type']!r} is unknown; there are: {', '.join(ACTIONS)}", Place(path=f"{path}.type"))
    parameters = given.get("parameters") or {}
    if not isinstance(parameters, Mapping) or not isinstance(parameters.get("sla_classes") or {}, Mapping):
        raise InputError("a mapping is expected, and one as sla_classes", Place(path=f"{path}.parameters"))
    costs = parameters.get("costs") or {}
    if not isinstance(costs, Mapping) or not all(_is_table(table) for table in costs.values()):
        raise InputError("give a number for each value of each parameter", Place(path=f"{path}.parameters.costs"))
    if not isinstance(parameters.get("slos") or [], list):
        raise InputError("give the metrics as a list", Place(path=f"{path}.parameters.slos"))
    return parameters


def _is_table(given: Any) -> bool:
    return isinstance(given, Mapping) and all(isinstance(one, int | float) and 0 <= one < math.inf for one in given.values())


def _service_levels(campaign: Campaign) -> list[str]:
    """The metrics that service levels are about: those named by the action, or throughput and latency.

    :raises InputError: a metric that the use case does not measure
    """
    there = _metrics(campaign)
    parameters = _action(campaign.action)
    classes = parameters.get("sla_classes") or {}
    named = parameters.get("slos") or [name for bounds in classes.values() if isinstance(bounds, Mapping) for name in bounds]
    for name in named:
        if name not in there:
            message = f"{campaign.use_case} does not measure {name!r}; it measures: {', '.join(there)}"
            raise InputError(message, Place(path="methodology.action.parameters"))
    return list(dict.fromkeys(named)) or [name for name in ("throughput", "latency") if name in there] or list(there)


def _classes(campaign: Campaign) -> Classes | None:
    """The classes of service level that the action looks for; None where it looks for none.

    :raises InputError: as ``template_optimise`` would raise it when everything is measured
    """
    given = _action(campaign.action)
    if not given.get("sla_classes"):
        return None
    rule, goals = given.get("class_rule") or "exact", given.get("goals") or {}
    path = "methodology.action.parameters"
    if rule not in RULES or not isinstance(goals, Mapping):
        message = f"class_rule is one of {', '.join(RULES)}, and goals are a mapping"
        raise InputError(message, Place(path=path))
    try:
        return classes_of({"sla_classes": given["sla_classes"], "class_rule": rule, "goals": goals})
    except InputError as error:
        raise InputError(error.message, Place(path=f"{path}.{error.place.path}")) from error


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
            message = f"{self.planned} is more than all {len(all_of_them)} experiments that there are; take design: full"
            raise InputError(message, Place(path="methodology.experiments"))
        deployer, read = DEPLOYERS[campaign.deployer]
        section = (campaign.section,) if campaign.section else ()
        self._wanted = {_text(one): read(document, {**one, **campaign.fixed}, *section) for one in chosen}
        self.mark = mark(campaign.instance)
        self._deployer = deployer(self.mark)
        self._neighbours = Neighbours(self.mark, campaign.neighbours)
        self._prometheus = Prometheus(campaign.prometheus) if campaign.prometheus else None
        self._classes, self._levels = _classes(campaign), list[str]()
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
            self._deployer, self._neighbours, partial(_stressed, use_case, self.campaign.stress), store,
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
        self._levels = [name for name in _service_levels(self.campaign) if all(name in row for row in rows)]
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
        costs = _action(self.campaign.action).get("costs") or {}
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
        levels = [name for name in _service_levels(self.campaign) if rows and all(name in row for row in rows)]
        return {name: kpi.ranking([row[name] for row in rows], telemetry, self.campaign.seed) for name in levels}

    def optimisation(self) -> dict[str, Any]:
        """The options of ``template_optimise`` for this campaign; empty where its action is another."""
        if self.campaign.action.get("type") not in OPTIMISATION:
            return {}
        given = {name: one for name, one in (self.campaign.action.get("parameters") or {}).items() if name != "slos"}
        own = {
            **self.keeper.options(),
            "parameters": list(self.campaign.varied),
            "load": "users",
            "fixed": dict(self.campaign.fixed),
        }
        return {**own, **given}


def _stressed(use_case: UseCase, stress: Mapping[str, Any], target: Target) -> Iterator[dict[str, float]]:
    """The samples of a use case, from this machine or from the host that it names."""
    there = replace(target, enter=Host(stress).entered(), quoted=True) if "host" in stress else target
    return use_case.samples(there, stress)


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

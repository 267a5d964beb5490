# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From validated sections to a campaign, and what its action says of service levels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..module_utils.characterisation.campaign import DAY, Campaign, campaign_of
from ..module_utils.characterisation.classes import Classes
from ..module_utils.characterisation.task import RULES, classes_of
from ..module_utils.clients.campaign.telemetry import COLUMNS
from ..module_utils.core.errors import InputError, Place
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.campaign_options import DEPLOYER_SECTIONS
from .campaign_optimisation import OPTIMISATION, check
from .use_cases import USE_CASES, require_positive, stress_of

NEIGHBOUR = ArgumentSpec(
    {
        "type": {"type": "str", "choices": ["cpu", "memory", "network"], "required": True},
        "workers": {"type": "int", "default": 1},
        "load": {"type": "int", "default": 100},
        "memory": {"type": "int", "default": 64},
    }
)
ACTIONS = ("kpi_mapping", *OPTIMISATION)
RESERVED = {"experiment", "iteration", "time", "load", "users", *COLUMNS}
"""Columns of samples that no parameter may have the name of."""


def campaign_from(sections: Mapping[str, Mapping[str, Any]]) -> Campaign:
    """The campaign of validated sections, with what its tools say of their parameters.

    :raises InputError: something does not fit; see ``campaign.campaign_of``
    """
    experiment = sections["experiment"]
    use_case = USE_CASES[experiment["use_case"]["name"]]
    stress = stress_of(use_case, experiment["use_case"]["parameters"] or {}, RESERVED)
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
        require_positive(neighbours[-1], at)
        if neighbours[-1]["load"] > 100:
            raise InputError(f"{at}load must be 100 per cent at the most, and is {neighbours[-1]['load']}")
    found = campaign_of(sections, stress, neighbours, section)
    for name in {*found.varied, *found.fixed} & {*RESERVED, *_metrics(found)}:
        path = f"service_definition.deployment_parameters.{name}"
        raise InputError("is the name of a column of samples; give the parameter another", Place(path=path))
    for name in {*found.prometheus.get("queries", ())} & {*RESERVED, *_metrics(found), *found.varied, *found.fixed}:
        message = "is the name of a column or a parameter already; give the query another"
        raise InputError(message, Place(path=f"experiment.prometheus.queries.{name}"))
    service_levels(found)
    classes_in(found)
    if found.action.get("type") in OPTIMISATION:
        check(found)
    return found


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
    numbers = {name: one for name, one in section.items() if name != "ready_timeout"}
    require_positive(numbers, f"service_definition.{deployer}: ")
    if not 0 <= section["ready_timeout"] <= DAY:
        raise InputError(f"give seconds from 0 to {DAY}", Place(path=f"service_definition.{deployer}.ready_timeout"))
    if isinstance(section.get("port"), int) and not section["port"] < 65536:
        raise InputError("give a TCP port from 1 to 65535", Place(path=f"service_definition.{deployer}.port"))
    return deployer, {"port": None, "vnf": None, **section}


def _metrics(campaign: Campaign) -> tuple[str, ...]:
    return USE_CASES[campaign.use_case].measured(campaign.stress)


def action_of(given: Mapping[str, Any]) -> Mapping[str, Any]:
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


def service_levels(campaign: Campaign) -> list[str]:
    """The metrics that service levels are about: those named by the action, or throughput and latency.

    :raises InputError: a metric that the use case does not measure
    """
    there = _metrics(campaign)
    parameters = action_of(campaign.action)
    classes = parameters.get("sla_classes") or {}
    named = parameters.get("slos") or [name for bounds in classes.values() if isinstance(bounds, Mapping) for name in bounds]
    for name in named:
        if name not in there:
            message = f"{campaign.use_case} does not measure {name!r}; it measures: {', '.join(there)}"
            raise InputError(message, Place(path="methodology.action.parameters"))
    return list(dict.fromkeys(named)) or [name for name in ("throughput", "latency") if name in there] or list(there)


def classes_in(campaign: Campaign) -> Classes | None:
    """The classes of service level that the action looks for; None where it looks for none.

    :raises InputError: as ``template_optimise`` would raise it when everything is measured
    """
    given = action_of(campaign.action)
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

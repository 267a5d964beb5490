# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods that are scaled: a HorizontalPodAutoscaler (``autoscaling/v2``) by the KPIs that a cluster measures itself.

An autoscaler aims at one value of a metric and computes how many pods that takes: it has no limit below which there are fewer.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator

from ..core.errors import InputError
from ..model.service_requirements import least
from .kubernetes_objects import SCALABLE, pod_template

KIND, VERSION = "HorizontalPodAutoscaler", "autoscaling/v2"
RESOURCES = {"cpu_utilization": "cpu", "memory_utilization": "memory"}
"""KPI → the resource of which the cluster knows how much of what was requested is used."""
LONGEST_PERIOD, LONGEST_WINDOW = 1800, 3600
"""In s, of a policy and of a stabilization window."""


def rules_of(function: dict, vdu: dict) -> list[tuple[dict, str]]:
    """The rules that an autoscaler can follow, each with the resource that it looks at."""
    kpis = {kpi["name"]: kpi for kpi in function.get("kpis", []) if kpi.get("vdu") == vdu["name"]}
    found = []
    for rule in vdu.get("scaling", {}).get("rules", []):
        metric = kpis.get(rule["kpi"], {}).get("metric")
        if metric in RESOURCES and round(rule.get("scale_out", 0)) >= 1:
            found.append((rule, RESOURCES[metric]))
    return found


def is_scaled(function: dict, vdu: dict, thing: dict) -> bool:
    """Whether an object of a pod VDU gets an autoscaler."""
    return thing["kind"] in SCALABLE and bool(rules_of(function, vdu))


def autoscaler(function: dict, vdu: dict, manifest: dict, others: list[dict]) -> dict | None:
    """The autoscaler of a workload; None where the descriptor brings one of its own.

    :param manifest: the workload, with its name and its labels
    :param others: the objects of the descriptor, of which autoscalers are looked at
    :raises InputError: another of that name has to do with something else
    """
    metadata = manifest["metadata"]
    target = {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"], "name": metadata["name"]}
    for other in (one for one in others if one["kind"] == KIND):
        if _target(other) == (target["kind"], target["name"]):
            return None
        if other["metadata"]["name"] == metadata["name"]:
            raise InputError(f"the {KIND} {metadata['name']} of {vdu['name']} has to do with something else; rename it")
    spec: dict[str, t.Any] = {
        "scaleTargetRef": target,
        "minReplicas": least(vdu),
        "maxReplicas": vdu["scaling"]["max"],
        "metrics": [_metric(rule, resource) for rule, resource in rules_of(function, vdu)],
    }
    behavior = _behavior(vdu["scaling"], [rule for rule, _resource in rules_of(function, vdu)])
    spec |= {"behavior": {"scaleUp": behavior, "scaleDown": dict(behavior)}} if behavior else {}
    kept = {key: metadata[key] for key in ("name", "namespace", "labels") if key in metadata}
    return {"apiVersion": VERSION, "kind": KIND, "metadata": {**kept, "labels": dict(kept["labels"])}, "spec": spec}


def _target(thing: dict) -> tuple[t.Any, t.Any]:
    target = (thing.get("spec") or {}).get("scaleTargetRef") if isinstance(thing.get("spec"), dict) else None
    return (target.get("kind"), target.get("name")) if isinstance(target, dict) else (None, None)


def _metric(rule: dict, resource: str) -> dict[str, t.Any]:
    target = {"type": "Utilization", "averageUtilization": round(rule["scale_out"])}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


def _behavior(scaling: dict, rules: list[dict]) -> dict[str, t.Any]:
    """How many come or go at once, how long that holds, and how long it is watched; of several rules the most patient."""
    cooldown, window = (max(rule.get(key, 0) for rule in rules) for key in ("cooldown", "threshold_time"))
    answer: dict[str, t.Any] = {}
    if cooldown or "step" in scaling:
        period = min(LONGEST_PERIOD, max(1, round(cooldown or 15)))  # 15 s is how often a cluster looks
        answer["policies"] = [{"type": "Pods", "value": scaling.get("step", 1), "periodSeconds": period}]
    if window:
        answer["stabilizationWindowSeconds"] = min(LONGEST_WINDOW, round(window))
    return answer


def unsaid(function: dict, vdu: dict, things: list[dict]) -> Iterator[str]:
    """A sentence for each thing of a pod's scaling that no autoscaler says."""
    what, usable = f"{function['name']}.{vdu['name']}", rules_of(function, vdu)
    workloads = [one for one in things if one["kind"] in SCALABLE]
    count = vdu.get("instances", 1)
    if "scaling" not in vdu:
        return
    if not workloads or not usable:
        why = "it has no workload with replicas" if not workloads else f"no rule goes by its {' or '.join(RESOURCES)}"
        yield f"{what}: scaling is not said, as {why}; there are {count}"
        return
    for rule in vdu["scaling"]["rules"]:
        if rule in [one for one, _resource in usable]:
            yield from _of_rule(f"{what}: of the rule of {rule['kpi']}", rule)
        else:
            yield f"{what}: the rule of {rule['kpi']} is not said: an autoscaler goes by the pod's own {' or '.join(RESOURCES)}"
    if count != least(vdu):
        yield f"{what}: that there are {count} to begin with is not said: an autoscaler begins with {least(vdu)}"
    yield from _without_requests(what, workloads, {resource for _rule, resource in usable})


def _of_rule(what: str, rule: dict) -> Iterator[str]:
    goal = rule["scale_out"]
    if "scale_in" in rule:
        yield f"{what} scale_in is not said: an autoscaler aims at scale_out, and computes when there are fewer"
    if not float(goal).is_integer():
        yield f"{what} scale_out, {goal:g}, is rounded to {round(goal)} per cent"
    for key, longest in (("cooldown", LONGEST_PERIOD), ("threshold_time", LONGEST_WINDOW)):
        if rule.get(key, 0) > longest:
            yield f"{what} {key} is cut to {longest} s, the longest that an autoscaler takes"


def _without_requests(what: str, workloads: list[dict], resources: set[str]) -> Iterator[str]:
    """A utilization is a share of what was requested; what has a limit alone is taken to request it."""
    for thing in workloads:
        containers = pod_template(thing)["spec"].get("containers")
        for container in containers if isinstance(containers, list) else ():
            wanted = container.get("resources") if isinstance(container, dict) else None
            parts = [wanted.get(key) for key in ("limits", "requests")] if isinstance(wanted, dict) else []
            known = {key for part in parts if isinstance(part, dict) for key in part}
            for resource in sorted(resources - known):
                yield f"{what}: a container of {thing['metadata']['name']} requests no {resource}, of which it would be a share"

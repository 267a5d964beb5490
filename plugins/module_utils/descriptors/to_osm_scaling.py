# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KPIs, scaling and special hardware of a function in the words of Open Source MANO, of both styles."""

from __future__ import annotations

import math
import typing as t

from ..model.hardware import hardware_specs
from ..model.service_requirements import least
from .kpis import osm_metric, plain_number
from .osm_view import View, known

R2_METRICS = (
    "average_memory_utilization",
    "cpu_utilization",
    "disk_read_bytes",
    "disk_read_ops",
    "disk_write_bytes",
    "disk_write_ops",
    "packets_dropped",
    "packets_received",
    "packets_sent",
)
"""What release two can measure of a machine."""
THREADS = {"prefer": "PREFER", "isolate": "ISOLATE"}


def parameters(view: View, vdu: str | None) -> list[dict[str, t.Any]]:
    """The monitoring parameters of a VDU, or (None) of the function, in SOL006."""
    return [parameter(kpi) for kpi in view.function.get("kpis", []) if kpi.get("vdu") == vdu]


def parameter(kpi: dict[str, t.Any]) -> dict[str, t.Any]:
    answer = {"id": kpi["name"], "name": kpi.get("description", kpi["name"]), "performance-metric": osm_metric(kpi["metric"])}
    return answer | ({"collection-period": max(1, round(kpi["period"] * 1000))} if "period" in kpi else {})


def tell_unsaid(view: View) -> None:
    """What OSM does not say of KPIs and scaling: those of pods are the business of their cluster."""
    machines = {vdu["name"] for vdu in view.machines}
    for kpi in view.function.get("kpis", []):
        if kpi.get("vdu", "") not in {*machines, ""}:
            view.say(f"{view.name}: the KPI {kpi['name']} is not said, as it is of no VM")
    for vdu in view.pods:
        if "scaling" in vdu:
            view.say(f"{view.name}.{vdu['name']}: scaling is not said; what scales its pods is the chart's")


def aspect(view: View, vdu: dict[str, t.Any]) -> dict[str, t.Any] | None:
    """The aspect by which a VDU is scaled in SOL006, with OSM's policies."""
    if "scaling" not in vdu:
        return None
    name, step = vdu["name"], vdu["scaling"].get("step", 1)
    delta = {"id": f"{name}-delta", "vdu-delta": [{"id": name, "number-of-instances": step}]}
    return {
        "id": f"{name}-scaling",
        "name": f"{name}-scaling",
        "max-scale-level": steps(view, vdu, least(vdu)),
        "aspect-delta-details": {"deltas": [delta]},
    } | known({"scaling-policy": policies(view, vdu, lambda limit: limit >= 0)})


def steps(view: View, vdu: dict[str, t.Any], start: int) -> int:
    """How many steps lead from ``start`` to what there may be at most."""
    step, most = vdu["scaling"].get("step", 1), vdu["scaling"]["max"]
    count, rest = divmod(most - start, step)
    if rest:
        view.say(f"{view.name}.{vdu['name']}: steps of {step} lead from {start} to {most - rest}, and not to {most}")
    return count


def policies(view: View, vdu: dict[str, t.Any], fits: t.Callable[[float], bool]) -> list[dict[str, t.Any]]:
    """A policy of scaling for each rule.

    :param fits: whether a limit can be said
    """
    answer = []
    for number, rule in enumerate(vdu["scaling"].get("rules", []), 1):
        what = f"{view.name}.{vdu['name']}: the rule of {rule['kpi']}"
        criterion: dict[str, t.Any] = {"name": f"{vdu['name']}-{number}", "vnf-monitoring-param-ref": rule["kpi"]}
        for kind, relation in (("in", "LE"), ("out", "GE")):
            limit = rule.get(f"scale_{kind}")
            if limit is not None and fits(limit):
                criterion |= {f"scale-{kind}-threshold": plain_number(limit), f"scale-{kind}-relational-operation": relation}
            elif limit is not None:
                view.say(f"{what} does not say scale_{kind}, as {limit:g} is no number that OSM takes here")
        times = {key: rule.get(key, 0) for key in ("threshold_time", "cooldown")}
        for key, seconds in times.items():
            if not float(seconds).is_integer():
                view.say(f"{what} has {seconds:g} s for {key}, which are rounded up to {math.ceil(seconds)} s")
        if len(criterion) > 2:
            answer.append(
                {
                    "name": f"{vdu['name']}-{number}",
                    "scaling-type": "automatic",
                    "enabled": True,
                    "threshold-time": math.ceil(times["threshold_time"]),
                    "cooldown-time": math.ceil(times["cooldown"]),
                    "scaling-criteria": [criterion],
                }
            )
    return answer


def capabilities(view: View, vdu: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Traits, resources and devices as requested capabilities, which OSM keeps and does not act on."""
    hardware = vdu.get("hardware", {})
    rest = {key: hardware[key] for key in ("traits", "resources", "devices") if hardware.get(key)}
    if rest:
        view.say(f"{view.name}.{vdu['name']}: {', '.join(rest)} of its hardware are said, and OSM does not act on them")
    answer = [{"name": name, "support-mandatory": True} for name in rest.get("traits", [])]
    for spec, value in hardware_specs({key: one for key, one in rest.items() if key != "traits"}).items():
        pair = {"key": spec, "value": value}
        answer.append({"name": spec, "support-mandatory": True, "target-performance-parameters": [pair]})
    return answer


def numa_policy(vdu: dict[str, t.Any]) -> dict[str, t.Any] | None:
    nodes = vdu.get("hardware", {}).get("numa_nodes")
    return {"node-cnt": nodes, "mem-policy": "STRICT"} if nodes else None


def thread_policy(view: View, vdu: dict[str, t.Any]) -> str | None:
    policy = vdu.get("hardware", {}).get("cpu_thread_policy")
    if policy is not None and policy not in THREADS:
        view.say(f"{view.name}.{vdu['name']}: the policy {policy} for threads is not said")
    return THREADS.get(policy or "")


def r2_parameters(view: View) -> list[dict[str, t.Any]]:
    """The KPIs that release two can have: those of a machine, in its own words."""
    found = []
    machines = {vdu["name"] for vdu in view.machines}
    for kpi in view.function.get("kpis", []):
        if kpi.get("vdu") not in machines or osm_metric(kpi["metric"]) not in R2_METRICS:
            if kpi.get("vdu", "") in {*machines, ""}:
                view.say(f"{view.name}: release two cannot measure the KPI {kpi['name']}")
            continue
        for key in (key for key in ("period", "description") if key in kpi):
            view.say(f"{view.name}: the {key} of the KPI {kpi['name']} is not said")
        found.append(kpi)
    return found


def r2_group(view: View, vdu: dict[str, t.Any], measured: list[dict[str, t.Any]]) -> dict[str, t.Any] | None:
    """The group by which a VDU is scaled in release two, which begins with what there is at first and never goes below."""
    if "scaling" not in vdu:
        return None
    name, count = vdu["name"], vdu.get("instances", 1)
    if least(vdu) < count:
        view.say(f"{view.name}.{name}: that there may be fewer than {count} is not said")
    kpis = {kpi["name"] for kpi in measured}
    rules = [rule for rule in vdu["scaling"].get("rules", []) if rule["kpi"] in kpis]
    for rule in vdu["scaling"].get("rules", []):
        if rule not in rules:
            view.say(f"{view.name}.{name}: the rule of {rule['kpi']} is not said")
    said = {**vdu, "scaling": {**vdu["scaling"], "rules": rules}}
    answer = {
        "name": f"{name}-scaling",
        "min-instance-count": 0,
        "max-instance-count": steps(view, vdu, count),
        "vdu": [{"vdu-id-ref": name, "count": vdu["scaling"].get("step", 1)}],
    }
    return answer | known({"scaling-policy": policies(view, said, lambda limit: limit >= 0 and float(limit).is_integer())})


def r2_devices(view: View, vdu: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    hardware = vdu.get("hardware", {})
    for key in (key for key in ("traits", "resources") if hardware.get(key)):
        view.say(f"{view.name}.{vdu['name']}: {key} of its hardware are not said")
    return [{"device-id": one["alias"], "count": one.get("count", 1)} for one in hardware.get("devices", ())]

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KPIs, which ETSI calls monitoring parameters (IFA 011, 7.1.11.3): a name, a metric and how often it is collected."""

from __future__ import annotations

import re
import typing as t

from .assembly import unique_points
from .capabilities import entries
from .naming import fit_point
from .traced import Notes, Traced


class Metric(t.NamedTuple):
    """What a metric of the model is called by IFA 027, as SOL001 writes it, and by OSM."""

    etsi: str
    osm: str


METRICS = {
    "cpu_utilization": Metric("v_cpu_usage_mean_vnf", "cpu_utilization"),
    "memory_utilization": Metric("v_memory_usage_mean_vnf", "average_memory_utilization"),
    "disk_utilization": Metric("v_disk_usage_mean_vnf", "disk_utilization"),
    "packets_received": Metric("packet_incoming_vnf_int_cp", "packets_received"),
    "packets_sent": Metric("packet_outgoing_vnf_int_cp", "packets_sent"),
}


def _folded(text: str) -> str:
    """IFA 027 and SOL006 write ``VCpuUsageMeanVnf``, SOL001 ``v_cpu_usage_mean_vnf``."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


KNOWN = {_folded(word): name for name, metric in METRICS.items() for word in (name, *metric)}


class Words(t.NamedTuple):
    parameters: str
    id: str
    metric: str
    period: str
    milliseconds: bool


SOL006 = Words("monitoring-parameter", "id", "performance-metric", "collection-period", True)
SOL001 = Words("monitoring_parameters", "name", "performance_metric", "collection_period", False)
R2 = Words("monitoring-param", "id", "nfvi-metric", "collection-period", True)
IFA011 = Words("monitoringParameter", "id", "performanceMetric", "collectionPeriod", True)
IFA014 = Words("monitoringParameter", "monitoringParameterId", "performanceMetric", "collectionPeriod", True)
UNITS = {"": 1.0, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
"""Of TOSCA's scalar-unit.time, in s."""
NOBODY: t.Container[str] = ()


def metric_of(text: str) -> str:
    """The model's word for a metric of any language; one that it does not know is kept as it is."""
    return KNOWN.get(_folded(text), text)


def osm_metric(name: str) -> str:
    return METRICS[name].osm if name in METRICS else name


def etsi_metric(name: str) -> str:
    return METRICS[name].etsi if name in METRICS else name


Names: t.TypeAlias = "dict[tuple[str, str], str]"
"""(VDU, identifier in it) of each KPI → its name in the function; the VDU is empty where it is of none."""


def read_kpis(
    holders: list[tuple[str, Traced]], words: Words, notes: Notes, placeholders: t.Container[str] = NOBODY
) -> tuple[list[dict[str, t.Any]], Names]:
    """The KPIs of a function, and their names by the identifiers that rules of scaling have for them.

    :param holders: the VDU (empty for the whole function), and what its parameters stand in
    :param placeholders: texts that an editor writes where nobody has; such a parameter is none
    """
    found = [
        (vdu, _identifier(one, words, placeholders), one)
        for vdu, holder in holders
        for one in entries(holder.child(words.parameters), words.metric)
        if _written(one.value.get(words.metric), placeholders)
    ]
    names = {key: fit_point(name, holders[0][1], notes) for key, name in _names(found).items()}
    kpis, seen = [], set()
    for vdu, identifier, one in found:
        kpi = _kpi(names[vdu, identifier], vdu, one, words)
        if kpi.get("description") in placeholders:
            del kpi["description"]
        if kpi["name"] in seen:
            notes.warn(f"kpi {kpi['name']}", f"the KPI {kpi['name']} is described twice; the first is kept", one)
        else:
            kpis.append(kpi)
        seen.add(kpi["name"])
    return kpis, names


def _names(found: list[tuple[str, str, Traced]]) -> Names:
    plain = unique_points(list(dict.fromkeys((vdu, identifier) for vdu, identifier, _one in found)))
    return {key: name.lstrip(".") for key, name in plain.items()}


def _identifier(one: Traced, words: Words, placeholders: t.Container[str]) -> str:
    """Its own, else its name, else its key in a mapping, else what is measured."""
    key = "" if one.path.endswith("]") else one.path.rpartition(".")[2]
    named = (one.value.get(words.id), one.value.get("name"), key, one.value[words.metric])
    return next(str(text) for text in named if _written(text, placeholders))


def _written(text: t.Any, placeholders: t.Container[str]) -> bool:
    return isinstance(text, str | int | float) and text != "" and text not in placeholders


def _kpi(name: str, vdu: str, one: Traced, words: Words) -> dict[str, t.Any]:
    identifier, title = one.text(words.id), one.text("name")
    kpi: dict[str, t.Any] = {"name": name, "metric": metric_of(one.text(words.metric) or "")}
    if title and title not in (identifier, name) and words.id != "name":
        kpi["description"] = title
    if vdu:
        kpi["vdu"] = vdu
    period = _seconds(one, words)
    return kpi | ({"period": period} if period else {})


def _seconds(one: Traced, words: Words) -> float | int | None:
    if words.milliseconds:
        number = one.number(words.period)
        return None if number is None else plain_number(number / 1000)
    text = one.text(words.period)
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,9})?)\s*([a-z]{0,2})\s*", text or "0")
    if found is None or found[2] not in UNITS:
        raise one.error(f"a time as 10 s or 500 ms is expected here, not {(text or '')[:40]!r}", words.period)
    return plain_number(float(found[1]) * UNITS[found[2]])


def plain_number(number: float) -> float | int:
    """5 for 5.0."""
    return int(number) if float(number).is_integer() else number

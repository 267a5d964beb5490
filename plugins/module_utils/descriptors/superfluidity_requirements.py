# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a VNFD of ETSI/Superfluidity asks for: KPIs, scaling, services of a MEC platform (MEC 010-2), a delay, a cost."""

from __future__ import annotations

import typing as t

from . import kpis, scaling
from .element import Element
from .kpis import plain_number
from .superfluidity_metadata import Metadata
from .superfluidity_project import PLACEHOLDERS, Project
from .traced import Traced

UNFILLED = {*PLACEHOLDERS, "performanceMetric", "metrics", "nomeMonitoring"}
SERVICES = {"mandatory": "appServiceRequired", "optional": "appServiceOptional"}
"""Keys of the model → the lists of an AppD (MEC 010-2, 6.2.1.2)."""
RULE = {
    "scaleOutThreshold": "scale_out",
    "scaleInThreshold": "scale_in",
    "thresholdTime": "threshold_time",
    "cooldownTime": "cooldown",
}
"""Numbers of a rule of ``autoScale`` (the standard leaves their form open) → keys of the model."""


def read_scaling(project: Project, vnfd: Traced, function: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """The KPIs of the function; its VDUs are told how they are scaled."""
    named = {vdu.text("vduId"): vdu for vdu in vnfd.items("vdu")}
    vdus = {vdu["name"]: vdu for vdu in function["vdus"]}
    flavour = next(iter(vnfd.items("deploymentFlavour")), Traced({}, vnfd.file, vnfd.path))
    holders = [*((name, named[name]) for name in vdus), ("", flavour)]
    found, names = kpis.read_kpis(holders, kpis.IFA011, project.notes, UNFILLED)
    grown = scaling.growths(flavour, scaling.IFA011, vdus, project.notes)
    profiles = {profile.text("vduId"): profile for profile in flavour.items("vduProfile")}
    for name, vdu in vdus.items():
        profile = profiles.get(name, Traced({}, vnfd.file, vnfd.path))
        bounds = (profile.number("minNumberOfInstances"), profile.number("maxNumberOfInstances"))
        vdu.update(scaling.scaling(vdu, bounds, grown.get(name, []), names, profile, project.notes))
    for rule in vnfd.child("autoScale").listed():
        if "vduId" in rule and "monitoringParameterId" in rule:
            _take_rule(rule, vdus, names)
    return found


def _take_rule(rule: Traced, vdus: dict[str, dict[str, t.Any]], names: kpis.Names) -> None:
    vdu, wanted = rule.text("vduId") or "", rule.text("monitoringParameterId") or ""
    kpi = names.get((vdu, wanted)) or names.get(("", wanted))
    if vdu not in vdus or "scaling" not in vdus[vdu]:
        raise rule.error(
            f"{vdu or 'nothing'} is no VDU of which there may be more; give it a vduProfile with a maximum", "vduId"
        )
    if kpi is None:
        raise rule.error(f"there is no monitoringParameter {wanted} of {vdu}", "monitoringParameterId")
    numbers = {key: plain_number(number) for name, key in RULE.items() if (number := rule.number(name)) is not None}
    vdus[vdu]["scaling"].setdefault("rules", []).append({"kpi": kpi, **numbers})


def mec_services(vnfd: Traced, metadata: Metadata) -> dict[str, list[str]]:
    """Those of the descriptor of an application, and those that the metadata name."""
    given = metadata.properties("mecServices", vnfd.text("vnfdId") or "") or Element({}, vnfd.file, vnfd.path)
    found = {}
    for key, name in SERVICES.items():
        texts = [one.text("serName") if isinstance(one.value, dict) else one.text() for one in vnfd.items(name)]
        found[key] = list(dict.fromkeys([*(text for text in texts if text), *given.texts(key)]))
    return {key: names for key, names in found.items() if names}


def cost(metadata: Metadata, identifier: str) -> dict[str, t.Any]:
    given = metadata.properties("cost", identifier)
    return {key: given.child(key).value for key in given} if given is not None else {}


def with_latency(vnfd: Traced, site: dict[str, t.Any]) -> dict[str, t.Any]:
    """``site`` with the latency that an application bears (MEC 010-2, in ns), where it says a role and no delay."""
    if vnfd.child("appLatency").value is None or "role" not in site or "delay" in site:
        return site
    most = vnfd.child("appLatency").number("maxLatency")
    return site if most is None else {**site, "delay": {"maximum": plain_number(most / 1e6)}}


def service_kpis(project: Project) -> list[dict[str, t.Any]]:
    """What an NSD has monitored of the whole."""
    holders = [("", one) for one in project.nsd.items("monitoredInfo")]
    return kpis.read_kpis(holders, kpis.IFA014, project.notes, UNFILLED)[0] if holders else []

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service asks for beside its parts: hardware, KPIs, how VDUs are scaled by them, and services of a MEC platform."""

from __future__ import annotations

import math
import typing as t
from collections.abc import Iterator, Mapping

from ..core.errors import InputError
from .hardware import check_hardware
from .service_parts import VMS, functions_of, vdus_of
from .service_templates import sized

Data = Mapping[str, t.Any]
Finding = tuple[str, str]

SCALED = (*VMS, "pod")
"""The kinds of which there may be several."""


def least(vdu: Data) -> int:
    """How few instances there may be of a VDU: as many as there are to begin with, if it does not say."""
    return vdu.get("scaling", {}).get("min", vdu.get("instances", 1))


def check_vdu_hardware(service: dict) -> Iterator[Finding]:
    """Of machines as they will be, by the templates of the class."""
    for path, _function, vdu in vdus_of(sized(service)):
        if "hardware" in vdu and vdu["kind"] not in VMS:
            how = "; ask for it in the descriptor" if vdu["kind"] == "pod" else ""
            yield f"{path}.hardware", f"only a machine of Nova has hardware, and {vdu['name']} is a {vdu['kind']}{how}"
        else:
            yield from ((f"{path}.hardware{key}", sentence) for key, sentence in check_hardware(vdu))


def check_finite(service: dict) -> Iterator[Finding]:
    """YAML and JSON have words for what is no number, and for a number without end."""
    owners = [("", service), *((f"{path}.", function) for path, function in functions_of(service))]
    places = [(f"{path}cost", owner["cost"]) for path, owner in owners if "cost" in owner]
    places += [(f"{path}kpis[{index}]", kpi) for path, owner in owners for index, kpi in enumerate(owner.get("kpis", []))]
    for path, _function, vdu in vdus_of(service):
        rules = vdu.get("scaling", {}).get("rules", [])
        places += [(f"{path}.scaling.rules[{index}]", rule) for index, rule in enumerate(rules)]
    for path, holder in places:
        for key, value in holder.items():
            if isinstance(value, float) and not math.isfinite(value):
                yield f"{path}.{key}", f"{value} is no number that can be meant"


def check_kpis(service: dict) -> Iterator[Finding]:
    for index, kpi in enumerate(service.get("kpis", [])):
        if "vdu" in kpi:
            yield f"kpis[{index}].vdu", "a KPI of a service is of no VDU; give it to the function"
    for path, function in functions_of(service):
        vdus = {vdu["name"] for vdu in function["vdus"]}
        for index, kpi in enumerate(function.get("kpis", [])):
            if kpi.get("vdu", "") not in {*vdus, ""}:
                yield f"{path}.kpis[{index}].vdu", f"there is no vdu {kpi['vdu']} in {function['name']}"


def check_scaling(service: dict) -> Iterator[Finding]:
    """Of VDUs as they will be, by the templates of the class."""
    for path, function, vdu in vdus_of(sized(service)):
        if "scaling" in vdu:
            yield from ((f"{path}.{key}", sentence) for key, sentence in _scaling(function, vdu))


def _scaling(function: Data, vdu: Data) -> Iterator[Finding]:
    scaling, count = vdu["scaling"], vdu.get("instances", 1)
    if vdu["kind"] not in SCALED:
        yield "scaling", f"there is one {vdu['kind']} to a server, so {vdu['name']} is not scaled"
    if scaling.get("min", 1) > scaling["max"]:
        yield "scaling.min", f"{scaling['min']} is more than the maximum, {scaling['max']}"
    elif not least(vdu) <= count <= scaling["max"]:
        yield "instances", f"{count} to begin with is not between {least(vdu)} and {scaling['max']}, as scaling has it"
    kpis = {kpi["name"]: kpi for kpi in function.get("kpis", [])}
    for index, rule in enumerate(scaling.get("rules", [])):
        path = f"scaling.rules[{index}]"
        out, back = rule.get("scale_out"), rule.get("scale_in")
        if rule["kpi"] not in kpis:
            yield f"{path}.kpi", f"there is no KPI {rule['kpi']} in {function['name']}"
        if out is None and back is None:
            yield path, "a rule says from which value on there are more, or fewer: give scale_out, scale_in or both"
        elif out is not None and back is not None and back >= out:
            yield f"{path}.scale_in", f"{back:g} is not below scale_out, {out:g}: there would be more and fewer at once"


def check_mec_services(service: dict) -> Iterator[Finding]:
    for path, function in functions_of(service):
        wanted = function.get("mec_services", {})
        for index, name in enumerate(wanted.get("optional", [])):
            if name in wanted.get("mandatory", []):
                yield f"{path}.mec_services.optional[{index}]", f"{name} is mandatory already"


def missing_services(function: Data, site: Data) -> list[str]:
    """The mandatory MEC services that a site lacks. One that does not say what it offers lacks nothing.

    :param site: with ``mec_services``, mappings with a ``name``, or without
    """
    wanted = function.get("mec_services", {}).get("mandatory", [])
    return [name for name in wanted if name not in _offered(site)] if site.get("mec_services") is not None else []


def require_services(function: Data, name: str, site: Data) -> None:
    """:raises InputError: the function cannot do without a MEC service that the site does not offer"""
    if missing := missing_services(function, site):
        there = ", ".join(_offered(site)) or "none"
        raise InputError(
            f"{function['name']} needs the MEC service {', '.join(missing)} at site {name}, which offers {there}: "
            "give it another site, or name the service in mec_services of the sites file"
        )


def _offered(site: Data) -> list[str]:
    names = [one.get("name") if isinstance(one, Mapping) else None for one in site["mec_services"]]
    if not all(isinstance(name, str) for name in names):
        raise InputError("the mec_services of a site are mappings with a name, as the sites inventory has them")
    return sorted(map(str, names))

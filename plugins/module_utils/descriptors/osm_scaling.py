# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KPIs and groups of scaling in the descriptors of Open Source MANO's release two."""

from __future__ import annotations

import typing as t

from . import kpis, scaling
from .assembly import Draft
from .naming import fit_name, fit_point
from .traced import Notes, Traced

MOST_GROUPS = 10
"""Of a scaling group, where it does not say."""


def scale(draft: Draft, vnfd: Traced, vdus: list[tuple[str, Traced]], notes: Notes) -> None:
    """KPIs of VDUs and of the VNF, and the groups by which VDUs are scaled."""
    draft.kpis, names = _kpis(vnfd, vdus, notes)
    known = {element.text("id") or "": vdu for (_name, element), vdu in zip(vdus, draft.vdus, strict=True)}
    grown: dict[str, list[scaling.Growth]] = {}
    for group in vnfd.items("scaling-group-descriptor"):
        group.take("name")
        members = {one.text("vdu-id-ref") or "": int(one.number("count") or 1) for one in group.items("vdu")}
        if len(members) > 1:
            message = f"{', '.join(members)} are scaled together here; in the model each is scaled by itself"
            notes.warn(f"together {group.path}", message, group)
        least, policies = int(group.number("min-instance-count") or 0), group.items("scaling-policy")
        for identifier, size in members.items():
            if identifier not in known:
                raise group.error(f"there is no VDU {identifier}", "vdu")
            if least:  # groups that there are from the beginning
                known[identifier]["instances"] = known[identifier].get("instances", 1) + least * size
            most = group.number("max-instance-count")
            total = size * (int(MOST_GROUPS if most is None else most) - least)
            grown.setdefault(identifier, []).append(scaling.Growth(group, frozenset({size}), max(0, total), policies))
    for identifier, vdu in known.items():
        if identifier in grown:
            where = grown[identifier][0].where
            vdu.update(scaling.scaling(vdu, (None, None), grown[identifier], names, where, notes))


def _kpis(vnfd: Traced, vdus: list[tuple[str, Traced]], notes: Notes) -> tuple[list[dict[str, t.Any]], kpis.Names]:
    """What is measured of each VDU; the VNF has a name of its own for what its rules go by."""
    found, names = kpis.read_kpis(vdus, kpis.R2, notes)
    for one in vnfd.items("monitoring-param"):
        of = one.child("vdu-monitoring-param")
        key = (fit_name(of.text("vdu-ref"), of, notes, "vdu-ref"), of.text("vdu-monitoring-param-ref") or "")
        if of.value is None or key not in names:
            continue  # by another way, which is told
        name, mean = fit_point(one.text("id"), one, notes, "id"), (one.text("aggregation-type") or "AVERAGE").upper()
        if mean != "AVERAGE":
            notes.warn(f"aggregation {one.path}", f"{name} is the {mean} of all instances; it is read as their mean", one)
        if one.text("name") in (None, name):
            one.take("name")
        kpi = next(kpi for kpi in found if kpi["name"] == names[key])
        if name not in {other["name"] for other in found}:
            kpi["name"] = names[key] = name
        names["", one.text("id") or ""] = kpi["name"]
    return found, names

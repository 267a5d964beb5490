# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many instances there are of the VDUs of a SOL001 VNFD, as its policies say it, and what is measured of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import kpis, scaling
from .assembly import Draft
from .traced import Notes, Traced, mapping


@dataclass(frozen=True)
class Aspect:
    """An aspect of scaling: what says so, and the names of the deltas of its steps."""

    where: Traced
    steps: list[str]


@dataclass
class Counts:
    """What the policies of a template say of numbers of instances, by VDU."""

    levels: dict[str, dict[str, float | None]] = field(default_factory=dict)
    initial: dict[str, float | None] = field(default_factory=dict)
    aspects: dict[str, Aspect] = field(default_factory=dict)
    deltas: list[tuple[str, str, dict[str, int], Traced]] = field(default_factory=list)
    """VDU, aspect, how many come by the name of the delta, and what says so."""
    default: str | None = None

    def of(self, vdu: str) -> float | None:
        """That of the default instantiation level, else the initial one."""
        counts = self.levels.get(vdu, {})
        return counts.get(self.default or "", next(iter(counts.values()), None)) or self.initial.get(vdu)

    def growths(self, vdu: str) -> Iterator[scaling.Growth]:
        """:raises InputError: a policy names an aspect that there is not, or an aspect a delta"""
        for target, name, counts, where in self.deltas:
            if target != vdu:
                continue
            if name not in self.aspects:
                raise where.error(f"there is no aspect {name}; there are: {', '.join(self.aspects) or 'none'}", "aspect")
            aspect = self.aspects[name]
            yield scaling.growth(aspect.where, counts, aspect.steps or list(counts), "max_scale_level", [])


def policies(topology: Traced) -> Counts:
    counts = Counts()
    for entry in topology.items("policies"):
        for policy in (entry.child(name) for name in entry if isinstance(entry.child(name).value, dict)):
            kind, properties = (policy.text("type") or "").rpartition(".")[2], mapping(policy, "properties")
            targets = policy.texts("targets")
            if kind == "InstantiationLevels":
                counts.default = properties.text("default_level")
            elif kind == "VduInstantiationLevels":
                levels = mapping(properties, "levels")
                known = {name: levels.child(name).number("number_of_instances") for name in levels}
                counts.levels |= dict.fromkeys(targets, known)
            elif kind == "VduInitialDelta":
                number = mapping(properties, "initial_delta").number("number_of_instances")
                counts.initial |= dict.fromkeys(targets, number)
            elif kind == "ScalingAspects":
                aspects = mapping(properties, "aspects")
                found = {name: aspects.child(name) for name in aspects}
                counts.aspects |= {name: _aspect(one) for name, one in found.items()}
            elif kind == "VduScalingAspectDeltas":
                deltas = mapping(properties, "deltas")
                sizes = {name: int(deltas.child(name).number("number_of_instances") or 0) for name in deltas}
                counts.deltas += [(vdu, properties.text("aspect") or "", sizes, properties) for vdu in targets]
    return counts


def _aspect(where: Traced) -> Aspect:
    where.take("name")
    where.number("max_scale_level")
    return Aspect(where, where.texts("step_deltas"))


def first_count(counts: Counts, key: str, node: Traced, notes: Notes) -> int:
    """How many instances of a VDU: as the policies have it, else the least of its profile."""
    profile = mapping(mapping(node, "properties"), "vdu_profile")
    least, most = profile.number("min_number_of_instances"), profile.number("max_number_of_instances")
    if least is not None and most is not None and least > most:
        notes.warn(f"instances {key}", f"{key} must have at least {least:g} and at most {most:g} instances", profile)
    return int(counts.of(key) or least or 1)


def scale(draft: Draft, units: dict[str, Traced], whole: list[Traced], counts: Counts, notes: Notes) -> None:
    """The KPIs of VDUs and of the VNF, and how many there may be of each VDU.

    :param units: the nodes of the VDUs, in their order
    :param whole: the nodes that stand for the VNF
    """
    properties = [mapping(node, "properties") for node in units.values()]
    holders = [(vdu["name"], one) for vdu, one in zip(draft.vdus, properties, strict=True)]
    holders += [("", mapping(node, "properties")) for node in whole]
    draft.kpis, names = kpis.read_kpis(holders, kpis.SOL001, notes) if holders else ([], {})
    for (key, node), vdu in zip(units.items(), draft.vdus, strict=True):
        profile = mapping(mapping(node, "properties"), "vdu_profile")
        least, most = profile.number("min_number_of_instances"), profile.number("max_number_of_instances")
        first = counts.initial.get(key) or least
        vdu.update(scaling.scaling(vdu, (first, most), list(counts.growths(key)), names, profile, notes))

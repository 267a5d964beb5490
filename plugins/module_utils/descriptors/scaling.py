# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How VDUs are scaled: aspects of ETSI (IFA 011, 7.1.10), and the policies that OSM has for them.

An aspect grows in steps, each of which adds instances of one or more VDUs. The model says of each VDU by itself how few and how
many there may be and how many come at once; what an aspect says beyond that is told.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, field

from .kpis import Names, plain_number
from .traced import Notes, Traced


class Words(t.NamedTuple):
    aspects: str
    level: str
    details: str
    delta: str
    vdus: str
    vdu: str
    count: str
    steps: str


SOL006 = Words(
    "scaling-aspect", "max-scale-level", "aspect-delta-details", "id", "vdu-delta", "id", "number-of-instances", "step-deltas"
)
IFA011 = Words(
    "scalingAspect",
    "maxScaleLevel",
    "aspectDeltaDetails",
    "scalingDeltaId",
    "vduDelta",
    "vduId",
    "numberOfInstances",
    "stepDeltas",
)


@dataclass(frozen=True)
class Growth:
    """How a VDU grows by an aspect: how many come with a step, with all of them, and the policies that say when."""

    where: Traced
    sizes: frozenset[int]
    total: int
    policies: list[Traced] = field(default_factory=list)


def growth(where: Traced, counts: dict[str, int], order: list[str], level: str, policies: list[Traced]) -> Growth:
    """The growth of a VDU.

    :param counts: how many come, by the name of a delta
    :param order: the deltas of the steps; the last is that of all further ones
    :param level: the key that says how many steps there are
    """
    steps = int(where.number(level) or len(order))
    for name in order:
        if name not in counts:
            raise where.error(f"there is no delta {name}; there are: {', '.join(counts)}")
    sizes = [counts[name] for name in order[:steps]]
    total = sum(sizes) + sizes[-1] * (steps - len(sizes)) if sizes else 0
    return Growth(where, frozenset(size for size in sizes if size), total, policies)


def growths(df: Traced, words: Words, known: t.Container[str], notes: Notes) -> dict[str, list[Growth]]:
    """What the aspects of a deployment flavour say of each VDU.

    :param known: the identifiers of the VDUs
    """
    found: dict[str, list[Growth]] = {}
    for aspect in df.items(words.aspects):
        deltas = _deltas(aspect.child(words.details), words)
        if not deltas:
            continue  # without deltas it says nothing that could be done
        aspect.take("id", "name")
        order = aspect.child(words.details).texts(words.steps) or list(deltas)
        vdus = list(dict.fromkeys(vdu for delta in deltas.values() for vdu in delta))
        policies = aspect.items("scaling-policy")  # of OSM
        for vdu in vdus:
            if vdu not in known:
                notes.warn(
                    f"aspect {aspect.path} {vdu}", f"the aspect names {vdu}, which is no VDU here; it is left out", aspect
                )
                continue
            counts = {name: delta.get(vdu, 0) for name, delta in deltas.items()}
            found.setdefault(vdu, []).append(growth(aspect, counts, order, words.level, policies))
        if len(vdus) > 1:
            message = f"{', '.join(vdus)} are scaled together here; in the model each is scaled by itself"
            notes.warn(f"together {aspect.path}", message, aspect)
    return found


def _deltas(details: Traced, words: Words) -> dict[str, dict[str, int]]:
    """Delta → VDU → how many come."""
    deltas = {}
    for number, delta in enumerate(details.items("deltas")):
        counts = {one.text(words.vdu) or "": int(one.number(words.count) or 0) for one in delta.items(words.vdus)}
        deltas[delta.text(words.delta) or str(number)] = counts
    return {name: counts for name, counts in deltas.items() if counts}


def scaling(
    vdu: dict[str, t.Any],
    bounds: tuple[float | None, float | None],
    grown: list[Growth],
    names: Names,
    where: Traced,
    notes: Notes,
) -> dict[str, t.Any]:
    """``{scaling}`` of a VDU; nothing for one of which there may be only so many as there are to begin with.

    :param bounds: how few and how many there may be, as its profile has it
    :param where: what says so
    """
    name, count = vdu["name"], vdu.get("instances", 1)
    low, high = _bounds(name, count, bounds, grown, where, notes)
    told = [rule for one in grown for rule in rules(name, one.policies, names, notes)]
    if high <= low:
        if told:
            notes.warn(f"fixed {where.path}", f"{name} is always {count}, so its rules of scaling are left out", grown[0].where)
        return {}
    sizes = sorted(frozenset[int]().union(*(one.sizes for one in grown)))
    if len(sizes) > 1:
        sentence = f"{name} grows by {', '.join(map(str, sizes))} at once; the model has one size of step, {sizes[0]}"
        notes.warn(f"steps {where.path} {name}", sentence, grown[0].where)
    found = {"min": low, "max": high} | ({"step": sizes[0]} if sizes and sizes[0] > 1 else {})
    return {"scaling": found | ({"rules": told} if told else {})}


def _bounds(
    name: str, count: int, bounds: tuple[float | None, float | None], grown: list[Growth], where: Traced, notes: Notes
) -> tuple[int, int]:
    """How few and how many there may be: by the profile and by the aspects, whichever lets there be fewer."""
    least, most = (None if bound is None else int(bound) for bound in bounds)
    low, total = min(least or count, count), sum(one.total for one in grown)
    found = [bound for bound in (most, low + total if total else None) if bound is not None]
    high = min(found, default=count)
    if len(set(found)) > 1:
        sentence = f"{name} may be {most} by its profile and {low + total} by its aspects of scaling; {high} is read"
        notes.warn(f"reach {where.path} {name}", sentence, where)
    if high < count:
        sentence = f"{name} is {count} to begin with, and there may be {high}; {count} is read"
        notes.warn(f"many {where.path} {name}", sentence, where)
    return low, max(high, count)


MORE, FEWER = ("GE", "GT"), ("LE", "LT")
"""Relations of OSM that mean more, and fewer, instances."""


def rules(vdu: str, policies: list[Traced], names: Names, notes: Notes) -> list[dict[str, t.Any]]:
    """The rules of a VDU, one for each criterion of OSM's policies of scaling."""
    found = []
    for policy in policies:
        policy.take("name")
        if (policy.text("scaling-type") or "automatic") != "automatic" or policy.child("enabled").value is False:
            message = f"the policy {policy.text('name')} is not one that scales by itself, so it is no rule"
            notes.warn(f"policy {policy.path}", message, policy)
            policy.take()
            continue
        policy.boolean("enabled")
        criteria = policy.items("scaling-criteria")
        policy.take("scale-in-operation-type", "scale-out-operation-type")
        if len(criteria) > 1:
            message = "several criteria are as many rules in the model, of which any is enough"
            notes.warn(f"criteria {policy.path}", message, policy)
        times = {"threshold_time": policy.number("threshold-time"), "cooldown": policy.number("cooldown-time")}
        for criterion in criteria:
            found += _rule(vdu, criterion, {key: plain_number(one) for key, one in times.items() if one}, names, notes)
    return found


def _rule(vdu: str, criterion: Traced, times: dict[str, t.Any], names: Names, notes: Notes) -> Iterator[dict[str, t.Any]]:
    criterion.take("name")
    wanted = criterion.text("vnf-monitoring-param-ref") or ""
    kpi = names.get((vdu, wanted)) or next((name for (_vdu, known), name in names.items() if known == wanted), None)
    limits = dict(_limit(criterion, kind, relations, notes) for kind, relations in (("out", MORE), ("in", FEWER)))
    rule = {"kpi": kpi, **{key: limit for key, limit in limits.items() if limit is not None}, **times}
    if kpi is None:
        notes.warn(
            f"rule {criterion.path}", f"there is no monitoring parameter {wanted or 'named'}; the rule is left out", criterion
        )
    elif len(rule) == 1 + len(times):
        notes.warn(
            f"rule {criterion.path}", f"no limit of {wanted} says when there are more or fewer; it is no rule", criterion
        )
    elif rule.get("scale_in", float("-inf")) >= rule.get("scale_out", float("inf")):
        message = f"by {wanted} there would be more and fewer at once; only when there are more is read"
        notes.warn(f"rule {criterion.path}", message, criterion)
        yield {key: value for key, value in rule.items() if key != "scale_in"}
    else:
        yield rule


def _limit(criterion: Traced, kind: str, relations: tuple[str, ...], notes: Notes) -> tuple[str, float | int | None]:
    """``scale_out`` or ``scale_in``; none where the relation is the other way round, which the model cannot say."""
    limit, relation = criterion.number(f"scale-{kind}-threshold"), criterion.text(f"scale-{kind}-relational-operation")
    if limit is not None and relation is not None and relation.upper() not in relations:
        message = f"that there are {'more' if kind == 'out' else 'fewer'} where it is {relation} {limit:g} is not kept"
        notes.warn(f"relation {criterion.path} {kind}", message, criterion.child(f"scale-{kind}-relational-operation"))
        return f"scale_{kind}", None
    return f"scale_{kind}", None if limit is None else plain_number(limit)

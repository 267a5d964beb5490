# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From samples to templates: merge and filter, label, grow a tree, read its rules, take the cheapest of each class.

Source: Superfluidity deliverable 6.1, annex A3.9.4.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place
from . import c45, cart, classes, findings, labels, templates, tree, window
from .samples import Gathering, Samples
from .task import Task
from .values import Value, order, priced, shown, total, value

WHOLE = 1.0
"""The share of a trial that must reach what the trial is labelled by, as RFC 2544 asks."""
SHOWN = 1000
"""Configurations that the answer tells of one by one."""


@dataclass(frozen=True)
class Measured:
    """``samples`` are those of the window with all outliers; ``clean`` is without. ``prices`` are by parameter and value.

    ``groups`` are of all samples of the window.
    """

    samples: Samples
    clean: Samples
    labels: Sequence[int]
    prices: Mapping[str, Mapping[Value, float]]
    groups: Sequence[window.Group]
    findings: Sequence[Mapping[str, Any]]


def answer(asked: Task, gathered: Gathering, unfinished: int = 0) -> dict[str, Any]:
    """The result of the module.

    O(samples · log samples) for the outliers, else O(samples), and what the tree costs.

    :param gathered: all samples
    :param unfinished: how many experiments were left out
    :raises InputError: no samples are left, or a value has no cost
    """
    measured = _measured(asked, gathered)
    labelled = _labelled(asked, measured)
    grow = asked.options["algorithm"]
    root = cart.grown(labelled.counts) if grow == "cart" else c45.grown(labelled.counts, asked.options["pruning"])
    chosen = _chosen(asked, measured, labelled, root)
    confidence = {name: _confidence(asked, measured.samples, name, choice) for name, choice in chosen.items()}
    omitted = _omitted(asked, measured, labelled, chosen)
    found = [
        *findings.unfinished(unfinished),
        *measured.findings,
        *(findings.finding("unreached", why, sla_class=name) for name, why in omitted.items() if name != classes.NONE),
        *findings.unsure(confidence, asked.options["probability"]),
        *findings.dearer(chosen, list(asked.classes.boxes)),
        *_cheaper(asked, measured, root, chosen),
    ]
    parameters, names = asked.wanted.parameters, asked.classes.names
    return {
        "templates": {name: _template(asked, choice) for name, choice in chosen.items()},
        "costs": {name: _plain(choice.cost + _fixed_cost(asked)) for name, choice in chosen.items()},
        "confidence": confidence,
        "omitted": omitted,
        "rules": tree.rules(root, parameters, names),
        "tree": tree.plain(root, parameters, names),
        "importance": tree.importance(root, parameters),
        "configurations": _shown(asked, measured, root, chosen),
        "bounds": {name: dict(_bounds(box)) for name, box in asked.classes.boxes.items()},
        "goals": dict(asked.classes.goals),
        "counts": _counts(asked, gathered, measured, labelled),
        "findings": found,
        "warnings": [one["message"] for one in found],
    }


def _measured(asked: Task, gathered: Gathering) -> Measured:
    """Filter the samples; see that all values have a cost."""
    samples, load, options = gathered.samples(), asked.wanted.load, asked.options
    if not len(samples):
        raise InputError("no sample was measured with these values", Place(path="fixed"))
    columns = zip(*(trial.configuration for trial in samples.trials), strict=True)
    there = dict(zip(asked.wanted.parameters, map(set, columns), strict=True))
    prices = priced(options["costs"], there)
    found = [*findings.left_out(gathered.left_out, gathered.read, asked.wanted.fixed), *findings.odd_values(prices)]
    if load:
        found += findings.low_peaks(window.peaks(samples, load), load)
        samples = samples.kept(window.under_load(samples, load, 0.9 if options["window"] is None else options["window"]))
        if not len(samples):
            raise InputError(f"no sample is left in the window, since {load} is 0 in all of them", Place(path="load"))
    groups = window.groups(samples, asked.wanted.metrics)
    flags, many = [False] * len(samples), 0
    if options["outliers"] == "tukey":
        flags, many = window.outliers(samples, groups, options["outlier_fence"])
    found += findings.outliers(sum(flags), many, len(samples))
    clean = samples.kept([not one for one in flags]) if any(flags) else samples
    numbers = asked.classes.labels(asked.classes.met(clean.columns))
    if options["class_rule"] == "exact":
        found += findings.gaps(asked.classes, asked.boxes, clean.columns, numbers)
    return Measured(samples, clean, numbers, prices, groups, found)


def _labelled(asked: Task, measured: Measured) -> labels.Labelled:
    if asked.options["labels"] == "point":
        return labels.of_points(measured.clean, asked.classes, measured.labels)
    share = WHOLE if asked.options["labels"] == "trial" else asked.options["probability"]
    return labels.of_trials(measured.clean, asked.classes, share)


def _chosen(asked: Task, measured: Measured, labelled: labels.Labelled, root: tree.Node) -> dict[str, templates.Choice]:
    """By class, in the user's order."""
    prices = list(measured.prices.values())
    if asked.options["candidates"] == "possible":
        found = templates.possible(root, prices)
    else:
        found = templates.measured(root, list(labelled.counts), prices)
    by_name = {asked.classes.names[number]: choice for number, choice in found.items()}
    return {name: by_name[name] for name in (*asked.classes.written, classes.NONE) if name in by_name}


def _cheaper(asked: Task, measured: Measured, root: tree.Node, chosen: Mapping[str, templates.Choice]) -> list[dict[str, Any]]:
    ideal = templates.possible(root, list(measured.prices.values()))
    by_name = {asked.classes.names[number]: choice for number, choice in sorted(ideal.items())}
    return list(findings.unmeasured(chosen, by_name, asked.wanted.parameters))


def _confidence(asked: Task, samples: Samples, name: str, choice: templates.Choice) -> float | None:
    """The share of a configuration's samples, outliers too, that meet the class; None if it was not measured."""
    own = samples.kept([one == choice.configuration for one in _configurations(samples)])
    if not len(own):
        return None
    met = asked.classes.met(own.columns)
    none = len(asked.classes.boxes)
    holds = [one == none for one in asked.classes.labels(met)] if name == classes.NONE else met[name]
    return round(sum(holds) / len(holds), 6)


def _configurations(samples: Samples) -> list[Any]:
    return [samples.trials[one].configuration for one in samples.trial]


def _omitted(
    asked: Task, measured: Measured, labelled: labels.Labelled, chosen: Mapping[str, templates.Choice]
) -> dict[str, str]:
    """Why a class has no template."""
    columns = measured.clean.columns
    met = {**asked.classes.met(columns), classes.NONE: []}
    return {
        name: findings.unreached(name, asked.classes, columns, met[name], labelled, asked.unit)
        for name in (*asked.classes.written, classes.NONE)
        if name not in chosen
    }


def _template(asked: Task, choice: templates.Choice) -> dict[str, Any]:
    own = zip(asked.wanted.parameters, map(shown, choice.configuration), strict=True)
    return {**dict(own), **asked.wanted.fixed}


def _shown(asked: Task, measured: Measured, root: tree.Node, chosen: Mapping[str, templates.Choice]) -> list[dict[str, Any]]:
    """What the configurations reach: by class, the strictest first, then by cost and values.

    Of more than :data:`SHOWN` the templates, and others at equal distances.
    """
    prices = list(measured.prices.values())
    ranked = sorted(
        (tree.decided(root, one.configuration), total(prices, one.configuration), order(one.configuration), number)
        for number, one in enumerate(measured.groups)
    )
    of_templates = {choice.configuration for choice in chosen.values()}
    room = min(len(ranked), max(1, SHOWN - len(of_templates) if len(ranked) > SHOWN else SHOWN))
    places = {at * len(ranked) // room for at in range(room)}
    fixed = _fixed_cost(asked)
    return [
        _reached(asked, measured.groups[number], asked.classes.names[label], cost + fixed)
        for at, (label, cost, _order, number) in enumerate(ranked)
        if at in places or measured.groups[number].configuration in of_templates
    ]


def _reached(asked: Task, group: window.Group, name: str, cost: float) -> dict[str, Any]:
    spreads = {
        metric: {"lowest": one.lowest, "median": one.median, "highest": one.highest} for metric, one in group.spreads.items()
    }
    own = dict(zip(asked.wanted.parameters, map(shown, group.configuration), strict=True))
    return {"configuration": own, "class": name, "cost": _plain(cost), "samples": len(group.rows), "metrics": spreads}


def _bounds(box: classes.Box) -> Iterator[tuple[str, dict[str, Any]]]:
    for metric, interval in box.items():
        lower, upper = interval.ends
        yield metric, {"lower": lower, "upper": upper, "text": str(interval)}


def _fixed_cost(asked: Task) -> float:
    """Of fixed values for which a cost is given."""
    there = {name: [value(one)] for name, one in asked.wanted.fixed.items() if name in asked.options["costs"]}
    return math.fsum(cost for table in priced(asked.options["costs"], there).values() for cost in table.values())


def _plain(cost: float) -> float:
    return int(cost) if cost == int(cost) else cost


def _counts(asked: Task, gathered: Gathering, measured: Measured, labelled: labels.Labelled) -> dict[str, Any]:
    return {
        "read": gathered.read,
        "left_out": gathered.left_out,
        "window": len(measured.samples),
        "outliers": len(measured.samples) - len(measured.clean),
        "trials": len(set(measured.samples.trial)),
        "configurations": len(labelled.counts),
        "unit": asked.unit,
        "classes": dict(zip(asked.classes.names, labelled.total, strict=True)),
    }

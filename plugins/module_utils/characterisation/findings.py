# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user of the templates should know: each a sentence, with its data under names of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError
from .classes import NONE, Classes, ordered
from .labels import Labelled
from .templates import Choice
from .values import Value, meant

LOW_PEAK = 0.5
"""A trial whose peak load is below this share of the highest peak of all trials was probably cut short."""


def finding(kind: str, message: str, **data: Any) -> dict[str, Any]:
    return {"kind": kind, "message": message, **data}


def percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _so_many(count: int, one: str, several: str) -> str:
    """The words for that many, in which ``#`` is their number."""
    return (one if count == 1 else several).replace("#", str(count))


def odd_values(there: Mapping[str, Mapping[Value, float]]) -> Iterator[dict[str, Any]]:
    """Numbers that are nearly a power of two, as 4092, where that was not measured too."""
    for name, table in there.items():
        for one in table:
            if (power := meant(one)) and power not in table:
                message = f"{name} is {one}, is that not {power}? It is kept as it is"
                yield finding("odd_value", message, parameter=name, value=one)


def low_peaks(peaks: Sequence[float], load: str) -> Iterator[dict[str, Any]]:
    highest = max(peaks, default=0.0)
    low = [one for one in peaks if one < LOW_PEAK * highest]
    if low:
        which = _so_many(len(low), "one trial", "# trials")
        message = f"{which} of {len(peaks)} reached {load} up to {min(low):g} only, while another reached {highest:g}"
        yield finding("low_peak", message, trials=len(low))


def left_out(count: int, read: int, fixed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if count:
        names = ", ".join(fixed)
        which = _so_many(count, f"1 of {read} samples was", f"# of {read} samples were")
        message = f"{which} measured with other values of {names} and left out"
        yield finding("other_fixed_values", message, samples=count)


def unfinished(count: int) -> Iterator[dict[str, Any]]:
    if count:
        which = _so_many(count, "one experiment of the store is", "# experiments of the store are")
        yield finding("unfinished", f"{which} not finished and left out", experiments=count)


def outliers(count: int, many: int, total: int) -> Iterator[dict[str, Any]]:
    if count:
        without = "and the tree was grown without"
        message = _so_many(
            count, f"1 of {total} samples is an outlier, {without} it", f"# of {total} samples are outliers, {without} them"
        )
        yield finding("outliers", message, samples=count)
    if many:
        which = _so_many(many, "one configuration has", "# configurations have")
        message = f"{which} too many samples far from the others for them to be outliers; all were kept"
        yield finding("scattered", message, configurations=many)


def gaps(
    classes: Classes, boxes: Mapping[str, Any], columns: Mapping[str, Sequence[float]], labels: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Points of no class that are as good as some class asks, or better: the holes between exact boxes."""
    try:
        lenient = ordered(boxes, classes.goals)
    except InputError:  # the goals are not known, so nothing can be said
        return
    none, found = len(classes.boxes), {}
    for label, better in zip(labels, lenient.labels(lenient.met(columns)), strict=True):
        if label == none != better:
            found[lenient.names[better]] = found.get(lenient.names[better], 0) + 1
    if found:
        per_class = " and ".join(
            f"{_so_many(count, 'one is', '# are')} as good as {name} asks" for name, count in sorted(found.items())
        )
        which = _so_many(sum(found.values()), f"1 of {len(labels)} samples fits", f"# of {len(labels)} samples fit")
        message = f"{which} no class as its bounds are written, though {per_class}"
        yield finding("gap", f"{message}; class_rule ordered takes them", samples=sum(found.values()), classes=found)


def unsure(confidence: Mapping[str, float | None], probability: float) -> Iterator[dict[str, Any]]:
    for name, share in confidence.items():
        if name != NONE and share is not None and share < probability:
            message = f"{name} is met by {percent(share)} of the samples of its template, less than {percent(probability)}"
            yield finding("unsure", message, sla_class=name, confidence=share)


def dearer(choices: Mapping[str, Choice], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Classes whose template costs no less than that of a stricter class."""
    for at, name in enumerate(names):
        better = [one for one in names[:at] if one in choices and name in choices and choices[one].cost <= choices[name].cost]
        if better:
            message = f"the template of {better[0]} costs no more than that of {name}"
            yield finding("dearer", message, sla_class=name, better=better[0])


def unmeasured(
    choices: Mapping[str, Choice], ideal: Mapping[str, Choice], parameters: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Combinations that nobody has measured, by the rules of the class and cheaper than its template."""
    for name, choice in ideal.items():
        if name in choices and choice.cost < choices[name].cost:
            told = dict(zip(parameters, choice.configuration, strict=True))
            words = ", ".join(f"{parameter} {one}" for parameter, one in told.items())
            message = f"by the rules {name} would be cheaper with {words}, which was not measured"
            yield finding("unmeasured", message, sla_class=name, configuration=told, cost=choice.cost)


def unreached(
    name: str, classes: Classes, columns: Mapping[str, Sequence[float]], met: Sequence[bool], labelled: Labelled, unit: str
) -> str:
    """Why no configuration is of a class, as a sentence that begins with the class."""
    number = classes.names.index(name)
    if count := labelled.total[number]:
        most = max(counts[number] / sum(counts) for counts in labelled.counts.values())
        which = _so_many(count, f"one of the {unit} is", f"# {unit} are")
        seen = f"{which} of it, at most {percent(most)} of those of a configuration"
        return f"{name}: no rule leads to it; {seen}: more of them, or a greater value of pruning, may lead there"
    if name == NONE:
        return f"{name}: all {unit} are of some class"
    if any(met):
        reason = "but no trial as a whole is" if unit == "trials" else "but all of them are of a stricter class too"
        which = _so_many(sum(met), f"1 of {len(met)} samples meets", f"# of {len(met)} samples meet")
        return f"{name}: {which} it, {reason}"
    for metric, bounds in classes.boxes[name].items():
        if not any(bounds.holds(columns[metric])):
            low, high = min(columns[metric]), max(columns[metric])
            seen = f"lies between {low:.10g} and {high:.10g}" if low < high else f"is {low:.10g} in all of them"
            return f"{name}: no sample has {metric} {bounds}; it {seen}"
    return f"{name}: no sample meets all of its bounds at once"

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts and steps: an OSM that is played out step by step ends with the number that was asked for, or it was refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.orchestration.osm_scaling import initial_counts, scalings, steps
from hypothesis import given, settings
from hypothesis import strategies as st


def vnfd(start: int, most: int | None, *deltas: tuple[str, dict[str, int]]) -> dict[str, Any]:
    aspects = [
        {
            "id": name,
            **({} if most is None else {"max-scale-level": most}),
            "aspect-delta-details": {
                "deltas": [{"vdu-delta": [{"id": vdu, "number-of-instances": number} for vdu, number in delta.items()]}]
            },
        }
        for name, delta in deltas
    ]
    levels = [{"vdu-level": [{"vdu-id": vdu, "number-of-instances": start} for vdu in "ab"]}]
    return {"id": "f", "vdu": [{"id": "a"}, {"id": "b"}], "df": [{"instantiation-level": levels, "scaling-aspect": aspects}]}


def reachable(start: int, most: int, delta: int) -> set[int]:
    """The numbers that OSM comes by, played out: from the first level a step at a time, never below it."""
    found, now = set(), start
    for _level in range(most + 1):
        found.add(now)
        now += delta
    return found


@settings(max_examples=60)
@given(st.integers(0, 3), st.integers(0, 4), st.integers(1, 3), st.integers(0, 15), st.integers(0, 4))
def test_what_can_be_reached_is_reached_and_all_else_refused(
    start: int, most: int, delta: int, wanted: int, level: int
) -> None:
    told, now = vnfd(start, most, ("more", {"a": delta})), start + min(level, most) * delta
    try:
        (scaling,) = scalings([{"vdu": "a", "count": wanted}], {"1": {"vnfd": told}})
        for _step in range(abs(number := steps(scaling, now))):
            now += scaling.aspect.delta if number > 0 else -scaling.aspect.delta
        assert now == wanted
    except InputError:
        assert wanted not in reachable(start, most, delta)
    else:
        assert wanted in reachable(start, most, delta)


def test_vdus_that_scale_together() -> None:
    members = {"1": {"vnfd": vnfd(1, None, ("both", {"a": 1, "b": 2}))}}
    (one,) = scalings([{"vdu": "a", "count": 3}, {"vdu": "b", "count": 5}], members)
    assert (one.vdu, steps(one, 1)) == ("a", 2)
    with pytest.raises(InputError, match=r"scale\[1\]: b and a scale together, and these counts do not go together"):
        scalings([{"vdu": "a", "count": 3}, {"vdu": "b", "count": 3}], members)
    several = {"1": {"vnfd": vnfd(1, None, ("x", {"a": 1}), ("y", {"a": 2}))}}
    with pytest.raises(InputError, match="a has the scaling aspects x, y: say which, in aspect"):
        scalings([{"vdu": "a", "count": 3}], several)
    (one,) = scalings([{"vdu": "a", "count": 3, "aspect": "y"}], several)
    assert one.aspect.delta == 2


@pytest.mark.parametrize(
    "spoilt",
    [
        {},
        {"df": None, "vdu": "x"},
        {"df": [7], "vdu": [{"id": 3}]},
        {"vdu": [{"id": "a"}], "df": [{"scaling-aspect": [{"id": "s", "aspect-delta-details": []}]}]},
        vnfd(1, None, ("more", {"a": 0})),
        vnfd("many", None, ("more", {"b": 1})),
    ],
)
def test_descriptors_that_make_no_sense_are_refused_with_a_sentence(spoilt: dict[str, Any]) -> None:
    initial_counts(spoilt)
    with pytest.raises(InputError, match=r"^scale\[0\]: "):
        scalings([{"vdu": "a", "count": 2}], {"1": {"vnfd": spoilt}})

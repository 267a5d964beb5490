# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what changes, in which order, and what is told when a change fails."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import ConflictError, FailedError, Place
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.plan import Change, Plan, carry_out, difference
from hypothesis import given
from hypothesis import strategies as st

STATES = st.dictionaries(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2)), max_size=4)


def carried_out(plan: Plan, current: dict) -> dict:
    """The state after the plan, worked out step by step."""
    state = {name: dict(value) for name, value in current.items()}
    for change in plan:
        if change.after is None:
            del state[change.name]
        else:
            state[change.name] = {**state.get(change.name, {}), **change.after}
    return state


@given(STATES, STATES)
def test_the_plan_leads_to_what_is_wanted_and_a_second_plan_is_empty(current: dict, desired: dict) -> None:
    after = carried_out(difference("thing", current, desired), current)
    assert after.keys() == desired.keys()
    assert all(after[name][key] == value for name, wanted in desired.items() for key, value in wanted.items())
    assert not difference("thing", after, desired)


@given(STATES, STATES)
def test_the_diff_shows_only_what_changes(current: dict, desired: dict) -> None:
    shown = difference("thing", current, desired).diff()
    for title, wanted in shown["after"].items():
        name = title.removeprefix("thing ")
        assert all(current.get(name, {}).get(key) != value or name not in current for key, value in wanted.items())


def test_without_pruning_nothing_is_deleted() -> None:
    assert not difference("port", {"a": {}}, {}, prune=False)
    assert difference("port", {"a": {}}, {}).to_list() == [{"action": "delete", "kind": "port", "name": "a"}]


def test_a_failure_says_what_was_made_and_what_is_left() -> None:
    plan = Plan(tuple(Change("port", name, None, {}) for name in "abc"))

    def execute(change: Change) -> None:
        if change.name == "b":
            raise ConflictError("the quota is used up", Place(file="clouds.yaml"))

    with pytest.raises(ConflictError) as caught:
        carry_out(plan, execute)
    assert str(caught.value) == (
        "clouds.yaml: the quota is used up (made: create port a; left for the next run: create port b, create port c)"
    )


def test_a_plan_of_one_needs_no_account() -> None:
    def execute(change: Change) -> None:
        raise FailedError("no")

    with pytest.raises(FailedError, match=r"^no$"):
        carry_out(Plan((Change("port", "a", None, {}),)), execute)


def test_of_very_many_changes_a_failure_names_some() -> None:
    plan = Plan(tuple(Change("chain", str(number), None, {}) for number in range(1000)))

    def execute(change: Change) -> None:
        if change.name == "900":
            raise FailedError("no")

    with pytest.raises(
        FailedError, match=r"create chain 19 and 880 more; left for the next run: create chain 900, .* and 80 more"
    ):
        carry_out(plan, execute)

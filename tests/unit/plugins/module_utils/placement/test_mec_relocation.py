# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table for the mobility of UEs: every input has an answer, each rule decides some, and the steps carry the answer out."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_processes import PLANS, STEPS
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.mec_relocation import FACTS, RULES, decision
from ansible_collections.superfluidity.nfv.plugins.modules.mec_relocation import SPEC, decide

ALL = [dict(zip(FACTS, values, strict=True)) for values in itertools.product([False, True], repeat=len(FACTS))]


def by_hand(given: dict[str, bool]) -> tuple[str, str]:
    """The action and what becomes of the state, by reading B4.2.1 and B4.2.2 aloud."""
    if given["same_host"]:
        return "none", "none"
    return of_ue(given) if given["ue"] else of_all(given)


def of_ue(given: dict[str, bool]) -> tuple[str, str]:
    anchored = ("anchor", "none") if given["near"] else None
    if not given["can_host"]:
        return anchored or ("reject", "lost" if given["stateful"] else "none")
    if not given["stateful"]:
        return "emulated", "none"
    if given["live_migration"] or given["state_api"]:
        return ("live" if given["live_migration"] else "emulated"), "transferred"
    return anchored or ("emulated", "lost")


def of_all(given: dict[str, bool]) -> tuple[str, str]:
    if not given["stateful"] or not given["in_scope"]:
        return "none", "lost" if given["stateful"] else "none"
    if given["has_instance"] and given["state_api"]:
        return "state", "transferred"
    if given["near"]:
        return "anchor", "none"
    new = given["state_api"] and given["can_host"] and not given["has_instance"]
    return ("emulated", "transferred") if new else ("none", "lost")


def options(given: dict[str, bool]) -> dict[str, Any]:
    """A task with these facts."""
    return {
        "app": {
            "kind": "ue" if given["ue"] else "generic",
            "maximum_delay": 10,
            **{key: given[key] for key in ("stateful", "state_api")},
        },
        "target": {key: given[key] for key in ("in_scope", "can_host", "has_instance")},
        **{key: given[key] for key in ("same_host", "live_migration")},
        "delay_to_anchor": 10 if given["near"] else 10.1,
    }


def asked(task: dict[str, Any]) -> dict[str, Any]:
    return decide(SPEC.validated(task), None)


def test_all_512_inputs_have_the_answer_of_the_deliverable() -> None:
    assert len(ALL) == 512
    for given in ALL:
        answer = asked(options(given))
        assert (answer["action"], answer["state"]) == by_hand(given), given
        assert answer == decision(given)
        assert answer["reason"]


def test_each_rule_decides_something() -> None:
    deciding = {decision(given)["rule"] for given in ALL}
    assert deciding == {rule.name for rule in RULES}
    assert len(deciding) == len(RULES)


def test_each_plan_and_each_step_is_used() -> None:
    assert {rule.plan for rule in RULES} == set(PLANS)
    assert {step for _process, steps in PLANS.values() for step in steps} == set(STEPS)


NEEDED = {
    "state": ["A6b", "A7b"],
    "live": ["B5b", "reserve", "migrate", "redirect", "release"],
    "emulated": ["reserve", "start", "redirect"],
    "reject": ["refuse", "stop"],
}
"""Steps that an action takes, in this order."""


@pytest.mark.parametrize("given", ALL[::3], ids=str)
def test_the_steps_carry_the_answer_out(given: dict[str, bool]) -> None:
    answer = decision(given)
    steps = [one["step"] for one in answer["steps"]]
    needed = NEEDED.get(answer["action"], [])
    assert [step for step in steps if step in needed] == needed
    assert (answer["process"], steps) == (None, []) if given["same_host"] else answer["process"] == "AB"[given["ue"]]
    assert any("transfers" in one["verb"] or "migrates" in one["verb"] for one in answer["steps"]) == (
        answer["state"] == "transferred"
    )
    assert any("tunnel to the anchor" in one["what"] for one in answer["steps"]) == (answer["action"] == "anchor")
    assert ("stop" in steps) <= given["ue"]  # an instance for all serves others
    if steps:
        assert steps[0] in {"A1", "B1"}
        detected = [step for step in steps if step in {"A2", "B2", "pass"}]
        assert steps[1] == detected[0]


def test_a_maximum_that_is_not_given_allows_any_delay_and_an_unknown_delay_none() -> None:
    app = {"kind": "generic", "stateful": True}
    assert asked({"app": app})["action"] == "anchor"
    assert asked({"app": app, "delay_to_anchor": 1e6})["action"] == "anchor"
    assert asked({"app": {**app, "maximum_delay": 5}})["action"] == "none"
    assert asked({"app": {**app, "maximum_delay": 5}, "delay_to_anchor": 5})["action"] == "anchor"


BAD = [
    ({"app": {"maximum_delay": -1}}, "app.maximum_delay: -1 is less than 0"),
    ({"app": {"maximum_delay": math.nan}}, "app.maximum_delay: nan is not a finite number"),
    ({"app": {}, "delay_to_anchor": -3}, "delay_to_anchor: -3 is less than 0"),
    ({"app": {}, "delay_to_anchor": math.inf}, "delay_to_anchor: inf is not a finite number"),
    ({"app": {"kind": "car"}}, "value of kind must be one of: generic, ue, got: car"),
    ({"target": {}}, "missing required arguments: app"),
    ({"app": {"speed": 3}}, "app.speed"),
    ({"app": {"stateful": "perhaps"}}, "stateful"),
]


@pytest.mark.parametrize(("task", "sentence"), BAD, ids=[sentence for _task, sentence in BAD])
def test_bad_input_is_one_sentence(task: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(task)
    assert sentence in str(caught.value)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From samples to templates: the deliverable's example by every way, and what campaigns fall into."""

from __future__ import annotations

import json
import random
import statistics
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation import findings, optimisation
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import SPEC, decide

from .figures import CLASSES, EXPECTED, GOALS, OPTIONS, samples, table

ROWS = list(samples(steps=80))
COLUMNS = list(ROWS[0])
SLOW = list(samples(tau=350))


class Texts(Files):
    """Files by name, without a disk."""

    def __init__(self, texts: Mapping[str, str]):
        self._texts = texts

    def text(self, path: str, strict: bool = False) -> str:
        return self._texts[path]


def asked(rows: Any = None, texts: Mapping[str, str] | None = None, **options: Any) -> dict[str, Any]:
    given = texts or {"campaign.csv": table(ROWS if rows is None else rows)}
    return decide(SPEC.validated({**OPTIONS, "samples": list(given), **options}), Texts(given))


def chosen(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (answer["costs"][name], template) for name, template in answer["templates"].items()}


def kinds(answer: Mapping[str, Any]) -> set[str]:
    return {one["kind"] for one in answer["findings"]}


@pytest.mark.parametrize("labels", ["point", "quantile", "trial"])
@pytest.mark.parametrize("class_rule", ["exact", "ordered"])
@pytest.mark.parametrize("algorithm", ["c45", "cart"])
def test_the_deliverables_example(labels: str, class_rule: str, algorithm: str) -> None:
    if algorithm == "cart":
        pytest.importorskip("sklearn")
    answer = asked(labels=labels, class_rule=class_rule, algorithm=algorithm, goals=GOALS, window=0.9, probability=0.99)
    assert chosen(answer) == EXPECTED
    assert list(answer["templates"]) == list(EXPECTED)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert {rule["text"] for rule in answer["rules"]} == RULES[algorithm]
    assert sum(rule["support"] for rule in answer["rules"]) == answer["tree"]["support"]
    assert answer["importance"]["vnic_type"] > answer["importance"]["vm_vcpus"] > answer["importance"]["vm_ram"] == 0


RULES = {
    "c45": {
        "vnic_type = direct → class_A",
        "vm_vcpus > 2 and vnic_type = normal → class_B",
        "vm_vcpus <= 2 and vnic_type = normal → None",
    },
    "cart": {
        "vnic_type = direct → class_A",
        "vm_vcpus > 2 and vnic_type != direct → class_B",
        "vm_vcpus <= 2 and vnic_type != direct → None",
    },
}


def shuffled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return random.Random(1).sample(rows, len(rows))


def spelled(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "vm_ram": f"{row['vm_ram']}.0",
        "vm_vcpus": f"{row['vm_vcpus']:e}",
        "note": "a, b",
        "cpu_policy": "dedicated",
    }


FORMS: dict[str, Callable[[], dict[str, str]]] = {
    "shuffled": lambda: {"a": table(shuffled(ROWS))},
    "split in the middle of trials": lambda: {"a": table(ROWS[:1501]), "b": table(ROWS[1501:], COLUMNS[::-1])},
    "shuffled and split": lambda: {str(part): table(shuffled(ROWS)[part::5], shuffled(COLUMNS)) for part in range(5)},
    "spelled otherwise": lambda: {"a": table(list(map(spelled, ROWS)), [*COLUMNS[::-1], "note", "cpu_policy"])},
    "semicolons": lambda: {"a": table(ROWS, delimiter=";")},
    "quoted": lambda: {"a": "\ufeff" + table(ROWS, quoting=1).replace("\n", "\r\n")},
    "json": lambda: {"a": json.dumps(ROWS)},
    "json lines": lambda: {"a": "".join(json.dumps(row) + "\n" for row in ROWS)},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("labels", ["point", "trial"])
def test_the_form_of_the_samples_does_not_matter(form: str, labels: str) -> None:
    assert asked(texts=FORMS[form](), labels=labels) == asked(labels=labels)


def test_costs_with_keys_of_text_and_classes_in_any_order() -> None:
    costs = json.loads(json.dumps(OPTIONS["costs"]))
    turned = asked(costs=costs, sla_classes=dict(reversed(CLASSES.items())), class_rule="ordered")
    assert chosen(turned) == EXPECTED
    assert list(turned["templates"]) == ["class_B", "class_A", "None"]


@pytest.mark.parametrize("algorithm", ["c45", "cart"])
def test_a_tree_is_no_deeper_than_can_be_handed_on(algorithm: str) -> None:
    """Where every other value is of the class, each test cuts one value off."""
    if algorithm == "cart":
        pytest.importorskip("sklearn")
    rows = [{"size": at, "latency": 1 + 4 * (at % 2)} for at in range(600) for _sample in range(3)]
    options = {"sla_classes": {"fast": {"latency": "{} < 2"}}, "costs": {"size": dict.fromkeys(range(600), 1)}}
    answer = decide(
        SPEC.validated({**options, "parameters": ["size"], "samples": ["a"], "algorithm": algorithm, "pruning": 0.999}),
        Texts({"a": json.dumps(rows)}),
    )
    assert depth(answer["tree"]) == 101 if algorithm == "cart" else depth(answer["tree"]) <= 101


def depth(node: dict[str, Any]) -> int:
    return 1 + max(map(depth, node.get("branches", [])), default=0)


def test_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sklearn", "sklearn.tree"):
        monkeypatch.setitem(sys.modules, name, None)
    assert chosen(asked()) == EXPECTED
    with pytest.raises(Exception, match="scikit-learn is missing"):
        asked(algorithm="cart")


def test_trap_1_the_whole_ramp_labels_every_trial_none() -> None:
    answer = asked(window=0, labels="trial")
    assert answer["counts"]["classes"] == {"class_A": 0, "class_B": 0, "None": 48}
    assert list(answer["templates"]) == ["None"]
    assert "samples meet it, but no trial as a whole is" in answer["omitted"]["class_A"]
    assert any(sentence.startswith("class_A: ") for sentence in answer["warnings"])


def test_trap_1_slow_saturation_needs_points_and_slower_reaches_no_class() -> None:
    assert chosen(asked(SLOW)) == EXPECTED
    assert "class_A" not in asked(SLOW, labels="trial")["templates"]
    slowest = asked(list(samples(tau=450)))
    assert "class_A" not in slowest["templates"]
    assert slowest["omitted"]["class_A"]


@pytest.mark.parametrize(("tau", "reached"), [(130, True), (250, False), (350, False)])
def test_trap_2_points_of_the_whole_ramp_need_a_quick_service(tau: float, reached: bool) -> None:
    assert (chosen(asked(list(samples(steps=100, tau=tau)), window=0)) == EXPECTED) is reached


def test_trap_3_points_between_the_boxes_are_told() -> None:
    rows = [{**row, "latency": 0.9} if row["vnic_type"] == "normal" and row["vm_vcpus"] == 4 else row for row in ROWS]
    answer = asked(rows)
    [gap] = [one for one in answer["findings"] if one["kind"] == "gap"]
    assert gap["classes"] == {"class_B": answer["counts"]["window"] // 4}
    assert "class_rule ordered takes them" in gap["message"]
    assert "class_B" not in answer["templates"]
    assert chosen(asked(rows, class_rule="ordered")) == EXPECTED
    assert "gap" not in kinds(asked(rows, class_rule="ordered"))


def test_trap_4_odd_values_are_kept_and_told() -> None:
    rows = [row for row in ROWS if row["vm_ram"] == 4092]
    answer = asked(rows)
    assert answer["templates"]["None"]["vm_ram"] == 4092
    assert "vm_ram is 4092, is that not 4096? It is kept as it is" in answer["warnings"]
    both = [{**row, "vm_ram": {2048: 4096}.get(row["vm_ram"], row["vm_ram"])} for row in ROWS]
    answer = asked(both, costs={**OPTIONS["costs"], "vm_ram": {4092: 1, 4096: 2}})
    assert not [one for one in answer["warnings"] if "is that not" in one], "who measures both means both"


def test_trap_5_an_empty_class_is_omitted_with_a_reason() -> None:
    classes = {**CLASSES, "class_X": {"throughput": "{} > 500"}}
    answer = asked(sla_classes=classes)
    assert chosen(answer) == EXPECTED
    assert answer["omitted"]["class_X"].startswith("class_X: no sample has throughput > 500; it lies between ")
    same = [{**row, "throughput": 5.25} for row in ROWS]
    assert asked(same, sla_classes=classes)["omitted"]["class_X"].endswith("has throughput > 500; it is 5.25 in all of them")
    assert asked(sla_classes={"all": {"throughput": "{} > 0"}})["omitted"] == {"None": "None: all samples are of some class"}


def test_a_class_that_is_met_at_times_has_no_rule() -> None:
    rows = [{**row, "throughput": 300.0} if row["vnic_type"] == "direct" and n % 5 == 0 else row for n, row in enumerate(ROWS)]
    answer = asked(rows, sla_classes={**CLASSES, "peak": {"latency": "{} < 0.92", "throughput": "{} > 250"}}, outliers="none")
    assert answer["omitted"]["peak"].startswith("peak: no rule leads to it; ")
    assert chosen(answer) == EXPECTED


def test_confidence_is_that_of_the_template_with_its_outliers() -> None:
    rows = [dict(row) for row in ROWS]
    own = [row for row in rows if row["users"] >= 900 and all(row[name] == value for name, value in DIRECT.items())]
    own[3]["latency"] = 50.0
    answer = asked(rows)
    assert answer["counts"]["outliers"] == 1
    assert answer["confidence"]["class_A"] == pytest.approx(1 - 1 / len(own), abs=1e-6)
    assert {"outliers", "unsure"} <= kinds(answer)
    assert chosen(answer) == EXPECTED
    assert chosen(asked(rows, labels="trial")) == EXPECTED
    assert "unsure" not in kinds(asked(rows, probability=0.9))


def reached(rows: list[dict[str, Any]], least: float) -> dict[tuple[Any, ...], dict[str, tuple[float, ...]]]:
    """By configuration what its samples under so many users reach, by looking at each."""
    found: dict[tuple[Any, ...], dict[str, list[float]]] = {}
    for row in rows:
        if row["users"] >= least:
            own = found.setdefault(tuple(row[name] for name in OPTIONS["parameters"]), {"latency": [], "throughput": []})
            for metric, values in own.items():
                values.append(row[metric])
    return {
        key: {metric: (min(values), statistics.median(values), max(values)) for metric, values in own.items()}
        for key, own in found.items()
    }


def test_what_each_configuration_reaches_with_its_outliers() -> None:
    rows = [dict(row) for row in ROWS]
    peak = max(row["users"] for row in rows)
    next(row for row in rows if row["users"] == peak)["latency"] = 50.0
    answer = asked(rows)
    assert answer["counts"]["outliers"] == 1
    expected = reached(rows, 0.9 * peak)
    found = answer["configurations"]
    assert {
        tuple(one["configuration"].values()): {metric: tuple(ends.values()) for metric, ends in one["metrics"].items()}
        for one in found
    } == expected
    assert max(one["metrics"]["latency"]["highest"] for one in found) == 50.0
    assert sum(one["samples"] for one in found) == answer["counts"]["window"]
    for one in found:
        level = "class_A" if one["configuration"]["vnic_type"] == "direct" else "class_B"
        level = "None" if level == "class_B" and one["configuration"]["vm_vcpus"] == 2 else level
        assert one["class"] == level
        assert one["cost"] == sum(OPTIONS["costs"][name][value] for name, value in one["configuration"].items())
    assert [(list(EXPECTED).index(one["class"]), one["cost"]) for one in found] == sorted(
        (list(EXPECTED).index(one["class"]), one["cost"]) for one in found
    )
    for name, template in answer["templates"].items():
        [own] = [one for one in found if one["configuration"].items() <= template.items()]
        assert (own["class"], own["cost"]) == (name, answer["costs"][name])


@pytest.mark.parametrize("most", [1, 4, 7, 15, 16])
def test_of_many_configurations_a_part_is_shown_and_the_templates(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = asked()["configurations"]
    monkeypatch.setattr(optimisation, "SHOWN", most)
    answer = asked()
    part = answer["configurations"]
    assert len(part) <= max(most, 4)
    assert len(part) >= min(most, 3)
    assert [one for one in whole if one in part] == part
    assert {one["class"] for one in part} == set(EXPECTED)
    for template in answer["templates"].values():
        assert any(one["configuration"].items() <= template.items() for one in part)
    assert answer["counts"]["configurations"] == 16


def test_the_bounds_are_told_as_the_rule_takes_them() -> None:
    answer = asked()
    assert answer["bounds"]["class_B"]["latency"] == {"lower": 0.92, "upper": 1.05, "text": "> 0.92 and < 1.05"}
    assert answer["bounds"]["class_A"]["throughput"] == {"lower": 180.0, "upper": None, "text": "> 180"}
    ordered = asked(class_rule="ordered", goals=GOALS)
    assert ordered["bounds"]["class_B"]["latency"] == {"lower": None, "upper": 1.05, "text": "< 1.05"}
    assert ordered["goals"] == GOALS


@pytest.mark.parametrize(
    ("outliers", "many", "told"),
    [
        (1, 0, ["1 of 50 samples is an outlier, and the tree was grown without it"]),
        (2, 0, ["2 of 50 samples are outliers, and the tree was grown without them"]),
        (0, 1, ["one configuration has too many samples far from the others for them to be outliers; all were kept"]),
        (0, 4, ["4 configurations have too many samples far from the others for them to be outliers; all were kept"]),
    ],
)
def test_the_verb_goes_with_the_number(outliers: int, many: int, told: list[str]) -> None:
    assert [one["message"] for one in findings.outliers(outliers, many, 50)] == told


def test_one_sample_is_one() -> None:
    [left] = findings.left_out(1, 9, {"cpu_policy": "dedicated"})
    assert left["message"] == "1 of 9 samples was measured with other values of cpu_policy and left out"
    rows = [dict(row) for row in ROWS]
    next(row for row in rows if row["users"] == max(one["users"] for one in rows) and row["vnic_type"] == "direct")[
        "latency"
    ] = 0.99
    [gap] = [one for one in asked(rows, outliers="none")["findings"] if one["kind"] == "gap"]
    assert "samples fits no class" in gap["message"]
    assert "though one is as good as class_B asks" in gap["message"]


DIRECT = {"vm_ram": 2048, "vm_vcpus": 2, "vnic_type": "direct", "memory_page_size": "small"}


def test_ties_go_by_cost_and_then_by_the_values() -> None:
    costs = {name: dict.fromkeys(table, 1) for name, table in OPTIONS["costs"].items()}
    assert chosen(asked(costs=costs))["class_A"] == (4, {**DIRECT, "memory_page_size": "large", "cpu_policy": "dedicated"})


def test_what_was_not_measured_is_told_or_taken() -> None:
    rows = [row for row in ROWS if any(row[name] != value for name, value in DIRECT.items())]
    answer = asked(rows)
    assert chosen(answer)["class_A"] == (14, {**DIRECT, "vm_vcpus": 4, "cpu_policy": "dedicated"})
    [told] = [one for one in answer["findings"] if one["kind"] == "unmeasured"]
    assert (told["configuration"], told["cost"]) == (DIRECT, 13)
    possible = asked(rows, candidates="possible")
    assert chosen(possible) == EXPECTED
    assert possible["confidence"]["class_A"] is None


def test_samples_with_other_fixed_values_do_not_count() -> None:
    poor = [{**row, "cpu_policy": "shared", "throughput": 1.0} for row in ROWS]
    answer = asked([*poor, *({**row, "cpu_policy": "dedicated"} for row in ROWS)])
    assert chosen(answer) == EXPECTED
    assert answer["counts"]["left_out"] == len(ROWS)
    assert "other_fixed_values" in kinds(answer)
    with pytest.raises(InputError, match="fixed: no sample was measured with these values"):
        asked(poor)


def test_trials_that_were_cut_short_are_told() -> None:
    rows = [row for row in ROWS if row["iteration"] != 2 or row["users"] < 400]
    assert "low_peak" in kinds(asked(rows))
    assert "low_peak" not in kinds(asked())


def test_pruning_that_is_strong_leaves_one_leaf() -> None:
    answer = asked(pruning=1e-300, labels="trial")
    assert (list(answer["templates"]), len(answer["rules"])) == (["class_A"], 1)
    assert answer["omitted"]["class_B"].startswith(
        "class_B: no rule leads to it; 12 trials are of it, at most 100 % of those of a configuration: more of them, or"
    )


def test_a_dearer_class_is_told() -> None:
    costs = {**OPTIONS["costs"], "vnic_type": {"normal": 1, "direct": 1}}
    assert "the template of class_A costs no more than that of class_B" in asked(costs=costs)["warnings"]


def test_costs_of_fixed_values_are_added() -> None:
    assert asked(costs={**OPTIONS["costs"], "cpu_policy": {"dedicated": 2.5}})["costs"]["class_B"] == 7.5


CSV = table(ROWS)
IDLE = table([{**row, "users": 0} for row in ROWS])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"samples": []}, "samples: is empty; name at least one"),
        ({"samples": ["a", "a"]}, "samples: 'a' stands twice"),
        ({"parameters": []}, "parameters: is empty; name at least one"),
        ({"parameters": ["vm_ram", "vm_ram"]}, "parameters: 'vm_ram' stands twice"),
        ({"parameters": ["vm_ram", "latency"]}, "parameters: 'latency' is the load or a metric"),
        ({"parameters": ["vm_ram", "colour"], "costs": {}}, "there is no column 'colour'; there are: vm_ram, vm_vcpus"),
        ({"load": "user"}, "there is no column 'user'"),
        ({"trial": ["day"]}, "there is no column 'day'"),
        ({"sla_classes": {"a": {"jitter": "{} < 1"}}}, "there is no column 'jitter'"),
        ({"sla_classes": {}}, "sla_classes: is empty"),
        ({"sla_classes": {"a": {"latency": ["{} < eval(1)"]}}}, "sla_classes.a.latency: '{} < eval(1)' is not a bound"),
        ({"costs": {}}, "costs.vm_ram: is missing"),
        ({"costs": {**OPTIONS["costs"], "vm_ram": {2048: 1, 4096: 1}}}, "costs.vm_ram: there is no cost for its value 4092"),
        ({"costs": {**OPTIONS["costs"], "colour": {}}}, "costs.colour: there is no parameter of that name"),
        ({"fixed": {"vm_ram": 2048}}, "fixed.vm_ram: is a parameter already"),
        ({"fixed": {"a": float("nan")}}, "fixed: holds what JSON cannot say"),
        ({"fixed": {"a": None}}, "fixed.a: is missing"),
        ({"window": 1.1}, "window: 1.1 is not a share from 0 to 1"),
        ({"window": float("nan")}, "window: nan is not a share from 0 to 1"),
        ({"probability": 0}, "probability: 0 is not a share above 0 and up to 1"),
        ({"pruning": -1}, "pruning: -1 is not between 0 and 1"),
        ({"pruning": 1}, "pruning: 1 is not between 0 and 1"),
        ({"outlier_fence": 0}, "outlier_fence: 0 is not a finite number above 0"),
        ({"outlier_fence": float("inf")}, "outlier_fence: inf is not"),
        ({"goals": {"latency": 1}}, "goals.latency: 1 is no goal"),
        (
            {"labels": "trial", "sla_classes": {"a": {"latency": "0 < {} < 1"}}},
            "goals.latency: is missing; say minimise or maximise",
        ),
        ({"samples": ["idle"]}, "load: no sample is left in the window, since users is 0 in all of them"),
        ({"window": 0.5, "load": None}, "missing parameter(s) required by 'window': load"),
        ({"store": "x"}, "parameters are mutually exclusive: samples|store"),
        ({"samples": None}, "samples: is empty; name at least one"),
        ({"labels": "mean"}, "value of labels must be one of: point, quantile, trial"),
    ],
)
def test_what_is_wrong_is_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        asked(texts={"a": CSV, "idle": IDLE}, **{"samples": ["a"], **options})
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)

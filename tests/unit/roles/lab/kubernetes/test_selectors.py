# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label and field selectors, by their laws and by examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes_emulator import selectors

KEYS = st.sampled_from(["app", "tier", "example.com/zone"])
VALUES = st.sampled_from(["a", "b", "c-1"])
LABELS = st.dictionaries(KEYS, VALUES)


def holds(text: str, labels: dict[str, str]) -> bool:
    return selectors.matches(selectors.parse(text), labels)


@given(LABELS)
def test_an_object_matches_its_own_labels(labels: dict[str, str]) -> None:
    assert holds(",".join(f"{key}={value}" for key, value in labels.items()), labels)


@given(LABELS, KEYS, VALUES)
def test_equality_and_its_negation_exclude_each_other(labels: dict[str, str], key: str, value: str) -> None:
    assert holds(f"{key}={value}", labels) is holds(f"{key} == {value}", labels) is not holds(f"{key}!={value}", labels)


@given(LABELS, KEYS, st.lists(VALUES, min_size=1))
def test_in_is_a_union_of_equalities(labels: dict[str, str], key: str, values: list[str]) -> None:
    listed = f"({', '.join(values)})"
    assert holds(f"{key} in {listed}", labels) is any(holds(f"{key}={value}", labels) for value in values)
    assert holds(f"{key} in {listed}", labels) is not holds(f"{key} notin {listed}", labels)


@given(LABELS, KEYS)
def test_existence(labels: dict[str, str], key: str) -> None:
    assert holds(key, labels) is (key in labels) is not holds(f"!{key}", labels)


@given(LABELS, st.lists(st.tuples(KEYS, VALUES)))
def test_a_comma_means_and(labels: dict[str, str], pairs: list[tuple[str, str]]) -> None:
    texts = [f"{key}={value}" for key, value in pairs]
    assert holds(",".join(texts), labels) is all(holds(text, labels) for text in texts)


@given(st.dictionaries(KEYS, VALUES), LABELS)
def test_the_text_of_an_object_selector_means_the_same(wanted: dict[str, str], labels: dict[str, str]) -> None:
    expressions = [{"key": "tier", "operator": "NotIn", "values": ["b"]}, {"key": "app", "operator": "Exists"}]
    selector = {"matchLabels": wanted, "matchExpressions": expressions}
    assert holds(selectors.as_text(selector), labels) is selectors.matches(selectors.of_object(selector), labels)


@pytest.mark.parametrize("text", ["a b", "=a", "app in a", "app=a,,b", "app=(a)"])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unable to parse requirement"):
        selectors.parse(text)


def test_field_selectors_follow_paths_and_know_their_fields() -> None:
    terms = selectors.parse_fields("spec.nodeName=n1,metadata.name!=x", ["spec.nodeName"])
    assert selectors.matches_fields(terms, {"metadata": {"name": "y"}, "spec": {"nodeName": "n1"}})
    assert not selectors.matches_fields(terms, {"metadata": {"name": "x"}, "spec": {"nodeName": "n1"}})
    with pytest.raises(ValueError, match=r"not supported: spec\.image"):
        selectors.parse_fields("spec.image=x", ["spec.nodeName"])

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON patch, merge patch, strategic merge patch and field ownership, by their laws and by examples."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubernetes_emulator import ownership, patches, schemas
from kubernetes_emulator.errors import StatusError

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab/~", max_size=2)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner))
WITHOUT_NULL = st.recursive(
    st.booleans() | st.integers(-3, 3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner),
)
MAPS = st.dictionaries(st.sampled_from("abc"), WITHOUT_NULL)
POD = schemas.reference("", "v1", "Pod")
NAMES = st.sampled_from(["a", "b", "c"])
CONTAINERS = st.lists(st.fixed_dictionaries({"name": NAMES, "image": NAMES}), unique_by=lambda one: one["name"])


def by_name(containers: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in containers}


def difference(old: Any, new: Any) -> Any:
    """The merge patch that leads from ``old`` to ``new``."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    changed = {key: difference(old.get(key), value) for key, value in new.items() if old.get(key) != value}
    return {**changed, **{key: None for key in old if key not in new}}


@given(VALUES, VALUES)
def test_a_json_patch_leads_from_one_document_to_the_other(old: Any, new: Any) -> None:
    untouched = copy.deepcopy(old)
    assert patches.json_patch(old, jsonpatch.make_patch(old, new).patch, {}) == new
    assert old == untouched


@pytest.mark.parametrize(
    ("patch", "code"),
    [([{"op": "test", "path": "/a", "value": 2}], 422), ([{"op": "remove", "path": "/b"}], 422), ([{"op": "jump"}], 400)],
)
def test_a_json_patch_that_does_not_fit_is_refused(patch: list[dict[str, Any]], code: int) -> None:
    with pytest.raises(StatusError) as caught:
        patches.json_patch({"a": 1}, patch, {})
    assert caught.value.code == code


@given(MAPS, MAPS)
def test_a_merge_patch_leads_from_one_map_to_the_other(old: Any, new: Any) -> None:
    patch = difference(old, new)
    merged = patches.merge_patch(old, patch, {})
    assert merged == new
    assert patches.merge_patch(merged, patch, {}) == merged


@given(CONTAINERS, CONTAINERS)
def test_a_strategic_patch_merges_lists_by_their_key(old: list[dict[str, str]], new: list[dict[str, str]]) -> None:
    merged = patches.strategic_merge_patch({"spec": {"containers": old}}, {"spec": {"containers": new}}, POD)
    images = {one["name"]: one["image"] for one in merged["spec"]["containers"]}
    assert images == {**{one["name"]: one["image"] for one in old}, **{one["name"]: one["image"] for one in new}}


def test_the_directives_of_a_strategic_patch() -> None:
    spec = {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "2"}], "nodeSelector": {"x": "y"}}
    obj = {"metadata": {"finalizers": ["one", "two"]}, "spec": spec}
    patch = {
        "metadata": {"$deleteFromPrimitiveList/finalizers": ["one"]},
        "spec": {"containers": [{"name": "a", "$patch": "delete"}], "nodeSelector": {"$patch": "replace", "z": "1"}},
    }
    merged = patches.strategic_merge_patch(obj, patch, POD)
    assert merged == {
        "metadata": {"finalizers": ["two"]},
        "spec": {"containers": [{"name": "b", "image": "2"}], "nodeSelector": {"z": "1"}},
    }


@given(CONTAINERS, CONTAINERS)
def test_applying_again_changes_nothing_and_leaves_what_is_asked(first: Any, second: Any) -> None:
    live = {"apiVersion": "v1", "metadata": {}}
    for containers in (first, second, second):
        wanted = {"apiVersion": "v1", "metadata": {}, "spec": {"containers": containers, "nodeName": "n"}}
        before, live = live, ownership.apply(copy.deepcopy(live), wanted, POD, "me", force=False)
    assert live == before
    assert by_name(live["spec"]["containers"]) == by_name(second)


@given(CONTAINERS)
def test_managed_fields_keep_every_path(containers: Any) -> None:
    obj = {"metadata": {"labels": {"a": "1"}}, "spec": {"containers": containers, "nodeSelector": {}}}
    paths = set(ownership.fields(obj, POD))
    assert ownership.as_paths(ownership.as_tree(paths)) == paths

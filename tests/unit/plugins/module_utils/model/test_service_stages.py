# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where functions stand and in which stages they start."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service_stages import (
    functions_at,
    site_named,
    sites_of,
    stages,
)

CORE = {"name": "core-1", "role": "core"}
EDGE_1 = {"name": "edge-1", "role": "edge"}
EDGE_2 = {"name": "edge-2", "role": "edge"}
SITES = [EDGE_2, CORE, EDGE_1]


def service(order: list[list[str]] | None = None, **sites: dict) -> dict:
    functions = [{"name": name, "vdus": [], **({"site": site} if site else {})} for name, site in sites.items()]
    return {"name": "s", "functions": functions, **({"order": order} if order is not None else {})}


def names(service: dict, site: dict, sites: list[dict]) -> list[str]:
    return [function["name"] for function in functions_at(service, site, sites)]


def test_functions_stand_at_their_role_or_site_and_at_the_core_by_default() -> None:
    whole = service(a={}, b={"role": "edge"}, c={"name": "edge-2"})
    assert [names(whole, site, SITES) for site in (CORE, EDGE_1, EDGE_2)] == [["a"], ["b"], ["b", "c"]]
    assert names(whole, EDGE_1, []) == ["b"]


def test_a_number_of_instances_takes_the_first_sites_by_name() -> None:
    whole = service(a={"role": "edge", "instances": 1})
    assert [names(whole, site, SITES) for site in (EDGE_1, EDGE_2)] == [["a"], []]
    assert sites_of(whole, "a", SITES) == ["edge-1"]
    assert sites_of(service(a={"role": "edge"}), "a", SITES) == ["edge-1", "edge-2"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, [["a", "b", "c"]]),
        ([], [["a", "b", "c"]]),
        ([["core"], ["edge"]], [["a"], ["b", "c"]]),
        ([["edge"]], [["b", "c"], ["a"]]),
        ([["c"], ["edge"], ["core"]], [["c"], ["b"], ["a"]]),
        ([["b"]], [["b"], ["a", "c"]]),
    ],
)
def test_stages_hold_every_function_once(order: list[list[str]] | None, expected: list[list[str]]) -> None:
    assert stages(service(order, a={}, b={"role": "edge"}, c={"role": "edge"})) == expected


def test_a_site_is_a_mapping_or_a_name_beside_a_role() -> None:
    assert site_named({"name": "edge-1", "role": "edge", "zone": "west"}) == EDGE_1
    assert site_named("edge-1", "edge") == EDGE_1


@pytest.mark.parametrize(
    ("site", "role"), [({}, None), (None, "edge"), ("", "edge"), ("e", None), ("e", "moon"), ({"name": 1}, "edge")]
)
def test_what_is_no_site(site: object, role: str | None) -> None:
    with pytest.raises(InputError, match=r"the site .*(has no name|needs a role)"):
        site_named(site, role)

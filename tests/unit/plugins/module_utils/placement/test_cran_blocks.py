# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of C-RAN blocks and its rules."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.placement.cran_blocks import (
    BLOCKS,
    LOCATIONS_OF_ROLES,
    block,
    refusal,
    refusals,
)

TABLE = {  # the places of deliverable D6.1, table 5, typed off by hand: antenna, front end, edge, central
    "PHY RRH": "A",
    "PHY Cell": "AF",
    "PHY Cell: Joint Multiuser Detection": "AF",
    "PHY User": "FE",
    "MAC Cell": "FE",
    "MAC Cell: link adaptation": "A",
    "MAC User": "E",
    "RLC": "E",
    "PDCP": "EC",
    "RRC Cell": "EC",
    "RRC User": "EC",
    "NAS User": "EC",
    "NAS Core": "EC",
}
ROLES = {"A": "cran", "F": "cran", "E": "edge", "C": "core"}
SITES = {"front": "cran", "town": "edge", "centre": "core"}


def test_the_table_has_the_rows_of_the_deliverable() -> None:
    letters = {"antenna site": "A", "front-end cloud": "F", "edge cloud": "E", "central cloud": "C"}
    assert {name: "".join(letters[one] for one in row.locations) for name, row in BLOCKS.items()} == TABLE
    assert {name for name, row in BLOCKS.items() if not row.virtual} == {"PHY RRH"}
    assert {name: row.deadline for name, row in BLOCKS.items() if row.deadline} == {
        "PHY Cell": 10,
        "PHY User": 3,
        "MAC Cell": 10,
        "MAC Cell: link adaptation": 10,
        "MAC User": 1,
    }
    assert {row.scaling for row in BLOCKS.values()} == {"none", "frame", "seconds", "minutes", "day", "unsaid"}
    assert LOCATIONS_OF_ROLES == {
        "cran": ["antenna site", "front-end cloud"],
        "edge": ["edge cloud"],
        "core": ["central cloud"],
    }


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("role", ["cran", "edge", "core"])
def test_each_block_at_each_role(name: str, role: str) -> None:
    allowed = role in {ROLES[letter] for letter in TABLE[name]}
    by_table = refusal(BLOCKS[name], role, physical=True, phy_at_edge=True)
    assert (by_table is None) == allowed
    if by_table:
        assert f"table 5, row {name}" in by_table
        assert f"role {role}" in by_table
    strict = refusal(BLOCKS[name], role, physical=True)
    assert (strict is None) == (allowed and not (name.startswith("PHY") and role != "cran"))


def test_what_is_placed_is_judged_item_by_item() -> None:
    placed = [
        {"name": "fft", "cran_block": "PHY Cell", "site": "front", "kind": "vm"},
        {"name": "harq", "cran_block": "phy  user", "site": "town", "kind": "pod"},
        {"name": "ciphers", "cran_block": "PDCP", "site": "front"},
        {"name": "head", "cran_block": "PHY RRH", "site": "front", "kind": "vm"},
        {"name": "iron", "cran_block": "PHY RRH", "site": "front", "kind": "baremetal"},
        {"name": "web", "site": "nowhere"},
        {"name": "mme", "cran_block": "NAS Core", "site": "centre"},
    ]
    first, second, third = refusals(placed, SITES)
    assert first.startswith("harq at town: the physical layer never lands beyond the front-end cloud")
    assert second.startswith("ciphers at front: PDCP runs at the edge cloud or central cloud only")
    assert third == "head at front: PHY RRH is a physical function and is never virtualised (table 5, row PHY RRH)"
    assert refusals(placed, SITES, phy_at_edge=True) == [second, third]
    assert refusals([], SITES) == []


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({"cran_block": "PHY", "site": "front"}, r"placed\[0\].cran_block: there is no C-RAN block 'PHY'; there are: PHY RRH"),
        ({"cran_block": "RLC", "site": "moon"}, r"placed\[0\].site: there is no site 'moon'; there are: front, town, centre"),
        ({"cran_block": "RLC"}, r"placed\[0\].site: there is no site None"),
        ({"cran_block": "RLC", "site": "odd"}, "sites.odd: its role 'sea' is none of cran, edge, core"),
    ],
)
def test_what_is_unknown_is_refused(item: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        refusals([item], SITES if item.get("site") != "odd" else {"odd": "sea"})


def test_a_block_has_its_name_in_any_case() -> None:
    assert block(" nas   CORE ", "x").name == "NAS Core"

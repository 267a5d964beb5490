# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page and the table show every part, escaped, the ill ones marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.report.page import in_order, is_well, page, table

SITES = {"cran-1": {"role": "cran"}, "edge-1": {"role": "edge"}, "core-1": {"role": "core"}}
PARTS = [
    {
        "site": "edge-1",
        "host": "edge-1-openstack",
        "kind": "server",
        "name": "tof",
        "status": "ACTIVE",
        "addresses": ["10.0.0.4"],
    },
    {"site": "edge-1", "host": "fw", "kind": "process", "name": "<b>fw</b>", "status": "stopped", "id": 7},
]


class Balanced(HTMLParser):
    """Fails on a tag that is closed and was not opened, and collects the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Balanced:
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    return parser


def test_every_part_is_on_the_page_and_nothing_is_taken_for_markup() -> None:
    text = read(page("video & more", PARTS, SITES)).text
    assert {"video & more", "tof", "<b>fw</b>", "10.0.0.4", "stopped"} <= set(text)
    assert "Nothing of the service runs here." in text


def test_what_is_ill_is_counted_and_marked() -> None:
    html = page("video", PARTS, SITES)
    assert '<div class="ill"><b>1</b>not as they should be</div>' in html
    assert '<td class="ill">stopped</td>' in html
    assert '<td class="well">ACTIVE</td>' in html


def test_a_site_has_one_table_whose_rows_have_the_same_columns() -> None:
    html = page("video", PARTS, SITES)
    assert html.count("<table>") == 1
    assert re.findall(r'<th scope="col">(\w+)</th>', html) == ["kind", "name", "status", "addresses", "host", "id"]
    assert [row.count("<td ") for row in re.findall(r"<tr><td.*?</tr>", html)] == [6, 6]
    assert html.count("<tbody>") == 2


def test_sites_come_from_the_core_outwards() -> None:
    assert in_order(SITES, PARTS) == ["core-1", "edge-1", "cran-1"]
    assert in_order({}, PARTS) == ["edge-1"]


@pytest.mark.parametrize(
    ("status", "well"),
    [("2/2 ready", True), ("1/2 ready", False), ("CREATE_FAILED", False), ("CREATE_COMPLETE", True), (None, False)],
)
def test_well(status: str | None, well: bool) -> None:
    assert is_well({"status": status}) is well


def test_the_table_lines_up() -> None:
    lines = table("video", PARTS)
    assert len(lines) == 4
    assert {line.index(word) for line, word in zip(lines[1:3], ("ACTIVE", "stopped"), strict=True)} == {
        lines[0].index("STATUS")
    }
    assert lines[3].endswith("2 parts, 1 not as they should be")


def test_a_service_without_parts_is_told_in_words() -> None:
    assert table("vdeo", []) == ["nothing at these sites bears the marks of the service vdeo"]

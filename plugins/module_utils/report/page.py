# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs where, as one HTML page that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from . import placement as placing

Part = Mapping[str, Any]

WELL = ("ACTIVE", "CREATE_COMPLETE", "UPDATE_COMPLETE", "Running", "Active", "running", "present", "Succeeded")
COLUMNS = ("kind", "name", "status", "addresses", "function", "host", "id")
ROLES = ("core", "edge", "cran")
STYLE = """
:root { color-scheme: light dark; --line: #8884; --well: #1a7f37; --ill: #b42318; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 86rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
.role { color: #888; font-weight: normal; }
.tally { display: flex; gap: 2rem; margin: 1rem 0; } .tally b { font-size: 1.5rem; display: block; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; } th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); }
tbody + tbody tr:first-child td { border-top: 2px solid var(--line); }
td:not(.addresses) { white-space: nowrap; }
td.id { font-family: ui-monospace, monospace; font-size: .78rem; color: #888; }
.well { color: var(--well); } .ill { color: var(--ill); font-weight: 600; }
"""


def page(
    service: str,
    parts: Sequence[Part],
    sites: Mapping[str, Part],
    hypervisors: Sequence[Part] = (),
    placement: Part | None = None,
) -> str:
    """The page for one service.

    :param parts: what ``service_info`` told, each with ``site`` and ``host`` added
    :param sites: ``{name: {role, …}}``; a site where nothing runs is shown too
    :param hypervisors: what ``service_info`` told of them, each with ``site`` added
    :param placement: what ``service_placement`` answered
    """
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(service)}: what runs where</title><style>{STYLE}{placing.STYLE}</style></head><body>",
            f"<h1>{escape(service)}</h1>",
            '<div class="tally">',
            *(f'<div class="{_mood(name, number)}"><b>{number}</b>{name}</div>' for name, number in tally(parts).items()),
            "</div>",
            *(
                _site(name, sites.get(name, {}), parts) + placing.bars(name, parts, hypervisors, placement or {})
                for name in in_order(sites, parts)
            ),
            "</body></html>\n",
        ]
    )


def table(service: str, parts: Sequence[Part]) -> list[str]:
    """The same on a terminal: lines with columns that line up, and the tally."""
    if not parts:
        return [f"nothing at these sites bears the marks of the service {service}"]
    columns = ("site", "host", "kind", "name", "status", "addresses")
    rows = [tuple(map(str.upper, columns)), *(tuple(_cell(part, column) for column in columns) for part in parts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, ", ".join(f"{number} {name}" for name, number in tally(parts).items())]


def tally(parts: Sequence[Part]) -> dict[str, int]:
    return {
        "sites": len({part["site"] for part in parts}),
        "parts": len(parts),
        "not as they should be": sum(not is_well(part) for part in parts),
    }


def is_well(part: Part) -> bool:
    """Whether a part's status is what it should be."""
    status = str(part["status"])
    if part.get("kind") == "port pool":
        return "down" not in status
    if status.endswith(" ready"):
        there, wanted = status.removesuffix(" ready").split("/")
        return there == wanted
    return status in WELL


def in_order(sites: Mapping[str, Part], parts: Iterable[Part]) -> list[str]:
    """The names of all sites: the core first, then the edge, then the C-RAN, by name within each."""

    def rank(name: str) -> tuple[int, str]:
        role = sites.get(name, {}).get("role")
        return ROLES.index(role) if role in ROLES else len(ROLES), name

    return sorted({*sites, *(part["site"] for part in parts)}, key=rank)


def _site(name: str, site: Part, parts: Sequence[Part]) -> str:
    here = sorted((part for part in parts if part["site"] == name), key=lambda part: part["host"])
    title = f'<h2 id="{escape(name)}">{escape(name)} <span class="role">{escape(str(site.get("role", "")))}</span></h2>'
    return title + (_table(here) if here else "<p>Nothing of the service runs here.</p>")


def _table(parts: Sequence[Part]) -> str:
    """One for all hosts of a site, so that its columns line up; each host's rows are a body of their own."""
    columns = [column for column in COLUMNS if any(_cell(part, column) for part in parts)]
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    hosts = groupby(parts, key=lambda part: part["host"])
    bodies = "".join(f"<tbody>{''.join(_row(part, columns) for part in group)}</tbody>" for _host, group in hosts)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead>{bodies}</table></div>'


def _row(part: Part, columns: Iterable[str]) -> str:
    return f"<tr>{''.join(_td(part, column) for column in columns)}</tr>"


def _td(part: Part, column: str) -> str:
    kind = ("well" if is_well(part) else "ill") if column == "status" else column
    return f'<td class="{kind}">{escape(_cell(part, column))}</td>'


def _cell(part: Part, column: str) -> str:
    value = part.get(column)
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _mood(name: str, number: int) -> str:
    return "ill" if name.startswith("not") and number else ""

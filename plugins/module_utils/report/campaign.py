# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a measuring campaign found, as one HTML page that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import colours, ranges, svg, tree
from .page import STYLE as PAGE_STYLE
from .svg import words
from .tree import percent

Data = Mapping[str, Any]

STYLE = f"""{PAGE_STYLE}{svg.STYLE}{colours.STYLE}{ranges.STYLE}{tree.STYLE}
body {{ max-width: 92rem; }} .tally {{ flex-wrap: wrap; }}
svg text {{ fill: CanvasText; }} svg .quiet {{ fill: GrayText; }} svg .small {{ font-size: 11px; }}
.ground {{ fill: Canvas; }} svg .ring {{ stroke: Canvas; stroke-width: 1.5; }}
.key {{ display: inline-block; width: .75em; height: .75em; border-radius: 50%; margin-right: .4em; }}
.share {{ display: inline-block; width: 6rem; height: .7rem; background: #8883; border-radius: 3px; margin-right: .6em;
  vertical-align: baseline; }}
.share i {{ display: block; height: 100%; border-radius: 3px; background: #3d83e0; }} .weak {{ color: GrayText; }}
.weak .share i {{ background: #8a94a0; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }} th.number {{ text-align: right; }}
td.text {{ white-space: normal; overflow-wrap: anywhere; min-width: 11rem; }}
table.fit {{ width: auto; }} table.fit th {{ white-space: nowrap; position: sticky; top: 0;
  background: Canvas; }} table.fit td, table.fit th {{ padding-right: 1.2rem; }}
.findings {{ border-left: 4px solid #d98a16; padding: .1rem 0 .1rem 1rem; list-style: none; margin: 1rem 0; }}
.findings li {{ margin: .3rem 0; overflow-wrap: anywhere; }}
.head {{ position: sticky; top: 0; background: Canvas; min-width: var(--least); z-index: 1;
  border-bottom: 1px solid var(--line); }}
.scroll svg {{ max-width: 100%; height: auto; min-width: var(--least); }}
.scroll {{ overflow: auto; max-height: 88vh; }} summary {{ cursor: pointer; margin: .8rem 0; }}
.outline, .outline ul {{ list-style: none; padding-left: 1.4rem; border-left: 1px solid var(--line); }}
.outline {{ font-size: .9rem; overflow-wrap: anywhere; }}
h1, h2, h3 {{ overflow-wrap: anywhere; }} h3 {{ font-size: 1rem; margin: 1.2rem 0 .3rem; }}
@media (max-width: 62rem) {{ table.fit {{ font-size: .8rem; }} .share {{ width: 3rem; }}
  table.fit td, table.fit th {{ padding-right: .6rem; }} td.text {{ min-width: 8rem; }} }}
@media print {{ .scroll {{ max-height: none; }} }}
"""
MANY = 60
"""Configurations of which all are shown at a glance first, and one by one where one asks for it."""
LEAST = 0.7
"""Share of its size below which a picture does not shrink with the window; then it scrolls."""
GLANCE = 560
"""Height of that picture, in pixels; a row has at most six."""
LEGEND = (
    "A line goes from the lowest to the highest of a configuration's samples under load, and its dot is the median. A coloured "
    "strip above an axis is what the class takes of it, and dashed lines are the borders. Within a class the cheapest is on "
    "top, and ◆ is the template. Point at a row to read its numbers."
)


def page(name: str, optimised: Data, campaign: Data, units: Mapping[str, str] | None = None) -> str:
    """The page for one campaign.

    :param name: of what was measured
    :param optimised: what ``template_optimise`` answered; empty where it was not asked
    :param campaign: what ``service_characterise`` answered; empty where the samples come from elsewhere
    :param units: of metrics, as far as they are known
    """
    sections = [
        _templates(optimised),
        _findings(optimised.get("findings", [])),
        _ranges(optimised, units or {}),
        _tree(optimised),
        _rules(optimised),
        _importance(optimised.get("importance", {})),
        _mapping(campaign.get("kpi_mapping", {})),
    ]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{words(name)}: characterisation</title><style>{STYLE}</style></head><body>",
            f'<h1>{words(name)} <span class="role">characterisation</span></h1>',
            '<div class="tally">',
            *(f"<div><b>{words(number)}</b>{words(what)}</div>" for what, number in facts(optimised, campaign).items()),
            "</div>",
            *filter(None, sections),
            "</body></html>\n",
        ]
    )


def facts(optimised: Data, campaign: Data) -> dict[str, str]:
    """What was done, each as a number and its words."""
    found = {}
    if experiments := campaign.get("experiments"):
        found["experiments done"] = f"{experiments['finished']} of {experiments['planned']}"
        found |= {"failed in this run": f"{experiments['failed']}"} if experiments["failed"] else {}
    if campaign.get("seconds"):
        found["seconds that they took"] = f"{campaign['seconds']:,.0f}"
    if counts := optimised.get("counts"):
        found |= {what: f"{counts[key]:,}" for key, what in COUNTED.items()}
    return found


COUNTED = {"configurations": "configurations", "read": "samples", "window": "of these under load", "outliers": "outliers"}


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>\n{content}</section>" if content else ""


def _table(columns: Sequence[str], rows: Iterable[str]) -> str:
    """A column whose name begins with ``#`` holds numbers."""
    head = "".join(
        f'<th scope="col" class="number">{words(one[1:])}</th>' if one.startswith("#") else f'<th scope="col">{words(one)}</th>'
        for one in columns
    )
    return f'<div class="scroll"><table class="fit"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _bar(share: float) -> str:
    return f'<span class="share"><i style="width:{100 * min(1.0, max(0.0, share)):.2f}%"></i></span>'


def _key(name: str, known: Sequence[str]) -> str:
    return f'<i class="key {colours.kind(name, known)}"></i>{words(name)}'


def _templates(optimised: Data) -> str:
    known, templates = colours.names(optimised), optimised.get("templates", {})
    parameters = list(dict.fromkeys(name for one in templates.values() for name in one))
    rows = (_template(name, one, parameters, optimised, known) for name, one in templates.items())
    table = _table(["class", "takes", *parameters, "#cost", "meets its class"], rows) if templates else ""
    told = {one["message"] for one in optimised.get("findings", [])}
    left = "".join(f"<li>{words(why)}</li>" for why in optimised.get("omitted", {}).values() if why not in told)
    return _section("The cheapest template of each class", table + (f"<ul>{left}</ul>" if left else ""))


def _template(name: str, one: Data, parameters: Iterable[str], optimised: Data, known: Sequence[str]) -> str:
    cells = "".join(f"<td>{words(one.get(parameter, ''))}</td>" for parameter in parameters)
    share = optimised["confidence"].get(name)
    sure = "was not measured" if share is None else f"{_bar(share)}{percent(share)}"
    cost = f'<td class="number">{words(optimised["costs"][name])}</td>'
    takes = f'<td class="text">{words(asks(optimised.get("bounds", {}).get(name, {}), name))}</td>'
    return f"<tr><td>{_key(name, known)}</td>{takes}{cells}{cost}<td>{sure}</td></tr>"


def asks(box: Mapping[str, Data], name: str) -> str:
    """The bounds of a class in words."""
    if name == colours.BEST_EFFORT:
        return "what meets no other"
    return ", ".join(f"{metric} {bounds['text']}" for metric, bounds in box.items()) or "everything"


def _findings(found: Sequence[Data]) -> str:
    items = "".join(f"<li>{words(one['message'])}</li>" for one in found)
    return _section("What to know", f'<ul class="findings">{items}</ul>' if items else "")


def _ranges(optimised: Data, units: Mapping[str, str]) -> str:
    chart = ranges.chart(optimised, units)
    there, whole = len(chart.configurations), optimised.get("counts", {}).get("configurations", 0)
    if not there:
        return ""
    part = (
        f" Of {whole:,} configurations {there} are shown: the templates, and others at equal distances."
        if there < whole
        else ""
    )
    content = f'<p class="role">{LEGEND}{part}</p>'
    if there <= MANY:
        return _section("What each configuration reaches", content + _scrolling(chart, ranges.ROW))
    each = f"<details><summary>{there} configurations one by one</summary>{_scrolling(chart, ranges.ROW)}</details>"
    return _section("What each configuration reaches", content + _scrolling(chart, min(6.0, max(1.0, GLANCE / there))) + each)


def _scrolling(chart: ranges.Chart, height: float) -> str:
    """The rows below a head that stays where it is."""
    bottom, parts = ranges.rows(chart, 0, height)
    shapes = ranges.head(chart, dense=height < ranges.ROW)
    head = svg.picture(chart.width, chart.bottom, "The axes and the borders of the classes", shapes)
    body = svg.picture(chart.width, bottom + 8, "Lowest, median and highest of each configuration", parts)
    return _shrinking(chart.width, f'<div class="head">{head}</div>{body}')


def _shrinking(width: float, content: str) -> str:
    """What fits into the window as long as it can be read."""
    return f'<div class="scroll" style="--least: {LEAST * width:.0f}px">{content}</div>'


def _tree(optimised: Data) -> str:
    root, known = optimised.get("tree"), colours.names(optimised)
    if not root:
        return ""
    unit = optimised.get("counts", {}).get("unit", "samples")
    note = f'<p class="role">Each node has its {words(unit)}, and the share of them that is of its class.</p>'
    return _section("The decision tree", note + _shrinking(*tree.shown(root, known)))


def _rules(optimised: Data) -> str:
    known = colours.names(optimised)
    rows = "".join(
        f'<tr><td>{_key(rule["class"], known)}</td><td class="text">{words(" and ".join(rule["conditions"]) or "always")}</td>'
        f'<td class="number">{rule["support"]:,}</td><td>{_bar(rule["coverage"])}{percent(rule["coverage"])}</td>'
        f"<td>{_bar(rule['confidence'])}{percent(rule['confidence'])}</td></tr>"
        for rule in optimised.get("rules", [])
    )
    unit = f"#{optimised.get('counts', {}).get('unit', 'samples')}"
    return _section("The rules", _table(["class", "if", unit, "of all", "confidence"], [rows]) if rows else "")


def _importance(importance: Mapping[str, float]) -> str:
    ranked = sorted(importance.items(), key=lambda item: -item[1])
    rows = "".join(
        f"<tr{_weak(not share)}><td>{words(name)}</td><td>{_bar(share)}{percent(share)}</td></tr>" for name, share in ranked
    )
    return _section(
        "What each parameter matters", _table(["parameter", "share of what the tree tells"], [rows]) if rows else ""
    )


def _mapping(mapping: Mapping[str, Sequence[Data]]) -> str:
    tables = "".join(_level(name, ranking) for name, ranking in mapping.items() if ranking)
    note = (
        '<p class="role">The share of the service level that a metric of the machine or the service tells, whether they rise '
        "together, and how probable as much is by chance; what may well be chance is grey. What goes with a service level need "
        "not be its cause.</p>"
    )
    return _section("What explains each service level", note + tables if tables else "")


def _level(name: str, ranking: Sequence[Data]) -> str:
    rows = (_metric(one) for one in ranking)
    return f"<h3>{words(name)}</h3>{_table(['metric', 'strength', '#correlation', '#by chance'], rows)}"


def _metric(one: Data) -> str:
    way = "↑" if one["correlation"] > 0 else "↓" if one["correlation"] < 0 else ""
    cells = f'<td class="number">{way} {one["correlation"]:+.2f}</td><td class="number">{one["probability"]:.3f}</td>'
    strength = f"<td>{_bar(one['strength'])}{one['strength']:.2f}</td>"
    return f"<tr{_weak(not one['significant'])}><td>{words(one['metric'])}</td>{strength}{cells}</tr>"


def _weak(it_is: bool) -> str:
    return ' class="weak"' if it_is else ""

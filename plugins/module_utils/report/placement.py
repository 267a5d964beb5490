# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full the hypervisors of a site are, and who runs on them: bars of HTML that need only the page's style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Data = Mapping[str, Any]

STYLE = """
.bars { display: grid; grid-template-columns: max-content minmax(10rem, 1fr) max-content; gap: .35rem .8rem; margin: .8rem 0;
  align-items: center; font-size: .9rem; }
.bar { display: flex; height: 1.1rem; background: #8883; border-radius: 3px; overflow: hidden; }
.guest { background: #4c78a8; } .switching { background: #f58518; }
.legend { font-size: .8rem; color: #888; } .legend i { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
"""
LEGEND = (
    '<p class="legend">Cores of the hypervisors:<i class="guest"></i>virtual machines<i class="switching"></i>'
    'switching of the chains<i style="background:#8883"></i>free</p>'
)


def bars(placement: Data, site: str) -> str:
    """One bar for each hypervisor of a site, and a line for each chain; empty where nothing was placed.

    :param placement: what ``service_placement`` answered
    """
    hypervisors = [one for one in placement.get("hypervisors", ()) if one["site"] == site]
    if not hypervisors:
        return ""
    chains = "".join(f"<li>{_chain(one)}</li>" for one in placement.get("chains", ()) if one["site"] == site)
    return f'{LEGEND}<div class="bars">{"".join(map(_bar, hypervisors))}</div><ul>{chains}</ul>'


def _bar(one: Data) -> str:
    parts = "".join(
        f'<span class="{kind}" style="width:{100 * one[f"{kind}_cpu"] / one["cpu"]:.2f}%" title="{_cores(one[f"{kind}_cpu"])}"></span>'
        for kind in ("guest", "switching")
        if one["cpu"]
    )
    runs = ", ".join(one["functions"]) or "nothing of this service"
    used = _cores(one["guest_cpu"] + one["switching_cpu"])
    return f'<span>{escape(one["name"])}</span><div class="bar">{parts}</div><span>{used} of {_cores(one["cpu"])}: {escape(runs)}</span>'


def _chain(one: Data) -> str:
    name = f"<b>{escape(one['chain'])}</b>"
    if not one["accepted"]:
        return f"{name} is left to the scheduler: {escape(str(one['reason']))}"
    return f"{name}: {escape(_way(one['blocks']))}, {_cores(one['switching_cpu'])} cores to switch it"


def _way(blocks: Sequence[Data]) -> str:
    return "; ".join(f"{', '.join(block['functions'])} on {block['server']}" for block in blocks)


def _cores(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")

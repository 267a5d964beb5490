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


def bars(site: str, parts: Sequence[Data], hypervisors: Sequence[Data], placement: Data) -> str:
    """One bar for each hypervisor of a site, and a line for each chain; empty where no hypervisor is known.

    :param parts: what ``service_info`` told; servers say on which ``hypervisor`` they run
    :param placement: what ``service_placement`` answered: ``chains`` and ``hypervisors`` with what the chains take of them
    """
    here = [one for one in hypervisors if one["site"] == site]
    if not here:
        return ""
    switching = {one["name"]: one["switching_cpu"] for one in placement.get("hypervisors", ()) if one["site"] == site}
    servers = [part for part in parts if part["site"] == site and part.get("hypervisor")]
    runs = {one["name"]: [part["function"] for part in servers if part["hypervisor"] == one["name"]] for one in here}
    rows = "".join(_bar(one, switching.get(one["name"], 0.0), runs[one["name"]]) for one in here)
    chains = "".join(f"<li>{_chain(one)}</li>" for one in placement.get("chains", ()) if one["site"] == site)
    return f'{LEGEND}<div class="bars">{rows}</div>' + (f"<ul>{chains}</ul>" if chains else "")


def _bar(one: Data, switching: float, functions: Sequence[str]) -> str:
    """A bar as long as the cores; where Nova has promised more than there are, as long as these."""
    whole = max(one["vcpus"], one["vcpus_used"] + switching) or 1
    amounts = {"guest": one["vcpus_used"], "switching": switching}
    spans = "".join(
        f'<span class="{kind}" style="width:{100 * amount / whole:.2f}%" title="{kind}: {_cores(amount)} cores"></span>'
        for kind, amount in amounts.items()
    )
    runs = ", ".join(sorted(set(functions))) or "nothing of this service"
    used = f"{_cores(one['vcpus_used'] + switching)} of {one['vcpus']}"
    return f'<span>{escape(one["name"])}</span><div class="bar">{spans}</div><span>{used}: {escape(runs)}</span>'


def _chain(one: Data) -> str:
    name = f"<b>{escape(one['chain'])}</b>"
    if not one["accepted"]:
        return f"{name} is left to the scheduler: {escape(str(one['reason']))}"
    return f"{name}: {escape(_way(one['blocks']))}, {_cores(one['switching_cpu'])} cores to switch it"


def _way(blocks: Sequence[Data]) -> str:
    return "; ".join(f"{', '.join(block['functions'])} on {block['server']}" for block in blocks)


def _cores(amount: float) -> str:
    """Two digits behind the point, and two that count of less than a tenth."""
    return f"{amount:.2g}" if abs(amount) < 0.1 else f"{amount:.2f}".rstrip("0").rstrip(".")

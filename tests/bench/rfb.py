# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placements of functional blocks and of chains: how long they take, exact and by the heuristics side by side, and the gaps.

``.venv/bin/python tests/bench/rfb.py`` prints two tables. Times are wall-clock seconds of a whole answer, on this machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.modules import energy_placement, rfb_placement

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/plugins/module_utils/placement"))

from energy_instances import chains
from rfb_instances import USERS, instance

HARDWARE = {"dedicated": 60_000, "dedicated_cost": 3000, "cpu": 1, "memory": 1, "commodity_cost": 2000}
FULL = 1.5
"""How much more than usual the users' channels give, so that the radio heads are full."""
CASES = (("throughput", 1.0), ("throughput", FULL), ("nodes", 1.0), ("energy", 1.0), ("installation_cost", 1.0))
CHAINS = ((6, 6), (9, 12), (12, 20), (15, 30))


def answer(module: Any, options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return module.decide(module.SPEC.validated({**options, **more, "fail_on_infeasible": False}), None)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.2f} %"


def row(what: str, exact: dict[str, Any], quick: dict[str, Any]) -> str:
    """Both answers, and how far the heuristic's is from the exact one."""
    best, found = exact["objective"], quick["objective"]
    away = None if None in {best, found} else abs(found - best) / max(1.0, abs(best))
    cells = [what, exact["status"], *(f"{one:,.1f}" if one is not None else "—" for one in (best,)), percent(exact["gap"])]
    cells += [
        f"{exact['seconds']:.2f} s",
        f"{found:,.1f}" if found is not None else "—",
        percent(away),
        f"{quick['seconds']:.2f} s",
    ]
    return "| " + " | ".join(cells) + " |"


def head(what: str) -> str:
    return f"\n| {what} | exact | objective | gap | time | heuristic | away | time |\n|" + "---|" * 8


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the placements.")
    parser.add_argument("--sizes", type=int, nargs="*", default=USERS, help="users of the radio network")
    parser.add_argument("--seed", type=int, default=1, help="of the instances")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each answer")
    given = parser.parse_args()
    print(head("objective, users"))
    for objective, load in CASES:
        for users in given.sizes:
            more = {"hardware": HARDWARE, "objective": objective, "time_limit": given.time_limit}
            options = instance(users, given.seed, load, **more)
            both = [answer(rfb_placement, options, method=method) for method in ("exact", "heuristic")]
            print(row(f"{objective}{', full radio heads' if load > 1 else ''}, {users}", *both), flush=True)
    print(head("chains' energy: servers, chains"))
    for servers, count in CHAINS:
        options = {**chains(servers, count, given.seed), "time_limit": given.time_limit}
        both = [answer(energy_placement, options, method=method) for method in ("exact", "heuristic")]
        print(row(f"{servers}, {count}", *both), flush=True)


if __name__ == "__main__":
    main()

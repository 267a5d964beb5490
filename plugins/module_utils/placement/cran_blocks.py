# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functional blocks of a C-RAN as deliverable D6.1 has them (table 5): where each may stand, and how fast it must react.

Of the table's places, the antenna site and the front-end cloud are sites of the role ``cran``, the edge cloud is a site of the
role ``edge``, the central cloud one of the role ``core``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import InputError, Place

ANTENNA, FRONT_END, EDGE, CENTRAL = "antenna site", "front-end cloud", "edge cloud", "central cloud"
ROLES = {ANTENNA: "cran", FRONT_END: "cran", EDGE: "edge", CENTRAL: "core"}
LOCATIONS_OF_ROLES = {role: [place for place, of in ROLES.items() if of == role] for role in ROLES.values()}
PHYSICAL = ("baremetal",)
"""The kinds of VDU that are no virtual machine, container or process of one."""


@dataclass(frozen=True)
class Block:
    """A row of the table.

    ``deadline`` is within how many ms an event must be handled, None where the table has no number; ``events`` what these are.
    ``scaling`` is the class of scaling: ``none``, ``frame`` (within a frame), ``seconds``, ``minutes``, ``day`` (some times a
    day), or ``unsaid``; ``scaling_time`` is the least time in s that the table gives for it.
    """

    name: str
    examples: str
    locations: tuple[str, ...]
    deadline: float | None
    events: str
    scaling: str
    scaling_time: float | None = None
    virtual: bool = True

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ROLES[location] for location in self.locations))


FRAME = "a radio frame, every 10 ms"
DISTANT = (EDGE, CENTRAL)
BLOCKS = {
    block.name: block
    for block in (
        Block("PHY RRH", "remote radio head", (ANTENNA,), None, "", "none", virtual=False),
        Block("PHY Cell", "FFT/iFFT, modulation, cyclic prefix", (ANTENNA, FRONT_END), 10, FRAME, "frame", 0.01),
        Block(
            "PHY Cell: Joint Multiuser Detection",
            "signals of several UEs from several radio heads",
            (ANTENNA, FRONT_END),
            None,
            "a UE comes or leaves",
            "seconds",
            5,
        ),
        Block("PHY User", "HARQ, convolution coding", (FRONT_END, EDGE), 3, "HARQ after a frame", "seconds", 5),
        Block("MAC Cell", "real-time scheduling, ICIC", (FRONT_END, EDGE), 10, FRAME, "minutes", 5),
        Block(
            "MAC Cell: link adaptation", "follows the antenna's measurements", (ANTENNA,), 10, "a measurement", "frame", 0.01
        ),
        Block("MAC User", "power control of UEs", (EDGE,), 1, "up to 1000 times a second for each UE", "seconds", 5),
        Block("RLC", "segmentation and concatenation", (EDGE,), None, "mobility and traffic", "minutes", 60),
        Block("PDCP", "data transfer, compression, ciphering", DISTANT, None, "activity of UEs", "day"),
        Block("RRC Cell", "", DISTANT, None, "", "unsaid"),
        Block("RRC User", "handover, measurements, QoS, paging", DISTANT, None, "handover", "day"),
        Block("NAS User", "signalling between UE and MME", DISTANT, None, "mobility of users", "day"),
        Block("NAS Core", "load balancing and overload control of MMEs", DISTANT, None, "", "unsaid"),
    )
}


def block(name: str, path: str) -> Block:
    """The row of the table, by its name in any case.

    :raises InputError: there is none
    """
    found = {known.casefold(): row for known, row in BLOCKS.items()}.get(" ".join(name.split()).casefold())
    if found is None:
        raise InputError(f"there is no C-RAN block {name!r}; there are: {', '.join(BLOCKS)}", Place(path=path))
    return found


def refusal(row: Block, role: str, physical: bool = False, phy_at_edge: bool = False) -> str | None:
    """Why the block may not stand at a site of this role, as a clause that names rule and row; None where it may.

    :param role: ``cran``, ``edge`` or ``core``
    :param physical: whether it runs as a device of its own, not on shared hardware
    :param phy_at_edge: whether the physical layer may leave the front end where its row of the table lets it
    """
    if not row.virtual and not physical:
        return f"{row.name} is a physical function and is never virtualised (table 5, row {row.name})"
    where = " or ".join(row.locations)
    if role not in row.roles:
        return f"{row.name} runs at the {where} only, not at a site of the role {role} (table 5, row {row.name})"
    if row.name.startswith("PHY") and role != "cran" and not phy_at_edge:
        return (
            f"the physical layer never lands beyond the front-end cloud, and a site of the role {role} is (rule of PHY blocks; "
            f"row {row.name} of table 5 would allow the {where}: phy_at_edge)"
        )
    return None


def refusals(
    placed: Sequence[Mapping[str, Any]], sites: Mapping[str, str], phy_at_edge: bool = False, path: str = "placed"
) -> list[str]:
    """A sentence for each block that stands where it must not; empty where all is well.

    A function of a service may be given as it stands, once it knows its site, such as ``{"name": "harq", "cran_block":
    "PHY User", "site": "cran-1", "kind": "vm"}``. What has no ``cran_block`` is no block and is let through. ``kind`` is that
    of a VDU; ``baremetal`` is a device of its own.

    :param sites: the role of each site, by its name
    :raises InputError: a block, a site or a role is unknown
    """
    found = []
    for index, item in enumerate(placed):
        if item.get("cran_block") is None:
            continue
        here = f"{path}[{index}]"
        row = block(str(item["cran_block"]), f"{here}.cran_block")
        site = item.get("site")
        if site not in sites:
            raise InputError(f"there is no site {site!r}; there are: {', '.join(sites) or 'none'}", Place(path=f"{here}.site"))
        if sites[site] not in ROLES.values():
            raise InputError(f"its role {sites[site]!r} is none of cran, edge, core", Place(path=f"sites.{site}"))
        why = refusal(row, sites[site], item.get("kind") in PHYSICAL, phy_at_edge)
        if why:
            found.append(f"{item.get('name', here)} at {site}: {why}")
    return found

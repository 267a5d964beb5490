# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which functions of a service stand at which site, and in which stages they start."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ..core.errors import InputError

ROLES = ("core", "edge", "cran")
DEFAULT_SITE = {"role": "core"}


def site_named(site: t.Any, role: str | None = None) -> dict:
    """``site`` as a mapping of name and role, whether given so or as a name beside a role."""
    given = site if isinstance(site, dict) else {"name": site}
    answer = {"name": given.get("name"), "role": role or given.get("role")}
    if not isinstance(answer["name"], str) or not answer["name"]:
        raise InputError("the site has no name; give a mapping like {name: edge-1, role: edge}")
    if answer["role"] not in ROLES:
        raise InputError(f"the site {answer['name']} needs a role, one of {', '.join(ROLES)}")
    return answer


def functions_at(service: dict, site: dict, sites: Sequence[dict] = ()) -> list[dict]:
    """The functions of ``service`` that stand at ``site`` (a name and a role), in the service's order.

    ``sites`` are all sites of the deployment. They matter to a function that asks for a number of
    sites of a role: it takes those that it names, or else the first of that role by name. Without
    them ``site`` is the only one.
    """
    everywhere = list(sites) or [site]
    return [function for function in service["functions"] if _stands_at(function, site, everywhere)]


def _stands_at(function: dict, site: dict, sites: Sequence[dict]) -> bool:
    wanted = function.get("site", DEFAULT_SITE)
    if "name" in wanted:
        return wanted["name"] == site["name"]
    of_the_role = sorted(other["name"] for other in sites if other.get("role") == wanted["role"])
    named = [name for name in wanted.get("names", of_the_role) if name in of_the_role]
    return site.get("role") == wanted["role"] and site["name"] in named[: wanted.get("instances")]


def sites_of(service: dict, function: str, sites: Sequence[dict]) -> list[str]:
    """The names of those of ``sites`` at which the function called ``function`` stands, sorted."""
    return sorted(site["name"] for site in sites if any(one["name"] == function for one in functions_at(service, site, sites)))


def stages(service: dict) -> list[list[str]]:
    """The order of ``service`` as lists of function names; what it does not name starts in a last stage.

    A site role in the order stands for the functions of that role which are not named by themselves.
    """
    roles = {function["name"]: function.get("site", DEFAULT_SITE).get("role") for function in service["functions"]}
    order = service.get("order", [])
    named = {name for stage in order for name in stage}

    def members(name: str) -> list[str]:
        if name in roles:
            return [name]
        return [function for function, role in roles.items() if role == name and function not in named]

    listed = [[function for name in stage for function in members(name)] for stage in order]
    placed = {function for stage in listed for function in stage}
    rest = [function for function in roles if function not in placed]
    return [stage for stage in [*listed, rest] if stage]


def site_list(sites: Mapping[str, dict] | Sequence[dict]) -> list[dict]:
    """``sites`` as a list of mappings with ``name`` and ``role``, also where they come by name as from the inventory."""
    if isinstance(sites, Mapping):
        return [{"name": name, "role": site["role"]} for name, site in sites.items()]
    return list(sites)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a service each VIM gets, stage by stage; and what it has that no stage asks for.

All of a site that one stage starts is one Heat stack. The first stack of a site is called
``<service>-<site>`` and holds the site's networks too; only a site that starts in several stages has more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..core.errors import InputError
from ..core.ownership import labels, tags
from .service_networks import group_links
from .service_parts import VMS
from .service_requirements import require_services
from .service_stages import functions_at, stages
from .service_steering import steering
from .sites import vim_host

Data = Mapping[str, Any]
BARE_METAL = "none"
"""The parent of what runs in no VM, as the descriptors have it; no VDU is called so."""


def holder(vdu: Data) -> str | None:
    """The VDU that holds this one; None for what stands alone or on bare metal."""
    parent = vdu.get("parent")
    return None if parent is None or parent.lower() == BARE_METAL else parent


def deployment(service: Data, sites: Mapping[str, Data]) -> list[dict[str, Any]]:
    """The stages in order, each ``{functions: [name], sites: {site: share}}``.

    A share says what one site gets in that stage: ``functions`` (names) and ``hosts`` (of the inventory, that have
    something to do); ``stack``, ``networks`` and ``tags`` where it has VMs or networks; ``pools`` where its VMs have
    pools of ports; ``kubernetes`` (true) and ``nodes`` (label selectors of the VMs that hold the pods) where it has
    pods; ``processes`` (``{server: [process]}``) where it has processes; ``steering`` (``{server: {sids, chains}}``)
    where segment routing leads a chain through it that is whole with this stage.

    :param sites: ``{name: {role, openstack, kubernetes, servers, srv6, mec_services}}``, as the sites inventory gives them
    :raises InputError: a function has no site, its site has no VIM of the kind that a VDU needs or lacks a MEC service, or a
        chain cannot be led
    """
    return _led(service, _stages(service, sites), sites)


def left_out(service: Data, sites: Mapping[str, Data]) -> list[str]:
    """A sentence for each chain that would be led if it could."""
    return list(steering(service, sites, _running(_stages(service, sites))).left_out)


def _stages(service: Data, sites: Mapping[str, Data]) -> list[dict[str, Any]]:
    everywhere = [{"name": name, "role": site["role"]} for name, site in sorted(sites.items())]
    _require_a_site(service, everywhere)
    counts = dict.fromkeys(sites, 0)
    answer = []
    for names in stages(service):
        shares = {}
        for site in everywhere:
            here = [f for f in functions_at(service, site, everywhere) if f["name"] in names]
            if here:
                share = _share(service, here, site["name"], sites[site["name"]], counts[site["name"]])
                counts[site["name"]] += "stack" in share
                shares[site["name"]] = share
        answer.append({"functions": names, "sites": shares})
    return answer


def _running(plan: Sequence[Data]) -> dict[str, list[str]]:
    """By function the servers that run its processes."""
    found: dict[str, list[str]] = {}
    for share in (share for stage in plan for share in stage["sites"].values()):
        for server, listed in share.get("processes", {}).items():
            for one in listed:
                found.setdefault(one["function"], []).append(server)
    return found


def _led(service: Data, plan: list[dict[str, Any]], sites: Mapping[str, Data]) -> list[dict[str, Any]]:
    """The stages with the segments and routes of each chain, in the stage that starts the last of its functions."""
    at = {server: name for name, site in sites.items() for server in site.get("servers") or ()}
    chains = {chain["name"]: chain["functions"] for chain in service.get("chains", [])}
    for name, servers in steering(service, sites, _running(plan)).chains.items():
        last = max(index for index, stage in enumerate(plan) if set(stage["functions"]) & set(chains[name]))
        for server, routes in servers.items():
            share = plan[last]["sites"].setdefault(at[server], {"functions": [], "hosts": []})
            here = share.setdefault("steering", {}).setdefault(server, {"sids": [], "chains": []})
            for kind, listed in routes.items():
                here[kind] += [one for one in listed if one not in here[kind]]
            share["hosts"] += [server] if server not in share["hosts"] else []
    return plan


def unwanted(
    parts: Iterable[Data], plan: Sequence[Data], site: str, host: str, objects: Iterable[Data]
) -> list[dict[str, Any]]:
    """Those of ``parts`` (what ``service_info`` told at one VIM) that no stage of ``plan`` asks for.

    :param objects: the Kubernetes objects that the site's functions ask for
    """
    shares = [stage["sites"][site] for stage in plan if site in stage["sites"]]
    wanted = {("stack", share["stack"]) for share in shares if "stack" in share}
    wanted |= {("port pool", pool["trunk"]) for share in shares for pool in share.get("pools", ())}
    wanted |= {("process", one["name"]) for share in shares for one in share.get("processes", {}).get(host, ())}
    wanted |= {(item["kind"], item["metadata"]["name"]) for item in objects}
    here = [share["steering"][host] for share in shares if host in share.get("steering", {})]
    wanted |= {("chain", one["prefix"]) for routes in here for one in routes["chains"]}
    wanted |= {("segment", one["sid"]) for routes in here for one in routes["sids"]}
    return [dict(part) for part in parts if _is_root(part) and (part["kind"], part.get("prefix", part["name"])) not in wanted]


def _is_root(part: Data) -> bool:
    """Whether a part is removed by itself; the others go with their stack or their owner."""
    return part["kind"] in ("stack", "port pool", "process", "chain", "segment") or (
        "api_version" in part and not part["owned"]
    )


def _require_a_site(service: Data, everywhere: Sequence[Data]) -> None:
    for function in service["functions"]:
        if not any(function in functions_at(service, site, everywhere) for site in everywhere):
            wanted = ", ".join(f"{key} {value}" for key, value in function.get("site", {}).items()) or "role core"
            raise InputError(f"function {function['name']} has no site: the inventory has none with {wanted}")


def _share(service: Data, functions: Sequence[Data], name: str, site: Data, count: int) -> dict[str, Any]:
    for function in functions:
        require_services(function, name, site)
    share: dict[str, Any] = {"functions": [function["name"] for function in functions]}
    if _needs(functions, VMS, "openstack", name, site) or any(function.get("routers") for function in functions):
        share["stack"] = f"{service['name']}-{name}" if count == 0 else f"{service['name']}-{name}-{count + 1}"
        share["networks"] = count == 0
        share["tags"] = tags(service["name"])
        if pools := list(_pools(service, functions)):
            share["pools"] = pools
    if _needs(functions, ("pod",), "kubernetes", name, site):
        share["kubernetes"] = True
        share["nodes"] = [_selectors(service, function, vdu) for function, vdu in _parents(functions)]
    if _needs(functions, ("process",), "servers", name, site):
        share["processes"] = _processes(service, functions, name, site)
    vims = [vim for vim, key in (("openstack", "stack"), ("kubernetes", "kubernetes")) if key in share]
    share["hosts"] = [*(vim_host(name, vim) for vim in vims), *share.get("processes", ())]
    return share


def _pools(service: Data, functions: Sequence[Data]) -> Iterator[dict[str, Any]]:
    """The pools of ports of the VMs, by the names that trunks and networks have in OpenStack."""
    for function in functions:
        for vdu in (vdu for vdu in function["vdus"] if "port_pool" in vdu):
            pool = dict(vdu["port_pool"])
            endpoint = f"{function['name']}.{pool.pop('connection_point')}"
            networks = [one.name for one in group_links(dict(service)) if endpoint in one.endpoints]
            for title in titles(service, function, vdu) if networks else ():
                yield {
                    "pool_driver": "nested",
                    "trunk": title,
                    "network": f"{service['name']}-{networks[0]}",
                    "tags": tags(service["name"], function["name"], vdu["name"]),
                    **pool,
                }


def titles(service: Data, function: Data, vdu: Data) -> list[str]:
    """What the instances of a VDU are called in OpenStack."""
    title = f"{service['name']}-{function['name']}-{vdu['name']}"
    count = vdu.get("instances", 1)
    return [title] if count == 1 else [f"{title}-{number}" for number in range(1, count + 1)]


def _needs(functions: Sequence[Data], kinds: Sequence[str], vim: str, name: str, site: Data) -> bool:
    """Whether a VDU is of one of the kinds; then the site must have the VIM for it."""
    found = next(((f["name"], vdu) for f in functions for vdu in f["vdus"] if vdu["kind"] in kinds), None)
    if found and not site.get(vim):
        function, vdu = found
        has = ", ".join(key for key in ("openstack", "kubernetes", "servers") if site.get(key)) or "nothing"
        raise InputError(f"{function}.{vdu['name']} is a {vdu['kind']} and needs {vim} at site {name}, which has {has}")
    return found is not None


def _parents(functions: Sequence[Data]) -> Iterator[tuple[str, str]]:
    """The VMs that hold pods, each once."""
    held = {(f["name"], vdu["parent"]): None for f in functions for vdu in f["vdus"] if vdu["kind"] == "pod" and holder(vdu)}
    return iter(held)


def _selectors(service: Data, function: str, vdu: str) -> list[str]:
    return [f"{key}={value}" for key, value in labels(service["name"], function, vdu).items()]


def _processes(service: Data, functions: Sequence[Data], name: str, site: Data) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for function in functions:
        for vdu in (vdu for vdu in function["vdus"] if vdu["kind"] == "process"):
            hosts = [vdu["host"]] if "host" in vdu else sorted(site["servers"])
            for host in hosts:
                if host not in site["servers"]:
                    known = ", ".join(sorted(site["servers"]))
                    raise InputError(f"{function['name']}.{vdu['name']} wants host {host}, but site {name} has {known}")
                found.setdefault(host, []).append(_process(service, function["name"], vdu))
    return found


def _process(service: Data, function: str, vdu: Data) -> dict[str, Any]:
    """A process, or the load balancer that one is, as the role takes it."""
    if "load_balancer" in vdu:
        return {"name": vdu["name"], "function": function, "load_balancer": dict(vdu["load_balancer"])}
    return {
        "name": vdu["name"],
        "function": function,
        "command": vdu["command"],
        "environment": vdu.get("environment", {}),
        "files": {name: service["documents"][source] for name, source in vdu.get("files", {}).items()},
    }

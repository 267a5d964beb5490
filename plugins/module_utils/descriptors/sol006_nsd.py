# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An NSD of SOL006: which VNFs, how they are linked, in which chains and in which order."""

from __future__ import annotations

import typing as t

from . import kpis
from .assembly import Draft, flow_pattern, layers, separate_ranges, service_of
from .naming import fit_name, fit_point
from .sol006_vnfd import addressing, read_vnf
from .traced import Notes, Traced


def read_network_service(nsd: Traced, vnfds: list[Traced], pnfds: list[Traced], site: dict, notes: Notes) -> dict:
    df = _flavour(nsd, notes)
    _refuse_nested(nsd, df)
    known = {one.text("id") or "": one for one in vnfds}
    profiles = _profiles(nsd, df)
    functions = {name: read_vnf(*of, site, notes, flavour) for name, (of, flavour) in _wanted(profiles, known, notes).items()}
    links = _links(nsd, df, notes)
    physical = {profile.text("id") for profile in df.items("pnf-profile")} | set(nsd.texts("pnfd-id"))
    for name, profile in profiles.items():
        _connect(functions[name], profile, links, notes)
    for profile in df.items("pnf-profile"):
        profile.take()
    for one in pnfds:
        if one.text("id") in physical:
            notes.warn(
                f"pnf {one.text('id')}", f"{one.text('id')} is a physical function: links end there, nothing is made", one
            )
    _tell_unread(nsd, vnfds, known, notes)
    separate_ranges(list(functions.values()), nsd, notes)
    access = _access_points(nsd, functions, links, notes)  # which may add links
    service = service_of(
        fit_name(nsd.text("id"), nsd, notes, "id"),
        list(functions.values()),
        {link["name"]: link for link in links.values()},
        access,
        version=nsd.text("version"),
        description=nsd.text("description"),
        chains=_chains(nsd, functions, profiles, notes),
        order=_order(df, functions),
        kpis=_kpis(nsd, notes),
    )
    notes.unused(nsd, "an NSD")
    return service


def _flavour(nsd: Traced, notes: Notes) -> Traced:
    flavours = nsd.items("df")
    for df in flavours:
        df.take("id")
    for df in flavours[1:]:
        notes.warn("flavours", "the network service has several deployment flavours; only the first is used", df)
        df.take()
    return flavours[0] if flavours else Traced({}, nsd.file, nsd.path)


def _refuse_nested(nsd: Traced, df: Traced) -> None:
    nested = nsd.texts("nested-nsd-id") or [profile.text("nsd-id") or "" for profile in df.items("ns-profile")]
    if nested:
        raise nsd.error(f"{nsd.text('id')} holds the network service {nested[0]}; write its VNFs here instead", "nested-nsd-id")


def _profiles(nsd: Traced, df: Traced) -> dict[str, Traced]:
    """The profiles by the name of their function: that of the VNFD or, where several profiles have it, their own too."""
    found = df.items("vnf-profile")
    names = [profile.text("vnfd-id") or "" for profile in found]
    missing = [name for name in nsd.texts("vnfd-id") if name not in names]
    found += [Traced({"id": name, "vnfd-id": name}, nsd.file, nsd.path) for name in missing]
    if not found:
        raise nsd.error("the network service names no VNFD; list at least one", "vnfd-id")
    answer = {}
    for profile in found:
        vnfd = profile.text("vnfd-id") or ""
        answer[vnfd if names.count(vnfd) < 2 else f"{vnfd}-{profile.text('id')}"] = profile
    return answer


def _wanted(profiles: dict[str, Traced], known: dict[str, Traced], notes: Notes) -> dict[str, t.Any]:
    """What to read for each function: ``((VNFD, name), flavour)``."""
    answer = {}
    for name, profile in profiles.items():
        vnfd = profile.text("vnfd-id") or ""
        if vnfd not in known:
            there = ", ".join(sorted(known)) or "none"
            raise profile.error(f"the VNFD {vnfd} is not in the package; there are: {there}", "vnfd-id")
        flavours = {df.text("id") for df in known[vnfd].items("df")}
        flavour = profile.text("flavour-id") or profile.text("vnf-df-id")
        if flavour is not None and flavour not in flavours:
            raise profile.error(f"{vnfd} has no deployment flavour {flavour}", "flavour-id")
        answer[name] = ((known[vnfd], fit_name(name, profile, notes)), flavour)
    return answer


def _links(nsd: Traced, df: Traced, notes: Notes) -> dict[str, dict]:
    """Links by the identifier of their profile and by their own."""
    links, profiles = {}, {profile.text("virtual-link-desc-id"): profile for profile in df.items("virtual-link-profile")}
    for description in nsd.items("virtual-link-desc"):
        identifier = description.text("id") or ""
        kind = flow_pattern(description.child("connectivity-type").text("flow-pattern"))
        addresses = addressing(profiles.get(identifier), notes)
        known = {key: value for key, value in addresses.items() if value is not None}
        link = {"name": fit_point(identifier, description, notes, "id"), "kind": kind, "endpoints": [], **known}
        links[identifier] = link
        if identifier in profiles:
            links[profiles[identifier].text("id") or identifier] = link
    for identifier, profile in profiles.items():
        if identifier not in links:
            raise profile.error(f"there is no virtual link {identifier} in virtual-link-desc", "virtual-link-desc-id")
    return links


def _connect(function: Draft, profile: Traced, links: dict[str, dict], notes: Notes) -> None:
    for connectivity in profile.items("virtual-link-connectivity"):
        identifier = connectivity.text("virtual-link-profile-id")
        if identifier not in links:
            raise connectivity.error(f"there is no virtual link profile {identifier}", "virtual-link-profile-id")
        for constituent in connectivity.items("constituent-cpd-id"):
            constituent.text("constituent-base-element-id")
            point = constituent.text("constituent-cpd-id") if isinstance(constituent.value, dict) else constituent.text()
            if point in function.clusters:
                notes.warn(f"cluster {point}", f"{point} is a network of the cluster, which the cluster brings", constituent)
                continue
            endpoint = f"{function.name}.{_point(function, point, constituent)}"
            if endpoint not in links[identifier]["endpoints"]:
                links[identifier]["endpoints"].append(endpoint)
            if isinstance(constituent.value, dict) and constituent.items("ip-address"):  # a leaf of OSM
                _fix(function, endpoint.partition(".")[2], constituent.text("ip-address"))


def _fix(function: Draft, name: str, address: str | None) -> None:
    for point in function.points:
        if point["name"] == name and "link" not in point and address:
            point["fixed_ip"] = address


def _point(function: Draft, name: str | None, where: Traced) -> str:
    if name not in function.outer:
        known = ", ".join(sorted(function.outer)) or "none"
        raise where.error(f"{function.name} has no external connection point {name}; there are: {known}")
    return function.outer[name]


def _access_points(nsd: Traced, functions: dict[str, Draft], links: dict[str, dict], notes: Notes) -> list[dict]:
    points = []
    for sap in nsd.items("sapd"):
        name, link = fit_point(sap.text("id"), sap, notes, "id"), sap.text("virtual-link-desc")
        of = sap.child("associated-cpd")
        if link is not None and link not in links:
            raise sap.error(f"there is no virtual link {link} in virtual-link-desc", "virtual-link-desc")
        if link is None and of.text("vnfd-id"):
            link = _link_of(name, of, functions, links)
        if link is None:
            notes.warn("unlinked sapd", f"the access point {name} is at no virtual link, so it is left out", sap)
        else:
            points.append({"name": name, "link": links[link]["name"]})
    return points


def _link_of(name: str, of: Traced, functions: dict[str, Draft], links: dict[str, dict]) -> str:
    """An access point at a connection point and not at a link: a link of its own leads there."""
    function = functions.get(of.text("vnfd-id") or "")
    if function is None:
        raise of.error(f"there is no function {of.text('vnfd-id')}, or more than one", "vnfd-id")
    endpoint = f"{function.name}.{_point(function, of.text('vnf-ext-cpd'), of)}"
    there = next((key for key, link in links.items() if endpoint in link["endpoints"]), None)
    if there is None:
        there = f"{name}.access" if name in links else name
        links[there] = {"name": there, "kind": "lan", "endpoints": [endpoint]}
    return there


def _chains(nsd: Traced, functions: dict[str, Draft], profiles: dict[str, Traced], notes: Notes) -> list[dict]:
    names = {profile.text("id"): functions[name].name for name, profile in profiles.items()}
    chains = []
    for graph in nsd.items("vnffgd"):
        members = graph.texts("vnf-profile-id")
        for member in members:
            if member not in names:
                raise graph.error(f"there is no VNF profile {member}", "vnf-profile-id")
        if members:
            name = fit_point(graph.text("id"), graph, notes, "id")
            chains.append({"name": name, "functions": [names[member] for member in members]})
    return chains


def _order(df: Traced, functions: dict[str, Draft]) -> list[list[str]]:
    """Stages from the dependencies; they name VNFDs, or profiles of them."""
    names = {profile.text("id"): profile.text("vnfd-id") for profile in df.items("vnf-profile")}
    before: dict[str, set[str]] = {}
    for dependency in df.items("dependencies"):
        dependency.take("id")
        pair = []
        for key in ("primary-vnf-profile", "secondary-vnf-profile"):
            text = dependency.text(key) or ""
            found = [
                one.name
                for name, one in functions.items()
                if text == name or name in (names.get(text), f"{names.get(text)}-{text}")
            ]
            if len(found) != 1:
                raise dependency.error(f"{text or 'nothing'} is no VNF of the service that stands there once", key)
            pair.append(found[0])
        before.setdefault(pair[0], set())
        before.setdefault(pair[1], set()).add(pair[0])
    return layers(before, df, "dependencies") if before else []


def _kpis(nsd: Traced, notes: Notes) -> list[dict]:
    """What is monitored of the whole."""
    monitored = nsd.items("monitored-info")
    for one in monitored:
        if one.child("monitoring-parameter").value is not None:
            one.take("id")
    return kpis.read_kpis([("", one) for one in monitored], kpis.SOL006, notes)[0] if monitored else []


def _tell_unread(nsd: Traced, vnfds: list[Traced], known: dict[str, Traced], notes: Notes) -> None:
    used = {profile.text("vnfd-id") for df in nsd.items("df") for profile in df.items("vnf-profile")} | set(
        nsd.texts("vnfd-id")
    )
    for vnfd in vnfds:
        if vnfd.text("id") in used:
            notes.unused(vnfd, "a VNFD")
        else:
            notes.warn(f"vnfd {vnfd.text('id')}", f"the VNFD {vnfd.text('id')} is not named by the NSD and left out", vnfd)
    if len(known) < len(vnfds):
        twice = [vnfd for vnfd in vnfds if known[vnfd.text("id") or ""] is not vnfd]
        raise twice[0].error(f"the id {twice[0].text('id')} is taken by another VNFD; give each its own", "id")

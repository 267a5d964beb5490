# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods at several networks: the first is the cluster's own, and Multus plugs a pod into each further one by an annotation.

A network is a NetworkAttachmentDefinition of its name. It is the cluster's business what that is; a descriptor may bring it.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterator

from ..core.errors import InputError
from ..model.service_networks import group_links
from .kubernetes_names import dns_name

ANNOTATION = "k8s.v1.cni.cncf.io/networks"
KIND = "NetworkAttachmentDefinition"


def further(service: dict, function: dict, vdu: dict) -> list[dict[str, t.Any]]:
    """The networks of a pod beside the cluster's own, as Multus takes them."""
    points = [point for point in function.get("connection_points", []) if point.get("vdu") == vdu["name"]]
    names = {end: network.name for network in group_links(service) for end in network.endpoints} if len(points) > 1 else {}
    found = []
    for point in points[1:]:
        if f"{function['name']}.{point['name']}" in names:
            entry: dict[str, t.Any] = {"name": dns_name(names[f"{function['name']}.{point['name']}"])}
            entry |= {"ips": [point["fixed_ip"]]} if "fixed_ip" in point else {}
            found.append(entry | ({"mac": point["mac"]} if "mac" in point else {}))
    return found


def annotate(metadata: dict, networks: list[dict[str, t.Any]], names: dict[tuple[str, str], str], what: str) -> None:
    """Add networks to the annotation of pods; those that are there stay, in either way of writing.

    :param names: of objects that have got another name, by kind and old name
    :raises InputError: the annotation that is there is none of Multus'
    """
    if not networks:
        return
    annotations = metadata.get("annotations") or {}
    if not isinstance(annotations, dict):
        raise InputError(f"the annotations of the pods of {what} are no mapping")
    there = _parsed(annotations.get(ANNOTATION), what)
    renamed = [{**one, "name": names.get((KIND, one["name"]), one["name"])} for one in networks]
    new = [one for one in renamed if one["name"] not in [other.get("name") for other in there]]
    metadata["annotations"] = {**annotations, ANNOTATION: json.dumps([*there, *new], sort_keys=True)}


def _parsed(text: t.Any, what: str) -> list[dict[str, t.Any]]:
    """``a, b`` or a list of mappings in JSON."""
    if text is None:
        return []
    if isinstance(text, str) and not text.lstrip().startswith("["):
        return [{"name": name.strip()} for name in text.split(",") if name.strip()]
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError(f"the annotation {ANNOTATION} of the pods of {what} is neither a list of names nor one of mappings")
    return found


def unsaid(service: dict, function: dict, vdu: dict, there: set[str]) -> Iterator[str]:
    """What must be in the cluster.

    :param there: the networks that descriptors bring
    """
    names = [one["name"] for one in further(service, function, vdu) if one["name"] not in there]
    if names:
        what, place = f"{function['name']}.{vdu['name']}", dns_name(service["name"])
        yield f"{what}: the namespace {place} must have the {KIND} {', '.join(names)}, which no descriptor brings"

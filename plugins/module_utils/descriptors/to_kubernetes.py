# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes part of a service at one site, as manifests in the order in which to apply them."""

from __future__ import annotations

import copy
import typing as t
from collections.abc import Sequence
from pathlib import PurePosixPath

from ..core.errors import InputError, Place
from ..core.ownership import label, labels
from ..model.deployment import holder
from ..model.service import validate
from ..model.service_stages import functions_at
from . import kubernetes_networks, kubernetes_scaling
from .kubernetes_names import dns_name, rename_references, unique_names
from .kubernetes_objects import POD_TEMPLATES, SCALABLE, SELECTORS, pod_template, read_objects

PART_OF = "app.kubernetes.io/part-of"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


class Owner(t.NamedTuple):
    """A pod VDU, a service that exposes pods, or a document of neither, with its objects."""

    function: dict
    part: dict
    objects: list[dict]

    @property
    def exposes(self) -> bool:
        return "pods" in self.part

    @property
    def vdu(self) -> str | None:
        """The one pod VDU to which the objects belong."""
        if self.exposes:
            return self.part["pods"][0] if len(self.part["pods"]) == 1 else None
        return self.part["name"] if "kind" in self.part else None


def to_kubernetes(service: dict, site: dict, sites: Sequence[dict] = (), functions: Sequence[str] | None = None) -> list[dict]:
    """Manifests for the pods and services of ``service`` that stand at ``site`` (name and role).

    The first is a Namespace named after the service, which holds all others; the list is empty
    where Kubernetes has nothing to do at this site. Every object, pod and selector bears the labels
    of its owner, so two VDUs may bring the same file: neither takes the other's pods. A pod with a
    parent goes to the node that the parent VM is; one that must stand on bare metal to no such node. A pod that is scaled
    by its processors or its memory has an autoscaler, and no number of replicas; one with several connection points is
    plugged into the networks of all but the first by Multus. ``functions`` are
    the names of those to translate, all if None. The same arguments always give the same list.
    Raises InputError.
    """
    validate(service)
    owners = _owners(service)
    names = unique_names([(one.function["name"], one.part["name"], one.objects) for one in owners])
    at_site = {function["name"] for function in functions_at(service, site, sites)}
    here = at_site if functions is None else at_site & set(functions)
    manifests = [
        manifest
        for owner, renamed in zip(owners, _names_by_function(owners, names), strict=True)
        if owner.function["name"] in here
        for manifest in _manifests(service, owner, renamed)
    ]
    return [_namespace(service), *manifests] if manifests else []


def unsaid(service: dict) -> list[str]:
    """A sentence for each thing that the model says of pods and Kubernetes does not do."""
    owners = _owners(service)
    things = [thing for owner in owners for thing in owner.objects]
    brought = {thing["metadata"]["name"] for thing in things if thing["kind"] == kubernetes_networks.KIND}
    found = [
        sentence
        for owner in owners
        if owner.part.get("kind") == "pod"
        for sentence in (
            *kubernetes_scaling.unsaid(owner.function, owner.part, owner.objects),
            *kubernetes_networks.unsaid(service, owner.function, owner.part, brought),
        )
    ]
    return list(dict.fromkeys(found))


def _manifests(service: dict, owner: Owner, names: dict[tuple[str, str], str]) -> list[dict]:
    """The objects of an owner, and the autoscalers of its workloads behind them."""
    manifests = [_manifest(service, owner, thing, names) for thing in owner.objects]
    scaled = [one for one in manifests if _is_scaled(owner, one)]
    found = [kubernetes_scaling.autoscaler(owner.function, owner.part, one, manifests) for one in scaled]
    if len({one["metadata"]["name"] for one in scaled}) < len(scaled):
        raise InputError(f"two workloads of {owner.part['name']} have one name, so their autoscalers would too; rename one")
    return manifests + [one for one in found if one is not None]


def _is_scaled(owner: Owner, thing: dict) -> bool:
    return owner.part.get("kind") == "pod" and kubernetes_scaling.is_scaled(owner.function, owner.part, thing)


def _owners(service: dict) -> list[Owner]:
    """What pods share, pods in the order of deployment, then services.

    Those of all sites, so that names do not depend on the site.
    """
    owners = []
    for function in service["functions"]:
        pods = [vdu for vdu in function["vdus"] if vdu["kind"] == "pod"]
        pods.sort(key=lambda vdu: vdu.get("deployment_order", 0))
        shared = [{"name": PurePosixPath(file).stem, "descriptor": file} for file in function.get("objects", [])]
        for part in [*shared, *pods, *function.get("services", [])]:
            file = part["descriptor"]
            owners.append(Owner(function, part, read_objects(service["documents"][file], file)))
    return owners


def _names_by_function(owners: list[Owner], names: list[dict]) -> list[dict]:
    """An owner's own names first, then those of the other objects of its function."""
    shared: dict[str, dict] = {}
    for owner, own in zip(owners, names, strict=True):
        shared.setdefault(owner.function["name"], {}).update(own)
    return [shared[owner.function["name"]] | own for owner, own in zip(owners, names, strict=True)]


def _namespace(service: dict) -> dict:
    metadata = {"name": dns_name(service["name"]), "labels": _labels(service)}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def _labels(service: dict, function: str | None = None, vdu: str | None = None) -> dict[str, str]:
    return {PART_OF: service["name"], **labels(service["name"], function, vdu)}


def _manifest(service: dict, owner: Owner, thing: dict, names: dict[tuple[str, str], str]) -> dict:
    manifest = rename_references(copy.deepcopy(thing), names)
    marks = _labels(service, owner.function["name"], owner.vdu)
    metadata = manifest["metadata"]
    metadata["name"] = names[thing["kind"], metadata["name"]]
    metadata["namespace"] = dns_name(service["name"])
    metadata["labels"] = {**(metadata.get("labels") or {}), **marks}
    own = {key: value for key, value in marks.items() if key != PART_OF}
    if manifest["kind"] in POD_TEMPLATES:
        _mark_pods(service, owner, manifest, marks)
        if owner.part.get("kind") == "pod":
            further = kubernetes_networks.further(service, owner.function, owner.part)
            kubernetes_networks.annotate(pod_template(manifest)["metadata"], further, names, owner.part["name"])
    _narrow_selector(manifest, own)
    if _is_scaled(owner, manifest):
        manifest["spec"].pop("replicas", None)  # the autoscaler's, which a number here would undo at each deploy
    elif manifest["kind"] in SCALABLE and "instances" in owner.part:
        manifest["spec"]["replicas"] = owner.part["instances"]
    return manifest


def _mark_pods(service: dict, owner: Owner, manifest: dict, marks: dict[str, str]) -> None:
    pods = pod_template(manifest)
    metadata = pods.setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), **marks}
    parent = holder(owner.part)
    if parent is None and "parent" in owner.part and owner.part.get("parent_mandatory"):
        _keep_off_machines(owner, pods["spec"])
    if parent is not None:
        node = labels(service["name"], owner.function["name"], parent)
        pods["spec"]["nodeSelector"] = {**(pods["spec"].get("nodeSelector") or {}), **node}


def _keep_off_machines(owner: Owner, spec: dict) -> None:
    """Let no node take a pod that is a VM of a service: such a node has a label that says which VDU it is."""
    affinity = _mapping(spec, "affinity")
    node = _mapping(affinity, "nodeAffinity")
    required = _mapping(node, REQUIRED)
    machines = [vdu["name"] for vdu in owner.function["vdus"] if vdu["kind"] == "baremetal"]
    bare = [{"key": label("vdu"), "operator": "DoesNotExist"}]
    ways = [bare] + ([[{"key": label("vdu"), "operator": "In", "values": machines}]] if machines else [])
    terms = required.get("nodeSelectorTerms") or [{}]  # any of them is enough, so each gets the condition
    if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
        raise InputError("nodeSelectorTerms is no list of mappings", Place(path=f"spec.affinity.nodeAffinity.{REQUIRED}"))
    terms = [{**term, "matchExpressions": [*(term.get("matchExpressions") or []), *way]} for term in terms for way in ways]
    spec["affinity"] = {**affinity, "nodeAffinity": {**node, REQUIRED: {**required, "nodeSelectorTerms": terms}}}


def _mapping(owner: dict, key: str) -> dict:
    found = owner.get(key) or {}
    if not isinstance(found, dict):
        raise InputError(f"the {key} of a pod is no mapping", Place(path=key))
    return found


def _narrow_selector(manifest: dict, own: dict[str, str]) -> None:
    """Add the owner's labels to a selector. A Service without one points elsewhere on purpose."""
    path = SELECTORS.get(manifest["kind"])
    if path is None:
        return
    at = manifest
    for key in path[:-1]:
        at = at.setdefault(key, {})
    if at.get(path[-1]) or manifest["kind"] != "Service":
        at[path[-1]] = {**_selected(manifest, at.get(path[-1])), **own}


def _selected(manifest: dict, selector: t.Any) -> dict:
    """The selector as written; a workload without one selects what its pods are labelled with."""
    if isinstance(selector, dict):
        return selector
    if selector is None:
        return dict(pod_template(manifest)["metadata"]["labels"])
    raise InputError(f"the selector of {manifest['kind']} is no mapping", Place(path="spec.selector"))

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of objects there are: the table of built-in resources, and those that CRDs add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import schemas

# The table says: plural, kind, scope (ns or cluster), short names, subresources, field selectors (* is WIDE's).
WIDE = {
    "pods": (
        ("status", "log", "eviction", "binding", "exec", "attach", "portforward"),
        ("spec.nodeName", "status.phase", "spec.restartPolicy", "spec.serviceAccountName", "status.podIP"),
    ),
    "events": (
        (),
        (*(f"involvedObject.{key}" for key in ("kind", "name", "namespace", "uid")), "reason", "type"),
    ),
}
BUILT_IN = {
    ("", "v1"): """
        pods                   Pod                   ns      po     *      *
        services               Service               ns      svc    status  spec.clusterIP,spec.type
        configmaps             ConfigMap             ns      cm     -       -
        secrets                Secret                ns      -      -       type
        serviceaccounts        ServiceAccount        ns      sa     -       -
        endpoints              Endpoints             ns      ep     -       -
        events                 Event                 ns      ev     -       *
        replicationcontrollers ReplicationController ns      rc     status,scale  status.replicas
        persistentvolumeclaims PersistentVolumeClaim ns      pvc    status  -
        resourcequotas         ResourceQuota         ns      quota  status  -
        limitranges            LimitRange            ns      limits -       -
        podtemplates           PodTemplate           ns      -      -       -
        nodes                  Node                  cluster no     status  spec.unschedulable
        namespaces             Namespace             cluster ns     status  status.phase
        persistentvolumes      PersistentVolume      cluster pv     status  -""",
    ("apps", "v1"): """
        deployments            Deployment            ns      deploy status,scale  -
        replicasets            ReplicaSet            ns      rs     status,scale  status.replicas
        statefulsets           StatefulSet           ns      sts    status,scale  -
        daemonsets             DaemonSet             ns      ds     status  -
        controllerrevisions    ControllerRevision    ns      -      -       -""",
    ("batch", "v1"): """
        jobs                   Job                   ns      -      status  status.successful
        cronjobs               CronJob               ns      cj     status  -""",
    ("networking.k8s.io", "v1"): """
        ingresses              Ingress               ns      ing    status  -
        networkpolicies        NetworkPolicy         ns      netpol -       -
        ingressclasses         IngressClass          cluster -      -       -""",
    ("discovery.k8s.io", "v1"): """
        endpointslices         EndpointSlice         ns      -      -       -""",
    ("rbac.authorization.k8s.io", "v1"): """
        roles                  Role                  ns      -      -       -
        rolebindings           RoleBinding           ns      -      -       -
        clusterroles           ClusterRole           cluster -      -       -
        clusterrolebindings    ClusterRoleBinding    cluster -      -       -""",
    ("autoscaling", "v2"): """
        horizontalpodautoscalers HorizontalPodAutoscaler ns  hpa    status  -""",
    ("policy", "v1"): """
        poddisruptionbudgets   PodDisruptionBudget   ns      pdb    status  -""",
    ("coordination.k8s.io", "v1"): """
        leases                 Lease                 ns      -      -       -""",
    ("scheduling.k8s.io", "v1"): """
        priorityclasses        PriorityClass         cluster pc     -       -""",
    ("storage.k8s.io", "v1"): """
        storageclasses         StorageClass          cluster sc     -       -""",
    ("apiextensions.k8s.io", "v1"): """
        customresourcedefinitions CustomResourceDefinition cluster crd,crds status -""",
}
IN_CATEGORY_ALL = {
    "pods",
    "services",
    "replicationcontrollers",
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "horizontalpodautoscalers",
}
CRDS = "apiextensions.k8s.io/customresourcedefinitions"


@dataclass(frozen=True)
class Resource:
    """One kind of object; ``key`` names it in the store, whatever the version asked for."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    custom: bool = False
    storage: bool = True
    scale: dict[str, str] = field(default_factory=dict)
    schema: dict[str, Any] = field(default_factory=dict)
    columns: tuple[dict[str, Any], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.group}/{self.plural}"

    @property
    def qualified(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


SCALE = {"spec": "spec.replicas", "status": "status.replicas", "selector": ""}


def _built_in() -> Iterator[Resource]:
    for (group, version), rows in BUILT_IN.items():
        for row in rows.strip().splitlines():
            plural, kind, scope, *lists = row.split()
            short, subresources, fields = (tuple(text.split(",")) if text != "-" else () for text in lists)
            subresources, fields = WIDE.get(plural, (subresources, fields))
            schema = schemas.reference(group, version, kind)
            all_of = ("all",) if plural in IN_CATEGORY_ALL else ()
            scale = SCALE if "scale" in subresources else {}
            yield Resource(
                group, version, plural, kind, scope == "ns", short, subresources, fields, all_of, scale=scale, schema=schema
            )


TABLE = {resource.key: resource for resource in _built_in()}


def of_definition(crd: dict[str, Any]) -> Iterator[Resource]:
    """The resources that a CustomResourceDefinition adds, one for each served version."""
    spec, names = crd["spec"], crd["spec"]["names"]
    for version in spec["versions"]:
        if not version.get("served", True):
            continue
        subresources = version.get("subresources", {})
        paths = subresources.get("scale", {})
        scale = {
            "spec": paths.get("specReplicasPath", "").lstrip("."),
            "status": paths.get("statusReplicasPath", "").lstrip("."),
            "selector": paths.get("labelSelectorPath", "").lstrip("."),
        }
        yield Resource(
            spec["group"],
            version["name"],
            names["plural"],
            names["kind"],
            spec["scope"] == "Namespaced",
            tuple(names.get("shortNames", ())),
            tuple(sorted(subresources)),
            tuple(one["jsonPath"].lstrip(".") for one in version.get("selectableFields", ())),
            tuple(names.get("categories", ())),
            custom=True,
            storage=version.get("storage", False),
            scale=scale if paths else {},
            columns=tuple(version.get("additionalPrinterColumns", ())),
            schema=schemas.of_custom(version.get("schema", {}).get("openAPIV3Schema", {})),
        )


def is_established(crd: dict[str, Any]) -> bool:
    conditions = crd.get("status", {}).get("conditions", ())
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


class Registry:
    """All resources: the table's, and those of the definitions that the store holds."""

    def __init__(self, definitions: Any):
        self._definitions = definitions
        self._parsed: dict[str, tuple[str, list[Resource]]] = {}

    def _of(self, crd: dict[str, Any]) -> list[Resource]:
        name, revision = crd["metadata"]["name"], crd["metadata"]["resourceVersion"]
        if self._parsed.get(name, ("",))[0] != revision:
            self._parsed[name] = (revision, list(of_definition(crd)))
        return self._parsed[name][1]

    def all(self) -> list[Resource]:
        custom = [one for crd in self._definitions() if is_established(crd) for one in self._of(crd)]
        return [*TABLE.values(), *custom]

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        fitting = (one for one in self.all() if (one.group, one.version, one.plural) == (group, version, plural))
        return next(fitting, None)

    def by_key(self, key: str) -> Resource | None:
        """Any version of the resource that the store calls ``key``, the stored one first."""
        found = sorted((one for one in self.all() if one.key == key), key=lambda one: not one.storage)
        return found[0] if found else None

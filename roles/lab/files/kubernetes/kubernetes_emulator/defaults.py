# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API fills in where an object says nothing: values by definition of the schema.

A callable value is computed from the object that lacks it; None stands for "leave it out".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Default = Any | Callable[[dict[str, Any]], Any]


def _pull_policy(container: dict[str, Any]) -> str:
    name, _colon, tag = container.get("image", "").rpartition("/")[2].partition(":")
    return "IfNotPresent" if tag not in ("", "latest") or "@" in name else "Always"


def _rolling(value: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    return lambda strategy: value if strategy.get("type", "RollingUpdate") == "RollingUpdate" else None


def _template_labels(spec: dict[str, Any]) -> dict[str, str] | None:
    return spec.get("template", {}).get("metadata", {}).get("labels")


POD: dict[str, Default] = {
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "securityContext": {},
}
CONTAINER: dict[str, Default] = {
    "imagePullPolicy": _pull_policy,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "resources": {},
}
PROBE: dict[str, Default] = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
CLUSTER_IP = ("ClusterIP", "NodePort", "LoadBalancer")
MODE_0644: dict[str, Default] = {"defaultMode": 420}

WITH_SPEC = (
    "core.v1.Pod",
    "core.v1.Service",
    "core.v1.ReplicationController",
    "core.v1.Node",
    "batch.v1.Job",
    *(f"apps.v1.{kind}" for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")),
)

DEFAULTS: dict[str, dict[str, Default]] = {
    **{name: {"spec": {}} for name in WITH_SPEC},
    "core.v1.PodSpec": POD,
    "core.v1.Container": CONTAINER,
    "core.v1.Probe": PROBE,
    "core.v1.ContainerPort": {"protocol": "TCP"},
    "core.v1.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.v1.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.v1.ConfigMapVolumeSource": MODE_0644,
    "core.v1.SecretVolumeSource": MODE_0644,
    "core.v1.DownwardAPIVolumeSource": MODE_0644,
    "core.v1.ProjectedVolumeSource": MODE_0644,
    "core.v1.HostPathVolumeSource": {"type": ""},
    "core.v1.Secret": {"type": "Opaque"},
    "core.v1.EndpointPort": {"protocol": "TCP"},
    "core.v1.PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "core.v1.ReplicationControllerSpec": {"replicas": 1, "selector": _template_labels},
    "core.v1.ServicePort": {"protocol": "TCP", "targetPort": lambda port: port.get("port")},
    "core.v1.ServiceSpec": {
        "type": "ClusterIP",
        "sessionAffinity": "None",
        "internalTrafficPolicy": lambda spec: "Cluster" if spec.get("type", "ClusterIP") in CLUSTER_IP else None,
        "externalTrafficPolicy": lambda spec: "Cluster" if spec.get("type") in CLUSTER_IP[1:] else None,
        "allocateLoadBalancerNodePorts": lambda spec: True if spec.get("type") == "LoadBalancer" else None,
    },
    "apps.v1.DeploymentSpec": {
        "replicas": 1,
        "strategy": {},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    },
    "apps.v1.DeploymentStrategy": {
        "rollingUpdate": _rolling({"maxSurge": "25%", "maxUnavailable": "25%"}),
        "type": "RollingUpdate",
    },
    "apps.v1.ReplicaSetSpec": {"replicas": 1},
    "apps.v1.StatefulSetSpec": {
        "replicas": 1,
        "updateStrategy": {},
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10,
    },
    "apps.v1.StatefulSetUpdateStrategy": {"rollingUpdate": _rolling({"partition": 0}), "type": "RollingUpdate"},
    "apps.v1.DaemonSetSpec": {"updateStrategy": {}, "revisionHistoryLimit": 10},
    "apps.v1.DaemonSetUpdateStrategy": {
        "rollingUpdate": _rolling({"maxSurge": 0, "maxUnavailable": 1}),
        "type": "RollingUpdate",
    },
    "batch.v1.JobSpec": {
        "parallelism": 1,
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "completions": lambda spec: 1 if "parallelism" not in spec else None,
    },
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "networking.v1.NetworkPolicySpec": {"policyTypes": lambda spec: ["Ingress", *(["Egress"] * ("egress" in spec))]},
    "networking.v1.NetworkPolicyPort": {"protocol": "TCP"},
    "rbac.v1.RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
    "storage.v1.StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    "apiextensions.v1.CustomResourceDefinitionSpec": {"conversion": {"strategy": "None"}},
    "apiextensions.v1.CustomResourceDefinitionNames": {
        "listKind": lambda names: f"{names.get('kind')}List",
        "singular": lambda names: names.get("kind", "").lower(),
    },
}


def of_definition(name: str | None) -> dict[str, Default]:
    """The defaults of a definition such as ``io.k8s.api.core.v1.PodSpec``."""
    return DEFAULTS.get(".".join(name.split(".")[-3:]), {}) if name else {}


def fill(obj: dict[str, Any], name: str | None) -> dict[str, Any]:
    """``obj`` with the values that its definition fills in."""
    found = {}
    for key, default in of_definition(name).items():
        if key not in obj:
            found[key] = default(obj) if callable(default) else default
    return {**obj, **{key: value for key, value in found.items() if value is not None}}

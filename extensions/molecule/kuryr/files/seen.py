# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kubernetes' own client library sees of Kuryr in a cluster, as JSON: ``seen.py KUBECONFIG CONTEXT``."""

from __future__ import annotations

import json
import sys

from kubernetes import client, config

kubeconfig, context = sys.argv[1:]
api = config.new_client_from_config(kubeconfig, context)
core, apps, access = client.CoreV1Api(api), client.AppsV1Api(api), client.RbacAuthorizationV1Api(api)
LISTS = {
    "CustomResourceDefinition": client.ApiextensionsV1Api(api).list_custom_resource_definition,
    "ClusterRole": access.list_cluster_role,
    "ClusterRoleBinding": access.list_cluster_role_binding,
    "ServiceAccount": core.list_service_account_for_all_namespaces,
    "ConfigMap": core.list_config_map_for_all_namespaces,
    "Secret": core.list_secret_for_all_namespaces,
    "Deployment": apps.list_deployment_for_all_namespaces,
    "DaemonSet": apps.list_daemon_set_for_all_namespaces,
    "Pod": core.list_pod_for_all_namespaces,
    "Node": core.list_node,
}
print(
    json.dumps([{**api.sanitize_for_serialization(one), "kind": kind} for kind, read in LISTS.items() for one in read().items])
)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests: valid for Kubernetes, consistent among themselves, and enough for what Kuryr does."""

from __future__ import annotations

import copy

import kubernetes_validate
import pytest

VERSIONS = ("1.25", "1.34", "1.37")  # the oldest and the newest that kubernetes-validate 1.37 has, and the lab's
NODES = {"worker-0": "nested-vlan", "metal-0": "neutron-vif"}
CASES = {
    **{f"{backend}-{mode}": {"kuryr_backend": backend, "kuryr_mode": mode}
       for backend in ("ovs", "ovn", "odl", "dragonflow") for mode in ("nested", "baremetal")},
    "mixed": {"kuryr_nodes": NODES},
    "policies": {"kuryr_subnet_driver": "namespace", "kuryr_security_group_driver": "policy",
                 "kuryr_pod_subnet_pool": "pool-1", "kuryr_pod_router": "router-1"},
    "elsewhere": {"kuryr_namespace": "network", "kuryr_ca_certificate": "-----BEGIN",
                  "kuryr_controller_node_selector": {"a": "b"}},
}  # fmt: skip

# What Kuryr 10.0.0 calls, read in its source: verb, group, resource. Watching needs a list first.
CALLS = {
    "controller": {
        "vif handler: pods and their finalizers": [("get list watch patch", "", "pods")],
        "kuryrport handler: ports, their status, finalizers, end": [
            ("get list watch create patch delete", "openstack.org", "kuryrports"), ("get", "", "nodes")],
        "service and endpoints handlers": [
            ("get list watch patch", "", "services"), ("get list watch patch", "", "endpoints"),
            ("get list watch create patch delete", "openstack.org", "kuryrloadbalancers")],
        "the address of a service of type LoadBalancer": [("patch", "", "services/status")],
        "namespace handler": [
            ("get list watch patch", "", "namespaces"), ("get list watch create patch", "openstack.org", "kuryrnetworks")],
        "policy handlers": [
            ("get list watch patch", "networking.k8s.io", "networkpolicies"),
            ("get list watch create patch delete", "openstack.org", "kuryrnetworkpolicies")],
        "more than one interface": [("get", "k8s.cni.cncf.io", "network-attachment-definitions")],
        "events": [("create", "", "events")],
    },
    "cni": {
        "watchers of pods and ports": [("get list watch", "", "pods"), ("get list watch", "openstack.org", "kuryrports")],
        "events": [("create", "", "events")],
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def rendered(request, render):
    return render(**CASES[request.param])


def test_nothing_is_wrong_with_the_cases(rendered):
    assert rendered["kuryr_complaints"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid(rendered, version):
    for one in rendered.objects:
        kubernetes_validate.validate(one, version, strict=True)


def test_what_is_invalid_is_found(rendered):
    broken = copy.deepcopy(rendered.object("Deployment", "kuryr-controller"))
    del broken["spec"]["selector"]
    with pytest.raises(kubernetes_validate.ValidationError, match="selector"):
        kubernetes_validate.validate(broken, VERSIONS[0], strict=True)


def test_every_object_is_there_once_and_in_its_namespace(rendered):
    names = [(one["kind"], one["metadata"]["name"]) for one in rendered.objects]
    assert len(set(names)) == len(names) == 14
    cluster_wide = {"CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"}
    for one in rendered.objects:
        expected = None if one["kind"] in cluster_wide else rendered["kuryr_namespace"]
        assert one["metadata"].get("namespace") == expected


@pytest.mark.parametrize(("kind", "name"), [("Deployment", "kuryr-controller"), ("DaemonSet", "kuryr-cni")])
def test_selectors_match_only_their_own_pods(rendered, kind, name):
    workloads = {one["kind"]: one["spec"] for one in rendered.objects if one["kind"] in ("Deployment", "DaemonSet")}
    wanted = workloads.pop(kind)["selector"]["matchLabels"].items()
    assert wanted <= rendered.object(kind, name)["spec"]["template"]["metadata"]["labels"].items()
    (other,) = workloads.values()
    assert not wanted <= other["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize(("kind", "name"), [("Deployment", "kuryr-controller"), ("DaemonSet", "kuryr-cni")])
def test_pods_use_only_what_is_there(rendered, kind, name):
    pod = rendered.object(kind, name)["spec"]["template"]["spec"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    (container,) = pod["containers"]
    assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
    assert rendered.object("ServiceAccount", pod["serviceAccountName"])
    sources = volumes["config"].get("projected", {}).get("sources") or [volumes["config"]]
    for source in sources:
        if "configMap" in source:
            rendered.object("ConfigMap", source["configMap"]["name"])
        else:
            rendered.object("Secret", source["secret"]["name"])


def test_the_daemon_gets_no_password(rendered):
    assert "secret" not in str(rendered.object("DaemonSet", "kuryr-cni")).lower()
    assert "secret" in str(rendered.object("Deployment", "kuryr-controller"))
    assert rendered["kuryr_password"] not in str(rendered["kuryr_config"])


def allowed(rules) -> set[tuple[str, str, str]]:
    return {(v, g, r) for rule in rules for v in rule["verbs"] for g in rule["apiGroups"] for r in rule["resources"]}


def needed(part: str) -> set[tuple[str, str, str]]:
    calls = [call for group in CALLS[part].values() for call in group]
    return {(verb, group, resource) for verbs, group, resource in calls for verb in verbs.split()}


@pytest.mark.parametrize("part", CALLS)
def test_roles_allow_what_kuryr_calls_and_hardly_more(rendered, part):
    rules = rendered.object("ClusterRole", f"kuryr-{part}")["rules"]
    assert needed(part) <= allowed(rules)
    assert allowed(rules) - needed(part) <= {("delete", "openstack.org", "kuryrnetworks")}


@pytest.mark.parametrize("part", CALLS)
def test_roles_are_bound_to_the_pods_account(rendered, part):
    binding = rendered.object("ClusterRoleBinding", f"kuryr-{part}")
    assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": f"kuryr-{part}"}
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": f"kuryr-{part}", "namespace": rendered["kuryr_namespace"]}
    ]


def test_definitions_name_what_the_roles_name(rendered):
    plurals = {one["spec"]["names"]["plural"] for one in rendered["kuryr_definitions"]}
    assert plurals == {resource for verb, group, resource in needed("controller") if group == "openstack.org"}
    for one in rendered["kuryr_definitions"]:
        assert one["metadata"]["name"] == f"{one['spec']['names']['plural']}.{one['spec']['group']}"
        assert [version.get("subresources") for version in one["spec"]["versions"]] == [None]


def test_a_changed_option_rolls_what_reads_it(render):
    def digests(**variables):
        rendered = render(**variables)
        return [rendered.object(kind, name)["spec"]["template"]["metadata"]["annotations"]["superfluidity.nfv/config"]
                for kind, name in (("Deployment", "kuryr-controller"), ("DaemonSet", "kuryr-cni"))]  # fmt: skip

    first = digests()
    assert digests() == first
    both = digests(kuryr_debug=True)
    assert both[0] != first[0]
    assert both[1] != first[1]
    only_controller = digests(kuryr_password="another")
    assert only_controller[0] != first[0]
    assert only_controller[1] == first[1]


RESTART = "superfluidity.nfv/restart"


def deployed(mark: str, inside: dict[str, str] | None) -> dict:
    template = {} if inside is None else {"annotations": inside}
    return {"resources": [{"metadata": {"annotations": {RESTART: mark}}, "spec": {"template": {"metadata": template}}}]}


BY_HAND = {"kubectl.kubernetes.io/restartedAt": "then"}


@pytest.mark.parametrize(
    ("found", "due", "expected"),
    [
        ({"resources": []}, "now", {}),  # it has not started yet
        (deployed("", None), "", {}),
        (deployed("then", {RESTART: "then"}), "then", {RESTART: "then"}),
        (deployed("then", {RESTART: "then"}), "now", {RESTART: "now"}),  # this run changes pools or labels
        (deployed("now", {RESTART: "then"}), "now", {RESTART: "now"}),  # a run did, and failed before the restart
        (deployed("", BY_HAND), "", BY_HAND),
    ],
)
def test_the_controller_restarts_where_its_pods_lack_the_mark(render, found, due, expected):
    rendered = render(kuryr_state="present", kuryr_found=found, kuryr_due=due)
    marks = [one["metadata"]["annotations"][RESTART] for one in found["resources"]]
    assert [rendered["kuryr_due_before"]] == (marks or [""])
    annotations = rendered["kuryr_controller"][0]["spec"]["template"]["metadata"]["annotations"]
    assert {name: value for name, value in annotations.items() if name != "superfluidity.nfv/config"} == expected


NODES = [
    {
        "metadata": {"name": "vm-1", "labels": {"pod_vif": "nested-vlan", "zone": "a"}},
        "status": {"addresses": [{"type": "Hostname", "address": "vm-1"}, {"type": "InternalIP", "address": "10.0.0.1"}]},
    },
    {"metadata": {"name": "metal-1"}, "status": {}},
]


@pytest.mark.parametrize(
    ("drivers", "untold"),
    [({"vm-1": "nested-vlan"}, False), ({"metal-1": "neutron-vif"}, True), ({"vm-1": "nested-macvlan"}, True)],
)
def test_nodes_are_told_once_and_pools_see_the_labels_that_they_are_to_have(render, drivers, untold):
    rendered = render(kuryr_state="present", kuryr_nodes=drivers, kuryr_cluster={"resources": NODES})
    assert rendered["kuryr_untold"] is untold
    assert [node["address"] for node in rendered["kuryr_nodes_told"]] == ["10.0.0.1", None]
    labels = {node["name"]: node["labels"] for node in rendered["kuryr_nodes_told"]}
    assert labels["vm-1"]["zone"] == "a"
    assert {name: labels[name]["pod_vif"] for name in drivers} == drivers


def test_results_of_an_earlier_run_restart_nothing(render):
    results = {"kuryr_found": deployed("then", {RESTART: "then"}), "kuryr_due": "now"}
    rendered = render(kuryr_state="rendered", **results)
    assert RESTART not in rendered["kuryr_controller"][0]["spec"]["template"]["metadata"]["annotations"]

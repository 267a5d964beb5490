# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes manifests: owners, names that do not meet, nodes of parents, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable

import kubernetes_validate
import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes, unsaid

CORE = {"name": "core-1", "role": "core"}
EDGE = {"name": "edge-1", "role": "edge"}

DEPLOYMENT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {disk: ssd}
      containers: [{name: web, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]
"""


def service(*names: str, text: str = DEPLOYMENT, **vdu: object) -> dict:
    """A function for each of ``names``, each with a VM and a pod of the same file."""
    functions = [
        {
            "name": name,
            "vdus": [{"name": "vm", "kind": "vm"}, {"name": "pod", "kind": "pod", "descriptor": "web.yaml", **vdu}],
        }
        for name in names
    ]
    return {"name": "My_Shop", "functions": functions, "documents": {"web.yaml": text}}


def of_kind(objects: list[dict], kind: str) -> list[dict]:
    return [one for one in objects if one["kind"] == kind]


def test_the_video_service_in_full(video: dict, golden: Callable) -> None:
    golden("video.edge-1.kubernetes", to_kubernetes(read(video).service, EDGE))


def test_a_site_without_pods_gets_nothing(video: dict) -> None:
    assert to_kubernetes(read(video).service, CORE) == []
    assert to_kubernetes(read(video).service, EDGE, functions=["tof"]) == []
    assert to_kubernetes(read(video).service, EDGE, functions=["cache"]) == to_kubernetes(read(video).service, EDGE)


def test_everything_lies_in_a_namespace_of_the_service() -> None:
    objects = to_kubernetes(service("a"), CORE)
    assert objects[0]["metadata"] == {
        "name": "my-shop",
        "labels": {"app.kubernetes.io/part-of": "My_Shop", "superfluidity.nfv/service": "My_Shop"},
    }
    assert {one["metadata"]["namespace"] for one in objects[1:]} == {"my-shop"}


def test_every_object_and_pod_says_whose_it_is() -> None:
    marks = {
        "app.kubernetes.io/part-of": "My_Shop",
        "superfluidity.nfv/service": "My_Shop",
        "superfluidity.nfv/function": "a",
        "superfluidity.nfv/vdu": "pod",
    }
    _namespace, settings, deployment = to_kubernetes(service("a"), CORE)
    assert settings["metadata"]["labels"] == marks
    assert deployment["spec"]["template"]["metadata"]["labels"] == {"app": "web", **marks}
    del marks["app.kubernetes.io/part-of"]
    assert deployment["spec"]["selector"]["matchLabels"] == {"app": "web", **marks}


def test_a_pod_goes_to_the_node_that_its_parent_is() -> None:
    (deployment,) = of_kind(to_kubernetes(service("a", parent="vm"), CORE), "Deployment")
    assert deployment["spec"]["template"]["spec"]["nodeSelector"] == {
        "disk": "ssd",
        "superfluidity.nfv/service": "My_Shop",
        "superfluidity.nfv/function": "a",
        "superfluidity.nfv/vdu": "vm",
    }
    (free,) = of_kind(to_kubernetes(service("a"), CORE), "Deployment")
    assert free["spec"]["template"]["spec"]["nodeSelector"] == {"disk": "ssd"}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Pod", ()),
        ("ReplicationController", ("spec", "template")),
        ("StatefulSet", ("spec", "template")),
        ("DaemonSet", ("spec", "template")),
        ("Job", ("spec", "template")),
        ("CronJob", ("spec", "jobTemplate", "spec", "template")),
    ],
)
def test_the_parent_counts_for_every_kind_of_workload(kind: str, path: tuple[str, ...]) -> None:
    pods: dict = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    thing: dict = pods
    for key in reversed(path):
        thing = {key: thing}
    thing |= {"apiVersion": "v1", "kind": kind, "metadata": {**thing.get("metadata", {}), "name": "web"}}
    (answer,) = of_kind(to_kubernetes(service("a", text=json.dumps(thing), parent="vm"), CORE), kind)
    for key in path:
        answer = answer[key]
    assert answer["spec"]["nodeSelector"]["superfluidity.nfv/vdu"] == "vm"


def test_two_functions_may_bring_the_same_file() -> None:
    objects = to_kubernetes(service("a", "b_1"), CORE)
    assert [one["metadata"]["name"] for one in of_kind(objects, "Deployment")] == ["web-a", "web-b-1"]
    assert [one["metadata"]["name"] for one in of_kind(objects, "ConfigMap")] == ["settings-a", "settings-b-1"]
    containers = [one["spec"]["template"]["spec"]["containers"][0] for one in of_kind(objects, "Deployment")]
    assert [one["envFrom"][0]["configMapRef"]["name"] for one in containers] == ["settings-a", "settings-b-1"]


def test_names_do_not_depend_on_the_site() -> None:
    spread = service("a", "b")
    spread["functions"][1]["site"] = {"role": "edge"}
    assert of_kind(to_kubernetes(spread, CORE), "Deployment")[0]["metadata"]["name"] == "web-a"
    assert of_kind(to_kubernetes(spread, EDGE), "Deployment")[0]["metadata"]["name"] == "web-b"


def test_two_vdus_of_a_function_may_bring_the_same_file() -> None:
    twice = service("a")
    twice["functions"][0]["vdus"].append({"name": "pod2", "kind": "pod", "descriptor": "web.yaml"})
    names = [one["metadata"]["name"] for one in of_kind(to_kubernetes(twice, CORE), "Deployment")]
    assert names == ["web-a-pod", "web-a-pod2"]


def test_a_service_over_several_pods_selects_within_its_function(shop) -> None:
    shop.vdus.append({"vduId": "pod2", "vduNestedDesc": "pod2", "vduNestedDescType": "kubernetes"})
    shop.others["K8S/pod2.yaml"] = shop.others["K8S/pod.yaml"].replace("{name: web,", "{name: web2,")
    shop.vnfd["k8SServiceCpd"][0]["exposedPod"] = ["pod", "pod2"]
    (exposed,) = of_kind(to_kubernetes(read(shop.files()).service, CORE), "Service")
    own = {"superfluidity.nfv/service": "shop", "superfluidity.nfv/function": "web"}
    assert exposed["spec"]["selector"] == {"app": "web", **own}


def test_a_service_without_a_selector_keeps_none(shop) -> None:
    shop.others["K8S/svc.yaml"] = shop.others["K8S/svc.yaml"].replace(", selector: {app: web}", "")
    (exposed,) = of_kind(to_kubernetes(read(shop.files()).service, CORE), "Service")
    assert "selector" not in exposed["spec"]


def test_pods_are_in_the_order_of_their_deployment() -> None:
    ordered = service("a")
    ordered["documents"] |= {"first.yaml": DEPLOYMENT.replace("web", "first").replace("settings", "others")}
    vdus = ordered["functions"][0]["vdus"]
    vdus[1]["deployment_order"] = 2
    vdus.append({"name": "first", "kind": "pod", "descriptor": "first.yaml", "deployment_order": 1})
    names = [one["metadata"]["name"] for one in of_kind(to_kubernetes(ordered, CORE), "Deployment")]
    assert names == ["first", "web"]


def test_instances_are_replicas() -> None:
    (deployment,) = of_kind(to_kubernetes(service("a", instances=3), CORE), "Deployment")
    assert deployment["spec"]["replicas"] == 3


def test_the_items_of_a_list_are_objects() -> None:
    items = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} for name in ("x", "y")]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    assert len(of_kind(to_kubernetes(service("a", text=text), CORE), "ConfigMap")) == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"web\.yaml: the file holds no Kubernetes object"),
        ("[1", r"web\.yaml:1: this is no YAML"),
        ("kind: Pod", r"web\.yaml: every object needs an apiVersion and a kind"),
        ("[1]", r"web\.yaml: every object needs an apiVersion and a kind"),
        ("{apiVersion: v1, kind: Pod}", r"the Pod needs a metadata\.name"),
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}}", r"the pods of Pod a need a spec"),
        ("{apiVersion: v1, kind: Deployment, metadata: {name: a}}", r"web\.yaml: spec: the Deployment a needs a mapping here"),
        ("{apiVersion: v1, kind: Namespace, metadata: {name: a}}", r"a Namespace belongs to the cluster, not to a service"),
        ("{apiVersion: v1, kind: List}", r"items: a List needs items"),
        ("{apiVersion: v1, kind: Secret, metadata: {name: a, labels: 3}}", r"the labels of Secret a are no mapping"),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeSelector: 3}}",
            r"the nodeSelector of Pod a is no mapping",
        ),
        ("{apiVersion: v1, kind: Secret, metadata: {name: a}}\n---\n" * 2, r"two objects of pod would be called Secret a"),
    ],
)
def test_templates_that_cannot_be_applied(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        to_kubernetes(service("a", text=text), CORE)


def test_a_name_that_grows_too_long() -> None:
    text = DEPLOYMENT.replace("name: settings", f"name: {'s' * 60}")
    with pytest.raises(InputError, match="is longer than 63 letters; shorten the name of the object"):
        to_kubernetes(service("abc", "abd", text=text), CORE)


BARE = {"key": "superfluidity.nfv/vdu", "operator": "DoesNotExist"}


def terms_of(deployment: dict) -> list[list[dict]]:
    affinity = deployment["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]
    required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    return [term["matchExpressions"] for term in required]


def test_a_pod_that_must_be_on_bare_metal_goes_to_no_vm() -> None:
    made = service("a")
    pod = next(vdu for vdu in made["functions"][0]["vdus"] if vdu["kind"] == "pod")
    pod["parent"] = "none"
    (wish,) = of_kind(to_kubernetes(made, CORE), "Deployment")
    assert "affinity" not in wish["spec"]["template"]["spec"]
    pod["parent_mandatory"] = True
    (must,) = of_kind(to_kubernetes(made, CORE), "Deployment")
    assert terms_of(must) == [[BARE]]
    made["functions"][0]["vdus"].append({"name": "iron", "kind": "baremetal"})
    (may,) = of_kind(to_kubernetes(made, CORE), "Deployment")
    assert terms_of(may) == [[BARE], [{"key": "superfluidity.nfv/vdu", "operator": "In", "values": ["iron"]}]]


def test_objects_of_no_pod_come_first_and_belong_to_the_function() -> None:
    made = service("a")
    made["functions"][0]["objects"] = ["shared.yaml"]
    made["documents"]["shared.yaml"] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}}"
    shared = to_kubernetes(made, CORE)[1]
    assert (shared["kind"], shared["metadata"]["name"]) == ("ConfigMap", "shared")
    assert "superfluidity.nfv/function" in shared["metadata"]["labels"]
    assert "superfluidity.nfv/vdu" not in shared["metadata"]["labels"]


LOAD = {"name": "load", "metric": "cpu_utilization", "vdu": "pod"}
RULES = [
    {"kpi": "load", "scale_out": 79.6, "scale_in": 20, "threshold_time": 30, "cooldown": 9000},
    {"kpi": "users", "scale_out": 100},
]


def scaled(*rules: dict, text: str = DEPLOYMENT, **vdu: object) -> dict:
    """The pod of a service that is scaled, with the KPIs ``load`` and ``users``."""
    made = service("a", text=text, instances=2, scaling={"min": 1, "max": 5, "step": 2, "rules": list(rules)}, **vdu)
    made["functions"][0]["kpis"] = [LOAD, {"name": "users", "metric": "sessions"}]
    return made


def test_a_pod_that_is_scaled_by_its_processors_has_an_autoscaler_and_no_number() -> None:
    made = scaled(*RULES)
    objects = to_kubernetes(made, CORE)
    [autoscaler], [deployment] = of_kind(objects, "HorizontalPodAutoscaler"), of_kind(objects, "Deployment")
    for one in objects:
        kubernetes_validate.validate(one, "1.34", strict=True)
    assert "replicas" not in deployment["spec"]
    assert autoscaler["metadata"] == deployment["metadata"]
    behavior = {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 1800}], "stabilizationWindowSeconds": 30}
    target = {"type": "Utilization", "averageUtilization": 80}
    assert autoscaler["spec"] == {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 1,
        "maxReplicas": 5,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        "behavior": {"scaleUp": behavior, "scaleDown": behavior},
    }
    assert unsaid(made) == [
        "a.pod: of the rule of load scale_in is not said: an autoscaler aims at scale_out, and computes when there are fewer",
        "a.pod: of the rule of load scale_out, 79.6, is rounded to 80 per cent",
        "a.pod: of the rule of load cooldown is cut to 1800 s, the longest that an autoscaler takes",
        "a.pod: the rule of users is not said: an autoscaler goes by the pod's own cpu_utilization or memory_utilization",
        "a.pod: that there are 2 to begin with is not said: an autoscaler begins with 1",
        "a.pod: a container of web requests no cpu, of which it would be a share",
    ]


def test_what_no_autoscaler_can_follow_is_told_and_the_number_stays() -> None:
    for made in (scaled(RULES[1]), scaled({"kpi": "load", "scale_in": 5}), scaled()):
        objects = to_kubernetes(made, CORE)
        assert of_kind(objects, "HorizontalPodAutoscaler") == []
        assert of_kind(objects, "Deployment")[0]["spec"]["replicas"] == 2
        [sentence] = unsaid(made)
        assert sentence.startswith("a.pod: scaling is not said, as no rule goes by its cpu_utilization or memory_utilization")
    [sentence] = unsaid(scaled(RULES[0], text="{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {}}"))
    assert "it has no workload with replicas; there are 2" in sentence
    assert unsaid(service("a")) == []


OWN = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: mine}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""


def test_an_autoscaler_of_the_descriptor_stays_the_only_one_and_follows_its_workload() -> None:
    made = scaled(RULES[0], text=DEPLOYMENT + OWN)
    made["functions"].append({**made["functions"][0], "name": "b"})
    found = of_kind(to_kubernetes(made, CORE), "HorizontalPodAutoscaler")
    assert [(one["metadata"]["name"], one["spec"]["scaleTargetRef"]["name"]) for one in found] == [
        ("mine-a", "web-a"),
        ("mine-b", "web-b"),
    ]
    other = OWN.replace("mine", "web").replace("name: web}}", "name: other}}")
    with pytest.raises(InputError, match="the HorizontalPodAutoscaler web of pod has to do with something else; rename it"):
        to_kubernetes(scaled(RULES[0], text=DEPLOYMENT + other), CORE)


NETWORKS = "k8s.v1.cni.cncf.io/networks"


def multihomed(annotation: str = "", **vdu: object) -> dict:
    """A pod at three networks, the last of which its function brings."""
    made = service(
        "a", text=DEPLOYMENT.replace("metadata: {labels: {app: web}}", f"metadata: {{{annotation} labels: {{app: web}}}}")
    )
    points = [{"name": name, "vdu": "pod"} for name in ("own", "fast", "slow")]
    points[1] |= {"fixed_ip": "10.7.0.9", "mac": "02:00:00:00:00:01"}
    made["functions"][0] |= {"connection_points": points, "objects": ["net.yaml"]}
    made["links"] = [
        {"name": "Own", "endpoints": ["a.own"]},
        {"name": "Fast_Net", "endpoints": ["a.fast"], "cidr": "10.7.0.0/24"},
        {"name": "slow", "endpoints": ["a.slow"]},
    ]
    made["documents"]["net.yaml"] = (
        "{apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, metadata: {name: slow}, spec: {config: '{}'}}"
    )
    return made


FURTHER = [{"name": "fast-net", "ips": ["10.7.0.9"], "mac": "02:00:00:00:00:01"}, {"name": "slow"}]


@pytest.mark.parametrize(
    ("annotation", "before"),
    [
        ("", []),
        (f"annotations: {{other: x, {NETWORKS}: 'mine, slow'}},", [{"name": "mine"}, {"name": "slow"}]),
        (f'annotations: {{{NETWORKS}: \'[{{"name": "mine"}}]\'}},', [{"name": "mine"}]),
    ],
)
def test_multus_plugs_a_pod_into_all_networks_but_the_first(annotation: str, before: list[dict]) -> None:
    made = multihomed(annotation)
    [deployment] = of_kind(to_kubernetes(made, CORE), "Deployment")
    found = json.loads(deployment["spec"]["template"]["metadata"]["annotations"][NETWORKS])
    assert found == before + [one for one in FURTHER if one not in before]
    assert unsaid(made) == [
        "a.pod: the namespace my-shop must have the NetworkAttachmentDefinition fast-net, which no descriptor brings"
    ]


def test_a_network_that_two_functions_bring_is_called_as_it_is_named() -> None:
    made = multihomed()
    made["functions"].append({"name": "b", "vdus": [{"name": "vm", "kind": "vm"}], "objects": ["net.yaml"]})
    [deployment] = of_kind(to_kubernetes(made, CORE), "Deployment")
    assert json.loads(deployment["spec"]["template"]["metadata"]["annotations"][NETWORKS])[1] == {"name": "slow-a"}


def test_an_annotation_that_multus_would_not_take_is_refused() -> None:
    for annotation in (f"annotations: {{{NETWORKS}: '[1]'}},", f"annotations: {{{NETWORKS}: [x]}},"):
        with pytest.raises(
            InputError, match=r"the annotation .* of the pods of pod is neither a list of names nor one of mappings"
        ):
            to_kubernetes(multihomed(annotation), CORE)
    with pytest.raises(InputError, match="the annotations of the pods of pod are no mapping"):
        to_kubernetes(multihomed("annotations: [x],"), CORE)
    one = multihomed()
    one["functions"][0]["connection_points"] = one["functions"][0]["connection_points"][:1]
    one["links"] = one["links"][:1]
    assert NETWORKS not in json.dumps(to_kubernetes(one, CORE))

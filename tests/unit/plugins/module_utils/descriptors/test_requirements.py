# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hardware, KPIs and scaling: each language that says them says the same, and what the model cannot hold is told."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.kpis import METRICS, metric_of
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read

from .conftest import CHECKOUT

HARDWARE = {
    "numa_nodes": 2,
    "traits": ["HW_CPU_X86_AVX2"],
    "resources": {"VGPU": 1},
    "devices": [{"alias": "fpga", "count": 2}],
}
KPIS = [
    {"name": "load", "metric": "cpu_utilization", "vdu": "vm", "period": 10},
    {"name": "loss", "metric": "packet_loss"},
]
RULE = {"kpi": "load", "scale_out": 80, "scale_in": 20.5, "threshold_time": 30, "cooldown": 120}
SCALING = {"min": 2, "max": 8, "step": 3}

CRITERION = {
    "name": "by load",
    "vnf-monitoring-param-ref": "load",
    "scale-out-threshold": "80.0000000000",
    "scale-out-relational-operation": "GE",
    "scale-in-threshold": 20.5,
    "scale-in-relational-operation": "LT",
}
POLICY = {
    "name": "automatic",
    "scaling-type": "automatic",
    "enabled": True,
    "threshold-time": 30,
    "cooldown-time": 120,
    "scaling-criteria": [CRITERION],
}
SOL006: dict[str, Any] = {
    "id": "app",
    "vdu": [
        {
            "id": "vm",
            "virtual-compute-desc": "c",
            "monitoring-parameter": [
                {"id": "load", "name": "load", "performance-metric": "VCpuUsageMeanVnf", "collection-period": 10000}
            ],
        }
    ],
    "virtual-compute-desc": [
        {
            "id": "c",
            "virtual-cpu": {"num-virtual-cpu": 4},
            "logical-node": [{"id": "n", "requirement-detail": [{"key": "hw:numa_nodes", "value": "2"}]}],
            "request-additional-capability": [
                {"name": "HW_CPU_X86_AVX2", "support-mandatory": True},
                {"name": "VGPU", "support-mandatory": True},
                {"name": "card", "target-performance-parameters": [{"key": "pci_passthrough:alias", "value": "fpga:2"}]},
            ],
        }
    ],
    "df": [
        {
            "id": "d",
            "monitoring-parameter": [{"id": "loss", "performance-metric": "packet_loss"}],
            "vdu-profile": [{"id": "vm", "min-number-of-instances": 2, "max-number-of-instances": 8}],
            "scaling-aspect": [
                {
                    "id": "more",
                    "name": "more",
                    "max-scale-level": 2,
                    "aspect-delta-details": {"deltas": [{"id": "d", "vdu-delta": [{"id": "vm", "number-of-instances": 3}]}]},
                }
            ],
        }
    ],
}
OSM = copy.deepcopy(SOL006) | {"product-name": "app", "mgmt-cp": None}
OSM["df"][0]["scaling-aspect"][0]["scaling-policy"] = [POLICY]
OSM["virtual-compute-desc"][0]["virtual-memory"] = {"numa-node-policy": {"node-cnt": 2, "mem-policy": "STRICT"}}
del OSM["virtual-compute-desc"][0]["logical-node"]
R2: dict[str, Any] = {
    "id": "app",
    "vdu": [
        {
            "id": "vm",
            "count": 2,
            "vm-flavor": {"vcpu-count": 4},
            "guest-epa": {
                "numa-node-policy": {"node-cnt": 2, "mem-policy": "STRICT"},
                "pcie-device": [{"device-id": "fpga", "count": 2}],
            },
            "monitoring-param": [{"id": "cpu", "nfvi-metric": "cpu_utilization"}],
        }
    ],
    "monitoring-param": [
        {
            "id": "load",
            "name": "load",
            "aggregation-type": "AVERAGE",
            "vdu-monitoring-param": {"vdu-ref": "vm", "vdu-monitoring-param-ref": "cpu"},
        }
    ],
    "scaling-group-descriptor": [
        {"name": "g", "max-instance-count": 2, "vdu": [{"vdu-id-ref": "vm", "count": 3}], "scaling-policy": [POLICY]}
    ],
}
SOL001 = """
tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  substitution_mappings: {node_type: us.App}
  node_templates:
    VNF: {type: us.App, properties: {product_name: app, monitoring_parameters: [{name: loss, performance_metric: packet_loss}]}}
    vm:
      type: tosca.nodes.nfv.Vdu.Compute
      properties:
        name: vm
        vdu_profile: {min_number_of_instances: 2, max_number_of_instances: 8}
        monitoring_parameters: [{name: load, performance_metric: v_cpu_usage_mean_vnf, collection_period: 10 s}]
      capabilities:
        virtual_compute:
          properties:
            virtual_cpu: {num_virtual_cpu: 4}
            virtual_memory: {virtual_mem_size: 2 GB, numa_enabled: true}
            logical_node: {n: {logical_node_requirements: {"hw:numa_nodes": "2", "pci_passthrough:alias": "fpga:2"}}}
            requested_additional_capabilities:
              avx: {requested_additional_capability_name: HW_CPU_X86_AVX2, support_mandatory: true}
              gpu: {requested_additional_capability_name: VGPU, target_performance_parameters: {count: 1}}
  policies:
    - aspects:
        type: tosca.policies.nfv.ScalingAspects
        properties: {aspects: {more: {name: more, max_scale_level: 2, step_deltas: [d]}}}
    - deltas:
        type: tosca.policies.nfv.VduScalingAspectDeltas
        properties: {aspect: more, deltas: {d: {number_of_instances: 3}}}
        targets: [vm]
    - start: {type: tosca.policies.nfv.VduInitialDelta, properties: {initial_delta: {number_of_instances: 2}}, targets: [vm]}
node_types: {us.App: {derived_from: tosca.nodes.nfv.VNF}}
"""
IFA011: dict[str, Any] = {
    "vnfdId": "app",
    "appServiceRequired": [{"serName": "rnis"}],
    "appServiceOptional": [{"serName": "location"}],
    "appLatency": {"maxLatency": 15_000_000},
    "autoScale": [
        {
            "vduId": "vm",
            "monitoringParameterId": "load",
            "scaleOutThreshold": 80,
            "scaleInThreshold": 20.5,
            "thresholdTime": 30,
            "cooldownTime": 120,
        }
    ],
    "modifiableAttributes": {
        "metadata": [{"cost": [{"app": {"maximum": 20}}]}, {"mecServices": [{"app": {"optional": ["bwm", "location"]}}]}]
    },
    "vdu": [
        {
            "vduId": "vm",
            "virtualComputeDesc": "c",
            "monitoringParameter": [
                {"id": "load", "name": "load", "performanceMetric": "vCpuUsageMeanVnf", "collectionPeriod": 10000},
            ],
        }
    ],
    "virtualComputeDesc": [
        {
            "virtualComputeDescId": "c",
            "virtualCpu": {"numVirtualCpu": 4},
            "virtualMemory": {"virtualMemSize": 2048, "numaEnabled": True},
            "logicalNode": [{"id": "n", "logicalNodeRequirementDetail": [{"key": "hw:numa_nodes", "value": 2}]}],
            "requestAdditionalCapabilities": [
                {"requestedAdditionalCapabilityName": "HW_CPU_X86_AVX2", "supportMandatory": True},
                {"requestedAdditionalCapabilityName": "VGPU", "targetPerformanceParameters": [{"count": 1}]},
                {
                    "requestedAdditionalCapabilityName": "x",
                    "targetPerformanceParameters": [{"pci_passthrough:alias": "fpga:2"}],
                },
            ],
        }
    ],
    "deploymentFlavour": [
        {
            "flavourId": "d",
            "monitoringParameter": [{"id": "loss", "performanceMetric": "packet_loss"}],
            "vduProfile": [{"vduId": "vm", "minNumberOfInstances": 2, "maxNumberOfInstances": 8}],
            "scalingAspect": [
                {
                    "id": "more",
                    "maxScaleLevel": 2,
                    "aspectDeltaDetails": {
                        "deltas": [{"scalingDeltaId": "d", "vduDelta": [{"vduId": "vm", "numberOfInstances": 3}]}],
                        "stepDeltas": ["d"],
                    },
                }
            ],
        }
    ],
}
SAID: dict[str, tuple[str, bytes]] = {
    "superfluidity": ("vnfd.json", json.dumps(IFA011).encode()),
    "sol001": ("vnfd.yaml", SOL001.encode()),
    "sol006": ("vnfd.yaml", yaml.safe_dump({"vnfd": SOL006}).encode()),
    "osm": ("vnfd.yaml", yaml.safe_dump({"vnfd": OSM}).encode()),
    "r2": ("vnfd.yaml", yaml.safe_dump({"vnfd:vnfd-catalog": {"vnfd": [R2]}}).encode()),
}


def function_of(language: str) -> dict[str, Any]:
    (function,) = read(
        dict([SAID[language]]), "osm" if language == "r2" else "sol006" if language == "osm" else language
    ).service["functions"]
    return function


@pytest.mark.parametrize("language", SAID)
def test_each_language_says_the_same(language: str) -> None:
    function = function_of(language)
    (vdu,) = function["vdus"]
    expected: dict[str, Any] = {"hardware": dict(HARDWARE), "kpis": KPIS, "scaling": dict(SCALING)}
    if language == "r2":  # which has neither traits nor resources, nor KPIs of all, nor a period
        expected["hardware"] = {key: HARDWARE[key] for key in ("numa_nodes", "devices")}
        expected["kpis"] = [{"name": "load", "metric": "cpu_utilization", "vdu": "vm"}]
    if language in ("osm", "r2", "superfluidity"):
        expected["scaling"]["rules"] = [RULE]
    assert {"hardware": vdu["hardware"], "kpis": function["kpis"], "scaling": vdu["scaling"]} == expected
    assert vdu["instances"] == 2


@pytest.mark.parametrize("language", SAID)
def test_what_is_read_is_not_called_unused(language: str) -> None:
    name, content = SAID[language]
    told = [one["message"] for one in read({name: content}).warnings if "is not used" in one["message"]]
    assert [one for one in told if "product-name" not in one] == []


def test_an_application_of_mec_says_its_services_its_latency_and_its_cost() -> None:
    reading = read({"vnfd.json": SAID["superfluidity"][1]}, default_site={"role": "edge"})
    (function,) = reading.service["functions"]
    assert function["mec_services"] == {"mandatory": ["rnis"], "optional": ["location", "bwm"]}
    assert function["site"] == {"role": "edge", "delay": {"maximum": 15}}
    assert function["cost"] == {"maximum": 20}


def changed(base: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(base)
    at: Any = whole
    *above, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in above:
        at = at[step]
    at[last] = value
    return whole


CAPABILITY = "virtual-compute-desc/0/request-additional-capability/0"
ASPECT, CRITERIA = "df/0/scaling-aspect/0", "df/0/scaling-aspect/0/scaling-policy/0/scaling-criteria"
TOLD: dict[str, tuple[str, Any, str]] = {
    "a wish": (f"{CAPABILITY}/support-mandatory", False, "HW_CPU_X86_AVX2 is wished for and need not be there"),
    "a capability of another VIM": (f"{CAPABILITY}/name", "m1.medium", "request-additional-capability is not used"),
    "a version": (f"{CAPABILITY}/min-version", "2", "min-version is not used"),
    "no Nova word": (
        "virtual-compute-desc/0/logical-node",
        [{"id": "n", "requirement-detail": [{"key": "cores", "value": "2"}]}],
        "logical-node is not used",
    ),
    "unequal nodes": (
        "virtual-compute-desc/0/virtual-cpu/num-virtual-cpu",
        3,
        "3 processors cannot be shared out among 2 nodes",
    ),
    "threads": (
        "virtual-compute-desc/0/virtual-cpu/pinning",
        {"thread-policy": "AVOID"},
        "the policy AVOID for threads is none",
    ),
    "threads of nobody": (
        "virtual-compute-desc/0/virtual-cpu/pinning",
        {"thread-policy": "ISOLATE"},
        "cpu_thread_policy: needs processors that are the VDU's own; give cpu_policy: dedicated; it is left out",
    ),
    "a profile that has less": (
        "df/0/vdu-profile/0/max-number-of-instances",
        7,
        "vm may be 7 by its profile and 8 by its aspects",
    ),
    "more at first": (
        "df/0/instantiation-level",
        [{"id": "l", "vdu-level": [{"vdu-id": "vm", "number-of-instances": 9}]}],
        "vm is 9 to begin with, and there may be 8; 9 is read",
    ),
    "another VDU": (
        f"{ASPECT}/aspect-delta-details/deltas/0/vdu-delta",
        [{"id": "delta", "number-of-instances": 1}],
        "the aspect names delta, which is no VDU here",
    ),
    "steps of two sizes": (
        f"{ASPECT}/aspect-delta-details/deltas",
        [
            {"id": "a", "vdu-delta": [{"id": "vm", "number-of-instances": 2}]},
            {"id": "b", "vdu-delta": [{"id": "vm", "number-of-instances": 4}]},
        ],
        "vm grows by 2, 4 at once; the model has one size of step, 2",
    ),
    "another relation": (
        f"{CRITERIA}/0/scale-out-relational-operation",
        "LT",
        "that there are more where it is LT 80 is not kept",
    ),
    "no KPI": (f"{CRITERIA}/0/vnf-monitoring-param-ref", "x", "there is no monitoring parameter x; the rule is left out"),
    "several criteria": (CRITERIA, [CRITERION, {**CRITERION, "name": "b"}], "several criteria are as many rules in the model"),
    "limits that meet": (f"{CRITERIA}/0/scale-in-threshold", 90, "by load there would be more and fewer at once"),
    "by hand": (f"{ASPECT}/scaling-policy/0/scaling-type", "manual", "the policy automatic is not one that scales by itself"),
    "actions": (f"{ASPECT}/scaling-config-action", [{"trigger": "post-scale-out"}], "scaling-config-action is not used"),
    "a link's KPI": (
        "int-virtual-link-desc",
        [{"id": "l", "monitoring-parameters": [{"id": "x"}]}],
        "monitoring-parameters is not used",
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_what_the_model_cannot_hold_is_told(what: str) -> None:
    path, value, sentence = TOLD[what]
    before = [one["message"] for one in read({"vnfd.yaml": yaml.safe_dump({"vnfd": OSM}).encode()}).warnings]
    told = [
        one["message"] for one in read({"vnfd.yaml": yaml.safe_dump({"vnfd": changed(OSM, path, value)}).encode()}).warnings
    ]
    assert any(sentence in message for message in told), told
    assert not any(sentence in message for message in before)


REFUSED: dict[str, tuple[str, Any, str]] = {
    "a delta": (f"{ASPECT}/aspect-delta-details/step-deltas", ["x"], "there is no delta x; there are: d"),
    "a level": (f"{ASPECT}/max-scale-level", "many", "a number is expected here, not 'many'"),
    "a count": ("df/0/vdu-profile/0/max-number-of-instances", -1, "a number from 0 is expected here, not -1"),
    "a list": (
        "df/0/scaling-aspect",
        [{"id": "x", "aspect-delta-details": {"deltas": ["d"]}}],
        "a mapping of keys is expected",
    ),
    "nodes": ("virtual-compute-desc/0/virtual-memory", {"numa-enabled": "perhaps"}, "true or false is expected here"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_with_its_line(what: str) -> None:
    path, value, sentence = REFUSED[what]
    with pytest.raises(InputError) as refused:
        read({"vnfd.yaml": yaml.safe_dump({"vnfd": changed(OSM, path, value)}).encode()})
    assert sentence in str(refused.value)
    assert refused.value.place.line


def test_what_an_editor_has_left_unfilled_is_no_kpi() -> None:
    unfilled = {"id": "id", "name": "name", "performanceMetric": "performanceMetric"}
    vnfd = changed(IFA011, "vdu/0/monitoringParameter", [unfilled, {**unfilled, "performanceMetric": "users"}])
    vnfd["autoScale"] = ["script", {"vduId": "vm"}]
    reading = read({"vnfd.json": json.dumps(vnfd).encode()})
    assert reading.service["functions"][0]["kpis"] == [{"name": "users", "metric": "users", "vdu": "vm"}, KPIS[1]]
    told = [one["message"] for one in reading.warnings]
    assert any("autoScale is not used" in message for message in told), told


def test_two_vdus_may_call_their_kpis_the_same() -> None:
    twice = copy.deepcopy(SOL006)
    twice["vdu"].append({**twice["vdu"][0], "id": "other"})
    (function,) = read({"vnfd.yaml": yaml.safe_dump({"vnfd": twice}).encode()}).service["functions"]
    assert [one["name"] for one in function["kpis"]] == ["vm.load", "other.load", "loss"]


def test_a_service_has_kpis_of_its_own() -> None:
    nsd = {
        "id": "all",
        "vnfd-id": ["app"],
        "df": [{"id": "d"}],
        "monitored-info": [{"id": "m", "monitoring-parameter": {"id": "delay", "performance-metric": "latency"}}],
    }
    files = {"vnfd.yaml": yaml.safe_dump({"vnfd": SOL006}).encode(), "nsd.yaml": yaml.safe_dump({"nsd": nsd}).encode()}
    assert read(files).service["kpis"] == [{"name": "delay", "metric": "latency"}]


def test_metrics_are_known_in_every_spelling() -> None:
    for name, words in METRICS.items():
        camel = "".join(part.capitalize() for part in words.etsi.split("_"))
        assert {metric_of(word) for word in (name, name.upper(), *words, camel)} == {name}
    assert metric_of("users of the portal") == "users of the portal"


ROWS: dict[str, tuple[str, str]] = {
    "NUMA nodes": ("hardware", "numa_nodes"),
    "traits, resources": ("hardware", "traits"),
    "devices by alias": ("hardware", "devices"),
    "how many there may be": ("scaling", "max"),
    "rules of scaling": ("scaling", "rules"),
}


@pytest.mark.parametrize("language", SAID)
def test_the_table_of_the_page_says_what_is_read(language: str) -> None:
    page = (CHECKOUT / "docs" / "descriptors.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")]
    column = rows[0].index({"r2": "osm, release two"}.get(language, language))
    said = {row[0]: row[column] == "yes" for row in rows[2:]}
    (vdu,) = function_of(language)["vdus"]
    assert {row: key in vdu[part] for row, (part, key) in ROWS.items()} == {row: said[row] for row in ROWS}
    assert said["KPIs"] == bool(function_of(language)["kpis"])
    assert said["MEC services, costs"] == ("mec_services" in function_of(language))

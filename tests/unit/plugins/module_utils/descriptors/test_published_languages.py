# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every published descriptor of SOL001, SOL006 and openmano either becomes a service, or is refused for a known reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import kubernetes_validate
import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors import capabilities, kpis, scaling, sol006
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_osm import to_osm

from .conftest import PUBLISHED

Published = Callable[[str], dict[str, bytes]]
CORE = {"name": "core-1", "role": "core"}
FREE5GC = "sol001/free5gc/cnf_on_vm/no_affinity"
OPENMANO = "openmano/openmano"
REASONS: dict[str, str] = {
    r"sol006/example-data/nfv-pnfd\.xml": r"a physical function alone is described here; there is nothing to deploy",
    r"sol006/example-data/nfv\.xml": r"found: firewall-nsd, service-chain-1, service-chain-2; say with nsd which one is meant",
    r"openmano/openmano/scenarios/.*": r"the VNF \S+ of \S+ is not in the package; there are: none",
    r".*/LICENSE": r"no service descriptor was recognised|this is no YAML",
    r"sol006/src/yang/.*\.yang": r"no service descriptor was recognised|this is no YAML",
    r"sol001/.*TOSCA-Metadata/TOSCA\.meta": r"the entry definitions \S+ are not in the package",
    r"sol001/.*(BaseHOT|Files/kubernetes)/.*": r"no service descriptor was recognised",
    r"sol001/.*(param_file\.json|inst_param\.yaml)": r"no service descriptor was recognised",
    r"sol001/.*/etsi_nfv_sol001_\w+\.yaml": r"no template with a topology_template was found",
    r"sol001/.*_(top|types|top\.vnfd)\.yaml": r"is not in the package|no template with a topology_template",
    r"sol001/.*_df_simple\.yaml": r"is not in the package",
    r"nemo/.*\.yang": r"no service descriptor was recognised",
    r"nemo/Ref_vlc_vnfd_vnfd\.yaml": r"no interface of a VDU is at mgmt_trans",  # what a program became, wrongly
    r"rdcl3d/.*/vertices\.json": r"no service descriptor was recognised in no files",  # where an editor has drawn its boxes
    r"rdcl3d/LICENSE\.txt|rdcl3d/.*\.click": r"this is no YAML",  # named by descriptors
    r"rdcl3d/.*/(CRAN|K8S)/.*\.yaml": r"no service descriptor was recognised",
    r"rdcl3d/.*/NSD/.*": r"the VNFD \w+ is not in the package; there are: none",
    r"rdcl3d/.*-01/NFV/JSON/VNFD/vnf[13]\.json": r"vduNestedDesc: the file \w+ is missing; add ",
}
"""Files that are no whole descriptor by themselves → what each is refused with."""


LANGUAGES_OF = {
    "sol001": {"sol001"},
    "sol006": {"sol006"},
    "openmano": {"openmano"},
    "rdcl3d": {"superfluidity"},
    "sf2heat": {"superfluidity"},
    "nemo": {"osm", "openmano"},
}
"""Folder → the languages in it. The programs of ``nemo`` are asked of in test_nemo.py, each with its VNFDs."""


def every_file() -> list[str]:
    files = [one for name in LANGUAGES_OF for one in (PUBLISHED / name).rglob("*") if one.is_file()]
    names = sorted(str(one.relative_to(PUBLISHED)) for one in files)
    return [name for name in names if not (name.startswith("nemo/") and name.endswith((".nemo", ".txt")))]


def test_the_walk_finds_files() -> None:
    if not PUBLISHED.exists():
        pytest.skip("../shared/data is not there")
    assert len(every_file()) > 100


@pytest.mark.parametrize("name", every_file())
def test_each_file_alone(name: str) -> None:
    reason = next((reason for pattern, reason in REASONS.items() if re.fullmatch(pattern, name)), None)
    content = (PUBLISHED / name).read_bytes()
    short = name if name.endswith("TOSCA.meta") else name.rpartition("/")[2]
    if reason is not None:
        with pytest.raises(InputError, match=reason):
            read({short: content})
        return
    reading = read({short: content})
    assert reading.format in LANGUAGES_OF[name.partition("/")[0]]
    to_heat(reading.service, CORE)
    to_osm(reading.service)
    to_osm(reading.service, "r2")


def of_type(template: dict, kind: str) -> list[dict]:
    return [one["properties"] for one in template["resources"].values() if one["type"] == kind]


def references(value: object) -> set[str]:
    """Every name that a template refers to."""
    if isinstance(value, dict):
        own = {
            value[key] if isinstance(value[key], str) else value[key][0]
            for key in ("get_resource", "get_attr", "get_param")
            if key in value
        }
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_free5gc_becomes_vms_and_pods(published: Published) -> None:
    """A cluster of VMs in one package, the functions of a 5G core on it in another."""
    service = read(published(FREE5GC)).service
    template = to_heat(service, CORE)
    assert references(template) <= {*template["resources"], *template["parameters"]}
    assert [name for name in to_heat(service, CORE, scalable=True)["resources"] if name not in template["resources"]] == [
        *(f"port_sample_free5gc_cnf_on_vm_package.workerNode_CP{number}-2" for number in range(1, 5)),
        "server_sample_free5gc_cnf_on_vm_package.workerNode-2",
    ]
    servers = of_type(template, "OS::Nova::Server")
    assert [one["name"].rpartition("-")[2] for one in servers] == ["masterNode", "workerNode"]
    assert [len(one["networks"]) for one in servers] == [1, 4]
    assert len(of_type(template, "OS::Neutron::Net")) == 4  # the request beside the VNFD says which points share one
    objects = to_kubernetes(service, CORE)
    assert sum(one["kind"] == "Deployment" for one in objects) == 11
    assert {"ConfigMap", "DaemonSet", "Service", "PersistentVolumeClaim"} <= {one["kind"] for one in objects}
    for one in objects:
        kubernetes_validate.validate(one, "1.34", strict=True)


def test_free5gc_every_mount_of_a_config_map_finds_it(published: Published) -> None:
    objects = to_kubernetes(read(published(FREE5GC)).service, CORE)
    there = {one["metadata"]["name"] for one in objects if one["kind"] == "ConfigMap"}
    pods = [one["spec"]["template"]["spec"] for one in objects if one["kind"] == "Deployment"]
    wanted = {volume["configMap"]["name"] for pod in pods for volume in pod.get("volumes", []) if "configMap" in volume}
    assert wanted == there == {"free5gc-configmap"}


def test_free5gc_services_select_their_pods_and_no_others(published: Published) -> None:
    objects = to_kubernetes(read(published(FREE5GC)).service, CORE)
    pods = {
        one["metadata"]["name"]: one["spec"]["template"]["metadata"]["labels"] for one in objects if one["kind"] == "Deployment"
    }
    chosen = {
        one["metadata"]["name"]: [name for name, labels in pods.items() if one["spec"]["selector"].items() <= labels.items()]
        for one in objects
        if one["kind"] == "Service"
    }
    assert chosen == {
        "mongodb-svc": ["free5gc-mongodb"],
        "ngap-svc": ["free5gc-amf-deployment"],
        "webui-svc": ["free5gc-webui-deployment"],
    }


def test_free5gc_its_hashes_were_never_right_and_it_is_said(published: Published) -> None:
    told = [warning["message"] for warning in read(published(f"{FREE5GC}/sample_free5gc_cnf_package")).warnings]
    assert sum("its hash is another" in message for message in told) == 11
    assert sum("has no hash" in message for message in told) == 1


@pytest.mark.parametrize(("name", "functions"), [("simple", 1), ("complex", 4), ("complex2", 2)])
def test_openmano_scenarios_with_their_vnfs(published: Published, name: str, functions: int) -> None:
    files = published(f"{OPENMANO}/vnfs/examples") | published(f"{OPENMANO}/scenarios/examples")
    service = read(files, nsd=name).service
    assert len(service["functions"]) == functions
    assert len(of_type(to_heat(service, CORE), "OS::Nova::Server")) >= functions
    with pytest.raises(InputError, match="found: complex, complex2, simple; say with nsd which one is meant"):
        read(files)


def test_openmano_cards_of_the_machine_become_kinds_of_ports(published: Published) -> None:
    template = to_heat(read(published(f"{OPENMANO}/vnfs/examples/dataplaneVNF1.yaml")).service, CORE)
    kinds = [port.get("binding:vnic_type") for port in of_type(template, "OS::Neutron::Port")]
    assert kinds == [None, *["direct-physical"] * 4]


def test_sol006_a_service_with_a_physical_function(published: Published) -> None:
    reading = read(published("sol006/example-data/nfv.xml"), nsd="service-chain-1")
    assert [function["name"] for function in reading.service["functions"]] == ["ASA", "CSR"]
    told = [warning["message"] for warning in reading.warnings]
    assert "physical-dpi is a physical function: links end there, nothing is made" in told
    with pytest.raises(InputError, match="service-chain-2 holds the network service firewall-nsd; write its VNFs here instead"):
        read(published("sol006/example-data/nfv.xml"), nsd="service-chain-2")


def test_every_leaf_that_the_reader_asks_for_is_in_the_yang_modules(published: Published) -> None:
    """But for those that only OSM has."""
    yang = b"\n".join(published("sol006/src/yang").values()).decode()
    leaves = set(re.findall(r"^\s*(?:leaf|leaf-list|list|container|choice)\s+\"?([\w-]+)", yang, re.MULTILINE))
    folder = Path(sol006.__file__).parent
    asked = set()
    for file in ("sol006_vnfd.py", "sol006_nsd.py"):
        text = (folder / file).read_text("utf-8")
        asked |= set(re.findall(r"\.(?:text|items|child|texts|texts_of|number)\(\"([\w-]+)\"", text))
    asked |= {word for module in (capabilities, kpis, scaling) for word in module.SOL006 if isinstance(word, str)}
    of_osm = {
        "cloud-init", "cloud-init-file", "mgmt-cp", "virtual-network-interface-requirement", "virtual-interface",
        "mempage-size", "vnf-df-id", "ip-address", "description", "numa-node-policy",
    }  # fmt: skip
    assert asked - leaves - of_osm == set()


def test_free5gc_says_how_its_worker_and_its_user_plane_are_scaled(published: Published) -> None:
    reading = read(published(FREE5GC))
    scaled = {vdu["name"]: vdu["scaling"] for one in reading.service["functions"] for vdu in one["vdus"] if "scaling" in vdu}
    assert scaled == {"workerNode": {"min": 1, "max": 2}, "VDU5": {"min": 1, "max": 2}}
    told = [warning["message"] for warning in reading.warnings]
    assert "VDU5 may be 2 by its profile and 3 by its aspects of scaling; 2 is read" in told
    assert any("requested_additional_capabilities" in message for message in told), "a flavor of another VIM is no hardware"

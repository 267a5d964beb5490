# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors of every language on the lab's real Heat: what comes of them is accepted, made, and is what was meant.

The library is called directly, since a playbook takes ten times as long; NEMO goes all the way through the playbook.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import LANGUAGES, Reading, read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes

TOP = Path(__file__).parents[3]
FREE5GC = TOP.parent / "shared/data/sol001/free5gc/cnf_on_vm/no_affinity"
SITE = {"name": "core-1", "role": "core"}
PATIENCE = 900
"""Seconds for a stack; a quiet machine needs ten."""


@pytest.fixture(scope="module")
def heat(cloud: Callable) -> Any:
    return cloud(SITE["name"])


@pytest.fixture(scope="module")
def template_of(heat: Any) -> Callable[[dict], dict]:
    """The template of a service, for the flavors and the one image of the region."""
    keys = {"name": "name", "vcpus": "vcpus", "ram": "ram", "disk": "disk"}
    flavors = [{key: getattr(one, attribute) for key, attribute in keys.items()} for one in heat.compute.flavors()]

    def make(service: dict) -> dict:
        images = {vdu["image"]: "cirros" for one in service["functions"] for vdu in one["vdus"] if "image" in vdu}
        return to_heat(service, SITE, flavors=flavors, images=images, scalable=True)

    return make


@pytest.fixture(scope="module")
def stacks(heat: Any) -> Iterator[Callable[[str, dict], Any]]:
    """Have Heat make stacks; they are removed when all tests are over. Call it again to wait until one is there."""
    begun: dict[str, Any] = {}

    def make(name: str, template: dict | None = None) -> Any:
        if template is not None:
            begun[name] = heat.orchestration.create_stack(name=name, template=template, timeout_mins=PATIENCE // 60)
            return None
        end = time.monotonic() + PATIENCE
        while (stack := heat.orchestration.get_stack(begun[name])).status == "CREATE_IN_PROGRESS" and time.monotonic() < end:
            time.sleep(1)
        assert stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.status_reason
        return stack

    yield make
    for stack in begun.values():
        heat.orchestration.delete_stack(stack)
    for stack in begun.values():
        heat.orchestration.wait_for_delete(stack, interval=1, wait=PATIENCE)


def examples() -> dict[str, Reading]:
    """The service that the page shows in every language, by the heading of each."""
    page = (TOP / "docs/descriptors.md").read_text("utf-8")
    part = page.partition("## One service in every language")[2].partition("\n## ")[0]
    found = {}
    for heading, text in re.findall(r"### (.*?)\n(.*?)(?=\n### |\Z)", part, re.DOTALL):
        for suffix, block in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL):
            found[f"{heading} {suffix}"] = read({f"portal.{suffix.replace('text', 'nemo')}": block.encode()})
    return found


def meant(template: dict) -> dict[str, Any]:
    """A template without the names that a language gives its parts: how many of each type, and which sizes."""
    types = sorted(one["type"] for one in template["resources"].values())
    return {"types": types, "flavors": [one["default"] for name, one in template["parameters"].items() if "flavor_" in name]}


def test_one_service_in_every_language_is_the_same_for_real_heat(heat: Any, template_of: Callable) -> None:
    found = examples()
    assert {reading.format for reading in found.values()} == set(LANGUAGES)
    assert len(found) == 9
    for name, reading in found.items():
        template = template_of(reading.service)
        answer = heat.orchestration.post("/stacks/preview", json={"stack_name": "portal-preview", "template": template})
        assert answer.status_code == 200, (name, answer.text)
        planned = sorted(one["resource_type"] for one in answer.json()["stack"]["resources"])
        assert planned == meant(template)["types"] == meant(template_of(found["`model` yaml"].service))["types"], name
        assert meant(template)["flavors"] == ["small"], name


def test_heat_refuses_a_template_that_is_wrong(heat: Any, template_of: Callable) -> None:
    """The preview of the test above is no formality."""
    template = template_of(examples()["`model` yaml"].service)
    next(one for one in template["resources"].values() if one["type"] == "OS::Neutron::Port")["properties"]["colour"] = "red"
    answer = heat.orchestration.post("/stacks/preview", json={"stack_name": "portal-preview", "template": template})
    assert (answer.status_code, "colour" in answer.text) == (400, True)


EVERYTHING = yaml.safe_load("""
name: everything
functions:
  - name: f
    security_rules:
      - {name: web, direction: ingress, protocol: tcp, ports: [80, 443]}
      - {name: v6, direction: egress, ether_type: ipv6, protocol: any}
    vdus:
      - name: node
        kind: vm
        vcpus: 1
        memory: 512
        interfaces: [eth0, eth1]
        port_pool: {connection_point: pods}
        ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGa9Z6RNajKxGYxeIQ+G9woIzXJ/eCzTLewl2eIeNahK nobody
        user_data: boot
      - {name: fast, kind: vm, create_flavor: true, vcpus: 2, memory: 1024, cpu_policy: dedicated, memory_page_size: large,
         hardware: {numa_nodes: 1}}
      - {name: more, kind: vm, vcpus: 1, memory: 512, scaling: {max: 3}}
      - {name: many, kind: vm, instances: 2, vcpus: 1, memory: 512}
      - {name: metal, kind: baremetal, vcpus: 1, memory: 512}
    routers: [{name: r, external_network: public}]
    connection_points:
      - {name: pods, vdu: node, interface: eth0}
      - {name: out, vdu: node, interface: eth1, floating_ip: {}, security_rules: [web, v6]}
      - {name: sriov, vdu: fast, vnic_type: direct}
      - {name: m, vdu: many}
      - {name: g, vdu: more}
      - {name: b, vdu: metal}
      - {name: gw, router: r}
links:
  - {name: pods, endpoints: [f.pods, f.m, f.g], cidr: 10.71.0.0/24}
  - {name: net, endpoints: [f.out, f.gw, f.b], cidr: 10.72.0.0/24}
  - {name: cards, endpoints: [f.sriov], cidr: 10.73.0.0/24, provider: {network_type: vlan, physical_network: physnet1}}
documents: {boot: "#!/bin/sh"}
""")


def scaled_to(heat: Any, stack: Any, parameter: str, count: int) -> dict[str, Any]:
    """Give a stack another number of instances, as an operator or what watches it does; answers its outputs."""
    changed = heat.orchestration.patch(f"/stacks/{stack.name}/{stack.id}", json={"parameters": {parameter: count}})
    assert changed.status_code == 202, changed.text
    end = time.monotonic() + PATIENCE
    while (found := heat.orchestration.get_stack(stack)).parameters[parameter] != str(count) or "PROGRESS" in found.status:
        assert time.monotonic() < end, found.status
        time.sleep(1)
    assert found.status == "UPDATE_COMPLETE", found.status_reason
    return {one["output_key"]: one["output_value"] for one in found.outputs}


def csar(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*")):
            archive.write(one, one.relative_to(folder))
    return path


def test_heat_makes_all_that_a_template_may_hold_and_the_cluster_of_free5gc(
    heat: Any, template_of: Callable, stacks: Callable, tmp_path: Path
) -> None:
    stacks("formats-everything", template_of(EVERYTHING))
    machines = []
    if FREE5GC.exists():
        package = csar(FREE5GC / "sample_free5gc_cnf_on_vm_package", tmp_path / "free5gc.csar")
        service = read(Files().tree(str(package))).service
        machines = [vdu for one in service["functions"] for vdu in one["vdus"]]
        for vdu in machines:  # the lab has no flavor of eight cores
            vdu["create_flavor"] = True
        stacks("formats-free5gc", template_of(service))

    stacks("formats-everything")
    servers = {server.name: server for server in heat.compute.servers() if server.name.startswith("everything-")}
    wanted = ("fast", "many-1", "many-2", "metal", "more", "node")
    assert {name: one.status for name, one in servers.items()} == {f"everything-f-{name}": "ACTIVE" for name in wanted}
    assert servers["everything-f-fast"].flavor.extra_specs == {
        "hw:cpu_policy": "dedicated",
        "hw:mem_page_size": "large",
        "hw:numa_nodes": "1",
    }
    ports = {port.name: port for port in heat.network.ports() if port.name.startswith("everything-")}
    assert ports["everything-f-sriov"].binding_vnic_type == "direct"
    trunk = heat.network.find_trunk("everything-f-node", ignore_missing=False)
    assert trunk.port_id == ports["everything-f-pods"].id
    (group,) = [heat.network.get_security_group(one) for one in ports["everything-f-out"].security_group_ids]
    rules = {(one["direction"], one["ethertype"], one["protocol"], one["port_range_min"]) for one in group.security_group_rules}
    assert rules == {("ingress", "IPv4", "tcp", 80), ("egress", "IPv6", None, None)}
    (public,) = heat.network.ips(port_id=ports["everything-f-out"].id)
    assert public.floating_ip_address

    for count in (3, 1):
        names = ["everything-f-more", *(f"everything-f-more-{number}" for number in range(2, count + 1))]
        outputs = scaled_to(heat, stacks("formats-everything"), "count_f.more", count)
        for found in (heat.compute.servers(), heat.network.ports()):
            there = sorted(one.name for one in found if one.name.startswith(("everything-f-more", "everything-f-g")))
            assert there in (names, [name.replace("-more", "-g") for name in names])
        assert sorted(name for name in outputs["servers"] if ".more" in name) == [
            name[11:].replace("-", ".", 1) for name in names
        ]

    if not machines:
        pytest.skip("all but free5gc was seen: the folder ../shared with its package is not here")
    stacks("formats-free5gc")
    made = [server for server in heat.compute.servers() if server.name.endswith(("masterNode", "workerNode"))]
    assert {server.status for server in made} == {"ACTIVE"}
    sizes = {server.name.rpartition("-")[2]: (server.flavor.vcpus, server.flavor.ram, server.flavor.disk) for server in made}
    assert sizes == {vdu["name"]: (vdu["vcpus"], vdu["memory"], vdu["storage"]) for vdu in machines}


@pytest.mark.skipif(not FREE5GC.exists(), reason="the folder ../shared with real descriptors is not here")
def test_the_functions_of_free5gc_pass_the_schema_of_kubernetes() -> None:
    objects = to_kubernetes(read(Files().tree(str(FREE5GC))).service, SITE)
    assert sum(one["kind"] == "Deployment" for one in objects) == 11
    for one in objects:
        kubernetes_validate.validate(one, "1.34", strict=True)


PROGRAM = """
CREATE NodeModel machine VNFD http://registry.example/vnfds/vm.yaml;
  ConnectionPoint left at VNFD: users;
  ConnectionPoint right at VNFD: inner;
CREATE NodeModel pair;
  Node first Type machine;
  Node second Type machine Property site-role: edge;
  ConnectionPoint internet;
  Connection users Type p2p Endnodes internet, first.left Property ip-prefix: 10.81.0.0/24;
  Connection between Type mesh Endnodes first.right, second.right Property ip-prefix: 10.82.0.0/24;
CREATE Node nemo-pair Type pair;
"""
VNFD = """
vnfd:
  id: machine
  product-name: machine
  vdu:
    - id: vm
      virtual-compute-desc: small
      int-cpd: [{id: users, security-group-rule-id: web}, {id: inner}]
  virtual-compute-desc: [{id: small, virtual-cpu: {num-virtual-cpu: 1}, virtual-memory: {size: 0.5}}]
  security-group-rule: [{id: web, protocol: tcp, port-range-min: 80, port-range-max: 80}]
  ext-cpd: [{id: users, int-cpd: {vdu-id: vm, cpd: users}}]
  df: [{id: default}]
"""


def test_a_program_in_nemo_with_a_vnfd_of_sol006_goes_through_the_playbook(
    play: Callable, cloud: Callable, terminated: Callable, tmp_path: Path
) -> None:
    (tmp_path / "pair.nemo").write_text(PROGRAM, encoding="utf-8")
    terminated("nemo-pair")
    run = play("deploy", service_descriptor=str(tmp_path / "pair.nemo"), service_onboard_vnfds={"vm.yaml": VNFD})
    assert (run.code, run.failed) == (0, 0), run.output
    for region, name in (("core-1", "first"), ("edge-1", "second")):
        servers = [one for one in cloud(region).compute.servers() if one.name.startswith("nemo-pair-")]
        assert [(one.name, one.status, one.flavor.original_name) for one in servers] == [
            (f"nemo-pair-{name}-vm", "ACTIVE", "tiny")
        ]
        ports = {port.name: port for port in cloud(region).network.ports(device_id=servers[0].id)}
        assert set(ports) == {f"nemo-pair-{name}-right"} | ({"nemo-pair-first-left"} if name == "first" else set())
    (group,) = [one for one in cloud("core-1").network.security_groups() if one.name == "nemo-pair-first-left"]
    assert ("ingress", 80) in {(rule["direction"], rule["port_range_max"]) for rule in group.security_group_rules}

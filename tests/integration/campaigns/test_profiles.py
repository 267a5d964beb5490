# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's profiles in a lab of their own: each is started and used once, for real."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BIN = Path(__file__).parents[3] / ".venv/bin"
PROFILES = {"edge-1": ["octavia", "sfc", "ironic", "mistral"]}
WORKFLOW = """
version: '2.0'
echo:
  input: [word]
  output: {word: <% $.said %>}
  tasks:
    say: {action: std.echo output=<% $.word %>, publish: {said: <% task().result %>}}
"""


def lab_playbook(folder: Path, **variables: Any) -> None:
    words = json.dumps({"lab_state_dir": str(folder), **variables})
    command = [str(BIN / "ansible-playbook"), "superfluidity.nfv.lab", "-i", "localhost,", "-e", words]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An administrator's connection to the edge of a lab with all profiles."""
    import openstack

    folder = tmp_path_factory.mktemp("profiles") / "lab"
    lab_playbook(folder, lab_profiles=PROFILES)
    try:
        os.environ["OS_CLIENT_CONFIG_FILE"] = str(folder / "clouds.yaml")
        yield openstack.connect(cloud="edge-1")
    finally:
        lab_playbook(folder, lab_state="absent")


def eventually(condition: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def network(edge: Any) -> Any:
    made = edge.network.create_network(name="profiles")
    edge.network.create_subnet(network_id=made.id, cidr="10.88.0.0/24", ip_version=4, name="profiles")
    return made


def test_a_load_balancer_becomes_active_on_a_real_port(edge: Any, network: Any) -> None:
    balancer = edge.load_balancer.create_load_balancer(name="web", vip_network_id=network.id)
    eventually(lambda: edge.load_balancer.get_load_balancer(balancer.id).provisioning_status == "ACTIVE")
    assert edge.network.get_port(balancer.vip_port_id).network_id == network.id
    edge.load_balancer.delete_load_balancer(balancer.id, cascade=True)
    eventually(lambda: edge.load_balancer.find_load_balancer(balancer.id) is None)


def test_a_port_chain_is_kept(edge: Any, network: Any) -> None:
    ports = [
        edge.network.create_port(
            network_id=network.id, device_owner="compute:lab", device_id="vm", binding_host_id="edge-1-compute"
        )
        for _index in range(2)
    ]
    pair = edge.network.create_sfc_port_pair(name="fw", ingress=ports[0].id, egress=ports[1].id)
    group = edge.network.create_sfc_port_pair_group(name="fw", port_pairs=[pair.id])
    classifier = edge.network.create_sfc_flow_classifier(name="web", protocol="tcp", logical_source_port=ports[0].id)
    chain = edge.network.create_sfc_port_chain(name="web", port_pair_groups=[group.id], flow_classifiers=[classifier.id])
    assert edge.network.get_sfc_port_chain(chain.id).port_pair_groups == [group.id]


def test_a_bare_metal_node_becomes_active(edge: Any) -> None:
    node = edge.baremetal.create_node(driver="fake-hardware", name="bm-1", resource_class="baremetal")
    for action in ("manage", "provide"):
        edge.baremetal.set_node_provision_state(node.id, action, wait=True, timeout=90)
    source = {"image_source": "http://127.0.0.1/image", "image_checksum": "0" * 32, "root_gb": 10}
    edge.baremetal.update_node(node.id, instance_info=source)
    edge.baremetal.set_node_provision_state(node.id, "active", wait=True, timeout=90)
    assert edge.baremetal.get_node(node.id).provision_state == "active"


def test_a_workflow_succeeds(edge: Any) -> None:
    endpoint = edge.session.get_endpoint(service_type="workflowv2", interface="public", region_name="edge-1")
    post = {"headers": {"Content-Type": "text/plain"}, "data": WORKFLOW}
    assert edge.session.post(f"{endpoint}/workflows", **post).status_code == 201
    begun = edge.session.post(f"{endpoint}/executions", json={"workflow_name": "echo", "input": {"word": "well"}}).json()
    ended = eventually(lambda: _ended(edge.session.get(f"{endpoint}/executions/{begun['id']}").json()))
    assert (ended["state"], json.loads(ended["output"])["word"]) == ("SUCCESS", "well")


def _ended(execution: dict[str, Any]) -> dict[str, Any] | None:
    return execution if execution["state"] in ("SUCCESS", "ERROR") else None

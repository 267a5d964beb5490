# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on the real control planes of the lab: the demo service, and two that nobody here wrote."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import edge_chain

SHARED = Path(__file__).parents[4] / "shared/data/rdcl3d"
real_inputs = pytest.mark.skipif(not SHARED.exists(), reason="the folder ../shared with real descriptors is not here")


REGIONS = ("core-1", "edge-1")


def stacks(cloud: Callable, service: str) -> set[str]:
    """A service's stacks in both regions; others may come and go meanwhile."""
    found = (stack.name for region in REGIONS for stack in cloud(region).orchestration.stacks())
    return {name for name in found if name.startswith(f"{service}-")}


def servers(cloud: Callable, service: str) -> dict[str, str]:
    """The status of a service's servers in both regions, by name."""
    found = [server for region in REGIONS for server in cloud(region).compute.servers()]
    return {server.name: server.status for server in found if server.metadata.get("superfluidity.nfv:service") == service}


def test_the_demo_service_from_nothing_to_running_and_back(
    play: Callable, cloud: Callable, cluster: Any, shell: Callable, terminated: Callable, lab: Path, tmp_path: Path
) -> None:
    terminated("video")
    play("terminate", service_name="video")

    checked = play("deploy", "--check", "--diff")
    assert (checked.code, checked.failed) == (0, 0), checked.output
    assert checked.changed > 0
    assert "video-cache-cache-vm/video-service: VLAN 2" in checked.output, "ports on a trunk that is still to be made"
    assert not stacks(cloud, "video")

    # Other services of these tests come and go on the same hypervisors, and the page would tell.
    page = tmp_path / "report/video.html"
    first = play("deploy", service_report=str(page), service_report_show_hypervisors=False)
    assert (first.code, first.failed) == (0, 0), first.output
    assert stacks(cloud, "video") == {"video-core-1", "video-edge-1"}
    running = servers(cloud, "video")
    assert set(running.values()) == {"ACTIVE"}
    pods = cluster.list_namespaced_pod("video").items
    assert pods
    assert {pod.status.phase for pod in pods} == {"Running"}
    cache = next(name for name in running if "cache" in name)
    assert {pod.spec.node_name for pod in pods} == {cache}
    assert "python3 bbu.py" in shell("bbu-1", "ps ax -o args")
    assert "python3 bbu.py" in shell("bbu-2", "ps ax -o args")
    assert "<b>0</b>not as they should be" in page.read_text("utf-8")
    assert "2 free, 0 in use" in page.read_text("utf-8")
    trunk = cloud("edge-1").network.find_trunk("video-cache-cache-vm", ignore_missing=False)
    assert [sub["segmentation_id"] for sub in trunk.sub_ports] == [1, 2]

    second = play("deploy", service_report=str(page), service_report_show_hypervisors=False)
    assert (second.code, second.changed) == (0, 0), second.output

    if edge_chain.is_led(lab):
        edge_chain.see_that_the_client_is_served(shell, lab)
        edge_chain.see_that_the_firewall_refuses(shell)
        edge_chain.see_that_only_edges_know_the_chain(shell)
    else:
        assert "the chain edge is left out, and packets do not pass its functions" in second.output

    vm = next(server for server in cloud("edge-1").compute.servers() if server.name == cache)
    assert vm.flavor.original_name == "medium", "the smallest that holds two cores"
    told = play("service_info", service_name="video")
    assert all(word in told.output for word in ("video-core-1", "video-edge-1", "bbu", "Deployment", "cache-2", "balancer"))

    gone = play("terminate", service_name="video")
    assert gone.code == 0, gone.output
    assert not stacks(cloud, "video")
    assert "video" not in [space.metadata.name for space in cluster.list_namespace().items]
    assert "python3 bbu.py" not in shell("bbu-1", "ps ax -o args")
    assert shell("bbu-1", "find /var/lib/superfluidity -type f") == ""
    edge_chain.see_that_nothing_is_left(shell)
    assert play("terminate", service_name="video").changed == 0


def test_killed_at_a_random_moment_and_run_again_it_converges(
    play: Callable, killed_play: Callable, terminated: Callable
) -> None:
    terminated("video")
    moment = random.uniform(1, 40)
    print(f"killed after {moment:.1f} s")
    killed_play("deploy", moment)
    mended = play("deploy")
    assert (mended.code, mended.failed) == (0, 0), mended.output
    assert play("deploy").changed == 0


def test_a_strangers_things_stay(play: Callable, cloud: Callable, cluster: Any, terminated: Callable) -> None:
    """What bears no mark of the service is not removed with it, and not taken for it."""
    from kubernetes import client as kubernetes

    terminated("small")
    cluster.create_namespace(kubernetes.V1Namespace(metadata=kubernetes.V1ObjectMeta(name="stranger")))
    network = cloud("core-1").network.create_network(name="small-stranger")
    try:
        descriptor = os.path.relpath(Path(__file__).parent / "small.yml", os.environ["PWD"])  # as a user types it
        assert play("deploy", service_descriptor=descriptor).code == 0
        assert play("terminate", service_name="small").code == 0
        assert not stacks(cloud, "small")
        assert cloud("core-1").network.get_network(network.id).name == "small-stranger"
        assert "stranger" in [space.metadata.name for space in cluster.list_namespace().items]
    finally:
        cluster.delete_namespace("stranger")
        cloud("core-1").network.delete_network(network)


@real_inputs
def test_all_of_the_published_kubernetes_example_runs(
    play: Callable, cluster: Any, cloud: Callable, terminated: Callable
) -> None:
    terminated("NSExample")
    run = play(
        "deploy",
        service_descriptor=str(SHARED / "Superfluidity-example-k8s-01"),
        service_default_site={"role": "edge", "instances": 1},
    )
    assert run.code == 0, run.output
    assert len([name for name in servers(cloud, "NSExample") if re.search(r"vdu2[123]", name)]) == 3
    space = next(s.metadata.name for s in cluster.list_namespace().items if s.metadata.name.startswith("nsexample"))
    controllers = cluster.list_namespaced_replication_controller(space).items
    assert len(controllers) == 2
    assert all(item.status.ready_replicas == item.spec.replicas for item in controllers)
    services = cluster.list_namespaced_service(space).items
    assert len(services) == 2
    for service in services:
        endpoints = cluster.read_namespaced_endpoints(service.metadata.name, space)
        assert len(endpoints.subsets[0].addresses) == 1, "each service exposes its own pod"
    assert (
        play(
            "deploy",
            service_descriptor=str(SHARED / "Superfluidity-example-k8s-01"),
            service_default_site={"role": "edge", "instances": 1},
        ).changed
        == 0
    )


def test_the_example_of_the_docs_with_a_measured_template(
    play: Callable, cloud: Callable, terminated: Callable, tmp_path: Path
) -> None:
    """As a reader runs it who saved it as one file, and asks for a class of service level."""
    page = (Path(__file__).parents[3] / "docs/service-model.md").read_text("utf-8")
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("name: "))
    (tmp_path / "portal.yaml").write_text(example, encoding="utf-8")
    terminated("portal")
    report = tmp_path / "portal.html"
    templates = {"cache": {"gold": {"vm_vcpus": 2, "vm_ram": 3072, "cpu_policy": "shared", "disk": 30}}}
    asked = {"service_onboard_class": "gold", "service_onboard_templates": templates}
    run = play("deploy", service_descriptor=str(tmp_path / "portal.yaml"), service_report=str(report), **asked)
    assert (run.code, run.failed) == (0, 0), run.output
    assert "<b>0</b>not as they should be" in report.read_text("utf-8")
    edge = cloud("edge-1")
    cache = next(server for server in edge.compute.servers() if server.name == "portal-cache-cache-vm")
    assert (cache.flavor.vcpus, cache.flavor.ram) == (2, 4096)
    assert [port.binding_vnic_type for port in edge.network.ports(device_id=cache.id)] == ["normal"]

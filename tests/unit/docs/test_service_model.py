# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the service model says what the schema says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.kpis import METRICS
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_heat import to_heat
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_kubernetes import to_kubernetes
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.deployment import deployment
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import SCHEMA, validate

PAGE = (Path(__file__).parents[3] / "docs" / "service-model.md").read_text(encoding="utf-8")
DEFINITIONS = json.loads(SCHEMA.read_text(encoding="utf-8"))


EXAMPLE = next(block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("name: "))
LAB = {
    "edge-1": {
        "role": "edge",
        "openstack": {"cloud": "edge-1"},
        "kubernetes": {"context": "edge-1"},
        "servers": ["client", "fw", "lb", "cache", "egress"],
    },
    "core-1": {"role": "core", "openstack": {"cloud": "core-1"}},
}


def test_the_example_runs_where_the_lab_has_its_sites() -> None:
    """Up to what the VIMs are given; the tests of the playbooks deploy it."""
    service = read({"portal.yaml": EXAMPLE.encode()}).service
    placed = deployment(service, LAB)
    assert [stage["functions"] for stage in placed] == [["tof"], ["pages", "cache"]]
    assert set(placed[1]["sites"]["edge-1"]["processes"]) == {"egress"}
    site = {"name": "edge-1", "role": "edge"}
    servers = [one for one in to_heat(service, site)["resources"].values() if one["type"] == "OS::Nova::Server"]
    assert len(servers) == 2
    assert {one["kind"] for one in to_kubernetes(service, site)} == {"Namespace", "Deployment", "Service"}


def test_the_mistake_is_told_as_shown() -> None:
    with pytest.raises(InputError) as refused:
        read({"portal.yaml": EXAMPLE.replace("vcpus: 1", "vcpus: many", 1).encode()})
    assert f"```text\n{refused.value}\n```" in PAGE


@pytest.mark.parametrize("of", [None, "function", "vdu", "connection_point", "link"])
def test_every_key_is_explained(of: str | None) -> None:
    known = (DEFINITIONS["$defs"][of] if of else DEFINITIONS)["properties"]
    rows = " ".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `"))
    assert {key for key in known if f"`{key}`" not in rows} == set()


def test_what_is_asked_for_is_done_as_the_page_says() -> None:
    part = PAGE.partition("## What is asked for")[2]
    service = {"name": "portal", **yaml.safe_load(re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)[0])}
    validate(service)
    template = to_heat(service, {"name": "edge-1", "role": "edge"}, flavors=[FLAVOR], scalable=True)
    assert template["parameters"]["flavor_guide.vm"]["default"] == "accelerated"
    assert template["parameters"]["count_guide.vm"]["constraints"] == [{"range": {"min": 1, "max": 4}}]
    assert "--parameter count_guide.vm=3" in PAGE
    rows = " ".join(line.split("|")[1] for line in part.splitlines() if line.startswith("| `"))
    assert {key for key in DEFINITIONS["$defs"]["hardware"]["properties"] if f"`{key}`" not in rows} == set()
    text = part.partition("## Policies")[0]
    keys = {*DEFINITIONS["$defs"]["scaling"]["properties"], *DEFINITIONS["$defs"]["kpi"]["properties"]} - {"rules", "vdu"}
    keys |= {*DEFINITIONS["$defs"]["scaling"]["properties"]["rules"]["items"]["properties"]} - {"kpi"}
    assert {key for key in keys if f"`{key}`" not in PAGE and f"{key}:" not in text} == set()
    assert {name for name in METRICS if f"`{name}`" not in text} == set()
    lacking = {"edge-1": {**LAB["edge-1"], "mec_services": [{"name": "location"}]}}
    with pytest.raises(InputError, match="guide needs the MEC service rnis at site edge-1, which offers location"):
        deployment(service, lacking)


FLAVOR = {
    "name": "accelerated",
    "vcpus": 4,
    "ram": 8192,
    "disk": 20,
    "extra_specs": {
        "hw:numa_nodes": "1",
        "trait:HW_CPU_X86_AVX2": "required",
        "resources:VGPU": "1",
        "pci_passthrough:alias": "fpga:1",
    },
}

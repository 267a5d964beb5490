# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the readers take for 1,000 VNFDs of each language, one after another: ``python tests/bench/descriptors_read.py``.

Each is read as a file of its own, from its bytes to a validated service model, as a catalog of so many would be.
"""

from __future__ import annotations

import json
import time

from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_osm import to_osm

COUNT, GOAL = 1000, 10.0
POINTS = 4


def service(number: int) -> dict:
    """A VNF of two VMs with a few interfaces, and no two alike."""
    names = [f"cp{index}" for index in range(POINTS)]
    vdus = [
        {"name": f"vm{index}", "kind": "vm", "vcpus": 1 + number % 8, "memory": 1024, "storage": 10, "image": f"image-{number}"}
        for index in range(2)
    ]
    points = [{"name": name, "vdu": f"vm{index % 2}", "interface": f"eth{index // 2}"} for index, name in enumerate(names)]
    for vdu in vdus:
        vdu["interfaces"] = [point["interface"] for point in points if point["vdu"] == vdu["name"]]
    return {"name": f"vnf{number}", "functions": [{"name": f"vnf{number}", "vdus": vdus, "connection_points": points}]}


def tosca(number: int) -> str:
    """The same in SOL001."""
    nodes = ""
    for index in range(2):
        nodes += (
            f"    vm{index}:\n      type: tosca.nodes.nfv.Vdu.Compute\n      properties:\n        name: vm{index}\n"
            f"        sw_image_data: {{name: image-{number}}}\n      capabilities:\n        virtual_compute:\n"
            f"          properties:\n            virtual_memory: {{virtual_mem_size: 1 GB}}\n"
            f"            virtual_cpu: {{num_virtual_cpu: {1 + number % 8}}}\n"
        )
    for index in range(POINTS):
        nodes += (
            f"    cp{index}:\n      type: tosca.nodes.nfv.VduCp\n      requirements: [{{virtual_binding: vm{index % 2}}}]\n"
        )
    mapped = "".join(f"      out{index}: [cp{index}, virtual_link]\n" for index in range(POINTS))
    return (
        "tosca_definitions_version: tosca_simple_yaml_1_2\ntopology_template:\n  substitution_mappings:\n"
        f"    node_type: us.Vnf\n    requirements:\n{mapped}  node_templates:\n{nodes}"
    )


def superfluidity(number: int) -> str:
    """The same in the JSON of ETSI."""
    vdus = [
        {
            "vduId": f"vm{index}",
            "swImageDesc": {"swImage": f"image-{number}"},
            "virtualComputeDesc": "size",
            "intCpd": [{"cpdId": f"cp{one}", "internalIfRef": f"eth{one // 2}"} for one in range(index, POINTS, 2)],
        }
        for index in range(2)
    ]
    size = {"virtualCpu": {"numVirtualCpu": 1 + number % 8}, "virtualMemory": {"virtualMemSize": 1024}}
    outer = [{"cpdId": f"out{index}", "intCpd": f"cp{index}"} for index in range(POINTS)]
    compute = [{"virtualComputeDescId": "size", **size}]
    return json.dumps({"vnfdId": f"vnf{number}", "vdu": vdus, "virtualComputeDesc": compute, "vnfExtCpd": outer}, indent=2)


def timed(language: str, files: list[dict[str, bytes]]) -> None:
    size = sum(len(content) for one in files for content in one.values()) / len(files)
    started, worked = time.perf_counter(), time.process_time()
    for one in files:
        read(one, language)
    seconds, of_processor = time.perf_counter() - started, time.process_time() - worked
    figures = f"{seconds:.1f} s, {of_processor:.1f} s of processor (wanted: {GOAL:g} s)"
    print(f"{language:13} {COUNT} VNFDs of {size:.0f} bytes: {figures}")


def main() -> None:
    import yaml

    services = [service(number) for number in range(COUNT)]
    for language, style in (("sol006", "sol006"), ("osm", "r2")):
        written = [to_osm(one, style)["vnfds"][one["name"]] for one in services]
        timed(language, [{"vnfd.yaml": yaml.safe_dump(vnfd).encode()} for vnfd in written])
    timed("superfluidity", [{"vnfd.json": superfluidity(number).encode()} for number in range(COUNT)])
    timed("sol001", [{"vnfd.yaml": tosca(number).encode()} for number in range(COUNT)])


if __name__ == "__main__":
    main()

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs in NEMO and VNFDs that they name, for the tests of the reader."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.reading import Reading

from .conftest import PUBLISHED, files_of
from .descriptors_of_all_languages import DESCRIPTORS

NEMO = PUBLISHED / "nemo"
ROOM = files_of(NEMO) if NEMO.exists() else {}
READ = {"bod-1.nemo", "complex_vnfd.txt", "osm_vlc.txt"}
"""The published programs that are read; the others are wrong."""
VNFDS = {name: content for name, content in ROOM.items() if name.endswith(".yaml")}
VLC = """
vnfd:vnfd-catalog:
  vnfd:
  - id: vlc
    vdu:
    - {id: vm, name: vm, image: vlc, vm-flavor: {vcpu-count: 1, memory-mb: 512},
       external-interface: [{name: eth0, vnfd-connection-point-ref: data}, {name: eth1, vnfd-connection-point-ref: mgmt}]}
    connection-point: [{name: data}, {name: mgmt}]
"""


def fetch(uri: str) -> bytes:
    name = uri.rpartition("/")[2]
    if name not in VNFDS and name != "vlc.yaml":
        raise InputError("is not there")
    return VLC.encode() if name == "vlc.yaml" else VNFDS[name]


def program(text: str | bytes, name: str = "a.nemo") -> Reading:
    return read({name: text.encode() if isinstance(text, str) else text}, fetch=fetch)


def published(name: str) -> Reading:
    if name not in ROOM:
        pytest.skip("../shared/data/nemo is absent")
    return program(ROOM[name], name)


LEAF = "CREATE NodeModel vlc VNFD file:///vlc.yaml; ConnectionPoint in at VNFD: data; ConnectionPoint out at VNFD: mgmt;\n"
TOSCA = """
tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  node_templates:
    vm: {type: tosca.nodes.nfv.Vdu.Compute, capabilities: {virtual_compute: {properties:
      {virtual_cpu: {num_virtual_cpu: 2}, virtual_memory: {virtual_mem_size: 2 GB}}}}}
    data: {type: tosca.nodes.nfv.VduCp, requirements: [{virtual_binding: vm}]}
"""
SINGLE = [
    content
    for _language, files in DESCRIPTORS.values()
    if len(files) == 1
    for content in files.values()
    if not content.startswith(b"<")
]

#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors in, service model out."""

from __future__ import annotations

DOCUMENTATION = r"""
module: nfv_descriptor
short_description: Read a service descriptor into the service model
version_added: "0.1.0"
description:
  - Reads a descriptor of a network service and returns it as the service model, the one plain dictionary that every later step
    takes. The model is described in the collection's documentation, P(superfluidity.nfv.to_heat#filter) and
    P(superfluidity.nfv.to_kubernetes#filter) turn it into templates.
  - What a descriptor leaves out is filled with the model's defaults; what it gets wrong is refused with the file and the key.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
options:
  path:
    description:
      - A file, a folder, a CSAR or another archive on the controller.
      - A relative path is looked for near the role and the playbook, as for M(ansible.builtin.copy).
    type: path
  content:
    description: The descriptor itself, instead of a file.
    type: str
  format:
    description:
      - The language of the descriptor.
      - V(superfluidity) is the JSON of ETSI descriptors with the extensions of the Superfluidity project, V(nemo) programs of
        the language NEMO, V(model) the service model itself as YAML or JSON.
      - V(sol001) is ETSI's TOSCA, as CSAR or template, V(sol006) its YANG, as YAML, JSON or XML.
      - V(osm) is a package of Open Source MANO, of release two or of today, V(openmano) the YAML of its first resource
        orchestrator.
      - V(auto) finds out. What is plainly of another language than the one given is refused.
    type: str
    choices: [auto, superfluidity, nemo, sol001, osm, sol006, openmano, model]
    default: auto
  nsd:
    description:
      - The identifier of the network service that is meant, where there are several; of V(openmano) the name of the scenario.
    type: str
  vnfds:
    description:
      - Documents that the descriptor names by a URI, by the URI or by the file name at its end.
      - Looked at are the files of O(path), these, the place that a C(file) URI says, and the folder of the descriptor, in this
        order. A document may be of any language, and a file an archive.
    type: dict
    default: {}
  allow_network:
    description:
      - Whether documents may be fetched by C(http) and C(https).
      - All that one descriptor names has 60 seconds together, and 4 MiB each.
    type: bool
    default: false
  default_site:
    description:
      - The site of functions for which the descriptor names none, a dictionary with C(role) or C(name).
    type: dict
    default: {role: core}
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Read a descriptor
  superfluidity.nfv.nfv_descriptor:
    path: services/video
  register: video

- name: Show its functions
  ansible.builtin.debug:
    msg: "{{ video.service.functions | map(attribute='name') }}"

- name: Read a NEMO program, whose VNFDs lie elsewhere
  superfluidity.nfv.nfv_descriptor:
    path: services/video.nemo
    vnfds:
      vlc_vnf.yaml: "{{ lookup('ansible.builtin.file', 'vnfds/vlc_vnf.yaml') }}"

- name: Read one that says nothing of sites, for the edge
  superfluidity.nfv.nfv_descriptor:
    path: mec/JSON
    format: superfluidity
    default_site: {role: edge}

- name: Read one of the network services in a file of SOL006
  superfluidity.nfv.nfv_descriptor:
    path: descriptors.xml
    nsd: service-chain-1
"""

RETURN = r"""
service:
  description: The service model.
  returned: success
  type: dict
format:
  description: The language that was found.
  returned: success
  type: str
  sample: superfluidity
findings:
  description: What was left out or assumed, each with C(message), C(path) and C(line). Ansible shows them as warnings.
  returned: success
  type: list
  elements: dict
  sample:
    - {message: an entry of vdu without a real vduId was left out, path: "VNFD/tof.json: vdu[0]", line: null}
"""

from typing import Any

from ..module_utils.clients.files.fetcher import Fetcher, folder_of
from ..module_utils.clients.files.reader import Files
from ..module_utils.descriptors.read import LANGUAGES, read
from ..module_utils.descriptors.reading import sentences
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module

SPEC = ArgumentSpec(
    {
        "path": {"type": "path"},
        "content": {"type": "str"},
        "format": {"type": "str", "choices": ["auto", *LANGUAGES], "default": "auto"},
        "nsd": {"type": "str"},
        "vnfds": {"type": "dict", "default": {}},
        "allow_network": {"type": "bool", "default": False},
        "default_site": {"type": "dict", "default": {"role": "core"}},
    },
    mutually_exclusive=(("path", "content"),),
    required_one_of=(("path", "content"),),
)


def decide(options: dict[str, Any], files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    path, content = options["path"], options["content"]
    tree = files.tree(path) if path else {"content": content.encode()}
    folder = folder_of(files.located(path)) if path else None
    fetch = Fetcher(options["vnfds"], folder, options["allow_network"])
    reading = read(tree, options["format"], options["default_site"], options["nsd"], fetch)
    # Ansible keeps `warnings` to itself and makes text of it, so the data stands under another name.
    told = {"findings": reading.warnings, "warnings": sentences(reading.warnings)}
    return {"service": reading.service, "format": reading.format, **told}


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()

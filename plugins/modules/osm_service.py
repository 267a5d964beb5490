#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and a network service of Open Source MANO in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: osm_service
short_description: Keep packages and a network service at Open Source MANO
version_added: "0.1.0"
description:
  - Onboards the packages of VNFs and of network services, instantiates a network service, scales it, brings its VNFs up to
    their packages, heals it and terminates it, by the northbound interface of OSM (SOL005).
  - A package is known by the id in its descriptor, and compared file by file with what OSM has. One that differs is replaced.
  - A network service is known by its name and by a mark in its description. One of this name without the mark is somebody
    else's and is refused.
  - Operations are waited for. One that is under way already is waited for first. What an earlier run has left half done, or
    what failed to be instantiated, is brought to an end.
  - Several runs at once agree on one network service.
extends_documentation_fragment:
  - superfluidity.nfv.osm
  - superfluidity.nfv.osm.kept
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  action:
    description: Runs in process on the controller, so that paths are the controller's and C(async) does not apply.
    support: full
options:
  name:
    description:
      - The name of the network service, without blanks. Without it, only the packages are kept.
    type: str
  packages:
    description: Packages, as M(superfluidity.nfv.osm_package) writes them. Each is an archive, or a folder or a descriptor
      that is packed.
    type: list
    elements: path
    default: []
  descriptors:
    description:
      - VNFDs and NSDs (SOL006) as data, such as P(superfluidity.nfv.to_osm#filter) gives them. Each becomes a package of one
        descriptor.
    type: list
    elements: dict
    default: []
  nsd:
    description:
      - The NSD of the network service, by its id or its name, or by OSM's own id of it.
      - Without it, the only NSD of the task.
    type: str
  vim_accounts:
    description: The VIM accounts of VNFs that are to run elsewhere, by member index.
    type: dict
  scale:
    description:
      - How many there are to be of VDUs. VDUs that are not named are left alone.
      - The VNFD needs a scaling aspect for the VDU. OSM takes it step by step, and never below the number it begins with.
    type: list
    elements: dict
    default: []
    suboptions:
      vnf:
        description: The member index of the VNF; not needed where there is one.
        type: str
      vdu:
        description: The id of the VDU in its VNFD.
        type: str
        required: true
      count:
        description: How many instances of it there are to be.
        type: int
        required: true
      aspect:
        description: The scaling aspect to use; not needed where one has to do with the VDU.
        type: str
seealso:
  - module: superfluidity.nfv.osm_package
  - module: superfluidity.nfv.mec_app
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Onboard the packages of a service and have it run, with three caches
  superfluidity.nfv.osm_service:
    url: https://osm.example.com:9999/osm
    password: "{{ osm_password }}"
    name: video
    packages: "{{ written.packages | map(attribute='path') }}"
    vim_account: edge-1
    scale:
      - {vnf: cache, vdu: cache-vm, count: 3}

- name: Remove it, and its packages if nothing else uses them
  superfluidity.nfv.osm_service:
    url: https://osm.example.com:9999/osm
    password: "{{ osm_password }}"
    name: video
    state: absent
    packages: "{{ written.packages | map(attribute='path') }}"
    remove_packages: true
"""

RETURN = r"""
service:
  description: The network service after the run; null where there is none.
  returned: success
  type: dict
  sample:
    id: 136fcc46-c363-4d74-af14-c115fff7d80a
    name: video
    state: running
    reason: null
    nsd: video
    vnfs:
      - {id: ae63ee09-847f-4108-9a22-852899b6e0ae, vnf: cache, vnfd: cache, revision: 1, address: 192.0.2.10,
         vdus: [{vdu: cache-vm, index: 0, status: ACTIVE, address: 192.0.2.10}]}
packages:
  description: The packages of the task, those of VNFs first, with OSM's own id and revision, both null where it has none.
  returned: success
  type: list
  elements: dict
  sample: [{kind: vnf, id: cache, osm_id: d506d18f-0738-42ab-8b45-cfa98da38e7a, revision: 1}]
operations:
  description: What this run has had OSM do.
  returned: success
  type: list
  elements: dict
  sample: [{id: b7b6b8a6-f4f2-4862-99bc-f2c73fbf8736, kind: instantiate}]
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: always
  type: list
  elements: dict
  sample: [{action: create, kind: VNF package, name: cache}, {action: create, kind: network service, name: video}]
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.clients.osm.orchestrated import Orchestrated
from ..module_utils.descriptors import osm_onboarding as packages
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import OSM, OSM_KEPT
from ..module_utils.orchestration import osm_plan

COUNT = {
    "vnf": {"type": "str"},
    "vdu": {"type": "str", "required": True},
    "count": {"type": "int", "required": True},
    "aspect": {"type": "str"},
}
SPEC = OSM.merge(
    OSM_KEPT,
    ArgumentSpec(
        {
            "name": {"type": "str"},
            "packages": {"type": "list", "elements": "path", "default": []},
            "descriptors": {"type": "list", "elements": "dict", "default": []},
            "nsd": {"type": "str"},
            "vim_accounts": {"type": "dict"},
            "scale": {"type": "list", "elements": "dict", "default": [], "options": COUNT},
        }
    ),
)


def orchestrated(options: dict[str, Any], files: Files) -> Orchestrated:
    given = [packages.given(path, *files.with_content(path)) for path in options["packages"]]
    given += [packages.of_descriptor(one, f"descriptors[{number}]") for number, one in enumerate(options["descriptors"])]
    return Orchestrated(options, osm_plan.wanted(options), packages.in_order(given), osm_plan, packages.changed_files)


def main() -> None:
    run_acting(SPEC, lambda options: orchestrated(options, Files()))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as packages of Open Source MANO."""

from __future__ import annotations

DOCUMENTATION = r"""
module: osm_package
short_description: Write the packages of a service for Open Source MANO
version_added: "0.1.0"
description:
  - Writes for each function of a service the folder of its VNFD and the C(.tar.gz) that OSM takes, and the same for the NSD of
    the service. A service of one function, such as a MEC application, gets an NSD with exactly that VNF.
  - A folder holds C(checksums.txt), which lists every file of it but itself, and an archive holds the folder. The same service
    gives the same bytes. Every archive is read back and compared after it is written.
  - A second run writes what differs, and removes what an earlier run has written (by its list of checksums) and is not wanted
    any more. Nothing else is touched.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  action:
    description: Runs in process on the controller, so that paths are the controller's and C(async) does not apply.
    support: full
options:
  service:
    description: The service model, as M(superfluidity.nfv.nfv_descriptor) returns it.
    type: dict
    required: true
  dest:
    description: The folder to write to; it is made where it is missing.
    type: path
    required: true
  style:
    description: The form of the descriptors, as of P(superfluidity.nfv.to_osm#filter).
    type: str
    choices: [sol006, r2]
    default: sol006
  provider:
    description: Who provides the VNFs.
    type: str
    default: superfluidity.nfv
  execution:
    description:
      - What starts and stops the VNFs.
      - V(juju) is a proxy charm, of the operator framework for O(style=sol006) and of layers for O(style=r2). It has to be
        built with C(charmcraft pack) or C(charm build), which add its libraries.
      - V(helm) is a Helm chart with an execution environment. OSM's release two has none, and gets the charm.
      - V(none) leaves it to the image.
    type: str
    choices: [none, juju, helm]
    default: none
  offload:
    description:
      - A function that offloads traffic at the edge (TOF). When an application starts, the rule for it is added there, and
        removed when it stops. The commands are settings of the charm.
    type: dict
    suboptions:
      function:
        description: The name of the function that offloads.
        type: str
        required: true
      applications:
        description: The functions whose traffic is offloaded; all others if not given.
        type: list
        elements: str
  scaling:
    description:
      - By function, and by VDU of it, how many instances there may be, in place of what the C(scaling) of the VDU has. OSM
        can then add and remove one at a time, or as many as the VDU says, from the number that it begins with. Needs
        O(style=sol006).
    type: dict
    default: {}
seealso:
  - module: superfluidity.nfv.osm_service
  - plugin: superfluidity.nfv.to_osm
    plugin_type: filter
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Write the packages of a service
  superfluidity.nfv.osm_package:
    service: "{{ video.service }}"
    dest: build/osm

- name: With charms that have the traffic of the cache offloaded while it runs
  superfluidity.nfv.osm_package:
    service: "{{ video.service }}"
    dest: build/osm
    execution: juju
    offload: {function: tof, applications: [cache]}
"""

RETURN = r"""
packages:
  description: The archives, in the order in which to onboard them, each with C(name), C(kind) (V(vnf) or V(ns)) and C(path).
  returned: success
  type: list
  elements: dict
  sample: [{name: cache_vnf, kind: vnf, path: build/osm/cache_vnf.tar.gz}]
left_out:
  description: A sentence for each thing of the service that OSM has no word for. Ansible shows them as warnings.
  returned: success
  type: list
  elements: str
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, kind: file, name: cache_vnf.tar.gz}]
"""

from typing import Any

from ..module_utils.clients.files.folder import Folder
from ..module_utils.descriptors.osm_lifecycle import EXECUTIONS
from ..module_utils.descriptors.osm_tree import archive, listed_files, osm_packages
from ..module_utils.descriptors.to_osm import STYLES
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting

SPEC = ArgumentSpec(
    {
        "service": {"type": "dict", "required": True},
        "dest": {"type": "path", "required": True},
        "style": {"type": "str", "choices": [*STYLES], "default": "sol006"},
        "provider": {"type": "str", "default": "superfluidity.nfv"},
        "execution": {"type": "str", "choices": [*EXECUTIONS], "default": "none"},
        "offload": {
            "type": "dict",
            "options": {"function": {"type": "str", "required": True}, "applications": {"type": "list", "elements": "str"}},
        },
        "scaling": {"type": "dict", "default": {}},
    }
)


class Packages(Folder):
    """The packages of a service, as folders and archives."""

    def __init__(self, options: dict[str, Any]):
        asked = (options[name] for name in ("service", "style", "provider", "execution", "offload", "scaling"))
        self._trees, self._left_out = osm_packages(*asked)
        self._dest = options["dest"]
        wanted = {f"{tree.name}/{path}": content for tree in self._trees for path, content in tree.files.items()}
        wanted |= {f"{tree.name}.tar.gz": archive(tree) for tree in self._trees}
        super().__init__(
            self._dest,
            wanted,
            frozenset(f"{tree.name}/{path}" for tree in self._trees for path in tree.programs),
            lambda content: {one for tree in self._trees for one in listed_files(tree.name, content)},
            {f"{one.name}.tar.gz": {f"{one.name}/{path}": text for path, text in one.files.items()} for one in self._trees},
        )

    def result(self) -> dict[str, Any]:
        packages = [{"name": one.name, "kind": one.kind, "path": f"{self._dest}/{one.name}.tar.gz"} for one in self._trees]
        return {"packages": packages, "left_out": self._left_out, "warnings": self._left_out}


def main() -> None:
    run_acting(SPEC, Packages)


if __name__ == "__main__":
    main()

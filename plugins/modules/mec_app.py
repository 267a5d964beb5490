#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MEC application at Open Source MANO in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mec_app
short_description: Keep a MEC application at Open Source MANO
version_added: "0.1.0"
description:
  - A MEC application is a service of one function. OSM knows network services alone, so the application becomes a VNFD and an
    NSD with exactly that VNF, which are packaged, onboarded and instantiated, and terminated in the end.
  - The MEC services that it cannot do without have to be offered where it is to run, or nothing is done. It is told the
    addresses of those, and of the optional ones that are there.
  - When it starts, its traffic is offloaded to it at the edge, and no more when it stops, by hooks in its package.
  - For the rest it acts as M(superfluidity.nfv.osm_service) does.
extends_documentation_fragment:
  - superfluidity.nfv.osm
  - superfluidity.nfv.osm.kept
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  action:
    description: Runs in process on the controller, and C(async) does not apply.
    support: full
options:
  service:
    description: The service model of the application, as M(superfluidity.nfv.nfv_descriptor) returns it.
    type: dict
    required: true
  name:
    description: The name of the instance, without blanks; that of the service if not given.
    type: str
  services:
    description:
      - The MEC services that it asks for, as of M(superfluidity.nfv.mec_placement).
      - The C(mec_services) of its function if not given.
    type: dict
    suboptions:
      mandatory:
        description: Those that it cannot do without.
        type: list
        elements: str
        default: []
      optional:
        description: Those of which it makes use where they are.
        type: list
        elements: str
        default: []
  offered:
    description:
      - The MEC services that there are where it is to run, as C(nfv_mec_services) of the sites inventory has them.
      - The application gets the parameter C(mec_services), addresses by name, in which all but letters, digits and C(_) is
        C(_). A text for C(cloud_init) has them as C(mec_services.rnis) in the double braces of Jinja2.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the service.
        type: str
        required: true
      address:
        description: Where it answers.
        type: str
  execution:
    description: What starts and stops it, as of M(superfluidity.nfv.osm_package).
    type: str
    choices: [none, juju, helm]
    default: none
  start_command:
    description: What O(execution) runs in its VM to start it.
    type: str
  stop_command:
    description: What O(execution) runs in its VM to stop it.
    type: str
  offload:
    description:
      - The function at the edge that offloads traffic (TOF). Needs O(execution).
      - C({address}) in a command is the application's.
    type: dict
    suboptions:
      address:
        description: Where the function is logged in to, by SSH.
        type: str
        required: true
      user:
        description: Who logs in there.
        type: str
        default: ubuntu
      start_command:
        description: What has the application's traffic sent to it; run after the application has started.
        type: str
        required: true
      stop_command:
        description: What undoes that; run before the application is stopped.
        type: str
        required: true
  scale:
    description: How many there are to be of its VDUs, and may be. Its VNFD gets a scaling aspect for each.
    type: list
    elements: dict
    default: []
    suboptions:
      vdu:
        description: The name of the VDU.
        type: str
        required: true
      count:
        description: How many instances of it there are to be.
        type: int
        required: true
      maximum:
        description: How many there may be; O(scale[].count) if not given. A change of it is a change of the VNFD.
        type: int
  provider:
    description: Who provides it.
    type: str
    default: superfluidity.nfv
seealso:
  - module: superfluidity.nfv.osm_service
  - module: superfluidity.nfv.mec_placement
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have an application run where it was placed
  superfluidity.nfv.mec_app:
    url: https://osm.example.com:9999/osm
    password: "{{ osm_password }}"
    service: "{{ guide.service }}"
    vim_account: edge-1
    services: {mandatory: [rnis], optional: [location]}
    offered: [{name: rnis, address: "http://10.0.0.7/rni/v2"}]
    execution: juju
    start_command: systemctl start guide
    stop_command: systemctl stop guide
    offload: {address: 10.0.0.2, start_command: "tof add {address}", stop_command: "tof del {address}"}

- name: Remove it, and its packages
  superfluidity.nfv.mec_app:
    url: https://osm.example.com:9999/osm
    password: "{{ osm_password }}"
    service: "{{ guide.service }}"
    state: absent
    remove_packages: true
"""

RETURN = r"""
services:
  description: The MEC services that the application uses, addresses by name, and the optional ones that are missing.
  returned: success
  type: dict
  sample: {used: {rnis: "http://10.0.0.7/rni/v2"}, missing: [location]}
left_out:
  description: A sentence for each thing of the application that OSM has no word for. Ansible shows them as warnings.
  returned: success
  type: list
  elements: str
service:
  description: The network service of the application after the run, as of M(superfluidity.nfv.osm_service).
  returned: success
  type: dict
packages:
  description: Its two packages, as of M(superfluidity.nfv.osm_service).
  returned: success
  type: list
  elements: dict
operations:
  description: What this run has had OSM do.
  returned: success
  type: list
  elements: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: always
  type: list
  elements: dict
  sample: [{action: create, kind: VNF package, name: guide}, {action: create, kind: NS package, name: guide}]
"""

from typing import Any

from ..module_utils.clients.osm.orchestrated import Orchestrated
from ..module_utils.descriptors import mec_app, osm_lifecycle, osm_onboarding
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import OSM, OSM_KEPT
from ..module_utils.orchestration import mec_services, osm_plan

NAMES = {"type": "list", "elements": "str", "default": []}
TEXT = {"type": "str", "required": True}
CHOICES = {"type": "str", "choices": [*osm_lifecycle.EXECUTIONS], "default": "none"}
OFFLOAD = {"address": TEXT, "user": {"type": "str", "default": "ubuntu"}, "start_command": TEXT, "stop_command": TEXT}
COUNT = {"vdu": TEXT, "count": {"type": "int", "required": True}, "maximum": {"type": "int"}}
SPEC = OSM.merge(
    OSM_KEPT,
    ArgumentSpec(
        {
            "service": {"type": "dict", "required": True},
            "name": {"type": "str"},
            "services": {"type": "dict", "options": {"mandatory": NAMES, "optional": NAMES}},
            "offered": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {"name": TEXT, "address": {"type": "str"}},
            },
            "execution": CHOICES,
            "start_command": {"type": "str"},
            "stop_command": {"type": "str"},
            "offload": {"type": "dict", "options": OFFLOAD},
            "scale": {"type": "list", "elements": "dict", "default": [], "options": COUNT},
            "provider": {"type": "str", "default": "superfluidity.nfv"},
        }
    ),
)


class MecApp(Orchestrated):
    """An application, as the network service that OSM takes it for."""

    def __init__(self, options: dict[str, Any], _files: object = None):
        member, settings = mec_app.application_of(options["service"]), mec_app.settings_of(options)
        most = {one["vdu"]: one["maximum"] or one["count"] for one in options["scale"]}
        asked = (options[key] for key in ("service", "provider", "execution", "offload"))
        packages, self._left_out = mec_app.mec_packages(*asked, most)
        asked_for = options["services"] or options["service"]["functions"][0].get("mec_services")
        self._bound = mec_services.bound(asked_for if options["state"] == "present" else None, options["offered"])
        parameters = mec_services.parameters(options["parameters"], member, settings, self._bound.used)
        made = {"nsd": packages[-1].id, "vim_accounts": None, "parameters": parameters}
        options = {**options, "name": options["name"] or options["service"]["name"], **made}
        super().__init__(options, osm_plan.wanted(options), packages, osm_plan, osm_onboarding.changed_files)

    def result(self) -> dict[str, Any]:
        answer = {**super().result(), "services": self._bound._asdict(), "left_out": self._left_out}
        return {**answer, "warnings": [*self._left_out, *answer["warnings"]]}


def main() -> None:
    run_acting(SPEC, MecApp)


if __name__ == "__main__":
    main()

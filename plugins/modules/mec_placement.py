#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which MEC application runs on which mobile edge hosts?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: mec_placement
short_description: Decide on which mobile edge hosts MEC applications run
version_added: "0.1.0"
description:
  - Decides how many instances each app needs, on which hosts they run and which host serves which eNB, within the delay, the
    hardware, the MEC services, the capacity, the licences and the agreements.
  - What counts is a weighted sum - what is not served, what is moved, what instances cost, and delay beyond the desired. It is
    made as small as possible; the answer says how far from the smallest it can be at most, and why an eNB is not served.
  - Where the time suffices the answer is the same for the same input. Where O(time_limit) comes first, it depends on the speed
    of the machine, and is never worse than that of a greedy placement.
  - Amounts are in cores, MiB, GiB and Mbit/s, delays in ms.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
requirements:
  - scipy
options:
  hosts:
    description: The mobile edge hosts. A host is an edge cloud, of one machine or of several.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the host.
        type: str
        required: true
      cpu:
        description: Cores for apps. Must be given.
        type: float
      memory:
        description: MiB for apps; without it memory does not limit.
        type: float
      storage:
        description: GiB for apps; without it storage does not limit.
        type: float
      bandwidth:
        description: Mbit/s for apps; without it the network does not limit.
        type: float
      hardware:
        description: The special hardware that it has.
        type: list
        elements: str
        default: []
      services:
        description: The MEC services that it has, such as C(rnis) or C(location).
        type: list
        elements: str
        default: []
      enbs:
        description: The eNBs that it reaches, each with the delay in ms.
        type: dict
        default: {}
      cost:
        description: What an instance costs there.
        type: float
        default: 1
      available:
        description: V(false) for a host that has failed or goes away. It gets no instance; O(current) may still name it.
        type: bool
        default: true
  apps:
    description: The MEC applications, and those that UEs have asked for.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the app.
        type: str
        required: true
      kind:
        description: V(ue) for the request of one UE. It has one instance, for the eNB of the UE.
        type: str
        choices: [generic, ue]
        default: generic
      cpu:
        description: Cores of an instance. Must be given where there are no C(vms); with them it is their sum.
        type: float
      memory:
        description: MiB of an instance.
        type: float
      storage:
        description: GiB of an instance.
        type: float
      bandwidth:
        description: Mbit/s of an instance.
        type: float
      vms:
        description: The VMs of an app of several. All of an instance are on one host, which needs room for their sum.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: The name of the VM.
            type: str
            required: true
          cpu:
            description: Its cores. Must be given.
            type: float
          memory:
            description: Its MiB.
            type: float
          storage:
            description: Its GiB.
            type: float
          bandwidth:
            description: Its Mbit/s.
            type: float
          hardware:
            description: The special hardware that it needs.
            type: list
            elements: str
            default: []
      delay:
        description: The delay to UEs in ms.
        type: dict
        default: {}
        suboptions:
          desired:
            description: Delay beyond it counts; without it all delay does, so that the nearest host is the best.
            type: float
          maximum:
            description: The most that is allowed. Must be given.
            type: float
      enb:
        description: The one eNB to serve, such as that of the UE.
        type: str
      enbs:
        description: The eNBs to serve. All are served where none of C(enb), C(enbs) and C(area) is given.
        type: list
        elements: str
      area:
        description: The area to serve, one of O(areas).
        type: str
      hardware:
        description: The special hardware that it needs.
        type: list
        elements: str
        default: []
      services:
        description: The MEC services that it uses.
        type: dict
        default: {}
        suboptions:
          mandatory:
            description: It runs only where these are.
            type: list
            elements: str
            default: []
          optional:
            description: It had better run where these are.
            type: list
            elements: str
            default: []
      licences:
        description: The most instances; without it there may be any number.
        type: int
      priority:
        description: How much its eNBs count in comparison with those of other apps.
        type: float
        default: 1
      allowed_hosts:
        description: Where agreements allow it to run; without it everywhere.
        type: list
        elements: str
      host:
        description: The host that the OSS has chosen, as C(hosts) with one.
        type: str
      hosts:
        description: The hosts that the OSS has chosen. Each gets an instance, even if no eNB needs it, and no other host does.
        type: list
        elements: str
  areas:
    description: Names of geographical areas, each with the list of the eNBs there.
    type: dict
    default: {}
  weights:
    description: What each thing counts in the objective.
    type: dict
    default: {}
    suboptions:
      unserved:
        description: An eNB that a host could serve and none does, or an instance that the OSS wants, times the app's priority.
        type: float
        default: 100
      move:
        description:
          - An instance of an app of O(current) that is started on a host where it does not run.
          - And one that is stopped, though it could still serve an eNB that it serves now.
        type: float
        default: 20
      cost:
        description: Each unit of the C(cost) of an instance.
        type: float
        default: 1
      optional:
        description: An optional service that is missing where an eNB is served.
        type: float
        default: 0.1
      delay:
        description: A millisecond beyond the desired delay of an eNB.
        type: float
        default: 0.02
      reroute:
        description: An eNB that is served from another host than in O(current).
        type: float
        default: 0.01
  current:
    description: What runs now, such as the RV(placements) of an earlier answer; as little of it as possible is moved.
    type: list
    elements: dict
    default: []
    suboptions:
      app:
        description: The name of the app.
        type: str
        required: true
      host:
        description: The name of its host.
        type: str
        required: true
      enbs:
        description: The eNBs that it serves there. Those that are gone do not matter.
        type: list
        elements: str
        default: []
  time_limit:
    description: Seconds after which the search ends with the best answer that is known; a large one may be a second late.
    type: float
    default: 30
  gap:
    description: An answer whose objective is known to be at most this share above the smallest counts as optimal.
    type: float
    default: 0.0001
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Place three apps on two hosts
  superfluidity.nfv.mec_placement:
    hosts:
      - {name: tower, cpu: 8, memory: 16384, hardware: [gpu], services: [rnis], enbs: {enb1: 0.5, enb2: 2.5}}
      - {name: exchange, cpu: 32, memory: 65536, services: [rnis, location], enbs: {enb1: 4.0, enb2: 3.5, enb3: 3.0}}
    areas:
      old town: [enb1, enb2]
    apps:
      - {name: tourist guide, cpu: 4, memory: 8192, delay: {desired: 2, maximum: 5}, area: old town, hardware: [gpu]}
      - {name: cache, cpu: 2, delay: {maximum: 10}, services: {mandatory: [rnis], optional: [location]}, licences: 1}
      - {name: game of ue-7, kind: ue, enb: enb3, cpu: 1, delay: {maximum: 2}}
  register: mec

- name: Place them anew when a host has failed, and move no more than that takes
  superfluidity.nfv.mec_placement:
    hosts:
      - {name: tower, available: false, cpu: 8, enbs: {enb1: 0.5, enb2: 2.5}}
      - {name: exchange, cpu: 32, memory: 65536, services: [rnis, location], enbs: {enb1: 4.0, enb2: 3.5, enb3: 3.0}}
    apps:
      - {name: cache, cpu: 2, delay: {maximum: 10}, services: {mandatory: [rnis], optional: [location]}, licences: 1}
    current:
      - {app: cache, host: tower, enbs: [enb1, enb2]}
"""

RETURN = r"""
placements:
  description: The instances, each with its C(app), its C(host), and the C(enbs) that it serves.
  returned: success
  type: list
  elements: dict
  sample:
    - {app: tourist guide, host: tower, enbs: [enb1, enb2]}
unserved:
  description: The eNBs that an app does not serve.
  returned: success
  type: list
  elements: dict
  contains:
    app:
      description: The name of the app.
      type: str
    enb:
      description: The name of the eNB.
      type: str
    reason:
      description:
        - What rules out the hosts that were left. The hosts that reach the eNB are narrowed down in this order.
        - V(unavailable), V(delay), V(hardware), V(service), V(capacity) where an instance is larger than an empty host,
          V(agreement) and V(pinned). Then V(licence), V(capacity) where the hosts are full, and V(cost) where serving it counts
          more than leaving it.
      type: str
    message:
      description: The reason as a sentence.
      type: str
missing:
  description: The hosts that the OSS has chosen for an app and that got no instance - C(app), C(host), C(reason), C(message).
  returned: success
  type: list
  elements: dict
moved:
  description: Instances, as C(app) and C(host), that are started for an app of O(current) on a host where it does not run.
  returned: success
  type: list
  elements: dict
stopped:
  description: Instances of O(current), as C(app) and C(host), that are not kept.
  returned: success
  type: list
  elements: dict
hosts:
  description:
    - How full each host is - its C(name), the C(apps) on it, and what is C(used) and C(free) of C(cpu), C(memory), C(storage)
      and C(bandwidth). What does not limit is not told as free.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: tower, apps: [tourist guide], used: {cpu: 4, memory: 8192, storage: 0, bandwidth: 0}, free: {cpu: 4, memory: 8192}}
status:
  description: V(optimal) where the gap that was asked for is reached, or V(feasible).
  returned: success
  type: str
optimal:
  description: Whether RV(status) is V(optimal).
  returned: success
  type: bool
objective:
  description: What the placement counts. An eNB that no host could serve does not count.
  returned: success
  type: float
bound:
  description: What every placement counts at least.
  returned: success
  type: float
gap:
  description: The difference of the two as a share of RV(objective), or as it is where that is less than 1.
  returned: success
  type: float
greedy:
  description: What the greedy placement counts, for comparison.
  returned: success
  type: float
parts:
  description: What each thing adds to RV(objective), by the names of O(weights).
  returned: success
  type: dict
  sample: {unserved: 0.0, move: 0.0, cost: 2.0, optional: 0.0, delay: 0.13, reroute: 0.0}
seconds:
  description: How long the decision took.
  returned: success
  type: float
"""

import time
from dataclasses import asdict
from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement.mec_answer import place
from ..module_utils.placement.mec_input import limits, problem
from ..module_utils.placement.mec_model import Weights

NAME = {"name": {"type": "str", "required": True}}
AMOUNTS = {key: {"type": "float"} for key in ("cpu", "memory", "storage", "bandwidth")}
NAMES = {"type": "list", "elements": "str"}
SOME = {**NAMES, "default": []}
HOST = {
    **NAME,
    **AMOUNTS,
    **dict.fromkeys(("hardware", "services"), SOME),
    "enbs": {"type": "dict", "default": {}},
    "cost": {"type": "float", "default": 1},
    "available": {"type": "bool", "default": True},
}
APP = {
    **NAME,
    **AMOUNTS,
    **{key: {"type": "str"} for key in ("enb", "area", "host")},
    **dict.fromkeys(("enbs", "hosts", "allowed_hosts"), NAMES),
    "kind": {"type": "str", "choices": ["generic", "ue"], "default": "generic"},
    "vms": {"type": "list", "elements": "dict", "default": [], "options": {**NAME, **AMOUNTS, "hardware": SOME}},
    "hardware": SOME,
    "delay": {"type": "dict", "default": {}, "options": {"desired": {"type": "float"}, "maximum": {"type": "float"}}},
    "services": {"type": "dict", "default": {}, "options": {"mandatory": SOME, "optional": SOME}},
    "licences": {"type": "int"},
    "priority": {"type": "float", "default": 1},
}
WEIGHTS = {name: {"type": "float", "default": value} for name, value in asdict(Weights()).items()}
CURRENT = {"app": {"type": "str", "required": True}, "host": {"type": "str", "required": True}, "enbs": SOME}
SPEC = ArgumentSpec(
    {
        "hosts": {"type": "list", "elements": "dict", "required": True, "options": HOST},
        "apps": {"type": "list", "elements": "dict", "required": True, "options": APP},
        "areas": {"type": "dict", "default": {}},
        "weights": {"type": "dict", "default": {}, "options": WEIGHTS},
        "current": {"type": "list", "elements": "dict", "default": [], "options": CURRENT},
        "time_limit": {"type": "float", "default": 30},
        "gap": {"type": "float", "default": 0.0001},
    }
)


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    started, (time_limit, gap) = time.monotonic(), limits(options)
    answer = place(problem(options), started + time_limit, gap)
    return {**answer, "seconds": round(time.monotonic() - started, 3)}


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()

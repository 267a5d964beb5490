#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where do chains of functions draw the least energy?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: energy_placement
short_description: Place chains of virtual functions where they draw the least energy
version_added: "0.1.0"
description:
  - Decides on which server each function of each chain runs, such that servers and network draw the least power, every chain
    keeps its latency, and no server and no link is overloaded.
  - A server that nothing runs on is off. One that is on draws its idle power, and more in proportion to the CPU that is used.
  - Proves the optimum, or says how far from it the answer may be. Where there is no placement it says which limit is too small,
    where, and by how much.
  - Touches nothing, and answers the same for the same input, unless a time limit is reached.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
requirements:
  - scipy (for O(method=exact))
options:
  servers:
    description: The servers.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the server.
        type: str
        required: true
      cpu:
        description: Cores. It must be given.
        type: float
      memory:
        description: MiB. It must be given.
        type: float
      power:
        description: W that it draws, as C(idle) without work and C(max) with all cores at work.
        type: dict
        required: true
  chains:
    description: The chains.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the chain.
        type: str
        required: true
      kbps:
        description: Its traffic in kbit/s.
        type: float
        default: 0
      latency:
        description: ms from its source through all functions to its destination, at the most. Without it any will do.
        type: float
      source:
        description: The server where its packets come from. Without it the way to the first function counts for nothing.
        type: str
      destination:
        description: The server where its packets go to. Without it the way from the last function counts for nothing.
        type: str
      functions:
        description: Its functions, in the order of the packets.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description: The name of the function.
            type: str
            required: true
          cpu:
            description: Cores that it takes without traffic.
            type: float
            default: 0
          cpu_per_kbps:
            description: Cores that it takes for each kbit/s of the chain.
            type: float
            default: 0
          memory:
            description: MiB that it takes.
            type: float
            default: 0
          delay:
            description: ms that it adds.
            type: float
            default: 0
          server:
            description: The server where it runs now, for what it takes to move it.
            type: str
  links:
    description: Ways between servers, for both directions. Without this option each server reaches all others, without delay.
    type: list
    elements: dict
    suboptions:
      ends:
        description: The two servers.
        type: list
        elements: str
        required: true
      delay:
        description: One-way delay in ms.
        type: float
        default: 0
      power_per_kbps:
        description: W for each kbit/s that is switched on the way.
        type: float
        default: 0
      max_rate:
        description: kbit/s in both directions together, at the most. Without it there is no limit.
        type: float
  power_per_kbps:
    description: W for each kbit/s between two servers, where there are no O(links).
    type: float
    default: 0
  migration:
    description: What it takes to move a function from O(chains[].functions[].server). Without it moving is free.
    type: dict
    suboptions:
      joules_per_mib:
        description: Energy in J for each MiB of the function's memory.
        type: float
        required: true
      slot:
        description: Seconds until the next decision. The energy of moving is spread over them.
        type: float
        default: 900
  method:
    description:
      - V(exact) proves its answer by integer programming. V(heuristic) places chain by chain and then empties servers; it needs
        no library and proves nothing by itself.
    type: str
    choices: [exact, heuristic]
    default: exact
  time_limit:
    description: Seconds that it may take. What was found until then is the answer.
    type: float
    default: 60
  gap:
    description: How far from the bound, relatively, an answer may be to count as optimal.
    type: float
    default: 0.0001
  seed:
    description: Where the chance of O(method=heuristic) begins.
    type: int
    default: 0
  fail_on_infeasible:
    description: Whether the task fails where there is no placement, or none was found.
    type: bool
    default: true
seealso:
  - module: superfluidity.nfv.rfb_placement
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Let as few servers as possible run at night
  superfluidity.nfv.energy_placement:
    servers:
      - {name: old, cpu: 16, memory: 65536, power: {idle: 190, max: 330}}
      - {name: new, cpu: 24, memory: 98304, power: {idle: 110, max: 300}}
      - {name: edge, cpu: 8, memory: 16384, power: {idle: 45, max: 95}}
    links:
      - {ends: [old, new], delay: 0.1, power_per_kbps: 0.00001}
      - {ends: [new, edge], delay: 4, power_per_kbps: 0.00004}
      - {ends: [old, edge], delay: 4, power_per_kbps: 0.00004}
    chains:
      - name: web
        kbps: 200000
        latency: 12
        source: edge
        functions:
          - {name: firewall, cpu: 1, cpu_per_kbps: 0.00001, memory: 2048, delay: 0.2, server: edge}
          - {name: cache, cpu: 6, memory: 32768, delay: 1, server: old}
      - name: voice
        kbps: 8000
        latency: 3
        source: edge
        functions: [{name: sbc, cpu: 2, memory: 4096, delay: 0.5, server: edge}]
    migration: {joules_per_mib: 0.5, slot: 3600}
  register: night

- name: See what stays on
  ansible.builtin.debug:
    msg: "{{ night.active_servers | join(', ') }}: {{ night.objective | round(1) }} W"
"""

RETURN = r"""
status:
  description:
    - V(optimal) where RV(objective) is proven within O(gap), V(feasible) where it is not, V(infeasible) where there is no
      placement, V(unknown) where none was found in time.
  returned: always
  type: str
objective:
  description: W that servers, network and moving draw; null without a placement.
  returned: always
  type: float
bound:
  description: W below which no placement is. Null without a placement, and with O(method=heuristic) where SciPy is missing.
  returned: always
  type: float
gap:
  description: The distance of RV(objective) from RV(bound), relative to it where it is more than 1; null without a bound.
  returned: always
  type: float
reason:
  description: Why there is no placement, as a sentence that names limits whose change would give one; null where there is one.
  returned: always
  type: str
active_servers:
  description: The servers that are on.
  returned: always
  type: list
  elements: str
placements:
  description: Each C(function) of each C(chain) with its C(server), and whether it is C(moved) there from another.
  returned: always
  type: list
  elements: dict
chains:
  description: Each chain's C(name), its C(servers) in order, and its C(latency) in ms.
  returned: always
  type: list
  elements: dict
servers:
  description: Each active server's C(name), what is used of its C(cpu) and C(memory), as C(used) and C(of), and its C(power).
  returned: always
  type: list
  elements: dict
power:
  description: The W of all C(servers), the C(network), and C(migration) on the average of a slot; null without a placement.
  returned: always
  type: dict
seconds:
  description: How long it took.
  returned: always
  type: float
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement.energy import place

NUMBER = {"type": "float"}
ZERO = {"type": "float", "default": 0}
WORD = {"type": "str"}
NAME = {"type": "str", "required": True}
POWER = {"type": "dict", "required": True}
ENDS = {"type": "list", "elements": "str", "required": True}
FUNCTION = {"name": NAME, **dict.fromkeys(("cpu", "cpu_per_kbps", "memory", "delay"), ZERO), "server": WORD}
FUNCTIONS = {"type": "list", "elements": "dict", "required": True, "options": FUNCTION}
CHAIN = {"name": NAME, "kbps": ZERO, "latency": NUMBER, "source": WORD, "destination": WORD, "functions": FUNCTIONS}
SERVER = {"name": NAME, "cpu": NUMBER, "memory": NUMBER, "power": POWER}
LINK = {"ends": ENDS, "delay": ZERO, "power_per_kbps": ZERO, "max_rate": NUMBER}
MIGRATION = {"joules_per_mib": {"type": "float", "required": True}, "slot": {"type": "float", "default": 900}}
SPEC = ArgumentSpec(
    {
        "servers": {"type": "list", "elements": "dict", "required": True, "options": SERVER},
        "chains": {"type": "list", "elements": "dict", "required": True, "options": CHAIN},
        "links": {"type": "list", "elements": "dict", "options": LINK},
        "power_per_kbps": ZERO,
        "migration": {"type": "dict", "options": MIGRATION},
        "method": {"type": "str", "choices": ["exact", "heuristic"], "default": "exact"},
        "time_limit": {"type": "float", "default": 60},
        "gap": {"type": "float", "default": 0.0001},
        "seed": {"type": "int", "default": 0},
        "fail_on_infeasible": {"type": "bool", "default": True},
    }
)


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    answer = place(options)
    return answer | ({"failed": True, "msg": answer["reason"]} if options["fail_on_infeasible"] and answer["reason"] else {})


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()

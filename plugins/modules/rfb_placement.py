#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where do the functional blocks of a radio network go?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: rfb_placement
short_description: Place radio heads, basebands and edge functions on the nodes of a 5G network
version_added: "0.1.0"
description:
  - Decides which nodes have a remote radio head (RRH) of which type, on which nodes the baseband unit (BBU) and the mobile
    edge function (MEC) of each RRH run, and which RRH serves each user.
  - Every user has one RRH; every RRH that is on has one BBU that can drive it and one MEC. Dedicated hardware, CPU and memory
    of each node are respected.
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
  nodes:
    description: The nodes.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the node.
        type: str
        required: true
      dedicated:
        description:
          - Dedicated hardware of the node, in a unit of your choice. It must be given, and may be V(0).
          - With O(hardware) this, O(nodes[].cpu) and O(nodes[].memory) are what the site has room for.
        type: float
      cpu:
        description: Cores of commodity hardware. It must be given.
        type: float
      memory:
        description: MiB of commodity hardware. It must be given.
        type: float
      site_cost:
        description: What the site costs, once, where the node is used.
        type: float
        default: 0
      power:
        description:
          - W that the node draws, as C(idle) and C(max). In between it is linear in the CPU that is used.
          - It must be given for O(objective=energy), and where O(economics.energy_price) is.
        type: dict
      role:
        description:
          - The role of the node's site. V(cran) is an antenna site or a front-end cloud, V(edge) an edge cloud, V(core) a
            central cloud. Without it the rules of C-RAN blocks do not bind the node.
        type: str
        choices: [cran, edge, core]
  users:
    description: The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the user.
        type: str
        required: true
      rates:
        description:
          - What the radio channel gives the user in kbit/s, by node, and there by type of RRH.
          - A node and type that is not named, or has V(0), does not cover the user. An RRH can stand only where it covers
            somebody.
        type: dict
        required: true
      min_rate:
        description: kbit/s that the user needs, at least.
        type: float
        default: 0
  rrh:
    description: The types of remote radio heads. A node has one at the most.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the type.
        type: str
        required: true
      bbu:
        description: The types of BBU that can drive it. Without it all can.
        type: list
        elements: str
      count:
        description: How many there are. Without it there are enough.
        type: float
      max_users:
        description: Users of one, at the most.
        type: float
      max_rate:
        description: kbit/s of one, at the most. The rates that the channel gives its users count, also where traffic is less.
        type: float
      dedicated:
        description: Dedicated hardware that one takes of its node.
        type: float
        default: 0
      dedicated_per_kbps:
        description: Dedicated hardware for each kbit/s that the channel gives its users.
        type: float
        default: 0
      cost:
        description: What one costs.
        type: float
        default: 0
      power:
        description: W that one draws while it is on.
        type: float
        default: 0
  bbu:
    description: The types of baseband units.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the type.
        type: str
        required: true
      count:
        description: RRHs that can have one, at the most. Without it all can.
        type: float
      dedicated:
        description: Dedicated hardware that one takes for each RRH that it serves, in the units of O(nodes[].dedicated).
        type: float
        default: 0
      cpu:
        description: Cores that the type takes on a node without any traffic, once, however many RRHs it serves there.
        type: float
        default: 0
      cpu_per_kbps:
        description: Cores for each kbit/s of traffic.
        type: float
        default: 0
      memory:
        description: MiB that the type takes on a node without any user, once, however many RRHs it serves there.
        type: float
        default: 0
      memory_per_user:
        description: MiB for each user of its RRHs.
        type: float
        default: 0
      per_node:
        description:
          - Nodes where it takes other amounts, each with any of C(cpu), C(cpu_per_kbps), C(memory) and C(memory_per_user).
          - What is not named there is as everywhere.
        type: dict
        default: {}
      max_delay:
        description: ms that the way from the RRH to it may take, at the most. Without it any way will do.
        type: float
      cost:
        description: What one costs for each RRH that it serves.
        type: float
        default: 0
      blocks:
        description:
          - The blocks of a C-RAN that it has, such as V(PHY Cell), V(PHY User) or V(PDCP).
          - It then stands only on nodes of a O(nodes[].role) where each of them may stand.
        type: list
        elements: str
        default: []
  mec:
    description: The types of mobile edge functions.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the type.
        type: str
        required: true
      count:
        description: RRHs that can have one, at the most. Without it all can.
        type: float
      dedicated:
        description: Dedicated hardware that one takes for each RRH that it serves, in the units of O(nodes[].dedicated).
        type: float
        default: 0
      cpu:
        description: Cores that the type takes on a node without any traffic, once, however many RRHs it serves there.
        type: float
        default: 0
      cpu_per_kbps:
        description: Cores for each kbit/s of traffic.
        type: float
        default: 0
      memory:
        description: MiB that the type takes on a node without any user, once, however many RRHs it serves there.
        type: float
        default: 0
      memory_per_user:
        description: MiB for each user of its RRHs.
        type: float
        default: 0
      per_node:
        description:
          - Nodes where it takes other amounts, each with any of C(cpu), C(cpu_per_kbps), C(memory) and C(memory_per_user).
          - What is not named there is as everywhere.
        type: dict
        default: {}
      max_delay:
        description: ms that the way from the RRH to it may take, at the most. Without it any way will do.
        type: float
      cost:
        description: What one costs for each RRH that it serves.
        type: float
        default: 0
      blocks:
        description:
          - The blocks of a C-RAN that it has, such as V(PHY Cell), V(PHY User) or V(PDCP).
          - It then stands only on nodes of a O(nodes[].role) where each of them may stand.
        type: list
        elements: str
        default: []
      max_user_rate:
        description: kbit/s that it lets through for each user. Without it as much as there is.
        type: float
  links:
    description:
      - Which hosts the RRH of a node reaches. A node always reaches itself. Without this option each reaches all, at once.
    type: list
    elements: dict
    suboptions:
      rrh:
        description: The node of the RRH.
        type: str
        required: true
      host:
        description: The node of its BBU or MEC.
        type: str
        required: true
      carries:
        description: Which of them the link is good for.
        type: list
        elements: str
        choices: [bbu, mec]
        default: [bbu, mec]
      delay:
        description: One-way delay in ms.
        type: float
        default: 0
  objective:
    description:
      - V(throughput) carries the most traffic. Among equals, few nodes are on.
      - V(nodes) has the fewest nodes on, V(energy) draws the least power, and V(installation_cost) costs the least to build.
        Among equals, they carry the most traffic; users have O(users[].min_rate) in any case, and may have no more.
    type: str
    choices: [throughput, nodes, energy, installation_cost]
    default: throughput
  max_nodes:
    description: Nodes that may be on, at the most.
    type: int
  hardware:
    description: Hardware that is bought by the unit for each node, for what it costs to build.
    type: dict
    suboptions:
      dedicated:
        description: Dedicated hardware of one unit.
        type: float
      dedicated_cost:
        description: What a unit of dedicated hardware costs.
        type: float
        default: 0
      cpu:
        description: Cores of one commodity server.
        type: float
      memory:
        description: MiB of one commodity server.
        type: float
      commodity_cost:
        description: What a commodity server costs.
        type: float
        default: 0
  economics:
    description: Prices, for the yearly cost and the fee at which the deployment pays.
    type: dict
    suboptions:
      years:
        description: Years over which the investment is paid back.
        type: float
        default: 10
      interest:
        description: Interest a year, V(0.05) for 5 %. V(0) is straight-line depreciation.
        type: float
        default: 0
      energy_price:
        description: Price of a kWh.
        type: float
        default: 0
      site_rent:
        description: Rent of each active node a year.
        type: float
        default: 0
      maintenance:
        description: Maintenance a year, as a share of the investment.
        type: float
        default: 0
      other:
        description: All other costs of a year.
        type: float
        default: 0
      subscribers:
        description: Who pays the fee. Without it these are the users.
        type: float
      fee:
        description: A monthly fee, to learn what it brings.
        type: float
  uncovered:
    description:
      - What becomes of users whom no RRH whatever can serve. V(infeasible) says that there is no placement, V(unserved) leaves
        them out and tells of each in RV(unserved).
    type: str
    choices: [infeasible, unserved]
    default: infeasible
  phy_at_edge:
    description:
      - Whether blocks of the physical layer may leave the front end where their row of the table of blocks lets them, which is
        so for V(PHY User).
    type: bool
    default: false
  method:
    description:
      - V(exact) proves its answer by integer programming. V(heuristic) is a swarm of particles, which needs no library and
        proves nothing by itself.
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
  - module: superfluidity.nfv.energy_placement
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Serve four users with as few nodes as possible
  superfluidity.nfv.rfb_placement:
    nodes:
      - {name: mast, dedicated: 10, cpu: 4, memory: 4096, site_cost: 50000, power: {idle: 300, max: 600}, role: cran}
      - {name: lamp, dedicated: 4, cpu: 2, memory: 2048, site_cost: 9000, power: {idle: 60, max: 120}, role: cran}
      - {name: office, dedicated: 10, cpu: 8, memory: 8192, site_cost: 20000, power: {idle: 150, max: 400}, role: edge}
    users:
      - {name: ann, rates: {mast: {macro: 9000}}}
      - {name: bob, rates: {mast: {macro: 4000}, lamp: {small: 20000}}}
      - {name: cid, rates: {mast: {macro: 2500}, lamp: {small: 30000}}}
      - {name: dee, rates: {mast: {macro: 6000}}, min_rate: 2000}
    rrh:
      - {name: macro, max_users: 100, max_rate: 60000, dedicated: 4}
      - {name: small, max_users: 30, max_rate: 50000, dedicated: 1, bbu: [light]}
    bbu:
      - {name: full, dedicated: 4, cpu: 1, cpu_per_kbps: 0.00002, memory: 512, memory_per_user: 8, max_delay: 0.25}
      - {name: light, dedicated: 1, cpu: 0.5, cpu_per_kbps: 0.00002, memory: 256, memory_per_user: 8, max_delay: 0.25}
    mec:
      - {name: cache, cpu: 0.5, cpu_per_kbps: 0.00001, memory: 1024, memory_per_user: 16}
    links:
      - {rrh: mast, host: office, delay: 0.2}
      - {rrh: lamp, host: office, delay: 0.4}
    objective: nodes
    economics: {years: 8, interest: 0.05, energy_price: 0.2, site_rent: 1200, maintenance: 0.05, subscribers: 900}
  register: radio

- name: Tell what each subscriber must pay a month
  ansible.builtin.debug:
    msg: "{{ radio.active_nodes | join(', ') }} for {{ radio.economics.break_even_fee | round(2) }} a month"
"""

RETURN = r"""
status:
  description:
    - V(optimal) where RV(objective) is proven within O(gap), V(feasible) where it is not, V(infeasible) where there is no
      placement, V(unknown) where none was found in time.
  returned: always
  type: str
objective:
  description: What was reached, in RV(unit); null without a placement.
  returned: always
  type: float
unit:
  description: V(kbit/s), V(nodes), V(W) or V(money).
  returned: always
  type: str
bound:
  description: What no placement can beat. Null without a placement, and with O(method=heuristic) where SciPy is missing.
  returned: always
  type: float
gap:
  description: The distance of RV(objective) from RV(bound), relative to it where it is more than 1; null without a bound.
  returned: always
  type: float
throughput_proven:
  description: Whether it is proven that no placement with the same objective carries more.
  returned: always
  type: bool
reason:
  description: Why there is no placement, as a sentence that names limits whose change would give one; null where there is one.
  returned: always
  type: str
active_nodes:
  description: The nodes that are on.
  returned: always
  type: list
  elements: str
assignment:
  description:
    - Each C(user), with the C(node) and type of its C(rrh), the types C(bbu) and C(mec) and where they run (C(bbu_node) and
      C(mec_node)), and its C(rate) in kbit/s. Users of an RRH share its traffic evenly, within what each can have.
  returned: always
  type: list
  elements: dict
chains:
  description: Each RRH that is on, in the same way, with the number of its C(users) and its C(traffic) in kbit/s.
  returned: always
  type: list
  elements: dict
nodes:
  description:
    - Each active node's C(name), what is used of its C(dedicated) hardware, C(cpu) and C(memory) (as C(used) and C(of)), its
      C(power) in W, and with O(hardware) the units that it needs.
  returned: always
  type: list
  elements: dict
throughput:
  description: The traffic of all users, in kbit/s.
  returned: always
  type: float
power:
  description: W that all active nodes draw; null where the power of one is unknown.
  returned: always
  type: float
installation_cost:
  description: What the placement costs to build.
  returned: always
  type: float
unserved:
  description: The users who were left out, each as C(user) with the C(reason).
  returned: always
  type: list
  elements: dict
refused_hosts:
  description: A sentence for each type that must not stand on a node, by a rule for C-RAN blocks or by its O(bbu[].max_delay).
  returned: always
  type: list
  elements: str
economics:
  description:
    - The C(investment), the C(yearly) costs in their parts and their sum C(yearly_cost), the C(break_even_fee) of a month for
      each of the C(subscribers), and with a fee C(yearly_income), C(yearly_profit) and C(payback_years).
  returned: where O(economics) is given
  type: dict
seconds:
  description: How long it took.
  returned: always
  type: float
"""

import math
from collections.abc import Mapping
from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement import rfb_reading as tables
from ..module_utils.placement.economics import DEFAULTS
from ..module_utils.placement.rfb import METHODS, UNITS, place

NAME = {"type": "str", "required": True}
KINDS = ["bbu", "mec"]
WORDS = {"type": "list", "elements": "str"}


def _numbers(table: Mapping[str, float | None]) -> dict[str, Any]:
    """The options of a table of numbers; those without a finite default have none here."""
    return {name: {"type": "float"} | ({} if of in {None, math.inf} else {"default": of}) for name, of in table.items()}


def _list(required: bool = True, **options: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "dict", "required": required, "options": options}


def _choice(*words: str) -> dict[str, Any]:
    return {"type": "str", "choices": list(words), "default": words[0]}


MORE = {"per_node": {"type": "dict", "default": {}}, "blocks": {**WORDS, "default": []}}
CARRIES = WORDS | {"choices": KINDS, "default": KINDS}
SPEC = ArgumentSpec(
    {
        "nodes": _list(name=NAME, power={"type": "dict"}, role={"choices": ["cran", "edge", "core"]}, **_numbers(tables.NODE)),
        "users": _list(name=NAME, rates={"type": "dict", "required": True}, **_numbers({"min_rate": 0})),
        "rrh": _list(name=NAME, bbu=WORDS, **_numbers(tables.RADIO)),
        **{kind: _list(name=NAME, **_numbers(tables.FUNCTION_KEYS[kind]), **MORE) for kind in KINDS},
        "links": _list(required=False, rrh=NAME, host=NAME, carries=CARRIES, **_numbers({"delay": 0})),
        "objective": _choice(*UNITS),
        "max_nodes": {"type": "int"},
        "hardware": {"type": "dict", "options": _numbers(tables.HARDWARE)},
        "economics": {"type": "dict", "options": _numbers(DEFAULTS)},
        "uncovered": _choice("infeasible", "unserved"),
        "phy_at_edge": {"type": "bool", "default": False},
        "method": _choice(*METHODS),
        **_numbers({"time_limit": 60, "gap": 0.0001}),
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

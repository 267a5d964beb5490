#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which function of which chain runs on which server, so that virtual switching takes the least cores?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: ocm_placement
short_description: Place service chains so that virtual switching takes the least cores
version_added: "0.1.0"
description:
  - Places chains of network functions on servers. A server spends cores on the functions and on switching packets between
    them, and what switching costs depends on which functions stand side by side. Of all placements of a chain that fit it finds
    the one that adds the least cores of switching.
  - Chains are placed one after the other in their order, and what was placed stays, unless O(batch) is true.
  - The model is Operational Cost Minimization of deliverable D6.1 of the Superfluidity project, section 4.2.3.
  - A chain that does not fit is rejected, with the reason. That is an answer and no failure.
  - Touches nothing, and answers the same for the same input.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
requirements:
  - numpy
options:
  servers:
    description: The servers, with what they carry already.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the server.
        type: str
        required: true
      cpu:
        description: All cores that it has for functions and switching. It has to be given.
        type: float
      guest_cpu:
        description: The cores that functions on it take already. Those of O(servers[].load) are among them.
        type: float
        default: 0
      load:
        description:
          - The sub-chains that are on it already, one entry for each.
          - The cores of their functions are in O(servers[].guest_cpu); what switching them takes comes on top.
        type: list
        elements: dict
        default: []
        suboptions:
          functions:
            description: How many successive functions of a chain it has. It has to be given.
            type: int
          pps:
            description: The packets per second of that chain. It has to be given.
            type: float
      site:
        description: The site where it is, one of O(sites).
        type: str
  chains:
    description: The chains, in the order in which they are placed.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the chain.
        type: str
        required: true
      pps:
        description: The packets per second that pass it. It has to be given.
        type: float
      functions:
        description: Its functions, in the order in which packets pass them, at most 64.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description: The name of the function, once in a chain.
            type: str
            required: true
          cpu:
            description: The cores that it takes. It has to be given.
            type: float
          server:
            description: The server that it must run on.
            type: str
          site:
            description: The site that it must run at.
            type: str
          site_role:
            description: The role of the site that it must run at.
            type: str
            choices: [core, edge, cran]
      latency:
        description:
          - What the delays between the sites of successive functions may add up to, in ms.
          - Servers without a site are at one place, which is joined to no site.
        type: float
      affinity:
        description: Lists of names of functions that must share a server.
        type: list
        elements: list
        default: []
      anti_affinity:
        description: Lists of names of functions no two of which may share a server.
        type: list
        elements: list
        default: []
  switching:
    description:
      - What switching costs - a O(switching.profile), or O(switching.alpha), O(switching.beta) and O(switching.gamma).
      - A sub-chain of n functions alone takes V(e^gamma * n^alpha * (pps / 1000\)^beta / 100) cores.
    type: dict
    required: true
    suboptions:
      profile:
        description: A measured virtual switch and size of packets - Open vSwitch in the kernel or with DPDK, 100 or 1500 bytes.
        type: str
        choices: [kernel-100, kernel-1500, dpdk-100, dpdk-1500]
      alpha:
        description: The power of the number of functions, from 0.05 to 10.
        type: float
      beta:
        description: The power of the packets, in thousands a second; at least 0.
        type: float
      gamma:
        description: The logarithm of the cost of one function at 1,000 packets per second, in per cent of a core.
        type: float
  strategy:
    description:
      - V(ocm) looks at all set partitions of a chain; one that is longer than O(max_exact_length) is placed by V(relaxed).
      - V(relaxed) looks at all placements in which packets go through a server at most once. A chain of more than 14 functions
        is placed by a beam search, which may miss the cheapest.
      - V(gather) puts the whole chain on the fullest server that it fits on, V(distribute) each function on a server of its
        own, the least loaded first. They are what V(ocm) is compared with.
    type: str
    choices: [ocm, relaxed, gather, distribute]
    default: ocm
  normalisation:
    description:
      - What several sub-chains on one server cost together.
      - V(monotone) is exact for identical sub-chains, and never falls when one is added.
      - V(consistent) is the deliverable's formula with the factor that it lacks. It may fall when a small sub-chain is added.
      - V(literal) is the formula as printed, and not less than 0. From three sub-chains on it makes no sense; it is there to
        compare.
    type: str
    choices: [monotone, consistent, literal]
    default: monotone
  max_exact_length:
    description: The functions of a chain up to which V(ocm) is really used, at most 12. One more takes three times as long.
    type: int
    default: 8
  batch:
    description:
      - Whether all chains are looked at together - other orders are tried, and chains are moved and exchanged.
      - Never accepts fewer chains, and with as many never takes more switching. This is beyond the deliverable.
    type: bool
    default: false
  sites:
    description: The sites, in the form of a sites file; a C(role) is enough.
    type: dict
    default: {}
  delays:
    description:
      - Delays between sites in ms, one way and the same in both directions, in the form of a sites file.
      - Between two sites the shortest way counts, also over others.
    type: dict
    default: {}
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Place a chain of three functions on two servers
  superfluidity.nfv.ocm_placement:
    servers:
      - {name: s1, cpu: 16}
      - {name: s2, cpu: 16, guest_cpu: 3.5, load: [{functions: 2, pps: 100000}]}
    chains:
      - name: web
        pps: 500000
        functions: [{name: fw, cpu: 1}, {name: lb, cpu: 1}, {name: cache, cpu: 2}]
    switching: {profile: kernel-1500}

- name: Keep the first function at an edge, two apart, and all within 10 ms
  superfluidity.nfv.ocm_placement:
    sites: {core-1: {role: core}, edge-1: {role: edge}}
    delays: {core-1: {edge-1: 8.0}}
    servers:
      - {name: e1, cpu: 4, site: edge-1}
      - {name: c1, cpu: 16, site: core-1}
      - {name: c2, cpu: 16, site: core-1}
    chains:
      - name: video
        pps: 200000
        latency: 10
        anti_affinity: [[transcoder, cache]]
        functions:
          - {name: fw, cpu: 1, site_role: edge}
          - {name: transcoder, cpu: 4}
          - {name: cache, cpu: 2}
    switching: {alpha: 0.6, beta: 0.9, gamma: -2}
    batch: true
"""

RETURN = r"""
placements:
  description: What was decided of each chain, in their order.
  returned: always
  type: list
  elements: dict
  contains:
    chain:
      description: The name of the chain.
      type: str
    accepted:
      description: Whether it is placed.
      type: bool
    strategy:
      description: The strategy that was really used.
      type: str
    blocks:
      description:
        - For each server that it uses, in the order in which packets reach it, the C(server) and the names of its C(functions).
        - Packets enter a server once for each run of successive functions.
      type: list
      elements: dict
      sample: [{"server": "s2", "functions": ["fw", "lb", "cache"]}]
    switching_cpu:
      description: The cores of switching that it adds, where the chains are put on the servers in their order.
      type: float
    reason:
      description: Why it was rejected; null where it was not.
      type: str
servers:
  description: What each server carries then, in the order of O(servers).
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name of the server.
      type: str
    guest_cpu:
      description: The cores of all functions on it, those of before among them.
      type: float
    switching_cpu:
      description: The cores that switching takes on it.
      type: float
    free_cpu:
      description: What is left.
      type: float
totals:
  description: All of it together.
  returned: always
  type: dict
  contains:
    accepted:
      description: How many chains are placed.
      type: int
    rejected:
      description: How many are not.
      type: int
    functions:
      description: How many functions the placed chains have.
      type: int
    switching_cpu:
      description: The cores that switching takes on all servers, that of O(servers[].load) included.
      type: float
    added_switching_cpu:
      description: The cores that the placed chains add to it.
      type: float
    added_per_function:
      description: The same for each placed function; 0 where there is none.
      type: float
compared:
  description:
    - RV(totals) of the same chains on the same servers under C(gather) and C(distribute), and with O(batch) also C(online),
      one after the other.
  returned: always
  type: dict
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement.ocm_answer import answer

NAME = {"type": "str", "required": True}
LOAD = {"functions": {"type": "int"}, "pps": {"type": "float"}}
SERVER = {
    "name": NAME,
    "cpu": {"type": "float"},
    "guest_cpu": {"type": "float", "default": 0},
    "load": {"type": "list", "elements": "dict", "default": [], "options": LOAD},
    "site": {"type": "str"},
}
FUNCTION = {
    "name": NAME,
    "cpu": {"type": "float"},
    "server": {"type": "str"},
    "site": {"type": "str"},
    "site_role": {"type": "str", "choices": ["core", "edge", "cran"]},
}
CHAIN = {
    "name": NAME,
    "pps": {"type": "float"},
    "functions": {"type": "list", "elements": "dict", "required": True, "options": FUNCTION},
    "latency": {"type": "float"},
    "affinity": {"type": "list", "elements": "list", "default": []},
    "anti_affinity": {"type": "list", "elements": "list", "default": []},
}
SWITCHING = {
    "profile": {"type": "str", "choices": ["kernel-100", "kernel-1500", "dpdk-100", "dpdk-1500"]},
    "alpha": {"type": "float"},
    "beta": {"type": "float"},
    "gamma": {"type": "float"},
}
SPEC = ArgumentSpec(
    {
        "servers": {"type": "list", "elements": "dict", "required": True, "options": SERVER},
        "chains": {"type": "list", "elements": "dict", "required": True, "options": CHAIN},
        "switching": {"type": "dict", "required": True, "options": SWITCHING},
        "strategy": {"type": "str", "choices": ["ocm", "relaxed", "gather", "distribute"], "default": "ocm"},
        "normalisation": {"type": "str", "choices": ["monotone", "consistent", "literal"], "default": "monotone"},
        "max_exact_length": {"type": "int", "default": 8},
        "batch": {"type": "bool", "default": False},
        "sites": {"type": "dict", "default": {}},
        "delays": {"type": "dict", "default": {}},
    }
)


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    return answer(options)


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()

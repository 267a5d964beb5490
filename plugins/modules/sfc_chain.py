#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service chains of Neutron ports."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sfc_chain
short_description: Keep a chain of service functions on Neutron ports in one state
version_added: "0.1.0"
description:
  - Makes what networking-sfc needs for one chain - port pairs, groups of them, flow classifiers, the port chain and a service
    graph - in the order in which Neutron takes it, and removes it in reverse.
  - What Neutron lets one change is changed in place - the pairs of a function, the classifiers, functions that go. What it does
    not is made anew with the fewest calls in between, and never by leading packets past a function.
  - Neutron (networking-sfc 23) accepts another order of the functions and keeps the old one. So a chain whose order changes, or
    that gets a function more, is deleted and made with two calls, one right after the other.
  - What would be refused is told before any call that changes something, with the names of both sides.
  - All that is made bears the chain's mark in its description. Nothing else is touched.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  name:
    description: The name of the chain, by which it is known in the project.
    type: str
    required: true
  state:
    description: Whether the chain is to be there, with all that is made for it.
    type: str
    choices: [present, absent]
    default: present
  functions:
    description: The service functions in the order in which they are passed; required for O(state=present).
    type: list
    elements: dict
    suboptions:
      name:
        description: Its name within the chain. Its port pair group is called CHAIN/NAME.
        type: str
        required: true
      pairs:
        description: The instances of the function, over which flows are spread.
        type: list
        elements: dict
        suboptions:
          ingress:
            description: The port by which packets come in, by name or id. It must belong to a server.
            type: str
            required: true
          egress:
            description: The port by which they leave, of the same server; it may be the same port.
            type: str
            required: true
          weight:
            description: Its share of the flows, relative to the others.
            type: int
            default: 1
      correlation:
        description: The header that the function itself understands; without it the network takes the header off for it.
        type: str
        choices: [mpls, nsh]
      lb_fields:
        description: What a flow is told by, so that it stays with one instance; without it Neutron's default.
        type: list
        elements: str
        choices: [eth_src, eth_dst, ip_src, ip_dst, tcp_src, tcp_dst, udp_src, udp_dst]
      tap:
        description: Whether the function gets copies, while the packets themselves go on; with one pair.
        type: bool
        default: false
      group:
        description:
          - A port pair group that exists, by name or id, such as V(web/fw) of the chain C(web); it is passed and never changed.
          - Neutron has a pair of ports in one group only, so this is how two chains pass one function.
        type: str
  classifiers:
    description:
      - The packets that the chain is for; without any the chain gets none.
      - Between chains Neutron tells classifiers apart by ethertype, protocol, ports and prefixes, but not by logical ports.
    type: list
    elements: dict
    suboptions:
      ethertype:
        description: The version of IP.
        type: str
        choices: [IPv4, IPv6]
        default: IPv4
      protocol:
        description: The protocol.
        type: str
        choices: [tcp, udp, icmp]
      source_port:
        description: A port or a range, such as V(1024-65535).
        type: str
      destination_port:
        description: A port or a range.
        type: str
      source_ip_prefix:
        description: A prefix.
        type: str
      destination_ip_prefix:
        description: A prefix.
        type: str
      logical_source_port:
        description: The Neutron port that the packets come from, by name or id.
        type: str
      logical_destination_port:
        description: The Neutron port that they go to, by name or id.
        type: str
  correlation:
    description: The header by which the network knows how far a packet has come; changing it makes the chain anew.
    type: str
    choices: [mpls, nsh]
    default: mpls
  symmetric:
    description: Whether answers pass the functions in reverse; changing it makes the chain anew.
    type: bool
    default: false
  graph:
    description:
      - Into which chains this one branches after its last function, and those further on - a list of names by the name of the
        chain that branches. It makes a service graph, which a chain can be in only one of.
      - The other chains exist already. The functions on both sides of a branch understand the correlation.
    type: dict
  driver:
    description:
      - What the cloud does its chains with. V(ovs) needs a logical source port in each classifier, and in a symmetric chain a
        logical destination port, and is refused without.
      - V(other) leaves these checks out.
    type: str
    choices: [ovs, other]
    default: ovs
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Lead web traffic of a client through a firewall and two caches
  superfluidity.nfv.sfc_chain:
    cloud: edge-1
    name: web
    classifiers:
      - {protocol: tcp, destination_port: 80, logical_source_port: client}
    functions:
      - name: fw
        pairs: [{ingress: fw-in, egress: fw-out}]
      - name: cache
        pairs: [{ingress: cache-1, egress: cache-1}, {ingress: cache-2, egress: cache-2, weight: 2}]
        lb_fields: [ip_src, ip_dst]

- name: Lead other traffic through the same firewall
  superfluidity.nfv.sfc_chain:
    cloud: edge-1
    name: mail
    classifiers:
      - {protocol: tcp, destination_port: 25, logical_source_port: client}
    functions:
      - {name: fw, group: web/fw}

- name: Remove a chain
  superfluidity.nfv.sfc_chain:
    cloud: edge-1
    name: mail
    state: absent
"""

RETURN = r"""
chain:
  description: The chain as it is after the run, in check mode as it was before it; null where there is none.
  returned: success
  type: dict
  sample:
    id: 5f0e
    name: web
    chain_id: 1
    correlation: mpls
    symmetric: false
    functions:
      - {id: 77a1, name: web/fw, pairs: [{id: 90cc, ingress: 1b2c, egress: 0d1e, correlation: null, weight: 1}]}
    classifiers:
      - {id: 3c4d, ethertype: IPv4, protocol: tcp, destination_port_range_min: 80, destination_port_range_max: 80}
    graph: null
plan:
  description: The changes that were made, or, in check mode, that would be, in their order.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: update, kind: chain, name: web}
api_calls:
  description: The calls of the run, the log-in among them.
  returned: success
  type: int
"""

from ..module_utils.chaining import port_chain_conflicts, port_chain_plan, port_chain_state, port_chains
from ..module_utils.clients.openstack.port_chains import PortChain
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import Options, run_acting
from ..module_utils.glue.options import OPENSTACK

PAIR = {
    "ingress": {"type": "str", "required": True},
    "egress": {"type": "str", "required": True},
    "weight": {"type": "int", "default": 1},
}
CORRELATION = {"type": "str", "choices": list(port_chains.CORRELATIONS)}
FUNCTION = {
    "name": {"type": "str", "required": True},
    "pairs": {"type": "list", "elements": "dict", "options": PAIR},
    "correlation": CORRELATION,
    "lb_fields": {"type": "list", "elements": "str", "choices": list(port_chains.LB_FIELDS)},
    "tap": {"type": "bool", "default": False},
    "group": {"type": "str"},
}
TEXTS = ("source_port", "destination_port", "source_ip_prefix", "destination_ip_prefix")
CLASSIFIER = {
    "ethertype": {"type": "str", "choices": ["IPv4", "IPv6"], "default": "IPv4"},
    "protocol": {"type": "str", "choices": ["tcp", "udp", "icmp"]},
    **{name: {"type": "str"} for name in (*TEXTS, "logical_source_port", "logical_destination_port")},
}
SPEC = OPENSTACK.merge(
    ArgumentSpec(
        {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "functions": {"type": "list", "elements": "dict", "options": FUNCTION},
            "classifiers": {"type": "list", "elements": "dict", "options": CLASSIFIER},
            "correlation": {**CORRELATION, "default": "mpls"},
            "symmetric": {"type": "bool", "default": False},
            "graph": {"type": "dict"},
            "driver": {"type": "str", "choices": ["ovs", "other"], "default": "ovs"},
        },
        required_if=(("state", "present", ("functions",)),),
    )
)


def verb(options: Options) -> PortChain:
    return PortChain(options, port_chains, port_chain_state, port_chain_plan, port_chain_conflicts)


def main() -> None:
    run_acting(SPEC, verb)


if __name__ == "__main__":
    main()

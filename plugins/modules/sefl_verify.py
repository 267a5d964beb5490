#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do packets go where the policies say?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: sefl_verify
short_description: Prove by symbolic execution that packets go where policies say
version_added: "0.1.0"
description:
  - Drives whole sets of packets through models of the network's elements and decides for each policy whether it holds of
    all of them - with proof, or with the exact set of packets against it, one packet, and its way port by port.
  - Policies are written in NetCTL. C(A…) speaks of all continuations of a packet's way and C(E…) of some, C(G) of all of
    it, C(F) of some point, C(X) of the next port; see the examples.
  - Touches nothing, and answers the same for the same input.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
requirements:
  - oxidd
  - lark
  - z3-solver (where fields are compared with one another or added up)
options:
  network:
    description: The network, as C(elements) by name and C(links) between their ports.
    type: dict
    required: true
    suboptions:
      elements:
        description:
          - The elements by name. Each has C(type), and C(path) or C(content). The path is that of a file on the controller,
            which may be packed by gzip.
          - The type V(click) is a Click configuration; its ports are named after the devices of C(FromDevice) and C(ToDevice).
          - The type V(fib) is a router's forwarding table, as C(ip route) prints it in text or JSON, Cisco's C(show ip cef),
            Juniper's C(show route forwarding-table), or CSV with C(prefix,port,gateway). Packets enter at C(in) or at any port
            of the table, and leave by the port of the longest prefix, or by C(local). C(format) may name the format.
          - The type V(mac) is a switch's MAC table, as C(bridge fdb) or Cisco's C(show mac address-table) print it, or CSV with
            C(vlan,mac,port). C(vlans) has the list of ports of each VLAN, and C(untagged) the VLAN of untagged frames for
            each port.
          - The type V(nsh) is a classifier, forwarder or function of a chain with network service headers, by rules of a form
            of its own; see the documentation on verification.
          - The type V(srv6) is a node of segment routing over IPv6, by what C(ip -6 route show table all) and
            C(ip -4 route show table all) print in text or JSON. C(source) is the source address of its tunnels, and C(vrf) has
            the table for each port that is not of the table main.
          - The type V(hsa) is a transfer function of Header Space Analysis; its packets have the template V(hsa).
          - The type V(sefl) is SEFL itself.
        type: dict
        required: true
      links:
        description:
          - Pairs of ports that are connected, in both directions. A port is C(element.port); a port that is not linked
            leads out of the network.
          - An entry may also have a C(type), and C(path) or C(content), of a file that tells links. V(juniper) is
            C(show interfaces | display xml), where interfaces that share a subnet of two addresses are linked; the elements
            have the routers' names. V(hsa) is the topology of Header Space Analysis; it becomes an element C(topology).
        type: list
        elements: raw
        default: []
  packets:
    description: The packets that are put into the network.
    type: list
    elements: dict
    required: true
    suboptions:
      at:
        description: The port where they enter.
        type: str
        required: true
      template:
        description: The headers that they have. A template stands for several layouts where its headers leave that open.
        type: str
        choices: [ethernet, vlan, arp, ipv4, tcp, udp, icmp, ipv6, tcp6, udp6, icmpv6, nsh, srv6, hsa]
        default: ipv4
      fields:
        description:
          - Header fields by Wireshark's names, with a number, an address, a prefix, a range C(first-last), or a list of
            these. A field that is not named may have any value.
        type: dict
        default: {}
      reply:
        description:
          - Whether each of them is answered where it is delivered. The answer is the packet that was delivered with its
            addresses, ports and sequence numbers swapped and C(tcp.flags.ack) set; it enters at the port where the packet
            left, with all that elements keep of the packet, and C(initial(field)) is still that of the packet.
          - Nobody answers ARP, a TCP reset, and ICMP other than an echo request.
        type: bool
        default: false
  reply_at:
    description:
      - Ports where packets leave the network, each with the port where their answers enter, where that has another name.
    type: dict
    default: {}
  answered_elsewhere:
    description:
      - Whether O(packets) are a share of more packets, some of which are answered. Policies and O(reply_at) may then speak of
        answers even where none of this share is answered. The atom C(reply) is false of such packets, as it is where all are
        verified at once.
      - Otherwise a policy that speaks of answers which nobody gives is refused as a mistake.
    type: bool
    default: false
  policies:
    description: What must hold.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the policy.
        type: str
        required: true
      formula:
        description: The policy in NetCTL.
        type: str
        required: true
  merge:
    description: Whether packets that meet at a port in the same state go on together. The verdicts are the same without.
    type: bool
    default: true
  depth_first:
    description:
      - Whether what was found last is followed first, instead of all packets hop by hop.
      - It matters only where an analysis ends early, at a limit or with O(stop_when_decided) - one looks far, the other wide.
    type: bool
    default: false
  stop_when_decided:
    description:
      - Whether policies are checked while packets are driven on, which ends when every verdict is known. The verdicts are
        the same as without.
      - Where that is early, all else tells of the ways that were followed - RV(policies[].packets) are some of the packets that
        decide a policy and no others, RV(paths) and RV(findings) may lack some, loops are not looked for, and RV(complete) is
        false.
      - Without policies it changes nothing.
    type: bool
    default: false
  ignore_ttl:
    description:
      - Whether times to live are taken to last for ever - no element lowers them.
      - A packet that goes around is otherwise followed until its time is over, some hundred times, and then dropped. With this
        it is found to go around for ever, at once.
    type: bool
    default: false
  max_states:
    description: States that may be found, at the most. Where that is reached the answer is partial and says so.
    type: int
    default: 1000000
  max_hops:
    description: Ports that a packet passes, at the most. Where that is reached the answer is partial and says so.
    type: int
    default: 10000
  time_limit:
    description: Seconds after which the answer is partial and says so.
    type: float
    default: 3600
  memory_limit:
    description:
      - MiB that the process may have; more ends the analysis, and the answer is partial and says so.
      - It is looked at now and then, and what Ansible itself has counts too.
    type: int
  fail_on_violation:
    description: Whether the task fails when a policy does not hold, or cannot be decided within the limits.
    type: bool
    default: true
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: See that nobody reaches SSH, and that all web traffic arrives as it was sent
  superfluidity.nfv.sefl_verify:
    network:
      elements:
        fw:
          type: sefl
          content: |
            port outside {
              If (tcp.dstport in {80, 443}) { Forward(inside) }
              Else { Drop }
            }
        lb:
          type: sefl
          content: |
            port in { Assign(ip.ttl, ip.ttl - 1) Forward(out) }
      links:
        - [fw.inside, lb.in]
    packets:
      - {at: fw.outside, template: tcp, fields: {ip.src: 0.0.0.0/0, tcp.dstport: 1-1023}}
    policies:
      - {name: no-ssh, formula: "AG (tcp.dstport == 22 -> !(port == lb.out))"}
      - {name: web-arrives, formula: "tcp.dstport == 80 -> AF (port == lb.out)"}
      - {name: untouched, formula: "AG (ip.src == initial(ip.src) && tcp.dstport == initial(tcp.dstport))"}
"""

RETURN = r"""
holds:
  description: Whether every policy is proven to hold.
  returned: always
  type: bool
complete:
  description: Whether all ways of all packets were followed to their ends.
  returned: always
  type: bool
incomplete:
  description: Which limit was reached, or that every policy was decided before the end; null where neither was.
  returned: always
  type: str
policies:
  description: Each policy's verdict and its reason.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name of the policy.
      type: str
    holds:
      description: Whether it is proven to hold.
      type: bool
    verdict:
      description: V(holds), V(violated), or V(unknown) where a limit was reached.
      type: str
    reason:
      description: Why the verdict is V(unknown); null where it is not.
      type: str
    quantifier:
      description:
        - Whether the policy speaks of V(every) packet that is put in, of V(some), or of both in a V(mixed) way.
        - What several tasks say of parts of the packets can be merged unless it is mixed.
      type: str
    packets:
      description:
        - The packets that decided it, exactly, as constraints that do not overlap; C(…) where there are more.
        - With O(stop_when_decided) those that were found until then.
      type: list
      elements: str
      sample: ["at fw.outside eth/ip/tcp: ip.src in {10.0.0.0/8} and tcp.dstport == 22"]
    exact:
      description:
        - Whether RV(policies[].packets) says in which ranges each field lies. V(false) where a relation or a sum of several
          fields is too large for that, such as C(ip.src + ip.dst == 7); then it is given as a formula, and a packet that
          meets it was found by z3.
      type: bool
    packet:
      description: One of them, with its C(fields) and its headers as C(hex).
      type: dict
    trace:
      description: Its way, with the rule that decided at each C(port); C(reply) says whether it is the answer there.
      type: list
      elements: dict
paths:
  description: How many classes of packets were C(delivered), C(dropped) and C(failed), and the C(total).
  returned: always
  type: dict
findings:
  description:
    - What is wrong with the network itself - reads of what a packet has not, and loops - with a packet for each, and routes of
      the same prefix and metric with both lines.
    - Ansible shows them as warnings, also where every policy holds.
  returned: always
  type: list
  elements: dict
seconds:
  description: How long it took.
  returned: always
  type: float
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.clients.host.memory import in_use
from ..module_utils.dataplane.elements import programs
from ..module_utils.dataplane.topology import joined
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.symbolic.exploration import Limits
from ..module_utils.symbolic.layouts import TEMPLATES
from ..module_utils.symbolic.report import sentence
from ..module_utils.symbolic.verification import Policy, Verification, packets_of

NETWORK = {
    "elements": {"type": "dict", "required": True},
    "links": {"type": "list", "elements": "raw", "default": []},
}
PACKETS = {
    "at": {"type": "str", "required": True},
    "template": {"type": "str", "choices": list(TEMPLATES), "default": "ipv4"},
    "fields": {"type": "dict", "default": {}},
    "reply": {"type": "bool", "default": False},
}
POLICY = {"name": {"type": "str", "required": True}, "formula": {"type": "str", "required": True}}
SPEC = ArgumentSpec(
    {
        "network": {"type": "dict", "required": True, "options": NETWORK},
        "packets": {"type": "list", "elements": "dict", "required": True, "options": PACKETS},
        "reply_at": {"type": "dict", "default": {}},
        "answered_elsewhere": {"type": "bool", "default": False},
        "policies": {"type": "list", "elements": "dict", "default": [], "options": POLICY},
        "merge": {"type": "bool", "default": True},
        "depth_first": {"type": "bool", "default": False},
        "stop_when_decided": {"type": "bool", "default": False},
        "ignore_ttl": {"type": "bool", "default": False},
        "max_states": {"type": "int", "default": 1_000_000},
        "max_hops": {"type": "int", "default": 10_000},
        "time_limit": {"type": "float", "default": 3600},
        "memory_limit": {"type": "int"},
        "fail_on_violation": {"type": "bool", "default": True},
    }
)


def decide(options: dict[str, Any], files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    own = programs(options["network"]["elements"], files.given)
    network = joined(options["network"]["links"], own, files.given)
    injected = [packets_of(entry, f"packets[{number}]") for number, entry in enumerate(options["packets"])]
    policies = [Policy(entry["name"], entry["formula"]) for entry in options["policies"]]
    limits = Limits(options["max_states"], options["max_hops"], options["time_limit"], options["memory_limit"], in_use)
    how = {name: options[name] for name in ("merge", "depth_first", "stop_when_decided", "ignore_ttl")}
    answer = Verification(*network, injected, policies, options["reply_at"], options["answered_elsewhere"]).run(limits, **how)
    warnings = [f"{one['at']}: {one['message']}" for one in answer["findings"] if one["at"]]
    refused = options["fail_on_violation"] and not answer["holds"]
    return {**answer, "warnings": warnings, **({"failed": True, "msg": sentence(answer)} if refused else {})}


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()

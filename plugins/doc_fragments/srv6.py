# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all routes of segment routing share; the spec of the same name is ``glue.options.SRV6``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  device:
    description:
      - The device that the route names, which must exist. The route goes when the device goes.
      - Where packets really leave is looked up by their new destination.
    type: str
  metric:
    description:
      - The rank of the route among those to the same prefix; the smallest decides.
      - The default goes before routes that Linux makes for connected IPv6 networks. V(0) is possible for IPv4 alone.
    type: int
    default: 100
  route_table:
    description: The number of the routing table that the route stands in; V(254) is the table C(main).
    type: int
    default: 254
  state:
    description:
      - Whether it is to be there.
      - V(absent) removes routes with our protocol number, of this kind, to this prefix, whatever their metric.
    type: str
    choices: [present, absent]
    default: present
  purge:
    description: Whether all others of this kind with our protocol number are removed, in every table.
    type: bool
    default: false
  protocol:
    description:
      - The number that marks routes as ours; choose another where something else on the host uses this one.
      - Changing it makes the module forget what it made under the old one.
    type: int
    default: 118
  settings:
    description:
      - Whether the settings of the kernel are made that the routes need - forwarding of IPv6 and IPv4, C(seg6_enabled) on the
        device of a segment, C(net.vrf.strict_mode) for a VRF. They are never taken back.
      - A host that forwards IPv6 no longer takes its default route from router advertisements, unless C(accept_ra) is V(2).
    type: bool
    default: true
  service:
    description:
      - The service that they belong to. It has a record of them on the host, by which M(superfluidity.nfv.service_info) tells
        them and the playbook C(terminate) removes them.
      - O(purge) and O(state=absent) remove then what this record names, and nothing else; what the record of another service
        names, too, stays.
      - Where another service has asked for something else at the same prefix, nothing is changed.
    type: str
  root:
    description: The folder under which all services keep their records and processes.
    type: path
    default: /var/lib/superfluidity/services
"""

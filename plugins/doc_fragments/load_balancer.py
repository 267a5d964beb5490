# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of a load balancer, the same for every back end; twin of ``loadbalancer.load_balancer_options``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  state:
    description:
      - Whether the load balancer is to be there.
      - V(absent) needs its name only.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The name of the load balancer - letters, digits, dots, dashes and underscores.
    type: str
    required: true
  virtual_ip:
    description:
      - The address at which clients reach it.
      - Required for O(state=present).
    type: str
  port:
    description:
      - The port at which clients reach it; V(0) with O(protocol=any), which has none.
      - Required for O(state=present).
    type: int
  protocol:
    description:
      - What is balanced. V(https) is passed on to the members as it comes, without a look inside.
      - V(any) is every packet, passed on with the addresses that it has, as firewalls need it.
    type: str
    choices: [tcp, http, https, udp, sctp, any]
    default: tcp
  algorithm:
    description:
      - How a member is chosen. What each back end has of this is in a table of the collection's documentation.
      - V(host) is by the name of the host in the request, V(first) fills one member after the other.
      - V(least_probe_time) is by the time that members take to answer probes.
    type: str
    choices:
      - round_robin
      - least_connections
      - source_ip
      - source_ip_port
      - destination_ip
      - source_destination_ip
      - uri
      - host
      - random
      - first
      - least_response_time
      - least_probe_time
      - least_bandwidth
      - least_packets
      - least_requests
    default: round_robin
  persistence:
    description: By what a client stays with the member that it had; without it nothing of that kind.
    type: dict
    suboptions:
      type:
        description:
          - V(cookie) is one that the load balancer sets, V(application_cookie) one that the members set.
          - V(tls_session) is by the session of TLS.
        type: str
        choices: [source_ip, destination_ip, source_destination_ip, cookie, application_cookie, tls_session]
        required: true
      timeout:
        description: After how many seconds of silence a client is forgotten; the default of the product if not given.
        type: int
      cookie:
        description: The name of the cookie; required for O(persistence.type=application_cookie).
        type: str
  members:
    description: The servers behind it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the member; its address and port, C(192.0.2.7:80), if not given.
        type: str
      address:
        description: The address of the member.
        type: str
        required: true
      port:
        description: The port of the member.
        type: int
        required: true
      weight:
        description:
          - Its share, compared with the others', from V(0), for no new clients, to V(256).
          - NetScaler takes V(1) to V(100).
        type: int
        default: 1
      backup:
        description: Whether it gets clients only when no other member can.
        type: bool
        default: false
      enabled:
        description: Whether it gets clients at all.
        type: bool
        default: true
  health_check:
    description: How members are probed; without it they count as well.
    type: dict
    suboptions:
      type:
        description: V(tls_hello) is the begin of a TLS session and no more.
        type: str
        choices: [tcp, http, https, tls_hello, ping, udp, sctp]
        default: tcp
      interval:
        description: Seconds from one probe to the next.
        type: int
        default: 5
      timeout:
        description: Seconds after which a probe has failed; less than O(health_check.interval).
        type: int
        default: 3
      rise:
        description: How many probes in a row must succeed for a member to be taken back.
        type: int
        default: 3
      fall:
        description: How many probes in a row must fail for a member to be left out.
        type: int
        default: 3
      method:
        description: The method of a probe by HTTP; V(GET) if not given.
        type: str
        choices: [GET, HEAD, OPTIONS]
      path:
        description: The path of a probe by HTTP; V(/) if not given.
        type: str
      expected_codes:
        description: The status codes of a good answer, such as V(200-204,301); V(200) if not given.
        type: str
  timeouts:
    description: After how many seconds of silence a connection is cut.
    type: dict
    suboptions:
      client:
        description: Silence of the client; V(50) if not given.
        type: float
      server:
        description: Silence of the member; V(50) if not given.
        type: float
      connect:
        description: How long a member may take to accept a connection; V(5) if not given.
        type: float
  limits:
    description: How many connections may be open at once; without it as many as the product can hold.
    type: dict
    suboptions:
      connections:
        description: With clients, in all.
        type: int
      member_connections:
        description: With each of the members.
        type: int
  allowed_sources:
    description: The ranges of addresses, such as V(192.0.2.0/24), whose clients may come in; all if empty.
    type: list
    elements: str
    default: []
"""

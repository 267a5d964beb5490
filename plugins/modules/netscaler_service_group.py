#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of services of a NetScaler in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_service_group
short_description: Keep groups of services of a NetScaler, with members and monitors
version_added: "0.1.0"
description:
  - Makes, changes, disables and removes groups of services, and binds members and monitors to them.
  - Members and monitors are changed in place. Nothing that serves clients is unbound to change its weight, and new members are
    bound before old ones go.
  - The options are those of the classic module C(netscaler_servicegroup).
extends_documentation_fragment:
  - superfluidity.nfv.netscaler
  - superfluidity.nfv.netscaler.kept
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  bulk:
    description:
      - Several of them, each with the options of one; what one leaves out is taken from the task.
      - What is to be made is sent in few calls. Where one of these is refused, what the run has made is taken back.
    type: list
    elements: dict
    suboptions:
      state:
        description: Whether the group is to be there.
        type: str
        choices: [present, absent]
      disabled:
        description: Whether the group is out of service.
        type: bool
      <<: &group
        servicegroupname:
          description: The name of the group.
          type: str
          aliases: [name]
        servicetype:
          description: Its protocol. Fixed once the group is made, and needed to make it.
          type: str
          choices: [
            HTTP, FTP, TCP, UDP, SSL, SSL_BRIDGE, SSL_TCP, DTLS, NNTP, RPCSVR, DNS, ADNS, SNMP, RTSP, DHCPRA, ANY, SIP_UDP,
            SIP_TCP, SIP_SSL, DNS_TCP, ADNS_TCP, MYSQL, MSSQL, ORACLE, RADIUS, RADIUSListener, RDP, DIAMETER, SSL_DIAMETER,
            TFTP, SMPP, PPTP, GRE, SYSLOGTCP, SYSLOGUDP, FIX, SSL_FIX, USER_TCP, USER_SSL_TCP, QUIC, QUIC_BRIDGE, HTTP_QUIC,
            IPFIX, LOGSTREAM, LOGSTREAM_SSL, MONGO, MONGO_TLS, MQTT, MQTT_TLS, DOT, ADNS_DOT, ADNS_DOH, KAFKA_BROKER
          ]
        healthmonitor:
          description: Whether it is probed. Without probes it counts as up.
          type: bool
        cacheable:
          description: Whether a cache redirection server of the appliance is asked first.
          type: bool
        rtspsessionidremap:
          description: Whether session ids of RTSP are mapped.
          type: bool
        autoscale:
          description: Whether members come and go by themselves, and by what.
          type: str
          choices: [DISABLED, DNS, POLICY, CLOUD, API]
        memberport:
          description: The port of members that come by themselves. Fixed once the group is made.
          type: int
        cachetype:
          description: What kind of cache the servers are, where they are caches. Fixed once it is made.
          type: str
          choices: [TRANSPARENT, REVERSE, FORWARD]
        maxclient:
          description: Connections that may be open to it at a time; V(0) for any number.
          type: int
        maxreq:
          description: Requests that may be sent over one connection; V(0) for any number.
          type: int
        cip:
          description: Whether requests get a header with the address of the client.
          type: str
          choices: [enabled, disabled]
        cipheader:
          description: The name of that header.
          type: str
        usip:
          description: Whether the address of the client is the source address towards the server.
          type: bool
        pathmonitor:
          description: Whether the nodes of a cluster probe paths.
          type: bool
        pathmonitorindv:
          description: Whether each node of a cluster decides by itself.
          type: bool
        useproxyport:
          description: With O(usip), whether the source port is one of the appliance.
          type: bool
        sp:
          description: Whether requests queue up before the server is overrun (surge protection).
          type: bool
        clttimeout:
          description: Seconds after which an idle connection of a client is closed.
          type: int
        svrtimeout:
          description: Seconds after which an idle connection to a server is closed.
          type: int
        cka:
          description: Whether connections of clients are kept open (client keep-alive).
          type: bool
        tcpb:
          description: Whether answers are buffered (TCP buffering).
          type: bool
        cmp:
          description: Whether answers are compressed.
          type: bool
        maxbandwidth:
          description: Kilobits per second that it may carry; V(0) for any number.
          type: int
        monthreshold:
          description: The sum of weights of its monitors that must be up for it to be up.
          type: int
        downstateflush:
          description: Whether its connections are cut when it goes down.
          type: str
          choices: [enabled, disabled]
        tcpprofilename:
          description: The name of its TCP profile.
          type: str
        httpprofilename:
          description: The name of its HTTP profile.
          type: str
        comment:
          description: Whatever one wants to say of it. An empty text removes what is there.
          type: str
        appflowlog:
          description: Whether AppFlow records are made of it.
          type: str
          choices: [enabled, disabled]
        netprofile:
          description: The name of its network profile.
          type: str
        td:
          description: The traffic domain. Fixed once it is made.
          type: int
        graceful:
          description: With O(disabled=true), whether open connections may come to their end.
          type: bool
        delay:
          description: With O(disabled=true), seconds that pass before it is out of service.
          type: int
        servicemembers:
          description:
            - The members of the group, all of them; others are unbound, after the new ones are bound.
            - Without this option the members are left alone.
          type: list
          elements: dict
          suboptions:
            ip:
              description: The address of a member.
              type: str
            servername:
              description: The name of its server, which is there already, instead of an address.
              type: str
            port:
              description: Its port. Each member needs one.
              type: int
            weight:
              description: Its share of the load, beside those of the others.
              type: int
            customserverid:
              description: Its identifier for the persistence type C(CUSTOMSERVERID).
              type: str
            serverid:
              description: Its identifier as a number, of old releases. A member is bound anew when it changes.
              type: int
            hashid:
              description: A number that hashing load balancing methods may use; each member has its own.
              type: int
            order:
              description: The order in which members are used, where the virtual server goes by orders.
              type: int
            state:
              description: Whether the member is in service.
              type: str
              choices: [enabled, disabled]
        monitorbindings:
          description:
            - The monitors of the group, all of them; what else is bound is unbound.
            - Without this option the monitors are left alone.
          type: list
          elements: dict
          suboptions:
            monitorname:
              description: The name of a monitor.
              type: str
            weight:
              description: The weight of the monitor.
              type: int
            dup_weight:
              description: Another spelling of O(monitorbindings[].weight).
              type: int
            monstate:
              description: Whether the monitor probes.
              type: str
              choices: [enabled, disabled]
            dup_state:
              description: Another spelling of O(monitorbindings[].monstate).
              type: str
              choices: [enabled, disabled]
  <<: *group
  state:
    description: Whether the group is to be there.
    type: str
    choices: [present, absent]
    default: present
  disabled:
    description: Whether the group is out of service.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have a group of two members
  superfluidity.nfv.netscaler_service_group:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    servicegroupname: service-group-1
    servicetype: HTTP
    servicemembers:
      - {ip: 10.78.78.78, port: 80, weight: 50}
      - {ip: 10.79.79.79, port: 80, weight: 40}
    monitorbindings:
      - {monitorname: http, weight: 50}

- name: Send less to the second, and let the first drain
  superfluidity.nfv.netscaler_service_group:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    servicegroupname: service-group-1
    servicemembers:
      - {ip: 10.78.78.78, port: 80, state: disabled}
      - {ip: 10.79.79.79, port: 80, weight: 10}
"""

RETURN = r"""
object:
  description: The group as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: servicegroup
    name:
      description: Its name.
      type: str
    attributes:
      description: Its attributes, without secrets.
      type: dict
    bindings:
      description: What is bound to it, by NITRO's name of the binding, as far as the options speak of it.
      type: dict
objects:
  description: The same for each of O(bulk), in its order; without it a list of one.
  returned: success
  type: list
  elements: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: servicegroup_servicegroupmember_binding, name: "service-group-1/10.78.78.78:80"}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "servicegroup"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many(
    "servicegroupname", "bulk", asked.of_each(KIND)
)


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()

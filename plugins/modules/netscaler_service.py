#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a NetScaler in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_service
short_description: Keep services of a NetScaler, with their monitors
version_added: "0.1.0"
description:
  - Makes, changes, disables and removes services, each of which is a port of a server, and binds monitors to them.
  - The options are those of the classic module of this name, so that its playbooks run unchanged. What differs is that monitors
    are left alone without O(monitor_bindings), that O(ip) is compared, and that O(disabled) alone is a change and is reported.
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
        description: Whether the service is to be there.
        type: str
        choices: [present, absent]
      healthmonitor:
        description: Whether it is probed. Without probes it counts as up.
        type: bool
      cacheable:
        description: Whether a cache redirection server of the appliance is asked first.
        type: bool
      rtspsessionidremap:
        description: Whether session ids of RTSP are mapped.
        type: bool
      customserverid:
        description: Its identifier for the persistence type C(CUSTOMSERVERID).
        type: str
      accessdown:
        description: Whether packets are bridged to it while it is down, which a firewall in between may need.
        type: bool
      disabled:
        description: Whether the service is out of service.
        type: bool
      <<: &service
        name:
          description: The name of the service.
          type: str
        ipaddress:
          description: The address of its server. It may be changed in place.
          type: str
        ip:
          description:
            - Another spelling of O(ipaddress), as the classic module has it; where both are given, O(ipaddress) counts.
          type: str
        servername:
          description: The name of its server, which is there already, instead of an address. Fixed once the service is made.
          type: str
        servicetype:
          description: Its protocol. Fixed once the service is made, and needed to make it.
          type: str
          choices: [
            HTTP, FTP, TCP, UDP, SSL, SSL_BRIDGE, SSL_TCP, DTLS, NNTP, RPCSVR, DNS, ADNS, SNMP, RTSP, DHCPRA, ANY, SIP_UDP,
            SIP_TCP, SIP_SSL, DNS_TCP, ADNS_TCP, MYSQL, MSSQL, ORACLE, RADIUS, RADIUSListener, RDP, DIAMETER, SSL_DIAMETER,
            TFTP, SMPP, PPTP, GRE, SYSLOGTCP, SYSLOGUDP, FIX, SSL_FIX, USER_TCP, USER_SSL_TCP, QUIC, QUIC_BRIDGE, HTTP_QUIC,
            IPFIX, LOGSTREAM, LOGSTREAM_SSL, MONGO, MONGO_TLS, MQTT, MQTT_TLS, DOT, ADNS_DOT, ADNS_DOH, KAFKA_BROKER
          ]
        port:
          description: Its port; V(65535) is any. Fixed once the service is made, and needed to make it.
          type: int
        cleartextport:
          description: The port to which decrypted data goes. Fixed once the service is made.
          type: int
        hashid:
          description: A number that hashing load balancing methods may use; each has its own.
          type: int
        processlocal:
          description: Whether a node of a cluster keeps what comes in at it, instead of steering it to another.
          type: str
          choices: [enabled, disabled]
        dnsprofilename:
          description: The name of its DNS profile.
          type: str
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
        monitor_bindings:
          description:
            - The monitors of the service, all of them; what else is bound is unbound, but for the appliance's own defaults.
            - Each is the name of a monitor, or a dictionary of C(monitorname), C(weight) from 1 to 100 and C(monstate),
              C(enabled) or C(disabled). The classic module's C(dup_weight) and C(dup_state) mean the same as C(weight) and
              C(monstate).
            - A change of the weight or the state is made in place. Without this option the monitors are left alone.
          type: list
          elements: raw
  <<: *service
  state:
    description: Whether the service is to be there.
    type: str
    choices: [present, absent]
    default: present
  healthmonitor:
    description: Whether it is probed. Without probes it counts as up.
    type: bool
    default: true
  cacheable:
    description: Whether a cache redirection server of the appliance is asked first.
    type: bool
    default: false
  rtspsessionidremap:
    description: Whether session ids of RTSP are mapped.
    type: bool
    default: false
  customserverid:
    description: Its identifier for the persistence type C(CUSTOMSERVERID).
    type: str
    default: None
  accessdown:
    description: Whether packets are bridged to it while it is down, which a firewall in between may need.
    type: bool
    default: false
  disabled:
    description: Whether the service is out of service.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have an HTTP service, probed by a monitor that comes with the appliance
  superfluidity.nfv.netscaler_service:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: service-http-1
    servicetype: HTTP
    ipaddress: 10.78.0.1
    port: 80
    monitor_bindings:
      - monitorname: http
        weight: 50

- name: Take it out of service
  superfluidity.nfv.netscaler_service:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: service-http-1
    disabled: true

- name: Let it speak TLS, which takes a new one; virtual servers keep it
  superfluidity.nfv.netscaler_service:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: service-http-1
    servicetype: SSL
    port: 443
    recreate: true
"""

RETURN = r"""
object:
  description: The service as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: service
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
    - {action: update, kind: service_lbmonitor_binding, name: service-http-1/http}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "service"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many("name", "bulk", asked.of_each(KIND))


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load balancing virtual servers of a NetScaler in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_lb_vserver
short_description: Keep load balancing virtual servers of a NetScaler
version_added: "0.1.0"
description:
  - Makes, changes, disables and removes virtual servers, and binds services and groups of services to them.
  - Knows all load balancing methods and persistence types of NITRO.
  - The options are those of the classic module of this name, but for C(ssl_certkey). An appliance refuses the weight of a
    group that the classic module took, so there is none.
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
        description: Whether the virtual server is to be there.
        type: str
        choices: [present, absent]
      disabled:
        description: Whether the virtual server is out of service.
        type: bool
      <<: &virtual_server
        name:
          description: The name of the virtual server.
          type: str
        servicetype:
          description: Its protocol. Fixed once it is made, and needed to make it.
          type: str
          choices: [
            HTTP, FTP, TCP, UDP, SSL, SSL_BRIDGE, SSL_TCP, DTLS, NNTP, DNS, DHCPRA, ANY, SIP_UDP, SIP_TCP, SIP_SSL, DNS_TCP,
            RTSP, PUSH, SSL_PUSH, RADIUS, RDP, MYSQL, MSSQL, DIAMETER, SSL_DIAMETER, TFTP, ORACLE, SMPP, SYSLOGTCP, SYSLOGUDP,
            FIX, SSL_FIX, PROXY, SSL_PROXY, USER_TCP, USER_SSL_TCP, QUIC, QUIC_BRIDGE, HTTP_QUIC, IPFIX, LOGSTREAM, MONGO,
            MONGO_TLS, MQTT, MQTT_TLS, DOT, KAFKA_PRODUCER
          ]
        ipv46:
          description: Its address, IPv4 or IPv6. Without one it cannot be addressed itself, as behind a content switch.
          type: str
        ippattern:
          description: A pattern of addresses instead of O(ipv46).
          type: str
        ipmask:
          description: Which bits of O(ippattern) count.
          type: str
        port:
          description: Its port; V(65535) is any. Fixed once it is made.
          type: int
        range:
          description: How many addresses, counting up from O(ipv46), it has. Fixed once it is made.
          type: int
        persistencetype:
          description: By what a client stays with its server.
          type: str
          choices: [
            SOURCEIP, COOKIEINSERT, SSLSESSION, RULE, URLPASSIVE, CUSTOMSERVERID, DESTIP, SRCIPDESTIP, CALLID, RTSPSID,
            DIAMETER, FIXSESSION, USERSESSION, NONE
          ]
        timeout:
          description: Minutes for which a client stays with its server.
          type: int
        persistencebackup:
          description: By what a client stays that O(persistencetype) cannot tell.
          type: str
          choices: [SOURCEIP, NONE]
        backuppersistencetimeout:
          description: Minutes for which O(persistencebackup) holds.
          type: int
        lbmethod:
          description: How a server is chosen for a client.
          type: str
          choices: [
            ROUNDROBIN, LEASTCONNECTION, LEASTRESPONSETIME, URLHASH, DOMAINHASH, DESTINATIONIPHASH, SOURCEIPHASH,
            SRCIPDESTIPHASH, LEASTBANDWIDTH, LEASTPACKETS, TOKEN, SRCIPSRCPORTHASH, LRTM, CALLIDHASH, CUSTOMLOAD, LEASTREQUEST,
            AUDITLOGHASH, STATICPROXIMITY, USER_TOKEN
          ]
        hashlength:
          description: Bytes that count for the methods V(URLHASH) and V(DOMAINHASH).
          type: int
        netmask:
          description: The mask that the methods by IPv4 address apply first.
          type: str
        v6netmasklen:
          description: The same for IPv6, as a number of bits.
          type: int
        backuplbmethod:
          description: How a server is chosen where O(lbmethod) cannot.
          type: str
          choices: [ROUNDROBIN, LEASTCONNECTION, LEASTRESPONSETIME, SOURCEIPHASH, LEASTBANDWIDTH, LEASTPACKETS, CUSTOMLOAD]
        cookiename:
          description: The name of the cookie for the persistence type V(COOKIEINSERT).
          type: str
        rule:
          description: An expression that the persistence type V(RULE) and the method V(TOKEN) go by.
          type: str
        resrule:
          description: An expression for the answers, for the persistence type V(RULE).
          type: str
        listenpolicy:
          description: An expression for the traffic that it takes.
          type: str
        listenpriority:
          description: Which goes first of several that take the same; the lower the sooner.
          type: int
        persistmask:
          description: The mask that persistence by IPv4 address applies first.
          type: str
        v6persistmasklen:
          description: The same for IPv6, as a number of bits.
          type: int
        rtspnat:
          description: Whether addresses of RTSP data connections are translated.
          type: bool
        m:
          description: How packets go on to a server.
          type: str
          choices: [IP, MAC, IPTUNNEL, TOS]
        tosid:
          description: The TOS value for O(m=TOS).
          type: int
        datalength:
          description: Bytes of the token for the method V(TOKEN).
          type: int
        dataoffset:
          description: Bytes before that token.
          type: int
        sessionless:
          description: Whether each packet is balanced by itself.
          type: str
          choices: [enabled, disabled]
        connfailover:
          description: What the other node of a pair knows of connections.
          type: str
          choices: [DISABLED, STATEFUL, STATELESS]
        backupvserver:
          description: The virtual server that serves while this one is down.
          type: str
        redirurl:
          description: Where clients are sent while it is down.
          type: str
        cacheable:
          description: Whether requests that a cache may answer go to one first.
          type: bool
        clttimeout:
          description: Seconds after which an idle connection of a client is closed.
          type: int
        somethod:
          description: What kind of load makes clients spill over to O(backupvserver).
          type: str
          choices: [CONNECTION, DYNAMICCONNECTION, BANDWIDTH, HEALTH, NONE]
        sopersistence:
          description: Whether a client that spilled over stays there.
          type: str
          choices: [enabled, disabled]
        sopersistencetimeout:
          description: Minutes for which it does.
          type: int
        healththreshold:
          description: Per cent of its services that must be up for it to be up.
          type: int
        sothreshold:
          description: The load at which clients spill over.
          type: int
        sobackupaction:
          description: What becomes of clients that should spill over and have nowhere to go.
          type: str
          choices: [DROP, ACCEPT, REDIRECT]
        redirectportrewrite:
          description: Whether ports in redirections of HTTP are rewritten.
          type: str
          choices: [enabled, disabled]
        downstateflush:
          description: Whether its connections are cut when it goes down.
          type: str
          choices: [enabled, disabled]
        disableprimaryondown:
          description: Whether it stays out of use after it was down, until somebody enables it.
          type: str
          choices: [enabled, disabled]
        insertvserveripport:
          description: Whether requests get a header with its address and port.
          type: str
          choices: ['OFF', VIPADDR, V6TOV4MAPPING]
        vipheader:
          description: The name of that header.
          type: str
        authenticationhost:
          description: The name of the server that authenticates users.
          type: str
        authentication:
          description: Whether users are authenticated.
          type: bool
        authn401:
          description: Whether users are authenticated by answers with status 401.
          type: bool
        authnvsname:
          description: The virtual server that authenticates.
          type: str
        authnprofile:
          description: The name of its authentication profile.
          type: str
        push:
          description: Whether updates are pushed to clients.
          type: str
          choices: [enabled, disabled]
        pushvserver:
          description: The virtual server that pushes.
          type: str
        pushlabel:
          description: An expression for the label of a pushed update.
          type: str
        pushmulticlients:
          description: Whether several connections of one client may wait for the same updates.
          type: bool
        tcpprofilename:
          description: The name of its TCP profile.
          type: str
        httpprofilename:
          description: The name of its HTTP profile.
          type: str
        dbprofilename:
          description: The name of its database profile.
          type: str
        dnsprofilename:
          description: The name of its DNS profile.
          type: str
        lbprofilename:
          description: The name of its load balancing profile.
          type: str
        netprofile:
          description: The name of its network profile.
          type: str
        comment:
          description: Whatever one wants to say of it. An empty text removes what is there.
          type: str
        l2conn:
          description: Whether MAC address, VLAN and channel tell connections apart.
          type: bool
        oracleserverversion:
          description: The version of Oracle that it says it is.
          type: str
          choices: [10G, 11G]
        mssqlserverversion:
          description: The version of Microsoft SQL Server that it says it is.
          type: str
          choices: ['70', '2000', 2000SP1, '2005', '2008', 2008R2, '2012', '2014']
        mysqlprotocolversion:
          description: The version of the MySQL protocol that it says it speaks.
          type: int
        mysqlserverversion:
          description: The version of MySQL that it says it is.
          type: str
        mysqlcharacterset:
          description: The number of the character set that it tells clients of MySQL.
          type: int
        mysqlservercapabilities:
          description: The capabilities that it tells clients of MySQL.
          type: int
        appflowlog:
          description: Whether AppFlow records are made of it.
          type: str
          choices: [enabled, disabled]
        icmpvsrresponse:
          description: Whether pings are answered while it is down.
          type: str
          choices: [PASSIVE, ACTIVE]
        rhistate:
          description: Whether its route is told to others while it is down.
          type: str
          choices: [PASSIVE, ACTIVE]
        newservicerequest:
          description: By how much the load of a new service grows with each step.
          type: int
        newservicerequestunit:
          description: What O(newservicerequest) counts.
          type: str
          choices: [PER_SECOND, PERCENT]
        newservicerequestincrementinterval:
          description: Seconds from one step to the next; V(0) for no slow start.
          type: int
        minautoscalemembers:
          description: Members that there are at least, where they come by themselves.
          type: int
        maxautoscalemembers:
          description: Members that there are at most.
          type: int
        skippersistency:
          description: What becomes of a client whose server is disabled.
          type: str
          choices: [Bypass, ReLb, None]
        macmoderetainvlan:
          description: Whether the VLAN of a packet stays, with O(m=MAC).
          type: str
          choices: [enabled, disabled]
        dbslb:
          description: Whether requests for databases are balanced one by one.
          type: str
          choices: [enabled, disabled]
        dns64:
          description: Whether IPv6 addresses are made for servers that have none.
          type: str
          choices: [enabled, disabled]
        bypassaaaa:
          description: With O(dns64), whether the servers are not asked for IPv6 addresses.
          type: bool
        recursionavailable:
          description: Whether DNS answers say that recursion is to be had.
          type: bool
        processlocal:
          description: Whether a node of a cluster keeps what comes in at it, instead of steering it to another.
          type: str
          choices: [enabled, disabled]
        td:
          description: The traffic domain. Fixed once it is made.
          type: int
        servicebindings:
          description:
            - The services behind it, all of them; others are unbound, after the new ones are bound.
            - A change of a weight is made in place. Without this option the services are left alone.
          type: list
          elements: dict
          suboptions:
            servicename:
              description: The name of a service. Each entry needs one.
              type: str
            weight:
              description: Its share of the load, beside those of the others.
              type: int
            order:
              description: The order in which services are used.
              type: int
        servicegroupbindings:
          description:
            - The groups of services behind it, all of them; others are unbound, after the new ones are bound.
            - An appliance takes no weight of a group; the members have theirs. Without this option the groups are left alone.
          type: list
          elements: dict
          suboptions:
            servicegroupname:
              description: The name of a group. Each entry needs one.
              type: str
  <<: *virtual_server
  state:
    description: Whether the virtual server is to be there.
    type: str
    choices: [present, absent]
    default: present
  disabled:
    description: Whether the virtual server is out of service.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have a service
  superfluidity.nfv.netscaler_service:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    bulk:
      - {name: video-1, servicetype: HTTP, ipaddress: 10.78.1.1, port: 80}
      - {name: video-2, servicetype: HTTP, ipaddress: 10.78.1.2, port: 80}

- name: Balance two services, so that a client stays with one of them
  superfluidity.nfv.netscaler_lb_vserver:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    name: video
    servicetype: HTTP
    ipv46: 6.93.3.3
    port: 80
    lbmethod: LEASTRESPONSETIME
    persistencetype: COOKIEINSERT
    timeout: 12
    servicebindings:
      - {servicename: video-1, weight: 80}
      - {servicename: video-2, weight: 20}
"""

RETURN = r"""
object:
  description: The virtual server as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: lbvserver
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
    - {action: update, kind: lbvserver_service_binding, name: video/video-1}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "lbvserver"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many("name", "bulk", asked.of_each(KIND))


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Monitors of a NetScaler in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_lb_monitor
short_description: Keep load balancing monitors of a NetScaler
version_added: "0.1.0"
description:
  - Makes, changes and removes monitors.
  - Durations are compared whatever their unit, for an appliance tells 60 seconds as one minute.
  - The options are those of the classic module of this name.
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
        description: Whether the monitor is to be there.
        type: str
        choices: [present, absent]
      update_password:
        description:
          - When secrets are sent. An appliance tells none of them, so nobody can see whether they differ.
          - V(always) sends them with each run, which then counts as a change; V(on_create) only to what is made.
        type: str
        choices: [always, on_create]
      <<: &monitor
        monitorname:
          description: The name of the monitor.
          type: str
          aliases: [name]
        type:
          description: What it probes with. Fixed once it is made, and needed to make it.
          type: str
          choices: [
            PING, TCP, HTTP, TCP-ECV, HTTP-ECV, UDP-ECV, DNS, FTP, LDNS-PING, LDNS-TCP, LDNS-DNS, RADIUS, USER, HTTP-INLINE,
            SIP-UDP, SIP-TCP, LOAD, FTP-EXTENDED, SMTP, SNMP, NNTP, MYSQL, MYSQL-ECV, MSSQL-ECV, ORACLE-ECV, LDAP, POP3,
            CITRIX-XML-SERVICE, CITRIX-WEB-INTERFACE, DNS-TCP, RTSP, ARP, CITRIX-AG, CITRIX-AAC-LOGINPAGE, CITRIX-AAC-LAS,
            CITRIX-XD-DDC, ND6, CITRIX-WI-EXTENDED, DIAMETER, RADIUS_ACCOUNTING, STOREFRONT, APPC, SMPP, CITRIX-XNC-ECV,
            CITRIX-XDM, CITRIX-STA-SERVICE, CITRIX-STA-SERVICE-NHOP, MQTT, HTTP2, QUIC, DTLS, KAFKA-AUTODISCOVER
          ]
        action:
          description: For C(HTTP-INLINE), what is done when a server answers wrongly.
          type: str
          choices: [NONE, LOG, DOWN]
        respcode:
          description: Status codes of a good answer, or ranges of them.
          type: list
          elements: str
        httprequest:
          description: The request of HTTP, such as V(HEAD /health).
          type: str
        rtsprequest:
          description: The request of RTSP.
          type: str
        customheaders:
          description: More headers of the request.
          type: str
        maxforwards:
          description: The hops that a request of SIP may take.
          type: int
        sipmethod:
          description: The method of SIP.
          type: str
          choices: [OPTIONS, INVITE, REGISTER]
        sipuri:
          description: The address that is asked for by SIP.
          type: str
        sipreguri:
          description: The address that is registered by SIP.
          type: str
        send:
          description: The text that is sent.
          type: str
        recv:
          description: The text that a good answer holds.
          type: str
        query:
          description: The name that is asked for by DNS.
          type: str
        querytype:
          description: What is asked for of it.
          type: str
          choices: [Address, Zone, AAAA]
        scriptname:
          description: The script of a monitor of type V(USER).
          type: str
        scriptargs:
          description: Its arguments, which everybody may see.
          type: str
        secureargs:
          description: Arguments that nobody is to see.
          type: str
        dispatcherip:
          description: The address of the dispatcher that runs the script.
          type: str
        dispatcherport:
          description: Its port.
          type: int
        username:
          description: The user at the server.
          type: str
        password:
          description: The password of the user.
          type: str
        secondarypassword:
          description: The second password, for Citrix Gateway.
          type: str
        logonpointname:
          description: The logon point of an Access Gateway.
          type: str
        lasversion:
          description: The version of its logon agent.
          type: str
        radkey:
          description: The shared key of RADIUS.
          type: str
        radnasid:
          description: The identifier of the network access server, in RADIUS.
          type: str
        radnasip:
          description: The address of the network access server, in RADIUS.
          type: str
        radaccounttype:
          description: The type of a request for accounting, in RADIUS.
          type: int
        radframedip:
          description: The address that the client has, in RADIUS.
          type: str
        radapn:
          description: The access point name, in RADIUS.
          type: str
        radmsisdn:
          description: The telephone number of the client, in RADIUS.
          type: str
        radaccountsession:
          description: The identifier of the session, in RADIUS.
          type: str
        lrtm:
          description: Whether response times are learned, for the method C(LRTM).
          type: str
          choices: [enabled, disabled]
        deviation:
          description: What is added to the learned response time, in O(units1).
          type: int
        units1:
          description: The unit of O(deviation), V(SEC) unless given.
          type: str
          choices: [SEC, MSEC, MIN]
        interval:
          description: How much time lies between two probes, in O(units3).
          type: int
        units3:
          description: The unit of O(interval), V(SEC) unless given.
          type: str
          choices: [SEC, MSEC, MIN]
        resptimeout:
          description: How long a probe may take, in O(units4); less than O(interval).
          type: int
        units4:
          description: The unit of O(resptimeout), V(SEC) unless given.
          type: str
          choices: [SEC, MSEC, MIN]
        resptimeoutthresh:
          description: Per cent of O(resptimeout) that a good answer should need at most.
          type: int
        retries:
          description: Probes that are sent to find out whether a service is down.
          type: int
        failureretries:
          description: How many of O(retries) must fail; V(0) for all.
          type: int
        alertretries:
          description: Failures in a row after which an alert is sent; V(0) for none.
          type: int
        successretries:
          description: Successes in a row after which a service is up again.
          type: int
        downtime:
          description: How long a service that is down is left alone, in O(units2).
          type: int
        units2:
          description: The unit of O(downtime), V(SEC) unless given.
          type: str
          choices: [SEC, MSEC, MIN]
        destip:
          description: Where probes go instead of the service's address.
          type: str
        destport:
          description: Where probes go instead of the service's port; V(0) for that one.
          type: int
        reverse:
          description: Whether a good answer means that the service is down.
          type: bool
        transparent:
          description: Whether the probe passes through a device to what is behind it.
          type: bool
        iptunnel:
          description: Whether the probe goes through a tunnel.
          type: bool
        tos:
          description: Whether the probe carries the address in its TOS field.
          type: bool
        tosid:
          description: The TOS value.
          type: int
        secure:
          description: Whether the probe uses TLS.
          type: bool
        validatecred:
          description: Whether the servers of a Citrix site check the credentials.
          type: bool
        domain:
          description: The domain of a Citrix site.
          type: str
        ipaddress:
          description: Addresses that an answer by DNS may hold.
          type: list
          elements: str
        group:
          description: The newsgroup of NNTP.
          type: str
        filename:
          description: The file of FTP.
          type: str
        basedn:
          description: Where a search by LDAP begins.
          type: str
        binddn:
          description: Who asks by LDAP.
          type: str
        filter:
          description: The filter of LDAP.
          type: str
        attribute:
          description: The attribute of LDAP.
          type: str
        database:
          description: The database.
          type: str
        oraclesid:
          description: The service identifier of Oracle.
          type: str
        sqlquery:
          description: The query.
          type: str
        evalrule:
          description: An expression for a good answer of a database.
          type: str
        mssqlprotocolversion:
          description: The version of Microsoft SQL Server.
          type: str
          choices: ['70', '2000', 2000SP1, '2005', '2008', 2008R2, '2012', '2014']
        snmpoid:
          description: The object of SNMP.
          type: str
          aliases: [Snmpoid]
        snmpcommunity:
          description: The community of SNMP.
          type: str
        snmpthreshold:
          description: The value of that object above which a service is down.
          type: str
        snmpversion:
          description: The version of SNMP.
          type: str
          choices: [V1, V2]
        application:
          description: The application of a Citrix site.
          type: str
        sitepath:
          description: The path of a Citrix site.
          type: str
        storename:
          description: The store of StoreFront.
          type: str
        storefrontacctservice:
          description: Whether the account service of StoreFront is probed.
          type: bool
        storefrontcheckbackendservices:
          description: Whether the services behind StoreFront are probed.
          type: bool
        hostname:
          description: The host name of StoreFront.
          type: str
        netprofile:
          description: The name of its network profile.
          type: str
        sslprofile:
          description: The name of its TLS profile.
          type: str
        originhost:
          description: The host that Diameter asks as.
          type: str
        originrealm:
          description: The realm that Diameter asks as.
          type: str
        hostipaddress:
          description: The address that Diameter asks as.
          type: str
        vendorid:
          description: The vendor, in Diameter.
          type: int
        productname:
          description: The product, in Diameter.
          type: str
        firmwarerevision:
          description: The revision of its firmware, in Diameter.
          type: int
        authapplicationid:
          description: Identifiers of applications for authentication, in Diameter.
          type: list
          elements: str
        acctapplicationid:
          description: Identifiers of applications for accounting, in Diameter.
          type: list
          elements: str
        inbandsecurityid:
          description: The security inside the connection, in Diameter.
          type: str
          choices: [NO_INBAND_SECURITY, TLS]
        supportedvendorids:
          description: Vendors that are supported, in Diameter.
          type: list
          elements: str
        vendorspecificvendorid:
          description: The vendor of the applications that follow, in Diameter.
          type: int
        vendorspecificauthapplicationids:
          description: The vendor's applications for authentication, in Diameter.
          type: list
          elements: str
        vendorspecificacctapplicationids:
          description: The vendor's applications for accounting, in Diameter.
          type: list
          elements: str
        storedb:
          description: Whether databases that an answer names are remembered.
          type: str
          choices: [enabled, disabled]
        trofscode:
          description: The status code of a server under maintenance, which gets no new clients.
          type: int
        trofsstring:
          description: The text in the answer of such a server.
          type: str
  <<: *monitor
  state:
    description: Whether the monitor is to be there.
    type: str
    choices: [present, absent]
    default: present
  update_password:
    description:
      - When secrets are sent. An appliance tells none of them, so nobody can see whether they differ.
      - V(always) sends them with each run, which then counts as a change; V(on_create) only to what is made.
    type: str
    choices: [always, on_create]
    default: on_create
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have a monitor that asks for a page twice a minute
  superfluidity.nfv.netscaler_lb_monitor:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    monitorname: page
    type: HTTP
    httprequest: HEAD /health
    respcode: ["200", "204"]
    interval: 30
    resptimeout: 500
    units4: MSEC

- name: Log in at a database with a new password
  superfluidity.nfv.netscaler_lb_monitor:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
    monitorname: database
    type: MYSQL
    username: probe
    password: "{{ lookup('ansible.builtin.password', '/dev/null') }}"
    database: video
    sqlquery: SELECT 1
    update_password: always
"""

RETURN = r"""
object:
  description: The monitor as the appliance tells it after the run; null where there is none, and with O(bulk).
  returned: success
  type: dict
  contains:
    resource:
      description: NITRO's name of what it is.
      type: str
      sample: lbmonitor
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
    - {action: create, kind: lbmonitor, name: page}
"""

from ..module_utils.clients.nitro.configuration import Configuration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER, NETSCALER_KEPT
from ..module_utils.loadbalancer import netscaler_options as asked
from ..module_utils.loadbalancer.netscaler_plan import plan

KIND = "lbmonitor"
SPEC = NETSCALER.merge(NETSCALER_KEPT, ArgumentSpec(asked.of_one(KIND))).or_many("monitorname", "bulk", asked.of_each(KIND))


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: Configuration.of_task(sessions, options, asked.all_wanted(KIND, options), plan))


if __name__ == "__main__":
    main()

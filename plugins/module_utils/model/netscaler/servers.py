# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, and what runs on them: services, and groups of services."""

from __future__ import annotations

from .table import Attribute, Binding, Resource, Switch, Users, words

PROTOCOLS = words(
    "HTTP FTP TCP UDP SSL SSL_BRIDGE SSL_TCP DTLS NNTP RPCSVR DNS ADNS SNMP RTSP DHCPRA ANY SIP_UDP SIP_TCP SIP_SSL DNS_TCP "
    "ADNS_TCP MYSQL MSSQL ORACLE RADIUS RADIUSListener RDP DIAMETER SSL_DIAMETER TFTP SMPP PPTP GRE SYSLOGTCP SYSLOGUDP FIX "
    "SSL_FIX USER_TCP USER_SSL_TCP QUIC QUIC_BRIDGE HTTP_QUIC IPFIX LOGSTREAM LOGSTREAM_SSL MONGO MONGO_TLS MQTT MQTT_TLS DOT "
    "ADNS_DOT ADNS_DOH KAFKA_BROKER"
)
GONE = frozenset({"OUT OF SERVICE", "GOING OUT OF SERVICE", "DOWN WHEN GOING OUT OF SERVICE"})
DISABLED = frozenset({"DISABLED"})
UNBINDABLE = frozenset({"tcp-default", "ping-default"})
LONGEST_IDLE = 31_536_000
"""Seconds, a year."""

SERVER = Resource(
    "server",
    key="name",
    noun="server",
    attributes=(
        Attribute("ipaddress", "address"),
        Attribute("domain", fixed=True),
        Attribute("translationip", "address"),
        Attribute("translationmask", "address"),
        Attribute("domainresolveretry", "number", low=5, high=20939),
        Attribute("ipv6address", "yes_no", default=False, fixed=True, only_with="domain"),
        Attribute("querytype", choices=("A", "AAAA", "SRV"), fixed=True),
        Attribute("comment"),
        Attribute("td", "number", low=0, high=4094, fixed=True),
    ),
    required=(("ipaddress", "domain"),),
    exclusive=(("ipaddress", "domain"),),
    switch=Switch({"state": DISABLED}, "server", {"name": "name"}, ("graceful", "delay")),
    users=(
        Users("server_binding", "server_service_binding"),
        Users("server_binding", "server_servicegroup_binding"),
    ),
)

TRAFFIC = (
    Attribute("cachetype", choices=("TRANSPARENT", "REVERSE", "FORWARD"), fixed=True),
    Attribute("maxclient", "number", low=0, high=4_294_967_294),
    Attribute("maxreq", "number", low=0, high=65535),
    Attribute("cip", "switch"),
    Attribute("cipheader"),
    Attribute("usip", "yes_no"),
    Attribute("pathmonitor", "yes_no"),
    Attribute("pathmonitorindv", "yes_no"),
    Attribute("useproxyport", "yes_no"),
    Attribute("sp", "on_off"),
    Attribute("clttimeout", "number", low=0, high=LONGEST_IDLE),
    Attribute("svrtimeout", "number", low=0, high=LONGEST_IDLE),
    Attribute("cka", "yes_no"),
    Attribute("tcpb", "yes_no"),
    Attribute("cmp", "yes_no"),
    Attribute("maxbandwidth", "number", low=0, high=4_294_967_287),
    Attribute("monthreshold", "number", low=0, high=65535),
    Attribute("downstateflush", "switch"),
    Attribute("tcpprofilename"),
    Attribute("httpprofilename"),
    Attribute("comment"),
    Attribute("appflowlog", "switch"),
    Attribute("netprofile"),
    Attribute("td", "number", low=0, high=4094, fixed=True),
)
"""What a service and a group of services have alike."""


def monitors(parent: str, key: str, option: str, weight: str, switched_as: str, plain: str = "") -> Binding:
    """The monitors of a service or a group; ``weight`` is the name under which the parent takes the weight of one."""
    return Binding(
        f"{parent}_lbmonitor_binding",
        option,
        key,
        identity=(("monitor_name",),),
        attributes=(
            Attribute("monitorname", wire="monitor_name"),
            Attribute("weight", "number", low=1, high=100),
            Attribute("dup_weight", "number", low=1, high=100, means="weight"),
            Attribute("monstate", "switch"),
            Attribute("dup_state", "switch", means="monstate"),
        ),
        update={"monitor_name": "monitor_name_svc", "weight": weight},
        switch=Switch({"monstate": DISABLED}, "lbmonitor", {key: switched_as, "monitor_name": "monitorname"}),
        built_in=UNBINDABLE,
        plain=plain,
    )


SERVICE = Resource(
    "service",
    key="name",
    noun="service",
    attributes=(
        Attribute("ipaddress", "address", added_as="ip"),
        Attribute("ip", "address", means="ipaddress"),
        Attribute("servername", fixed=True),
        Attribute("servicetype", choices=PROTOCOLS, fixed=True),
        Attribute("port", "number", low=1, high=65535, fixed=True),
        Attribute("cleartextport", "number", low=1, high=65535, fixed=True),
        Attribute("healthmonitor", "yes_no", default=True),
        Attribute("cacheable", "yes_no", default=False),
        Attribute("rtspsessionidremap", "on_off", default=False),
        Attribute("customserverid", default="None"),
        Attribute("accessdown", "yes_no", default=False),
        Attribute("hashid", "number", low=1),
        Attribute("processlocal", "switch"),
        Attribute("dnsprofilename"),
        *TRAFFIC,
    ),
    required=(("ipaddress", "servername"), ("servicetype",), ("port",)),
    exclusive=(("ipaddress", "servername"),),
    switch=Switch({"state": DISABLED, "svrstate": GONE}, "service", {"name": "name"}, ("graceful", "delay")),
    bindings=(monitors("service", "name", "monitor_bindings", "weight", "servicename", plain="monitorname"),),
    users=(
        Users("svcbindings", "vservername", "lbvserver_service_binding", "servicename"),
        Users("sslservice_sslcertkey_binding", "sslservice_sslcertkey_binding", encrypted=True),
    ),
)

MEMBERS = Binding(
    "servicegroup_servicegroupmember_binding",
    "servicemembers",
    "servicegroupname",
    identity=(("servername", "port"), ("ip", "port")),
    attributes=(
        Attribute("ip", "address"),
        Attribute("servername"),
        Attribute("port", "number", low=1, high=65535),
        Attribute("weight", "number", low=1, high=100),
        Attribute("customserverid"),
        Attribute("serverid", "number", fixed=True),
        Attribute("hashid", "number", low=1),
        Attribute("order", "number", low=1, high=8192),
        Attribute("state", "switch"),
    ),
    update={name: name for name in ("servername", "port", "weight", "customserverid", "hashid", "order")},
    switch=Switch(
        {"state": DISABLED},
        "servicegroup",
        {"servicegroupname": "servicegroupname", "servername": "servername", "port": "port"},
        ("graceful", "delay"),
    ),
)

SERVICE_GROUP = Resource(
    "servicegroup",
    key="servicegroupname",
    noun="service group",
    attributes=(
        Attribute("servicetype", choices=PROTOCOLS, fixed=True),
        Attribute("healthmonitor", "yes_no"),
        Attribute("cacheable", "yes_no"),
        Attribute("rtspsessionidremap", "on_off"),
        Attribute("autoscale", choices=("DISABLED", "DNS", "POLICY", "CLOUD", "API")),
        Attribute("memberport", "number", low=0, high=65535, fixed=True),
        *TRAFFIC,
    ),
    required=(("servicetype",),),
    switch=Switch({"state": DISABLED}, "servicegroup", {"servicegroupname": "servicegroupname"}, ("graceful", "delay")),
    bindings=(MEMBERS, monitors("servicegroup", "servicegroupname", "monitorbindings", "dup_weight", "servicegroupname")),
    users=(
        Users("servicegroupbindings", "vservername", "lbvserver_servicegroup_binding", "servicegroupname"),
        Users("sslservicegroup_sslcertkey_binding", "sslservicegroup_sslcertkey_binding", encrypted=True),
    ),
)

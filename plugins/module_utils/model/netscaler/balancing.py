# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load balancing virtual servers: the addresses that clients come to, with all methods and persistence types."""

from __future__ import annotations

from .servers import DISABLED, GONE, LONGEST_IDLE
from .table import Attribute, Binding, Resource, Switch, Users, words

PROTOCOLS = words(
    "HTTP FTP TCP UDP SSL SSL_BRIDGE SSL_TCP DTLS NNTP DNS DHCPRA ANY SIP_UDP SIP_TCP SIP_SSL DNS_TCP RTSP PUSH SSL_PUSH "
    "RADIUS RDP MYSQL MSSQL DIAMETER SSL_DIAMETER TFTP ORACLE SMPP SYSLOGTCP SYSLOGUDP FIX SSL_FIX PROXY SSL_PROXY "
    "USER_TCP USER_SSL_TCP QUIC QUIC_BRIDGE HTTP_QUIC IPFIX LOGSTREAM MONGO MONGO_TLS MQTT MQTT_TLS DOT KAFKA_PRODUCER"
)
METHODS = words(
    "ROUNDROBIN LEASTCONNECTION LEASTRESPONSETIME URLHASH DOMAINHASH DESTINATIONIPHASH SOURCEIPHASH SRCIPDESTIPHASH "
    "LEASTBANDWIDTH LEASTPACKETS TOKEN SRCIPSRCPORTHASH LRTM CALLIDHASH CUSTOMLOAD LEASTREQUEST AUDITLOGHASH STATICPROXIMITY "
    "USER_TOKEN"
)
BACKUP_METHODS = words("ROUNDROBIN LEASTCONNECTION LEASTRESPONSETIME SOURCEIPHASH LEASTBANDWIDTH LEASTPACKETS CUSTOMLOAD")
PERSISTENCE = words(
    "SOURCEIP COOKIEINSERT SSLSESSION RULE URLPASSIVE CUSTOMSERVERID DESTIP SRCIPDESTIP CALLID RTSPSID DIAMETER FIXSESSION "
    "USERSESSION NONE"
)
MSSQL = ("70", "2000", "2000SP1", "2005", "2008", "2008R2", "2012", "2014")

VSERVER = Resource(
    "lbvserver",
    key="name",
    noun="virtual server",
    attributes=(
        Attribute("servicetype", choices=PROTOCOLS, fixed=True),
        Attribute("ipv46", "address"),
        Attribute("ippattern", "address"),
        Attribute("ipmask", "address"),
        Attribute("port", "number", low=0, high=65535, fixed=True),
        Attribute("range", "number", low=1, high=254, fixed=True),
        Attribute("persistencetype", choices=PERSISTENCE),
        Attribute("timeout", "number", low=0, high=1440),
        Attribute("persistencebackup", choices=("SOURCEIP", "NONE")),
        Attribute("backuppersistencetimeout", "number", low=2, high=1440),
        Attribute("lbmethod", choices=METHODS),
        Attribute("hashlength", "number", low=1, high=4096),
        Attribute("netmask", "address"),
        Attribute("v6netmasklen", "number", low=1, high=128),
        Attribute("backuplbmethod", choices=BACKUP_METHODS),
        Attribute("cookiename"),
        Attribute("rule"),
        Attribute("resrule"),
        Attribute("listenpolicy"),
        Attribute("listenpriority", "number", low=0, high=101),
        Attribute("persistmask", "address"),
        Attribute("v6persistmasklen", "number", low=1, high=128),
        Attribute("rtspnat", "on_off"),
        Attribute("m", choices=("IP", "MAC", "IPTUNNEL", "TOS")),
        Attribute("tosid", "number", low=1, high=63),
        Attribute("datalength", "number", low=1, high=100),
        Attribute("dataoffset", "number", low=0, high=25400),
        Attribute("sessionless", "switch"),
        Attribute("connfailover", choices=("DISABLED", "STATEFUL", "STATELESS")),
        Attribute("backupvserver"),
        Attribute("redirurl"),
        Attribute("cacheable", "yes_no"),
        Attribute("clttimeout", "number", low=0, high=LONGEST_IDLE),
        Attribute("somethod", choices=("CONNECTION", "DYNAMICCONNECTION", "BANDWIDTH", "HEALTH", "NONE")),
        Attribute("sopersistence", "switch"),
        Attribute("sopersistencetimeout", "number", low=2, high=1440),
        Attribute("healththreshold", "number", low=0, high=100),
        Attribute("sothreshold", "number", low=1, high=4_294_967_287),
        Attribute("sobackupaction", choices=("DROP", "ACCEPT", "REDIRECT")),
        Attribute("redirectportrewrite", "switch"),
        Attribute("downstateflush", "switch"),
        Attribute("disableprimaryondown", "switch"),
        Attribute("insertvserveripport", choices=("OFF", "VIPADDR", "V6TOV4MAPPING")),
        Attribute("vipheader"),
        Attribute("authenticationhost"),
        Attribute("authentication", "on_off"),
        Attribute("authn401", "on_off"),
        Attribute("authnvsname"),
        Attribute("authnprofile"),
        Attribute("push", "switch"),
        Attribute("pushvserver"),
        Attribute("pushlabel"),
        Attribute("pushmulticlients", "yes_no"),
        Attribute("tcpprofilename"),
        Attribute("httpprofilename"),
        Attribute("dbprofilename"),
        Attribute("dnsprofilename"),
        Attribute("lbprofilename"),
        Attribute("netprofile"),
        Attribute("comment"),
        Attribute("l2conn", "on_off"),
        Attribute("oracleserverversion", choices=("10G", "11G")),
        Attribute("mssqlserverversion", choices=MSSQL),
        Attribute("mysqlprotocolversion", "number"),
        Attribute("mysqlserverversion"),
        Attribute("mysqlcharacterset", "number"),
        Attribute("mysqlservercapabilities", "number"),
        Attribute("appflowlog", "switch"),
        Attribute("icmpvsrresponse", choices=("PASSIVE", "ACTIVE")),
        Attribute("rhistate", choices=("PASSIVE", "ACTIVE")),
        Attribute("newservicerequest", "number", low=0),
        Attribute("newservicerequestunit", choices=("PER_SECOND", "PERCENT")),
        Attribute("newservicerequestincrementinterval", "number", low=0, high=3600),
        Attribute("minautoscalemembers", "number", low=0, high=5000),
        Attribute("maxautoscalemembers", "number", low=0, high=5000),
        Attribute("skippersistency", choices=("Bypass", "ReLb", "None")),
        Attribute("macmoderetainvlan", "switch"),
        Attribute("dbslb", "switch"),
        Attribute("dns64", "switch"),
        Attribute("bypassaaaa", "yes_no"),
        Attribute("recursionavailable", "yes_no"),
        Attribute("processlocal", "switch"),
        Attribute("td", "number", low=0, high=4094, fixed=True),
    ),
    required=(("servicetype",),),
    exclusive=(("ipv46", "ippattern"),),
    switch=Switch({"state": DISABLED, "curstate": GONE}, "lbvserver", {"name": "name"}),
    users=(Users("sslvserver_sslcertkey_binding", "sslvserver_sslcertkey_binding", encrypted=True),),
    bindings=(
        Binding(
            "lbvserver_service_binding",
            "servicebindings",
            "name",
            identity=(("servicename",),),
            attributes=(
                Attribute("servicename"),
                Attribute("weight", "number", low=1, high=100),
                Attribute("order", "number", low=1, high=8192),
            ),
            update={"servicename": "servicename", "weight": "weight", "order": "order"},
        ),
        Binding(
            "lbvserver_servicegroup_binding",
            "servicegroupbindings",
            "name",
            identity=(("servicegroupname",),),
            attributes=(Attribute("servicegroupname"),),  # NITRO refuses a weight here: error 1093
        ),
    ),
)

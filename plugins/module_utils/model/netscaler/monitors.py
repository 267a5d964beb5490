# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Monitors: the probes that tell whether a service is up.

A duration is a number and a unit in two attributes, and an appliance gives 60 seconds back as one minute.
"""

from __future__ import annotations

from .balancing import MSSQL
from .table import Attribute, Resource, Users, words

TYPES = words(
    "PING TCP HTTP TCP-ECV HTTP-ECV UDP-ECV DNS FTP LDNS-PING LDNS-TCP LDNS-DNS RADIUS USER HTTP-INLINE SIP-UDP SIP-TCP LOAD "
    "FTP-EXTENDED SMTP SNMP NNTP MYSQL MYSQL-ECV MSSQL-ECV ORACLE-ECV LDAP POP3 CITRIX-XML-SERVICE CITRIX-WEB-INTERFACE "
    "DNS-TCP RTSP ARP CITRIX-AG CITRIX-AAC-LOGINPAGE CITRIX-AAC-LAS "
    "CITRIX-XD-DDC ND6 CITRIX-WI-EXTENDED DIAMETER RADIUS_ACCOUNTING "
    "STOREFRONT APPC SMPP CITRIX-XNC-ECV CITRIX-XDM CITRIX-STA-SERVICE CITRIX-STA-SERVICE-NHOP MQTT HTTP2 QUIC DTLS "
    "KAFKA-AUTODISCOVER"
)
UNITS = ("SEC", "MSEC", "MIN")

MONITOR = Resource(
    "lbmonitor",
    key="monitorname",
    noun="monitor",
    attributes=(
        Attribute("type", choices=TYPES, fixed=True),
        Attribute("action", choices=("NONE", "LOG", "DOWN")),
        Attribute("respcode", "codes"),
        Attribute("httprequest"),
        Attribute("rtsprequest"),
        Attribute("customheaders"),
        Attribute("maxforwards", "number", low=0, high=255),
        Attribute("sipmethod", choices=("OPTIONS", "INVITE", "REGISTER")),
        Attribute("sipuri"),
        Attribute("sipreguri"),
        Attribute("send"),
        Attribute("recv"),
        Attribute("query"),
        Attribute("querytype", choices=("Address", "Zone", "AAAA")),
        Attribute("scriptname"),
        Attribute("scriptargs"),
        Attribute("secureargs", secret=True),
        Attribute("dispatcherip", "address"),
        Attribute("dispatcherport", "number", low=1, high=65535),
        Attribute("username"),
        Attribute("password", secret=True),
        Attribute("secondarypassword", secret=True),
        Attribute("logonpointname"),
        Attribute("lasversion"),
        Attribute("radkey", secret=True),
        Attribute("radnasid"),
        Attribute("radnasip", "address"),
        Attribute("radaccounttype", "number", low=0, high=15),
        Attribute("radframedip", "address"),
        Attribute("radapn"),
        Attribute("radmsisdn"),
        Attribute("radaccountsession"),
        Attribute("lrtm", "switch"),
        Attribute("deviation", "number", low=0, unit="units1"),
        Attribute("units1", choices=UNITS),
        Attribute("interval", "number", low=1, unit="units3"),
        Attribute("units3", choices=UNITS),
        Attribute("resptimeout", "number", low=1, unit="units4"),
        Attribute("units4", choices=UNITS),
        Attribute("resptimeoutthresh", "number", low=0, high=100),
        Attribute("retries", "number", low=1, high=127),
        Attribute("failureretries", "number", low=0, high=32),
        Attribute("alertretries", "number", low=0, high=32),
        Attribute("successretries", "number", low=1, high=32),
        Attribute("downtime", "number", low=1, unit="units2"),
        Attribute("units2", choices=UNITS),
        Attribute("destip", "address"),
        Attribute("destport", "number", low=0, high=65535),
        Attribute("reverse", "yes_no"),
        Attribute("transparent", "yes_no"),
        Attribute("iptunnel", "yes_no"),
        Attribute("tos", "yes_no"),
        Attribute("tosid", "number", low=1, high=63),
        Attribute("secure", "yes_no"),
        Attribute("validatecred", "yes_no"),
        Attribute("domain"),
        Attribute("ipaddress", "codes"),
        Attribute("group"),
        Attribute("filename"),
        Attribute("basedn"),
        Attribute("binddn"),
        Attribute("filter"),
        Attribute("attribute"),
        Attribute("database"),
        Attribute("oraclesid"),
        Attribute("sqlquery"),
        Attribute("evalrule"),
        Attribute("mssqlprotocolversion", choices=MSSQL),
        Attribute("snmpoid", aliases=("Snmpoid",)),
        Attribute("snmpcommunity", secret=True),
        Attribute("snmpthreshold"),
        Attribute("snmpversion", choices=("V1", "V2")),
        Attribute("application"),
        Attribute("sitepath"),
        Attribute("storename"),
        Attribute("storefrontacctservice", "yes_no"),
        Attribute("storefrontcheckbackendservices", "yes_no"),
        Attribute("hostname"),
        Attribute("netprofile"),
        Attribute("sslprofile"),
        Attribute("originhost"),
        Attribute("originrealm"),
        Attribute("hostipaddress", "address"),
        Attribute("vendorid", "number", low=0),
        Attribute("productname"),
        Attribute("firmwarerevision", "number", low=0),
        Attribute("authapplicationid", "codes"),
        Attribute("acctapplicationid", "codes"),
        Attribute("inbandsecurityid", choices=("NO_INBAND_SECURITY", "TLS")),
        Attribute("supportedvendorids", "codes"),
        Attribute("vendorspecificvendorid", "number", low=1),
        Attribute("vendorspecificauthapplicationids", "codes"),
        Attribute("vendorspecificacctapplicationids", "codes"),
        Attribute("storedb", "switch"),
        Attribute("trofscode", "number", low=0),
        Attribute("trofsstring"),
    ),
    required=(("type",),),
    with_update=("type",),
    with_delete=("type",),
    users=(
        Users("lbmonbindings_service_binding", "lbmonbindings_service_binding"),
        Users("lbmonbindings_servicegroup_binding", "lbmonbindings_servicegroup_binding"),
    ),
)
"""Its secrets cannot be compared, for an appliance gives none of them back."""

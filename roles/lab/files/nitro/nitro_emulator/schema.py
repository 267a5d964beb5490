# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the appliance knows of its resources: attributes, which of them are numbers and choices, and what cannot be changed.

Of each attribute the name, the kind, a default after ``=``, limits, and ``!`` where it is given at the start alone. The kinds:
``text``, ``int`` (told as a number), ``num`` (told as text, as NITRO does with what it calls Double), ``yes``, ``on``,
``able``, ``list``, ``hidden`` (never told), or the choices with bars between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

CHOICES = {"yes": ("YES", "NO"), "on": ("ON", "OFF"), "able": ("ENABLED", "DISABLED")}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_#. :@=-]{0,126}")


@dataclass(frozen=True)
class Kind:
    """One attribute."""

    name: str
    kind: str
    default: str | None = None
    fixed: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self.kind.split("|")) if "|" in self.kind else CHOICES.get(self.kind, ())


@dataclass(frozen=True)
class Type:
    """One resource."""

    key: str
    attributes: dict[str, Kind]
    required: tuple[str, ...] = ()
    actions: frozenset[str] = field(default_factory=frozenset)


def _kind(line: str) -> Kind:
    name, kind, *rest = line.split()
    fixed = "!" in rest
    default = next((word[1:] for word in rest if word.startswith("=")), None)
    limits = next((word.split("..") for word in rest if ".." in word), None)
    low, high = (float(limits[0]), float(limits[1])) if limits else (None, None)
    return Kind(name, kind, default, fixed, low, high)


def _type(key: str, text: str, required: str = "", actions: str = "") -> Type:
    kinds = [_kind(line) for line in text.split(";") if line.strip()]
    return Type(key, {kind.name: kind for kind in kinds}, tuple(required.split()), frozenset(actions.split()))


TRAFFIC = """
cachetype TRANSPARENT|REVERSE|FORWARD|SERVER =SERVER !; maxclient num =0 0..4294967294; maxreq num =0 0..65535;
cacheable yes =NO; cip able =DISABLED; cipheader text; usip yes =NO; pathmonitor yes =NO; pathmonitorindv yes =NO;
useproxyport yes =YES; healthmonitor yes =YES; sp on =OFF; rtspsessionidremap on =OFF;
clttimeout num =180 0..31536000; svrtimeout num =360 0..31536000; cka yes =NO; tcpb yes =NO; cmp yes =NO;
maxbandwidth num =0 0..4294967287; monthreshold num =0 0..65535; downstateflush able =ENABLED; tcpprofilename text;
httpprofilename text; comment text; appflowlog able =ENABLED; netprofile text; td num =0 0..4094 !;
state able =ENABLED !
"""
SERVICE_TYPES = (
    "HTTP|FTP|TCP|UDP|SSL|SSL_BRIDGE|SSL_TCP|DTLS|NNTP|RPCSVR|DNS|ADNS|SNMP|RTSP|DHCPRA|ANY|SIP_UDP|SIP_TCP|SIP_SSL|DNS_TCP|"
    "ADNS_TCP|MYSQL|MSSQL|ORACLE|RADIUS|RADIUSListener|RDP|DIAMETER|SSL_DIAMETER|TFTP|SMPP|PPTP|GRE|SYSLOGTCP|SYSLOGUDP|FIX|"
    "SSL_FIX|USER_TCP|USER_SSL_TCP|QUIC|MQTT|MQTT_TLS|MONGO|PUSH|SSL_PUSH|PROXY"
)
METHODS = (
    "ROUNDROBIN|LEASTCONNECTION|LEASTRESPONSETIME|URLHASH|DOMAINHASH|DESTINATIONIPHASH|SOURCEIPHASH|SRCIPDESTIPHASH|"
    "LEASTBANDWIDTH|LEASTPACKETS|TOKEN|SRCIPSRCPORTHASH|LRTM|CALLIDHASH|CUSTOMLOAD|LEASTREQUEST|AUDITLOGHASH|STATICPROXIMITY|"
    "USER_TOKEN"
)
PERSISTENCE = (
    "SOURCEIP|COOKIEINSERT|SSLSESSION|RULE|URLPASSIVE|CUSTOMSERVERID|DESTIP|SRCIPDESTIP|CALLID|RTSPSID|DIAMETER|FIXSESSION|"
    "USERSESSION|NONE"
)
LB = f"""
ipv46 text =0.0.0.0; ippattern text; ipmask text =*; port int =0 0..65535 !; range num =1 1..254 !;
persistencetype {PERSISTENCE} =NONE; timeout num =2 0..1440; persistencebackup SOURCEIP|NONE =NONE;
backuppersistencetimeout num =2 2..1440; lbmethod {METHODS} =LEASTCONNECTION; hashlength num =80 1..4096;
netmask text; v6netmasklen num =128 1..128;
backuplbmethod ROUNDROBIN|LEASTCONNECTION|LEASTRESPONSETIME|SOURCEIPHASH|LEASTBANDWIDTH|LEASTPACKETS|CUSTOMLOAD =ROUNDROBIN;
cookiename text; rule text =none; resrule text =none; listenpolicy text =NONE; listenpriority num =101 0..101;
persistmask text; v6persistmasklen num =128 1..128; rtspnat on =OFF; m IP|MAC|IPTUNNEL|TOS =IP; tosid num 1..63;
datalength num 1..100; dataoffset num =0 0..25400; sessionless able =DISABLED;
connfailover DISABLED|STATEFUL|STATELESS =DISABLED; backupvserver text; redirurl text; cacheable yes =NO;
clttimeout num =180 0..31536000; somethod CONNECTION|DYNAMICCONNECTION|BANDWIDTH|HEALTH|NONE =NONE;
sopersistence able =DISABLED; sopersistencetimeout num =2 2..1440; healththreshold num =0 0..100;
sothreshold num 1..4294967287; sobackupaction DROP|ACCEPT|REDIRECT; redirectportrewrite able =DISABLED;
downstateflush able =ENABLED; disableprimaryondown able =DISABLED; insertvserveripport OFF|VIPADDR|V6TOV4MAPPING =OFF;
vipheader text; authenticationhost text; authentication on =OFF; authn401 on =OFF; authnvsname text;
authnprofile text; push able =DISABLED; pushvserver text; pushlabel text =none; pushmulticlients yes =NO;
tcpprofilename text; httpprofilename text; dbprofilename text; dnsprofilename text; lbprofilename text;
netprofile text; comment text; l2conn on =OFF; oracleserverversion 10G|11G =10G;
mssqlserverversion 70|2000|2000SP1|2005|2008|2008R2|2012|2014 =2008R2; mysqlprotocolversion num;
mysqlserverversion text; mysqlcharacterset num; mysqlservercapabilities num; appflowlog able =ENABLED;
icmpvsrresponse PASSIVE|ACTIVE =PASSIVE; rhistate PASSIVE|ACTIVE =PASSIVE; newservicerequest num =0;
newservicerequestunit PER_SECOND|PERCENT =PER_SECOND; newservicerequestincrementinterval num =0 0..3600;
minautoscalemembers num =0 0..5000; maxautoscalemembers num =0 0..5000; skippersistency Bypass|ReLb|None =None;
macmoderetainvlan able =DISABLED; dbslb able =DISABLED; dns64 able; bypassaaaa yes =NO; recursionavailable yes =NO;
processlocal able =DISABLED; td num =0 0..4094 !; state able =ENABLED !
"""
MONITOR = """
type text !; action NONE|LOG|DOWN; respcode list; httprequest text; rtsprequest text; customheaders text;
maxforwards num; sipmethod OPTIONS|INVITE|REGISTER; sipuri text; sipreguri text; send text; recv text; query text;
querytype Address|Zone|AAAA; scriptname text; scriptargs text; secureargs hidden; dispatcherip text;
dispatcherport int; username text; password hidden; secondarypassword hidden; logonpointname text; lasversion text;
radkey hidden; radnasid text; radnasip text; radaccounttype num; radframedip text; radapn text; radmsisdn text;
radaccountsession text; lrtm able =DISABLED; deviation num =0 0..20939000; units1 SEC|MSEC|MIN =SEC;
interval int =5 1..20940000; units3 SEC|MSEC|MIN =SEC; resptimeout int =2 1..20939000; units4 SEC|MSEC|MIN =SEC;
resptimeoutthresh num =0 0..100; retries int =3 1..127; failureretries int =0 0..32; alertretries int =0 0..32;
successretries int =1 1..32; downtime int =30 1..20939000; units2 SEC|MSEC|MIN =SEC; destip text =0.0.0.0;
destport int =0; reverse yes =NO; transparent yes =NO; iptunnel yes =NO; tos yes =NO; tosid num =0 1..63;
secure yes =NO; validatecred yes =NO; domain text; ipaddress list; group text; filename text; basedn text;
binddn text; filter text; attribute text; database text; oraclesid text; sqlquery text; evalrule text;
mssqlprotocolversion text; snmpoid text; snmpcommunity hidden; snmpthreshold text; snmpversion V1|V2;
application text; sitepath text; storename text; storefrontacctservice yes =YES;
storefrontcheckbackendservices yes =NO; hostname text; netprofile text; sslprofile text; originhost text;
originrealm text; hostipaddress text; vendorid num; productname text; firmwarerevision num; authapplicationid list;
acctapplicationid list; inbandsecurityid NO_INBAND_SECURITY|TLS; supportedvendorids list; vendorspecificvendorid num;
vendorspecificauthapplicationids list; vendorspecificacctapplicationids list; storedb able =DISABLED; trofscode num;
trofsstring text
"""
TYPES = {
    "server": _type(
        "name",
        "ipaddress text; domain text !; translationip text; translationmask text; domainresolveretry int =5 5..20939;"
        "ipv6address yes =NO !; querytype A|AAAA|SRV !; comment text; td num =0 0..4094 !; state able =ENABLED !",
        actions="enable disable rename unset",
    ),
    "service": _type(
        "name",
        f"servername text !; servicetype {SERVICE_TYPES} !; port int 1..65535 !; cleartextport int 1..65535 !;"
        f"customserverid text =None; accessdown yes =NO; hashid num 1..4294967295; processlocal able =DISABLED;"
        f"dnsprofilename text; {TRAFFIC}",
        "servicetype port",
        "enable disable rename unset",
    ),
    "servicegroup": _type(
        "servicegroupname",
        f"servicetype {SERVICE_TYPES} !; autoscale DISABLED|DNS|POLICY|CLOUD|API =DISABLED; memberport int 0..65535 !;"
        f"{TRAFFIC}",
        "servicetype",
        "enable disable rename unset",
    ),
    "lbvserver": _type("name", f"servicetype {SERVICE_TYPES} !; {LB}", "servicetype", "enable disable rename unset"),
    "lbmonitor": _type("monitorname", MONITOR, "type", "enable disable unset"),
    "vxlan": _type(
        "id",
        "vlan num 1..4094; port int =4789 1..65534; dynamicrouting able =DISABLED; ipv6dynamicrouting able =DISABLED;"
        "type VXLAN|VXLANGPE =VXLAN !; protocol ETHERNET|IPv4|IPv6|NSH =ETHERNET !; innervlantagging able =DISABLED",
        actions="unset",
    ),
}
UNITS = {"interval": "units3", "resptimeout": "units4", "downtime": "units2", "deviation": "units1"}


def checked(kind: Kind, value: Any) -> Any:
    """A value as it is kept; None where it is none that the appliance takes."""
    if kind.kind in ("int", "num"):
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.0*)?", str(value).strip()):
            return None
        number = int(float(value))
        outside = kind.low is not None and kind.high is not None and not kind.low <= number <= kind.high
        return None if outside or number < 0 else number
    if kind.kind == "list":
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if kind.choices:
        return next((choice for choice in kind.choices if choice.upper() == str(value).upper()), None)
    return str(value) if isinstance(value, str | int | float) and str(value) and len(str(value)) < 2048 else None


def shown(kind: Kind, value: Any) -> Any:
    """A value as NITRO tells it: what it calls an Integer is a number, what it calls a Double is text."""
    return str(value) if kind.kind == "num" else value

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each back end can do, as a table: for every word of a description the product's own word for it.

A back end that has no word for something cannot do it. So what is translated, what is refused and what ``docs/`` compares
are one thing. The words are those of HAProxy 2.6, of Octavia's API v2 and of NetScaler's NITRO.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core.errors import InputError, Place

BACK_ENDS: Mapping[str, str] = {"haproxy": "HAProxy", "octavia": "Octavia", "netscaler": "NetScaler"}
Words = Mapping[str, Mapping[str, str]]


def _words(haproxy: str = "", octavia: str = "", netscaler: str = "") -> Mapping[str, str]:
    said = {"haproxy": haproxy, "octavia": octavia, "netscaler": netscaler}
    return {name: word for name, word in said.items() if word}


WORDS: Mapping[str, Words] = {
    "protocol": {
        "tcp": _words("tcp", "TCP", "TCP"),
        "http": _words("http", "HTTP", "HTTP"),
        "https": _words("tcp", "HTTPS", "SSL_BRIDGE"),
        "udp": _words(octavia="UDP", netscaler="UDP"),
        "sctp": _words(octavia="SCTP"),
        "any": _words(netscaler="ANY"),
    },
    "algorithm": {
        "round_robin": _words("roundrobin", "ROUND_ROBIN", "ROUNDROBIN"),
        "least_connections": _words("leastconn", "LEAST_CONNECTIONS", "LEASTCONNECTION"),
        "source_ip": _words("hash src", "SOURCE_IP", "SOURCEIPHASH"),
        "source_ip_port": _words(octavia="SOURCE_IP_PORT", netscaler="SRCIPSRCPORTHASH"),
        "destination_ip": _words("hash dst", netscaler="DESTINATIONIPHASH"),
        "source_destination_ip": _words(netscaler="SRCIPDESTIPHASH"),
        "uri": _words("uri", netscaler="URLHASH"),
        "host": _words("hdr(host)", netscaler="DOMAINHASH"),
        "random": _words("random"),
        "first": _words("first"),
        "least_response_time": _words(netscaler="LEASTRESPONSETIME"),
        "least_probe_time": _words(netscaler="LRTM"),
        "least_bandwidth": _words(netscaler="LEASTBANDWIDTH"),
        "least_packets": _words(netscaler="LEASTPACKETS"),
        "least_requests": _words(netscaler="LEASTREQUEST"),
    },
    "persistence.type": {
        "source_ip": _words("src", "SOURCE_IP", "SOURCEIP"),
        "destination_ip": _words("dst", netscaler="DESTIP"),
        "source_destination_ip": _words(netscaler="SRCIPDESTIP"),
        "cookie": _words("cookie", "HTTP_COOKIE", "COOKIEINSERT"),
        "application_cookie": _words("req.cook", "APP_COOKIE", "RULE"),
        "tls_session": _words(netscaler="SSLSESSION"),
    },
    "health_check.type": {
        "tcp": _words("check", "TCP", "TCP"),
        "http": _words("option httpchk", "HTTP", "HTTP"),
        "https": _words("check-ssl", "HTTPS", "HTTP"),
        "tls_hello": _words("option ssl-hello-chk", "TLS-HELLO", "TCP"),
        "ping": _words(octavia="PING", netscaler="PING"),
        "udp": _words(octavia="UDP-CONNECT"),
        "sctp": _words(octavia="SCTP"),
    },
}
"""By option and value."""

OPTIONS: Words = {
    "members.weight": _words("weight", "weight", "weight"),
    "members.backup": _words("backup", "backup", "order"),
    "members.enabled": _words("disabled", "admin_state_up", "state"),
    "persistence.timeout": _words("expire", "persistence_timeout", "timeout"),
    "health_check.method": _words("http-check send meth", "http_method", "httprequest"),
    "health_check.path": _words("http-check send uri", "url_path", "httprequest"),
    "health_check.expected_codes": _words("http-check expect status", "expected_codes", "respcode"),
    "timeouts.client": _words("timeout client", "timeout_client_data", "clttimeout"),
    "timeouts.server": _words("timeout server", "timeout_member_data", "svrtimeout"),
    "timeouts.connect": _words("timeout connect", "timeout_member_connect"),
    "limits.connections": _words("maxconn", "connection_limit", "sothreshold"),
    "limits.member_connections": _words("maxconn", netscaler="maxclient"),
    "allowed_sources": _words("tcp-request connection reject", "allowed_cidrs"),
}
"""Options that not every back end has, whatever their value."""

WEIGHTS: Mapping[str, tuple[int, int]] = {"haproxy": (0, 256), "octavia": (0, 256), "netscaler": (1, 100)}
"""The least and the greatest weight of a member."""


def said(back_end: str, option: str, value: str) -> str:
    """The product's own word for a value.

    >>> said("haproxy", "algorithm", "least_connections")
    'leastconn'
    """
    return WORDS[option][value][back_end]


def require(back_end: str, asked: Iterable[tuple[str, str | None]]) -> None:
    """Refuse what the back end has no word for.

    :param asked: pairs of an option and its value; None for an option of :data:`OPTIONS`
    :raises InputError: names what is lacking and who has it
    """
    for option, value in asked:
        words = OPTIONS.get(option, {}) if value is None else WORDS[option][value]
        if back_end not in words:
            raise InputError(_lacking(back_end, option, value, words), Place(path=option))


def _lacking(back_end: str, option: str, value: str | None, words: Mapping[str, str]) -> str:
    thing = f"such option: leave {option} out, or choose another back end" if value is None else f"{option} {value}"
    others = " and ".join(words) or "no other back end"
    return f"{back_end} has no {thing}; {others} {'has' if len(words) < 2 else 'have'}"

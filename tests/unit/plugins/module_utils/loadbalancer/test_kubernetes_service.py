# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each field of a Service means for its load balancer."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.description import (
    LoadBalancer,
    Member,
    Monitor,
    Persistence,
    Settings,
    Timeouts,
)
from ansible_collections.superfluidity.nfv.plugins.module_utils.loadbalancer.kubernetes_service import describe, full_name

HTTP = {"name": "http", "port": 80, "targetPort": "web", "nodePort": 30080}
ENDPOINTS = {
    "subsets": [
        {
            "addresses": [
                {"ip": "10.0.0.2", "targetRef": {"namespace": "shop", "name": "web-0"}},
                {"ip": "10.0.0.3"},
            ],
            "ports": [{"name": "http", "port": 8080}, {"name": "dns", "port": 5353}, {"port": 9000}],
        }
    ]
}


def described(
    settings: Settings | None = None, annotations: Any = None, ports: Any = (HTTP,), endpoints: Any = None, **spec: Any
) -> LoadBalancer:
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    service = {"metadata": metadata, "spec": {"clusterIP": "10.96.0.20", "ports": list(ports), **spec}}
    return describe(service, ENDPOINTS if endpoints is None else endpoints, settings or Settings())


def test_names_are_those_of_kuryr_and_a_port_has_its_own_members() -> None:
    balancer = described(ports=[HTTP, {"name": "dns", "port": 53, "protocol": "UDP"}])
    assert (balancer.name, balancer.address, balancer.public) == ("shop/web", "10.96.0.20", False)
    http, dns = balancer.listeners
    assert (http.name, http.protocol, http.port) == ("shop/web:TCP:80", "tcp", 80)
    assert http.members == (Member("shop/web-0:8080", "10.0.0.2", 8080), Member("shop/web:8080", "10.0.0.3", 8080))
    assert (dns.name, dns.protocol, dns.port) == ("shop/web:UDP:53", "udp", 53)
    assert [member.port for member in dns.members] == [5353, 5353]


def test_the_port_without_a_name_has_the_endpoints_without_a_name() -> None:
    [listener] = described(ports=[{"port": 1}]).listeners
    assert [member.port for member in listener.members] == [9000, 9000]


def test_without_endpoints_there_is_a_listener_all_the_same() -> None:
    assert described(endpoints=[]).listeners[0].members == ()


def test_one_address_and_port_is_one_member_whatever_pods_are_told_for_it() -> None:
    target = [{"ip": "10.0.0.2", "targetRef": {"namespace": "shop", "name": name}} for name in ("old", "new")]
    given = {"subsets": [{"addresses": target, "ports": [{"name": "http", "port": 8080}]}]}
    assert len(described(endpoints=given).listeners[0].members) == 1


def test_members_that_are_not_ready_count_where_the_service_publishes_them() -> None:
    given = {"subsets": [{"notReadyAddresses": [{"ip": "10.0.0.9"}], "ports": [{"name": "http", "port": 8080}]}]}
    assert described(endpoints=given).listeners[0].members == ()
    assert len(described(endpoints=given, publishNotReadyAddresses=True).listeners[0].members) == 1


@pytest.mark.parametrize(
    ("spec", "affinity"),
    [
        ({}, None),
        ({"sessionAffinity": "None"}, None),
        ({"sessionAffinity": "ClientIP"}, 10800),
        ({"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}}, 60),
    ],
)
def test_affinity(spec: dict[str, Any], affinity: int | None) -> None:
    kept = described(**spec).listeners[0].persistence
    assert kept == (affinity and Persistence("source_ip", affinity))


def test_what_is_public_has_sources_and_an_address() -> None:
    ranges = ["198.51.100.7/24", " 192.0.2.0/24", "2001:db8::/32"]
    asked = {"loadBalancerSourceRanges": ranges, "loadBalancerIP": "172.24.4.10"}
    balancer = described(type="LoadBalancer", **asked)
    assert (balancer.public, balancer.public_address) == (True, "172.24.4.10")
    assert balancer.listeners[0].sources == ("192.0.2.0/24", "198.51.100.0/24")


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", None])
def test_what_is_not_public_has_neither(kind: str | None) -> None:
    balancer = described(type=kind, loadBalancerSourceRanges=["192.0.2.0/24"], loadBalancerIP="172.24.4.10")
    assert (balancer.public, balancer.public_address, balancer.listeners[0].sources) == (False, None, ())


def test_timeouts_are_of_tcp_alone_and_annotations_go_before_options() -> None:
    settings = Settings(timeouts=Timeouts(1, 2, 3))
    ports = [HTTP, {"name": "dns", "port": 53, "protocol": "UDP"}]
    notes = {"openstack.org/kuryr-timeout-client-data": "70000"}
    tcp, udp = described(settings, notes, ports).listeners
    assert (tcp.timeouts, udp.timeouts) == (Timeouts(70000, 2, 3), Timeouts())


def test_each_protocol_has_its_own_probe() -> None:
    monitor = Monitor("http", delay=9, url_path="/health")
    ports = [HTTP, {"port": 53, "protocol": "UDP"}, {"name": "s", "port": 54, "protocol": "SCTP"}]
    tcp, udp, sctp = (listener.monitor for listener in described(Settings(monitor=monitor), ports=ports).listeners)
    assert (tcp, udp, sctp) == (monitor, Monitor("udp", delay=9), Monitor("sctp", delay=9))


def test_a_prefix_goes_before_all_names_but_those_of_pods() -> None:
    balancer = described(Settings(prefix="edge-1/"))
    assert (balancer.name, balancer.listeners[0].name) == ("edge-1/shop/web", "edge-1/shop/web:TCP:80")
    assert balancer.listeners[0].members[0].name == "shop/web-0:8080"
    assert full_name({"metadata": {"name": "web"}}) == "default/web"


def test_addresses_of_version_6() -> None:
    given = {"subsets": [{"addresses": [{"ip": "FD00::0007"}, {"ip": "10.0.0.2"}], "ports": [{"name": "http", "port": 80}]}]}
    balancer = described(endpoints=given, clusterIP="FD00:0::20")
    assert (balancer.address, [member.address for member in balancer.listeners[0].members]) == ("fd00::20", ["fd00::7"])


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"clusterIP": "None"}, "service.spec.clusterIP: shop/web is headless"),
        ({"clusterIP": None}, "service.spec.clusterIP: None is no address for shop/web"),
        ({"clusterIP": 5}, "service.spec.clusterIP: 5 is no address for shop/web"),
        ({"ports": ["http"]}, "service.spec.ports: it is no list of mappings"),
        ({"clusterIP": ""}, "service.spec.clusterIP: '' is no address for shop/web"),
        ({"type": "ExternalName"}, "service.spec.clusterIP: shop/web is an ExternalName"),
        ({"ports": [{"port": 80, "protocol": "QUIC"}]}, "service.spec.ports[0]: QUIC is none of TCP, UDP, SCTP"),
        ({"ports": [HTTP, {"port": 0}]}, "service.spec.ports[1]: port 0 is no number from 1 to 65535"),
        ({"ports": [{"port": "http"}]}, "service.spec.ports[0]: port 'http' is no number"),
        ({"ports": [{}]}, "service.spec.ports[0]: port None is no number"),
        ({"ports": [HTTP, {"port": 80}]}, "service.spec.ports: shop/web:TCP:80 is there twice"),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["home"]},
            "service.spec.loadBalancerSourceRanges: 'home' is no range",
        ),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["2001:db8::/32"]},
            "service.spec.loadBalancerSourceRanges: none of the ranges is of IPv4",
        ),
        ({"type": "LoadBalancer", "loadBalancerIP": "public"}, "service.spec.loadBalancerIP: 'public' is no address"),
        (
            {"annotations": {"openstack.org/kuryr-timeout-member-data": "1h"}},
            "service.metadata.annotations: a timeout is a number",
        ),
        (
            {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": "long"}}},
            "service.spec.sessionAffinityConfig: 'long' is no number of seconds",
        ),
    ],
)
def test_what_cannot_be_balanced_is_refused_in_a_sentence(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        described(**spec)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("service", [{}, {"metadata": {}}, {"metadata": {"namespace": "shop"}}])
def test_a_service_has_a_name(service: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"^service\.metadata\.name: the Service has no name"):
        full_name(service)

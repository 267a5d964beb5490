#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Octavia load balancer for a Kubernetes Service."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kuryr_load_balancer
short_description: Keep an Octavia load balancer in step with a Kubernetes Service
version_added: "0.1.0"
description:
  - Makes of a Service and its endpoints what Kuryr makes of them. The Service is one load balancer whose VIP is the
    C(clusterIP), each of its ports a listener with a pool, each ready endpoint a member.
  - Sends only what differs. A pod that comes or goes is one call, which changes the members of its pools and nothing else.
  - A listener of Octavia cuts a TCP connection on which nothing was said for 50 seconds, and with it every watch of
    Kubernetes that goes through it. This module sets both timeouts of data to one hour, unless O(timeout_client_data) and
    O(timeout_member_data) or the annotations of the Service say otherwise.
  - A load balancer of the Service's name without the tag that this module gives, C(superfluidity.nfv:load-balancer=) and the
    name, belongs to somebody else and is refused. All that one with the tag holds belongs to this module.
  - A listener, pool, monitor or load balancer of which something differs that Octavia cannot change is deleted and made again.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.kubernetes
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  state:
    description:
      - Whether the load balancer is to be there.
      - V(absent) needs the name of the Service only, and neither the Service nor the cluster.
    type: str
    choices: [present, absent]
    default: present
  service:
    description:
      - The Service, as the cluster has it. It needs a C(clusterIP), so a headless Service is refused.
      - Without it O(name) and O(namespace) are read from the cluster.
    type: dict
  endpoints:
    description:
      - The Endpoints of the Service, or a list of its EndpointSlices.
      - Required with O(service) for O(state=present).
    type: raw
  name:
    description: The name of the Service.
    type: str
  namespace:
    description: The namespace of O(name).
    type: str
    default: default
  name_prefix:
    description: Goes before every name, to tell clusters apart that share a project.
    type: str
    default: ""
  vip_subnet:
    description:
      - The subnet of the VIP, by name or id, in which the C(clusterIP) lies.
      - Required for O(state=present).
    type: str
  member_mode:
    description:
      - How a member is reached. V(L3) is from O(vip_subnet), through a router.
      - V(L2) is from O(member_subnet) itself, in which the load balancer gets a port.
    type: str
    choices: [L2, L3]
    default: L3
  member_subnet:
    description: The subnet of the pods, by name or id; required for O(member_mode=L2), and of no meaning for V(L3).
    type: str
  lb_algorithm:
    description:
      - How a member is chosen.
      - The default is V(ROUND_ROBIN), but V(SOURCE_IP_PORT) for O(provider=ovn), which takes no other.
    type: str
    choices: [ROUND_ROBIN, LEAST_CONNECTIONS, SOURCE_IP, SOURCE_IP_PORT]
  provider:
    description: Octavia's provider, such as V(amphora) or V(ovn); without it Octavia chooses, and any is right.
    type: str
  external_network:
    description:
      - The network, by name or id, of the floating IP that a Service of type C(LoadBalancer) gets.
      - Required for such a Service, unless its C(loadBalancerIP) names a floating IP that the project has.
    type: str
  tags:
    description: More tags for the load balancer and all that it holds.
    type: list
    elements: str
    default: []
  timeout_client_data:
    description:
      - After how many ms of a client's silence a TCP connection is cut.
      - The annotation C(openstack.org/kuryr-timeout-client-data) of the Service goes before it.
      - The default is one hour, V(3600000); with O(provider=ovn), which cuts none, the timeouts are sent only where they are
        given.
    type: int
  timeout_member_data:
    description:
      - After how many ms of a member's silence a TCP connection is cut; the default as for O(timeout_client_data).
      - The annotation C(openstack.org/kuryr-timeout-member-data) of the Service goes before it.
    type: int
  timeout_member_connect:
    description: How many ms a member may take to accept a TCP connection; without it what Octavia has.
    type: int
  monitor:
    description:
      - Health monitors for all pools. Without it there are none, as with Kuryr, for only ready endpoints are members.
    type: dict
    suboptions:
      type:
        description: What probes the members of TCP ports; UDP ports have V(UDP-CONNECT) and SCTP ports V(SCTP).
        type: str
        choices: [TCP, HTTP, HTTPS, TLS-HELLO, PING]
        default: TCP
      delay:
        description: Seconds from one probe to the next.
        type: int
        default: 5
      timeout:
        description: Seconds after which a probe has failed; less than O(monitor.delay).
        type: int
        default: 3
      max_retries:
        description: How many probes must succeed for a member to be taken back.
        type: int
        default: 3
      max_retries_down:
        description: How many probes must fail for a member to be left out.
        type: int
        default: 3
      http_method:
        description: The method of a probe by HTTP.
        type: str
      url_path:
        description: The path of a probe by HTTP.
        type: str
      expected_codes:
        description: The status codes of a good answer, such as V(200-204).
        type: str
notes:
  - O(ca_cert) and O(validate_certs) are for both, the cloud and the cluster; where they differ, write them into
    C(clouds.yaml) and the kubeconfig.
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Balance a Service as the cluster has it now
  superfluidity.nfv.kuryr_load_balancer:
    cloud: edge-1
    kubeconfig: ~/.kube/config
    context: edge-1
    namespace: video
    name: cache
    vip_subnet: services

- name: Balance a Service that is given, with its pods on a network of their own
  superfluidity.nfv.kuryr_load_balancer:
    cloud: edge-1
    vip_subnet: services
    member_mode: L2
    member_subnet: pods
    external_network: public
    monitor: {type: HTTP, url_path: /health}
    service:
      metadata: {name: web, namespace: default}
      spec:
        type: LoadBalancer
        clusterIP: 10.96.0.20
        ports: [{name: http, port: 80, targetPort: http}]
    endpoints:
      subsets:
        - addresses: [{ip: 10.244.0.7, targetRef: {namespace: default, name: web-0}}]
          ports: [{name: http, port: 8080}]

- name: Remove it
  superfluidity.nfv.kuryr_load_balancer:
    cloud: edge-1
    namespace: default
    name: web
    state: absent
"""

RETURN = r"""
load_balancer:
  description: The load balancer as it is after the run; null where there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its id.
      type: str
    name:
      description: Its name.
      type: str
    vip:
      description: The address of its VIP.
      type: str
    vip_port:
      description: The id of the port of its VIP.
      type: str
    floating_ip:
      description: Its floating IP, null where there is none.
      type: str
    provider:
      description: Its provider.
      type: str
    status:
      description: Its provisioning status, such as V(ACTIVE).
      type: str
    operating_status:
      description: Its operating status, such as V(ONLINE).
      type: str
    listeners:
      description: Its listeners, each with C(id), C(name), C(protocol), C(protocol_port) and both statuses.
      type: list
      elements: dict
    pools:
      description: Its pools, each with C(id), C(name), C(protocol), C(lb_algorithm) and both statuses.
      type: list
      elements: dict
    members:
      description:
        - The members of all pools, each with C(id), C(pool), C(name), C(address), C(protocol_port), C(subnet_id), C(weight)
          and both statuses.
      type: list
      elements: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: update, kind: members, name: "default/web:TCP:80"}
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils.clients.kubernetes.services import service_with_endpoints
from ..module_utils.clients.openstack.load_balancers import LoadBalancer, mark
from ..module_utils.core.plan import Plan
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import KUBERNETES, OPENSTACK
from ..module_utils.loadbalancer import kuryr_options, octavia, octavia_plan
from ..module_utils.loadbalancer.kubernetes_service import describe, full_name

SPEC = OPENSTACK.merge(
    KUBERNETES,
    ArgumentSpec(
        kuryr_options.OPTIONS,
        mutually_exclusive=(("name", "service"),),
        required_one_of=(("name", "service"),),
        required_if=(("state", "present", ("vip_subnet",)), ("member_mode", "L2", ("member_subnet",))),
    ),
)


class KuryrLoadBalancer:
    """The load balancer of one Service in one state; an acting verb (see ``glue.boundary.Acting``)."""

    def __init__(self, options: Mapping[str, Any]):
        self._options = options
        self._name = full_name(kuryr_options.metadata(options), options["name_prefix"])
        self._client = LoadBalancer(options, self._name)
        self._wanted = octavia.NOTHING

    def read(self) -> octavia.State:
        options = self._options
        if options["state"] == "absent":
            return self._client.read()
        given = kuryr_options.given(options) or service_with_endpoints(options, options["namespace"], options["name"])
        balancer = describe(*given, kuryr_options.settings(options))
        vip = self._client.subnet(options["vip_subnet"], "vip_subnet", balancer.address)
        members = self._client.subnet(options["member_subnet"], "member_subnet") if options["member_mode"] == "L2" else vip
        public = options["external_network"]
        network = self._client.network(public, "external_network") if public and balancer.public else None
        tags = (mark(self._name), *options["tags"])
        self._wanted = octavia.wanted(balancer, octavia.Placement(vip, members, tags, options["provider"], network))
        return self._client.read(balancer.public_address)

    def difference(self, current: octavia.State) -> Plan:
        return octavia_plan.plan(current, self._wanted)

    def apply(self, plan: Plan) -> None:
        self._client.apply(plan)

    def result(self) -> dict[str, Any]:
        return {"load_balancer": self._client.facts()}


def main() -> None:
    run_acting(SPEC, KuryrLoadBalancer)


if __name__ == "__main__":
    main()

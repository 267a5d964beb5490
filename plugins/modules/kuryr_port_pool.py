#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools of ready Neutron ports in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kuryr_port_pool
short_description: Keep pools of ready Neutron ports, so that containers need not wait for theirs
version_added: "0.1.0"
description:
  - Makes, recycles and removes the free ports of a pool, and hands them out - ports on a host, or subports of a VM's trunk.
  - Ports of one pool have the same host or trunk, project, network and security groups.
  - All state is in Neutron. Runs and controllers that act at the same time see the same truth and do not harm each other.
  - A port that somebody uses is never touched.
  - In check mode a trunk, network or security group that is not there yet is no failure, for an earlier task may make it.
    A warning says so, and the plan is that for an empty pool. So it is with O(node_label) where no node has the label.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.port_pools
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  pools:
    description:
      - Several pools, each with the options of one; what one leaves out is taken from the task.
      - They are worked on at the same time, and a pool that fails does not keep the others from their states.
    type: list
    elements: dict
    suboptions: &pool
      state:
        description:
          - V(present), the default, makes ports until the pool has its minimum, and removes what is above its maximum.
          - V(recycled) brings what users left back into the pool, attaches again what does not come up, and removes leaks.
            It makes no ports. A leak is removed when the second run has found it.
            Where O(in_use) or O(in_use_from) say which ports are used, the others are free again whatever their C(device_id),
            so claimants of O(state=claimed) lose theirs unless O(in_use) lists them.
          - V(absent) removes the free ports. While some are in use it refuses to, unless O(force=true).
            What trunks of the network have left that are gone is removed when the second run has found it.
          - V(claimed) hands a free port to each of O(claimants), and fills an empty pool first.
          - V(released) gives the ports of O(claimants) and O(ports) back.
        type: str
        choices: [present, recycled, absent, claimed, released]
      pool_driver:
        description:
          - V(neutron) for ports on a host, V(nested) for subports of a trunk.
          - V(multi), for the task only, where each of O(pools) names its own.
        type: str
        choices: [neutron, nested, multi]
      host:
        description:
          - The host of a O(pool_driver=neutron) pool, by the name that Neutron knows it under.
          - Only a user who may see and set C(binding:host_id) can keep such pools.
        type: str
      trunk:
        description: The trunk of a O(pool_driver=nested) pool, by its id, its name or the address of its parent port.
        type: str
      worker_subnets:
        description: Subnets of parent ports; needed where O(trunk) is an address that other networks have, too.
        type: list
        elements: str
      node_label:
        description:
          - A label of nodes, such as C(pod_vif=nested-vlan), or its key alone for any value; the pool is kept at each node that
            bears it.
          - It stands for O(host) or O(trunk), which are then the name and the internal address of the node.
        type: str
      network:
        description: The network of the ports, by name or id.
        type: str
      subnet:
        description:
          - The subnet of the addresses of new ports, by name or id; without it Neutron chooses one of O(network).
          - Ports that are there count, on whatever subnet of O(network).
        type: str
      project:
        description: The id of the project that owns the ports; without it the one that the credentials are for.
        type: str
      security_groups:
        description:
          - Their security groups, by name or id, in any order.
          - Without it the project's C(default) group, or none where the network has no port security.
        type: list
        elements: str
      min:
        description: Free ports that there are to be at least; 5, or O(max) where that is less, unless it is given.
        type: int
      max:
        description:
          - Free ports that there are to be at most - a number, or V(unlimited), which is the default.
          - V(0) means unlimited, too, as in Kuryr. For no port at all there is O(state=absent).
        type: str
      batch:
        description:
          - Ports that are made at least when the pool falls below its minimum, and at most with one call.
          - 10, or O(max) where that is less, unless it is given.
        type: int
      count:
        description: Free ports that there are to be exactly; overrides O(min).
        type: int
      segmentation_range:
        description: The first and the last VLAN id that may be used on the trunk; 1 and 4094 unless given.
        type: list
        elements: int
      tags:
        description: Tags of the ports; ports that lack one of them are not of the pool.
        type: list
        elements: str
      name:
        description: The name that free ports have; without it names are left alone, and new ports have none.
        type: str
      in_use:
        description: Ids of ports that are in use though their C(device_id) is empty, as those of pods with Kuryr are.
        type: list
        elements: str
      in_use_from:
        description: Reads O(in_use) from the KuryrPort objects and the annotations of pods of O(kubernetes).
        type: str
        choices: [kubernetes]
      on_quota:
        description:
          - What to do where the quota, the addresses or the VLANs do not suffice for the minimum.
          - V(fail), the default, makes no port that the quota forbids; V(partial) makes what can be made, and warns.
        type: str
        choices: [fail, partial]
      claimants:
        description: Whom to hand ports to, or whose to give back; each becomes the C(device_id) of its port.
        type: list
        elements: str
      ports:
        description: With O(state=released), ids of ports to give back.
        type: list
        elements: str
      force:
        description:
          - With O(state=absent), whether ports in use are removed, too.
          - With O(tags) as well, what trunks have left that are gone is removed by the first run.
        type: bool
      active_timeout:
        description:
          - Seconds in which a subport is to become ACTIVE, 90 unless given; new ones are waited for so long, within O(timeout).
          - A run that recycles attaches those again that have been down for longer.
        type: int
      reattach_down:
        description: Whether it does so; it does unless this is V(false).
        type: bool
      leak_grace:
        description:
          - Seconds that must lie between the two runs that find a leak; 0 unless given.
          - Raise it where other controllers may need longer to attach a port that they have made.
        type: int
  <<: *pool
  nodes:
    description: The nodes that O(node_label) speaks of; without them those of O(kubernetes).
    type: list
    elements: dict
    suboptions:
      name:
        description: The name, which is the host of its ports.
        type: str
        required: true
      address:
        description: The address of the parent port of its trunk.
        type: str
      labels:
        description: Its labels.
        type: dict
        default: {}
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Have subports ready for the pods of a worker VM
  superfluidity.nfv.kuryr_port_pool:
    cloud: edge-1
    pool_driver: nested
    trunk: worker-0
    network: pods
    security_groups: [pods]
    min: 5
    batch: 10
    max: unlimited

- name: Hand one to a pod
  superfluidity.nfv.kuryr_port_pool:
    cloud: edge-1
    state: claimed
    pool_driver: nested
    trunk: worker-0
    network: pods
    security_groups: [pods]
    claimants: [web-1]
  register: handed

- name: Take it back
  superfluidity.nfv.kuryr_port_pool:
    cloud: edge-1
    state: released
    pool_driver: nested
    trunk: worker-0
    network: pods
    security_groups: [pods]
    claimants: [web-1]

- name: Bring back what pods of Kuryr left, and remove leaks, in the pools of two worker VMs
  superfluidity.nfv.kuryr_port_pool:
    cloud: edge-1
    state: recycled
    pool_driver: nested
    network: pods
    security_groups: [pods]
    in_use_from: kubernetes
    kubernetes: {kubeconfig: ~/.kube/config, context: edge-1}
    pools: [{trunk: worker-0}, {trunk: worker-1}]

- name: Keep pools of both kinds, by the labels of the nodes
  superfluidity.nfv.kuryr_port_pool:
    cloud: edge-1
    pool_driver: multi
    network: pods
    in_use_from: kubernetes
    kubernetes: {kubeconfig: ~/.kube/config, context: edge-1}
    pools:
      - {pool_driver: nested, node_label: pod_vif=nested-vlan, min: 5}
      - {pool_driver: neutron, node_label: pod_vif=neutron-vif, min: 10}
"""

RETURN = r"""
pool:
  description: The pool after the run; null where the task has several.
  returned: success
  type: dict
  sample:
    key: {pool_driver: nested, trunk: 5f0e, project: 77a1, network: 90cc, security_groups: [1b2c]}
    size: 10
    by_security_groups: [{security_groups: [1b2c], size: 10}]
    in_use: 0
    down: 0
    recyclable: 0
    ports: [{id: 0d1e, ip: 10.0.0.7, mac: "fa:16:3e:00:00:01", segmentation_id: 1, status: ACTIVE, device_id: ""}]
pools:
  description:
    - The same for each pool, with its own C(created), C(recycled), C(deleted), C(leaked), C(claimed), C(quota) and C(plan);
      of one that failed C(failed) and C(msg), too.
  returned: success
  type: list
  elements: dict
created:
  description: Ids of the ports that were made.
  returned: success
  type: list
  elements: str
attached:
  description: Ids of ports that an earlier run made and this one brought to their trunk.
  returned: success
  type: list
  elements: str
recycled:
  description: Ids of the ports that are free again.
  returned: success
  type: list
  elements: str
deleted:
  description: Ids of the ports that were removed.
  returned: success
  type: list
  elements: str
released:
  description: Ids of the ports that were given back.
  returned: success
  type: list
  elements: str
leaked:
  description: Ids of the ports that a run with O(state=recycled) or V(absent) found on no trunk and no host, once or twice.
  returned: success
  type: list
  elements: str
claimed:
  description: The port of each claimant, as of RV(pool) C(ports).
  returned: success
  type: dict
quota:
  description: The quota of ports of the project; null where it was not needed, or the user may not see it.
  returned: success
  type: dict
  sample: {limit: 500, used: 120, reserved: 0, headroom: 380}
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample: [{action: create, kind: port, name: "worker-0/pods: VLAN 1"}]
api_calls:
  description: The calls of the run, the log-in among them.
  returned: success
  type: int
"""

from ..module_utils.clients.kubernetes.kuryr_ports import nodes, ports_in_use
from ..module_utils.clients.openstack.port_pools import PortPools
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import Options, run_acting
from ..module_utils.glue.options import OPENSTACK, PORT_POOL, PORT_POOLS
from ..module_utils.portpool import planning

NODE = {"name": {"type": "str", "required": True}, "address": {"type": "str"}, "labels": {"type": "dict", "default": {}}}
SPEC = OPENSTACK.merge(
    PORT_POOLS,
    ArgumentSpec(
        {
            **PORT_POOL.argument_spec,
            "pools": {"type": "list", "elements": "dict", "options": PORT_POOL.argument_spec},
            "nodes": {"type": "list", "elements": "dict", "options": NODE},
        },
    ),
)


def port_pools(options: Options) -> PortPools:
    """The acting verb, with what it needs to know of the cluster."""
    cluster = options["kubernetes"] or {}
    labelled = [options, *(options["pools"] or ())]
    known = options["nodes"]
    if known is None:
        known = nodes(cluster) if any(pool["node_label"] for pool in labelled) else []
    pools = planning.expand_pools(options, PORT_POOL.argument_spec, known)
    warned = {**options, "warnings": planning.unmatched_labels(options, known)}
    return PortPools(warned, pools, planning, planning.in_use_of(lambda: ports_in_use(cluster)))


def main() -> None:
    run_acting(SPEC, port_pools)


if __name__ == "__main__":
    main()

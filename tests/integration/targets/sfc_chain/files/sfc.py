# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells of one chain, by the SDK's own objects and not by the collection's code: ``sfc.py CLOUDS_FILE NAME``."""

import json
import os
import sys

import openstack

os.environ["OS_CLIENT_CONFIG_FILE"], name = sys.argv[1:]
network = openstack.connect(cloud="edge-1-tenant").network
ports = {port.id: port.name for port in network.ports()}
pairs = {pair.id: f"{ports[pair.ingress]}>{ports[pair.egress]}" for pair in network.sfc_port_pairs()}
groups = {group.id: sorted(pairs[one] for one in group.port_pairs) for group in network.sfc_port_pair_groups()}
classifiers = {
    one.id: f"{one.protocol} {one.destination_port_range_min}-{one.destination_port_range_max} {ports[one.logical_source_port]}"
    for one in network.sfc_flow_classifiers()
}
chain = network.find_sfc_port_chain(name, ignore_missing=False)
found = {
    "functions": [groups[one] for one in chain.port_pair_groups],
    "classifiers": sorted(classifiers[one] for one in chain.flow_classifiers),
    "parameters": chain.chain_parameters,
}
print(json.dumps(found))

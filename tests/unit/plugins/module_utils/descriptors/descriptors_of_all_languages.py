# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small service in each language, for the tests that ask the same of all of them."""

from __future__ import annotations

import hashlib
import json

SOL006_VNFD = """
vnfd:
  id: cache
  provider: us
  product-name: cache
  version: "1.0"
  vdu:
    - id: node
      description: the cache
      int-cpd:
        - {id: users, int-virtual-link-desc: inner, vnic-type: "etsi-nfv-descriptors:direct", security-group-rule-id: web}
        - id: out
          virtual-network-interface-requirement: [{name: eth1, virtual-interface: {type: SR-IOV}}]
      virtual-compute-desc: small
      virtual-storage-desc: [disk]
      sw-image-desc: linux
      boot-data: "#!/bin/sh"
      trunk-port: [{parent-port-cpd: out}]
    - {id: spare, int-cpd: [{id: users}], sw-image-desc: linux}
  virtual-compute-desc:
    - id: small
      virtual-memory: {size: 1.5, mempage-size: LARGE}
      virtual-cpu: {num-virtual-cpu: 2, pinning: {policy: static}}
  virtual-storage-desc:
    - {id: disk, block-storage-data: {size-of-storage: 4}}
  sw-image-desc:
    - {id: linux, name: linux, image: ubuntu.qcow2, min-ram: 2.0, min-disk: 8}
  int-virtual-link-desc:
    - {id: inner, connectivity-type: {flow-pattern: line}}
  ext-cpd:
    - {id: north, int-cpd: {vdu-id: node, cpd: out}, security-group-rule-id: [web, ping]}
    - {id: south, int-virtual-link-desc: inner}
  security-group-rule:
    - {id: web, direction: ingress, ether-type: ipv4, protocol: tcp, port-range-min: 80, port-range-max: 443}
    - {id: ping, ether-type: ipv6, protocol: icmp}
  df:
    - id: default
      vdu-profile: [{id: node, min-number-of-instances: 2, max-number-of-instances: 3}]
      instantiation-level: [{id: one, vdu-level: [{vdu-id: node, number-of-instances: 3}]}]
      default-instantiation-level: one
      virtual-link-profile:
        - id: inner
          virtual-link-protocol-data: [{l3-protocol-data: {cidr: 10.1.0.0/24, gateway-ip: 10.1.0.1}}]
"""
SOL006_NSD = """
nsd:
  id: video
  version: "2"
  vnfd-id: [cache]
  virtual-link-desc: [{id: world}, {id: backstage, connectivity-type: {flow-pattern: tree}}]
  sapd: [{id: internet, virtual-link-desc: world}]
  vnffgd: [{id: web, vnf-profile-id: [a, b]}]
  df:
    - id: default
      virtual-link-profile: [{id: w, virtual-link-desc-id: world}, {id: s, virtual-link-desc-id: backstage}]
      vnf-profile:
        - id: a
          vnfd-id: cache
          virtual-link-connectivity:
            - virtual-link-profile-id: w
              constituent-cpd-id: [{constituent-base-element-id: a, constituent-cpd-id: north, ip-address: 10.2.0.7}]
        - id: b
          vnfd-id: cache
          virtual-link-connectivity:
            - virtual-link-profile-id: w
              constituent-cpd-id: [{constituent-base-element-id: b, constituent-cpd-id: north}]
            - virtual-link-profile-id: s
              constituent-cpd-id: [{constituent-base-element-id: b, constituent-cpd-id: south}]
      dependencies: [{id: d, primary-vnf-profile: a, secondary-vnf-profile: b}]
"""
SOL006_XML = """<?xml version="1.0"?>
<nfv xmlns="urn:etsi:nfv:yang:etsi-nfv-descriptors">
  <vnfd>
    <id>cache</id><product-name>cache</product-name>
    <vdu><id>node</id><int-cpd><id>users</id></int-cpd><virtual-compute-desc>small</virtual-compute-desc></vdu>
    <virtual-compute-desc>
      <id>small</id><virtual-memory><size>1.0</size></virtual-memory>
      <virtual-cpu><num-virtual-cpu>2</num-virtual-cpu></virtual-cpu>
    </virtual-compute-desc>
    <ext-cpd><id>users</id><int-cpd><vdu-id>node</vdu-id><cpd>users</cpd></int-cpd></ext-cpd>
    <df><id>default</id></df>
  </vnfd>
</nfv>
"""
R2_VNFD = """
vnfd:vnfd-catalog:
  vnfd:
    - id: cache
      name: cache
      short-name: cache
      vendor: us
      mgmt-interface: {cp: users}
      connection-point: [{name: users, type: VPORT}, {name: out, type: VPORT}]
      vdu:
        - id: node
          name: the cache
          count: 2
          image: ubuntu
          vm-flavor: {vcpu-count: 2, memory-mb: 2048, storage-gb: 10}
          guest-epa: {cpu-pinning-policy: DEDICATED, mempage-size: LARGE}
          cloud-init-file: boot.txt
          interface:
            - {name: eth0, type: EXTERNAL, external-connection-point-ref: users, virtual-interface: {type: VIRTIO}}
            - {name: eth1, type: INTERNAL, internal-connection-point-ref: inner, virtual-interface: {type: SR-IOV}}
          internal-connection-point: [{id: inner, type: VPORT}]
          external-interface: [{name: eth2, vnfd-connection-point-ref: out}]
      internal-vld:
        - {id: backstage, type: ELAN, ip-profile-ref: p, internal-connection-point: [{id-ref: inner}]}
      ip-profiles:
        - name: p
          ip-profile-params: {subnet-address: 10.1.0.0/24, gateway-address: 10.1.0.1, dns-server: [{address: 9.9.9.9}]}
"""
R2_NSD = """
nsd:nsd-catalog:
  nsd:
    - id: video
      name: video
      version: "1"
      constituent-vnfd: [{member-vnf-index: 1, vnfd-id-ref: cache}, {member-vnf-index: 2, vnfd-id-ref: cache}]
      vld:
        - id: world
          type: ELAN
          vnfd-connection-point-ref:
            - {member-vnf-index-ref: 1, vnfd-id-ref: cache, vnfd-connection-point-ref: users, ip-address: 10.3.0.4}
            - {member-vnf-index-ref: 2, vnfd-id-ref: cache, vnfd-connection-point-ref: users}
      vnffgd:
        - id: g
          rsp:
            - id: web
              vnfd-connection-point-ref:
                - {member-vnf-index-ref: 2, vnfd-id-ref: cache, order: 1, vnfd-connection-point-ref: users}
                - {member-vnf-index-ref: 1, vnfd-id-ref: cache, order: 0, vnfd-connection-point-ref: out}
"""
OSM_VNFD = SOL006_VNFD.replace("  product-name", "  mgmt-cp: north\n  product-name").replace(
    'boot-data: "#!/bin/sh"', "cloud-init-file: boot.txt"
)
OPENMANO_VNF = """
vnf:
  name: cache
  description: a cache
  external-connections:
    - {name: users, type: mgmt, VNFC: node, local_iface_name: eth0}
    - {name: fast, type: data, VNFC: node, local_iface_name: xe0}
  internal-connections:
    - {name: inner, type: data, elements: [{VNFC: node, local_iface_name: xe1}, {VNFC: spare, local_iface_name: xe1}]}
  VNFC:
    - name: node
      VNFC image: /images/cache.qcow2
      boot-data: "#!/bin/sh"
      disk: 10
      numas:
        - {paired-threads: 2, memory: 3, interfaces: [{name: xe0, dedicated: "yes"}, {name: xe1, dedicated: "no"}]}
      bridge-ifaces: [{name: eth0, mac_address: "02:00:00:00:00:01"}]
    - {name: spare, vcpus: 1, ram: 512, bridge-ifaces: [{name: xe1, bandwidth: 1 Mbps}], numas: []}
"""
OPENMANO_TWO = """
schema_version: 2
scenario:
  name: video
  vnfs: {one: {vnf_name: cache}, two: {vnf_name: cache}}
  networks:
    world: {external: true, interfaces: [{one: users}, {two: users}]}
    back stage: {interfaces: [{one: fast}, {two: fast}]}
"""
OPENMANO_ONE = """
name: video
topology:
  nodes:
    one: {type: VNF, VNF model: cache}
    two: {type: VNF, VNF model: cache}
    world: {type: external_network, model: default}
  connections:
    first: {nodes: [{world: null}, {one: users}, {two: users}]}
    direct: {nodes: [{one: fast}, {two: fast}]}
"""
TOSCA_TOP = """
tosca_definitions_version: tosca_simple_yaml_1_2
imports: [etsi_nfv_sol001_vnfd_types.yaml, {file: types.yaml}, {df: df.yaml}]
topology_template:
  inputs: {selected_flavour: {type: string}, name: {type: string, default: cache}}
  node_templates:
    VNF:
      type: us.Cache
      properties: {flavour_id: {get_input: selected_flavour}, product_name: {get_input: name}, descriptor_id: d1}
"""
TOSCA_TYPES = """
tosca_definitions_version: tosca_simple_yaml_1_2
node_types:
  us.Cache:
    derived_from: tosca.nodes.nfv.VNF
    properties: {flavour_id: {type: string, default: simple}, descriptor_version: {type: string, default: "3.0"}}
  us.Disk: {derived_from: tosca.nodes.nfv.Vdu.VirtualBlockStorage}
"""
TOSCA_FLAVOUR = """
tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  substitution_mappings:
    node_type: us.Cache
    properties: {flavour_id: simple}
    requirements: {users: [cp1, virtual_link], out: [ext, external_virtual_link]}
  node_templates:
    VNF: {type: us.Cache, properties: {flavour_description: simple}}
    node:
      type: tosca.nodes.nfv.Vdu.Compute
      properties:
        name: node
        description: the cache
        vdu_profile: {min_number_of_instances: 1, max_number_of_instances: 4}
        sw_image_data: {name: ubuntu, min_disk: 1 GB, min_ram: 8 GB}
        boot_data: "#!/bin/sh"
      capabilities:
        virtual_compute:
          properties:
            virtual_memory: {virtual_mem_size: 2048 MiB}
            virtual_cpu: {num_virtual_cpu: 2, virtual_cpu_pinning: {virtual_cpu_pinning_policy: static}}
      requirements: [{virtual_storage: disk}]
    disk: {type: us.Disk, properties: {virtual_block_storage_data: {size_of_storage: 10 GB}}}
    cp1:
      type: tosca.nodes.nfv.VduCp
      properties:
        vnic_type: direct
        order: 1
        protocol:
          - address_data:
              - {l2_address_data: {mac_address: "02:00:00:00:00:01"}}
              - {l3_address_data: {floating_ip_activated: true}}
      requirements: [{virtual_binding: node}]
    cp0:
      type: tosca.nodes.nfv.VduCp
      properties: {order: 0}
      requirements: [{virtual_binding: {node: node}}, {virtual_link: inner}]
    inner:
      type: tosca.nodes.nfv.VnfVirtualLink
      properties:
        connectivity_type: {flow_pattern: tree}
        vl_profile:
          virtual_link_protocol_data: [{l3_protocol_data: {cidr: 10.4.0.0/24, gateway_ip: 10.4.0.1}}]
    ext: {type: tosca.nodes.nfv.VnfExtCp, requirements: [{internal_virtual_link: inner}]}
  policies:
    - levels: {type: tosca.policies.nfv.InstantiationLevels, properties: {default_level: l2, levels: {l1: {}, l2: {}}}}
    - counts:
        type: tosca.policies.nfv.VduInstantiationLevels
        targets: [node]
        properties: {levels: {l1: {number_of_instances: 1}, l2: {number_of_instances: 3}}}
    - web:
        type: tosca.policies.nfv.SecurityGroupRule
        targets: [cp0, cp1]
        properties: {protocol: tcp, port_range_min: 80, port_range_max: 443}
    - odd: {type: tosca.policies.nfv.SecurityGroupRule, targets: [cp1], properties: {protocol: sat_mon}}
    - all: {type: tosca.policies.nfv.SecurityGroupRule, targets: [cp1], properties: {port_range_min: 0, port_range_max: 65535}}
"""
TOSCA_META = """TOSCA-Meta-File-Version: 1.0
CSAR-Version: 1.1
Created-by: us
Entry-Definitions: Definitions/top.yaml

Name: K8S/pod.yaml
Content-Type: application/yaml
Algorithm: SHA-256
Hash: {hash}
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {}
"""
CONTAINERS = """
tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  substitution_mappings: {node_type: us.Pods, requirements: [{users: [cp, virtual_link]}]}
  node_templates:
    web: {type: tosca.nodes.nfv.Vdu.OsContainerDeployableUnit, properties: {name: web, description: pages}}
    made:
      type: tosca.nodes.nfv.Vdu.OsContainerDeployableUnit
      properties: {name: made}
      requirements: [{container: box}]
    box:
      type: tosca.nodes.nfv.Vdu.OsContainer
      properties:
        requested_cpu_resources: 500
        requested_memory_resources: 64 MB
        sw_image_data: {name: registry.example/box, version: "2.1"}
    cp:
      type: tosca.nodes.nfv.VduCp
      properties: {protocol: [{address_data: [{l3_address_data: {fixed_ip_address: [10.9.0.4]}}]}]}
      requirements: [{virtual_binding: web}]
"""
TOSCA_NSD = """
tosca_definitions_version: tosca_simple_yaml_1_2
imports: [types.yaml]
topology_template:
  node_templates:
    NS: {type: tosca.nodes.nfv.NS, properties: {name: video, version: "1.0", designer: us}}
    one: {type: us.Cache, properties: {descriptor_id: d1}, requirements: [{users: world}]}
    two: {type: us.Cache, properties: {descriptor_id: d1}, requirements: [{users: world}, {out: back}, {dependency: one}]}
    world:
      type: tosca.nodes.nfv.NsVirtualLink
      properties: {vl_profile: {virtual_link_protocol_data: [{l3_protocol_data: {cidr: 10.1.0.0/24}}]}}
    back: {type: tosca.nodes.nfv.NsVirtualLink}
    internet: {type: tosca.nodes.nfv.Sap, requirements: [{internal_virtual_link: world}]}
"""


VNF_CSAR = {
    "TOSCA-Metadata/TOSCA.meta": TOSCA_META.replace("{hash}", hashlib.sha256(POD.encode()).hexdigest()).encode(),
    "K8S/pod.yaml": POD.encode(),
    "Definitions/top.yaml": TOSCA_TOP.encode(),
    "Definitions/types.yaml": TOSCA_TYPES.encode(),
    "Definitions/df.yaml": TOSCA_FLAVOUR.encode(),
}
NS_CSAR = {
    "ns/TOSCA-Metadata/TOSCA.meta": b"TOSCA-Meta-File-Version: 1.0\nEntry-Definitions: ns.yaml\n",
    "ns/ns.yaml": TOSCA_NSD.encode(),
    "ns/types.yaml": TOSCA_TYPES.encode(),
}


def packed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of an OSM package, with their checksums."""
    sums = "".join(f"{hashlib.md5(content).hexdigest()}\tcache/{name}\n" for name, content in files.items())
    return {**{f"cache/{name}": content for name, content in files.items()}, "cache/checksums.txt": sums.encode()}


SUPERFLUIDITY_VNFD = {
    "vnfdId": "cache",
    "vdu": [
        {"vduId": "node", "virtualComputeDesc": "small", "intCpd": [{"cpdId": "users", "internalIfRef": "eth0"}]},
        {
            "vduId": "pages",
            "vduNestedDesc": "pod",
            "vduNestedDescType": "kubernetes",
            "vduParent": "node",
            "vduParentMandatory": True,
        },
    ],
    "virtualComputeDesc": [
        {
            "virtualComputeDescId": "small",
            "virtualCpu": {"numVirtualCpu": 2, "cpuArchitecture": "x86"},
            "virtualMemory": {"virtualMemSize": 2048},
        }
    ],
    "vnfExtCpd": [{"cpdId": "outside", "intCpd": "users", "securityGroupRuleId": ["web", "back"]}],
    "securityGroupRule": [
        {"securityGroupRuleId": "web", "protocol": "tcp", "portRangeMin": 80, "portRangeMax": 443},
        {"securityGroupRuleId": "back", "direction": "egress", "protocol": "ospfigp"},
    ],
}
DESCRIPTORS: dict[str, tuple[str, dict[str, bytes]]] = {
    "superfluidity vnfd": (
        "superfluidity",
        {"vnfd.json": json.dumps(SUPERFLUIDITY_VNFD, indent=1).encode(), "pod.yaml": POD.partition("---")[0].encode()},
    ),
    "sol006 vnfd": ("sol006", {"vnfd.yaml": SOL006_VNFD.encode()}),
    "sol006 nsd": (
        "sol006",
        {"vnfd.yaml": SOL006_VNFD.replace("-instances: 3", "-instances: 1").encode(), "nsd.yaml": SOL006_NSD.encode()},
    ),
    "sol006 xml": ("sol006", {"all.xml": SOL006_XML.encode()}),
    "osm r2": (
        "osm",
        {
            "vnfd.yaml": R2_VNFD.replace("count: 2", "count: 1", 1).encode(),
            "nsd.yaml": R2_NSD.encode(),
            "cloud_init/boot.txt": b"#!/bin/sh",
        },
    ),
    "osm vnfd": ("osm", {"vnfd.yaml": OSM_VNFD.encode(), "boot.txt": b"#!/bin/sh"}),
    "osm package": ("osm", packed({"cache_vnfd.yaml": OSM_VNFD.encode(), "cloud_init/boot.txt": b"#!/bin/sh"})),
    "openmano vnf": ("openmano", {"cache.yaml": OPENMANO_VNF.encode()}),
    "openmano two": ("openmano", {"cache.yaml": OPENMANO_VNF.encode(), "video.yaml": OPENMANO_TWO.encode()}),
    "openmano one": ("openmano", {"cache.yaml": OPENMANO_VNF.encode(), "video.yaml": OPENMANO_ONE.encode()}),
    "sol001 vnf": ("sol001", VNF_CSAR),
    "sol001 containers": ("sol001", {"pods.yaml": CONTAINERS.encode(), "K8S/pod.yaml": POD.encode()}),
    "sol001 ns": ("sol001", {**NS_CSAR, **{f"cache/{name}": content for name, content in VNF_CSAR.items()}}),
    "json": (
        "sol006",
        {"a.json": json.dumps({"etsi-nfv-vnfd:vnfd": [{"id": "a", "vdu": [{"id": "v"}], "df": [{"id": "d"}]}]}).encode()},
    ),
}
"""Name → the language, and the files."""

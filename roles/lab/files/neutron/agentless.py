# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the lab: Neutron without agents on the hosts.

On a real cloud an agent on each host wires a port and then reports it ACTIVE. In the lab there is nothing to
wire, yet what is built on Neutron waits for that report. This mechanism driver binds any port that has a
host (``binding:host_id``) and reports it ACTIVE at once; a port without a host stays unbound and DOWN, as
everywhere. It accepts VNIC types normal, direct and macvtap, and declares QoS rules so that policies can be
attached; nothing enforces them. Trunks are ACTIVE, and subports follow their parent port: they are on its
host, and so ACTIVE, from the moment when it has one. Ports of routers are put on a host of their own.

Neutron finds it by the name ``agentless`` through the metadata folder beside this file, whose parent must be
on PYTHONPATH of the Neutron server.
"""

from __future__ import annotations

from typing import Any

from neutron.objects import trunk as trunk_objects
from neutron.services.trunk.drivers import base as trunk_base
from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.db.constants import DB_INTEGER_MAX_VALUE
from neutron_lib.plugins import directory
from neutron_lib.plugins.ml2 import api
from neutron_lib.services.qos import base as qos_base
from neutron_lib.services.qos import constants as qos
from neutron_lib.services.trunk import constants as trunks

SRIOV = (portbindings.VNIC_DIRECT, portbindings.VNIC_MACVTAP)
VNIC_TYPES = (portbindings.VNIC_NORMAL, portbindings.VNIC_BAREMETAL, *SRIOV)

_RATE = {"type:range": [0, DB_INTEGER_MAX_VALUE]}
_DIRECTION = {"type:values": constants.VALID_DIRECTIONS}
QOS_RULES = {
    qos.RULE_TYPE_BANDWIDTH_LIMIT: {qos.MAX_KBPS: _RATE, qos.MAX_BURST: _RATE, qos.DIRECTION: _DIRECTION},
    qos.RULE_TYPE_MINIMUM_BANDWIDTH: {qos.MIN_KBPS: _RATE, qos.DIRECTION: _DIRECTION},
    qos.RULE_TYPE_DSCP_MARKING: {qos.DSCP_MARK: {"type:values": constants.VALID_DSCP_MARKS}},
}


# Where an agent would schedule routers.
ROUTER_HOST = "router"
ROUTER_OWNERS = (*constants.ROUTER_INTERFACE_OWNERS, constants.DEVICE_OWNER_ROUTER_GW)


class AgentlessDriver(api.MechanismDriver):
    """Binds every port of a known VNIC type to its network's first segment."""

    def initialize(self) -> None:
        interfaces = (portbindings.VIF_TYPE_OVS, portbindings.VIF_TYPE_HW_VEB)
        segmentation = (trunks.SEGMENTATION_TYPE_VLAN,)
        # The registries of Neutron hold on to these two.
        AgentlessTrunks("agentless", interfaces, segmentation, can_trunk_bound_port=True)
        AgentlessQos("agentless", [], [], QOS_RULES, requires_rpc_notifications=False)

    @property
    def connectivity(self) -> str:
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context: Any) -> None:
        """Choose the segment and say at once that the port works."""
        vnic = context.current.get(portbindings.VNIC_TYPE, portbindings.VNIC_NORMAL)
        if vnic not in VNIC_TYPES or not context.segments_to_bind:
            return
        segment = context.segments_to_bind[0]
        interface, details = _wiring(vnic, segment)
        context.set_binding(segment[api.ID], interface, details, constants.PORT_STATUS_ACTIVE)

    def create_port_postcommit(self, context: Any) -> None:
        """Give the ports of routers a host."""
        port = context.current
        if port["device_owner"] in ROUTER_OWNERS:
            _update_port(context._plugin_context.elevated(), port["id"], ROUTER_HOST, port["device_owner"])

    def update_port_postcommit(self, context: Any) -> None:
        """Take the subports along when a trunk's parent port gets a host."""
        if context.host and context.host != context.original_host:
            admin = context._plugin_context.elevated()
            for trunk in trunk_objects.Trunk.get_objects(admin, port_id=context.current["id"]):
                _bind_subports(admin, trunk, trunk.sub_ports)

    def filter_hosts_with_segment_access(
        self, _context: Any, _segments: Any, candidate_hosts: Any, _agent_getter: Any
    ) -> set[str]:
        """Every host reaches every segment."""
        return set(candidate_hosts)


def _wiring(vnic: str, segment: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The kind of interface that the host would plug, and what it would need to know for that."""
    if vnic in SRIOV:
        vlan = str(segment.get(api.SEGMENTATION_ID) or 0)
        return portbindings.VIF_TYPE_HW_VEB, {portbindings.CAP_PORT_FILTER: False, portbindings.VIF_DETAILS_VLAN: vlan}
    if vnic == portbindings.VNIC_BAREMETAL:
        return portbindings.VIF_TYPE_OTHER, {}
    return portbindings.VIF_TYPE_OVS, {portbindings.CAP_PORT_FILTER: True}


@registry.has_registry_receivers
class AgentlessTrunks(trunk_base.DriverBase):
    """Binds subports to the host of their trunk's parent port, which makes them ACTIVE."""

    def __init__(self, name: str, interfaces: Any, segmentation_types: Any, can_trunk_bound_port: bool):
        super().__init__(name, interfaces, segmentation_types, None, can_trunk_bound_port=can_trunk_bound_port)

    @property
    def is_loaded(self) -> bool:
        return True

    @registry.receives(resources.TRUNK, [events.AFTER_CREATE])
    def trunk_created(self, _resource: str, _event: str, _trigger: Any, payload: Any) -> None:
        trunk = payload.states[0]
        _bind_subports(payload.context.elevated(), trunk, trunk.sub_ports)
        trunk.status = trunks.TRUNK_ACTIVE_STATUS

    @registry.receives(resources.TRUNK, [events.AFTER_DELETE])
    def trunk_deleted(self, _resource: str, _event: str, _trigger: Any, payload: Any) -> None:
        """What was on the trunk is on no host any more."""
        context = payload.context.elevated()
        for subport in payload.states[0].sub_ports:
            _update_port(context, subport.port_id, "", "")

    @registry.receives(resources.SUBPORTS, [events.AFTER_CREATE])
    def subports_added(self, _resource: str, _event: str, _trigger: Any, payload: Any) -> None:
        _bind_subports(payload.context.elevated(), payload.states[1], payload.metadata["subports"])

    @registry.receives(resources.SUBPORTS, [events.AFTER_DELETE])
    def subports_removed(self, _resource: str, _event: str, _trigger: Any, payload: Any) -> None:
        context = payload.context.elevated()
        for subport in payload.metadata["subports"]:
            _update_port(context, subport.port_id, "", "")
        _set_active(context, payload.states[1].id)


def _bind_subports(context: Any, trunk: Any, subports: Any) -> None:
    host = directory.get_plugin().get_port(context, trunk.port_id).get(portbindings.HOST_ID)
    for subport in subports:
        _update_port(context, subport.port_id, host, trunks.TRUNK_SUBPORT_OWNER)
    _set_active(context, trunk.id)


def _update_port(context: Any, port: str, host: str, owner: str) -> None:
    body = {portbindings.HOST_ID: host, "device_owner": owner}
    directory.get_plugin().update_port(context, port, {"port": body})


def _set_active(context: Any, trunk_id: str) -> None:
    trunk = trunk_objects.Trunk.get_object(context, id=trunk_id)
    if trunk:
        trunk.update(status=trunks.TRUNK_ACTIVE_STATUS)


class AgentlessQos(qos_base.DriverBase):
    """Declares the rules for every kind of port."""

    def is_vif_type_compatible(self, _vif_type: str) -> bool:
        return True

    def is_vnic_compatible(self, vnic_type: str) -> bool:
        return vnic_type in VNIC_TYPES

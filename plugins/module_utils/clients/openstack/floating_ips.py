# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floating IPs of one VIP: found, made, moved and given back."""

from __future__ import annotations

from typing import Any

from ...core.plan import Change

States = dict[str, dict[str, Any]]


class FloatingIps:
    """Those at a VIP and those that bear its mark, in their description, which is written as they are made.

    :param connection: openstacksdk's connection
    """

    def __init__(self, connection: Any, mark: str):
        self._connection = connection
        self._mark = mark
        self._port: str | None = None
        self._found: dict[str, Any] = {}

    def read(self, port: str | None, address: str | None = None) -> States:
        """Each by its address.

        :param port: the VIP's port, None where there is none yet
        :param address: one more to look for
        """
        queries = [{"description": self._mark}]
        queries += [{"port_id": port}] if port else []
        queries += [{"floating_ip_address": address}] if address else []
        mine = self._connection.current_project_id
        ips = self._connection.network.ips
        self._port = port
        self._found = {item.floating_ip_address: item for query in queries for item in ips(project_id=mine, **query)}
        return {address: self._state(item) for address, item in self._found.items()}

    def _state(self, item: Any) -> dict[str, Any]:
        here = item.port_id is not None and item.port_id == self._port
        return {
            "network_id": item.floating_network_id,
            "attached": True if here else None if item.port_id else False,
            "ours": item.description == self._mark,
        }

    def attached(self) -> str | None:
        """The first address at the VIP."""
        return next(
            (address for address, item in sorted(self._found.items()) if self._port and item.port_id == self._port), None
        )

    def change(self, change: Change, port: str | None) -> None:
        """Carry out a change of the plan; ``port`` is the VIP's as it is by now."""
        network = self._connection.network
        if change.action == "create":
            asked = {"floating_ip_address": change.after["address"]} if change.after.get("address") else {}
            home = {"floating_network_id": change.after["network_id"], "port_id": port}
            network.create_ip(**home, **asked, description=self._mark)
        elif change.action == "update":
            network.update_ip(self._found[change.name].id, port_id=port if change.after["attached"] else None)
        else:
            network.delete_ip(self._found[change.name].id, ignore_missing=True)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``gathered_parts``: what all hosts of a play found, as one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: gathered_parts
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Bring together what all hosts told of a service
description:
  - Takes host names and answers one list of what M(superfluidity.nfv.service_info) found at each, with C(site) and C(host)
    added.
positional: hostvars, result
options:
  _input:
    description: The names of the hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: Ansible's C(hostvars).
    type: dict
    required: true
  result:
    description: The name of the variable in which each host registered its result.
    type: str
    required: true
  key:
    description: What of the results to bring together.
    type: str
    choices: [parts, hypervisors]
    default: parts
"""

EXAMPLES = r"""
- name: Bring the parts together
  ansible.builtin.set_fact:
    parts: "{{ ansible_play_hosts | superfluidity.nfv.gathered_parts(hostvars, 'found') }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The parts of all hosts, in the order of the hosts.
  type: list
  elements: dict
"""


def gathered_parts(hosts: Any, hostvars: Any, result: str, key: str = "parts") -> list[dict[str, Any]]:
    return [
        {"site": plain(hostvars[host]["nfv_site"]), "host": str(host), **part}
        for host in hosts
        if result in hostvars[host]
        for part in plain(hostvars[host][result].get(key) or [])
    ]


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"gathered_parts": gathered_parts}

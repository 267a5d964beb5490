# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_stages``: which part of a service each VIM gets, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.model.deployment import deployment
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_stages
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Place the functions of a service at the sites, stage by stage
description:
  - Takes a service model and the sites of an inventory and answers, for each stage of the service's order, what each site gets.
  - Refuses a service for which there is no site, or whose site lacks the VIM that a VDU needs.
positional: sites
options:
  _input:
    description: The service model, as M(superfluidity.nfv.nfv_descriptor) returns it.
    type: dict
    required: true
  sites:
    description: The sites by name, as the inventory P(superfluidity.nfv.sites#inventory) gives them in C(nfv_sites).
    type: dict
    required: true
seealso:
  - plugin: superfluidity.nfv.to_heat
    plugin_type: filter
  - plugin: superfluidity.nfv.to_kubernetes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the stages
  ansible.builtin.debug:
    msg: "{{ service | superfluidity.nfv.to_stages(sites=nfv_sites) }}"
"""

RETURN = r"""
_value:
  description:
    - The stages in order, each with the names of its C(functions) and its C(sites).
    - A site has C(functions); with VMs C(stack), C(networks) and C(tags); with pods C(kubernetes) and C(nodes); with processes
      C(processes) by server.
  type: list
  elements: dict
"""


def to_stages(service: Any, sites: Any) -> list[dict[str, Any]]:
    try:
        return deployment(plain(service), plain(sites))
    except NfvError as error:
        raise AnsibleFilterError(f"to_stages: {error}") from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_stages": to_stages}

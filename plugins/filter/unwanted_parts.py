# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``unwanted_parts``: what a VIM has of a service that the service no longer asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.to_kubernetes import to_kubernetes
from ..module_utils.model.deployment import unwanted
from ..module_utils.model.service_stages import site_list
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: unwanted_parts
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Find the parts of a service that no stage asks for
description:
  - Takes the parts that M(superfluidity.nfv.service_info) found at one VIM and answers those to remove.
  - What belongs to a stack, or is owned by another object, is not among them - it goes with its owner.
positional: service
options:
  _input:
    description: The parts.
    type: list
    elements: dict
    required: true
  service:
    description: The service model.
    type: dict
    required: true
  stages:
    description: Its stages, from M(superfluidity.nfv.service_stages).
    type: list
    elements: dict
    required: true
  site:
    description: The site, as a mapping with C(name) and C(role).
    type: dict
    required: true
  sites:
    description: All sites, as the inventory gives them.
    type: dict
    required: true
  host:
    description: The inventory's name of the host that was asked.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what is too much
  ansible.builtin.debug:
    msg: >-
      {{ found.parts | superfluidity.nfv.unwanted_parts(service, stages=stages, site={'name': 'edge-1', 'role': 'edge'},
         sites=nfv_sites, host=inventory_hostname) }}
"""

RETURN = r"""
_value:
  description: The parts to remove.
  type: list
  elements: dict
"""


def unwanted_parts(parts: Any, service: Any, stages: Any, site: Any, sites: Any, host: str) -> list[dict[str, Any]]:
    here = plain(site)
    try:
        objects = to_kubernetes(plain(service), here, site_list(plain(sites)))
        return unwanted(plain(parts), plain(stages), here["name"], str(host), objects)
    except NfvError as error:
        raise AnsibleFilterError(f"unwanted_parts: {error}") from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"unwanted_parts": unwanted_parts}

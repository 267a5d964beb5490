# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_nitro``: a described load balancer as what NetScaler's API takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.loadbalancer import netscaler
from ..module_utils.loadbalancer.load_balancer_options import OPTIONS, REQUIRED_IF, describe
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_nitro
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a described load balancer into resources of NetScaler's API
description:
  - Takes a description of a load balancer, as M(superfluidity.nfv.haproxy_load_balancer) does, and answers the resources of
    NITRO that make it, each after those that it names - service group, monitor, virtual server and what binds them.
  - What NetScaler has not is refused, and who has it named.
options:
  _input:
    description: The description.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Make a load balancer at a NetScaler that has none of its objects
  ansible.builtin.uri:
    url: "https://{{ nsip }}/nitro/v1/config/{{ item.resource }}"
    method: POST
    headers: {X-NITRO-USER: "{{ nitro_user }}", X-NITRO-PASS: "{{ nitro_pass }}"}
    body_format: json
    body: "{{ {item.resource: item.attributes} }}"
    status_code: [200, 201]
  loop: "{{ web | superfluidity.nfv.to_nitro }}"
  loop_control:
    label: "{{ item.resource }} {{ item.name }}"
  vars:
    web:
      name: web
      virtual_ip: 192.0.2.10
      port: 80
      protocol: http
      members:
        - {address: 192.0.2.21, port: 8080}
        - {address: 192.0.2.22, port: 8080}
      health_check: {type: http, path: /health}
"""

RETURN = r"""
_value:
  description: The resources in the order in which they are made, each with C(resource), C(name), C(keys) and C(attributes).
  type: list
  elements: dict
"""

SPEC = ArgumentSpec(OPTIONS, required_if=REQUIRED_IF)


def to_nitro(described: Any) -> list[dict[str, Any]]:
    try:
        made = netscaler.resources(describe(SPEC.validated(plain(described)), "netscaler"))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    return [{"resource": one.kind, "name": one.name, "keys": list(one.keys), "attributes": one.attributes} for one in made]


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_nitro": to_nitro}

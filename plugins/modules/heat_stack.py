#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Heat stack in one state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: heat_stack
short_description: Keep a Heat stack in step with a template
version_added: "0.1.0"
description:
  - Creates, updates or deletes a Heat stack so that it has the template, the parameters and the tags given.
  - A stack is compared with what is given before anything is sent, so a second run changes nothing and check mode tells
    the truth.
  - An operation that an earlier run left under way is waited for, and a failed stack is updated again.
extends_documentation_fragment:
  - superfluidity.nfv.openstack
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  name:
    description: The name of the stack.
    type: str
    required: true
  state:
    description: Whether the stack is to be there.
    type: str
    choices: [present, absent]
    default: present
  template:
    description:
      - The template, as data.
      - Required for O(state=present).
    type: dict
  parameters:
    description:
      - Values of the template's parameters.
      - A parameter that is not given keeps the value that the stack has been given, or else the default of the template.
      - A parameter that the template hides cannot be compared; it counts as unchanged.
    type: dict
    default: {}
  tags:
    description:
      - Tags of the stack.
      - A stack of this name that has none of them belongs to somebody else and is refused.
      - With no tags given, nothing is refused.
    type: list
    elements: str
    default: []
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Bring the part of the service at this site up to its template
  superfluidity.nfv.heat_stack:
    cloud: edge-1
    name: video-edge-1
    template: "{{ service | superfluidity.nfv.to_heat(site={'name': 'edge-1', 'role': 'edge'}) }}"
    tags: [superfluidity.nfv:service=video]

- name: Remove it
  superfluidity.nfv.heat_stack:
    cloud: edge-1
    name: video-edge-1
    state: absent
    tags: [superfluidity.nfv:service=video]
"""

RETURN = r"""
stack:
  description: The stack as it is after the run; null where there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its id.
      type: str
    name:
      description: Its name.
      type: str
    status:
      description: Its status, such as V(CREATE_COMPLETE).
      type: str
    outputs:
      description: The values of the template's outputs.
      type: dict
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: stack, name: video-edge-1}
"""

from ..module_utils.clients.openstack.stacks import Stack
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import OPENSTACK

SPEC = OPENSTACK.merge(
    ArgumentSpec(
        {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "template": {"type": "dict"},
            "parameters": {"type": "dict", "default": {}},
            "tags": {"type": "list", "elements": "str", "default": []},
        },
        required_if=(("state", "present", ("template",)),),
    )
)


def main() -> None:
    run_acting(SPEC, Stack)


if __name__ == "__main__":
    main()

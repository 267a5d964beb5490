# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``with_templates``: a service with the measured templates of its functions."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.model.service_costs import check_costs
from ..module_utils.model.service_templates import with_templates as give
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: with_templates
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Give a service the measured templates of its functions
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers it with C(sla.templates), and with
    C(sla.class) where O(sla_class) is given.
  - What comes after sizes the machines by the templates of the class, P(superfluidity.nfv.to_heat#filter) and
    M(superfluidity.nfv.service_placement) among them.
  - Refuses templates whose machines cost more than C(cost.maximum) of their function or of the service, by the C(costs) that
    M(superfluidity.nfv.template_optimise) answers.
positional: templates, sla_class
options:
  _input:
    description: The service model.
    type: dict
    required: true
  templates:
    description:
      - By function, or by C(function.vdu) where a function has several machines, the answer of
        M(superfluidity.nfv.template_optimise), or its C(templates) alone.
      - Those of a function that had some before are replaced.
    type: dict
    required: true
  sla_class:
    description: The class that the service asks for, where it is not the one that its descriptor names.
    type: str
seealso:
  - plugin: superfluidity.nfv.to_heat
    plugin_type: filter
  - module: superfluidity.nfv.template_optimise
"""

EXAMPLES = r"""
- name: Write the stack of class A
  ansible.builtin.copy:
    content: >-
      {{ video.service | superfluidity.nfv.with_templates({'cache': optimised}, 'class_A')
         | superfluidity.nfv.to_heat('edge-1', role='edge') | to_nice_yaml }}
    dest: video-edge-1.yaml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The service model, with its templates.
  type: dict
"""


def with_templates(service: t.Any, templates: t.Any, sla_class: str | None = None) -> dict:
    try:
        given = give(plain(service), plain(templates), plain(sla_class))
        check_costs(given, plain(templates))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    return given


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, t.Callable]:
        return {"with_templates": with_templates}

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_campaign_report``: what a measuring campaign found, as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.report.campaign import page
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_campaign_report
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Show what a measuring campaign found
description:
  - Takes the answer of M(superfluidity.nfv.template_optimise) and answers an HTML page that needs only a browser. It shows what
    each configuration reaches between the borders of the classes, the template of each class, the decision tree and its rules,
    what each parameter matters, and the findings.
  - With the answer of M(superfluidity.nfv.service_characterise) it shows how far the campaign is and what explains each service
    level.
positional: name
options:
  _input:
    description: The answer of M(superfluidity.nfv.template_optimise). An empty one leaves its parts out.
    type: dict
    required: true
  name:
    description: The name of what was measured.
    type: str
    required: true
  campaign:
    description: The answer of M(superfluidity.nfv.service_characterise).
    type: dict
    default: {}
  units:
    description: The unit of each metric, as far as it is known.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Find the templates
  superfluidity.nfv.template_optimise:
    samples: [campaign.csv]
    parameters: [ram, vcpus]
    sla_classes:
      gold: {throughput: ['{} > 180']}
    costs:
      ram: {32: 1, 64: 2}
      vcpus: {1: 1, 2: 2}
  register: optimised

- name: Write the page
  ansible.builtin.copy:
    content: "{{ optimised | superfluidity.nfv.to_campaign_report('cache', units={'throughput': 'Mbit/s'}) }}"
    dest: cache.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""


def to_campaign_report(optimised: Any, name: str, campaign: Any = None, units: Any = None) -> str:
    given = {"the input": optimised, "campaign": campaign or {}, "units": units or {}}
    for what, one in given.items():
        if not isinstance(one, Mapping):
            raise AnsibleFilterError(f"to_campaign_report: {what} is no mapping; give what the module answered")
    answer, measured, known = (plain(one) for one in given.values())
    try:
        return page(str(name), answer, measured, {metric: str(unit) for metric, unit in known.items()})
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        message = f"the input or campaign is not what the modules answer ({error!r}); give it as it was registered"
        raise AnsibleFilterError(f"to_campaign_report: {message}") from None


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_campaign_report": to_campaign_report}

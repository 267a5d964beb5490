# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_report``: what runs where, as a page or a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.report.page import page, table
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_report
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Show what runs where
description:
  - Takes the parts of a service, from P(superfluidity.nfv.gathered_parts#filter), and answers an HTML page that needs only
    a browser, or lines of text for a terminal.
positional: service
options:
  _input:
    description: The parts.
    type: list
    elements: dict
    required: true
  service:
    description: The name of the service.
    type: str
    required: true
  sites:
    description: The sites, as the inventory gives them, so that a site where nothing runs is shown too.
    type: dict
    default: {}
  hypervisors:
    description:
      - The hypervisors, from P(superfluidity.nfv.gathered_parts#filter) with C(key=hypervisors), to show how full they are and
        who runs on them.
    type: list
    elements: dict
    default: []
  placement:
    description: The answer of M(superfluidity.nfv.service_placement), to show what the chains take of the hypervisors.
    type: dict
    default: {}
  format:
    description: V(html) for a page, V(text) for a list of lines.
    type: str
    choices: [html, text]
    default: html
"""

EXAMPLES = r"""
- name: Write the page
  ansible.builtin.copy:
    content: "{{ service_report_parts | superfluidity.nfv.to_report('video', sites=nfv_sites) }}"
    dest: video.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page, or the lines.
  type: raw
"""


def to_report(
    parts: Any,
    service: str,
    sites: Any = None,
    hypervisors: Any = None,
    placement: Any = None,
    format: str = "html",  # noqa: A002 (the option's name)
) -> str | list[str]:
    if format == "text":
        return table(str(service), plain(parts))
    return page(str(service), plain(parts), plain(sites or {}), plain(hypervisors or []), plain(placement or {}))


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_report": to_report}

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_osm``: a service as descriptors of Open Source MANO."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.to_osm import STYLES
from ..module_utils.descriptors.to_osm import to_osm as translate
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_osm
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a service into descriptors of Open Source MANO
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers a VNFD for each function and an NSD
    for the service.
  - A service of one function, such as a MEC application, gets an NSD with exactly that VNF. Where it has no links, the NSD has
    one for each of its connection points, that of management first.
  - Pods become a Helm chart, of which the VNFD says the name and C(files) has the text.
  - M(superfluidity.nfv.osm_package) makes the packages that OSM takes.
positional: style
options:
  _input:
    description: The service model.
    type: dict
    required: true
  style:
    description:
      - V(sol006) is the form of today, since OSM's release nine; V(r2) that of release two.
    type: str
    choices: [sol006, r2]
    default: sol006
  provider:
    description: Who provides the VNFs, as the descriptors say it.
    type: str
    default: superfluidity.nfv
seealso:
  - module: superfluidity.nfv.osm_package
  - plugin: superfluidity.nfv.to_heat
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the NSD of a service
  ansible.builtin.debug:
    msg: "{{ (video.service | superfluidity.nfv.to_osm).nsd }}"

- name: Show what of it OSM's release two has no word for
  ansible.builtin.debug:
    msg: "{{ (video.service | superfluidity.nfv.to_osm('r2')).left_out }}"
"""

RETURN = r"""
_value:
  description:
    - C(vnfds), the descriptors by the name of the function; C(nsd), the descriptor of the service; C(files), the texts of each
      package beside its descriptor, by function and path; C(left_out), a sentence for each thing that is not said.
  type: dict
"""


def to_osm(service: t.Any, style: t.Any = "sol006", *, provider: t.Any = "superfluidity.nfv") -> dict[str, t.Any]:
    if style not in STYLES:
        raise AnsibleFilterError(f"the style {style} is none of {', '.join(STYLES)}")
    try:
        return translate(plain(service), plain(style), plain(provider))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, t.Callable]:
        return {"to_osm": to_osm}

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_kubernetes``: the Kubernetes part of a service at one site."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.to_kubernetes import to_kubernetes as translate
from ..module_utils.descriptors.to_kubernetes import unsaid
from ..module_utils.model.service_stages import site_list, site_named
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_kubernetes
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a service into Kubernetes manifests for one site
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers the objects of its pods and
    of the services that expose them, for the functions that stand at the given site.
  - The first object is a namespace that bears the name of the service and holds all others. The list is empty where
    Kubernetes has nothing to do at that site.
  - Every object, pod and selector carries labels that name service, function and VDU. Objects whose name two VDUs
    share get the name of their function as a suffix.
  - A pod whose C(scaling) goes by C(cpu_utilization) or C(memory_utilization) gets a HorizontalPodAutoscaler, and no number of
    replicas. What an autoscaler cannot do is a warning.
  - A pod with several connection points is plugged into the networks of all but the first by Multus, whose annotation names a
    NetworkAttachmentDefinition for each. One that no descriptor brings is a warning.
  - A pod with a parent goes to the node that the parent VM is, by C(nodeSelector).
positional: site, role
options:
  _input:
    description: The service model.
    type: dict
    required: true
  site:
    description: The site, as a mapping with C(name) and C(role), or its name alone beside O(role).
    type: raw
    required: true
  role:
    description: The role of the site, where O(site) is only a name.
    type: str
    choices: [core, edge, cran]
  sites:
    description:
      - All sites of the deployment, by name as P(superfluidity.nfv.sites#inventory) gives them in C(nfv_sites), or a
        list of mappings with C(name) and C(role).
    type: raw
    default: []
  functions:
    description: Names of the functions to translate; all that stand at the site if not given.
    type: list
    elements: str
seealso:
  - plugin: superfluidity.nfv.to_heat
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Apply the pods of an edge site
  kubernetes.core.k8s:
    definition: "{{ service | superfluidity.nfv.to_kubernetes(site={'name': 'edge-1', 'role': 'edge'}) }}"
"""

RETURN = r"""
_value:
  description: Manifests, in the order in which to apply them.
  type: list
  elements: dict
"""


def to_kubernetes(
    service: t.Any, site: t.Any, role: str | None = None, *, sites: t.Any = (), functions: t.Any = None
) -> list[dict]:
    try:
        everywhere = [site_named(one) for one in site_list(plain(sites))]
        objects = translate(plain(service), site_named(plain(site), plain(role)), everywhere, plain(functions))
        sentences = unsaid(plain(service)) if objects else []
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    for sentence in sentences:
        Display().warning(sentence)
    return objects


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, t.Callable]:
        return {"to_kubernetes": to_kubernetes}

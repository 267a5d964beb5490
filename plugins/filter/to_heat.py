# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_heat``: the OpenStack part of a service at one site."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.heat_growth import unsaid
from ..module_utils.descriptors.to_heat import to_heat as translate
from ..module_utils.model.service_networks import DEFAULT_POOL
from ..module_utils.model.service_stages import site_list, site_named
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_heat
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a service into a Heat template for one site
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers a HOT template with the
    networks, routers, ports and servers of the functions that stand at the given site.
  - Where the service asks for a class of service level, its machines are sized by the templates of that class, see
    P(superfluidity.nfv.with_templates#filter).
  - What the template does not do of C(scaling) is a warning.
  - The template has no resources where OpenStack has nothing to do at that site.
  - Every server carries metadata, and every network, subnet, port and router carries tags, that name the service.
  - A link that spans several sites becomes a network at each of them, with the same range. The sites share the
    addresses of the range out among themselves, so O(sites) must be the same list at each.
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
    description: Names of the functions to put into this template; all that stand at the site if not given.
    type: list
    elements: str
  networks:
    description:
      - Whether this template makes the networks of the site.
      - If not, the stack of an earlier stage has made them, and ports refer to them by name.
    type: bool
    default: true
  images:
    description: Images of the site by the names that the descriptor uses for them.
    type: dict
    default: {}
  flavors:
    description:
      - Flavors of the site, each a mapping with C(name), C(vcpus), C(ram) (MiB) and C(disk) (GiB), and perhaps C(extra_specs).
      - A VDU that states its size gets the smallest of them that holds it, and that has its policy for processors, its size
        of pages and its hardware.
    type: list
    elements: dict
    default: []
  default_image:
    description: Image of a VDU that names none.
    type: str
    default: cirros
  default_flavor:
    description: Flavor of a VDU that states no size, or where O(flavors) is empty.
    type: str
    default: small
  external_network:
    description: Network of floating addresses that name none.
    type: str
    default: public
  cidr_pool:
    description: Range from which links without a range of their own get one, a /24 each.
    type: str
    default: 10.100.0.0/16
  scalable:
    description:
      - Whether the template holds, of each VDU with C(scaling), all that there may be, 32 at most.
      - The parameter C(count_<function>.<vdu>) then says how many of them there are, so the stack is scaled by an update of
        that parameter alone, which touches nothing else.
      - If not, it holds as many as there are to begin with.
    type: bool
    default: false
seealso:
  - plugin: superfluidity.nfv.to_kubernetes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the template of an edge site
  ansible.builtin.copy:
    content: "{{ service | superfluidity.nfv.to_heat(site={'name': 'edge-1', 'role': 'edge'}) | to_nice_yaml }}"
    dest: video-edge-1.yaml
    mode: "0644"

- name: Choose flavors among those of the site
  ansible.builtin.set_fact:
    template: "{{ service | superfluidity.nfv.to_heat('core-1', role='core', flavors=flavors) }}"
"""

RETURN = r"""
_value:
  description:
    - A HOT template as a mapping, with parameters C(image_<function>.<vdu>), C(flavor_<function>.<vdu>) and perhaps
      C(count_<function>.<vdu>) for each server, and outputs C(servers), C(addresses) and C(floating_ips).
  type: dict
"""


def to_heat(
    service: t.Any,
    site: t.Any,
    role: str | None = None,
    *,
    sites: t.Any = (),
    functions: t.Any = None,
    networks: t.Any = True,
    images: t.Any = None,
    flavors: t.Any = (),
    default_image: str = "cirros",
    default_flavor: str = "small",
    external_network: str = "public",
    cidr_pool: str = DEFAULT_POOL,
    scalable: t.Any = False,
) -> dict:
    options = {
        "functions": functions,
        "networks": bool(networks),
        "images": images or {},
        "flavors": flavors,
        "default_image": default_image,
        "default_flavor": default_flavor,
        "external_network": external_network,
        "cidr_pool": cidr_pool,
        "scalable": bool(scalable),
    }
    try:
        everywhere = [site_named(one) for one in site_list(plain(sites))]
        template = translate(plain(service), site_named(plain(site), plain(role)), sites=everywhere, **plain(options))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    for sentence in unsaid(plain(service), options["scalable"]) if template["resources"] else ():
        Display().warning(sentence)
    return template


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, t.Callable]:
        return {"to_heat": to_heat}

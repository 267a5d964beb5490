# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory plugin ``sites``: the sites of an operator as hosts and groups."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sites
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: The core, edge and C-RAN sites of an operator
description:
  - Reads a file C(*.sites.yml) or C(*.sites.yaml) that says which sites there are, what runs there and how far apart
    they lie.
  - Each VIM of a site becomes a host, C(<site>-openstack) or C(<site>-kubernetes), on which modules run locally in the
    Python of the play; each plain server becomes a host of its own name.
  - Groups are the roles C(core), C(edge) and C(cran), C(site_<name>) and C(zone_<name>) for each site and zone (hyphens
    become underscores), and C(openstack), C(kubernetes) and C(servers).
  - Every host has C(nfv_site), C(nfv_role), C(nfv_vim) (V(openstack), V(kubernetes) or V(server)), C(nfv_enbs),
    C(nfv_capacity) and C(nfv_delays) (to the other sites, in ms); and as far as its site says so, C(nfv_zone),
    C(nfv_cloud), C(nfv_clouds_file), C(nfv_region), C(nfv_kubeconfig), C(nfv_context) and C(nfv_mec_services).
  - The group C(all) has C(nfv_sites), all sites as a dictionary by name.
notes:
  - The key O(plugin) is required. Ansible gives a file without it to its YAML plugin, which finds no hosts in it.
  - By default Ansible warns about an inventory that cannot be read, and goes on without it.
    Set C(any_unparsed_is_failed = true) in the section C([inventory]) of C(ansible.cfg) to make it fail, and
    C(enable_plugins = host_list, auto), or Ansible's own plugins complain of a mistaken file too.
  - A C(clouds_file) or C(kubeconfig) that cannot be read gives a warning; a name that is not in it is a mistake.
  - An inventory has one file of sites.
requirements:
  - openstacksdk >= 4.0 and kubernetes, only for O(facts)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [superfluidity.nfv.sites]
  sites:
    description:
      - The sites by name. A name has letters, digits and inner hyphens.
      - Each has C(role), one of V(core), V(edge) and V(cran), and at least one of C(openstack), C(kubernetes) and
        C(servers).
      - C(zone) names what data centres under one VIM have in common.
      - C(openstack) has C(cloud), and may have C(clouds_file) and C(region_name).
      - C(kubernetes) may have C(kubeconfig) and C(context).
      - C(servers) are plain servers by name, each with the variables that say how Ansible reaches it.
      - C(srv6) of a server makes it a node of service chains, with C(locator), a range of IPv6 addresses, and C(device).
      - C(enbs) lists the base stations that the site serves.
      - C(capacity) may have C(cpu) in cores, C(memory) in MiB and C(storage) in GiB.
      - C(mec_services) lists what the MEC platform of the site offers, each with C(name) and perhaps C(address). A function
        goes to no site that says what it offers and lacks a service that is mandatory for it.
      - Relative paths are relative to this file.
    type: dict
    required: true
  delays:
    description:
      - One-way delays between sites in ms, by the one and the other site.
      - Each is said once and holds in both directions.
    type: dict
    default: {}
  facts:
    description:
      - Whether to ask each VIM what it has, into C(nfv_facts) of its host.
      - Of OpenStack the flavors and limits of the project, the hypervisors (for administrators), the availability
        zones and the networks; of Kubernetes the nodes with their capacity.
      - A VIM that does not answer gives a warning and no facts. With O(cache) the answers are kept.
    type: bool
    default: false
  facts_timeout:
    description: Seconds to wait for one answer of a VIM.
    type: int
    default: 10
"""

EXAMPLES = r"""
# operator.sites.yml
plugin: superfluidity.nfv.sites
sites:
  core-1:
    role: core
    zone: west
    openstack: {cloud: core-1, clouds_file: clouds.yaml, region_name: west}
    capacity: {cpu: 256, memory: 1048576}
  edge-1:
    role: edge
    openstack: {cloud: edge-1, clouds_file: clouds.yaml}
    kubernetes: {kubeconfig: kubeconfig, context: edge-1}
    servers:
      fw: {ansible_host: 192.0.2.10, ansible_user: root}
    enbs: [enb1, enb2]
  cran-1:
    role: cran
    servers:
      bbu-1: {ansible_host: 192.0.2.20, ansible_ssh_common_args: "-F {{ inventory_dir }}/ssh_config"}
delays:
  core-1: {edge-1: 8.0, cran-1: 9.5}
  edge-1: {cran-1: 0.4}

# groups of one's own, and what the VIMs have, asked at most once an hour
facts: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache
cache_timeout: 3600
keyed_groups:
  - {prefix: vim, key: nfv_vim}
groups:
  near_enb1: "'enb1' in nfv_enbs"
compose:
  nfv_core_delay: nfv_delays['core-1'] | default(0)
"""

import contextlib
import importlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.template import trust_as_template

from ..module_utils.clients.kubernetes import site_facts as kubernetes
from ..module_utils.clients.openstack import site_facts as openstack
from ..module_utils.core.errors import InputError, NfvError, Place
from ..module_utils.model.inventory import Host, hosts
from ..module_utils.model.sites import Sites, parse
from ..plugin_utils.plain import plain
from ..plugin_utils.vim_names import check_names
from ..plugin_utils.yaml_text import read_mapping

if TYPE_CHECKING:
    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader

SUFFIXES = (".sites.yml", ".sites.yaml")
NAME = "superfluidity.nfv.sites"


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = NAME

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith(SUFFIXES)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            sites = self._read(path)
        except NfvError as error:
            self.inventory.set_variable("all", "nfv_sites_mistake", str(error))  # the playbooks say it last, and as an error
            raise AnsibleParserError(str(error)) from error
        found = list(hosts(sites))
        self._populate(sites, found)
        if self.get_option("facts"):
            self._add_facts(found, path, cache)
        self._construct(found)

    def _read(self, path: str) -> Sites:
        given = read_mapping(self.loader.get_text_file_contents(path), path)
        if given.get("plugin") != NAME:
            error = InputError(f"must be {NAME}, or Ansible finds no sites in this file", Place(path, path="plugin"))
            self.display.warning(str(error))  # the YAML plugin takes the file next, and then Ansible hides the error
            raise error
        config = self._read_config_data(path)
        unknown = sorted(set(config) - set(self.get_options()))
        if unknown:
            raise InputError(f"is no option; see `ansible-doc -t inventory {NAME}`", Place(path, path=unknown[0]))
        sites = parse(config, path)
        for warning in check_names(sites, path):
            self.display.warning(warning)
        return sites

    def _populate(self, sites: Sites, found: Iterable[Host]) -> None:
        self.inventory.set_variable("all", "nfv_sites", trusted(sites.to_data()))
        for host in found:
            self.inventory.add_host(host.name)
            for group in host.groups:
                self.inventory.add_child(self.inventory.add_group(group), host.name)
            local = {} if host.kind == "server" else VIM_VARIABLES
            for name, value in {**host.given, **trusted({**host.variables, **local})}.items():
                self.inventory.set_variable(host.name, name, value)

    def _add_facts(self, found: Iterable[Host], path: str, cache: bool) -> None:
        """Ask those VIMs of which nothing is kept, all at a time; what they answer is data, never a template."""
        key, asked = self.get_cache_key(path), [host for host in found if host.kind in READERS]
        facts = dict(self._cache.get(key, {})) if cache and self.get_option("cache") else {}
        missing = [host for host in asked if host.name not in facts]
        for kind in {host.kind for host in missing}:
            load(LIBRARIES[kind])
        with ThreadPoolExecutor() as pool:
            for host, answer in zip(missing, pool.map(self._ask, missing), strict=True):
                if isinstance(answer, NfvError):
                    self.display.warning(f"no facts of {host.name}: {answer}")
                else:
                    facts[host.name] = answer
        for host in asked:
            if host.name in facts:
                self.inventory.set_variable(host.name, "nfv_facts", facts[host.name])
        if self.get_option("cache"):
            self._cache[key] = facts

    def _ask(self, host: Host) -> dict[str, Any] | NfvError:
        try:
            return READERS[host.kind](plain(host.variables), self.get_option("facts_timeout"))
        except NfvError as error:
            return error

    def _construct(self, found: Iterable[Host]) -> None:
        strict = self.get_option("strict")
        common = self.inventory.groups["all"].get_vars()
        for host in found:
            name, entry = host.name, self.inventory.hosts[host.name]
            self._set_composite_vars(self.get_option("compose"), {**common, **entry.get_vars()}, name, strict=strict)
            variables = {**common, **entry.get_vars()}  # the composed ones too
            self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)


# A module that talks to a VIM runs here, in the Python of the play, which has its libraries.
VIM_VARIABLES = {
    "ansible_connection": "local",
    "ansible_pipelining": True,
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
}


def trusted(value: Any) -> Any:
    """Our own texts and those of the sites file, all of which may be templates; what a VIM answers may not."""
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, dict):
        return {key: trusted(item) for key, item in value.items()}
    return [trusted(item) for item in value] if isinstance(value, list) else value


def _openstack_facts(variables: dict[str, Any], timeout: int) -> dict[str, Any]:
    names = {"cloud": "nfv_cloud", "clouds_file": "nfv_clouds_file", "region_name": "nfv_region"}
    return openstack.site_facts({**{key: variables.get(name) for key, name in names.items()}, "api_timeout": timeout})


def _kubernetes_facts(variables: dict[str, Any], timeout: int) -> dict[str, Any]:
    names = {"kubeconfig": "nfv_kubeconfig", "context": "nfv_context"}
    return kubernetes.site_facts({**{key: variables.get(name) for key, name in names.items()}, "api_timeout": timeout})


READERS = {"openstack": _openstack_facts, "kubernetes": _kubernetes_facts}
LIBRARIES = {
    "openstack": ("requests", "openstack.connection"),
    "kubernetes": ("requests", "kubernetes.client", "kubernetes.config"),
}


def load(libraries: Iterable[str]) -> None:
    """Import before threads do: several at once see libraries that import one another half made."""
    for library in libraries:
        with contextlib.suppress(ImportError):  # its reader says so
            importlib.import_module(library)

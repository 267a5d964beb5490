# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of the sites: what a document means, and every mistake in it by file and key."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.inventory import hosts
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.sites import ROLES, SITE_KEYS, parse
from hypothesis import given
from hypothesis import strategies as st

FILE = "/srv/nfv/operator.sites.yml"
EDGE = {"role": "edge", "openstack": {"cloud": "edge-1"}}


def document(**changes: Any) -> dict[str, Any]:
    """A good document, with keys of the site edge-1 replaced."""
    core = {"role": "core", "zone": "west", "openstack": {"cloud": "core-1", "clouds_file": "clouds.yaml"}}
    return {"sites": {"core-1": core, "edge-1": {**EDGE, **changes}}, "delays": {"core-1": {"edge-1": 8.0}}}


def refused(bad: Any) -> str:
    with pytest.raises(InputError) as caught:
        parse(bad, FILE)
    message = str(caught.value)
    assert message.startswith(FILE)
    assert "\n" not in message
    return message.removeprefix(f"{FILE}: ")


def test_a_document_becomes_sites():
    core, edge = parse(document(enbs=["enb1"], capacity={"cpu": 8}, servers={"fw": {"ansible_host": "a"}}), FILE).sites
    assert (core.name, core.role, core.zone, core.kubernetes, core.servers) == ("core-1", "core", "west", None, ())
    assert (edge.openstack.cloud, edge.openstack.clouds_file, edge.zone) == ("edge-1", None, None)
    assert (edge.enbs, edge.capacity) == (("enb1",), {"cpu": 8})
    assert (edge.servers[0].name, edge.servers[0].variables) == ("fw", {"ansible_host": "a"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [("clouds.yaml", "/srv/nfv/clouds.yaml"), ("../c.yaml", "/srv/c.yaml"), ("/etc/c.yaml", "/etc/c.yaml")],
)
def test_paths_are_relative_to_the_file(written, meant):
    given = document(openstack={"cloud": "a", "clouds_file": written}, kubernetes={"kubeconfig": written})
    edge = parse(given, FILE).sites[1]
    assert (edge.openstack.clouds_file, edge.kubernetes.kubeconfig) == (meant, meant)


def test_a_delay_holds_in_both_directions():
    sites = parse(document(), FILE)
    assert sites.delays_from("core-1") == {"edge-1": 8.0}
    assert sites.delays_from("edge-1") == {"core-1": 8.0}


def test_plain_data_has_names_of_servers_but_not_their_secrets():
    data = parse(document(servers={"fw": {"ansible_password": "secret"}}), FILE).to_data()
    assert data["edge-1"]["servers"] == ["fw"]
    assert data["core-1"]["openstack"]["cloud"] == "core-1"
    assert data["core-1"]["kubernetes"] is None
    assert "secret" not in str(data)


def test_a_server_may_be_a_node_of_segment_routing():
    segments = {"locator": "FC00:2::/64", "device": "eth0"}
    sites = parse(document(servers={"fw": {"ansible_host": "a", "srv6": segments}, "lb": {}}), FILE)
    assert sites.sites[1].servers[0].variables == {"ansible_host": "a"}
    assert sites.to_data()["edge-1"]["srv6"] == {"fw": {"locator": "fc00:2::/64", "device": "eth0"}}
    assert sites.to_data()["core-1"]["srv6"] == {}


def test_a_site_may_say_which_mec_services_it_offers():
    offered = [{"name": "rnis", "address": "http://10.0.0.7"}, {"name": "location"}]
    sites = parse(document(mec_services=offered), FILE)
    assert sites.to_data()["edge-1"]["mec_services"] == offered
    assert sites.to_data()["core-1"]["mec_services"] is None
    assert parse(document(mec_services=[]), FILE).to_data()["edge-1"]["mec_services"] == []
    known = {host.name: host.variables.get("nfv_mec_services") for host in hosts(sites)}
    assert known == {"core-1-openstack": None, "edge-1-openstack": offered}


MISTAKES = {
    "MEC services": (
        {"mec_services": "rnis"},
        "sites.edge-1.mec_services: a list of mappings with name and address is expected here",
    ),
    "a MEC service": ({"mec_services": ["rnis"]}, "sites.edge-1.mec_services[0]: a mapping is expected here"),
    "a MEC service without a name": ({"mec_services": [{}]}, "sites.edge-1.mec_services[0].name: is required"),
    "a MEC service twice": (
        {"mec_services": [{"name": "a"}, {"name": "a"}]},
        "sites.edge-1.mec_services[1].name: a stands twice in the list",
    ),
    "unknown role": ({"role": "egde"}, "sites.edge-1.role: 'egde' is none of core, edge, cran"),
    "no role": ({"role": None}, "sites.edge-1.role: is required"),
    "no VIM": ({"openstack": None}, "sites.edge-1: a site needs at least one of openstack, kubernetes, servers"),
    "empty VIM": ({"openstack": {}}, "sites.edge-1: a site needs at least one of openstack, kubernetes, servers"),
    "unknown key": ({"opensatck": {}}, "sites.edge-1.opensatck: is not known here; there are " + ", ".join(SITE_KEYS)),
    "unknown key of a VIM": (
        {"openstack": {"cloud": "a", "region": "b"}},
        "sites.edge-1.openstack.region: is not known here; there are cloud, clouds_file, region_name",
    ),
    "no cloud": ({"openstack": {"region_name": "a"}}, "sites.edge-1.openstack.cloud: is required"),
    "cloud is a number": ({"openstack": {"cloud": 5}}, "sites.edge-1.openstack.cloud: text is expected here, not 5"),
    "VIM is text": ({"kubernetes": "edge-1"}, "sites.edge-1.kubernetes: a mapping is expected here"),
    "zone": ({"zone": "a b"}, "sites.edge-1.zone: 'a b' is no name for a zone: use letters, digits and inner hyphens"),
    "enbs": ({"enbs": "enb1"}, "sites.edge-1.enbs: a list of names is expected here"),
    "an enb": ({"enbs": ["enb1", 2]}, "sites.edge-1.enbs[1]: text is expected here, not 2"),
    "capacity": ({"capacity": {"cpu": -1}}, "sites.edge-1.capacity.cpu: -1 is negative"),
    "servers are a list": ({"servers": ["fw"]}, "sites.edge-1.servers: a mapping is expected here"),
    "server's variable": (
        {"servers": {"fw": {"nfv_site": "x"}}},
        "sites.edge-1.servers.fw.nfv_site: is no variable of a server; names with nfv_ belong to the inventory",
    ),
    "locator": (
        {"servers": {"fw": {"srv6": {"locator": "fc00::1/64", "device": "eth0"}}}},
        "sites.edge-1.servers.fw.srv6.locator: 'fc00::1/64' is no range of IPv6 addresses; write such as fc00:2::/64",
    ),
    "locator of IPv4": (
        {"servers": {"fw": {"srv6": {"locator": "192.0.2.0/24", "device": "eth0"}}}},
        "sites.edge-1.servers.fw.srv6.locator: '192.0.2.0/24' is no range of IPv6 addresses; write such as fc00:2::/64",
    ),
    "narrow locator": (
        {"servers": {"fw": {"srv6": {"locator": "fc00::/120", "device": "eth0"}}}},
        "sites.edge-1.servers.fw.srv6.locator: fc00::/120 leaves no room for segments; a locator is a /112 or larger",
    ),
    "no device": ({"servers": {"fw": {"srv6": {"locator": "fc00::/64"}}}}, "sites.edge-1.servers.fw.srv6.device: is required"),
    "server named as a group": (
        {"servers": {"core": {}, "fw": {}}},
        "sites.edge-1.servers.core: a group of the inventory has this name; give the server another",
    ),
    "server named as a VIM": (
        {"servers": {"core-1-openstack": {}}},
        "sites.edge-1.servers.core-1-openstack: site core-1 has a host of this name already; name each host once",
    ),
}


@pytest.mark.parametrize(("changes", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_site_is_told_by_its_key(changes, sentence):
    assert refused(document(**changes)) == sentence


DELAYS = {
    "unknown site": (
        {"core-1": {"edge-2": 1}},
        "delays.core-1.edge-2: 'edge-2' is no site of this file, which has core-1, edge-1",
    ),
    "unknown start": ({"x": {"edge-1": 1}}, "delays.x: 'x' is no site of this file, which has core-1, edge-1"),
    "negative": ({"core-1": {"edge-1": -1}}, "delays.core-1.edge-1: -1 is negative"),
    "no number": ({"core-1": {"edge-1": "8 ms"}}, "delays.core-1.edge-1: a number is expected here, not '8 ms'"),
    "true": ({"core-1": {"edge-1": True}}, "delays.core-1.edge-1: a number is expected here, not True"),
    "nan": ({"core-1": {"edge-1": float("nan")}}, "delays.core-1.edge-1: a number is expected here, not nan"),
    "itself": ({"core-1": {"core-1": 1}}, "delays.core-1.core-1: a site has no delay to itself"),
    "contradiction": (
        {"core-1": {"edge-1": 8}, "edge-1": {"core-1": 7}},
        "delays.edge-1.core-1: 7 contradicts delays.core-1.edge-1, which is 8",
    ),
}


@pytest.mark.parametrize(("delays", "sentence"), DELAYS.values(), ids=DELAYS)
def test_a_mistake_in_the_delays_is_told_by_its_key(delays, sentence):
    assert refused({**document(), "delays": delays}) == sentence


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({}, "sites: is required"),
        ({"sites": {}}, "sites: a sites file needs at least one site"),
        ({"sites": {1: EDGE}}, "sites: the key 1 is not text; put it in quotes"),
        (
            {"sites": {"edge_1": EDGE}},
            "sites.edge_1: 'edge_1' is no name for a site: use letters, digits and inner hyphens",
        ),
        ([], "a mapping is expected here"),
    ],
)
def test_a_mistake_at_the_root_is_told(bad, sentence):
    assert refused(bad) == sentence


def test_two_sites_may_not_share_a_server():
    bad = document(servers={"fw": None})
    bad["sites"]["core-1"]["servers"] = {"fw": None}
    expected = "sites.edge-1.servers.fw: site core-1 has a host of this name already; name each host once"
    assert refused(bad) == expected


NAMES = ("a", "b", "c", "d")


@given(st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), st.floats(0, 1e6)))
def test_the_matrix_of_delays_is_symmetric_or_refused(entries):
    delays: dict[str, dict[str, float]] = {}
    for (start, to), delay in entries.items():
        delays.setdefault(start, {})[to] = delay
    bad = any(start == to or entries.get((to, start), delay) != delay for (start, to), delay in entries.items())
    whole = {"sites": dict.fromkeys(NAMES, EDGE), "delays": delays}
    if bad:
        refused(whole)
        return
    sites = parse(whole, FILE)
    for (start, to), delay in entries.items():
        assert sites.delays_from(start)[to] == sites.delays_from(to)[start] == delay
    assert len(sites.delays) == len({frozenset(pair) for pair in entries}) * 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(ROLES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=5,
)
SITE = st.fixed_dictionaries({}, optional=dict.fromkeys(SITE_KEYS, VALUES))
SITES = st.dictionaries(st.text(max_size=3), VALUES | SITE)


@given(VALUES | st.fixed_dictionaries({"sites": VALUES | SITES, "delays": VALUES}))
def test_nothing_but_an_input_error_is_raised(anything):
    with contextlib.suppress(InputError):
        parse(anything, FILE)

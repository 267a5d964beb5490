# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kuryr.conf: options that Kuryr has, of its types, for every back end and mode."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml

ROLE = Path(__file__).resolve().parents[4] / "roles/kuryr"
TRUNKS_KEEP_OWNER = {"odl", "dragonflow"}
BACKENDS = ("ovs", "ovn", "odl", "dragonflow")
READ = {
    "int": int,
    "float": float,
    "bool": lambda text: {"true": True, "false": False}[text],
    "str": str,
    "list": lambda text: text.split(","),
    "dict": lambda text: dict(pair.split(":") for pair in text.split(",")),
}
NAMESPACES = {"kuryr_subnet_driver": "namespace", "kuryr_pod_subnet_pool": "pool-1", "kuryr_pod_router": "router-1"}
# What the modes say, in words of kuryr.conf.
MODES = {
    "nested": {
        ("kubernetes", "pod_vif_driver"): "nested-vlan",
        ("kubernetes", "vif_pool_driver"): "nested",
        ("binding", "default_driver"): "kuryr.lib.binding.drivers.vlan",
        ("pod_vif_nested", "worker_nodes_subnets"): "subnet-workers",
    },
    "baremetal": {
        ("kubernetes", "pod_vif_driver"): "neutron-vif",
        ("kubernetes", "vif_pool_driver"): "neutron",
        ("binding", "default_driver"): "kuryr.lib.binding.drivers.veth",
        ("pod_vif_nested", "worker_nodes_subnets"): None,
    },
}


@pytest.fixture(scope="module")
def known():
    return yaml.safe_load((ROLE / "vars/main/options.yml").read_text())["kuryr_known_options"]


def test_defaults_in_the_table_are_of_their_types(known):
    kinds = {"int": int, "float": (int, float), "bool": bool, "str": str, "list": list, "dict": dict}
    for section, options in known.items():
        for name, option in options.items():
            assert option["default"] is None or isinstance(option["default"], kinds[option["type"]]), f"[{section}] {name}"
            assert set(option) <= {"type", "default", "secret"}, f"[{section}] {name}"


def test_choices_are_the_rows_of_the_tables(render):
    spec = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    rendered = render()
    assert spec["kuryr_backend"]["choices"] == list(rendered["kuryr_backends"]) == list(BACKENDS)
    assert sorted(spec["kuryr_pod_vif_driver"]["choices"]) == sorted(rendered["kuryr_vif_drivers"])
    assert sorted(spec["kuryr_octavia_provider"]["choices"]) == sorted(rendered["kuryr_octavia_needs"])


def test_defaults_are_those_of_the_documentation(render):
    spec = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text())
    assert set(spec) == set(defaults)
    for name, default in defaults.items():
        computed = isinstance(default, str) and "{{" in default
        assert spec[name].get("default") == (None if computed or default == "" else default) or default == "", name


@pytest.mark.parametrize(("backend", "mode"), list(itertools.product(BACKENDS, MODES)))
def test_every_back_end_in_both_modes(render, known, backend, mode):
    rendered = render(kuryr_backend=backend, kuryr_mode=mode)
    conf = rendered.conf
    for section in [*conf.sections(), "DEFAULT"]:
        for option in conf[section] if section == "DEFAULT" else set(conf[section]) - set(conf.defaults()):
            READ[known[section][option]["type"]](conf[section][option])
    for (section, option), value in MODES[mode].items():
        assert conf.get(section, option, fallback=None) == value
    assert conf["neutron_defaults"]["ovs_bridge"] == "br-int"
    owner = "compute:kuryr" if backend in TRUNKS_KEEP_OWNER else "trunk:subport"
    assert rendered["kuryr_backends"][backend]["subport_owner"] == owner


def test_lists_and_pools(render):
    conf = render(kuryr_pool_min=3, kuryr_pool_max=20, kuryr_pool_batch=4, kuryr_pool_update_frequency=7).conf
    assert conf["neutron_defaults"]["pod_security_groups"] == "group-1,group-2"
    assert dict(conf["vif_pool"]) == {
        **conf.defaults(),
        "ports_pool_min": "3",
        "ports_pool_max": "20",
        "ports_pool_batch": "4",
        "ports_pool_update_frequency": "7",
    }


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"kuryr_nodes": {"metal": "neutron-vif"}}, {"nested-vlan": "nested", "neutron-vif": "neutron"}),
        (
            {"kuryr_nodes": {"vm": "nested-vlan"}, "kuryr_mode": "baremetal"},
            {"nested-vlan": "nested", "neutron-vif": "neutron"},
        ),
        ({"kuryr_nodes": {"vm": "nested-macvlan"}}, {"nested-vlan": "nested", "nested-macvlan": "noop"}),
        (
            {"kuryr_nodes": {"metal": "neutron-vif"}, "kuryr_pool_driver": "noop"},
            {"nested-vlan": "noop", "neutron-vif": "noop"},
        ),
    ],
)
def test_the_mapping_holds_every_driver_in_use_the_default_one_too(render, variables, expected):
    assert READ["dict"](render(**variables).conf["vif_pool"]["vif_pool_mapping"]) == expected


def test_nodes_in_vms_bring_their_subnets_to_a_baremetal_cluster(render):
    conf = render(kuryr_mode="baremetal", kuryr_nodes={"vm": "nested-vlan"}, kuryr_link_interface="ens3").conf
    assert conf["pod_vif_nested"]["worker_nodes_subnets"] == "subnet-workers"
    assert conf["binding"]["link_iface"] == "ens3"


@pytest.mark.parametrize(
    ("variables", "more"),
    [
        ({}, set()),
        (NAMESPACES, {"namespace", "kuryrnetwork", "kuryrnetwork_population"}),
        ({**NAMESPACES, "kuryr_pool_driver": "noop"}, {"namespace", "kuryrnetwork"}),
        (
            {**NAMESPACES, "kuryr_mode": "baremetal", "kuryr_security_group_driver": "policy"},
            {"namespace", "kuryrnetwork", "policy", "pod_label", "kuryrnetworkpolicy"},
        ),
    ],
)
def test_handlers_follow_the_drivers(render, variables, more):
    always = {"vif", "kuryrport", "service", "endpoints", "kuryrloadbalancer"}
    assert set(READ["list"](render(**variables).conf["kubernetes"]["enabled_handlers"])) == always | more


def test_the_ovn_provider_brings_what_it_needs(render):
    conf = render(kuryr_octavia_provider="ovn").conf
    assert conf["kubernetes"]["endpoints_driver_octavia_provider"] == "ovn"
    needs = {"lb_algorithm": "SOURCE_IP_PORT", "enforce_sg_rules": "false", "member_mode": "L2"}
    assert needs.items() <= dict(conf["octavia_defaults"]).items()
    assert not render(kuryr_octavia_provider="amphora").conf.has_section("octavia_defaults")


def test_options_of_the_user_win_and_null_takes_one_back(render):
    options = {
        "vif_pool": {"ports_pool_min": 1},
        "kubernetes": {"ssl_verify_server_crt": None},
        "cni_daemon": {"worker_num": 8},
    }
    conf = render(kuryr_options=options).conf
    assert conf["vif_pool"]["ports_pool_min"] == "1"
    assert "ssl_verify_server_crt" not in conf["kubernetes"]
    assert (conf["cni_daemon"]["worker_num"], conf["cni_daemon"]["docker_mode"]) == ("8", "true")


def test_ports_of_probes_follow_the_options(render):
    rendered = render(kuryr_options={"health_server": {"port": 18082}, "cni_health_server": {"port": 18090}})
    for (kind, name), port in {("Deployment", "kuryr-controller"): 18082, ("DaemonSet", "kuryr-cni"): 18090}.items():
        (container,) = rendered.object(kind, name)["spec"]["template"]["spec"]["containers"]
        assert {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe")} == {port}


@pytest.mark.parametrize("password", ["plain", "do$$ar", "'quoted'", '"', "a = b # c", "ünïcode"])
def test_passwords_are_in_the_secret_alone_and_survive(render, password):
    rendered = render(kuryr_password=password)
    assert password not in str(rendered["kuryr_config"]) or password == '"'
    assert as_oslo_reads(rendered.secret_conf["neutron"]["password"]) == password
    assert list(rendered.secret_conf["neutron"]) == ["password"]


def as_oslo_reads(text: str) -> str:
    """oslo.config takes one pair of quotes off, and a dollar for a doubled one."""
    if len(text) > 1 and text[0] in "\"'" and text[0] == text[-1]:
        text = text[1:-1]
    return text.replace("$$", "$")


def test_an_application_credential_stands_in_for_user_and_password(render):
    rendered = render(kuryr_application_credential_id="ac-1", kuryr_application_credential_secret="hidden", kuryr_password="pw")
    assert rendered["kuryr_complaints"] == []
    neutron = rendered.conf["neutron"]
    assert neutron["auth_type"] == "v3applicationcredential"
    assert neutron["application_credential_secret"] == "hidden"
    assert not {"username", "password", "project_id", "user_domain_name"} & set(neutron)
    assert "hidden" not in str(rendered["kuryr_config"])


def test_the_module_of_pools_is_told_of_the_cluster(render):
    rendered = render(kuryr_kubeconfig="kubeconfig", kuryr_context="edge-1")
    assert rendered["kuryr_cluster_access"] == {"kubeconfig": "kubeconfig", "context": "edge-1"}
    assert render()["kuryr_cluster_access"] == {}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"kuryr_api_root": ""}, "kuryr_api_root has no value"),
        ({"kuryr_worker_subnets": [], "kuryr_password": ""}, "kuryr_password, kuryr_worker_subnets have no value"),
        ({"kuryr_application_credential_id": "ac-1"}, "kuryr_application_credential_secret has no value"),
        ({"kuryr_subnet_driver": "namespace"}, "kuryr_pod_subnet_pool, kuryr_pod_router have no value"),
        ({"kuryr_pod_vif_driver": "neutron-vif"}, "is not for kuryr_mode nested; take nested-vlan or nested-macvlan"),
        ({"kuryr_pool_driver": "neutron"}, "does not fit the pod driver nested-vlan; take noop or nested"),
        ({"kuryr_mode": "baremetal", "kuryr_pool_driver": "nested"}, "does not fit the pod driver neutron-vif"),
        ({"kuryr_pod_vif_driver": "nested-macvlan", "kuryr_pool_driver": "nested"}, "take noop"),
        ({"kuryr_pool_max": 9}, "kuryr_pool_batch 10 is above kuryr_pool_max 9"),
        ({"kuryr_pool_max": 20, "kuryr_pool_min": 21}, "kuryr_pool_min 21 is above kuryr_pool_max 20"),
        ({"kuryr_pool_batch": 0}, "nor kuryr_pool_batch below 1"),
        ({"kuryr_pool_batch": "20", "kuryr_pool_max": "9"}, "kuryr_pool_batch 20 is above kuryr_pool_max 9"),
        ({"kuryr_pool_min": "many"}, "kuryr_pool_min many is no whole number"),
        ({"kuryr_backend": "nix"}, "kuryr_backend has no choice nix; take ovs, ovn, odl, dragonflow"),
        ({"kuryr_mode": "nix"}, "kuryr_mode has no choice nix; take nested, baremetal"),
        ({"kuryr_pool_min": -1}, "cannot be below 0"),
        ({"kuryr_backend": "ovs", "kuryr_octavia_provider": "ovn"}, "take default or amphora"),
        ({"kuryr_security_group_driver": "policy"}, "needs kuryr_subnet_driver namespace"),
        ({"kuryr_nodes": {"a": "nested-wlan"}}, "kuryr_nodes has the driver nested-wlan"),
        ({"kuryr_pools": [{"trunk": "a"}], "kuryr_pool_driver": "noop"}, "leave kuryr_pools empty"),
        ({"kuryr_options": {"vif_pool": {"port_pool_min": 1}}}, "[vif_pool] port_pool_min, which Kuryr does not know"),
        ({"kuryr_options": {"vif_pools": {"ports_pool_min": 1}}}, "[vif_pools] ports_pool_min, which Kuryr does not know"),
        ({"kuryr_options": {"vif_pool": {"ports_pool_min": "many"}}}, "a str for [vif_pool] ports_pool_min, which is a int"),
        ({"kuryr_options": {"vif_pool": 7}}, "[vif_pool]"),
        ({"kuryr_options": {"kubernetes": {"port_debug": 1}}}, "a int for [kubernetes] port_debug, which is a bool"),
        ({"kuryr_options": {"neutron": {"auth_url": "a\nb"}}}, "a line break in [neutron] auth_url"),
    ],
)
def test_bad_input_is_said_in_one_sentence(render, variables, said):
    complaints = render(**variables)["kuryr_complaints"]
    assert any(said in one for one in complaints), complaints


def test_a_back_end_without_trunks_takes_no_subports(render):
    rows = {name: {**row, "trunks": False} for name, row in render()["kuryr_backends"].items()}
    assert "has no trunk ports" in render(kuryr_backends=rows)["kuryr_complaints"][0]
    assert render(kuryr_backends=rows, kuryr_mode="baremetal")["kuryr_complaints"] == []
    assert render(kuryr_backends=rows, kuryr_pod_vif_driver="nested-macvlan")["kuryr_complaints"] == []
    mixed = render(kuryr_backends=rows, kuryr_mode="baremetal", kuryr_nodes={"vm": "nested-vlan"})
    assert len(mixed["kuryr_complaints"]) == 1

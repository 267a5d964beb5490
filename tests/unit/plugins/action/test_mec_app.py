# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``mec_app`` against the emulator of OSM: one VNF of one network service, the MEC services it asks for, and its hooks."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import yaml

GUIDE = {
    "name": "guide",
    "functions": [
        {
            "name": "guide",
            "vdus": [{"name": "vm", "kind": "vm", "image": "ubuntu", "vcpus": 1, "memory": 1024, "storage": 10}],
            "connection_points": [{"name": "users", "vdu": "vm"}, {"name": "mgmt", "vdu": "vm"}],
        }
    ],
}
APP: dict[str, Any] = {
    "service": GUIDE,
    "vim_account": "lab",
    "services": {"mandatory": ["rnis"], "optional": ["location", "ue-identity"]},
    "offered": [{"name": "rnis", "address": "http://10.0.0.7/rni/v2"}, {"name": "ue-identity"}, {"name": "other"}],
}
HOOKS: dict[str, Any] = {
    "start_command": "systemctl start guide",
    "stop_command": "systemctl stop guide",
    "offload": {"address": "10.0.0.2", "start_command": "tof add {address}", "stop_command": "tof del {address}"},
}


def told(bench: Any) -> dict[str, Any]:
    """The parameters that the VNF was instantiated with last."""
    (vnf,) = bench.state.told[-1]["additionalParamsForVnf"]
    assert vnf["member-vnf-index"] == "guide"
    return vnf["additionalParams"]


def test_an_application_becomes_one_vnf_of_one_network_service(bench: Any) -> None:
    planned = bench("mec_app", check=True, **APP)
    assert bench.counts() == {"vnfds": 0, "nsds": 0, "instances": 0}
    answer = bench("mec_app", **APP)
    assert not answer.get("failed"), answer["msg"]
    assert answer["plan"] == planned["plan"]
    assert answer["services"] == {"used": {"rnis": "http://10.0.0.7/rni/v2", "ue-identity": ""}, "missing": ["location"]}
    assert told(bench) == {"mec_services": {"rnis": "http://10.0.0.7/rni/v2", "ue_identity": ""}}
    (nsd,) = bench.state.nsds.items
    assert (nsd["vnfd-id"], len(nsd["df"][0]["vnf-profile"])) == (["guide"], 1)
    assert [(link["id"], link.get("mgmt-network")) for link in nsd["virtual-link-desc"]] == [("mgmt", True), ("users", None)]
    assert bench("mec_app", **APP)["changed"] is False
    gone = bench("mec_app", **APP, state="absent", remove_packages=True)
    assert [one["action"] for one in gone["plan"]] == ["delete"] * 3
    assert bench.counts() == {"vnfds": 0, "nsds": 0, "instances": 0}


def test_without_a_mandatory_service_nothing_is_done(bench: Any) -> None:
    answer = bench("mec_app", **{**APP, "offered": [{"name": "location"}]})
    assert answer["msg"].startswith("services.mandatory: rnis is not offered there; it has: location.")
    assert bench.changing() == []
    asking = {**GUIDE, "functions": [{**GUIDE["functions"][0], "mec_services": APP["services"]}]}
    answer = bench("mec_app", **{**APP, "service": asking, "services": None, "offered": [{"name": "location"}]})
    assert "rnis is not offered there" in answer["msg"], "the service model says it as well"
    bench("mec_app", **APP)
    other = bench("mec_app", **{**APP, "offered": [{"name": "rnis", "address": "http://elsewhere"}]})
    assert "runs with another NSD, VIM account or other parameters" in other["msg"]
    assert bench("mec_app", **{**APP, "offered": []}, state="absent")["changed"] is True, "it may go where the service has gone"


def test_hooks_offload_the_traffic(bench: Any) -> None:
    for execution in ("juju", "helm"):
        answer = bench("mec_app", **{**APP, "services": None}, **HOOKS, execution=execution, name=execution)
        assert not answer.get("failed"), answer["msg"]
        assert told(bench) == {
            "start_command": "systemctl start guide",
            "stop_command": "systemctl stop guide",
            "tof_hostname": "10.0.0.2",
            "tof_username": "ubuntu",
            "tof_start_command": "tof add {address}",
            "tof_stop_command": "tof del {address}",
        }
        with tarfile.open(fileobj=io.BytesIO(next(iter(bench.state.vnfds.contents.values())))) as archive:
            program = next(one for one in archive if one.name.endswith(("src/charm.py", "vnf_ee.py")))
            assert b"OFFLOAD = True" in archive.extractfile(program).read()
        bench("mec_app", service=GUIDE, state="absent", remove_packages=True, name=execution)
    assert "offload: nothing would run its commands" in bench("mec_app", **APP, **HOOKS)["msg"]


def test_it_is_scaled_and_takes_more_parameters(bench: Any) -> None:
    more = [{"member-vnf-index": "guide", "additionalParams": {"mec_services": "mine", "colour": "red"}}]
    scaled = {**APP, "scale": [{"vdu": "vm", "count": 2, "maximum": 3}], "parameters": {"additionalParamsForVnf": more}}
    answer = bench("mec_app", **scaled)
    assert len(answer["service"]["vnfs"][0]["vdus"]) == 2
    assert told(bench) == {"mec_services": "mine", "colour": "red"}
    scaled["scale"] = [{"vdu": "vm", "count": 3, "maximum": 3}]
    assert [one["kind"] for one in bench("mec_app", **scaled)["plan"]] == ["count"]
    for changes, wrong in (
        ({"scale": [{"vdu": "vm", "count": 0}]}, "guide begins with 1 of vm, and there may be no more than 0"),
        ({"scale": [{"vdu": "box", "count": 2}]}, "guide has no VDU box that OSM could scale; it has: vm"),
        ({"service": {**GUIDE, "functions": GUIDE["functions"] * 2}}, "a service of one function, and this one has 2"),
        ({"service": {"name": "x"}}, "a service of one function, and this one has 0"),
        ({"service": {"name": "x", "functions": [{"name": "a"}]}}, "functions[0]: the key vdus is missing"),
        ({"parameters": {"additionalParamsForVnf": "x"}}, "give a list of mappings, as OSM has it"),
        (
            {"parameters": {"additionalParamsForVnf": [{"member-vnf-index": "guide", "additionalParams": {"a-b": 1}}]}},
            "param name",
        ),
    ):
        refused = bench("mec_app", **{**scaled, "name": "second", **changes})
        assert wrong in refused.get("msg", ""), refused
    assert list(bench.counts().values()) == [1, 1, 1]


def test_what_a_package_says_is_what_osm_takes(bench: Any) -> None:
    """The emulator looks at a package as OSM does; a management network with a range, and a hook's names, were refused once."""
    links = {"mgmt": "10.9.0.0/24", "users": "10.8.0.0/24"}
    ranged = {**GUIDE, "links": [{"name": name, "endpoints": [f"guide.{name}"], "cidr": cidr} for name, cidr in links.items()]}
    answer = bench("mec_app", **{**APP, "service": ranged})
    assert not answer.get("failed"), answer["msg"]
    assert "the cidr of mgmt is not said: OSM takes none for a network of management" in answer["warnings"]
    with tarfile.open(fileobj=io.BytesIO(bench.state.nsds.contents[bench.state.nsds.items[0]["_id"]])) as archive:
        text = yaml.safe_load(archive.extractfile("guide_ns/guide_nsd.yaml").read())
    profiles = {
        one["id"]: "virtual-link-protocol-data" in one for one in text["nsd"]["nsd"][0]["df"][0]["virtual-link-profile"]
    }
    assert profiles == {"mgmt": False, "users": True}

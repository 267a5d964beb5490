# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service as a network: what is in it, and what is proven of it then."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.read import read
from ansible_collections.superfluidity.nfv.plugins.module_utils.descriptors.to_network import to_network
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.service import validate

CLICK = """
FromDevice(eth0) -> out_to_in :: Classifier(12/0800, -) -> Strip(14) -> CheckIPHeader
  -> IPFilter(allow tcp dst port 80, deny all) -> Unstrip(14) -> ToDevice(eth1);
out_to_in[1] -> ToDevice(eth1);
FromDevice(eth1) -> ToDevice(eth0);
"""
SERVICE = {
    "name": "shop",
    "functions": [
        {
            "name": "fw",
            "vdus": [{"name": "vm", "kind": "click", "descriptor": "fw.click", "interfaces": ["eth0", "eth1"]}],
            "connection_points": [
                {"name": "outside", "vdu": "vm", "interface": "eth0"},
                {"name": "inside", "vdu": "vm", "interface": "eth1"},
            ],
        },
        {
            "name": "web",
            "vdus": [{"name": "vm", "kind": "vm"}],
            "connection_points": [{"name": "front", "vdu": "vm", "fixed_ip": "10.1.0.10"}],
        },
        {
            "name": "db",
            "vdus": [{"name": "vm", "kind": "vm"}],
            "connection_points": [{"name": "front", "vdu": "vm", "fixed_ip": "10.1.0.20"}],
        },
        {"name": "probe", "vdus": [{"name": "probe", "kind": "process", "command": ["true"]}]},
    ],
    "links": [
        {"name": "users", "endpoints": ["fw.outside"]},
        {"name": "shop.lan", "endpoints": ["fw.inside", "web.front", "db.front"], "cidr": "10.1.0.0/24"},
    ],
    "access_points": [{"name": "internet", "link": "users"}],
    "documents": {"fw.click": CLICK},
}


@pytest.fixture
def service() -> dict:
    return copy.deepcopy(SERVICE)


def verdicts(service: dict, *formulas: str, packets: list[dict] | None = None) -> list[str]:
    pytest.importorskip("oxidd")
    from ansible_collections.superfluidity.nfv.plugins.modules.sefl_verify import SPEC, decide

    service["policies"] = [{"name": f"p{number}", "formula": formula} for number, formula in enumerate(formulas)]
    service |= {"packets": packets} if packets else {}
    validate(service)
    asked = to_network(service)
    del asked["warnings"]
    given = {name: one.get("default") for name, one in SPEC.to_kwargs()["argument_spec"].items()}
    return [one["verdict"] for one in decide({**given, **asked}, Files())["policies"]]


def test_a_function_has_a_port_for_each_connection_point_and_its_click_vdu_behind_them(service: dict) -> None:
    network = to_network(service)["network"]
    assert network["elements"]["fw"] == {
        "type": "sefl",
        "content": 'port "outside" { Forward("outside/vm") }\nport "outside/vm" { Forward("outside") }\n'
        'port "inside" { Forward("inside/vm") }\nport "inside/vm" { Forward("inside") }',
    }
    assert network["elements"]["fw/vm"] == {"type": "click", "content": CLICK}
    assert network["links"][:2] == [["fw.outside/vm", "fw/vm.eth0"], ["fw.inside/vm", "fw/vm.eth1"]]
    assert set(network["elements"]) == {"fw", "fw/vm", "web", "db", "internet", "network/shop/lan"}


def test_a_network_of_two_is_a_wire_and_one_of_more_knows_addresses(service: dict) -> None:
    network = to_network(service)["network"]
    assert ["fw.outside", "internet.link"] in network["links"]
    assert ["network/shop/lan.web.front", "web.front"] in network["links"]
    assert network["elements"]["network/shop/lan"]["content"].split("\n")[:10] == [
        'port "fw.inside" {',
        '  If (present(ip.dst) && ip.dst == 10.1.0.10) { Forward("web.front") } Else',
        '  If (present(ip.dst) && ip.dst == 10.1.0.20) { Forward("db.front") } Else',
        '  { Fork("web.front", "db.front") }',
        "}",
        'port "web.front" {',
        "  If (present(ip.dst) && ip.dst == 10.1.0.10) { Drop } Else",
        '  If (present(ip.dst) && ip.dst == 10.1.0.20) { Forward("db.front") } Else',
        '  { Fork("fw.inside", "db.front") }',
        "}",
    ]


def test_packets_enter_at_the_access_points_unless_the_service_says_where(service: dict) -> None:
    assert to_network(service)["packets"] == [{"at": "internet.in"}]
    service["packets"] = [{"at": "web.front/vm", "template": "tcp", "fields": {"tcp.dstport": 1}}]
    assert to_network(service)["packets"] == service["packets"]


def test_the_model_of_a_function_stands_for_its_vdus(service: dict) -> None:
    service["functions"][0]["model"] = {"type": "fib", "document": "routes", "format": "csv"}
    service["documents"]["routes"] = "0.0.0.0/0,eth1,"
    network = to_network(service)["network"]
    assert network["elements"]["fw/model"] == {"type": "fib", "content": "0.0.0.0/0,eth1,", "format": "csv"}
    assert network["links"][0] == ["fw.outside/model", "fw/model.eth0"]


def test_a_link_that_is_led_out_of_a_function_has_no_port_of_its_own(service: dict) -> None:
    web = service["functions"][1]
    web["connection_points"] += [{"name": "inner", "vdu": "vm"}, {"name": "way", "link": "web.inner"}]
    service["links"] += [
        {"name": "web.inner", "endpoints": ["web.inner"]},
        {"name": "back", "endpoints": ["web.way", "db.back"]},
    ]
    service["functions"][2]["connection_points"].append({"name": "back", "vdu": "vm"})
    validate(service)
    assert ["web.inner", "db.back"] in to_network(service)["network"]["links"]


def test_where_packets_are_not_followed_on_is_said(service: dict) -> None:
    assert to_network(service)["warnings"] == []
    service["functions"][1]["connection_points"].append({"name": "back", "vdu": "vm"})
    service["links"].append({"name": "back", "endpoints": ["web.back"]})
    [warning] = to_network(service)["warnings"]
    assert warning.startswith("packets are not followed through web, which has the connection points front, back")
    service["functions"][1]["model"] = {"type": "end"}
    validate(service)
    assert to_network(service)["warnings"] == []


def test_two_things_of_one_name_are_refused(service: dict) -> None:
    service["access_points"][0]["name"] = "web"
    with pytest.raises(InputError, match=r"access_points\[0\]\.name: a function is called web too"):
        to_network(service)


def test_packets_must_come_from_somewhere(service: dict) -> None:
    del service["access_points"]
    with pytest.raises(InputError, match="packets: no packets enter the service; say where, or give it access_points"):
        to_network(service)


# What is proven then; the verdicts are worked out by hand from the configuration above.


def test_policies_of_a_service_with_a_click_firewall(service: dict) -> None:
    assert verdicts(
        service,
        "AG (port == web.front -> tcp.dstport == 80)",
        "AG (tcp.dstport == 22 -> !(port == web.front))",
        "AG (port == db.front -> ip.dst == 10.1.0.20)",
        "tcp.dstport == 80 && ip.dst == 10.1.0.10 && ip.ttl == 64 -> AG !(port == db.front)",
        "EF (port == web.front && ip.dst == 10.1.0.99)",
    ) == ["holds", "holds", "violated", "holds", "holds"]


def test_packets_of_a_function_go_to_one_member_or_to_all(service: dict) -> None:
    packets = [{"at": "web.front/vm", "template": "ethernet"}]
    assert (
        verdicts(
            service,
            "ip.dst == 10.1.0.20 -> AF (port == db.front) && AG !(port == fw.inside)",
            "ip.dst == 10.1.0.30 -> EF (port == db.front) && EF (port == internet.out)",
            "ip.dst == 10.1.0.10 -> AF dropped",
            "arp.opcode == 1 -> EF (port == db.front) && EF (port == fw.inside)",
            "AG !failed",
            packets=packets,
        )
        == ["holds"] * 5
    )


def test_the_policies_of_the_video_service_hold_and_can_fail(video: dict[str, bytes]) -> None:
    service = read(video).service
    formulas = [one["formula"] for one in service["policies"]]
    assert verdicts(service, *formulas) == ["holds"] * 4
    models = {name: service["documents"][f"PROCESS/{name}.sefl"] for name in ("firewall", "balancer")}
    changes: list[tuple[str, str, str, Callable[[list[str]], bool]]] = [
        ("firewall", "10.10.3.0/24", "10.10.3.0/25", lambda told: told[0] == "violated"),
        ("firewall", "tcp.srcport == 8080", "tcp.srcport == 80", lambda told: told[1] == "violated"),
        ("balancer", "Assign(ip.dst, @viewer)", "Assign(ip.dst, 10.10.3.9)", lambda told: told[1] == "violated"),
        ("firewall", "192.0.2.2/32", "10.0.0.0/8", lambda told: told[2] == "violated"),
        ("balancer", "Assign(ip.dst, 10.10.4.10)", "Assign(ip.dst, 10.10.4.11)", lambda told: told[3] == "violated"),
    ]
    for name, old, new, fails in changes:
        changed = {**models, name: models[name].replace(old, new, 1)}
        service["documents"].update({f"PROCESS/{one}.sefl": text for one, text in changed.items()})
        assert fails(verdicts(service, *formulas)), new

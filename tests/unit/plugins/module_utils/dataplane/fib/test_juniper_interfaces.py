# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface addresses of Juniper routers, and the links that they tell of."""

from __future__ import annotations

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError
from ansible_collections.superfluidity.nfv.plugins.module_utils.dataplane.fib.juniper_interfaces import Address, links, read


def port(name: str, *addresses: tuple[str, str], family: str = "inet", flags: str = "", status: str = "up") -> str:
    """A physical interface with one logical one, in the nesting that Junos has."""
    inner = "".join(
        f"<interface-address heading='Addresses'><ifa-flags>{flags}</ifa-flags><ifa-destination>{subnet}</ifa-destination>"
        f"<ifa-local>{local}</ifa-local><interface-address><in6-addr-flags><ifaf-none/></in6-addr-flags></interface-address>"
        "</interface-address>\n"
        for subnet, local in addresses
    )
    return (
        f"<physical-interface><name>{name}</name><oper-status>{status}</oper-status><logical-interface><name>{name}.0</name>"
        f"<address-family><address-family-name>{family}</address-family-name>{inner}</address-family></logical-interface>"
        "</physical-interface>"
    )


def document(**routers: str) -> str:
    inner = "".join(
        f'<router name="{name}"><interface-information xmlns="x">{ports}</interface-information></router>'
        for name, ports in routers.items()
    )
    return f"<vn>{inner}</vn>"


def ends(**routers: str) -> list[str]:
    return [" ".join(map(":".join, link.ends)) for link in links(read(document(**routers)))]


def test_addresses_with_their_subnets() -> None:
    text = document(
        seat=port("xe-0/0/0", ("64.57.28.26/31", "64.57.28.27"), ("10/8", "10.0.0.4"))
        + port("lo0", ("", "10.9.9.9"))
        + port("xe-0/0/0", ("2001:db8::/64", "2001:db8::1"), family="inet6")
        + port("em0", ("49.0000", "49.0000.01"), family="iso")
        + port("ge-1", ("10.1.0.0/30", "10.1.0.1"), flags="<ifaf-down/>")
        + port("ge-2", ("10.2.0.0/30", "10.2.0.1"), status="down")
    )
    base = 64 << 24 | 57 << 16 | 28 << 8
    assert read(text) == (
        Address("seat", "xe-0/0/0.0", 4, base + 27, 31, True, 1),
        Address("seat", "xe-0/0/0.0", 4, (10 << 24) + 4, 8, True, 2),
        Address("seat", "lo0.0", 4, 10 << 24 | 9 << 16 | 9 << 8 | 9, 32, True, 3),
        Address("seat", "xe-0/0/0.0", 6, (0x20010DB8 << 96) + 1, 64, True, 4),
        Address("seat", "ge-1.0", 4, (10 << 24 | 1 << 16) + 1, 30, False, 6),
        Address("seat", "ge-2.0", 4, (10 << 24 | 2 << 16) + 1, 30, False, 7),
    )
    assert read(text)[0].subnet == (4, base + 26, 31)


def test_two_ports_on_one_subnet_of_two_hosts_are_a_link() -> None:
    assert ends(
        seat=port("xe-1", ("10.0.0.0/31", "10.0.0.0")) + port("xe-2", ("10.0.1.0/30", "10.0.1.1")),
        salt=port("xe-3", ("10.0.0.0/31", "10.0.0.1")) + port("xe-4", ("10.0.1.0/30", "10.0.1.2")),
        losa=port("xe-5", ("2001:db8::/127", "2001:db8::"), family="inet6"),
        hous=port("xe-6", ("2001:db8::/127", "2001:db8::1"), family="inet6"),
    ) == ["hous:xe-6.0 losa:xe-5.0", "salt:xe-3.0 seat:xe-1.0", "salt:xe-4.0 seat:xe-2.0"]


@pytest.mark.parametrize(
    "salt",
    [
        port("xe-3", ("10.0.0.0/30", "10.0.0.1")),
        port("xe-3", ("10.0.0.4/30", "10.0.0.5")),
        port("xe-3", ("10.0.0.0/29", "10.0.0.2")),
        port("xe-3", ("10.0.0.0/30", "10.0.0.2"), flags="<ifaf-down/>"),
        port("xe-3", ("10.0.0.0/30", "10.0.0.2")) + port("xe-4", ("10.0.0.0/30", "10.0.0.2")),
    ],
    ids=["same address", "other subnet", "larger subnet", "down", "seen three times"],
)
def test_what_is_no_link(salt: str) -> None:
    assert ends(seat=port("xe-1", ("10.0.0.0/30", "10.0.0.1")), salt=salt) == []


def test_a_router_has_no_link_to_itself() -> None:
    assert ends(seat=port("xe-1", ("10.0.0.0/31", "10.0.0.0")) + port("xe-2", ("10.0.0.0/31", "10.0.0.1"))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is no XML: no element found"),
        ("<vn>\n<router></vn>", "this is no XML: mismatched tag"),
        ("hello", "this is no XML"),
        ("<vn>\ud800</vn>", "this is no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        (document(seat=port("xe-1", ("10.0.0.0/30", "10.0.0.256"))), "'10.0.0.256' is no IPv4 address"),
        (document(seat=port("xe-1", ("10.0.0.0/33", "10.0.0.1"))), "'33' is no prefix length from 0 to 32"),
        (port("xe-1", ("10.0.0.0/30", "10.0.0.1")), 'put the output of each router into <router name="…">'),
    ],
)
def test_documents_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        read(text, "i.xml")
    assert str(wrong.value).startswith("i.xml:")
    assert said in str(wrong.value)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every name and address that follows from a lab."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hosts import network
from hosts.command import LabError
from hosts.lab import Lab, load, save

LAB = Lab(Path("/srv/lab"), ipaddress.IPv4Network("198.18.7.0/24")).with_hosts(["client", "fw"])


def test_names_bear_the_id_of_the_state_folder_and_fit():
    host = LAB.host("fw")
    assert host.namespace == f"nfv-{LAB.id}-fw"
    assert len(LAB.id) == 6
    assert len(LAB.with_hosts(f"h{number}" for number in range(200)).host("h199").link) <= 15
    assert len(str(LAB.controls / ("x" * 40 + ".0123456789abcdef"))) <= 107


def test_addresses_follow_from_the_number():
    host = LAB.host("fw")
    assert (host.number, host.address) == (3, "198.18.7.3")
    assert ipaddress.ip_address(host.address6) in LAB.network6
    assert LAB.network6.is_private
    assert host.service_address == "192.0.2.3"


def test_locators_lie_beside_the_network_and_meet_no_other():
    hosts = LAB.with_hosts(f"h{number}" for number in range(251)).hosts()
    locators = [ipaddress.IPv6Network(host.locator) for host in hosts]
    assert len({LAB.network6, *locators}) == len(hosts) + 1
    assert {locator.prefixlen for locator in locators} == {64}
    assert all(locator.subnet_of(LAB.network6.supernet(new_prefix=56)) for locator in locators)


def test_hosts_keep_their_numbers_when_others_come():
    assert LAB.with_hosts(["cache", "client"]).numbers == {"client": 2, "fw": 3, "cache": 4}


@pytest.mark.parametrize("name", ["", "FW", "a b", "-a", "a-", "a/b", "x" * 41])
def test_a_name_that_is_no_host_name_is_refused(name):
    with pytest.raises(LabError, match="a host's name is"):
        LAB.with_hosts([name])


def test_too_many_hosts_are_refused():
    with pytest.raises(LabError, match="at most 253"):
        LAB.with_hosts(f"h{number}" for number in range(300))


def test_the_record_comes_back(tmp_path):
    lab = Lab(tmp_path, LAB.network, LAB.numbers)
    save(lab)
    assert load(tmp_path) == lab


def test_a_broken_record_is_named(tmp_path):
    save(Lab(tmp_path, LAB.network))
    (tmp_path / "hosts" / "lab.json").write_text("[]")
    with pytest.raises(LabError, match=r"lab\.json is no record"):
        load(tmp_path)


def routes(monkeypatch, *networks):
    monkeypatch.setattr(network, "_routes", lambda own: iter(map(ipaddress.IPv4Network, networks)))


def test_a_recorded_network_is_kept(monkeypatch):
    routes(monkeypatch, "10.0.0.0/8")
    assert network.choose(LAB) == LAB.network


def test_a_network_that_somebody_else_took_is_left(monkeypatch):
    routes(monkeypatch, "198.18.7.0/25")
    chosen = network.choose(LAB)
    assert chosen.subnet_of(network.RANGE)
    assert chosen != LAB.network


def test_no_free_network_is_said(monkeypatch):
    routes(monkeypatch, "198.16.0.0/14")
    with pytest.raises(LabError, match=r"no /24 of 198\.18\.0\.0/15 is free"):
        network.choose(LAB)

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of a lab: free, different, and the same on later runs."""

from __future__ import annotations

import socket

import pytest
from supervisor.errors import LabError
from supervisor.ports import FIRST, LAST, choose_ports, is_free


def nobody(name: str) -> bool:
    return False


def test_names_get_different_free_ports():
    chosen = choose_ports(["a", "b", "c"], {}, nobody, seed=0)
    assert len(set(chosen.values())) == 3
    assert all(FIRST <= port < LAST and is_free(port) for port in chosen.values())


def test_a_known_port_is_kept_while_it_is_free():
    assert choose_ports(["a"], {"a": 20500}, nobody, 0, free=lambda port: True) == {"a": 20500}


def test_a_port_that_a_stranger_took_is_given_up():
    chosen = choose_ports(["a"], {"a": FIRST}, nobody, 0, free=lambda port: port != FIRST)
    assert chosen == {"a": FIRST + 1}


def test_a_taken_port_is_kept_when_our_process_has_it():
    chosen = choose_ports(["a"], {"a": FIRST}, ours=lambda name: name == "a", seed=0, free=lambda port: False)
    assert chosen == {"a": FIRST}


def test_a_new_name_does_not_move_the_known_ones():
    known = choose_ports(["a", "b"], {}, nobody, 7, free=lambda port: True)
    later = choose_ports(["x", "a", "b"], known, nobody, 7, free=lambda port: True)
    assert {name: later[name] for name in known} == known
    assert len(set(later.values())) == 3


def test_seeds_part_two_labs():
    one, two = (choose_ports(["a"], {}, nobody, seed, lambda port: True) for seed in (1, 2))
    assert one != two


def test_no_port_left_is_said():
    with pytest.raises(LabError, match="no loopback port"):
        choose_ports(["a"], {}, nobody, 0, free=lambda port: False)


def test_a_listening_port_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])

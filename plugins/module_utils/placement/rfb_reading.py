# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a module → a radio network of functional blocks, every value checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..core.errors import InputError, Place
from . import cran_blocks
from .checks import known, named, number
from .rfb_model import KINDS, UNLIMITED, Function, Hardware, Host, Network, Node, Power, Radio, Refusal, User

Options = Mapping[str, Any]
REQUIRED = None
NODE = {"dedicated": REQUIRED, "cpu": REQUIRED, "memory": REQUIRED, "site_cost": 0.0}
RADIO = {
    "count": UNLIMITED,
    "max_users": UNLIMITED,
    "max_rate": UNLIMITED,
    "dedicated": 0.0,
    "dedicated_per_kbps": 0.0,
    "cost": 0.0,
    "power": 0.0,
}
FUNCTION = {
    "count": UNLIMITED,
    "dedicated": 0.0,
    "cpu": 0.0,
    "cpu_per_kbps": 0.0,
    "memory": 0.0,
    "memory_per_user": 0.0,
    "max_user_rate": UNLIMITED,
    "max_delay": UNLIMITED,
    "cost": 0.0,
}
FUNCTION_KEYS = {"bbu": {key: value for key, value in FUNCTION.items() if key != "max_user_rate"}, "mec": FUNCTION}
"""Only an ME host looks at what a user gets."""
HARDWARE = {"dedicated": UNLIMITED, "dedicated_cost": 0.0, "cpu": UNLIMITED, "memory": UNLIMITED, "commodity_cost": 0.0}
UNITS = {"dedicated", "cpu", "memory"}
PER_NODE = ("cpu", "cpu_per_kbps", "memory", "memory_per_user")


def network(options: Options) -> Network:
    """The network that the options of ``rfb_placement`` describe.

    :raises InputError: a value is missing, no finite number, negative or unknown; a name stands twice
    """
    lists = {name: named(options[name], name) for name in ("nodes", "users", "rrh", *KINDS)}
    for name, items in lists.items():
        if not items:
            raise InputError("is empty; give one at least", Place(path=name))
    nodes = tuple(_node(name, item, f"nodes[{at}]") for at, (name, item) in enumerate(lists["nodes"].items()))
    functions = {
        kind: tuple(_function(name, item, nodes, f"{kind}[{at}]") for at, (name, item) in enumerate(lists[kind].items()))
        for kind in KINDS
    }
    hosts, refused = _hosts(nodes, functions, options.get("links"), bool(options.get("phy_at_edge")))
    users = tuple(_users(lists))
    most = options.get("max_nodes")
    return Network(
        nodes,
        users,
        tuple(_radio(name, item, lists["bbu"], f"rrh[{at}]") for at, (name, item) in enumerate(lists["rrh"].items())),
        functions["bbu"],
        functions["mec"],
        hosts,
        _hardware(options.get("hardware")),
        UNLIMITED if most is None else number(most, "max_nodes"),
        (*refused, *_without_antenna(nodes, users)),
    )


def _hardware(item: Options | None) -> Hardware | None:
    if item is None:
        return None
    found = Hardware(**_amounts(item, HARDWARE, "hardware", UNITS))
    if found.dedicated_cost and found.dedicated == UNLIMITED:
        raise InputError("is missing; say how much a unit of dedicated_cost has", Place(path="hardware.dedicated"))
    if found.commodity_cost and UNLIMITED in {found.cpu, found.memory}:
        missing = "cpu" if found.cpu == UNLIMITED else "memory"
        raise InputError("is missing; say how much a unit of commodity_cost has", Place(path=f"hardware.{missing}"))
    return found


def _without_antenna(nodes: Sequence[Node], users: Sequence[User]) -> Iterator[Refusal]:
    """One for each node that users' rates name and whose role is not that of an antenna site."""
    row = cran_blocks.BLOCKS["PHY RRH"]
    for at in sorted({node for user in users for node, _radio in user.rates}):
        role = nodes[at].role
        if role is not None and not nodes[at].has_antenna:
            yield Refusal("rrh", at, f"an RRH on {nodes[at].name}: {cran_blocks.refusal(row, role, physical=True)}")


def _amounts(item: Options, table: Mapping[str, float | None], path: str, positive: frozenset[str] | set[str] = frozenset()):
    """The numbers of one item, by the table of their names and defaults; ``positive`` names those that must not be 0."""
    return {
        name: default
        if item.get(name) is None and default is not REQUIRED
        else number(item.get(name), f"{path}.{name}", above=name in positive)
        for name, default in table.items()
    }


def _node(name: str, item: Options, path: str) -> Node:
    power, role = item.get("power"), item.get("role")
    if role is not None and role not in cran_blocks.ROLES.values():
        raise InputError(f"{role!r} is none of cran, edge, core", Place(path=f"{path}.role"))
    return Node(
        name, **_amounts(item, NODE, path), power=None if power is None else power_of(power, f"{path}.power"), role=role
    )


def power_of(item: Any, path: str) -> Power:
    """W without work and with all of it.

    :raises InputError: one of them is missing or no number, or ``max`` is below ``idle``
    """
    if not isinstance(item, Mapping):
        raise InputError("is no mapping; give idle and max in W", Place(path=path))
    idle = number(item.get("idle"), f"{path}.idle")
    return Power(idle, number(item.get("max"), f"{path}.max", least=idle))


def _radio(name: str, item: Options, bbus: Mapping[str, Any], path: str) -> Radio:
    names = item.get("bbu")
    known(names or (), bbus, f"{path}.bbu", "BBU type")
    drivers = frozenset(at for at, bbu in enumerate(bbus) if names is None or bbu in names)
    return Radio(name, drivers, **_amounts(item, RADIO, path))


def _function(name: str, item: Options, nodes: Sequence[Node], path: str) -> Function:
    names = enumerate(item.get("blocks") or ())
    rows = tuple(cran_blocks.block(str(one), f"{path}.blocks[{at}]").name for at, one in names)
    for at, row in enumerate(rows):
        if not cran_blocks.BLOCKS[row].virtual:
            why = cran_blocks.refusal(cran_blocks.BLOCKS[row], "cran")
            raise InputError(f"{why}; it is the RRH itself", Place(path=f"{path}.blocks[{at}]"))
    usual = Function(name, **_amounts(item, FUNCTION, path), blocks=rows)
    return replace(usual, per_node=dict(_per_node(usual, item.get("per_node") or {}, nodes, f"{path}.per_node")))


def _per_node(usual: Function, given: Any, nodes: Sequence[Node], path: str) -> Iterator[tuple[int, Function]]:
    """The type as it is on the nodes where it takes other CPU or memory."""
    numbers = {node.name: at for at, node in enumerate(nodes)}
    if not isinstance(given, Mapping):
        raise InputError("is no mapping; give cpu or memory by node", Place(path=path))
    known(given, numbers, path, "node")
    for node, item in given.items():
        if not isinstance(item, Mapping):
            raise InputError(f"is no mapping; give any of {', '.join(PER_NODE)}", Place(path=f"{path}.{node}"))
        known(item, PER_NODE, f"{path}.{node}", "amount of a node")
        amounts = {name: number(value, f"{path}.{node}.{name}") for name, value in item.items()}
        yield numbers[node], replace(usual, **amounts)


def _users(lists: Mapping[str, Mapping[str, Options]]) -> Iterator[User]:
    nodes = {name: at for at, name in enumerate(lists["nodes"])}
    radios = {name: at for at, name in enumerate(lists["rrh"])}
    for at, (name, item) in enumerate(lists["users"].items()):
        path = f"users[{at}]"
        rates = dict(_rates(item.get("rates"), nodes, radios, f"{path}.rates"))
        yield User(name, rates, 0.0 if item.get("min_rate") is None else number(item["min_rate"], f"{path}.min_rate"))


def _rates(
    given: Any, nodes: Mapping[str, int], radios: Mapping[str, int], path: str
) -> Iterator[tuple[tuple[int, int], float]]:
    """The rates above 0, by node and type of RRH."""
    if not isinstance(given, Mapping):
        raise InputError("is no mapping; give, by node, rates in kbit/s by RRH type", Place(path=path))
    known(given, nodes, path, "node")
    for node, of in given.items():
        if not isinstance(of, Mapping):
            raise InputError("is no mapping; give rates in kbit/s by RRH type", Place(path=f"{path}.{node}"))
        known(of, radios, f"{path}.{node}", "RRH type")
        for radio, rate in of.items():
            if number(rate, f"{path}.{node}.{radio}") > 0:
                yield (nodes[node], radios[radio]), float(rate)


def _hosts(
    nodes: Sequence[Node], functions: Mapping[str, Sequence[Function]], links: Sequence[Options] | None, phy_at_edge: bool
) -> tuple[dict[str, tuple[tuple[Host, ...], ...]], list[Refusal]]:
    """For each kind the hosts of each node, and the hosts that a rule or a deadline forbids."""
    delays = _delays(nodes, links)
    forbidden = {
        (kind, host, number_): why
        for kind, types in functions.items()
        for number_, function in enumerate(types)
        for host, node in enumerate(nodes)
        if (why := _forbidden(function, node, phy_at_edge))
    }
    refused = [
        Refusal(kind, None, f"{functions[kind][of].name} on {nodes[host].name}: {why}")
        for (kind, host, of), why in forbidden.items()
    ]
    found: dict[str, tuple[tuple[Host, ...], ...]] = {}
    for kind, types in functions.items():
        of_node: list[list[Host]] = [[] for _node in nodes]
        for (start, host), delay in delays[kind].items():
            for of, function in enumerate(types):
                if delay > function.max_delay:
                    refused.append(Refusal(kind, start, _late(function, nodes[start].name, nodes[host].name, delay)))
                elif (kind, host, of) not in forbidden:
                    of_node[start].append((host, of))
        found[kind] = tuple(tuple(sorted(hosts)) for hosts in of_node)
    return found, refused


def _late(function: Function, start: str, host: str, delay: float) -> str:
    return (
        f"{function.name} on {host} for the RRH at {start}: the way takes {delay:g} ms, "
        f"more than its max_delay of {function.max_delay:g} ms"
    )


def _forbidden(function: Function, node: Node, phy_at_edge: bool) -> str | None:
    """The first C-RAN rule that keeps a function off a node whose role is known."""
    rows = (cran_blocks.BLOCKS[name] for name in function.blocks) if node.role else ()
    reasons = (cran_blocks.refusal(row, node.role or "", phy_at_edge=phy_at_edge) for row in rows)
    return next((why for why in reasons if why), None)


def _delays(nodes: Sequence[Node], links: Sequence[Options] | None) -> dict[str, dict[tuple[int, int], float]]:
    """ms from the node of an RRH to a host, for each kind; a node reaches itself at once, and without links all others too."""
    numbers = {node.name: at for at, node in enumerate(nodes)}
    own = {(at, at): 0.0 for at in numbers.values()}
    if links is None:
        return {kind: {(start, host): 0.0 for start in numbers.values() for host in numbers.values()} for kind in KINDS}
    found = {kind: dict(own) for kind in KINDS}
    for at, link in enumerate(links):
        path = f"links[{at}]"
        for end in ("rrh", "host"):
            known([link[end]], numbers, f"{path}.{end}", "node")
        carried = link.get("carries")
        known(carried or (), KINDS, f"{path}.carries", "kind of function")
        delay = 0.0 if link.get("delay") is None else number(link["delay"], f"{path}.delay")
        for kind in KINDS if carried is None else carried:
            found[kind][numbers[link["rrh"]], numbers[link["host"]]] = delay
    return found

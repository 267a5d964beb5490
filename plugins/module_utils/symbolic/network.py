# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network: elements by name, and which of their ports are linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ..core.errors import InputError
from .ports import metadata, outputs
from .sefl import Block, Program

Named = tuple[Block, set[str]]


class Network:
    """Elements by name and the links between their ports, written ``element.port``.

    ``inputs`` has the element and the code of each port that takes packets, ``peers`` the other end of each link, and
    ``onward`` that of those links that lead to an input.

    :raises InputError: a link names a port that is not there or joins it with itself, or a port has two links
    """

    def __init__(self, elements: Mapping[str, Program], links: Iterable[Sequence[str]], *, before: Network | None = None):
        self.elements = dict(elements)
        self.links = [tuple(ends) for ends in links]
        for name in elements:
            if "." in name:
                raise InputError(f"the element {name} has a dot in its name, where its ports begin; give it another")
        self.inputs = {f"{name}.{port}": (name, code) for name, one in elements.items() for port, code in one.ports.items()}
        self._outputs = dict(self._named(before._outputs if before else {}))
        self.ports = set(self.inputs).union(*(ports for _code, ports in self._outputs.values()))
        self.peers = {port: port for name, one in elements.items() for port in (f"{name}.{inner}" for inner in one.inner)}
        for number, ends in enumerate(self.links):
            if len(ends) != 2:
                raise InputError(f"links[{number}]: a link has two ports, not {len(ends)}")
            if ends[0] == ends[1]:
                raise InputError(f"links[{number}]: {ends[0]} is linked with itself; name the port at the link's other end")
            for port, other in (ends, reversed(ends)):
                self._connect(port, other, f"links[{number}]")
        self.onward = {port: peer for port, peer in self.peers.items() if peer in self.inputs}

    def changed(self, name: str, program: Program) -> Network:
        """The network with another program for one of its elements."""
        if name not in self.elements:
            raise InputError(f"there is no element {name}; there are {', '.join(self.elements)}")
        return Network({**self.elements, name: program}, self.links, before=self)

    @cached_property
    def metadata(self) -> frozenset[str]:
        """The names of all metadata that some element gives a value."""
        return frozenset(name for _element, code in self.inputs.values() for name in metadata(code))

    def _named(self, known: Mapping[str, Named]) -> Iterator[tuple[str, Named]]:
        """For each input port its code and the ports that this names; code may be long, and is gone through once."""
        for port, (element, code) in self.inputs.items():
            same = port in known and known[port][0] is code
            yield port, known[port] if same else (code, {f"{element}.{output}" for output in outputs(code)})

    def _connect(self, port: str, other: str, where: str) -> None:
        if port not in self.ports:
            element = port.partition(".")[0]
            near = sorted(known for known in self.ports if known.startswith(f"{element}.")) or sorted(self.ports)
            raise InputError(f"{where}: there is no port {port}; there are {', '.join(near)}")
        if self.peers.setdefault(port, other) != other:
            raise InputError(f"{where}: {port} is linked with {self.peers[port]} already; a port has one link")

# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Click text in, flat graph out: the one entry to the Click modular router's configuration language.

::

    text ── tokens ── statements ── bodies ── network ── Graph
         tokens.py   syntax.py    bodies.py  network.py  splice.py
                     chains.py

What elements do is not known here, only what the language says of them: names, classes, arguments and
connections. The source of each rule is the manual page click(5) of the Click modular router.
"""

from __future__ import annotations

from .bodies import body_of
from .graph import Graph
from .network import Network
from .splice import graph_of
from .syntax import parse


def read(text: str, file: str | None = None) -> Graph:
    """The elements and connections that a configuration describes, compounds unfolded as Click does it.

    `file` is for the places in errors alone; nothing is opened, so a text that requires a library is
    refused. Raises InputError, with the line and the column, at the first thing that is wrong; any
    text ends in bounded time (see ``bounds.py``). The same text always gives the same graph::

        >>> graph = read("FromDevice(eth0) -> q :: Queue(8) -> ToDevice(eth1);")
        >>> [(one.from_element, one.to_element) for one in graph.connections]
        [('FromDevice@1', 'q'), ('q', 'ToDevice@3')]
    """
    body, parameters = body_of(parse(text, file))
    return graph_of(Network(body, parameters))
